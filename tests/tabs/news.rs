//! S4: what tabs tell each other, and what they make of it.

use oauth_refresh_wasm::core::config::Policy;
use oauth_refresh_wasm::core::snapshot::Status;

use crate::world::{Engine, World, policy};

fn checks_session() -> Policy {
    Policy {
        checks_session: true,
        ..policy()
    }
}

#[test]
fn s4_a_new_tab_learns_the_expiry_without_asking() {
    let mut world = World::new(Engine::MODERN, checks_session());
    world.open(1);
    world.sign_in(0);
    world.settle();
    let tab = world.open_tab();
    while !world.parcels.is_empty() {
        assert!(world.calls.is_empty(), "it asks the server");
        world.pass(1);
    }
    let known = world.tabs[0].session.snapshot();
    assert_eq!(
        world.tabs[tab].session.snapshot().expires_at,
        known.expires_at
    );
    assert_eq!(world.status(tab), Status::Active);
}

#[test]
fn f2_a_no_is_news_to_a_tab_that_has_heard_of_a_session_meanwhile() {
    // Of one that nobody has refreshed, and of one that was, but whose token has expired since.
    for news in ["1:1:1:active:", "1:1:2:active:1"] {
        let mut world = World::new(Engine::MODERN, checks_session());
        // The checks find nobody, so that refreshes are to tell whether there is anybody at all.
        world.open(2);
        world.until(|world| world.is_refreshing(0));
        world.put_off(0, 300);
        // The other tab waits for its turn.
        world.fetch(1);
        world.pass(200);
        world.say(news);
        world.pass(10);
        assert_eq!(world.tabs[1].heard.starts, 1);
        world.settle();
        assert_eq!(world.statuses(), [Status::Ended; 2]);
        assert_eq!(world.tabs[1].heard.rejected, 1);
    }
}

#[test]
fn s4_what_was_not_believed_is_kept_in_sight_once_the_server_says_so_too() {
    let mut world = World::new(Engine::MODERN, checks_session());
    world.open(1);
    world.sign_in(0);
    world.settle();
    world.sign_out(0);
    world.settle();
    let witness = world.open_tab();
    world.settle();
    world.kill(0, false);
    world.sign_in_elsewhere();
    world.open_tab();
    world.settle();
    assert_eq!(world.status(witness), Status::Active);
}

#[test]
fn s4_a_session_that_does_not_end_a_refresh_is_heard_of_all_the_same() {
    let mut world = World::new(Engine::MODERN, policy());
    world.open(1);
    world.fetch(0);
    world.settle();
    assert_eq!(world.status(0), Status::Ended);
    // It does not believe that.
    let tab = world.open_tab();
    world.settle();
    world.weather.news_lost = 100;
    world.sign_in(0);
    world.settle();
    world.server.revoke();
    world.fetch(tab);
    world.until(|world| world.is_refreshing(tab));
    world.server.is_down = true;
    world.settle();
    assert_eq!(world.statuses(), [Status::Active; 2]);
}

#[test]
fn s4_a_refresh_does_not_make_old_news_new() {
    let mut world = World::signed_in(2);
    world.hide_page(0);
    world.sign_out(1);
    world.settle();
    // It has heard of the sign-out, though it does not believe it.
    let tab = world.open_tab();
    world.settle();
    world.kill(1, false);
    world.show_page(0);
    world.fetch(tab);
    world.until(|world| world.is_refreshing(tab));
    world.server.is_down = true;
    world.settle();
    assert_eq!(world.tabs[tab].heard.starts, 0);
}

#[test]
fn s4_news_of_another_version_are_ignored() {
    let mut world = World::signed_in(2);
    let before = world.tabs.clone();
    for text in [
        "",
        "?",
        "1:1:9:unknown:",
        "2:9:9:signed_out:",
        "1:9:3:ended:",
        "1:1:9:ended",
        "[object Object]",
    ] {
        world.say(text);
        world.settle();
    }
    for (tab, before) in world.tabs.iter().zip(before) {
        assert_eq!(tab.session, before.session);
    }
}

#[test]
fn s4_news_that_come_twice_or_late_are_harmless() {
    let mut world = World::signed_in(2);
    let old = world.tabs[0].kept.clone().unwrap();
    world.refresh(0);
    world.settle();
    let before = world.tabs.clone();
    for text in [old, world.tabs[0].kept.clone().unwrap()] {
        world.say(&text);
        world.settle();
    }
    for (tab, before) in world.tabs.iter().zip(before) {
        assert_eq!(tab.session, before.session);
    }
}

#[test]
fn s4_a_sign_in_before_the_first_look_is_counted_on_from_the_others() {
    let mut world = World::signed_in(1);
    for _ in 0..3 {
        world.refresh(0);
        world.settle();
    }
    let tab = world.open_tab();
    world.slow_down(tab, 100);
    world.sign_in(tab);
    world.settle();
    assert_eq!(world.tabs[0].kept, world.tabs[tab].kept);
    // It is another session, and none that goes on.
    assert_eq!(world.tabs[0].heard.starts, 2);
    assert_eq!(world.tabs[0].heard.adopted, 0);
}
