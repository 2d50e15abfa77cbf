//! One session with its clocks, its callers and its server, in one thread and in no time.
//!
//! It does what the browser's shell does: performs effects, resumes who waited, sends and judges
//! requests, and calls the session when its time comes. What the network does is up to the test.

use std::collections::VecDeque;

use oauth_refresh_wasm::core::config::Policy;
use oauth_refresh_wasm::core::effect::{Effect, FlightId, Freshness};
use oauth_refresh_wasm::core::error::{Code, Error};
use oauth_refresh_wasm::core::event::{Event, Phase, Trigger};
use oauth_refresh_wasm::core::keyring::Tokens;
use oauth_refresh_wasm::core::request::{
    Admission, Answer, Outcome, Replay, Ticket, Verdict, WaitId,
};
use oauth_refresh_wasm::core::route::Route;
use oauth_refresh_wasm::core::session::Session;
use oauth_refresh_wasm::core::snapshot::Status;
use oauth_refresh_wasm::core::time::{Instant, Millis, SECOND};
use oauth_refresh_wasm::core::token::{Expiry, Reply};
use oauth_refresh_wasm::core::value::Value;

/// Some time after the machine was started, on a Tuesday in November.
const BEGINNING: Instant = Instant {
    monotonic: 5_000,
    wall: 1_700_000_000_000,
};

/// Names a request, or somebody who asked for a refresh.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caller(usize);

/// What became of a caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It got the answer to its last send.
    Answered,
    /// It got the 401 that it already had.
    GivenBack,
    /// It got an error.
    Refused(Error),
    /// It lost patience.
    Aborted,
    /// It wanted a fresh token, and has one.
    Fresh,
    /// It wanted a fresh token, and the session is over.
    Over,
}

#[derive(Debug)]
enum State {
    Waiting(WaitId, Option<Ticket>),
    /// May go on, but its turn has not come yet.
    Resumed(Ticket),
    OnTheWire(Ticket),
    Done(Fate),
}

#[derive(Debug)]
struct Life {
    state: State,
    sends: usize,
    waiting_since: Millis,
}

/// A call of the SDK's own that has no answer yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    Refresh(FlightId),
    AskSession(FlightId),
    CheckSession(Instant),
}

/// What hears the events; it may call the session back.
pub type Listener = fn(&mut World, &Event);

#[derive(Debug)]
pub struct World {
    pub session: Session,
    pub now: Instant,
    /// Calls without an answer, in the order in which they were made.
    pub calls: Vec<Call>,
    /// Calls that were given up.
    pub aborted: Vec<FlightId>,
    /// How many refreshes the server saw.
    pub refreshes: usize,
    /// How many sign-outs the server saw.
    pub sign_outs: usize,
    /// The refresh tokens that the server saw, in bearer mode.
    pub presented: Vec<String>,
    /// The tokens that it was asked to revoke.
    pub revoked: Vec<String>,
    /// Whether the platform knows that there is no network.
    pub offline: bool,
    /// Whether the session refreshes with a token of its own.
    presents: bool,
    /// Every event since [`World::events`] was last called.
    heard: Vec<Event>,
    /// Which request was sent when.
    pub sent: Vec<Caller>,
    /// Whether those who were resumed go on only when [`World::go_on`] says so.
    pub lazy: bool,
    pub listener: Option<Listener>,
    performing: bool,
    callers: Vec<Life>,
    resumed: VecDeque<Caller>,
    refresh_timeout: Millis,
}

impl World {
    pub fn new() -> Self {
        Self::with(Policy::default())
    }

