//! Rules that hold at every step, and in the end.

use std::collections::BTreeSet;

use oauth_refresh_wasm::core::snapshot::Status;
use oauth_refresh_wasm::core::time::{Millis, SECOND};

use super::server::Family;
use super::tab::{State, Tab};
use super::{Call, Kind, World};

/// How long a session waits for a look at the other tabs.
const LOOK: Millis = 2 * SECOND;

impl World {
    /// The refreshes of that tab that are on the wire.
    pub(super) fn refreshes_of(&self, tab: usize) -> impl Iterator<Item = &Call> {
        let is_its = move |call: &&Call| {
            call.tab == tab && matches!(call.kind, Kind::Refresh(_)) && !call.given_up
        };
        self.calls.iter().filter(is_its)
    }

    /// A tab is about to refresh: may it?
    ///
    /// Not while another does, unless there are no locks; or the other has slept, hung or died since it asked for its
    /// turn, or asks the server for longer than the deadline; or as many tabs hang in their turns as there are lanes, so
    /// that whoever waits there has to go alone.
    pub(super) fn check_refresh(&mut self, tab: usize) {
        assert_eq!(
            self.refreshes_of(tab).count(),
            0,
            "S1: a second refresh in one tab"
        );
        let family = self.jar.refresh.map(|token| token.family);
        let others: Vec<_> = (0..self.tabs.len())
            .flat_map(|other| self.refreshes_of(other))
            .copied()
            .collect();
        let holders = self.locks.holders();
        let mut holders = holders.iter().map(|holder| holder.map(|(tab, _)| tab));
        let all_stuck = holders.all(|holder| holder.is_some_and(|holder| self.tabs[holder].hung));
        for other in others {
            let patience = other.sent.monotonic + self.policy.refresh_timeout;
            assert!(
                !self.engine.locks
                    || other.disturbed
                    || self.now.monotonic >= patience
                    || all_stuck,
                "S1: tab {tab} refreshes while tab {} does, which is there",
                other.tab
            );
            if let Some(family) = family {
                self.server.families[family].overlapped = true;
                // Its tab had to let go of the turn: nobody can wait for what becomes of it.
                self.server.families[family].lost |= !self.locks.knows(other.tab);
            }
        }
        self.check_need(tab);
    }

    /// Is there a reason to refresh?
    fn check_need(&self, tab: usize) {
        let Some(access) = self.jar.access else {
            return;
        };
        let Tab {
            heard,
            saw,
            knew_at,
            blamed_at,
            ..
        } = &self.tabs[tab];
        let due = if self.server.tells_expiry {
            access.due
        } else {
            access.ends
        };
        // A session check tells whole seconds.
        let slack = if self.policy.checks_session {
            SECOND
        } else {
            0
        };
        let needed =
            self.time() + slack >= due || self.server.is_revoked(access) || self.server.refuses_all;
        let clocks_touched = self.clocks_touched.is_some_and(|at| at >= access.asked);
        let excused = !self.engine.locks
            || self.server.families[access.family].overlapped
            || self.crossed
            // Its tab has not told of it, or went away with what it knew; or one in the cache had counted as far.
            || self.told.is_none()
            || saw.news != self.told
            // A 401 from before it knew of a session may be as old as any.
            || knew_at.is_none_or(|at| *blamed_at <= at)
            || heard.manual
            || clocks_touched;
        assert!(
            needed || excused,
            "S3: tab {tab} refreshes a token that is good"
        );
    }

    /// A tab says that its session has ended: has it?
    pub(super) fn check_end(&self, tab: usize) {
        let refused = self.tabs[tab].refused.and_then(|with| with.refresh);
        let Some(Family {
            over,
            lost,
            overlapped,
            ..
        }) = refused.map(|token| &self.server.families[token.family])
        else {
            return;
        };
        // Where nothing can be seen, the winner may still be at it when the loser has waited for its news.
        let excused = *over || *lost || *overlapped && !self.engine.locks || self.crossed;
        assert!(excused, "F6: tab {tab} ends a session that lives");
    }

    /// Does anybody wait for longer than the rules allow?
    pub fn check_patience(&self) {
        // For the turn, for the turn that goes round it, for the server, and for the look that doubts its no.
        let turn = self.policy.refresh_timeout + 2 * LOOK;
        let bound = 2 * turn + self.policy.refresh_timeout + LOOK;
        for (index, tab) in self.tabs.iter().enumerate().filter(|(_, tab)| tab.runs()) {
            for caller in &tab.callers {
                if let State::Waiting(..) = caller.state {
                    assert_eq!(
                        self.status(index),
                        Status::Refreshing,
                        "R8: tab {index}: somebody waits for nothing"
                    );
                    let waited = self.now.monotonic - caller.waiting_since;
                    assert!(
                        waited <= bound,
                        "S6, R8: tab {index}: somebody waits for {waited} ms"
                    );
                }
            }
        }
    }

    /// Has everybody got something, and everything been let go of?
    pub fn check_settled(&self) {
        for (index, tab) in self.tabs.iter().enumerate().filter(|(_, tab)| tab.runs()) {
            let pending = tab
                .callers
                .iter()
                .find(|caller| !matches!(caller.state, State::Done(_)));
            assert_eq!(pending, None, "R8: tab {index}");
            let idle = self.status(index) != Status::Refreshing;
            assert!(
                !idle || !self.locks.knows(index),
                "S6: tab {index} does not let go of its turn"
            );
        }
    }

    /// Do all tabs that know something know the same?
    pub fn check_agreement(&self) {
        let kept: BTreeSet<_> = self.locks.kept().values().collect();
        assert!(kept.len() <= 1, "S4: tabs keep {kept:?} in sight");
        let running = (0..self.tabs.len()).filter(|tab| self.tabs[*tab].runs());
        let statuses: Vec<_> = running
            .map(|tab| self.status(tab))
            .filter(|status| *status != Status::Unknown)
            .collect();
        // A tab that never knew of a session finds that nobody is signed in, where others saw a session end.
        let over = |status: &Status| matches!(status, Status::Ended | Status::SignedOut);
        assert!(
            statuses
                .windows(2)
                .all(|pair| over(&pair[0]) == over(&pair[1])),
            "S4: tabs are {statuses:?}"
        );
    }
}
