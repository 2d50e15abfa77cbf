//! A request to which something happens.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::Function;
use wasm_bindgen::prelude::*;

use super::convert::{self, Circumstances};
use super::driver::{Inner, Waited, report_thrown};
use crate::core::error::{Code, Error};
use crate::core::request::{Admission, Answer, Ticket, Verdict, WaitId};

/// One request on its way, as `requests.js` has it.
#[wasm_bindgen]
#[derive(Debug)]
pub struct OpenTicket {
    state: Rc<State>,
}

#[derive(Debug)]
struct State {
    client: Rc<Inner>,
    /// Gone once its answer is to be delivered.
    ticket: RefCell<Option<Ticket>>,
    wait: Cell<Option<WaitId>>,
}

// What `admit` says, in the numbers that `requests.js` knows.
const SEND: u32 = 0;
const WAIT: u32 = 1;
const GIVE_BACK: u32 = 2;

impl OpenTicket {
    pub(super) fn new(client: &Rc<Inner>, ticket: Ticket) -> Self {
        Self {
            state: Rc::new(State {
                client: Rc::clone(client),
                ticket: RefCell::new(Some(ticket)),
                wait: Cell::default(),
            }),
        }
    }
}

#[wasm_bindgen]
impl OpenTicket {
    /// May it be sent, as things are now? If it has to wait, `go` is called when it is to ask again. `held` is the 401
    /// that it already had.
    ///
    /// # Errors
    ///
    /// An `AuthError` with `held` in it where the session cannot be refreshed now; `disposed`.
    pub fn admit(&self, go: Function, held: &JsValue) -> Result<u32, JsValue> {
        let State { client, .. } = &*self.state;
        client.check_alive()?;
        // Whatever may end the wait comes after this.
        let admission = client.tell(|session, now| {
            let mut ticket = self.state.ticket.borrow_mut();
            let ticket = ticket
                .as_mut()
                .filter(|_| self.state.wait.get().is_none())?;
            let admission = session.admit(ticket, now);
            if let Admission::Wait(id) = admission {
                self.state.wait.set(Some(id));
                let state = Rc::clone(&self.state);
                client.add_waiting(id, Box::new(move |outcome| state.resume(outcome, &go)));
            }
            Some(admission)
        });
        match admission.ok_or_else(used_up)? {
            Admission::Send => Ok(SEND),
            Admission::Wait(_) => Ok(WAIT),
            Admission::GiveBack => Ok(GIVE_BACK),
            Admission::Refuse(error) => Err(client.refusal(&error, held)),
        }
    }

    /// Its caller does not wait any more.
    pub fn cancel(&self) {
        if let Some(id) = self.state.wait.take() {
            self.state.client.forget_waiting(id);
        }
    }

    /// Whether it is to be sent once more, after this answer. `challenge` is its `WWW-Authenticate`.
    ///
    /// # Errors
    ///
    /// An `AuthError` with the answer in it where that cannot be cured; `disposed`.
    pub fn judge(
        &self,
        unauthorized: bool,
        challenge: Option<String>,
        answer: &JsValue,
    ) -> Result<bool, JsValue> {
        let State { client, .. } = &*self.state;
        client.check_alive()?;
        let idle = self.state.wait.get().is_none();
        let ticket = self.state.ticket.borrow_mut().take_if(|_| idle);
        let ticket = ticket.ok_or_else(used_up)?;
        let said = Answer {
            unauthorized,
            challenge: challenge.as_deref(),
        };
        match client.tell(|session, now| session.judge(ticket, said, now)) {
            Verdict::Deliver => Ok(false),
            Verdict::Refuse(error) => Err(client.refusal(&error, answer)),
            Verdict::Retry(ticket) => {
                self.state.ticket.replace(Some(ticket));
                Ok(true)
            }
        }
    }

    /// Tells who listens that it is sent the second time.
    #[wasm_bindgen(js_name = tellRetry)]
    pub fn tell_retry(&self, url: &str, method: &str) {
        let client = &self.state.client;
        let event =
            convert::object(&[("url", client.shown(url).into()), ("method", method.into())]);
        client.emit("retry", &event);
    }
}

impl State {
    fn resume(&self, outcome: Waited, go: &Function) {
        self.wait.take();
        if let (Ok(outcome), Some(ticket)) = (outcome, &mut *self.ticket.borrow_mut()) {
            ticket.resume(outcome);
        }
        // What it asks next tells the reason where there is no outcome.
        report_thrown(go.call0(&JsValue::UNDEFINED));
    }
}

impl Inner {
    /// The error of a request that the session cannot be refreshed for, with the 401 that its caller is not to lose.
    fn refusal(&self, error: &Error, held: &JsValue) -> JsValue {
        let cause = self.cause.borrow().clone();
        convert::error(
            error,
            &Circumstances {
                cause: cause.as_ref(),
                response: Some(held),
            },
        )
    }
}

fn used_up() -> JsValue {
    let error = Error::new(
        Code::InvalidOptions,
        "This ticket is used up, or in use: open one for each request, and judge each answer once.",
    );
    convert::error(&error, &Circumstances::default())
}
