//! The refresh: the rotation, and every answer that a switch can put in its place. The tokens travel
//! in cookies (`POST /auth/refresh`) or in bodies (`POST /oauth/token`).

use std::io;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum_extra::extract::cookie::CookieJar;
use futures_util::{StreamExt as _, stream};
use serde_json::{Map, Value};

use crate::refusal::Refusal;
use crate::server::Breach;
use crate::session::{Issued, Rejected, Sessions};
use crate::switches::{Order, RefreshAnswer};
use crate::{App, cookies, oauth, oidc, whole_seconds};

/// `POST /auth/refresh`.
pub async fn refresh(State(app): State<Arc<App>>, jar: CookieJar) -> Response {
    answer(app, Carrier::Cookies(jar)).await
}

/// How a refresh token came, and so how its successor goes.
#[derive(Debug)]
pub enum Carrier {
    /// In a cookie.
    Cookies(CookieJar),
    /// As a parameter of a token request: the token itself.
    Body(String),
}

/// Answers a refresh call as the switches order.
///
/// Latency and hold come before the work: a call that is given up while it waits has used no token.
pub async fn answer(app: Arc<App>, carrier: Carrier) -> Response {
    if let Some(release) = app.switches.hold(|now| now.hold_refresh) {
        app.counters.update(|counts| counts.refreshes_held += 1);
        release.await;
    }
    app.switches.current().refresh_delay().await;
    loop {
        let order = app.switches.take_refresh_order();
        match plan(order.answer, order.lifetime) {
            Plan::Renew(success) => {
                let answer = match (&carrier, &app.settings.provider) {
                    (Carrier::Cookies(jar), Some(party)) => oidc::renew(&app, party, jar).await,
                    (Carrier::Cookies(jar), None) => {
                        renew_cookies(&app, jar, success, order.lifetime)
                    }
                    (Carrier::Body(presented), _) => {
                        renew_grant(&app, presented, success, order.lifetime)
                    }
                };
                if let Some(release) = app.switches.hold(|now| now.hold_refresh_answer) {
                    release.await;
                }
                return answer;
            }
            Plan::Refuse(status, error) => return refuse(status, error, &order),
            Plan::Answer(response) => return response,
            Plan::Break(breach) => return breach.into_response(),
            Plan::Hang => app.switches.until_answer_changes(order.epoch).await,
            Plan::HangInBody => return half_a_body(app, order.epoch),
        }
    }
}

