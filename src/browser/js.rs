//! The few pieces that are JavaScript because they are about JavaScript: promises, argument shapes, its error class, and what
//! the platform has under which name.

use std::fmt;

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;

use super::machine::Machine;

#[wasm_bindgen(module = "/src/browser/error.js")]
extern "C" {
    /// The error class of the package.
    pub type AuthError;

    /// An error of that class; what is undefined it does not have.
    #[wasm_bindgen(js_name = authError)]
    pub fn auth_error(
        code: &str,
        message: &str,
        retry_after: Option<f64>,
        error: Option<&str>,
        description: Option<&str>,
    ) -> JsValue;

    /// Adds what the platform said, and the answer that could not be cured.
    pub fn blame(error: &JsValue, cause: &JsValue, response: &JsValue) -> JsValue;
}

#[wasm_bindgen(module = "/src/browser/shell.js")]
extern "C" {
    /// Does what a [`Machine`] wants done.
    pub type Shell;

    #[wasm_bindgen(constructor)]
    pub fn new(machine: Machine, options: &JsValue) -> Shell;

    // What the machine tells it: nothing of this calls anybody.

    #[wasm_bindgen(method, js_name = setUp)]
    pub fn set_up(this: &Shell, settings: &JsValue);

    #[wasm_bindgen(method)]
    pub fn grant(this: &Shell, stamp: u32, until: f64, token: Option<&str>, bound: bool);

    #[wasm_bindgen(method)]
    pub fn show(this: &Shell, snapshot: &JsValue);

    #[wasm_bindgen(method)]
    pub fn order(this: &Shell, what: u32, number: u32, text: Option<&str>, detail: &JsValue);

    // What an application asks of it.

    #[wasm_bindgen(method)]
    pub fn refresh(this: &Shell) -> Promise;

    #[wasm_bindgen(method, js_name = ensureFresh)]
    pub fn ensure_fresh(this: &Shell, seconds: f64) -> Promise;

    /// A session has begun.
    #[wasm_bindgen(method)]
    pub fn begun(this: &Shell);

    #[wasm_bindgen(method, js_name = signOut)]
    pub fn sign_out(this: &Shell) -> Promise;

    #[wasm_bindgen(method, catch)]
    pub fn prove(
        this: &Shell,
        url: &str,
        method: &str,
        nonce: Option<&str>,
    ) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method)]
    pub fn on(this: &Shell, name: &str, listener: &Function) -> u32;

    #[wasm_bindgen(method)]
    pub fn off(this: &Shell, id: u32);

    /// How many listeners there are.
    #[wasm_bindgen(method, getter)]
    fn listening(this: &Shell) -> u32;

    #[wasm_bindgen(method)]
    pub fn wake(this: &Shell);

    #[wasm_bindgen(method)]
    pub fn dispose(this: &Shell);
}

/// Without what is in it: a token, for example (contract K4).
impl fmt::Debug for Shell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shell")
            .field("listening", &self.listening())
            .finish_non_exhaustive()
    }
}

#[wasm_bindgen(module = "/src/browser/requests.js")]
extern "C" {
    /// How requests go.
    pub type Requests;

    #[wasm_bindgen(constructor)]
    pub fn new(shell: &Shell) -> Requests;

    /// As the platform's `fetch` takes it.
    #[wasm_bindgen(method, catch)]
    pub fn fetch(this: &Requests, input: &JsValue, init: &JsValue) -> Result<Promise, JsValue>;
}

/// Likewise.
impl fmt::Debug for Requests {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Requests")
    }
}

#[wasm_bindgen(module = "/src/browser/dpop.js")]
extern "C" {
    #[wasm_bindgen(js_name = canProve)]
    pub fn can_prove() -> bool;
}

#[wasm_bindgen(module = "/src/browser/platform.js")]
extern "C" {
    pub fn monotonic() -> f64;

    pub fn wall() -> f64;

    #[wasm_bindgen(js_name = pageOrigin)]
    pub fn page_origin() -> Option<String>;

    #[wasm_bindgen(js_name = baseHref)]
    pub fn base_href() -> Option<String>;
}

// What those import has to be here for them, and is asked for nothing by Rust.

#[wasm_bindgen(module = "/src/browser/pass.js")]
extern "C" {
    type Pass;
}

#[wasm_bindgen(module = "/src/browser/life.js")]
extern "C" {
    type Life;
}

#[wasm_bindgen(module = "/src/browser/calls.js")]
extern "C" {
    type Calls;
}

#[wasm_bindgen(module = "/src/browser/outgoing.js")]
extern "C" {
    type Outgoing;
}

#[wasm_bindgen(module = "/src/browser/tabs.js")]
extern "C" {
    type Tabs;
}
