//! Running other programs, with errors that name the program and the cure.

use anyhow::{Context, Result, bail};
use std::path::Path;
use std::process::{Command, Stdio};

/// Runs a command whose output the person at the terminal sees as it comes.
///
/// # Errors
/// When it cannot be started or ends with anything but success. The sentence names the command
/// line and ends with `cure`.
pub fn run(command: &mut Command, cure: &str) -> Result<()> {
    let status = command
        .stdin(Stdio::null())
        .status()
        .with_context(|| format!("cannot start `{}`. {cure}", line(command)))?;
    if !status.success() {
        bail!("`{}` failed ({status}). {cure}", line(command));
    }
    Ok(())
}

/// What a command prints on standard output; nothing when it cannot be run or fails.
pub fn output(program: impl AsRef<Path>, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program.as_ref())
        .args(arguments)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The command as one would type it, its program without the folder.
fn line(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let program = program.file_name().unwrap_or(command.get_program());
    let words = std::iter::once(program).chain(command.get_args());
    words
        .map(|word| word.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_names_the_command_and_the_cure() {
        let error = run(
            Command::new("cargo")
                .arg("no-such-command")
                .stderr(Stdio::null()),
            "Try another.",
        );
        let text = error.expect_err("cargo has no such command").to_string();
        assert!(
            text.starts_with("`cargo no-such-command` failed (exit"),
            "{text}"
        );
        assert!(text.ends_with("Try another."), "{text}");
    }

    #[test]
    fn a_program_that_is_not_there_is_named() {
        let error = run(&mut Command::new("/nowhere/no-such-program"), "Install it.");
        let text = error.expect_err("there is no such program").to_string();
        assert_eq!(text, "cannot start `no-such-program`. Install it.");
    }

    #[test]
    fn output_of_a_failing_command_is_nothing() {
        assert_eq!(output("cargo", &["no-such-command"]), None);
        assert!(
            output("cargo", &["--version"])
                .expect("cargo runs")
                .starts_with("cargo ")
        );
    }
}
