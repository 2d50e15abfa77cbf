//! Does what the session asks for, tells who listens, and keeps the alarm.

use std::cell::{Cell, Ref, RefCell, RefMut};
use std::fmt;
use std::rc::Rc;

use js_sys::Function;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::prelude::*;

use super::alarm::Alarm;
use super::calls::{self, Errand};
use super::convert::{self, Circumstances};
use super::ear;
use super::js;
use super::tabs::Tabs;
use crate::core::config::{Config, Csrf, Unauthorized};
use crate::core::effect::{Effect, FlightId, Freshness, TurnId};
use crate::core::error::{Code, Error};
use crate::core::event::{EndReason, Event};
use crate::core::keyring::{Secret, Tokens};
use crate::core::request::{Outcome, WaitId};
use crate::core::session::Session;
use crate::core::snapshot::Snapshot;
use crate::core::time::{Instant, Millis};
use crate::core::token::{Expiry, Reply};
use crate::core::url::Base;

/// What a client is made of. Everything that could call into JavaScript is called with nothing borrowed.
#[derive(Debug)]
pub(super) struct Inner {
    session: RefCell<Session>,
    config: RefCell<Config>,
    options: RefCell<JsValue>,
    /// What relative URLs are relative to, when that was last looked up.
    pub(super) base: RefCell<Option<Base>>,
    /// What JavaScript knows of the session, and what of that was told it last.
    pub(super) pass: js::Pass,
    granted: Cell<Option<Granted>>,
    /// By rising id.
    waiting: RefCell<Vec<(u32, Option<Waiter<Waited>>)>>,
    /// Those who wait for the sign-out to be told.
    pub(super) signing_out: RefCell<Vec<Waiter<()>>>,
    /// What the platform said when the last refresh failed.
    pub(super) cause: RefCell<Option<JsValue>>,
    calls: js::Calls,
    /// This client, once for each call that is under way: somebody may wait for that who holds nothing else of it.
    awaited: RefCell<Vec<Rc<Self>>>,
    /// When the session was last asked for, on load.
    pub(super) checked_at: Cell<Instant>,
    listeners: RefCell<Vec<Listener>>,
    next_listener: Cell<u32>,
    #[cfg(feature = "npm")]
    snapshot: RefCell<(Snapshot, JsValue)>,
    published: Cell<Snapshot>,
    ear: Function,
    pub(super) alarm: Alarm,
    tabs: RefCell<Option<Tabs>>,
    /// Holds the key, where the option `dpop` is set.
    dpop: RefCell<Option<js::Dpop>>,
    /// The session of that key has ended.
    key_is_spent: Cell<bool>,
    lifecycle: RefCell<Option<Lifecycle>>,
    driving: Cell<bool>,
    pub(super) disposed: Cell<bool>,
}

/// What came of waiting for a refresh, or the reason why nothing did.
pub(super) type Waited = Result<Outcome, JsValue>;

/// Somebody who waits: for a refresh to end, or for the sign-out to be told.
pub(super) struct Waiter<T>(Box<dyn FnOnce(T)>);

impl<T> fmt::Debug for Waiter<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Waiter")
    }
}

/// On what terms requests may go without the engine: stamp, end, and whether there is a token and a key to it.
type Granted = (u32, Millis, bool, bool);

#[derive(Clone, Debug)]
struct Listener {
    id: u32,
    name: String,
    call: Function,
}

/// The name under which changes of the snapshot are listened for.
pub(super) const CHANGE: &str = "change";

/// Undoes listening to the page.
#[derive(Debug)]
struct Lifecycle(Function);

impl Drop for Lifecycle {
    fn drop(&mut self) {
        // Taking listeners away does not throw.
        let _ = self.0.call0(&JsValue::UNDEFINED);
    }
}

/// Reads both clocks.
#[inline(never)]
pub(super) fn now() -> Instant {
    Instant {
        monotonic: js::monotonic() as u64,
        wall: js::wall() as u64,
    }
}

