//! `cargo xtask fuzz`: what the core reads and does, with inputs that libFuzzer finds.

use anyhow::Result;
use clap::Args;

use crate::setup::{self, Toolbox};
use crate::site::cargo;
use crate::{process, report};

/// What can be named on the command line; the targets themselves are in `fuzz/targets`.
const NAMES: [&str; 8] = [
    "challenge",
    "exclusion",
    "expiry",
    "news",
    "options",
    "reply",
    "session",
    "url",
];

#[derive(Args)]
pub struct Options {
    /// What to try; everything when nothing is named
    #[arg(value_parser = NAMES)]
    names: Vec<String>,
    /// How many inputs each of them gets
    #[arg(long, default_value_t = 1_000_000)]
    runs: u64,
}

/// Tries each target, and goes on from the inputs that it found before. Ends at the first that breaks a rule.
///
/// # Errors
/// When something cannot be had, or a rule is broken: the input that did it is left in `fuzz/artifacts`.
pub fn run(tools: &mut Toolbox, options: &Options) -> Result<()> {
    setup::for_fuzz(tools)?;
    let is_wanted =
        |name: &&str| options.names.is_empty() || options.names.iter().any(|it| it == name);
    for name in NAMES.iter().copied().filter(is_wanted) {
        report::heading(name);
        // The core has no unsafe code that a sanitizer could watch, and without one the stable compiler will do.
        let mut fuzz = cargo();
        fuzz.current_dir(tools.root())
            .args([
                "fuzz",
                "run",
                "--fuzz-dir",
                "fuzz",
                "--sanitizer",
                "none",
                name,
                "--",
            ])
            .arg(format!("-runs={}", options.runs))
            .args(["-max_len=1024", "-len_control=0", "-print_final_stats=1"]);
        let words = format!("fuzz/words/{name}.dict");
        if tools.root().join(&words).is_file() {
            fuzz.arg(format!("-dict={words}"));
        }
        process::run(
            &mut fuzz,
            "The lines above say what broke; the input is in fuzz/artifacts. With it as the last argument, \
             `cargo fuzz run --fuzz-dir fuzz --sanitizer none` and the target's name do it again.",
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::path::Path;

    #[test]
    fn every_target_has_its_name() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/targets");
        let files = fs::read_dir(folder).expect("the targets are there");
        let mut found: Vec<_> = files
            .map(|file| file.expect("it can be read").path())
            .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
            .collect();
        found.sort();
        assert_eq!(found, NAMES);
    }
}
