//! Why there are no tokens, and what the browser is told: `docs/backend.md` has the table by which
//! the SDK reads these answers.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};

use crate::refusal::Refusal;

/// Why the provider gave no tokens. It is kept with the session, for those who waited for the same
/// refresh in another process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Failure {
    /// The provider's definite no: the session has ended. 401 `invalid_grant`.
    Rejected,
    /// An answer that no correct set-up gives. The session is kept. 401 for `invalid_client`, 400
    /// for any other code.
    Misconfigured {
        /// OAuth's code (RFC 6749 §5.2), or `provider_misconfigured`.
        error: String,
        /// What was seen, for the developer; never the provider's own text.
        description: String,
    },
    /// It says nothing about the session. 503.
    Unavailable {
        /// The provider's `Retry-After`, as it was.
        retry_after: Option<String>,
        /// What was seen.
        description: String,
    },
}

impl Failure {
    /// An answer that is not of the protocol.
    pub fn unexpected(description: impl Into<String>) -> Self {
        Self::Misconfigured {
            error: UNEXPECTED.to_owned(),
            description: description.into(),
        }
    }

    /// A passing failure with nothing known about its end.
    pub fn passing(description: impl Into<String>) -> Self {
        Self::Unavailable {
            retry_after: None,
            description: description.into(),
        }
    }
}

const UNEXPECTED: &str = "provider_misconfigured";

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        match self {
            Self::Rejected => Refusal::new(StatusCode::UNAUTHORIZED, "invalid_grant")
                .because("the session has ended: sign in again")
                .into_response(),
            Self::Misconfigured { error, description } => {
                let error = known(&error);
                let status = match error {
                    "invalid_client" => StatusCode::UNAUTHORIZED,
                    _ => StatusCode::BAD_REQUEST,
                };
                Refusal::new(status, error)
                    .because(description)
                    .into_response()
            }
            Self::Unavailable {
                retry_after,
                description,
            } => {
                let refusal =
                    Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable");
                let mut response = refusal.because(description).into_response();
                if let Some(value) = retry_after.and_then(|text| HeaderValue::try_from(text).ok()) {
                    response.headers_mut().insert(header::RETRY_AFTER, value);
                }
                response
            }
        }
    }
}

/// The codes of RFC 6749 §5.2 are passed on; whatever else a provider makes up is not.
fn known(error: &str) -> &'static str {
    const CODES: [&str; 5] = [
        "invalid_client",
        "invalid_request",
        "invalid_scope",
        "unauthorized_client",
        "unsupported_grant_type",
    ];
    CODES
        .into_iter()
        .find(|code| *code == error)
        .unwrap_or(UNEXPECTED)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn misconfigured(error: &str) -> StatusCode {
        let failure = Failure::Misconfigured {
            error: error.to_owned(),
            description: String::new(),
        };
        failure.into_response().status()
    }

    #[test]
    fn each_failure_has_the_status_that_the_sdk_reads_it_from() {
        assert_eq!(
            Failure::Rejected.into_response().status(),
            StatusCode::UNAUTHORIZED
        );
        assert_eq!(misconfigured("invalid_client"), StatusCode::UNAUTHORIZED);
        assert_eq!(
            misconfigured("unauthorized_client"),
            StatusCode::BAD_REQUEST
        );
        // A 400 `invalid_grant` would end the session; a code that nobody knows must not become it.
        assert_eq!(misconfigured("made_up"), StatusCode::BAD_REQUEST);
        assert_eq!(known("invalid_grant"), UNEXPECTED);
        let passing = Failure::Unavailable {
            retry_after: Some("17".to_owned()),
            description: String::new(),
        };
        let response = passing.into_response();
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(response.headers()[header::RETRY_AFTER], "17");
    }
}
