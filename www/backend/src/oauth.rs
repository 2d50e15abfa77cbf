//! `/oauth`: a small authorization server for `mode: 'bearer'`, so that the playground needs no
//! provider to show it.
//!
//! | call | what it does |
//! | --- | --- |
//! | `POST /oauth/token` | the refresh grant (RFC 6749 §6), form or JSON |
//! | `POST /oauth/revoke` | ends the grant that a token belongs to (RFC 7009) |
//! | `POST /oauth/demo-sign-in` | name and password for tokens |
//!
//! All of it is for the one public client [`CLIENT_ID`]. Its tokens are kept apart from those of
//! cookie sessions: neither is good where the other belongs. Nothing here reads or sets a cookie,
//! so there is nothing for a double submit to guard.
//!
//! **Do not copy the sign-in.** A page that is told passwords is what OAuth was made to avoid, and
//! the grant that allowed it must not be used (RFC 9700 §2.4). It stands in for an authorization
//! code flow with PKCE, which takes an authorization server with pages of its own.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::fields::{Unreadable, fields};
use crate::refresh::Carrier;
use crate::refusal::Refusal;
use crate::session::Issued;
use crate::{App, auth, refresh, whole_seconds};

/// The playground page, which as a public client has no secret.
const CLIENT_ID: &str = "playground";

/// The routes under `/oauth`.
pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/token", post(token))
        .route("/revoke", post(revoke))
        .route("/demo-sign-in", post(demo_sign_in))
        .fallback(crate::not_found)
}

/// The access token in a request's header (RFC 6750 §2.1).
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token)
}

/// The answer that hands out tokens (RFC 6749 §5.1), with `said` about their life.
pub fn granted(issued: Issued, mut said: Map<String, Value>) -> Response {
    let members = [
        ("access_token", issued.access.into_string()),
        ("token_type", "Bearer".to_owned()),
        ("refresh_token", issued.refresh.into_string()),
    ];
    said.extend(members.map(|(name, value)| (name.to_owned(), value.into())));
    Json(said).into_response()
}

#[derive(Deserialize)]
struct TokenRequest {
    client_id: Option<String>,
    grant_type: Option<String>,
    refresh_token: Option<String>,
}

async fn token(State(app): State<Arc<App>>, request: Request) -> Result<Response, Refusal> {
    let asked: TokenRequest = parameters(request).await?;
    known_client(asked.client_id)?;
    let grant_type = required("grant_type", asked.grant_type)?;
    if grant_type != "refresh_token" {
        return Err(
            Refusal::new(StatusCode::BAD_REQUEST, "unsupported_grant_type")
                .because("this token endpoint knows one grant_type: refresh_token"),
        );
    }
    let presented = required("refresh_token", asked.refresh_token)?;
    Ok(refresh::answer(app, Carrier::Body(presented)).await)
}

#[derive(Deserialize)]
struct Revocation {
    client_id: Option<String>,
    token: Option<String>,
}

/// A token that is unknown, or dead already, is a success too (RFC 7009 §2.2).
async fn revoke(State(app): State<Arc<App>>, request: Request) -> Result<StatusCode, Refusal> {
    let asked: Revocation = parameters(request).await?;
    known_client(asked.client_id)?;
    let token = required("token", asked.token)?;
    if app.grants.end(&token) {
        app.counters.update(|counts| counts.revocations += 1);
    }
    Ok(StatusCode::OK)
}

async fn demo_sign_in(State(app): State<Arc<App>>, request: Request) -> Result<Response, Refusal> {
    let user = auth::recognize(&app, request).await?;
    let lifetime = app.switches.current().access_token_lifetime();
    let issued = app.grants.start(user, lifetime);
    app.counters.update(|counts| counts.logins += 1);
    let said = [("expires_in".to_owned(), json!(whole_seconds(lifetime)))];
    Ok(granted(issued, said.into_iter().collect()))
}

/// A request's parameters; each at most once (RFC 6749 §3.2).
async fn parameters<T: serde::de::DeserializeOwned>(request: Request) -> Result<T, Refusal> {
    fields(request).await.map_err(|unreadable| {
        invalid_request(match unreadable {
            Unreadable::MediaType => {
                "send the parameters as application/x-www-form-urlencoded or application/json"
                    .to_owned()
            }
            Unreadable::Malformed(reason) => reason,
        })
    })
}

/// A parameter without a value counts as left out (RFC 6749 §3.2).
fn required(name: &str, value: Option<String>) -> Result<String, Refusal> {
    value
        .filter(|value| !value.is_empty())
        .ok_or_else(|| invalid_request(format!("{name} is missing")))
}

fn known_client(client_id: Option<String>) -> Result<(), Refusal> {
    if required("client_id", client_id)? == CLIENT_ID {
        return Ok(());
    }
    Err(Refusal::new(StatusCode::UNAUTHORIZED, "invalid_client")
        .because(format!("this server knows one client_id: {CLIENT_ID}")))
}

fn invalid_request(reason: String) -> Refusal {
    Refusal::new(StatusCode::BAD_REQUEST, "invalid_request").because(reason)
}
