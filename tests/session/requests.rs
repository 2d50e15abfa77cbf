//! Contract section 4: requests.

use oauth_refresh_wasm::core::event::{Event, Trigger, Warning};
use oauth_refresh_wasm::core::request::Replay;
use oauth_refresh_wasm::core::route::{Exempt, Route};
use oauth_refresh_wasm::core::snapshot::Status;
use oauth_refresh_wasm::core::time::SECOND;

use crate::world::{Fate, World, is_unavailable, lifetime, renewed, status};

#[test]
fn r1_a_request_is_sent_twice_at_most() {
    let mut world = World::signed_in(300);
    let caller = world.request();
    world.answer(caller, 401);
    world.reply(renewed(300));
    world.answer(caller, 401);
    assert_eq!(world.sends(caller), 2);
    assert_eq!(world.fate(caller), Some(&Fate::Answered));
}

#[test]
fn r1_retry_true_opts_out_of_the_replay() {
    let mut world = World::signed_in(300);
    let ticket = world.session.open(Route::Protected, Replay::OptedOut);
    assert!(ticket.is_retry() && !ticket.may_be_replayed());
    let caller = world.request_as(Route::Protected, Replay::OptedOut);
    world.answer(caller, 401);
    assert_eq!(world.fate(caller), Some(&Fate::Answered));
    assert_eq!(world.refreshes, 0);
}

#[test]
fn r1_the_guard_shows_on_the_second_send_alone() {
    let mut world = World::signed_in(300);
    let ticket = world.session.open(Route::Protected, Replay::Possible);
    assert!(!ticket.is_retry() && !ticket.is_second() && ticket.may_be_replayed());
    // The harness asserts `is_retry` on every ticket that comes back.
    let caller = world.request();
    world.answer(caller, 401);
    world.reply(renewed(300));
    assert_eq!(world.sends(caller), 2);
}

#[test]
fn r2_the_second_401_is_delivered() {
    let mut world = World::signed_in(300);
    let [caller, other] = [world.request(), world.request()];
    world.answer(caller, 401);
    world.reply(renewed(300));
    world.events();
    world.answer(caller, 401);
    assert_eq!(world.fate(caller), Some(&Fate::Answered));
    let warnings: Vec<_> = world.events();
    assert!(matches!(
        &warnings[..],
        [Event::Warning {
            code: Warning::RefreshIneffective,
            ..
        }]
    ));
    world.answer(other, 401);
    world.answer(other, 401);
    assert_eq!(world.events(), [], "it is said once");
}

#[test]
fn r3_exempt_and_foreign_never_wait_refresh_or_replay() {
    for route in [
        Route::Exempt(Exempt::Login),
        Route::Exempt(Exempt::Other),
        Route::Foreign,
    ] {
        let mut world = World::signed_in(60);
        world.tick(61 * SECOND);
        let expired = world.request_as(route, Replay::Possible);
        assert!(world.is_sent(expired), "an expired token is no matter");
        world.refresh();
        let caller = world.request_as(route, Replay::Possible);
        assert!(world.is_sent(caller), "nor is a refresh under way");
        world.reply(renewed(60));
        let ticket = world.session.open(route, Replay::Possible);
        assert!(!ticket.may_be_replayed(), "no body is copied");
        world.events();
        world.challenge(caller, 401, Some("Bearer error=\"invalid_token\""));
        assert_eq!(world.fate(caller), Some(&Fate::Answered));
        assert_eq!(world.sends(caller), 1);
        assert_eq!(world.events(), []);
        assert_eq!(world.refreshes, 1);
    }
}

#[test]
fn r4_only_challenges_that_a_new_token_answers_refresh() {
    let refresh = [
        None,
        Some("Bearer"),
        Some("Bearer realm=\"api\", error=\"invalid_token\""),
        Some("DPoP error=\"invalid_token\""),
    ];
    let deliver = [
        Some("Bearer error=\"insufficient_scope\", scope=\"admin\""),
        Some("Bearer error=\"invalid_request\""),
        Some("Basic realm=\"intranet\""),
        Some("Negotiate"),
    ];
    for challenge in refresh {
        let mut world = World::signed_in(300);
        let caller = world.request();
        world.challenge(caller, 401, challenge);
        assert_eq!(world.refreshes, 1, "{challenge:?}");
    }
    for challenge in deliver {
        let mut world = World::signed_in(300);
        let caller = world.request();
        world.challenge(caller, 401, challenge);
        assert_eq!(world.refreshes, 0, "{challenge:?}");
        assert_eq!(world.fate(caller), Some(&Fate::Answered));
        assert_eq!(world.events(), []);
    }
}

#[test]
fn r4_step_up_is_told_and_delivered() {
    let mut world = World::signed_in(300);
    let caller = world.request();
    let challenge =
        "Bearer error=\"insufficient_user_authentication\", acr_values=\"gold\", max_age=60";
    world.challenge(caller, 401, Some(challenge));
    assert_eq!(world.fate(caller), Some(&Fate::Answered));
    assert_eq!(world.refreshes, 0);
    let step_up = Event::StepUp {
        acr_values: Some("gold".to_owned()),
        max_age: Some(60),
    };
    assert_eq!(world.events(), [step_up]);
}

