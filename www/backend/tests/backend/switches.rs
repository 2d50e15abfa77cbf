use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use playground_backend::{Breach, RefreshAnswer};
use serde_json::{Value, json};

use crate::browser::Browser;

/// The answers that renew, each with its status and whether its body is the one expected.
const RENEWALS: [(&str, u16, Expected); 9] = [
    ("ok", 200, |body| body == r#"{"expires_in":60}"#),
    ("expires_at", 200, |body| in_a_minute(body, "expires_at")),
    ("exp", 200, |body| in_a_minute(body, "exp")),
    ("access_token_expires_in", 200, |body| {
        body == r#"{"accessTokenExpiresIn":60}"#
    }),
    ("no_content", 204, str::is_empty),
    ("empty", 200, str::is_empty),
    ("no_expiry", 200, |body| body == "{}"),
    ("bad_expiry", 200, |body| body == r#"{"expires_in":"soon"}"#),
    ("string_expiry", 200, |body| {
        body == r#"{"expires_in":"60"}"#
    }),
];

/// The faults that are answers, each with its status and its error code.
const FAULTS: [(&str, u16, &str); 16] = [
    ("invalid_grant", 400, "invalid_grant"),
    ("unauthorized", 401, "unauthorized"),
    ("invalid_client", 401, "invalid_client"),
    ("bad_request", 400, "invalid_request"),
    ("forbidden", 403, "forbidden"),
    ("not_found", 404, "not_found"),
    ("method_not_allowed", 405, "method_not_allowed"),
    ("unsupported_media_type", 415, "unsupported_media_type"),
    ("request_timeout", 408, "request_timeout"),
    ("conflict", 409, "conflict"),
    ("too_early", 425, "too_early"),
    ("too_many_requests", 429, "too_many_requests"),
    ("server_error", 500, "server_error"),
    ("unavailable", 503, "temporarily_unavailable"),
    ("html", 200, ""),
    ("redirect", 302, ""),
];

/// The faults that are no answer, or not a whole one.
const SILENCES: [&str; 4] = ["drop", "garble", "hang", "hang_body"];

type Expected = fn(&str) -> bool;

fn in_a_minute(body: &str, key: &str) -> bool {
    let now = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap();
    let body: Value = serde_json::from_str(body).unwrap();
    let left = body[key].as_u64().unwrap() - now.as_secs();
    (59..=60).contains(&left)
}

#[test]
fn every_answer_is_in_one_of_the_tables() {
    let mut tested: Vec<_> = RENEWALS.iter().map(|row| row.0).collect();
    tested.extend(FAULTS.iter().map(|row| row.0));
    tested.extend(SILENCES);
    tested.sort_unstable();
    let mut all = RefreshAnswer::NAMES.to_vec();
    all.sort_unstable();
    assert_eq!(tested, all);
}

#[tokio::test]
async fn each_renewal_rotates() {
    let mut browser = Browser::signed_in().await;
    for (name, status, expected) in RENEWALS {
        browser.switch(json!({ "refreshAnswer": name })).await;
        let before = browser.cookie("refresh_token").unwrap().to_owned();
        let answer = browser.refresh().await;
        assert_eq!(answer.status.as_u16(), status, "{name}");
        assert!(expected(answer.text()), "{name}: {}", answer.text());
        assert_ne!(browser.cookie("refresh_token").unwrap(), before, "{name}");
        let api = browser.get("/api/profile").await;
        assert_eq!(api.status, StatusCode::OK, "{name}");
    }
}

#[tokio::test]
async fn no_fault_rotates() {
    let mut browser = Browser::signed_in().await;
    browser.switch(json!({ "retryAfter": "7" })).await;
    for (name, status, error) in FAULTS {
        browser.switch(json!({ "refreshAnswer": name })).await;
        let answer = browser.refresh().await;
        assert_eq!(answer.status.as_u16(), status, "{name}");
        assert_eq!(answer.set_cookie("refresh_token"), None, "{name}");
        match name {
            "html" => assert_eq!(answer.header("content-type"), "text/html; charset=utf-8"),
            "redirect" => assert_eq!(answer.header("location"), "/"),
            _ => assert_eq!(answer.json()["error"], error, "{name}"),
        }
        let transient = matches!(status, 408 | 409 | 425 | 429 | 500 | 503);
        let retry_after = if transient { "7" } else { "" };
        assert_eq!(answer.header("retry-after"), retry_after, "{name}");
    }
    assert_eq!(browser.count("refreshesOk").await, 0);
    browser
        .post("/playground/switches/reset", Value::Null)
        .await;
    assert_eq!(browser.refresh().await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_breach_is_marked_for_the_connection_to_see() {
    let mut browser = Browser::signed_in().await;
    for (name, breach) in [("drop", Breach::Close), ("garble", Breach::Garble)] {
        browser.switch(json!({ "refreshAnswer": name })).await;
        let request = Request::post("/auth/refresh").body(Body::empty()).unwrap();
        let response = browser.begin(request).await;
        assert_eq!(response.extensions().get::<Breach>(), Some(&breach));
    }
    assert_eq!(browser.count("refreshesOk").await, 0);
}

#[tokio::test]
async fn a_fault_for_two_refreshes_is_over_after_two() {
    let mut browser = Browser::signed_in().await;
    let fault = json!({ "refreshAnswer": "unavailable", "refreshTimes": 2 });
    browser.switch(fault).await;
    for status in [503, 503, 200, 200] {
        assert_eq!(browser.refresh().await.status.as_u16(), status);
    }
    let switches = browser.get("/playground/switches").await.json();
    assert_eq!(switches["refreshAnswer"], "ok");
    assert_eq!(switches["refreshTimes"], Value::Null);
}

#[tokio::test]
async fn a_hanging_refresh_goes_on_when_the_answer_is_switched() {
    let mut browser = Browser::signed_in().await;
    let hang = json!({ "refreshAnswer": "hang", "refreshTimes": 1 });
    browser.switch(hang).await;
    let mut other = browser.clone();
    let hanging = tokio::spawn(async move { browser.refresh().await });
    other.until_counted("refreshes", 1).await;
    other.switch(json!({ "apiLatency": 0 })).await;
    tokio::task::yield_now().await;
    assert!(!hanging.is_finished(), "only its own switch may end it");
    other.switch(json!({ "refreshAnswer": "conflict" })).await;
    assert_eq!(hanging.await.unwrap().status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn a_held_refresh_waits_for_its_release() {
    let mut browser = Browser::signed_in().await;
    browser.switch(json!({ "holdRefresh": true })).await;
    let mut other = browser.clone();
    let mut held = tokio::spawn(async move {
        let status = browser.refresh().await.status;
        (browser, status)
    });
    other.until_counted("refreshesHeld", 1).await;
    assert_eq!(other.count("refreshesOk").await, 0);
    assert!(!held.is_finished());
    other.post("/playground/release", Value::Null).await;
    let (mut browser, status) = (&mut held).await.unwrap();
    assert_eq!(status, StatusCode::OK);

    let held = tokio::spawn(async move { browser.refresh().await.status });
    other.until_counted("refreshesHeld", 2).await;
    other.switch(json!({ "holdRefresh": false })).await;
    assert_eq!(held.await.unwrap(), StatusCode::OK);
}

#[tokio::test]
async fn a_refresh_whose_answer_is_held_has_rotated() {
    let mut browser = Browser::signed_in().await;
    browser.switch(json!({ "holdRefreshAnswer": true })).await;
    let mut other = browser.clone();
    let held = tokio::spawn(async move {
        let status = browser.refresh().await.status;
        (browser, status)
    });
    other.until_counted("refreshesOk", 1).await;
    assert!(!held.is_finished());
    other.post("/playground/release", Value::Null).await;
    let (mut browser, status) = held.await.unwrap();
    assert_eq!(status, StatusCode::OK);
    browser.switch(json!({ "holdRefreshAnswer": false })).await;
    assert_eq!(browser.refresh().await.status, StatusCode::OK);
    assert_eq!(browser.count("reuseDetected").await, 0);
}

#[tokio::test]
async fn a_refresh_given_up_while_held_has_used_no_token() {
    let mut browser = Browser::signed_in().await;
    browser.switch(json!({ "holdRefresh": true })).await;
    let mut leaving = browser.clone();
    let held = tokio::spawn(async move { leaving.refresh().await.status });
    browser.until_counted("refreshesHeld", 1).await;
    held.abort();
    assert!(held.await.unwrap_err().is_cancelled());
    browser.switch(json!({ "holdRefresh": false })).await;
    assert_eq!(browser.refresh().await.status, StatusCode::OK);
    let log = browser.get("/playground/log").await.json();
    let states: Vec<_> = log
        .as_array()
        .unwrap()
        .iter()
        .filter(|entry| entry["path"] == "/auth/refresh")
        .map(|entry| (entry["state"].clone(), entry["status"].clone()))
        .collect();
    assert_eq!(
        states,
        [
            ("gone".into(), Value::Null),
            ("answered".into(), 200.into())
        ]
    );
}

#[tokio::test]
async fn a_held_api_call_is_judged_when_it_is_let_go() {
    let mut browser = Browser::signed_in().await;
    browser.switch(json!({ "holdApi": "/api/items/1" })).await;
    let mut late = browser.clone();
    let late = tokio::spawn(async move { late.get("/api/items/1").await.status });
    browser.until_counted("apiHeld", 1).await;
    assert_eq!(browser.get("/api/items/2").await.status, StatusCode::OK);
    browser.post("/playground/expire", Value::Null).await;
    assert_eq!(browser.refresh().await.status, StatusCode::OK);
    browser.switch(json!({ "holdApi": false })).await;
    assert_eq!(late.await.unwrap(), StatusCode::UNAUTHORIZED);
    assert_eq!(browser.get("/api/items/1").await.status, StatusCode::OK);
}

#[tokio::test]
async fn all_api_calls_are_held_and_released() {
    let mut browser = Browser::signed_in().await;
    browser.switch(json!({ "holdApi": true })).await;
    let calls: Vec<_> = (1..=3)
        .map(|n| {
            let mut tab = browser.clone();
            tokio::spawn(async move { tab.get(&format!("/api/items/{n}")).await.status })
        })
        .collect();
    browser.until_counted("apiHeld", 3).await;
    assert!(calls.iter().all(|call| !call.is_finished()));
    browser.post("/playground/release", Value::Null).await;
    for call in calls {
        assert_eq!(call.await.unwrap(), StatusCode::OK);
    }
}

#[tokio::test(start_paused = true)]
async fn latencies_delay_refresh_and_api() {
    let mut browser = Browser::signed_in().await;
    let latencies = json!({ "refreshLatency": 3000, "apiLatency": 500 });
    browser.switch(latencies).await;
    let start = tokio::time::Instant::now();
    browser.refresh().await;
    assert_eq!(start.elapsed(), Duration::from_secs(3));
    browser.get("/api/profile").await;
    assert_eq!(start.elapsed(), Duration::from_millis(3500));
}

#[tokio::test(start_paused = true)]
async fn the_life_of_a_token_may_be_a_fraction() {
    let mut browser = Browser::open().await;
    browser.switch(json!({ "accessTokenSeconds": 1.5 })).await;
    let answer = browser.log_in("demo", "demo").await;
    assert_eq!(answer.json()["expires_in"], 1);
    tokio::time::advance(Duration::from_millis(1499)).await;
    assert_eq!(browser.get("/api/profile").await.status, StatusCode::OK);
    tokio::time::advance(Duration::from_millis(1)).await;
    let expired = browser.get("/api/profile").await;
    assert_eq!(expired.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn the_api_can_say_401_for_ever_and_with_any_challenge() {
    let mut browser = Browser::signed_in().await;
    browser.switch(json!({ "apiAlways401": true })).await;
    browser.refresh().await;
    let usual = browser.get("/api/profile").await;
    assert_eq!(usual.status, StatusCode::UNAUTHORIZED);
    assert!(usual.header("www-authenticate").starts_with("Bearer"));
    let basic = r#"Basic realm="x""#;
    for challenge in [basic, ""] {
        browser.switch(json!({ "challenge": challenge })).await;
        let answer = browser.get("/api/profile").await;
        assert_eq!(answer.header("www-authenticate"), challenge);
        assert_eq!(
            answer.headers.contains_key("www-authenticate"),
            !challenge.is_empty()
        );
    }
}

#[tokio::test]
async fn a_wrong_switch_is_named_with_what_it_accepts() {
    let mut browser = Browser::open().await;
    let before = browser.get("/playground/switches").await.json();
    let wrong = [
        (json!({ "holdrefresh": true }), "holdRefresh"),
        (json!({ "refreshAnswer": "fine" }), "string_expiry"),
        (json!({ "csp": "lax" }), "no-wasm"),
        (json!({ "accessTokenSeconds": -1 }), "1000000000"),
        (json!({ "accessTokenSeconds": "60" }), "number"),
        (json!({ "refreshTimes": 0 }), "whole number from 1"),
        (json!({ "refreshLatency": 1.5 }), "milliseconds"),
        (json!({ "apiLatency": 600_001 }), "600000"),
        (json!({ "apiAlways401": 1 }), "true or false"),
        (json!({ "retryAfter": 5 }), "string"),
        (json!({ "challenge": "a\nb" }), "header value"),
        (json!({ "holdApi": "/auth/login" }), "/api/"),
        (json!({ "holdRefresh": null }), "true or false"),
        (json!({ "holdRefreshAnswer": 1 }), "true or false"),
        (json!({ "keepPages": "yes" }), "true or false"),
    ];
    for (changes, accepted) in wrong {
        let name = changes.as_object().unwrap().keys().next().unwrap().clone();
        let mut both = json!({ "apiLatency": 5 });
        both[&name] = changes[&name].clone();
        let answer = browser.try_switch(both).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{changes}");
        let sentence = answer.json()["error_description"].to_string();
        assert!(sentence.contains(&name), "{sentence}");
        assert!(sentence.contains(accepted), "{sentence}");
    }
    assert_eq!(browser.try_switch(json!([1])).await.status.as_u16(), 400);
    assert_eq!(browser.get("/playground/switches").await.json(), before);
}

#[tokio::test]
async fn the_defaults_are_as_documented() {
    let mut browser = Browser::open().await;
    browser
        .switch(json!({ "retryAfter": "9", "csp": "off" }))
        .await;
    let defaults = browser
        .post("/playground/switches/reset", Value::Null)
        .await
        .json();
    assert_eq!(
        defaults,
        json!({
            "accessTokenSeconds": 60.0,
            "refreshAnswer": "ok",
            "refreshTimes": null,
            "retryAfter": null,
            "refreshLatency": 0,
            "apiLatency": 0,
            "apiAlways401": false,
            "challenge": null,
            "csp": "strict",
            "keepPages": false,
            "holdRefresh": false,
            "holdRefreshAnswer": false,
            "holdApi": false,
        })
    );
}

#[tokio::test]
async fn counters_and_log_tell_what_came_and_not_who_looked() {
    let mut browser = Browser::signed_in().await;
    browser.get("/api/items/1?secret=1").await;
    browser.get("/api/items/1").await;
    browser.refresh().await;
    browser.get("/api/items/1").await;
    let counts = browser.get("/playground/counters").await.json();
    assert_eq!(counts["requests"], 6);
    assert_eq!(counts["byPath"]["GET /api/items/1"], 3);
    assert_eq!(counts["byPath"]["POST /auth/login"], 1);

    let log = browser.get("/playground/log").await.json();
    let entries: Vec<_> = log
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| {
            (
                entry["path"].as_str().unwrap(),
                entry["generation"].as_u64(),
            )
        })
        .collect();
    assert_eq!(
        entries,
        [
            ("/auth/session", None),
            ("/auth/login", None),
            ("/api/items/1", Some(1)),
            ("/api/items/1", Some(1)),
            ("/auth/refresh", Some(1)),
            ("/api/items/1", Some(2)),
        ]
    );
    assert_eq!(log[0]["sequence"], 0);
    assert_eq!(log[0]["method"], "GET");
    assert_eq!(log[0]["status"], 401);
    assert!(log[0]["ms"].is_number() && log[0]["durationMs"].is_number());

    browser
        .post("/playground/counters/reset", Value::Null)
        .await;
    assert_eq!(browser.count("requests").await, 0);
    assert_eq!(browser.get("/playground/log").await.json(), json!([]));
}

#[tokio::test]
async fn the_log_keeps_the_last_500() {
    let mut browser = Browser::open().await;
    for n in 1..=500 {
        browser.get(&format!("/api/items/{n}")).await;
    }
    let log = browser.get("/playground/log").await.json();
    assert_eq!(log.as_array().unwrap().len(), 500);
    assert_eq!(log[0]["path"], "/api/items/1");
    assert_eq!(log[499]["path"], "/api/items/500");
}
