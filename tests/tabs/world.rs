//! Tabs, their browser, the network and the server, in one thread and in no time.
//!
//! Each tab is a session with a shell that does what the browser's does. Whatever goes from one to another is a
//! [`Parcel`] on its way; when it arrives is up to the weather, or to the test.

mod dice;
mod locks;
mod paths;
mod requests;
mod rules;
mod server;
mod tab;

use oauth_refresh_wasm::core::config::Policy;
use oauth_refresh_wasm::core::effect::{Effect, FlightId};
use oauth_refresh_wasm::core::event::{EndReason, Event, Phase, Trigger};
use oauth_refresh_wasm::core::snapshot::Status;
use oauth_refresh_wasm::core::tabs::{News, Sight};
use oauth_refresh_wasm::core::time::{Instant, Millis, SECOND};
use oauth_refresh_wasm::core::token::Expiry;

pub use dice::Dice;
pub use locks::{Locks, Note, Op, Purpose};
pub use paths::Choice;
pub use server::{Answer, Cookies, Question, Server};
pub use tab::{Fate, Life, Tab};

/// Some time after the machine was started, on a Tuesday in November.
const BEGINNING: Instant = Instant {
    monotonic: 5_000,
    wall: 1_700_000_000_000,
};

/// How long a look takes where there are no locks: so long the others have to say again what they keep.
const WITHOUT_LOCKS: Millis = 100;

/// What the browser has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Engine {
    pub locks: bool,
    pub channel: bool,
}

impl Engine {
    pub const MODERN: Self = Self {
        locks: true,
        channel: true,
    };
}

/// How often, in a hundred, something goes wrong on its way; and how long everything takes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Weather {
    /// Without it, everything takes as long as ever.
    pub dice: Option<Dice>,
    pub news_lost: u64,
    pub news_twice: u64,
    pub news_late: u64,
    pub requests_lost: u64,
    pub answers_lost: u64,
}

/// Something on its way.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Parcel {
    /// When it arrives, on the monotonic clock.
    pub at: Millis,
    /// Of two that arrive at once, the lower comes first.
    pub number: u64,
    pub body: Body,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Body {
    /// From a tab to the lock manager.
    Op(usize, Op),
    /// To a tab.
    Mail(usize, Mail),
    /// A call, to the server.
    Up(u32),
    /// The answer, to the browser; none if the network failed.
    Down(u32, Option<Answer>),
}

/// What arrives in a tab.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Mail {
    News(String),
    /// Some tab asks all others to say again what they keep.
    Hello,
    Note(Note),
    /// A call has settled.
    Landed(Call, Option<Answer>),
}

/// A call that a tab made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Call {
    pub id: u32,
    pub tab: usize,
    pub kind: Kind,
    /// What went with it.
    with: Cookies,
    sent: Instant,
    sent_true: Millis,
    /// Its tab was not there all the time, from when it asked for its turn.
    pub disturbed: bool,
    /// Nobody wants its answer.
    pub given_up: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// For one of the tab's callers.
    Api(usize),
    Refresh(FlightId),
    AskSession(FlightId),
    CheckSession,
    SignIn,
    SignOut,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct World {
    pub now: Instant,
    /// How long the machine slept: true time is that much ahead of its monotonic clock.
    slept: Millis,
    pub policy: Policy,
    pub engine: Engine,
    pub weather: Weather,
    pub tabs: Vec<Tab>,
    pub jar: Cookies,
    pub locks: Locks,
    pub server: Server,
    pub parcels: Vec<Parcel>,
    /// Those without an answer.
    pub calls: Vec<Call>,
    /// Counts the parcels.
    numbers: u64,
    /// Cookies of different sessions overtook each other: nobody can say who is signed in.
    pub crossed: bool,
    /// The last thing that the user did, as far as any tab knows, was to sign out.
    pub out: bool,
    /// The server said that somebody is signed in while the news of the sign-out were on their way to it.
    misled: bool,
    /// Where the user signed out, a session was not known of that only pages that did not run knew.
    overlooked: bool,
    /// Nobody is left who knew of the sign-out: what is kept in sight goes with its tab, and nothing else may be written
    /// down (contract S4). A page that comes out of the cache then cannot know before the server's next no.
    forgotten: bool,
    /// Which call brought the cookies; 0 if none did.
    brought_by: u32,
    /// Which call has landed last.
    landed: u32,
    /// Which tab is about to tell of the cookies.
    tells: Option<usize>,
    /// What it told: what there is to see of the token that the browser has.
    told: Option<News>,
    /// When a clock last did something else than to go on, by true time.
    clocks_touched: Option<Millis>,
    /// Says what happens.
    pub talks: bool,
}

