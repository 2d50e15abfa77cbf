//! The double submit: a page of this origin can read the cookie `XSRF-TOKEN` and repeat it in a
//! header; a page of any other origin can do neither.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::cookie::CookieJar;
use subtle::ConstantTimeEq;

use crate::refusal::Refusal;
use crate::{App, api, cookies};

/// The header that repeats the cookie, named as axios names it.
pub const HEADER: &str = "x-xsrf-token";

/// Refuses, with a 403, a request that changes something and does not repeat the cookie. A call of
/// the API with a token in its header need not: its cookies count for nothing.
pub async fn guard(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let changes = [Method::POST, Method::PUT, Method::PATCH, Method::DELETE];
    let headers = request.headers();
    let by_token = request.uri().path().starts_with("/api/") && app.bearer(headers).is_some();
    if !changes.contains(request.method()) || by_token || repeated(headers) {
        return next.run(request).await;
    }
    app.counters.update(|counts| counts.csrf_refused += 1);
    api::drain(request.into_body()).await;
    Refusal::new(StatusCode::FORBIDDEN, "csrf")
        .because("the header X-XSRF-TOKEN must repeat the value of the cookie XSRF-TOKEN")
        .into_response()
}

fn repeated(headers: &HeaderMap) -> bool {
    let jar = CookieJar::from_headers(headers);
    match (cookies::value(&jar, cookies::XSRF), headers.get(HEADER)) {
        (Some(cookie), Some(header)) => {
            !cookie.is_empty() && bool::from(cookie.as_bytes().ct_eq(header.as_bytes()))
        }
        _ => false,
    }
}
