//! S6: tabs that die, freeze or hang while they refresh.

use oauth_refresh_wasm::core::snapshot::Status;

use crate::world::World;

/// Tab 0 died while it refreshed, tab 1 has its turn, and tab 2 has wished for it for some moments.
fn heir() -> World {
    let mut world = World::signed_in(3);
    world.server.revoke();
    world.fetch(0);
    world.until(|world| world.is_refreshing(0));
    world.swallow(0);
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
