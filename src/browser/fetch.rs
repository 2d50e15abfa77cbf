//! The pipeline of one request: opened, admitted, sent, judged, and perhaps sent once more.

#[cfg(feature = "npm")]
pub(super) mod straight;

use std::rc::Rc;

use js_sys::{Array, Function, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, Headers, Response};

use super::calls;
use super::convert::{self, Circumstances};
use super::driver::{Inner, now, promise};
#[cfg(feature = "npm")]
use super::interceptors;
use super::js::{self, Outgoing};
use super::waiting::{AbortListener, promised};
use crate::core::config::{self, Config, Csrf, Unauthorized};
use crate::core::effect::Freshness;
use crate::core::error::Error;
use crate::core::keyring::Secret;
use crate::core::request::{Admission, Answer, Outcome, Replay, Ticket, Verdict, WaitId};
use crate::core::route::{Exempt, Route};
use crate::core::text::joined;
use crate::core::time::Instant;
use crate::core::url::{Base, Url, UrlError};

impl Inner {
    /// Scripts can move the page, and its base, at any time: looked up before anything is added to a request.
    pub(super) fn look_up_base(&self) {
        if self.base.borrow().is_some() {
            self.base
                .replace(js::base_href().and_then(|href| Base::from_href(&href).ok()));
        }
    }

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
    fn shown(&self, text: &str) -> String {
        self.understand(text, |_, url, _| joined(&[&url.origin, &url.path]))
            .unwrap_or_default()
    }

    /// A request is sent the second time.
    pub(super) fn tell_retry(&self, url: &str, method: &str) {
        let event = convert::object(&[("url", self.shown(url).into()), ("method", method.into())]);
        self.emit("retry", &event);
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

    fn needs_csrf(&self, method: &str) -> bool {
        self.config().csrf != Csrf::Off && !matches!(method, "GET" | "HEAD" | "OPTIONS" | "TRACE")
    }

    /// What to send along with a request.
    pub(super) fn credentials(&self, place: Place, method: &str) -> Credentials {
        let listed = place.route != Route::Foreign;
        let bearer = self.config().policy.bearer;
        let mut headers = Vec::new();
        if listed && self.needs_csrf(method) {
            headers.extend(csrf(&self.config()));
        }
        let token = if bearer && place.route == Route::Protected {
            self.session().access_token().cloned()
        } else {
            None
        };
        let dpop = self.dpop().filter(|_| self.session().is_token_bound());
        if let Some(token) = &token {
            // RFC 6750 §2.1, RFC 9449 §7.1.
            let scheme = if dpop.is_some() { "DPoP " } else { "Bearer " };
            let value = joined(&[scheme, token.expose()]);
            headers.push(("Authorization".to_owned(), value));
        }
        Credentials {
            headers,
            include: listed && !bearer && !place.same_origin,
            bound: token.zip(dpop),
        }
    }

    /// May the request be sent, as things are now?
    pub(super) fn admit(self: &Rc<Self>, ticket: &mut Ticket) -> Result<Admission, JsValue> {
        self.check_alive()?;
        Ok(self.tell(|session, now| session.admit(ticket, now)))
    }

    /// Waits for as long as the answer to that is to wait.
    pub(super) async fn settle(
        self: &Rc<Self>,
        mut admission: Admission,
        ticket: &mut Ticket,
        signal: Option<&AbortSignal>,
    ) -> Result<Admission, JsValue> {
        while let Admission::Wait(id) = admission {
            ticket.resume(self.wait(id, signal).await?);
            admission = self.admit(ticket)?;
        }
        Ok(admission)
    }

    /// Waits for the refresh, or for the caller to lose patience (contract R7).
    pub(super) async fn wait(
        self: &Rc<Self>,
        id: WaitId,
        signal: Option<&AbortSignal>,
    ) -> Result<Outcome, JsValue> {
        let (outcome, resolver) = promised();
        let give_up = resolver.clone();
        self.add_waiting(id, resolver);
        let Some(signal) = signal else {
            return outcome.await;
        };
        if signal.aborted() {
            give_up.resolve(Err(js::reason_of(signal)));
        }
        let aborted = signal.clone();
        let listener = AbortListener::new(signal, move || {
            give_up.resolve(Err(js::reason_of(&aborted)))
        });
        let outcome = outcome.await;
        drop(listener);
        if outcome.is_err() && self.take_waiting(id).is_some() {
            self.session().cancel(id);
        }
        outcome
    }

    /// Waits for a refresh that the application asked for.
    pub(super) async fn freshness(self: &Rc<Self>, freshness: Freshness) -> Result<(), JsValue> {
        let failure = match freshness {
            Freshness::Fresh => return Ok(()),
            Freshness::Refuse(error) => error,
            Freshness::Wait(id) => match self.wait(id, None).await? {
                Outcome::Renewed | Outcome::Replaced => return Ok(()),
                Outcome::Failed(error) => error,
                Outcome::Over => self.session().session_ended(),
            },
        };
        let cause = self.cause.borrow().clone();
        Err(convert::error(
            &failure,
            &Circumstances {
                cause: cause.as_ref(),
                response: None,
            },
        ))
    }

    /// Whether an answer counts as unauthorized: by its status, or as the application's own function says.
    pub(super) fn is_unauthorized(&self, status: u16, answer: &JsValue) -> bool {
        if let Unauthorized::Statuses(statuses) = &self.config().unauthorized {
            return statuses.contains(&status);
        }
        let judge = self.option("unauthorized").unchecked_into::<Function>();
        judge.call1(&JsValue::UNDEFINED, answer).map_or_else(
            |thrown| {
                js::report(&thrown);
                status == 401
            },
            |answer| answer.is_truthy(),
        )
    }
}

/// A request's URL, understood.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) route: Route,
    pub(super) same_origin: bool,
}

