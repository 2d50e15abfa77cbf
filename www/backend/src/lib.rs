//! The playground's backend, and a model of how a backend must answer so that
//! `oauth-refresh-wasm` works with it in cookie mode.
//!
//! # How a backend must answer
//!
//! The browser keeps the session in cookies that no script can read. The SDK sees statuses, and in
//! bodies never more than the time of expiry.
//!
//! | call | good answer | cookies |
//! | --- | --- | --- |
//! | `POST /auth/login` | 200 `{"expires_in": 60}` | sets both tokens |
//! | `POST /auth/refresh` | 200 `{"expires_in": 60}` | replaces both tokens |
//! | `POST /auth/logout` | 204 | takes both away |
//! | `GET /auth/session` | 200 `{"user": .., "expires_in": 42}`, or 401 | none |
//! | the API | its answer, or 401 | none |
//!
//! `expires_in` is the access token's remaining life in whole seconds (RFC 6749 §5.1). It may be
//! left out: then nothing is refreshed ahead of time, and a 401 starts the refresh.
//!
//! ## Cookies
//!
//! - `access_token`: `HttpOnly; SameSite=Lax; Path=/`, and `Secure` wherever there is https. No
//!   `Max-Age`: the server judges the expiry, and a sign-out can still name the session.
//! - `refresh_token`: `HttpOnly; SameSite=Strict; Path=/auth/refresh`, and `Secure`. The path keeps
//!   it out of every other request.
//! - `XSRF-TOKEN`: readable by the page; `SameSite=Lax; Path=/`, and `Secure`.
//!
//! To take a cookie away, repeat the attributes with which it was set.
//!
//! ## The refresh
//!
//! - Rotate: each refresh token works once. One that comes a second time ends its session
//!   (RFC 9700 §4.14.2).
//! - Say no with 401, or 400 `{"error": "invalid_grant"}`: the SDK takes the session for ended, and
//!   asks no more until the next sign-in.
//! - Say 'not now' with 503 or 429, and `Retry-After` where you know it. The session goes on, and
//!   the SDK backs off.
//! - Never answer with a sign-in page, and never redirect to one: a script cannot use it. The SDK
//!   reports 200 with HTML as a misconfiguration.
//! - Answer an unknown refresh token without taking the cookies away. The answer may arrive after
//!   a later sign-in, and would take *its* cookies.
//!
//! ## The API
//!
//! A missing or expired token is a 401 with
//! `WWW-Authenticate: Bearer error="invalid_token"` (RFC 6750 §3) before anything was done: the SDK
//! sends the request a second time. A user who is known but may not do this gets a 403, which starts
//! no refresh. Read the body to its end before you answer 401, or an upload ends in a network error.
//!
//! ## CSRF
//!
//! Cookies go along with requests that other sites start. So each `POST`, `PUT`, `PATCH` and
//! `DELETE`, the sign-in and the refresh included, must repeat the cookie `XSRF-TOKEN` in the header
//! `X-XSRF-TOKEN`; without it the answer is 403 `{"error": "csrf"}`. Compare in constant time. Set
//! the cookie with each page and with the session check, if the browser has none. If sibling
//! subdomains are not yours to trust, sign the value together with the session, or name the cookie
//! `__Host-XSRF-TOKEN` and tell the SDK so.
//!
//! # What is only for the playground
//!
//! One fixed user (`demo`, password `demo`), a store in memory, and `/playground`, which asks nobody
//! who they are: that is why the server listens on the loopback interface alone.
//!
//! | call | what it does |
//! | --- | --- |
//! | `GET`, `PATCH /playground/switches` | shows or changes the [`Switches`] |
//! | `POST /playground/switches/reset` | puts them back |
//! | `GET /playground/counters` | shows the [`Counts`] |
//! | `POST /playground/counters/reset` | begins counters and log anew |
//! | `GET /playground/log` | shows the last 500 requests, each an [`Entry`] |
//! | `POST /playground/release` | lets go who is held by `holdRefresh`, `holdRefreshAnswer` or `holdApi` |
//! | `POST /playground/expire` | lets every access token expire now |
//! | `POST /playground/end` | forgets every session |
//!
//! Without a provider there is `/oauth` besides, a token endpoint for pages that keep their tokens in
//! memory (`mode: 'bearer'`):
//!
//! | call | good answer |
//! | --- | --- |
//! | `POST /oauth/token`, the grant `refresh_token` (RFC 6749 §6) of the client `playground` | 200, new tokens |
//! | `POST /oauth/revoke` (RFC 7009) | 200 |
//! | `POST /oauth/demo-sign-in`, JSON or form with `username` and `password` | 200, tokens |
//!
//! The API takes such a token in the header `Authorization`. Every switch for the refresh acts on
//! both ways. The sign-in is no pattern to copy: a real page gets its tokens by authorization code
//! with PKCE, and never sees a password.
//!
//! Cookies know no ports: two backends on one host share the cookies of a browser.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum_extra::extract::cookie::CookieJar;

