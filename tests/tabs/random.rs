//! Anything may happen in any order: rules that hold after every step of it.
//!
//! `SEED=123 cargo test --test tabs random` tells the story of one seed; `SEEDS=1000000` runs more of them, `FROM=1000000`
//! others.

use std::any::Any;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::{panic, thread};

use oauth_refresh_wasm::core::config::{Policy, Proactive};
use oauth_refresh_wasm::core::request::Replay;
use oauth_refresh_wasm::core::snapshot::Status;
use oauth_refresh_wasm::core::time::{Millis, SECOND};

use crate::number;
use crate::world::{Dice, Engine, Life, Weather, World, policy};

/// How many seeds a run of the tests takes.
const SEEDS: u64 = 10_000;

#[test]
fn s1_to_s6_r1_r8_f2_f5_f6_f7_hold_whatever_happens() {
    if let Some(seed) = number("SEED") {
        return run(seed, true);
    }
    let seeds = number("SEEDS").unwrap_or(SEEDS);
    let from = number("FROM").unwrap_or_default();
    let next = AtomicU64::new(from);
    let broken = Mutex::new(BTreeMap::new());
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= from + seeds {
                        break;
                    }
                    if let Err(cause) = panic::catch_unwind(|| run(seed, false)) {
                        note(&mut broken.lock().unwrap(), &*cause, seed);
                    }
                }
            });
        }
    });
    let broken = broken.into_inner().unwrap();
    assert!(
        broken.is_empty(),
        "to see one again: SEED=123 cargo test --test tabs random\n{broken:?}"
    );
    println!("{seeds} seeds from {from} on");
}

/// Files a seed under the rule that it broke.
fn note(broken: &mut BTreeMap<String, BTreeSet<u64>>, cause: &(dyn Any + Send), seed: u64) {
    let text = cause.downcast_ref::<String>().map(String::as_str);
    let text = text
        .or_else(|| cause.downcast_ref().copied())
        .unwrap_or_default();
    let rule = text.trim_start_matches("assertion `left == right` failed: ");
    let rule = rule.split(':').next().unwrap_or_default().to_owned();
    broken.entry(rule).or_default().insert(seed);
}

fn run(seed: u64, talks: bool) {
    let mut story = Story::new(seed, talks);
    for _ in 0..story.length {
        story.go_on();
    }
    story.conclude();
}

/// What may go wrong in one world.
#[derive(Debug)]
struct Faults {
    freezes: bool,
    hangs: bool,
    deaths: bool,
    caches: bool,
    clocks: bool,
    outages: bool,
    garbage: bool,
    users: bool,
}

struct Story {
    world: World,
    dice: Dice,
    faults: Faults,
    length: u64,
}

impl Story {
    fn new(seed: u64, talks: bool) -> Self {
        let mut dice = Dice::new(seed);
        let quiet = dice.percent(20);
        let engine = if dice.percent(80) {
            Engine::MODERN
        } else {
            Engine {
                locks: dice.percent(30),
                channel: dice.percent(50),
            }
        };
        let policy = Policy {
            checks_session: dice.percent(30),
            proactive: dice.pick(&[Proactive::Visible, Proactive::Always, Proactive::Never]),
            ..policy()
        };
        let mut may = |percent| !quiet && dice.percent(percent);
        let faults = Faults {
            freezes: may(40),
            hangs: may(20),
            deaths: may(40),
            caches: may(30),
            clocks: may(30),
            outages: may(30),
            garbage: may(20),
            users: may(40),
        };
        let mut often = |percent| if may(30) { percent } else { 0 };
        let weather = Weather {
            dice: None,
            news_lost: often(30),
            news_twice: often(30),
            news_late: often(20),
            requests_lost: often(5),
            answers_lost: often(5),
        };
        let mut world = World::new(engine, policy);
        world.talks = talks;
        world.weather = Weather {
            dice: Some(Dice::new(seed ^ 0xABCD)),
            ..weather
        };
        world.server.lifetime = dice.pick(&[20, 60, 600, 3_600]) * SECOND;
        world.server.tells_expiry = dice.percent(80);
        world.server.forgiving = dice.percent(50);
        let length = 20 + dice.below(60);
        if talks {
            println!("{engine:?} {faults:?} {:?}", world.weather);
        }
        if dice.percent(50) {
            world.sign_in_elsewhere();
        }
        world.open(2 + dice.below(3) as usize);
        Self {
            world,
            dice,
            faults,
            length,
        }
    }

