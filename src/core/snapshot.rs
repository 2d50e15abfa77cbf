//! The session as the outside sees it.

use super::time::Millis;
use super::value::Value;

/// What is known of who is signed in, as the outside sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// Nothing has shown yet whether somebody is signed in.
    Unknown,
    /// Somebody is signed in.
    Active,
    /// A refresh is under way.
    Refreshing,
    /// The server said no.
    Ended,
    /// The user signed out, or never signed in.
    SignedOut,
}

impl Status {
    /// The status as JavaScript sees it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Active => "active",
            Self::Refreshing => "refreshing",
            Self::Ended => "ended",
            Self::SignedOut => "signed_out",
        }
    }
}

/// The session at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Snapshot {
    /// Who is signed in.
    pub status: Status,
    /// Milliseconds since 1970 by this machine's clock, where it is known.
    pub expires_at: Option<Millis>,
    /// Goes up with every refresh and every sign-in.
    pub generation: u32,
}

impl From<Snapshot> for Value {
    fn from(snapshot: Snapshot) -> Self {
        let mut value = Self::Map(Vec::new());
        value.add("status", snapshot.status.as_str());
        value.add("expiresAt", snapshot.expires_at.map(|at| at as f64));
        value.add("generation", f64::from(snapshot.generation));
        value
    }
}
