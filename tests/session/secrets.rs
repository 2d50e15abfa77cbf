//! Contract K4: no text of a token gets out by an event, an error or `Debug`.

use oauth_refresh_wasm::core::request::Replay;
use oauth_refresh_wasm::core::route::Route;
use oauth_refresh_wasm::core::token::Reply;
use oauth_refresh_wasm::core::value::Value;

use crate::session_check;
use crate::world::{World, json, redirect};

const SECRET: &str = "s3cr3t.t0ken";

/// Answers with tokens wherever a server could put one.
fn leaky() -> Vec<Reply> {
    let mut replies = Vec::new();
    for status in [200, 400, 401, 403, 429, 500] {
        for name in [
            "access_token",
            "error",
            "error_description",
            "expires_in",
            "exp",
            SECRET,
        ] {
            replies.push(json(status, &[(name, SECRET.into())]));
            replies.push(json(status, &[(name, Value::List(vec![SECRET.into()]))]));
        }
        replies.push(Reply {
            html: true,
            ..json(status, &[("token", SECRET.into())])
        });
        replies.push(Reply {
            body: Some(SECRET.into()),
            ..json(status, &[])
        });
    }
    replies
}

#[track_caller]
fn assert_silent(what: &dyn std::fmt::Debug) {
    let shown = format!("{what:?}");
    assert!(!shown.contains(SECRET), "{shown}");
}

#[test]
fn k4_no_answer_to_a_refresh_shows_a_token() {
    for reply in leaky() {
        assert_silent(&reply);
        let mut world = World::signed_in(300);
        let caller = world.request();
        let challenge = format!("Bearer realm=\"{SECRET}\", error=\"invalid_token\"");
        world.challenge(caller, 401, Some(&challenge));
        world.reply(reply);
        assert_silent(&world.fate(caller));
        assert_silent(&world.session);
        assert_silent(&world.events());
    }
}

#[test]
fn k4_no_answer_to_a_session_check_shows_a_token() {
    for reply in leaky() {
        let mut world = World::with(session_check::policy());
        world.reply(reply.clone());
        assert_silent(&world.events());

        let mut world = World::with(session_check::policy());
        world.break_call();
        world.refresh();
        world.reply(redirect());
        world.reply(reply);
        assert_silent(&world.events());
        assert_silent(&world.session);
    }
}

#[test]
fn k4_a_ticket_shows_nothing_of_its_request() {
    let mut world = World::signed_in(300);
    // It holds neither URL nor header nor body.
    let ticket = world.session.open(Route::Protected, Replay::Possible);
    let shown = format!("{ticket:?}");
    assert!(!shown.contains('"'), "{shown}");
}
