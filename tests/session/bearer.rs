//! Bearer mode: the session keeps the tokens, and a token endpoint renews them.

use oauth_refresh_wasm::core::config::Policy;
use oauth_refresh_wasm::core::error::{Code, Error, OAuthError};
use oauth_refresh_wasm::core::event::{EndReason, Event, Trigger};
use oauth_refresh_wasm::core::keyring::{Secret, Tokens};
use oauth_refresh_wasm::core::snapshot::Status;
use oauth_refresh_wasm::core::time::SECOND;
use oauth_refresh_wasm::core::token::{Expiry, Reply};
use oauth_refresh_wasm::core::value::Value;

use crate::world::{
    Call, Caller, Fate, World, is_unavailable, json, lifetime, redirect, renewed, status,
};

const ENDPOINT: &str = "https://auth.example.com/token";

pub fn policy() -> Policy {
    Policy {
        refresh_url: ENDPOINT.to_owned(),
        bearer: true,
        ..Policy::default()
    }
}

/// The application refreshes by a function of its own.
fn custom() -> Policy {
    Policy {
        refresh_url: "The function refresh".to_owned(),
        custom_refresh: true,
        ..policy()
    }
}

fn members<'a>(access: &str, refresh: impl Into<Option<&'a str>>) -> Vec<(&'static str, Value)> {
    let mut members = vec![
        ("access_token", Value::from(access)),
        ("token_type", "Bearer".into()),
    ];
    let refresh = refresh.into();
    members.extend(refresh.map(|token| ("refresh_token", token.into())));
    members
}

pub fn tokens<'a>(access: &str, refresh: impl Into<Option<&'a str>>) -> Tokens {
    let body = Value::object(members(access, refresh));
    Tokens::read(&body, false).expect("these are tokens")
}

/// `200` with tokens that live for five minutes.
pub fn granted<'a>(access: &str, refresh: impl Into<Option<&'a str>>) -> Reply {
    let mut members = members(access, refresh);
    members.push(("expires_in", 300.0.into()));
    json(200, &members)
}

fn oauth_error(status: u16, word: &str) -> Reply {
    json(status, &[("error", word.into())])
}

fn signed_in_by(policy: Policy, tokens: Tokens, expiry: Expiry) -> World {
    let mut world = World::with(policy);
    world.sign_in_with(tokens, expiry);
    world.events();
    world
}

/// Signed in with `a1` and `r1`, for as long as nobody says otherwise.
fn signed_in() -> World {
    signed_in_by(policy(), tokens("a1", "r1"), Expiry::default())
}

/// The same, and a 401 waits for the refresh.
fn refreshing() -> (World, Caller) {
    let mut world = signed_in();
    let caller = world.request();
    world.answer(caller, 401);
    (world, caller)
}

fn access(world: &World) -> Option<&str> {
    world.session.access_token().map(Secret::expose)
}

/// Nobody waits and no pause is in force: the next 401 refreshes.
fn ready(world: &mut World) -> Caller {
    world.pass(70 * SECOND);
    let caller = world.request();
    world.answer(caller, 401);
    caller
}

// ---- signing in ------------------------------------------------------------------------------------------------

#[test]
fn k2_nobody_is_signed_in_before_there_are_tokens() {
    let mut world = World::with(policy());
    assert_eq!(world.status(), Status::SignedOut);
    assert_eq!(access(&world), None);
    let caller = world.request();
    world.answer(caller, 401);
    assert_eq!(world.fate(caller), Some(&Fate::Answered));
    let asked = world.refresh();
    assert_eq!(world.refusal(asked).code, Code::SessionEnded);
    assert_eq!(world.refreshes, 0);

    world.sign_in_with(tokens("a1", "r1"), lifetime(300));
    assert_eq!(world.status(), Status::Active);
    assert_eq!(access(&world), Some("a1"));
    let expires_at = world.now.wall + 300 * SECOND;
    assert_eq!(world.session.snapshot().expires_at, Some(expires_at));
}

#[test]
fn f5_a_sign_in_replaces_both_tokens() {
    for refresh in [Some("r9"), None] {
        let (mut world, waiting) = refreshing();
        let call = world.calls[0];
        world.sign_in_with(tokens("a9", refresh), Expiry::default());
        assert_eq!(world.fate(waiting), Some(&Fate::GivenBack));
        assert_eq!(world.aborted.len(), 1);
        world.reply_to(call, Ok(&granted("a2", "r2")));
        assert_eq!(access(&world), Some("a9"));
        let kept = world.session.refresh_token().map(Secret::expose);
        assert_eq!(kept, refresh, "another user's refresh token must not stay");
    }
}

