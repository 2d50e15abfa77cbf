//! One refresh at a time for each session: in this process by a shared future, among processes by
//! the store's turns. Who waits gets the outcome of the one that ran, success or failure; a refresh
//! token is not sent twice because two asked.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, Shared};
use tower_sessions_core::session::Id;

use super::failure::Failure;
use super::party::RelyingParty;
use super::session::Session;
use super::wire;

/// How long another process's refresh is waited for: as long as its turn can last, and a little
/// more to take it over.
pub const PATIENCE: Duration = wire::TIMEOUT.saturating_add(Duration::from_secs(7));

/// The refreshes under way in this process.
#[derive(Debug, Default)]
pub struct Flights(Mutex<HashMap<Id, Flight>>);

/// The session with its new tokens, or why there are none.
type Outcome = Result<Session, Failure>;
type Flight = Shared<BoxFuture<'static, Outcome>>;

impl Flights {
    fn lock(&self) -> MutexGuard<'_, HashMap<Id, Flight>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl RelyingParty {
    /// Refreshes a session's tokens, or joins the refresh that is under way.
    ///
    /// It runs to its end even if nobody waits any more: the provider may have replaced the
    /// refresh token already, and an answer that nobody keeps would end the session.
    ///
    /// # Errors
    /// [`Failure::Rejected`]: the session is gone. Otherwise it is as it was.
    pub(super) async fn refresh(&self, id: Id) -> Outcome {
        let flight = self
            .flights()
            .lock()
            .entry(id)
            .or_insert_with(|| self.depart(id))
            .clone();
        flight.await
    }

    fn depart(&self, id: Id) -> Flight {
        let party = self.clone();
        let flight = tokio::spawn(async move {
            let landing = Landing { party: &party, id };
            let outcome = party.refresh_once(id).await;
            drop(landing);
            outcome
        });
        flight
            .map(|outcome| {
                outcome.unwrap_or_else(|_| Err(Failure::passing("the refresh broke off")))
            })
            .boxed()
            .shared()
    }

    async fn refresh_once(&self, id: Id) -> Outcome {
        let seen = self.load(id).await?;
        let Some(turn) = self.store().turn(id, PATIENCE).await? else {
            return Err(Failure::passing(
                "another refresh of this session takes too long",
            ));
        };
        let outcome = self.refresh_in_turn(id, seen.attempts).await;
        turn.give_back().await;
        outcome
    }

    async fn refresh_in_turn(&self, id: Id, seen: u64) -> Outcome {
        let mut session = self.load(id).await?;
        if session.attempts != seen {
            // Another process had the turn while this one waited for it.
            return outcome(session);
        }
        let Some(refresh_token) = session.tokens.refresh.clone() else {
            if self.left(&session.tokens).is_ok() {
                return Ok(session);
            }
            self.store().delete(id).await?;
            return Err(Failure::Rejected);
        };
        // Discovery may come first; the turn ends soon after this time, whatever took it.
        let renewal = tokio::time::timeout(wire::TIMEOUT, self.provider().renew(&refresh_token));
        let renewed = renewal
            .await
            .unwrap_or_else(|_| Err(Failure::passing("the provider takes too long")));
        match self.store().load::<Session>(id).await {
            Ok(Some(current)) if current.attempts != seen => {
                // This process stood still for so long that another took the turn over.
                return outcome(current);
            }
            Ok(Some(_)) | Err(_) => {}
            Ok(None) => {
                // Signed out by somebody who did not wait for the turn: nothing may bring it back.
                if let Ok(tokens) = renewed {
                    self.revoke(tokens).await;
                }
                return Err(Failure::Rejected);
            }
        }
        if matches!(renewed, Err(Failure::Rejected)) {
            self.store().delete(id).await?;
            return Err(Failure::Rejected);
        }
        session.attempted(renewed);
        // Worth a second attempt: the only good refresh token may be in there.
        if self.save(id, &session).await.is_err() {
            self.save(id, &session).await?;
        }
        outcome(session)
    }

    async fn load(&self, id: Id) -> Outcome {
        self.store().load(id).await?.ok_or(Failure::Rejected)
    }
}

/// What the last refresh of a session has come to.
fn outcome(session: Session) -> Outcome {
    match session.failed {
        Some(failure) => Err(failure),
        None => Ok(session),
    }
}

/// Takes a flight off the list, however it ended.
struct Landing<'a> {
    party: &'a RelyingParty,
    id: Id,
}

impl Drop for Landing<'_> {
    fn drop(&mut self) {
        self.party.flights().lock().remove(&self.id);
    }
}
