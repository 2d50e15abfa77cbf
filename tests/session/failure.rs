//! Contract section 5: failure of a refresh. Its table is in `table.rs`.

use oauth_refresh_wasm::core::error::Code;
use oauth_refresh_wasm::core::event::{EndReason, Event, Trigger, Warning};
use oauth_refresh_wasm::core::snapshot::Status;
use oauth_refresh_wasm::core::time::{Millis, SECOND};
use oauth_refresh_wasm::core::token::Reply;

use crate::world::{Fate, World, is_unavailable, json, lifetime, renewed, status};

fn retry_after(seconds: Millis) -> Reply {
    Reply {
        retry_after: Some(seconds * SECOND),
        ..status(503)
    }
}

#[test]
fn f1_a_passing_failure_refuses_the_401_and_keeps_the_session() {
    let mut world = World::signed_in_until_whenever();
    let [replayable, stream] = [world.request(), world.stream()];
    world.answer(replayable, 401);
    world.break_call();
    let error = world.refusal(replayable);
    assert!(is_unavailable(error));
    assert_eq!(error.code.as_str(), "refresh_unavailable");
    assert!(error.message.contains("/auth/refresh") && error.message.contains("TypeError"));
    assert_eq!(world.status(), Status::Active);
    let ended = |event: &Event| matches!(event, Event::SessionEnd { .. });
    assert!(!world.events().iter().any(ended));
    // What cannot be replayed gets its own 401 (R5).
    world.answer(stream, 401);
    assert_eq!(world.fate(stream), Some(&Fate::Answered));
}

#[test]
fn f1_the_second_401_is_no_reason_to_sign_out_either_while_the_network_is_away() {
    let mut world = World::signed_in_until_whenever();
    let [first, late] = [world.request(), world.request()];
    world.answer(first, 401);
    world.reply(renewed(3_600));
    world.answer(first, 200);
    // The new token dies early, and the refresh server is away; then an old 401 arrives.
    world.pass(60 * SECOND);
    let dead = world.request();
    world.answer(dead, 401);
    world.reply(retry_after(120));
    world.answer(late, 401);
    assert!(world.is_sent(late), "there is a newer token to try");
    world.answer(late, 401);
    assert!(is_unavailable(world.refusal(late)));
    assert_eq!(world.sends(late), 2);
}

#[test]
fn f1_a_401_over_an_expired_token_is_refused_too() {
    let mut world = World::signed_in(60);
    world.tick(61 * SECOND);
    let caller = world.request();
    world.reply(retry_after(120));
    assert!(world.is_sent(caller), "the API may see it otherwise");
    world.answer(caller, 401);
    assert!(is_unavailable(world.refusal(caller)));
}

#[test]
fn f2_a_rejection_ends_the_session_once() {
    let mut world = World::signed_in_until_whenever();
    let callers: Vec<_> = (0..10).map(|_| world.request()).collect();
    let [late, asked] = [world.request(), world.refresh()];
    for caller in &callers {
        world.answer(*caller, 401);
    }
    world.reply(status(401));
    for caller in callers {
        assert_eq!(world.fate(caller), Some(&Fate::GivenBack));
    }
    assert_eq!(world.fate(asked), Some(&Fate::Over));
    world.answer(late, 401);
    assert_eq!(world.fate(late), Some(&Fate::Answered));
    assert_eq!(world.status(), Status::Ended);
    let events = world.events();
    let ends = events
        .iter()
        .filter(|event| matches!(event, Event::SessionEnd { .. }));
    let reason = EndReason::Rejected;
    assert_eq!(ends.collect::<Vec<_>>(), [&Event::SessionEnd { reason }]);
}

