//! `sessionURL`: who is signed in, asked on load. Contract sections 2 and 6.

use oauth_refresh_wasm::core::config::Policy;
use oauth_refresh_wasm::core::event::{EndReason, Event, Trigger, Warning};
use oauth_refresh_wasm::core::snapshot::Status;
use oauth_refresh_wasm::core::time::SECOND;
use oauth_refresh_wasm::core::token::{Expiry, Reply};

use crate::world::{Call, Fate, World, json, lifetime, renewed, status};

/// A set-up with `sessionURL`.
pub fn policy() -> Policy {
    Policy {
        checks_session: true,
        ..Policy::default()
    }
}

fn loaded() -> World {
    let world = World::with(policy());
    assert!(matches!(world.calls[..], [Call::CheckSession(_)]));
    world
}

fn somebody() -> Reply {
    json(200, &[("expires_in", 60.0.into())])
}

#[test]
fn t2_the_session_check_starts_the_session_and_its_timer() {
    let mut world = loaded();
    assert_eq!(world.status(), Status::Unknown);
    world.tick(2 * SECOND);
    world.reply(somebody());
    assert_eq!(world.status(), Status::Active);
    assert_eq!(world.events(), [Event::SessionStart { generation: 0 }]);
    // Counted from when it was asked.
    world.pass(43 * SECOND - 1);
    assert_eq!(world.refreshes, 0);
    world.pass(1);
    assert_eq!(world.refreshes, 1);
}

#[test]
fn f2_nobody_signed_in_on_load_is_no_end_of_a_session() {
    let mut world = loaded();
    world.reply(status(401));
    assert_eq!(
        world.triggers(),
        [Trigger::Demand],
        "the refresh token may be good"
    );
    let caller = world.request();
    assert!(
        world.is_sent(caller),
        "nothing is known against its credentials"
    );
    world.answer(caller, 401);
    world.reply(status(401));
    assert_eq!(world.status(), Status::SignedOut);
    let ended = |event: &Event| matches!(event, Event::SessionEnd { .. });
    assert!(!world.events().iter().any(ended));
    assert_eq!(world.fate(caller), Some(&Fate::GivenBack));
    assert_eq!(world.session.poll_timeout(), None);
}

#[test]
fn f2_the_refresh_token_that_outlived_its_access_token_starts_the_session() {
    let mut world = loaded();
    world.reply(status(401));
    world.reply(renewed(60));
    assert_eq!(world.status(), Status::Active);
    // From here on, a no is news.
    world.refresh();
    world.reply(status(401));
    let end = Event::SessionEnd {
        reason: EndReason::Rejected,
    };
    assert!(world.events().contains(&end));
}

#[test]
fn f5_a_session_check_that_comes_late_changes_nothing() {
    for reply in [somebody(), status(401), status(500)] {
        let mut world = loaded();
        world.sign_in(lifetime(300));
        let known = world.session.snapshot();
        world.events();
        world.reply(reply.clone());
        assert_eq!(world.session.snapshot(), known);

        let mut world = loaded();
        world.sign_out();
        world.events();
        world.reply(reply.clone());
        assert_eq!(world.status(), Status::SignedOut);

        let mut world = loaded();
        world.refresh();
        let check = world.calls.remove(0);
        world.reply_to(check, Ok(&reply));
        assert_eq!(world.refreshes, 1);
        world.reply(renewed(300));
        assert_eq!(world.events().len(), 3, "start, success, session start");
    }
}

#[test]
fn f3_a_session_check_does_not_cut_a_pause_short() {
    let mut world = loaded();
    let caller = world.request();
    world.answer(caller, 401);
    let check = world.calls.remove(0);
    world.reply(Reply {
        retry_after: Some(60 * SECOND),
        ..status(503)
    });
    world.reply_to(check, Ok(&status(401)));
    assert_eq!(world.refreshes, 1);
    assert_eq!(world.status(), Status::Unknown);
}

#[test]
fn f1_a_session_check_that_cannot_be_read_is_warned_of_and_leaves_things_open() {
    for reply in [
        status(500),
        status(200),
        status(404),
        Reply {
            html: true,
            ..status(200)
        },
    ] {
        let mut world = loaded();
        world.reply(reply);
        assert_eq!(world.status(), Status::Unknown);
        let [
            Event::Warning {
                code: Warning::SessionCheckFailed,
                message,
            },
        ] = &world.events()[..]
        else {
            panic!("one warning")
        };
        assert!(message.contains("200") && message.contains("401"));
    }
    let mut world = loaded();
    world.break_call();
    assert_eq!(world.events().len(), 1);
    assert_eq!(world.status(), Status::Unknown);
}

#[test]
fn s1_setting_up_anew_asks_once_and_only_if_nothing_is_known() {
    let mut world = World::new();
    assert_eq!(world.calls, []);
    world.session.handle_policy(policy(), world.now);
    world.session.handle_policy(policy(), world.now);
    world.settle();
    assert_eq!(world.calls.len(), 1);

    let mut world = World::new();
    world.sign_in(Expiry::default());
    world.session.handle_policy(policy(), world.now);
    world.settle();
    assert_eq!(world.calls, []);
}
