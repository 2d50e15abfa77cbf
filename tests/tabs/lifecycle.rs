//! S6, F7, T2, T3: pages that freeze, lie in the back/forward cache, or wake up; and clocks that jump.

use oauth_refresh_wasm::core::snapshot::Status;
use oauth_refresh_wasm::core::time::SECOND;

use crate::world::{Engine, Fate, World, policy};

#[test]
fn s6_a_page_in_the_cache_holds_nothing() {
    let mut world = World::signed_in(3);
    world.server.revoke();
    let callers: Vec<_> = (0..3).map(|tab| world.fetch(tab)).collect();
    world.until(|world| world.is_refreshing(0));
    for tab in 0..2 {
        world.hide_page(tab);
    }
    world.pass(10);
    for tab in 0..2 {
        assert!(!world.locks.knows(tab));
        assert!(!world.locks.kept().contains_key(&tab));
    }
    world.pass(5 * SECOND);
    assert_eq!(world.fate(2, callers[2]), Some(Fate::Answered(200)));
    for (tab, caller) in callers.into_iter().take(2).enumerate() {
        world.show_page(tab);
        world.settle();
        assert_eq!(world.fate(tab, caller), Some(Fate::Answered(200)));
    }
    world.check_agreement();
}

#[test]
fn s6_a_page_that_freezes_takes_back_its_wish_for_the_turn() {
    let mut world = World::signed_in(2);
    world.server.revoke();
    world.fetch(0);
    let caller = world.fetch(1);
    world.until(|world| world.is_refreshing(0));
    world.pass(10);
    world.freeze(1, true);
    world.pass(10);
    assert!(!world.locks.knows(1));
    world.settle();
    world.thaw(1, true, false);
    world.pass(5 * SECOND);
    assert_eq!(world.fate(1, caller), Some(Fate::Answered(200)));
    assert_eq!(world.server.asked, 1);
}

#[test]
fn s6_a_page_that_freezes_keeps_the_turn_in_which_it_asks_the_server() {
    let mut world = World::signed_in(2);
    world.server.revoke();
    world.fetch(0);
    world.until(|world| world.is_refreshing(0));
    world.freeze(0, true);
    world.fetch(1);
    world.pass(5 * SECOND);
    assert!(world.locks.knows(0));
    assert_eq!(world.server.asked, 1);
    world.thaw(0, true, false);
    world.pass(SECOND);
    assert_eq!(world.statuses(), [Status::Active; 2]);
    assert_eq!((world.server.asked, world.tabs[1].heard.renewed), (1, 0));
}

#[test]
fn f7_a_page_that_was_frozen_looks_whether_the_user_has_signed_out() {
    let mut world = World::signed_in(2);
    world.weather.news_lost = 100;
    world.freeze(1, true);
    world.sign_out(0);
    world.settle();
    assert_eq!(world.status(1), Status::Active);
    world.thaw(1, true, true);
    world.settle();
    assert_eq!(
        (world.status(1), world.tabs[1].heard.signed_out),
        (Status::SignedOut, 1)
    );
}

#[test]
fn f7_a_page_that_was_in_the_cache_looks_whether_the_user_has_signed_out() {
    let mut world = World::signed_in(2);
    world.hide_page(1);
    world.settle();
    world.sign_out(0);
    world.settle();
    world.show_page(1);
    world.settle();
    assert_eq!(
        (world.status(1), world.tabs[1].heard.signed_out),
        (Status::SignedOut, 1)
    );
}

#[test]
fn f7_a_sign_in_does_not_outdo_a_sign_out_that_came_while_its_page_was_in_the_cache() {
    let mut world = World::new(Engine::MODERN, policy());
    world.open(2);
    world.settle();
    world.sign_in(1);
    world.until(|world| world.status(0) == Status::Active);
    // What it looks for after the sign-in, it does not get to see.
    world.hide_page(1);
    world.settle();
    world.sign_out(0);
    world.settle();
    world.show_page(1);
    world.settle();
    assert_eq!(world.statuses(), [Status::SignedOut; 2]);
}

#[test]
fn f7_a_sign_out_is_told_to_the_server_before_its_page_sleeps() {
    let mut world = World::signed_in(2);
    world.server.revoke();
    world.fetch(0);
    world.until(|world| world.is_refreshing(0));
    world.sign_out(1);
    world.freeze(1, true);
    world.settle();
    assert_eq!(world.server.sign_outs, 1);
}

#[test]
fn t3_many_wake_ups_of_many_tabs_are_one_refresh() {
    let mut world = World::signed_in(4);
    world.sleep(3_600 * SECOND);
    for tab in 0..4 {
        world.wake(tab, false);
        world.show(tab, true);
        world.wake(tab, true);
        world.resume(tab);
    }
    world.settle();
    assert_eq!(world.server.asked, 1);
    assert_eq!(world.statuses(), [Status::Active; 4]);
}

#[test]
fn t2_a_wall_clock_that_is_set_costs_one_refresh_at_most() {
    for by in [-7_200_000, 7_200_000] {
        let mut world = World::signed_in(3);
        world.set_clock(by);
        for tab in 0..3 {
            world.show(tab, true);
            world.wake(tab, true);
        }
        let new = world.open_tab();
        world.settle();
        let caller = world.fetch(new);
        world.pass(SECOND);
        assert_eq!(world.fate(new, caller), Some(Fate::Answered(200)));
        assert_eq!(world.statuses(), [Status::Active; 4]);
        assert!(world.server.asked <= 1, "{by}: {}", world.server.asked);
    }
}
