//! The project's commands: `cargo xtask demo`, `test`, `build`, `size`, `bench` and `fuzz`.
//!
//! Each command first installs what it needs and does not find (module [`setup`]), so that a
//! machine with nothing but Rust and Node is enough to start from.

mod bench;
mod demo;
mod frontends;
mod fuzz;
mod manifest;
mod package;
mod process;
mod report;
mod setup;
mod site;
mod size;
mod test;
mod version;

use anyhow::Result;
use clap::{Parser, Subcommand};
use setup::Toolbox;
use std::process::ExitCode;

#[derive(Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    about = "Builds, tests and shows the project; installs what is missing first"
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build everything, serve the playground, print its address and open the browser
    Demo(demo::Options),
    /// Run the tests: all of them, or the parts that are named
    Test(test::Options),
    /// Build the publishable npm package into pkg/ and print its sizes
    Build,
    /// Print the sizes of the package in pkg/; fails when it is over its budget
    Size,
    /// Measure the package side by side with its peers; the tables and plots go to docs/
    Bench(bench::Options),
    /// Try the core with inputs that libFuzzer finds
    Fuzz(fuzz::Options),
}

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<()> {
    let mut tools = Toolbox::new();
    match command {
        Command::Demo(options) => demo::run(&mut tools, &options),
        Command::Test(options) => test::run(&mut tools, &options),
        Command::Build => {
            setup::for_build(&mut tools)?;
            report::heading("package");
            package::build(&tools)
        }
        Command::Size => {
            setup::for_size(&mut tools)?;
            size::run(&tools)
        }
        Command::Bench(options) => bench::run(&mut tools, &options),
        Command::Fuzz(options) => fuzz::run(&mut tools, &options),
    }
}
