//! S1 to S3: one refresh for all tabs.

use oauth_refresh_wasm::core::snapshot::Status;

use crate::world::{Fate, World};

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
