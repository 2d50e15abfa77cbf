//! The store: sessions, their access tokens, and the refresh tokens that rotate.
//!
//! Tokens leave this module once, when they are issued. What stays is their SHA-256, so that
//! neither a dump nor a `Debug` print of the store shows one, and a look-up leaks no timing.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::Serialize;
use sha2::{Digest as _, Sha256};
use tokio::time::Instant;

/// The most sessions that are remembered; a sign-in beyond them ends the oldest.
const MOST_SESSIONS: usize = 1000;

/// All sessions, in memory.
#[derive(Debug, Default)]
pub struct Sessions(Mutex<Store>);

impl Sessions {
    /// Starts a session, whose access token lives for `lifetime`.
    pub fn start(&self, user: User, lifetime: Duration) -> Issued {
        let mut store = self.store();
        if store.sessions.len() >= MOST_SESSIONS
            && let Some(oldest) = store.sessions.keys().min().copied()
        {
            store.end(oldest);
        }
        store.last_id += 1;
        let id = store.last_id;
        let session = Session {
            user,
            generation: 0,
        };
        store.sessions.insert(id, session);
        store.issue(id, lifetime)
    }

    /// Trades a refresh token for the next pair of tokens.
    ///
    /// Each refresh token works once (RFC 9700 §4.14.2). One that comes a second time has been
    /// copied, or two clients use it without knowing of each other; the server cannot tell which of
    /// them is the thief, so the whole session ends. There is no grace window.
    ///
    /// # Errors
    /// [`Rejected`] says whether the token was unknown or used before.
    pub fn renew(&self, refresh_token: &str, lifetime: Duration) -> Result<Issued, Rejected> {
        let mut store = self.store();
        let token = store
            .refresh_tokens
            .get(&Fingerprint::of(refresh_token))
            .copied()
            .ok_or(Rejected::Unknown)?;
        let session = store
            .sessions
            .get(&token.session)
            .ok_or(Rejected::Unknown)?;
        if token.generation != session.generation {
            store.end(token.session);
            return Err(Rejected::Reused);
        }
        Ok(store.issue(token.session, lifetime))
    }

    /// Whom an access token stands for, as long as it is alive.
    pub fn authenticate(&self, access_token: &str) -> Option<SignedIn> {
        let store = self.store();
        let token = store.access_tokens.get(&Fingerprint::of(access_token))?;
        let remaining = token.expires.checked_duration_since(Instant::now())?;
        let session = store.sessions.get(&token.session)?;
        (!remaining.is_zero()).then_some(SignedIn {
            user: session.user.clone(),
            remaining: Some(remaining),
        })
    }

    /// The generation in which an access token was issued, alive or expired; `None` once its
    /// session has ended.
    pub fn generation(&self, access_token: &str) -> Option<u64> {
        let store = self.store();
        let token = store.access_tokens.get(&Fingerprint::of(access_token))?;
        Some(token.generation)
    }

    /// Ends the session that a token names, access or refresh, alive or expired; tells whether there
    /// was one.
    pub fn end(&self, token: &str) -> bool {
        let mut store = self.store();
        let fingerprint = Fingerprint::of(token);
        let access = store.access_tokens.get(&fingerprint);
        let refresh = store.refresh_tokens.get(&fingerprint);
        let named = access
            .map(|token| token.session)
            .or(refresh.map(|token| token.session));
        if let Some(id) = named {
            store.end(id);
        }
        named.is_some()
    }

    /// Lets every access token expire at this moment. Sessions and refresh tokens live on.
    pub fn expire_access_tokens(&self) {
        let now = Instant::now();
        for token in self.store().access_tokens.values_mut() {
            token.expires = token.expires.min(now);
        }
    }

    /// Forgets all sessions, as a server does that lost its store.
    pub fn forget_all(&self) {
        let mut store = self.store();
        *store = Store {
            last_id: store.last_id,
            ..Store::default()
        };
    }

    fn store(&self) -> MutexGuard<'_, Store> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Who is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct User {
    /// The name shown on the page.
    pub name: Cow<'static, str>,
}

impl User {
    /// Somebody of that name.
    pub fn named(name: impl Into<Cow<'static, str>>) -> Self {
        Self { name: name.into() }
    }
}

/// A living access token's owner.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// Whose session it is.
    pub user: User,
    /// How long the token still lives; `None`: until its issuer says otherwise.
    pub remaining: Option<Duration>,
}

