//! Contract section 3: single flight.

use oauth_refresh_wasm::core::event::{Event, Phase, Trigger};
use oauth_refresh_wasm::core::snapshot::Status;
use oauth_refresh_wasm::core::time::SECOND;

use crate::world::{Fate, World, renewed, status};

#[test]
fn s1_fifty_401s_share_one_refresh() {
    let mut world = World::signed_in(300);
    let callers: Vec<_> = (0..50).map(|_| world.request()).collect();
    for caller in &callers {
        world.answer(*caller, 401);
    }
    assert_eq!(world.refreshes, 1);
    assert_eq!(world.status(), Status::Refreshing);
    world.grant(40, renewed(300));
    for caller in callers {
        world.answer(caller, 200);
        assert_eq!(world.fate(caller), Some(&Fate::Answered));
        assert_eq!(world.sends(caller), 2);
    }
    assert_eq!(world.refreshes, 1);
    assert_eq!(world.status(), Status::Active);
}

#[test]
fn s1_every_trigger_joins_the_refresh_under_way() {
    let mut world = World::signed_in(300);
    let unauthorized = world.request();
    world.pass(225 * SECOND);
    assert_eq!(world.triggers(), [Trigger::Expiry]);
    world.answer(unauthorized, 401);
    let asked = world.refresh();
    let ensured = world.ensure_fresh(300 * SECOND);
    world.wake(true);
    world.show(true);
    world.tick(100 * SECOND);
    let demanding = world.request();
    assert_eq!(world.refreshes, 1);

    world.reply(renewed(300));
    assert_eq!(world.fate(asked), Some(&Fate::Fresh));
    assert_eq!(world.fate(ensured), Some(&Fate::Fresh));
    assert!(world.is_sent(unauthorized) && world.is_sent(demanding));
    assert_eq!(world.refreshes, 1);
}

#[test]
fn s1_those_who_wait_share_a_failure_too() {
    let mut world = World::signed_in_until_whenever();
    let callers: Vec<_> = (0..20).map(|_| world.request()).collect();
    for caller in &callers {
        world.answer(*caller, 401);
    }
    let asked = world.refresh();
    world.reply(status(503));
    let error = world.refusal(asked).clone();
    for caller in callers {
        assert_eq!(*world.refusal(caller), error);
    }
    assert_eq!(world.refreshes, 1);
}

#[test]
fn s2_a_401_of_an_older_generation_is_replayed_without_a_refresh() {
    let mut world = World::signed_in(300);
    let [early, late, straight] = [world.request(), world.request(), world.request()];
    let stamp = world.straight().expect("nothing to wait for");
    world.answer(early, 401);
    world.grant(40, renewed(300));
    world.answer(early, 200);

    world.answer(late, 401);
    assert!(world.is_sent(late));
    let short = world.unauthorized(stamp);
    assert!(world.is_sent(short));
    assert_eq!(world.refreshes, 1);
    // Even if it comes much later.
    world.tick(60 * SECOND);
    world.answer(straight, 401);
    assert!(world.is_sent(straight));
    assert_eq!(world.refreshes, 1);
}

#[test]
fn s2_a_late_401_waits_only_if_the_newer_token_is_dead_too() {
    let mut world = World::signed_in(300);
    let [first, late, latest] = [world.request(), world.request(), world.request()];
    world.answer(first, 401);
    world.grant(40, renewed(60));
    world.answer(first, 200);
    // The timer is at it, but the token is good.
    world.pass(45 * SECOND);
    assert_eq!(world.refreshes, 2);
    world.answer(late, 401);
    assert!(world.is_sent(late));
    // Now it is not.
    world.tick(15 * SECOND);
    world.answer(latest, 401);
    assert!(world.waits(latest));
    world.reply(renewed(60));
    assert!(world.is_sent(latest));
    assert_eq!(world.refreshes, 2);
}

#[test]
fn s2_a_late_401_over_an_expired_token_asks_for_one() {
    let mut world = World::signed_in(300);
    let [first, late] = [world.request(), world.request()];
    world.answer(first, 401);
    world.grant(40, renewed(60));
    world.show(false);
    world.pass(61 * SECOND);
    world.events();
    world.answer(late, 401);
    assert_eq!(world.triggers(), [Trigger::Demand]);
    world.reply(renewed(60));
    assert!(world.is_sent(late));
}

#[test]
fn s7_refresh_called_from_a_listener_joins_or_starts() {
    let mut world = World::signed_in_until_whenever();
    world.listener = Some(|world, event| {
        if let Event::Refresh { phase, .. } = event {
            let again = match phase {
                Phase::Start | Phase::Success(_) => world.refreshes < 3,
                Phase::Failure(..) => false,
            };
            if again {
                world.refresh();
            }
        }
    });
    let asked = world.refresh();
    let unauthorized = world.request();
    world.answer(unauthorized, 401);
    assert_eq!(world.refreshes, 1, "the listener of the start joins");
    world.reply(renewed(300));
    assert_eq!(
        world.refreshes, 2,
        "the listener of the success starts the next"
    );
    assert_eq!(world.fate(asked), Some(&Fate::Fresh));
    assert!(world.is_sent(unauthorized));
    world.reply(renewed(300));
    world.reply(renewed(300));
    assert!(world.callers().all(|caller| !world.waits(caller)));
}

#[test]
fn s7_a_listener_of_the_failure_that_refreshes_strands_nobody() {
    let mut world = World::signed_in_until_whenever();
    world.listener = Some(|world, event| {
        let failed = matches!(
            event,
            Event::Refresh {
                phase: Phase::Failure(..),
                ..
            }
        );
        if failed && world.refreshes < 2 {
            world.refresh();
        }
    });
    let asked = world.refresh();
    let unauthorized = world.request();
    world.answer(unauthorized, 401);
    world.reply(status(503));
    assert_eq!(world.refreshes, 2);
    world.refusal(asked);
    world.refusal(unauthorized);
    world.reply(renewed(300));
    assert!(world.callers().all(|caller| !world.waits(caller)));
}

#[test]
fn s7_a_listener_may_sign_out_or_in_at_any_event() {
    for (signs_in, rejected) in [(false, false), (false, true), (true, false), (true, true)] {
        let mut world = World::signed_in_until_whenever();
        world.listener = Some(if signs_in {
            |world, event| {
                if !matches!(event, Event::SessionStart { .. }) {
                    world
                        .session
                        .handle_sign_in(crate::world::lifetime(300), world.now, world.now);
                }
            }
        } else {
            |world, _| world.session.handle_sign_out(world.now)
        });
        let caller = world.request();
        world.answer(caller, 401);
        while !world.calls.is_empty() {
            world.reply(if rejected { status(401) } else { renewed(300) });
        }
        world.pass(60 * SECOND);
        assert!(!world.waits(caller));
        let settled = if signs_in {
            Status::Active
        } else {
            Status::SignedOut
        };
        assert_eq!(world.status(), settled);
    }
}
