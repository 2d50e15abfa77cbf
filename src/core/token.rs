//! What the server's answer to a refresh, a sign-in or a session check says.

use std::fmt;

use super::error::OAuthError;
use super::keyring::Tokens;
use super::text::{decimal, joined, number};
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
// A tag of its own takes less code to read than one that is hidden in a field.
#[repr(u8)]
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Expiry {
    /// Its lifetime in milliseconds, where that is known.
    pub lifetime: Option<Millis>,
    /// What was there instead of an expiry, where that is not known.
    pub instead: Option<Instead>,
}

/// What is no expiry, though it is called one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instead {
    name: &'static str,
    kind: &'static str,
}

impl Instead {
    /// What is wrong with it.
    #[must_use]
    pub fn warning(self) -> String {
        joined(&[
            self.name,
            " is ",
            self.kind,
            " that is no expiry, so the session is not refreshed ahead of time; \
             a whole number of seconds is expected",
        ])
    }
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
                 let refreshURL point to the endpoint itself."
                    .to_owned(),
            ),
            200..=299 => Meaning::Renewed(self.expiry(wall)),
            400 if self.oauth_error() == Some("invalid_grant") => Meaning::Rejected,
            401 if self.oauth_error() != Some("invalid_client") => Meaning::Rejected,
            _ if self.is_transient() => Meaning::Transient {
                retry_after: self.retry_after,
            },
            status => Meaning::Misconfigured(misconfiguration(status, self.oauth_error())),
        }
    }

    /// What a function of the application returned instead of a server's answer: the JSON of one, nothing, or whatever
    /// it likes. Most such functions do not look whether it is an error's.
    #[must_use]
    pub fn returned(body: Value) -> Self {
        let mut reply = Self {
            status: 200,
            body: Some(body),
            ..Self::default()
        };
        if reply.oauth_error().is_some() {
            reply.status = 400;
        }
        reply
    }

    /// What it means as the answer of a token endpoint, in bearer mode; and the tokens that it brings. `dpop` says whether
    /// there is a key to which they may be bound.
    #[must_use]
    pub fn token_meaning(&self, dpop: bool, wall: Millis) -> (Meaning, Option<Tokens>) {
        let error = self.oauth_error();
        let meaning = match self.status {
            _ if self.redirected => Meaning::Rejected,
            _ if self.is_transient() => Meaning::Transient {
                retry_after: self.retry_after,
            },
            // Servers differ in the status that they say it with.
            _ if error == Some("invalid_grant") => Meaning::Rejected,
            200..=299 if self.html => Meaning::Misconfigured(
                "it was answered with HTML, as no token endpoint answers; is tokenEndpoint right?"
                    .to_owned(),
            ),
            200..=299 if error.is_none() => {
                let body = self.body.as_ref();
                match body.map_or(Err("it is not JSON"), |body| Tokens::read(body, dpop)) {
                    Ok(tokens) => return (Meaning::Renewed(self.expiry(wall)), Some(tokens)),
                    Err(wrong) => Meaning::Misconfigured(joined(&[
                        "the answer is not as RFC 6749 §5.1 has it: ",
                        wrong,
                        ".",
                    ])),
                }
            }
            status => Meaning::Misconfigured(token_misconfiguration(status, error)),
        };
        (meaning, None)
    }

    /// Whether it may have been tokens before something happened to it on its way.
    #[must_use]
    pub fn is_garbled(&self) -> bool {
        matches!(self.status, 200..=299) && !self.html && self.oauth_error().is_none()
    }

    /// What the server said is wrong, as far as it can be repeated: neither any of the tokens that are `known` nor those
    /// in the answer itself (contract K4).
    #[must_use]
    pub fn oauth(&self, known: &[&str]) -> Option<OAuthError> {
        let code = self.repeatable("error", known)?;
        is_word(code).then(|| OAuthError {
            code: code.to_owned(),
            description: self
                .repeatable("error_description", known)
                .map(str::to_owned),
        })
    }

    fn repeatable(&self, name: &str, known: &[&str]) -> Option<&str> {
        let words = self.text(name)?;
        // RFC 6749 appendix A.8.
        let allowed = |b: u8| matches!(b, b' '..=b'~') && b != b'"' && b != b'\\';
        let own = |name: &&str| self.text(name).is_some_and(|secret| holds(words, secret));
        let repeatable = words.len() <= 300
            && words.bytes().all(allowed)
            && !known.iter().any(|secret| holds(words, secret))
            && !["access_token", "refresh_token", "id_token"]
                .iter()
                .any(own);
        repeatable.then_some(words)
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

    fn is_transient(&self) -> bool {
        matches!(self.status, 408 | 409 | 425 | 429 | 500..=599)
    }

    fn oauth_error(&self) -> Option<&str> {
        self.text("error")
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.body.as_ref()?.member(name)?.as_text()
    }
}

