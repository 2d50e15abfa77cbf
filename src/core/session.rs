//! The state machine of a session: every transition is in this file.
//!
//! It does nothing by itself. The shell tells it what happened (`handle_*`), asks it what is to be done
//! ([`Session::poll_effect`]) and when it wants to be asked again ([`Session::poll_timeout`]).

use super::backoff::Backoff;
use super::challenge::{self, Advice};
use super::config::{Policy, Proactive};
use super::effect::{Effect, FlightId, Freshness, TurnId};
use super::error::{Code, Error, OAuthError};
use super::event::{EndReason, Event, Phase, Trigger, Warning};
use super::keyring::{Keyring, Secret, Tokens};
use super::request::{Admission, Answer, Outcome, Replay, Stage, Ticket, Verdict, WaitId};
use super::route::Route;
use super::snapshot::{Snapshot, Status};
use super::tabs::{LANES, News, Page, Sight, Stuck, Tabs};
use super::text::{decimal, joined};
use super::time::{Instant, Millis, SECOND};
use super::token::{Expiry, Meaning, Presence, Reply};
use super::trial::Trial;

/// How long a sign-out waits for a refresh that is on its way, so that its cookies do not come last.
const SIGN_OUT_GRACE: Millis = 3 * SECOND;
/// Expiry alone does not ask for another refresh so soon after the last one.
const SHORTEST_PAUSE: Millis = SECOND;
/// Clocks are compared this coarsely.
const CLOCK_SLACK: Millis = 2 * SECOND;
/// How long a look at the other tabs may take.
const LOOK: Millis = 2 * SECOND;
/// A page that is not asleep asks for its turn again after that.
const NAP: Millis = SECOND;
/// RFC 9449 §5 leaves it to the client what to do then.
const LOOSENED: &str = "token_type is Bearer, while the tokens so far are bound to a key (DPoP).";
/// How long a turn is not used, at most, for another tab's refresh: its answer takes no longer if that tab is gone.
const LEGACY: Millis = 2 * SECOND;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Standing {
    Unknown,
    Active,
    Ended,
    SignedOut,
}

impl Standing {
    fn before_sign_in(policy: &Policy) -> Self {
        // Cookies may be there from before; tokens are here or nowhere.
        if policy.bearer {
            Self::SignedOut
        } else {
            Self::Unknown
        }
    }
}

/// The access token's life, counted from the moment its request was sent (contract T2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Life {
    /// On the monotonic clock.
    ends: Millis,
    /// On the monotonic clock: when to refresh ahead.
    due: Millis,
    ends_wall: Millis,
    /// How long the machine seems to have slept, unseen by the monotonic clock.
    slept: Millis,
}

/// The one refresh that is under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Flight {
    id: FlightId,
    trigger: Trigger,
    started: Instant,
    step: Step,
    /// When this step has taken long enough, on the monotonic clock.
    deadline: Millis,
    /// When the server was asked.
    sent: Instant,
    /// Its turn among the tabs, asked for or had.
    turn: Option<TurnId>,
    /// Another tab was faster while the server was being asked.
    overtaken: bool,
    /// A 401 has shown that the token is dead, so that requests wait.
    proven: bool,
    /// It asks whether somebody is signed in at all, so that a no is no news.
    probe: bool,
}

/// How far a refresh is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
// A tag of its own takes less code to read than one that is hidden in a field.
#[repr(u8)]
enum Step {
    /// It waits for its turn among the tabs.
    Queued(Queue),
    /// So it does, but the page sleeps: a turn that it got now would be lost on it.
    Napping,
    /// It has its turn, but another refresh may still be on its way with the same token: of the tab that had the turn
    /// and is gone, or of one in the other lane.
    Deferring,
    /// It has waited for that one, and looks what came of it.
    Deferred,
    /// The server is being asked.
    Calling,
    /// The server said no; whether another tab has moved on is being looked up (contract F6).
    Doubted,
}

/// A place in the queue for the turn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
struct Queue {
    lane: usize,
    /// Who had the turn at first, once that was seen.
    holder: Option<Option<Page>>,
    /// It has waited long enough, and is looking whether the turn is stuck.
    impatient: bool,
    /// That came late, for the page hung: others may have gone round it since.
    hung: bool,
    /// It is here because the lane before is stuck.
    goes_round: bool,
}

/// A refresh that nobody waits for any more but whose call has not settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Stray {
    id: FlightId,
    turn: Option<TurnId>,
    /// When to wait for it no longer, on the monotonic clock: other tabs may want its turn.
    deadline: Millis,
}

/// A sign-out of which the server is yet to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct SignOut {
    /// When to tell it whatever is still under way, on the monotonic clock.
    at: Millis,
    /// The turn that it waits for, so that no other tab's refresh comes last.
    turn: Option<TurnId>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Waiting {
    id: WaitId,
    place: u32,
}

/// One session, from sign-in to sign-out or rejection, and the next ones of the same client.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Session {
    policy: Policy,
    standing: Standing,
    generation: u32,
    /// The generation that this session began with: nothing is replayed across it.
    first_generation: u32,
    life: Option<Life>,
    flight: Option<Box<Flight>>,
    stray: Option<Stray>,
    backoff: Backoff,
    trial: Trial,
    sign_out: Option<SignOut>,
    keyring: Keyring,
    /// What the server said when it ended the session.
    verdict: Option<OAuthError>,
    tabs: Tabs,
    /// Looks at the other tabs that have no answer yet; the answers come in order.
    looks: u32,
    visible: bool,
    clocks: Instant,
    /// In the order in which they came.
    waiting: Vec<Waiting>,
    last_place: u32,
    next_id: u32,
    effects: Vec<Effect>,
}

impl Session {
    /// A session of which nothing is known. `seed` makes the jitter differ from tab to tab.
    #[must_use]
    pub fn new(policy: Policy, seed: u64, now: Instant) -> Self {
        let standing = Standing::before_sign_in(&policy);
        let mut session = Self {
            policy,
            standing,
            generation: 0,
            first_generation: 0,
            life: None,
            flight: None,
            stray: None,
            backoff: Backoff::new(seed),
            trial: Trial::default(),
            sign_out: None,
            keyring: Keyring::default(),
            verdict: None,
            tabs: Tabs::new(),
            looks: 0,
            visible: true,
            clocks: now,
            waiting: Vec::new(),
            last_place: 0,
            next_id: 0,
            effects: Vec::new(),
        };
        if session.policy.tabs.is_some() {
            session.join_tabs();
        } else if session.policy.checks_session {
            session.effects.push(Effect::CheckSession);
        }
        session
    }

    /// The client was set up anew. Says whether nobody has signed in so far, in this mode.
    pub fn handle_policy(&mut self, policy: Policy, now: Instant) -> bool {
        let another = policy.bearer != self.policy.bearer;
        if another {
            // What was known was of cookies, or of tokens.
            self.make_way(now);
            self.keyring.forget();
            self.life = None;
            self.standing = Standing::before_sign_in(&policy);
        }
        let elsewhere = policy.tabs != self.policy.tabs;
        let checks = policy.checks_session && !self.policy.checks_session;
        self.policy = policy;
        if elsewhere {
            self.tabs.joined = false;
            self.join_tabs();
        } else if checks && (self.tabs.joined || self.policy.tabs.is_none()) {
            self.check_session();
        }
        another || self.generation == 0
    }

