//! What has happened, as `shell.js` tells it.

use wasm_bindgen::prelude::*;

use super::{Machine, now};
use crate::core::effect::{FlightId, TurnId};
use crate::core::tabs::Sight;

// In the numbers that `shell.js` knows; some come with a number or a text.

/// The alarm rang.
const RANG: u32 = 0;
/// Of the page: the number says whether it can be seen and whether it is connected.
const VISIBILITY: u32 = 1;
const PAGEHIDE: u32 = 2;
const PAGESHOW: u32 = 3;
const FREEZE: u32 = 4;
const RESUME: u32 = 5;
/// Time may have passed unseen; the number says whether to hurry.
const WAKE: u32 = 6;
/// Another tab said something: its text.
const NEWS: u32 = 7;
/// What is in sight of all tabs: its text.
const SIGHT: u32 = 8;
/// The turn of that number has come: what is in sight then, unless there are no turns.
const TURN: u32 = 9;
/// A refresh was not sent, for want of a connection: its flight.
const UNSENT: u32 = 10;
/// The answer is no without the server having been asked: its flight.
const REJECTED: u32 = 11;
/// The user signs out.
const SIGN_OUT: u32 = 12;

#[wasm_bindgen]
impl Machine {
    /// Takes note of it.
    pub fn hear(&self, what: u32, number: u32, text: Option<String>) {
        let now = now();
        let session = &mut self.state().session;
        let is = |flag: u32| number & flag != 0;
        let said = text.as_deref().unwrap_or_default();
        match what {
            RANG => session.handle_timeout(now),
            VISIBILITY => session.handle_visibility(is(1), is(2), now),
            PAGEHIDE => session.handle_pagehide(now),
            PAGESHOW => session.handle_pageshow(now),
            FREEZE => session.handle_freeze(now),
            RESUME => session.handle_resume(now),
            WAKE => session.handle_wake(is(1), now),
            NEWS => session.handle_news(said, now),
            SIGHT => session.handle_sight(&Sight::parse(said), now),
            TURN => {
                let sight = text.as_deref().map(Sight::parse);
                session.handle_turn(TurnId(number), sight.as_ref(), now);
            }
            UNSENT => session.handle_unsent(FlightId(number), now),
            REJECTED => session.handle_rejection(FlightId(number), now),
            SIGN_OUT => session.handle_sign_out(now),
            _ => {}
        }
    }
}
