//! The other tabs of the origin, through the platform's locks and its channel (contract S3 to S5).

use js_sys::Function;

use super::js;

/// This tab among the others, for as long as it lives.
#[derive(Debug)]
pub(super) struct Tabs {
    name: String,
    shared: js::Tabs,
}

impl Tabs {
    pub(super) fn new(name: String, ear: &Function) -> Self {
        let shared = js::Tabs::new(&name, ear);
        Self { name, shared }
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
