//! One tab: its session, its callers, and what its shell remembers.

use std::collections::VecDeque;
use std::hash::{Hash, Hasher};

use oauth_refresh_wasm::core::config::Policy;
use oauth_refresh_wasm::core::effect::{Effect, TurnId};
use oauth_refresh_wasm::core::event::Trigger;
use oauth_refresh_wasm::core::request::{Answer, Replay, Ticket, Verdict, WaitId};
use oauth_refresh_wasm::core::route::Route;
use oauth_refresh_wasm::core::session::Session;
use oauth_refresh_wasm::core::tabs::Sight;
use oauth_refresh_wasm::core::time::{Instant, Millis};
use oauth_refresh_wasm::core::token::Expiry;

use super::{Cookies, Mail};

/// Whether anything runs in a tab.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Life {
    Running,
    /// Frozen by the browser, or its thread hangs.
    Asleep,
    /// In the back/forward cache.
    Cached,
    Dead,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Tab {
    pub session: Session,
    pub life: Life,
    pub callers: Vec<Caller>,
    /// How many calls it has made.
    pub calls: u32,
    pub heard: Heard,
    /// What has arrived while nothing ran.
    pub inbox: VecDeque<Mail>,
    /// It gets what other tabs say.
    pub listens: bool,
    /// Turns asked for and not let go of.
    pub turns: Vec<TurnId>,
    /// Turns to let go of once all news are kept in sight.
    pub ending: Vec<TurnId>,
    /// News that are not yet known to be in sight.
    pub keeping: u32,
    /// What its last refresh went with, if the server said no.
    pub refused: Option<Cookies>,
    /// What it said last.
    pub kept: Option<String>,
    /// Nothing ran in it for some time since it last asked for a turn: it cannot know since when it has one.
    pub hung: bool,
    /// When it last came back from where nothing runs.
    pub back_at: Millis,
    /// What was in sight when it looked last.
    pub saw: Sight,
    /// When it first knew of a session.
    pub knew_at: Option<Millis>,
    /// When the request was sent whose 401 asked for a refresh last.
    pub blamed_at: Millis,
}

/// What a tab's events said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Heard {
    /// The refreshes that started, by what asked for them.
    pub triggers: Vec<Trigger>,
    /// The application has asked for a refresh since the last that succeeded.
    pub manual: bool,
    /// Refreshes that succeeded here.
    pub renewed: u32,
    /// Refreshes that succeeded elsewhere.
    pub adopted: u32,
    pub failed: u32,
    pub starts: u32,
    pub rejected: u32,
    pub signed_out: u32,
    pub warnings: u32,
    /// A `sessionend` was told, and no `sessionstart` since.
    pub over: bool,
}

impl Tab {
    pub fn new(policy: Policy, seed: u64, now: Instant) -> Self {
        Self {
            session: Session::new(policy, seed, now),
            life: Life::Running,
            callers: Vec::new(),
            calls: 0,
            heard: Heard::default(),
            inbox: VecDeque::new(),
            listens: false,
            turns: Vec::new(),
            ending: Vec::new(),
            keeping: 0,
            refused: None,
            kept: None,
            hung: false,
            back_at: now.monotonic,
            saw: Sight::default(),
            knew_at: None,
            blamed_at: 0,
        }
    }

    pub fn runs(&self) -> bool {
        self.life == Life::Running
    }

    /// Whether it will run again, or runs.
    pub fn lives(&self) -> bool {
        self.life != Life::Dead
    }
}

/// Somebody who sent a request, or asked for a fresh token.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Caller {
    pub state: State,
    pub sends: u32,
    /// By the monotonic clock, without the time that the tab was asleep.
    pub waiting_since: Millis,
}

impl Caller {
    pub fn fate(&self) -> Option<Fate> {
        match self.state {
            State::Done(fate) => Some(fate),
            _ => None,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum State {
    Waiting(WaitId, Option<Pass>),
    /// May go on.
    Resumed(Pass),
    OnTheWire(Pass),
    /// On the wire, by the short way: there is no ticket yet.
    Straight(Stamp),
    Done(Fate),
}

/// What became of a caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fate {
    /// It got the answer to its last send.
    Answered(u16),
    /// It got the 401 that it already had.
    GivenBack,
    /// It got an error: the refresh failed for a passing reason.
    Refused,
    /// The network failed under it.
    Lost,
    /// It wanted a fresh token, and has one.
    Fresh,
    /// It wanted a fresh token, and the session is over.
    Over,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Stage {
    First,
    Again,
    Second,
}

/// What a request needs to be taken up later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Stamp {
    pub replay: Replay,
    pub generation: u32,
    pub place: u32,
}

/// A ticket, with what is known of it. No session lets its tickets be copied; worlds are, so the copy is forged.
#[derive(Debug)]
pub struct Pass {
    pub ticket: Ticket,
    stamp: Stamp,
    stage: Stage,
}

impl Pass {
    pub fn open(session: &mut Session, replay: Replay, place: u32) -> Self {
        let generation = session.snapshot().generation;
        Self {
            ticket: session.open_at(Route::Protected, replay, place),
            stamp: Stamp {
                replay,
                generation,
                place,
            },
            stage: Stage::First,
        }
    }

    pub fn reopen(session: &mut Session, stamp: Stamp) -> Self {
        Self {
            ticket: session.reopen(stamp.replay, stamp.generation, stamp.place),
            stamp,
            stage: Stage::First,
        }
    }

    /// It was admitted in that generation.
    pub fn sent(&mut self, generation: u32) {
        self.stamp.generation = generation;
        if self.ticket.is_second() {
            self.stage = Stage::Second;
        }
    }

    /// It was refused once, and is to be replayed.
    pub fn again(ticket: Ticket, stamp: Stamp) -> Self {
        Self {
            ticket,
            stamp,
            stage: Stage::Again,
        }
    }

    pub fn stamp(&self) -> Stamp {
        self.stamp
    }
}

impl Clone for Pass {
    fn clone(&self) -> Self {
        let Stamp {
            replay,
            generation,
            place,
        } = self.stamp;
        let past = match self.stage {
            Stage::Second => generation - 1,
            Stage::First | Stage::Again => generation,
        };
        let now = Instant::default();
        let mut forger = Session::new(Policy::default(), 0, now);
        let mut ticket = forger.reopen(replay, past, place);
        if self.stage != Stage::First {
            for _ in 0..past {
                forger.handle_sign_in(Expiry::default(), now, now);
            }
            let answer = Answer {
                unauthorized: true,
                challenge: None,
            };
            ticket = match forger.judge(ticket, answer, now) {
                Verdict::Retry(ticket) => ticket,
                other => unreachable!("a first 401 is {other:?}"),
            };
        }
        if self.stage == Stage::Second {
            let reply = super::server::no_content();
            while let Some(effect) = forger.poll_effect() {
                if let Effect::Refresh(id) = effect {
                    forger.handle_reply(id, Ok(&reply), now);
                }
            }
            forger.admit(&mut ticket, now);
            assert!(ticket.is_second());
        }
        Self { ticket, ..*self }
    }
}

impl PartialEq for Pass {
    fn eq(&self, other: &Self) -> bool {
        (self.stamp, self.stage) == (other.stamp, other.stage)
    }
}

impl Eq for Pass {}

impl Hash for Pass {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.stamp, self.stage).hash(state);
    }
}