/// What an answer takes to give.
enum Plan {
    /// Rotates, then says so like this.
    Renew(Success),
    /// An error as JSON.
    Refuse(StatusCode, &'static str),
    /// Something that no refresh endpoint should say.
    Answer(Response),
    Break(Breach),
    Hang,
    HangInBody,
}

/// What is said of a rotation besides the tokens.
enum Success {
    /// The expiry, in one of its spellings.
    Json(Map<String, Value>),
    /// Nothing: an answer without a body.
    Bare(StatusCode),
}

fn plan(answer: RefreshAnswer, lifetime: Duration) -> Plan {
    use RefreshAnswer as A;
    let seconds = whole_seconds(lifetime);
    let says = |name: &str, value: Value| {
        Plan::Renew(Success::Json(Map::from_iter([(name.to_owned(), value)])))
    };
    match answer {
        A::Ok => says("expires_in", seconds.into()),
        A::ExpiresAt => says("expires_at", epoch_seconds(lifetime).into()),
        A::Exp => says("exp", epoch_seconds(lifetime).into()),
        A::AccessTokenExpiresIn => says("accessTokenExpiresIn", seconds.into()),
        A::NoExpiry => Plan::Renew(Success::Json(Map::new())),
        A::BadExpiry => says("expires_in", "soon".into()),
        A::StringExpiry => says("expires_in", seconds.to_string().into()),
        A::NoContent => Plan::Renew(Success::Bare(StatusCode::NO_CONTENT)),
        A::Empty => Plan::Renew(Success::Bare(StatusCode::OK)),

        A::Html => Plan::Answer(Html(SIGN_IN_PAGE).into_response()),
        A::Redirect => Plan::Answer((StatusCode::FOUND, Redirect::to("/")).into_response()),
        A::InvalidGrant => Plan::Refuse(StatusCode::BAD_REQUEST, "invalid_grant"),
        A::Unauthorized => Plan::Refuse(StatusCode::UNAUTHORIZED, "unauthorized"),
        A::InvalidClient => Plan::Refuse(StatusCode::UNAUTHORIZED, "invalid_client"),
        A::BadRequest => Plan::Refuse(StatusCode::BAD_REQUEST, "invalid_request"),
        A::Forbidden => Plan::Refuse(StatusCode::FORBIDDEN, "forbidden"),
        A::NotFound => Plan::Refuse(StatusCode::NOT_FOUND, "not_found"),
        A::MethodNotAllowed => Plan::Refuse(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed"),
        A::UnsupportedMediaType => {
            Plan::Refuse(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type")
        }
        A::RequestTimeout => Plan::Refuse(StatusCode::REQUEST_TIMEOUT, "request_timeout"),
        A::Conflict => Plan::Refuse(StatusCode::CONFLICT, "conflict"),
        A::TooEarly => Plan::Refuse(StatusCode::TOO_EARLY, "too_early"),
        A::TooManyRequests => Plan::Refuse(StatusCode::TOO_MANY_REQUESTS, "too_many_requests"),
        A::ServerError => Plan::Refuse(StatusCode::INTERNAL_SERVER_ERROR, "server_error"),
        A::Unavailable => Plan::Refuse(StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable"),
        A::Drop => Plan::Break(Breach::Close),
        A::Garble => Plan::Break(Breach::Garble),
        A::Hang => Plan::Hang,
        A::HangBody => Plan::HangInBody,
    }
}

fn renew_cookies(app: &App, jar: &CookieJar, success: Success, lifetime: Duration) -> Response {
    let secure = app.settings.secure_cookies;
    let presented = cookies::value(jar, cookies::REFRESH).unwrap_or_default();
    match rotate(app, &app.sessions, presented, lifetime) {
        Ok(issued) => (cookies::issued(issued, secure), success).into_response(),
        Err(rejected) => {
            let refusal = refused(StatusCode::UNAUTHORIZED, rejected);
            match rejected {
                Rejected::Reused => (cookies::cleared(secure), refusal).into_response(),
                // The cookies stay: this answer may come after a later sign-in, whose cookies it
                // would take away; and a dead one harms nobody.
                Rejected::Unknown => refusal.into_response(),
            }
        }
    }
}

fn renew_grant(app: &App, presented: &str, success: Success, lifetime: Duration) -> Response {
    match (rotate(app, &app.grants, presented, lifetime), success) {
        (Ok(issued), Success::Json(said)) => oauth::granted(issued, said),
        // As ordered: the tokens have rotated, and the answer forgets to say to which.
        (Ok(_), bare) => bare.into_response(),
        (Err(rejected), _) => refused(StatusCode::BAD_REQUEST, rejected).into_response(),
    }
}

/// Rotates and counts what came of it.
fn rotate(
    app: &App,
    sessions: &Sessions,
    presented: &str,
    lifetime: Duration,
) -> Result<Issued, Rejected> {
    let outcome = sessions.renew(presented, lifetime);
    app.counters.update(|counts| match &outcome {
        Ok(_) => counts.refreshes_ok += 1,
        Err(Rejected::Reused) => counts.reuse_detected += 1,
        Err(Rejected::Unknown) => {}
    });
    outcome
}

fn refused(status: StatusCode, rejected: Rejected) -> Refusal {
    Refusal::new(status, "invalid_grant").because(match rejected {
        Rejected::Reused => "the refresh token was used twice: the session has ended",
        Rejected::Unknown => "no session has this refresh token: sign in again",
    })
}

impl IntoResponse for Success {
    fn into_response(self) -> Response {
        match self {
            Self::Json(said) => Json(said).into_response(),
            Self::Bare(status) => status.into_response(),
        }
    }
}

fn refuse(status: StatusCode, error: &'static str, order: &Order) -> Response {
    let mut response = Refusal::new(status, error)
        .because("this fault was switched on: the session is as it was")
        .into_response();
    let transient = status.is_server_error() || matches!(status.as_u16(), 408 | 409 | 425 | 429);
    if let Some(value) = order.retry_after.clone().filter(|_| transient) {
        response.headers_mut().insert(header::RETRY_AFTER, value);
    }
    response
}

/// The headers and half a JSON body; the rest never comes. When the answer is switched the
/// connection breaks, since what is begun cannot be taken back.
fn half_a_body(app: Arc<App>, epoch: u64) -> Response {
    let half = stream::iter([Ok(Bytes::from_static(b"{\"expires_"))]);
    let rest = stream::once(async move {
        app.switches.until_answer_changes(epoch).await;
        Err(io::Error::other("the answer was switched half-way"))
    });
    let json = HeaderValue::from_static("application/json");
    let body = Body::from_stream(half.chain(rest));
    ([(header::CONTENT_TYPE, json)], body).into_response()
}

fn epoch_seconds(from_now: Duration) -> u64 {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    whole_seconds(now + from_now)
}

const SIGN_IN_PAGE: &str = "<!doctype html><html lang=\"en\"><title>Sign in</title>\
    <p>A sign-in page, where a refresh should have been.</p></html>";
