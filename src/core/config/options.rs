//! The options that there are, and what is said of those that are wrong.

use super::super::error::{Code, Error};
use super::super::text::{decimal, joined, listed};
use super::super::value::Value;

/// The options that were given, by their names.
pub(super) struct Given<'a>([Option<&'a Value>; OPTIONS.len()]);

impl<'a> Given<'a> {
    /// Looks whether each is one that this mode knows, and of the right kind.
    pub(super) fn check(members: &'a [(String, Value)], bearer: bool) -> Result<Self, Error> {
        let mut given = [None; OPTIONS.len()];
        for (name, value) in members {
            let is_it = |known: &&Known| known.name == name;
            let known = OPTIONS.iter().find(is_it);
            let known = known.ok_or_else(|| unknown(name, value))?;
            // Such a one is as good as left out.
            if !matches!(value, Value::Null) {
                known.check(value, bearer)?;
                given[known.option as usize] = Some(value);
            }
        }
        Ok(Self(given))
    }

    /// The option, unless it was left out.
    pub(super) fn get(&self, name: Name) -> Option<&'a Value> {
        self.0[name as usize]
    }
}

/// The name of an option, in the order of [`OPTIONS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Name {
    Mode,
    BaseUrl,
    Origins,
    RefreshUrl,
    LoginUrl,
    LogoutUrl,
    SessionUrl,
    Exclude,
    RefreshBefore,
    RefreshTimeout,
    Proactive,
    Unauthorized,
    Csrf,
    CrossTab,
    Refresh,
    TokenEndpoint,
    ClientId,
    TokenRequestFormat,
    RevocationEndpoint,
    Scope,
    Tokens,
    Dpop,
    OnSessionEnded,
    RedirectTo,
    Debug,
}

impl Name {
    pub(super) fn as_str(self) -> &'static str {
        OPTIONS[self as usize].name
    }
}

/// An option that there is.
#[derive(Clone, Copy)]
pub(super) struct Known {
    option: Name,
    pub(super) name: &'static str,
    kind: Kind,
    modes: Modes,
    /// If only one of the modes knows it: what the other one has instead.
    instead: &'static str,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Modes {
    Both,
    Cookie,
    Bearer,
}

/// What an option may be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Flag,
    Function,
    Text,
    Url,
    Urls,
    Mode,
    Format,
    Proactive,
    Before,
    Timeout,
    CrossTab,
    Tokens,
    /// What is right is told where it is read.
    Anything,
}

impl Kind {
    fn takes(self, value: &Value) -> bool {
        match self {
            Self::Flag => matches!(value, Value::Bool(_)),
            Self::Function => matches!(value, Value::Function),
            Self::Text | Self::Url | Self::Urls => is_text(value),
            Self::Mode => is_either(value, "cookie", "bearer"),
            Self::Format => is_either(value, "form", "json"),
            Self::Proactive => {
                matches!(value, Value::Bool(false)) || is_either(value, "visible", "always")
            }
            Self::Before => matches!(value, Value::Number(0.0..=86_400.0)),
            Self::Timeout => matches!(value, Value::Number(0.001..=600.0)),
            Self::CrossTab => matches!(value, Value::Bool(_)) || is_text(value),
            Self::Tokens => matches!(value, Value::Map(_)),
            Self::Anything => true,
        }
    }

    /// The same in words.
    fn accepted(self) -> &'static str {
        match self {
            Self::Flag => "true or false",
            Self::Function => "a function",
            Self::Text => "a string that is not empty",
            Self::Url => "a URL, as a string that is not empty or a URL object",
            Self::Urls => "a URL or a list of URLs, as strings or URL objects",
            Self::Mode => "'cookie' or 'bearer'",
            Self::Format => "'form' or 'json'",
            Self::Proactive => "'visible', 'always' or false",
            Self::Before => "seconds, from 0 to 86400",
            Self::Timeout => "seconds, above 0 to 600",
            Self::CrossTab => "true, false or a name that is not empty",
            Self::Tokens => "the JSON of a token endpoint, as an object (RFC 6749 §5.1)",
            Self::Anything => "",
        }
    }
}

