//! F5 to F7: sign-in and sign-out reach every tab, and nothing of one session reaches into the next.

use crate::world::{Engine, World, policy};

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
