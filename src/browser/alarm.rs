//! One time-out, re-armed as often as the time changes.

use std::cell::RefCell;
use std::fmt;

use wasm_bindgen::JsCast as _;
use wasm_bindgen::prelude::*;

use super::js;
use crate::core::time::Millis;

/// Longer waits than this overflow in every browser; they are slept in pieces (contract T1).
const LONGEST: Millis = i32::MAX as Millis;

/// Calls back once at a time on the monotonic clock, or earlier: whoever is called looks at the clock.
pub(super) struct Alarm {
    ring: Closure<dyn FnMut()>,
    armed: RefCell<Option<Armed>>,
}

struct Armed {
    at: Millis,
    timer: JsValue,
}

impl Alarm {
    pub(super) fn new(ring: impl FnMut() + 'static) -> Self {
        Self {
            ring: Closure::new(ring),
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
            let wait = at.saturating_sub(now).min(LONGEST) as i32;
            let timer = js::later(self.ring.as_ref().unchecked_ref(), wait);
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

impl fmt::Debug for Alarm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Alarm")
    }
}