/// What a sign-in or a refresh hands out.
#[derive(Debug)]
pub struct Issued {
    /// For the API.
    pub access: Token,
    /// For the next refresh, once.
    pub refresh: Token,
}

/// Why a refresh token was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rejected {
    /// Never issued, or its session has ended.
    Unknown,
    /// Used before: its session has just been ended.
    Reused,
}

/// An opaque random token of 256 bits. Its `Debug` output is redacted.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// A new token from the operating system's randomness.
    pub fn random() -> Self {
        Self(crate::hex(&rand::random::<[u8; 32]>()))
    }

    /// The text that is handed out.
    pub fn into_string(self) -> String {
        self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}

#[derive(Debug, Default)]
struct Store {
    last_id: u64,
    sessions: HashMap<u64, Session>,
    access_tokens: HashMap<Fingerprint, AccessToken>,
    refresh_tokens: HashMap<Fingerprint, RefreshToken>,
}

impl Store {
    /// Opens the session's next generation. Older access tokens live until they expire, as they do
    /// on any server that does not ask its store about each request.
    fn issue(&mut self, id: u64, lifetime: Duration) -> Issued {
        let session = self.sessions.get_mut(&id);
        let generation = session.map_or(0, |session| {
            session.generation += 1;
            session.generation
        });
        let issued = Issued {
            access: Token::random(),
            refresh: Token::random(),
        };
        self.access_tokens.insert(
            Fingerprint::of(&issued.access.0),
            AccessToken {
                session: id,
                generation,
                expires: Instant::now() + lifetime,
            },
        );
        self.refresh_tokens.insert(
            Fingerprint::of(&issued.refresh.0),
            RefreshToken {
                session: id,
                generation,
            },
        );
        issued
    }

    fn end(&mut self, id: u64) {
        self.sessions.remove(&id);
        self.access_tokens.retain(|_, token| token.session != id);
        self.refresh_tokens.retain(|_, token| token.session != id);
    }
}

#[derive(Debug)]
struct Session {
    user: User,
    /// Goes up with the sign-in and with each refresh.
    generation: u64,
}

#[derive(Debug)]
struct AccessToken {
    session: u64,
    generation: u64,
    expires: Instant,
}

/// Used ones are kept as long as their session, because only a token that is still known can be
/// recognized as used twice.
#[derive(Clone, Copy, Debug)]
struct RefreshToken {
    session: u64,
    generation: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Fingerprint([u8; 32]);

impl Fingerprint {
    fn of(token: &str) -> Self {
        Self(Sha256::digest(token).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const USER: User = User {
        name: Cow::Borrowed("demo"),
    };
    const MINUTE: Duration = Duration::from_secs(60);

    #[tokio::test(start_paused = true)]
    async fn an_access_token_dies_at_the_end_of_its_life() {
        let sessions = Sessions::default();
        let access = sessions.start(USER, MINUTE).access.0;
        tokio::time::advance(MINUTE - Duration::from_millis(1)).await;
        assert!(sessions.authenticate(&access).is_some());
        tokio::time::advance(Duration::from_millis(1)).await;
        assert!(sessions.authenticate(&access).is_none());
    }

    #[test]
    fn the_oldest_session_makes_room() {
        let sessions = Sessions::default();
        let first = sessions.start(USER, MINUTE);
        let second = sessions.start(USER, MINUTE);
        for _ in 2..=MOST_SESSIONS {
            sessions.start(USER, MINUTE);
        }
        assert!(sessions.authenticate(&first.access.0).is_none());
        assert!(sessions.authenticate(&second.access.0).is_some());
        assert_eq!(
            sessions.renew(&first.refresh.0, MINUTE).err(),
            Some(Rejected::Unknown)
        );
        let store = sessions.store();
        assert_eq!(store.sessions.len(), MOST_SESSIONS);
        assert_eq!(store.access_tokens.len(), MOST_SESSIONS);
        assert_eq!(store.refresh_tokens.len(), MOST_SESSIONS);
    }

    #[test]
    fn no_debug_output_shows_a_token() {
        let sessions = Sessions::default();
        let issued = sessions.start(USER, MINUTE);
        let shown = format!("{issued:?} {sessions:?}");
        assert!(!shown.contains(&issued.access.0));
        assert!(!shown.contains(&issued.refresh.0));
    }
}
