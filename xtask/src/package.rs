//! From the Rust crate to the npm package in `pkg/`.

use anyhow::{Context, Result, bail};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use crate::setup::Toolbox;
use crate::{manifest, process, report, size};

/// Where wasm-pack leaves the engine; `xtask/js/engine.mjs` reads it there.
const ENGINE: &str = "target/wasm";

/// Builds the engine and the package around it, and prints the sizes.
pub fn build(tools: &Toolbox) -> Result<()> {
    engine(tools)?;
    plain(tools)?;
    bundle(tools)?;
    size::run(tools)
}

fn engine(tools: &Toolbox) -> Result<()> {
    let folder = tools.root().join(ENGINE);
    // wasm-bindgen adds to what is there: a snippet of yesterday would stand beside today's.
    if folder.exists() {
        fs::remove_dir_all(&folder)
            .with_context(|| format!("cannot empty {}", folder.display()))?;
    }
    let mut wasm_pack = tools.command("wasm-pack")?;
    wasm_pack
        .args([
            "build",
            "engine",
            "--mode",
            "no-install",
            "--release",
            "--target",
            "bundler",
            "--no-pack",
            "--out-name",
            "engine",
        ])
        .arg("--out-dir")
        .arg(&folder)
        .env(
            "CARGO_ENCODED_RUSTFLAGS",
            rustflags(&inherited_rustflags(), &remaps(tools.root())),
        );
    report::timed("engine", "wasm-pack compiles the crate", || {
        process::run(
            &mut wasm_pack,
            "The lines above say where; `cargo check` is quicker to repeat.",
        )
    })?;
    optimize(tools, &folder)?;
    keeps_no_machine_path(&folder, &machine_paths(tools.root()))
}

fn optimize(tools: &Toolbox, folder: &Path) -> Result<()> {
    let mut node = tools.command("node")?;
    node.arg("xtask/js/optimize.mjs")
        .arg(folder.join("engine_bg.wasm"));
    report::timed("engine", "wasm-opt makes it smaller", || {
        process::run(&mut node, "The lines above say why.")
    })
}

/// The same engine as plain JavaScript, made of what cargo has just compiled.
fn plain(tools: &Toolbox) -> Result<()> {
    let mut node = tools.command("node")?;
    node.arg("xtask/js/plain.mjs");
    report::timed("plain engine", "wasm2js writes it as JavaScript", || {
        process::run(&mut node, "The lines above say why.")
    })
}

fn bundle(tools: &Toolbox) -> Result<()> {
    let version = manifest::package_version(tools.root())?;
    let mut node = tools.command("node")?;
    node.args(["xtask/js/bundle.mjs", &version]);
    report::timed(
        "bundle",
        "esbuild puts engine and facade together in pkg/",
        || process::run(&mut node, "The lines above name the file."),
    )
}

/// Flags of the caller's own, which ours would otherwise replace.
fn inherited_rustflags() -> Vec<String> {
    let split = |name: &str, separator: char| {
        env::var(name).ok().map(|flags| {
            flags
                .split(separator)
                .filter(|flag| !flag.is_empty())
                .map(str::to_owned)
                .collect()
        })
    };
    split("CARGO_ENCODED_RUSTFLAGS", '\u{1f}')
        .or_else(|| split("RUSTFLAGS", ' '))
        .unwrap_or_default()
}

/// Which folders of this machine get which shorter name in panic messages. rustc takes the last
/// that fits, so the more special ones come later.
fn remaps(root: &Path) -> Vec<(PathBuf, &'static str)> {
    let mut remaps: Vec<(PathBuf, &str)> = Vec::new();
    remaps.extend(env::home_dir().map(|home| (home, "~")));
    if let Some(cargo) = cargo_home() {
        let sources = fs::read_dir(cargo.join("registry").join("src"))
            .into_iter()
            .flatten()
            .flatten();
        remaps.push((cargo.clone(), "cargo"));
        remaps.extend(sources.map(|entry| (entry.path(), "")));
    }
    remaps.push((root.to_owned(), ""));
    remaps
}

fn machine_paths(root: &Path) -> Vec<PathBuf> {
    [Some(root.to_owned()), cargo_home(), env::home_dir()]
        .into_iter()
        .flatten()
        .collect()
}

fn cargo_home() -> Option<PathBuf> {
    env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(env::home_dir()?.join(".cargo")))
}

/// What makes the engine smaller.
const SMALLER: [&str; 4] = [
    // One instruction copies a struct, instead of a load and a store for each of its words.
    "-Cllvm-args=-max-store-memcpy=1",
    // Nothing here nests deeply. A megabyte, which is the default, makes every address a byte longer.
    "-Clink-arg=-zstack-size=65536",
    // No reference types: for an engine without them wasm-bindgen keeps JavaScript's values in an array of the glue, which
    // is less than a table and what it takes to look after that. Nothing that rustc makes uses them.
    "-Clink-arg=--features=bulk-memory,multivalue,mutable-globals,nontrapping-fptoint,sign-ext",
    "-Clink-arg=--no-check-features",
];

/// The value of `CARGO_ENCODED_RUSTFLAGS`: flags with a separator that no path contains.
fn rustflags(inherited: &[String], remaps: &[(PathBuf, &str)]) -> String {
    let ours = remaps
        .iter()
        .map(|(from, to)| format!("--remap-path-prefix={}={to}", from.display()));
    inherited
        .iter()
        .cloned()
        .chain(SMALLER.map(str::to_owned))
        .chain(ours)
        .collect::<Vec<_>>()
        .join("\u{1f}")
}

/// A path of the build machine in the engine is of no use to anybody and tells who built it.
fn keeps_no_machine_path(folder: &Path, paths: &[PathBuf]) -> Result<()> {
    for entry in
        fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?
    {
        let file = entry?.path();
        if file.extension().is_none_or(|extension| extension != "wasm") {
            continue;
        }
        let bytes = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
        if let Some(path) = paths
            .iter()
            .find(|path| contains(&bytes, &path.to_string_lossy()))
        {
            bail!(
                "{} contains the path {} of this machine. Add a --remap-path-prefix for it in xtask/src/package.rs.",
                file.display(),
                path.display()
            );
        }
    }
    Ok(())
}

fn contains(bytes: &[u8], path: &str) -> bool {
    // A home such as `/` or `/a` would be found by chance.
    path.len() > 3
        && bytes
            .windows(path.len())
            .any(|window| window == path.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_of_the_caller_are_kept_and_ours_follow() {
        let flags = rustflags(
            &["-Cdebuginfo=0".to_owned()],
            &[("/home/ann".into(), "~"), ("/home/ann/src/a b".into(), "")],
        );
        let flags: Vec<_> = flags.split('\u{1f}').collect();
        let [first, .., before_last, last] = *flags else {
            panic!("flags are missing: {flags:?}")
        };
        assert_eq!(first, "-Cdebuginfo=0");
        assert_eq!(
            [before_last, last],
            [
                "--remap-path-prefix=/home/ann=~",
                "--remap-path-prefix=/home/ann/src/a b="
            ]
        );
    }

    #[test]
    fn a_machine_path_is_found_in_the_midst_of_bytes() {
        assert!(contains(b"\0asm..../home/ann/src/lib.rs..", "/home/ann"));
        assert!(!contains(b"\0asm....src/lib.rs..", "/home/ann"));
        assert!(!contains(b"\0asm....src/lib.rs..", "/"));
    }
}
