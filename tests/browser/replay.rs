//! A 401, the refresh and the second send.

use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::page::{
    Answer, Heard, Page, body_of, call, client, js, json, member, send, send_init, send_with, text,
    turn,
};

#[wasm_bindgen_test]
async fn r1_a_401_is_refreshed_and_replayed() {
    let page = Page::open().await;
    let client = client("{}");
    let answer = send(&client, "/api/profile");
    page.expect("GET /api/profile").await.answer(401);
    page.expect("POST /auth/refresh").await.answer(204);
    page.expect("GET /api/profile")
        .await
        .answer_with(200, "{ 'x-from': 'replay' }", "Ada");
    let response = answer.response().await;
    assert_eq!(
        response.headers().get("x-from"),
        Ok(Some("replay".to_owned()))
    );
    assert_eq!(body_of(&response).await, "Ada");
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn r2_the_second_401_is_delivered_with_its_body_unread() {
    let page = Page::open().await;
    let client = client("{}");
    let answer = send(&client, "/api");
    page.expect("GET /api")
        .await
        .answer_with(401, "{}", "the first");
    page.expect("POST /auth/refresh").await.answer(204);
    page.expect("GET /api")
        .await
        .answer_with(401, "{}", "the second");
    let response = answer.response().await;
    assert_eq!((response.status(), response.body_used()), (401, false));
    assert_eq!(body_of(&response).await, "the second");
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn r1_retry_opts_out() {
    let page = Page::open().await;
    let client = client("{}");
    let answer = send_with(&client, &"/api".into(), "{ _retry: true }");
    page.expect("GET /api").await.answer_with(401, "{}", "mine");
    assert_eq!(body_of(answer.response().await.as_ref()).await, "mine");
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn r3_a_401_of_an_exempt_url_is_delivered() {
    let page = Page::open().await;
    let client = client("{ loginURL: '/login', exclude: '/public/*' }");
    for url in ["/login", "/public/x", "/auth/refresh"] {
        let answer = send_with(&client, &url.into(), "{ method: 'POST' }");
        page.expect(&format!("POST {url}")).await.answer(401);
        assert_eq!(answer.status().await, 401);
    }
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn r4_the_challenge_decides() {
    let page = Page::open().await;
    let client = client("{}");
    let step_up = Heard::on(&client, "stepup");
    let delivered = [
        "Basic realm=\"x\"",
        "Bearer error=\"insufficient_scope\", scope=\"admin\"",
        "bearer error=invalid_request",
        "Bearer error=\"insufficient_user_authentication\", acr_values=\"gold silver\", max_age=60",
    ];
    for challenge in delivered {
        let answer = send(&client, "/api");
        let headers = json(&call(
            "(challenge) => ({ 'www-authenticate': challenge })",
            &[&challenge.into()],
        ));
        page.expect("GET /api").await.answer_with(401, &headers, "");
        assert_eq!(answer.status().await, 401, "{challenge}");
    }
    page.quiet().await;
    assert_eq!(
        step_up.json(),
        [r#"{"acrValues":"gold silver","maxAge":60}"#]
    );
    let answer = send(&client, "/api");
    page.expect("GET /api").await.answer_with(
        401,
        "{ 'www-authenticate': 'Bearer error=\"invalid_token\"' }",
        "",
    );
    page.expect("POST /auth/refresh").await.answer(204);
    page.expect("GET /api").await.answer(200);
    assert_eq!(answer.status().await, 200);
}

#[wasm_bindgen_test]
async fn r5_the_replay_carries_method_headers_and_bytes() {
    let page = Page::open().await;
    let bodies = [
        "'text'",
        "''",
        "new URLSearchParams({ a: '1', b: 'ä' })",
        "new Blob(['blob'], { type: 'text/x-blob' })",
        "new TextEncoder().encode('bytes').buffer",
        "new TextEncoder().encode('a view of it').subarray(2, 6)",
        "new DataView(new TextEncoder().encode('data view').buffer, 5)",
        "(() => { const form = new FormData(); form.append('f', new Blob(['part']), 'f.txt'); form.append('f', '2'); return form })()",
    ];
    for body in bodies {
        let client = client("{}");
        let init = js(&format!(
            "{{ method: 'PUT', headers: {{ 'X-Trace': '7' }}, body: {body} }}"
        ));
        let answer = send_init(&client, &"/upload?part=1".into(), &init);
        let first = page.expect("PUT /upload?part=1").await;
        call(
            "({ headers, body }) => {
                headers['X-Trace'] = 'changed'
                if (body instanceof FormData || body instanceof URLSearchParams) body.append('late', '1')
                else if (body.buffer ?? body.byteLength) new Uint8Array(body.buffer ?? body).fill(0)
            }",
            &[&init],
        );
        let boundary = |call: &crate::page::Call| {
            let media_type = call.header("content-type").unwrap_or_default();
            media_type
                .split_once("boundary=")
                .map_or(String::from("no boundary"), |(_, boundary)| {
                    boundary.to_owned()
                })
        };
        let sent = first.body().await.replace(&boundary(&first), "boundary");
        let media_type = first
            .header("content-type")
            .map(|header| header.replace(&boundary(&first), "boundary"));
        first.answer(401);
        page.expect("POST /auth/refresh").await.answer(204);
        let second = page.expect("PUT /upload?part=1").await;
        assert_eq!(second.header("x-trace").as_deref(), Some("7"), "{body}");
        let again = second
            .header("content-type")
            .map(|header| header.replace(&boundary(&second), "boundary"));
        assert_eq!(again, media_type, "{body}");
        assert_eq!(
            second.body().await.replace(&boundary(&second), "boundary"),
            sent,
            "{body}"
        );
        second.answer(200);
        assert_eq!(answer.status().await, 200);
    }
}

#[wasm_bindgen_test]
async fn r5_a_request_object_is_replayed_whole() {
    let page = Page::open().await;
    let client = client("{}");
    let request = js(
        "new Request('/api', { method: 'PATCH', headers: { 'X-Trace': '7' }, body: 'from the request', cache: 'reload' })",
    );
    let answer = send_with(&client, &request, "undefined");
    page.expect("PATCH /api").await.answer(401);
    page.expect("POST /auth/refresh").await.answer(204);
    let second = page.expect("PATCH /api").await;
    assert_eq!(second.header("x-trace").as_deref(), Some("7"));
    assert_eq!(text(&second.request(), "cache"), "reload");
    assert_eq!(second.body().await, "from the request");
    second.answer(200);
    assert_eq!(answer.status().await, 200);
}

const STREAMED: &str = "{ method: 'POST', duplex: 'half', body: new Blob(['streamed']).stream() }";

/// What the platform sends of it: Firefox takes no stream for a body, and sends its name.
async fn streamed() -> String {
    body_of(&js(&format!("new Request('/upload', {STREAMED})"))).await
}

#[wasm_bindgen_test]
async fn r5_a_stream_is_sent_once_and_its_401_delivered() {
    let page = Page::open().await;
    let client = client("{}");
    let answer = send_with(&client, &"/upload".into(), STREAMED);
    let upload = page.expect("POST /upload").await;
    assert_eq!(upload.body().await, streamed().await);
    upload.answer(401);
    // What it learned helps those who come after it.
    page.expect("POST /auth/refresh").await.answer(204);
    assert_eq!(answer.status().await, 401);
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn r5_a_stream_waits_for_a_fresh_token_where_expiry_is_known() {
    let page = Page::open().await;
    let client = client("{ proactive: false }");
    client
        .sign_in(&js("{ expires_in: 100 }"))
        .expect("signed in");
    page.advance(76_000);
    let answer = send_with(&client, &"/upload".into(), STREAMED);
    page.expect("POST /auth/refresh")
        .await
        .answer_json(200, "{ \"expires_in\": 100 }");
    let upload = page.expect("POST /upload").await;
    assert_eq!(upload.body().await, streamed().await);
    upload.answer(201);
    assert_eq!(answer.status().await, 201);
}

#[wasm_bindgen_test]
async fn r6_a_network_error_is_the_callers_own() {
    let page = Page::open().await;
    let client = client("{}");
    for reason in [
        "new TypeError('Failed to fetch')",
        "'a word'",
        "undefined",
        "null",
        "{ then: 1 }",
    ] {
        let reason = js(reason);
        let answer = send(&client, "/api");
        page.expect("GET /api").await.reject(&reason);
        assert_eq!(answer.error().await, reason);
    }
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn s1_fifty_share_one_refresh_and_r10_keep_their_order() {
    let page = Page::open().await;
    let client = client("{}");
    let answers: Vec<_> = (0..50)
        .map(|n| send(&client, &format!("/api/{n}")))
        .collect();
    let mut calls = Vec::new();
    for n in 0..50 {
        calls.push(page.expect(&format!("GET /api/{n}")).await);
    }
    for call in calls.iter().rev() {
        call.answer(401);
    }
    let refresh = page.expect("POST /auth/refresh").await;
    let late = send(&client, "/api/late");
    page.quiet().await;
    refresh.answer(204);
    for n in 0..50 {
        page.expect(&format!("GET /api/{n}")).await.answer(200);
    }
    page.expect("GET /api/late").await.answer(200);
    for answer in answers {
        assert_eq!(answer.status().await, 200);
    }
    assert_eq!(late.status().await, 200);
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn s1_who_asked_first_may_begin_to_wait_last() {
    let page = Page::open().await;
    let client = client("{}");
    let engine = client.engine();
    let answer = send(&client, "/api");
    let sent = page.expect("GET /api").await;
    // The engine has heard of the 401 by then, and has not yet got round to it.
    let refresh = "(promise, engine) => promise.then(() => engine.refresh())";
    let refreshed = Answer::of(&call(refresh, &[&sent.promise(), &engine]).into());
    sent.answer(401);
    page.expect("POST /auth/refresh").await.answer(204);
    page.expect("GET /api").await.answer(200);
    refreshed.value().await;
    assert_eq!(answer.status().await, 200);
}

#[wasm_bindgen_test]
async fn s2_a_late_401_is_replayed_without_a_refresh() {
    let page = Page::open().await;
    let client = client("{}");
    let (early, late) = (send(&client, "/early"), send(&client, "/late"));
    page.expect("GET /early").await.answer(401);
    let slow = page.expect("GET /late").await;
    page.expect("POST /auth/refresh").await.answer(204);
    page.expect("GET /early").await.answer(200);
    assert_eq!(early.status().await, 200);
    slow.answer(401);
    page.expect("GET /late").await.answer(200);
    assert_eq!(late.status().await, 200);
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn r7_who_aborts_while_waiting_leaves_at_once_and_alone() {
    let page = Page::open().await;
    let client = client("{}");
    let controller = js("new AbortController()");
    let init = call("({ signal }) => ({ signal })", &[&controller]);
    let held = send_init(&client, &"/held".into(), &init);
    let other = send(&client, "/other");
    page.expect("GET /held").await.answer(401);
    page.expect("GET /other").await.answer(401);
    let refresh = page.expect("POST /auth/refresh").await;
    let waiting = send_init(&client, &"/waiting".into(), &init);
    turn().await;
    let reason = js("new Error('enough')");
    call(
        "(controller, reason) => controller.abort(reason)",
        &[&controller, &reason],
    );
    assert_eq!(held.error().await, reason);
    assert_eq!(waiting.error().await, reason);
    assert!(!refresh.aborted());
    refresh.answer(204);
    page.expect("GET /other").await.answer(200);
    assert_eq!(other.status().await, 200);
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn r7_who_has_aborted_already_does_not_wait() {
    let page = Page::open().await;
    let client = client("{}");
    let first = send(&client, "/api");
    page.expect("GET /api").await.answer(401);
    let refresh = page.expect("POST /auth/refresh").await;
    let waiting = send_with(
        &client,
        &"/api".into(),
        "{ signal: AbortSignal.abort('no more') }",
    );
    assert_eq!(waiting.error().await, JsValue::from("no more"));
    refresh.answer(204);
    page.expect("GET /api").await.answer(200);
    assert_eq!(first.status().await, 200);
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn r7_listeners_on_signals_are_taken_back() {
    let page = Page::open().await;
    let client = client("{}");
    let before = page.listening();
    let controller = js("new AbortController()");
    let init = call("({ signal }) => ({ signal })", &[&controller]);
    for _ in 0..3 {
        let answer = send_init(&client, &"/api".into(), &init);
        page.expect("GET /api").await.answer(401);
        let refresh = page.expect("POST /auth/refresh").await;
        turn().await;
        assert_eq!(page.listening(), before + 1);
        refresh.answer(204);
        page.expect("GET /api").await.answer(200);
        assert_eq!(answer.status().await, 200);
        page.advance(11_000);
    }
    assert_eq!(page.listening(), before);
}

#[wasm_bindgen_test]
async fn f1_what_cannot_be_cured_now_comes_with_the_401_unread() {
    let page = Page::open().await;
    let client = client("{}");
    let answer = send(&client, "/api");
    page.expect("GET /api")
        .await
        .answer_with(401, "{}", "please sign in");
    page.expect("POST /auth/refresh")
        .await
        .answer_with(503, "{ 'retry-after': '7' }", "busy");
    let error = answer.refused("refresh_unavailable").await;
    assert_eq!(member(&error, "retryAfter"), JsValue::from(7));
    let held: web_sys::Response = member(&error, "response").unchecked_into();
    assert_eq!((held.status(), held.body_used()), (401, false));
    assert_eq!(body_of(&held).await, "please sign in");
    // The next one fails fast, with its own 401.
    page.advance(2_000);
    let answer = send(&client, "/next");
    page.expect("GET /next")
        .await
        .answer_with(401, "{}", "the next");
    let error = answer.refused("refresh_unavailable").await;
    assert_eq!(member(&error, "retryAfter"), JsValue::from(5));
    assert_eq!(body_of(&member(&error, "response")).await, "the next");
    assert_eq!(text(&client.snapshot(), "status"), "unknown");
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn f1_the_cause_is_what_the_platform_said() {
    let page = Page::open().await;
    for cause in [
        "new TypeError('Failed to fetch')",
        "'a word'",
        "undefined",
        "null",
        "42",
        "Symbol('why')",
        "{ name: 7 }",
    ] {
        let client = client("{}");
        let failures = Heard::on(&client, "refresh");
        let cause = js(cause);
        let answer = send(&client, "/api");
        page.expect("GET /api").await.answer(401);
        page.expect("POST /auth/refresh").await.reject(&cause);
        let error = answer.refused("refresh_unavailable").await;
        assert_eq!(member(&error, "cause"), cause);
        let heard = failures.values();
        assert_eq!(text(&heard[1], "phase"), "failure");
        assert_eq!(
            text(&member(&heard[1], "error"), "code"),
            "refresh_unavailable"
        );
        assert_eq!(
            member(&member(&heard[1], "error"), "cause"),
            cause,
            "the event says what the callers hear"
        );
    }
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn f2_a_rejection_ends_the_session_once() {
    let page = Page::open().await;
    let options = call(
        "(heard) => ({ onSessionEnded: (event) => heard.push(event.reason), redirectTo: '#ended' })",
        &[&js("globalThis.ended = []")],
    );
    let client = crate::page::client_with(options);
    let ends = Heard::on(&client, "sessionend");
    let answers = [send(&client, "/a"), send(&client, "/b")];
    page.expect("GET /a").await.answer_with(401, "{}", "no");
    page.expect("GET /b").await.answer_with(401, "{}", "no");
    page.expect("POST /auth/refresh").await.answer(401);
    for answer in answers {
        let response = answer.response().await;
        assert_eq!(response.status(), 401);
        assert_eq!(body_of(&response).await, "no");
    }
    let answer = send(&client, "/c");
    page.expect("GET /c").await.answer(401);
    assert_eq!(answer.status().await, 401);
    Answer::of(&client.refresh()).refused("session_ended").await;
    assert_eq!(ends.json(), [r#"{"reason":"rejected"}"#]);
    assert_eq!(json(&js("globalThis.ended")), r#"["rejected"]"#);
    assert_eq!(js("location.hash"), JsValue::from("#ended"));
    assert_eq!(text(&client.snapshot(), "status"), "ended");
    js("(history.replaceState(null, '', location.pathname), delete globalThis.ended)");
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn f2_a_redirect_that_leads_nowhere_keeps_nobody_waiting() {
    let page = Page::open().await;
    let client = client("{ redirectTo: 'https://[' }");
    let answer = send(&client, "/api");
    page.expect("GET /api").await.answer(401);
    page.expect("POST /auth/refresh").await.answer(401);
    assert_eq!(answer.status().await, 401);
    assert_eq!(page.reports().len(), 1, "the platform hears of it");
}

#[wasm_bindgen_test]
async fn f5_html_is_a_misconfiguration() {
    let page = Page::open().await;
    let client = client("{}");
    let answer = send(&client, "/api");
    page.expect("GET /api").await.answer(401);
    page.expect("POST /auth/refresh").await.answer_with(
        200,
        "{ 'content-type': 'text/html; charset=utf-8' }",
        "<!doctype html>",
    );
    let error = answer.refused("refresh_misconfigured").await;
    assert!(text(&error, "message").contains("HTML"), "{error:?}");
    assert_eq!(text(&client.snapshot(), "status"), "unknown");
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn k5_the_refresh_follows_no_redirect_and_fills_no_cache() {
    let page = Page::open().await;
    js("document.cookie = 'XSRF-TOKEN=a%20b'");
    let client = client("{}");
    let refreshed = Answer::of(&client.refresh());
    let call = page.expect("POST /auth/refresh").await;
    js("document.cookie = 'XSRF-TOKEN=; max-age=0'");
    let request = call.request();
    assert_eq!(text(&request, "redirect"), "manual");
    assert_eq!(text(&request, "cache"), "no-store");
    assert_eq!(text(&request, "credentials"), "include");
    assert_eq!(call.header("x-xsrf-token").as_deref(), Some("a b"));
    assert_eq!(call.header("accept").as_deref(), Some("application/json"));
    assert_eq!(call.body().await, "");
    call.answer_json(200, "{ \"expires_in\": 60 }");
    refreshed.value().await;
}

#[wasm_bindgen_test]
async fn k4_the_retry_event_names_no_query() {
    let page = Page::open().await;
    let client = client("{}");
    let retries = Heard::on(&client, "retry");
    let answer = send_with(
        &client,
        &"/api/items?token=secret#part".into(),
        "{ method: 'delete' }",
    );
    page.expect("DELETE /api/items?token=secret#part")
        .await
        .answer(401);
    page.expect("POST /auth/refresh").await.answer(204);
    page.expect("DELETE /api/items?token=secret#part")
        .await
        .answer(200);
    assert_eq!(answer.status().await, 200);
    let events = retries.values();
    assert_eq!(events.len(), 1);
    assert_eq!(text(&events[0], "method"), "DELETE");
    assert_eq!(
        JsValue::from(text(&events[0], "url")),
        js("`${location.origin}/api/items`")
    );
}

#[wasm_bindgen_test]
async fn unauthorized_may_be_a_function_of_the_answer() {
    let page = Page::open().await;
    let client =
        client("{ unauthorized: (response) => response.headers.get('x-expired') === '1' }");
    let answer = send(&client, "/api");
    page.expect("GET /api")
        .await
        .answer_with(200, "{ 'x-expired': '1' }", "");
    page.expect("POST /auth/refresh").await.answer(204);
    page.expect("GET /api").await.answer(401);
    assert_eq!(answer.status().await, 401);
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn unauthorized_that_throws_is_reported_and_the_status_decides() {
    let page = Page::open().await;
    let client = client("{ unauthorized: () => { throw new Error('mine') } }");
    let answer = send(&client, "/api");
    page.expect("GET /api").await.answer(200);
    assert_eq!(answer.status().await, 200);
    assert_eq!(page.reports().len(), 1);
}
