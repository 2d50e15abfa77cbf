//! `cargo xtask bench`: the package side by side with its peers.

use anyhow::Result;
use clap::Args;

use crate::setup::{self, Toolbox};
use crate::{package, process, report};

/// What can be named on the command line; the measurements themselves are in `benches/measures`.
const NAMES: [&str; 7] = [
    "job",
    "overhead",
    "storm",
    "growth",
    "coldstart",
    "size",
    "soak",
];

#[derive(Args)]
pub struct Options {
    /// What to measure; everything when nothing is named
    #[arg(value_parser = NAMES)]
    names: Vec<String>,
    /// Few rounds, which show that it runs; keeps nothing in docs/
    #[arg(long)]
    quick: bool,
    /// Fail where a ratio is over its budget (benches/budgets.json); keeps nothing in docs/
    #[arg(long)]
    check: bool,
}

/// Builds the package, measures, prints the tables, and keeps tables, plots and figures in `docs/`.
///
/// # Errors
/// When something cannot be had, or `--check` finds a ratio over its budget.
pub fn run(tools: &mut Toolbox, options: &Options) -> Result<()> {
    setup::for_bench(tools)?;
    report::heading("package");
    package::build(tools)?;
    measure(tools, options)
}

/// Fails where a ratio is over its budget, by a few rounds, with the package that is there.
///
/// # Errors
/// When something cannot be had, or a ratio is over its budget.
pub fn check(tools: &mut Toolbox) -> Result<()> {
    let options = Options {
        names: Vec::new(),
        quick: true,
        check: true,
    };
    measure(tools, &options)
}

fn measure(tools: &mut Toolbox, options: &Options) -> Result<()> {
    let folder = tools.root().join("benches");
    setup::npm_install(tools, &folder, "the peers, and what draws the plots")?;
    let mut node = tools.command("node")?;
    node.arg("benches/run.mjs").args(&options.names);
    if options.quick {
        node.arg("--quick");
    }
    if options.check {
        node.arg("--check");
    }
    process::run(
        &mut node,
        "The lines above say what went wrong; the budgets are in benches/budgets.json.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn every_name_is_a_measurement() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../benches/measures");
        for name in NAMES {
            let file = folder.join(name).with_extension("mjs");
            assert!(file.is_file(), "{} is missing", file.display());
        }
    }
}
