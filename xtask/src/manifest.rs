//! The few facts that xtask reads from `Cargo.toml` and `Cargo.lock`.

use anyhow::{Context, Result};
use std::fs;
use std::path::Path;

/// The version of the package, from the root `Cargo.toml`; the npm package carries the same.
pub fn package_version(root: &Path) -> Result<String> {
    let text = read(&root.join("Cargo.toml"))?;
    value_after(&text, "[package]", "version")
        .context("Cargo.toml: [package] has no `version = \"...\"`; add one")
}

/// The exact version of a dependency, from `Cargo.lock`.
pub fn locked_version(root: &Path, package: &str) -> Result<String> {
    let text = read(&root.join("Cargo.lock"))?;
    value_after(&text, &format!("name = \"{package}\""), "version").with_context(|| {
        format!("Cargo.lock: no package `{package}`; run `cargo generate-lockfile` and look at Cargo.toml")
    })
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

/// The string given to `key` in the block that starts with the line `opening`.
fn value_after(text: &str, opening: &str, key: &str) -> Option<String> {
    let block = text
        .lines()
        .skip_while(|line| line.trim() != opening)
        .skip(1);
    block
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| line.split_once('='))
        .find(|(name, _)| name.trim() == key)
        .map(|(_, value)| value.trim().trim_matches('"').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn package_version_is_that_of_the_package_table() {
        let text =
            "[workspace]\nversion = \"9.9.9\"\n[package]\nname = \"a\"\nversion = \"0.1.0\"\n";
        assert_eq!(
            value_after(text, "[package]", "version").as_deref(),
            Some("0.1.0")
        );
    }

    #[test]
    fn locked_version_is_that_of_the_package_named() {
        let text = "[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.80\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(
            value_after(text, "name = \"wasm-bindgen\"", "version").as_deref(),
            Some("0.2.130")
        );
    }

    #[test]
    fn a_table_without_the_key_does_not_borrow_its_neighbors() {
        let text = "[package]\nname = \"a\"\n[lib]\nversion = \"1.0.0\"\n";
        assert_eq!(value_after(text, "[package]", "version"), None);
    }
}