impl World {
    pub fn new(engine: Engine, policy: Policy) -> Self {
        let mut server = Server::new();
        server.refresh_before = policy.refresh_before;
        Self {
            now: BEGINNING,
            slept: 0,
            policy,
            engine,
            weather: Weather::default(),
            tabs: Vec::new(),
            jar: Cookies::default(),
            locks: Locks::default(),
            server,
            parcels: Vec::new(),
            calls: Vec::new(),
            numbers: 0,
            crossed: false,
            out: false,
            misled: false,
            overlooked: false,
            forgotten: false,
            brought_by: 0,
            landed: 0,
            tells: None,
            told: None,
            clocks_touched: None,
            talks: false,
        }
    }

    /// So many tabs of a modern browser, and a user who has signed in.
    pub fn signed_in(tabs: usize) -> Self {
        let mut world = Self::new(Engine::MODERN, policy());
        world.open(tabs);
        world.sign_in(0);
        world.settle();
        world
    }

    // ---- tabs come and go --------------------------------------------------------------------------------------

    pub fn open(&mut self, tabs: usize) {
        for _ in 0..tabs {
            self.open_tab();
        }
    }

    pub fn open_tab(&mut self) -> usize {
        let tab = self.tabs.len();
        self.tell(|| format!("tab {tab} opens"));
        self.tabs
            .push(Tab::new(self.policy.clone(), tab as u64, self.now));
        self.go_on(tab);
        tab
    }

    /// The tab is closed, or crashes. Its calls may be canceled, and what they bring is lost then.
    pub fn kill(&mut self, tab: usize, cancels: bool) {
        self.tell(|| format!("tab {tab} dies"));
        self.disturb(tab);
        self.tabs[tab].life = Life::Dead;
        self.tabs[tab].listens = false;
        self.tabs[tab].inbox.clear();
        self.send(Body::Op(tab, Op::Gone));
        self.forgotten |= self.out && !self.is_sign_out_known();
        if cancels {
            self.cancel(|call| call.tab == tab);
        }
    }

    /// The page freezes; the browser may say so before.
    pub fn freeze(&mut self, tab: usize, says_so: bool) {
        self.tell(|| {
            format!(
                "tab {tab} freezes{}",
                if says_so { "" } else { " without notice" }
            )
        });
        if says_so {
            self.tabs[tab].session.handle_freeze(self.now);
            self.go_on(tab);
        }
        self.disturb(tab);
        self.tabs[tab].life = Life::Asleep;
    }

    /// The page runs again; the browser may say so, before or after what has arrived meanwhile.
    pub fn thaw(&mut self, tab: usize, says_so: bool, first: bool) {
        self.tell(|| format!("tab {tab} thaws"));
        self.disturb(tab);
        self.tabs[tab].life = Life::Running;
        if says_so && first {
            self.resume(tab);
        }
        self.read_inbox(tab);
        if says_so && !first {
            self.resume(tab);
        }
    }

    pub fn resume(&mut self, tab: usize) {
        self.tabs[tab].session.handle_resume(self.now);
        self.go_on(tab);
    }

    /// The page goes into the back/forward cache.
    pub fn hide_page(&mut self, tab: usize) {
        self.tell(|| format!("tab {tab} goes into the cache"));
        self.tabs[tab].session.handle_pagehide(self.now);
        self.go_on(tab);
        self.disturb(tab);
        self.tabs[tab].life = Life::Cached;
    }

    /// The page comes back from there.
    pub fn show_page(&mut self, tab: usize) {
        self.tell(|| format!("tab {tab} comes out of the cache"));
        self.disturb(tab);
        self.tabs[tab].life = Life::Running;
        self.tabs[tab].session.handle_pageshow(self.now);
        self.go_on(tab);
        self.read_inbox(tab);
    }

