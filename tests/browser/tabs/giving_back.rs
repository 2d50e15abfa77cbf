//! Who is done with a client gets everything back: locks, wishes for locks, the channel, timers, listeners.

use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

use super::{Channel, Lock, after, locks, locks_at_once, over_locks};
use crate::page::{Answer, Client, Heard, Page, call, client, js, send, text, turn, unheld_client};

/// Whether somebody answers on the channel.
async fn answers(channel: &Channel) -> bool {
    let before = channel.heard().len();
    channel.say("?");
    turn().await;
    channel.heard().len() > before
}

fn sign_in(client: &Client) {
    client
        .sign_in(&js("{ expires_in: 60 }"))
        .expect("signed in");
}

#[wasm_bindgen_test]
async fn dispose_gives_locks_and_channel_back() {
    let page = Page::open().await;
    let channel = Channel::open();
    let client = client("{ proactive: 'always' }");
    sign_in(&client);
    turn().await;
    assert!(answers(&channel).await);
    client.dispose();
    assert!(locks_at_once().await.is_empty());
    assert!(!answers(&channel).await);
    channel.say("1:9:9:active:");
    page.quiet().await;
    assert_eq!((page.armed(), page.listening()), (0, 0));
}

#[wasm_bindgen_test]
async fn dispose_in_the_same_moment_takes_no_lock() {
    let page = Page::open().await;
    let client = client("{}");
    sign_in(&client);
    client.dispose();
    assert_eq!((page.armed(), page.listening()), (0, 0));
    page.quiet().await;
    assert!(locks().await.is_empty());
}

#[wasm_bindgen_test]
async fn dispose_withdraws_the_wish_for_a_turn() {
    let page = Page::open().await;
    let turn_of_another = Lock::of_turn(0).await;
    let client = client("{}");
    let refreshed = Answer::of(&client.refresh());
    turn().await;
    assert_eq!(locks().await, ["exclusive |@0", "waiting exclusive |@0"]);
    client.dispose();
    refreshed.refused("disposed").await;
    assert_eq!(locks_at_once().await, ["exclusive |@0"]);
    drop(turn_of_another);
    page.quiet().await;
    assert!(locks().await.is_empty());
    assert_eq!((page.armed(), page.listening()), (0, 0));
}

#[wasm_bindgen_test]
async fn dispose_withdraws_the_wish_of_a_sign_out_and_tells_the_server() {
    let page = Page::open().await;
    let _turn_of_another = Lock::of_turn(0).await;
    let client = client("{ logoutURL: '/logout' }");
    let signed_out = Answer::of(&client.sign_out());
    turn().await;
    client.dispose();
    signed_out.value().await;
    page.expect("POST /logout").await.answer(204);
    page.quiet().await;
    assert_eq!(locks().await, ["exclusive |@0"]);
    assert_eq!((page.armed(), page.listening()), (0, 0));
}

#[wasm_bindgen_test]
async fn dispose_while_the_server_is_asked_lets_the_next_ask() {
    let page = Page::open().await;
    let (gone, stays) = (client("{}"), client("{}"));
    let given_up = Answer::of(&gone.refresh());
    let aborted = page.expect("POST /auth/refresh").await;
    let refreshed = Answer::of(&stays.refresh());
    turn().await;
    gone.dispose();
    given_up.refused("disposed").await;
    assert!(aborted.aborted());
    page.expect("POST /auth/refresh").await.answer(204);
    refreshed.value().await;
    page.quiet().await;
    assert_eq!(locks().await, ["shared |1:0:1:active:"]);
}

