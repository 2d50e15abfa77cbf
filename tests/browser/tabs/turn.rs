//! A refresh has its turn: one tab after the other, each looking first, none for ever.

use wasm_bindgen_test::wasm_bindgen_test;

use super::{Frame, Lock, after, keeps_late, locks, name};
use crate::page::{Answer, Heard, Page, client, js, member, send, turn};

#[wasm_bindgen_test]
async fn s3_the_turn_is_held_for_the_call_only() {
    let page = Page::open().await;
    let client = client("{}");
    turn().await;
    assert!(locks().await.is_empty());
    let refreshed = Answer::of(&client.refresh());
    let refresh = page.expect("POST /auth/refresh").await;
    assert_eq!(locks().await, ["exclusive |@0"]);
    refresh.answer_json(200, "{ \"expires_in\": 60 }");
    refreshed.value().await;
    turn().await;
    assert_eq!(
        locks().await,
        [format!("shared |1:0:1:active:{}", after(60))]
    );
}

#[wasm_bindgen_test]
async fn s3_the_turn_is_let_go_of_however_the_call_ends() {
    let page = Page::open().await;
    let client = client("{ refreshTimeout: 5, proactive: false }");
    for status in [503, 403] {
        let refreshed = Answer::of(&client.refresh());
        page.expect("POST /auth/refresh").await.answer(status);
        refreshed.error().await;
        turn().await;
        assert!(locks().await.is_empty(), "after {status}");
    }
    let refreshed = Answer::of(&client.refresh());
    page.expect("POST /auth/refresh")
        .await
        .reject(&js("new TypeError('no network')"));
    refreshed.refused("refresh_unavailable").await;
    turn().await;
    assert!(locks().await.is_empty(), "after no network");
    let refreshed = Answer::of(&client.refresh());
    page.expect("POST /auth/refresh").await;
    page.advance(5_000);
    refreshed.refused("refresh_unavailable").await;
    turn().await;
    assert!(locks().await.is_empty(), "after no answer");
    let refreshed = Answer::of(&client.refresh());
    page.expect("POST /auth/refresh").await.answer(401);
    refreshed.refused("session_ended").await;
    turn().await;
    assert_eq!(locks().await, ["shared |1:0:0:ended:"]);
}

#[wasm_bindgen_test]
async fn s3_the_news_are_in_sight_before_the_turn_is_let_go_of() {
    let page = Page::open().await;
    keeps_late(&page);
    let client = client("{}");
    let refreshed = Answer::of(&client.refresh());
    page.expect("POST /auth/refresh").await.answer(204);
    refreshed.value().await;
    turn().await;
    assert_eq!(locks().await, ["exclusive |@0"]);
    js("late.resolve()");
    turn().await;
    assert_eq!(locks().await, ["shared |1:0:1:active:"]);
}

#[wasm_bindgen_test]
async fn s3_old_news_stay_in_sight_until_the_new_are() {
    let page = Page::open().await;
    let client = client("{}");
    client.sign_in(&js("{}")).expect("signed in");
    turn().await;
    keeps_late(&page);
    client.sign_in(&js("{}")).expect("signed in");
    client.sign_in(&js("{}")).expect("signed in");
    turn().await;
    assert_eq!(locks().await, ["shared |1:1:1:active:"]);
    js("late.resolve()");
    turn().await;
    assert_eq!(locks().await, ["shared |1:3:3:active:"]);
}

