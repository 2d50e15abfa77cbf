//! The life of one request: opened, admitted, judged.
//!
//! A [`Ticket`] cannot be copied, and judging an answer consumes it. Only a ticket that was sent once comes back as
//! [`Verdict::Retry`], so a third send cannot be written down (contract R1).

use super::error::Error;
use super::route::Route;

/// Names somebody who waits for the refresh to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct WaitId(pub u32);

/// Whether a request may be sent a second time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Replay {
    /// It may.
    #[default]
    Possible,
    /// Its body is gone once it is sent: a stream.
    OneShot,
    /// The caller passed `_retry: true`.
    OptedOut,
}

/// One request on its way.
#[derive(Debug)]
pub struct Ticket {
    pub(super) route: Route,
    pub(super) replay: Replay,
    /// Its place in the order in which requests came.
    pub(super) place: u32,
    /// The generation that it was last sent with.
    pub(super) stamp: u32,
    pub(super) stage: Stage,
    /// What came of the refresh that it waited for.
    pub(super) outcome: Option<Outcome>,
}

/// How far a ticket is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Stage {
    First,
    /// Answered 401; its second send has not begun.
    Again,
    Second,
}

impl Ticket {
    /// What its URL is to the session.
    #[must_use]
    pub fn route(&self) -> Route {
        self.route
    }

    /// Whether it is, or asked not to have, its second send: `_retry` of the interceptors.
    #[must_use]
    pub fn is_retry(&self) -> bool {
        self.stage != Stage::First || self.replay == Replay::OptedOut
    }

    /// Whether it was admitted a second time.
    #[must_use]
    pub fn is_second(&self) -> bool {
        self.stage == Stage::Second
    }

    /// Whether a copy of its body may be needed after it is sent.
    #[must_use]
    pub fn may_be_replayed(&self) -> bool {
        matches!(self.route, Route::Protected)
            && self.stage == Stage::First
            && self.replay == Replay::Possible
    }

    /// Takes note of what came of the refresh that it waited for.
    pub fn resume(&mut self, outcome: Outcome) {
        self.outcome = Some(outcome);
    }
}

/// May this request be sent?
#[derive(Debug, PartialEq, Eq, Hash)]
// A tag of its own takes less code to read than one that is hidden in a field.
#[repr(u8)]
pub enum Admission {
    /// Now.
    Send,
    /// Not before the refresh has ended; then ask again.
    Wait(WaitId),
    /// No; the session cannot be refreshed now. A 401 that it already had goes into the error.
    Refuse(Box<Error>),
    /// There is nothing more to try: its caller gets the 401 that it had.
    GiveBack,
}

/// What an answer says about a request's credentials.
#[derive(Clone, Copy, Debug)]
pub struct Answer<'a> {
    /// Whether it counts as unauthorized: a 401, or whatever else the options say.
    pub unauthorized: bool,
    /// `WWW-Authenticate`, where there is one that can be read.
    pub challenge: Option<&'a str>,
}

/// What becomes of an answer.
#[derive(Debug)]
pub enum Verdict {
    /// Its caller gets it.
    Deliver,
    /// It is to be sent once more: ask for admission again.
    Retry(Ticket),
    /// It could not be cured: its caller gets the error, with the answer in it.
    Refuse(Box<Error>),
}

/// What came of a refresh for those who waited for it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// The session goes on.
    Renewed,
    /// It could not be refreshed now.
    Failed(Box<Error>),
    /// The session is over.
    Over,
    /// Another session has begun.
    Replaced,
}
