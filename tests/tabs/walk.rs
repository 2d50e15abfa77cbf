//! All that may happen to a few tabs, in every order: no chance, and nothing left out.
//!
//! Two tabs, or more, have heard of a session, and its access token is revoked. Each sends its requests whenever it likes, and one
//! thing may go wrong, whenever it likes. What the tabs, the lock manager, the server and the browser say to each other
//! arrives in any order that their ways allow. Time stands still until nothing but broadcasts and answers to requests
//! is on its way, then it passes until the next alarm.
//!
//! `TABS=3 REQUESTS=2 FAULTS=2 cargo test --release --test tabs walk` goes further, and takes longer.

use std::collections::HashSet;
use std::hash::RandomState;
use std::thread;

use oauth_refresh_wasm::core::config::{Policy, Proactive};
use oauth_refresh_wasm::core::snapshot::Status;

use crate::number;
use crate::world::{Choice, Engine, Fate, World, policy};

/// Goes all the ways that there are from one world.
struct Walk {
    seen: HashSet<u64>,
    random: RandomState,
    tabs: usize,
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
        let may = running.filter(|tab| world.tabs[*tab].callers.len() < self.requests);
        choices.extend(may.map(Choice::Fetch));
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
            let key = world.key(faults, &self.random);
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

/// How many requests each tab sends, and how much goes wrong.
fn walk(requests: usize, faults: usize, is_fault: fn(Choice) -> bool) {
    let requests = number("REQUESTS").map_or(requests, |requests| requests as usize);
    let faults = number("FAULTS").map_or(faults, |faults| faults as usize);
    let tabs = number("TABS").map_or(2, |tabs| tabs as usize);
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
        random: RandomState::new(),
        tabs,
        requests,
        faults,
        is_fault,
        ends: 0,
    };
    walk.go(start);
    println!("{} states, {} ends", walk.seen.len(), walk.ends);
}

#[test]
fn s1_s3_in_every_order() {
    walk(2, 0, |_| false);
}

#[test]
fn s4_whatever_news_are_lost() {
    walk(2, 1, |choice| matches!(choice, Choice::Lose(_)));
}

#[test]
fn s3_whatever_call_is_refused_or_never_answered() {
    let is_fault = |choice| matches!(choice, Choice::Swallow(_) | Choice::Refuse(_));
    walk(2, 1, is_fault);
}

#[test]
fn s6_whenever_a_tab_dies() {
    walk(2, 1, |choice| matches!(choice, Choice::Kill(_)));
}

#[test]
fn s6_whenever_a_tab_freezes() {
    walk(1, 1, |choice| matches!(choice, Choice::Freeze(..)));
}

#[test]
fn s6_whenever_a_page_goes_into_the_cache() {
    walk(1, 1, |choice| matches!(choice, Choice::Hide(_)));
}