    fn check_session(&mut self) {
        if self.standing == Standing::Unknown {
            self.effects.push(Effect::CheckSession);
        }
    }

    /// The session as it is now.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        let status = match self.standing {
            Standing::Unknown | Standing::Active if self.flight.is_some() => Status::Refreshing,
            Standing::Unknown => Status::Unknown,
            Standing::Active => Status::Active,
            Standing::Ended => Status::Ended,
            Standing::SignedOut => Status::SignedOut,
        };
        Snapshot {
            status,
            expires_at: self.expires_at(),
            generation: self.generation,
        }
    }

    /// The next thing to do.
    pub fn poll_effect(&mut self) -> Option<Effect> {
        // There are only ever a few.
        (!self.effects.is_empty()).then(|| self.effects.remove(0))
    }

    /// When [`Session::handle_timeout`] is to be called, on the monotonic clock.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Millis> {
        let refresh = match &self.flight {
            Some(flight) => Some(flight.deadline),
            None => self.next_proactive(),
        };
        let stray = self.stray.map(|stray| stray.deadline);
        let sign_out = self.sign_out.map(|sign_out| sign_out.at);
        earliest(refresh, earliest(stray, sign_out))
    }

    // ---- requests ----------------------------------------------------------------------------------------------

    /// Opens a ticket for a request that comes after all others.
    pub fn open(&mut self, route: Route, replay: Replay) -> Ticket {
        self.open_at(route, replay, self.last_place + 1)
    }

    /// Opens a ticket for a request with its place in the order in which requests came: where the shell knows that
    /// better, because not every request needs a ticket.
    pub fn open_at(&mut self, route: Route, replay: Replay, place: u32) -> Ticket {
        self.last_place = self.last_place.max(place);
        Ticket {
            route,
            replay,
            place,
            stamp: self.generation,
            stage: Stage::First,
            outcome: None,
        }
    }

    /// The generation to stamp a request with, if it may be sent at once; the short way of [`Session::admit`].
    #[must_use]
    pub fn admits_at_once(&self, now: Instant) -> Option<u32> {
        (now.monotonic < self.admits_until()).then_some(self.generation)
    }

    /// Until when requests may be sent at once, on the monotonic clock, unless something happens meanwhile.
    #[must_use]
    pub fn admits_until(&self) -> Millis {
        let ends = self.life.map_or(Millis::MAX, |life| life.ends);
        match (self.standing, &self.flight) {
            (Standing::Ended | Standing::SignedOut, _) => Millis::MAX,
            (_, Some(flight)) if flight.proven => 0,
            (_, Some(_)) => ends,
            (_, None) => ends.max(self.newborn_until()),
        }
    }

    /// A ticket for a request that went the short way, in its place, and was answered 401.
    pub fn reopen(&mut self, replay: Replay, stamp: u32, place: u32) -> Ticket {
        Ticket {
            stamp,
            ..self.open_at(Route::Protected, replay, place)
        }
    }

    /// May this request be sent?
    pub fn admit(&mut self, ticket: &mut Ticket, now: Instant) -> Admission {
        if !matches!(ticket.route, Route::Protected) {
            return Admission::Send;
        }
        let admission = match ticket.stage {
            Stage::First => self.admit_first(ticket, now),
            Stage::Again | Stage::Second => self.admit_again(ticket, now),
        };
        if matches!(admission, Admission::Send) {
            ticket.stamp = self.generation;
            if ticket.stage == Stage::Again {
                ticket.stage = Stage::Second;
                self.trial.replays += 1;
            }
        }
        admission
    }

    fn admit_first(&mut self, ticket: &mut Ticket, now: Instant) -> Admission {
        if self.is_over() {
            return Admission::Send;
        }
        // A stream is gone once it is sent, so it is only sent where it may well succeed (contract R5).
        let one_shot = ticket.replay == Replay::OneShot;
        let slept = self.life.filter(|_| one_shot).map_or(0, |life| life.slept);
        // Where nothing can be done about it, the server may say whether the token is still good.
        let hopeless = !self.can_refresh();
        let expired = !hopeless && self.is_expired(now, slept);
        if let Some(outcome) = ticket.outcome.take() {
            return match outcome {
                Outcome::Failed(error) if one_shot && expired => Admission::Refuse(error),
                _ => Admission::Send,
            };
        }
        if let Some(flight) = &self.flight {
            let waits = expired || flight.proven;
            return if waits {
                Admission::Wait(self.wait(ticket.place))
            } else {
                Admission::Send
            };
        }
        let due = one_shot
            && !hopeless
            && self
                .life
                .is_some_and(|life| now.monotonic + slept >= life.due);
        if !expired && !due || self.is_newborn(now) {
            return Admission::Send;
        }
        match self.backoff.in_force(now.monotonic) {
            Some(error) if one_shot && expired => Admission::Refuse(error),
            Some(_) => Admission::Send,
            None => {
                self.start(Trigger::Demand, now);
                Admission::Wait(self.wait(ticket.place))
            }
        }
    }

    fn admit_again(&mut self, ticket: &mut Ticket, now: Instant) -> Admission {
        if !self.belongs_here(ticket) {
            return Admission::GiveBack;
        }
        let outcome = ticket.outcome.take();
        let newer = self.generation > ticket.stamp;
        if newer && (outcome.is_some() || self.admits_at_once(now).is_some()) {
            return Admission::Send;
        }
        match outcome {
            Some(Outcome::Failed(error)) => return Admission::Refuse(error),
            Some(_) => return Admission::GiveBack,
            None => {}
        }
        if self.flight.is_none() {
            match self.backoff.in_force(now.monotonic) {
                Some(_) if newer => return Admission::Send,
                Some(error) => return Admission::Refuse(error),
                None => self.start(
                    if newer {
                        Trigger::Demand
                    } else {
                        Trigger::Unauthorized
                    },
                    now,
                ),
            }
        }
        Admission::Wait(self.wait(ticket.place))
    }

    /// What becomes of this answer?
    pub fn judge(&mut self, mut ticket: Ticket, answer: Answer<'_>, now: Instant) -> Verdict {
        if !matches!(ticket.route, Route::Protected) {
            return Verdict::Deliver;
        }
        if !answer.unauthorized {
            if ticket.stage != Stage::First && ticket.stamp == self.generation {
                self.trial.replay_accepted();
            }
            return Verdict::Deliver;
        }
        match challenge::advise(answer.challenge) {
            Advice::Refresh => {}
            Advice::Deliver => return Verdict::Deliver,
            Advice::StepUp {
                acr_values,
                max_age,
            } => {
                self.notify(Event::StepUp {
                    acr_values,
                    max_age,
                });
                return Verdict::Deliver;
            }
        }
        if ticket.stage != Stage::First {
            return self.judge_second(&ticket, now);
        }
        if !self.belongs_here(&ticket) || ticket.replay == Replay::OptedOut {
            return Verdict::Deliver;
        }
        let current = ticket.stamp == self.generation;
        let replayable = ticket.replay == Replay::Possible;
        if current && self.flight.is_none() {
            if let Some(error) = self.backoff.in_force(now.monotonic) {
                return if replayable {
                    Verdict::Refuse(error)
                } else {
                    Verdict::Deliver
                };
            }
            if !self.is_overdue(now) && self.trial.is_doubtful(now.monotonic) {
                return Verdict::Deliver;
            }
            self.start(Trigger::Unauthorized, now);
        }
        if current && let Some(flight) = &mut self.flight {
            flight.proven = true;
        }
        if !replayable {
            return Verdict::Deliver;
        }
        ticket.stage = Stage::Again;
        ticket.outcome = None;
        Verdict::Retry(ticket)
    }

    fn judge_second(&mut self, ticket: &Ticket, now: Instant) -> Verdict {
        if ticket.stamp != self.generation {
            return Verdict::Deliver;
        }
        if self.trial.replay_refused(now.monotonic) {
            self.warn(
                Warning::RefreshIneffective,
                "The session was refreshed and the API still answers 401: does it accept the new token?".to_owned(),
            );
        }
        // The token that it was replayed with has had its day too, and only the network keeps the next one away: that
        // is no 401 to sign anybody out for (contract F1).
        match self.backoff.in_force(now.monotonic) {
            Some(error) if self.belongs_here(ticket) => Verdict::Refuse(error),
            _ => Verdict::Deliver,
        }
    }

    /// Somebody does not wait any more.
    pub fn cancel(&mut self, id: WaitId) {
        self.waiting.retain(|waiting| waiting.id != id);
    }

    /// A request is replayed across a refresh, never from one user's session into the next one's.
    fn belongs_here(&self, ticket: &Ticket) -> bool {
        !self.is_over() && ticket.stamp >= self.first_generation
    }

    // ---- tokens, in bearer mode --------------------------------------------------------------------------------

    /// What a request to a protected URL is to carry.
    #[must_use]
    pub fn access_token(&self) -> Option<&Secret> {
        self.keyring.access()
    }

    /// Whether that is bound to a key, so that it takes a proof (RFC 9449 §7.1).
    #[must_use]
    pub fn is_token_bound(&self) -> bool {
        self.keyring.is_bound()
    }

    /// What a refresh is to be asked for with.
    #[must_use]
    pub fn refresh_token(&self) -> Option<&Secret> {
        self.keyring.refresh()
    }

    /// What the server is to revoke (RFC 7009); only once.
    pub fn take_revoked(&mut self) -> Option<Secret> {
        self.keyring.take_revoked()
    }

    /// Why the refresh under way started.
    #[must_use]
    pub fn trigger(&self) -> Option<Trigger> {
        self.flight.as_ref().map(|flight| flight.trigger)
    }

    /// The error of asking for a refresh where the session is over, with what the server said to that.
    #[must_use]
    pub fn session_ended(&self) -> Box<Error> {
        Box::new(Error {
            oauth: self.verdict.clone(),
            ..Error::session_ended()
        })
    }

    // ---- refreshing --------------------------------------------------------------------------------------------

    /// The application wants a refresh now, or to join the one under way.
    pub fn refresh(&mut self, now: Instant) -> Freshness {
        if self.is_over() {
            return Freshness::Refuse(self.session_ended());
        }
        if self.flight.is_none() {
            if !self.can_refresh() {
                return Freshness::Refuse(Box::new(Error::new(
                    Code::RefreshMisconfigured,
                    "There is no refresh token, or it was given up because its fate is unknown after two lost answers: \
                     sign in again, or set the option refresh to a function.",
                )));
            }
            self.start(Trigger::Manual, now);
        }
        self.last_place += 1;
        Freshness::Wait(self.wait(self.last_place))
    }

    /// The application wants a token that is good for that many milliseconds more.
    pub fn ensure_fresh(&mut self, validity: Millis, now: Instant) -> Freshness {
        if !self.is_over() {
            let proven = self.flight.as_ref().is_some_and(|flight| flight.proven);
            if !proven && !self.is_expired(now, validity) {
                return Freshness::Fresh;
            }
            if self.flight.is_none() {
                // What was just refreshed gets no fresher; and a loop of sockets that reconnect is no reason to hurry.
                if self.is_newborn(now) {
                    return Freshness::Fresh;
                }
                if let Some(error) = self.backoff.in_force(now.monotonic) {
                    return Freshness::Refuse(error);
                }
            }
        }
        self.refresh(now)
    }

    /// The refresh was answered. `cause` says in a few words why there is no answer, if there is none.
    pub fn handle_reply(&mut self, id: FlightId, reply: Result<&Reply, &str>, now: Instant) {
        let (meaning, mut tokens) = self.understand(reply, now);
        let is_late = self.stray.as_ref().is_some_and(|stray| stray.id == id);
        if let Some(tokens) = tokens.take_if(|_| is_late) {
            self.keyring.surrender_late(tokens);
        }
        let Some(flight) = self.land(id) else { return };
        let oauth = reply.ok().and_then(|reply| self.oauth(reply));
        match tokens {
            Some(tokens) => self.keyring.renew(tokens),
            None if reply.map_or(true, Reply::is_garbled) => self.lose_sight_of_token(),
            None => {}
        }
        let mut error = match meaning {
            Meaning::Renewed(expiry) => return self.succeed(&flight, expiry, now),
            Meaning::Rejected => {
                self.verdict = oauth;
                return self.doubt(flight, now);
            }
            Meaning::Redirected if self.policy.checks_session => {
                self.flight = Some(flight);
                return self.effects.push(Effect::AskSession(id));
            }
            Meaning::Redirected => return self.doubt(flight, now),
            Meaning::Transient { retry_after } => {
                let mut error = self.unavailable(&seen(reply));
                error.retry_after = retry_after;
                error
            }
            Meaning::Misconfigured(seen) => {
                let message = joined(&[
                    &self.policy.refresh_url,
                    " did not refresh the session: ",
                    &seen,
                ]);
                Error::new(Code::RefreshMisconfigured, message)
            }
        };
        error.oauth = oauth;
        self.fail(&flight, error, now);
    }

    /// The session check that [`Effect::AskSession`] asked for was answered.
    pub fn handle_session_reply(
        &mut self,
        id: FlightId,
        reply: Result<&Reply, &str>,
        now: Instant,
    ) {
        let Some(flight) = self.land(id) else { return };
        match reply.map(Reply::shows_session) {
            Ok(Presence::Somebody) => {
                let expiry = reply
                    .map(|reply| reply.expiry(now.wall))
                    .unwrap_or_default();
                self.succeed(&flight, expiry, now);
            }
            Ok(Presence::Nobody) => self.doubt(flight, now),
            Ok(Presence::Unclear) | Err(_) => {
                self.fail_for_now(
                    &flight,
                    "was redirected, and the session check did not tell why",
                    now,
                );
            }
        }
    }

    /// The refresh could not even be sent: there is no network.
    pub fn handle_unsent(&mut self, id: FlightId, now: Instant) {
        if let Some(flight) = self.land(id) {
            self.fail_for_now(&flight, "was not sent, for there is no network", now);
        }
    }

    /// There is nothing to refresh with, or the application's own function said that the session has ended.
    pub fn handle_rejection(&mut self, id: FlightId, now: Instant) {
        if let Some(flight) = self.land(id) {
            self.doubt(flight, now);
        }
    }

    /// The refresh token was sent, and what became of it is not known (contract K6). A function of the application's own
    /// knows better whether it sent it.
    fn lose_sight_of_token(&mut self) {
        if !self.policy.custom_refresh {
            self.keyring.not_heard();
        }
    }

    fn understand(&self, reply: Result<&Reply, &str>, now: Instant) -> (Meaning, Option<Tokens>) {
        match reply {
            Ok(reply) if self.policy.bearer => {
                let (meaning, tokens) = reply.token_meaning(self.policy.dpop, now.wall);
                let loosened = |tokens: &Tokens| self.keyring.is_loosened_by(tokens);
                // Nobody but us would notice.
                if self.policy.dpop && tokens.as_ref().is_some_and(loosened) {
                    return (Meaning::Misconfigured(LOOSENED.to_owned()), None);
                }
                (meaning, tokens)
            }
            Ok(reply) => (reply.meaning(now.wall), None),
            Err(_) => (Meaning::Transient { retry_after: None }, None),
        }
    }

    fn oauth(&self, reply: &Reply) -> Option<OAuthError> {
        let access = self.keyring.access().map_or("", Secret::expose);
        let refresh = self.keyring.refresh().map_or("", Secret::expose);
        reply.oauth(&[access, refresh])
    }

    fn start(&mut self, trigger: Trigger, now: Instant) {
        if self.backoff.in_force(now.monotonic).is_none() {
            self.backoff.ran_out();
        }
        let id = FlightId(self.fresh_id());
        self.notify(Event::Refresh {
            trigger,
            phase: Phase::Start,
        });
        let flight = Box::new(Flight {
            id,
            trigger,
            started: now,
            step: Step::Napping,
            deadline: 0,
            sent: now,
            turn: None,
            overtaken: false,
            proven: trigger == Trigger::Unauthorized,
            probe: false,
        });
        if self.policy.tabs.is_some() {
            self.queue(flight, now);
        } else {
            self.call(flight, now);
        }
    }

    /// Asks the server.
    fn call(&mut self, mut flight: Box<Flight>, now: Instant) {
        // The turn is not had for longer because it was not used at once: the others wait for no longer.
        let deferred = matches!(flight.step, Step::Deferred);
        let taken = if deferred { self.legacy() } else { 0 };
        flight.step = Step::Calling;
        flight.deadline = now.monotonic + self.policy.refresh_timeout - taken;
        flight.sent = now;
        self.effects.push(Effect::Refresh(flight.id));
        self.flight = Some(flight);
    }

    fn succeed(&mut self, flight: &Flight, expiry: Expiry, now: Instant) {
        self.generation += 1;
        self.backoff.clear();
        self.trial.begin(flight.proven, now.monotonic);
        self.begin_life(expiry, flight.sent, now);
        self.notify(Event::Refresh {
            trigger: flight.trigger,
            phase: Phase::Success(flight.age(now)),
        });
        self.tabs.mark.renew(self.expires_at());
        self.become_active();
        self.tell_tabs();
        self.end_turn(flight.turn);
        self.resume_all(Outcome::Renewed);
    }

    /// The server said no. That may only mean that another tab was faster (contract F6).
    fn doubt(&mut self, mut flight: Box<Flight>, now: Instant) {
        if self.policy.tabs.is_none() {
            return self.reject(flight, now);
        }
        flight.step = Step::Doubted;
        flight.deadline = now.monotonic + LOOK;
        self.look();
        self.flight = Some(flight);
    }

    fn reject(&mut self, mut flight: Box<Flight>, now: Instant) {
        if flight.overtaken && self.is_expired(now, 0) {
            // It said no to a token that is not the last; that has had its day too, but there is another to try.
            flight.overtaken = false;
            return self.queue(flight, now);
        }
        self.end_turn(flight.turn);
        if self.is_moot(&flight, now) {
            return self.resume_all(Outcome::Renewed);
        }
        self.life = None;
        // Once a session was heard of, a no is news all the same.
        let finds_nobody = flight.probe && self.standing == Standing::Unknown;
        self.standing = if finds_nobody {
            Standing::SignedOut
        } else {
            Standing::Ended
        };
        self.keyring.forget();
        self.notify_failure(&flight, self.session_ended(), now);
        if finds_nobody {
            // What the others said of it is true, then.
            self.keep_in_sight();
        } else {
            self.tabs.mark.end(Status::Ended);
            self.tell_tabs();
            self.notify(Event::SessionEnd {
                reason: EndReason::Rejected,
            });
        }
        self.resume_all(Outcome::Over);
    }

    fn fail_for_now(&mut self, flight: &Flight, seen: &str, now: Instant) {
        self.fail(flight, self.unavailable(seen), now);
    }

    fn unavailable(&self, seen: &str) -> Error {
        let message = joined(&[
            &self.policy.refresh_url,
            " could not refresh the session now: it ",
            seen,
            ". The session is kept, and tried again later.",
        ]);
        Error::new(Code::RefreshUnavailable, message)
    }

    fn fail(&mut self, flight: &Flight, error: Error, now: Instant) {
        self.end_turn(flight.turn);
        if self.is_moot(flight, now) {
            return self.resume_all(Outcome::Renewed);
        }
        let error = self.backoff.begin(error, now.monotonic);
        self.notify_failure(flight, error.clone(), now);
        self.resume_all(Outcome::Failed(error));
    }

    /// Whether it does not matter how this refresh failed: another tab's has succeeded meanwhile.
    fn is_moot(&self, flight: &Flight, now: Instant) -> bool {
        flight.overtaken && !self.is_expired(now, 0)
    }

    // ---- signing in and out ------------------------------------------------------------------------------------

    /// Somebody signed in, with a request sent at `since`.
    pub fn handle_sign_in(&mut self, expiry: Expiry, since: Instant, now: Instant) {
        self.make_way(now);
        self.begin_life(expiry, since, now);
        self.tabs.mark.sign_in(self.expires_at());
        self.become_active();
        self.tell_tabs();
        if self.is_among_tabs() {
            // The others may be further than was heard here, and take this for old news.
            self.tabs.signs_in_until = now.monotonic + LOOK;
            self.look();
        }
    }

    /// Another session begins: nothing of what went before may reach into it.
    fn make_way(&mut self, now: Instant) {
        self.abandon_flight(Outcome::Replaced, now);
        // Cookies that come from before must not overwrite those of the session that begins here, nor may a sign-out
        // that the server has not been told of end it.
        self.abort_stray();
        if let Some(sign_out) = self.sign_out.take() {
            self.end_turn(sign_out.turn);
        }
        self.verdict = None;
        self.generation += 1;
        self.first_generation = self.generation;
        self.trial = Trial::default();
        self.backoff.clear();
        self.standing = Standing::Unknown;
    }

    /// The user signs out.
    pub fn handle_sign_out(&mut self, now: Instant) {
        self.tabs.mark.end(Status::SignedOut);
        self.tell_tabs();
        self.end_session(Standing::SignedOut, EndReason::SignedOut, now);
        let turn = self.policy.tabs.is_some().then(|| self.ask_turn(0));
        if turn.is_none() && self.stray.is_none() {
            return self.effects.push(Effect::TellSignOut);
        }
        let at = now.monotonic + SIGN_OUT_GRACE;
        if let Some(before) = self.sign_out.replace(SignOut { at, turn }) {
            self.end_turn(before.turn);
        }
    }

    /// Nobody is signed in any more.
    fn end_session(&mut self, standing: Standing, reason: EndReason, now: Instant) {
        let had_ended = self.is_over();
        self.standing = standing;
        self.life = None;
        self.verdict = None;
        self.keyring.surrender();
        self.backoff.clear();
        self.abandon_flight(Outcome::Over, now);
        if !had_ended {
            self.notify(Event::SessionEnd { reason });
        }
    }

    fn tell_sign_out(&mut self) {
        if let Some(sign_out) = self.sign_out.take() {
            self.effects.push(Effect::TellSignOut);
            self.end_turn(sign_out.turn);
        }
    }

    /// Somebody signed in, or did so before, with these tokens.
    pub fn handle_tokens(&mut self, tokens: Tokens, expiry: Expiry, since: Instant, now: Instant) {
        let untold = self.sign_out.is_some();
        self.keyring.replace(tokens);
        self.handle_sign_in(expiry, since, now);
        // Unlike a logout by cookie, a revocation names what it ends, and that is not what begins here.
        if untold {
            self.effects.push(Effect::TellSignOut);
        }
    }

    /// The client is given up. Says whether the server has yet to be told of a sign-out.
    pub fn handle_dispose(&mut self) -> bool {
        self.keyring.forget();
        self.sign_out.take().is_some()
    }

    /// The session check was answered.
    pub fn handle_session_check(
        &mut self,
        reply: Result<&Reply, &str>,
        now: Instant,
        sent: Instant,
    ) {
        // Whatever happened meanwhile knows better.
        if self.standing != Standing::Unknown || self.generation > 0 || self.flight.is_some() {
            return;
        }
        match reply.map(Reply::shows_session) {
            Ok(Presence::Somebody) => {
                let expiry = reply
                    .map(|reply| reply.expiry(now.wall))
                    .unwrap_or_default();
                self.begin_life(expiry, sent, now);
                self.tabs.mark.find(self.expires_at());
                self.become_active();
                self.tell_tabs();
            }
            // A refresh has just failed, and the next one will tell as much.
            Ok(Presence::Nobody) if self.backoff.in_force(now.monotonic).is_some() => {}
            Ok(Presence::Nobody) => {
                // The access token may be gone while the refresh token is good.
                self.start(Trigger::Demand, now);
                if let Some(flight) = &mut self.flight {
                    flight.probe = true;
                }
            }
            Ok(Presence::Unclear) | Err(_) => {
                self.warn(
                    Warning::SessionCheckFailed,
                    joined(&[
                        "The session check ",
                        &seen(reply),
                        "; a session is answered 200 with JSON, none with 401.",
                    ]),
                );
            }
        }
    }

    /// Whether nobody is signed in, as far as is known.
    fn is_over(&self) -> bool {
        matches!(self.standing, Standing::Ended | Standing::SignedOut)
    }

    fn become_active(&mut self) {
        if self.standing != Standing::Active {
            self.standing = Standing::Active;
            self.notify(Event::SessionStart {
                generation: self.generation,
            });
        }
    }

    /// Lets go of the refresh under way: whatever it brings changes nothing (contract F5).
    fn abandon_flight(&mut self, outcome: Outcome, now: Instant) {
        if let Some(flight) = self.flight.take() {
            if matches!(flight.step, Step::Calling) {
                self.stray = Some(Stray {
                    id: flight.id,
                    turn: flight.turn,
                    deadline: flight.deadline,
                });
            } else {
                self.end_turn(flight.turn);
            }
            let given_up = "The refresh was given up, for the user signed in or out meanwhile.";
            let error = Error::new(Code::SessionEnded, given_up);
            self.notify_failure(&flight, Box::new(error), now);
        }
        self.resume_all(outcome);
    }

    fn abort_stray(&mut self) {
        if let Some(stray) = self.stray.take() {
            self.effects.push(Effect::Abort(stray.id));
            self.end_turn(stray.turn);
        }
    }

    /// Takes the refresh whose call has settled; none, if nobody waits for it any more. A sign-out may follow it then.
    fn land(&mut self, id: FlightId) -> Option<Box<Flight>> {
        if let Some(stray) = self.stray.take_if(|stray| stray.id == id) {
            self.end_turn(stray.turn);
            // The turn that was just let go of comes to it by itself.
            if self
                .sign_out
                .is_some_and(|sign_out| sign_out.turn.is_none())
            {
                self.tell_sign_out();
            }
        }
        self.flight.take_if(|flight| flight.id == id)
    }

    // ---- the other tabs ----------------------------------------------------------------------------------------

    /// Another tab said something.
    pub fn handle_news(&mut self, news: &str, now: Instant) {
        if let Some(news) = News::parse(news) {
            self.hear(news, now);
        }
    }

    /// The other tabs were looked for, as [`Effect::Join`] or [`Effect::Look`] asked.
    pub fn handle_sight(&mut self, sight: &Sight, now: Instant) {
        self.looks = self.looks.saturating_sub(1);
        self.see(sight, now);
        // What was looked for before it mattered is old.
        let is_fresh = self.looks == 0;
        if is_fresh {
            self.tabs.signs_in_until = 0;
        }
        match self.flight.take() {
            // Whoever has another turn may be back from a freeze, and the faster one: its news may be yet to come.
            Some(flight)
                if matches!(flight.step, Step::Doubted) && is_fresh && !sight.is_busy() =>
            {
                self.reject(flight, now);
            }
            Some(flight) if matches!(flight.step, Step::Deferred) && is_fresh => {
                // Others may have gone round this page while it hung; and who only looks does not stay so long.
                let is_hung = now.monotonic >= flight.deadline;
                if is_hung || (0..LANES).any(|lane| self.is_in_use(lane, sight)) {
                    self.queue(flight, now);
                } else {
                    self.call(flight, now);
                }
            }
            Some(mut flight) => {
                match &mut flight.step {
                    Step::Queued(queue) => {
                        match queue.advice(sight, is_fresh) {
                            Patience::Wait => self.flight = Some(flight),
                            Patience::GiveUp => {
                                self.fail_for_now(&flight, "had no turn within refreshTimeout, for other tabs were refreshing", now);
                            }
                            Patience::GoRound(holder) => {
                                let (lane, beside) = (queue.lane, beside(queue.lane));
                                let wish = flight.turn.take();
                                self.tabs.stuck[lane] = wish.map(|wish| Stuck { wish, holder });
                                if self.tabs.is_stuck(beside, sight) {
                                    self.call(flight, now);
                                } else {
                                    self.queue_in(beside, flight, now);
                                }
                            }
                        }
                    }
                    _ => self.flight = Some(flight),
                }
            }
            None => {}
        }
    }

    /// It is this tab's turn, with what is in sight of it; or there are no turns here (contract S5).
    pub fn handle_turn(&mut self, turn: TurnId, sight: Option<&Sight>, now: Instant) {
        // It may show that somebody has signed in since, whom this tab's sign-out does not mean.
        if let Some(sight) = sight {
            self.see(sight, now);
        }
        if self
            .sign_out
            .is_some_and(|sign_out| sign_out.turn == Some(turn))
        {
            // This tab's own refresh may be out all the same: where there are no turns, or in another lane.
            if self.stray.is_none() {
                self.tell_sign_out();
            } else if let Some(sign_out) = &mut self.sign_out {
                sign_out.turn = None;
                self.end_turn(Some(turn));
            }
            return;
        }
        if let Some(lane) = self.tabs.free(turn) {
            return self.handle_late_turn(turn, lane);
        }
        let is_its = |flight: &mut Box<Flight>| {
            flight.turn == Some(turn) && matches!(flight.step, Step::Queued(_))
        };
        let Some(flight) = self.flight.take_if(is_its) else {
            // Too late; whoever took back the wish for it let go of it too.
            return;
        };
        let (Step::Queued(queue), Some(sight)) = (&flight.step, sight) else {
            return self.call(flight, now);
        };
        let beside = beside(queue.lane);
        let is_in_use = self.is_in_use(beside, sight);
        if queue.hung || now.monotonic >= flight.deadline {
            // Others may have gone round this page while it hung.
            self.queue(flight, now);
        } else if is_in_use && (beside > 0 || queue.goes_round) {
            // Some went round a turn that was stuck, and it being free again is no reason to overtake them; or nobody
            // needs to go round it any more.
            self.queue_in(beside, flight, now);
        } else if is_in_use || queue.inherits(sight) {
            // Whoever did not come to the last lane to go round is not sent back at once, or they might never meet.
            self.defer(flight, now);
        } else {
            self.call(flight, now);
        }
    }

    /// Whether another tab has the turn in that lane, and is not stuck there.
    fn is_in_use(&self, lane: usize, sight: &Sight) -> bool {
        sight.holders[lane].is_some() && !self.tabs.is_stuck(lane, sight)
    }

    /// What was stuck is not: whoever waits behind this wish may have its turn.
    fn handle_late_turn(&mut self, turn: TurnId, lane: usize) {
        let unused = match &mut self.flight {
            // Unless this tab refreshes without it: who waits in the last lane would go as well, or in any if it went alone.
            Some(flight)
                if matches!(flight.step, Step::Calling)
                    && (lane + 1 == LANES || flight.turn.is_none()) =>
            {
                flight.turn.replace(turn)
            }
            _ => Some(turn),
        };
        self.end_turn(unused);
    }

    /// The page goes into the back/forward cache, or for good. What it holds there, nobody else can have.
    pub fn handle_pagehide(&mut self, now: Instant) {
        if self.policy.tabs.is_none() {
            return;
        }
        self.doze(now);
        if let Some(flight) = &mut self.flight {
            let turn = flight.turn.take();
            self.end_turn(turn);
        }
        self.tabs.away = true;
        self.effects.push(Effect::Leave);
    }

    /// The page is shown: for the first time, or again.
    pub fn handle_pageshow(&mut self, now: Instant) {
        if std::mem::take(&mut self.tabs.away) {
            self.join_tabs();
            self.keep_in_sight();
        }
        self.handle_wake(false, now);
    }

    /// The page freezes: a turn that it got now would be lost on it. One that it has is better kept, for the server is
    /// being asked.
    pub fn handle_freeze(&mut self, now: Instant) {
        self.doze(now);
    }

    /// The page is frozen no more. It looks for what was said meanwhile.
    pub fn handle_resume(&mut self, now: Instant) {
        if self.policy.tabs.is_some() {
            self.look();
        }
        self.handle_wake(false, now);
    }

    fn doze(&mut self, now: Instant) {
        // What nobody waits for is not worth a turn, and a sign-out that waits for one may not get another chance.
        self.abort_stray();
        self.tell_sign_out();
        // Nor does a sign-in from before count on from what is said meanwhile: that may be a sign-out.
        self.tabs.signs_in_until = 0;
        for stuck in std::mem::take(&mut self.tabs.stuck) {
            self.end_turn(stuck.map(|stuck| stuck.wish));
        }
        // What is in sight now will be old when the page runs again: then it starts over.
        if let Some(flight) = &mut self.flight
            && !matches!(flight.step, Step::Calling)
        {
            let turn = flight.turn.take();
            flight.step = Step::Napping;
            // Frozen pages have no timers: if it comes to that, it was not.
            flight.deadline = now.monotonic + NAP;
            self.end_turn(turn);
        }
    }

    fn see(&mut self, sight: &Sight, now: Instant) {
        match sight.news {
            Some(news) if self.tabs.joined && !self.may_be_what_was_refused(&news) => {
                self.hear(news, now);
            }
            None if self.tabs.joined => {}
            _ => self.join(sight, now),
        }
    }

    /// Whether a session that comes in sight may have been there, unseen, when the request was sent that was answered 401:
    /// then it is that token which was refused, and adopting it cures nothing. Who was seen refreshing has a new one.
    fn may_be_what_was_refused(&self, news: &News) -> bool {
        let knows_nothing = self.standing == Standing::Unknown && self.generation == 0;
        let saw_nobody_refresh = |flight: &Flight| match &flight.step {
            Step::Queued(queue) => !matches!(queue.holder, Some(Some(_))),
            _ => false,
        };
        let flight = self.flight.as_deref();
        knows_nothing
            && news.status == Status::Active
            && news.supersedes(&self.tabs.mark)
            && flight.is_some_and(|flight| flight.proven && saw_nobody_refresh(flight))
    }

    /// How far the other tabs are is known now, for the first time.
    fn join(&mut self, sight: &Sight, now: Instant) {
        match self.tabs.join(sight.news) {
            // A page that is loaded anew believes its siblings that somebody is signed in, not that nobody is: it may
            // well come from signing in.
            Some(news) if news.status == Status::Active => {
                self.begin_life(news.expiry(now), now, now);
                self.become_active();
                self.keep_in_sight();
            }
            None if self.standing != Standing::Unknown => self.tell_tabs(),
            _ if self.policy.checks_session => self.check_session(),
            _ => {}
        }
    }

    fn hear(&mut self, news: News, now: Instant) {
        if !self.tabs.hear(news) {
            return;
        }
        if now.monotonic < self.tabs.signs_in_until {
            self.tabs.mark.count_on_from(&news);
            return self.tell_tabs();
        }
        match news.status {
            Status::SignedOut => {
                self.tabs.mark = news;
                self.end_session(Standing::SignedOut, EndReason::SignedOut, now);
            }
            // What the server is just being asked, it answers itself.
            Status::Ended if self.is_calling() => return,
            Status::Ended => {
                self.tabs.mark = news;
                self.end_session(Standing::Ended, EndReason::Rejected, now);
            }
            _ => self.adopt(news, now),
        }
        self.keep_in_sight();
    }

    /// Another tab has refreshed, or its user has signed in.
    fn adopt(&mut self, news: News, now: Instant) {
        let knew_nothing = self.standing == Standing::Unknown && self.generation == 0;
        let another = news.session != self.tabs.mark.session && !knew_nothing;
        // It may have been there, unseen, when the request was sent that was answered 401: that is no cure then.
        let is_missed = knew_nothing && !news.is_refreshed();
        self.tabs.mark = news;
        if another {
            self.make_way(now);
            self.begin_life(news.expiry(now), now, now);
            return self.become_active();
        }
        self.generation += 1;
        self.backoff.clear();
        let blamed = self.flight.as_ref().is_some_and(|flight| flight.proven);
        self.trial.adopt(blamed, now.monotonic);
        self.begin_life(news.expiry(now), now, now);
        let trigger = self.flight.as_ref().map(|flight| flight.trigger);
        self.notify(Event::Adopted { trigger });
        self.become_active();
        let expired = self.is_expired(now, 0);
        match &mut self.flight {
            Some(flight) if is_missed && flight.proven && !matches!(flight.step, Step::Doubted) => {
                flight.overtaken = matches!(flight.step, Step::Calling);
                return;
            }
            Some(flight) if matches!(flight.step, Step::Calling) => {
                flight.overtaken = true;
                // The 401 was to the token before: nobody with this one need wait for an answer that may never come.
                flight.proven = false;
            }
            Some(flight) if expired => flight.overtaken |= matches!(flight.step, Step::Doubted),
            _ => {
                let turn = self.flight.take().and_then(|flight| flight.turn);
                self.end_turn(turn);
            }
        }
        if !expired {
            self.resume_all(Outcome::Renewed);
        }
    }

    fn is_calling(&self) -> bool {
        matches!(&self.flight, Some(flight) if matches!(flight.step, Step::Calling))
    }

    // ---- turns, and news of our own ----------------------------------------------------------------------------

    /// Asks for a turn, in a lane that is not stuck if there is one.
    fn queue(&mut self, flight: Box<Flight>, now: Instant) {
        let lane = self.tabs.stuck.iter().position(Option::is_none);
        self.queue_in(lane.unwrap_or(0), flight, now);
    }

    /// Asks for a turn in that lane, or goes by the wish that it has there from when it was stuck.
    fn queue_in(&mut self, lane: usize, mut flight: Box<Flight>, now: Instant) {
        let turn = match self.tabs.stuck[lane].take() {
            Some(stuck) => stuck.wish,
            None => self.ask_turn(lane),
        };
        flight.step = Step::Queued(Queue {
            lane,
            goes_round: self.tabs.stuck[beside(lane)].is_some(),
            ..Queue::default()
        });
        // Whoever has the turn gives up before that, if it is there.
        flight.deadline = now.monotonic + self.policy.refresh_timeout + LOOK;
        self.look();
        // Only now, so that whoever has that turn next sees that somebody is, or will be, in this lane.
        let before = flight.turn.replace(turn);
        self.end_turn(before);
        self.flight = Some(flight);
    }

    /// Waits for what another tab has asked of the server: the browser takes the answer, though perhaps nobody hears of it.
    fn defer(&mut self, mut flight: Box<Flight>, now: Instant) {
        flight.step = Step::Deferring;
        flight.deadline = now.monotonic + self.legacy();
        self.flight = Some(flight);
    }

    fn legacy(&self) -> Millis {
        LEGACY.min(self.policy.refresh_timeout / 2)
    }

    fn join_tabs(&mut self) {
        self.looks += 1;
        self.effects.push(Effect::Join);
    }

    fn look(&mut self) {
        self.looks += 1;
        self.effects.push(Effect::Look);
    }

    fn ask_turn(&mut self, lane: usize) -> TurnId {
        let turn = TurnId(self.fresh_id());
        self.effects.push(Effect::AskTurn(turn, lane));
        turn
    }

    /// Lets go of a turn, had or asked for; what was to be told is told by then.
    fn end_turn(&mut self, turn: Option<TurnId>) {
        if let Some(turn) = turn {
            self.effects.push(Effect::EndTurn(turn));
        }
    }

    fn tell_tabs(&mut self) {
        self.keep_in_sight();
        if self.is_among_tabs() {
            self.effects.push(Effect::Tell(self.tabs.mark.written()));
        }
    }

    fn keep_in_sight(&mut self) {
        if self.is_among_tabs() && self.tabs.mark.status != Status::Unknown {
            self.effects.push(Effect::Keep(self.tabs.mark.written()));
        }
    }

    fn is_among_tabs(&self) -> bool {
        self.policy.tabs.is_some() && self.tabs.joined && !self.tabs.away
    }

    fn expires_at(&self) -> Option<Millis> {
        self.life.map(|life| life.ends_wall)
    }

    // ---- time --------------------------------------------------------------------------------------------------

    /// The time that [`Session::poll_timeout`] named has come. Early is no matter.
    pub fn handle_timeout(&mut self, now: Instant) {
        if self
            .stray
            .is_some_and(|stray| now.monotonic >= stray.deadline)
        {
            self.abort_stray();
        }
        if self
            .sign_out
            .is_some_and(|sign_out| now.monotonic >= sign_out.at)
        {
            self.abort_stray();
            self.tell_sign_out();
        }
        if let Some(flight) = self
            .flight
            .take_if(|flight| now.monotonic >= flight.deadline)
        {
            self.lose_patience(flight, now);
        }
        if self.flight.is_none() && self.next_proactive().is_some_and(|at| now.monotonic >= at) {
            self.start(Trigger::Expiry, now);
        }
    }

    /// A step of the refresh has taken long enough.
    fn lose_patience(&mut self, mut flight: Box<Flight>, now: Instant) {
        match &mut flight.step {
            Step::Queued(queue) if !queue.impatient => {
                queue.impatient = true;
                queue.hung = now.monotonic >= flight.deadline + LOOK;
                flight.deadline = now.monotonic + LOOK;
                self.look();
                self.flight = Some(flight);
            }
            Step::Queued(_) => {
                self.end_turn(flight.turn.take());
                self.call(flight, now);
            }
            Step::Napping => self.queue(flight, now),
            // The page hung: others may have gone round it meanwhile.
            Step::Deferring | Step::Deferred if now.monotonic >= flight.deadline + LOOK => {
                self.queue(flight, now);
            }
            Step::Deferring => {
                flight.step = Step::Deferred;
                flight.deadline = now.monotonic + LOOK;
                self.look();
                self.flight = Some(flight);
            }
            Step::Deferred => self.call(flight, now),
            Step::Calling => {
                self.effects.push(Effect::Abort(flight.id));
                self.lose_sight_of_token();
                self.fail_for_now(&flight, "did not answer within refreshTimeout", now);
            }
            Step::Doubted => self.reject(flight, now),
        }
    }

    /// The page became visible or hidden. Without a network that is no reason to hurry: the network's return will be one.
    pub fn handle_visibility(&mut self, visible: bool, connected: bool, now: Instant) {
        self.visible = visible;
        if visible {
            self.handle_wake(connected, now);
        }
    }

    /// The machine, the page or the network came back. `hurry` cuts a back-off short, once (contract F3, T3).
    pub fn handle_wake(&mut self, hurry: bool, now: Instant) {
        let slept = now.unaccounted_since(self.clocks);
        self.clocks = now;
        if slept > CLOCK_SLACK
            && let Some(life) = &mut self.life
        {
            life.slept += slept;
        }
        let naps = |flight: &mut Box<Flight>| matches!(flight.step, Step::Napping);
        if let Some(flight) = self.flight.take_if(naps) {
            self.queue(flight, now);
        }
        if self.flight.is_some() {
            return;
        }
        let paused = self.backoff.in_force(now.monotonic).is_some();
        if paused && !(hurry && self.backoff.hurry()) {
            return;
        }
        let due = self
            .life
            .is_some_and(|life| now.monotonic + life.slept >= life.due);
        if self.may_be_proactive() && self.can_refresh() && (paused || due) {
            self.start(Trigger::Wake, now);
        } else if paused {
            self.backoff.lift();
        }
    }

    /// When the next refresh ahead of expiry is due, on the monotonic clock.
    fn next_proactive(&self) -> Option<Millis> {
        let life = self
            .life
            .filter(|_| self.may_be_proactive() && self.can_refresh())?;
        // What is set up wrongly is not tried for ever by a timer; the next request tries.
        if self
            .backoff
            .error()
            .is_some_and(|error| error.code == Code::RefreshMisconfigured)
        {
            return None;
        }
        Some(
            life.due
                .saturating_sub(life.slept)
                .max(self.backoff.earliest()),
        )
    }

    /// Whether there is anything to refresh with. What is due without that is not hurried: the token may be good yet.
    fn can_refresh(&self) -> bool {
        !self.policy.bearer || self.policy.custom_refresh || self.keyring.refresh().is_some()
    }

    fn may_be_proactive(&self) -> bool {
        let wanted = match self.policy.proactive {
            Proactive::Visible => self.visible,
            Proactive::Always => true,
            Proactive::Never => false,
        };
        wanted && !self.is_over()
    }

    fn begin_life(&mut self, expiry: Expiry, since: Instant, now: Instant) {
        self.clocks = now;
        self.life = expiry.lifetime.map(|lifetime| {
            let ends = since.monotonic + lifetime;
            let ahead = self.policy.refresh_before.min(lifetime / 4);
            // A token that is as good as dead when it arrives must not make the timer spin (contract T1).
            let due = (ends - ahead).max(now.monotonic + SHORTEST_PAUSE);
            Life {
                ends,
                due,
                ends_wall: since.wall + lifetime,
                slept: 0,
            }
        });
        if let Some(instead) = expiry.instead {
            self.warn(Warning::ExpiryIgnored, instead.warning());
        }
    }

    fn is_expired(&self, now: Instant, validity: Millis) -> bool {
        self.life
            .is_some_and(|life| now.monotonic.saturating_add(validity) >= life.ends)
    }

    /// Whether the last refresh was so short a time ago that another brings nothing better, even of a token that was
    /// dead when it came (contract T1).
    fn is_newborn(&self, now: Instant) -> bool {
        now.monotonic < self.newborn_until()
    }

    fn newborn_until(&self) -> Millis {
        self.trial.since.map_or(0, |since| since + SHORTEST_PAUSE)
    }

    fn is_overdue(&self, now: Instant) -> bool {
        self.is_expired(now, 0) && !self.is_newborn(now)
    }

    // ---- those who wait, and those who listen ------------------------------------------------------------------

    fn wait(&mut self, place: u32) -> WaitId {
        let id = WaitId(self.fresh_id());
        let index = self
            .waiting
            .partition_point(|waiting| waiting.place <= place);
        self.waiting.insert(index, Waiting { id, place });
        id
    }

    fn resume_all(&mut self, outcome: Outcome) {
        let mut ids = Vec::new();
        for waiting in &self.waiting {
            ids.push(waiting.id);
        }
        self.waiting.clear();
        if !ids.is_empty() {
            self.effects.push(Effect::Resume(ids, outcome));
        }
    }

    fn fresh_id(&mut self) -> u32 {
        self.next_id += 1;
        self.next_id
    }

    fn notify(&mut self, event: Event) {
        self.effects.push(Effect::Notify(event));
    }

    fn notify_failure(&mut self, flight: &Flight, error: Box<Error>, now: Instant) {
        self.notify(Event::Refresh {
            trigger: flight.trigger,
            phase: Phase::Failure(flight.age(now), error),
        });
    }

    fn warn(&mut self, code: Warning, message: String) {
        self.notify(Event::Warning { code, message });
    }
}

