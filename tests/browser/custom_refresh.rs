//! A refresh of the application's own, in either mode.

use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::page::{
    Answer, Client, Heard, Page, call, client_with, js, json, member, send, text, turn,
};

/// A client that refreshes by this function; `seen` has the contexts of its calls.
fn refreshing(by: &str, mode: &str) -> (Client, JsValue) {
    let seen = js("[]");
    let options = call(
        "(seen, by, mode) => ({
            mode,
            ...(mode === 'bearer' && { tokens: { access_token: 'a1', refresh_token: 'r1' } }),
            refresh: (context) => (seen.push(context), by(context)),
        })",
        &[&seen, &js(by), &mode.into()],
    );
    let client = client_with(options);
    (client, seen)
}

fn generation(client: &Client) -> JsValue {
    member(&client.snapshot(), "generation")
}

/// What a client's `AuthError` is; nothing is made up for the test.
const SESSION_ENDED: &str =
    "Object.assign(new Error('bye'), { name: 'AuthError', code: 'session_ended' })";

#[wasm_bindgen_test]
async fn what_a_function_returns_is_an_answer() {
    let page = Page::open().await;
    let tokens = "{ access_token: 'a2', expires_in: 60 }";
    for (mode, by, expires) in [
        ("cookie", "() => {}".to_owned(), false),
        ("cookie", "() => null".to_owned(), false),
        ("cookie", "() => ({ expires_in: 60 })".to_owned(), true),
        (
            "cookie",
            "async () => ({ expires_in: 60 })".to_owned(),
            true,
        ),
        (
            "cookie",
            "async () => new Response(null, { status: 204 })".to_owned(),
            false,
        ),
        (
            "cookie",
            "async () => Response.json({ expires_in: 60 })".to_owned(),
            true,
        ),
        ("bearer", format!("() => ({tokens})"), true),
        ("bearer", format!("async () => ({tokens})"), true),
        (
            "bearer",
            format!("async () => Response.json({tokens})"),
            true,
        ),
    ] {
        let (client, _) = refreshing(&by, mode);
        let before = generation(&client);
        Answer::of(&client.refresh()).value().await;
        assert!(generation(&client) != before, "{mode} {by}");
        let expiry = if expires {
            js("Date.now() + 60000")
        } else {
            JsValue::NULL
        };
        assert_eq!(
            member(&client.snapshot(), "expiresAt"),
            expiry,
            "{mode} {by}"
        );
        client.dispose();
    }
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn what_a_function_says_is_wrong_is_told_apart() {
    let page = Page::open().await;
    let ended = format!("() => {{ throw {SESSION_ENDED} }}");
    let ended_later = format!("async () => {{ throw {SESSION_ENDED} }}");
    let either = [
        (&*ended, "session_ended"),
        (&*ended_later, "session_ended"),
        ("() => ({ error: 'invalid_grant' })", "session_ended"),
        (
            "() => ({ error: 'invalid_scope' })",
            "refresh_misconfigured",
        ),
        (
            "() => { throw new TypeError('network') }",
            "refresh_unavailable",
        ),
        ("async () => { throw undefined }", "refresh_unavailable"),
        (
            "() => new Response('', { status: 503 })",
            "refresh_unavailable",
        ),
        (
            "() => new Response('<p>', { headers: { 'content-type': 'text/html' } })",
            "refresh_misconfigured",
        ),
    ];
    let bearer = [
        ("() => {}", "refresh_misconfigured"),
        ("() => 'hunter2'", "refresh_misconfigured"),
        ("() => ({ expires_in: 60 })", "refresh_misconfigured"),
        (
            "() => ({ access_token: 'hunter 2' })",
            "refresh_misconfigured",
        ),
    ];
    let cookie = [("() => Response.json({}, { status: 401 })", "session_ended")];
    let cases = ["cookie", "bearer"]
        .into_iter()
        .flat_map(|mode| either.map(|(by, code)| (mode, by, code)))
        .chain(bearer.map(|(by, code)| ("bearer", by, code)))
        .chain(cookie.map(|(by, code)| ("cookie", by, code)));
    for (mode, by, code) in cases {
        let (client, _) = refreshing(by, mode);
        let error = Answer::of(&client.refresh()).refused(code).await;
        let message = text(&error, "message");
        assert!(!message.contains("hunter"), "{message}");
        assert_eq!(
            text(&client.snapshot(), "status") == "ended",
            code == "session_ended",
            "{mode} {by}"
        );
        client.dispose();
    }
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn what_a_function_throws_is_the_cause() {
    let page = Page::open().await;
    for code in ["refresh_unavailable", "session_ended"] {
        let thrown = format!("Object.assign(new Error('why'), {{ code: '{code}' }})");
        let (client, _) = refreshing(&format!("() => {{ throw {thrown} }}"), "cookie");
        let error = Answer::of(&client.refresh()).refused(code).await;
        assert_eq!(text(&member(&error, "cause"), "message"), "why", "{code}");
        client.dispose();
    }
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn a_function_is_told_what_it_needs() {
    let page = Page::open().await;
    let (client, seen) = refreshing(
        "() => ({ access_token: 'a2', refresh_token: 'r2' })",
        "bearer",
    );
    Answer::of(&client.refresh()).value().await;
    let answer = send(&client, "/api");
    page.advance(11_000);
    page.expect("GET /api").await.answer(401);
    let replay = page.expect("GET /api").await;
    assert_eq!(replay.header("authorization").as_deref(), Some("Bearer a2"));
    replay.answer(200);
    answer.status().await;
    assert_eq!(
        json(&seen),
        r#"[{"signal":{},"trigger":"manual","refreshToken":"r1"},{"signal":{},"trigger":"unauthorized","refreshToken":"r2"}]"#
    );
    assert_eq!(
        call(
            "(seen) => seen.every(({ signal }) => signal instanceof AbortSignal && !signal.aborted)",
            &[&seen]
        ),
        JsValue::TRUE
    );
    client.dispose();
    let (client, seen) = refreshing("() => {}", "cookie");
    Answer::of(&client.refresh()).value().await;
    assert_eq!(json(&seen), r#"[{"signal":{},"trigger":"manual"}]"#);
    client.dispose();
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn s1_all_share_one_call_of_the_function() {
    let page = Page::open().await;
    let (client, seen) = refreshing(
        "() => new Promise((done) => (globalThis.done = done))",
        "cookie",
    );
    let answers: Vec<_> = (0..10).map(|n| send(&client, &format!("/{n}"))).collect();
    for n in 0..10 {
        page.expect(&format!("GET /{n}")).await.answer(401);
    }
    let refreshed = Answer::of(&client.refresh());
    turn().await;
    js("done()");
    refreshed.value().await;
    for n in 0..10 {
        page.expect(&format!("GET /{n}")).await.answer(200);
    }
    for answer in answers {
        assert_eq!(answer.status().await, 200);
    }
    assert_eq!(member(&seen, "length"), JsValue::from(1));
    client.dispose();
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn r8_a_function_that_hangs_is_aborted_at_the_deadline() {
    let page = Page::open().await;
    for mode in ["cookie", "bearer"] {
        let (client, seen) = refreshing("() => new Promise(() => {})", mode);
        let refreshed = Answer::of(&client.refresh());
        turn().await;
        page.advance(30_000);
        let error = refreshed.refused("refresh_unavailable").await;
        assert!(
            text(&error, "message").contains("refreshTimeout"),
            "{error:?}"
        );
        let aborted = call("(seen) => seen[0].signal.aborted", &[&seen]);
        assert_eq!(aborted, JsValue::TRUE, "{mode}");
        client.dispose();
    }
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn k6_only_the_function_knows_what_became_of_a_token() {
    let page = Page::open().await;
    let (client, seen) = refreshing("() => { throw new TypeError('lost') }", "bearer");
    for _ in 0..4 {
        page.advance(60_000);
        Answer::of(&client.refresh())
            .refused("refresh_unavailable")
            .await;
    }
    assert_eq!(
        call(
            "(seen) => seen.every(({ refreshToken }) => refreshToken === 'r1')",
            &[&seen]
        ),
        JsValue::TRUE
    );
    client.dispose();
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn f5_what_a_function_brings_after_a_sign_out_changes_nothing() {
    let page = Page::open().await;
    let (client, _) = refreshing(
        "() => new Promise((done) => (globalThis.done = done))",
        "bearer",
    );
    let successes = Heard::on(&client, "sessionstart");
    let refreshed = Answer::of(&client.refresh());
    turn().await;
    let signed_out = Answer::of(&client.sign_out());
    refreshed.refused("session_ended").await;
    js("done({ access_token: 'a2' })");
    signed_out.value().await;
    assert_eq!(text(&client.snapshot(), "status"), "signed_out");
    assert_eq!(successes.json().len(), 0);
    let answer = send(&client, "/api");
    let sent = page.expect("GET /api").await;
    assert_eq!(sent.header("authorization"), None);
    sent.answer(200);
    answer.status().await;
    client.dispose();
    page.quiet().await;
}
