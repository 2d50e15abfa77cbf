//! Finding the tools, and installing those that are missing.
//!
//! What is on the machine and fits is used as it is; only what is missing is installed, and each
//! installation says from where and why. The second time nothing is left to do.

mod apt;
mod browser;
mod npm;
mod rust;

use anyhow::{Context, Result};
use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use crate::report;
pub use browser::{Browser, Installation};
pub use npm::install as npm_install;

/// Where the tools are that the commands run.
#[derive(Debug)]
pub struct Toolbox {
    root: PathBuf,
    /// Folders that come before those of `PATH`, the last one first.
    folders: Vec<PathBuf>,
    /// The browsers that were looked for, or why one of them is not there.
    browsers: BTreeMap<Browser, Result<Installation, String>>,
    /// Whether apt has read its lists anew.
    apt_is_fresh: bool,
    ready: Vec<String>,
}

impl Toolbox {
    pub fn new() -> Self {
        let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
        let root = xtask.parent().unwrap_or(xtask).to_owned();
        let folders = vec![root.join("node_modules").join(".bin")];
        Self {
            root,
            folders,
            browsers: BTreeMap::new(),
            apt_is_fresh: false,
            ready: Vec::new(),
        }
    }

    /// The root of the checkout.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// A browser for tests that [`for_tests`] has looked for.
    ///
    /// # Errors
    /// Why it is not there.
    pub fn browser(&self, browser: Browser) -> Result<&Installation, &str> {
        match self.browsers.get(&browser) {
            Some(found) => found.as_ref().map_err(String::as_str),
            None => Err("nobody has looked for it"),
        }
    }

    /// Where a program is, among the tools of this project first and then on `PATH`.
    pub fn find(&self, program: &str) -> Option<PathBuf> {
        which::which_in(program, Some(self.path()), &self.root).ok()
    }

    /// A command at the root of the checkout that finds the project's tools before others.
    ///
    /// # Errors
    /// When there is no such program.
    pub fn command(&self, program: &str) -> Result<Command> {
        let found = self.find(program).with_context(|| {
            format!("`{program}` is not on PATH. Install it, or add its folder to PATH.")
        })?;
        let mut command = Command::new(found);
        command.current_dir(&self.root).env("PATH", self.path());
        for installation in self.browsers.values().flatten() {
            command.envs(installation.environment.iter().cloned());
        }
        Ok(command)
    }

    fn path(&self) -> OsString {
        let inherited = env::var_os("PATH").unwrap_or_default();
        let folders = self
            .folders
            .iter()
            .rev()
            .cloned()
            .chain(env::split_paths(&inherited));
        // Folders that came out of PATH go back into it; ours hold a separator only if the
        // checkout's own path does, and then PATH as it was has to do.
        env::join_paths(folders).unwrap_or(inherited)
    }

    fn prefer(&mut self, folder: PathBuf) {
        self.folders.push(folder);
    }

    fn has(&mut self, tool: impl Into<String>) {
        self.ready.push(tool.into());
    }
}

/// What building the package takes.
pub fn for_build(tools: &mut Toolbox) -> Result<()> {
    all(tools, &[&node_packages, &engine])
}

/// What measuring the package takes.
pub fn for_size(tools: &mut Toolbox) -> Result<()> {
    all(tools, &[&node_packages])
}

/// What comparing the package with its peers takes.
pub fn for_bench(tools: &mut Toolbox) -> Result<()> {
    let chromium = |tools: &mut Toolbox| browser::find_or_install(tools, Browser::Chromium);
    all(tools, &[&node_packages, &engine, &chromium])
}

/// What finding inputs for the core takes.
pub fn for_fuzz(tools: &mut Toolbox) -> Result<()> {
    all(tools, &[&compiler, &rust::cargo_fuzz])
}

/// What the test parts take: `engine` to compile to wasm, browsers to run in.
///
/// # Errors
/// When something cannot be had; of the browsers only where [`Browser::is_required`].
pub fn for_tests(
    tools: &mut Toolbox,
    with_engine: bool,
    browsers: &BTreeSet<Browser>,
) -> Result<()> {
    let mut steps: Vec<Step> = if with_engine {
        vec![&node_packages, &engine]
    } else {
        vec![&rust::target]
    };
    let look: Vec<_> = browsers
        .iter()
        .map(|browser| |tools: &mut Toolbox| browser::find_or_install(tools, *browser))
        .collect();
    steps.extend(look.iter().map(|step| step as Step));
    all(tools, &steps)
}

type Step<'a> = &'a dyn Fn(&mut Toolbox) -> Result<()>;

fn all(tools: &mut Toolbox, steps: &[Step]) -> Result<()> {
    report::heading("set-up");
    let start = Instant::now();
    for step in steps {
        step(tools)?;
    }
    let seconds = start.elapsed().as_secs_f32();
    report::note(
        "ready",
        &format!("{} ({seconds:.1} s)", tools.ready.join(", ")),
    );
    Ok(())
}

fn node_packages(tools: &mut Toolbox) -> Result<()> {
    npm::node(tools)?;
    let root = tools.root.clone();
    npm::install(tools, &root, "the bundler, wasm-opt and the test tools")
}

/// libFuzzer, and what it compares our URLs with, are of C++.
fn compiler(tools: &mut Toolbox) -> Result<()> {
    if tools.find("c++").is_none() {
        let cure = "Install a C++ compiler that is on PATH as `c++`.";
        apt::install(tools, "C++", &["g++"], "libFuzzer is written in it", cure)?;
    }
    tools.has("C++");
    Ok(())
}

fn engine(tools: &mut Toolbox) -> Result<()> {
    rust::target(tools)?;
    rust::wasm_pack(tools)?;
    rust::wasm_bindgen(tools)
}
