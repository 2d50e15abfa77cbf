//! How each part is run.

use anyhow::{Context, Result, anyhow, bail};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::available_parallelism;

use super::doorbell::Doorbell;
use super::part::{Part, Suite};
use crate::setup::{self, Browser, Toolbox};
use crate::site::cargo;
use crate::{bench, frontends, package, process, site};

const NAMED_ABOVE: &str = "The lines above name the tests.";

/// Runs one part; what it needs has passed.
pub fn part(part: Part, tools: &mut Toolbox) -> Result<()> {
    match part {
        Part::Lint => lint(tools),
        Part::Host => host(tools),
        Part::Build => package::build(tools),
        Part::Types => types(tools),
        Part::Package => packed(tools),
        Part::Bindings(browser) => bindings(tools, browser),
        Part::Site => {
            site::build(tools)?;
            site::test(tools)
        }
        Part::E2e(browser) => end_to_end(tools, browser),
        Part::Plain => plain(tools),
        Part::Suite(suite) => with_others(tools, suite),
        Part::Frontends => in_front_ends(tools),
        Part::Bench => bench::check(tools),
    }
}

fn lint(tools: &Toolbox) -> Result<()> {
    let run = |arguments: &[&str], cure: &str| {
        process::run(cargo().current_dir(tools.root()).args(arguments), cure)
    };
    let component =
        "Mend what the lines above name (missing tools: `rustup component add rustfmt clippy`).";
    run(&["fmt", "--all", "--check"], "`cargo fmt --all` mends it.")?;
    let fuzz = ["fmt", "--manifest-path", "fuzz/Cargo.toml", "--check"];
    run(&fuzz, "`cargo fmt` in fuzz/ mends it.")?;
    run(
        &[
            "clippy",
            "--workspace",
            "--all-targets",
            "--",
            "--deny",
            "warnings",
        ],
        component,
    )?;
    let wasm = [
        "--target",
        "wasm32-unknown-unknown",
        "--package",
        "oauth-refresh-wasm",
    ];
    // As its tests and the npm package have it; then as a front end in Rust does, without the feature `npm`.
    for targets in ["--all-targets", "--lib"] {
        let warnings = [targets, "--", "--deny", "warnings"];
        run(&[&["clippy"], &wasm[..], &warnings].concat(), component)?;
    }
    Ok(())
}

fn host(tools: &Toolbox) -> Result<()> {
    let mut cargo = cargo();
    cargo
        .current_dir(tools.root())
        .args(["test", "--workspace", "--no-fail-fast"]);
    process::run(&mut cargo, NAMED_ABOVE)
}

fn types(tools: &Toolbox) -> Result<()> {
    let mut tsc = tools.command("tsc")?;
    process::run(
        tsc.args(["--noEmit", "--project", "tests/types"]),
        "The lines above name the place in tests/types.",
    )
}

fn packed(tools: &Toolbox) -> Result<()> {
    process::run(
        tools.command("publint")?.args(["run", "pkg", "--strict"]),
        "Mend pkg-template/package.json.",
    )?;
    // The .wasm file has no types; `./url` is for browsers and speaks ESM alone.
    attw(tools, "--exclude-entrypoints ./core.wasm ./url")?;
    attw(
        tools,
        "--entrypoints ./url --ignore-rules cjs-resolves-to-esm",
    )?;
    process::run(&mut node_tests(tools, "xtask/js", &[])?, NAMED_ABOVE)?;
    process::run(&mut node_tests(tools, "tests/package", &[])?, NAMED_ABOVE)
}

/// Whether every way of resolving finds the types that belong to the script it finds; the old one knows no `exports`, as
/// Parcel does not, and wants files of that name.
fn attw(tools: &Toolbox, entries: &str) -> Result<()> {
    let mut attw = tools.command("attw")?;
    attw.args(["--pack", "pkg", "--format", "table-flipped"])
        .args(entries.split_whitespace());
    process::run(&mut attw, "Mend pkg-template/package.json.")
}

/// `wasm-pack test`, as it can be typed by hand in the checkout.
fn bindings(tools: &Toolbox, browser: Browser) -> Result<()> {
    let installation = tools
        .browser(browser)
        .map_err(|reason| anyhow!("{reason}"))?;
    let (option, driver, capability) = match browser {
        Browser::Chromium => ("--chrome", "--chromedriver", "goog:chromeOptions"),
        Browser::Firefox => ("--firefox", "--geckodriver", "moz:firefoxOptions"),
        Browser::Webkit => bail!("wasm-pack does not drive WebKitGTK."),
    };
    let doorbell = Doorbell::install()?;
    let mut wasm_pack = tools.command("wasm-pack")?;
    wasm_pack
        .args(["test", "--mode", "no-install", "--headless", option, driver])
        .arg(&installation.driver)
        .env("WASM_BINDGEN_TEST_ADDRESS", doorbell.address().to_string());
    if let Some(chosen) = &installation.chosen {
        wasm_pack.env(
            "WASM_BINDGEN_TEST_WEBDRIVER_JSON",
            capabilities(tools.root(), capability, chosen)?,
        );
    }
    process::run(&mut wasm_pack, NAMED_ABOVE)
}

/// The checkout's `webdriver.json`, with the browser that the environment names.
fn capabilities(root: &Path, capability: &str, program: &Path) -> Result<PathBuf> {
    let text =
        fs::read_to_string(root.join("webdriver.json")).context("cannot read webdriver.json")?;
    let with_binary =
        with_binary(&text, capability, &program.to_string_lossy()).with_context(|| {
            format!("webdriver.json has no \"{capability}\": {{ to add the chosen browser to")
        })?;
    let folder = root.join("target");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let path = folder.join("webdriver.json");
    fs::write(&path, with_binary).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(path)
}

