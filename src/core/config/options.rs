//! The options that there are, and what is said of those that are wrong.

use super::super::error::{Code, Error};
use super::super::text::{decimal, joined, listed};
use super::super::value::Value;

/// Whether each of them is one that this mode knows, and of the right kind.
pub(super) fn check(members: &[(String, Value)], bearer: bool) -> Result<(), Error> {
    for (name, value) in members {
        let is_it = |known: &&Known| known.name == name;
        let known = OPTIONS.iter().find(is_it);
        let known = known.ok_or_else(|| unknown(name, value))?;
        if !matches!(value, Value::Null) {
            known.check(value, bearer)?;
        }
    }
    Ok(())
}

/// An option that there is.
pub(super) struct Known {
    pub(super) name: &'static str,
    kind: &'static Kind,
    /// If only one of the modes knows it: what the other one has instead.
    instead: &'static str,
    modes: Modes,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Modes {
    Both,
    Cookie,
    Bearer,
}

/// What an option may be.
struct Kind {
    takes: fn(&Value) -> bool,
    /// The same in words.
    accepted: &'static str,
    /// Whether there may be a list of them.
    lists: bool,
}

const fn kind(takes: fn(&Value) -> bool, accepted: &'static str) -> Kind {
    Kind {
        takes,
        accepted,
        lists: false,
    }
}

const fn both(name: &'static str, kind: &'static Kind) -> Known {
    Known {
        name,
        kind,
        instead: "",
        modes: Modes::Both,
    }
}

const fn cookie(name: &'static str, kind: &'static Kind, instead: &'static str) -> Known {
    Known {
        name,
        kind,
        instead,
        modes: Modes::Cookie,
    }
}

const fn bearer(name: &'static str, kind: &'static Kind, instead: &'static str) -> Known {
    Known {
        name,
        kind,
        instead,
        modes: Modes::Bearer,
    }
}

const FLAG: Kind = kind(|value| matches!(value, Value::Bool(_)), "true or false");
const FUNCTION: Kind = kind(|value| matches!(value, Value::Function), "a function");
const TEXT: Kind = kind(is_text, "a string that is not empty");
const URL: Kind = kind(
    is_text,
    "a URL, as a string that is not empty or a URL object",
);
const URLS: Kind = Kind {
    lists: true,
    ..kind(
        is_text,
        "a URL or a list of URLs, as strings or URL objects",
    )
};
const MODE: Kind = kind(
    |value| is_either(value, "cookie", "bearer"),
    "'cookie' or 'bearer'",
);
const FORMAT: Kind = kind(|value| is_either(value, "form", "json"), "'form' or 'json'");
const PROACTIVE: Kind = kind(
    |value| matches!(value, Value::Bool(false)) || is_either(value, "visible", "always"),
    "'visible', 'always' or false",
);
const BEFORE: Kind = kind(
    |value| matches!(value, Value::Number(0.0..=86_400.0)),
    "seconds, from 0 to 86400",
);
const TIMEOUT: Kind = kind(
    |value| matches!(value, Value::Number(0.001..=600.0)),
    "seconds, above 0 to 600",
);
const CROSS_TAB: Kind = kind(
    |value| matches!(value, Value::Bool(_)) || is_text(value),
    "true, false or a name that is not empty",
);
const TOKENS: Kind = kind(
    |value| matches!(value, Value::Map(_)),
    "the JSON of a token endpoint, as an object (RFC 6749 §5.1)",
);
/// What is right is told where it is read.
const ANYTHING: Kind = kind(|_| true, "");

const BACKEND: &str = "a backend";

pub(super) static OPTIONS: [Known; 25] = [
    both("mode", &MODE),
    both("baseURL", &URL),
    both("origins", &URLS),
    cookie("refreshURL", &URL, "tokenEndpoint"),
    both("loginURL", &URLS),
    cookie("logoutURL", &URL, "revocationEndpoint"),
    cookie("sessionURL", &URL, "tokens"),
    both("exclude", &ANYTHING),
    both("refreshBefore", &BEFORE),
    both("refreshTimeout", &TIMEOUT),
    both("proactive", &PROACTIVE),
    both("unauthorized", &ANYTHING),
    both("csrf", &ANYTHING),
    cookie("crossTab", &CROSS_TAB, "a session in each tab"),
    both("refresh", &FUNCTION),
    bearer("tokenEndpoint", &URL, "refreshURL"),
    bearer("clientId", &TEXT, BACKEND),
    bearer("tokenRequestFormat", &FORMAT, BACKEND),
    bearer("revocationEndpoint", &URL, "logoutURL"),
    bearer("scope", &TEXT, BACKEND),
    bearer("tokens", &TOKENS, BACKEND),
    bearer("dpop", &FLAG, BACKEND),
    both("onSessionEnded", &FUNCTION),
    both("redirectTo", &URL),
    both("debug", &FLAG),
];

impl Known {
    fn check(&self, value: &Value, bearer: bool) -> Result<(), Error> {
        let other = if bearer { Modes::Cookie } else { Modes::Bearer };
        if self.modes == other {
            return Err(self.of_other_mode(bearer));
        }
        let items = match value {
            Value::List(items) if self.kind.lists => items,
            single => std::slice::from_ref(single),
        };
        match items.iter().find(|item| !(self.kind.takes)(item)) {
            Some(item) => Err(wrong(self.name, item, self.kind.accepted)),
            None => Ok(()),
        }
    }

