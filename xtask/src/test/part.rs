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
    Bindings,
    Site,
    E2e(Browser),
}

const ALL: &[Part] = &[
    Part::Lint,
    Part::Host,
    Part::Build,
    Part::Types,
    Part::Package,
    Part::Bindings,
    Part::Site,
    Part::E2e(Browser::Chromium),
    Part::E2e(Browser::Firefox),
    Part::E2e(Browser::Webkit),
];

/// What can be named on the command line, with what is said of it there: a part, or `e2e` for it in
/// every browser.
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
        "The bindings in a headless browser (tests/browser)",
    ),
    ("site", "The playground's page, built and its own tests run"),
    (
        "e2e",
        "The packed package in real browsers against the real backend",
    ),
    ("e2e:chromium", "The same in Chromium alone"),
    ("e2e:firefox", "The same in Firefox alone"),
    ("e2e:webkit", "The same in WebKit alone"),
];

impl Part {
    /// As it is named on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Lint => "lint",
            Self::Host => "host",
            Self::Build => "build",
            Self::Types => "types",
            Self::Package => "package",
            Self::Bindings => "browser",
            Self::Site => "site",
            Self::E2e(Browser::Chromium) => "e2e:chromium",
            Self::E2e(Browser::Firefox) => "e2e:firefox",
            Self::E2e(Browser::Webkit) => "e2e:webkit",
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            Self::Lint => "lint: cargo fmt, clippy for the host and for wasm32",
            Self::Host => "host: cargo test",
            Self::Build => "build: the npm package",
            Self::Types => "types: tsc over tests/types",
            Self::Package => "package: publint, attw, tests/package",
            Self::Bindings => "browser: wasm-pack test in headless Chromium",
            Self::Site => "site: the playground's page",
            Self::E2e(Browser::Chromium) => "e2e:chromium: tests/e2e in headless Chromium",
            Self::E2e(Browser::Firefox) => "e2e:firefox: tests/e2e in headless Firefox",
            Self::E2e(Browser::Webkit) => "e2e:webkit: tests/e2e in WebKitGTK",
        }
    }

    /// The parts that have to pass first.
    pub fn needs(self) -> &'static [Self] {
        match self {
            Self::Lint | Self::Host | Self::Build | Self::Bindings => &[],
            Self::Types | Self::Package | Self::Site => &[Self::Build],
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
            Self::Bindings => Some(Browser::Chromium),
            Self::E2e(browser) => Some(browser),
            _ => None,
        }
    }

    /// Whether a name stands for this part, alone or together with others.
    fn is_called(self, name: &str) -> bool {
        let own = self.name();
        own == name || own.split_once(':').is_some_and(|(group, _)| group == name)
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

    const E2E: [Part; 3] = [
        Part::E2e(Browser::Chromium),
        Part::E2e(Browser::Firefox),
        Part::E2e(Browser::Webkit),
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
    fn end_to_end_in_every_browser_or_in_one() {
        let needed = [Part::Build, Part::Site];
        assert_eq!(plan(&["e2e"]), [&needed[..], &E2E].concat());
        assert_eq!(plan(&["e2e:firefox"]), [&needed[..], &E2E[1..2]].concat());
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
            if let Part::E2e(browser) = part {
                assert_eq!(part.name(), format!("e2e:{}", browser.name()));
            }
        }
    }
}
