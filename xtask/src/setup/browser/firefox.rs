//! Firefox and geckodriver.

use anyhow::{Context, Result};

use super::super::{Toolbox, apt, rust};
use super::{Installation, first, named, version};

const PROGRAMS: &[&str] = &["firefox", "firefox-esr"];

/// Where it is on macOS, where it does not stand on `PATH`.
const FILES: &[&str] = &["/Applications/Firefox.app/Contents/MacOS/firefox"];

/// What is installed where there is no geckodriver.
const GECKODRIVER: &str = "0.37.1";

const CURE: &str = "Install Firefox, or name it in FIREFOX.";

/// Looks at `FIREFOX` and `GECKODRIVER`, then at `PATH`; apt installs the one, cargo the other.
pub fn find_or_install(tools: &mut Toolbox) -> Result<(Installation, String)> {
    let chosen = named("FIREFOX")?;
    let program = match chosen.clone().or_else(|| first(tools, PROGRAMS, FILES)) {
        Some(program) => program,
        None => {
            let why = "to test in its engine too";
            apt::install(tools, "firefox", &["firefox-esr"], why, CURE)?;
            first(tools, PROGRAMS, FILES).with_context(|| {
                format!("apt installed firefox-esr, yet it is not on PATH. {CURE}")
            })?
        }
    };
    let driver = match named("GECKODRIVER")?.or_else(|| tools.find("geckodriver")) {
        Some(driver) => driver,
        None => {
            rust::cargo_install("geckodriver", GECKODRIVER, "it drives Firefox", None)?;
            rust::find_cargo_bin(tools, "geckodriver")?
        }
    };
    let tool =
        version(&program).map_or("firefox".to_owned(), |version| format!("firefox {version}"));
    let installation = Installation {
        chosen,
        environment: vec![("FIREFOX", program), ("GECKODRIVER", driver.clone())],
        driver,
    };
    Ok((installation, tool))
}
