//! S1 to S3: one refresh for all tabs.

use oauth_refresh_wasm::core::snapshot::Status;
use oauth_refresh_wasm::core::time::SECOND;

use crate::world::{Engine, Fate, World, policy};

#[test]
fn s3_eight_tabs_refresh_once() {
    let mut world = World::signed_in(8);
    world.server.revoke();
    let callers: Vec<_> = (0..8).map(|tab| world.fetch(tab)).collect();
    world.settle();
    assert_eq!(world.server.refreshes, 1);
    assert_eq!(world.statuses(), [Status::Active; 8]);
    for (tab, caller) in callers.into_iter().enumerate() {
        assert_eq!(world.fate(tab, caller), Some(Fate::Answered(200)));
    }
}

#[test]
fn s3_a_hundred_expiries_are_a_hundred_refreshes() {
    let mut world = World::signed_in(8);
    let ahead = world.server.lifetime / 4;
    world.pass(100 * (world.server.lifetime - ahead) + 20 * SECOND);
    assert_eq!(world.server.asked, 100);
}

#[test]
fn s3_state_is_read_again_after_the_grant_even_if_no_broadcast_arrives() {
    let mut world = World::signed_in(3);
    world.weather.news_lost = 100;
    world.server.revoke();
    let callers: Vec<_> = (0..3).map(|tab| world.fetch(tab)).collect();
    world.settle();
    assert_eq!(world.server.asked, 1);
    for (tab, caller) in callers.into_iter().enumerate() {
        assert_eq!(world.fate(tab, caller), Some(Fate::Answered(200)));
    }
}

#[test]
fn s2_a_401_from_before_another_tab_refreshed_is_replayed_without_a_refresh() {
    let mut world = World::signed_in(2);
    world.server.revoke();
    let late = world.fetch(1);
    world.put_off(1, SECOND);
    world.fetch(0);
    world.pass(SECOND / 2);
    let adopted = world.tabs[1].session.snapshot();
    assert_eq!(
        adopted.generation,
        world.tabs[0].session.snapshot().generation
    );
    world.settle();
    assert_eq!(world.fate(1, late), Some(Fate::Answered(200)));
    assert!(world.tabs[1].heard.triggers.is_empty());
}

#[test]
fn s3_who_inherits_a_turn_looks_what_came_of_it() {
    let engine = Engine {
        channel: false,
        ..Engine::MODERN
    };
    let mut world = World::new(engine, policy());
    world.sign_in_elsewhere();
    world.open(2);
    world.settle();
    world.server.revoke();
    world.fetch(0);
    world.fetch(1);
    world.until(|world| world.is_refreshing(0));
    world.pass(10);
    world.hide_page(0);
    world.pass(1_000);
    world.show_page(0);
    world.pass(5_000);
    assert_eq!(world.tabs[1].heard.adopted, 1);
    assert_eq!(world.server.asked, 1);
}

#[test]
fn s3_a_session_that_was_missed_is_no_cure_for_the_401_of_its_token() {
    let engine = Engine {
        channel: false,
        ..Engine::MODERN
    };
    let mut world = World::new(engine, policy());
    world.open(2);
    world.settle();
    world.sign_in(0);
    world.settle();
    world.server.revoke();
    // It has the cookies, and knows of no session yet.
    let caller = world.fetch(1);
    world.settle();
    assert_eq!(world.fate(1, caller), Some(Fate::Answered(200)));
    assert_eq!(world.server.asked, 1);
}

#[test]
fn s3_a_sign_in_of_which_the_news_come_late_is_no_cure_for_the_401_of_its_token() {
    // The news come while the refresh waits for its turn, or asks the server.
    for pause in 0..=18 {
        let mut world = World::new(Engine::MODERN, policy());
        world.open(1);
        // Until it has seen how far the others are, it tells nobody that the user signed in.
        world.slow_down(0, 100);
        world.sign_in(0);
        world.pass(45);
        world.open(1);
        world.server.revoke();
        world.pass(pause);
        let caller = world.fetch(1);
        world.settle();
        let fate = world.fate(1, caller);
        assert_eq!(fate, Some(Fate::Answered(200)), "after {pause} ms");
        assert_eq!(world.server.asked, 1, "after {pause} ms");
    }
}

#[test]
fn s3_news_of_a_session_that_was_missed_are_no_cure_either() {
    let mut world = World::new(Engine::MODERN, policy());
    world.open(1);
    world.settle();
    world.sign_in_elsewhere();
    world.server.revoke();
    let caller = world.fetch(0);
    world.until(|world| world.is_refreshing(0));
    // Whoever signed in says so only now.
    world.say("1:1:1:active:");
    world.settle();
    assert_eq!(world.fate(0, caller), Some(Fate::Answered(200)));
    assert_eq!(world.server.asked, 1);
}