#[test]
fn another_mode_begins_with_nothing() {
    let (mut world, waiting) = refreshing();
    let call = world.calls[0];
    let untouched = world.session.handle_policy(policy(), world.now);
    assert!(
        !untouched,
        "the mode is the same, and somebody has signed in"
    );
    assert_eq!(access(&world), Some("a1"));

    assert!(world.session.handle_policy(Policy::default(), world.now));
    world.settle();
    assert_eq!(world.status(), Status::Unknown);
    assert_eq!(access(&world), None);
    assert_eq!(world.fate(waiting), Some(&Fate::GivenBack));
    world.reply_to(call, Ok(&granted("a2", "r2")));
    assert_eq!((world.status(), access(&world)), (Status::Unknown, None));

    world.sign_in(lifetime(300));
    assert!(world.session.handle_policy(policy(), world.now));
    assert_eq!(world.status(), Status::SignedOut);
    assert_eq!(world.session.snapshot().expires_at, None);
    assert_eq!(world.session.poll_timeout(), None);
}

// ---- refreshing ------------------------------------------------------------------------------------------------

#[test]
fn r4_invalid_token_refreshes_and_the_replay_has_the_new_token() {
    let mut world = signed_in();
    let caller = world.request();
    let challenge = "Bearer realm=\"api\", error=\"invalid_token\", error_description=\"expired\"";
    world.challenge(caller, 401, Some(challenge));
    assert!(world.waits(caller));
    assert_eq!(access(&world), Some("a1"));
    world.reply(granted("a2", "r2"));
    assert!(world.is_sent(caller));
    assert_eq!(access(&world), Some("a2"));

    for challenge in ["Bearer error=\"insufficient_scope\"", "Basic realm=\"x\""] {
        let caller = world.request();
        world.challenge(caller, 401, Some(challenge));
        assert_eq!(world.fate(caller), Some(&Fate::Answered));
    }
    assert_eq!(world.refreshes, 1);
}

#[test]
fn s1_a_storm_of_401s_sends_the_refresh_token_once() {
    let mut world = signed_in();
    let callers: Vec<_> = (0..50).map(|_| world.request()).collect();
    let late = world.request();
    for caller in &callers {
        world.answer(*caller, 401);
    }
    world.reply(granted("a2", "r2"));
    for caller in callers {
        assert!(world.is_sent(caller));
        world.answer(caller, 200);
    }
    world.answer(late, 401);
    assert!(world.is_sent(late), "S2: there is a newer token already");
    assert_eq!(world.presented, ["r1"]);
}

#[test]
fn k6_a_new_refresh_token_replaces_the_old_and_an_answer_without_one_keeps_it() {
    let (mut world, _) = refreshing();
    world.reply(granted("a2", None));
    ready(&mut world);
    world.reply(granted("a3", "r2"));
    ready(&mut world);
    world.reply(granted("a4", None));
    ready(&mut world);
    world.reply(granted("a5", "r3"));
    assert_eq!(world.presented, ["r1", "r1", "r2", "r2"]);
    assert_eq!(access(&world), Some("a5"));
}

#[test]
fn k6_a_refresh_token_whose_answer_was_lost_is_sent_once_more() {
    let (mut world, caller) = refreshing();
    world.break_call();
    assert!(is_unavailable(world.refusal(caller)));
    ready(&mut world);
    world.reply(granted("a2", "r2"));
    assert_eq!(world.presented, ["r1", "r1"]);
    assert_eq!(world.status(), Status::Active);
}

