//! The one function through which JavaScript tells a client what has happened. One for all, because each type of closure
//! is half a kilobyte of glue and of engine.

use std::rc::{Rc, Weak};

use js_sys::Function;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::prelude::*;

use super::calls::{self, Errand};
use super::driver::Inner;
use super::js;
use crate::core::effect::{FlightId, TurnId};
use crate::core::tabs::Sight;

// What has happened, in numbers: `what` of the function's arguments. Whoever tells has its own in
// JavaScript too.

/// The alarm rang; it says nothing else, so this is zero.
const RANG: u32 = 0;
/// An event of the page: its name.
const PAGE: u32 = 1;
/// Another tab said something: its text.
const NEWS: u32 = 2;
/// What is in sight of all tabs: its text.
const SIGHT: u32 = 3;
/// The turn of that number has come: what is in sight then, unless there are no turns.
const TURN: u32 = 4;
/// A call of the SDK's own, a number for each [`Errand`], has ended: its flight, the answer and the body.
pub(super) const REFRESH: u32 = 5;
pub(super) const ASK_SESSION: u32 = 6;
pub(super) const CHECK_SESSION: u32 = 7;
pub(super) const SIGN_OUT: u32 = 8;
/// A call that was taken back has ended.
const TAKEN_BACK: u32 = 9;

/// The function `(what, number, one, other)`. It may be called at any time, also within its own call; once the client is
/// gone, it does nothing.
pub(super) fn of(client: Weak<Inner>) -> Function {
    let ear = move |what, number, one: JsValue, other: JsValue| {
        if let Some(client) = client.upgrade() {
            client.hear(what, number, &one, &other);
        }
    };
    Closure::<dyn Fn(u32, u32, JsValue, JsValue)>::own_assert_unwind_safe(ear)
        .into_js_value()
        .unchecked_into()
}

impl Inner {
    fn hear(self: &Rc<Self>, what: u32, number: u32, one: &JsValue, other: &JsValue) {
        let flight = FlightId(number);
        let errand = match what {
            REFRESH => Errand::Refresh(flight),
            ASK_SESSION => Errand::AskSession(flight),
            CHECK_SESSION => Errand::CheckSession,
            SIGN_OUT => Errand::SignOut,
            TAKEN_BACK => return self.end_call(),
            _ => return self.wake_to(what, number, one.as_string().as_deref()),
        };
        calls::conclude(self, errand, one, other);
    }

    /// Something that comes without having been asked for.
    fn wake_to(self: &Rc<Self>, what: u32, number: u32, text: Option<&str>) {
        if what == RANG {
            self.alarm.rang();
        }
        let said = text.unwrap_or_default();
        self.tell(|session, now| match (what, said) {
            (RANG, _) => session.handle_timeout(now),
            (NEWS, _) => session.handle_news(said, now),
            (SIGHT, _) => session.handle_sight(&Sight::parse(said), now),
            (TURN, _) => {
                let sight = text.map(Sight::parse);
                session.handle_turn(TurnId(number), sight.as_ref(), now);
            }
            (PAGE, "visibilitychange") => {
                session.handle_visibility(js::is_visible(), js::is_connected(), now);
            }
            (PAGE, "pagehide") => session.handle_pagehide(now),
            (PAGE, "pageshow") => session.handle_pageshow(now),
            (PAGE, "freeze") => session.handle_freeze(now),
            (PAGE, "resume") => session.handle_resume(now),
            _ => session.handle_wake(said == "online", now),
        });
    }
}