#[wasm_bindgen_test]
async fn dispose_inside_a_listener_gives_everything_back() {
    let page = Page::open().await;
    let channel = Channel::open();
    let (start, success) = ("start", "success");
    for (name, phase) in [
        ("refresh", start),
        ("refresh", success),
        ("refresh", "failure"),
        ("refresh", "adopted"),
        ("change", ""),
        ("sessionstart", ""),
        ("sessionend", ""),
    ] {
        let client = client("{}");
        let engine = JsValue::from(client.clone());
        let disposes = call(
            "(engine, phase) => (event) => { if ((event?.phase ?? '') === phase) engine.dispose() }",
            &[&engine, &phase.into()],
        );
        client.on(name.to_owned(), disposes.into());
        turn().await;
        let refreshed = Answer::of(&client.refresh());
        turn().await;
        if phase == "adopted" {
            channel.say(&format!("1:0:1:active:{}", after(60)));
            turn().await;
        }
        let status = if phase == "failure" || name == "sessionend" {
            401
        } else {
            204
        };
        page.answer_whatever_was_sent(status).await;
        refreshed.refused("disposed").await;
        page.quiet().await;
        assert!(locks().await.is_empty(), "in {name} {phase}");
        assert_eq!(
            (page.armed(), page.listening()),
            (0, 0),
            "in {name} {phase}"
        );
        assert!(!answers(&channel).await, "in {name} {phase}");
    }
}