/// The search of `str` would bring two kilobytes of engine along.
fn holds(text: &str, secret: &str) -> bool {
    let (text, secret) = (text.as_bytes(), secret.as_bytes());
    !secret.is_empty() && text.windows(secret.len()).any(|part| part == secret)
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
        401 => "the server does not know this client: check its client id and secret.",
        403 => "is a CSRF header missing? See the option csrf.",
        404 | 405 => "is refreshURL right, and does the endpoint take POST?",
        415 => "the endpoint expects a body that cookie mode does not send.",
        _ => "the endpoint did not understand the request.",
    };
    answered(status, error, cure)
}

fn token_misconfiguration(status: u16, error: Option<&str>) -> String {
    let cure = match (status, error) {
        (401, _) | (_, Some("invalid_client" | "unauthorized_client")) => {
            "check clientId, and that the server knows it as a public client, one without a secret."
        }
        (404 | 405, _) => "is tokenEndpoint right, and does it take POST?",
        (415, _) => "see the option tokenRequestFormat.",
        (_, Some("invalid_scope")) => "check the option scope.",
        (_, Some("invalid_dpop_proof")) => "is the clock of this machine right?",
        _ => "the token endpoint did not understand the request.",
    };
    answered(status, error, cure)
}

fn answered(status: u16, error: Option<&str>, cure: &str) -> String {
    let status = decimal(status.into());
    match error {
        Some(word) if is_word(word) => {
            joined(&["it was answered ", &status, " (", word, "); ", cure])
        }
        _ => joined(&["it was answered ", &status, "; ", cure]),
    }
}

/// Only words of OAuth's own alphabet are repeated, and only short ones: an error field could hold anything.
fn is_word(word: &str) -> bool {
    !word.is_empty()
        && word.len() <= 40
        && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
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
            let lifetime = seconds(value).and_then(|number| read(number, now));
            return Self {
                lifetime: lifetime.map(|seconds| (seconds * SECOND as f64) as Millis),
                instead: lifetime.is_none().then(|| Instead {
                    name,
                    kind: value.kind(),
                }),
            };
        }
        Self::default()
    }
}