#[test]
fn r5_a_stream_is_never_replayed() {
    let mut world = World::signed_in_until_whenever();
    let [stream, other] = [world.stream(), world.request()];
    world.answer(stream, 401);
    assert_eq!(world.fate(stream), Some(&Fate::Answered));
    assert_eq!(world.refreshes, 1, "the others will need it");
    world.answer(other, 401);
    world.reply(renewed(300));
    assert_eq!((world.sends(stream), world.sends(other)), (1, 2));
    // A late one is not replayed either.
    let late = world.stream();
    world.refresh();
    world.reply(renewed(300));
    world.answer(late, 401);
    assert_eq!(world.fate(late), Some(&Fate::Answered));
}

#[test]
fn r5_no_body_is_kept_where_no_replay_is_possible() {
    let mut world = World::signed_in(300);
    for (route, replay, kept) in [
        (Route::Protected, Replay::Possible, true),
        (Route::Protected, Replay::OneShot, false),
        (Route::Protected, Replay::OptedOut, false),
        (Route::Exempt(Exempt::Other), Replay::Possible, false),
        (Route::Foreign, Replay::Possible, false),
    ] {
        assert_eq!(world.session.open(route, replay).may_be_replayed(), kept);
    }
}

#[test]
fn r5_a_stream_is_refreshed_for_ahead_of_expiry() {
    let mut world = World::signed_in(400);
    world.show(false);
    world.tick(299 * SECOND);
    let early = world.stream();
    assert!(world.is_sent(early));
    // A quarter of the token's life is left: others go, a stream is not put at risk.
    world.tick(SECOND);
    let other = world.request();
    assert!(world.is_sent(other));
    let stream = world.stream();
    assert!(world.waits(stream));
    assert_eq!(world.triggers(), [Trigger::Demand]);
    world.reply(renewed(400));
    assert!(world.is_sent(stream));
    assert_eq!(world.sends(stream), 1);
}

#[test]
fn r5_a_stream_ahead_of_expiry_goes_although_the_refresh_fails() {
    let mut world = World::signed_in(400);
    world.show(false);
    world.tick(300 * SECOND);
    let stream = world.stream();
    world.reply(status(503));
    assert!(world.is_sent(stream), "the token is good for a while");
    let next = world.stream();
    assert!(world.is_sent(next), "nor does the pause hold it up");
    assert_eq!(world.refreshes, 1);
}

#[test]
fn r5_a_stream_over_an_expired_token_is_refused_unspent() {
    let mut world = World::signed_in(60);
    world.tick(61 * SECOND);
    let stream = world.stream();
    assert!(world.waits(stream));
    world.reply(status(503));
    assert!(is_unavailable(world.refusal(stream)));
    let next = world.stream();
    assert!(is_unavailable(world.refusal(next)));
    assert_eq!((world.sends(stream), world.sends(next)), (0, 0));
}

#[test]
fn r5_a_stream_is_not_risked_on_a_token_that_slept_through_its_end() {
    let mut world = World::signed_in(60);
    world.sleep(3_600 * SECOND);
    world.wake(false);
    assert_eq!(world.triggers(), [Trigger::Wake]);
    let [stream, other] = [world.stream(), world.request()];
    assert!(world.waits(stream));
    assert!(
        world.is_sent(other),
        "what can be replayed need not wait for a guess"
    );
    world.reply(renewed(60));
    assert!(world.is_sent(stream));
}

#[test]
fn r5_a_stream_waits_for_a_refresh_that_a_401_has_shown_to_be_due() {
    let mut world = World::signed_in_until_whenever();
    let other = world.request();
    world.answer(other, 401);
    let stream = world.stream();
    assert!(world.waits(stream));
    world.reply(renewed(300));
    assert!(world.is_sent(stream));
}

#[test]
fn r6_a_network_error_replays_nothing() {
    let mut world = World::signed_in(300);
    let caller = world.request();
    world.lose(caller);
    world.pass(60 * SECOND);
    assert_eq!(world.sends(caller), 1);
    assert_eq!(world.refreshes, 0);
    // Nor does it disturb those who come after.
    let next = world.request();
    world.answer(next, 200);
    assert_eq!(world.fate(next), Some(&Fate::Answered));
}

#[test]
fn r6_answers_other_than_401_replay_nothing() {
    for code in [200, 204, 302, 400, 403, 404, 419, 429, 500, 503] {
        let mut world = World::signed_in(300);
        let caller = world.request();
        world.answer(caller, code);
        assert_eq!(world.fate(caller), Some(&Fate::Answered));
        assert_eq!((world.sends(caller), world.refreshes), (1, 0), "{code}");
    }
}

