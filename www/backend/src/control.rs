//! `/playground`: the switches, the counters and the log, for the page's panel and for tests.
//!
//! Neither a session nor the double submit is asked for, because the tests have neither. That is
//! good enough for a tool that listens on the loopback interface and guards nothing.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Map, Value};

use crate::App;
use crate::counters::Counts;
use crate::log::Entry;
use crate::oidc::Failure;
use crate::refusal::Refusal;
use crate::switches::Switches;

/// The routes under `/playground`.
pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/switches", get(switches).patch(change_switches))
        .route("/switches/reset", post(reset_switches))
        .route("/counters", get(counters))
        .route("/counters/reset", post(reset_counters))
        .route("/log", get(log))
        .route("/release", post(release))
        .route("/expire", post(expire))
        .route("/end", post(end))
        .fallback(crate::not_found)
}

async fn switches(State(app): State<Arc<App>>) -> Json<Switches> {
    Json(app.switches.current())
}

async fn change_switches(
    State(app): State<Arc<App>>,
    body: Bytes,
) -> Result<Json<Switches>, Refusal> {
    let refusal = Refusal::new(StatusCode::BAD_REQUEST, "bad_request");
    let changes: Map<String, Value> = match serde_json::from_slice(&body) {
        Ok(changes) => changes,
        Err(reason) => {
            return Err(refusal.because(format!(
                "the body must be a JSON object from switches to values: {reason}"
            )));
        }
    };
    match app.switches.change(&changes) {
        Ok(switches) => Ok(Json(switches)),
        Err(reason) => Err(refusal.because(reason)),
    }
}

async fn reset_switches(State(app): State<Arc<App>>) -> Json<Switches> {
    Json(app.switches.reset())
}

async fn counters(State(app): State<Arc<App>>) -> Json<Counts> {
    Json(app.counters.current())
}

/// The log begins anew with the counters, so that both tell of the same time.
async fn reset_counters(State(app): State<Arc<App>>) -> StatusCode {
    app.counters.reset();
    app.log.clear();
    StatusCode::NO_CONTENT
}

async fn log(State(app): State<Arc<App>>) -> Json<Vec<Entry>> {
    Json(app.log.entries())
}

async fn release(State(app): State<Arc<App>>) -> StatusCode {
    app.switches.release();
    StatusCode::NO_CONTENT
}

async fn expire(State(app): State<Arc<App>>) -> StatusCode {
    app.sessions.expire_access_tokens();
    app.grants.expire_access_tokens();
    if let Some(party) = &app.settings.provider {
        party.expire_access_tokens();
    }
    StatusCode::NO_CONTENT
}

async fn end(State(app): State<Arc<App>>) -> Result<StatusCode, Failure> {
    app.sessions.forget_all();
    app.grants.forget_all();
    if let Some(party) = &app.settings.provider {
        party.forget_all().await?;
    }
    Ok(StatusCode::NO_CONTENT)
}
