//! `cargo xtask test`: every test there is, or the parts that are named.

mod part;
mod run;

use anyhow::{Result, bail};
use clap::Args;
use std::time::{Duration, Instant};

use crate::report;
use crate::setup::{self, Toolbox};
use part::Part;

#[derive(Args)]
pub struct Options {
    /// The parts to run, with what they need built first; all when none is named
    #[arg(value_enum)]
    parts: Vec<Part>,
    /// Stop at the first part that fails
    #[arg(long)]
    fail_fast: bool,
}

enum Outcome {
    Passed,
    Failed(String),
    /// Not run, because a part it needs did not pass.
    Skipped(Part),
}

/// Sets up, runs the parts and ends with a table of how each of them went.
pub fn run(tools: &mut Toolbox, options: &Options) -> Result<()> {
    let plan = part::plan(&options.parts);
    setup::for_tests(
        tools,
        plan.iter().any(|part| part.needs_engine()),
        plan.iter().any(|part| part.needs_browser()),
    )?;
    let mut results: Vec<(Part, Outcome, Duration)> = Vec::new();
    for part in plan {
        let start = Instant::now();
        let outcome = match missing(part, &results) {
            Some(need) => Outcome::Skipped(need),
            None => {
                report::heading(part.title());
                run::part(part, tools).map_or_else(
                    |error| Outcome::Failed(format!("{error:#}")),
                    |()| Outcome::Passed,
                )
            }
        };
        if let Outcome::Failed(reason) = &outcome {
            report::note("FAILED", reason);
        }
        let stop = options.fail_fast && matches!(outcome, Outcome::Failed(_));
        results.push((part, outcome, start.elapsed()));
        if stop {
            break;
        }
    }
    summary(&results)
}

/// The first thing a part needs that did not pass.
fn missing(part: Part, results: &[(Part, Outcome, Duration)]) -> Option<Part> {
    let unmet = results
        .iter()
        .filter(|(_, outcome, _)| !matches!(outcome, Outcome::Passed));
    unmet
        .map(|(done, ..)| *done)
        .find(|done| part.needs().contains(done))
}

fn summary(results: &[(Part, Outcome, Duration)]) -> Result<()> {
    report::heading("summary");
    for (part, outcome, duration) in results {
        let (word, reason) = match outcome {
            Outcome::Passed => ("passed", String::new()),
            Outcome::Failed(reason) => ("FAILED", reason.clone()),
            Outcome::Skipped(need) => ("skipped", format!("it needs {}", need.name())),
        };
        println!(
            "   {:<9} {word:<8} {:>7.1} s  {reason}",
            part.name(),
            duration.as_secs_f32()
        );
    }
    let passed = results
        .iter()
        .filter(|(_, outcome, _)| matches!(outcome, Outcome::Passed))
        .count();
    let skipped = results
        .iter()
        .filter(|(_, outcome, _)| matches!(outcome, Outcome::Skipped(_)))
        .count();
    let failed = results.len() - passed - skipped;
    println!("\nparts: {passed} passed, {failed} failed, {skipped} skipped");
    if failed + skipped > 0 {
        bail!("not every part has passed. `cargo xtask test NAME` repeats one of them.");
    }
    Ok(())
}
