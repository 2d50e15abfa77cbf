//! How much a user of the package downloads.

use anyhow::Result;

use crate::setup::Toolbox;
use crate::{process, report};

/// Prints raw, gzip and brotli bytes of every shipped file and of the parts in them.
///
/// # Errors
/// When `index.js` is over its budget, or there is no package yet.
pub fn run(tools: &Toolbox) -> Result<()> {
    report::heading("sizes");
    process::run(
        tools.command("node")?.arg("xtask/js/size.mjs"),
        "`cargo xtask build` makes the package; the budget stands in xtask/js/size.mjs.",
    )
}
