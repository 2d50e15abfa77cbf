//! What happens in one tab reaches the others, once each; what nobody of us said is harmless.

use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

use super::{Channel, Lock, after, locks, name};
use crate::page::{Answer, Heard, Page, call, client, js, json, member, send, text, turn};

#[wasm_bindgen_test]
async fn s3_one_refresh_serves_all_clients() {
    let page = Page::open().await;
    let (one, other, idle) = (client("{}"), client("{}"), client("{}"));
    let heard = [&one, &other, &idle].map(|client| Heard::on(client, "refresh"));
    let first = send(&one, "/one");
    page.expect("GET /one").await.answer(401);
    let refresh = page.expect("POST /auth/refresh").await;
    let second = send(&other, "/other");
    page.expect("GET /other").await.answer(401);
    page.quiet().await;
    refresh.answer_json(200, "{ \"expires_in\": 60 }");
    page.expect("GET /one").await.answer(200);
    page.expect("GET /other").await.answer(200);
    assert_eq!((first.status().await, second.status().await), (200, 200));
    page.quiet().await;
    assert_eq!(
        heard[0].json(),
        [
            r#"{"phase":"start","trigger":"unauthorized"}"#,
            r#"{"phase":"success","trigger":"unauthorized","duration":0}"#,
        ]
    );
    assert_eq!(
        heard[1].json(),
        [
            r#"{"phase":"start","trigger":"unauthorized"}"#,
            r#"{"phase":"adopted","trigger":"unauthorized"}"#,
        ]
    );
    assert_eq!(heard[2].json(), [r#"{"phase":"adopted"}"#]);
    for client in [&one, &other, &idle] {
        assert_eq!(member(&client.snapshot(), "expiresAt"), js(&after(60)));
    }
}

#[wasm_bindgen_test]
async fn s3_one_timer_of_many_refreshes() {
    let page = Page::open().await;
    let options = "{ proactive: 'always' }";
    let clients = [client(options), client(options), client(options)];
    turn().await;
    clients[0]
        .sign_in(&js("{ expires_in: 100 }"))
        .expect("signed in");
    for _ in 0..5 {
        page.quiet().await;
        page.advance(75_000);
        page.expect("POST /auth/refresh")
            .await
            .answer_json(200, "{ \"expires_in\": 100 }");
    }
    page.quiet().await;
    let news = locks().await;
    assert_eq!(
        news,
        vec![format!("shared |1:1:6:active:{}", after(475)); 3]
    );
}

#[wasm_bindgen_test]
async fn f2_the_end_of_the_session_reaches_all_once() {
    let page = Page::open().await;
    let clients = [client("{}"), client("{}"), client("{}")];
    let ends = clients.each_ref().map(|it| Heard::on(it, "sessionend"));
    clients[0]
        .sign_in(&js("{ expires_in: 60 }"))
        .expect("signed in");
    turn().await;
    let answers = clients.each_ref().map(|client| send(client, "/api"));
    for _ in &answers {
        page.expect("GET /api").await.answer(401);
    }
    page.expect("POST /auth/refresh").await.answer(401);
    for answer in answers {
        assert_eq!(answer.status().await, 401);
    }
    page.quiet().await;
    for (client, ends) in clients.iter().zip(&ends) {
        assert_eq!(ends.json(), [r#"{"reason":"rejected"}"#]);
        assert_eq!(text(&client.snapshot(), "status"), "ended");
    }
    assert_eq!(locks().await, ["shared |1:1:1:ended:"; 3]);
}

#[wasm_bindgen_test]
async fn f7_a_sign_out_reaches_all_once_and_is_told_once() {
    let page = Page::open().await;
    let options = "{ logoutURL: '/logout', proactive: 'always' }";
    let clients = [client(options), client(options), client(options)];
    let ends = clients.each_ref().map(|it| Heard::on(it, "sessionend"));
    clients[0]
        .sign_in(&js("{ expires_in: 60 }"))
        .expect("signed in");
    turn().await;
    let signed_out = Answer::of(&clients[1].sign_out());
    page.expect("POST /logout").await.answer(204);
    signed_out.value().await;
    page.quiet().await;
    for (client, ends) in clients.iter().zip(&ends) {
        assert_eq!(ends.json(), [r#"{"reason":"signed_out"}"#]);
        assert_eq!(text(&client.snapshot(), "status"), "signed_out");
    }
    assert_eq!(page.armed(), 0);
    page.advance(100_000);
    page.quiet().await;
    assert_eq!(locks().await, ["shared |1:1:1:signed_out:"; 3]);
}

#[wasm_bindgen_test]
async fn f7_a_sign_out_waits_for_the_refresh_of_another() {
    let page = Page::open().await;
    let (one, other) = (client("{}"), client("{ logoutURL: '/logout' }"));
    let refreshed = Answer::of(&one.refresh());
    let refresh = page.expect("POST /auth/refresh").await;
    let signed_out = Answer::of(&other.sign_out());
    refreshed.refused("session_ended").await;
    page.quiet().await;
    refresh.answer_json(200, "{ \"expires_in\": 60 }");
    page.expect("POST /logout").await.answer(204);
    signed_out.value().await;
    for client in [&one, &other] {
        assert_eq!(text(&client.snapshot(), "status"), "signed_out");
    }
    page.quiet().await;
    assert_eq!(locks().await, ["shared |1:0:0:signed_out:"; 2]);
}

#[wasm_bindgen_test]
async fn f7_a_sign_out_does_not_wait_for_ever_for_the_refresh_of_another() {
    let page = Page::open().await;
    let turn_of_another = Lock::of_turn(0).await;
    let client = client("{ logoutURL: '/logout' }");
    let signed_out = Answer::of(&client.sign_out());
    page.quiet().await;
    page.advance(3_000);
    page.expect("POST /logout").await.answer(204);
    signed_out.value().await;
    page.quiet().await;
    assert_eq!(
        locks().await,
        ["exclusive |@0", "shared |1:0:0:signed_out:"]
    );
    drop(turn_of_another);
}

#[wasm_bindgen_test]
async fn a_sign_in_wakes_the_others_once() {
    let page = Page::open().await;
    let clients = [client("{}"), client("{}")];
    let starts = clients.each_ref().map(|it| Heard::on(it, "sessionstart"));
    let refreshed = Answer::of(&clients[0].refresh());
    page.expect("POST /auth/refresh").await.answer(401);
    refreshed.refused("session_ended").await;
    turn().await;
    Answer::of(&clients[1].refresh())
        .refused("session_ended")
        .await;
    clients[0]
        .sign_in(&js("{ expires_in: 60 }"))
        .expect("signed in");
    turn().await;
    for starts in &starts {
        assert_eq!(starts.json(), [r#"{"generation":1}"#]);
    }
    let answer = send(&clients[1], "/api");
    page.expect("GET /api").await.answer(401);
    page.expect("POST /auth/refresh").await.answer(204);
    page.expect("GET /api").await.answer(200);
    assert_eq!(answer.status().await, 200);
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn f5_a_sign_in_elsewhere_abandons_the_refresh_under_way() {
    let page = Page::open().await;
    let (one, other) = (client("{}"), client("{}"));
    one.sign_in(&js("{}")).expect("signed in");
    turn().await;
    let refreshed = Answer::of(&one.refresh());
    let refresh = page.expect("POST /auth/refresh").await;
    other.sign_in(&js("{ expires_in: 60 }")).expect("signed in");
    refreshed.value().await;
    assert!(refresh.aborted());
    turn().await;
    for client in [&one, &other] {
        assert_eq!(member(&client.snapshot(), "expiresAt"), js(&after(60)));
    }
    let held = format!("shared |1:2:2:active:{}", after(60));
    assert_eq!(locks().await, [held.clone(), held]);
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn f6_a_refused_refresh_gives_way_to_news_that_nobody_said() {
    let page = Page::open().await;
    let client = client("{}");
    let (refreshes, ends) = (
        Heard::on(&client, "refresh"),
        Heard::on(&client, "sessionend"),
    );
    let answer = send(&client, "/api");
    page.expect("GET /api").await.answer(401);
    let refresh = page.expect("POST /auth/refresh").await;
    let _news = Lock::of_news(&format!("1:0:4:active:{}", after(60))).await;
    refresh.answer(401);
    page.expect("GET /api").await.answer(200);
    assert_eq!(answer.status().await, 200);
    page.quiet().await;
    assert!(ends.json().is_empty(), "{:?}", ends.json());
    assert_eq!(
        refreshes.json(),
        [
            r#"{"phase":"start","trigger":"unauthorized"}"#,
            r#"{"phase":"adopted","trigger":"unauthorized"}"#,
        ]
    );
    assert_eq!(member(&client.snapshot(), "expiresAt"), js(&after(60)));
}

#[wasm_bindgen_test]
async fn f6_a_refused_refresh_ends_the_session_if_the_news_are_old() {
    let page = Page::open().await;
    let client = client("{}");
    let ends = Heard::on(&client, "sessionend");
    client
        .sign_in(&js("{ expires_in: 60 }"))
        .expect("signed in");
    let _old = Lock::of_news(&format!("1:1:1:active:{}", after(60))).await;
    let _older = Lock::of_news(&format!("1:0:1:active:{}", after(90))).await;
    turn().await;
    let answer = send(&client, "/api");
    page.expect("GET /api").await.answer(401);
    page.expect("POST /auth/refresh").await.answer(401);
    assert_eq!(answer.status().await, 401);
    page.quiet().await;
    assert_eq!(ends.json(), [r#"{"reason":"rejected"}"#]);
}

#[wasm_bindgen_test]
async fn s4_news_that_are_seen_and_heard_count_once() {
    let page = Page::open().await;
    let client = client("{}");
    let refreshes = Heard::on(&client, "refresh");
    turn().await;
    let channel = Channel::open();
    let news = format!("1:0:1:active:{}", after(60));
    let _kept = Lock::of_news(&news).await;
    channel.say(&news);
    channel.say(&news);
    turn().await;
    js("document.dispatchEvent(new Event('resume'))");
    channel.say(&news);
    page.quiet().await;
    assert_eq!(refreshes.json(), [r#"{"phase":"adopted"}"#]);
    assert_eq!(member(&client.snapshot(), "generation"), JsValue::from(1));
}

#[wasm_bindgen_test]
async fn s4_old_news_change_nothing() {
    let page = Page::open().await;
    let client = client("{}");
    let heard = ["refresh", "change", "sessionend"].map(|name| Heard::on(&client, name));
    turn().await;
    let channel = Channel::open();
    channel.say(&format!("1:3:7:active:{}", after(60)));
    turn().await;
    let snapshot = client.snapshot();
    let told = heard.each_ref().map(|heard| heard.json().len());
    for old in [
        "1:3:6:active:",
        &format!("1:3:6:active:{}", after(90)),
        &format!("1:3:7:active:{}", after(59)),
        "1:3:6:ended:",
        "1:2:9:active:",
        "1:2:9:ended:",
        "1:2:9:signed_out:",
        "1:0:0:active:",
    ] {
        channel.say(old);
        let _kept = Lock::of_news(old).await;
        js("document.dispatchEvent(new Event('resume'))");
        page.quiet().await;
        assert_eq!(client.snapshot(), snapshot, "{old}");
        assert_eq!(
            heard.each_ref().map(|heard| heard.json().len()),
            told,
            "{old}"
        );
    }
}

#[wasm_bindgen_test]
async fn s4_what_is_no_news_changes_nothing() {
    let page = Page::open().await;
    let client = client("{}");
    client
        .sign_in(&js("{ expires_in: 60 }"))
        .expect("signed in");
    let heard = ["refresh", "change", "sessionend", "warning"].map(|name| Heard::on(&client, name));
    turn().await;
    let snapshot = client.snapshot();
    let channel = Channel::open();
    let no_news = [
        "2:9:9:signed_out:",
        "2:{}",
        "0:9:9:signed_out:",
        "9:9:signed_out:",
        "1",
        "1:",
        "1:9:9",
        "1:9:9:signed_out",
        "1:9:9:refreshing:",
        "1:9:9:unknown:",
        "1:9:9:SIGNED_OUT:",
        "1:9:8:signed_out:",
        "1:-9:9:signed_out:",
        "1:9:1e9:signed_out:",
        "1:9:99999999999:signed_out:",
        "1:9:4294967295:signed_out:",
        "1:9:9:active:soon",
        "1:9:9:active:-1",
        "1:9:9:active:99999999999999999999",
        " 1:9:9:signed_out:",
        "@0 9",
        "@9 9",
        "",
    ];
    for text in no_news {
        channel.say(text);
    }
    for value in [
        "undefined",
        "null",
        "42",
        "true",
        "['1:9:9:signed_out:']",
        "{ toString: 1 }",
        "new String('1:9:9:signed_out:')",
        "new Error('1:9:9:signed_out:')",
        "new ArrayBuffer(9)",
        "1n",
        "'1:'.repeat(1e6)",
        "'\\ud800'",
    ] {
        channel.say_value(&js(value));
    }
    let mut kept = Vec::new();
    for text in no_news {
        kept.push(Lock::of_news(text).await);
    }
    for name in [name(), format!("{}1:9:9:signed_out:", name())] {
        kept.push(Lock::take(&name, "shared").await);
    }
    js("document.dispatchEvent(new Event('resume'))");
    page.quiet().await;
    assert_eq!(client.snapshot(), snapshot);
    for heard in heard {
        assert!(heard.json().is_empty(), "{:?}", heard.json());
    }
    let answer = send(&client, "/api");
    page.expect("GET /api").await.answer(401);
    page.expect("POST /auth/refresh").await.answer(204);
    page.expect("GET /api").await.answer(200);
    assert_eq!(answer.status().await, 200);
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn k4_tabs_tell_each_other_no_token() {
    let page = Page::open().await;
    let said = js("[]");
    let spied = "(said) => ({
        locks: ((locks) => ({
            request(name, ...rest) { said.push(name); return locks.request(name, ...rest) },
            query: () => locks.query(),
        }))(navigator.locks),
        channel: class extends BroadcastChannel {
            constructor(name) { said.push(name); super(name) }
            postMessage(data) { said.push(data); super.postMessage(data) }
        },
    })";
    let spied = call(spied, &[&said]);
    call("(spied) => { globalThis.spied = spied }", &[&spied]);
    page.replace("navigator.locks", "spied.locks");
    page.replace("BroadcastChannel", "spied.channel");
    let options = "{ logoutURL: '/logout', loginURL: '/login', sessionURL: '/me' }";
    let secrets = r#"{ "access_token": "secret", "refresh_token": "secret", "id_token": "secret", "expires_in": 60 }"#;
    let (one, _other) = (client(options), client(options));
    for _ in 0..2 {
        page.expect("GET /me").await.answer_json(200, secrets);
    }
    turn().await;
    let answer = send(&one, "/api");
    page.expect("GET /api").await.answer(401);
    page.expect("POST /auth/refresh")
        .await
        .answer_json(200, secrets);
    page.expect("GET /api").await.answer(200);
    answer.status().await;
    let signed_out = Answer::of(&one.sign_out());
    page.expect("POST /logout").await.answer_json(200, secrets);
    signed_out.value().await;
    one.sign_in(&js(secrets)).expect("signed in");
    let answer = send(&one, "/api");
    page.expect("GET /api").await.answer(401);
    page.expect("POST /auth/refresh").await.answer(401);
    answer.status().await;
    page.quiet().await;
    let known = call(
        "(said, name) => {
            const known = /^(@[01]|\\?|1:\\d+:\\d+:(active|ended|signed_out):\\d*)$/
            const rest = (it) => typeof it !== 'string' ? it : it.startsWith(name) ? it.slice(name.length + 1) : it
            return said.map(rest).filter((it) => it !== '' && !known.test(it))
        }",
        &[&said, &name().into()],
    );
    assert_eq!(json(&known), "[]");
    let news = call(
        "(said) => [...new Set(said.filter((it) => it.startsWith('1:')))].length",
        &[&said],
    );
    assert_eq!(news, JsValue::from(5), "{}", json(&said));
}
