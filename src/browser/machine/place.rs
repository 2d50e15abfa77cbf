//! What a URL is to the session.

use wasm_bindgen::prelude::*;

use super::{Machine, State};
use crate::core::config;
use crate::core::route::{Exempt, Route};
use crate::core::url::{Base, Url, UrlError};

// In the numbers that `requests.js` knows: the kind, and what else there is to know of it.
pub(super) const FOREIGN: u32 = 0;
const EXEMPT: u32 = 1;
pub(super) const LOGIN: u32 = 2;
pub(super) const PROTECTED: u32 = 3;
const INCLUDE: u32 = 4;
const YIELDS: u32 = 8;
const JOINED: u32 = 16;
const FICKLE: u32 = 32;
const UNCLEAR: u32 = 64;

#[wasm_bindgen]
impl Machine {
    /// Scripts can move the page, and its base, at any time: this is what relative URLs are relative to from now on.
    pub fn rebase(&self, href: Option<String>) {
        let mut state = self.state();
        if state.config.base.is_some() {
            state.base = href.and_then(|href| Base::from_href(&href).ok());
        }
    }

    /// What a URL is. If that takes the platform to know, it is to be asked again for what the platform makes of it:
    /// `is_href`.
    pub fn place(&self, url: &str, is_href: bool) -> u32 {
        let state = &*self.state();
        let joined = if is_href { None } else { state.join(url) };
        let flag = |is_set: bool, flag: u32| if is_set { flag } else { 0 };
        let shape =
            flag(joined.is_some(), JOINED) | flag(!state.config.matchers.is_empty(), FICKLE);
        let url = joined.as_deref().unwrap_or(url);
        let found = if is_href {
            Url::from_href(url).map(|url| (state.config.routes.route(&url), url))
        } else {
            state.config.routes.classify(url, state.base.as_ref())
        };
        let (route, url) = match found {
            Ok(found) => found,
            Err(UrlError::AskPlatform) if !is_href => return shape | UNCLEAR,
            Err(_) => return shape,
        };
        let bearer = state.config.policy.bearer;
        let same_origin = state.config.origin.as_deref() == Some(&*url.origin);
        let kind = match route {
            Route::Foreign => FOREIGN,
            Route::Exempt(Exempt::Other) => EXEMPT,
            Route::Exempt(Exempt::Login) => LOGIN,
            Route::Protected => PROTECTED,
        };
        shape
            | kind
            | flag(kind != FOREIGN && !bearer && !same_origin, INCLUDE)
            | flag(bearer && kind == PROTECTED, YIELDS)
    }

    /// The URL behind the option `baseURL`, where it goes there.
    pub fn join(&self, url: &str) -> Option<String> {
        self.state().join(url)
    }
}

impl State {
    fn join(&self, url: &str) -> Option<String> {
        config::join(self.config.base_url.as_deref()?, url)
    }
}
