//! Bearer mode: where tokens go, where they do not, and what is said to the authorization server.

use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::page::{
    Answer, Call, Client, Heard, Page, body_of, call, client, client_with, js, json, member, send,
    send_with, text, unheld_client,
};

const TOKEN: &str = "https://auth.example.com/token";
const REVOKE: &str = "https://auth.example.com/revoke";

/// One with endpoints and these options besides.
fn bearer(more: &str) -> Client {
    client(&format!(
        "{{ mode: 'bearer', tokenEndpoint: '{TOKEN}', revocationEndpoint: '{REVOKE}', clientId: 'spa', {more} }}"
    ))
}

/// One that starts with the tokens `a1` and `r1`.
fn signed_in(more: &str) -> Client {
    bearer(&format!(
        "tokens: {{ access_token: 'a1', refresh_token: 'r1', expires_in: 300 }}, {more}"
    ))
}

/// What a token endpoint answers.
fn tokens(access: &str, refresh: &str) -> String {
    format!(
        r#"{{ "access_token": "{access}", "refresh_token": "{refresh}", "token_type": "Bearer", "expires_in": 300 }}"#
    )
}

fn status(client: &Client) -> String {
    text(&client.snapshot(), "status")
}

async fn expect_refresh(page: &Page) -> Call {
    page.expect(&format!("POST {TOKEN}")).await
}

/// A request is sent, and carries this.
async fn expect_with(page: &Page, line: &str, authorization: Option<&str>) -> Call {
    let sent = page.expect(line).await;
    assert_eq!(
        sent.header("authorization").as_deref(),
        authorization,
        "{line}"
    );
    sent
}

// ---- the access token ------------------------------------------------------------------------------------------