impl Flight {
    fn age(&self, now: Instant) -> Millis {
        now.monotonic.saturating_sub(self.started.monotonic)
    }
}

/// What to do about a turn that does not come.
enum Patience {
    Wait,
    /// Others are being served, one after the other; this refresh has taken long enough.
    GiveUp,
    /// That tab has it, and does not let go of it.
    GoRound(Page),
}

/// The other one of two.
fn beside(lane: usize) -> usize {
    LANES - 1 - lane
}

impl Queue {
    /// Whether the tab that had the turn before is gone.
    fn inherits(&self, sight: &Sight) -> bool {
        let before = self.holder.flatten();
        before.is_some_and(|page| !sight.pages.contains(&page))
    }

    fn advice(&mut self, sight: &Sight, is_fresh: bool) -> Patience {
        let holder = sight.holders[self.lane];
        let first = *self.holder.get_or_insert(holder);
        match holder {
            Some(stuck) if self.impatient && is_fresh => {
                if holder == first {
                    Patience::GoRound(stuck)
                } else {
                    Patience::GiveUp
                }
            }
            _ => Patience::Wait,
        }
    }
}

fn earliest(one: Option<Millis>, other: Option<Millis>) -> Option<Millis> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        _ => one.or(other),
    }
}

/// What became of a call, in a few words.
fn seen(reply: Result<&Reply, &str>) -> String {
    match reply {
        Ok(reply) => joined(&["was answered ", &decimal(reply.status.into())]),
        Err(cause) => joined(&["failed (", cause, ")"]),
    }
}
