//! S6: tabs that die, freeze or hang while they refresh.

use oauth_refresh_wasm::core::snapshot::Status;
use oauth_refresh_wasm::core::tabs::LANES;
use oauth_refresh_wasm::core::time::SECOND;

use crate::world::{Body, Fate, Mail, Note, Op, Parcel, Purpose, World};

/// Tab 0 died while it refreshed, tab 1 has its turn, and tab 2 has wished for it for some moments.
fn heir() -> World {
    let mut world = unanswered(3);
    world.fetch(1);
    world.until(|world| world.locks.knows(1));
    world.fetch(2);
    world.until(|world| world.status(2) == Status::Refreshing);
    world.slow_down(2, 50);
    world.pass(20);
    world.kill(0, false);
    world.until(|world| world.locks.holders()[0].is_some_and(|(tab, _)| tab == 1));
    world.until(|world| world.locks.knows(2));
    world
}

/// Which tab has the turn, in each lane.
fn holders_of(world: &World) -> [Option<usize>; LANES] {
    world.locks.holders().map(|held| held.map(|(tab, _)| tab))
}

/// Tabs of which the first has the turn, and refreshes, but is never answered.
fn unanswered(tabs: usize) -> World {
    let mut world = World::signed_in(tabs);
    world.server.revoke();
    world.fetch(0);
    world.until(|world| world.is_refreshing(0));
    world.swallow(0);
    world
}

#[test]
fn s6_a_tab_that_freezes_in_its_turn_is_gone_round_by_one_at_a_time() {
    let mut world = unanswered(4);
    world.freeze(0, true);
    let callers: Vec<_> = (1..4).map(|tab| world.fetch(tab)).collect();
    world.until(|world| world.tabs[1..].iter().all(|tab| tab.callers[0].sends == 2));
    world.settle();
    world.check_patience();
    assert_eq!(world.server.asked, 1);
    for (tab, caller) in (1..4).zip(callers) {
        assert_eq!(world.fate(tab, caller), Some(Fate::Answered(200)));
    }
}

#[test]
fn s1_who_goes_alone_keeps_the_turn_that_was_stuck_once_it_is_free() {
    for lane in 0..2 {
        let mut world = World::signed_in(4);
        world.server.revoke();
        for tab in 0..2 {
            world.fetch(tab);
            world.until(|world| world.is_refreshing(tab));
            world.swallow(tab);
            world.freeze(tab, true);
        }
        world.fetch(2);
        world.pass(5 * SECOND);
        world.fetch(3);
        world.until(|world| world.is_refreshing(2));
        world.put_off(2, 10 * SECOND);
        world.thaw(lane, false, false);
        world.pass(SECOND);
        assert!(world.is_refreshing(2));
        let mut holders = [Some(0), Some(1)];
        holders[lane] = Some(2);
        assert_eq!(holders_of(&world), holders);
        world.settle();
        assert_ne!(holders_of(&world)[lane], Some(2));
    }
}

#[test]
fn s1_a_lane_that_is_stuck_beside_a_free_one_is_gone_round_by_one_at_a_time() {
    let mut world = World::signed_in(4);
    world.server.revoke();
    for tab in 0..2 {
        world.fetch(tab);
        world.until(|world| world.is_refreshing(tab));
        world.swallow(tab);
        world.freeze(tab, true);
    }
    world.thaw(0, true, true);
    world.settle();
    assert_eq!(holders_of(&world), [None, Some(1)]);
    let callers = [2, 3].map(|tab| world.fetch(tab));
    world.until(|world| world.is_refreshing(2) || world.is_refreshing(3));
    world.settle();
    assert_eq!(world.server.asked, 1);
    for (tab, caller) in [2, 3].into_iter().zip(callers) {
        assert_eq!(world.fate(tab, caller), Some(Fate::Answered(200)));
    }
}