    fn go_on(&mut self) {
        let span = self.span();
        self.world.pass(span);
        let Some(tab) = self.pick(|life| life == Life::Running) else {
            return self.rouse();
        };
        let Self {
            world,
            dice,
            faults,
            ..
        } = self;
        match dice.below(100) {
            0..35 => {
                world.fetch(tab);
            }
            35..45 => {
                let replay = dice.pick(&[Replay::Possible, Replay::OneShot, Replay::OptedOut]);
                world.request(tab, replay);
            }
            45..52 => {
                for tab in 0..world.tabs.len() {
                    if world.tabs[tab].runs() {
                        world.fetch(tab);
                    }
                }
            }
            52..54 => {
                world.refresh(tab);
            }
            54..56 => {
                let validity = dice.below(30 * SECOND);
                world.ensure_fresh(tab, validity);
            }
            56..62 => world.server.revoke(),
            62..65 if world.tabs.len() < 6 => {
                world.open_tab();
            }
            65..68 if faults.deaths => {
                let cancels = dice.percent(50);
                world.kill(tab, cancels);
            }
            68..71 if faults.freezes => world.freeze(tab, true),
            71..73 if faults.hangs => world.freeze(tab, false),
            73..76 if faults.caches => world.hide_page(tab),
            76..83 => self.rouse(),
            83..85 => {
                let visible = dice.percent(50);
                world.show(tab, visible);
            }
            85..87 if faults.clocks => {
                let span = dice.below(4_000 * SECOND);
                world.sleep(span);
                for tab in 0..world.tabs.len() {
                    if world.tabs[tab].runs() {
                        world.wake(tab, false);
                        world.show(tab, true);
                    }
                }
            }
            87..88 if faults.clocks => {
                let by = dice.below(8_000 * SECOND) as i64 - 4_000_000;
                world.set_clock(by);
            }
            88..90 => {
                let hurry = dice.percent(50);
                world.wake(tab, hurry);
            }
            90..93 if faults.users => world.sign_in(tab),
            // Nobody signs out in the very moment in which the page comes back.
            93..95 if faults.users && world.tabs[tab].back_at + SECOND < world.now.monotonic => {
                world.sign_out(tab)
            }
            95..96 if faults.users => {
                world.sign_in_elsewhere();
                world.open_tab();
            }
            96..98 if faults.outages => world.server.is_down = !world.server.is_down,
            98..99 if faults.garbage => {
                let text = dice.pick(&[
                    "",
                    "2:1:2:active:",
                    "1:0:99:active:x",
                    "1:9:3:active:",
                    "hello",
                    "1:1:1:unknown:",
                ]);
                world.say(text);
            }
            _ => {}
        }
        self.check();
    }

    /// Mostly short, for that is when things meet.
    fn span(&mut self) -> Millis {
        match self.dice.below(20) {
            0..12 => self.dice.below(10),
            12..16 => self.dice.below(500),
            16..18 => self.dice.below(5 * SECOND),
            18 => self.dice.below(45 * SECOND),
            _ => self.dice.below(700 * SECOND),
        }
    }

    fn pick(&mut self, fits: impl Fn(Life) -> bool) -> Option<usize> {
        let tabs: Vec<_> = (0..self.world.tabs.len())
            .filter(|tab| fits(self.world.tabs[*tab].life))
            .collect();
        (!tabs.is_empty()).then(|| self.dice.pick(&tabs))
    }

    /// Some tab that is not running runs again; if there is none left, one is opened.
    fn rouse(&mut self) {
        let Some(tab) = self.pick(|life| matches!(life, Life::Asleep | Life::Cached)) else {
            if self.world.tabs.iter().all(|tab| !tab.lives()) {
                self.world.open_tab();
            }
            return;
        };
        let (says_so, first) = (self.dice.percent(70), self.dice.percent(50));
        match self.world.tabs[tab].life {
            Life::Cached => self.world.show_page(tab),
            _ => self.world.thaw(tab, says_so, first),
        }
    }

    fn check(&self) {
        self.world.check_patience();
    }

    /// In the end everybody has something, and all tabs agree.
    fn conclude(mut self) {
        self.world.tell(|| "---- the end ----".to_owned());
        self.world.server.is_down = false;
        // What begins now does not end before all is over.
        self.world.server.lifetime = 86_400 * SECOND;
        let lossy = self.world.weather.news_lost + self.world.weather.news_late > 0;
        self.world.weather = Weather {
            dice: self.world.weather.dice.take(),
            ..Weather::default()
        };
        while self
            .pick(|life| matches!(life, Life::Asleep | Life::Cached))
            .is_some()
        {
            self.rouse();
        }
        for _ in 0..20 {
            self.world.pass(10 * SECOND);
            self.check();
        }
        let running: Vec<_> = (0..self.world.tabs.len())
            .filter(|tab| self.world.tabs[*tab].runs())
            .collect();
        for tab in &running {
            self.world.resume(*tab);
        }
        self.world.pass(10 * SECOND);
        // Somebody's alarm may have rung just now.
        for _ in 0..60 {
            if self.world.parcels.is_empty() {
                break;
            }
            self.world.pass(SECOND);
        }
        self.world.check_settled();
        if self.world.engine == Engine::MODERN {
            self.world.check_agreement();
            if self.world.is_signed_out() && !lossy {
                for tab in &running {
                    let status = self.world.status(*tab);
                    assert!(
                        !matches!(status, Status::Active | Status::Refreshing),
                        "F7: tab {tab} is {status:?}"
                    );
                }
            }
        }
    }
}
