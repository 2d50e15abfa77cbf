//! Sign-in, sign-out, and the question who is signed in. The refresh has its own module.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use axum_extra::extract::cookie::CookieJar;
use serde::Deserialize;
use serde_json::json;

use crate::fields::{Unreadable, fields};
use crate::refusal::Refusal;
use crate::session::User;
use crate::{App, api, cookies, refresh, whole_seconds};

/// The routes under `/auth`.
pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/login", post(log_in))
        .route("/refresh", post(refresh::refresh))
        .route("/logout", post(log_out))
        .route("/session", get(session))
        .fallback(crate::not_found)
}

const DEMO: &str = "demo";
const DEMO_PASSWORD: &str = "demo";

#[derive(Deserialize)]
struct Credentials {
    username: String,
    password: String,
}

async fn log_in(State(app): State<Arc<App>>, request: Request) -> Result<Response, Refusal> {
    let jar = CookieJar::from_headers(request.headers());
    let user = recognize(&app, request).await?;
    // The browser is about to lose the old cookies, and with them the means to end what they name.
    if let Some(replaced) = cookies::value(&jar, cookies::ACCESS) {
        app.sessions.end(replaced);
    }
    let lifetime = app.switches.current().access_token_lifetime();
    let issued = app.sessions.start(user.clone(), lifetime);
    app.counters.update(|counts| counts.logins += 1);
    let body = json!({ "user": user, "expires_in": whole_seconds(lifetime) });
    Ok((
        cookies::issued(issued, app.settings.secure_cookies),
        Json(body),
    )
        .into_response())
}

/// Who signs in with the name and password of a body.
///
/// # Errors
/// The answer to a body that cannot be read, or to a wrong name or password, which is counted.
pub async fn recognize(app: &App, request: Request) -> Result<User, Refusal> {
    let given: Credentials = fields(request)
        .await
        .map_err(|unreadable| match unreadable {
            Unreadable::MediaType => {
                Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type").because(
                    "send username and password as application/json or \
                 application/x-www-form-urlencoded",
                )
            }
            Unreadable::Malformed(reason) => {
                Refusal::new(StatusCode::BAD_REQUEST, "bad_request").because(reason)
            }
        })?;
    if given.username != DEMO || given.password != DEMO_PASSWORD {
        app.counters.update(|counts| counts.logins_failed += 1);
        return Err(Refusal::new(StatusCode::UNAUTHORIZED, "wrong_credentials"));
    }
    Ok(User::named(DEMO))
}

/// Works with an expired access token as well, since a user may sign out at any time.
async fn log_out(State(app): State<Arc<App>>, jar: CookieJar) -> Response {
    if let Some(access) = cookies::value(&jar, cookies::ACCESS) {
        app.sessions.end(access);
    }
    app.counters.update(|counts| counts.logouts += 1);
    (
        StatusCode::NO_CONTENT,
        cookies::cleared(app.settings.secure_cookies),
    )
        .into_response()
}

async fn session(State(app): State<Arc<App>>, jar: CookieJar) -> Response {
    let access = cookies::value(&jar, cookies::ACCESS);
    match access.and_then(|access| app.sessions.authenticate(access)) {
        Some(signed_in) => Json(json!({
            "user": signed_in.user,
            "expires_in": signed_in.remaining.map(whole_seconds),
        }))
        .into_response(),
        None => api::unauthorized(Some(api::usual_challenge())),
    }
}
