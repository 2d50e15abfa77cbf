//! All that may happen to a few tabs, in every order: no chance, and nothing left out.
//!
//! Two tabs, or more, have heard of a session, and its access token is revoked. Each sends its requests whenever it likes,
//! and something may go wrong, whenever it likes. What the tabs, the lock manager, the server and the browser say to each
//! other arrives in any order that their ways allow. Time stands still until nothing but broadcasts and answers to requests
//! is on its way, then it passes until the next alarm.
//!
//! `TABS=3 EACH=3 REQUESTS=3 FAULTS=2 cargo test --test tabs walk` goes further, and takes longer: three tabs, each with up
//! to three requests, of which there are three in all.

use std::collections::HashSet;
use std::thread;

use foldhash::quality::FixedState;
use oauth_refresh_wasm::core::config::{Policy, Proactive};
use oauth_refresh_wasm::core::snapshot::Status;

use crate::number;
use crate::world::{Choice, Engine, Fate, Tab, World, policy};

/// Goes all the ways that there are from one world.
struct Walk {
    seen: HashSet<u64>,
    hashing: FixedState,
    tabs: usize,
    /// How many requests a tab sends, at most, and how many all of them do.
    each: usize,
    requests: usize,
    faults: usize,
    is_fault: fn(Choice) -> bool,
    ends: usize,
}

/// A world to go on from, and what may happen there that has not been looked at.
struct Fork {
    world: World,
    faults: usize,
    choices: Vec<Choice>,
}

/// Tells the story again, if it ends badly.
struct Trail {
    start: World,
    choices: Vec<Choice>,
}

impl Drop for Trail {
    fn drop(&mut self) {
        if thread::panicking() {
            self.start.talks = true;
            let last = self.choices.pop();
            for choice in &self.choices {
                self.start.tell(|| format!("{choice:?}"));
                self.start.take(*choice);
            }
            println!("and then {last:?}");
        }
    }
}

impl Walk {
    fn fork(&self, world: World, faults: usize) -> Fork {
        let mut choices = world.choices();
        // The tabs are alike: whichever sends the first request is called tab 0.
        let none = world.tabs.iter().all(|tab| tab.callers.is_empty());
        let tabs = if none { 1 } else { self.tabs };
        let running = (0..tabs).filter(|tab| world.tabs[*tab].runs());
        let sent = |tab: &Tab| tab.callers.len();
        if world.tabs.iter().map(sent).sum::<usize>() < self.requests {
            let may = running.filter(|tab| sent(&world.tabs[*tab]) < self.each);
            choices.extend(may.map(Choice::Fetch));
        }
        if faults < self.faults {
            choices.extend(
                world
                    .faults()
                    .into_iter()
                    .filter(|fault| (self.is_fault)(*fault)),
            );
        }
        Fork {
            world,
            faults,
            choices,
        }
    }

    fn go(&mut self, start: World) {
        let mut trail = Trail {
            start: start.clone(),
            choices: Vec::new(),
        };
        let mut forks = vec![self.fork(start, 0)];
        while let Some(fork) = forks.last_mut() {
            let Some(choice) = fork.choices.pop() else {
                forks.pop();
                trail.choices.pop();
                continue;
            };
            let mut world = fork.world.clone();
            trail.choices.push(choice);
            world.take(choice);
            world.check_patience();
            let faults = fork.faults + usize::from((self.is_fault)(choice));
            let key = world.key(faults, &self.hashing);
            if !self.seen.insert(key) {
                trail.choices.pop();
                continue;
            }
            let next = self.fork(world, faults);
            if next.choices.iter().all(|choice| (self.is_fault)(*choice)) {
                self.ends += 1;
                conclude(next.world.clone(), self.tabs, faults);
            }
            forks.push(next);
        }
    }
}

/// Nothing is left to happen.
fn conclude(mut world: World, tabs: usize, faults: usize) {
    world.check_settled();
    if faults == 0 {
        assert_eq!(world.server.asked, 1, "S3: more than one refresh");
        let mut callers = world.tabs.iter().flat_map(|tab| &tab.callers);
        assert!(
            callers.all(|caller| caller.fate() == Some(Fate::Answered(200))),
            "R8: somebody was not served"
        );
    }
    assert!(
        world.server.asked <= 1 + 2 * faults as u32,
        "S3: {} refreshes",
        world.server.asked
    );
    for tab in 0..tabs {
        if world.tabs[tab].runs() {
            world.resume(tab);
        }
    }
    world.settle();
    world.check_agreement();
    let lost = world.server.families.iter().any(|family| family.lost);
    let over = world
        .statuses()
        .into_iter()
        .any(|status| status == Status::Ended);
    assert!(lost || !over, "F6: a session that lives has ended");
}

/// How many requests each tab sends at most, how many there are in all, and how much goes wrong.
fn walk(each: usize, requests: usize, faults: usize, is_fault: fn(Choice) -> bool) {
    let given = |name, usual| number(name).map_or(usual, |number| number as usize);
    let tabs = given("TABS", 2);
    let policy = Policy {
        proactive: Proactive::Never,
        ..policy()
    };
    let mut start = World::new(Engine::MODERN, policy);
    // All hear of the session from one that is gone, so that they are alike.
    start.open(tabs + 1);
    start.sign_in(tabs);
    start.settle();
    start.kill(tabs, false);
    start.settle();
    start.server.revoke();
    let mut walk = Walk {
        seen: HashSet::new(),
        hashing: FixedState::default(),
        tabs,
        each: given("EACH", each),
        requests: given("REQUESTS", requests),
        faults: given("FAULTS", faults),
        is_fault,
        ends: 0,
    };
    walk.go(start);
    println!("{} states, {} ends", walk.seen.len(), walk.ends);
}

fn is_refusal(choice: Choice) -> bool {
    matches!(choice, Choice::Swallow(_) | Choice::Refuse(_))
}

fn is_loss(choice: Choice) -> bool {
    matches!(choice, Choice::Lose(_))
}

fn is_death(choice: Choice) -> bool {
    matches!(choice, Choice::Kill(_))
}

fn is_sleep(choice: Choice) -> bool {
    matches!(choice, Choice::Freeze(..) | Choice::Hide(_))
}

fn is_fault(choice: Choice) -> bool {
    is_loss(choice) || is_refusal(choice) || is_death(choice) || is_sleep(choice)
}

#[test]
fn s1_s3_in_every_order() {
    walk(2, 4, 0, |_| false);
}

#[test]
fn s4_whatever_news_are_lost() {
    walk(2, 4, 1, is_loss);
}

#[test]
fn s3_whatever_call_is_refused_or_never_answered() {
    walk(2, 4, 1, is_refusal);
}

#[test]
fn s6_whenever_a_tab_dies() {
    walk(2, 4, 1, is_death);
}

#[test]
fn s1_to_s6_whatever_goes_wrong() {
    walk(2, 2, 1, is_fault);
}

#[test]
fn s1_to_s6_whatever_goes_wrong_twice_while_all_are_awake() {
    walk(3, 3, 2, |choice| is_fault(choice) && !is_sleep(choice));
}

#[test]
fn s1_s6_whenever_tabs_freeze_without_notice() {
    walk(1, 2, 2, |choice| matches!(choice, Choice::Freeze(_, false)));
}
