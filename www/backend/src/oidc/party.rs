//! This server as the provider's client: its sessions, from the sign-in to their end.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use axum_extra::extract::cookie::CookieJar;
use time::OffsetDateTime;
use tower_sessions_core::session::Id;

use super::cookie::{self, Kind};
use super::failure::Failure;
use super::provider::Provider;
use super::refresh::{Flights, PATIENCE};
use super::registration::Registration;
use super::session::{Expired, Session, Tokens, now};
use super::store::{Store, Turn};
use crate::session::{SignedIn, User};

/// How long a sign-out waits for a refresh under way, whose tokens it is to revoke, and then for
/// the provider.
const SIGN_OUT: Duration = Duration::from_secs(3);

/// A client of an OpenID provider, with the sessions of its users. A clone is the same one.
#[derive(Clone, Debug)]
pub struct RelyingParty(Arc<Party>);

#[derive(Debug)]
struct Party {
    provider: Provider,
    store: Store,
    flights: Flights,
    /// Access tokens that were asked for up to then count as expired; milliseconds since 1970.
    expired_through: AtomicI64,
}

impl RelyingParty {
    /// Opens the store. The provider is asked when it is first needed.
    ///
    /// # Errors
    /// A sentence that names what is wrong and the cure.
    pub async fn open(registration: Registration) -> Result<Self, String> {
        let store = Store::open(&registration.store).await?;
        Ok(Self(Arc::new(Party {
            provider: Provider::new(registration)?,
            store,
            flights: Flights::default(),
            expired_through: AtomicI64::new(i64::MIN),
        })))
    }

    /// Whether browsers reach this server over https.
    pub fn is_https(&self) -> bool {
        self.provider().registration().is_https()
    }

    pub(super) fn provider(&self) -> &Provider {
        &self.0.provider
    }

    pub(super) fn store(&self) -> &Store {
        &self.0.store
    }

    pub(super) fn flights(&self) -> &Flights {
        &self.0.flights
    }

    /// Whom a request's cookie stands for, as long as the access token is alive.
    ///
    /// # Errors
    /// [`Failure::Unavailable`], when the store cannot be asked.
    pub(crate) async fn signed_in(
        &self,
        jar: &CookieJar,
        secure: bool,
    ) -> Result<Option<SignedIn>, Failure> {
        let session = self.session(jar, secure).await?;
        Ok(session.and_then(|session| {
            let remaining = self.left(&session.tokens).ok()?;
            Some(SignedIn {
                user: User::named(session.name),
                remaining,
            })
        }))
    }

    /// The session that a request's cookie names, its access token alive or expired.
    ///
    /// # Errors
    /// [`Failure::Unavailable`], when the store cannot be asked.
    pub(super) async fn session(
        &self,
        jar: &CookieJar,
        secure: bool,
    ) -> Result<Option<Session>, Failure> {
        match session_id(jar, secure) {
            Some(id) => self.store().load(id).await,
            None => Ok(None),
        }
    }

    /// What is left of an access token's life; `None`: the provider did not say.
    pub(super) fn left(&self, tokens: &Tokens) -> Result<Option<Duration>, Expired> {
        if tokens.since <= self.0.expired_through.load(Ordering::Relaxed) {
            return Err(Expired);
        }
        tokens.left()
    }

    /// Keeps a session under a new cookie, and returns the cookie's value. Never under one that the
    /// browser had before: somebody else may have put it there.
    ///
    /// # Errors
    /// [`Failure::Unavailable`], when the store cannot be asked.
    pub(super) async fn start(&self, session: &Session) -> Result<String, Failure> {
        let value = cookie::random();
        self.save(id_of(&value), session).await?;
        Ok(value)
    }

    /// Keeps what has become of a session.
    ///
    /// # Errors
    /// [`Failure::Unavailable`], when the store cannot be asked.
    pub(super) async fn save(&self, id: Id, session: &Session) -> Result<(), Failure> {
        let ends = OffsetDateTime::from_unix_timestamp(session.ends)
            .map_err(|_| Failure::unexpected("a session ends beyond the calendar"))?;
        self.store().save(id, session, ends).await
    }

    /// Ends a session, then has its tokens revoked; the session is gone even if that fails.
    ///
    /// # Errors
    /// [`Failure::Unavailable`], when the store cannot be asked.
    pub(super) async fn end(&self, id: Id) -> Result<(), Failure> {
        // A refresh under way is about to bring the tokens that are to be revoked.
        let turn = self.store().turn(id, SIGN_OUT).await?;
        let is_free = turn.is_some();
        let ended = self.remove(id, turn, |_| true).await;
        if !is_free {
            // That refresh may have read the session just before it went, and may write it back
            // just after.
            let party = self.clone();
            tokio::spawn(async move {
                let turn = party.store().turn(id, PATIENCE).await?;
                party.remove(id, turn, |_| true).await
            });
        }
        ended
    }

    /// Ends the session that a browser had before a sign-in as `subject`. Not revoked are tokens of
    /// the same user: to many providers all that one user has granted to one client is one grant,
    /// and with the old tokens the new ones would go.
    ///
    /// # Errors
    /// [`Failure::Unavailable`], when the store cannot be asked.
    pub(super) async fn replace(&self, id: Id, subject: &str) -> Result<(), Failure> {
        // To its end: a refresh that finds its session gone revokes what it has got.
        let turn = self.store().turn(id, PATIENCE).await?;
        let somebody_else = |session: &Session| session.subject != subject;
        self.remove(id, turn, somebody_else).await
    }

    async fn remove(
        &self,
        id: Id,
        turn: Option<Turn>,
        is_to_be_revoked: impl FnOnce(&Session) -> bool,
    ) -> Result<(), Failure> {
        let session = self.store().load::<Session>(id).await;
        let deleted = self.store().delete(id).await;
        if let Some(turn) = turn {
            turn.give_back().await;
        }
        if let Some(session) = session?.filter(is_to_be_revoked) {
            self.revoke(session.tokens).await;
        }
        deleted
    }

    /// Waits for the provider no longer than a user would. The request itself is given its time,
    /// also when the browser has gone.
    pub(super) async fn revoke(&self, tokens: Tokens) {
        let party = self.clone();
        let revocation = tokio::spawn(async move { party.provider().revoke(&tokens).await });
        // Nothing can be done about a provider that does not listen: the access token expires, and
        // the refresh token is forgotten here.
        let _ = tokio::time::timeout(SIGN_OUT, revocation).await;
    }

    /// Lets every access token count as expired, for this process. The provider knows nothing of
    /// it.
    pub(crate) fn expire_access_tokens(&self) {
        self.0.expired_through.store(now(), Ordering::Relaxed);
    }

    /// Forgets all sessions.
    ///
    /// # Errors
    /// [`Failure::Unavailable`], when the store cannot be asked.
    pub(crate) async fn forget_all(&self) -> Result<(), Failure> {
        self.store().clear().await
    }
}

/// Under which id the store keeps the session of a request's cookie.
pub fn session_id(jar: &CookieJar, secure: bool) -> Option<Id> {
    Kind::Session.value(jar, secure).map(id_of)
}

fn id_of(cookie: &str) -> Id {
    cookie::id(&["session", cookie])
}