    pub fn show(&mut self, tab: usize, visible: bool) {
        self.tabs[tab]
            .session
            .handle_visibility(visible, true, self.now);
        self.go_on(tab);
    }

    pub fn wake(&mut self, tab: usize, hurry: bool) {
        self.tabs[tab].session.handle_wake(hurry, self.now);
        self.go_on(tab);
    }

    fn read_inbox(&mut self, tab: usize) {
        while let Some(mail) = self.tabs[tab].inbox.pop_front() {
            self.read(tab, mail);
        }
    }

    /// From now on, its calls do not count as those of a tab that is there.
    fn disturb(&mut self, tab: usize) {
        for call in self.calls.iter_mut().filter(|call| call.tab == tab) {
            call.disturbed = true;
        }
        for parcel in &mut self.parcels {
            if let Body::Mail(_, Mail::Landed(call, _)) = &mut parcel.body {
                call.disturbed |= call.tab == tab;
            }
        }
        let now = self.now.monotonic;
        self.tabs[tab].back_at = now;
        self.tabs[tab].hung = true;
        for caller in &mut self.tabs[tab].callers {
            caller.waiting_since = now;
        }
    }

    // ---- the user ----------------------------------------------------------------------------------------------

    /// The user signs in, in that tab: its application asks the server and then tells the session.
    pub fn sign_in(&mut self, tab: usize) {
        self.tell(|| format!("the user signs in, in tab {tab}"));
        self.call(tab, Kind::SignIn);
    }

    /// The user signs in by a redirect: the browser has the cookies, and no tab knows.
    pub fn sign_in_elsewhere(&mut self) {
        self.tell(|| "the user signs in by a redirect".to_owned());
        let answer = self.server.answer(
            Question::SignIn,
            Cookies::default(),
            self.time(),
            self.time(),
        );
        self.jar = answer.cookies.unwrap_or_default();
        self.told = None;
        self.brought_by = 0;
        self.tells = None;
        self.out = false;
        self.crossed = self
            .calls
            .iter()
            .any(|call| matches!(call.kind, Kind::Refresh(_) | Kind::SignOut));
    }

    pub fn sign_out(&mut self, tab: usize) {
        self.tell(|| format!("the user signs out, in tab {tab}"));
        self.tabs[tab].session.handle_sign_out(self.now);
        self.out = true;
        self.misled = false;
        self.overlooked = self.is_overlooked(tab);
        self.forgotten = false;
        self.go_on(tab);
    }

    /// Whether any tab that is left has heard of the sign-out, or will.
    fn is_sign_out_known(&self) -> bool {
        let signed_out =
            |text: &String| News::parse(text).is_some_and(|news| news.status == Status::SignedOut);
        let tells = |mail: &Mail| matches!(mail, Mail::News(text) if signed_out(text));
        let knows =
            |tab: &Tab| tab.kept.as_ref().is_some_and(signed_out) || tab.inbox.iter().any(tells);
        let hears = |parcel: &Parcel| matches!(&parcel.body, Body::Mail(tab, mail) if self.tabs[*tab].lives() && tells(mail));
        self.tabs.iter().any(|tab| tab.lives() && knows(tab)) || self.parcels.iter().any(hears)
    }

    /// Whether only pages that do not run know of a session that began after the one which that tab knows of: those in
    /// the back/forward cache, and those to whom somebody said so who is gone.
    fn is_overlooked(&self, tab: usize) -> bool {
        let session = |text: &String| News::parse(text).map(|news| news.session);
        let known = self.tabs[tab].kept.as_ref().and_then(session);
        let unread = |mail: &Mail| match mail {
            Mail::News(text) => session(text) > known,
            _ => false,
        };
        let mut others = self.tabs.iter();
        others.any(|other| {
            let cached = other.life == Life::Cached;
            let kept = other.kept.as_ref().filter(|_| cached).and_then(session);
            kept > known || other.lives() && other.inbox.iter().any(unread)
        })
    }

    // ---- time --------------------------------------------------------------------------------------------------

    /// True time, which the server goes by.
    pub fn time(&self) -> Millis {
        self.now.monotonic + self.slept
    }

    /// Time passes, and all happens that is due by then.
    pub fn pass(&mut self, span: Millis) {
        let end = self.now.monotonic + span;
        while self.step(end) {}
        self.advance(end);
    }

