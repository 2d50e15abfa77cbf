//! Requests, and those who ask for a fresh token.

use oauth_refresh_wasm::core::effect::Freshness;
use oauth_refresh_wasm::core::request::{Admission, Answer, Outcome, Replay, Verdict, WaitId};
use oauth_refresh_wasm::core::time::Millis;

use super::tab::{Caller, Fate, Pass, Stamp, State};
use super::{Kind, World};

impl World {
    /// A request that is opened, admitted and judged.
    pub fn request(&mut self, tab: usize, replay: Replay) -> usize {
        let place = self.tabs[tab].callers.len() as u32 + 1;
        let pass = Pass::open(&mut self.tabs[tab].session, replay, place);
        let caller = self.add(tab, State::Resumed(pass));
        self.go_on(tab);
        caller
    }

    /// A request that goes straight to the network if it may, and is judged only if it has to be.
    pub fn fetch(&mut self, tab: usize) -> usize {
        let Some(generation) = self.tabs[tab].session.admits_at_once(self.now) else {
            return self.request(tab, Replay::Possible);
        };
        let place = self.tabs[tab].callers.len() as u32 + 1;
        let stamp = Stamp {
            replay: Replay::Possible,
            generation,
            place,
        };
        let caller = self.add(tab, State::Straight(stamp));
        self.tabs[tab].callers[caller].sends = 1;
        self.call(tab, Kind::Api(caller));
        caller
    }

    pub fn refresh(&mut self, tab: usize) -> usize {
        let freshness = self.tabs[tab].session.refresh(self.now);
        self.ask(tab, freshness)
    }

    pub fn ensure_fresh(&mut self, tab: usize, validity: Millis) -> usize {
        let freshness = self.tabs[tab].session.ensure_fresh(validity, self.now);
        self.ask(tab, freshness)
    }

    fn ask(&mut self, tab: usize, freshness: Freshness) -> usize {
        let caller = self.add(
            tab,
            match freshness {
                Freshness::Fresh => State::Done(Fate::Fresh),
                Freshness::Refuse(_) => State::Done(Fate::Refused),
                Freshness::Wait(id) => State::Waiting(id, None),
            },
        );
        self.go_on(tab);
        caller
    }

    fn add(&mut self, tab: usize, state: State) -> usize {
        let waiting_since = self.now.monotonic;
        let callers = &mut self.tabs[tab].callers;
        callers.push(Caller {
            state,
            sends: 0,
            waiting_since,
        });
        callers.len() - 1
    }

    pub fn fate(&self, tab: usize, caller: usize) -> Option<Fate> {
        self.tabs[tab].callers[caller].fate()
    }

    pub(super) fn resume_caller(&mut self, tab: usize, id: WaitId, outcome: &Outcome) {
        let waits =
            |caller: &Caller| matches!(caller.state, State::Waiting(waited, _) if waited == id);
        let caller = self.tabs[tab]
            .callers
            .iter_mut()
            .find(|caller| waits(caller));
        let caller = caller.expect("somebody was resumed who does not wait");
        let State::Waiting(_, pass) = take(caller) else {
            unreachable!("it was found waiting")
        };
        caller.state = match (pass, outcome) {
            (Some(mut pass), _) => {
                pass.ticket.resume(outcome.clone());
                State::Resumed(pass)
            }
            (None, Outcome::Renewed | Outcome::Replaced) => State::Done(Fate::Fresh),
            (None, Outcome::Failed(_)) => State::Done(Fate::Refused),
            (None, Outcome::Over) => State::Done(Fate::Over),
        };
    }

    /// The next of those who may go on does; `false` if there is none.
    pub(super) fn admit_next(&mut self, tab: usize) -> bool {
        let may = |caller: &Caller| matches!(caller.state, State::Resumed(_));
        let Some(index) = self.tabs[tab].callers.iter().position(may) else {
            return false;
        };
        let now = self.now;
        let tab_ = &mut self.tabs[tab];
        let caller = &mut tab_.callers[index];
        let State::Resumed(mut pass) = take(caller) else {
            unreachable!("it was found resumed")
        };
        let admission = tab_.session.admit(&mut pass.ticket, now);
        caller.state = match admission {
            Admission::Send => {
                caller.sends += 1;
                assert!(caller.sends <= 2, "R1: a request is sent a third time");
                pass.sent(tab_.session.snapshot().generation);
                State::OnTheWire(pass)
            }
            Admission::Wait(id) => {
                caller.waiting_since = now.monotonic;
                State::Waiting(id, Some(pass))
            }
            Admission::Refuse(_) => State::Done(Fate::Refused),
            Admission::GiveBack => {
                assert!(caller.sends > 0, "there is no 401 to give back");
                State::Done(Fate::GivenBack)
            }
        };
        if matches!(caller.state, State::OnTheWire(_)) {
            self.call(tab, Kind::Api(index));
        }
        true
    }

    /// The API has answered a request; or the network failed, and then nothing is judged.
    pub(super) fn answer(&mut self, tab: usize, index: usize, status: Option<u16>) {
        let tab = &mut self.tabs[tab];
        let caller = &mut tab.callers[index];
        let state = take(caller);
        let Some(status) = status else { return };
        let unauthorized = status == 401;
        let pass = match state {
            State::Straight(_) if !unauthorized => {
                return caller.state = State::Done(Fate::Answered(status));
            }
            State::Straight(stamp) => Pass::reopen(&mut tab.session, stamp),
            State::OnTheWire(pass) => pass,
            other => unreachable!("a request that is {other:?} was answered"),
        };
        let stamp = pass.stamp();
        let answer = Answer {
            unauthorized,
            challenge: None,
        };
        caller.state = match tab.session.judge(pass.ticket, answer, self.now) {
            Verdict::Deliver => State::Done(Fate::Answered(status)),
            Verdict::Refuse(_) => State::Done(Fate::Refused),
            Verdict::Retry(ticket) => State::Resumed(Pass::again(ticket, stamp)),
        };
    }
}

/// Takes the state out; what is left says that nothing came of it.
fn take(caller: &mut Caller) -> State {
    std::mem::replace(&mut caller.state, State::Done(Fate::Lost))
}
