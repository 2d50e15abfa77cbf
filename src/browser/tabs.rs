//! The other tabs of the origin, through the platform's locks and its channel (contract S3 to S5).

use std::rc::Weak;

use wasm_bindgen::JsCast as _;
use wasm_bindgen::prelude::*;

use super::driver::Inner;
use super::js;
use crate::core::effect::TurnId;
use crate::core::tabs::Sight;

/// What `tabs.js` tells, beside the number of a turn.
const NEWS: i32 = -1;
const SIGHT: i32 = 0;

/// This tab among the others, for as long as it lives.
#[derive(Debug)]
pub(super) struct Tabs {
    name: String,
    shared: js::Tabs,
    _told: Closure<dyn FnMut(i32, Option<String>)>,
}

impl Tabs {
    pub(super) fn new(name: String, client: Weak<Inner>) -> Self {
        let told =
            Closure::<dyn FnMut(i32, Option<String>)>::new(move |what, text: Option<String>| {
                let Some(client) = client.upgrade() else {
                    return;
                };
                let text = text.as_deref();
                client.tell(|session, now| match what {
                    NEWS => session.handle_news(text.unwrap_or_default(), now),
                    SIGHT => session.handle_sight(&Sight::parse(text.unwrap_or_default()), now),
                    turn => {
                        let sight = text.map(Sight::parse);
                        session.handle_turn(TurnId(turn as u32), sight.as_ref(), now);
                    }
                });
            });
        let shared = js::Tabs::new(&name, told.as_ref().unchecked_ref());
        Self {
            name,
            shared,
            _told: told,
        }
    }

    pub(super) fn is_named(&self, name: &str) -> bool {
        self.name == name
    }

    /// The platform's side; what it tells comes later, never within a call.
    pub(super) fn shared(&self) -> &js::Tabs {
        &self.shared
    }
}

impl Drop for Tabs {
    fn drop(&mut self) {
        self.shared.close();
    }
}
