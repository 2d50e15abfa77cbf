//! The three steps for other transports: open, admit, judge.

use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::page::{Answer, Heard, Page, call, client, js, json, member, send, text, turn};

/// `judge` as JavaScript calls it, for an answer of that status.
macro_rules! judge {
    ($ticket:expr, $status:expr) => {
        judge!($ticket, $status, None, None)
    };
    ($ticket:expr, $status:expr, $challenge:expr, $signal:expr) => {
        Answer::of(&$ticket.judge(
            $status,
            $challenge,
            None,
            js(&format!("{{ status: {} }}", $status)),
            $signal,
        ))
    };
}

fn signal(controller: &JsValue) -> Option<web_sys::AbortSignal> {
    Some(member(controller, "signal").into())
}

#[wasm_bindgen_test]
async fn r1_steps_lead_from_a_401_to_one_retry() {
    let page = Page::open().await;
    let client = client("{}");
    let ticket = client.open("/api", "GET", true, false).expect("a ticket");
    assert_eq!(
        (ticket.route(), ticket.retry()),
        ("protected".to_owned(), false)
    );
    let admission = Answer::of(&ticket.admit(None)).value().await;
    assert_eq!(
        json(&admission),
        r#"{"headers":{},"withCredentials":false}"#
    );
    let verdict = judge!(ticket, 401);
    page.expect("POST /auth/refresh").await.answer(204);
    assert_eq!(verdict.value().await, JsValue::from("retry"));
    assert!(ticket.retry());
    Answer::of(&ticket.admit(None)).value().await;
    assert_eq!(
        judge!(ticket, 401).value().await,
        JsValue::from("deliver"),
        "sent twice is enough"
    );
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn steps_tell_of_a_retry() {
    let page = Page::open().await;
    let client = client("{}");
    let told = Heard::on(&client, "retry");
    let ticket = client
        .open("/api?secret", "DELETE", true, false)
        .expect("a ticket");
    Answer::of(&ticket.admit(None)).value().await;
    let verdict = judge!(ticket, 401);
    page.expect("POST /auth/refresh").await.answer(204);
    verdict.value().await;
    let shown = told.values();
    assert_eq!(shown.len(), 1);
    assert!(text(&shown[0], "url").ends_with("/api"), "{shown:?}");
    assert_eq!(text(&shown[0], "method"), "DELETE");
}

#[wasm_bindgen_test]
async fn steps_notice_a_sign_in() {
    let page = Page::open().await;
    for (method, status, body, is_one) in [
        ("POST", 200, r#"'{"expires_in": 300}'"#, true),
        ("POST", 201, "{ expires_in: 300 }", true),
        ("POST", 204, "''", true),
        ("POST", 200, "undefined", true),
        ("GET", 200, "'<form>'", false),
        ("head", 200, "''", false),
        ("POST", 401, "{}", false),
        ("POST", 302, "''", false),
    ] {
        let client = client("{ loginURL: '/login' }");
        let ticket = client
            .open("/login", method, true, false)
            .expect("a ticket");
        Answer::of(&ticket.admit(None)).value().await;
        let answer = js(&format!("{{ status: {status}, body: {body} }}"));
        let judged = Answer::of(&ticket.judge(status, None, None, answer, None));
        assert_eq!(judged.value().await, JsValue::from("deliver"));
        let snapshot = client.snapshot();
        let expected = if is_one { "active" } else { "unknown" };
        assert_eq!(
            text(&snapshot, "status"),
            expected,
            "{method} {status} {body}"
        );
        assert_eq!(
            member(&snapshot, "expiresAt").is_null(),
            !body.contains("300"),
            "{body}"
        );
        client.dispose();
    }
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn steps_deliver_what_is_no_401() {
    let page = Page::open().await;
    let client = client("{}");
    for status in [200, 204, 403, 500, 0] {
        let ticket = client.open("/api", "GET", true, false).expect("a ticket");
        Answer::of(&ticket.admit(None)).value().await;
        assert_eq!(
            judge!(ticket, status).value().await,
            JsValue::from("deliver"),
            "{status}"
        );
    }
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn r4_steps_heed_the_challenge() {
    let page = Page::open().await;
    let client = client("{}");
    let ticket = client.open("/api", "GET", true, false).expect("a ticket");
    Answer::of(&ticket.admit(None)).value().await;
    let verdict = judge!(
        ticket,
        401,
        Some("Bearer error=\"insufficient_scope\"".to_owned()),
        None
    );
    assert_eq!(verdict.value().await, JsValue::from("deliver"));
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn steps_refuse_a_ticket_that_is_used_up() {
    let page = Page::open().await;
    let client = client("{}");
    let ticket = client.open("/api", "GET", true, false).expect("a ticket");
    Answer::of(&ticket.admit(None)).value().await;
    judge!(ticket, 200).value().await;
    for used_up in [judge!(ticket, 401), Answer::of(&ticket.admit(None))] {
        let error = used_up.refused("invalid_options").await;
        assert!(
            text(&error, "message").contains("ticket is used up"),
            "{error:?}"
        );
    }
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn steps_refuse_a_ticket_that_is_in_use() {
    let page = Page::open().await;
    let client = client("{}");
    let ticket = client.open("/api", "GET", true, false).expect("a ticket");
    Answer::of(&ticket.admit(None)).value().await;
    let first = judge!(ticket, 401);
    judge!(ticket, 401).refused("invalid_options").await;
    page.expect("POST /auth/refresh").await.answer(204);
    assert_eq!(first.value().await, JsValue::from("retry"));
}

#[wasm_bindgen_test]
async fn r1_steps_honor_who_opts_out() {
    let page = Page::open().await;
    let client = client("{}");
    let ticket = client.open("/api", "GET", true, true).expect("a ticket");
    assert!(ticket.retry());
    Answer::of(&ticket.admit(None)).value().await;
    assert_eq!(judge!(ticket, 401).value().await, JsValue::from("deliver"));
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn r5_steps_replay_no_body_that_is_gone() {
    let page = Page::open().await;
    let client = client("{}");
    let ticket = client.open("/api", "POST", false, false).expect("a ticket");
    Answer::of(&ticket.admit(None)).value().await;
    assert_eq!(judge!(ticket, 401).value().await, JsValue::from("deliver"));
    page.expect("POST /auth/refresh").await.answer(204);
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn k2_steps_say_what_to_send_along() {
    let client = client(
        "{ origins: 'https://api.example', csrf: { header: 'X-Csrf', value: 'guard' }, loginURL: '/login' }",
    );
    let admissions = [
        (
            "/api",
            "get",
            "protected",
            r#"{"headers":{},"withCredentials":false}"#,
        ),
        (
            "/api",
            "post",
            "protected",
            r#"{"headers":{"X-Csrf":"guard"},"withCredentials":false}"#,
        ),
        (
            "/login",
            "POST",
            "exempt",
            r#"{"headers":{"X-Csrf":"guard"},"withCredentials":false}"#,
        ),
        (
            "https://api.example/a",
            "PUT",
            "protected",
            r#"{"headers":{"X-Csrf":"guard"},"withCredentials":true}"#,
        ),
        (
            "https://elsewhere.example/a",
            "PUT",
            "foreign",
            r#"{"headers":{},"withCredentials":false}"#,
        ),
        (
            "http://[",
            "PUT",
            "foreign",
            r#"{"headers":{},"withCredentials":false}"#,
        ),
    ];
    for (url, method, route, admission) in admissions {
        let ticket = client.open(url, method, true, false).expect("a ticket");
        assert_eq!(ticket.route(), route, "{url}");
        let admitted = Answer::of(&ticket.admit(None)).value().await;
        assert_eq!(json(&admitted), admission, "{method} {url}");
    }
}

#[wasm_bindgen_test]
async fn s1_steps_wait_with_everybody_else() {
    let page = Page::open().await;
    let client = client("{}");
    let answer = send(&client, "/api");
    page.expect("GET /api").await.answer(401);
    let refresh = page.expect("POST /auth/refresh").await;
    let ticket = client.open("/steps", "GET", true, false).expect("a ticket");
    let admission = Answer::of(&ticket.admit(None));
    page.quiet().await;
    refresh.answer(204);
    page.expect("GET /api").await.answer(200);
    admission.value().await;
    assert_eq!(answer.status().await, 200);
    assert_eq!(judge!(ticket, 200).value().await, JsValue::from("deliver"));
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn r7_steps_heed_the_signal_in_both_waits() {
    let page = Page::open().await;
    let client = client("{}");
    let ticket = client.open("/first", "GET", true, false).expect("a ticket");
    Answer::of(&ticket.admit(None)).value().await;
    let judging = js("new AbortController()");
    let verdict = judge!(ticket, 401, None, signal(&judging));
    let refresh = page.expect("POST /auth/refresh").await;
    let admitting = js("new AbortController()");
    let other = client
        .open("/second", "GET", true, false)
        .expect("a ticket");
    let admission = Answer::of(&other.admit(signal(&admitting)));
    turn().await;
    call(
        "(one, other) => (one.abort('judging'), other.abort('admitting'))",
        &[&judging, &admitting],
    );
    assert_eq!(verdict.error().await, JsValue::from("judging"));
    assert_eq!(admission.error().await, JsValue::from("admitting"));
    assert!(!refresh.aborted());
    refresh.answer(204);
    // Losing patience does not use the ticket up.
    Answer::of(&other.admit(None)).value().await;
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn f1_steps_refuse_what_cannot_be_cured_now() {
    let page = Page::open().await;
    let client = client("{}");
    let ticket = client.open("/api", "GET", true, false).expect("a ticket");
    Answer::of(&ticket.admit(None)).value().await;
    let verdict = judge!(ticket, 401);
    let cause = js("new TypeError('no network')");
    page.expect("POST /auth/refresh").await.reject(&cause);
    let error = verdict.refused("refresh_unavailable").await;
    assert_eq!(member(&error, "cause"), cause);
}

#[wasm_bindgen_test]
async fn f2_steps_give_the_401_back_when_the_session_has_ended() {
    let page = Page::open().await;
    let client = client("{}");
    let ticket = client.open("/api", "GET", true, false).expect("a ticket");
    Answer::of(&ticket.admit(None)).value().await;
    let verdict = judge!(ticket, 401);
    page.expect("POST /auth/refresh").await.answer(401);
    assert_eq!(verdict.value().await, JsValue::from("deliver"));
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn steps_of_a_client_that_was_disposed_of() {
    let page = Page::open().await;
    let client = client("{}");
    let ticket = client.open("/api", "GET", true, false).expect("a ticket");
    client.dispose();
    let refused = client
        .open("/api", "GET", true, false)
        .expect_err("it is gone");
    assert_eq!(text(&refused, "code"), "disposed");
    Answer::of(&ticket.admit(None)).refused("disposed").await;
    judge!(ticket, 401).refused("disposed").await;
    page.quiet().await;
}