#[test]
fn f2_nothing_refreshes_an_ended_session_until_the_next_sign_in() {
    let mut world = World::signed_in(60);
    world.refresh();
    world.reply(json(400, &[("error", "invalid_grant".into())]));
    world.events();

    assert_eq!(world.session.poll_timeout(), None);
    assert_eq!(world.session.snapshot().expires_at, None);
    for asked in [world.refresh(), world.ensure_fresh(0)] {
        assert_eq!(world.refusal(asked).code, Code::SessionEnded);
    }
    let caller = world.request();
    world.answer(caller, 401);
    assert_eq!(world.fate(caller), Some(&Fate::Answered));
    world.wake(true);
    world.show(true);
    world.pass(3_600 * SECOND);
    assert_eq!(world.refreshes, 1);
    assert_eq!(world.events(), []);

    world.sign_in(lifetime(60));
    assert_eq!(world.status(), Status::Active);
    let caller = world.request();
    world.answer(caller, 401);
    assert_eq!(world.refreshes, 2);
}

#[test]
fn f2_a_session_that_was_rejected_does_not_end_again_at_sign_out() {
    let mut world = World::signed_in(60);
    world.refresh();
    world.reply(status(401));
    world.events();
    world.sign_out();
    assert_eq!(world.status(), Status::SignedOut);
    assert_eq!(world.events(), []);
    assert_eq!(world.sign_outs, 1, "the server is told all the same");
}

#[test]
fn f3_pauses_grow_at_random_between_one_second_and_sixty() {
    for (failures, longest) in [2, 4, 8, 16, 32, 60, 60].into_iter().enumerate() {
        let mut world = World::signed_in_until_whenever();
        let mut pause = 0;
        for _ in 0..=failures {
            world.pass(pause);
            let caller = world.request();
            world.answer(caller, 401);
            world.reply(status(503));
            pause = world.refusal(caller).retry_after.expect("a pause");
        }
        assert!(
            (SECOND..=longest * SECOND).contains(&pause),
            "{failures}: {pause}"
        );
    }
}

#[test]
fn f3_a_401_fails_fast_while_backing_off() {
    let mut world = World::signed_in_until_whenever();
    let first = world.request();
    world.answer(first, 401);
    world.reply(retry_after(10));
    world.pass(9_999);
    let caller = world.request();
    assert!(world.is_sent(caller), "the API may answer anyway");
    world.answer(caller, 401);
    let error = world.refusal(caller);
    assert!(is_unavailable(error));
    assert_eq!(
        (error.retry_after, error.retry_after_seconds()),
        (Some(1), Some(1))
    );
    let ensured = world.ensure_fresh(0);
    assert_eq!(
        world.fate(ensured),
        Some(&Fate::Fresh),
        "nothing is known against the token"
    );
    assert_eq!(world.refreshes, 1);

    world.pass(1);
    let caller = world.request();
    world.answer(caller, 401);
    assert_eq!(world.refreshes, 2);
}

#[test]
fn f3_who_wants_a_fresh_token_again_and_again_is_told_to_wait() {
    let mut world = World::signed_in(60);
    world.show(false);
    world.pass(61 * SECOND);
    world.ensure_fresh(0);
    world.reply(retry_after(30));
    for _ in 0..100 {
        let asked = world.ensure_fresh(0);
        assert!(is_unavailable(world.refusal(asked)));
    }
    assert_eq!(world.refreshes, 1);
    world.refresh();
    assert_eq!(world.refreshes, 2, "`refresh()` means now");
}

#[test]
fn f3_retry_after_is_obeyed_and_clamped() {
    for (asked, obeyed) in [
        (0, 1),
        (1, 1),
        (7, 7),
        (300, 300),
        (301, 300),
        (86_400, 300),
    ] {
        let mut world = World::signed_in(60);
        world.pass(45 * SECOND);
        world.reply(retry_after(asked));
        assert_eq!(
            world.failure().retry_after_seconds(),
            Some(obeyed),
            "{asked}"
        );
        world.pass(obeyed * SECOND - 1);
        assert_eq!(world.refreshes, 1, "{asked}");
        world.pass(1);
        assert_eq!(world.refreshes, 2, "{asked}");
    }
    let mut world = World::signed_in(60);
    world.pass(45 * SECOND);
    world.reply(Reply {
        retry_after: Some(Millis::MAX),
        ..status(429)
    });
    assert_eq!(world.failure().retry_after_seconds(), Some(300));
}

