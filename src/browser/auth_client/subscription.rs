//! Listening, for as long as somebody holds on to it.

use std::fmt;
use std::mem;
use std::rc::{Rc, Weak};

use wasm_bindgen::JsCast as _;
use wasm_bindgen::prelude::*;

use super::Held;

type Listener = dyn Fn(&'static str, &JsValue);

/// Listens for as long as it lives.
#[must_use = "dropped, it listens no more; keep it, or let it listen as long as the client lives with `forget`"]
pub struct Subscription {
    client: Weak<Held>,
    ids: Vec<u32>,
    _listener: Rc<Listener>,
}

impl Subscription {
    /// Calls `listener` with each event of these names, and the name.
    pub(super) fn new(
        client: &Rc<Held>,
        names: &[&'static str],
        listener: impl Fn(&'static str, &JsValue) + 'static,
    ) -> Self {
        let listener: Rc<Listener> = Rc::new(listener);
        let ids = names.iter().map(|&name| {
            // The function may outlive the subscription: one listener can drop another's, or its own, while both are
            // being told. It does nothing then, and is collected.
            let listener = Rc::downgrade(&listener);
            let heard =
                Closure::<dyn Fn(JsValue)>::own_assert_unwind_safe(move |detail: JsValue| {
                    if let Some(listener) = listener.upgrade() {
                        listener(name, &detail);
                    }
                });
            client.shell.on(name, heard.into_js_value().unchecked_ref())
        });
        Self {
            client: Rc::downgrade(client),
            ids: ids.collect(),
            _listener: listener,
        }
    }

    /// Listens for as long as the client lives.
    pub fn forget(self) {
        mem::forget(self);
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        if let Some(client) = self.client.upgrade() {
            for id in &self.ids {
                client.shell.off(*id);
            }
        }
    }
}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Subscription")
    }
}
