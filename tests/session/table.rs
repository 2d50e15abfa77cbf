//! Contract section 5, the table: what each answer to the refresh means, in cookie mode.

use oauth_refresh_wasm::core::error::Code;
use oauth_refresh_wasm::core::snapshot::Status;
use oauth_refresh_wasm::core::time::SECOND;
use oauth_refresh_wasm::core::token::Reply;
use oauth_refresh_wasm::core::value::Value;

use crate::session_check;
use crate::world::{Call, Fate, World, json, redirect, status};

/// A 401 waits for this refresh.
fn refreshing() -> (World, crate::world::Caller) {
    let mut world = World::signed_in_until_whenever();
    let caller = world.request();
    world.answer(caller, 401);
    (world, caller)
}

fn renews(reply: Reply, lifetime: Option<u64>) {
    let (mut world, caller) = refreshing();
    let sent = world.now;
    let shown = format!("{reply:?}");
    world.tick(700);
    world.reply(reply);
    assert!(world.is_sent(caller), "{shown}");
    assert_eq!(world.status(), Status::Active, "{shown}");
    let expires_at = lifetime.map(|seconds| sent.wall + seconds * SECOND);
    assert_eq!(world.session.snapshot().expires_at, expires_at, "{shown}");
    assert_eq!(
        world.session.poll_timeout().is_some(),
        lifetime.is_some(),
        "{shown}"
    );
}

fn rejects(reply: Reply) {
    let (mut world, caller) = refreshing();
    let shown = format!("{reply:?}");
    world.reply(reply);
    assert_eq!(world.fate(caller), Some(&Fate::GivenBack), "{shown}");
    assert_eq!(world.status(), Status::Ended, "{shown}");
}

/// Returns the message.
fn fails(reply: Reply, code: Code) -> String {
    let (mut world, caller) = refreshing();
    let shown = format!("{reply:?}");
    world.reply(reply);
    assert_eq!(world.refusal(caller).code, code, "{shown}");
    assert_eq!(world.status(), Status::Active, "{shown}");
    world.failure().message
}

fn misconfigured(reply: Reply, named: &[&str]) {
    let message = fails(reply, Code::RefreshMisconfigured);
    for word in named.iter().chain(&["/auth/refresh"]) {
        assert!(message.contains(word), "{message:?} does not name {word:?}");
    }
}

fn oauth_error(status: u16, word: &str) -> Reply {
    json(status, &[("error", word.into())])
}

#[test]
fn f_table_2xx_json_with_an_expiry_renews_and_sets_the_timer() {
    let now = World::new().now.wall as f64 / 1_000.0;
    for (name, value) in [
        ("expires_in", Value::from(300.0)),
        ("expires_in", "300".into()),
        ("accessTokenExpiresIn", 300.0.into()),
        // The last moments before the answer came are the request's own.
        ("expires_at", (now + 300.7).into()),
        ("exp", (now + 300.7).into()),
        ("accessTokenExpiresIn", (now * 1_000.0 + 300_700.0).into()),
    ] {
        for code in [200, 201, 202] {
            renews(json(code, &[(name, value.clone())]), Some(300));
        }
    }
}

#[test]
fn f_table_2xx_without_an_expiry_renews_without_a_timer() {
    renews(status(200), None);
    renews(status(204), None);
    renews(status(205), None);
    renews(json(200, &[]), None);
    renews(json(200, &[("ok", Value::Bool(true))]), None);
    for body in [
        Value::Null,
        Value::List(Vec::new()),
        "ok".into(),
        1.0.into(),
    ] {
        renews(
            Reply {
                body: Some(body),
                ..status(200)
            },
            None,
        );
    }
}

#[test]
fn f_table_2xx_html_is_misconfigured() {
    for code in [200, 203] {
        misconfigured(
            Reply {
                html: true,
                ..status(code)
            },
            &["HTML", "login page", "refreshURL"],
        );
    }
}

#[test]
fn f_table_opaque_redirect_is_a_rejection_where_nobody_can_be_asked() {
    rejects(redirect());
}

#[test]
fn f_table_opaque_redirect_is_asked_about_where_somebody_can_be() {
    let somebody = || json(200, &[("user", "ada".into()), ("expires_in", 60.0.into())]);
    for (answer, settled) in [
        (Some(somebody()), Status::Active),
        (Some(status(401)), Status::Ended),
        (Some(status(204)), Status::Ended),
        (Some(redirect()), Status::Ended),
        (Some(status(503)), Status::Unknown),
        (
            Some(Reply {
                html: true,
                ..status(200)
            }),
            Status::Unknown,
        ),
        (None, Status::Unknown),
    ] {
        let mut world = World::with(session_check::policy());
        world.break_call();
        let caller = world.request();
        world.answer(caller, 401);
        world.reply(redirect());
        assert!(matches!(world.calls[..], [Call::AskSession(_)]));
        assert!(world.waits(caller));
        match &answer {
            Some(answer) => world.reply(answer.clone()),
            None => world.break_call(),
        }
        assert_eq!(world.status(), settled, "{answer:?}");
        match settled {
            Status::Active => assert!(world.is_sent(caller)),
            Status::Ended => assert_eq!(world.fate(caller), Some(&Fate::GivenBack)),
            _ => assert_eq!(world.refusal(caller).code, Code::RefreshUnavailable),
        }
        assert_eq!(world.refreshes, 1);
    }
}

#[test]
fn f_table_400_invalid_grant_and_401_reject() {
    rejects(oauth_error(400, "invalid_grant"));
    rejects(status(401));
    rejects(json(401, &[("message", "please sign in".into())]));
    rejects(oauth_error(401, "invalid_grant"));
    rejects(Reply {
        html: true,
        ..status(401)
    });
}

#[test]
fn f_table_answers_of_no_correct_set_up_are_misconfigured_and_name_their_cause() {
    misconfigured(
        oauth_error(401, "invalid_client"),
        &["401", "invalid_client", "client"],
    );
    misconfigured(status(400), &["400"]);
    misconfigured(
        oauth_error(400, "invalid_request"),
        &["400", "invalid_request"],
    );
    misconfigured(status(403), &["403", "CSRF", "csrf"]);
    misconfigured(status(404), &["404", "refreshURL"]);
    misconfigured(status(405), &["405", "POST"]);
    misconfigured(status(415), &["415", "body"]);
    for code in [304, 402, 406, 410, 418, 451] {
        misconfigured(status(code), &[&code.to_string()]);
    }
}

#[test]
fn f_table_what_passes_is_transient() {
    for code in [408, 409, 425, 429, 500, 501, 502, 503, 504, 599] {
        let message = fails(status(code), Code::RefreshUnavailable);
        assert!(message.contains(&code.to_string()), "{message}");
        fails(
            Reply {
                html: true,
                ..status(code)
            },
            Code::RefreshUnavailable,
        );
        fails(oauth_error(code, "invalid_grant"), Code::RefreshUnavailable);
    }
}

#[test]
fn f_table_network_error_and_deadline_are_transient() {
    let (mut world, caller) = refreshing();
    world.break_call();
    assert_eq!(world.refusal(caller).code, Code::RefreshUnavailable);
    assert!(world.failure().message.contains("TypeError"));

    let (mut world, caller) = refreshing();
    world.pass(30 * SECOND);
    assert_eq!(world.refusal(caller).code, Code::RefreshUnavailable);
    assert!(world.failure().message.contains("refreshTimeout"));
}
