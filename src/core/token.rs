//! What the server's answer to a refresh, a sign-in or a session check says.

use std::fmt;

use super::time::{Millis, SECOND};
use super::value::Value;

/// An answer to one of the SDK's own calls.
#[derive(Clone, Default, PartialEq)]
pub struct Reply {
    /// The status; 0 for an opaque redirect.
    pub status: u16,
    /// A redirect that was not followed (contract K5).
    pub redirected: bool,
    /// Whether its media type is HTML.
    pub html: bool,
    /// `Retry-After`, in milliseconds.
    pub retry_after: Option<Millis>,
    /// `Date`: the server's own clock, in milliseconds since 1970.
    pub server_time: Option<Millis>,
    /// Its body, where that is JSON.
    pub body: Option<Value>,
}

/// What a [`Reply`] to a refresh means: contract section 5, the table.
#[derive(Clone, Debug, PartialEq)]
pub enum Meaning {
    /// The session is renewed.
    Renewed(Expiry),
    /// The session is over.
    Rejected,
    /// The server cannot say now.
    Transient {
        /// In milliseconds: when it may be able to.
        retry_after: Option<Millis>,
    },
    /// No correct set-up answers so; the words say what was seen and what to do.
    Misconfigured(String),
    /// A redirect: only the session check can tell what it means.
    Redirected,
}

/// How long an access token lives.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expiry {
    /// Its lifetime in milliseconds, where that is known.
    pub lifetime: Option<Millis>,
    /// What was wrong with an expiry that is not known.
    pub warning: Option<String>,
}

impl Reply {
    /// What it means as the answer to a refresh in cookie mode. `wall` is this machine's clock in milliseconds since
    /// 1970, for want of the server's.
    #[must_use]
    pub fn meaning(&self, wall: Millis) -> Meaning {
        if self.redirected {
            return Meaning::Redirected;
        }
        match self.status {
            200..=299 if self.html => Meaning::Misconfigured(
                "it was answered with HTML, which is a login page or a single-page fallback; \
                 let refreshURL point to the endpoint itself"
                    .to_owned(),
            ),
            200..=299 => Meaning::Renewed(self.expiry(wall)),
            400 if self.oauth_error() == Some("invalid_grant") => Meaning::Rejected,
            401 if self.oauth_error() != Some("invalid_client") => Meaning::Rejected,
            408 | 409 | 425 | 429 | 500..=599 => Meaning::Transient {
                retry_after: self.retry_after,
            },
            status => Meaning::Misconfigured(misconfiguration(status, self.oauth_error())),
        }
    }

    /// Until when the session is good, as its JSON has it.
    #[must_use]
    pub fn expiry(&self, wall: Millis) -> Expiry {
        self.body
            .as_ref()
            .map(|body| Expiry::read(body, self.server_time.unwrap_or(wall)))
            .unwrap_or_default()
    }

    /// Whether it shows a session: contract section 2, `sessionURL`.
    #[must_use]
    pub fn shows_session(&self) -> Presence {
        match self.status {
            _ if self.redirected => Presence::Nobody,
            204 | 401 | 403 => Presence::Nobody,
            200..=299 if self.html => Presence::Unclear,
            200..=299 => match &self.body {
                Some(Value::Null) => Presence::Nobody,
                Some(Value::Map(members)) if members.is_empty() => Presence::Nobody,
                Some(_) => Presence::Somebody,
                None => Presence::Unclear,
            },
            _ => Presence::Unclear,
        }
    }

    fn oauth_error(&self) -> Option<&str> {
        self.body.as_ref()?.member("error")?.as_text()
    }
}

/// Without the body: there may be tokens in it (contract K4).
impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply")
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

/// What the answer to a session check shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// Somebody is signed in.
    Somebody,
    /// Nobody is, as far as the access token goes.
    Nobody,
    /// It cannot be told.
    Unclear,
}

fn misconfiguration(status: u16, error: Option<&str>) -> String {
    let cure = match status {
        401 => "the server does not know this client: check its client id and secret",
        403 => "is a CSRF header missing? See the option csrf",
        404 | 405 => "is refreshURL right, and does the endpoint take POST?",
        415 => "the endpoint expects a body that cookie mode does not send",
        _ => "the endpoint did not understand the request",
    };
    // Only words of OAuth's own alphabet are repeated, and only short ones: an error field could hold anything.
    match error.filter(|word| {
        word.len() <= 40 && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
    }) {
        Some(word) => format!("it was answered {status} ({word}); {cure}"),
        None => format!("it was answered {status}; {cure}"),
    }
}

/// Longer lifetimes than this are a mistake: ten years, in seconds.
const LONGEST_LIFETIME: f64 = 315_360_000.0;
/// From here on, a number of seconds is a date (2001) and not a lifetime.
const FIRST_DATE: f64 = 1e9;
/// From here on, a date is in milliseconds.
const FIRST_DATE_IN_MILLIS: f64 = 1e11;

impl Expiry {
    /// Reads the expiry from the JSON of an answer, by the first of the names that it has. `server_wall` is the
    /// server's clock in milliseconds since 1970.
    #[must_use]
    pub fn read(body: &Value, server_wall: Millis) -> Self {
        type Reading = fn(f64, f64) -> Option<f64>;
        const NAMES: [(&str, Reading); 4] = [
            ("expires_in", |seconds, _| lifetime(seconds)),
            ("expires_at", |date, now| lifetime_until(date, now)),
            ("exp", |date, now| lifetime_until(date, now)),
            ("accessTokenExpiresIn", either),
        ];
        let now = server_wall as f64 / SECOND as f64;
        for (name, read) in NAMES {
            let Some(value) = body.member(name) else {
                continue;
            };
            return match number(value).and_then(|number| read(number, now)) {
                Some(seconds) => Self {
                    lifetime: Some((seconds * SECOND as f64) as Millis),
                    warning: None,
                },
                None => Self {
                    lifetime: None,
                    warning: Some(format!(
                        "{name} is {} that is no expiry, so the session is not refreshed ahead of time; \
                         a whole number of seconds is expected",
                        value.kind()
                    )),
                },
            };
        }
        Self::default()
    }
}

/// RFC 6749 §5.1 and appendix A.14: digits. Many servers put them in a string.
fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => Some(*number),
        Value::Text(text)
            if !text.is_empty() && text.len() <= 15 && text.bytes().all(|b| b.is_ascii_digit()) =>
        {
            let digits = text
                .bytes()
                .fold(0_u64, |sum, digit| sum * 10 + u64::from(digit - b'0'));
            Some(digits as f64)
        }
        _ => None,
    }
}

fn lifetime(seconds: f64) -> Option<f64> {
    (seconds > 0.0 && seconds <= LONGEST_LIFETIME && seconds as u64 as f64 == seconds)
        .then_some(seconds)
}

/// RFC 7519 §2: a NumericDate may have a fraction.
fn lifetime_until(date: f64, now: f64) -> Option<f64> {
    let seconds = date - now;
    (seconds > 0.0 && seconds <= LONGEST_LIFETIME).then_some(seconds)
}

/// Servers disagree on what `accessTokenExpiresIn` counts; its size tells.
fn either(number: f64, now: f64) -> Option<f64> {
    if number < FIRST_DATE {
        lifetime(number)
    } else if number < FIRST_DATE_IN_MILLIS {
        lifetime_until(number, now)
    } else {
        lifetime_until(number / SECOND as f64, now)
    }
}
