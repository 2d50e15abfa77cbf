//! What a session asks of its shell, and what it answers to whoever asks for a fresh token.

use super::error::Error;
use super::event::Event;
use super::request::{Outcome, WaitId};

/// Names one refresh.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FlightId(pub u32);

/// Names one wish for a turn among the tabs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TurnId(pub u32);

/// What the session wants done, in this order.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
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
    /// Listen to the other tabs from now on, under the name that [`Policy::tabs`](super::config::Policy::tabs) gives,
    /// look for them, and hand what is in sight to [`Session::handle_sight`](super::session::Session::handle_sight).
    Join,
    /// Listen no more, and keep nothing in sight.
    Leave,
    /// Look for the other tabs, and hand what is in sight to [`Session::handle_sight`](super::session::Session::handle_sight).
    Look,
    /// Say this to the other tabs; [`Session::handle_news`](super::session::Session::handle_news) hears it there.
    Tell(String),
    /// Keep this in sight of the other tabs, instead of what was kept there before.
    Keep(String),
    /// Wait for the turn in that lane, which one tab has at a time. Then look for the other tabs, and hand what is in
    /// sight to [`Session::handle_turn`](super::session::Session::handle_turn); at once and without it, where there
    /// are no turns.
    AskTurn(TurnId, usize),
    /// Let go of that turn, or of the wish for it, once what is to be kept in sight is there.
    EndTurn(TurnId),
}

/// What became of asking for a fresh token.
#[derive(Debug, PartialEq, Eq)]
pub enum Freshness {
    /// It is fresh.
    Fresh,
    /// The refresh is under way; [`Effect::Resume`] brings its outcome.
    Wait(WaitId),
    /// It cannot be had.
    Refuse(Box<Error>),
}