    #[cold]
    fn of_other_mode(&self, bearer: bool) -> Error {
        let (its, ours) = if bearer {
            ("cookie", "bearer")
        } else {
            ("bearer", "cookie")
        };
        let message = joined(&[
            self.name,
            " is an option of mode '",
            its,
            "'; mode '",
            ours,
            "' has ",
            self.instead,
            " for that.",
        ]);
        Error::new(Code::InvalidOptions, message)
    }
}

fn is_text(value: &Value) -> bool {
    value.as_text().is_some_and(|text| !text.is_empty())
}

fn is_either(value: &Value, first: &str, second: &str) -> bool {
    value
        .as_text()
        .is_some_and(|text| text == first || text == second)
}

/// Refuses the tokens in `name`, an option or a function; `wrong` is what `Tokens::read` says.
#[cold]
#[must_use]
pub fn bad_tokens(name: &str, wrong: &str) -> Error {
    let cure = ". The JSON of a token endpoint is accepted, as it is (RFC 6749 §5.1).";
    Error::new(Code::InvalidOptions, joined(&[name, ": ", wrong, cure]))
}

#[cold]
fn unknown(name: &str, value: &Value) -> Error {
    let message = if name.eq_ignore_ascii_case("clientSecret")
        || name.eq_ignore_ascii_case("client_secret")
    {
        joined(&[
            name,
            " is refused: whatever a browser is given, its user can read, so it cannot keep a secret. \
             Let a backend hold it and refresh there (mode: 'cookie').",
        ])
    } else {
        let is_meant = |known: &&Known| known.name.eq_ignore_ascii_case(name);
        let cure = match OPTIONS.iter().find(is_meant) {
            Some(known) => joined(&["; did you mean ", known.name, "?"]),
            None => {
                let mut names = Vec::new();
                for known in &OPTIONS {
                    names.push(known.name);
                }
                joined(&["; the options are ", &listed(&names, ", "), "."])
            }
        };
        joined(&[name, " (", value.kind(), ") is not an option", &cure])
    };
    Error::new(Code::InvalidOptions, message)
}

#[cold]
pub(super) fn wrong(name: &str, given: &Value, accepted: &str) -> Error {
    let shown = match given {
        // It may be a secret (contract K4).
        Value::Text(_) if name.starts_with("csrf") || matches!(name, "tokens" | "refresh") => {
            String::new()
        }
        Value::Text(text) if text.len() <= 80 => joined(&[" '", text, "'"]),
        Value::Bool(true) => " true".to_owned(),
        Value::Bool(false) => " false".to_owned(),
        Value::Number(number) if f64::from(*number as i32) == *number => {
            let minus = if *number < 0.0 { " -" } else { " " };
            joined(&[minus, &decimal(number.abs() as u64)])
        }
        _ => String::new(),
    };
    Error::new(
        Code::InvalidOptions,
        joined(&[
            name,
            ": ",
            given.kind(),
            &shown,
            " was given; accepted: ",
            accepted,
            ".",
        ]),
    )
}