#[test]
fn k6_and_not_a_third_time() {
    type Loss = fn(&mut World);
    let garbled = |world: &mut World| world.reply(status(200));
    let ways: [(&str, Loss); 4] = [
        ("the network failed", World::break_call),
        ("the deadline passed", |world| world.pass(30 * SECOND)),
        ("the body was cut off", garbled),
        ("no access token", |world| world.reply(renewed(300))),
    ];
    for (way, lose) in ways {
        let (mut world, first) = refreshing();
        lose(&mut world);
        world.refusal(first);
        // That nothing was wrong with the token itself says nothing of what became of the first try.
        let second = ready(&mut world);
        world.reply(status(503));
        assert!(is_unavailable(world.refusal(second)));
        let third = ready(&mut world);
        lose(&mut world);
        assert_eq!(world.presented, ["r1"; 3], "{way}");
        world.refusal(third);
        assert_eq!(
            world.status(),
            Status::Active,
            "{way}: the access token may be good"
        );

        world.pass(70 * SECOND);
        let asked = world.refresh();
        let error = world.refusal(asked).clone();
        assert_eq!(error.code, Code::RefreshMisconfigured, "{way}");
        assert!(error.message.contains("two lost answers"), "{error}");
        world.wake(true);
        assert_eq!(world.session.poll_timeout(), None, "{way}");
        let last = ready(&mut world);
        assert_eq!(world.fate(last), Some(&Fate::GivenBack));
        assert_eq!(world.status(), Status::Ended, "{way}");
        assert_eq!(world.presented, ["r1"; 3], "{way}");
        assert_eq!(world.refreshes, 3, "{way}");
    }
}

#[test]
fn k6_what_the_server_did_hear_of_may_be_tried_for_ever() {
    let html = Reply {
        html: true,
        ..status(200)
    };
    for answer in [
        status(503),
        status(429),
        html,
        oauth_error(401, "invalid_client"),
        oauth_error(200, "slow_down"),
        status(404),
    ] {
        let (mut world, _) = refreshing();
        world.reply(answer.clone());
        for _ in 0..5 {
            ready(&mut world);
            world.reply(answer.clone());
        }
        ready(&mut world);
        world.reply(granted("a2", "r2"));
        assert_eq!(world.status(), Status::Active, "{answer:?}");
    }
}

#[test]
fn k6_offline_nothing_is_sent_and_nothing_counts() {
    let mut world = signed_in();
    world.offline = true;
    for _ in 0..5 {
        let caller = ready(&mut world);
        let error = world.refusal(caller);
        assert!(is_unavailable(error) && error.message.contains("no network"));
    }
    assert!(world.presented.is_empty());
    assert_eq!(world.status(), Status::Active);
    world.offline = false;
    world.wake(true);
    world.reply(granted("a2", "r2"));
    assert_eq!(world.presented, ["r1"]);
    assert_eq!(access(&world), Some("a2"));
}

#[test]
fn k6_a_token_given_up_is_still_revoked_at_the_sign_out() {
    let (mut world, _) = refreshing();
    world.break_call();
    ready(&mut world);
    world.break_call();
    world.sign_out();
    assert_eq!(world.revoked, ["r1"]);
}

#[test]
fn k6_a_function_of_the_application_knows_itself_what_it_sent() {
    let mut world = signed_in_by(custom(), tokens("a1", "r1"), Expiry::default());
    let first = world.request();
    world.answer(first, 401);
    for _ in 0..4 {
        world.break_call();
        ready(&mut world);
        assert!(world.session.refresh_token().is_some());
    }
    world.reply(Reply::returned(Value::object(members("a2", "r2"))));
    assert_eq!(access(&world), Some("a2"));
    // It needs no refresh token either.
    let mut world = signed_in_by(custom(), tokens("a1", None), lifetime(300));
    world.pass(225 * SECOND);
    assert_eq!(world.triggers(), [Trigger::Expiry]);
    world.reply(granted("a2", None));
    assert_eq!(access(&world), Some("a2"));
}

#[test]
fn a_function_of_the_application_may_end_the_session() {
    for policy in [
        custom(),
        Policy {
            bearer: false,
            ..custom()
        },
    ] {
        let mut world = World::with(policy);
        world.sign_in_with(tokens("a1", None), Expiry::default());
        let caller = world.request();
        world.answer(caller, 401);
        world.events();
        let Call::Refresh(id) = world.calls.remove(0) else {
            panic!("a refresh is under way")
        };
        world.session.handle_rejection(id, world.now);
        world.settle();
        assert_eq!(world.fate(caller), Some(&Fate::GivenBack));
        assert_eq!(world.status(), Status::Ended);
        assert_eq!(access(&world), None);
        let reason = EndReason::Rejected;
        assert!(world.events().contains(&Event::SessionEnd { reason }));
    }
}

// ---- without a refresh token -----------------------------------------------------------------------------------