mod api;
mod auth;
mod control;
mod cookies;
mod counters;
mod csrf;
mod fields;
mod log;
mod oauth;
pub mod oidc;
mod pages;
mod refresh;
mod refusal;
mod server;
mod session;
mod switches;

pub use counters::Counts;
pub use log::{Entry, State as EntryState};
pub use pages::Mount;
pub use server::{Breach, serve};
pub use switches::{Csp, HeaderText, Hold, RefreshAnswer, Switches};

/// What is fixed when the backend starts.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The built playground; without it there is no page, only the endpoints.
    pub dist: Option<PathBuf>,
    /// Further folders to serve.
    pub mounts: Vec<Mount>,
    /// Whether cookies are marked `Secure`, as they must be behind https. Over plain http some
    /// browsers refuse such cookies, even from the loopback interface.
    pub secure_cookies: bool,
    /// Signs users in with an OpenID provider; without it there is one embedded user. Where
    /// browsers reach the server over https there is no `/playground` then.
    pub provider: Option<oidc::RelyingParty>,
}

/// The backend as a service, with a store of its own.
///
/// # Panics
/// If two mounts have the same prefix.
pub fn router(settings: Settings) -> Router {
    let app = Arc::new(App {
        settings,
        sessions: session::Sessions::default(),
        grants: session::Sessions::default(),
        switches: switches::Switchboard::default(),
        counters: counters::Counters::default(),
        log: Arc::default(),
        notes: api::Notes::default(),
    });
    let auth = match &app.settings.provider {
        Some(party) => oidc::auth_routes(party),
        None => auth::routes(),
    };
    let guarded = Router::new()
        .merge(api::routes(&app))
        .nest("/auth", auth)
        .layer(middleware::from_fn_with_state(
            Arc::clone(&app),
            csrf::guard,
        ));
    let mut router = Router::new().merge(guarded);
    if app.settings.provider.is_none() {
        router = router.nest("/oauth", oauth::routes());
    }
    if !app.is_for_the_public() {
        router = router.nest("/playground", control::routes());
    }
    pages::mount(router, &app.settings.mounts)
        .fallback(pages::page)
        .layer(middleware::from_fn_with_state(
            Arc::clone(&app),
            pages::dress,
        ))
        .layer(middleware::from_fn_with_state(Arc::clone(&app), record))
        .with_state(app)
}

/// Everything a handler can reach.
#[derive(Debug)]
struct App {
    settings: Settings,
    /// What cookies stand for.
    sessions: session::Sessions,
    /// What the tokens of `/oauth` stand for.
    grants: session::Sessions,
    switches: switches::Switchboard,
    counters: counters::Counters,
    log: Arc<log::Log>,
    notes: api::Notes,
}

impl App {
    /// Whether strangers can reach it. Then nobody may change its behavior, or look into its log.
    fn is_for_the_public(&self) -> bool {
        let provider = self.settings.provider.as_ref();
        provider.is_some_and(oidc::RelyingParty::is_https)
    }

    /// The access token in a request's header, where such tokens are known. The request is then
    /// judged by it alone, whatever cookies come along.
    fn bearer<'request>(&self, headers: &'request HeaderMap) -> Option<&'request str> {
        let known = self.settings.provider.is_none();
        known.then(|| oauth::bearer(headers)).flatten()
    }

    /// Whom a request stands for, as long as its access token is alive.
    async fn signed_in(
        &self,
        headers: &HeaderMap,
    ) -> Result<Option<session::SignedIn>, oidc::Failure> {
        if let Some(token) = self.bearer(headers) {
            return Ok(self.grants.authenticate(token));
        }
        let jar = CookieJar::from_headers(headers);
        match &self.settings.provider {
            Some(party) => party.signed_in(&jar, self.settings.secure_cookies).await,
            None => Ok(cookies::value(&jar, cookies::ACCESS)
                .and_then(|access| self.sessions.authenticate(access))),
        }
    }

    /// The generation of the access token that a request carries, alive or expired.
    fn generation(&self, headers: &HeaderMap) -> Option<u64> {
        if let Some(token) = self.bearer(headers) {
            return self.grants.generation(token);
        }
        let jar = CookieJar::from_headers(headers);
        let access = cookies::value(&jar, cookies::ACCESS)?;
        self.sessions.generation(access)
    }
}

/// Counts and logs every request but those to `/playground`.
async fn record(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let (method, path) = (request.method(), request.uri().path());
    if path.starts_with("/playground/") {
        return next.run(request).await;
    }
    app.counters.arrived(method, path);
    let generation = app.generation(request.headers());
    let pending = app.log.open(method, path, generation);
    let response = next.run(request).await;
    if response.extensions().get::<Breach>().is_none() {
        pending.answered(response.status());
    }
    response
}

async fn not_found() -> refusal::Refusal {
    refusal::Refusal::new(StatusCode::NOT_FOUND, "not_found")
}

fn whole_seconds(duration: Duration) -> u64 {
    duration.as_secs()
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        // Writing to a `String` cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}