#[test]
fn s1_who_went_round_a_turn_that_is_in_use_again_goes_back() {
    let mut world = unanswered(3);
    world.freeze(0, false);
    for tab in [2, 1] {
        world.fetch(tab);
        world.until(|world| world.locks.knows(tab));
    }
    world.pass(SECOND);
    // The first of them takes longer to see that the turn is stuck; meanwhile it is not any more.
    let looks = |parcel: &Parcel| matches!(parcel.body, Body::Op(2, _));
    world.until(|world| world.parcels.iter().any(looks));
    world.slow_down(2, 100);
    world.until(|world| world.tabs[1].turns.len() == 2);
    world.slow_down(1, 1_000);
    world.kill(0, false);
    world.until(|world| holders_of(world) == [Some(2), Some(1)]);
    world.put_off(1, 5 * SECOND);
    world.until(|world| world.is_refreshing(2));
    world.settle();
    assert_eq!((world.server.asked, world.server.reuses), (1, 0));
}

#[test]
fn s1_those_who_queue_beside_a_turn_that_was_stuck_meet() {
    let mut world = unanswered(4);
    world.freeze(0, true);
    world.fetch(1);
    world.until(|world| world.is_refreshing(1));
    world.swallow(1);
    let callers = [2, 3].map(|tab| world.fetch(tab));
    world.until(|world| world.locks.knows(3));
    world.thaw(0, true, true);
    world.until(|world| holders_of(world) == [Some(3), Some(1)]);
    world.kill(1, true);
    world.until(|world| world.tabs[2..].iter().all(|tab| tab.callers[0].sends == 2));
    world.settle();
    for (tab, caller) in [2, 3].into_iter().zip(callers) {
        assert_eq!(world.fate(tab, caller), Some(Fate::Answered(200)));
    }
}

#[test]
fn s1_who_hung_in_its_turn_asks_for_another() {
    let mut world = World::signed_in(2);
    world.server.revoke();
    world.fetch(0);
    world.until(|world| world.locks.knows(0));
    world.pass(1);
    // What it looks up before it refreshes awaits it when it comes back.
    world.freeze(0, false);
    world.fetch(1);
    world.until(|world| world.is_refreshing(1));
    world.put_off(1, 100);
    world.thaw(0, false, false);
    world.settle();
    assert_eq!((world.server.asked, world.server.reuses), (1, 0));
    assert_eq!(world.statuses(), [Status::Active; 2]);
}

#[test]
fn s6_a_turn_that_was_stuck_is_used_again() {
    let mut world = unanswered(2);
    world.freeze(0, false);
    world.fetch(1);
    world.until(|world| world.is_refreshing(1));
    assert_eq!(holders_of(&world), [Some(0), Some(1)]);
    world.thaw(0, true, true);
    world.settle();
    world.server.revoke();
    world.refresh(1);
    world.until(|world| world.is_refreshing(1));
    assert_eq!(holders_of(&world), [Some(1), None]);
}

#[test]
fn s6_a_tab_that_dies_in_its_turn_gives_way_and_its_token_is_not_used_twice() {
    let mut world = World::signed_in(2);
    world.server.revoke();
    world.fetch(0);
    let caller = world.fetch(1);
    world.until(|world| world.is_refreshing(0));
    world.pass(10);
    world.kill(0, false);
    world.pass(5 * SECOND);
    assert_eq!(world.fate(1, caller), Some(Fate::Answered(200)));
    assert_eq!((world.server.asked, world.server.reuses), (2, 0));
}

#[test]
fn s6_while_others_wait_for_the_server_nobody_goes_round() {
    let mut world = World::signed_in(3);
    world.server.revoke();
    let callers: Vec<_> = (0..3).map(|tab| world.fetch(tab)).collect();
    world.until(|world| world.is_refreshing(0));
    world.swallow(0);
    world.until(|world| world.is_refreshing(1));
    world.swallow(1);
    world.until(|world| world.status(2) != Status::Refreshing);
    assert!(world.is_refreshing(1));
    assert_eq!(world.fate(2, callers[2]), Some(Fate::Refused));
    assert_eq!(world.status(2), Status::Active);
}