const fn both(option: Name, name: &'static str, kind: Kind) -> Known {
    Known {
        option,
        name,
        kind,
        modes: Modes::Both,
        instead: "",
    }
}

const fn cookie(option: Name, name: &'static str, kind: Kind, instead: &'static str) -> Known {
    Known {
        option,
        name,
        kind,
        modes: Modes::Cookie,
        instead,
    }
}

const fn bearer(option: Name, name: &'static str, kind: Kind, instead: &'static str) -> Known {
    Known {
        option,
        name,
        kind,
        modes: Modes::Bearer,
        instead,
    }
}

const BACKEND: &str = "a backend";

pub(super) static OPTIONS: [Known; 25] = [
    both(Name::Mode, "mode", Kind::Mode),
    both(Name::BaseUrl, "baseURL", Kind::Url),
    both(Name::Origins, "origins", Kind::Urls),
    cookie(Name::RefreshUrl, "refreshURL", Kind::Url, "tokenEndpoint"),
    both(Name::LoginUrl, "loginURL", Kind::Urls),
    cookie(
        Name::LogoutUrl,
        "logoutURL",
        Kind::Url,
        "revocationEndpoint",
    ),
    cookie(Name::SessionUrl, "sessionURL", Kind::Url, "tokens"),
    both(Name::Exclude, "exclude", Kind::Anything),
    both(Name::RefreshBefore, "refreshBefore", Kind::Before),
    both(Name::RefreshTimeout, "refreshTimeout", Kind::Timeout),
    both(Name::Proactive, "proactive", Kind::Proactive),
    both(Name::Unauthorized, "unauthorized", Kind::Anything),
    both(Name::Csrf, "csrf", Kind::Anything),
    cookie(
        Name::CrossTab,
        "crossTab",
        Kind::CrossTab,
        "a session in each tab",
    ),
    both(Name::Refresh, "refresh", Kind::Function),
    bearer(
        Name::TokenEndpoint,
        "tokenEndpoint",
        Kind::Url,
        "refreshURL",
    ),
    bearer(Name::ClientId, "clientId", Kind::Text, BACKEND),
    bearer(
        Name::TokenRequestFormat,
        "tokenRequestFormat",
        Kind::Format,
        BACKEND,
    ),
    bearer(
        Name::RevocationEndpoint,
        "revocationEndpoint",
        Kind::Url,
        "logoutURL",
    ),
    bearer(Name::Scope, "scope", Kind::Text, BACKEND),
    bearer(Name::Tokens, "tokens", Kind::Tokens, BACKEND),
    bearer(Name::Dpop, "dpop", Kind::Flag, BACKEND),
    both(Name::OnSessionEnded, "onSessionEnded", Kind::Function),
    both(Name::RedirectTo, "redirectTo", Kind::Url),
    both(Name::Debug, "debug", Kind::Flag),
];

impl Known {
    fn check(&self, value: &Value, bearer: bool) -> Result<(), Error> {
        let other = if bearer { Modes::Cookie } else { Modes::Bearer };
        if self.modes == other {
            return Err(self.of_other_mode(bearer));
        }
        let items = match value {
            Value::List(items) if self.kind == Kind::Urls => items,
            single => std::slice::from_ref(single),
        };
        match items.iter().find(|item| !self.kind.takes(item)) {
            Some(item) => Err(wrong(self.name, item, self.kind.accepted())),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_stand_in_the_order_of_their_names() {
        for (index, known) in OPTIONS.iter().enumerate() {
            assert_eq!(known.option as usize, index, "{}", known.name);
            assert_eq!(known.option.as_str(), known.name);
            let name = format!("{:?}", known.option);
            assert!(name.eq_ignore_ascii_case(known.name), "{name}");
        }
    }
}
