//! The playground: its page in `www/`, its server in `www/backend/`.

use anyhow::{Context, Result};
use std::env;
use std::path::PathBuf;
use std::process::Command;

use crate::setup::{self, Toolbox};
use crate::{process, report};

/// Builds the page into `www/dist`, with the package in `pkg/` as any user would have it.
pub fn build(tools: &mut Toolbox) -> Result<()> {
    let folder = tools.root().join("www");
    setup::npm_install(tools, &folder, "the playground's page")?;
    let mut npm = tools.command("npm")?;
    npm.current_dir(folder).args(["run", "--silent", "build"]);
    report::timed("page", "vite builds the playground", || {
        process::run(&mut npm, "The lines above name the file in www/.")
    })
}

/// Runs the page's own tests.
pub fn test(tools: &Toolbox) -> Result<()> {
    let mut npm = tools.command("npm")?;
    npm.current_dir(tools.root().join("www"))
        .args(["run", "--silent", "test"]);
    process::run(&mut npm, "The lines above name the tests in www/.")
}

/// Builds the server and tells where its program is.
///
/// In the profile of xtask itself: it compiles several times faster than with the release
/// profile, which is made for a small engine, and serves one person.
pub fn backend(tools: &Toolbox) -> Result<PathBuf> {
    let mut cargo = cargo();
    cargo
        .current_dir(tools.root())
        .args(["build", "--quiet", "--package", "playground-backend"]);
    report::timed("backend", "cargo builds the playground's server", || {
        process::run(&mut cargo, "The lines above name the file in www/backend/.")
    })?;
    let own = env::current_exe().context("the folder of the xtask program is not known")?;
    Ok(own.with_file_name(format!("playground-backend{}", env::consts::EXE_SUFFIX)))
}

/// The cargo that runs xtask.
pub fn cargo() -> Command {
    Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}