    /// Everything that is on its way arrives, and what comes of it.
    pub fn settle(&mut self) {
        let end = self.now.monotonic + 3_600 * SECOND;
        while let Some(at) = self.parcels.iter().map(|parcel| parcel.at).max() {
            assert!(at < end, "what is said is answered without end");
            self.step(at);
        }
    }

    /// One thing happens after the other until that is so.
    pub fn until(&mut self, is_so: impl Fn(&Self) -> bool) {
        let end = self.now.monotonic + 3_600 * SECOND;
        while !is_so(self) {
            assert!(self.step(end), "what is waited for does not happen");
        }
    }

    /// The next thing happens, if it is due by then.
    fn step(&mut self, end: Millis) -> bool {
        let parcel = self
            .parcels
            .iter()
            .enumerate()
            .min_by_key(|(_, parcel)| (parcel.at, parcel.number));
        let parcel = parcel.map(|(index, parcel)| (parcel.at, index));
        let alarm = self.next_alarm();
        match (parcel, alarm) {
            (Some((at, index)), _) if at <= end && alarm.is_none_or(|(ring, _)| at <= ring) => {
                self.advance(at);
                self.deliver(index);
            }
            (_, Some((at, tab))) if at <= end => {
                self.advance(at);
                self.ring(tab);
            }
            _ => return false,
        }
        true
    }

    /// Which tab's alarm rings next, and when.
    pub fn next_alarm(&self) -> Option<(Millis, usize)> {
        let tabs = self.tabs.iter().enumerate().filter(|(_, tab)| tab.runs());
        tabs.filter_map(|(index, tab)| tab.session.poll_timeout().map(|at| (at, index)))
            .min()
    }

    /// That tab's alarm rings.
    pub fn ring(&mut self, tab: usize) {
        self.tell(|| format!("tab {tab}: its alarm rings"));
        self.tabs[tab].session.handle_timeout(self.now);
        self.go_on(tab);
        let next = self.tabs[tab].session.poll_timeout();
        assert!(
            next.is_none_or(|next| next > self.now.monotonic),
            "T1: the alarm rings without end"
        );
    }

    pub fn advance(&mut self, to: Millis) {
        let span = to.saturating_sub(self.now.monotonic);
        self.now.monotonic += span;
        self.now.wall += span;
    }

    /// The machine sleeps: its monotonic clock stands still.
    pub fn sleep(&mut self, span: Millis) {
        self.tell(|| format!("the machine sleeps for {span} ms"));
        self.slept += span;
        self.now.wall += span;
        self.clocks_touched = Some(self.time());
    }

    /// Somebody sets the wall clock.
    pub fn set_clock(&mut self, by: i64) {
        self.tell(|| format!("the wall clock is set by {by} ms"));
        self.now.wall = self.now.wall.saturating_add_signed(by);
        self.clocks_touched = Some(self.time());
    }

    // ---- what is on its way ------------------------------------------------------------------------------------

    fn send(&mut self, body: Body) {
        let at = self.now.monotonic + self.delay(&body);
        // What goes between a tab and the lock manager keeps its order.
        let is_before = |parcel: &&Parcel| match (&parcel.body, &body) {
            (Body::Op(tab, _), Body::Op(other, _)) => tab == other,
            (Body::Mail(tab, Mail::Note(_)), Body::Mail(other, Mail::Note(_))) => {
                tab == other && self.engine.locks
            }
            _ => false,
        };
        let before = self
            .parcels
            .iter()
            .filter(is_before)
            .map(|parcel| parcel.at)
            .max();
        self.numbers += 1;
        self.parcels.push(Parcel {
            at: at.max(before.unwrap_or(0)),
            number: self.numbers,
            body,
        });
    }

    fn delay(&mut self, body: &Body) -> Millis {
        let late = self.weather.news_late;
        if !self.engine.locks && matches!(body, Body::Mail(_, Mail::Note(Note::Seen(..)))) {
            return WITHOUT_LOCKS;
        }
        let Some(dice) = &mut self.weather.dice else {
            return match body {
                Body::Up(_) | Body::Down(..) => 20,
                Body::Mail(_, Mail::Landed(..)) => 0,
                Body::Op(..) | Body::Mail(_, Mail::Note(_)) => 1,
                Body::Mail(_, Mail::News(_) | Mail::Hello) => 2,
            };
        };
        match body {
            Body::Up(_) | Body::Down(..) if dice.percent(5) => dice.below(8 * SECOND),
            Body::Up(_) | Body::Down(..) => dice.below(200),
            Body::Mail(_, Mail::News(_)) if dice.percent(late) => dice.below(60 * SECOND),
            Body::Op(..) | Body::Mail(_, Mail::Note(_)) if dice.percent(2) => dice.below(300),
            _ => dice.below(6),
        }
    }

