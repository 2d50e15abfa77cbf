//! The class that JavaScript drives; the npm package puts its public face in front of it.

use std::rc::Rc;

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;

use super::convert;
use super::driver::{Inner, Waited, now, promise};
use super::gate::Gate;
use super::setup::{self, invalid, refused};
use super::waiting::Promised;
use crate::core::config::{self, Config, Policy};
use crate::core::keyring::Tokens;
use crate::core::session::Session;
use crate::core::time::SECOND;
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

    /// Refreshes now, or joins the refresh under way.
    pub fn refresh(&self) -> Promise {
        self.freshen(|inner| inner.freshen(Session::refresh))
    }

    /// Refreshes unless the token is good for that many seconds more.
    #[wasm_bindgen(js_name = ensureFresh)]
    pub fn ensure_fresh(&self, seconds: JsValue) -> Promise {
        self.freshen(|inner| {
            let validity = match seconds.as_f64() {
                None if seconds.is_undefined() => 0.0,
                Some(seconds) if (0.0..=1e9).contains(&seconds) => seconds,
                _ => {
                    return Err(invalid(
                        "minValiditySeconds: a number of seconds, 0 or more, is accepted.",
                    ));
                }
            };
            let validity = (validity * SECOND as f64) as u64;
            inner.freshen(|session, now| session.ensure_fresh(validity, now))
        })
    }

    fn freshen(
        &self,
        ask: impl FnOnce(&Rc<Inner>) -> Result<Promised<Waited>, JsValue>,
    ) -> Promise {
        let inner = Rc::clone(&self.inner);
        let asked = inner.check_alive().and_then(|()| ask(&inner));
        promise(async move {
            let waited = asked?.await;
            inner.freshened(waited)?;
            Ok(inner.snapshot())
        })
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

    /// Ends the session here, then tells the server.
    #[wasm_bindgen(js_name = signOut)]
    pub fn sign_out(&self) -> Promise {
        let inner = Rc::clone(&self.inner);
        let told = inner.check_alive().map(|()| inner.sign_out());
        promise(async move {
            told?.await;
            Ok(JsValue::UNDEFINED)
        })
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
