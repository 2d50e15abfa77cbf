//! The session: its snapshot, its events, signing in and out.

use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::page::{
    Answer, Heard, Page, body_of, call, client, js, json, member, names, send, send_with, text,
    turn,
};

#[wasm_bindgen_test]
async fn snapshots_are_the_same_object_until_something_changes() {
    let page = Page::open().await;
    let client = client("{}");
    let unknown = client.snapshot();
    assert_eq!(
        json(&unknown),
        r#"{"status":"unknown","expiresAt":null,"generation":0}"#
    );
    assert_eq!(
        call("(snapshot) => Object.isFrozen(snapshot)", &[&unknown]),
        JsValue::TRUE
    );
    let answer = send(&client, "/api");
    page.expect("GET /api").await.answer(200);
    answer.status().await;
    client.wake();
    assert_eq!(client.snapshot(), unknown);
    client
        .sign_in(&js("{ expires_in: 60 }"))
        .expect("signed in");
    let active = client.snapshot();
    assert_ne!(active, unknown);
    assert_eq!(text(&active, "status"), "active");
    assert_eq!(member(&active, "expiresAt"), js("Date.now() + 60000"));
    assert_eq!(member(&active, "generation"), JsValue::from(1));
    assert_eq!(client.snapshot(), active);
    assert_eq!(
        json(&unknown),
        r#"{"status":"unknown","expiresAt":null,"generation":0}"#,
        "it is a snapshot"
    );
}

