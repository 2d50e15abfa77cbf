//! Contract F5 and F7: what a sign-in or a sign-out leaves of a refresh that is under way.

use oauth_refresh_wasm::core::error::Code;
use oauth_refresh_wasm::core::event::{EndReason, Event};
use oauth_refresh_wasm::core::snapshot::Status;
use oauth_refresh_wasm::core::time::SECOND;
use oauth_refresh_wasm::core::token::{Expiry, Reply};

use crate::world::{Call, Fate, World, json, lifetime, redirect, renewed, status};

/// Every kind of answer that a refresh can have.
fn answers() -> Vec<Result<Reply, &'static str>> {
    vec![
        Ok(renewed(300)),
        Ok(status(204)),
        Ok(status(401)),
        Ok(json(400, &[("error", "invalid_grant".into())])),
        Ok(redirect()),
        Ok(status(404)),
        Ok(status(503)),
        Err("TypeError"),
    ]
}

#[test]
fn f5_a_refresh_that_ends_after_the_sign_out_changes_nothing() {
    for answer in answers() {
        let mut world = World::signed_in(300);
        let caller = world.request();
        world.answer(caller, 401);
        let call = world.calls[0];
        world.sign_out();
        assert_eq!(world.fate(caller), Some(&Fate::GivenBack));
        let known = world.session.snapshot();
        assert_eq!((known.status, known.expires_at), (Status::SignedOut, None));
        world.events();

        world.calls.clear();
        world.reply_to(call, answer.as_ref().map_err(|cause| *cause));
        world.reply_to(call, answer.as_ref().map_err(|cause| *cause));
        assert_eq!(world.session.snapshot(), known);
        assert_eq!(world.events(), []);
        assert_eq!(world.session.poll_timeout(), None);
        assert_eq!(world.sign_outs, 1);
    }
}

#[test]
fn f5_a_refresh_that_ends_after_a_later_sign_in_changes_nothing() {
    for answer in answers() {
        for signs_out_first in [false, true] {
            let mut world = World::signed_in(300);
            let caller = world.request();
            world.answer(caller, 401);
            let call = world.calls[0];
            if signs_out_first {
                world.sign_out();
            }
            world.sign_in(lifetime(600));
            assert_eq!(world.aborted.len(), 1, "its cookies must not come last");
            let known = world.session.snapshot();
            world.events();
            world.reply_to(call, answer.as_ref().map_err(|cause| *cause));
            assert_eq!(world.session.snapshot(), known);
            assert_eq!(known.status, Status::Active);
            assert_eq!(world.events(), []);
            world.pass(4 * SECOND);
            assert_eq!(
                world.sign_outs, 0,
                "the new session must not be ended by the old one"
            );
        }
    }
}

#[test]
fn f5_nor_does_an_answer_about_the_redirect() {
    let mut world = World::with(crate::session_check::policy());
    world.break_call();
    world.refresh();
    world.reply(redirect());
    let call = world.calls[0];
    assert!(matches!(call, Call::AskSession(_)));
    world.sign_out();
    world.calls.clear();
    world.reply_to(call, Ok(&json(200, &[("expires_in", 60.0.into())])));
    assert_eq!(world.status(), Status::SignedOut);
    assert_eq!(world.sign_outs, 1);
}

#[test]
fn f5_a_request_is_never_replayed_into_the_next_session() {
    let mut world = World::signed_in(300);
    let [waiting, on_the_wire] = [world.request(), world.request()];
    let stamp = world.straight().expect("nothing to wait for");
    world.answer(waiting, 401);
    world.sign_in(lifetime(300));
    assert_eq!(world.fate(waiting), Some(&Fate::GivenBack));
    world.answer(on_the_wire, 401);
    assert_eq!(world.fate(on_the_wire), Some(&Fate::Answered));
    let straight = world.unauthorized(stamp);
    assert_eq!(world.fate(straight), Some(&Fate::Answered));
    // Not even after that one's own refresh.
    world.refresh();
    world.reply(renewed(300));
    let straight = world.unauthorized(stamp);
    assert_eq!(world.fate(straight), Some(&Fate::Answered));
    assert_eq!(world.refreshes, 2);
}

