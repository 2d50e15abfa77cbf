//! The client as a Rust front end drives it.

mod error;
mod event;
mod options;
mod subscription;
mod tokens;

use std::fmt;
use std::rc::Rc;
use std::time::Duration;

use gloo_net::http;
use js_sys::{Promise, TypeError};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Request, RequestInit, Response};

pub use error::{AuthError, FetchError};
pub use event::AuthEvent;
pub use options::{Options, RefreshContext};
pub use subscription::Subscription;
pub use tokens::Tokens;

use super::js::{Requests, Shell};
use super::machine::Machine;
use crate::core::snapshot::Snapshot;
use crate::core::value::Value;

/// In seconds: more than thirty years, longer than which nobody wants a token to be good.
const LONGEST_VALIDITY: Duration = Duration::from_secs(1_000_000_000);

/// One session, and everything that keeps it alive: sends requests, refreshes the session once on a 401 and sends them
/// again.
///
/// It is a handle: a clone is the same client, so components can have one each. Like everything of the browser's it stays
/// on its thread. When the last clone is dropped, timers, listeners and locks are given back.
///
/// Nothing here panics, whatever it is given; an option or argument that makes no sense is an [`AuthError`] of the code
/// [`InvalidOptions`](crate::core::error::Code::InvalidOptions).
///
/// ```no_run
/// use oauth_refresh_wasm::{AuthClient, Code, FetchError, Options};
///
/// # async fn example() -> Result<(), FetchError> {
/// let client = AuthClient::new(Options::cookie().login_url("/auth/login").logout_url("/auth/logout"))?;
/// match client.fetch_with_str("/api/profile").await {
///     Ok(response) if response.ok() => { /* the profile */ }
///     Ok(response) => { /* what the API answered; a 401 means that nobody is signed in any more */ }
///     Err(FetchError::Auth(error)) if error.code == Code::RefreshUnavailable => { /* offline: "try again" */ }
///     Err(error) => return Err(error),
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct AuthClient {
    held: Rc<Held>,
}

/// Whether both are the same client.
impl PartialEq for AuthClient {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.held, &other.held)
    }
}

impl Eq for AuthClient {}

/// What the clones of a client hold; futures and listeners of its own do not.
#[derive(Debug)]
struct Held {
    machine: Machine,
    shell: Shell,
    requests: Requests,
}

impl Drop for Held {
    fn drop(&mut self) {
        self.shell.dispose();
    }
}

impl AuthClient {
    /// Sets up a client. It sends nothing yet, unless there is a
    /// [`session_url`](Options::session_url) to ask.
    ///
    /// # Errors
    ///
    /// [`InvalidOptions`](crate::core::error::Code::InvalidOptions): the message names the option as the
    /// [table of options](https://github.com/oauth-refresh-wasm/oauth-refresh-wasm#options) does (`loginURL` for
    /// [`Options::login_url`]), what was given and what is accepted.
    pub fn new(options: Options) -> Result<Self, AuthError> {
        let machine = Machine::set_up(&options.to_value())?;
        let (functions, tokens) = options.into_parts();
        let shell = Shell::new(machine.clone(), &functions);
        let requests = Requests::new(&shell);
        let client = Self {
            held: Rc::new(Held {
                machine,
                shell,
                requests,
            }),
        };
        if let Some(tokens) = tokens {
            client.sign_in_with(&tokens)?;
        }
        Ok(client)
    }

    fn shell(&self) -> &Shell {
        &self.held.shell
    }

    // ---- requests ----------------------------------------------------------------------------------------------

