//! What a test or the page can change: the life of a token, the answer to a refresh, latency,
//! faults of the API, the Content Security Policy.

use std::time::Duration;

use axum::http::HeaderValue;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};
use tokio::sync::watch;

/// The switches, and those who wait for one of them to change.
#[derive(Debug, Default)]
pub struct Switchboard(watch::Sender<Board>);

impl Switchboard {
    /// How the switches stand.
    pub fn current(&self) -> Switches {
        self.0.borrow().switches.clone()
    }

    /// Changes the switches named in `changes`: all of them, or none if one is wrong.
    ///
    /// # Errors
    /// A sentence that names the switch and what it accepts.
    pub fn change(&self, changes: &Map<String, Value>) -> Result<Switches, String> {
        let mut outcome = Ok(());
        self.0.send_modify(|board| {
            let mut changed = board.switches.clone();
            outcome = changes
                .iter()
                .try_for_each(|(name, value)| changed.set(name, value));
            if outcome.is_ok() {
                board.switches = changed;
                board.epoch += u64::from(changes.contains_key("refreshAnswer"));
            }
        });
        outcome.map(|()| self.current())
    }

    /// Puts every switch back to its default.
    pub fn reset(&self) -> Switches {
        self.0.send_modify(|board| {
            board.switches = Switches::default();
            board.epoch += 1;
        });
        self.current()
    }

    /// Lets those go who are held now; who comes later is held again.
    pub fn release(&self) {
        self.0.send_modify(|board| board.releases += 1);
    }

    /// If `held` says so, a future that waits until it no longer does, or until
    /// [`release`](Self::release). It watches from this call on: a release between the call and
    /// the first poll is not missed.
    pub fn hold(&self, held: impl Fn(&Switches) -> bool) -> Option<impl Future<Output = ()>> {
        let mut board = self.0.subscribe();
        let now = board.borrow_and_update();
        let releases = held(&now.switches).then_some(now.releases)?;
        drop(now);
        Some(async move {
            // It fails only without a sender: then nobody is left to hold anything.
            let _ = board
                .wait_for(|board| board.releases != releases || !held(&board.switches))
                .await;
        })
    }

    /// The answer that the next refresh has to give. This is where `refreshTimes` counts down.
    pub fn take_refresh_order(&self) -> Order {
        let mut order = Order::default();
        self.0.send_modify(|board| {
            order = Order {
                answer: board.switches.refresh_answer,
                lifetime: board.switches.access_token_lifetime(),
                retry_after: board
                    .switches
                    .retry_after
                    .as_ref()
                    .and_then(HeaderText::header),
                epoch: board.epoch,
            };
            board.switches.count_refresh();
        });
        order
    }

    /// Waits until `refreshAnswer` is set again. That `refreshTimes` has run out is no such change:
    /// a call that hangs would otherwise end itself.
    pub async fn until_answer_changes(&self, epoch: u64) {
        let mut board = self.0.subscribe();
        // It fails only without a sender, and the sender is in `self`.
        let _ = board.wait_for(|board| board.epoch != epoch).await;
    }
}

/// What a refresh is to answer.
#[derive(Debug, Default)]
pub struct Order {
    /// The answer.
    pub answer: RefreshAnswer,
    /// The life of the next access token, if the answer is one that renews.
    pub lifetime: Duration,
    /// Goes along with a transient fault.
    pub retry_after: Option<HeaderValue>,
    /// For [`Switchboard::until_answer_changes`].
    pub epoch: u64,
}

#[derive(Debug, Default)]
struct Board {
    switches: Switches,
    /// Goes up whenever `refreshAnswer` is set.
    epoch: u64,
    /// Goes up with each release.
    releases: u64,
}

