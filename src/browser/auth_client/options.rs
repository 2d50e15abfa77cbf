//! The options of a client, as Rust writes them down.

use std::fmt;
use std::future::Future;
use std::rc::Rc;
use std::time::Duration;

use js_sys::Array;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;
use web_sys::{AbortSignal, Response};

use super::{AuthError, Tokens};
use crate::browser::convert;
use crate::core::config::{Csrf, Proactive};
use crate::core::event::Trigger;
use crate::core::value::Value;

/// What a client is set up with. All is optional but what [`Options::bearer`] says; the defaults are those of the
/// package, and what is set a second time counts as it was set last.
///
/// Nothing is looked at before [`AuthClient::new`](super::AuthClient::new), which refuses what makes no sense.
///
/// ```no_run
/// use oauth_refresh_wasm::{AuthClient, Options};
/// use std::time::Duration;
///
/// # fn example() -> Result<(), oauth_refresh_wasm::AuthError> {
/// let client = AuthClient::new(
///     Options::cookie()
///         .login_url("/auth/login")
///         .logout_url("/auth/logout")
///         .exclude("/public/*")
///         .refresh_before(Duration::from_secs(60)),
/// )?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
pub struct Options {
    members: Vec<(&'static str, Value)>,
    /// What stands for [`Value::Function`] and [`Value::Matcher`] in the members: under the same name, and of a list in
    /// the same place.
    functions: Vec<(&'static str, JsValue)>,
    exclude: Vec<(Value, JsValue)>,
    tokens: Option<Tokens>,
}

impl Options {
    /// The tokens live in HttpOnly cookies that a backend sets; no script ever sees them.
    #[must_use]
    pub fn cookie() -> Self {
        Self::default()
    }

    /// The tokens live in memory, and requests carry `Authorization`. Takes a [`token_endpoint`](Self::token_endpoint), or
    /// [`refresh_with`](Self::refresh_with). Prefer cookies where there is a backend.
    #[must_use]
    pub fn bearer() -> Self {
        Self::default().set("mode", "bearer")
    }

    // ---- both modes --------------------------------------------------------------------------------------------

    /// Put before every relative URL, those of the options included. Default: none.
    #[doc(alias = "baseURL")]
    #[must_use]
    pub fn base_url(self, url: &str) -> Self {
        self.set("baseURL", url)
    }

    /// One more origin that gets credentials, besides the page's and that of [`base_url`](Self::base_url). May be called
    /// more than once.
    #[doc(alias = "origins")]
    #[must_use]
    pub fn origin(self, origin: &str) -> Self {
        self.push("origins", origin)
    }

    /// Where users sign in: success starts the session, a 401 is a wrong password. May be called more than once.
    #[doc(alias = "loginURL")]
    #[must_use]
    pub fn login_url(self, url: &str) -> Self {
        self.push("loginURL", url)
    }

    /// A URL that never refreshes; `*` stands for anything. May be called more than once.
    #[must_use]
    pub fn exclude(mut self, pattern: &str) -> Self {
        self.exclude.push((pattern.into(), JsValue::UNDEFINED));
        self
    }

    /// URLs that never refresh: those that `test` takes, given as the platform writes them, whole.
    #[must_use]
    pub fn exclude_if(mut self, test: impl Fn(&str) -> bool + 'static) -> Self {
        let test = Closure::<dyn Fn(String) -> bool>::own_assert_unwind_safe(move |url: String| {
            test(&url)
        });
        let matcher = convert::object(&[("test", test.into_js_value())]);
        self.exclude.push((Value::Matcher, matcher));
        self
    }

    /// How long before expiry to refresh, up to a day. Default: 300 seconds, and never more than a quarter of the token's
    /// life.
    #[doc(alias = "refreshBefore")]
    #[must_use]
    pub fn refresh_before(self, time: Duration) -> Self {
        self.set("refreshBefore", time.as_secs_f64())
    }

    /// How long one refresh may take, its body included: up to 600 seconds. Default: 30 seconds.
    #[doc(alias = "refreshTimeout")]
    #[must_use]
    pub fn refresh_timeout(self, time: Duration) -> Self {
        self.set("refreshTimeout", time.as_secs_f64())
    }

    /// When to refresh ahead of expiry. Default: [`Proactive::Visible`].
    #[must_use]
    pub fn proactive(self, when: Proactive) -> Self {
        self.set(
            "proactive",
            match when {
                Proactive::Visible => "visible".into(),
                Proactive::Always => "always".into(),
                Proactive::Never => Value::Bool(false),
            },
        )
    }

    /// The statuses that count as unauthorized. Default: 401.
    #[must_use]
    pub fn unauthorized(self, statuses: impl IntoIterator<Item = u16>) -> Self {
        let statuses = statuses.into_iter().map(f64::from).map(Value::Number);
        self.set("unauthorized", Value::List(statuses.collect()))
    }

    /// Which answers count as unauthorized. The body has to stay unread.
    #[doc(alias = "unauthorized")]
    #[must_use]
    pub fn unauthorized_if(self, is: impl Fn(&Response) -> bool + 'static) -> Self {
        let is =
            Closure::<dyn Fn(Response) -> bool>::own_assert_unwind_safe(move |answer: Response| {
                is(&answer)
            });
        self.call("unauthorized", is.into_js_value())
    }

    /// The guard against cross-site request forgery. Default: the header `X-XSRF-TOKEN` repeats the cookie `XSRF-TOKEN`; in
    /// bearer mode none.
    #[must_use]
    pub fn csrf(self, guard: Csrf) -> Self {
        self.set(
            "csrf",
            match guard {
                Csrf::Cookie { cookie, header } => Value::object([
                    ("cookie", Value::Text(cookie)),
                    ("header", Value::Text(header)),
                ]),
                Csrf::Fixed { header, value } => Value::object([
                    ("header", Value::Text(header)),
                    ("value", Value::Text(value)),
                ]),
                Csrf::Off => Value::Bool(false),
            },
        )
    }

    /// Refreshes in place of the client's own request; one at a time, the deadline, back-off and the sharing among tabs
    /// stay. Its answer is judged as the server's; an [`AuthError`] of the code
    /// [`SessionEnded`](crate::core::error::Code::SessionEnded) is a no, any other a passing failure.
    ///
    /// Use the platform's own `fetch` in it: the client's would wait for the very refresh.
    #[doc(alias = "refresh")]
    #[must_use]
    pub fn refresh_with<F, A>(self, refresh: F) -> Self
    where
        F: Fn(RefreshContext) -> A + 'static,
        A: Future<Output = Result<Response, AuthError>> + 'static,
    {
        let refresh = Rc::new(refresh);
        let call = Closure::<dyn Fn(JsValue) -> js_sys::Promise>::own_assert_unwind_safe(
            move |context: JsValue| {
                let refresh = Rc::clone(&refresh);
                future_to_promise(async move {
                    let answer = refresh(RefreshContext::read(&context)).await;
                    answer.map(Into::into).map_err(Into::into)
                })
            },
        );
        self.call("refresh", call.into_js_value())
    }

    /// Where the page goes, once, when the server ends the session. Default: it stays.
    #[doc(alias = "redirectTo")]
    #[must_use]
    pub fn redirect_to(self, url: &str) -> Self {
        self.set("redirectTo", url)
    }

    /// Whether every event is written to the console. Default: no.
    #[must_use]
    pub fn debug(self, debug: bool) -> Self {
        self.set("debug", Value::Bool(debug))
    }

    // ---- cookie mode -------------------------------------------------------------------------------------------

    /// Where the session is refreshed, by `POST`. Default: `/auth/refresh`.
    #[doc(alias = "refreshURL")]
    #[must_use]
    pub fn refresh_url(self, url: &str) -> Self {
        self.set("refreshURL", url)
    }

    /// Told of a sign-out, by `POST`. Default: nobody is.
    #[doc(alias = "logoutURL")]
    #[must_use]
    pub fn logout_url(self, url: &str) -> Self {
        self.set("logoutURL", url)
    }

    /// Asked by `GET` at the start who is signed in and until when. Default: nobody is, and the status is
    /// [`Unknown`](crate::core::snapshot::Status::Unknown) until something shows.
    #[doc(alias = "sessionURL")]
    #[must_use]
    pub fn session_url(self, url: &str) -> Self {
        self.set("sessionURL", url)
    }

    /// Whether all tabs of the origin that refresh at the same URL share one refresh. Default: yes.
    #[doc(alias = "crossTab")]
    #[must_use]
    pub fn cross_tab(self, shared: bool) -> Self {
        self.set("crossTab", Value::Bool(shared))
    }

    /// Which tabs share one refresh: those of this name, wherever they refresh.
    #[doc(alias = "crossTab")]
    #[must_use]
    pub fn cross_tab_name(self, name: &str) -> Self {
        self.set("crossTab", name)
    }

    // ---- bearer mode -------------------------------------------------------------------------------------------

    /// Where tokens are refreshed (RFC 6749 §6): https, or this machine.
    #[doc(alias = "tokenEndpoint")]
    #[must_use]
    pub fn token_endpoint(self, url: &str) -> Self {
        self.set("tokenEndpoint", url)
    }

    /// Sent to both endpoints as `client_id`. Default: none.
    #[doc(alias = "clientId")]
    #[must_use]
    pub fn client_id(self, id: &str) -> Self {
        self.set("clientId", id)
    }

    /// Sent with a refresh as `scope`. Default: none.
    #[must_use]
    pub fn scope(self, scope: &str) -> Self {
        self.set("scope", scope)
    }

    /// Sends token requests as JSON. Default: as a form, which is the standard.
    #[doc(alias = "tokenRequestFormat")]
    #[must_use]
    pub fn json_token_requests(self) -> Self {
        self.set("tokenRequestFormat", "json")
    }

    /// Asked at sign-out to revoke the refresh token (RFC 7009). Default: nobody is.
    #[doc(alias = "revocationEndpoint")]
    #[must_use]
    pub fn revocation_endpoint(self, url: &str) -> Self {
        self.set("revocationEndpoint", url)
    }

    /// Tokens to start with. Default: none, until [`sign_in_with`](super::AuthClient::sign_in_with).
    #[must_use]
    pub fn tokens(mut self, tokens: Tokens) -> Self {
        self.tokens = Some(tokens);
        self
    }

    /// Whether tokens may be bound to a key that nobody can read (RFC 9449). Takes a secure context. Default: no.
    #[must_use]
    pub fn dpop(self, bound: bool) -> Self {
        self.set("dpop", Value::Bool(bound))
    }

    // ---- how they are handed on --------------------------------------------------------------------------------

    fn set(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.members.retain(|(given, _)| *given != name);
        self.functions.retain(|(given, _)| *given != name);
        self.members.push((name, value.into()));
        self
    }

    fn call(self, name: &'static str, function: JsValue) -> Self {
        let mut options = self.set(name, Value::Function);
        options.functions.push((name, function));
        options
    }

    fn push(mut self, name: &'static str, item: &str) -> Self {
        let index = self.members.iter().position(|(given, _)| *given == name);
        match index.map(|index| &mut self.members[index].1) {
            Some(Value::List(items)) => items.push(item.into()),
            _ => self.members.push((name, Value::List(vec![item.into()]))),
        }
        self
    }

    /// What the core reads.
    pub(super) fn to_value(&self) -> Value {
        let mut members = self.members.clone();
        if !self.exclude.is_empty() {
            let patterns = self.exclude.iter().map(|(pattern, _)| pattern.clone());
            members.push(("exclude", Value::List(patterns.collect())));
        }
        members.extend(
            self.tokens
                .as_ref()
                .map(|tokens| ("tokens", tokens.to_value())),
        );
        Value::object(members)
    }

    /// The object in which the shell looks up functions; and tokens, which nothing keeps.
    pub(super) fn into_parts(self) -> (JsValue, Option<Tokens>) {
        let matchers: Array = self
            .exclude
            .into_iter()
            .map(|(_, matcher)| matcher)
            .collect();
        let functions = convert::object(&self.functions);
        convert::set(&functions, "exclude", &matchers);
        (functions, self.tokens)
    }
}

/// The names alone: a value may be a secret (contract K4).
impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.members.iter().map(|(name, _)| name);
        f.debug_list().entries(names).finish()
    }
}

/// What a [refresh of one's own](Options::refresh_with) may want to know.
#[derive(Clone)]
#[non_exhaustive]
pub struct RefreshContext {
    /// Aborted after [`Options::refresh_timeout`], and when nobody wants the refresh any more.
    pub signal: Option<AbortSignal>,
    /// Why it was asked for.
    pub trigger: Option<Trigger>,
    /// In bearer mode: what to refresh with.
    pub refresh_token: Option<String>,
}

impl RefreshContext {
    fn read(context: &JsValue) -> Self {
        let member = |name| convert::member(context, name);
        let trigger = member("trigger").as_string();
        Self {
            signal: member("signal").dyn_into().ok(),
            trigger: trigger
                .and_then(|word| Trigger::ALL.into_iter().find(|it| it.as_str() == word)),
            refresh_token: member("refreshToken").as_string(),
        }
    }
}

/// Without the token (contract K4).
impl fmt::Debug for RefreshContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RefreshContext")
            .field("trigger", &self.trigger)
            .finish_non_exhaustive()
    }
}