    /// Sends a request, as the platform's `fetch` does: any status is an answer, and only what is none is an error. A 401
    /// refreshes the session, and then the request is sent once more, with the same bytes. The request of another
    /// crate, gloo-net's for example, will do if it converts into the platform's.
    ///
    /// The platform tells nobody whether the body of a request is a stream, so what a request has of a body is teed. With
    /// [`AuthClient::fetch_with_str_and_init`] a body that is no stream need not be.
    ///
    /// A dropped future does not take the request back: for that, give it a `signal`. An abort rejects at once, while it
    /// waits for a refresh too; others who wait are not touched.
    ///
    /// # Errors
    ///
    /// [`FetchError::Platform`] is whatever `fetch` itself rejects with: a `TypeError` without a network, the reason of an
    /// abort. [`FetchError::Auth`] is a 401 that could not be cured because the refresh failed, with the 401 in
    /// [`AuthError::response`]; of the codes
    /// [`RefreshUnavailable`](crate::core::error::Code::RefreshUnavailable) (try again later; do not sign the user out) or
    /// [`RefreshMisconfigured`](crate::core::error::Code::RefreshMisconfigured). When the session has ended, its callers
    /// get the 401 as an answer.
    pub async fn fetch(&self, request: impl Into<Request>) -> Result<Response, FetchError> {
        self.exchange(&request.into(), &JsValue::UNDEFINED).await
    }

    /// The same for a `GET` of a URL, which may be relative: to [`Options::base_url`], and without that to the document.
    ///
    /// # Errors
    ///
    /// As [`AuthClient::fetch`].
    pub async fn fetch_with_str(&self, url: &str) -> Result<Response, FetchError> {
        self.exchange(&url.into(), &JsValue::UNDEFINED).await
    }

    /// The same with all that `fetch` takes beside a URL. A body that is a stream cannot be sent twice: such a request
    /// waits for a refresh ahead if the token is known to expire, and is never replayed.
    ///
    /// # Errors
    ///
    /// As [`AuthClient::fetch`].
    pub async fn fetch_with_str_and_init(
        &self,
        url: &str,
        init: &RequestInit,
    ) -> Result<Response, FetchError> {
        self.exchange(&url.into(), init).await
    }

    /// The same in the types of [gloo-net](https://docs.rs/gloo-net), whose answers read their JSON into types of your own.
    ///
    /// ```no_run
    /// # use gloo_net::http::Request;
    /// # async fn example(client: oauth_refresh_wasm::AuthClient) -> Result<String, oauth_refresh_wasm::FetchError> {
    /// let profile = client.send(Request::get("/api/profile")).await?;
    /// # Ok(profile.status_text())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`AuthClient::fetch`]; what cannot be a request is [`FetchError::Platform`].
    pub async fn send(
        &self,
        request: impl TryInto<http::Request, Error: fmt::Display>,
    ) -> Result<http::Response, FetchError> {
        let request = request
            .try_into()
            .map_err(|error| FetchError::Platform(TypeError::new(&error.to_string()).into()))?;
        self.fetch(request).await.map(Into::into)
    }

    async fn exchange(&self, input: &JsValue, init: &JsValue) -> Result<Response, FetchError> {
        let sent = self.held.requests.fetch(input, init);
        let answer = JsFuture::from(sent.map_err(FetchError::of)?).await;
        let answer = answer.map_err(FetchError::of)?;
        // Others may have replaced `fetch`, and what theirs answers may be anything.
        answer.dyn_into().map_err(|_| {
            FetchError::Platform(TypeError::new("fetch did not answer with a Response").into())
        })
    }

    // ---- the session -------------------------------------------------------------------------------------------

    /// The session as it is now.
    #[must_use]
    pub fn session(&self) -> Snapshot {
        self.held.machine.snapshot()
    }

    /// Refreshes now, or joins the refresh under way, and tells how the session is then.
    ///
    /// # Errors
    ///
    /// [`RefreshUnavailable`](crate::core::error::Code::RefreshUnavailable),
    /// [`RefreshMisconfigured`](crate::core::error::Code::RefreshMisconfigured), or
    /// [`SessionEnded`](crate::core::error::Code::SessionEnded) where nobody is signed in.
    pub async fn refresh(&self) -> Result<Snapshot, AuthError> {
        self.freshened(self.shell().refresh()).await
    }

    /// Refreshes unless the token is good for that much longer: before a WebSocket is opened, say. Where no expiry is
    /// known there is nothing to do.
    ///
    /// # Errors
    ///
    /// As [`AuthClient::refresh`].
    pub async fn ensure_fresh(&self, validity: Duration) -> Result<Snapshot, AuthError> {
        let seconds = validity.min(LONGEST_VALIDITY).as_secs_f64();
        self.freshened(self.shell().ensure_fresh(seconds)).await
    }