/// Every switch, as `/playground/switches` shows it (names in camelCase).
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Switches {
    /// The life of the access tokens issued from now on, in seconds; fractions are allowed. What
    /// the answers say is rounded down to whole seconds, the grammar of `expires_in` (RFC 6749
    /// Appendix A.14). Default 60.
    pub access_token_seconds: f64,
    /// The answer to a refresh. Default `ok`.
    pub refresh_answer: RefreshAnswer,
    /// After that many refreshes `refreshAnswer` goes back to `ok`; `null`, the default: never.
    pub refresh_times: Option<u32>,
    /// The `Retry-After` of transient faults (408, 409, 425, 429, 5xx). Default `null`: none.
    pub retry_after: Option<HeaderText>,
    /// How long a refresh waits before it is worked on, in milliseconds. Default 0.
    pub refresh_latency: u64,
    /// How long an API call waits before it is worked on, in milliseconds. Default 0.
    pub api_latency: u64,
    /// Whether the API answers 401 whatever the token. Default `false`.
    pub api_always_401: bool,
    /// The `WWW-Authenticate` of the API's 401s; an empty text: no such header; `null`, the
    /// default: `Bearer realm="playground", error="invalid_token"`.
    pub challenge: Option<HeaderText>,
    /// The Content Security Policy of HTML answers. Default `strict`.
    pub csp: Csp,
    /// Whether HTML answers may be kept by the browser, in its back/forward cache above all. Default
    /// `false`.
    pub keep_pages: bool,
    /// Whether refreshes wait, before they are worked on, for this switch to be turned off or for a
    /// release. Default `false`.
    pub hold_refresh: bool,
    /// The same for the answers to refreshes that have been worked on: the tokens have rotated, and
    /// nobody has the new ones yet. Default `false`.
    pub hold_refresh_answer: bool,
    /// The same for API calls: all of them, or those of one path. Default `false`.
    pub hold_api: Hold,
}

impl Switches {
    /// The life of the access tokens issued from now on.
    pub fn access_token_lifetime(&self) -> Duration {
        Duration::from_secs_f64(self.access_token_seconds)
    }

    /// Waits for `refreshLatency`.
    pub async fn refresh_delay(&self) {
        delay(self.refresh_latency).await;
    }

    /// Waits for `apiLatency`.
    pub async fn api_delay(&self) {
        delay(self.api_latency).await;
    }

    fn set(&mut self, name: &str, value: &Value) -> Result<(), String> {
        let wrong = |accepted: &str| format!("{name}: {value} is not accepted; give {accepted}");
        match name {
            "accessTokenSeconds" => {
                self.access_token_seconds = value
                    .as_f64()
                    .filter(|seconds| (0.0..=MOST_SECONDS).contains(seconds))
                    .ok_or_else(|| wrong("seconds, a number from 0 to 1000000000"))?;
            }
            "refreshAnswer" => {
                self.refresh_answer = RefreshAnswer::parse(value)
                    .ok_or_else(|| wrong(&one_of(&RefreshAnswer::NAMES)))?;
            }
            "refreshTimes" => {
                self.refresh_times = optional(value, |value| {
                    let times = u32::try_from(value.as_u64()?).ok()?;
                    (times > 0).then_some(times)
                })
                .ok_or_else(|| wrong("null or a whole number from 1"))?;
            }
            "retryAfter" => {
                self.retry_after = optional(value, HeaderText::parse)
                    .ok_or_else(|| wrong("null or a string that can be a header value"))?;
            }
            "refreshLatency" => {
                self.refresh_latency = milliseconds(value).ok_or_else(|| wrong(MILLISECONDS))?;
            }
            "apiLatency" => {
                self.api_latency = milliseconds(value).ok_or_else(|| wrong(MILLISECONDS))?;
            }
            "apiAlways401" => {
                self.api_always_401 = value.as_bool().ok_or_else(|| wrong("true or false"))?;
            }
            "challenge" => {
                self.challenge = optional(value, HeaderText::parse)
                    .ok_or_else(|| wrong("null or a string that can be a header value"))?;
            }
            "csp" => {
                self.csp = Csp::parse(value).ok_or_else(|| wrong(&one_of(&Csp::NAMES)))?;
            }
            "keepPages" => {
                self.keep_pages = value.as_bool().ok_or_else(|| wrong("true or false"))?;
            }
            "holdRefresh" => {
                self.hold_refresh = value.as_bool().ok_or_else(|| wrong("true or false"))?;
            }
            "holdRefreshAnswer" => {
                self.hold_refresh_answer = value.as_bool().ok_or_else(|| wrong("true or false"))?;
            }
            "holdApi" => {
                self.hold_api = Hold::parse(value)
                    .ok_or_else(|| wrong("true, false or a path that starts with /api/"))?;
            }
            unknown => {
                return Err(format!(
                    "{unknown}: there is no such switch; the switches are {}",
                    NAMES.join(", ")
                ));
            }
        }
        Ok(())
    }

