//! What a session asks of its shell, and what it answers to whoever asks for a fresh token.

use super::error::Error;
use super::event::Event;
use super::request::{Outcome, WaitId};

/// Names one refresh.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FlightId(pub(super) u32);

/// What the session wants done, in this order.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Call `refreshURL` and hand the answer to [`Session::handle_reply`](super::session::Session::handle_reply).
    Refresh(FlightId),
    /// The refresh was a redirect: call `sessionURL` and hand the answer to [`Session::handle_session_reply`](super::session::Session::handle_session_reply).
    AskSession(FlightId),
    /// Call `sessionURL` and hand the answer to [`Session::handle_session_check`](super::session::Session::handle_session_check).
    CheckSession,
    /// Nobody waits for this call any more.
    Abort(FlightId),
    /// Let these go on, in this order.
    Resume(Vec<WaitId>, Outcome),
    /// Tell `logoutURL`, then resume whoever waits for that.
    TellSignOut,
    /// Tell the outside.
    Notify(Event),
}

/// What became of asking for a fresh token.
#[derive(Debug, PartialEq, Eq)]
pub enum Freshness {
    /// It is fresh.
    Fresh,
    /// The refresh is under way; [`Effect::Resume`] brings its outcome.
    Wait(WaitId),
    /// It cannot be had.
    Refuse(Error),
}
