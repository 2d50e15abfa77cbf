//! Anything may happen in any order: rules that hold after every step of it.

use oauth_refresh_wasm::core::config::{Policy, Proactive};
use oauth_refresh_wasm::core::effect::FlightId;
use oauth_refresh_wasm::core::event::{EndReason, Event, Phase, Trigger};
use oauth_refresh_wasm::core::request::Replay;
use oauth_refresh_wasm::core::route::Route;
use oauth_refresh_wasm::core::snapshot::Status;
use oauth_refresh_wasm::core::time::{Millis, SECOND};
use oauth_refresh_wasm::core::token::{Expiry, Reply};
use proptest::prelude::*;

use crate::world::{Call, Caller, World, json, lifetime, redirect, renewed, status};

/// What a user, a server, a clock or an application may do next.
#[derive(Clone, Debug)]
pub enum Step {
    Send(Replay),
    /// A request takes the short way and is answered 401 at once.
    Straight,
    /// One of the requests on the wire is answered.
    Answer(usize, u16),
    /// One of them never is.
    Lose(usize),
    Abort(usize),
    Refresh,
    EnsureFresh(Millis),
    /// The next of those who were resumed goes on.
    GoOn,
    /// The refresh is answered, or fails.
    Reply(Option<Outcome>),
    /// So is one that was given up.
    LateReply(usize, Outcome),
    SignIn(Option<u64>),
    SignOut,
    Pass(Millis),
    /// The alarm is late, or the monotonic clock stands still.
    Late(Millis),
    Sleep(Millis),
    Wake(bool),
    Show(bool),
}

#[derive(Clone, Copy, Debug)]
pub enum Outcome {
    Renewed(u32),
    NoExpiry,
    Rejected,
    Redirected,
    Unavailable(Option<Millis>),
    Misconfigured,
}

impl Outcome {
    fn reply(self) -> Reply {
        match self {
            Self::Renewed(seconds) => renewed(seconds),
            Self::NoExpiry => status(204),
            Self::Rejected => json(400, &[("error", "invalid_grant".into())]),
            Self::Redirected => redirect(),
            Self::Unavailable(retry_after) => Reply {
                retry_after,
                ..status(503)
            },
            Self::Misconfigured => status(403),
        }
    }

    fn any() -> impl Strategy<Value = Self> {
        prop_oneof![
            6 => seconds().prop_map(Self::Renewed),
            4 => Just(Self::NoExpiry),
            1 => Just(Self::Rejected),
            1 => Just(Self::Redirected),
            2 => prop::option::of(any::<Millis>()).prop_map(Self::Unavailable),
            1 => Just(Self::Misconfigured),
        ]
    }
}

fn seconds() -> impl Strategy<Value = u32> {
    prop_oneof![1..20_u32, 20..4_000_u32, Just(315_360_000)]
}

