//! What can go wrong, as Rust has it.

use std::fmt;
use std::time::Duration;

use wasm_bindgen::prelude::*;
use web_sys::Response;

use crate::browser::convert;
use crate::browser::js;
use crate::core::error::{Code, Error, OAuthError};

/// An error of the client's own.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct AuthError {
    /// Which kind of error; never changes, unlike the message.
    pub code: Code,
    /// A sentence for the developer. Never holds a token.
    pub message: String,
    /// When another try may succeed, where that is known.
    pub retry_after: Option<Duration>,
    /// What the server said, in OAuth's words.
    pub oauth: Option<OAuthError>,
    /// The answer that could not be cured, its body unread.
    pub response: Option<Response>,
    /// What the platform said.
    pub cause: Option<JsValue>,
}

impl AuthError {
    /// An error of that kind, for a [refresh of one's own](super::Options::refresh_with) to end with: of the code
    /// [`Code::SessionEnded`] it is the server's no, of any other a passing failure.
    #[must_use]
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            retry_after: None,
            oauth: None,
            response: None,
            cause: None,
        }
    }

    /// What the shell rejected with, where that can only be an error of its own.
    pub(super) fn of(thrown: JsValue) -> Self {
        match FetchError::of(thrown) {
            FetchError::Auth(error) => error,
            FetchError::Platform(cause) => Self {
                cause: Some(cause.clone()),
                ..Self::new(Code::RefreshUnavailable, words(&cause))
            },
        }
    }

    pub(super) fn read(thrown: &JsValue) -> Option<Self> {
        thrown.dyn_ref::<js::AuthError>()?;
        let member = |name| convert::member(thrown, name);
        let text = |name| member(name).as_string();
        let code = text("code")?;
        Some(Self {
            code: Code::ALL.into_iter().find(|it| it.as_str() == code)?,
            message: text("message")?,
            retry_after: member("retryAfter")
                .as_f64()
                .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()),
            oauth: text("error").map(|code| OAuthError {
                code,
                description: text("error_description"),
            }),
            response: member("response").dyn_into().ok(),
            cause: Some(member("cause")).filter(|cause| !cause.is_undefined()),
        })
    }
}

impl From<Error> for AuthError {
    fn from(error: Error) -> Self {
        Self {
            retry_after: error.retry_after.map(Duration::from_millis),
            oauth: error.oauth,
            ..Self::new(error.code, error.message)
        }
    }
}

/// The `AuthError` of JavaScript, with the same members.
impl From<AuthError> for JsValue {
    fn from(error: AuthError) -> Self {
        let AuthError {
            code,
            message,
            retry_after,
            oauth,
            response,
            cause,
        } = error;
        let milliseconds = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        let told = Error {
            retry_after: retry_after.map(milliseconds),
            oauth,
            ..Error::new(code, message)
        };
        let (cause, response) = (cause.into(), response.into());
        js::blame(&convert::error(&told), &cause, &response)
    }
}

impl fmt::Display for AuthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for AuthError {}

/// Why there is no answer.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum FetchError {
    /// An error of the client's own.
    Auth(AuthError),
    /// What the platform's `fetch` rejected with: a `TypeError`, or the reason of an abort, which can be anything.
    Platform(JsValue),
}

impl FetchError {
    /// What a request rejected with.
    pub(super) fn of(thrown: JsValue) -> Self {
        match AuthError::read(&thrown) {
            Some(error) => Self::Auth(error),
            None => Self::Platform(thrown),
        }
    }
}

impl From<AuthError> for FetchError {
    fn from(error: AuthError) -> Self {
        Self::Auth(error)
    }
}

impl From<FetchError> for JsValue {
    fn from(error: FetchError) -> Self {
        match error {
            FetchError::Auth(error) => error.into(),
            FetchError::Platform(thrown) => thrown,
        }
    }
}

impl fmt::Display for FetchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auth(error) => error.fmt(f),
            Self::Platform(thrown) => f.write_str(&words(thrown)),
        }
    }
}

impl std::error::Error for FetchError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Auth(error) => Some(error),
            Self::Platform(_) => None,
        }
    }
}

/// A thrown value as a person reads it.
fn words(thrown: &JsValue) -> String {
    thrown.as_string().unwrap_or_else(|| {
        let text = |name| convert::member(thrown, name).as_string();
        match (text("name"), text("message")) {
            (Some(name), Some(message)) => [name, message].join(": "),
            _ => format!("{thrown:?}"),
        }
    })
}
