//! One time-out, re-armed as often as the time changes.

use std::cell::RefCell;

use js_sys::Function;
use wasm_bindgen::prelude::*;

use super::js;
use crate::core::time::Millis;

/// Longer waits than this overflow in every browser; they are slept in pieces (contract T1).
const LONGEST: Millis = i32::MAX as Millis;

/// Calls back once at a time on the monotonic clock, or earlier: whoever is called looks at the clock.
#[derive(Debug)]
pub(super) struct Alarm {
    ring: Function,
    armed: RefCell<Option<Armed>>,
}

#[derive(Debug)]
struct Armed {
    at: Millis,
    timer: JsValue,
}

impl Alarm {
    pub(super) fn new(ring: Function) -> Self {
        Self {
            ring,
            armed: RefCell::new(None),
        }
    }

    /// Lets it ring at `at`, or not at all.
    pub(super) fn set(&self, at: Option<Millis>, now: Millis) {
        if self.armed.borrow().as_ref().map(|armed| armed.at) == at {
            return;
        }
        self.clear();
        if let Some(at) = at {
            let wait = at.saturating_sub(now).min(LONGEST) as f64;
            let timer = js::later(&self.ring, wait);
            self.armed.replace(Some(Armed { at, timer }));
        }
    }

    /// It rang: the next [`Alarm::set`] starts afresh.
    pub(super) fn rang(&self) {
        self.armed.take();
    }

    pub(super) fn clear(&self) {
        if let Some(armed) = self.armed.take() {
            js::never(&armed.timer);
        }
    }
}

impl Drop for Alarm {
    fn drop(&mut self) {
        self.clear();
    }
}