/// Mostly short, for that is when things meet.
fn span() -> impl Strategy<Value = Millis> {
    prop_oneof![
        0..100_u64,
        100..5_000_u64,
        5_000..40_000_u64,
        Just(86_400 * SECOND)
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let code = prop_oneof![3 => Just(401_u16), 2 => Just(200), 1 => Just(500)];
    prop_oneof![
        10 => prop_oneof![4 => Just(Replay::Possible), 2 => Just(Replay::OneShot), 1 => Just(Replay::OptedOut)]
            .prop_map(Step::Send),
        3 => Just(Step::Straight),
        12 => (any::<usize>(), code).prop_map(|(which, code)| Step::Answer(which, code)),
        1 => any::<usize>().prop_map(Step::Lose),
        2 => any::<usize>().prop_map(Step::Abort),
        2 => Just(Step::Refresh),
        2 => span().prop_map(Step::EnsureFresh),
        8 => Just(Step::GoOn),
        8 => prop::option::weighted(0.9, Outcome::any()).prop_map(Step::Reply),
        1 => (any::<usize>(), Outcome::any()).prop_map(|(which, outcome)| Step::LateReply(which, outcome)),
        1 => prop::option::of(1..4_000_u64).prop_map(Step::SignIn),
        1 => Just(Step::SignOut),
        6 => span().prop_map(Step::Pass),
        2 => span().prop_map(Step::Late),
        1 => span().prop_map(Step::Sleep),
        2 => any::<bool>().prop_map(Step::Wake),
        2 => any::<bool>().prop_map(Step::Show),
    ]
}

/// The rules, and what has to be remembered to judge by them.
#[derive(Debug)]
struct Judge {
    world: World,
    /// Refreshes that nobody waits for any more.
    past: Vec<FlightId>,
    /// When the last refresh succeeded, if a 401 asked for it.
    renewed_at: Option<Millis>,
    /// When the token that it brought expires.
    ends: Option<Millis>,
    /// When the refresh under way was sent.
    refresh_sent: Millis,
    /// Something other than a 401 was answered since.
    accepted: bool,
    /// A `sessionend` was told, and no `sessionstart` since.
    over: bool,
}

impl Judge {
    fn new(policy: Policy) -> Self {
        let mut world = World::with(policy);
        world.lazy = true;
        Self {
            world,
            past: Vec::new(),
            renewed_at: None,
            ends: None,
            refresh_sent: 0,
            accepted: false,
            over: false,
        }
    }

    fn pick(&self, which: usize, fits: impl Fn(&World, Caller) -> bool) -> Option<Caller> {
        let callers = self
            .world
            .callers()
            .filter(|caller| fits(&self.world, *caller));
        let callers: Vec<_> = callers.collect();
        (!callers.is_empty()).then(|| callers[which % callers.len()])
    }

    /// The harness itself asserts S1 (one refresh on the wire), R1 (two sends), that nobody is
    /// resumed who does not wait, that nobody without a 401 is given one back, that the alarm does
    /// not ring without end, and that no sign-out is told while a refresh is on the wire.
    fn take(&mut self, step: &Step) {
        let before = (self.world.session.snapshot(), self.world.refreshes);
        let was_over = matches!(before.0.status, Status::Ended | Status::SignedOut);
        let mut renewed = None;
        let world = &mut self.world;
        match step {
            Step::Send(replay) => {
                world.request_as(Route::Protected, *replay);
            }
            Step::Straight => {
                if let Some(stamp) = world.straight() {
                    world.unauthorized(stamp);
                }
            }
            Step::Answer(which, code) => {
                if let Some(caller) = self.pick(*which, World::is_sent) {
                    self.world.answer(caller, *code);
                    self.accepted |= *code != 401;
                }
            }
            Step::Lose(which) => {
                if let Some(caller) = self.pick(*which, World::is_sent) {
                    self.world.lose(caller);
                }
            }
            Step::Abort(which) => {
                if let Some(caller) = self.pick(*which, World::waits) {
                    self.world.abort(caller);
                }
            }
            Step::Refresh => {
                world.refresh();
            }
            Step::EnsureFresh(validity) => {
                world.ensure_fresh(*validity);
            }
            Step::GoOn => {
                world.go_on();
                world.settle();
            }
            Step::Reply(outcome) => {
                let Some(call) = world.calls.first().copied() else {
                    return;
                };
                if let Some(Outcome::Renewed(seconds)) = outcome {
                    renewed = Some(u64::from(*seconds) * SECOND);
                }
                match outcome {
                    Some(outcome) => world.reply(outcome.reply()),
                    None => world.break_call(),
                }
                if let Call::Refresh(id) | Call::AskSession(id) = call
                    && !self.world.calls.contains(&Call::AskSession(id))
                {
                    self.past.push(id);
                }
                if was_over {
                    assert_eq!(self.world.session.snapshot(), before.0, "F5");
                }
            }
            Step::LateReply(which, outcome) => {
                if !self.past.is_empty() {
                    let call = Call::Refresh(self.past[which % self.past.len()]);
                    world.reply_to(call, Ok(&outcome.reply()));
                    assert_eq!(self.world.session.snapshot(), before.0, "F5");
                }
            }
            Step::SignIn(seconds) => {
                world.sign_in(seconds.map_or_else(Expiry::default, lifetime));
                self.renewed_at = None;
            }
            Step::SignOut => world.sign_out(),
            Step::Pass(span) => world.pass(*span),
            Step::Late(span) => world.tick(*span),
            Step::Sleep(span) => world.sleep(*span),
            Step::Wake(hurry) => world.wake(*hurry),
            Step::Show(visible) => world.show(*visible),
        }
        self.past.append(&mut self.world.aborted);
        self.ring();
        self.check(step, before.1, was_over, renewed);
    }

    /// Whatever is late is made up for at once, as a browser does.
    fn ring(&mut self) {
        while self
            .world
            .session
            .poll_timeout()
            .is_some_and(|at| at <= self.world.now.monotonic)
        {
            self.world.jump();
        }
        self.past.append(&mut self.world.aborted);
    }

    fn check(&mut self, step: &Step, refreshes: usize, was_over: bool, renewed: Option<Millis>) {
        let now = self.world.now.monotonic;
        if was_over && !matches!(step, Step::SignIn(_)) {
            assert_eq!(
                self.world.refreshes, refreshes,
                "F2: it is over, and yet refreshed"
            );
        }
        let waits = self.world.callers().any(|caller| self.world.waits(caller));
        let refreshing = self.world.status() == Status::Refreshing;
        assert!(refreshing || !waits, "R8: somebody waits for nothing");
        assert_eq!(
            self.world.overdue(),
            None,
            "R8: somebody waits for too long"
        );
        for event in self.world.events() {
            match event {
                Event::Refresh {
                    phase: Phase::Start,
                    trigger,
                } => {
                    let doubtful = self.renewed_at.is_some_and(|at| now < at + 10 * SECOND);
                    let expired = self.ends.is_some_and(|ends| now >= ends);
                    let blamed = trigger == Trigger::Unauthorized;
                    assert!(
                        !blamed || !doubtful || self.accepted || expired,
                        "F4: a 401 is believed that a refresh has just failed to cure"
                    );
                    self.refresh_sent = now;
                }
                Event::Refresh {
                    phase: Phase::Success(_),
                    trigger,
                } => {
                    self.renewed_at = (trigger == Trigger::Unauthorized).then_some(now);
                    self.ends = renewed.map(|lifetime| self.refresh_sent + lifetime);
                    self.accepted = false;
                }
                Event::SessionStart { .. } => self.over = false,
                Event::SessionEnd { reason } => {
                    assert!(!self.over, "F2: it ended twice");
                    assert!(!was_over || reason == EndReason::SignedOut);
                    self.over = true;
                }
                _ => {}
            }
        }
    }

    /// In the end, everybody has something.
    fn conclude(mut self) {
        self.world.lazy = false;
        for _ in 0..3 {
            self.world.settle();
            self.world.pass(60 * SECOND);
        }
        let waits = |caller: &Caller| self.world.waits(*caller);
        assert_eq!(self.world.callers().find(waits), None, "R8");
    }
}

/// How a client is set up, and what happens to it.
pub fn life() -> impl Strategy<Value = (Policy, Vec<Step>)> {
    let modes = vec![Proactive::Visible, Proactive::Always, Proactive::Never];
    let policy = (any::<bool>(), prop::sample::select(modes));
    let policy = policy.prop_map(|(checks_session, proactive)| Policy {
        checks_session,
        proactive,
        ..Policy::default()
    });
    (policy, prop::collection::vec(step(), 1..150))
}

/// Panics where a rule is broken.
pub fn judge(policy: Policy, steps: &[Step]) {
    let mut judge = Judge::new(policy);
    for step in steps {
        judge.take(step);
    }
    judge.conclude();
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 400,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn s1_r1_r8_f2_f4_f5_hold_whatever_happens((policy, steps) in life()) {
        judge(policy, &steps);
    }
}
