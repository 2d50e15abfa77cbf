//! The few pieces that are JavaScript because they are about JavaScript: argument shapes, its error class, and what the
//! platform has under which name.

use std::fmt;

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;
use web_sys::{Headers, Response};

use super::gate::Gate;

#[wasm_bindgen(module = "/src/browser/error.js")]
extern "C" {
    /// The error class of the package.
    pub type AuthError;

    /// An error of that class; what is undefined it does not have.
    #[wasm_bindgen(js_name = authError)]
    pub fn auth_error(
        code: &str,
        message: &str,
        cause: &JsValue,
        response: &JsValue,
        retry_after: Option<f64>,
        error: Option<&str>,
        description: Option<&str>,
    ) -> JsValue;
}

#[wasm_bindgen(module = "/src/browser/requests.js")]
extern "C" {
    /// What JavaScript may know without asking.
    #[derive(Clone)]
    pub type Pass;

    #[wasm_bindgen(constructor)]
    pub fn new() -> Pass;

    #[wasm_bindgen(method)]
    pub fn configure(
        this: &Pass,
        statuses: Option<Vec<u16>>,
        judge: &JsValue,
        cookie: Option<&str>,
        header: Option<&str>,
        value: Option<&str>,
    );

    #[wasm_bindgen(method)]
    pub fn grant(this: &Pass, stamp: u32, until: f64, token: Option<&str>, dpop: Option<&Dpop>);

    #[wasm_bindgen(method)]
    pub fn close(this: &Pass);

    /// The header against cross-site request forgery, if there is anything to say in it.
    #[wasm_bindgen(method, js_name = guardFor)]
    pub fn guard_for(this: &Pass, method: &str) -> Option<Guard>;

    /// Such a header.
    pub type Guard;

    #[wasm_bindgen(method, getter)]
    pub fn name(this: &Guard) -> String;

    #[wasm_bindgen(method, getter)]
    pub fn value(this: &Guard) -> String;

    /// How requests go.
    pub type Requests;

    #[wasm_bindgen(constructor)]
    pub fn new(gate: Gate) -> Requests;

    /// As the platform's `fetch` takes it.
    #[wasm_bindgen(method, catch)]
    pub fn fetch(this: &Requests, input: &JsValue, init: &JsValue) -> Result<Promise, JsValue>;
}

/// Without what is in it: a token, for example (contract K4).
impl fmt::Debug for Pass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pass")
    }
}

/// Likewise.
impl fmt::Debug for Requests {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Requests")
    }
}

#[wasm_bindgen(module = "/src/browser/outgoing.js")]
extern "C" {
    /// Lets go of a body that nobody will read.
    pub fn discard(message: &Response);
}

#[wasm_bindgen(module = "/src/browser/calls.js")]
extern "C" {
    /// Those calls of the SDK's own that are under way.
    #[derive(Debug)]
    pub type Calls;

    #[wasm_bindgen(constructor)]
    pub fn new(tell: &Function) -> Calls;

    #[wasm_bindgen(method)]
    pub fn ask(
        this: &Calls,
        errand: u32,
        flight: u32,
        patience: f64,
        url: &str,
        method: &str,
        headers: &Headers,
        keepalive: bool,
    );

    #[wasm_bindgen(method)]
    pub fn post(
        this: &Calls,
        errand: u32,
        flight: u32,
        patience: f64,
        url: &str,
        token: &str,
        scope: Option<&str>,
        client_id: Option<&str>,
        json: bool,
        dpop: Option<&Dpop>,
    );

    #[wasm_bindgen(method)]
    pub fn call(
        this: &Calls,
        errand: u32,
        flight: u32,
        refresh: &JsValue,
        trigger: Option<&str>,
        token: Option<&str>,
    );

    #[wasm_bindgen(method)]
    pub fn abort(this: &Calls, flight: u32);

    #[wasm_bindgen(method)]
    pub fn close(this: &Calls);
}

#[wasm_bindgen(module = "/src/browser/dpop.js")]
extern "C" {
    /// Signs what is sent with a token that is bound to a key.
    #[derive(Clone, Debug)]
    pub type Dpop;

    #[wasm_bindgen(constructor)]
    pub fn new() -> Dpop;

    #[wasm_bindgen(method, catch)]
    pub fn prove(
        this: &Dpop,
        url: &str,
        method: &str,
        token: Option<&str>,
        nonce: Option<&str>,
    ) -> Result<Promise, JsValue>;

    #[wasm_bindgen(js_name = canProve)]
    pub fn can_prove() -> bool;
}

#[wasm_bindgen(module = "/src/browser/tabs.js")]
extern "C" {
    /// What the tabs of one origin have in common.
    #[derive(Debug)]
    pub type Tabs;

    #[wasm_bindgen(constructor)]
    pub fn new(name: &str, tell: &Function) -> Tabs;

    #[wasm_bindgen(method)]
    pub fn join(this: &Tabs);

    #[wasm_bindgen(method)]
    pub fn leave(this: &Tabs);

    #[wasm_bindgen(method)]
    pub fn close(this: &Tabs);

    #[wasm_bindgen(method)]
    pub fn look(this: &Tabs);

    #[wasm_bindgen(method)]
    pub fn say(this: &Tabs, text: &str);

    #[wasm_bindgen(method)]
    pub fn keep(this: &Tabs, text: &str);

    #[wasm_bindgen(method)]
    pub fn ask(this: &Tabs, turn: u32, lane: u32);

    #[wasm_bindgen(method)]
    pub fn end(this: &Tabs, turn: u32);
}

#[wasm_bindgen(module = "/src/browser/platform.js")]
extern "C" {
    pub fn monotonic() -> f64;

    pub fn wall() -> f64;

    pub fn later(callback: &Function, milliseconds: f64) -> JsValue;

    pub fn never(timer: &JsValue);

    #[wasm_bindgen(js_name = pageOrigin)]
    pub fn page_origin() -> Option<String>;

    #[wasm_bindgen(js_name = baseHref)]
    pub fn base_href() -> Option<String>;

    /// Relative to what relative URLs are relative to now, unless it is said to what.
    #[wasm_bindgen(js_name = resolveUrl)]
    pub fn resolve_url(url: &str, base: Option<&str>) -> Option<String>;

    #[wasm_bindgen(js_name = isVisible)]
    pub fn is_visible() -> bool;

    #[wasm_bindgen(js_name = isConnected)]
    pub fn is_connected() -> bool;

    /// What a body says, given as text or as the JSON in it; undefined where the text is none.
    pub fn json(body: &JsValue) -> JsValue;

    /// Tells of an event by its name; the answer undoes it.
    #[wasm_bindgen(js_name = onLifecycle)]
    pub fn on_lifecycle(tell: &Function) -> Function;

    pub fn report(error: &JsValue);

    pub fn navigate(url: &str);

    #[wasm_bindgen(catch)]
    pub fn log(name: &str, event: &JsValue) -> Result<(), JsValue>;
}