#[test]
fn r4_without_a_refresh_token_a_401_ends_the_session() {
    let mut world = signed_in_by(policy(), tokens("a1", None), Expiry::default());
    let callers = [world.request(), world.request()];
    for caller in callers {
        world.answer(caller, 401);
        assert!(matches!(
            world.fate(caller),
            Some(Fate::GivenBack | Fate::Answered)
        ));
    }
    assert_eq!(world.status(), Status::Ended);
    assert_eq!(access(&world), None);
    let reason = EndReason::Rejected;
    let ends = world.events();
    let ends = ends
        .iter()
        .filter(|event| **event == Event::SessionEnd { reason });
    assert_eq!(ends.count(), 1, "F2");
    assert_eq!(world.refreshes, 0);
}

#[test]
fn t1_without_a_refresh_token_no_clock_ends_the_session() {
    let mut world = signed_in_by(policy(), tokens("a1", None), lifetime(300));
    assert_eq!(world.session.poll_timeout(), None);
    world.pass(3_600 * SECOND);
    world.wake(true);
    world.show(true);
    assert_eq!(world.status(), Status::Active);
    // The server may see it otherwise; it is asked, stream or not.
    for caller in [world.request(), world.stream()] {
        assert!(world.is_sent(caller));
        world.answer(caller, 200);
    }
    assert_eq!(world.events(), []);
}

#[test]
fn t1_without_a_refresh_token_nobody_can_ask_for_a_refresh() {
    let mut world = signed_in_by(policy(), tokens("a1", None), lifetime(300));
    let fresh = world.ensure_fresh(0);
    assert_eq!(world.fate(fresh), Some(&Fate::Fresh));
    for asked in [world.refresh(), world.ensure_fresh(400 * SECOND)] {
        let error = world.refusal(asked);
        assert_eq!(error.code, Code::RefreshMisconfigured);
        assert!(error.message.contains("refresh token"), "{error}");
    }
    assert_eq!(world.status(), Status::Active);
    assert_eq!(world.events(), []);
}

// ---- the table of section 5 ------------------------------------------------------------------------------------

fn rejects(reply: Reply) {
    let (mut world, caller) = refreshing();
    let shown = format!("{reply:?}");
    world.reply(reply);
    assert_eq!(world.fate(caller), Some(&Fate::GivenBack), "{shown}");
    assert_eq!(world.status(), Status::Ended, "{shown}");
    assert_eq!(access(&world), None, "{shown}");
    assert!(world.session.refresh_token().is_none(), "{shown}");
}

fn fails(reply: Reply, code: Code) -> Error {
    let (mut world, caller) = refreshing();
    let shown = format!("{reply:?}");
    world.reply(reply);
    let error = world.refusal(caller).clone();
    assert_eq!(error.code, code, "{shown}: {error}");
    assert_eq!(world.status(), Status::Active, "{shown}");
    assert_eq!(access(&world), Some("a1"), "{shown}");
    assert!(error.message.contains(ENDPOINT), "{error}");
    error
}

fn misconfigured(reply: Reply, named: &[&str]) {
    let message = fails(reply, Code::RefreshMisconfigured).message;
    for word in named {
        assert!(message.contains(word), "{message:?} does not name {word:?}");
    }
    for word in ["refreshURL", "csrf", "secret:"] {
        assert!(!message.contains(word), "{message:?} is cookie mode's");
    }
}

#[test]
fn f_table_bearer_2xx_json_with_tokens_renews() {
    for (expiry, timer) in [
        (Some(("expires_in", Value::from(300.0))), true),
        (Some(("expires_in", "300".into())), true),
        (Some(("expires_in", Value::Null)), false),
        (None, false),
    ] {
        let (mut world, caller) = refreshing();
        let sent = world.now;
        let mut body = members("a2", "r2");
        body.extend(expiry);
        world.tick(700);
        world.reply(json(200, &body));
        assert!(world.is_sent(caller));
        assert_eq!(access(&world), Some("a2"));
        let expires_at = timer.then_some(sent.wall + 300 * SECOND);
        assert_eq!(world.session.snapshot().expires_at, expires_at);
        assert_eq!(world.session.poll_timeout().is_some(), timer);
    }
}

