//! S1 to S3: one refresh for all tabs.

use oauth_refresh_wasm::core::snapshot::Status;

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
