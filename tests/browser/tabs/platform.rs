//! Browsers without locks or channels, and such where they throw or never answer: at worst, a tab is on its own.

use wasm_bindgen_test::wasm_bindgen_test;

use super::{after, locks, over_locks};
use crate::page::{Answer, Call, Heard, Page, client, js, member, send, text, turn};

/// A client works in such a browser, each with what is in the place of parts of its platform.
macro_rules! works_where {
    ($($test:ident: $($path:literal = $value:expr),+;)+) => { $(
        #[wasm_bindgen_test]
        async fn $test() {
            let page = Page::open().await;
            $(page.replace($path, $value);)+
            works(page).await;
        }
    )+ };
}

works_where! {
    s5_works_without_locks:
        "navigator.locks" = "undefined";
    s5_works_without_channels:
        "BroadcastChannel" = "undefined";
    s5_works_without_locks_and_channels:
        "navigator.locks" = "undefined", "BroadcastChannel" = "undefined";
    s5_works_where_locks_are_null:
        "navigator.locks" = "null";
    s5_works_where_locks_have_no_methods:
        "navigator.locks" = "{}";
    s5_works_where_locks_throw:
        "navigator.locks" = "{ request() { throw new Error('mine') }, query() { throw new Error('mine') } }";
    s5_works_where_locks_reject:
        "navigator.locks" = "(() => {
            const refuse = async () => { throw new DOMException('mine', 'SecurityError') }
            return { request: refuse, query: refuse }
        })()";
    s5_works_where_locks_answer_nothing:
        "navigator.locks" = "{ request: () => undefined, query: () => undefined }";
    s5_works_where_locks_resolve_without_a_grant:
        "navigator.locks" = "{ request: async () => {}, query: async () => ({}) }";
    s5_works_where_locks_are_granted_to_everybody:
        "navigator.locks" = "{
            request: async (name, options, granted) => granted({ name }),
            query: async () => ({ held: [], pending: [] }),
        }";
    s5_works_where_locks_cannot_be_had:
        "navigator.locks" = &over_locks("request() { throw new Error('mine') }");
    s5_works_where_locks_cannot_be_seen:
        "navigator.locks" = &over_locks("query: async () => { throw new Error('mine') }");
    s5_works_where_locks_are_never_seen:
        "navigator.locks" = &over_locks("query: () => new Promise(() => {})");
    s5_works_where_channels_cannot_be_opened:
        "BroadcastChannel" = "class { constructor() { throw new DOMException('mine', 'SecurityError') } }";
    s5_works_where_channels_say_nothing:
        "BroadcastChannel" = "class { postMessage() { throw new DOMException('mine', 'DataCloneError') } close() {} }";
    s5_works_where_channels_cannot_be_closed:
        "BroadcastChannel" = "class { postMessage() {} close() { throw new Error('mine') } }";
    s5_works_where_channels_have_no_methods:
        "BroadcastChannel" = "class {}";
    s5_works_without_abort_controllers:
        "AbortController" = "undefined";
    s5_works_without_locks_and_abort_controllers:
        "navigator.locks" = "undefined", "AbortController" = "undefined";
}

/// Lets time go by in which a look at the other tabs gives up what does not answer.
async fn in_a_while(page: &Page) {
    for milliseconds in [1_000, 100] {
        turn().await;
        page.advance(milliseconds);
    }
    turn().await;
}

async fn expect(page: &Page, line: &str) -> Call {
    in_a_while(page).await;
    page.expect(line).await
}

