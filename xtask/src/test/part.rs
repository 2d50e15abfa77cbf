//! The parts of the tests, and what each of them needs.

use crate::setup::Browser;

/// One part, in the order in which they run: the quick ones first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    Lint,
    Host,
    Build,
    Types,
    Package,
    Bindings(Browser),
    Site,
    E2e(Browser),
    /// The heart of it over `oauth-refresh-wasm/js`.
    Plain,
    Suite(Suite),
    Frontends,
    Bench,
}

/// A folder of `tests/` with npm packages of its own, which are other people's software that the package has to work with.
/// Its tests run in Node, which starts Chromium where one is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Suite {
    Bundlers,
    Runtimes,
    Native,
    Axios,
    React,
    Clients,
}

impl Suite {
    /// As its folder is named.
    pub fn name(self) -> &'static str {
        match self {
            Self::Bundlers => "bundlers",
            Self::Runtimes => "runtimes",
            Self::Native => "native",
            Self::Axios => "axios",
            Self::React => "react",
            Self::Clients => "clients",
        }
    }

    fn does(self) -> &'static str {
        match self {
            Self::Bundlers => "production builds of every bundler, run in Chromium",
            Self::Runtimes => "Deno, Bun, workerd, workers of the browser",
            Self::Native => "Metro's bundle on Hermes",
            Self::Axios => "oauth-refresh-wasm/axios",
            Self::React => "oauth-refresh-wasm/react",
            Self::Clients => "clients of other authors over authedFetch",
        }
    }
}

const ALL: &[Part] = &[
    Part::Lint,
    Part::Host,
    Part::Build,
    Part::Types,
    Part::Package,
    Part::Bindings(Browser::Chromium),
    Part::Bindings(Browser::Firefox),
    Part::Site,
    Part::E2e(Browser::Chromium),
    Part::E2e(Browser::Firefox),
    Part::E2e(Browser::Webkit),
    Part::Plain,
    Part::Suite(Suite::Bundlers),
    Part::Suite(Suite::Runtimes),
    Part::Suite(Suite::Native),
    Part::Suite(Suite::Axios),
    Part::Suite(Suite::React),
    Part::Suite(Suite::Clients),
    Part::Frontends,
    Part::Bench,
];

/// What can be named on the command line, with what is said of it there: a part, or one in all its
/// browsers.
pub const NAMES: &[(&str, &str)] = &[
    ("lint", "Formatting and clippy, for the host and for wasm32"),
    (
        "host",
        "Unit tests, scenarios in virtual time, the backend and doc tests",
    ),
    ("build", "The npm package in pkg/"),
    (
        "types",
        "The published types: what must compile does, what must not does not",
    ),
    (
        "package",
        "The package as packed: publint, its types as seen by each resolver, bundlers and Node",
    ),
    (
        "browser",
        "The bindings in browsers (tests/browser), of which wasm-pack knows two here",
    ),
    ("browser:chromium", "The same in Chromium alone"),
    ("browser:firefox", "The same in Firefox alone"),
    ("site", "The playground's page, built and its own tests run"),
    (
        "e2e",
        "The packed package in real browsers against the real backend",
    ),
    ("e2e:chromium", "The same in Chromium alone"),
    ("e2e:firefox", "The same in Firefox alone"),
    ("e2e:webkit", "The same in WebKit alone"),
    (
        "e2e:plain",
        "The heart of it over oauth-refresh-wasm/js, in Chromium without WebAssembly",
    ),
    (
        "bundlers",
        "Production builds of every bundler, run in Chromium",
    ),
    (
        "runtimes",
        "Other runtimes than Node, and workers of the browser",
    ),
    ("native", "React Native: Metro's bundle on the Hermes VM"),
    (
        "axios",
        "A real axios instance with oauth-refresh-wasm/axios",
    ),
    ("react", "React 18 and 19 with oauth-refresh-wasm/react"),
    ("clients", "Clients of other authors over authedFetch"),
    (
        "frontends",
        "The crate in front ends of Rust: the examples in Leptos and Yew, run in Chromium",
    ),
    (
        "bench",
        "The ratios of benches/budgets.json, by a few rounds beside the peers",
    ),
];

impl Part {
    /// As it is named on the command line.
    pub fn name(self) -> String {
        match self {
            Self::Lint => "lint".into(),
            Self::Host => "host".into(),
            Self::Build => "build".into(),
            Self::Types => "types".into(),
            Self::Package => "package".into(),
            Self::Bindings(browser) => format!("browser:{browser}"),
            Self::Site => "site".into(),
            Self::E2e(browser) => format!("e2e:{browser}"),
            Self::Plain => "e2e:plain".into(),
            Self::Suite(suite) => suite.name().into(),
            Self::Frontends => "frontends".into(),
            Self::Bench => "bench".into(),
        }
    }

