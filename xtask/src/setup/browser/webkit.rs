//! WebKitGTK: its driver, which brings a small browser, and a screen for that.

use anyhow::{Context, Result, bail};
use std::env;

use super::super::{Toolbox, apt};
use super::{Installation, named};

const CURE: &str = "Install webkit2gtk-driver and xvfb, or name the driver in WEBKITDRIVER.";

/// Looks at `WEBKITDRIVER`, then at `PATH`; installs what is missing where there is apt.
pub fn find_or_install(tools: &mut Toolbox) -> Result<(Installation, String)> {
    let chosen = named("WEBKITDRIVER")?;
    if !cfg!(target_os = "linux") && chosen.is_none() {
        bail!("WebKitGTK and its driver are for Linux.");
    }
    let has_driver = chosen.is_some() || tools.find("WebKitWebDriver").is_some();
    let missing: Vec<&str> = [
        ("webkit2gtk-driver", has_driver),
        ("xvfb", has_screen(tools)),
    ]
    .into_iter()
    .filter_map(|(package, is_there)| (!is_there).then_some(package))
    .collect();
    if !missing.is_empty() {
        apt::install(tools, "webkit", &missing, "to test in its engine too", CURE)?;
    }
    let driver = chosen.or_else(|| tools.find("WebKitWebDriver"));
    let driver = driver.filter(|_| has_screen(tools)).with_context(|| {
        format!(
            "apt installed {}, yet not on PATH. {CURE}",
            missing.join(" and ")
        )
    })?;
    let installation = Installation {
        chosen: None,
        environment: vec![("WEBKITDRIVER", driver.clone())],
        driver,
    };
    Ok((installation, "webkit".to_owned()))
}

/// A screen, or what makes a virtual one: it knows no headless mode.
fn has_screen(tools: &Toolbox) -> bool {
    let is_set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    is_set("DISPLAY") || is_set("WAYLAND_DISPLAY") || tools.find("Xvfb").is_some()
}
