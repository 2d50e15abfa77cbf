//! The alarm: chunked, re-armed only when something changed, and given back.

use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::page::{Answer, Heard, Page, client, js, send, text, turn};

#[wasm_bindgen_test]
async fn t1_a_long_wait_is_slept_in_pieces() {
    let page = Page::open().await;
    let client = client("{ crossTab: false, proactive: 'always' }");
    let month = 30 * 86_400;
    client
        .sign_in(&js(&format!("{{ expires_in: {month} }}")))
        .expect("signed in");
    let longest = f64::from(i32::MAX);
    assert_eq!(page.delays(), [longest]);
    page.advance(i32::MAX as u32);
    turn().await;
    // Due five minutes before expiry; the first piece is over.
    assert_eq!(
        page.delays(),
        [longest, f64::from(month - 300) * 1000.0 - longest]
    );
    page.quiet().await;
    page.advance((month - 300) * 1000 - i32::MAX as u32);
    page.expect("POST /auth/refresh")
        .await
        .answer_json(200, "{ \"expires_in\": 60 }");
    page.quiet().await;
    assert_eq!(page.armed(), 1);
}

#[wasm_bindgen_test]
async fn t1_the_longest_lifetime_does_not_spin() {
    let page = Page::open().await;
    let client = client("{ crossTab: false, proactive: 'always' }");
    client
        .sign_in(&js("{ expires_in: 315360000 }"))
        .expect("signed in");
    for _ in 0..100 {
        page.advance(i32::MAX as u32);
        page.quiet().await;
        assert_eq!(page.armed(), 1);
    }
    assert_eq!(page.delays().len(), 101);
    assert!(
        page.delays()
            .iter()
            .all(|delay| (0.0..=f64::from(i32::MAX)).contains(delay)),
        "{:?}",
        page.delays()
    );
}

#[wasm_bindgen_test]
async fn t1_one_timer_that_is_set_only_when_its_time_changes() {
    let page = Page::open().await;
    let client = client("{ crossTab: false, proactive: 'always' }");
    client
        .sign_in(&js("{ expires_in: 1000 }"))
        .expect("signed in");
    assert_eq!(page.delays(), [750_000.0]);
    for _ in 0..3 {
        let answer = send(&client, "/api");
        page.expect("GET /api").await.answer(200);
        answer.status().await;
        client.wake();
    }
    assert_eq!(page.delays(), [750_000.0]);
    client
        .sign_in(&js("{ expires_in: 2000 }"))
        .expect("signed in");
    assert_eq!((page.delays().len(), page.armed()), (2, 1));
    Answer::of(&client.sign_out()).value().await;
    assert_eq!(page.armed(), 0);
}

#[wasm_bindgen_test]
async fn t3_events_that_come_together_bring_one_refresh() {
    let page = Page::open().await;
    let client = client("{}");
    let refreshes = Heard::on(&client, "refresh");
    client
        .sign_in(&js("{ expires_in: 100 }"))
        .expect("signed in");
    page.sleep(90_000);
    for event in [
        "new Event('pageshow')",
        "new Event('online')",
        "new Event('pageshow')",
    ] {
        js(&format!("globalThis.dispatchEvent({event})"));
    }
    js("document.dispatchEvent(new Event('visibilitychange'))");
    page.expect("POST /auth/refresh")
        .await
        .answer_json(200, "{ \"expires_in\": 100 }");
    page.quiet().await;
    assert_eq!(text(&refreshes.values()[0], "trigger"), "wake");
}

#[wasm_bindgen_test]
async fn f3_the_return_of_the_network_counts_though_the_page_was_looked_at_without() {
    let page = Page::open().await;
    let client = client("{}");
    let refreshed = Answer::of(&client.refresh());
    page.expect("POST /auth/refresh")
        .await
        .reject(&js("new TypeError('no network')"));
    refreshed.refused("refresh_unavailable").await;
    page.replace("navigator.onLine", "false");
    js("document.dispatchEvent(new Event('visibilitychange'))");
    page.quiet().await;
    js("globalThis.dispatchEvent(new Event('online'))");
    page.expect("POST /auth/refresh").await.answer(204);
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn t2_setting_the_wall_clock_expires_nothing() {
    let page = Page::open().await;
    let client = client("{ proactive: false }");
    client
        .sign_in(&js("{ expires_in: 3600 }"))
        .expect("signed in");
    page.sleep(3_600_000 * 2);
    assert_eq!(client.stamp(), Some(1));
    page.advance(3_601_000);
    assert_eq!(client.stamp(), None);
}

#[wasm_bindgen_test]
async fn r8_a_refresh_that_is_never_answered_ends_at_its_deadline() {
    let page = Page::open().await;
    let client = client("{ crossTab: false, refreshTimeout: 5 }");
    let answer = send(&client, "/api");
    page.expect("GET /api").await.answer(401);
    let refresh = page.expect("POST /auth/refresh").await;
    turn().await;
    assert_eq!(page.delays(), [5_000.0]);
    page.advance(5_000);
    let error = answer.refused("refresh_unavailable").await;
    assert!(
        text(&error, "message").contains("refreshTimeout"),
        "{error:?}"
    );
    assert!(refresh.aborted());
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn r8_the_deadline_covers_the_body() {
    let page = Page::open().await;
    let client = client("{ refreshTimeout: 5 }");
    let refreshed = Answer::of(&client.refresh());
    let refresh = page.expect("POST /auth/refresh").await;
    refresh.resolve(&js(
        "new Response(new ReadableStream({}), { headers: { 'content-type': 'application/json' } })",
    ));
    page.quiet().await;
    page.advance(5_000);
    refreshed.refused("refresh_unavailable").await;
    assert_eq!(js("typeof globalThis.fetch"), JsValue::from("function"));
}
