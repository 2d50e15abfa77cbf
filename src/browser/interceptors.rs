//! Interceptors with axios' semantics: what runs when is decided before the first handler runs.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::convert;
use super::driver::{Inner, promise};
use super::fetch;
use super::js::Outgoing;
use crate::core::interceptors::Registry;

/// A client's handlers.
#[derive(Debug, Default)]
pub(super) struct Interceptors {
    pub(super) request: RefCell<Registry<Rc<Handler>>>,
    pub(super) response: RefCell<Registry<Rc<Handler>>>,
}

/// A pair of handlers, and when they apply.
#[derive(Debug)]
pub(super) struct Handler {
    pub(super) fulfilled: Option<Function>,
    pub(super) rejected: Option<Function>,
    pub(super) run_when: Option<Function>,
    pub(super) synchronous: bool,
}

impl Interceptors {
    pub(super) fn is_empty(&self) -> bool {
        self.request.borrow().is_empty() && self.response.borrow().is_empty()
    }
}

/// Sends a request through the handlers as they are now.
pub(super) fn run(client: &Rc<Inner>, outgoing: Outgoing) -> Promise {
    let config = match outgoing.to_config() {
        Ok(config) => config,
        Err(thrown) => return Promise::reject(&thrown),
    };
    let oldest_first = client.interceptors.request.borrow().oldest_first();
    let after = client.interceptors.response.borrow().oldest_first();
    let mut before = Vec::new();
    for handler in oldest_first {
        match handler.applies(&config) {
            Ok(true) => before.insert(0, handler),
            Ok(false) => {}
            Err(thrown) => return Promise::reject(&thrown),
        }
    }
    let client = Rc::clone(client);
    if before.iter().all(|handler| handler.synchronous) {
        let config = run_within_call(&before, config);
        let sent = dispatch(&client, &config, &outgoing);
        return promise(async move { respond(&after, JsFuture::from(sent).await, &config).await });
    }
    promise(async move {
        let initial = config.clone();
        let mut state = Ok(config);
        for handler in &before {
            state = handler.step(state, None).await;
        }
        match state {
            Ok(config) => {
                let sent = dispatch(&client, &config, &outgoing);
                respond(&after, JsFuture::from(sent).await, &config).await
            }
            Err(error) => respond(&after, Err(error), &initial).await,
        }
    })
}

/// A handler that throws goes to its own `onRejected`, ends the chain, and the request still goes out.
fn run_within_call(handlers: &[Rc<Handler>], mut config: JsValue) -> JsValue {
    for handler in handlers {
        let Some(fulfilled) = &handler.fulfilled else {
            continue;
        };
        match fulfilled.call1(&JsValue::UNDEFINED, &config) {
            Ok(changed) => config = changed,
            Err(thrown) => {
                if let Some(rejected) = &handler.rejected {
                    super::driver::report_thrown(rejected.call1(&JsValue::UNDEFINED, &thrown));
                }
                break;
            }
        }
    }
    config
}

fn dispatch(client: &Rc<Inner>, config: &JsValue, base: &Outgoing) -> Promise {
    match Outgoing::from_config(config, base) {
        Ok(outgoing) => fetch::exchange(client, outgoing),
        Err(error) => Promise::reject(&error),
    }
}

async fn respond(
    handlers: &[Rc<Handler>],
    mut state: Result<JsValue, JsValue>,
    config: &JsValue,
) -> Result<JsValue, JsValue> {
    if let Err(error) = &state {
        convert::set(error, "config", config);
    }
    for handler in handlers {
        state = handler.step(state, Some(config)).await;
    }
    state
}

impl Handler {
    /// Whether it is to run: unless its `runWhen` says `false`.
    fn applies(&self, config: &JsValue) -> Result<bool, JsValue> {
        match &self.run_when {
            Some(run_when) => Ok(run_when.call1(&JsValue::UNDEFINED, config)? != JsValue::FALSE),
            None => Ok(true),
        }
    }

    /// One step of a promise chain.
    async fn step(
        &self,
        state: Result<JsValue, JsValue>,
        config: Option<&JsValue>,
    ) -> Result<JsValue, JsValue> {
        let returned = match (&state, &self.fulfilled, &self.rejected) {
            (Ok(value), Some(fulfilled), _) => match config {
                Some(config) => fulfilled.call2(&JsValue::UNDEFINED, value, config),
                None => fulfilled.call1(&JsValue::UNDEFINED, value),
            },
            (Err(error), _, Some(rejected)) => rejected.call1(&JsValue::UNDEFINED, error),
            _ => return state,
        };
        JsFuture::from(Promise::resolve(&returned?)).await
    }
}