    fn chance(&mut self, percent: u64) -> bool {
        percent > 0
            && self
                .weather
                .dice
                .as_mut()
                .map_or(percent >= 100, |dice| dice.percent(percent))
    }

    /// That parcel arrives.
    pub fn deliver(&mut self, index: usize) {
        let parcel = self.parcels.remove(index);
        self.tell(|| format!("{:?}", parcel.body));
        match parcel.body {
            Body::Op(tab, op) => {
                for (to, note) in self.locks.take(tab, op) {
                    self.send(Body::Mail(to, Mail::Note(note)));
                }
            }
            Body::Mail(tab, mail) => match self.tabs[tab].life {
                Life::Running => self.read(tab, mail),
                Life::Asleep | Life::Cached => self.tabs[tab].inbox.push_back(mail),
                Life::Dead => {}
            },
            Body::Up(id) => self.serve(id),
            Body::Down(id, answer) => self.receive(id, answer),
        }
    }

    /// Says something to the tabs as a tab with another version of the package might.
    pub fn say(&mut self, text: &str) {
        for tab in 0..self.tabs.len() {
            self.send(Body::Mail(tab, Mail::News(text.to_owned())));
        }
    }

    fn read(&mut self, tab: usize, mail: Mail) {
        if let Mail::Note(Note::Seen(_, sight)) = &mail {
            self.tabs[tab].saw = sight.clone();
        }
        let Tab {
            session,
            turns,
            listens,
            keeping,
            ..
        } = &mut self.tabs[tab];
        match mail {
            Mail::News(text) if *listens => session.handle_news(&text, self.now),
            Mail::Hello if *listens => {
                if let Some(text) = self.tabs[tab].kept.clone() {
                    self.broadcast(tab, &Mail::News(text));
                }
            }
            Mail::News(_) | Mail::Hello => {}
            Mail::Note(Note::Granted(turn)) => {
                if turns.contains(&turn) {
                    self.send(Body::Op(tab, Op::Look(Purpose::Turn(turn))));
                }
            }
            Mail::Note(Note::Kept) => *keeping = keeping.saturating_sub(1),
            Mail::Note(Note::Seen(Purpose::Session, sight)) => {
                self.tabs[tab].session.handle_sight(&sight, self.now);
            }
            Mail::Note(Note::Seen(Purpose::Turn(turn), sight)) => {
                if turns.contains(&turn) {
                    session.handle_turn(turn, Some(&sight), self.now);
                }
            }
            Mail::Note(Note::Refused(turn)) => session.handle_turn(turn, None, self.now),
            Mail::Landed(call, answer) => self.land(tab, call, answer),
        }
        self.go_on(tab);
    }

    // ---- calls -------------------------------------------------------------------------------------------------

    fn call(&mut self, tab: usize, kind: Kind) {
        self.tabs[tab].calls += 1;
        let call = Call {
            id: tab as u32 * 1_000_000 + self.tabs[tab].calls,
            tab,
            kind,
            with: self.jar,
            sent: self.now,
            sent_true: self.time(),
            disturbed: self.tabs[tab].hung,
            given_up: false,
        };
        self.calls.push(call);
        if self.chance(self.weather.requests_lost) {
            self.lose(call.id);
        } else {
            self.send(Body::Up(call.id));
        }
    }

    /// A tab that knew of no session hears that there is one, though the user has signed out: it had asked before the
    /// server was told.
    fn mislead(&mut self, call: &Call, answer: Option<Answer>) {
        let asks = matches!(call.kind, Kind::CheckSession | Kind::Refresh(_));
        let knew = self.tabs[call.tab].heard.starts > 0;
        self.misled |=
            self.out && asks && !knew && answer.is_some_and(|answer| answer.status == 200);
    }