#[test]
fn f_table_bearer_2xx_without_tokens_is_misconfigured() {
    misconfigured(status(200), &["RFC 6749", "not JSON"]);
    misconfigured(status(204), &["not JSON"]);
    misconfigured(json(200, &[]), &["no access_token"]);
    misconfigured(renewed(300), &["no access_token"]);
    misconfigured(
        json(200, &[("access_token", 7.0.into())]),
        &["access_token"],
    );
    misconfigured(
        json(
            200,
            &[("access_token", "a".into()), ("token_type", "mac".into())],
        ),
        &["token_type"],
    );
    misconfigured(
        Reply {
            body: Some(Value::List(vec![])),
            ..status(200)
        },
        &["no access_token"],
    );
}

#[test]
fn f_table_bearer_2xx_html_is_misconfigured() {
    let html = Reply {
        html: true,
        ..status(200)
    };
    misconfigured(html, &["HTML", "tokenEndpoint"]);
}

#[test]
fn f_table_bearer_2xx_with_error_is_misconfigured_and_with_invalid_grant_rejected() {
    misconfigured(
        oauth_error(200, "bad_verification_code"),
        &["bad_verification_code"],
    );
    let mut with_tokens = members("a2", "r2");
    with_tokens.push(("error", "server_error".into()));
    misconfigured(json(200, &with_tokens), &["server_error"]);
    rejects(oauth_error(200, "invalid_grant"));
}

#[test]
fn f_table_bearer_opaque_redirect_rejects() {
    rejects(redirect());
}

#[test]
fn f_table_bearer_invalid_grant_rejects() {
    for code in [400, 401, 403] {
        rejects(oauth_error(code, "invalid_grant"));
    }
}

#[test]
fn f_table_bearer_401_and_the_rest_are_misconfigured_and_name_their_cause() {
    misconfigured(
        oauth_error(401, "invalid_client"),
        &["401", "invalid_client", "clientId"],
    );
    misconfigured(oauth_error(400, "invalid_client"), &["400", "clientId"]);
    misconfigured(oauth_error(400, "unauthorized_client"), &["clientId"]);
    misconfigured(status(401), &["401", "clientId"]);
    misconfigured(
        oauth_error(400, "invalid_scope"),
        &["invalid_scope", "scope"],
    );
    misconfigured(oauth_error(400, "invalid_request"), &["invalid_request"]);
    misconfigured(status(400), &["400"]);
    misconfigured(status(403), &["403"]);
    misconfigured(oauth_error(400, "invalid_dpop_proof"), &["clock"]);
    misconfigured(status(404), &["404", "tokenEndpoint"]);
    misconfigured(status(405), &["405", "POST"]);
    misconfigured(status(415), &["415", "tokenRequestFormat"]);
}

#[test]
fn f_table_bearer_what_passes_is_transient() {
    for code in [408, 409, 425, 429, 500, 502, 503, 504, 599] {
        let error = fails(status(code), Code::RefreshUnavailable);
        assert!(error.message.contains(&code.to_string()), "{error}");
        fails(oauth_error(code, "invalid_grant"), Code::RefreshUnavailable);
    }
    let wait = Reply {
        retry_after: Some(120 * SECOND),
        ..status(429)
    };
    let error = fails(wait, Code::RefreshUnavailable);
    assert_eq!(error.retry_after_seconds(), Some(120));
    let (mut world, caller) = refreshing();
    world.break_call();
    assert!(is_unavailable(world.refusal(caller)));
    let (mut world, caller) = refreshing();
    world.pass(30 * SECOND);
    assert!(is_unavailable(world.refusal(caller)));
}

// ---- tokens that are bound to a key ----------------------------------------------------------------------------

fn with_kind<'a>(refresh: &str, kind: impl Into<Option<&'a str>>) -> Vec<(&'static str, Value)> {
    let mut members = vec![
        ("access_token", Value::from("a2")),
        ("refresh_token", refresh.into()),
    ];
    members.extend(kind.into().map(|kind| ("token_type", kind.into())));
    members
}

/// Signed in with bound tokens, and a 401 waits for the refresh.
fn refreshing_bound() -> (World, Caller) {
    let policy = Policy {
        dpop: true,
        ..policy()
    };
    let body = Value::object(with_kind("r1", "DPoP"));
    let tokens = Tokens::read(&body, true).expect("these are tokens");
    let mut world = signed_in_by(policy, tokens, Expiry::default());
    let caller = world.request();
    world.answer(caller, 401);
    (world, caller)
}

