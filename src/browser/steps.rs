//! The three steps of a request for transports that are not `fetch`: open, admit, judge.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::AbortSignal;

use super::calls;
use super::convert::{self, Circumstances};
use super::driver::{Inner, now, promise};
use super::fetch::{self, Credentials, Place};
use super::js;
use crate::core::error::{Code, Error};
use crate::core::request::{Admission, Answer, Replay, Ticket, Verdict};
use crate::core::route::{Exempt, Route};
use crate::core::time::Instant;
use crate::core::token::Reply;

/// One request of another transport.
#[wasm_bindgen]
#[derive(Clone, Debug)]
pub struct OpenTicket {
    inner: Rc<State>,
}

#[derive(Debug)]
struct State {
    client: Rc<Inner>,
    place: Place,
    url: String,
    method: String,
    /// Whether it may be sent again, be it only for a nonce.
    replayable: Cell<bool>,
    /// Gone once its answer is to be delivered.
    ticket: RefCell<Option<Ticket>>,
    /// Judging its 401 has waited for the refresh, so that its second send need not ask.
    admitted: Cell<bool>,
    retry: Cell<bool>,
    /// From when on what the answer says of an expiry counts.
    admitted_at: Cell<Instant>,
}

impl OpenTicket {
    pub(super) fn open(
        client: &Rc<Inner>,
        url: &str,
        method: &str,
        replayable: bool,
        opted_out: bool,
    ) -> Result<Self, JsValue> {
        client.check_alive()?;
        client.look_up_base();
        let place = client.locate(url);
        let replay = match (opted_out, replayable) {
            (true, _) => Replay::OptedOut,
            (false, true) => Replay::Possible,
            (false, false) => Replay::OneShot,
        };
        let ticket = client
            .session()
            .open_at(place.route, replay, js::next_place());
        let state = State {
            client: Rc::clone(client),
            place,
            url: url.to_owned(),
            method: method.to_owned(),
            replayable: Cell::new(replayable),
            retry: Cell::new(ticket.is_retry()),
            ticket: RefCell::new(Some(ticket)),
            admitted: Cell::new(false),
            admitted_at: Cell::new(now()),
        };
        Ok(Self {
            inner: Rc::new(state),
        })
    }
}

#[wasm_bindgen]
impl OpenTicket {
    /// What the URL is to the session.
    #[wasm_bindgen(getter)]
    pub fn route(&self) -> String {
        match self.inner.place.route {
            Route::Protected => "protected",
            Route::Exempt(_) => "exempt",
            Route::Foreign => "foreign",
        }
        .to_owned()
    }

    /// Whether it is, or asked not to have, its second send.
    #[wasm_bindgen(getter, js_name = _retry)]
    pub fn retry(&self) -> bool {
        self.inner.retry.get()
    }

    /// Waits while the session is being refreshed, then says what to send along.
    pub fn admit(&self, signal: Option<AbortSignal>) -> Promise {
        let state = Rc::clone(&self.inner);
        promise(async move {
            state.client.check_alive()?;
            if !state.admitted.take() {
                let mut ticket = state.take()?;
                let admission = state.client.admit(&mut ticket)?;
                let settled = state
                    .client
                    .settle(admission, &mut ticket, signal.as_ref())
                    .await;
                state.ticket.replace(Some(ticket));
                if let Admission::Refuse(error) = settled? {
                    return Err(state.refusal(&error));
                }
            }
            state.admission().await
        })
    }

    /// What becomes of an answer: `deliver` or `retry`. `nonce` is its `DPoP-Nonce`.
    pub fn judge(
        &self,
        status: u16,
        challenge: Option<String>,
        nonce: Option<String>,
        answer: JsValue,
        signal: Option<AbortSignal>,
    ) -> Promise {
        let state = Rc::clone(&self.inner);
        promise(async move {
            state.client.check_alive()?;
            let ticket = state.take()?;
            if state.wants_nonce(status, challenge.as_deref(), nonce.as_deref()) {
                state.admitted.set(true);
                state.ticket.replace(Some(ticket));
                return Ok("retry".into());
            }
            if state.place.route == Route::Exempt(Exempt::Login) && (200..300).contains(&status) {
                state.note_sign_in(&convert::member(&answer, "body"));
            }
            let unauthorized = state.client.is_unauthorized(status, &answer);
            let answer = Answer {
                unauthorized,
                challenge: challenge.as_deref(),
            };
            let verdict = state
                .client
                .tell(|session, now| session.judge(ticket, answer, now));
            let mut ticket = match verdict {
                Verdict::Deliver => return Ok("deliver".into()),
                Verdict::Refuse(error) => return Err(state.refusal(&error)),
                Verdict::Retry(ticket) => ticket,
            };
            let admission = state.client.admit(&mut ticket)?;
            match state
                .client
                .settle(admission, &mut ticket, signal.as_ref())
                .await?
            {
                Admission::Refuse(error) => Err(state.refusal(&error)),
                Admission::GiveBack => Ok("deliver".into()),
                Admission::Send | Admission::Wait(_) => {
                    state.client.tell_retry(&state.url, &state.method);
                    state.retry.set(true);
                    state.admitted.set(true);
                    state.ticket.replace(Some(ticket));
                    Ok("retry".into())
                }
            }
        })
    }
}

impl State {
    fn take(&self) -> Result<Ticket, JsValue> {
        self.ticket.take().ok_or_else(|| {
            let error = Error::new(
                Code::InvalidOptions,
                "This ticket is used up, or in use: open one for each request, and judge each answer once.",
            );
            convert::error(&error, &Circumstances::default())
        })
    }

    /// Takes the nonce of an answer. Says whether that is to be had by sending the request once more (RFC 9449 §9).
    fn wants_nonce(&self, status: u16, challenge: Option<&str>, nonce: Option<&str>) -> bool {
        let Some((token, dpop)) = self.credentials().bound else {
            return false;
        };
        nonce.is_some_and(|nonce| dpop.hear(&self.url, token.expose(), nonce, status, challenge))
            && self.replayable.replace(false)
    }

    fn credentials(&self) -> Credentials {
        let method = self.method.to_ascii_uppercase();
        self.client.credentials(self.place, &method)
    }

    /// Somebody signed in: `body` is what the server said, as text or as JSON.
    fn note_sign_in(&self, body: &JsValue) {
        if fetch::may_sign_in(&self.method.to_ascii_uppercase()) {
            let reply = Reply {
                body: calls::json(body),
                ..Reply::default()
            };
            self.client.signed_in(&reply, self.admitted_at.get());
        }
    }

    async fn admission(&self) -> Result<JsValue, JsValue> {
        self.admitted_at.set(now());
        let mut credentials = self.credentials();
        if let Some((token, dpop)) = &credentials.bound {
            let proof = dpop.prove(&self.url, &self.method, Some(token.expose()), None)?;
            let proof = JsFuture::from(proof).await?.as_string();
            let proof = proof.map(|proof| ("DPoP".to_owned(), proof));
            credentials.headers.extend(proof);
        }
        let headers = credentials.headers.iter();
        let headers: Vec<_> = headers
            .map(|(name, value)| (name.as_str(), JsValue::from_str(value)))
            .collect();
        Ok(convert::object(&[
            ("headers", convert::object(&headers)),
            ("withCredentials", credentials.include.into()),
        ]))
    }

    fn refusal(&self, error: &Error) -> JsValue {
        let cause = self.client.cause.borrow().clone();
        convert::error(
            error,
            &Circumstances {
                cause: cause.as_ref(),
                response: None,
            },
        )
    }
}