    /// The network fails under a call; a refresh may never hear of it.
    fn lose(&mut self, id: u32) {
        let call = self.calls.iter().find(|call| call.id == id);
        let is_refresh = call.is_some_and(|call| matches!(call.kind, Kind::Refresh(_)));
        if !(is_refresh && self.chance(50)) {
            self.send(Body::Down(id, None));
        }
    }

    fn serve(&mut self, id: u32) {
        let call = *self
            .calls
            .iter()
            .find(|call| call.id == id)
            .expect("calls stay until they are answered");
        let question = match call.kind {
            Kind::Api(_) => Question::Api,
            Kind::Refresh(_) => Question::Refresh,
            Kind::AskSession(_) | Kind::CheckSession => Question::SessionCheck,
            Kind::SignIn => Question::SignIn,
            Kind::SignOut => Question::SignOut,
        };
        let answer = self
            .server
            .answer(question, call.with, call.sent_true, self.time());
        if self.chance(self.weather.answers_lost) && call.kind != Kind::SignIn {
            self.spoil(answer);
            self.lose(id);
        } else {
            self.send(Body::Down(id, Some(answer)));
        }
    }

    /// Nobody wants the answers to these calls; the server may hear them all the same.
    fn cancel(&mut self, goes: impl Fn(&Call) -> bool) {
        for call in self.calls.iter_mut().filter(|call| goes(call)) {
            call.given_up = true;
            if let (Kind::Refresh(_), Some(token)) = (call.kind, call.with.refresh) {
                self.server.families[token.family].lost = true;
            }
        }
    }

    /// The network never delivers what that tab asks, and does not say so.
    pub fn swallow(&mut self, tab: usize) {
        let calls = &self.calls;
        let is_its = |id: u32| calls.iter().any(|call| call.id == id && call.tab == tab);
        self.parcels
            .retain(|parcel| !matches!(parcel.body, Body::Up(id) if is_its(id)));
    }

    /// What that tab has asked of the server, or its answer, takes so much longer.
    pub fn put_off(&mut self, tab: usize, span: Millis) {
        let calls = &self.calls;
        let is_its = |id: u32| calls.iter().any(|call| call.id == id && call.tab == tab);
        for parcel in &mut self.parcels {
            if matches!(parcel.body, Body::Up(id) | Body::Down(id, _) if is_its(id)) {
                parcel.at += span;
            }
        }
    }

    /// What that tab has asked of the lock manager takes so much longer.
    pub fn slow_down(&mut self, tab: usize, span: Millis) {
        for parcel in &mut self.parcels {
            if matches!(parcel.body, Body::Op(asks, _) if asks == tab) {
                parcel.at += span;
            }
        }
    }

    /// The cookies of this answer never reach the browser.
    fn spoil(&mut self, answer: Answer) {
        if let Some(token) = answer.cookies.and_then(|cookies| cookies.refresh) {
            self.server.families[token.family].lost = true;
        }
    }

    fn receive(&mut self, id: u32, answer: Option<Answer>) {
        let index = self
            .calls
            .iter()
            .position(|call| call.id == id)
            .expect("calls stay until they are answered");
        let call = self.calls.remove(index);
        if call.given_up {
            return;
        }
        if let Some(cookies) = answer.and_then(|answer| answer.cookies) {
            let family = |cookies: Cookies| cookies.refresh.map(|token| token.family);
            let others = self
                .calls
                .iter()
                .any(|call| matches!(call.kind, Kind::Refresh(_) | Kind::SignOut));
            self.crossed = match call.kind {
                Kind::SignIn => others,
                _ => self.crossed || family(call.with) != family(self.jar),
            };
            if call.kind == Kind::SignIn {
                self.out = false;
            }
            self.told = None;
            self.tells = None;
            self.brought_by = call.id;
            self.jar = cookies;
        }
        self.send(Body::Mail(call.tab, Mail::Landed(call, answer)));
    }

