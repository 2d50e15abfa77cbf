//! The two redirects of a sign-in: to the provider, and back with a code.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::cookie::CookieJar;
use openidconnect::AuthorizationCode;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use tower_sessions_core::session::Id;
use url::Url;

use super::cookie::{self, Kind, SIGN_IN};
use super::failure::Failure;
use super::party::{RelyingParty, session_id};
use super::provider::Challenge;
use super::return_to;
use super::session::Session;
use crate::App;
use crate::refusal::Refusal;

/// How long a value of the cookie is. One that is not was not made here.
const COOKIE_LENGTH: usize = 64;

/// What is kept of a sign-in under way, until the browser comes back.
#[derive(Debug, Serialize, Deserialize)]
struct Pending {
    challenge: Challenge,
    return_to: Url,
}

#[derive(Debug, Deserialize)]
pub struct Begin {
    return_to: Option<String>,
}

/// `GET /auth/login?return_to=/path`: sends the browser to the provider.
pub async fn begin(
    State(app): State<Arc<App>>,
    Extension(party): Extension<RelyingParty>,
    jar: CookieJar,
    Query(asked): Query<Begin>,
) -> Result<Response, Response> {
    let secure = app.settings.secure_cookies;
    let public_url = &party.provider().registration().public_url;
    let return_to = return_to::parse(asked.return_to.as_deref().unwrap_or("/"), public_url)
        .map_err(|sentence| {
            Refusal::new(StatusCode::BAD_REQUEST, "bad_request")
                .because(sentence)
                .into_response()
        })?;
    let (url, challenge) = party.provider().authorization().await.map_err(refused)?;
    // One that is there stays: another tab may be signing in with it.
    let browser = Kind::SignIn
        .value(&jar, secure)
        .filter(|value| value.len() == COOKIE_LENGTH)
        .map_or_else(cookie::random, str::to_owned);
    let id = pending_id(&browser, challenge.state.secret());
    let pending = Pending {
        challenge,
        return_to,
    };
    let expires = OffsetDateTime::now_utc() + SIGN_IN;
    party
        .store()
        .save(id, &pending, expires)
        .await
        .map_err(refused)?;
    let cookies = CookieJar::new().add(Kind::SignIn.set(browser, secure));
    Ok((cookies, Redirect::to(url.as_str())).into_response())
}

#[derive(Deserialize)]
pub struct Callback {
    code: Option<String>,
    state: Option<String>,
    iss: Option<String>,
    error: Option<String>,
}

/// `GET /auth/callback`: verifies what the browser brings, starts the session, and sends the
/// browser to where it wanted to go.
pub async fn callback(
    State(app): State<Arc<App>>,
    Extension(party): Extension<RelyingParty>,
    jar: CookieJar,
    Query(answer): Query<Callback>,
) -> Result<Response, Response> {
    let secure = app.settings.secure_cookies;
    let pending = take_pending(&party, &jar, secure, answer.state.as_deref()).await?;
    let ours = party
        .provider()
        .is_issuer(answer.iss.as_deref())
        .await
        .map_err(refused)?;
    if !ours {
        return Err(bad(
            "the answer is not of the provider that was asked (iss, RFC 9207)",
        ));
    }
    let code = match (answer.error.as_deref(), answer.code) {
        // The user would rather not.
        (Some("access_denied"), _) => {
            return Ok(Redirect::to(pending.return_to.as_str()).into_response());
        }
        (Some(_), _) => {
            return Err(bad(
                "the provider refused the request: check how the client is registered there, \
                 OAUTH_SCOPE and OAUTH_PARAMETERS",
            ));
        }
        (None, None) => return Err(bad("the answer has neither a code nor an error")),
        (None, Some(code)) => AuthorizationCode::new(code),
    };
    let Challenge {
        verifier, nonce, ..
    } = pending.challenge;
    let (identity, tokens) = party
        .provider()
        .exchange(code, verifier, &nonce)
        .await
        .map_err(refused)?;
    let subject = identity.subject.clone();
    let session = party
        .start(&Session::new(identity, tokens))
        .await
        .map_err(refused)?;
    if let Some(replaced) = session_id(&jar, secure) {
        // The browser is about to lose the cookie, and with it the means to end what it names.
        tokio::spawn(async move { party.replace(replaced, &subject).await });
    }
    app.counters.update(|counts| counts.logins += 1);
    let cookies = CookieJar::new().add(Kind::Session.set(session, secure));
    Ok((cookies, Redirect::to(pending.return_to.as_str())).into_response())
}

/// What was kept of the sign-in that a browser comes back from, once.
async fn take_pending(
    party: &RelyingParty,
    jar: &CookieJar,
    secure: bool,
    state: Option<&str>,
) -> Result<Pending, Response> {
    let unknown = || {
        bad(
            "this sign-in was not begun in this browser, has been used, or took longer than 10 \
             minutes: begin again at /auth/login",
        )
    };
    let browser = Kind::SignIn.value(jar, secure).ok_or_else(unknown)?;
    let id = pending_id(browser, state.ok_or_else(unknown)?);
    let pending = party.store().load(id).await.map_err(refused)?;
    party.store().delete(id).await.map_err(refused)?;
    pending.ok_or_else(unknown)
}

fn pending_id(browser: &str, state: &str) -> Id {
    cookie::id(&["sign-in", browser, state])
}

fn bad(sentence: &str) -> Response {
    Refusal::new(StatusCode::BAD_REQUEST, "sign_in_failed")
        .because(sentence)
        .into_response()
}

/// A failure as a person meets it who came by a link. The statuses by which the SDK tells the end
/// of a session have no meaning here.
fn refused(failure: Failure) -> Response {
    match failure {
        Failure::Rejected => {
            bad("the provider did not accept the code: begin again at /auth/login")
        }
        Failure::Misconfigured { description, .. } => {
            Refusal::new(StatusCode::BAD_GATEWAY, "provider_misconfigured")
                .because(description)
                .into_response()
        }
        unavailable @ Failure::Unavailable { .. } => unavailable.into_response(),
    }
}