    pub fn with(policy: Policy) -> Self {
        let refresh_timeout = policy.refresh_timeout;
        let presents = policy.bearer && !policy.custom_refresh;
        let mut world = Self {
            session: Session::new(policy, 7, BEGINNING),
            now: BEGINNING,
            calls: Vec::new(),
            aborted: Vec::new(),
            refreshes: 0,
            sign_outs: 0,
            presented: Vec::new(),
            revoked: Vec::new(),
            offline: false,
            presents,
            heard: Vec::new(),
            sent: Vec::new(),
            lazy: false,
            listener: None,
            performing: false,
            callers: Vec::new(),
            resumed: VecDeque::new(),
            refresh_timeout,
        };
        world.settle();
        world
    }

    /// Signed in, with a token of that many seconds, and nothing heard of it.
    pub fn signed_in(seconds: u64) -> Self {
        let mut world = Self::new();
        world.sign_in(lifetime(seconds));
        world.heard.clear();
        world
    }

    /// Signed in, with a token of which nobody said how long it lives.
    pub fn signed_in_until_whenever() -> Self {
        let mut world = Self::new();
        world.sign_in(Expiry::default());
        world.heard.clear();
        world
    }

    // ---- requests ------------------------------------------------------------------------------

    pub fn request(&mut self) -> Caller {
        self.request_as(Route::Protected, Replay::Possible)
    }

    pub fn stream(&mut self) -> Caller {
        self.request_as(Route::Protected, Replay::OneShot)
    }

    pub fn request_as(&mut self, route: Route, replay: Replay) -> Caller {
        let ticket = self.session.open(route, replay);
        let caller = self.add(State::Resumed(ticket));
        self.admit(caller);
        self.settle();
        caller
    }

    /// A request that takes the short way: straight to the network, judged only if it has to be.
    /// `None` if it may not.
    pub fn straight(&mut self) -> Option<u32> {
        self.session.admits_at_once(self.now)
    }

    /// That request was answered 401.
    pub fn unauthorized(&mut self, stamp: u32) -> Caller {
        self.unauthorized_at(self.callers.len() as u32 + 1, stamp)
    }

    /// The same, of one that was called at that place.
    pub fn unauthorized_at(&mut self, place: u32, stamp: u32) -> Caller {
        let ticket = self.session.reopen(Replay::Possible, stamp, place);
        let caller = self.add(State::OnTheWire(ticket));
        self.life(caller).sends = 1;
        self.answer(caller, 401);
        caller
    }

    /// The API answers.
    pub fn answer(&mut self, caller: Caller, status: u16) {
        self.challenge(caller, status, None);
    }

    /// The API answers, with `WWW-Authenticate`.
    pub fn challenge(&mut self, caller: Caller, status: u16, challenge: Option<&str>) {
        let State::OnTheWire(ticket) = self.take(caller) else {
            panic!("{caller:?} is not on the wire")
        };
        let answer = Answer {
            unauthorized: status == 401,
            challenge,
        };
        match self.session.judge(ticket, answer, self.now) {
            Verdict::Deliver => self.life(caller).state = State::Done(Fate::Answered),
            Verdict::Refuse(error) => self.life(caller).state = State::Done(Fate::Refused(*error)),
            Verdict::Retry(ticket) => {
                assert!(ticket.is_retry());
                self.life(caller).state = State::Resumed(ticket);
                self.admit(caller);
            }
        }
        self.settle();
    }

    /// The network fails under the request: nothing is judged, its caller gets the `TypeError`.
    pub fn lose(&mut self, caller: Caller) {
        assert!(matches!(self.take(caller), State::OnTheWire(_)));
    }

    /// The caller's signal is aborted.
    pub fn abort(&mut self, caller: Caller) {
        if let State::Waiting(id, _) = self.take(caller) {
            self.session.cancel(id);
        }
        self.settle();
    }

    // ---- asking for a fresh token --------------------------------------------------------------

    pub fn refresh(&mut self) -> Caller {
        let freshness = self.session.refresh(self.now);
        self.ask(freshness)
    }

    pub fn ensure_fresh(&mut self, validity: Millis) -> Caller {
        let freshness = self.session.ensure_fresh(validity, self.now);
        self.ask(freshness)
    }