/// What goes along with a request.
#[derive(Debug)]
pub(super) struct Credentials {
    pub(super) headers: Vec<(String, String)>,
    /// Whether cookies have to be sent across origins.
    pub(super) include: bool,
    /// The token that is to be sent with a proof, and what makes that.
    pub(super) bound: Option<(Secret, js::Dpop)>,
}

/// The header against cross-site request forgery, if there is anything to say in it.
pub(super) fn csrf(config: &Config) -> Option<(String, String)> {
    match &config.csrf {
        Csrf::Off => None,
        Csrf::Fixed { header, value } => Some((header.clone(), value.clone())),
        Csrf::Cookie { cookie, header } => {
            let value = String::from(js::cookie(cookie)?);
            // A value that no header can have would only turn every request into an error.
            config::is_field_value(&value).then(|| (header.clone(), value))
        }
    }
}

/// Sends a request, interceptors and all.
pub(super) fn run(client: &Rc<Inner>, outgoing: Outgoing) -> Promise {
    if let Err(disposed) = client.check_alive() {
        return Promise::reject(&disposed);
    }
    #[cfg(feature = "npm")]
    if !client.interceptors.is_empty() {
        return interceptors::run(client, outgoing);
    }
    exchange(client, outgoing)
}

/// Sends a request past the interceptors. What need not wait is sent before this returns.
pub(super) fn exchange(client: &Rc<Inner>, outgoing: Outgoing) -> Promise {
    match Exchange::begin(client, outgoing) {
        Ok((exchange, ticket, begun)) => promise(exchange.finish(ticket, begun)),
        Err(error) => Promise::reject(&error),
    }
}

/// Whether a request of that method to `loginURL` is more than a look at the page.
pub(super) fn may_sign_in(method: &str) -> bool {
    !matches!(method, "GET" | "HEAD")
}

struct Exchange {
    client: Rc<Inner>,
    outgoing: Outgoing,
    place: Place,
}

/// How far a request got before anybody waited.
enum Begun {
    Sent(Promise),
    NotYet(Admission),
}

enum Judged {
    Delivered(Response),
    /// To be sent once more; until then the 401 is held.
    Again(Ticket, Response),
}

impl Exchange {
    /// Opens the ticket, and sends at once what may be.
    fn begin(client: &Rc<Inner>, outgoing: Outgoing) -> Result<(Self, Ticket, Begun), JsValue> {
        outgoing.pin();
        let mut url = outgoing.url();
        let joined = client
            .config()
            .base_url
            .as_deref()
            .and_then(|base| config::join(base, &url));
        if let Some(joined) = joined {
            outgoing.relocate(&joined)?;
            url = joined;
        }
        client.look_up_base();
        let mut place = client.locate(&url);
        // What the caller's own credentials are answered says nothing of the session.
        if place.route == Route::Protected
            && client.config().policy.bearer
            && outgoing.has_authorization()
        {
            place.route = Route::Exempt(Exempt::Other);
        }
        let replay = match (outgoing.opted_out(), outgoing.one_shot()) {
            (true, _) => Replay::OptedOut,
            (false, true) => Replay::OneShot,
            (false, false) => Replay::Possible,
        };
        let mut ticket = client
            .session()
            .open_at(place.route, replay, outgoing.place());
        if ticket.may_be_replayed() {
            outgoing.keep()?;
        }
        let exchange = Self {
            client: Rc::clone(client),
            outgoing,
            place,
        };
        let begun = match exchange.client.admit(&mut ticket)? {
            Admission::Send => Begun::Sent(exchange.send(&ticket)?),
            admission => Begun::NotYet(admission),
        };
        Ok((exchange, ticket, begun))
    }

