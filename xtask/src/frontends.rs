//! The examples for Rust front ends: from `examples/` to pages in `target/frontends/`.

use anyhow::{Context, Result};
use std::env;
use std::fs;
use std::path::PathBuf;

use crate::setup::Toolbox;
use crate::site::cargo;
use crate::{process, report};

/// One page each.
const EXAMPLES: [&str; 2] = ["leptos", "yew"];

/// Builds the examples.
pub fn build(tools: &Toolbox) -> Result<()> {
    report::timed(
        "examples",
        "cargo compiles Leptos, Yew and a page in each",
        || {
            let mut cargo = cargo();
            cargo
                .current_dir(tools.root().join("examples"))
                .args(["build", "--quiet", "--locked", "--target", TARGET])
                .arg("--target-dir")
                .arg(target_folder()?);
            process::run(&mut cargo, "The lines above name the file in examples/.")
        },
    )?;
    EXAMPLES.iter().try_for_each(|name| page(tools, name))
}

const TARGET: &str = "wasm32-unknown-unknown";

fn page(tools: &Toolbox, name: &str) -> Result<()> {
    let folder = tools.root().join("target").join("frontends").join(name);
    // wasm-bindgen adds to what is there: a snippet of yesterday would stand beside today's.
    if folder.exists() {
        fs::remove_dir_all(&folder)
            .with_context(|| format!("cannot empty {}", folder.display()))?;
    }
    let built = target_folder()?.join(TARGET).join("debug");
    let mut wasm_bindgen = tools.command("wasm-bindgen")?;
    wasm_bindgen
        .args([
            "--target",
            "web",
            "--no-typescript",
            "--out-name",
            "app",
            "--out-dir",
        ])
        .arg(&folder)
        .arg(built.join(format!("example-{name}.wasm")));
    process::run(
        &mut wasm_bindgen,
        "It has to be of the version of wasm-bindgen in examples/Cargo.lock, which is that in Cargo.lock.",
    )?;
    let pages = tools.root().join("examples").join("page");
    for entry in fs::read_dir(&pages).with_context(|| format!("cannot read {}", pages.display()))? {
        let from = entry?.path();
        let to = folder.join(from.file_name().unwrap_or_default());
        fs::copy(&from, &to).with_context(|| format!("cannot copy {}", from.display()))?;
    }
    Ok(())
}

/// Where cargo puts what it makes: beside what is made of the crate elsewhere, not among it. The file of a crate that is a
/// `cdylib` too has no hash in its name, so that with the feature `npm` and that without would replace each other.
fn target_folder() -> Result<PathBuf> {
    let own = env::current_exe().context("the folder of the xtask program is not known")?;
    let folder = own.parent().and_then(|profile| profile.parent());
    Ok(folder
        .context("the xtask program is in no target folder")?
        .join("examples"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest;

    #[test]
    fn both_lock_files_have_the_same_wasm_bindgen() {
        let root = Toolbox::new().root().to_owned();
        let versions = [root.clone(), root.join("examples")]
            .map(|folder| manifest::locked_version(&folder, "wasm-bindgen").expect("it is locked"));
        assert_eq!(versions[0], versions[1]);
    }
}