#[test]
fn f3_a_success_ends_the_back_off() {
    let mut world = World::signed_in_until_whenever();
    for answer in [
        status(503),
        status(503),
        status(503),
        status(503),
        renewed(300),
    ] {
        world.refresh();
        world.reply(answer);
        world.pass(60 * SECOND);
    }
    world.refresh();
    world.events();
    world.reply(status(503));
    let pause = world.failure().retry_after.expect("a pause");
    assert!(pause < 2 * SECOND, "it counts as the first failure");
}

#[test]
fn f3_online_and_becoming_visible_try_again_at_once_once() {
    for becomes_visible in [false, true] {
        let mut world = World::signed_in_until_whenever();
        let caller = world.request();
        world.answer(caller, 401);
        world.reply(retry_after(60));
        world.events();
        let come_back = |world: &mut World| match becomes_visible {
            true => world.show(true),
            false => world.wake(true),
        };
        come_back(&mut world);
        assert_eq!(world.triggers(), [Trigger::Wake]);
        world.reply(retry_after(60));
        for _ in 0..10 {
            come_back(&mut world);
            world.pass(SECOND);
        }
        assert_eq!(world.refreshes, 2);
        // A pause that ran its course brings the right back.
        world.pass(60 * SECOND);
        let caller = world.request();
        world.answer(caller, 401);
        world.reply(retry_after(60));
        assert_eq!(world.refreshes, 3);
        come_back(&mut world);
        assert_eq!(world.refreshes, 4);
    }
}

#[test]
fn f3_becoming_visible_without_a_network_does_not_use_up_the_try_of_its_return() {
    let mut world = World::signed_in_until_whenever();
    let caller = world.request();
    world.answer(caller, 401);
    world.reply(retry_after(60));
    for _ in 0..3 {
        world.show_offline();
    }
    assert_eq!(world.refreshes, 1);
    world.wake(true);
    assert_eq!(world.refreshes, 2);
}

#[test]
fn f3_other_wake_ups_wait_for_the_pause() {
    let mut world = World::signed_in(60);
    world.pass(45 * SECOND);
    world.reply(retry_after(60));
    world.wake(false);
    assert_eq!(world.refreshes, 1);
}

#[test]
fn f3_a_hidden_page_lifts_the_pause_for_the_next_request_once() {
    let mut world = World::signed_in_until_whenever();
    let caller = world.request();
    world.answer(caller, 401);
    world.reply(retry_after(60));
    world.show(false);
    world.wake(true);
    assert_eq!(world.refreshes, 1, "nobody is looking");
    let caller = world.request();
    world.answer(caller, 401);
    assert_eq!(world.refreshes, 2);
    world.reply(retry_after(60));
    world.wake(true);
    let caller = world.request();
    world.answer(caller, 401);
    assert_eq!(world.refreshes, 2);
    world.refusal(caller);
}

#[test]
fn f3_what_is_set_up_wrongly_is_not_tried_by_the_timer() {
    let mut world = World::signed_in(60);
    world.pass(45 * SECOND);
    world.reply(status(404));
    assert_eq!(world.failure().code, Code::RefreshMisconfigured);
    world.pass(3_600 * SECOND);
    assert_eq!(world.refreshes, 1);
    let caller = world.request();
    assert!(world.waits(caller), "the next request tries");
    assert_eq!(world.refreshes, 2);
}

/// A page that never tires: `callers` requests at a time, each answered `latency` later, for
/// `duration`. Every send of a `broken` one is answered 401, of the others 200.
fn load(
    world: &mut World,
    callers: usize,
    latency: Millis,
    duration: Millis,
    broken: fn(usize) -> bool,
) {
    let end = world.now.monotonic + duration;
    let mut running: Vec<_> = (0..callers).map(|index| (index, world.request())).collect();
    while world.now.monotonic < end {
        world.pass(latency);
        while !world.calls.is_empty() {
            world.reply(status(204));
        }
        for (index, caller) in &mut running {
            if world.is_sent(*caller) {
                world.answer(*caller, if broken(*index) { 401 } else { 200 });
            }
            if world.fate(*caller).is_some() {
                *caller = world.request();
            }
        }
    }
}

