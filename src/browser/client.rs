//! The class that JavaScript drives; the npm package puts its public face in front of it.

use std::rc::Rc;

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;

use super::convert;
use super::driver::{Inner, now, report_thrown};
use super::gate::Gate;
use super::setup::{self, invalid, refused};
use crate::core::config::{self, Config, Policy};
use crate::core::effect::Freshness;
use crate::core::keyring::Tokens;
use crate::core::session::Session;
use crate::core::time::{Instant, SECOND};
use crate::core::token::Expiry;
use crate::core::value::Value;

/// One session and everything that keeps it alive.
#[wasm_bindgen]
#[derive(Clone, Debug)]
pub struct Client {
    inner: Rc<Inner>,
}

#[wasm_bindgen]
impl Client {
    /// Sets up a client.
    ///
    /// # Errors
    ///
    /// `AuthError` `invalid_options`.
    #[wasm_bindgen(constructor)]
    pub fn new(options: JsValue) -> Result<Client, JsValue> {
        let config = parse(&options)?;
        let tokens = take_tokens(&options);
        let client = Self {
            inner: Inner::new(config, options),
        };
        if tokens.is_object() {
            client.sign_in(&tokens)?;
        }
        Ok(client)
    }

    /// Sets it up anew. Nothing is changed by options that are refused. The option `tokens` is for the first session:
    /// hot reload must not bring back what was refreshed since.
    ///
    /// # Errors
    ///
    /// `AuthError` `invalid_options`.
    pub fn reconfigure(&self, options: JsValue) -> Result<(), JsValue> {
        let config = parse(&options)?;
        let tokens = take_tokens(&options);
        if self.inner.reconfigure(config, options) && tokens.is_object() {
            self.sign_in(&tokens)?;
        }
        Ok(())
    }

    /// What the package's requests go through.
    pub fn gate(&self) -> Gate {
        Gate::new(&self.inner)
    }

    /// Refreshes now, or joins the refresh under way. Calls `resolve` when there is a fresh token, or `reject` with an
    /// `AuthError`.
    pub fn refresh(&self, resolve: Function, reject: Function) {
        self.freshen(Session::refresh, resolve, reject);
    }

    /// Refreshes unless the token is good for that many seconds more. Calls one of the two as `refresh` does.
    #[wasm_bindgen(js_name = ensureFresh)]
    pub fn ensure_fresh(&self, seconds: JsValue, resolve: Function, reject: Function) {
        let validity = match seconds.as_f64() {
            None if seconds.is_undefined() => 0.0,
            Some(seconds) if (0.0..=1e9).contains(&seconds) => seconds,
            _ => {
                let error = "minValiditySeconds: a number of seconds, 0 or more, is accepted.";
                return settle(Err(invalid(error)), &resolve, &reject);
            }
        };
        let validity = (validity * SECOND as f64) as u64;
        self.freshen(
            |session, now| session.ensure_fresh(validity, now),
            resolve,
            reject,
        );
    }

    fn freshen(
        &self,
        ask: impl FnOnce(&mut Session, Instant) -> Freshness,
        resolve: Function,
        reject: Function,
    ) {
        self.inner
            .freshen(ask, move |fresh| settle(fresh, &resolve, &reject));
    }

    /// Starts a session, in bearer mode with the JSON of a token endpoint.
    ///
    /// # Errors
    ///
    /// `AuthError` `invalid_options` or `disposed`.
    #[wasm_bindgen(js_name = signIn)]
    pub fn sign_in(&self, expiry: &JsValue) -> Result<(), JsValue> {
        self.inner.check_alive()?;
        let now = now();
        let Policy { bearer, dpop, .. } = self.inner.config().policy;
        let said = convert::plain(expiry);
        let tokens = bearer.then(|| Tokens::read(&said, dpop)).transpose();
        let tokens = tokens.map_err(|wrong| refused(&config::bad_tokens("signIn", wrong)))?;
        let expiry = match &said {
            Value::Null => Expiry::default(),
            Value::Map(_) => Expiry::read(&said, now.wall),
            _ => {
                return Err(invalid(
                    "signIn: an object such as { expires_in: 300 }, or nothing, is accepted.",
                ));
            }
        };
        self.inner.sign_in(expiry, tokens, now);
        Ok(())
    }

    /// Ends the session here, then tells the server, and then calls `told`.
    ///
    /// # Errors
    ///
    /// `AuthError` `disposed`.
    #[wasm_bindgen(js_name = signOut)]
    pub fn sign_out(&self, told: Function) -> Result<(), JsValue> {
        self.inner.check_alive()?;
        self.inner
            .sign_out(move |()| report_thrown(told.call0(&JsValue::UNDEFINED)));
        Ok(())
    }

    /// Proves, for a request that the application sends itself, that the key is here (RFC 9449 §4).
    ///
    /// # Errors
    ///
    /// `AuthError` `disposed`, or `invalid_options` without the option `dpop`; a `TypeError` for a URL that is none.
    pub fn prove(
        &self,
        url: &str,
        method: &str,
        nonce: Option<String>,
    ) -> Result<Promise, JsValue> {
        self.inner.check_alive()?;
        match self.inner.key_of_application() {
            Some(dpop) => dpop.prove(url, method, None, nonce.as_deref()),
            None => Err(invalid("prove: there is no key without the option dpop.")),
        }
    }

    /// The session as it is now; the same object until it changes.
    pub fn snapshot(&self) -> JsValue {
        self.inner.snapshot()
    }

    /// Listens for an event, or for `change` of the snapshot.
    pub fn on(&self, name: String, listener: Function) -> u32 {
        self.inner.on(name, listener)
    }

    /// Listens no more.
    pub fn off(&self, id: u32) {
        self.inner.off(id);
    }

    /// Looks at the expiry again.
    pub fn wake(&self) {
        if !self.inner.disposed.get() {
            self.inner
                .tell(|session, now| session.handle_wake(true, now));
        }
    }

    /// Gives everything back.
    pub fn dispose(&self) {
        self.inner.dispose();
    }
}

fn settle(fresh: Result<(), JsValue>, resolve: &Function, reject: &Function) {
    report_thrown(match fresh {
        Ok(()) => resolve.call0(&JsValue::UNDEFINED),
        Err(error) => reject.call1(&JsValue::UNDEFINED, &error),
    });
}

fn parse(options: &JsValue) -> Result<Config, JsValue> {
    setup::read(&convert::options(options))
}

/// The option `tokens`, which nothing keeps from here on: they are forgotten at the sign-out. What is changed is the
/// package's own copy of the options.
fn take_tokens(options: &JsValue) -> JsValue {
    // What the platform throws otherwise takes a millisecond of the first call.
    if !options.is_object() {
        return JsValue::UNDEFINED;
    }
    let tokens = convert::member(options, "tokens");
    if tokens.is_object() {
        convert::set(options, "tokens", &JsValue::UNDEFINED);
    }
    tokens
}