    fn count_refresh(&mut self) {
        if let Some(times) = self.refresh_times {
            self.refresh_times = (times > 1).then_some(times - 1);
            if self.refresh_times.is_none() {
                self.refresh_answer = RefreshAnswer::Ok;
            }
        }
    }
}

impl Default for Switches {
    fn default() -> Self {
        Self {
            access_token_seconds: 60.0,
            refresh_answer: RefreshAnswer::default(),
            refresh_times: None,
            retry_after: None,
            refresh_latency: 0,
            api_latency: 0,
            api_always_401: false,
            challenge: None,
            csp: Csp::default(),
            keep_pages: false,
            hold_refresh: false,
            hold_refresh_answer: false,
            hold_api: Hold::default(),
        }
    }
}

const NAMES: [&str; 13] = [
    "accessTokenSeconds",
    "refreshAnswer",
    "refreshTimes",
    "retryAfter",
    "refreshLatency",
    "apiLatency",
    "apiAlways401",
    "challenge",
    "csp",
    "keepPages",
    "holdRefresh",
    "holdRefreshAnswer",
    "holdApi",
];
const MOST_SECONDS: f64 = 1e9;
const MOST_MILLISECONDS: u64 = 600_000;
const MILLISECONDS: &str = "milliseconds, a whole number from 0 to 600000";

/// Not even a tick of the timer, which is a millisecond, if no latency is switched on.
async fn delay(milliseconds: u64) {
    if milliseconds > 0 {
        tokio::time::sleep(Duration::from_millis(milliseconds)).await;
    }
}

fn milliseconds(value: &Value) -> Option<u64> {
    value.as_u64().filter(|&value| value <= MOST_MILLISECONDS)
}

/// `null`, or what `parse` makes of the value.
fn optional<T>(value: &Value, parse: impl Fn(&Value) -> Option<T>) -> Option<Option<T>> {
    if value.is_null() {
        Some(None)
    } else {
        parse(value).map(Some)
    }
}

fn one_of(names: &[&str]) -> String {
    format!("one of {}", names.join(", "))
}

