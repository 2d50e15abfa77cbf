//! `cargo xtask test`: every test there is, or the parts that are named.

mod doorbell;
mod part;
mod run;

use anyhow::{Result, bail};
use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser};
use std::env;
use std::time::{Duration, Instant};

use crate::report;
use crate::setup::{self, Toolbox};
use part::Part;

#[derive(Args)]
pub struct Options {
    /// The parts to run, with what they need built first; all when none is named
    #[arg(value_parser = names())]
    parts: Vec<String>,
    /// Stop at the first part that fails
    #[arg(long)]
    fail_fast: bool,
}

fn names() -> PossibleValuesParser {
    let named = |(name, help): &(&'static str, &'static str)| PossibleValue::new(*name).help(*help);
    PossibleValuesParser::new(part::NAMES.iter().map(named))
}

enum Outcome {
    Passed,
    Failed(String),
    /// Not run, because a part it needs did not pass.
    Skipped(Part),
    /// Not run, because its browser cannot be had here; and that is no failure.
    Absent(String),
}

/// Sets up, runs the parts and ends with a table of how each of them went.
pub fn run(tools: &mut Toolbox, options: &Options) -> Result<()> {
    let plan = part::plan(&options.parts);
    setup::for_tests(
        tools,
        plan.iter().any(|part| part.needs_engine()),
        &plan.iter().filter_map(|part| part.browser()).collect(),
    )?;
    let mut results: Vec<(Part, Outcome, Duration)> = Vec::new();
    for part in plan {
        let start = Instant::now();
        let outcome = outcome(part, tools, options, &results);
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

fn outcome(
    part: Part,
    tools: &mut Toolbox,
    options: &Options,
    results: &[(Part, Outcome, Duration)],
) -> Outcome {
    if let Some(need) = missing(part, results) {
        return Outcome::Skipped(need);
    }
    if let Some(Err(reason)) = part.browser().map(|browser| tools.browser(browser)) {
        let reason = reason.to_owned();
        let is_asked_for = options.parts.iter().any(|name| *name == part.name());
        return if is_asked_for || on_ci(env::var("CI").ok().as_deref()) {
            Outcome::Failed(reason)
        } else {
            Outcome::Absent(reason)
        };
    }
    report::heading(&format!("{}: {}", part.name(), part.does()));
    run::part(part, tools).map_or_else(
        |error| Outcome::Failed(format!("{error:#}")),
        |()| Outcome::Passed,
    )
}

/// Whether nobody would read that a browser is absent, by what `CI` is set to.
fn on_ci(variable: Option<&str>) -> bool {
    variable.is_some_and(|value| !matches!(value, "" | "0" | "false"))
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
            Outcome::Absent(reason) => ("ABSENT", reason.clone()),
        };
        println!(
            "   {:<16} {word:<8} {:>7.1} s  {reason}",
            part.name(),
            duration.as_secs_f32()
        );
    }
    let count = |is: fn(&Outcome) -> bool| results.iter().filter(|(_, it, _)| is(it)).count();
    let passed = count(|it| matches!(it, Outcome::Passed));
    let failed = count(|it| matches!(it, Outcome::Failed(_)));
    let skipped = count(|it| matches!(it, Outcome::Skipped(_)));
    let absent = count(|it| matches!(it, Outcome::Absent(_)));
    print!("\nparts: {passed} passed, {failed} failed, {skipped} skipped");
    match absent {
        0 => println!(),
        _ => println!(", {absent} NOT RUN for want of a browser"),
    }
    if failed + skipped > 0 {
        bail!("not every part has passed. `cargo xtask test NAME` repeats one of them.");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ci_is_what_says_so() {
        assert!(on_ci(Some("true")) && on_ci(Some("1")));
        assert!(!on_ci(None) && !on_ci(Some("")) && !on_ci(Some("false")));
    }
}