fn with_binary(capabilities: &str, capability: &str, program: &str) -> Option<String> {
    let opening = format!("\"{capability}\": {{");
    let (before, after) = capabilities.split_once(&opening)?;
    let program = program.replace('\\', "\\\\").replace('"', "\\\"");
    Some(format!(
        "{before}{opening} \"binary\": \"{program}\",{after}"
    ))
}

fn end_to_end(tools: &Toolbox, browser: Browser) -> Result<()> {
    let mut node = in_browser(tools, browser, test_files(&tools.root().join(E2E))?)?;
    process::run(&mut node, NAMED_ABOVE)
}

/// What the engine as plain JavaScript could get wrong: all that goes into it or comes out of it. Tabs and the life of a
/// page are the same JavaScript in both.
fn plain(tools: &Toolbox) -> Result<()> {
    let names = [
        "bearer",
        "bodies",
        "interceptors",
        "refresh-answers",
        "requests",
        "secrets",
        "session",
        "single-flight",
        "steps",
    ];
    let folder = tools.root().join(E2E);
    let files = names.map(|name| folder.join(format!("{name}.test.mjs")));
    let mut node = in_browser(tools, Browser::Chromium, files.into())?;
    node.env("E2E_ENTRY", "js");
    process::run(&mut node, NAMED_ABOVE)
}

const E2E: &str = "tests/e2e";

fn in_browser(tools: &Toolbox, browser: Browser, files: Vec<PathBuf>) -> Result<Command> {
    let backend = site::backend(tools)?;
    // Browsers mostly wait, so each core gets a file; Node would keep one core to itself.
    let cores = available_parallelism().map_or(1, usize::from);
    let concurrency = format!("--test-concurrency={cores}");
    let mut node = run_tests(tools, &[&concurrency], files)?;
    node.env("PLAYGROUND_BACKEND", backend)
        .env("E2E_BROWSER", browser.to_string());
    Ok(node)
}

/// What is tested with packages of other authors, which only these tests need.
fn with_others(tools: &mut Toolbox, suite: Suite) -> Result<()> {
    let folder = format!("tests/{}", suite.name());
    let packages = tools.root().join(&folder);
    setup::npm_install(tools, &packages, "what the package is tested with")?;
    let backend = site::backend(tools)?;
    let mut node = node_tests(tools, &folder, &["--test-concurrency=2"])?;
    node.env("PLAYGROUND_BACKEND", backend);
    process::run(&mut node, NAMED_ABOVE)
}

/// The crate as front ends of Rust use it: its documentation, the examples in there, and those that are pages.
fn in_front_ends(tools: &Toolbox) -> Result<()> {
    let wasm = ["--target", "wasm32-unknown-unknown"];
    let cure = "The lines above name the place.";
    let mut documentation = cargo();
    documentation
        .current_dir(tools.root())
        .env("RUSTDOCFLAGS", "--deny warnings")
        .args([
            "doc",
            "--quiet",
            "--no-deps",
            "--package",
            "oauth-refresh-wasm",
        ])
        .args(wasm);
    process::run(&mut documentation, cure)?;
    // By the project's own tools: the runner of this target is one of them.
    let mut examples = tools.command("cargo")?;
    examples.args(["test", "--quiet", "--doc"]).args(wasm);
    process::run(&mut examples, cure)?;
    let mut formatted = cargo();
    formatted
        .current_dir(tools.root().join("examples"))
        .args(["fmt", "--all", "--check"]);
    process::run(&mut formatted, "`cargo fmt --all` in examples/ mends it.")?;
    frontends::build(tools)?;
    let backend = site::backend(tools)?;
    let mut node = node_tests(tools, "tests/frontends", &["--test-concurrency=2"])?;
    node.env("PLAYGROUND_BACKEND", backend);
    process::run(&mut node, NAMED_ABOVE)
}

/// Node's own test runner over the `*.test.mjs` files of a folder.
fn node_tests(tools: &Toolbox, folder: &str, options: &[&str]) -> Result<Command> {
    run_tests(tools, options, test_files(&tools.root().join(folder))?)
}

fn run_tests(tools: &Toolbox, options: &[&str], files: Vec<PathBuf>) -> Result<Command> {
    let mut node = tools.command("node")?;
    // Handed over one by one: what a folder means to --test differs between versions of Node.
    node.args(["--test", "--test-reporter", "spec"])
        .args(options)
        .args(files);
    Ok(node)
}

fn test_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries =
        fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.map(|entry| entry.path()))
        .filter(|path| {
            path.as_ref()
                .map_or(true, |path| path.to_string_lossy().ends_with(".test.mjs"))
        })
        .collect::<Result<_, _>>()?;
    if files.is_empty() {
        bail!(
            "{} has no *.test.mjs file; a part without a test proves nothing.",
            folder.display()
        );
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chosen_browser_joins_the_capabilities() {
        let text = "{ \"goog:chromeOptions\": { \"args\": [] } }";
        let chrome = "C:\\Chrome\\chrome.exe";
        assert_eq!(
            with_binary(text, "goog:chromeOptions", chrome).as_deref(),
            Some(
                "{ \"goog:chromeOptions\": { \"binary\": \"C:\\\\Chrome\\\\chrome.exe\", \"args\": [] } }"
            )
        );
        assert_eq!(with_binary("{}", "goog:chromeOptions", chrome), None);
    }

    #[test]
    fn the_checkouts_own_capabilities_take_a_browser() {
        let text = include_str!("../../../webdriver.json");
        for capability in ["goog:chromeOptions", "moz:firefoxOptions"] {
            assert!(with_binary(text, capability, "/usr/bin/browser").is_some());
        }
    }
}
