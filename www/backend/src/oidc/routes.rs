//! The endpoints: those under `/auth` in place of the embedded ones, and one more of the API.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Json, Router};
use axum_extra::extract::cookie::CookieJar;
use serde_json::{Map, Value, json};

use super::cookie::Kind;
use super::failure::Failure;
use super::party::{RelyingParty, session_id};
use super::session::Session;
use super::sign_in;
use crate::refusal::Refusal;
use crate::{App, api, refresh, whole_seconds};

/// The routes under `/auth`.
pub fn auth_routes(party: &RelyingParty) -> Router<Arc<App>> {
    Router::new()
        .route("/login", get(sign_in::begin))
        .route("/callback", get(sign_in::callback))
        .route("/refresh", post(refresh::refresh))
        .route("/logout", post(log_out))
        .route("/session", get(session))
        .fallback(crate::not_found)
        .layer(Extension(party.clone()))
}

/// The route under `/api`, behind the API's guard.
pub fn api_routes(party: &RelyingParty) -> Router<Arc<App>> {
    Router::new()
        .route("/userinfo", get(user_info))
        .layer(Extension(party.clone()))
}

/// Refreshes the session that a request names, and answers with the expiry. The cookie stays as it
/// is, also when the session has ended: this answer may come after a later sign-in, whose cookie it
/// would take away.
pub async fn renew(app: &App, party: &RelyingParty, jar: &CookieJar) -> Response {
    let outcome = match session_id(jar, app.settings.secure_cookies) {
        Some(id) => party.refresh(id).await,
        None => Err(Failure::Rejected),
    };
    match outcome {
        Ok(session) => {
            app.counters.update(|counts| counts.refreshes_ok += 1);
            Json(expiry(party, &session)).into_response()
        }
        Err(failure) => failure.into_response(),
    }
}

/// `expires_in`, if the provider says when.
fn expiry(party: &RelyingParty, session: &Session) -> Map<String, Value> {
    let left = party
        .left(&session.tokens)
        .unwrap_or(Some(std::time::Duration::ZERO));
    left.map(|left| ("expires_in".to_owned(), whole_seconds(left).into()))
        .into_iter()
        .collect()
}

async fn log_out(
    State(app): State<Arc<App>>,
    Extension(party): Extension<RelyingParty>,
    jar: CookieJar,
) -> Response {
    let secure = app.settings.secure_cookies;
    let ended = match session_id(&jar, secure) {
        Some(id) => party.end(id).await,
        None => Ok(()),
    };
    app.counters.update(|counts| counts.logouts += 1);
    let cookies = CookieJar::new().add(Kind::Session.cleared(secure));
    match ended {
        Ok(()) => (cookies, StatusCode::NO_CONTENT).into_response(),
        Err(failure) => (cookies, failure).into_response(),
    }
}

/// Tells a page that the sign-in begins there, by a redirect, and is no form of its own.
const SIGN_IN_URL: &str = "sign_in_url";

async fn session(
    State(app): State<Arc<App>>,
    Extension(party): Extension<RelyingParty>,
    jar: CookieJar,
) -> Response {
    let session = match party.session(&jar, app.settings.secure_cookies).await {
        Ok(session) => session.filter(|session| party.left(&session.tokens).is_ok()),
        Err(failure) => return failure.into_response(),
    };
    let Some(session) = session else {
        let answer = json!({ "error": "invalid_token", (SIGN_IN_URL): "/auth/login" });
        let challenge = [(header::WWW_AUTHENTICATE, api::usual_challenge())];
        return (StatusCode::UNAUTHORIZED, challenge, Json(answer)).into_response();
    };
    let mut answer = expiry(&party, &session);
    answer.insert(SIGN_IN_URL.to_owned(), "/auth/login".into());
    answer.insert("sub".to_owned(), session.subject.into());
    answer.insert("user".to_owned(), json!({ "name": session.name }));
    Json(answer).into_response()
}

/// `GET /api/userinfo`: what the provider says of the user, asked with the session's access token.
/// So it proves that the token is good, not only that it has not expired.
async fn user_info(
    State(app): State<Arc<App>>,
    Extension(party): Extension<RelyingParty>,
    jar: CookieJar,
) -> Result<Response, Failure> {
    let session = party.session(&jar, app.settings.secure_cookies).await?;
    let Some(session) = session else {
        return Ok(api::unauthorized(Some(api::usual_challenge())));
    };
    let Some(answer) = party.provider().user_info(&session.tokens.access).await? else {
        return Ok(Refusal::new(StatusCode::NOT_FOUND, "not_found")
            .because("the provider has no userinfo_endpoint")
            .into_response());
    };
    Ok(match answer.status() {
        StatusCode::OK => match serde_json::from_slice::<Map<String, Value>>(answer.body()) {
            // Claims of somebody else must not be used (OpenID Connect Core §5.3.2).
            Ok(claims) if claims.get("sub") == Some(&session.subject.into()) => {
                Json(claims).into_response()
            }
            _ => misconfigured("was not about this user, or is no JSON object".to_owned()),
        },
        StatusCode::UNAUTHORIZED => api::unauthorized(Some(api::usual_challenge())),
        status => misconfigured(format!("was {status}")),
    })
}

fn misconfigured(what: String) -> Response {
    Refusal::new(StatusCode::BAD_GATEWAY, "provider_misconfigured")
        .because(format!(
            "the answer of the provider's userinfo_endpoint {what}"
        ))
        .into_response()
}
