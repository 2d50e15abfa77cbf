//! The life of a page: into the back/forward cache and out of it, frozen and thawed, and all at once.

use wasm_bindgen_test::wasm_bindgen_test;

use super::{Channel, Lock, after, keeps_late, locks, locks_at_once};
use crate::page::{Answer, Heard, Page, client, js, member, text, turn};

fn window_event(name: &str) {
    js(&format!("globalThis.dispatchEvent(new Event('{name}'))"));
}

fn document_event(name: &str) {
    js(&format!("document.dispatchEvent(new Event('{name}'))"));
}

#[wasm_bindgen_test]
async fn t3_all_that_wakes_a_page_brings_one_refresh() {
    let page = Page::open().await;
    let clients = [client("{}"), client("{}")];
    clients[0]
        .sign_in(&js("{ expires_in: 100 }"))
        .expect("signed in");
    turn().await;
    let heard = clients.each_ref().map(|it| Heard::on(it, "refresh"));
    document_event("freeze");
    window_event("pagehide");
    page.sleep(90_000);
    for _ in 0..2 {
        document_event("resume");
        window_event("pageshow");
        document_event("visibilitychange");
        window_event("online");
    }
    let refresh = page.expect("POST /auth/refresh").await;
    for _ in 0..2 {
        window_event("online");
        document_event("visibilitychange");
        window_event("pageshow");
        document_event("resume");
    }
    page.quiet().await;
    refresh.answer_json(200, "{ \"expires_in\": 100 }");
    page.quiet().await;
    for heard in heard {
        let last = heard.json().pop().expect("it was told");
        assert!(
            last.contains("success") || last.contains("adopted"),
            "{last}"
        );
    }
    let news = format!("shared |1:1:2:active:{}", after(190));
    assert_eq!(locks().await, [news.clone(), news]);
}

#[wasm_bindgen_test]
async fn t3_a_page_that_hides_lets_go_of_everything_at_once() {
    let page = Page::open().await;
    let client = client("{}");
    client
        .sign_in(&js("{ expires_in: 60 }"))
        .expect("signed in");
    turn().await;
    let refreshed = Answer::of(&client.refresh());
    let refresh = page.expect("POST /auth/refresh").await;
    let kept = format!("shared |1:1:1:active:{}", after(60));
    assert_eq!(locks().await, ["exclusive |@0".to_owned(), kept]);
    window_event("pagehide");
    assert!(locks_at_once().await.is_empty());
    // What the server answers still counts.
    assert!(!refresh.aborted());
    refresh.answer_json(200, "{ \"expires_in\": 90 }");
    refreshed.value().await;
    page.quiet().await;
    assert!(locks().await.is_empty());
    window_event("pageshow");
    turn().await;
    assert_eq!(
        locks().await,
        [format!("shared |1:1:2:active:{}", after(90))]
    );
}

#[wasm_bindgen_test]
async fn t3_a_page_that_hides_lets_go_of_a_turn_that_is_just_ending() {
    let page = Page::open().await;
    keeps_late(&page);
    let client = client("{}");
    let refreshed = Answer::of(&client.refresh());
    page.expect("POST /auth/refresh").await.answer(204);
    refreshed.value().await;
    turn().await;
    assert_eq!(locks().await, ["exclusive |@0"]);
    window_event("pagehide");
    assert!(locks_at_once().await.is_empty());
    js("late.resolve()");
    turn().await;
    assert!(locks().await.is_empty(), "it came while the page was away");
    window_event("pageshow");
    turn().await;
    assert_eq!(locks().await, ["shared |1:0:1:active:"]);
}