/// RFC 6749 §5.1 and appendix A.14: digits. Many servers put them in a string.
fn seconds(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => Some(*number),
        Value::Text(digits) => number(digits).map(|number| number as f64),
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// 14 November 2023, in milliseconds since 1970.
    const NOW: Millis = 1_700_000_000_000;
    /// The same in seconds.
    const NOW_SECONDS: f64 = 1_700_000_000.0;
    const TEN_YEARS: Millis = 315_360_000 * SECOND;

    fn read(name: &str, value: impl Into<Value>) -> Expiry {
        Expiry::read(&Value::Map(vec![(name.to_owned(), value.into())]), NOW)
    }

    fn is_refused(expiry: &Expiry, name: &str) -> bool {
        let warning = expiry.instead.map(Instead::warning);
        expiry.lifetime.is_none() && warning.is_some_and(|warning| warning.starts_with(name))
    }

    #[test]
    fn t4_expires_in_is_whole_seconds() {
        for (value, seconds) in [
            (Value::from(1.0), 1),
            (300.0.into(), 300),
            ("300".into(), 300),
            ("000000000000300".into(), 300),
            (315_360_000.0.into(), 315_360_000),
        ] {
            assert_eq!(read("expires_in", value).lifetime, Some(seconds * SECOND));
        }
        for value in [
            Value::from(0.0),
            0.5.into(),
            300.1.into(),
            (-300.0).into(),
            315_360_001.0.into(),
            // A date by mistake.
            NOW_SECONDS.into(),
            1e19.into(),
            f64::NAN.into(),
            f64::INFINITY.into(),
            "".into(),
            "0".into(),
            "-300".into(),
            "300 ".into(),
            "5m".into(),
            "9999999999999999999999".into(),
            Value::Null,
            Value::Bool(true),
        ] {
            assert!(
                is_refused(&read("expires_in", value.clone()), "expires_in"),
                "{value:?}"
            );
        }
    }

    #[test]
    fn t4_dates_may_have_a_fraction_and_have_to_lie_ahead() {
        for name in ["expires_at", "exp", "accessTokenExpiresIn"] {
            let lifetime = |date: f64| read(name, date).lifetime;
            assert_eq!(lifetime(NOW_SECONDS + 60.0), Some(60 * SECOND), "{name}");
            assert_eq!(lifetime(NOW_SECONDS + 60.5), Some(60_500), "{name}");
            for date in [
                NOW_SECONDS,
                NOW_SECONDS - 1.0,
                NOW_SECONDS + 315_360_001.0,
                1e300,
            ] {
                assert!(is_refused(&read(name, date), name), "{name} {date}");
            }
        }
        assert_eq!(read("exp", "1700000060").lifetime, Some(60 * SECOND));
        assert!(is_refused(&read("exp", "2023-11-14T22:13:20Z"), "exp"));
    }

    #[test]
    fn t4_what_access_token_expires_in_counts_is_told_by_its_size() {
        let lifetime = |value: f64| read("accessTokenExpiresIn", value).lifetime;
        assert_eq!(lifetime(300.0), Some(300 * SECOND));
        assert_eq!(lifetime(NOW_SECONDS + 300.0), Some(300 * SECOND));
        assert_eq!(lifetime(NOW as f64 + 300_000.0), Some(300 * SECOND));
    }

    #[test]
    fn t4_the_first_name_counts() {
        let body = |members: &[(&str, f64)]| {
            let members = members
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).into()));
            Expiry::read(&Value::Map(members.collect()), NOW).lifetime
        };
        let later = NOW_SECONDS + 60.0;
        assert_eq!(
            body(&[("exp", later), ("expires_in", 300.0)]),
            Some(300 * SECOND)
        );
        assert_eq!(
            body(&[("accessTokenExpiresIn", 300.0), ("exp", later)]),
            Some(60 * SECOND)
        );
        assert_eq!(body(&[("expiresIn", 300.0)]), None);
    }

    #[test]
    fn t4_no_expiry_is_nothing_to_warn_of() {
        for body in [
            Value::Null,
            "expires_in".into(),
            Value::List(vec![Value::Map(vec![(
                "expires_in".to_owned(),
                Value::Null,
            )])]),
            Value::Map(vec![("token_type".to_owned(), "Bearer".into())]),
        ] {
            assert_eq!(Expiry::read(&body, NOW), Expiry::default());
        }
    }

    #[test]
    fn t4_the_servers_clock_is_read_before_ones_own() {
        let reply = Reply {
            status: 200,
            server_time: Some(NOW + 3_600 * SECOND),
            body: Some(Value::Map(vec![(
                "exp".to_owned(),
                (NOW_SECONDS + 3_660.0).into(),
            )])),
            ..Reply::default()
        };
        assert_eq!(reply.expiry(NOW).lifetime, Some(60 * SECOND));
        let reply = Reply {
            server_time: None,
            ..reply
        };
        assert_eq!(reply.expiry(NOW).lifetime, Some(3_660 * SECOND));
    }

    #[test]
    fn k4_debug_and_the_words_of_an_error_hold_no_body() {
        for word in ["abc.def", "ABCDEF", "a b", &"a".repeat(41), "hush1"] {
            let error = ("error".to_owned(), word.into());
            let reply = Reply {
                status: 400,
                body: Some(Value::Map(vec![error])),
                ..Reply::default()
            };
            assert!(!format!("{reply:?}").contains(word));
            let Meaning::Misconfigured(seen) = reply.meaning(NOW) else {
                panic!("400 is misconfigured")
            };
            assert!(!seen.contains(word), "{seen}");
        }
    }

    fn reply(status: u16, members: &[(&'static str, Value)]) -> Reply {
        Reply {
            status,
            body: Some(Value::object(members.iter().cloned())),
            ..Reply::default()
        }
    }

    #[test]
    fn k4_the_servers_words_are_repeated_but_no_token_in_them() {
        let words = |error: &str, description: &str| {
            let members = [
                ("error", Value::from(error)),
                ("error_description", description.into()),
                ("access_token", "inside".into()),
            ];
            reply(400, &members).oauth(&["known-1", "known-2"])
        };
        let oauth = words("invalid_grant", "The grant is gone: see (1).").unwrap();
        assert_eq!(oauth.code, "invalid_grant");
        let description = oauth.description.as_deref();
        assert_eq!(description, Some("The grant is gone: see (1)."));
        for hidden in [
            "known-1 is used up",
            "used up: known-2",
            "inside",
            "say \"what\"",
            "two\nlines",
            "schlo\u{df}",
            &"long ".repeat(61),
        ] {
            assert_eq!(words("invalid_grant", hidden).unwrap().description, None);
        }
        for hidden in ["known-1", "Invalid", "", &"a".repeat(41), "inside"] {
            let known = reply(400, &[("error", hidden.into())]).oauth(&["inside"]);
            assert_eq!(known, None, "{hidden}");
        }
        assert_eq!(reply(400, &[("error", 7.0.into())]).oauth(&[]), None);
        assert_eq!(Reply::default().oauth(&[]), None);
    }

    #[test]
    fn what_a_function_returned_is_an_answer_and_an_error_in_it_is_one() {
        let meaning = |value: Value| Reply::returned(value).meaning(NOW);
        let error = |word: &str| Value::object([("error", word.into())]);
        for fine in [
            Value::Null,
            true_body(),
            Value::object([("error", Value::Null)]),
        ] {
            assert_eq!(meaning(fine), Meaning::Renewed(Expiry::default()));
        }
        assert_eq!(meaning(error("invalid_grant")), Meaning::Rejected);
        let other = meaning(error("invalid_scope"));
        assert!(matches!(other, Meaning::Misconfigured(_)));
    }

    fn true_body() -> Value {
        Value::object([("ok", Value::Bool(true))])
    }

    #[test]
    fn a_session_check_shows_somebody_nobody_or_nothing() {
        let body = |body: Value| Reply {
            status: 200,
            body: Some(body),
            ..Reply::default()
        };
        let user = Value::Map(vec![("user".to_owned(), "ada".into())]);
        let bare = |status| Reply {
            status,
            ..Reply::default()
        };
        for (reply, presence) in [
            (body(user.clone()), Presence::Somebody),
            (body(Value::Map(Vec::new())), Presence::Nobody),
            (body(Value::Null), Presence::Nobody),
            (bare(204), Presence::Nobody),
            (bare(401), Presence::Nobody),
            (bare(403), Presence::Nobody),
            (
                Reply {
                    redirected: true,
                    ..Reply::default()
                },
                Presence::Nobody,
            ),
            (bare(200), Presence::Unclear),
            (bare(404), Presence::Unclear),
            (bare(500), Presence::Unclear),
            (
                Reply {
                    html: true,
                    ..body(user)
                },
                Presence::Unclear,
            ),
        ] {
            assert_eq!(reply.shows_session(), presence, "{reply:?}");
        }
    }

    fn any_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::Bool),
            any::<f64>().prop_map(Value::Number),
            (-10.0..4e8_f64).prop_map(Value::Number),
            (0..400_000_000_u32).prop_map(|whole| Value::Number(whole.into())),
            (NOW_SECONDS - 10.0..NOW_SECONDS + 4e8).prop_map(Value::Number),
            "[0-9]{0,25}|\\PC{0,6}".prop_map(Value::Text),
            Just(Value::Other),
        ];
        leaf.prop_recursive(2, 8, 4, |inner| {
            let name = prop_oneof![
                prop::sample::select(vec![
                    "expires_in",
                    "expires_at",
                    "exp",
                    "accessTokenExpiresIn"
                ])
                .prop_map(str::to_owned),
                "[a-z_]{0,8}",
            ];
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::List),
                prop::collection::vec((name, inner), 0..4).prop_map(Value::Map),
            ]
        })
    }

    /// An answer in which the token stands in all kinds of places.
    fn answer_with(token: &str) -> impl Strategy<Value = Reply> + use<> {
        let sentence = ["The token ", token, " is used up."].concat();
        let text = prop_oneof![
            3 => Just(Value::from(token)),
            1 => Just(Value::from(&*sentence)),
            1 => prop::sample::select(vec!["invalid_grant", "invalid_client", "Bearer", ""])
                .prop_map(Value::from),
            2 => any_value(),
        ];
        let name = prop_oneof![
            8 => prop::sample::select(vec![
                "access_token", "refresh_token", "id_token", "token_type",
                "expires_in", "error", "error_description",
            ]).prop_map(str::to_owned),
            1 => Just(token.to_owned()),
        ];
        let map = prop::collection::vec((name, text), 0..6).prop_map(Value::Map);
        let body =
            prop_oneof![8 => map.prop_map(Some), 1 => any_value().prop_map(Some), 1 => Just(None)];
        let status = prop::sample::select(vec![
            0, 200, 201, 204, 302, 400, 401, 403, 404, 415, 429, 500, 503,
        ]);
        (status, body, any::<bool>(), any::<bool>()).prop_map(|(status, body, html, redirected)| {
            Reply {
                status,
                redirected: redirected && status == 0,
                html: html && body.is_none(),
                body,
                ..Reply::default()
            }
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn k4_any_answer_of_a_token_endpoint_is_tokens_or_a_clear_error_without_a_token(
            (token, reply) in "[A-Za-z0-9._~+/-]{12,60}=?".prop_flat_map(|token| {
                let reply = answer_with(&token);
                (Just(token), reply)
            }),
        ) {
            let (meaning, tokens) = reply.token_meaning(true, NOW);
            prop_assert_eq!(tokens.is_some(), matches!(meaning, Meaning::Renewed(_)));
            if let Meaning::Misconfigured(message) = &meaning {
                prop_assert!(message.ends_with(['.', '?']) && message.len() > 20, "{}", message);
            }
            let inside = ["access_token", "refresh_token"]
                .iter()
                .any(|name| reply.body.as_ref().and_then(|body| body.member(name)) == Some(&token.as_str().into()));
            let known: &[&str] = if inside { &[] } else { &[&token] };
            let shown = format!("{meaning:?} {tokens:?} {reply:?} {:?}", reply.oauth(known));
            prop_assert!(!shown.contains(&token), "{}", shown);
        }

        #[test]
        fn t4_there_is_a_warning_if_and_only_if_an_expiry_is_there_and_of_no_use(
            body in any_value(), wall: Millis,
        ) {
            for wall in [NOW, wall] {
                let expiry = Expiry::read(&body, wall);
                let names = ["expires_in", "expires_at", "exp", "accessTokenExpiresIn"];
                let named = names.iter().any(|name| body.member(name).is_some());
                prop_assert_eq!(expiry.instead.is_some(), named && expiry.lifetime.is_none());
                prop_assert!(named || expiry.lifetime.is_none());
                prop_assert!(expiry.lifetime.is_none_or(|lifetime| lifetime <= TEN_YEARS));
            }
        }
    }
}
