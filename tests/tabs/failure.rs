//! F2, F4, F6: what a no means to many tabs.

use oauth_refresh_wasm::core::snapshot::Status;
use oauth_refresh_wasm::core::time::SECOND;

use crate::world::{Engine, Fate, World, policy};

#[test]
fn f2_a_rejection_ends_every_tab_once() {
    let mut world = World::signed_in(4);
    world.server.families[0].over = true;
    let callers: Vec<_> = (0..4).map(|tab| world.fetch(tab)).collect();
    world.pass(5 * SECOND);
    assert_eq!(world.server.asked, 1);
    assert_eq!(world.statuses(), [Status::Ended; 4]);
    for (tab, caller) in callers.into_iter().enumerate() {
        assert_eq!(world.tabs[tab].heard.rejected, 1);
        assert_eq!(world.fate(tab, caller), Some(Fate::GivenBack));
    }
}

#[test]
fn f2_that_it_has_ended_is_not_believed_while_the_server_is_being_asked() {
    let mut world = World::signed_in(2);
    world.server.revoke();
    world.fetch(1);
    world.until(|world| world.is_refreshing(1));
    world.say("1:1:1:ended:");
    world.pass(10);
    assert_eq!(world.statuses(), [Status::Ended, Status::Refreshing]);
    world.settle();
    assert_eq!(world.statuses(), [Status::Active; 2]);
    assert_eq!(world.tabs[1].heard.rejected, 0);
}

#[test]
fn f6_the_loser_of_a_race_adopts() {
    let mut world = World::new(
        Engine {
            locks: false,
            ..Engine::MODERN
        },
        policy(),
    );
    world.server.forgiving = true;
    world.open(2);
    world.sign_in(0);
    world.settle();
    world.server.revoke();
    let callers: Vec<_> = (0..2).map(|tab| world.fetch(tab)).collect();
    world.settle();
    assert_eq!((world.server.asked, world.server.reuses), (2, 1));
    assert_eq!(world.statuses(), [Status::Active; 2]);
    for (tab, caller) in callers.into_iter().enumerate() {
        assert_eq!(world.fate(tab, caller), Some(Fate::Answered(200)));
        assert_eq!(world.tabs[tab].heard.rejected, 0);
    }
}

#[test]
fn f6_who_was_overtaken_by_a_tab_that_went_round_adopts() {
    let mut world = World::signed_in(2);
    world.server.forgiving = true;
    world.server.revoke();
    world.fetch(0);
    world.until(|world| world.is_refreshing(0));
    world.put_off(0, 60 * SECOND);
    world.freeze(0, false);
    world.weather.news_lost = 100;
    world.fetch(1);
    world.until(|world| world.server.refreshes == 1);
    world.pass(60 * SECOND);
    world.thaw(0, false, false);
    world.settle();
    assert_eq!(world.statuses(), [Status::Active; 2]);
    assert_eq!(world.tabs[0].heard.rejected, 0);
}

#[test]
fn f6_who_went_round_a_tab_that_comes_back_and_is_faster_adopts() {
    let mut world = World::signed_in(2);
    world.server.forgiving = true;
    world.server.revoke();
    world.fetch(0);
    world.until(|world| world.locks.knows(0));
    world.pass(1);
    // It comes back just before it is gone round, to a slow server.
    world.freeze(0, false);
    world.fetch(1);
    world.pass(31 * SECOND);
    world.thaw(0, false, false);
    assert!(world.is_refreshing(0));
    world.put_off(0, 3 * SECOND);
    world.until(|world| world.is_refreshing(1));
    world.put_off(1, 3 * SECOND);
    world.until(|world| world.server.refreshes == 1);
    world.put_off(0, 3 * SECOND);
    world.settle();
    assert_eq!((world.server.refreshes, world.server.reuses), (1, 1));
    assert_eq!(world.statuses(), [Status::Active; 2]);
    assert_eq!(world.tabs[1].heard.rejected, 0);
}

#[test]
fn f4_an_api_that_says_401_for_ever_costs_one_refresh_in_10_seconds() {
    let mut world = World::signed_in(4);
    world.server.refuses_all = true;
    for _ in 0..120 {
        for tab in 0..4 {
            world.fetch(tab);
        }
        world.pass(SECOND / 2);
    }
    println!("{} refreshes in 60 s, of 4 tabs", world.server.asked);
    assert!(
        world.server.asked <= 7,
        "{} refreshes in 60 s",
        world.server.asked
    );
}

#[test]
fn f4_tabs_do_not_take_turns_in_refreshing_for_an_api_that_says_401_for_ever() {
    let mut world = World::signed_in(4);
    world.server.refuses_all = true;
    for round in 0..120 {
        world.fetch(round % 4);
        world.pass(SECOND / 2);
    }
    println!(
        "{} refreshes in 60 s, of 4 tabs in turn",
        world.server.asked
    );
    // Each tab that has not refreshed so far believes the first refresh of another.
    let refreshes = world.server.asked;
    assert!(refreshes <= 7 + 3, "{refreshes} refreshes in 60 s");
}
