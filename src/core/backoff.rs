//! How long to leave the server alone after a refresh that failed (contract F3).

use super::error::Error;
use super::time::{Millis, SECOND};

/// The first wait is between one and two of this.
const SHORTEST: Millis = SECOND;
/// No wait of our own choosing is longer.
const LONGEST: Millis = 60 * SECOND;
/// No wait of the server's choosing is longer.
const LONGEST_OBEYED: Millis = 300 * SECOND;
/// What is set up wrongly is not mended in a second.
const MISCONFIGURED: Millis = 10 * SECOND;

/// The pause after a failed refresh.
#[derive(Debug)]
pub(super) struct Backoff {
    failures: u32,
    /// On the monotonic clock; in force while there is an error.
    until: Millis,
    error: Option<Error>,
    /// Whether `online` or becoming visible has already cut a pause short.
    hurried: bool,
    random: u64,
}

impl Backoff {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            failures: 0,
            until: 0,
            error: None,
            hurried: false,
            random: seed,
        }
    }

    /// Begins a pause, and says in the error how long it is.
    pub(super) fn begin(&mut self, mut error: Error, now: Millis) -> Error {
        let longest = (SHORTEST << (self.failures + 1).min(16)).min(LONGEST);
        let wait = match (error.retry_after, error.code) {
            (Some(wait), _) => wait.clamp(SHORTEST, LONGEST_OBEYED),
            (None, super::error::Code::RefreshMisconfigured) => MISCONFIGURED,
            (None, _) => SHORTEST + self.random() % (longest - SHORTEST),
        };
        self.failures += 1;
        self.until = now + wait;
        error.retry_after = Some(wait);
        self.error = Some(error.clone());
        error
    }

    /// Forgets every failure.
    pub(super) fn clear(&mut self) {
        self.failures = 0;
        self.error = None;
        self.hurried = false;
    }

    /// The error to fail fast with, if the pause is on.
    pub(super) fn in_force(&self, now: Millis) -> Option<Error> {
        let error = self.error.as_ref().filter(|_| now < self.until)?;
        Some(Error {
            retry_after: Some(self.until - now),
            ..error.clone()
        })
    }

    /// When the next refresh may start by itself, on the monotonic clock.
    pub(super) fn earliest(&self) -> Millis {
        if self.error.is_some() { self.until } else { 0 }
    }

    /// The error of the last refresh, if that failed.
    pub(super) fn error(&self) -> Option<&Error> {
        self.error.as_ref()
    }

    /// Whether a pause may be cut short: once, until a refresh succeeds or starts in its own time.
    pub(super) fn hurry(&mut self) -> bool {
        self.error.is_some() && !std::mem::replace(&mut self.hurried, true)
    }

    /// Ends the pause; whoever needs a refresh next may try.
    pub(super) fn lift(&mut self) {
        self.until = 0;
    }

    /// A refresh starts in its own time, unless the pause was lifted.
    pub(super) fn ran_out(&mut self) {
        self.hurried &= self.until == 0;
    }

    /// SplitMix64: jitter needs to differ from tab to tab, and nothing more.
    fn random(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.random;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }
}
