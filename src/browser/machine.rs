//! What JavaScript drives: the session and its configuration. It calls nobody; what the session wants done is handed to
//! `shell.js`, which does it and tells what came of it.

mod heard;
mod place;
mod reply;
mod ticket;
mod told;

use std::cell::{RefCell, RefMut};
use std::mem::swap;
use std::rc::Rc;

use wasm_bindgen::prelude::*;

use super::convert;
use super::js;
use crate::core::config::{self, Config, Page, Policy};
use crate::core::effect::{Effect, Freshness};
use crate::core::error::{Code, Error};
use crate::core::keyring::Tokens;
use crate::core::request::WaitId;
use crate::core::session::Session;
use crate::core::snapshot::Snapshot;
use crate::core::time::{Instant, SECOND};
use crate::core::token::Expiry;
use crate::core::url::Base;
use crate::core::value::Value;

/// One session and what it goes by. A clone is the same one.
#[wasm_bindgen]
#[derive(Clone, Debug)]
pub struct Machine {
    state: Rc<RefCell<State>>,
}

#[derive(Debug)]
struct State {
    session: Session,
    config: Config,
    /// What relative URLs are relative to, when that was last looked up.
    base: Option<Base>,
    /// Why the last refresh failed, if one did.
    failure: Option<Box<Error>>,
    told: told::Told,
}

#[cfg(feature = "npm")]
#[wasm_bindgen]
impl Machine {
    /// Reads the options.
    ///
    /// # Errors
    ///
    /// `AuthError` `invalid_options`.
    #[wasm_bindgen(constructor)]
    pub fn new(options: &JsValue) -> Result<Machine, JsValue> {
        Self::set_up(&convert::options(options)).map_err(|error| convert::error(&error))
    }
}

#[wasm_bindgen]
impl Machine {
    /// Goes by the options of another one from now on, which is of no use then; what it knows of the session stays, unless
    /// the mode is another. Says whether nobody has signed in so far, in this mode.
    #[wasm_bindgen(js_name = setUpAs)]
    pub fn set_up_as(&self, other: &Machine) -> bool {
        let now = now();
        let (mut state, mut other) = (self.state(), other.state());
        swap(&mut state.config, &mut other.config);
        swap(&mut state.base, &mut other.base);
        state.told = told::Told::default();
        let policy = state.config.policy.clone();
        state.session.handle_policy(policy, now)
    }

    /// Asks for a token that is good for so many seconds more; or for a new one, where that is not a number. The number of
    /// the wait, or 0 if there is nothing to be waited for.
    ///
    /// # Errors
    ///
    /// An `AuthError` where there can be none.
    pub fn freshen(&self, validity: f64) -> Result<u32, JsValue> {
        let now = now();
        let session = &mut self.state().session;
        let freshness = if validity.is_nan() {
            session.refresh(now)
        } else {
            session.ensure_fresh((validity * SECOND as f64) as u64, now)
        };
        match freshness {
            Freshness::Fresh => Ok(0),
            Freshness::Wait(WaitId(id)) => Ok(id),
            Freshness::Refuse(error) => Err(convert::error(&error)),
        }
    }

    /// The error of such a wait whose outcome is that there is no fresh token.
    pub fn unfresh(&self, outcome: u32) -> JsValue {
        let state = self.state();
        let failure = state.failure.clone().filter(|_| outcome == told::FAILED);
        convert::error(&failure.unwrap_or_else(|| state.session.session_ended()))
    }

    /// Starts a session, in bearer mode with the JSON of a token endpoint.
    ///
    /// # Errors
    ///
    /// `AuthError` `invalid_options`.
    #[wasm_bindgen(js_name = signIn)]
    pub fn sign_in(&self, expiry: &JsValue) -> Result<(), JsValue> {
        let said = convert::plain(expiry);
        self.begin(&said, "signIn")
            .map_err(|error| convert::error(&error))
    }

    /// The client is given up: what has yet to be told, `shell` is told now.
    pub fn dispose(&self, shell: &js::Shell) {
        let mut state = self.state();
        if state.session.handle_dispose() {
            state.tell(shell, Effect::TellSignOut);
        }
    }
}

impl Machine {
    /// # Errors
    ///
    /// `invalid_options`.
    pub(super) fn set_up(options: &Value) -> Result<Self, Error> {
        let (origin, base) = (js::page_origin(), js::base_href());
        let page = origin
            .as_deref()
            .zip(base.as_deref())
            .map(|(origin, base)| Page { origin, base });
        let config = Config::parse(options, page)?;
        if config.policy.dpop && !js::can_prove() {
            return Err(invalid(
                "dpop: this page has no WebCrypto to sign with; it takes a secure context, which is https or localhost.",
            ));
        }
        let seed = js_sys::Math::random().to_bits();
        let session = Session::new(config.policy.clone(), seed, now());
        Ok(Self {
            state: Rc::new(RefCell::new(State {
                session,
                base: config.base.clone(),
                config,
                failure: None,
                told: told::Told::default(),
            })),
        })
    }

    /// Somebody signed in, as the application says; `name` is what it calls that.
    ///
    /// # Errors
    ///
    /// `invalid_options`.
    pub(super) fn begin(&self, said: &Value, name: &str) -> Result<(), Error> {
        let now = now();
        let state = &mut *self.state();
        let Policy { bearer, dpop, .. } = state.config.policy;
        let tokens = bearer.then(|| Tokens::read(said, dpop)).transpose();
        let tokens = tokens.map_err(|wrong| config::bad_tokens(name, wrong))?;
        let expiry = match said {
            Value::Null => Expiry::default(),
            Value::Map(_) => Expiry::read(said, now.wall),
            _ => {
                return Err(invalid(
                    "signIn: an object such as { expires_in: 300 }, or nothing, is accepted.",
                ));
            }
        };
        state.sign_in(expiry, tokens, now, now);
        Ok(())
    }

    /// The session as it is now.
    pub(super) fn snapshot(&self) -> Snapshot {
        self.state().session.snapshot()
    }

    // Called from everywhere: inlined, its check would be a tenth of the engine.
    /// Everything, for as long as nothing calls into JavaScript that is not ours.
    #[inline(never)]
    fn state(&self) -> RefMut<'_, State> {
        self.state.borrow_mut()
    }
}

impl State {
    fn sign_in(&mut self, expiry: Expiry, tokens: Option<Tokens>, since: Instant, now: Instant) {
        match tokens {
            Some(tokens) => self.session.handle_tokens(tokens, expiry, since, now),
            None => self.session.handle_sign_in(expiry, since, now),
        }
    }
}

/// Reads both clocks.
#[inline(never)]
fn now() -> Instant {
    Instant {
        monotonic: js::monotonic() as u64,
        wall: js::wall() as u64,
    }
}

/// When the monotonic clock showed that.
fn at(monotonic: f64, now: Instant) -> Instant {
    let age = now.monotonic.saturating_sub(monotonic as u64);
    Instant {
        monotonic: now.monotonic - age,
        wall: now.wall.saturating_sub(age),
    }
}

fn invalid(message: &'static str) -> Error {
    Error::new(Code::InvalidOptions, message)
}