    fn land(&mut self, tab: usize, call: Call, answer: Option<Answer>) {
        self.landed = call.id;
        self.mislead(&call, answer);
        let reply = answer.map(|answer| answer.reply());
        let reply = reply.as_ref().ok_or("TypeError");
        let now = self.now;
        let session = &mut self.tabs[tab].session;
        match call.kind {
            Kind::Api(caller) => {
                if self.status(tab) != Status::Refreshing
                    && answer.is_some_and(|answer| answer.status == 401)
                {
                    self.tabs[tab].blamed_at = call.sent.monotonic;
                }
                self.answer(tab, caller, answer.map(|answer| answer.status));
            }
            Kind::Refresh(id) => {
                let refused = answer.is_some_and(|answer| answer.status == 401);
                self.tabs[tab].refused = refused.then_some(call.with);
                self.tabs[tab].session.handle_reply(id, reply, now);
            }
            Kind::AskSession(id) => session.handle_session_reply(id, reply, now),
            Kind::CheckSession => session.handle_session_check(reply, now, call.sent),
            // No tab hears of it: then it is like a sign-in by a redirect, or has failed.
            Kind::SignIn if call.disturbed || answer.is_none() => {}
            Kind::SignIn => {
                let lifetime = answer.and_then(|answer| answer.lifetime());
                self.tells = (self.brought_by == self.landed).then_some(tab);
                session.handle_sign_in(
                    Expiry {
                        lifetime,
                        instead: None,
                    },
                    call.sent,
                    now,
                );
            }
            Kind::SignOut => {}
        }
    }

    // ---- the shell of a tab ------------------------------------------------------------------------------------

    /// Does what the session wants done, until there is nothing more.
    fn go_on(&mut self, tab: usize) {
        loop {
            if let Some(effect) = self.tabs[tab].session.poll_effect() {
                self.perform(tab, effect);
            } else if !self.admit_next(tab) {
                break;
            }
        }
        self.let_go(tab);
    }

    /// Lets go of the turns that have ended; not before the news of them are in sight.
    fn let_go(&mut self, tab: usize) {
        if self.tabs[tab].keeping > 0 {
            return;
        }
        for turn in std::mem::take(&mut self.tabs[tab].ending) {
            self.send(Body::Op(tab, Op::End(turn)));
        }
    }

    fn perform(&mut self, tab: usize, effect: Effect) {
        self.tell(|| format!("tab {tab}: {effect:?}"));
        let locks = self.engine.locks;
        match effect {
            Effect::Refresh(id) => {
                self.check_refresh(tab);
                self.call(tab, Kind::Refresh(id));
            }
            Effect::AskSession(id) => self.call(tab, Kind::AskSession(id)),
            Effect::CheckSession => self.call(tab, Kind::CheckSession),
            Effect::Abort(id) => {
                let kinds = [Kind::Refresh(id), Kind::AskSession(id)];
                self.cancel(|call| call.tab == tab && kinds.contains(&call.kind));
            }
            Effect::Resume(ids, outcome) => {
                for id in ids {
                    self.resume_caller(tab, id, &outcome);
                }
            }
            Effect::TellSignOut => {
                assert_eq!(
                    self.refreshes_of(tab).count(),
                    0,
                    "F5: a refresh may come after the sign-out"
                );
                self.call(tab, Kind::SignOut);
            }
            Effect::Notify(event) => self.hear(tab, &event),
            Effect::Join => {
                self.tabs[tab].listens = self.engine.channel;
                self.look(tab);
            }
            Effect::Leave => {
                self.tabs[tab].listens = false;
                self.tabs[tab].keeping = 0;
                self.let_go(tab);
                if locks {
                    self.send(Body::Op(tab, Op::Forget));
                }
            }
            Effect::Look => self.look(tab),
            Effect::Tell(text) => {
                assert!(
                    News::parse(&text).is_some(),
                    "S4: {text} is told, which is no news"
                );
                self.broadcast(tab, &Mail::News(text));
            }
            Effect::Keep(text) => {
                assert!(
                    News::parse(&text).is_some(),
                    "S4: {text} is kept, which is no news"
                );
                if self.tells == Some(tab) {
                    self.tells = None;
                    self.told = News::parse(&text).filter(|news| self.is_latest(tab, news));
                }
                self.tabs[tab].kept = Some(text.clone());
                if locks {
                    self.tabs[tab].keeping += 1;
                    self.send(Body::Op(tab, Op::Keep(text)));
                }
            }
            Effect::AskTurn(turn, lane) if locks => {
                self.tabs[tab].hung = false;
                self.tabs[tab].turns.push(turn);
                self.send(Body::Op(tab, Op::Ask(turn, lane)));
            }
            Effect::AskTurn(turn, _) => self.send(Body::Mail(tab, Mail::Note(Note::Refused(turn)))),
            Effect::EndTurn(turn) => {
                let tab = &mut self.tabs[tab];
                if tab.turns.contains(&turn) {
                    tab.turns.retain(|had| *had != turn);
                    tab.ending.push(turn);
                }
            }
        }
    }