    fn ask(&mut self, freshness: Freshness) -> Caller {
        let caller = self.add(match freshness {
            Freshness::Fresh => State::Done(Fate::Fresh),
            Freshness::Refuse(error) => State::Done(Fate::Refused(*error)),
            Freshness::Wait(id) => State::Waiting(id, None),
        });
        self.settle();
        caller
    }

    // ---- what became of them -------------------------------------------------------------------

    pub fn fate(&self, caller: Caller) -> Option<&Fate> {
        match &self.callers[caller.0].state {
            State::Done(fate) => Some(fate),
            _ => None,
        }
    }

    pub fn refusal(&self, caller: Caller) -> &Error {
        match self.fate(caller) {
            Some(Fate::Refused(error)) => error,
            other => panic!("{caller:?} was not refused but {other:?}"),
        }
    }

    pub fn waits(&self, caller: Caller) -> bool {
        matches!(self.callers[caller.0].state, State::Waiting(..))
    }

    pub fn is_sent(&self, caller: Caller) -> bool {
        matches!(self.callers[caller.0].state, State::OnTheWire(_))
    }

    pub fn sends(&self, caller: Caller) -> usize {
        self.callers[caller.0].sends
    }

    /// Everybody, in the order in which they came.
    pub fn callers(&self) -> impl Iterator<Item = Caller> + use<> {
        (0..self.callers.len()).map(Caller)
    }

    /// Who has been waiting for longer than a refresh may take.
    pub fn overdue(&self) -> Option<Caller> {
        let long_ago = self.now.monotonic.checked_sub(self.refresh_timeout)?;
        self.callers()
            .find(|caller| self.waits(*caller) && self.callers[caller.0].waiting_since < long_ago)
    }

    // ---- the server answers --------------------------------------------------------------------

    /// Answers the call that has waited longest.
    pub fn reply(&mut self, reply: Reply) {
        let call = self.calls.remove(0);
        self.reply_to(call, Ok(&reply));
    }

    /// The call that has waited longest fails.
    pub fn break_call(&mut self) {
        let call = self.calls.remove(0);
        self.reply_to(call, Err("TypeError"));
    }

    pub fn reply_to(&mut self, call: Call, reply: Result<&Reply, &str>) {
        match call {
            Call::Refresh(id) => self.session.handle_reply(id, reply, self.now),
            Call::AskSession(id) => self.session.handle_session_reply(id, reply, self.now),
            Call::CheckSession(sent) => self.session.handle_session_check(reply, self.now, sent),
        }
        self.settle();
    }

    /// A whole refresh, which the server grants after `latency`.
    pub fn grant(&mut self, latency: Millis, reply: Reply) {
        self.pass(latency);
        self.reply(reply);
    }

    // ---- signing in and out --------------------------------------------------------------------

    pub fn sign_in(&mut self, expiry: Expiry) {
        self.session.handle_sign_in(expiry, self.now, self.now);
        self.settle();
    }

    pub fn sign_in_with(&mut self, tokens: Tokens, expiry: Expiry) {
        self.session
            .handle_tokens(tokens, expiry, self.now, self.now);
        self.settle();
    }

    pub fn sign_out(&mut self) {
        self.session.handle_sign_out(self.now);
        self.settle();
    }

    // ---- time ----------------------------------------------------------------------------------

    /// Time passes, and the alarm rings when it should.
    pub fn pass(&mut self, span: Millis) {
        let end = self.now.monotonic + span;
        while self.session.poll_timeout().is_some_and(|at| at <= end) {
            self.jump();
        }
        self.tick(end - self.now.monotonic);
    }

    /// Goes to the moment for which the alarm is set.
    pub fn jump(&mut self) {
        let at = self.session.poll_timeout().expect("no alarm is set");
        self.tick(at.saturating_sub(self.now.monotonic));
        self.session.handle_timeout(self.now);
        self.settle();
        let next = self.session.poll_timeout();
        assert!(
            next.is_none_or(|next| next > self.now.monotonic),
            "the alarm rings without end"
        );
    }