/// An enum whose variants go by one name each, and the list of these names.
macro_rules! named {
    (
        $(#[$attribute:meta])* $type:ident {
            $($(#[$variant_attribute:meta])* $variant:ident = $name:literal,)*
        }
    ) => {
        $(#[$attribute])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
        pub enum $type {
            $($(#[$variant_attribute])* #[serde(rename = $name)] $variant,)*
        }

        impl $type {
            /// All accepted names.
            pub const NAMES: [&'static str; [$($name),*].len()] = [$($name),*];

            fn parse(value: &Value) -> Option<Self> {
                match value.as_str()? {
                    $($name => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }
    };
}

named! {
    /// The answer to a refresh. Down to `string_expiry` it renews the session; the others are
    /// faults and leave it as it is.
    RefreshAnswer {
        /// 200 `{"expires_in": seconds}`.
        #[default]
        Ok = "ok",
        /// 200 `{"expires_at": epoch seconds}`.
        ExpiresAt = "expires_at",
        /// 200 `{"exp": epoch seconds}`.
        Exp = "exp",
        /// 200 `{"accessTokenExpiresIn": seconds}`.
        AccessTokenExpiresIn = "access_token_expires_in",
        /// 204.
        NoContent = "no_content",
        /// 200 without a body.
        Empty = "empty",
        /// 200 `{}`.
        NoExpiry = "no_expiry",
        /// 200 `{"expires_in": "soon"}`.
        BadExpiry = "bad_expiry",
        /// 200 `{"expires_in": "60"}`: the number in a string.
        StringExpiry = "string_expiry",
        /// 200 with an HTML page.
        Html = "html",
        /// 302 to `/`.
        Redirect = "redirect",
        /// 400 `{"error": "invalid_grant"}`.
        InvalidGrant = "invalid_grant",
        /// 401.
        Unauthorized = "unauthorized",
        /// 401 `{"error": "invalid_client"}`.
        InvalidClient = "invalid_client",
        /// 400 `{"error": "invalid_request"}`.
        BadRequest = "bad_request",
        /// 403.
        Forbidden = "forbidden",
        /// 404.
        NotFound = "not_found",
        /// 405.
        MethodNotAllowed = "method_not_allowed",
        /// 415.
        UnsupportedMediaType = "unsupported_media_type",
        /// 408.
        RequestTimeout = "request_timeout",
        /// 409.
        Conflict = "conflict",
        /// 425.
        TooEarly = "too_early",
        /// 429.
        TooManyRequests = "too_many_requests",
        /// 500.
        ServerError = "server_error",
        /// 503.
        Unavailable = "unavailable",
        /// The connection closes without an answer. If it had served a request before, browsers
        /// repeat this one by themselves, even a `POST` and more than once: do not count with it.
        Drop = "drop",
        /// The answer's head contradicts itself: a network error as well, and one that browsers do
        /// not repeat.
        Garble = "garble",
        /// No answer until the client leaves or this switch is set again.
        Hang = "hang",
        /// The headers and half a JSON body, then nothing.
        HangBody = "hang_body",
    }
}

named! {
    /// The Content Security Policy of HTML answers.
    Csp {
        /// `script-src 'self' 'wasm-unsafe-eval'` and Trusted Types.
        #[default]
        Strict = "strict",
        /// The same without `'wasm-unsafe-eval'`.
        NoWasm = "no-wasm",
        /// No policy.
        Off = "off",
    }
}

/// Which API calls are held.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Hold {
    /// None (`false`).
    #[default]
    Nobody,
    /// All (`true`).
    Everybody,
    /// Those of one path (its text), so that one call can come late while others go through.
    Path(String),
}

impl Hold {
    /// Whether a call of this path waits.
    pub fn covers(&self, path: &str) -> bool {
        match self {
            Self::Nobody => false,
            Self::Everybody => true,
            Self::Path(held) => held == path,
        }
    }

    fn parse(value: &Value) -> Option<Self> {
        match value {
            Value::Bool(false) => Some(Self::Nobody),
            Value::Bool(true) => Some(Self::Everybody),
            Value::String(path) if path.starts_with("/api/") => Some(Self::Path(path.clone())),
            _ => None,
        }
    }
}

impl Serialize for Hold {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Nobody => serializer.serialize_bool(false),
            Self::Everybody => serializer.serialize_bool(true),
            Self::Path(path) => serializer.serialize_str(path),
        }
    }
}

/// A text that can be sent as the value of a header.
#[derive(Clone, Debug, PartialEq)]
pub struct HeaderText(HeaderValue);

impl HeaderText {
    /// The header's value; `None` for the empty text.
    pub fn header(&self) -> Option<HeaderValue> {
        (!self.0.is_empty()).then(|| self.0.clone())
    }

    fn parse(value: &Value) -> Option<Self> {
        let value = HeaderValue::from_str(value.as_str()?).ok()?;
        Some(Self(value))
    }
}

impl Serialize for HeaderText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Made from a `str`, so the bytes are UTF-8.
        serializer.serialize_str(&String::from_utf8_lossy(self.0.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_in_messages_are_the_names_of_the_switches() {
        let shown = serde_json::to_value(Switches::default()).unwrap();
        let mut shown: Vec<_> = shown.as_object().unwrap().keys().cloned().collect();
        let mut named = NAMES.map(String::from).to_vec();
        shown.sort();
        named.sort();
        assert_eq!(shown, named);
    }

    #[test]
    fn every_name_of_an_answer_parses_to_the_answer_that_shows_it() {
        for name in RefreshAnswer::NAMES {
            let answer = RefreshAnswer::parse(&name.into()).unwrap();
            assert_eq!(serde_json::to_value(answer).unwrap(), name);
        }
    }
}
