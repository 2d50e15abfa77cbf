//! The Node side: Node itself, and the npm packages of a lock file.

use anyhow::{Context, Result, bail};
use std::fs;
use std::path::Path;

use super::Toolbox;
use crate::version::Version;
use crate::{process, report};

/// What Vite, which builds the playground, asks for.
const OLDEST_NODE: Version = Version::new(20, 19, 0);

/// Node, which nobody but its owner installs.
pub fn node(tools: &mut Toolbox) -> Result<()> {
    let cure =
        format!("Install Node {OLDEST_NODE} or newer (https://nodejs.org) and put it on PATH.");
    let found = tools
        .find("node")
        .with_context(|| format!("`node` is not on PATH. {cure}"))?;
    let version = process::output(found, &["--version"]).and_then(|text| Version::find(&text));
    let version = version.with_context(|| format!("`node --version` prints no version. {cure}"))?;
    if version < OLDEST_NODE {
        bail!("`node` is {version}, which is too old. {cure}");
    }
    tools.has(format!("node {version}"));
    Ok(())
}

/// The npm packages of `folder`, exactly as its lock file has them.
///
/// No install script of theirs is run: none is needed, and each could do anything. A copy of the
/// lock file is left in `node_modules` after a success; while the two are the
/// same there is nothing to do.
pub fn install(tools: &mut Toolbox, folder: &Path, why: &str) -> Result<()> {
    let name = folder
        .strip_prefix(tools.root())
        .unwrap_or(folder)
        .join("package-lock.json");
    let lock = fs::read(folder.join("package-lock.json")).with_context(|| {
        format!(
            "cannot read {}. Run `npm install` in its folder once.",
            name.display()
        )
    })?;
    let stamp = folder.join("node_modules").join(".installed-lock.json");
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    let mut npm = tools
        .command("npm")
        .context("npm comes with Node; is Node's folder on PATH?")?;
    npm.current_dir(folder)
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
    report::timed(
        "npm",
        &format!("npm installs the packages of {}: {why}", name.display()),
        || {
            process::run(
                &mut npm,
                "Is the npm registry reachable? Then try `npm ci` by hand in that folder.",
            )
        },
    )?;
    fs::write(&stamp, lock).with_context(|| format!("cannot write {}", stamp.display()))
}
