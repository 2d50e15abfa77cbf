//! Errors as every route of the backend answers them.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// A refusal as JSON: `{ "error": code, "error_description": sentence }`, the shape of RFC 6749
/// §5.2.
#[derive(Debug, Serialize)]
pub struct Refusal {
    #[serde(skip)]
    status: StatusCode,
    error: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_description: Option<String>,
}

impl Refusal {
    /// A refusal that its code explains.
    pub const fn new(status: StatusCode, error: &'static str) -> Self {
        Self {
            status,
            error,
            error_description: None,
        }
    }

    /// Adds a sentence for the person who reads the answer.
    pub fn because(mut self, description: impl Into<String>) -> Self {
        self.error_description = Some(description.into());
        self
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.status, Json(self)).into_response()
    }
}
