//! What the server answered to the SDK's own calls, and to a sign-in.

use wasm_bindgen::prelude::*;

use super::told::{ASK_SESSION, REFRESH};
use super::{Machine, at, now};
use crate::browser::convert;
use crate::core::effect::FlightId;
use crate::core::keyring::Tokens;
use crate::core::retry_after;
use crate::core::time::Millis;
use crate::core::token::Reply;
use crate::core::value::Value;

#[wasm_bindgen]
impl Machine {
    /// A call, by the number of what was to be done, was sent at `since` (milliseconds of the monotonic clock) and has ended:
    /// `answer` is what `seen` of calls.js saw of a response with that body, undefined for what the application said, or the
    /// name of what was thrown.
    pub fn reply(&self, call: u32, flight: u32, answer: &JsValue, body: JsValue, since: f64) {
        let now = now();
        let said = read(answer, &body, now.wall);
        let reply = said.as_ref().map_err(String::as_str);
        let session = &mut self.state().session;
        match call {
            REFRESH => session.handle_reply(FlightId(flight), reply, now),
            ASK_SESSION => session.handle_session_reply(FlightId(flight), reply, now),
            _ => session.handle_session_check(reply, now, at(since, now)),
        }
    }

    /// A sign-in, sent at `since`, was answered. In bearer mode it is one only if it brings tokens. Says whether it was one.
    #[wasm_bindgen(js_name = signedIn)]
    pub fn signed_in(&self, answer: &JsValue, body: JsValue, since: f64) -> bool {
        let now = now();
        let Ok(reply) = read(answer, &body, now.wall) else {
            return false;
        };
        let state = &mut *self.state();
        let mut tokens = None;
        if state.config.policy.bearer {
            let read = |body| Tokens::read(body, state.config.policy.dpop).ok();
            tokens = reply.body.as_ref().and_then(read);
            if tokens.is_none() {
                return false;
            }
        }
        state.sign_in(reply.expiry(now.wall), tokens, at(since, now), now);
        true
    }
}

/// What was answered, or the name of what was thrown.
fn read(answer: &JsValue, body: &JsValue, wall: Millis) -> Result<Reply, String> {
    let seen = match convert::plain(answer) {
        Value::Null => return Ok(Reply::returned(convert::plain(body))),
        Value::Text(name) => return Err(name),
        seen => seen,
    };
    let is = |name| seen.member(name) == Some(&Value::Bool(true));
    let text = |name| seen.member(name).and_then(Value::as_text);
    let status = match seen.member("status") {
        Some(Value::Number(status)) => *status as u16,
        _ => 0,
    };
    Ok(Reply {
        status,
        redirected: is("redirected"),
        html: is("html"),
        retry_after: text("retryAfter").and_then(|value| retry_after::parse(value, wall)),
        server_time: text("date").and_then(|value| retry_after::http_date(value, wall)),
        body: (!body.is_undefined()).then(|| convert::plain(body)),
    })
}