#[test]
fn k6_bound_tokens_stay_bound_whether_the_refresh_says_so_or_says_nothing() {
    for kind in [Some("DPoP"), Some("dpop"), None] {
        let (mut world, caller) = refreshing_bound();
        world.reply(json(200, &with_kind("r2", kind)));
        assert!(world.is_sent(caller), "{kind:?}");
        assert!(world.session.is_token_bound(), "{kind:?}");
    }
    let (mut world, caller) = refreshing();
    world.reply(json(200, &with_kind("r2", None)));
    assert!(world.is_sent(caller) && !world.session.is_token_bound());
}

#[test]
fn k6_a_refresh_does_not_quietly_loosen_tokens_from_their_key() {
    let (mut world, caller) = refreshing_bound();
    world.reply(json(200, &with_kind("r2", "Bearer")));
    let error = world.refusal(caller).clone();
    assert_eq!(error.code, Code::RefreshMisconfigured);
    assert!(error.message.contains("token_type is Bearer"), "{error}");
    assert!(world.session.is_token_bound());
    let refresh = world.session.refresh_token().map(Secret::expose);
    assert_eq!(
        refresh,
        Some("r1"),
        "it is tried once more, as after a lost answer"
    );
    let caller = ready(&mut world);
    world.reply(json(200, &with_kind("r2", "Bearer")));
    assert_eq!(world.refusal(caller).code, Code::RefreshMisconfigured);
    assert!(world.session.refresh_token().is_none());
    // Where no key is wanted, none is missed.
    let (mut world, caller) = refreshing();
    world.reply(json(200, &with_kind("r2", "Bearer")));
    assert!(world.is_sent(caller));
}

// ---- the server's own words ------------------------------------------------------------------------------------

fn words(code: &str, description: Option<&str>) -> Option<OAuthError> {
    Some(OAuthError {
        code: code.to_owned(),
        description: description.map(str::to_owned),
    })
}

#[test]
fn the_servers_words_are_kept() {
    let said = |status, word: &str| {
        let description = ("error_description", Value::from("It is so."));
        json(status, &[("error", word.into()), description])
    };
    let error = fails(said(400, "invalid_scope"), Code::RefreshMisconfigured);
    assert_eq!(error.oauth, words("invalid_scope", Some("It is so.")));
    let error = fails(
        said(503, "temporarily_unavailable"),
        Code::RefreshUnavailable,
    );
    assert_eq!(
        error.oauth,
        words("temporarily_unavailable", Some("It is so."))
    );

    let (mut world, _) = refreshing();
    let asked = world.refresh();
    world.events();
    world.reply(said(400, "invalid_grant"));
    assert_eq!(world.fate(asked), Some(&Fate::Over));
    let verdict = words("invalid_grant", Some("It is so."));
    assert_eq!(world.failure().oauth, verdict);
    assert_eq!(world.session.session_ended().oauth, verdict);
    let asked = world.refresh();
    assert_eq!(world.refusal(asked).oauth, verdict);
    // They are about that session only.
    world.sign_in_with(tokens("a9", "r9"), Expiry::default());
    world.sign_out();
    assert_eq!(world.session.session_ended().oauth, None);
}

#[test]
fn k4_a_token_in_the_servers_words_is_not_repeated() {
    for (error, description) in [
        ("invalid_grant", "The token s3cr3t-refresh is used up."),
        ("invalid_grant", "s3cr3t-access"),
        ("s3cr3t-refresh", "It is so."),
        ("invalid_request", "s3cr3t-refresh?"),
    ] {
        for status in [200, 400, 401, 503] {
            let tokens = tokens("s3cr3t-access", "s3cr3t-refresh");
            let mut world = signed_in_by(policy(), tokens, lifetime(300));
            let caller = world.request();
            world.answer(caller, 401);
            let members = [
                ("error", Value::from(error)),
                ("error_description", description.into()),
            ];
            world.reply(json(status, &members));
            let asked = world.refresh();
            let heard = world.events();
            let fates = [world.fate(caller), world.fate(asked)];
            let shown = format!("{fates:?} {:?} {heard:?}", world.session);
            assert!(!shown.contains("s3cr3t"), "{shown}");
        }
    }
}

// ---- signing out -----------------------------------------------------------------------------------------------