#[wasm_bindgen_test]
async fn k2_the_token_goes_to_protected_urls_of_listed_origins_only() {
    let page = Page::open().await;
    let client =
        signed_in("origins: ['https://api.example.com'], loginURL: '/login', exclude: '/public/*'");
    for (line, carries) in [
        ("GET /api", true),
        ("POST /api", true),
        ("GET https://api.example.com/things?q=1", true),
        ("GET /public/news", false),
        ("POST /login", false),
        ("GET https://api.example.com.evil.example/", false),
        ("GET http://api.example.com/", false),
        ("GET https://auth.example.com/userinfo", false),
        ("POST https://auth.example.com/token", false),
        ("POST https://auth.example.com/revoke", false),
    ] {
        let (method, url) = line.split_once(' ').expect("a method");
        let answer = send_with(&client, &url.into(), &format!("{{ method: '{method}' }}"));
        let sent = expect_with(&page, line, carries.then_some("Bearer a1")).await;
        let credentials = member(&sent.request(), "credentials");
        assert_eq!(
            credentials, "same-origin",
            "{line}: no cookies go across origins"
        );
        assert_eq!(sent.header("x-xsrf-token"), None);
        sent.answer(200);
        answer.status().await;
    }
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn a_csrf_header_goes_along_where_one_is_wanted() {
    let page = Page::open().await;
    let client = signed_in("csrf: { header: 'X-Csrf', value: '1' }");
    let answer = send_with(&client, &"/api".into(), "{ method: 'POST' }");
    let sent = expect_with(&page, "POST /api", Some("Bearer a1")).await;
    assert_eq!(sent.header("x-csrf").as_deref(), Some("1"));
    sent.answer(200);
    answer.status().await;
    client.dispose();
}

#[wasm_bindgen_test]
async fn the_callers_own_authorization_is_left_alone_and_so_is_its_401() {
    let page = Page::open().await;
    let client = signed_in("");
    let own = [
        "{ headers: { Authorization: 'Basic x' } }",
        "{ headers: { AUTHORIZATION: 'Basic x' } }",
        "{ headers: new Headers({ authorization: 'Basic x' }) }",
        "{ headers: [['authorization', 'Basic x']] }",
    ];
    let inputs = own
        .map(|init| (JsValue::from("/api"), init))
        .into_iter()
        .chain([
            (js(&format!("new Request('/api', {})", own[0])), "undefined"),
            (
                js(&format!("new Request('/api', {})", own[0])),
                "{ method: 'GET' }",
            ),
        ]);
    for (input, init) in inputs {
        let answer = send_with(&client, &input, init);
        expect_with(&page, "GET /api", Some("Basic x"))
            .await
            .answer(401);
        assert_eq!(answer.status().await, 401, "{init}");
    }
    // Headers in the second argument replace those of the Request, as in fetch: so this one has none of its own.
    let input = js(&format!("new Request('/api', {})", own[0]));
    let answer = send_with(&client, &input, "{ headers: {} }");
    expect_with(&page, "GET /api", Some("Bearer a1"))
        .await
        .answer(200);
    answer.status().await;
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn a_request_handler_that_sets_authorization_counts_as_the_caller() {
    let page = Page::open().await;
    let client = signed_in("");
    let seen = js("[]");
    let handler = call(
        "(seen) => (config) => {
            seen.push(config.headers.Authorization ?? null)
            if (config.url === '/own') config.headers.Authorization = 'Basic x'
            return config
        }",
        &[&seen],
    );
    client.add_interceptor(false, handler, JsValue::UNDEFINED, &js("{}"));
    let answer = send(&client, "/own");
    expect_with(&page, "GET /own", Some("Basic x"))
        .await
        .answer(401);
    assert_eq!(answer.status().await, 401);
    let answer = send(&client, "/api");
    expect_with(&page, "GET /api", Some("Bearer a1"))
        .await
        .answer(200);
    assert_eq!(answer.status().await, 200);
    assert_eq!(json(&seen), "[null,null]", "handlers never see the token");
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn r1_the_replay_carries_the_new_token() {
    let page = Page::open().await;
    let client = signed_in("");
    let first = send_with(
        &client,
        &"/first".into(),
        "{ method: 'PUT', body: 'bytes' }",
    );
    let second = send(&client, "/second");
    for line in ["PUT /first", "GET /second"] {
        expect_with(&page, line, Some("Bearer a1"))
            .await
            .answer_with(
                401,
                "{ 'www-authenticate': 'Bearer error=\"invalid_token\"' }",
                "",
            );
    }
    expect_refresh(&page)
        .await
        .answer_json(200, &tokens("a2", "r2"));
    let replay = expect_with(&page, "PUT /first", Some("Bearer a2")).await;
    assert_eq!(replay.body().await, "bytes");
    replay.answer(200);
    expect_with(&page, "GET /second", Some("Bearer a2"))
        .await
        .answer(401);
    assert_eq!((first.status().await, second.status().await), (200, 401));
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn steps_carry_the_token_too() {
    let page = Page::open().await;
    let client = signed_in("origins: ['https://api.example.com']");
    let ticket = client
        .open("https://api.example.com/", "GET", true, false)
        .expect("a ticket");
    let admission = Answer::of(&ticket.admit(None)).value().await;
    assert_eq!(
        json(&admission),
        r#"{"headers":{"Authorization":"Bearer a1"},"withCredentials":false}"#
    );
    let verdict = Answer::of(&ticket.judge(401, None, None, js("{ status: 401 }"), None));
    expect_refresh(&page)
        .await
        .answer_json(200, &tokens("a2", "r2"));
    assert_eq!(verdict.value().await, "retry");
    let admission = Answer::of(&ticket.admit(None)).value().await;
    let headers = member(&admission, "headers");
    assert_eq!(text(&headers, "Authorization"), "Bearer a2");
    page.quiet().await;
}

// ---- signing in ------------------------------------------------------------------------------------------------

#[wasm_bindgen_test]
async fn nobody_is_signed_in_until_there_are_tokens() {
    let page = Page::open().await;
    let client = bearer("");
    assert_eq!(status(&client), "signed_out");
    let answer = send(&client, "/api");
    expect_with(&page, "GET /api", None).await.answer(401);
    assert_eq!(answer.status().await, 401);
    Answer::of(&client.refresh()).refused("session_ended").await;
    client.sign_in(&js(&tokens("a1", "r1"))).expect("signed in");
    assert_eq!(
        json(&client.snapshot()),
        json(&js(
            "({ status: 'active', expiresAt: Date.now() + 300000, generation: 1 })"
        ))
    );
    let answer = send(&client, "/api");
    expect_with(&page, "GET /api", Some("Bearer a1"))
        .await
        .answer(200);
    answer.status().await;
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn signing_in_without_tokens_is_refused_and_changes_nothing() {
    let page = Page::open().await;
    let client = signed_in("");
    for (said, wrong) in [
        ("undefined", "access_token"),
        ("{}", "access_token"),
        ("{ expires_in: 300 }", "access_token"),
        ("'hunter2'", "access_token"),
        ("{ access_token: 'hunter 2' }", "access_token"),
        ("{ access_token: 'a', refresh_token: {} }", "refresh_token"),
        (
            "{ access_token: 'hunter2', token_type: 'mac' }",
            "token_type",
        ),
    ] {
        let error = client.sign_in(&js(said)).expect_err(said);
        assert_eq!(text(&error, "code"), "invalid_options");
        let message = text(&error, "message");
        assert!(
            message.contains(wrong) && !message.contains("hunter"),
            "{message}"
        );
    }
    assert_eq!(member(&client.snapshot(), "generation"), JsValue::from(1));
    let answer = send(&client, "/api");
    expect_with(&page, "GET /api", Some("Bearer a1"))
        .await
        .answer(200);
    answer.status().await;
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn a_login_answer_signs_in_if_it_has_tokens() {
    let page = Page::open().await;
    let client = bearer("loginURL: '/login'");
    for (body, status_then) in [
        (r#"{ "two_factor": "required" }"#.to_owned(), "signed_out"),
        (tokens("a1", "r1"), "active"),
    ] {
        let answer = send_with(&client, &"/login".into(), "{ method: 'POST', body: 'x' }");
        expect_with(&page, "POST /login", None)
            .await
            .answer_json(200, &body);
        let response = answer.response().await;
        assert_eq!(body_of(&response).await, body, "the caller reads it too");
        assert_eq!(status(&client), status_then);
    }
    let answer = send(&client, "/api");
    expect_with(&page, "GET /api", Some("Bearer a1"))
        .await
        .answer(200);
    answer.status().await;
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn configuring_again_does_not_bring_old_tokens_back() {
    let page = Page::open().await;
    let client = signed_in("");
    let refreshed = Answer::of(&client.refresh());
    expect_refresh(&page)
        .await
        .answer_json(200, &tokens("a2", "r2"));
    refreshed.value().await;
    let again = format!(
        "{{ mode: 'bearer', tokenEndpoint: '{TOKEN}', tokens: {{ access_token: 'a1', refresh_token: 'r1' }} }}"
    );
    client.reconfigure(js(&again)).expect("configured");
    let answer = send(&client, "/api");
    expect_with(&page, "GET /api", Some("Bearer a2"))
        .await
        .answer(200);
    answer.status().await;
    // In the other mode it is another session, and back in this one again.
    client.reconfigure(js("{}")).expect("configured");
    assert_eq!(status(&client), "unknown");
    let answer = send(&client, "/api");
    expect_with(&page, "GET /api", None).await.answer(200);
    answer.status().await;
    client.reconfigure(js(&again)).expect("configured");
    assert_eq!(status(&client), "active");
    let answer = send(&client, "/api");
    expect_with(&page, "GET /api", Some("Bearer a1"))
        .await
        .answer(200);
    answer.status().await;
    page.quiet().await;
}

// ---- refreshing ------------------------------------------------------------------------------------------------

#[wasm_bindgen_test]
async fn k3_k5_a_refresh_is_a_form_without_cookies() {
    let page = Page::open().await;
    let client = bearer(
        "scope: 'openid offline_access', tokens: { access_token: 'a', refresh_token: 'r+/&=%~ 1' }",
    );
    let refreshed = Answer::of(&client.refresh());
    let sent = expect_refresh(&page).await;
    assert_eq!(
        sent.body().await,
        "grant_type=refresh_token&refresh_token=r%2B%2F%26%3D%25%7E+1&scope=openid+offline_access&client_id=spa"
    );
    for (name, value) in [
        (
            "content-type",
            Some("application/x-www-form-urlencoded;charset=UTF-8"),
        ),
        ("accept", Some("application/json")),
        ("authorization", None),
        ("x-xsrf-token", None),
    ] {
        assert_eq!(sent.header(name).as_deref(), value, "{name}");
    }
    for (name, value) in [
        ("credentials", "omit"),
        ("redirect", "manual"),
        ("cache", "no-store"),
    ] {
        assert_eq!(text(&sent.request(), name), value);
    }
    assert_eq!(member(&sent.init(), "keepalive"), JsValue::UNDEFINED);
    sent.answer_json(200, &tokens("a2", "r2"));
    refreshed.value().await;
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn a_refresh_is_json_where_the_server_wants_that_and_a_revocation_never_is() {
    let page = Page::open().await;
    let client = bearer(
        "tokenRequestFormat: 'json', scope: 'openid', tokens: { access_token: 'a', refresh_token: 'r\"1' }",
    );
    let refreshed = Answer::of(&client.refresh());
    let sent = expect_refresh(&page).await;
    assert_eq!(
        sent.header("content-type").as_deref(),
        Some("application/json")
    );
    assert_eq!(
        sent.body().await,
        r#"{"grant_type":"refresh_token","refresh_token":"r\"1","scope":"openid","client_id":"spa"}"#
    );
    sent.answer_json(200, r#"{ "access_token": "a2" }"#);
    refreshed.value().await;
    let signed_out = Answer::of(&client.sign_out());
    let sent = page.expect(&format!("POST {REVOKE}")).await;
    assert_eq!(sent.body().await, "token=r%221&client_id=spa");
    sent.answer(200);
    signed_out.value().await;
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn s1_k6_fifty_requests_and_every_other_caller_share_one_refresh() {
    let page = Page::open().await;
    let client = signed_in("");
    let answers: Vec<_> = (0..50)
        .map(|n| send(&client, &format!("/api/{n}")))
        .collect();
    for n in 0..50 {
        expect_with(&page, &format!("GET /api/{n}"), Some("Bearer a1"))
            .await
            .answer(401);
    }
    let refreshed = Answer::of(&client.refresh());
    expect_refresh(&page)
        .await
        .answer_json(200, &tokens("a2", "r2"));
    refreshed.value().await;
    for n in 0..50 {
        expect_with(&page, &format!("GET /api/{n}"), Some("Bearer a2"))
            .await
            .answer(200);
    }
    for answer in answers {
        assert_eq!(answer.status().await, 200);
    }
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn k6_a_lost_answer_is_asked_for_once_more_and_offline_counts_for_nothing() {
    let page = Page::open().await;
    let client = signed_in("");
    page.replace("navigator.onLine", "false");
    let (before, changes) = (client.snapshot(), Heard::on(&client, "change"));
    let unsent = Answer::of(&client.refresh())
        .refused("refresh_unavailable")
        .await;
    assert!(
        text(&unsent, "message").contains("no network"),
        "{unsent:?}"
    );
    // It was refreshing for no longer than it takes to see that.
    assert_eq!(client.snapshot(), before);
    assert!(changes.values().is_empty());
    page.replace("navigator.onLine", "true");
    for _ in 0..2 {
        let refreshed = Answer::of(&client.refresh());
        let sent = expect_refresh(&page).await;
        assert!(sent.body().await.contains("refresh_token=r1"));
        sent.reject(&js("new TypeError('lost')"));
        refreshed.refused("refresh_unavailable").await;
    }
    let error = Answer::of(&client.refresh())
        .refused("refresh_misconfigured")
        .await;
    assert!(
        text(&error, "message").contains("two lost answers"),
        "{error:?}"
    );
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn k4_an_error_has_the_servers_words_and_no_token() {
    let page = Page::open().await;
    let client = signed_in("");
    let refreshes = Heard::on(&client, "refresh");
    let refreshed = Answer::of(&client.refresh());
    expect_refresh(&page).await.answer_json(
        400,
        r#"{ "error": "invalid_scope", "error_description": "No such scope." }"#,
    );
    let error = refreshed.refused("refresh_misconfigured").await;
    assert_eq!(text(&error, "error"), "invalid_scope");
    assert_eq!(text(&error, "error_description"), "No such scope.");
    page.advance(60_000);
    let refreshed = Answer::of(&client.refresh());
    expect_refresh(&page).await.answer_json(
        400,
        r#"{ "error": "invalid_grant", "error_description": "Token r1 was revoked." }"#,
    );
    let error = refreshed.refused("session_ended").await;
    assert_eq!(text(&error, "error"), "invalid_grant");
    assert_eq!(member(&error, "error_description"), JsValue::UNDEFINED);
    // Whoever asks later is told the same.
    let error = Answer::of(&client.refresh()).refused("session_ended").await;
    assert_eq!(text(&error, "error"), "invalid_grant");
    let told = refreshes.values();
    let error = member(told.last().expect("events"), "error");
    assert_eq!(text(&error, "error"), "invalid_grant");
    assert_eq!(status(&client), "ended");
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn without_a_refresh_token_a_401_ends_the_session() {
    let page = Page::open().await;
    let client = bearer("tokens: { access_token: 'a1', expires_in: 60 }, proactive: 'always'");
    assert_eq!(page.armed(), 0, "there is nothing to refresh with");
    Answer::of(&client.refresh())
        .refused("refresh_misconfigured")
        .await;
    let ends = Heard::on(&client, "sessionend");
    let answer = send(&client, "/api");
    expect_with(&page, "GET /api", Some("Bearer a1"))
        .await
        .answer(401);
    assert_eq!(answer.status().await, 401);
    assert_eq!(ends.json(), [r#"{"reason":"rejected"}"#]);
    let answer = send(&client, "/api");
    expect_with(&page, "GET /api", None).await.answer(401);
    answer.status().await;
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn the_timer_refreshes_ahead() {
    let page = Page::open().await;
    let client = signed_in("proactive: 'always'");
    page.advance(225_000);
    let asked = expect_refresh(&page).await;
    let shared = Answer::of(&client.refresh());
    asked.answer_json(200, &tokens("a2", "r2"));
    shared.value().await;
    let answer = send(&client, "/api");
    expect_with(&page, "GET /api", Some("Bearer a2"))
        .await
        .answer(200);
    answer.status().await;
    page.quiet().await;
}

// ---- signing out -----------------------------------------------------------------------------------------------

#[wasm_bindgen_test]
async fn k7_sign_out_revokes_the_refresh_token_and_forgets_both_at_once() {
    let page = Page::open().await;
    let client = signed_in("");
    let signed_out = Answer::of(&client.sign_out());
    let sent = page.expect(&format!("POST {REVOKE}")).await;
    assert_eq!(sent.body().await, "token=r1&client_id=spa");
    assert_eq!(text(&sent.request(), "credentials"), "omit");
    assert_eq!(member(&sent.init(), "keepalive"), JsValue::TRUE);
    assert_eq!(status(&client), "signed_out");
    let answer = send(&client, "/api");
    expect_with(&page, "GET /api", None).await.answer(401);
    assert_eq!(answer.status().await, 401, "before the server knows");
    sent.answer(200);
    signed_out.value().await;
    // Once is enough.
    Answer::of(&client.sign_out()).value().await;
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn k7_f7_sign_out_resolves_also_if_the_revocation_fails() {
    let page = Page::open().await;
    for failure in ["503", "network", "deadline", "none"] {
        let client = if failure == "none" {
            client(&format!(
                "{{ mode: 'bearer', tokenEndpoint: '{TOKEN}', tokens: {{ access_token: 'a1' }} }}"
            ))
        } else {
            signed_in("refreshTimeout: 5")
        };
        let signed_out = Answer::of(&client.sign_out());
        if failure != "none" {
            let sent = page.expect(&format!("POST {REVOKE}")).await;
            match failure {
                "503" => sent.answer(503),
                "network" => sent.reject(&js("new TypeError('unreachable')")),
                _ => page.advance(5000),
            }
        }
        signed_out.value().await;
        assert_eq!(status(&client), "signed_out", "{failure}");
    }
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn k7_f5_sign_out_in_the_middle_of_a_refresh_revokes_what_it_brings() {
    let page = Page::open().await;
    let client = signed_in("");
    let refreshed = Answer::of(&client.refresh());
    let refresh = expect_refresh(&page).await;
    let signed_out = Answer::of(&client.sign_out());
    refreshed.refused("session_ended").await;
    page.quiet().await;
    refresh.answer_json(200, &tokens("a2", "r2"));
    let sent = page.expect(&format!("POST {REVOKE}")).await;
    assert_eq!(sent.body().await, "token=r2&client_id=spa");
    sent.answer(200);
    signed_out.value().await;
    assert_eq!(status(&client), "signed_out");
    let answer = send(&client, "/api");
    expect_with(&page, "GET /api", None).await.answer(401);
    answer.status().await;
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn dispose_forgets_tokens_and_refreshes_nothing() {
    let page = Page::open().await;
    let client = signed_in("proactive: 'always'");
    client.dispose();
    page.advance(600_000);
    send(&client, "/api").refused("disposed").await;
    page.quiet().await;
    assert_eq!((page.armed(), page.listening()), (0, 0));
}

// ---- where tokens are not --------------------------------------------------------------------------------------

#[wasm_bindgen_test]
async fn k1_k4_tokens_are_in_no_storage_event_snapshot_error_or_option() {
    let page = Page::open().await;
    let options = js(&format!(
        "{{ mode: 'bearer', tokenEndpoint: '{TOKEN}', debug: true,
            tokens: {{ access_token: 'hunter-a1', refresh_token: 'hunter-r1', expires_in: 300 }} }}"
    ));
    let said = js("[]");
    let log = call("(said) => (...all) => said.push(all)", &[&said]);
    page.replace("console.debug", "undefined");
    call("(log) => { console.debug = log }", &[&log]);
    let client = client_with(options.clone());
    for name in [
        "refresh",
        "retry",
        "sessionstart",
        "sessionend",
        "warning",
        "change",
    ] {
        client.on(name.to_owned(), log.clone().into());
    }
    let answer = send(&client, "/api?token=none");
    page.expect("GET /api?token=none").await.answer(401);
    expect_refresh(&page)
        .await
        .answer_json(200, &tokens("hunter-a2", "hunter-r2"));
    page.expect("GET /api?token=none").await.answer(200);
    answer.status().await;
    let refreshed = Answer::of(&client.refresh());
    expect_refresh(&page).await.answer_json(
        400,
        r#"{ "error": "invalid_grant", "error_description": "hunter-r2 is used up" }"#,
    );
    let error = refreshed.refused("session_ended").await;
    for thing in [&said, &error, &client.snapshot(), &options] {
        let all = "(thing) => JSON.stringify(thing, (_, value) =>
            value instanceof Error ? { ...value, text: String(value), cause: String(value.cause) } : value)";
        let shown = call(all, &[thing]).as_string().unwrap_or_default();
        assert!(shown.len() > 10 && !shown.contains("hunter"), "{shown}");
    }
    let stored = js(
        "JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href])",
    );
    assert!(!stored.as_string().unwrap_or_default().contains("hunter"));
    client.dispose();
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn s4_tabs_hear_nothing_of_each_other_in_bearer_mode() {
    let page = Page::open().await;
    let (here, there) = (signed_in(""), bearer(""));
    let refreshed = Answer::of(&here.refresh());
    expect_refresh(&page)
        .await
        .answer_json(200, &tokens("a2", "r2"));
    refreshed.value().await;
    let locks = Answer::of(&js("navigator.locks.query()").into())
        .value()
        .await;
    assert_eq!(json(&locks), r#"{"held":[],"pending":[]}"#);
    assert_eq!(status(&there), "signed_out");
    let signed_out = Answer::of(&there.sign_out());
    signed_out.value().await;
    assert_eq!(status(&here), "active");
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn dispose_is_not_needed_in_bearer_mode_either() {
    let page = Page::open().await;
    let client = unheld_client(&format!(
        "{{ mode: 'bearer', tokenEndpoint: '{TOKEN}', proactive: 'always', tokens: {{ access_token: 'a', refresh_token: 'r', expires_in: 60 }} }}"
    ));
    assert_eq!(page.armed(), 1);
    client.be_collected();
    assert_eq!((page.armed(), page.listening()), (0, 0));
}
