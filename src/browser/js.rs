//! The few pieces that are JavaScript because they are about JavaScript: argument shapes, its error class, and what the
//! platform has under which name.

use js_sys::{Array, Function, JsString, Promise};
use wasm_bindgen::prelude::*;
use web_sys::{AbortSignal, Headers, Response};

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

#[wasm_bindgen(module = "/src/browser/outgoing.js")]
extern "C" {
    /// What a caller passed to `fetch`.
    #[derive(Clone, Debug)]
    pub type Outgoing;

    #[wasm_bindgen(constructor, catch)]
    pub fn new(input: &JsValue, init: &JsValue) -> Result<Outgoing, JsValue>;

    #[wasm_bindgen(static_method_of = Outgoing, js_name = fromConfig, catch)]
    pub fn from_config(config: &JsValue, base: &Outgoing) -> Result<Outgoing, JsValue>;

    #[wasm_bindgen(method, js_name = toConfig, catch)]
    pub fn to_config(this: &Outgoing) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, getter)]
    pub fn url(this: &Outgoing) -> String;

    #[wasm_bindgen(method, getter)]
    pub fn method(this: &Outgoing) -> String;

    #[wasm_bindgen(method, getter)]
    pub fn signal(this: &Outgoing) -> Option<AbortSignal>;

    #[wasm_bindgen(method, getter, js_name = optedOut)]
    pub fn opted_out(this: &Outgoing) -> bool;

    #[wasm_bindgen(method, getter)]
    pub fn place(this: &Outgoing) -> u32;

    /// Whether the caller brings credentials of its own.
    #[wasm_bindgen(method, js_name = hasAuthorization)]
    pub fn has_authorization(this: &Outgoing) -> bool;

    #[wasm_bindgen(method, getter, js_name = oneShot)]
    pub fn one_shot(this: &Outgoing) -> bool;

    /// Keeps to where it led when it was made.
    #[wasm_bindgen(method)]
    pub fn pin(this: &Outgoing);

    #[wasm_bindgen(method, catch)]
    pub fn relocate(this: &Outgoing, url: &str) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch)]
    pub fn keep(this: &Outgoing) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch)]
    pub fn send(
        this: &Outgoing,
        second: bool,
        names: &Array,
        values: &Array,
        include: bool,
        dpop: Option<&Dpop>,
        token: Option<&str>,
    ) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method)]
    pub fn release(this: &Outgoing);

    /// The next place in the order in which requests come.
    #[wasm_bindgen(js_name = nextPlace)]
    pub fn next_place() -> u32;

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

    /// Takes the nonce of an answer; says whether it refused for want of that.
    #[wasm_bindgen(method)]
    pub fn hear(
        this: &Dpop,
        url: &str,
        token: &str,
        nonce: &str,
        status: u16,
        challenge: Option<&str>,
    ) -> bool;

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

    pub fn cookie(name: &str) -> Option<JsString>;

    #[wasm_bindgen(js_name = isVisible)]
    pub fn is_visible() -> bool;

    #[wasm_bindgen(js_name = isConnected)]
    pub fn is_connected() -> bool;

    /// What a body says, given as text or as the JSON in it; undefined where the text is none.
    pub fn json(body: &JsValue) -> JsValue;

    /// Tells of an event by its name; the answer undoes it.
    #[wasm_bindgen(js_name = onLifecycle)]
    pub fn on_lifecycle(tell: &Function) -> Function;

    /// Why a signal is aborted.
    #[wasm_bindgen(js_name = reasonOf)]
    pub fn reason_of(signal: &AbortSignal) -> JsValue;

    pub fn report(error: &JsValue);

    pub fn navigate(url: &str);

    #[wasm_bindgen(catch)]
    pub fn log(name: &str, event: &JsValue) -> Result<(), JsValue>;
}
