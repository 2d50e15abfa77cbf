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
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Backoff {
    failures: u32,
    /// On the monotonic clock; in force while there is an error.
    until: Millis,
    error: Option<Box<Error>>,
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
    pub(super) fn begin(&mut self, mut error: Error, now: Millis) -> Box<Error> {
        let longest = (SHORTEST << (self.failures + 1).min(16)).min(LONGEST);
        let wait = match (error.retry_after, error.code) {
            (Some(wait), _) => wait.clamp(SHORTEST, LONGEST_OBEYED),
            (None, super::error::Code::RefreshMisconfigured) => MISCONFIGURED,
            (None, _) => SHORTEST + self.random() % (longest - SHORTEST),
        };
        self.failures += 1;
        self.until = now + wait;
        error.retry_after = Some(wait);
        let error = Box::new(error);
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
    pub(super) fn in_force(&self, now: Millis) -> Option<Box<Error>> {
        let mut error = self.error.clone().filter(|_| now < self.until)?;
        error.retry_after = Some(self.until - now);
        Some(error)
    }

    /// When the next refresh may start by itself, on the monotonic clock.
    pub(super) fn earliest(&self) -> Millis {
        if self.error.is_some() { self.until } else { 0 }
    }

    /// The error of the last refresh, if that failed.
    pub(super) fn error(&self) -> Option<&Error> {
        self.error.as_deref()
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::error::Code;

    fn unavailable() -> Error {
        Error::new(Code::RefreshUnavailable, "")
    }

    /// The pause after that many failures before it.
    fn pause(seed: u64, failures: u32) -> Millis {
        let mut backoff = Backoff::new(seed);
        for _ in 0..failures {
            backoff.begin(unavailable(), 0);
        }
        backoff.begin(unavailable(), 0).retry_after.unwrap()
    }

    #[test]
    fn f3_pauses_double_are_jittered_in_full_and_stay_within_a_minute() {
        for (failures, longest) in [(0, 2), (1, 4), (2, 8), (3, 16), (4, 32), (5, 60), (50, 60)] {
            let pauses: Vec<_> = (0..200).map(|seed| pause(seed, failures)).collect();
            let (least, most) = (pauses.iter().min().unwrap(), pauses.iter().max().unwrap());
            let span = longest * SECOND - SHORTEST;
            assert!(
                (SHORTEST..SHORTEST + span / 10).contains(least),
                "{failures}: {least}"
            );
            assert!(
                (SHORTEST + span * 9 / 10..=longest * SECOND).contains(most),
                "{failures}: {most}"
            );
        }
    }

    #[test]
    fn f3_tabs_with_different_seeds_wait_differently() {
        assert_ne!(pause(1, 5), pause(2, 5));
        assert_eq!(pause(1, 5), pause(1, 5));
    }

    #[test]
    fn f3_what_is_set_up_wrongly_is_left_alone_for_ten_seconds() {
        let mut backoff = Backoff::new(0);
        for _ in 0..5 {
            let error = backoff.begin(Error::new(Code::RefreshMisconfigured, ""), 0);
            assert_eq!(error.retry_after, Some(10 * SECOND));
        }
    }

    #[test]
    fn f3_the_error_says_how_much_of_the_pause_is_left() {
        let mut backoff = Backoff::new(0);
        assert_eq!(backoff.in_force(0), None);
        backoff.begin(
            Error {
                retry_after: Some(7 * SECOND),
                ..unavailable()
            },
            1_000,
        );
        let left = |now| {
            backoff
                .in_force(now)
                .map(|error| error.retry_after.unwrap())
        };
        assert_eq!(
            [left(1_000), left(7_999), left(8_000)],
            [Some(7_000), Some(1), None]
        );
        assert_eq!(backoff.earliest(), 8_000);
    }

    #[test]
    fn f3_a_pause_is_cut_short_once_until_a_refresh_starts_in_its_own_time() {
        let mut backoff = Backoff::new(0);
        assert!(!backoff.hurry(), "there is none");
        backoff.begin(unavailable(), 0);
        assert!(backoff.hurry());
        backoff.begin(unavailable(), 0);
        assert!(!backoff.hurry());
        backoff.ran_out();
        assert!(backoff.hurry());
        backoff.lift();
        assert_eq!((backoff.in_force(0), backoff.earliest()), (None, 0));
        backoff.ran_out();
        assert!(!backoff.hurry(), "it was lifted, and did not run out");
        backoff.clear();
        assert!(!backoff.hurry());
        backoff.begin(unavailable(), 0);
        assert!(backoff.hurry());
    }
}
