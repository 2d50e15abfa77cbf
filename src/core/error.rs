//! What can go wrong, in words that never change.

use super::time::{Millis, SECOND};

/// The stable word for a kind of error; `AuthError.code` in JavaScript.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Code {
    /// An option or an argument is wrong.
    InvalidOptions,
    /// The refresh failed for a passing reason; the session is kept.
    RefreshUnavailable,
    /// The refresh was answered as no correct set-up answers; the session is kept.
    RefreshMisconfigured,
    /// The session has ended or was signed out.
    SessionEnded,
    /// The client was disposed of.
    Disposed,
}

impl Code {
    /// Every code.
    pub const ALL: [Self; 5] = [
        Self::InvalidOptions,
        Self::RefreshUnavailable,
        Self::RefreshMisconfigured,
        Self::SessionEnded,
        Self::Disposed,
    ];

    /// The code as JavaScript sees it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InvalidOptions => "invalid_options",
            Self::RefreshUnavailable => "refresh_unavailable",
            Self::RefreshMisconfigured => "refresh_misconfigured",
            Self::SessionEnded => "session_ended",
            Self::Disposed => "disposed",
        }
    }
}

/// What went wrong, and what to do about it. Never holds a token (contract K4).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Error {
    /// Which kind of error.
    pub code: Code,
    /// A sentence for the developer.
    pub message: String,
    /// In milliseconds: when another try may succeed, where that is known.
    pub retry_after: Option<Millis>,
    /// What the server said, in OAuth's words.
    pub oauth: Option<OAuthError>,
}

/// RFC 6749 §5.2: what is wrong with a token request.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OAuthError {
    /// `error`: a code such as `invalid_grant`.
    pub code: String,
    /// `error_description`: a sentence for the developer.
    pub description: Option<String>,
}

impl Error {
    /// An error of that kind.
    #[must_use]
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            retry_after: None,
            oauth: None,
        }
    }

    /// The error of asking for a refresh where there is no session.
    #[must_use]
    pub fn session_ended() -> Self {
        Self::new(
            Code::SessionEnded,
            "The session has ended; the user has to sign in again.",
        )
    }

    /// [`Error::retry_after`] in whole seconds, rounded up.
    #[must_use]
    pub fn retry_after_seconds(&self) -> Option<u64> {
        self.retry_after.map(|wait| wait.div_ceil(SECOND))
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