    async fn freshened(&self, fresh: Promise) -> Result<Snapshot, AuthError> {
        JsFuture::from(fresh).await.map_err(AuthError::of)?;
        Ok(self.session())
    }

    /// Tells that somebody signed in by other means than a request to [`Options::login_url`], in cookie mode: with the
    /// lifetime of the access token, where that is known.
    ///
    /// # Errors
    ///
    /// [`InvalidOptions`](crate::core::error::Code::InvalidOptions) in bearer mode, which takes
    /// [`AuthClient::sign_in_with`].
    pub fn sign_in(&self, expires_in: Option<Duration>) -> Result<(), AuthError> {
        let members = expires_in.map(|lifetime| ("expires_in", tokens::seconds(lifetime)));
        self.begin(&Value::object(members))
    }

    /// Starts a session in bearer mode, with the tokens of the authorization server.
    ///
    /// # Errors
    ///
    /// [`InvalidOptions`](crate::core::error::Code::InvalidOptions) for tokens that no header could carry.
    pub fn sign_in_with(&self, tokens: &Tokens) -> Result<(), AuthError> {
        self.begin(&tokens.to_value())
    }

    fn begin(&self, said: &Value) -> Result<(), AuthError> {
        self.held.machine.begin(said, "sign_in")?;
        self.shell().begun();
        Ok(())
    }

    /// Ends the session here at once, then tells [`Options::logout_url`], or has the refresh token revoked. That the
    /// server could not be reached changes nothing.
    pub async fn sign_out(&self) {
        // It resolves, come what may.
        let _ = JsFuture::from(self.shell().sign_out()).await;
    }

    /// Proves, for a request that the application sends itself, that the key of this session is here: the value of the
    /// header `DPoP` (RFC 9449 §4). `nonce` is what the server asked for.
    ///
    /// # Errors
    ///
    /// [`FetchError::Auth`] without [`Options::dpop`], [`FetchError::Platform`] for a URL that is none.
    pub async fn prove(
        &self,
        method: &str,
        url: &str,
        nonce: Option<&str>,
    ) -> Result<String, FetchError> {
        let proof = self.shell().prove(url, method, nonce);
        let proof = JsFuture::from(proof.map_err(FetchError::of)?).await;
        Ok(proof
            .map_err(FetchError::Platform)?
            .as_string()
            .unwrap_or_default())
    }

    /// Looks at the expiry again. Browsers say by themselves when a page wakes up; a host that does not can call this.
    pub fn wake(&self) {
        self.shell().wake();
    }

    // ---- listening ---------------------------------------------------------------------------------------------

    /// Calls `listener` with the session after each change of it, until the subscription is dropped.
    ///
    /// It is `Fn` because it may be called within its own call: by asking for a refresh, say. State of its own belongs in
    /// a `Cell`. If it holds a clone of the client, neither goes before the subscription does.
    ///
    /// ```no_run
    /// # fn example(client: &oauth_refresh_wasm::AuthClient, show: impl Fn(&str) + 'static) {
    /// let subscription = client.subscribe(move |session| show(session.status.as_str()));
    /// # subscription.forget();
    /// # }
    /// ```
    pub fn subscribe(&self, listener: impl Fn(Snapshot) + 'static) -> Subscription {
        let held = Rc::downgrade(&self.held);
        Subscription::new(&self.held, &["change"], move |_, _| {
            if let Some(held) = held.upgrade() {
                listener(held.machine.snapshot());
            }
        })
    }

    /// Calls `listener` with every event, until the subscription is dropped. `Fn` for the reason of
    /// [`AuthClient::subscribe`].
    pub fn on_event(&self, listener: impl Fn(&AuthEvent) + 'static) -> Subscription {
        Subscription::new(&self.held, &AuthEvent::NAMES, move |name, detail| {
            if let Some(event) = AuthEvent::read(name, detail) {
                listener(&event);
            }
        })
    }
}