impl Inner {
    pub(super) fn new(config: Config, options: JsValue) -> Rc<Self> {
        let started = now();
        let session = Session::new(
            config.policy.clone(),
            js_sys::Math::random().to_bits(),
            started,
        );
        let snapshot = session.snapshot();
        let inner = Rc::new_cyclic(|this| {
            let ear = ear::of(this.clone());
            Self {
                session: RefCell::new(session),
                base: RefCell::new(config.base.clone()),
                config: RefCell::new(config),
                options: RefCell::new(options),
                pass: js::Pass::new(),
                granted: Cell::default(),
                waiting: RefCell::default(),
                signing_out: RefCell::default(),
                cause: RefCell::default(),
                calls: js::Calls::new(&ear),
                awaited: RefCell::default(),
                checked_at: Cell::new(started),
                listeners: RefCell::default(),
                next_listener: Cell::new(0),
                #[cfg(feature = "npm")]
                snapshot: RefCell::new((snapshot, convert::snapshot(snapshot))),
                published: Cell::new(snapshot),
                alarm: Alarm::new(ear.clone()),
                tabs: RefCell::default(),
                dpop: RefCell::default(),
                key_is_spent: Cell::default(),
                lifecycle: RefCell::new(Some(Lifecycle(js::on_lifecycle(&ear)))),
                ear,
                driving: Cell::new(false),
                disposed: Cell::new(false),
            }
        });
        inner.renew_key(false);
        inner.set_up_pass();
        inner.tell(|session, now| {
            if !js::is_visible() {
                session.handle_visibility(false, true, now);
            }
        });
        inner
    }

    /// Sets the client up anew; what it knows of the session stays, unless the mode is another. Says whether nobody has
    /// signed in so far, in this mode.
    #[cfg(feature = "npm")]
    pub(super) fn reconfigure(self: &Rc<Self>, config: Config, options: JsValue) -> bool {
        let policy = config.policy.clone();
        let another = policy.bearer != self.config().policy.bearer;
        self.base.replace(config.base.clone());
        self.config.replace(config);
        self.options.replace(options);
        self.renew_key(false);
        self.set_up_pass();
        let untouched = self.tell(|session, now| session.handle_policy(policy, now));
        if another {
            // Where a sign-out was to be told is not known any more.
            self.end_sign_out();
        }
        untouched
    }

    // These three are called from everywhere: inlined, their checks would be a tenth of the engine.

