//! A request to which something happens.

use wasm_bindgen::prelude::*;

use super::place::{FOREIGN, LOGIN, PROTECTED};
use super::told::{FAILED, OVER, RENEWED, REPLACED};
use super::{Machine, State, invalid, now};
use crate::browser::convert;
use crate::core::request::{Admission, Answer, Outcome, Replay, Ticket, Verdict, WaitId};
use crate::core::route::{Exempt, Route};

/// One request on its way.
#[wasm_bindgen]
#[derive(Debug)]
pub struct OpenTicket {
    /// Gone once its answer is to be delivered.
    ticket: Option<Ticket>,
    wait: Option<WaitId>,
}

// What `admit` says, in the numbers that `shell.js` knows; from `WAIT` on it is a wait, and the rest its number.
const SEND: u32 = 0;
const GIVE_BACK: u32 = 1;
const WAIT: u32 = 2;

#[wasm_bindgen]
impl Machine {
    /// A ticket for a request to a URL of that place. `replay` is 0 if it can be sent again, 1 if its body is gone then, 2
    /// if its caller asked not to; `order` is where it stands among all that came. A request that went without a ticket
    /// has a stamp.
    pub fn open(&self, place: u32, replay: u32, order: u32, stamp: Option<u32>) -> OpenTicket {
        let route = match place & PROTECTED {
            FOREIGN => Route::Foreign,
            LOGIN => Route::Exempt(Exempt::Login),
            PROTECTED => Route::Protected,
            _ => Route::Exempt(Exempt::Other),
        };
        let replay = match replay {
            0 => Replay::Possible,
            1 => Replay::OneShot,
            _ => Replay::OptedOut,
        };
        let session = &mut self.state().session;
        let ticket = match stamp {
            Some(stamp) => session.reopen(replay, stamp, order),
            None => session.open_at(route, replay, order),
        };
        OpenTicket {
            ticket: Some(ticket),
            wait: None,
        }
    }

    /// May it be sent, as things are now? Who has waited says what came of that.
    ///
    /// # Errors
    ///
    /// An `AuthError` where the session cannot be refreshed now.
    pub fn admit(&self, opened: &mut OpenTicket, outcome: Option<u32>) -> Result<u32, JsValue> {
        let now = now();
        let state = &mut *self.state();
        if outcome.is_some() {
            opened.wait = None;
        }
        let ticket = opened.ticket.as_mut().filter(|_| opened.wait.is_none());
        let ticket = ticket.ok_or_else(used_up)?;
        if let Some(outcome) = outcome.and_then(|code| state.outcome(code)) {
            ticket.resume(outcome);
        }
        match state.session.admit(ticket, now) {
            Admission::Send => Ok(SEND),
            Admission::GiveBack => Ok(GIVE_BACK),
            Admission::Wait(id) => {
                opened.wait = Some(id);
                Ok(WAIT + id.0)
            }
            Admission::Refuse(error) => Err(convert::error(&error)),
        }
    }

    /// Its caller does not wait any more.
    pub fn cancel(&self, opened: &mut OpenTicket) {
        if let Some(id) = opened.wait.take() {
            self.state().session.cancel(id);
        }
    }

    /// Whether it is to be sent once more, after this answer. `challenge` is its `WWW-Authenticate`.
    ///
    /// # Errors
    ///
    /// An `AuthError` where that cannot be cured.
    pub fn judge(
        &self,
        opened: &mut OpenTicket,
        unauthorized: bool,
        challenge: Option<String>,
    ) -> Result<bool, JsValue> {
        let ticket = opened.ticket.take_if(|_| opened.wait.is_none());
        let ticket = ticket.ok_or_else(used_up)?;
        let answer = Answer {
            unauthorized,
            challenge: challenge.as_deref(),
        };
        let now = now();
        match self.state().session.judge(ticket, answer, now) {
            Verdict::Deliver => Ok(false),
            Verdict::Refuse(error) => Err(convert::error(&error)),
            Verdict::Retry(ticket) => {
                opened.ticket = Some(ticket);
                Ok(true)
            }
        }
    }
}

impl State {
    fn outcome(&self, code: u32) -> Option<Outcome> {
        Some(match code {
            RENEWED => Outcome::Renewed,
            FAILED => Outcome::Failed(self.failure.clone()?),
            OVER => Outcome::Over,
            REPLACED => Outcome::Replaced,
            _ => return None,
        })
    }
}

fn used_up() -> JsValue {
    convert::error(&invalid(
        "This ticket is used up, or in use: open one for each request, and judge each answer once.",
    ))
}