#[wasm_bindgen_test]
async fn t3_a_page_that_hides_withdraws_its_wish_and_one_that_is_shown_wishes_again() {
    let page = Page::open().await;
    let turn_of_another = Lock::of_turn(0).await;
    let client = client("{}");
    let refreshed = Answer::of(&client.refresh());
    turn().await;
    assert_eq!(locks().await, ["exclusive |@0", "waiting exclusive |@0"]);
    window_event("pagehide");
    assert_eq!(locks_at_once().await, ["exclusive |@0"]);
    window_event("pageshow");
    turn().await;
    assert_eq!(locks().await, ["exclusive |@0", "waiting exclusive |@0"]);
    drop(turn_of_another);
    page.expect("POST /auth/refresh").await.answer(204);
    refreshed.value().await;
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn t3_a_page_that_is_shown_adopts_what_it_missed() {
    let page = Page::open().await;
    let client = client("{}");
    let (refreshes, ends) = (
        Heard::on(&client, "refresh"),
        Heard::on(&client, "sessionend"),
    );
    client
        .sign_in(&js("{ expires_in: 60 }"))
        .expect("signed in");
    turn().await;
    let channel = Channel::open();
    window_event("pagehide");
    channel.say("1:1:1:signed_out:");
    page.quiet().await;
    assert!(ends.json().is_empty(), "it does not listen");
    let news = format!("1:1:2:active:{}", after(120));
    let _kept = Lock::of_news(&news).await;
    page.sleep(59_000);
    window_event("pageshow");
    page.quiet().await;
    assert_eq!(
        refreshes.json(),
        [
            r#"{"phase":"start","trigger":"wake"}"#,
            r#"{"phase":"adopted","trigger":"wake"}"#,
        ]
    );
    assert_eq!(member(&client.snapshot(), "expiresAt"), js(&after(120)));
    let kept = format!("shared |{news}");
    assert_eq!(locks().await, [kept.clone(), kept]);
    channel.say("1:1:2:signed_out:");
    page.quiet().await;
    assert_eq!(ends.json(), [r#"{"reason":"signed_out"}"#]);
}

#[wasm_bindgen_test]
async fn t3_a_page_that_hides_before_it_has_looked_looks_when_it_is_shown() {
    let page = Page::open().await;
    let client = client("{ sessionURL: '/me' }");
    window_event("pagehide");
    let _kept = Lock::of_news(&format!("1:1:1:active:{}", after(60))).await;
    window_event("pageshow");
    page.answer_whatever_was_sent(401).await;
    turn().await;
    assert_eq!(text(&client.snapshot(), "status"), "active");
}

#[wasm_bindgen_test]
async fn t3_hiding_and_showing_over_and_over_leaves_one_of_everything() {
    let page = Page::open().await;
    let client = client("{}");
    client
        .sign_in(&js("{ expires_in: 60 }"))
        .expect("signed in");
    for _ in 0..10 {
        window_event("pagehide");
        window_event("pageshow");
        window_event("pageshow");
    }
    page.quiet().await;
    let kept = format!("1:1:1:active:{}", after(60));
    assert_eq!(locks().await, [format!("shared |{kept}")]);
    let channel = Channel::open();
    channel.say("?");
    turn().await;
    assert_eq!(channel.heard(), [kept]);
    window_event("pagehide");
    window_event("pagehide");
    assert!(locks_at_once().await.is_empty());
    channel.say("?");
    turn().await;
    assert_eq!(channel.heard().len(), 1);
}

#[wasm_bindgen_test]
async fn s6_a_page_that_freezes_withdraws_its_wish_and_one_that_thaws_wishes_again() {
    let page = Page::open().await;
    let turn_of_another = Lock::of_turn(0).await;
    let client = client("{}");
    let refreshed = Answer::of(&client.refresh());
    turn().await;
    document_event("freeze");
    assert_eq!(locks_at_once().await, ["exclusive |@0"]);
    document_event("resume");
    turn().await;
    assert_eq!(locks().await, ["exclusive |@0", "waiting exclusive |@0"]);
    document_event("freeze");
    assert_eq!(locks_at_once().await, ["exclusive |@0"]);
    // It was not frozen after all.
    page.advance(1_000);
    turn().await;
    assert_eq!(locks().await, ["exclusive |@0", "waiting exclusive |@0"]);
    drop(turn_of_another);
    page.expect("POST /auth/refresh").await.answer(204);
    refreshed.value().await;
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn s6_a_page_that_freezes_while_the_server_is_asked_keeps_its_turn() {
    let page = Page::open().await;
    let client = client("{}");
    let refreshed = Answer::of(&client.refresh());
    let refresh = page.expect("POST /auth/refresh").await;
    document_event("freeze");
    assert_eq!(locks_at_once().await, ["exclusive |@0"]);
    document_event("resume");
    refresh.answer(204);
    refreshed.value().await;
    page.quiet().await;
    assert_eq!(locks().await, ["shared |1:0:1:active:"]);
}

#[wasm_bindgen_test]
async fn t3_a_page_that_thaws_looks_for_what_it_missed() {
    let page = Page::open().await;
    let client = client("{}");
    turn().await;
    document_event("freeze");
    let _kept = Lock::of_news(&format!("1:1:1:active:{}", after(60))).await;
    document_event("resume");
    turn().await;
    assert_eq!(text(&client.snapshot(), "status"), "active");
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn t3_a_client_on_its_own_has_nothing_to_let_go_of() {
    let page = Page::open().await;
    let client = client("{ crossTab: false }");
    let refreshed = Answer::of(&client.refresh());
    let refresh = page.expect("POST /auth/refresh").await;
    for _ in 0..2 {
        document_event("freeze");
        window_event("pagehide");
        window_event("pageshow");
        document_event("resume");
    }
    page.quiet().await;
    refresh.answer(204);
    refreshed.value().await;
    assert!(locks().await.is_empty());
}