    /// Whether no other tab has counted as far; one that was in the cache may have.
    fn is_latest(&self, tab: usize, news: &News) -> bool {
        let others = self.tabs.iter().enumerate();
        let others = others.filter(|(other, _)| *other != tab);
        let mut known = others.filter_map(|(_, other)| News::parse(other.kept.as_ref()?));
        known.all(|known| news.supersedes(&known))
    }

    fn look(&mut self, tab: usize) {
        if self.engine.locks {
            return self.send(Body::Op(tab, Op::Look(Purpose::Session)));
        }
        // Whoever is there is asked to say it again.
        self.broadcast(tab, &Mail::Hello);
        self.send(Body::Mail(
            tab,
            Mail::Note(Note::Seen(Purpose::Session, Sight::default())),
        ));
    }

    fn broadcast(&mut self, tab: usize, mail: &Mail) {
        if !self.tabs[tab].listens {
            return;
        }
        for other in 0..self.tabs.len() {
            if other == tab || !self.tabs[other].listens || self.chance(self.weather.news_lost) {
                continue;
            }
            let twice = self.chance(self.weather.news_twice);
            for _ in 0..=usize::from(twice) {
                self.send(Body::Mail(other, mail.clone()));
            }
        }
    }

    fn hear(&mut self, tab: usize, event: &Event) {
        let Tab { heard, knew_at, .. } = &mut self.tabs[tab];
        match event {
            Event::Refresh {
                trigger,
                phase: Phase::Start,
            } => {
                heard.triggers.push(*trigger);
                heard.manual |= *trigger == Trigger::Manual;
            }
            Event::Refresh {
                phase: Phase::Success(_),
                ..
            } => {
                self.tells = (self.brought_by == self.landed).then_some(tab);
                heard.renewed += 1;
                heard.manual = false;
            }
            Event::Refresh {
                phase: Phase::Failure(..),
                ..
            } => heard.failed += 1,
            Event::Adopted { .. } => heard.adopted += 1,
            Event::SessionStart { .. } => {
                knew_at.get_or_insert(self.now.monotonic);
                heard.starts += 1;
                heard.over = false;
            }
            Event::SessionEnd { reason } => {
                assert!(!heard.over, "F2: it ended twice");
                heard.over = true;
                match reason {
                    EndReason::Rejected => heard.rejected += 1,
                    EndReason::SignedOut => heard.signed_out += 1,
                }
                if *reason == EndReason::Rejected {
                    self.check_end(tab);
                }
            }
            Event::Warning { .. } => heard.warnings += 1,
            Event::StepUp { .. } => {}
        }
    }

    /// What happens, for who replays a seed.
    pub fn tell(&self, what: impl FnOnce() -> String) {
        if self.talks {
            println!("{:>9} {}", self.now.monotonic - BEGINNING.monotonic, what());
        }
    }

    /// Whether the user has signed out, and the server knows.
    pub fn is_signed_out(&self) -> bool {
        self.out
            && !self.misled
            && !self.overlooked
            && !self.forgotten
            && !self.crossed
            && self
                .jar
                .refresh
                .is_none_or(|token| self.server.families[token.family].over)
    }

    // ---- what can be seen --------------------------------------------------------------------------------------

    pub fn status(&self, tab: usize) -> Status {
        self.tabs[tab].session.snapshot().status
    }

    /// Whether a refresh of that tab is out.
    pub fn is_refreshing(&self, tab: usize) -> bool {
        self.refreshes_of(tab).next().is_some()
    }

    pub fn statuses(&self) -> Vec<Status> {
        (0..self.tabs.len()).map(|tab| self.status(tab)).collect()
    }
}

/// What all tabs go by, unless a test says otherwise.
pub fn policy() -> Policy {
    Policy {
        tabs: Some("/auth/refresh".to_owned()),
        ..Policy::default()
    }
}
