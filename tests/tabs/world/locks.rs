//! The browser's lock manager: turns, which one tab has at a time, and news that are kept in sight.

use std::collections::{BTreeMap, VecDeque};

use oauth_refresh_wasm::core::effect::TurnId;
use oauth_refresh_wasm::core::tabs::{LANES, Sight};

/// What a tab asks of the lock manager; it hears the wishes of one tab in their order.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    Ask(TurnId, usize),
    End(TurnId),
    Keep(String),
    /// Keep nothing any more.
    Forget,
    Look(Purpose),
    /// The tab is no more.
    Gone,
}

/// What somebody looks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// For what the session asked.
    Session,
    /// Before the session is told that it has its turn.
    Turn(TurnId),
}

/// What the lock manager says to a tab, in this order.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Note {
    Granted(TurnId),
    Kept,
    Seen(Purpose, Sight),
    /// This browser's locks throw.
    Refused(TurnId),
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Lane {
    /// The first has the turn.
    line: VecDeque<(usize, TurnId)>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Locks {
    lanes: [Lane; LANES],
    kept: BTreeMap<usize, String>,
}

impl Locks {
    /// Does what `tab` asks for; returns what is to be said, and to whom.
    pub fn take(&mut self, tab: usize, op: Op) -> Vec<(usize, Note)> {
        let before = self.holders();
        let mut notes = Vec::new();
        match op {
            Op::Ask(turn, lane) => self.lanes[lane].line.push_back((tab, turn)),
            Op::End(turn) => self.remove(|entry| *entry == (tab, turn)),
            Op::Keep(text) => {
                self.kept.insert(tab, text);
                notes.push((tab, Note::Kept));
            }
            Op::Forget => {
                self.kept.remove(&tab);
            }
            Op::Look(purpose) => notes.push((tab, Note::Seen(purpose, self.sight(tab)))),
            Op::Gone => {
                self.kept.remove(&tab);
                self.remove(|entry| entry.0 == tab);
            }
        }
        let fresh = self.holders().into_iter().zip(before);
        let fresh = fresh.filter(|(now, before)| now != before);
        notes
            .extend(fresh.filter_map(|(now, _)| now.map(|(tab, turn)| (tab, Note::Granted(turn)))));
        notes
    }

    /// Who has the turn in each lane.
    pub fn holders(&self) -> [Option<(usize, TurnId)>; LANES] {
        std::array::from_fn(|lane| self.lanes[lane].line.front().copied())
    }

    /// Whether that tab has a turn, or waits for one.
    pub fn knows(&self, tab: usize) -> bool {
        self.lanes
            .iter()
            .flat_map(|lane| &lane.line)
            .any(|entry| entry.0 == tab)
    }

    /// What is kept in sight, and by whom.
    pub fn kept(&self) -> &BTreeMap<usize, String> {
        &self.kept
    }

    /// The list that a look of that tab brings, as lines; of its own turns it knows.
    fn sight(&self, tab: usize) -> Sight {
        let kept = self.kept.iter();
        let mut lines: Vec<_> = kept
            .map(|(page, text)| format!("{text} tab{page}"))
            .collect();
        for (lane, holder) in self.holders().iter().enumerate() {
            let others = holder.filter(|(page, _)| *page != tab);
            lines.extend(others.map(|(page, _)| format!("@{lane} tab{page}")));
        }
        Sight::parse(&lines.join("\n"))
    }

    fn remove(&mut self, goes: impl Fn(&(usize, TurnId)) -> bool) {
        for lane in &mut self.lanes {
            lane.line.retain(|entry| !goes(entry));
        }
    }
}
