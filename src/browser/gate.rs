//! What the JavaScript of a request asks before it lets one through. Everything there is to decide is decided here and below.

use std::rc::Rc;

use js_sys::Array;
use wasm_bindgen::prelude::*;
use web_sys::Response;

use super::calls;
use super::convert;
use super::driver::{Inner, now};
use super::js;
use super::ticket::OpenTicket;
use crate::core::config::{self, Config};
use crate::core::request::Replay;
use crate::core::route::{Exempt, Route};
use crate::core::time::Instant;
use crate::core::token::Reply;
use crate::core::url::{Base, Url, UrlError};

/// What `requests.js` goes through with each request that it does not know about, or to which something happens.
#[wasm_bindgen]
#[derive(Clone, Debug)]
pub struct Gate {
    inner: Rc<Inner>,
}

impl Gate {
    pub(super) fn new(inner: &Rc<Inner>) -> Self {
        Self {
            inner: Rc::clone(inner),
        }
    }
}

// What a URL is, in the numbers that `requests.js` knows: the kind, and what else there is to know of it.
const FOREIGN: u32 = 0;
const EXEMPT: u32 = 1;
const LOGIN: u32 = 2;
const PROTECTED: u32 = 3;
const INCLUDE: u32 = 4;
const YIELDS: u32 = 8;
const JOINED: u32 = 16;
const FICKLE: u32 = 32;

#[wasm_bindgen]
impl Gate {
    /// What may be known without asking.
    #[wasm_bindgen(getter)]
    pub fn pass(&self) -> js::Pass {
        self.inner.pass.clone()
    }

    /// Scripts can move the page, and its base, at any time: this is what relative URLs are relative to from now on.
    pub fn rebase(&self, href: Option<String>) {
        if self.inner.config().base.is_some() {
            let base = href.and_then(|href| Base::from_href(&href).ok());
            self.inner.base.replace(base);
        }
    }

    /// What a URL is to the session.
    ///
    /// # Errors
    ///
    /// `AuthError` `disposed`.
    pub fn place(&self, url: &str) -> Result<u32, JsValue> {
        self.inner.check_alive()?;
        let joined = self.join(url);
        let place = self.inner.locate(joined.as_deref().unwrap_or(url));
        let config = self.inner.config();
        let bearer = config.policy.bearer;
        let kind = match place.route {
            Route::Foreign => FOREIGN,
            Route::Exempt(Exempt::Other) => EXEMPT,
            Route::Exempt(Exempt::Login) => LOGIN,
            Route::Protected => PROTECTED,
        };
        let flag = |is_set: bool, flag: u32| if is_set { flag } else { 0 };
        Ok(kind
            | flag(kind != FOREIGN && !bearer && !place.same_origin, INCLUDE)
            | flag(bearer && kind == PROTECTED, YIELDS)
            | flag(joined.is_some(), JOINED)
            | flag(!config.matchers.is_empty(), FICKLE))
    }

    /// The URL behind the option `baseURL`, where it goes there.
    pub fn join(&self, url: &str) -> Option<String> {
        let config = self.inner.config();
        config::join(config.base_url.as_deref()?, url)
    }

    /// A ticket for a request to a URL of that place. `replay` is 0 if it can be sent again, 1 if its body is gone then, 2
    /// if its caller asked not to; `order` is where it stands among all that came.
    ///
    /// # Errors
    ///
    /// `AuthError` `disposed`.
    pub fn open(&self, place: u32, replay: u32, order: u32) -> Result<OpenTicket, JsValue> {
        self.inner.check_alive()?;
        let route = match place & PROTECTED {
            FOREIGN => Route::Foreign,
            LOGIN => Route::Exempt(Exempt::Login),
            PROTECTED => Route::Protected,
            _ => Route::Exempt(Exempt::Other),
        };
        let ticket = self.inner.session().open_at(route, replays(replay), order);
        Ok(OpenTicket::new(&self.inner, ticket))
    }

    /// A ticket for a request that went without one, with that stamp, and was answered 401.
    pub fn reopen(&self, stamp: u32, replay: u32, order: u32) -> OpenTicket {
        let ticket = self.inner.session().reopen(replays(replay), stamp, order);
        OpenTicket::new(&self.inner, ticket)
    }

