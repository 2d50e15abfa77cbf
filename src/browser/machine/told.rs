//! What `shell.js` is told: what to do, and what it may know without asking.

use wasm_bindgen::prelude::*;

use super::{Machine, State};
use crate::browser::convert;
use crate::browser::js::Shell;
use crate::core::config::{Config, Csrf, Unauthorized};
use crate::core::effect::{Effect, FlightId, TurnId};
use crate::core::event::{Event, Phase};
use crate::core::keyring::Secret;
use crate::core::request::{Outcome, WaitId};
use crate::core::snapshot::Snapshot;
use crate::core::time::Millis;
use crate::core::value::Value;

/// What was told last, so that only news is told.
#[derive(Debug, Default)]
pub(super) struct Told {
    settings: bool,
    granted: Option<Granted>,
    snapshot: Option<Snapshot>,
}

/// On what terms requests may go without the engine: stamp, end, and whether there is a token and a key to it.
type Granted = (u32, Millis, bool, bool);

// What to do, in the numbers that `shell.js` knows; most come with a number or a text.

pub(super) const REFRESH: u32 = 0;
pub(super) const ASK_SESSION: u32 = 1;
const CHECK_SESSION: u32 = 2;
const TELL_SIGN_OUT: u32 = 3;
const ABORT: u32 = 4;
const GO_ON: u32 = 5;
const NOTIFY: u32 = 6;
const JOIN: u32 = 7;
const LEAVE: u32 = 8;
const LOOK: u32 = 9;
const TELL: u32 = 10;
const KEEP: u32 = 11;
const ASK_TURN: u32 = 12;
const END_TURN: u32 = 13;

// What came of a wait, likewise.

pub(super) const RENEWED: u32 = 0;
pub(super) const FAILED: u32 = 1;
pub(super) const OVER: u32 = 2;
pub(super) const REPLACED: u32 = 3;

#[wasm_bindgen]
impl Machine {
    /// Tells all there is to tell. When it wants to be woken, on the monotonic clock.
    pub fn poll(&self, shell: &Shell) -> f64 {
        let mut state = self.state();
        if !state.told.settings {
            state.told.settings = true;
            shell.set_up(&convert::to_js(&settings(&state.config)));
        }
        state.grant(shell);
        state.show(shell);
        while let Some(effect) = state.session.poll_effect() {
            state.tell(shell, effect);
        }
        time(state.session.poll_timeout().unwrap_or(Millis::MAX))
    }
}

impl State {
    fn grant(&mut self, shell: &Shell) {
        let session = &self.session;
        let token = session.access_token();
        let bound = session.is_token_bound();
        let (stamp, until) = (session.snapshot().generation, session.admits_until());
        let granted = Some((stamp, until, token.is_some(), bound));
        if self.told.granted != granted {
            self.told.granted = granted;
            shell.grant(stamp, time(until), token.map(Secret::expose), bound);
        }
    }

    fn show(&mut self, shell: &Shell) {
        let snapshot = self.session.snapshot();
        if self.told.snapshot != Some(snapshot) {
            self.told.snapshot = Some(snapshot);
            shell.show(&convert::to_js(&snapshot.into()));
        }
    }

    pub(super) fn tell(&mut self, shell: &Shell, effect: Effect) {
        let order = |what, number| shell.order(what, number, None, &JsValue::UNDEFINED);
        let order_of_text = |what, text| shell.order(what, 0, Some(text), &JsValue::UNDEFINED);
        match effect {
            Effect::Refresh(FlightId(flight)) => {
                let token = self.session.refresh_token().map(Secret::expose);
                let trigger = self.session.trigger().map(|trigger| trigger.as_str());
                shell.order(REFRESH, flight, token, &trigger.into());
            }
            Effect::AskSession(FlightId(flight)) => order(ASK_SESSION, flight),
            Effect::CheckSession => order(CHECK_SESSION, 0),
            Effect::TellSignOut => {
                let token = self.session.take_revoked();
                let token = token.as_ref().map(Secret::expose);
                shell.order(TELL_SIGN_OUT, 0, token, &JsValue::UNDEFINED);
            }
            Effect::Abort(FlightId(flight)) => order(ABORT, flight),
            Effect::Resume(ids, outcome) => {
                let outcome = self.code(outcome).into();
                for WaitId(id) in ids {
                    shell.order(GO_ON, id, None, &outcome);
                }
            }
            Effect::Notify(event) => {
                let (name, detail) = event.describe();
                let detail = convert::to_js(&detail);
                if let Event::Refresh {
                    phase: Phase::Failure(_, error),
                    ..
                } = &event
                {
                    convert::set(&detail, "error", &convert::error(error));
                }
                shell.order(NOTIFY, 0, Some(name), &detail);
            }
            Effect::Join => order(JOIN, 0),
            Effect::Leave => order(LEAVE, 0),
            Effect::Look => order(LOOK, 0),
            Effect::Tell(news) => order_of_text(TELL, &*news),
            Effect::Keep(news) => order_of_text(KEEP, &*news),
            Effect::AskTurn(TurnId(turn), lane) => {
                shell.order(ASK_TURN, turn, None, &(lane as u32).into());
            }
            Effect::EndTurn(TurnId(turn)) => order(END_TURN, turn),
        }
    }

    fn code(&mut self, outcome: Outcome) -> u32 {
        match outcome {
            Outcome::Renewed => RENEWED,
            Outcome::Failed(error) => {
                self.failure = Some(error);
                FAILED
            }
            Outcome::Over => OVER,
            Outcome::Replaced => REPLACED,
        }
    }
}

/// What `shell.js` goes by.
fn settings(config: &Config) -> Value {
    let policy = &config.policy;
    let mut settings = Value::Map(Vec::new());
    let numbers = |numbers: Vec<f64>| Value::List(numbers.into_iter().map(Value::from).collect());
    if let Unauthorized::Statuses(statuses) = &config.unauthorized {
        let statuses = statuses.iter().map(|status| f64::from(*status));
        settings.add("statuses", numbers(statuses.collect()));
    }
    let matchers = config.matchers.iter().map(|index| *index as f64);
    settings.add("matchers", numbers(matchers.collect()));
    settings.add("patience", policy.refresh_timeout as f64);
    let (cookie, header, value) = match &config.csrf {
        Csrf::Off => (None, None, None),
        Csrf::Fixed { header, value } => (None, Some(header), Some(value)),
        Csrf::Cookie { cookie, header } => (Some(cookie), Some(header), None),
    };
    for (name, text) in [
        ("cookie", cookie),
        ("header", header),
        ("value", value),
        ("refreshURL", Some(&policy.refresh_url)),
        ("sessionURL", config.session_url.as_ref()),
        ("logoutURL", config.logout_url.as_ref()),
        ("href", config.href.as_ref()),
        ("clientId", config.grant.client_id.as_ref()),
        ("scope", config.grant.scope.as_ref()),
        ("tabs", policy.tabs.as_ref()),
        ("redirectTo", config.redirect_to.as_ref()),
    ] {
        if let Some(text) = text {
            settings.add(name, text.as_str());
        }
    }
    for (name, is_set) in [
        ("bearer", policy.bearer),
        ("dpop", policy.dpop),
        ("custom", policy.custom_refresh),
        ("json", config.grant.json),
        ("debug", config.debug),
    ] {
        settings.add(name, Value::Bool(is_set));
    }
    settings
}

/// As JavaScript has it, with infinity for never.
fn time(at: Millis) -> f64 {
    if at == Millis::MAX {
        f64::INFINITY
    } else {
        at as f64
    }
}
