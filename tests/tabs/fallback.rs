//! S5: without locks, without a channel, or without both.

use oauth_refresh_wasm::core::snapshot::Status;

use crate::world::{Engine, Fate, World, policy};

/// All tabs are answered 401 at once; how many refreshes come of it.
fn refreshes(engine: Engine) -> u32 {
    let mut world = World::new(engine, policy());
    // Without turns a refresh token is used twice at once, and no tab can help it.
    world.server.forgiving = true;
    world.sign_in_elsewhere();
    world.open(3);
    world.settle();
    world.server.revoke();
    let callers: Vec<_> = (0..3).map(|tab| world.fetch(tab)).collect();
    world.settle();
    for (tab, caller) in callers.into_iter().enumerate() {
        assert_eq!(world.fate(tab, caller), Some(Fate::Answered(200)));
        assert_eq!(world.status(tab), Status::Active);
    }
    world.server.asked
}

#[test]
fn s5_locks_alone_do() {
    let engine = Engine {
        locks: true,
        channel: false,
    };
    assert_eq!(refreshes(engine), 1);
}

#[test]
fn s5_without_locks_who_is_told_no_waits_for_the_news_of_who_was_faster() {
    let engine = Engine {
        locks: false,
        channel: true,
    };
    assert!(refreshes(engine) <= 3);
}

#[test]
fn s5_with_nothing_each_tab_is_on_its_own() {
    let mut world = World::new(
        Engine {
            locks: false,
            channel: false,
        },
        policy(),
    );
    world.sign_in_elsewhere();
    world.open(3);
    for tab in 0..3 {
        world.server.revoke();
        let caller = world.fetch(tab);
        world.settle();
        assert_eq!(world.fate(tab, caller), Some(Fate::Answered(200)));
    }
    assert_eq!(world.server.asked, 3);
}
