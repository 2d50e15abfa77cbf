//! Time, as the caller gives it: the core never reads a clock.

/// A span of time, or a point on a clock, in milliseconds.
pub type Millis = u64;

/// One second, in milliseconds.
pub const SECOND: Millis = 1_000;

/// The last date that JavaScript knows, in milliseconds since 1970.
pub(super) const LAST_DATE: Millis = 8_640_000_000_000_000;

/// Both clocks of the machine, read at the same moment.
///
/// Everything is timed by `monotonic`. The wall clock may be set by anybody at any time, so it only serves to read
/// dates of the server, to say dates to people, and to notice that the machine slept (contract T2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Instant {
    /// Milliseconds since some fixed moment; never goes back.
    pub monotonic: Millis,
    /// Milliseconds since 1970.
    pub wall: Millis,
}

impl Instant {
    /// How much further the wall clock has gone than the monotonic one since `earlier`: the machine slept that long,
    /// or somebody set the clock forward. Zero if it was set back.
    #[must_use]
    pub fn unaccounted_since(self, earlier: Self) -> Millis {
        let wall = self.wall.saturating_sub(earlier.wall);
        wall.saturating_sub(self.monotonic.saturating_sub(earlier.monotonic))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t2_only_a_wall_clock_that_ran_ahead_is_unaccounted() {
        let start = Instant {
            monotonic: 1_000,
            wall: 50_000,
        };
        let after = |monotonic, wall| Instant { monotonic, wall }.unaccounted_since(start);
        assert_eq!(after(2_000, 51_000), 0);
        assert_eq!(after(2_000, 60_000), 9_000);
        assert_eq!(after(2_000, 0), 0);
    }
}