async fn works(page: Page) {
    let client = client("{ sessionURL: '/me', logoutURL: '/logout' }");
    let ends = Heard::on(&client, "sessionend");
    expect(&page, "GET /me")
        .await
        .answer_json(200, "{ \"expires_in\": 3600 }");
    turn().await;
    let answers = ["/one", "/other"].map(|url| send(&client, url));
    page.expect("GET /one").await.answer(401);
    page.expect("GET /other").await.answer(401);
    expect(&page, "POST /auth/refresh").await.answer(204);
    page.expect("GET /one").await.answer(200);
    page.expect("GET /other").await.answer(200);
    for answer in answers {
        assert_eq!(answer.status().await, 200);
    }
    for event in ["freeze", "resume"] {
        js(&format!("document.dispatchEvent(new Event('{event}'))"));
    }
    for event in ["pagehide", "pageshow"] {
        js(&format!("globalThis.dispatchEvent(new Event('{event}'))"));
    }
    let refreshed = Answer::of(&client.refresh());
    expect(&page, "POST /auth/refresh").await.answer(401);
    in_a_while(&page).await;
    refreshed.refused("session_ended").await;
    client
        .sign_in(&js("{ expires_in: 60 }"))
        .expect("signed in");
    let signed_out = Answer::of(&client.sign_out());
    expect(&page, "POST /logout").await.answer(204);
    signed_out.value().await;
    assert_eq!(
        ends.json(),
        [r#"{"reason":"rejected"}"#, r#"{"reason":"signed_out"}"#]
    );
    client.dispose();
    page.quiet().await;
    assert_eq!((page.armed(), page.listening()), (0, 0));
    assert!(locks().await.is_empty());
}

#[wasm_bindgen_test]
async fn s5_without_locks_the_news_are_heard() {
    let page = Page::open().await;
    page.replace("navigator.locks", "undefined");
    let options = "{ logoutURL: '/logout' }";
    let (one, other) = (client(options), client(options));
    let refreshes = Heard::on(&other, "refresh");
    let ends = Heard::on(&other, "sessionend");
    in_a_while(&page).await;
    let refreshed = Answer::of(&one.refresh());
    page.expect("POST /auth/refresh")
        .await
        .answer_json(200, "{ \"expires_in\": 60 }");
    refreshed.value().await;
    page.quiet().await;
    assert_eq!(refreshes.json(), [r#"{"phase":"adopted"}"#]);
    assert_eq!(
        member(&other.snapshot(), "expiresAt"),
        member(&one.snapshot(), "expiresAt")
    );
    let signed_out = Answer::of(&one.sign_out());
    page.expect("POST /logout").await.answer(204);
    signed_out.value().await;
    page.quiet().await;
    assert_eq!(ends.json(), [r#"{"reason":"signed_out"}"#]);
}

#[wasm_bindgen_test]
async fn s5_without_locks_a_newcomer_is_told_the_expiry() {
    let page = Page::open().await;
    page.replace("navigator.locks", "undefined");
    let first = client("{}");
    first.sign_in(&js("{ expires_in: 60 }")).expect("signed in");
    in_a_while(&page).await;
    let newcomer = client("{ sessionURL: '/me' }");
    in_a_while(&page).await;
    assert_eq!(text(&newcomer.snapshot(), "status"), "active");
    assert_eq!(member(&newcomer.snapshot(), "expiresAt"), js(&after(60)));
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn s5_without_locks_a_refused_refresh_asks_the_others() {
    let page = Page::open().await;
    page.replace("navigator.locks", "undefined");
    // What is said is not heard, except in answer to a question.
    page.replace(
        "BroadcastChannel",
        "((Channel) => class extends Channel {
            postMessage(data) { if (data === '?' || globalThis.asked) super.postMessage(data) }
        })(BroadcastChannel)",
    );
    let (one, other) = (client("{}"), client("{}"));
    in_a_while(&page).await;
    let expires_at = js("Date.now() + 60_000");
    let refreshed = Answer::of(&other.refresh());
    let lost = page.expect("POST /auth/refresh").await;
    let renewed = Answer::of(&one.refresh());
    page.expect("POST /auth/refresh")
        .await
        .answer_json(200, "{ \"expires_in\": 60 }");
    renewed.value().await;
    page.quiet().await;
    js("globalThis.asked = true");
    lost.answer(401);
    in_a_while(&page).await;
    js("globalThis.asked = false");
    refreshed.value().await;
    assert_eq!(member(&other.snapshot(), "expiresAt"), expires_at);
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn s5_without_a_channel_the_news_are_seen() {
    let page = Page::open().await;
    page.replace("BroadcastChannel", "undefined");
    let (one, other) = (client("{}"), client("{}"));
    turn().await;
    let refreshed = Answer::of(&one.refresh());
    let refresh = page.expect("POST /auth/refresh").await;
    let answer = send(&other, "/api");
    page.expect("GET /api").await.answer(401);
    page.quiet().await;
    refresh.answer_json(200, "{ \"expires_in\": 60 }");
    refreshed.value().await;
    page.expect("GET /api").await.answer(200);
    assert_eq!(answer.status().await, 200);
    assert_eq!(member(&other.snapshot(), "expiresAt"), js(&after(60)));
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn s6_locks_that_are_never_granted_are_not_waited_for_for_ever() {
    let page = Page::open().await;
    page.replace(
        "navigator.locks",
        "{ request: () => new Promise(() => {}), query: () => new Promise(() => {}) }",
    );
    let client = client("{ refreshTimeout: 0.3, logoutURL: '/logout' }");
    in_a_while(&page).await;
    let answer = send(&client, "/api");
    page.expect("GET /api").await.answer(401);
    in_a_while(&page).await;
    page.advance(3_200);
    page.expect("POST /auth/refresh").await.answer(204);
    page.expect("GET /api").await.answer(200);
    assert_eq!(answer.status().await, 200);
    let signed_out = Answer::of(&client.sign_out());
    page.advance(3_000);
    page.expect("POST /logout").await.answer(204);
    signed_out.value().await;
    client.dispose();
    page.quiet().await;
    assert_eq!(page.armed(), 0);
}

#[wasm_bindgen_test]
async fn s5_locks_that_come_late_are_let_go_of() {
    let page = Page::open().await;
    js("globalThis.late = Promise.withResolvers()");
    page.replace(
        "navigator.locks",
        &over_locks(
            "async request(name, { signal, ...options }, granted) {
                await late.promise
                return locks.request(name, options, granted)
            }",
        ),
    );
    let client = client("{ refreshTimeout: 0.3 }");
    client.sign_in(&js("{}")).expect("signed in");
    let refreshed = Answer::of(&client.refresh());
    turn().await;
    client.dispose();
    refreshed.refused("disposed").await;
    js("late.resolve()");
    page.quiet().await;
    assert!(locks().await.is_empty());
}
