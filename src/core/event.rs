//! What the outside hears of a session.

use super::error::Error;
use super::time::Millis;
use super::value::Value;

/// Why a refresh started.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Trigger {
    /// The timer, ahead of expiry.
    Expiry,
    /// A request found the token known to be expired, or the session check found none.
    Demand,
    /// A request was answered 401.
    Unauthorized,
    /// The page woke up.
    Wake,
    /// The application asked for it.
    Manual,
}

impl Trigger {
    /// Every trigger.
    pub const ALL: [Self; 5] = [
        Self::Expiry,
        Self::Demand,
        Self::Unauthorized,
        Self::Wake,
        Self::Manual,
    ];

    /// The trigger as JavaScript sees it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Expiry => "expiry",
            Self::Demand => "demand",
            Self::Unauthorized => "unauthorized",
            Self::Wake => "wake",
            Self::Manual => "manual",
        }
    }
}

/// How far a refresh is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Phase {
    /// It was asked for.
    Start,
    /// The session was renewed after that many milliseconds.
    Success(Millis),
    /// It failed after that many milliseconds.
    Failure(Millis, Box<Error>),
}

impl Phase {
    /// The phase as JavaScript sees it.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Success(_) => "success",
            Self::Failure(..) => "failure",
        }
    }
}

/// Why a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EndReason {
    /// The server said no.
    Rejected,
    /// The user signed out.
    SignedOut,
}

impl EndReason {
    /// Every reason.
    pub const ALL: [Self; 2] = [Self::Rejected, Self::SignedOut];

    /// The reason as JavaScript sees it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rejected => "rejected",
            Self::SignedOut => "signed_out",
        }
    }
}

/// What a warning is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Warning {
    /// An expiry could not be understood, so there is no timer.
    ExpiryIgnored,
    /// A refresh succeeded and the API still answers 401.
    RefreshIneffective,
    /// The session check was answered with neither a session nor a 401.
    SessionCheckFailed,
}

impl Warning {
    /// Every warning.
    pub const ALL: [Self; 3] = [
        Self::ExpiryIgnored,
        Self::RefreshIneffective,
        Self::SessionCheckFailed,
    ];

    /// The code as JavaScript sees it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ExpiryIgnored => "expiry_ignored",
            Self::RefreshIneffective => "refresh_ineffective",
            Self::SessionCheckFailed => "session_check_failed",
        }
    }
}

/// Something happened. No event ever holds a token (contract K4).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Event {
    /// A refresh started or ended.
    Refresh {
        /// Why it started.
        trigger: Trigger,
        /// How far it is.
        phase: Phase,
    },
    /// Another tab refreshed the session.
    Adopted {
        /// Why a refresh was about to start here, if one was.
        trigger: Option<Trigger>,
    },
    /// Somebody is signed in.
    SessionStart {
        /// The generation that the session begins with.
        generation: u32,
    },
    /// Nobody is signed in any more.
    SessionEnd {
        /// Why.
        reason: EndReason,
    },
    /// The server wants the user to prove more (RFC 9470).
    StepUp {
        /// Authentication context classes that would do, separated by spaces.
        acr_values: Option<String>,
        /// In seconds: how long ago the user may have signed in.
        max_age: Option<u64>,
    },
    /// Something is not as it should be, but works.
    Warning {
        /// What it is about.
        code: Warning,
        /// A sentence for the developer.
        message: String,
    },
}

impl Event {
    /// Its name, and what its listeners get; without the error of a refresh that failed.
    #[must_use]
    pub fn describe(&self) -> (&'static str, Value) {
        let mut detail = Value::Map(Vec::new());
        let name = match self {
            Self::Refresh { trigger, phase } => {
                detail.add("phase", phase.as_str());
                detail.add("trigger", trigger.as_str());
                if let Phase::Success(duration) | Phase::Failure(duration, _) = phase {
                    detail.add("duration", *duration as f64);
                }
                "refresh"
            }
            Self::Adopted { trigger } => {
                detail.add("phase", "adopted");
                if let Some(trigger) = trigger {
                    detail.add("trigger", trigger.as_str());
                }
                "refresh"
            }
            Self::SessionStart { generation } => {
                detail.add("generation", f64::from(*generation));
                "sessionstart"
            }
            Self::SessionEnd { reason } => {
                detail.add("reason", reason.as_str());
                "sessionend"
            }
            Self::StepUp {
                acr_values,
                max_age,
            } => {
                detail.add("acrValues", acr_values.as_deref());
                detail.add("maxAge", max_age.map(|age| age as f64));
                "stepup"
            }
            Self::Warning { code, message } => {
                detail.add("code", code.as_str());
                detail.add("message", message.as_str());
                "warning"
            }
        };
        (name, detail)
    }
}