    async fn finish(self, mut ticket: Ticket, begun: Begun) -> Result<JsValue, JsValue> {
        let sent = match begun {
            Begun::Sent(sent) => sent,
            Begun::NotYet(admission) => match self.admitted(admission, &mut ticket, None).await? {
                Some(given_back) => return Ok(given_back),
                None => self.send(&ticket)?,
            },
        };
        let judged = self.answer(ticket, sent).await?;
        self.conclude(judged).await
    }

    /// Delivers, or sends once more and delivers what comes then.
    async fn conclude(self, mut judged: Judged) -> Result<JsValue, JsValue> {
        loop {
            let (mut ticket, unauthorized) = match judged {
                Judged::Delivered(response) => return Ok(response.into()),
                Judged::Again(ticket, unauthorized) => (ticket, unauthorized),
            };
            let admission = self.client.admit(&mut ticket)?;
            if let Some(given_back) = self
                .admitted(admission, &mut ticket, Some(&unauthorized))
                .await?
            {
                return Ok(given_back);
            }
            js::discard(&unauthorized);
            self.client
                .tell_retry(&self.outgoing.url(), &self.outgoing.method());
            let sent = self.send(&ticket)?;
            judged = self.answer(ticket, sent).await?;
        }
    }

    /// Waits until the request may be sent; or gives its caller the 401 that it has.
    async fn admitted(
        &self,
        admission: Admission,
        ticket: &mut Ticket,
        held: Option<&Response>,
    ) -> Result<Option<JsValue>, JsValue> {
        let signal = self.outgoing.signal();
        let settled = self.client.settle(admission, ticket, signal.as_ref()).await;
        if let Ok(Admission::Send) = settled {
            return Ok(None);
        }
        self.outgoing.release();
        match settled {
            Ok(Admission::Refuse(error)) => Err(self.refusal(&error, held)),
            Ok(_) => Ok(Some(held.map_or(JsValue::UNDEFINED, Into::into))),
            Err(reason) => {
                if let Some(response) = held {
                    js::discard(response);
                }
                Err(reason)
            }
        }
    }

    fn send(&self, ticket: &Ticket) -> Result<Promise, JsValue> {
        let credentials = self.client.credentials(self.place, &self.outgoing.method());
        let (names, values) = (Array::new(), Array::new());
        for (name, value) in credentials.headers {
            names.push(&name.into());
            values.push(&value.into());
        }
        let bound = credentials.bound.as_ref();
        self.outgoing.send(
            ticket.is_second(),
            &names,
            &values,
            credentials.include,
            bound.map(|(_, dpop)| dpop),
            bound.map(|(token, _)| token.expose()),
        )
    }

    async fn answer(&self, ticket: Ticket, sent: Promise) -> Result<Judged, JsValue> {
        let since = now();
        let response = match JsFuture::from(sent).await {
            Ok(response) => response.unchecked_into::<Response>(),
            Err(error) => {
                self.outgoing.release();
                return Err(error);
            }
        };
        if !response.is_object() {
            // Some mock's idea of an answer.
            return Ok(Judged::Delivered(response));
        }
        if self.place.route == Route::Exempt(Exempt::Login) {
            self.note_sign_in(&response, since).await;
        }
        self.judge(ticket, response)
    }

    fn judge(&self, ticket: Ticket, response: Response) -> Result<Judged, JsValue> {
        if self.client.disposed.get() || self.place.route != Route::Protected {
            return Ok(Judged::Delivered(response));
        }
        // By name, for a mock's answer need not have any of this.
        let status = convert::member(&response, "status").as_f64().unwrap_or(0.0) as u16;
        let unauthorized = self.client.is_unauthorized(status, &response);
        let challenge = unauthorized.then(|| {
            let headers: Headers = convert::member(&response, "headers").unchecked_into();
            headers.get("www-authenticate").ok().flatten()
        });
        let answer = Answer {
            unauthorized,
            challenge: challenge.as_ref().and_then(Option::as_deref),
        };
        let verdict = self
            .client
            .tell(|session, now| session.judge(ticket, answer, now));
        if let Verdict::Retry(ticket) = verdict {
            return Ok(Judged::Again(ticket, response));
        }
        self.outgoing.release();
        match verdict {
            Verdict::Refuse(error) => Err(self.refusal(&error, Some(&response))),
            _ => Ok(Judged::Delivered(response)),
        }
    }

    /// Somebody signed in, if the answer says so.
    async fn note_sign_in(&self, response: &Response, since: Instant) {
        let ok = convert::member(response, "ok").is_truthy();
        if ok && may_sign_in(&self.outgoing.method()) {
            let reply = calls::json_of(response).await;
            self.client.signed_in(&reply, since);
        }
    }

    fn refusal(&self, error: &Error, held: Option<&Response>) -> JsValue {
        let cause = self.client.cause.borrow().clone();
        convert::error(
            error,
            &Circumstances {
                cause: cause.as_ref(),
                response: held.map(AsRef::as_ref),
            },
        )
    }
}
