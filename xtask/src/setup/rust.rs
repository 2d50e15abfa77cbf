//! The Rust side: the wasm target, wasm-pack and wasm-bindgen.

use anyhow::{Context, Result, bail};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::Toolbox;
use crate::version::Version;
use crate::{manifest, process, report};

const TARGET: &str = "wasm32-unknown-unknown";

/// What is installed where there is no wasm-pack.
const WASM_PACK: Version = Version::new(0, 15, 1);

/// What is installed where there is no cargo-fuzz.
const CARGO_FUZZ: Version = Version::new(0, 13, 2);

/// The oldest wasm-pack whose options this project uses.
const OLDEST_WASM_PACK: Version = Version::new(0, 13, 0);

/// The standard library for WebAssembly, through rustup.
pub fn target(tools: &mut Toolbox) -> Result<()> {
    let library = process::output("rustc", &["--print", "target-libdir", "--target", TARGET])
        .context(
            "`rustc` does not run. Install Rust with rustup (https://rustup.rs), then try again.",
        )?;
    if !Path::new(library.trim()).is_dir() {
        let Ok(mut rustup) = tools.command("rustup") else {
            bail!(
                "this Rust has no standard library for {TARGET}, and `rustup` is not on PATH to add it. \
                 Install Rust with rustup (https://rustup.rs), or the target with your system's packages."
            );
        };
        report::timed(
            "wasm target",
            &format!("rustup adds {TARGET}, to compile the engine"),
            || {
                process::run(
                    rustup.args(["target", "add", TARGET]),
                    &format!(
                        "Is the network reachable? Then try `rustup target add {TARGET}` by hand."
                    ),
                )
            },
        )?;
    }
    tools.has(TARGET);
    Ok(())
}

/// wasm-pack, installed by cargo where there is none.
pub fn wasm_pack(tools: &mut Toolbox) -> Result<()> {
    let present = installed(tools, "wasm-pack").filter(|version| *version >= OLDEST_WASM_PACK);
    if present.is_none() {
        cargo_install(
            "wasm-pack",
            &WASM_PACK.to_string(),
            "it drives the build of the engine",
            None,
        )?;
        find_cargo_bin(tools, "wasm-pack")?;
    }
    tools.has(format!("wasm-pack {}", present.unwrap_or(WASM_PACK)));
    Ok(())
}

/// cargo-fuzz, installed by cargo where there is none.
pub fn cargo_fuzz(tools: &mut Toolbox) -> Result<()> {
    let present = installed(tools, "cargo-fuzz");
    if present.is_none() {
        let why = "it drives libFuzzer";
        cargo_install("cargo-fuzz", &CARGO_FUZZ.to_string(), why, None)?;
        find_cargo_bin(tools, "cargo-fuzz")?;
    }
    tools.has(format!("cargo-fuzz {}", present.unwrap_or(CARGO_FUZZ)));
    Ok(())
}

/// The wasm-bindgen command of exactly the version in `Cargo.lock`, which the file format asks for.
///
/// Another version on `PATH` belongs to somebody else and stays; ours then goes below `target`.
pub fn wasm_bindgen(tools: &mut Toolbox) -> Result<()> {
    let wanted = manifest::locked_version(tools.root(), "wasm-bindgen")?;
    let own_root = tools
        .root()
        .join("target")
        .join("tools")
        .join(format!("wasm-bindgen-{wanted}"));
    if !is_version(tools.find("wasm-bindgen").as_deref(), &wanted) {
        let mut folders = wasm_pack_cache();
        folders.push(own_root.join("bin"));
        let why =
            "it writes the JavaScript around the engine; the version is the one in Cargo.lock";
        if let Some(folder) = folders
            .into_iter()
            .find(|folder| holds_version(folder, &wanted))
        {
            tools.prefer(folder);
        } else if tools.find("wasm-bindgen").is_some() {
            cargo_install("wasm-bindgen-cli", &wanted, why, Some(&own_root))?;
            tools.prefer(own_root.join("bin"));
        } else {
            cargo_install("wasm-bindgen-cli", &wanted, why, None)?;
            find_cargo_bin(tools, "wasm-bindgen")?;
        }
    }
    tools.has(format!("wasm-bindgen {wanted}"));
    Ok(())
}

