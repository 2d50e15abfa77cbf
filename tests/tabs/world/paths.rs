//! What may happen next, for who wants to see all of it.

use std::hash::{BuildHasher, Hash, Hasher};

use super::server::Answer;
use super::tab::Life;
use super::{Body, Kind, Mail, World};

/// Where parcels keep their order.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Way {
    ToLocks(usize),
    FromLocks(usize),
}

/// One thing that may happen next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    Deliver(usize),
    /// Time passes until the next alarm.
    Ring,
    Fetch(usize),
    /// A parcel does not arrive: news, or a request or an answer.
    Lose(usize),
    /// Nor is its tab ever told.
    Swallow(usize),
    /// The server answers 503.
    Refuse(usize),
    Kill(usize),
    /// Whether the browser says so before.
    Freeze(usize, bool),
    Hide(usize),
    /// What is asleep, or in the cache, runs again.
    Rouse(usize),
}

impl World {
    /// All that may happen next, but for requests and faults.
    pub fn choices(&self) -> Vec<Choice> {
        let mut choices: Vec<_> = (0..self.parcels.len())
            .filter(|index| self.is_first_on_its_way(*index))
            .map(Choice::Deliver)
            .collect();
        // Locks and answers that are there take no time that counts, and no more does the network unless it fails.
        let waits = self
            .parcels
            .iter()
            .all(|parcel| self.may_be_late(&parcel.body));
        if waits && self.next_alarm().is_some() {
            choices.push(Choice::Ring);
        }
        let roused = |index: &usize| matches!(self.tabs[*index].life, Life::Asleep | Life::Cached);
        choices.extend((0..self.tabs.len()).filter(roused).map(Choice::Rouse));
        choices
    }

    /// All that may go wrong next.
    pub fn faults(&self) -> Vec<Choice> {
        let mut faults = Vec::new();
        for (index, parcel) in self.parcels.iter().enumerate() {
            match &parcel.body {
                Body::Mail(_, Mail::News(_)) => faults.push(Choice::Lose(index)),
                Body::Up(_) => {
                    faults.extend([
                        Choice::Lose(index),
                        Choice::Swallow(index),
                        Choice::Refuse(index),
                    ]);
                }
                Body::Down(..) => faults.extend([Choice::Lose(index), Choice::Swallow(index)]),
                Body::Op(..) | Body::Mail(..) => {}
            }
        }
        for (tab, _) in self.tabs.iter().enumerate().filter(|(_, tab)| tab.runs()) {
            faults.extend([
                Choice::Kill(tab),
                Choice::Freeze(tab, true),
                Choice::Freeze(tab, false),
                Choice::Hide(tab),
            ]);
        }
        faults
    }

    /// It happens; and what need not be told apart from it does too.
    pub fn take(&mut self, choice: Choice) {
        match choice {
            Choice::Deliver(index) => self.deliver(index),
            Choice::Ring => {
                let (at, tab) = self.next_alarm().expect("it is a choice only then");
                self.advance(at);
                self.ring(tab);
            }
            Choice::Fetch(tab) => {
                self.fetch(tab);
            }
            Choice::Lose(index) => {
                if let Some(id) = self.drop(index) {
                    self.send(Body::Down(id, None));
                }
            }
            Choice::Swallow(index) => {
                self.drop(index);
            }
            Choice::Refuse(index) => {
                if let Some(id) = self.drop(index) {
                    self.send(Body::Down(id, Some(Answer::status(503))));
                }
            }
            Choice::Kill(tab) => self.kill(tab, false),
            Choice::Freeze(tab, says_so) => self.freeze(tab, says_so),
            Choice::Hide(tab) => self.hide_page(tab),
            Choice::Rouse(tab) => match self.tabs[tab].life {
                Life::Cached => self.show_page(tab),
                _ => self.thaw(tab, true, true),
            },
        }
        self.answer_the_api();
    }

    /// What the API says depends on the token that went with the request, and changes nothing but for who asked: only
    /// when that hears of it matters. It does not if the token was good: here no 401 follows, of which a session could
    /// think otherwise for that.
    fn answer_the_api(&mut self) {
        let is_settled = |world: &Self, body: &Body| match body {
            Body::Up(id) | Body::Down(id, _) => {
                let mut calls = world.calls.iter();
                calls.any(|call| call.id == *id && matches!(call.kind, Kind::Api(_)))
            }
            Body::Mail(tab, Mail::Landed(call, Some(answer))) => {
                matches!(call.kind, Kind::Api(_)) && answer.status == 200 && world.tabs[*tab].runs()
            }
            _ => false,
        };
        let next = |world: &Self| {
            world
                .parcels
                .iter()
                .position(|parcel| is_settled(world, &parcel.body))
        };
        while let Some(index) = next(self) {
            self.deliver(index);
        }
    }

    /// Takes a parcel away; whose call it was.
    fn drop(&mut self, index: usize) -> Option<u32> {
        match self.parcels.remove(index).body {
            Body::Up(id) => Some(id),
            Body::Down(id, answer) => {
                answer.into_iter().for_each(|answer| self.spoil(answer));
                Some(id)
            }
            Body::Op(..) | Body::Mail(..) => None,
        }
    }

    fn is_first_on_its_way(&self, index: usize) -> bool {
        let Some(way) = way(&self.parcels[index].body) else {
            return true;
        };
        let before = &self.parcels[..index];
        before
            .iter()
            .all(|parcel| self::way(&parcel.body) != Some(way))
    }

    fn may_be_late(&self, body: &Body) -> bool {
        match body {
            Body::Op(..) => false,
            Body::Mail(_, Mail::News(_) | Mail::Hello) => true,
            Body::Mail(_, Mail::Landed(call, _)) => matches!(call.kind, Kind::Api(_)),
            Body::Mail(tab, Mail::Note(_)) => !self.tabs[*tab].runs(),
            Body::Up(id) | Body::Down(id, _) => {
                let mut calls = self.calls.iter();
                calls.any(|call| call.id == *id && call.given_up)
            }
        }
    }

    /// What tells this state, after so many faults, from others. How it was reached does not, nor in which order calls
    /// and parcels were made that have no order.
    pub fn key(&self, faults: usize, hashing: &impl BuildHasher) -> u64 {
        let mut state = hashing.build_hasher();
        (faults, self.now.monotonic).hash(&mut state);
        (&self.tabs, &self.jar, &self.locks, &self.server).hash(&mut state);
        (self.crossed, self.brought_by, self.tells, self.told).hash(&mut state);
        let calls = self.calls.iter().map(|call| hashing.hash_one(call));
        calls.fold(0, u64::wrapping_add).hash(&mut state);
        let parcels = self.parcels.iter().enumerate().map(|(index, parcel)| {
            let way = way(&parcel.body);
            let before = self.parcels[..index].iter();
            let place = way.map(|way| {
                before
                    .filter(|parcel| self::way(&parcel.body) == Some(way))
                    .count()
            });
            hashing.hash_one((&parcel.body, place))
        });
        parcels.fold(0, u64::wrapping_add).hash(&mut state);
        state.finish()
    }
}

fn way(body: &Body) -> Option<Way> {
    match body {
        Body::Op(tab, _) => Some(Way::ToLocks(*tab)),
        Body::Mail(tab, Mail::Note(_)) => Some(Way::FromLocks(*tab)),
        _ => None,
    }
}
