//! A session as the store keeps it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use openidconnect::{AccessToken, RefreshToken};
use serde::{Deserialize, Serialize};

use super::failure::Failure;

/// How long a session lasts, in seconds: 30 days. After that the user signs in again.
const LIFETIME: i64 = 30 * 24 * 3600;

/// Who is signed in, with the tokens that the provider gave. The `Debug` output of the tokens is
/// redacted.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Session {
    /// The provider's name for the user (`sub`).
    pub subject: String,
    /// A name to show.
    pub name: String,
    /// For the API and for the next refresh.
    pub tokens: Tokens,
    /// How many refreshes have come to an end. Who waited for one sees by it that it did.
    pub attempts: u64,
    /// How the last of them failed; `None`: it did not.
    pub failed: Option<Failure>,
    /// When it ends, however often it is refreshed; seconds since 1970.
    pub ends: i64,
}

impl Session {
    /// A session that begins now.
    pub fn new(identity: Identity, tokens: Tokens) -> Self {
        Self {
            subject: identity.subject,
            name: identity.name,
            tokens,
            attempts: 0,
            failed: None,
            ends: now() / 1000 + LIFETIME,
        }
    }

    /// Notes how a refresh ended.
    pub fn attempted(&mut self, outcome: Result<Tokens, Failure>) {
        self.attempts += 1;
        match outcome {
            Ok(tokens) => {
                self.tokens.replace(tokens);
                self.failed = None;
            }
            Err(failure) => self.failed = Some(failure),
        }
    }
}

/// Whom the provider's ID token is about.
#[derive(Clone, Debug)]
pub struct Identity {
    /// `sub`.
    pub subject: String,
    /// A name to show.
    pub name: String,
}

/// What one answer of the token endpoint says. Times are milliseconds since 1970, because several
/// machines may read them.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Tokens {
    /// For the API.
    pub access: AccessToken,
    /// For the next refresh; `None`: there will be none.
    pub refresh: Option<RefreshToken>,
    /// When they were asked for.
    pub since: i64,
    /// When the access token expires; `None`: the provider did not say.
    pub expires: Option<i64>,
}

impl Tokens {
    /// Tokens that were asked for at `since` and live for `lifetime`. Counted from the question,
    /// since the answer was on its way for some part of that time.
    pub fn new(
        access: AccessToken,
        refresh: Option<RefreshToken>,
        since: i64,
        lifetime: Option<Duration>,
    ) -> Self {
        let expires = lifetime.map(|lifetime| {
            since.saturating_add(i64::try_from(lifetime.as_millis()).unwrap_or(i64::MAX))
        });
        Self {
            access,
            refresh,
            since,
            expires,
        }
    }

    /// Takes the place of the old ones. An answer without a refresh token keeps the old one (RFC
    /// 6749 §6); one with another replaces it.
    fn replace(&mut self, mut new: Self) {
        new.refresh = new.refresh.or(self.refresh.take());
        *self = new;
    }

    /// What is left of the access token's life; `None`: the provider did not say.
    ///
    /// # Errors
    /// [`Expired`], when nothing is.
    pub fn left(&self) -> Result<Option<Duration>, Expired> {
        let Some(expires) = self.expires else {
            return Ok(None);
        };
        match u64::try_from(expires.saturating_sub(now())) {
            Ok(left) if left > 0 => Ok(Some(Duration::from_millis(left))),
            _ => Err(Expired),
        }
    }
}

/// The access token's life is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expired;

/// Milliseconds since 1970.
pub fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| {
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    fn tokens(refresh: Option<&str>, since: i64, lifetime: Option<Duration>) -> Tokens {
        let refresh = refresh.map(|token| RefreshToken::new(token.to_owned()));
        Tokens::new(
            AccessToken::new("access-1".to_owned()),
            refresh,
            since,
            lifetime,
        )
    }

    fn session() -> Session {
        let identity = Identity {
            subject: "248289761001".to_owned(),
            name: "Ann".to_owned(),
        };
        Session::new(identity, tokens(Some("refresh-1"), now(), Some(MINUTE)))
    }

    fn refresh_token(session: &Session) -> &str {
        session.tokens.refresh.as_ref().unwrap().secret()
    }

    #[test]
    fn k6_a_new_refresh_token_replaces_the_old_and_an_answer_without_one_keeps_it() {
        let mut session = session();
        session.attempted(Ok(tokens(Some("refresh-2"), now(), None)));
        assert_eq!(refresh_token(&session), "refresh-2");
        session.attempted(Ok(tokens(None, now(), Some(MINUTE))));
        assert_eq!(refresh_token(&session), "refresh-2");
        assert_eq!(session.attempts, 2);
    }

    #[test]
    fn a_failure_is_remembered_until_the_next_success() {
        let mut session = session();
        session.attempted(Err(Failure::passing("down")));
        assert_eq!(session.failed, Some(Failure::passing("down")));
        session.attempted(Ok(tokens(None, now(), None)));
        assert_eq!(session.failed, None);
    }

    #[test]
    fn an_access_token_dies_at_the_end_of_its_life_and_not_without_one() {
        let left = tokens(None, now(), Some(MINUTE)).left().unwrap().unwrap();
        assert!(left <= MINUTE);
        let over = now() - 60_000;
        assert_eq!(tokens(None, over, Some(MINUTE)).left(), Err(Expired));
        assert_eq!(tokens(None, over, None).left(), Ok(None));
        assert!(tokens(None, now(), Some(Duration::MAX)).left().is_ok());
    }

    #[test]
    fn k4_no_debug_output_shows_a_token() {
        let shown = format!("{:?}", session());
        assert!(shown.contains("Ann") && !shown.contains("-1"), "{shown}");
    }
}
