//! Debian's packages, where there is apt.

use anyhow::{Context, Result, bail};
use std::process::Command;

use super::Toolbox;
use crate::{process, report};

/// Installs packages, for `subject` and because of `why`.
///
/// # Errors
/// When there is no apt, nobody to be root, or no such package; the sentence ends with `cure`.
pub fn install(
    tools: &mut Toolbox,
    subject: &str,
    packages: &[&str],
    why: &str,
    cure: &str,
) -> Result<()> {
    if tools.find("apt-get").is_none() {
        bail!("{subject} is not on PATH, and there is no apt to install it. {cure}");
    }
    let listed = packages.join(" and ");
    report::timed(subject, &format!("apt installs {listed}: {why}"), || {
        if !tools.apt_is_fresh {
            process::run(command(tools, cure)?.arg("update"), cure)?;
            tools.apt_is_fresh = true;
        }
        process::run(
            command(tools, cure)?
                .args(["install", "--yes", "--no-install-recommends"])
                .args(packages),
            cure,
        )
    })
}

fn command(tools: &Toolbox, cure: &str) -> Result<Command> {
    let is_root = process::output("id", &["-u"]).is_some_and(|id| id.trim() == "0");
    let mut apt = if is_root {
        tools.command("apt-get")?
    } else {
        let mut sudo = tools.command("sudo").with_context(|| {
            format!("apt installs for root alone, and there is no `sudo` to become it. {cure}")
        })?;
        sudo.args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]);
        sudo
    };
    apt.env("DEBIAN_FRONTEND", "noninteractive")
        .args(["--quiet", "--option=Dpkg::Use-Pty=0"]);
    Ok(apt)
}
