//! A Chromium and the ChromeDriver that fits it.

use anyhow::{Context, Result, bail};
use std::path::PathBuf;

use super::super::{Toolbox, apt};
use super::{Installation, first, named, version};
use crate::version::Version;

const PROGRAMS: &[&str] = &[
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
    "chrome",
];

/// Where it is on macOS, where it does not stand on `PATH`.
const FILES: &[&str] = &[
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

const CURE: &str = "Install Chromium or Chrome and the chromedriver of the same major version, or name them in \
                    CHROME and CHROMEDRIVER; or leave the browser out: `cargo xtask test lint host build types package`.";

/// Looks at `CHROME` and `CHROMEDRIVER`, then at `PATH`; installs both where there is apt.
pub fn find_or_install(tools: &mut Toolbox) -> Result<(Installation, String)> {
    let (chrome, driver) = match find(tools)? {
        Some(pair) => pair,
        None => {
            apt::install(
                tools,
                "chromium",
                &["chromium", "chromium-driver"],
                "to test in a real browser",
                CURE,
            )?;
            find(tools)?.context(
                "apt installed chromium and chromium-driver, yet they are not on PATH. \
                 Name them in the environment: CHROME and CHROMEDRIVER.",
            )?
        }
    };
    let tool = same_major(version(&chrome), version(&driver))?;
    let installation = Installation {
        chosen: named("CHROME")?,
        environment: vec![("CHROME", chrome), ("CHROMEDRIVER", driver.clone())],
        driver,
    };
    Ok((installation, tool))
}

fn find(tools: &Toolbox) -> Result<Option<(PathBuf, PathBuf)>> {
    let chrome = named("CHROME")?.or_else(|| first(tools, PROGRAMS, FILES));
    let driver = named("CHROMEDRIVER")?.or_else(|| tools.find("chromedriver"));
    Ok(chrome.zip(driver))
}

/// What to say of the pair; a browser that prints no version (on Windows none does) is believed.
fn same_major(chrome: Option<Version>, driver: Option<Version>) -> Result<String> {
    match (chrome, driver) {
        (Some(chrome), Some(driver)) if chrome.major != driver.major => bail!(
            "the browser is version {}, chromedriver is version {}; the two have to match. Install the \
             chromedriver of version {0}, or name a fitting pair in CHROME and CHROMEDRIVER.",
            chrome.major,
            driver.major
        ),
        (Some(chrome), _) => Ok(format!("chromium {chrome}")),
        (None, _) => Ok("chromium".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_of_different_majors_is_refused_with_both_named() {
        let error = same_major(Some(Version::new(156, 0, 1)), Some(Version::new(155, 0, 9)));
        let text = error.expect_err("they differ").to_string();
        assert!(
            text.contains("browser is version 156, chromedriver is version 155"),
            "{text}"
        );
        assert!(text.contains("chromedriver of version 156"), "{text}");
    }

    #[test]
    fn a_pair_of_one_major_or_of_unknown_version_is_taken() {
        let (old, new) = (Version::new(156, 0, 1), Version::new(156, 0, 2));
        assert_eq!(
            same_major(Some(new), Some(old)).expect("same major"),
            "chromium 156.0.2"
        );
        assert_eq!(
            same_major(None, Some(old)).expect("unknown is believed"),
            "chromium"
        );
    }
}