#[test]
fn f5_who_was_resumed_before_the_sign_in_but_goes_on_after_it_gets_its_401() {
    let mut world = World::signed_in(300);
    let caller = world.request();
    world.answer(caller, 401);
    world.lazy = true;
    world.reply(renewed(300));
    world.sign_in(lifetime(300));
    world.lazy = false;
    world.settle();
    assert_eq!(world.fate(caller), Some(&Fate::GivenBack));
    assert_eq!(world.sends(caller), 1);
}

#[test]
fn f7_sign_out_works_at_once_and_stops_everything_that_was_planned() {
    let mut world = World::signed_in(300);
    let caller = world.request();
    world.sign_out();
    assert_eq!(world.status(), Status::SignedOut);
    assert_eq!(world.sign_outs, 1);
    let reason = EndReason::SignedOut;
    assert_eq!(world.events(), [Event::SessionEnd { reason }]);

    assert_eq!(world.session.snapshot().expires_at, None);
    assert_eq!(world.session.poll_timeout(), None);
    world.pass(3_600 * SECOND);
    world.wake(true);
    world.show(true);
    world.answer(caller, 401);
    assert_eq!(world.fate(caller), Some(&Fate::Answered));
    let next = world.request();
    assert!(world.is_sent(next), "the sign-in page has requests, too");
    for asked in [world.refresh(), world.ensure_fresh(0)] {
        assert_eq!(world.refusal(asked).code, Code::SessionEnded);
    }
    assert_eq!(world.refreshes, 0);
    assert_eq!(world.events(), []);
}

#[test]
fn f7_the_sign_out_follows_the_refresh_that_is_under_way() {
    let mut world = World::signed_in(300);
    let asked = world.refresh();
    world.sign_out();
    assert_eq!(world.fate(asked), Some(&Fate::Over));
    assert_eq!(world.sign_outs, 0);
    world.pass(2_999);
    assert_eq!((world.sign_outs, world.aborted.len()), (0, 0));
    // The harness asserts that no refresh is on the wire when the server is told.
    world.reply(renewed(300));
    assert_eq!(world.sign_outs, 1);
    world.pass(60 * SECOND);
    assert_eq!(world.sign_outs, 1);
}

#[test]
fn f5_a_refresh_that_is_given_up_says_so() {
    for signs_in in [true, false] {
        let mut world = World::signed_in(300);
        let asked = world.refresh();
        world.events();
        if signs_in {
            world.sign_in(lifetime(300));
        } else {
            world.sign_out();
        }
        assert_eq!(world.failure().code, Code::SessionEnded);
        let fate = if signs_in { Fate::Fresh } else { Fate::Over };
        assert_eq!(world.fate(asked), Some(&fate));
    }
}

#[test]
fn f7_but_not_for_long() {
    let mut world = World::signed_in(300);
    world.refresh();
    world.sign_out();
    world.sign_out();
    world.pass(3 * SECOND);
    assert_eq!((world.sign_outs, world.aborted.len()), (1, 1));
    assert_eq!(world.session.poll_timeout(), None);
}

#[test]
fn f7_a_sign_out_ends_the_pause_of_the_session_before() {
    let mut world = World::signed_in(300);
    world.refresh();
    world.reply(Reply {
        retry_after: Some(300 * SECOND),
        ..status(503)
    });
    world.sign_out();
    world.sign_in(Expiry::default());
    let caller = world.request();
    world.answer(caller, 401);
    assert!(world.waits(caller));
}

#[test]
fn f7_each_sign_in_is_a_session_of_its_own() {
    let mut world = World::new();
    assert_eq!(world.status(), Status::Unknown);
    for turn in 0..3 {
        let before = world.session.snapshot().generation;
        world.sign_in(lifetime(300));
        let generation = world.session.snapshot().generation;
        assert!(generation > before);
        assert_eq!(
            world.events(),
            [Event::SessionStart { generation }],
            "{turn}"
        );
        if turn > 0 {
            world.sign_out();
            world.events();
        }
    }
}
