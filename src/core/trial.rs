//! Whether the last refresh was of any use (contract F4).

use super::time::{Millis, SECOND};

/// A 401 is not believed for so long after a refresh that has not been seen to help (contract F4).
const DOUBT: Millis = 10 * SECOND;

/// What the answers since say of the last refresh (contract F4).
///
/// One address that always answers 401 must not cause refresh after refresh because the others are content. So what a
/// 401 brought about is only good when a replay went through, and while no replay is still to be answered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Trial {
    /// When the last refresh succeeded, on the monotonic clock.
    pub(super) since: Option<Millis>,
    /// Replays on their way. One that ends without an answer stays counted: doubt is over in seconds anyway.
    pub(super) replays: u32,
    /// No 401 asked for it; or one did, and a replay was answered otherwise.
    proven: bool,
    /// A replay was answered 401; until then, no 401 is believed.
    doubted_until: Millis,
}

impl Trial {
    pub(super) fn begin(&mut self, blamed: bool, now: Millis) {
        *self = Self {
            since: Some(now),
            proven: !blamed,
            doubted_until: self.doubted_until,
            ..Self::default()
        };
    }

    /// Another tab refreshed. That is believed once too, unless the refresh before that is still in doubt: else the
    /// tabs would take turns in refreshing for an API that answers 401 for ever.
    pub(super) fn adopt(&mut self, blamed: bool, now: Millis) {
        let in_doubt = self.since.is_some() && !self.proven;
        self.begin(blamed || in_doubt, now);
    }

    pub(super) fn replay_accepted(&mut self) {
        self.replays = self.replays.saturating_sub(1);
        self.proven = true;
    }

    /// Whether this is news.
    pub(super) fn replay_refused(&mut self, now: Millis) -> bool {
        self.replays = self.replays.saturating_sub(1);
        let news = self.is_recent(now) && now >= self.doubted_until;
        if news {
            self.doubted_until = now + DOUBT;
        }
        news
    }

    /// Whether a 401 says nothing new of the token.
    pub(super) fn is_doubtful(&self, now: Millis) -> bool {
        let good = self.proven && self.replays == 0;
        now < self.doubted_until || self.is_recent(now) && !good
    }

    fn is_recent(&self, now: Millis) -> bool {
        self.since.is_some_and(|since| now < since + DOUBT)
    }
}