#[wasm_bindgen_test]
async fn changes_are_told_once_each_and_never_in_vain() {
    let page = Page::open().await;
    let client = client("{}");
    let engine = client.engine();
    let seen = js("[]");
    let listener = call(
        "(engine, seen) => () => seen.push(engine.snapshot.status)",
        &[&engine, &seen],
    );
    let id = client.on("change".to_owned(), listener.into());
    let refreshed = Answer::of(&client.refresh());
    page.expect("POST /auth/refresh").await.answer(204);
    refreshed.value().await;
    client.wake();
    turn().await;
    assert_eq!(json(&seen), r#"["refreshing","active"]"#);
    let signed_out = Answer::of(&client.sign_out());
    signed_out.value().await;
    assert_eq!(json(&seen), r#"["refreshing","active","signed_out"]"#);
    client.off(id);
    client.off(id);
    client.off(4711);
    client.sign_in(&JsValue::UNDEFINED).expect("signed in");
    assert_eq!(json(&seen), r#"["refreshing","active","signed_out"]"#);
}

#[wasm_bindgen_test]
async fn events_are_plain_objects() {
    let page = Page::open().await;
    let client = client("{ refreshURL: '/r' }");
    let heard: Vec<Heard> = ["refresh", "sessionstart", "sessionend", "warning"]
        .map(|name| Heard::on(&client, name))
        .into();
    let refreshed = Answer::of(&client.refresh());
    let refresh = page.expect("POST /r").await;
    page.advance(120);
    refresh.answer_json(
        200,
        "{ \"expires_in\": \"soon\", \"access_token\": \"secret\" }",
    );
    let snapshot = refreshed.value().await;
    assert_eq!(
        snapshot,
        client.snapshot(),
        "refresh() resolves with the snapshot"
    );
    let answer = send(&client, "/api");
    page.advance(11_000);
    page.expect("GET /api").await.answer(401);
    page.expect("POST /r").await.answer(500);
    answer.refused("refresh_unavailable").await;
    Answer::of(&client.sign_out()).value().await;

    let refreshes = heard[0].values();
    let told: Vec<String> = refreshes.iter().map(json).collect();
    assert_eq!(
        told[..3],
        [
            r#"{"phase":"start","trigger":"manual"}"#,
            r#"{"phase":"success","trigger":"manual","duration":120}"#,
            r#"{"phase":"start","trigger":"unauthorized"}"#,
        ]
    );
    assert_eq!(
        names(&refreshes[3]),
        ["phase", "trigger", "duration", "error"]
    );
    assert_eq!(
        text(&member(&refreshes[3], "error"), "code"),
        "refresh_unavailable"
    );
    assert_eq!(heard[1].json(), [r#"{"generation":1}"#]);
    assert_eq!(heard[2].json(), [r#"{"reason":"signed_out"}"#]);
    assert_eq!(text(&heard[3].values()[0], "code"), "expiry_ignored");
    for event in heard.iter().flat_map(Heard::values) {
        let plain = call(
            "(event) => Object.getPrototypeOf(event) === Object.prototype",
            &[&event],
        );
        assert_eq!(plain, JsValue::TRUE, "{event:?}");
        assert!(!json(&event).contains("secret"), "{event:?}");
    }
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn listeners_that_throw_are_reported_and_harm_nobody() {
    let page = Page::open().await;
    let client = client("{ onSessionEnded: () => { throw new Error('ended') } }");
    for name in ["refresh", "retry", "sessionend", "change"] {
        client.on(
            name.to_owned(),
            call("(name) => () => { throw new Error(name) }", &[&name.into()]).into(),
        );
    }
    let (refreshes, retries) = (Heard::on(&client, "refresh"), Heard::on(&client, "retry"));
    let answer = send(&client, "/api");
    page.expect("GET /api").await.answer(401);
    page.expect("POST /auth/refresh").await.answer(204);
    page.expect("GET /api").await.answer(200);
    assert_eq!(answer.status().await, 200);
    assert_eq!((refreshes.values().len(), retries.values().len()), (2, 1));
    let refreshed = Answer::of(&client.refresh());
    page.expect("POST /auth/refresh").await.answer(401);
    refreshed.refused("session_ended").await;
    let mut reports: Vec<String> = page
        .reports()
        .iter()
        .map(|report| text(report, "message"))
        .collect();
    reports.sort();
    reports.dedup();
    assert_eq!(
        reports,
        ["change", "ended", "refresh", "retry", "sessionend"]
    );
}

#[wasm_bindgen_test]
async fn s7_refresh_inside_listeners_does_not_deadlock() {
    let page = Page::open().await;
    for name in ["refresh", "change", "sessionstart"] {
        let client = client("{}");
        let engine = client.engine();
        let seen = js("[]");
        let listener = call(
            "(engine, seen) => () => {
                if (seen.length === 0) seen.push(engine.refresh().then(() => engine.ensureFresh(1)))
            }",
            &[&engine, &seen],
        );
        client.on(name.to_owned(), listener.into());
        let refreshed = Answer::of(&client.refresh());
        page.expect("POST /auth/refresh").await.answer(204);
        refreshed.value().await;
        if name == "sessionstart" {
            // The first refresh has ended by then.
            page.expect("POST /auth/refresh").await.answer(204);
        }
        Answer::of(&call("(seen) => seen[0]", &[&seen]).into())
            .value()
            .await;
        client.dispose();
        turn().await;
    }
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn s7_events_keep_their_order_whatever_listeners_do() {
    let page = Page::open().await;
    let client = client("{}");
    let engine = client.engine();
    let signs_out = call("(engine) => () => engine.signOut()", &[&engine]);
    client.on("refresh".to_owned(), signs_out.into());
    let seen = js("[]");
    for name in ["refresh", "sessionend", "change"] {
        let note = call(
            "(seen, name) => () => seen.push(name)",
            &[&seen, &name.into()],
        );
        client.on(name.to_owned(), note.into());
    }
    let refreshed = Answer::of(&client.refresh());
    page.answer_whatever_was_sent(204).await;
    refreshed.refused("session_ended").await;
    // The second one says that the refresh was given up.
    assert_eq!(
        json(&seen),
        r#"["refresh","refresh","sessionend","change"]"#
    );
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn s7_everything_may_be_called_inside_listeners() {
    let page = Page::open().await;
    let actions = [
        "engine.wake()",
        "engine.signIn({ expires_in: 60 })",
        "engine.signOut()",
        "engine.reconfigure({ refreshURL: '/other', crossTab: 'listeners' })",
        "engine.on('refresh', () => {})",
        "engine.off(0)",
        "engine.machine.place('relative', false)",
        "engine.snapshot",
        "engine.machine.open(3, 0, 1)",
        "engine.dispose()",
        "globalThis.dispatchEvent(new Event('online'))",
        "document.dispatchEvent(new Event('visibilitychange'))",
    ];
    for action in actions {
        for name in ["refresh", "change", "sessionstart", "sessionend", "retry"] {
            let client = client("{ crossTab: 'listeners' }");
            let engine = client.engine();
            let act = format!(
                "(engine) => {{ let acted = 0; return () => {{ if (!acted++) {action} }} }}"
            );
            client.on(name.to_owned(), call(&act, &[&engine]).into());
            let answer = send(&client, "/api");
            page.expect("GET /api").await.answer(401);
            turn().await;
            // With what depends on the action; that it settles is what counts.
            if let Err(error) = page.answer_until_settled(answer, 204).await {
                assert_eq!(
                    text(&error, "name"),
                    "AuthError",
                    "{action} in {name}: {error:?}"
                );
            }
            client.dispose();
        }
    }
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn a_login_request_starts_the_session_with_its_own_expiry() {
    let page = Page::open().await;
    let client = client("{ loginURL: ['/login', '/sso'] }");
    let starts = Heard::on(&client, "sessionstart");
    let answer = send_with(
        &client,
        &"/login".into(),
        "{ method: 'POST', body: 'wrong' }",
    );
    page.expect("POST /login")
        .await
        .answer_json(401, "{ \"expires_in\": 60 }");
    assert_eq!(answer.status().await, 401);
    let answer = send(&client, "/login");
    page.expect("GET /login")
        .await
        .answer_json(200, "{ \"expires_in\": 60 }");
    assert_eq!(answer.status().await, 200);
    assert_eq!(
        text(&client.snapshot(), "status"),
        "unknown",
        "neither a wrong password nor the form signs in"
    );
    for (url, media_type, body, expires) in [
        (
            "/login",
            "application/json",
            "{ \"expires_in\": 60, \"user\": \"Ada\" }",
            "Date.now() + 60000",
        ),
        (
            "/sso",
            "application/vnd.api+json; charset=utf-8",
            "{ \"accessTokenExpiresIn\": 90 }",
            "Date.now() + 90000",
        ),
        ("/login", "text/plain", "{ \"expires_in\": 60 }", "null"),
        ("/login", "application/json", "no JSON", "null"),
    ] {
        let answer = send_with(&client, &url.into(), "{ method: 'POST', body: 'right' }");
        let headers = json(&call(
            "(media) => ({ 'content-type': media })",
            &[&media_type.into()],
        ));
        page.expect(&format!("POST {url}"))
            .await
            .answer_with(200, &headers, body);
        let response = answer.response().await;
        assert_eq!(body_of(&response).await, body, "the caller reads it too");
        assert_eq!(text(&client.snapshot(), "status"), "active");
        assert_eq!(
            member(&client.snapshot(), "expiresAt"),
            js(expires),
            "{media_type} {body}"
        );
    }
    assert_eq!(starts.json().len(), 4);
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn signing_in_takes_an_expiry_or_nothing() {
    let _page = Page::open().await;
    let client = client("{}");
    for (expiry, expires) in [
        ("undefined", "null"),
        ("null", "null"),
        ("{}", "null"),
        ("{ expires_in: 60 }", "Date.now() + 60000"),
        ("{ expires_in: '60' }", "Date.now() + 60000"),
        (
            "{ expires_at: Date.now() / 1000 + 60 }",
            "Date.now() + 60000",
        ),
        ("{ exp: Date.now() / 1000 + 60 }", "Date.now() + 60000"),
        ("{ expires_in: 0 }", "null"),
        ("{ expires_in: -1 }", "null"),
        ("{ expires_in: 1.5 }", "null"),
        ("{ expires_in: 1e300 }", "null"),
        ("{ expires_in: NaN }", "null"),
        ("{ expires_in: 10n }", "null"),
        ("{ expires_in: {} }", "null"),
    ] {
        client.sign_in(&js(expiry)).expect(expiry);
        assert_eq!(
            member(&client.snapshot(), "expiresAt"),
            js(expires),
            "{expiry}"
        );
    }
    for wrong in ["60", "'60'", "true", "[60]", "() => 60", "Symbol()", "10n"] {
        let error = client.sign_in(&js(wrong)).expect_err(wrong);
        assert_eq!(text(&error, "code"), "invalid_options", "{wrong}");
        assert!(text(&error, "message").starts_with("signIn: "), "{error:?}");
    }
}

#[wasm_bindgen_test]
async fn ensure_fresh_takes_seconds() {
    let page = Page::open().await;
    let client = client("{}");
    client
        .sign_in(&js("{ expires_in: 60 }"))
        .expect("signed in");
    for fresh in ["undefined", "0", "59", "0.5"] {
        assert_eq!(
            Answer::of(&client.ensure_fresh(js(fresh))).value().await,
            client.snapshot(),
            "{fresh}"
        );
    }
    for wrong in [
        "-1", "NaN", "Infinity", "'60'", "null", "{}", "true", "60n", "Symbol()",
    ] {
        let error = Answer::of(&client.ensure_fresh(js(wrong)))
            .refused("invalid_options")
            .await;
        assert!(
            text(&error, "message").starts_with("minValiditySeconds: "),
            "{error:?}"
        );
    }
    page.quiet().await;
    let fresh = Answer::of(&client.ensure_fresh(js("61")));
    page.expect("POST /auth/refresh")
        .await
        .answer_json(200, "{ \"expires_in\": 120 }");
    assert_eq!(member(&fresh.value().await, "generation"), JsValue::from(2));
}

#[wasm_bindgen_test]
async fn f7_signing_out_never_fails_and_tells_the_server() {
    let page = Page::open().await;
    let client = client("{ logoutURL: '/logout', csrf: { header: 'X-Csrf', value: 'guard' } }");
    for outcome in ["204", "500", "reject"] {
        client
            .sign_in(&js("{ expires_in: 60 }"))
            .expect("signed in");
        let signed_out = Answer::of(&client.sign_out());
        assert_eq!(text(&client.snapshot(), "status"), "signed_out", "at once");
        let logout = page.expect("POST /logout").await;
        assert_eq!(logout.header("x-csrf").as_deref(), Some("guard"));
        match outcome.parse() {
            Ok(status) => logout.answer(status),
            Err(_) => logout.reject(&js("undefined")),
        }
        assert_eq!(signed_out.value().await, JsValue::UNDEFINED);
    }
    let answer = send(&client, "/api");
    page.expect("GET /api").await.answer(401);
    assert_eq!(
        answer.status().await,
        401,
        "nothing is refreshed for who has signed out"
    );
    page.quiet().await;
    assert_eq!(page.armed(), 0);
}

#[wasm_bindgen_test]
async fn f5_signing_out_during_a_refresh_tells_the_server_after_it() {
    let page = Page::open().await;
    let client = client("{ logoutURL: '/logout' }");
    let answer = send(&client, "/api");
    page.expect("GET /api")
        .await
        .answer_with(401, "{}", "the first");
    let refresh = page.expect("POST /auth/refresh").await;
    turn().await;
    let signed_out = Answer::of(&client.sign_out());
    assert_eq!(
        body_of(answer.response().await.as_ref()).await,
        "the first",
        "who waits gets the 401"
    );
    page.quiet().await;
    refresh.answer_json(200, "{ \"expires_in\": 60 }");
    page.expect("POST /logout").await.answer(204);
    signed_out.value().await;
    assert_eq!(
        json(&client.snapshot()),
        r#"{"status":"signed_out","expiresAt":null,"generation":0}"#
    );
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn f7_signing_out_does_not_wait_for_ever_for_a_refresh() {
    let page = Page::open().await;
    let client = client("{ logoutURL: '/logout' }");
    let refreshed = Answer::of(&client.refresh());
    let refresh = page.expect("POST /auth/refresh").await;
    let signed_out = Answer::of(&client.sign_out());
    refreshed.refused("session_ended").await;
    page.advance(3_000);
    page.expect("POST /logout").await.answer(204);
    assert!(refresh.aborted());
    signed_out.value().await;
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn the_session_check_asks_once_on_load() {
    let page = Page::open().await;
    let client = client("{ sessionURL: '/me' }");
    let check = page.expect("GET /me").await;
    assert_eq!(text(&check.request(), "cache"), "no-store");
    check.answer_json(200, "{ \"user\": \"Ada\", \"expires_in\": 60 }");
    turn().await;
    assert_eq!(text(&client.snapshot(), "status"), "active");
    assert_eq!(
        member(&client.snapshot(), "expiresAt"),
        js("Date.now() + 60000")
    );
    client
        .reconfigure(js("{ sessionURL: '/me' }"))
        .expect("they are right");
    page.quiet().await;
}