    /// What it does, in a few words.
    pub fn does(self) -> &'static str {
        match self {
            Self::Lint => "cargo fmt, clippy for the host and for wasm32",
            Self::Host => "cargo test",
            Self::Build => "the npm package",
            Self::Types => "tsc over tests/types",
            Self::Package => "publint, attw, tests/package",
            Self::Bindings(_) => "wasm-pack test",
            Self::Site => "the playground's page",
            Self::E2e(_) => "tests/e2e",
            Self::Plain => "tests/e2e with the engine as plain JavaScript",
            Self::Suite(suite) => suite.does(),
            Self::Frontends => "Rust front ends: documentation, pages in Leptos and Yew",
            Self::Bench => "benches/budgets.json",
        }
    }

    /// The parts that have to pass first.
    pub fn needs(self) -> &'static [Self] {
        match self {
            Self::Lint | Self::Host | Self::Build | Self::Bindings(_) => &[],
            Self::Types
            | Self::Package
            | Self::Site
            | Self::Plain
            | Self::Suite(_)
            | Self::Frontends
            | Self::Bench => &[Self::Build],
            Self::E2e(_) => &[Self::Build, Self::Site],
        }
    }

    /// Whether wasm-pack, wasm-bindgen and the npm packages have to be there.
    pub fn needs_engine(self) -> bool {
        !matches!(self, Self::Lint | Self::Host)
    }

    /// The browser that has to be there.
    pub fn browser(self) -> Option<Browser> {
        match self {
            Self::Bindings(browser) | Self::E2e(browser) => Some(browser),
            Self::Plain | Self::Suite(_) | Self::Frontends | Self::Bench => Some(Browser::Chromium),
            _ => None,
        }
    }

    /// Whether a name stands for this part, alone or together with others.
    fn is_called(self, name: &str) -> bool {
        let own = self.name();
        let is_of_group = |(group, _)| group == name;
        own == name || own.split_once(':').is_some_and(is_of_group)
    }
}

/// What to run for the names of some parts: those, and what they need, in order and once.
/// Everything when none is named.
pub fn plan<N: AsRef<str>>(names: &[N]) -> Vec<Part> {
    let is_named = |part: &Part| names.iter().any(|name| part.is_called(name.as_ref()));
    let wanted = |part: &Part| {
        names.is_empty()
            || is_named(part)
            || ALL
                .iter()
                .any(|other| is_named(other) && other.needs().contains(part))
    };
    ALL.iter().copied().filter(wanted).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const E2E: [Part; 4] = [
        Part::E2e(Browser::Chromium),
        Part::E2e(Browser::Firefox),
        Part::E2e(Browser::Webkit),
        Part::Plain,
    ];

    #[test]
    fn no_name_is_everything() {
        assert_eq!(plan::<&str>(&[]), ALL);
        assert!(ALL.is_sorted(), "in the order of Part");
    }

    #[test]
    fn a_name_brings_what_it_needs_and_nothing_else() {
        assert_eq!(plan(&["lint"]), [Part::Lint]);
        assert_eq!(
            plan(&["package", "types", "types"]),
            [Part::Build, Part::Types, Part::Package]
        );
    }

    #[test]
    fn in_every_browser_or_in_one() {
        let needed = [Part::Build, Part::Site];
        assert_eq!(plan(&["e2e"]), [&needed[..], &E2E].concat());
        assert_eq!(plan(&["e2e:firefox"]), [&needed[..], &E2E[1..2]].concat());
        let bindings = [
            Part::Bindings(Browser::Chromium),
            Part::Bindings(Browser::Firefox),
        ];
        assert_eq!(plan(&["browser"]), bindings);
        assert_eq!(plan(&["browser:firefox"]), bindings[1..]);
    }

    #[test]
    fn each_part_comes_after_what_it_needs_and_needs_it_whole() {
        for part in ALL {
            for need in part.needs() {
                assert!(need < part, "{need:?} runs before {part:?}");
                assert!(
                    need.needs()
                        .iter()
                        .all(|inner| part.needs().contains(inner)),
                    "{part:?}"
                );
            }
        }
    }

    #[test]
    fn every_name_stands_for_a_part_and_every_part_has_one() {
        for (name, _) in NAMES {
            assert!(ALL.iter().any(|part| part.is_called(name)), "{name}");
        }
        for part in ALL {
            let is_part = |(name, _): &(&str, &str)| *name == part.name();
            assert!(NAMES.iter().any(is_part), "{part:?}");
        }
    }
}