#[test]
fn k7_sign_out_revokes_the_refresh_token_and_forgets_both() {
    let mut world = signed_in();
    world.sign_out();
    assert_eq!(world.revoked, ["r1"]);
    assert_eq!(access(&world), None);
    assert!(world.session.refresh_token().is_none());
    assert_eq!(world.status(), Status::SignedOut);
    world.sign_out();
    assert_eq!(world.revoked, ["r1"], "once");

    let mut world = signed_in_by(policy(), tokens("a1", None), Expiry::default());
    world.sign_out();
    assert_eq!(world.revoked, ["a1"], "where there is no other");

    let mut world = World::with(policy());
    world.sign_out();
    assert!(world.revoked.is_empty());
}

#[test]
fn k7_a_session_that_the_server_ended_has_nothing_to_revoke() {
    let (mut world, _) = refreshing();
    world.reply(oauth_error(400, "invalid_grant"));
    world.sign_out();
    assert!(world.revoked.is_empty());
}

#[test]
fn f5_sign_out_in_the_middle_of_a_refresh_revokes_what_the_late_answer_brought() {
    for (late, revoked) in [
        (Ok(granted("a2", "r2")), "r2"),
        (Ok(granted("a2", None)), "r1"),
        (Ok(oauth_error(400, "invalid_grant")), "r1"),
        (Ok(status(503)), "r1"),
        (Err("TypeError"), "r1"),
    ] {
        let (mut world, caller) = refreshing();
        world.sign_out();
        // Twice is no matter.
        world.sign_out();
        assert_eq!(world.fate(caller), Some(&Fate::GivenBack));
        assert_eq!(access(&world), None);
        assert!(world.revoked.is_empty(), "the answer is waited for");
        let known = world.session.snapshot();
        world.events();
        let call = world.calls.remove(0);
        world.reply_to(call, late.as_ref().map_err(|cause| *cause));
        assert_eq!(world.revoked, [revoked], "{late:?}");
        assert_eq!(world.session.snapshot(), known);
        assert_eq!(world.events(), []);
        assert_eq!(access(&world), None);
        world.sign_out();
        assert_eq!(world.revoked, [revoked], "{late:?}");
    }
}

#[test]
fn f7_the_sign_out_does_not_wait_for_the_late_answer_for_long() {
    let (mut world, _) = refreshing();
    let call = world.calls[0];
    world.sign_out();
    world.pass(3 * SECOND);
    assert_eq!(world.revoked, ["r1"]);
    world.reply_to(call, Ok(&granted("a2", "r2")));
    assert_eq!((world.revoked.len(), access(&world)), (1, None));
}

#[test]
fn k7_a_sign_in_right_after_does_not_keep_the_old_token_from_being_revoked() {
    let (mut world, _) = refreshing();
    world.sign_out();
    world.sign_in_with(tokens("a9", "r9"), Expiry::default());
    assert_eq!(world.revoked, ["r1"]);
    assert_eq!(access(&world), Some("a9"));
    assert_eq!(
        world.session.refresh_token().map(Secret::expose),
        Some("r9")
    );
    world.pass(10 * SECOND);
    assert_eq!(world.revoked, ["r1"]);
}

#[test]
fn k7_a_client_that_is_disposed_of_keeps_no_token_but_the_one_to_revoke() {
    let mut world = signed_in();
    assert!(!world.session.handle_dispose());
    assert_eq!(access(&world), None);
    assert!(world.session.refresh_token().is_none());
    assert_eq!(world.session.take_revoked(), None);

    let (mut world, _) = refreshing();
    world.sign_out();
    assert!(world.session.handle_dispose());
    let revoked = world.session.take_revoked();
    assert_eq!(revoked.as_ref().map(Secret::expose), Some("r1"));
}

#[test]
fn s7_a_listener_that_signs_out_as_the_refresh_starts_has_its_way() {
    let mut world = signed_in();
    world.listener = Some(|world, event| {
        if matches!(event, Event::Refresh { .. }) && world.status() != Status::SignedOut {
            world.sign_out();
        }
    });
    let caller = world.request();
    world.answer(caller, 401);
    assert_eq!(world.fate(caller), Some(&Fate::GivenBack));
    assert!(
        world.presented.is_empty(),
        "what is revoked is not presented"
    );
    assert_eq!(world.revoked, ["r1"]);
    assert!(world.calls.is_empty());
}
