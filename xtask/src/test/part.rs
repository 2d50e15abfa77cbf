//! The parts of the tests, and what each of them needs.

use clap::ValueEnum;

/// One part, in the order in which they run: the quick ones first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Part {
    /// Formatting and clippy, for the host and for wasm32
    Lint,
    /// Unit tests, scenarios in virtual time, the backend and doc tests
    Host,
    /// The npm package in pkg/
    Build,
    /// The published types: what must compile does, what must not does not
    Types,
    /// The package as packed: publint, its types as seen by each resolver, bundlers and Node
    Package,
    /// The bindings in a headless browser (tests/browser.rs)
    Browser,
    /// The playground's page, built and its own tests run
    Site,
    /// The packed package in a real browser against the real backend
    E2e,
}

const ALL: &[Part] = &[
    Part::Lint,
    Part::Host,
    Part::Build,
    Part::Types,
    Part::Package,
    Part::Browser,
    Part::Site,
    Part::E2e,
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
            Self::Browser => "browser",
            Self::Site => "site",
            Self::E2e => "e2e",
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            Self::Lint => "lint: cargo fmt, clippy for the host and for wasm32",
            Self::Host => "host: cargo test",
            Self::Build => "build: the npm package",
            Self::Types => "types: tsc over tests/types",
            Self::Package => "package: publint, attw, tests/package",
            Self::Browser => "browser: wasm-pack test in headless Chromium",
            Self::Site => "site: the playground's page",
            Self::E2e => "e2e: tests/e2e in headless Chromium",
        }
    }

    /// The parts that have to pass first.
    pub fn needs(self) -> &'static [Self] {
        match self {
            Self::Lint | Self::Host | Self::Build | Self::Browser => &[],
            Self::Types | Self::Package | Self::Site => &[Self::Build],
            Self::E2e => &[Self::Build, Self::Site],
        }
    }

    /// Whether wasm-pack, wasm-bindgen and the npm packages have to be there.
    pub fn needs_engine(self) -> bool {
        !matches!(self, Self::Lint | Self::Host)
    }

    /// Whether a browser has to be there.
    pub fn needs_browser(self) -> bool {
        matches!(self, Self::Browser | Self::E2e)
    }
}

/// What to run for a choice of parts: those, and what they need, in order and once.
pub fn plan(chosen: &[Part]) -> Vec<Part> {
    let wanted = |part: &Part| {
        chosen.is_empty()
            || chosen.contains(part)
            || chosen.iter().any(|choice| choice.needs().contains(part))
    };
    ALL.iter().copied().filter(wanted).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_choice_is_everything() {
        assert_eq!(plan(&[]), ALL);
        assert_eq!(ALL, Part::value_variants());
    }

    #[test]
    fn a_choice_brings_what_it_needs_and_nothing_else() {
        assert_eq!(plan(&[Part::Lint]), [Part::Lint]);
        assert_eq!(plan(&[Part::E2e]), [Part::Build, Part::Site, Part::E2e]);
        assert_eq!(
            plan(&[Part::Package, Part::Types, Part::Types]),
            [Part::Build, Part::Types, Part::Package]
        );
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
    fn names_are_those_of_the_command_line() {
        for part in ALL {
            let value = part.to_possible_value().expect("no part is hidden");
            assert_eq!(value.get_name(), part.name());
        }
    }
}