#[test]
fn s6_who_inherits_a_turn_has_it_for_no_longer_than_the_others_wait() {
    let mut world = heir();
    world.until(|world| world.is_refreshing(1));
    world.swallow(1);
    world.until(|world| world.is_refreshing(2));
    assert!(!world.is_refreshing(1));
}

#[test]
fn s6_who_hung_when_it_should_have_refreshed_asks_for_another_turn() {
    let mut world = heir();
    world.freeze(1, false);
    world.until(|world| world.is_refreshing(2));
    world.swallow(2);
    world.thaw(1, false, false);
    world.pass(10);
    assert!(!world.is_refreshing(1));
}

#[test]
fn s1_who_hung_while_it_looked_what_it_inherits_asks_for_another_turn() {
    let mut world = heir();
    let looks = |parcel: &Parcel| matches!(parcel.body, Body::Op(1, Op::Look(Purpose::Session)));
    world.until(|world| world.parcels.iter().any(looks));
    // What it looked up awaits it when it comes back.
    world.freeze(1, false);
    world.until(|world| world.is_refreshing(2));
    world.put_off(2, 100);
    for (says_so, first) in [(false, false), (true, true), (true, false)] {
        let mut world = world.clone();
        world.thaw(1, says_so, first);
        world.until(|world| !world.is_refreshing(2));
        assert!(!world.is_refreshing(1));
    }
}

#[test]
fn s1_who_hung_over_its_turn_asks_for_another_however_late_it_hears_of_that() {
    let mut world = unanswered(3);
    world.fetch(1);
    world.until(|world| world.locks.knows(1));
    world.pass(SECOND);
    world.freeze(1, false);
    world.until(|world| world.locks.holders()[0].is_some_and(|(tab, _)| tab == 1));
    // The first time that it is gone round, nothing comes of it.
    world.fetch(2);
    world.until(|world| world.is_refreshing(2));
    world.swallow(2);
    world.until(|world| !world.is_refreshing(2));
    world.pass(60 * SECOND);
    world.thaw(1, true, true);
    let seen = |parcel: &Parcel| {
        matches!(
            &parcel.body,
            Body::Mail(1, Mail::Note(Note::Seen(Purpose::Turn(_), _)))
        )
    };
    world.until(|world| world.parcels.iter().any(seen));
    let mut late: Vec<_> = world.parcels.iter_mut().collect();
    late.retain(|parcel| seen(parcel));
    late.iter_mut().for_each(|parcel| parcel.at += 200);
    world.fetch(2);
    world.until(|world| world.is_refreshing(2));
    world.put_off(2, SECOND);
    world.until(|world| !world.is_refreshing(2));
    assert!(!world.is_refreshing(1));
}

#[test]
fn s1_who_comes_to_the_last_lane_waits_for_who_refreshes_in_the_first() {
    let mut world = unanswered(3);
    world.freeze(0, false);
    world.fetch(1);
    world.until(|world| world.locks.knows(1));
    world.fetch(2);
    world.until(|world| world.locks.knows(2));
    // Tab 1 goes round, and hangs once it knows that there is no need to.
    world.until(|world| world.tabs[1].turns.len() == 2);
    world.slow_down(1, SECOND);
    world.kill(0, false);
    world.until(|world| world.tabs[1].turns.len() == 1);
    world.freeze(1, false);
    // Tab 2 follows it to its lane, and goes round it there.
    world.until(|world| holders_of(world) == [None, Some(1)]);
    world.until(|world| world.tabs[2].turns.len() == 2);
    // Tab 1 is back, and follows tab 2 in turn, which is on its way back to the first lane.
    world.slow_down(2, 500);
    world.thaw(1, false, false);
    world.until(|world| world.is_refreshing(2));
    world.put_off(2, 10 * SECOND);
    world.until(|world| holders_of(world) == [Some(2), Some(1)]);
    world.pass(5 * SECOND);
    assert!(world.is_refreshing(2));
    world.settle();
    assert_eq!((world.server.asked, world.server.reuses), (1, 0));
}
