//! The browsers for tests, each with the driver that obeys WebDriver.

mod chromium;
mod firefox;
mod webkit;

use anyhow::{Result, bail};
use std::env;
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

use super::Toolbox;
use crate::version::Version;
use crate::{process, report};

/// A browser engine that tests run in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Browser {
    Chromium,
    Firefox,
    Webkit,
}

impl Browser {
    /// Whether there is nothing to test without it. The others run where they can be had.
    pub fn is_required(self) -> bool {
        self == Self::Chromium
    }
}

/// As the command line and `E2E_BROWSER` name it.
impl fmt::Display for Browser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
            Self::Webkit => "webkit",
        })
    }
}

/// Where a browser's driver is, and what tells the tests of both.
#[derive(Debug)]
pub struct Installation {
    pub driver: PathBuf,
    /// The browser, where the environment named it, so that the driver has to be told of it.
    pub chosen: Option<PathBuf>,
    /// The variables by which the tests find browser and driver.
    pub environment: Vec<(&'static str, PathBuf)>,
}

/// Finds a browser with its driver, or installs what is missing of them.
///
/// # Errors
/// When a required browser cannot be had. That another cannot is noted, and remembered in the
/// toolbox.
pub fn find_or_install(tools: &mut Toolbox, browser: Browser) -> Result<()> {
    let found = match browser {
        Browser::Chromium => chromium::find_or_install(tools),
        Browser::Firefox => firefox::find_or_install(tools),
        Browser::Webkit => webkit::find_or_install(tools),
    };
    let found = match found {
        Err(error) if browser.is_required() => return Err(error),
        Err(error) => {
            let reason = format!("{error:#}");
            report::note(&browser.to_string(), &format!("ABSENT: {reason}"));
            Err(reason)
        }
        Ok((installation, tool)) => {
            tools.has(tool);
            Ok(installation)
        }
    };
    tools.browsers.insert(browser, found);
    Ok(())
}

/// The program an environment variable names, where it is set.
fn named(variable: &str) -> Result<Option<PathBuf>> {
    program(variable, env::var_os(variable))
}

fn program(variable: &str, value: Option<OsString>) -> Result<Option<PathBuf>> {
    let Some(value) = value.filter(|value| !value.is_empty()) else {
        return Ok(None);
    };
    let path = PathBuf::from(value);
    match which::which(&path) {
        Ok(found) => Ok(Some(found)),
        Err(_) => bail!(
            "{variable} names {}, which is no program. Correct it or unset it.",
            path.display()
        ),
    }
}

/// The first of these programs on `PATH`, or of these files.
fn first(tools: &Toolbox, programs: &[&str], files: &[&str]) -> Option<PathBuf> {
    let on_path = programs.iter().find_map(|name| tools.find(name));
    on_path.or_else(|| files.iter().map(PathBuf::from).find(|path| path.is_file()))
}

fn version(program: &Path) -> Option<Version> {
    Version::find(&process::output(program, &["--version"])?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_environment_variable_that_names_nothing_is_refused() {
        let error =
            program("CHROME", Some("/nowhere/chrome".into())).expect_err("there is nothing there");
        assert!(
            error
                .to_string()
                .starts_with("CHROME names /nowhere/chrome")
        );
        assert_eq!(
            program("CHROME", Some("".into())).expect("empty is unset"),
            None
        );
        assert_eq!(program("CHROME", None).expect("unset"), None);
    }
}
