//! A Chromium and the ChromeDriver that fits it.

use anyhow::{Context, Result, bail};
use std::env;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

use super::Toolbox;
use crate::version::Version;
use crate::{process, report};

/// What drives tests in a real browser.
#[derive(Debug)]
pub struct Browser {
    pub chrome: PathBuf,
    pub driver: PathBuf,
    /// Whether the environment named the browser, so that the driver has to be told of it.
    pub chosen: bool,
}

const CHROMES: &[&str] = &[
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
    "chrome",
];

/// Where browsers are that do not stand on `PATH`.
const MAC_CHROMES: &[&str] = &[
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

const APT_PACKAGES: &[&str] = &["chromium", "chromium-driver"];

/// Looks at `CHROME` and `CHROMEDRIVER`, then at `PATH`; installs both where there is apt.
pub fn find_or_install(tools: &mut Toolbox) -> Result<()> {
    if find(tools)?.is_none() {
        apt_install(tools)?;
    }
    let browser = find(tools)?.context(
        "apt installed chromium and chromium-driver, yet they are not on PATH. \
         Name them in the environment: CHROME and CHROMEDRIVER.",
    )?;
    tools.has(same_major(
        version(&browser.chrome),
        version(&browser.driver),
    )?);
    tools.browser = Some(browser);
    Ok(())
}

fn find(tools: &Toolbox) -> Result<Option<Browser>> {
    let chosen = named("CHROME", env::var_os("CHROME"))?;
    let driver = named("CHROMEDRIVER", env::var_os("CHROMEDRIVER"))?;
    let is_chosen = chosen.is_some();
    let chrome = chosen
        .or_else(|| CHROMES.iter().find_map(|name| tools.find(name)))
        .or_else(|| {
            MAC_CHROMES
                .iter()
                .map(PathBuf::from)
                .find(|path| path.is_file())
        });
    let driver = driver.or_else(|| tools.find("chromedriver"));
    Ok(chrome.zip(driver).map(|(chrome, driver)| Browser {
        chrome,
        driver,
        chosen: is_chosen,
    }))
}

/// The program an environment variable names, where it is set.
fn named(variable: &str, value: Option<OsString>) -> Result<Option<PathBuf>> {
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

fn version(program: &PathBuf) -> Option<Version> {
    Version::find(&process::output(program, &["--version"])?)
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

fn apt_install(tools: &Toolbox) -> Result<()> {
    let cure = "Install Chromium or Chrome and the chromedriver of the same major version, or name them in \
                CHROME and CHROMEDRIVER; or leave the browser out: `cargo xtask test lint host build types package`.";
    if tools.find("apt-get").is_none() {
        bail!(
            "there is no Chromium with a chromedriver on PATH, and no apt to install them. {cure}"
        );
    }
    report::timed(
        "chromium",
        "apt installs chromium and chromium-driver, to test in a real browser",
        || {
            process::run(apt(tools)?.arg("update"), cure)?;
            process::run(
                apt(tools)?
                    .args(["install", "--yes", "--no-install-recommends"])
                    .args(APT_PACKAGES),
                cure,
            )
        },
    )
}

fn apt(tools: &Toolbox) -> Result<Command> {
    let is_root = process::output("id", &["-u"]).is_some_and(|id| id.trim() == "0");
    let mut apt = if is_root {
        tools.command("apt-get")?
    } else {
        let mut sudo = tools.command("sudo").context(
            "installing a browser with apt takes root. Run `apt-get install chromium chromium-driver` as root.",
        )?;
        sudo.args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]);
        sudo
    };
    apt.env("DEBIAN_FRONTEND", "noninteractive")
        .args(["--quiet", "--option=Dpkg::Use-Pty=0"]);
    Ok(apt)
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

    #[test]
    fn an_environment_variable_that_names_nothing_is_refused() {
        let error =
            named("CHROME", Some("/nowhere/chrome".into())).expect_err("there is nothing there");
        assert!(
            error
                .to_string()
                .starts_with("CHROME names /nowhere/chrome")
        );
        assert_eq!(
            named("CHROME", Some("".into())).expect("empty is unset"),
            None
        );
        assert_eq!(named("CHROME", None).expect("unset"), None);
    }
}