#[test]
fn r7_who_gives_up_leaves_alone_and_the_rest_goes_on() {
    let mut world = World::signed_in(300);
    let [gone, stays, asked] = [world.request(), world.request(), world.refresh()];
    world.answer(gone, 401);
    world.answer(stays, 401);
    world.abort(gone);
    world.abort(asked);
    assert_eq!(world.aborted, [], "the refresh is not given up");
    // The harness asserts that nobody is resumed who does not wait.
    world.reply(renewed(300));
    assert_eq!(world.sends(gone), 1);
    assert!(world.is_sent(stays));
}

#[test]
fn r7_even_the_only_one_who_waits() {
    let mut world = World::signed_in(60);
    world.tick(61 * SECOND);
    let caller = world.request();
    world.abort(caller);
    assert_eq!(world.aborted, []);
    world.reply(renewed(60));
    assert_eq!(world.sends(caller), 0);
    assert_eq!(world.status(), Status::Active);
}

#[test]
fn r8_a_refresh_that_never_answers_holds_nobody_beyond_its_deadline() {
    let mut world = World::signed_in_until_whenever();
    let callers: Vec<_> = (0..5).map(|_| world.request()).collect();
    for caller in &callers {
        world.answer(*caller, 401);
    }
    let asked = world.refresh();
    world.pass(29_999);
    assert!(callers.iter().all(|caller| world.waits(*caller)));
    world.pass(1);
    for caller in callers {
        assert!(is_unavailable(world.refusal(caller)));
    }
    assert!(is_unavailable(world.refusal(asked)));
    assert_eq!(world.aborted.len(), 1, "and its call is given up");
}

#[test]
fn r8_the_deadline_covers_the_session_check_after_a_redirect() {
    let mut world = World::with(crate::session_check::policy());
    world.break_call();
    let caller = world.request();
    world.answer(caller, 401);
    world.grant(20 * SECOND, crate::world::redirect());
    assert!(world.waits(caller));
    world.pass(10 * SECOND);
    assert!(is_unavailable(world.refusal(caller)));
}

#[test]
fn r8_a_request_that_waits_twice_settles_each_time() {
    let mut world = World::signed_in(60);
    world.tick(61 * SECOND);
    let caller = world.request();
    assert!(world.waits(caller));
    world.pass(30 * SECOND);
    // The deadline has passed: it is sent as it is, and refused when that is answered 401.
    assert!(world.is_sent(caller));
    world.pass(60 * SECOND);
    world.answer(caller, 401);
    assert!(
        world.waits(caller),
        "the pause is over, so it is tried again"
    );
    world.pass(30 * SECOND);
    assert!(is_unavailable(world.refusal(caller)));
    assert_eq!(world.sends(caller), 1);
}

#[test]
fn r9_a_refresh_ahead_of_expiry_delays_nobody() {
    let mut world = World::signed_in(400);
    world.pass(300 * SECOND);
    assert_eq!(world.triggers(), [Trigger::Expiry]);
    let [request, stream, ensured] = [world.request(), world.stream(), world.ensure_fresh(0)];
    assert!(world.is_sent(request) && world.is_sent(stream));
    assert!(world.straight().is_some());
    assert_eq!(world.fate(ensured), Some(&Fate::Fresh));
}

#[test]
fn r9_its_failure_harms_nobody() {
    let mut world = World::signed_in(400);
    let before = world.request();
    world.pass(300 * SECOND);
    world.reply(status(503));
    let [request, stream, ensured] = [world.request(), world.stream(), world.ensure_fresh(0)];
    assert!(world.is_sent(request) && world.is_sent(stream));
    assert_eq!(world.fate(ensured), Some(&Fate::Fresh));
    for caller in [before, request, stream] {
        world.answer(caller, 200);
        assert_eq!(world.fate(caller), Some(&Fate::Answered));
    }
    assert_eq!(world.status(), Status::Active);
}

#[test]
fn r10_those_who_wait_go_on_in_the_order_in_which_they_came() {
    let mut world = World::signed_in_until_whenever();
    let early: Vec<_> = (0..5).map(|_| world.request()).collect();
    for caller in [3, 1, 4, 0, 2] {
        world.answer(early[caller], 401);
    }
    let late: Vec<_> = (0..3).map(|_| world.request()).collect();
    assert!(late.iter().all(|caller| world.waits(*caller)));
    world.sent.clear();
    world.reply(renewed(300));
    assert_eq!(world.sent, [early, late].concat());
}

#[test]
fn r10_those_who_took_the_short_way_keep_their_places() {
    let mut world = World::signed_in_until_whenever();
    let stamp = world.straight().unwrap();
    let [second, first] = [2, 1].map(|place| world.unauthorized_at(place, stamp));
    world.sent.clear();
    world.reply(renewed(300));
    assert_eq!(world.sent, [first, second]);
}

#[test]
fn r5_r8_a_sign_in_lets_those_go_who_were_not_sent_yet() {
    let mut world = World::signed_in(60);
    world.tick(61 * SECOND);
    let [request, stream] = [world.request(), world.stream()];
    world.sign_in(lifetime(60));
    assert!(world.is_sent(request) && world.is_sent(stream));
}