#[wasm_bindgen_test]
async fn s3_the_turn_of_another_is_waited_for_and_what_it_brought_is_seen() {
    let page = Page::open().await;
    let turn_of_another = Lock::of_turn(0).await;
    let client = client("{}");
    let refreshes = Heard::on(&client, "refresh");
    let answer = send(&client, "/api");
    page.expect("GET /api").await.answer(401);
    page.quiet().await;
    assert_eq!(locks().await, ["exclusive |@0", "waiting exclusive |@0"]);
    let news = format!("1:0:1:active:{}", after(60));
    let _kept = Lock::of_news(&news).await;
    drop(turn_of_another);
    page.expect("GET /api").await.answer(200);
    assert_eq!(answer.status().await, 200);
    page.quiet().await;
    assert_eq!(
        refreshes.json(),
        [
            r#"{"phase":"start","trigger":"unauthorized"}"#,
            r#"{"phase":"adopted","trigger":"unauthorized"}"#,
        ]
    );
    assert_eq!(member(&client.snapshot(), "expiresAt"), js(&after(60)));
    let kept = format!("shared |{news}");
    assert_eq!(locks().await, [kept.clone(), kept]);
}

#[wasm_bindgen_test]
async fn s3_the_turn_of_another_that_brought_nothing_is_followed_by_a_refresh() {
    let page = Page::open().await;
    let turn_of_another = Lock::of_turn(0).await;
    let client = client("{}");
    let answer = send(&client, "/api");
    page.expect("GET /api").await.answer(401);
    page.quiet().await;
    drop(turn_of_another);
    page.expect("POST /auth/refresh").await.answer(204);
    page.expect("GET /api").await.answer(200);
    assert_eq!(answer.status().await, 200);
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn s3_the_name_of_the_turn_is_that_of_every_version() {
    let page = Page::open().await;
    let default = client("{ refreshURL: '/auth/refresh?version=2' }");
    let named = client("{ crossTab: 'shop' }");
    for (client, expected) in [
        (default, "exclusive |@0"),
        (named, "exclusive oauth-refresh:shop|@0"),
    ] {
        let refreshed = Answer::of(&client.refresh());
        turn().await;
        assert_eq!(locks().await, [expected]);
        page.answer_whatever_was_sent(503).await;
        refreshed.refused("refresh_unavailable").await;
    }
    assert!(name().starts_with("oauth-refresh:http"), "{}", name());
    assert!(name().ends_with("/auth/refresh"), "{}", name());
}

#[wasm_bindgen_test]
async fn s6_who_does_not_let_go_is_gone_round_by_one_at_a_time() {
    let page = Page::open().await;
    let _stuck = Lock::of_turn(0).await;
    let options = "{ refreshTimeout: 0.3 }";
    let (one, other) = (client(options), client(options));
    let answers = [&one, &other].map(|client| send(client, "/api"));
    for _ in &answers {
        page.expect("GET /api").await.answer(401);
    }
    page.quiet().await;
    page.advance(2_299);
    page.quiet().await;
    page.advance(1);
    let refresh = page.expect("POST /auth/refresh").await;
    page.quiet().await;
    assert_eq!(
        locks().await,
        [
            "exclusive |@0",
            "exclusive |@1",
            // Both stay in the queue, to know when it moves.
            "waiting exclusive |@0",
            "waiting exclusive |@0",
            "waiting exclusive |@1"
        ]
    );
    refresh.answer(204);
    for answer in answers {
        page.expect("GET /api").await.answer(200);
        assert_eq!(answer.status().await, 200);
    }
    page.quiet().await;
    assert_eq!(
        locks().await,
        [
            "exclusive |@0",
            "shared |1:0:1:active:",
            "shared |1:0:1:active:",
            "waiting exclusive |@0",
            "waiting exclusive |@0"
        ]
    );
}

#[wasm_bindgen_test]
async fn s6_who_is_known_not_to_let_go_is_gone_round_at_once() {
    let page = Page::open().await;
    let stuck = Lock::of_turn(0).await;
    let client = client("{ refreshTimeout: 0.3 }");
    let refreshed = Answer::of(&client.refresh());
    turn().await;
    page.advance(2_300);
    page.expect("POST /auth/refresh").await.answer(204);
    refreshed.value().await;
    let refreshed = Answer::of(&client.refresh());
    page.expect("POST /auth/refresh").await.answer(204);
    refreshed.value().await;
    drop(stuck);
    turn().await;
    let refreshed = Answer::of(&client.refresh());
    let refresh = page.expect("POST /auth/refresh").await;
    assert_eq!(
        locks().await,
        ["exclusive |@0", "shared |1:0:2:active:"],
        "it is back"
    );
    refresh.answer(204);
    refreshed.value().await;
}

#[wasm_bindgen_test]
async fn s6_who_gets_a_turn_that_was_stuck_does_not_overtake_those_who_went_round() {
    let page = Page::open().await;
    let stuck = Lock::of_turn(0).await;
    let one = client("{ refreshTimeout: 0.3 }");
    let first = Answer::of(&one.refresh());
    turn().await;
    page.advance(2_300);
    let refresh = page.expect("POST /auth/refresh").await;
    let other = client("{}");
    let second = Answer::of(&other.refresh());
    turn().await;
    assert_eq!(
        locks().await,
        [
            "exclusive |@0",
            "exclusive |@1",
            "waiting exclusive |@0",
            "waiting exclusive |@0"
        ]
    );
    drop(stuck);
    page.quiet().await;
    assert_eq!(locks().await, ["exclusive |@1", "waiting exclusive |@1"]);
    refresh.answer_json(200, "{ \"expires_in\": 60 }");
    first.value().await;
    second.value().await;
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn s6_where_nobody_lets_go_a_refresh_goes_alone() {
    let page = Page::open().await;
    let _stuck = (Lock::of_turn(0).await, Lock::of_turn(1).await);
    let client = client("{ refreshTimeout: 0.3 }");
    let answer = send(&client, "/api");
    page.expect("GET /api").await.answer(401);
    for _ in 0..2 {
        page.quiet().await;
        page.advance(2_300);
    }
    page.expect("POST /auth/refresh").await.answer(204);
    page.expect("GET /api").await.answer(200);
    assert_eq!(answer.status().await, 200);
    page.quiet().await;
    assert_eq!(
        locks().await,
        [
            "exclusive |@0",
            "exclusive |@1",
            "shared |1:0:1:active:",
            "waiting exclusive |@0",
            "waiting exclusive |@1"
        ]
    );
}

#[wasm_bindgen_test]
async fn s6_where_others_are_served_one_after_the_other_nobody_goes_round() {
    let page = Page::open().await;
    let first = Lock::of_turn(0).await;
    let frame = Frame::open();
    let second = frame.wishes_turn(0).await;
    let client = client("{ refreshTimeout: 0.3 }");
    let refreshed = Answer::of(&client.refresh());
    turn().await;
    drop(first);
    second.value().await;
    page.advance(2_300);
    refreshed.refused("refresh_unavailable").await;
    page.quiet().await;
    assert_eq!(locks().await, ["exclusive |@0"]);
}

#[wasm_bindgen_test]
async fn s6_the_turn_of_a_page_that_dies_comes_to_the_next() {
    let page = Page::open().await;
    let frame = Frame::open();
    frame.wishes_turn(0).await.value().await;
    let client = client("{}");
    let refreshed = Answer::of(&client.refresh());
    page.quiet().await;
    drop(frame);
    // It may have asked the server, and the browser takes the answer.
    page.quiet().await;
    page.advance(2_000);
    page.expect("POST /auth/refresh").await.answer(204);
    refreshed.value().await;
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn s6_a_turn_that_is_taken_away_by_force_harms_nobody() {
    let page = Page::open().await;
    let client = client("{}");
    let refreshed = Answer::of(&client.refresh());
    let refresh = page.expect("POST /auth/refresh").await;
    let steal = "(name) => navigator.locks.request(name, { steal: true }, () => {})";
    let stolen = crate::page::call(steal, &[&format!("{}|@0", name()).into()]);
    Answer::of(&stolen.into()).value().await;
    refresh.answer(204);
    refreshed.value().await;
    page.quiet().await;
    assert_eq!(locks().await, ["shared |1:0:1:active:"]);
}
