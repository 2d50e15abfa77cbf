//! What happens to a session, as Rust has it.

use std::time::Duration;

use wasm_bindgen::prelude::*;

use super::AuthError;
use crate::browser::convert;
use crate::core::event::{EndReason, Trigger, Warning};

/// Something happened. No event ever holds a token.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum AuthEvent {
    /// A refresh was asked for.
    RefreshStarted {
        /// Why.
        trigger: Trigger,
    },
    /// The session was renewed.
    RefreshSucceeded {
        /// Why it was asked for.
        trigger: Trigger,
        /// How long it took.
        duration: Duration,
    },
    /// A refresh failed.
    RefreshFailed {
        /// Why it was asked for.
        trigger: Trigger,
        /// How long it took.
        duration: Duration,
        /// What went wrong.
        error: AuthError,
    },
    /// Another tab refreshed the session.
    RefreshAdopted {
        /// Why a refresh was about to start here too, if one was.
        trigger: Option<Trigger>,
    },
    /// A request is sent the second time.
    Retry {
        /// Where to, without query and fragment.
        url: String,
        /// Its method.
        method: String,
    },
    /// Somebody is signed in.
    SessionStarted {
        /// The generation that the session begins with.
        generation: u32,
    },
    /// Nobody is signed in any more.
    SessionEnded {
        /// Whether the server said no or the user signed out.
        reason: EndReason,
    },
    /// The server wants the user to prove more (RFC 9470).
    StepUp {
        /// Authentication context classes that would do, separated by spaces.
        acr_values: Option<String>,
        /// How long ago the user may have signed in.
        max_age: Option<Duration>,
    },
    /// Something is not as it should be, but works.
    Warning {
        /// What it is about.
        code: Warning,
        /// A sentence for the developer.
        message: String,
    },
}

impl AuthEvent {
    /// All names under which the shell tells of events.
    pub(super) const NAMES: [&'static str; 6] = [
        "refresh",
        "retry",
        "sessionstart",
        "sessionend",
        "stepup",
        "warning",
    ];

    /// What the shell tells to JavaScript.
    pub(super) fn read(name: &str, detail: &JsValue) -> Option<Self> {
        let member = |name| convert::member(detail, name);
        let text = |name| member(name).as_string();
        Some(match name {
            "refresh" => return Self::read_refresh(detail),
            "retry" => Self::Retry {
                url: text("url")?,
                method: text("method")?,
            },
            "sessionstart" => Self::SessionStarted {
                generation: member("generation").as_f64()? as u32,
            },
            "sessionend" => Self::SessionEnded {
                reason: named(EndReason::ALL, EndReason::as_str, &text("reason")?)?,
            },
            "stepup" => Self::StepUp {
                acr_values: text("acrValues"),
                max_age: member("maxAge")
                    .as_f64()
                    .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()),
            },
            "warning" => Self::Warning {
                code: named(Warning::ALL, Warning::as_str, &text("code")?)?,
                message: text("message")?,
            },
            _ => return None,
        })
    }

    fn read_refresh(detail: &JsValue) -> Option<Self> {
        let member = |name| convert::member(detail, name);
        let trigger = member("trigger").as_string();
        let trigger = trigger.and_then(|word| named(Trigger::ALL, Trigger::as_str, &word));
        let duration = member("duration").as_f64().unwrap_or_default();
        let duration = Duration::from_millis(duration as u64);
        Some(match &*member("phase").as_string()? {
            "start" => Self::RefreshStarted { trigger: trigger? },
            "success" => Self::RefreshSucceeded {
                trigger: trigger?,
                duration,
            },
            "failure" => Self::RefreshFailed {
                trigger: trigger?,
                duration,
                error: AuthError::read(&member("error"))?,
            },
            "adopted" => Self::RefreshAdopted { trigger },
            _ => return None,
        })
    }
}

/// The one of these words.
fn named<T: Copy, const N: usize>(
    all: [T; N],
    word: fn(T) -> &'static str,
    text: &str,
) -> Option<T> {
    all.into_iter().find(|it| word(*it) == text)
}
