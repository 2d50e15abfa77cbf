//! F5 to F7: sign-in and sign-out reach every tab, and nothing of one session reaches into the next.

use oauth_refresh_wasm::core::snapshot::Status;
use oauth_refresh_wasm::core::time::SECOND;

use crate::world::{Engine, Fate, World, policy};

#[test]
fn f5_a_sign_out_waits_for_a_refresh_that_went_round() {
    let mut world = World::signed_in(2);
    world.server.revoke();
    world.fetch(0);
    world.until(|world| world.is_refreshing(0));
    world.freeze(0, false);
    world.fetch(1);
    world.until(|world| world.is_refreshing(1));
    world.thaw(0, false, false);
    // The turn that was stuck is free, and the refresh that went round it is still out.
    world.sign_out(1);
    world.settle();
    assert_eq!(world.server.sign_outs, 1);
    assert!(world.jar.refresh.is_none());
}

#[test]
fn f5_a_sign_out_waits_for_the_refresh_of_another_tab_whose_cookies_would_come_last() {
    let mut world = World::signed_in(2);
    world.server.revoke();
    world.fetch(1);
    world.until(|world| world.server.refreshes == 1);
    world.put_off(1, SECOND);
    world.sign_out(0);
    world.settle();
    assert_eq!(world.server.sign_outs, 1);
    assert!(world.jar.refresh.is_none());
}

#[test]
fn f7_a_sign_in_counts_on_from_what_the_others_have_counted_meanwhile() {
    let engine = Engine {
        channel: false,
        ..Engine::MODERN
    };
    let mut world = World::new(engine, policy());
    world.open(2);
    world.settle();
    world.sign_in(1);
    world.settle();
    for _ in 0..3 {
        world.refresh(1);
        world.settle();
    }
    world.sign_in(0);
    world.settle();
    world.resume(1);
    world.settle();
    let snapshots: Vec<_> = world
        .tabs
        .iter()
        .map(|tab| tab.session.snapshot())
        .collect();
    assert_eq!(snapshots[1].expires_at, snapshots[0].expires_at);
    world.check_agreement();
}

#[test]
fn f7_a_sign_in_wakes_the_other_tabs() {
    let mut world = World::new(Engine::MODERN, policy());
    world.open(3);
    world.settle();
    world.sign_in(1);
    world.settle();
    assert_eq!(world.statuses(), [Status::Active; 3]);
    assert!(world.tabs.iter().all(|tab| tab.heard.starts == 1));
    world.sign_out(0);
    world.settle();
    world.sign_in(2);
    world.settle();
    assert_eq!(world.statuses(), [Status::Active; 3]);
    assert!(world.tabs.iter().all(|tab| tab.heard.starts == 2));
}

#[test]
fn f7_sign_out_reaches_every_tab_once() {
    let mut world = World::signed_in(5);
    world.sign_out(3);
    world.settle();
    assert_eq!(world.statuses(), [Status::SignedOut; 5]);
    assert!(world.tabs.iter().all(|tab| tab.heard.signed_out == 1));
    assert_eq!(world.server.sign_outs, 1);
}

#[test]
fn f7_sign_out_stops_what_the_other_tabs_had_planned() {
    let mut world = World::signed_in(3);
    world.server.revoke();
    let callers: Vec<_> = (1..3).map(|tab| world.fetch(tab)).collect();
    world.until(|world| world.is_refreshing(1));
    world.sign_out(0);
    world.pass(3_600 * SECOND);
    assert_eq!(world.statuses(), [Status::SignedOut; 3]);
    assert!(world.jar.refresh.is_none());
    assert_eq!(world.server.asked, 1);
    for (tab, caller) in (1..3).zip(callers) {
        assert_eq!(world.fate(tab, caller), Some(Fate::GivenBack));
    }
}

#[test]
fn f7_a_page_that_comes_from_signing_in_elsewhere_is_not_signed_out_by_its_siblings() {
    let mut world = World::signed_in(2);
    world.sign_out(0);
    world.settle();
    world.sign_in_elsewhere();
    let tab = world.open_tab();
    world.settle();
    let caller = world.fetch(tab);
    world.settle();
    assert_eq!(world.fate(tab, caller), Some(Fate::Answered(200)));
    assert_eq!(world.status(tab), Status::Unknown);
    world.refresh(tab);
    world.settle();
    assert_eq!(world.statuses(), [Status::Active; 3]);
}

#[test]
fn f5_nothing_is_replayed_into_the_session_of_a_sign_in_in_another_tab() {
    let mut world = World::signed_in(2);
    world.server.revoke();
    let caller = world.fetch(1);
    world.put_off(1, 100);
    world.sign_in(0);
    world.settle();
    assert_eq!(world.fate(1, caller), Some(Fate::Answered(401)));
    assert_eq!(world.tabs[1].callers[caller].sends, 1);
}

#[test]
fn f7_a_sign_out_reaches_a_tab_that_hung_when_the_user_signed_in_there() {
    let mut world = World::signed_in(2);
    world.sign_in(0);
    world.until(|world| world.tabs[0].heard.starts == 2);
    // How far the others are is still being looked up.
    world.freeze(0, false);
    world.until(|world| world.tabs[1].heard.starts == 2);
    world.pass(5 * SECOND);
    world.sign_out(1);
    world.settle();
    // It looks again, and reads what was said before it has the answer.
    world.thaw(0, true, true);
    world.settle();
    assert_eq!(world.statuses(), [Status::SignedOut; 2]);
}
