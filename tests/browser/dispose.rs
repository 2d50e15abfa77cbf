//! Everything is given back.

use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::page::{
    Answer, Client, Heard, Page, call, client, js, send, send_with, text, turn, unheld_client,
};

#[wasm_bindgen_test]
async fn dispose_gives_timers_and_listeners_back() {
    let page = Page::open().await;
    let client = client("{ proactive: 'always' }");
    assert!(page.listening() > 0);
    turn().await;
    client
        .sign_in(&js("{ expires_in: 60 }"))
        .expect("signed in");
    // It has looked at the other tabs by then.
    turn().await;
    assert_eq!(page.armed(), 1);
    client.dispose();
    client.dispose();
    assert_eq!((page.armed(), page.listening()), (0, 0));
    client.wake();
    js("globalThis.dispatchEvent(new Event('online'))");
    page.quiet().await;
    assert_eq!(page.armed(), 0);
}

#[wasm_bindgen_test]
async fn dispose_inside_a_listener_is_the_end_of_what_was_to_be_done_after_it() {
    let page = Page::open().await;
    let client = client("{ redirectTo: '#disposed', crossTab: false }");
    let disposes = call(
        "(client) => ({ phase }) => { if (phase === 'failure') client.dispose() }",
        &[&client.engine()],
    );
    client.on("refresh".to_owned(), disposes.into());
    let ends = Heard::on(&client, "sessionend");
    let refreshed = Answer::of(&client.refresh());
    page.expect("POST /auth/refresh").await.answer(401);
    refreshed.refused("disposed").await;
    page.quiet().await;
    assert!(ends.json().is_empty());
    assert_ne!(js("location.hash"), JsValue::from("#disposed"));
}

#[wasm_bindgen_test]
async fn dispose_is_not_needed_by_who_lets_go_of_the_client() {
    let page = Page::open().await;
    let client = unheld_client("{ proactive: 'always' }");
    client
        .sign_in(&js("{ expires_in: 60 }"))
        .expect("signed in");
    client.be_collected();
    assert_eq!((page.armed(), page.listening()), (0, 0));
}

#[wasm_bindgen_test]
async fn dispose_rejects_all_who_wait() {
    let page = Page::open().await;
    let client = client("{}");
    let before = page.listening();
    let held = send_with(
        &client,
        &"/held".into(),
        "{ signal: new AbortController().signal }",
    );
    page.expect("GET /held").await.answer(401);
    let refresh = page.expect("POST /auth/refresh").await;
    let waiting = send(&client, "/waiting");
    let refreshed = Answer::of(&client.refresh());
    let fresh = Answer::of(&client.ensure_fresh(JsValue::from(1)));
    let ticket = client.open("/steps", "GET", true, false).expect("a ticket");
    let admission = Answer::of(&ticket.admit(None));
    turn().await;
    assert!(page.listening() > before);
    client.dispose();
    for answer in [held, waiting, refreshed, fresh, admission] {
        answer.refused("disposed").await;
    }
    assert!(refresh.aborted());
    page.quiet().await;
    assert_eq!((page.armed(), page.listening()), (0, 0));
}

#[wasm_bindgen_test]
async fn dispose_rejects_who_asked_in_the_same_moment() {
    let page = Page::open().await;
    let client = client("{}");
    let refreshed = Answer::of(&client.refresh());
    client.dispose();
    refreshed.refused("disposed").await;
    turn().await;
    assert_eq!((page.armed(), page.listening()), (0, 0));
}

#[wasm_bindgen_test]
async fn dispose_rejects_every_later_call() {
    let page = Page::open().await;
    let client = client("{}");
    client.dispose();
    send(&client, "/api").refused("disposed").await;
    Answer::of(&client.refresh()).refused("disposed").await;
    Answer::of(&client.ensure_fresh(JsValue::UNDEFINED))
        .refused("disposed")
        .await;
    Answer::of(&client.sign_out()).refused("disposed").await;
    let error = client.sign_in(&JsValue::UNDEFINED).expect_err("it is gone");
    assert_eq!(text(&error, "code"), "disposed");
    assert!(
        text(&error, "message").contains("createAuthClient"),
        "{error:?}"
    );
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn dispose_lets_requests_on_their_way_be_answered() {
    let page = Page::open().await;
    let client = client("{}");
    let (good, bad) = (send(&client, "/good"), send(&client, "/bad"));
    client.dispose();
    page.expect("GET /good").await.answer(200);
    page.expect("GET /bad").await.answer(401);
    assert_eq!((good.status().await, bad.status().await), (200, 401));
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn f7_dispose_ends_a_sign_out_that_waits_and_still_tells_the_server() {
    let page = Page::open().await;
    let client = client("{ logoutURL: '/logout' }");
    let refreshed = Answer::of(&client.refresh());
    page.expect("POST /auth/refresh").await;
    let signed_out = Answer::of(&client.sign_out());
    refreshed.refused("session_ended").await;
    client.dispose();
    signed_out.value().await;
    page.expect("POST /logout").await.answer(204);
    page.quiet().await;
    assert_eq!((page.armed(), page.listening()), (0, 0));
}

#[wasm_bindgen_test]
async fn dispose_silences_the_client() {
    let page = Page::open().await;
    let client = client("{}");
    let refreshes = Heard::on(&client, "refresh");
    let changes = Heard::on(&client, "change");
    let refreshed = Answer::of(&client.refresh());
    let refresh = page.expect("POST /auth/refresh").await;
    client.dispose();
    refresh.answer(204);
    refreshed.refused("disposed").await;
    turn().await;
    assert_eq!(
        (refreshes.json().len(), changes.json().len()),
        (1, 1),
        "that it began"
    );
}

#[wasm_bindgen_test]
async fn dispose_of_one_client_leaves_the_others_alone() {
    let page = Page::open().await;
    let (gone, stays) = (client("{}"), client("{}"));
    gone.dispose();
    let answer = send(&stays, "/api");
    page.expect("GET /api").await.answer(401);
    page.expect("POST /auth/refresh").await.answer(204);
    page.expect("GET /api").await.answer(200);
    assert_eq!(answer.status().await, 200);
}

#[wasm_bindgen_test]
async fn dispose_in_the_same_moment_asks_for_no_session() {
    let page = Page::open().await;
    let client: Client = client("{ sessionURL: '/me' }");
    client.dispose();
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn dispose_aborts_a_session_check() {
    let page = Page::open().await;
    let client = client("{ sessionURL: '/me' }");
    let check = page.expect("GET /me").await;
    client.dispose();
    assert!(check.aborted());
    page.quiet().await;
    assert_eq!((page.armed(), page.listening()), (0, 0));
}

/// The promise may be all that somebody has kept.
#[wasm_bindgen_test]
async fn f7_who_lets_go_of_the_client_still_hears_of_the_sign_out() {
    let page = Page::open().await;
    let client = unheld_client("{ logoutURL: '/logout' }");
    let signed_out = Answer::of(&client.sign_out());
    let logout = page.expect("POST /logout").await;
    assert!(client.is_awaited());
    logout.answer(204);
    signed_out.value().await;
    assert!(!client.is_awaited());
    client.be_collected();
    page.quiet().await;
    assert_eq!((page.armed(), page.listening()), (0, 0));
}