    /// Time passes, but the alarm is late.
    pub fn tick(&mut self, span: Millis) {
        self.now.monotonic += span;
        self.now.wall += span;
    }

    /// The machine sleeps: its monotonic clock stands still.
    pub fn sleep(&mut self, span: Millis) {
        self.now.wall += span;
    }

    pub fn wake(&mut self, hurry: bool) {
        self.session.handle_wake(hurry, self.now);
        self.settle();
    }

    pub fn show(&mut self, visible: bool) {
        self.session.handle_visibility(visible, true, self.now);
        self.settle();
    }

    /// The page becomes visible while there is no network.
    pub fn show_offline(&mut self) {
        self.session.handle_visibility(true, false, self.now);
        self.settle();
    }

    // ---- what is heard and seen ----------------------------------------------------------------

    pub fn status(&self) -> Status {
        self.session.snapshot().status
    }

    /// What was heard since this was last asked.
    pub fn events(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.heard)
    }

    /// The triggers of the refreshes that started since this or [`World::events`] was last asked.
    pub fn triggers(&mut self) -> Vec<Trigger> {
        let started = |event| match event {
            Event::Refresh {
                trigger,
                phase: Phase::Start,
            } => Some(trigger),
            _ => None,
        };
        self.events().into_iter().filter_map(started).collect()
    }

    /// The error of the refresh that just failed.
    pub fn failure(&mut self) -> Error {
        let failed = |event| match event {
            Event::Refresh {
                phase: Phase::Failure(_, error),
                ..
            } => Some(error),
            _ => None,
        };
        let errors: Vec<_> = self.events().into_iter().filter_map(failed).collect();
        let [error] = errors.try_into().expect("one refresh failed");
        *error
    }

    // ---- the shell -----------------------------------------------------------------------------

    /// Does what the session wants done, until there is nothing more. Whoever calls while this
    /// runs (a listener) returns at once, as in the browser.
    pub fn settle(&mut self) {
        if std::mem::replace(&mut self.performing, true) {
            return;
        }
        loop {
            if let Some(effect) = self.session.poll_effect() {
                self.perform(effect);
            } else if self.lazy || !self.go_on() {
                break;
            }
        }
        self.performing = false;
    }

    /// The next of those who were resumed goes on; `false` if there is none.
    pub fn go_on(&mut self) -> bool {
        let Some(caller) = self.resumed.pop_front() else {
            return false;
        };
        if matches!(self.life(caller).state, State::Resumed(_)) {
            self.admit(caller);
        }
        true
    }

    fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::Refresh(id) => {
                assert_eq!(
                    self.flights(),
                    0,
                    "S1: a second refresh while one is under way"
                );
                if self.presents {
                    if self.offline {
                        return self.session.handle_unsent(id, self.now);
                    }
                    let Some(token) = self.session.refresh_token() else {
                        return self.session.handle_rejection(id, self.now);
                    };
                    self.presented.push(token.expose().to_owned());
                }
                self.refreshes += 1;
                self.calls.push(Call::Refresh(id));
            }
            Effect::AskSession(id) => self.calls.push(Call::AskSession(id)),
            Effect::CheckSession => self.calls.push(Call::CheckSession(self.now)),
            Effect::Abort(id) => {
                self.calls
                    .retain(|call| *call != Call::Refresh(id) && *call != Call::AskSession(id));
                self.aborted.push(id);
            }
            Effect::Resume(ids, outcome) => {
                for id in ids {
                    self.resume(id, &outcome);
                }
            }
            Effect::TellSignOut => {
                assert_eq!(
                    self.flights(),
                    0,
                    "F5: a refresh may come after the sign-out"
                );
                self.sign_outs += 1;
                let revoked = self.session.take_revoked();
                self.revoked
                    .extend(revoked.map(|token| token.expose().to_owned()));
            }
            Effect::Notify(event) => {
                if let Some(listener) = self.listener {
                    listener(self, &event);
                }
                self.heard.push(event);
            }
            tabs => unreachable!("a client of its own is to {tabs:?}"),
        }
    }

    fn flights(&self) -> usize {
        let is_flight = |call: &&Call| !matches!(call, Call::CheckSession(_));
        self.calls.iter().filter(is_flight).count()
    }

    fn resume(&mut self, id: WaitId, outcome: &Outcome) {
        let waits = |life: &Life| matches!(life.state, State::Waiting(waited, _) if waited == id);
        let index = self.callers.iter().position(waits);
        let caller = Caller(index.expect("somebody was resumed who does not wait"));
        let State::Waiting(_, ticket) = self.take(caller) else {
            unreachable!("it was found waiting")
        };
        self.life(caller).state = match (ticket, outcome) {
            (Some(mut ticket), _) => {
                ticket.resume(outcome.clone());
                self.resumed.push_back(caller);
                State::Resumed(ticket)
            }
            (None, Outcome::Renewed | Outcome::Replaced) => State::Done(Fate::Fresh),
            (None, Outcome::Failed(error)) => State::Done(Fate::Refused(*error.clone())),
            (None, Outcome::Over) => State::Done(Fate::Over),
        };
    }

    fn admit(&mut self, caller: Caller) {
        let State::Resumed(mut ticket) = self.take(caller) else {
            unreachable!("only a ticket in hand is admitted")
        };
        self.life(caller).state = match self.session.admit(&mut ticket, self.now) {
            Admission::Send => {
                self.sent.push(caller);
                self.life(caller).sends += 1;
                assert!(
                    self.sends(caller) <= 2,
                    "R1: {caller:?} was sent a third time"
                );
                State::OnTheWire(ticket)
            }
            Admission::Wait(id) => {
                self.life(caller).waiting_since = self.now.monotonic;
                State::Waiting(id, Some(ticket))
            }
            Admission::Refuse(error) => State::Done(Fate::Refused(*error)),
            Admission::GiveBack => {
                assert!(self.sends(caller) > 0, "{caller:?} has no 401 to give back");
                State::Done(Fate::GivenBack)
            }
        };
    }

    fn add(&mut self, state: State) -> Caller {
        let waiting_since = self.now.monotonic;
        self.callers.push(Life {
            state,
            sends: 0,
            waiting_since,
        });
        Caller(self.callers.len() - 1)
    }

    fn life(&mut self, caller: Caller) -> &mut Life {
        &mut self.callers[caller.0]
    }

    /// Takes the state out; what is left says that its caller gave up.
    fn take(&mut self, caller: Caller) -> State {
        std::mem::replace(&mut self.life(caller).state, State::Done(Fate::Aborted))
    }
}

/// A token that lives for so many seconds.
pub fn lifetime(seconds: u64) -> Expiry {
    Expiry {
        lifetime: Some(seconds * SECOND),
        instead: None,
    }
}

/// `200` with a token that lives for so many seconds.
pub fn renewed(seconds: u32) -> Reply {
    json(200, &[("expires_in", f64::from(seconds).into())])
}

/// An answer without a body.
pub fn status(status: u16) -> Reply {
    Reply {
        status,
        ..Reply::default()
    }
}

/// An answer with a JSON object.
pub fn json(status: u16, members: &[(&str, Value)]) -> Reply {
    let members = members.iter();
    let members = members.map(|(name, value)| ((*name).to_owned(), value.clone()));
    Reply {
        status,
        body: Some(Value::Map(members.collect())),
        ..Reply::default()
    }
}

/// An opaque redirect.
pub fn redirect() -> Reply {
    Reply {
        redirected: true,
        ..Reply::default()
    }
}

/// Whether it says that the refresh failed for a passing reason.
pub fn is_unavailable(error: &Error) -> bool {
    error.code == Code::RefreshUnavailable
}