    /// Whether the body of an answer can say anything.
    #[wasm_bindgen(js_name = isJson)]
    pub fn is_json(&self, response: &Response) -> bool {
        calls::is_json(response)
    }

    /// Somebody signed in, if the answer says so, which was asked for at `sent` of the monotonic clock. `text` is its body,
    /// where that can say anything.
    #[wasm_bindgen(js_name = noteSignIn)]
    pub fn note_sign_in(&self, response: &Response, text: &JsValue, sent: f64) {
        let reply = if text.is_undefined() {
            Reply::default()
        } else {
            calls::read(response, text)
        };
        self.inner.signed_in(&reply, at(sent));
    }

    /// The same for an answer of which there is the body: as text, or as the JSON in it.
    #[cfg(feature = "npm")]
    #[wasm_bindgen(js_name = noteSignInBody)]
    pub fn note_sign_in_body(&self, body: &JsValue, sent: f64) {
        let reply = Reply {
            body: calls::json(body),
            ..Default::default()
        };
        self.inner.signed_in(&reply, at(sent));
    }
}

fn replays(code: u32) -> Replay {
    match code {
        0 => Replay::Possible,
        1 => Replay::OneShot,
        _ => Replay::OptedOut,
    }
}

/// When the monotonic clock showed that.
fn at(monotonic: f64) -> Instant {
    let now = now();
    let age = now.monotonic.saturating_sub(monotonic as u64);
    Instant {
        monotonic: now.monotonic - age,
        wall: now.wall.saturating_sub(age),
    }
}

/// A request's URL, understood.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) route: Route,
    pub(super) same_origin: bool,
}

impl Inner {
    /// What a URL is to this client, and where it leads.
    pub(super) fn locate(&self, text: &str) -> Place {
        let place = self.understand(text, |route, url, config| Place {
            route,
            same_origin: config.origin.as_deref() == Some(&*url.origin),
        });
        let place = place.unwrap_or(Place {
            route: Route::Foreign,
            same_origin: false,
        });
        let in_question = place.route == Route::Protected && !self.config().matchers.is_empty();
        if in_question && js::resolve_url(text, None).is_some_and(|whole| self.is_matched(&whole)) {
            return Place {
                route: Route::Exempt(Exempt::Other),
                ..place
            };
        }
        place
    }

    /// A URL as it may be shown: a query can hold anything (contract K4).
    pub(super) fn shown(&self, text: &str) -> String {
        self.understand(text, |_, url, _| [&*url.origin, &*url.path].concat())
            .unwrap_or_default()
    }

    /// `None` for what is not an http or https URL.
    fn understand<T>(&self, text: &str, tell: impl Fn(Route, &Url<'_>, &Config) -> T) -> Option<T> {
        let (base, config) = (self.base.borrow(), self.config());
        match config.routes.classify(text, base.as_ref()) {
            Ok((route, url)) => Some(tell(route, &url, &config)),
            Err(UrlError::AskPlatform) => {
                let href = js::resolve_url(text, None)?;
                let url = Url::from_href(&href).ok()?;
                Some(tell(config.routes.route(&url), &url, &config))
            }
            Err(_) => None,
        }
    }

    /// Whether one of the application's own `exclude` objects takes the URL.
    fn is_matched(&self, href: &str) -> bool {
        let exclude = self.option("exclude");
        let list = exclude
            .dyn_into::<Array>()
            .unwrap_or_else(|single| Array::of1(&single));
        let href = JsValue::from_str(href);
        let matchers = self.config().matchers.clone();
        matchers.into_iter().any(|index| {
            let matcher = list.get(index as u32);
            // A RegExp with the flag `g` or `y` goes on where it stopped the last time.
            let _ = js_sys::Reflect::set(&matcher, &"lastIndex".into(), &0.into());
            let test = convert::member_function(&matcher, "test");
            test.and_then(|test| test.call1(&matcher, &href).ok())
                .is_some_and(|answer| answer.is_truthy())
        })
    }
}
