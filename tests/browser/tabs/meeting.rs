//! Who shares a session with whom.

use wasm_bindgen_test::wasm_bindgen_test;

use super::{after, locks};
use crate::page::{Answer, Client, Heard, Page, client, js, member, send, text, turn};

/// Whether a sign-in of the one reaches the other; nobody is signed in afterwards.
async fn meet(one: &Client, other: &Client) -> bool {
    turn().await;
    one.sign_in(&js("{ expires_in: 60 }")).expect("signed in");
    turn().await;
    let reached = text(&other.snapshot(), "status") == "active";
    for client in [one, other] {
        Answer::of(&client.sign_out()).value().await;
    }
    turn().await;
    reached
}

#[wasm_bindgen_test]
async fn s3_clients_meet_by_the_address_of_the_refresh() {
    let page = Page::open().await;
    let default = client("{}");
    let other = client("{ refreshURL: '/other' }");
    let same = client("{ refreshURL: location.origin + '/auth/../auth/refresh?of=tab#two' }");
    assert!(!meet(&default, &other).await);
    assert!(!meet(&other, &default).await);
    assert!(meet(&default, &same).await);
    assert!(meet(&same, &default).await);
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn s3_clients_meet_by_the_name_of_cross_tab() {
    let page = Page::open().await;
    let here = client("{ crossTab: 'here' }");
    let also_here = client("{ crossTab: 'here', refreshURL: '/other' }");
    let there = client("{ crossTab: 'there' }");
    let default = client("{}");
    let longer = client("{ crossTab: 'here|@0' }");
    assert!(meet(&here, &also_here).await);
    assert!(meet(&also_here, &here).await);
    for stranger in [&there, &default, &longer] {
        assert!(!meet(&here, stranger).await);
        assert!(!meet(stranger, &here).await);
    }
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn s3_clients_on_their_own_meet_nobody() {
    let page = Page::open().await;
    let default = client("{}");
    let alone = client("{ crossTab: false }");
    let also_alone = client("{ crossTab: false }");
    assert!(!meet(&alone, &default).await);
    assert!(!meet(&default, &alone).await);
    assert!(!meet(&alone, &also_alone).await);
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn s3_a_client_on_its_own_takes_no_lock() {
    let page = Page::open().await;
    let alone = client("{ crossTab: false }");
    let refreshed = Answer::of(&alone.refresh());
    let refresh = page.expect("POST /auth/refresh").await;
    assert!(locks().await.is_empty());
    refresh.answer_json(200, "{ \"expires_in\": 60 }");
    refreshed.value().await;
    turn().await;
    assert!(locks().await.is_empty());
}

#[wasm_bindgen_test]
async fn s4_a_newcomer_learns_the_expiry_and_asks_nobody() {
    let page = Page::open().await;
    let first = client("{}");
    first.sign_in(&js("{ expires_in: 60 }")).expect("signed in");
    turn().await;
    page.advance(10_000);
    let newcomer = client("{ sessionURL: '/me' }");
    let refreshes = Heard::on(&newcomer, "refresh");
    let starts = Heard::on(&newcomer, "sessionstart");
    page.quiet().await;
    let snapshot = newcomer.snapshot();
    assert_eq!(text(&snapshot, "status"), "active");
    assert_eq!(member(&snapshot, "expiresAt"), js(&after(60)));
    assert_eq!(starts.values().len(), 1);
    assert!(refreshes.json().is_empty(), "{:?}", refreshes.json());
    let held = format!("shared |1:1:1:active:{}", after(60));
    assert_eq!(locks().await, [held.clone(), held]);
}

#[wasm_bindgen_test]
async fn s4_a_newcomer_asks_where_the_others_know_of_no_session() {
    let page = Page::open().await;
    let first = client("{}");
    turn().await;
    let newcomer = client("{ sessionURL: '/me' }");
    page.expect("GET /me").await.answer(200);
    Answer::of(&first.sign_out()).value().await;
    turn().await;
    // It may well come from signing in.
    let another = client("{ sessionURL: '/me' }");
    page.expect("GET /me")
        .await
        .answer_json(200, "{ \"expires_in\": 60 }");
    turn().await;
    assert_eq!(text(&another.snapshot(), "status"), "active");
    assert_eq!(text(&newcomer.snapshot(), "status"), "active");
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn s4_what_happened_before_a_newcomer_has_looked_comes_after_what_it_sees() {
    let _page = Page::open().await;
    let first = client("{}");
    first.sign_in(&js("{ expires_in: 60 }")).expect("signed in");
    turn().await;
    let newcomer = client("{}");
    newcomer
        .sign_in(&js("{ expires_in: 90 }"))
        .expect("signed in");
    turn().await;
    for client in [&first, &newcomer] {
        assert_eq!(member(&client.snapshot(), "expiresAt"), js(&after(90)));
    }
    let held = format!("shared |1:2:2:active:{}", after(90));
    assert_eq!(locks().await, [held.clone(), held]);
}

#[wasm_bindgen_test]
async fn s3_a_newcomer_waits_with_its_refresh_for_that_of_another() {
    let page = Page::open().await;
    let first = client("{}");
    let refreshed = Answer::of(&first.refresh());
    let refresh = page.expect("POST /auth/refresh").await;
    let newcomer = client("{}");
    let answer = send(&newcomer, "/api");
    page.expect("GET /api").await.answer(401);
    page.quiet().await;
    refresh.answer_json(200, "{ \"expires_in\": 60 }");
    refreshed.value().await;
    page.expect("GET /api").await.answer(200);
    assert_eq!(answer.status().await, 200);
    page.quiet().await;
}