#[test]
fn f4_an_api_that_answers_401_for_ever_causes_one_refresh_in_ten_seconds() {
    let mut world = World::signed_in_until_whenever();
    load(&mut world, 100, 50, 10 * SECOND, |_| true);
    assert_eq!(world.refreshes, 1);
    load(&mut world, 100, 50, 50 * SECOND, |_| true);
    assert!((2..=6).contains(&world.refreshes), "{}", world.refreshes);
    let warned = |event: &Event| {
        matches!(
            event,
            Event::Warning {
                code: Warning::RefreshIneffective,
                ..
            }
        )
    };
    let warnings = world.events().into_iter().filter(warned).count();
    assert_eq!(warnings, world.refreshes, "each is warned of once");
}

#[test]
fn f4_one_address_that_answers_401_for_ever_among_others_that_are_content() {
    for broken in [
        (|index| index == 0) as fn(usize) -> bool,
        |index| index % 2 == 0,
        |index| index > 0,
    ] {
        for latency in [10, 50, 700] {
            let mut world = World::signed_in_until_whenever();
            load(&mut world, 20, latency, 10 * SECOND, broken);
            assert_eq!(world.refreshes, 1, "{latency}");
        }
    }
}

#[test]
fn f4_nor_when_nobody_stays_for_the_replay() {
    let mut world = World::signed_in_until_whenever();
    for turn in 0..100 {
        let [content, impatient, stream] = [world.request(), world.request(), world.stream()];
        world.answer(if turn % 2 == 0 { impatient } else { stream }, 401);
        world.abort(impatient);
        while !world.calls.is_empty() {
            world.reply(renewed(300));
        }
        if world.is_sent(content) {
            world.answer(content, 200);
        }
        world.pass(99);
    }
    assert_eq!(world.refreshes, 1);
}

#[test]
fn f4_a_replay_still_on_its_way_leaves_the_refresh_in_doubt() {
    let mut world = World::signed_in_until_whenever();
    let [content, broken] = [world.request(), world.request()];
    world.answer(content, 401);
    world.answer(broken, 401);
    world.reply(renewed(300));
    world.answer(content, 200);
    let next = world.request();
    world.answer(next, 401);
    assert_eq!(world.fate(next), Some(&Fate::Answered));
    world.answer(broken, 401);
    let next = world.request();
    world.answer(next, 401);
    assert_eq!(world.refreshes, 1);
}

#[test]
fn f4_a_refresh_by_hand_does_not_restore_belief() {
    let mut world = World::signed_in_until_whenever();
    let broken = world.request();
    world.answer(broken, 401);
    world.reply(renewed(300));
    world.answer(broken, 401);
    world.refresh();
    world.reply(renewed(300));
    let content = world.request();
    world.answer(content, 200);
    let broken = world.request();
    world.answer(broken, 401);
    assert_eq!(world.fate(broken), Some(&Fate::Answered));
    assert_eq!(world.refreshes, 2);
    world.pass(10 * SECOND);
    let broken = world.request();
    world.answer(broken, 401);
    assert_eq!(world.refreshes, 3);
}

#[test]
fn f4_tokens_of_a_few_seconds_work_though_nobody_says_how_many() {
    let mut world = World::signed_in_until_whenever();
    for refreshes in 1..10 {
        let caller = world.request();
        world.answer(caller, 401);
        assert_eq!(world.refreshes, refreshes);
        world.reply(status(204));
        world.answer(caller, 200);
        world.pass(3 * SECOND);
    }
}

#[test]
fn f4_a_token_known_to_have_expired_is_renewed_though_nothing_has_proven_it() {
    let mut world = World::signed_in(60);
    world.show(false);
    world.refresh();
    world.reply(renewed(5));
    let caller = world.request();
    world.pass(5 * SECOND);
    world.answer(caller, 401);
    assert!(world.waits(caller));
    assert_eq!(world.refreshes, 2);
}