fn installed(tools: &Toolbox, program: &str) -> Option<Version> {
    Version::find(&process::output(tools.find(program)?, &["--version"])?)
}

fn is_version(program: Option<&Path>, wanted: &str) -> bool {
    let printed = program.and_then(|program| process::output(program, &["--version"]));
    printed
        .and_then(|text| Version::find(&text))
        .is_some_and(|version| version.to_string() == wanted)
}

fn holds_version(folder: &Path, wanted: &str) -> bool {
    let exe = env::consts::EXE_SUFFIX;
    let runner = folder.join(format!("wasm-bindgen-test-runner{exe}"));
    runner.is_file() && is_version(Some(&folder.join(format!("wasm-bindgen{exe}"))), wanted)
}

/// The folders in which wasm-pack keeps what it has downloaded or installed itself.
fn wasm_pack_cache() -> Vec<PathBuf> {
    let home = env::home_dir().unwrap_or_default();
    let user_cache = if cfg!(target_os = "macos") {
        home.join("Library").join("Caches")
    } else if cfg!(windows) {
        env::var_os("LOCALAPPDATA").map_or(home, PathBuf::from)
    } else {
        env::var_os("XDG_CACHE_HOME").map_or_else(|| home.join(".cache"), PathBuf::from)
    };
    let cache =
        env::var_os("WASM_PACK_CACHE").map_or_else(|| user_cache.join(".wasm-pack"), PathBuf::from);
    let entries = fs::read_dir(cache).into_iter().flatten().flatten();
    entries
        .filter(|entry| {
            entry
                .file_name()
                .to_string_lossy()
                .starts_with("wasm-bindgen")
        })
        .map(|entry| entry.path())
        .collect()
}

/// Builds and installs a program with cargo, below `root` or else beside cargo itself.
pub(super) fn cargo_install(
    package: &str,
    version: &str,
    why: &str,
    root: Option<&Path>,
) -> Result<()> {
    let install = |locked: bool| {
        let mut cargo = Command::new("cargo");
        cargo.args(["install", package, "--version", version]);
        if locked {
            cargo.arg("--locked");
        }
        if let Some(root) = root {
            cargo.arg("--root").arg(root);
        }
        cargo
    };
    let cure = format!(
        "Read the lines above; then try `cargo install {package} --version {version}` by hand."
    );
    report::timed(
        package,
        &format!("cargo builds and installs {version} (minutes): {why}"),
        || {
            process::run(&mut install(true), &cure).or_else(|_| {
                // A lock file names versions that a registry may have withdrawn or not have yet.
                report::note(
                    package,
                    "not with its own lock file; once more with the newest versions that fit ...",
                );
                process::run(&mut install(false), &cure)
            })
        },
    )
}

/// Puts the folder into which cargo has just installed before the others, where it may not stand
/// on `PATH` or stand behind an older copy of the program, and tells where that is.
pub(super) fn find_cargo_bin(tools: &mut Toolbox, program: &str) -> Result<PathBuf> {
    let root = ["CARGO_INSTALL_ROOT", "CARGO_HOME"]
        .into_iter()
        .find_map(env::var_os)
        .map(PathBuf::from);
    let root = root.or_else(|| Some(env::home_dir()?.join(".cargo")));
    tools.prefer(
        root.context("the home folder is not known. Set CARGO_HOME.")?
            .join("bin"),
    );
    tools.find(program).with_context(|| {
        format!("`{program}` was installed but is not on PATH. Add cargo's bin folder to PATH.")
    })
}
