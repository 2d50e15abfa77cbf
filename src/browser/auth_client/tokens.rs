//! Tokens that the application brings.

use std::fmt;
use std::time::Duration;

use crate::core::value::Value;

/// What a token endpoint answered to the sign-in (RFC 6749 §5.1).
///
/// ```no_run
/// use oauth_refresh_wasm::Tokens;
/// use std::time::Duration;
///
/// # let (access_token, refresh_token) = ("", "");
/// let tokens = Tokens::new(access_token)
///     .refresh_token(refresh_token)
///     .expires_in(Duration::from_secs(300));
/// ```
#[derive(Clone)]
pub struct Tokens {
    members: Vec<(&'static str, Value)>,
}

impl Tokens {
    /// An access token alone: with nothing to refresh with, the first 401 ends the session.
    #[must_use]
    pub fn new(access_token: &str) -> Self {
        Self {
            members: vec![("access_token", access_token.into())],
        }
    }

    /// `refresh_token`.
    #[must_use]
    pub fn refresh_token(self, token: &str) -> Self {
        self.with("refresh_token", token.into())
    }

    /// `expires_in`: how long the access token lives. Without it the session is not refreshed ahead.
    #[must_use]
    pub fn expires_in(self, lifetime: Duration) -> Self {
        self.with("expires_in", seconds(lifetime))
    }

    /// `token_type`: `Bearer`, which is the default, or `DPoP` with the option
    /// [`dpop`](super::Options::dpop).
    #[must_use]
    pub fn token_type(self, kind: &str) -> Self {
        self.with("token_type", kind.into())
    }

    fn with(mut self, name: &'static str, value: Value) -> Self {
        self.members.retain(|(given, _)| *given != name);
        self.members.push((name, value));
        self
    }

    pub(super) fn to_value(&self) -> Value {
        Value::object(self.members.clone())
    }
}

/// As OAuth tells times: in whole seconds, and none more than there are.
pub(super) fn seconds(time: Duration) -> Value {
    Value::Number(time.as_secs() as f64)
}

/// Without the tokens (contract K4).
impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tokens")
    }
}
