//! Request bodies with named fields: a form, or the same as JSON.

use axum::extract::{FromRequest, Request};
use axum::http::header;
use axum::{Form, Json};
use serde::de::DeserializeOwned;

/// Why a body gave no fields.
#[derive(Debug)]
pub enum Unreadable {
    /// Neither a form nor JSON.
    MediaType,
    /// A field is missing, doubled or no text; the sentence names it.
    Malformed(String),
}

/// Reads the fields of a body.
///
/// # Errors
/// [`Unreadable`], where the body is not as its type says or lacks a field.
pub async fn fields<T: DeserializeOwned>(request: Request) -> Result<T, Unreadable> {
    let content_type = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
        .to_ascii_lowercase();
    let parsed = if content_type.starts_with("application/json") {
        Json::from_request(request, &())
            .await
            .map(|Json(fields)| fields)
            .map_err(|rejection| rejection.body_text())
    } else if content_type.starts_with("application/x-www-form-urlencoded") {
        Form::from_request(request, &())
            .await
            .map(|Form(fields)| fields)
            .map_err(|rejection| rejection.body_text())
    } else {
        return Err(Unreadable::MediaType);
    };
    parsed.map_err(Unreadable::Malformed)
}