    /// The session, for as long as nothing calls into JavaScript.
    #[inline(never)]
    pub(super) fn session(&self) -> RefMut<'_, Session> {
        self.session.borrow_mut()
    }

    /// The configuration, likewise.
    #[inline(never)]
    pub(super) fn config(&self) -> Ref<'_, Config> {
        self.config.borrow()
    }

    /// The application's own function of that name among the options.
    #[inline(never)]
    pub(super) fn option(&self, name: &str) -> JsValue {
        convert::member(&self.options.borrow(), name)
    }

    /// Tells the session something, and does what it wants done then.
    pub(super) fn tell<T>(self: &Rc<Self>, what: impl FnOnce(&mut Session, Instant) -> T) -> T {
        let answer = what(&mut self.session(), now());
        self.grant();
        self.drive();
        answer
    }

    /// Lets JavaScript know which answers are unauthorized, and how forgery is guarded against.
    fn set_up_pass(&self) {
        let config = self.config();
        let (statuses, judge) = match &config.unauthorized {
            Unauthorized::Statuses(statuses) => (Some(statuses.clone()), JsValue::UNDEFINED),
            Unauthorized::Function => (None, self.option("unauthorized")),
        };
        let (cookie, header, value) = match &config.csrf {
            Csrf::Off => (None, None, None),
            Csrf::Fixed { header, value } => (None, Some(&**header), Some(&**value)),
            Csrf::Cookie { cookie, header } => (Some(&**cookie), Some(&**header), None),
        };
        self.pass.configure(statuses, &judge, cookie, header, value);
    }

    /// Lets JavaScript know, before anybody else hears of it, on what terms requests may go; only if these are others.
    fn grant(&self) {
        let session = self.session();
        let token = session.access_token();
        let dpop = self.dpop().filter(|_| session.is_token_bound());
        let (stamp, until) = (session.snapshot().generation, session.admits_until());
        let granted = (stamp, until, token.is_some(), dpop.is_some());
        if self.disposed.get() || self.granted.replace(Some(granted)) == Some(granted) {
            return;
        }
        let token = token.cloned();
        drop(session);
        let until = if until == Millis::MAX {
            f64::INFINITY
        } else {
            until as f64
        };
        self.pass.grant(
            stamp,
            until,
            token.as_ref().map(Secret::expose),
            dpop.as_ref(),
        );
    }

    /// Does whatever the session wants done. Whoever calls while this runs (a listener that asks for a refresh, say)
    /// returns at once: the loop that is running does their part too (contract S7).
    #[inline(never)]
    fn drive(self: &Rc<Self>) {
        if self.driving.replace(true) {
            return;
        }
        loop {
            let effect = self.session().poll_effect();
            match effect {
                Some(effect) => self.perform(effect),
                None if self.publish() => {}
                None => break,
            }
        }
        self.driving.set(false);
        if !self.disposed.get() {
            let timeout = self.session().poll_timeout();
            self.alarm.set(timeout, now().monotonic);
        }
    }

    fn perform(self: &Rc<Self>, effect: Effect) {
        if self.disposed.get() && effect != Effect::TellSignOut {
            return;
        }
        match effect {
            Effect::Refresh(id) => {
                self.cause.take();
                calls::run(self, Errand::Refresh(id));
            }
            Effect::AskSession(id) => calls::run(self, Errand::AskSession(id)),
            Effect::CheckSession => calls::run(self, Errand::CheckSession),
            Effect::TellSignOut => calls::run(self, Errand::SignOut),
            Effect::Abort(FlightId(flight)) => self.calls.abort(flight),
            Effect::Resume(ids, outcome) => {
                for id in ids {
                    if let Some(Waiter(go)) = self.take_waiting(id) {
                        go(Ok(outcome.clone()));
                    }
                }
                self.waiting
                    .borrow_mut()
                    .retain(|(_, waiter)| waiter.is_some());
            }
            Effect::Notify(event) => self.notify(&event),
            Effect::Join => self.join(),
            Effect::Leave => self.with_tabs(js::Tabs::leave),
            Effect::Look => self.with_tabs(js::Tabs::look),
            Effect::Tell(news) => self.with_tabs(|tabs| tabs.say(&news)),
            Effect::Keep(news) => self.with_tabs(|tabs| tabs.keep(&news)),
            Effect::AskTurn(TurnId(turn), lane) => {
                self.with_tabs(|tabs| tabs.ask(turn, lane as u32))
            }
            Effect::EndTurn(TurnId(turn)) => self.with_tabs(|tabs| tabs.end(turn)),
        }
    }

    fn join(self: &Rc<Self>) {
        let name = self.config().policy.tabs.clone();
        let mut tabs = self.tabs.borrow_mut();
        tabs.take_if(|tabs| !name.as_deref().is_some_and(|name| tabs.is_named(name)));
        if let Some(name) = name {
            tabs.get_or_insert_with(|| Tabs::new(name, &self.ear))
                .shared()
                .join();
        }
    }

    fn with_tabs(&self, action: impl FnOnce(&js::Tabs)) {
        if let Some(tabs) = &*self.tabs.borrow() {
            action(tabs.shared());
        }
    }

    /// Where a call is made, whose end is to be told once.
    pub(super) fn begin_call(self: &Rc<Self>) -> &js::Calls {
        self.awaited.borrow_mut().push(Rc::clone(self));
        &self.calls
    }

    pub(super) fn end_call(&self) {
        self.awaited.borrow_mut().pop();
    }

    /// A sign-in, sent at `since`, was answered. In bearer mode it is one only if it brings tokens.
    pub(super) fn signed_in(self: &Rc<Self>, reply: &Reply, since: Instant) {
        let expiry = reply.expiry(now().wall);
        if !self.config().policy.bearer {
            return self.sign_in(expiry, None, since);
        }
        let dpop = self.config().policy.dpop;
        let tokens = reply.body.as_ref().map(|body| Tokens::read(body, dpop));
        if let Some(Ok(tokens)) = tokens {
            self.sign_in(expiry, Some(tokens), since);
        }
    }

    /// Somebody signed in.
    pub(super) fn sign_in(self: &Rc<Self>, expiry: Expiry, tokens: Option<Tokens>, since: Instant) {
        self.key_is_spent.set(false);
        match tokens {
            Some(tokens) => {
                self.tell(|session, now| session.handle_tokens(tokens, expiry, since, now));
            }
            None => {
                self.tell(|session, now| session.handle_sign_in(expiry, since, now));
                // A sign-out that has not been told by now never will be.
                self.end_sign_out();
            }
        }
    }

    /// Ends the session at once; `told` is called when the server has been told, or could not be.
    pub(super) fn sign_out(self: &Rc<Self>, told: impl FnOnce(()) + 'static) {
        self.signing_out.borrow_mut().push(Waiter(Box::new(told)));
        self.tell(|session, now| session.handle_sign_out(now));
    }

    pub(super) fn end_sign_out(&self) {
        for Waiter(told) in self.signing_out.take() {
            told(());
        }
    }

    // ---- those who wait ----------------------------------------------------------------------------------------

    /// To be called within the [`Inner::tell`] whose answer is to wait, so that nothing can end the wait before.
    pub(super) fn add_waiting(&self, WaitId(id): WaitId, go: Box<dyn FnOnce(Waited)>) {
        self.waiting.borrow_mut().push((id, Some(Waiter(go))));
    }

    /// Its place stays, or taking all of them would move the rest each time.
    fn take_waiting(&self, WaitId(id): WaitId) -> Option<Waiter<Waited>> {
        let mut waiting = self.waiting.borrow_mut();
        let index = waiting.binary_search_by_key(&id, |(id, _)| *id).ok()?;
        waiting.get_mut(index)?.1.take()
    }

    /// Somebody does not wait any more.
    pub(super) fn forget_waiting(&self, id: WaitId) {
        self.waiting
            .borrow_mut()
            .retain(|(other, _)| *other != id.0);
        self.session().cancel(id);
    }

    /// Tells the session that the application wants a fresh token; `done` is called when there is one, or cannot be.
    pub(super) fn freshen(
        self: &Rc<Self>,
        ask: impl FnOnce(&mut Session, Instant) -> Freshness,
        done: impl FnOnce(Result<(), JsValue>) + 'static,
    ) {
        if let Err(disposed) = self.check_alive() {
            return done(Err(disposed));
        }
        let client = Rc::clone(self);
        let go = move |waited| done(client.freshened(waited));
        let at_once = self.tell(|session, now| match ask(session, now) {
            Freshness::Fresh => Some((go, Outcome::Renewed)),
            Freshness::Refuse(error) => Some((go, Outcome::Failed(error))),
            Freshness::Wait(id) => {
                self.add_waiting(id, Box::new(go));
                None
            }
        });
        if let Some((go, outcome)) = at_once {
            go(Ok(outcome));
        }
    }

    /// What is to be said of such a wait.
    fn freshened(&self, waited: Waited) -> Result<(), JsValue> {
        match waited? {
            Outcome::Renewed | Outcome::Replaced => Ok(()),
            Outcome::Failed(error) => Err(self.unfresh(&error)),
            Outcome::Over => {
                let ended = self.session().session_ended();
                Err(self.unfresh(&ended))
            }
        }
    }

    fn unfresh(&self, error: &Error) -> JsValue {
        let cause = self.cause.borrow().clone();
        convert::error(
            error,
            &Circumstances {
                cause: cause.as_ref(),
                response: None,
            },
        )
    }

    // ---- those who listen --------------------------------------------------------------------------------------

    pub(super) fn on(&self, name: String, call: Function) -> u32 {
        let id = self.next_listener.get();
        self.next_listener.set(id + 1);
        self.listeners
            .borrow_mut()
            .push(Listener { id, name, call });
        id
    }

    pub(super) fn off(&self, id: u32) {
        self.listeners
            .borrow_mut()
            .retain(|listener| listener.id != id);
    }

    /// The key with which the application proves what it sends itself, such as a sign-in. After the end of a session
    /// that is another one, but not before it is asked for: a sign-in may have begun before that end, and its tokens are
    /// bound to the key that was here then.
    pub(super) fn key_of_application(&self) -> Option<js::Dpop> {
        self.renew_key(self.key_is_spent.take());
        self.dpop()
    }

    /// Makes a key, if there is to be one.
    fn renew_key(&self, another: bool) {
        let wanted = self.config().policy.dpop;
        let mut dpop = self.dpop.borrow_mut();
        if another || !wanted {
            dpop.take();
        }
        if wanted {
            dpop.get_or_insert_with(js::Dpop::new);
        }
    }

    pub(super) fn dpop(&self) -> Option<js::Dpop> {
        self.dpop.borrow().clone()
    }

    fn notify(&self, event: &Event) {
        if matches!(event, Event::SessionEnd { .. }) {
            self.key_is_spent.set(true);
        }
        let cause = self.cause.borrow().clone();
        let (name, detail) = convert::event(event, cause.as_ref());
        self.emit(name, &detail);
        if *event
            == (Event::SessionEnd {
                reason: EndReason::Rejected,
            })
        {
            if let Ok(ended) = self.option("onSessionEnded").dyn_into::<Function>() {
                report_thrown(ended.call1(&JsValue::UNDEFINED, &detail));
            }
            let elsewhere = self.config().redirect_to.clone();
            if let Some(url) = elsewhere {
                js::navigate(&url);
            }
        }
    }

    /// A listener that throws harms nobody.
    pub(super) fn emit(&self, name: &str, detail: &JsValue) {
        if self.config().debug && name != CHANGE {
            // Whoever replaced the console may let it throw.
            let _ = js::log(name, detail);
        }
        let listeners = self.listeners.borrow().clone();
        for listener in listeners.iter().filter(|listener| listener.name == name) {
            report_thrown(listener.call.call1(&JsValue::UNDEFINED, detail));
        }
    }

    /// The session as the outside sees it: the same object until it changes.
    #[cfg(feature = "npm")]
    pub(super) fn snapshot(&self) -> JsValue {
        let current = self.session().snapshot();
        let mut last = self.snapshot.borrow_mut();
        if last.0 != current {
            *last = (current, convert::snapshot(current));
        }
        last.1.clone()
    }

    /// Tells of a change, if there was one.
    fn publish(&self) -> bool {
        let current = self.session().snapshot();
        let changed = self.published.replace(current) != current;
        if changed {
            self.emit(CHANGE, &JsValue::UNDEFINED);
        }
        changed
    }

    // ---- the end -----------------------------------------------------------------------------------------------

    pub(super) fn dispose(self: &Rc<Self>) {
        if self.disposed.replace(true) {
            return;
        }
        // Nothing waits for the refresh any more, so the sign-out need not either.
        if self.session().handle_dispose() {
            calls::run(self, Errand::SignOut);
        }
        self.alarm.clear();
        self.lifecycle.take();
        self.tabs.take();
        self.dpop.take();
        self.options.replace(JsValue::UNDEFINED);
        self.listeners.take();
        self.calls.close();
        self.pass.close();
        for Waiter(go) in self
            .waiting
            .take()
            .into_iter()
            .filter_map(|(_, waiter)| waiter)
        {
            go(Err(disposed()));
        }
        self.end_sign_out();
    }

    pub(super) fn check_alive(&self) -> Result<(), JsValue> {
        if self.disposed.get() {
            Err(disposed())
        } else {
            Ok(())
        }
    }
}

fn disposed() -> JsValue {
    let error = Error::new(
        Code::Disposed,
        "This client was disposed of; create another with createAuthClient().",
    );
    convert::error(&error, &Circumstances::default())
}

pub(super) fn report_thrown(outcome: Result<JsValue, JsValue>) {
    if let Err(error) = outcome {
        js::report(&error);
    }
}