#[wasm_bindgen_test]
async fn dispose_between_the_grant_and_the_look_gives_the_turn_back() {
    let page = Page::open().await;
    let never = "query: () => new Promise(() => {})";
    page.replace("navigator.locks", &over_locks(never));
    let client = client("{}");
    let refreshed = Answer::of(&client.refresh());
    turn().await;
    assert_eq!(locks().await, ["exclusive |@0"]);
    client.dispose();
    refreshed.refused("disposed").await;
    assert!(locks_at_once().await.is_empty());
    assert_eq!((page.armed(), page.listening()), (0, 0));
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn who_lets_go_of_a_client_gets_everything_back() {
    let page = Page::open().await;
    let channel = Channel::open();
    let client = unheld_client("{ proactive: 'always' }");
    sign_in(&client);
    turn().await;
    assert!(answers(&channel).await);
    client.be_collected();
    assert!(locks_at_once().await.is_empty());
    assert!(!answers(&channel).await);
    assert_eq!((page.armed(), page.listening()), (0, 0));
}

#[wasm_bindgen_test]
async fn who_lets_go_of_a_client_in_the_queue_gets_everything_back() {
    let page = Page::open().await;
    let turn_of_another = Lock::of_turn(0).await;
    let client = unheld_client("{ proactive: 'always' }");
    sign_in(&client);
    turn().await;
    // The timer asks for a refresh, and nobody waits for it.
    page.advance(45_000);
    turn().await;
    let kept = format!("shared |1:1:1:active:{}", after(60));
    assert_eq!(
        locks().await,
        ["exclusive |@0", &kept, "waiting exclusive |@0"]
    );
    client.be_collected();
    assert_eq!(locks_at_once().await, ["exclusive |@0"]);
    drop(turn_of_another);
    page.quiet().await;
    assert!(locks().await.is_empty());
    assert_eq!((page.armed(), page.listening()), (0, 0));
}

#[wasm_bindgen_test]
async fn who_lets_go_of_a_client_that_asks_the_server_gets_everything_back_after_that() {
    let page = Page::open().await;
    let client = unheld_client("{ proactive: 'always' }");
    sign_in(&client);
    turn().await;
    page.advance(45_000);
    let refresh = page.expect("POST /auth/refresh").await;
    client.be_collected();
    refresh.answer(204);
    page.quiet().await;
    assert!(locks().await.is_empty());
    assert_eq!((page.armed(), page.listening()), (0, 0));
}

#[wasm_bindgen_test]
async fn made_twice_as_in_strict_mode_leaves_one_of_everything() {
    let page = Page::open().await;
    let options = "{ sessionURL: '/me', proactive: 'always' }";
    for at_once in [true, false] {
        let first = client(options);
        if !at_once {
            page.expect("GET /me")
                .await
                .answer_json(200, "{ \"expires_in\": 60 }");
            turn().await;
        }
        first.dispose();
        let second = client(options);
        turn().await;
        if text(&second.snapshot(), "status") != "active" {
            page.expect("GET /me")
                .await
                .answer_json(200, "{ \"expires_in\": 60 }");
        }
        page.quiet().await;
        assert_eq!(locks().await.len(), 1, "{:?}", locks().await);
        assert_eq!(page.armed(), 1);
        let channel = Channel::open();
        channel.say("?");
        turn().await;
        assert_eq!(channel.heard().len(), 1, "{:?}", channel.heard());
        second.dispose();
        page.quiet().await;
        assert!(locks().await.is_empty());
        assert_eq!((page.armed(), page.listening()), (0, 0));
    }
}

#[wasm_bindgen_test]
async fn reconfigure_moves_to_the_other_name() {
    let page = Page::open().await;
    let client = client("{}");
    let channel = Channel::open();
    sign_in(&client);
    turn().await;
    let news = format!("1:1:1:active:{}", after(60));
    for (options, held) in [
        (
            "{ crossTab: 'shop' }",
            format!("shared oauth-refresh:shop|{news}"),
        ),
        (
            "{ crossTab: 'till' }",
            format!("shared oauth-refresh:till|{news}"),
        ),
    ] {
        client.reconfigure(js(options)).expect("they are right");
        page.quiet().await;
        assert_eq!(locks().await, [held], "{options}");
        assert!(!answers(&channel).await, "{options}");
    }
    client
        .reconfigure(js("{ refreshURL: '/auth/refresh' }"))
        .expect("they are right");
    page.quiet().await;
    assert_eq!(locks().await, [format!("shared |{news}")]);
    assert!(answers(&channel).await);
    let ends = Heard::on(&client, "sessionend");
    channel.say("1:1:1:signed_out:");
    page.quiet().await;
    assert_eq!(ends.json(), [r#"{"reason":"signed_out"}"#]);
}

#[wasm_bindgen_test]
async fn reconfigure_to_the_other_mode_keeps_nobody_waiting_for_the_sign_out() {
    let page = Page::open().await;
    let _turn_of_another = Lock::of_turn(0).await;
    let client = client("{ logoutURL: '/logout' }");
    let signed_out = Answer::of(&client.sign_out());
    turn().await;
    client
        .reconfigure(js(
            "{ mode: 'bearer', tokenEndpoint: 'https://auth.example.com/token' }",
        ))
        .expect("they are right");
    signed_out.value().await;
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn reconfigure_to_be_alone_leaves_and_back_again_joins() {
    let page = Page::open().await;
    let client = client("{}");
    let channel = Channel::open();
    sign_in(&client);
    turn().await;
    client
        .reconfigure(js("{ crossTab: false }"))
        .expect("they are right");
    assert!(locks_at_once().await.is_empty());
    assert!(!answers(&channel).await);
    let answer = send(&client, "/api");
    page.expect("GET /api").await.answer(401);
    page.expect("POST /auth/refresh").await.answer(204);
    page.expect("GET /api").await.answer(200);
    assert_eq!(answer.status().await, 200);
    assert!(locks().await.is_empty());
    client.reconfigure(js("{}")).expect("they are right");
    turn().await;
    assert_eq!(locks().await, ["shared |1:1:2:active:"]);
    assert!(answers(&channel).await);
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn reconfigure_with_the_same_name_stays() {
    let page = Page::open().await;
    let client = client("{}");
    let refreshed = Answer::of(&client.refresh());
    let refresh = page.expect("POST /auth/refresh").await;
    client
        .reconfigure(js("{ refreshBefore: 60 }"))
        .expect("they are right");
    turn().await;
    assert_eq!(locks().await, ["exclusive |@0"]);
    refresh.answer(204);
    refreshed.value().await;
    page.quiet().await;
    assert_eq!(locks().await, ["shared |1:0:1:active:"]);
}

#[wasm_bindgen_test]
async fn reconfigure_while_the_server_is_asked_lets_go_of_the_turn_under_the_old_name() {
    let page = Page::open().await;
    let client = client("{}");
    let refreshed = Answer::of(&client.refresh());
    let refresh = page.expect("POST /auth/refresh").await;
    client
        .reconfigure(js("{ crossTab: 'shop' }"))
        .expect("they are right");
    turn().await;
    assert!(locks().await.is_empty());
    refresh.answer(204);
    refreshed.value().await;
    page.quiet().await;
    assert_eq!(locks().await, ["shared oauth-refresh:shop|1:0:1:active:"]);
}
