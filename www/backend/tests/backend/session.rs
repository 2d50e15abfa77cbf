use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use playground_backend::Settings;
use serde_json::{Value, json};

use crate::browser::Browser;

#[tokio::test]
async fn a_sign_in_sets_both_cookies_with_their_attributes() {
    let mut browser = Browser::open().await;
    let answer = browser.log_in("demo", "demo").await;
    assert_eq!(
        answer.json(),
        json!({ "user": { "name": "demo" }, "expires_in": 60 })
    );
    let access = answer.set_cookie("access_token").unwrap();
    assert!(access.contains("; HttpOnly; SameSite=Lax; Path=/"));
    assert!(!access.contains("Max-Age") && !access.contains("Expires"));
    let refresh = answer.set_cookie("refresh_token").unwrap();
    assert!(refresh.contains("; HttpOnly; SameSite=Strict; Path=/auth/refresh"));
    assert!(!access.contains("Secure") && !refresh.contains("Secure"));
    assert_eq!(browser.cookie("access_token").unwrap().len(), 64);
}

#[tokio::test]
async fn cookies_are_secure_where_the_settings_say_so() {
    let mut browser = Browser::with(Settings {
        secure_cookies: true,
        ..Settings::default()
    });
    let check = browser.get("/auth/session").await;
    assert!(check.set_cookie("XSRF-TOKEN").unwrap().contains("; Secure"));
    let answer = browser.log_in("demo", "demo").await;
    for name in ["access_token", "refresh_token"] {
        assert!(answer.set_cookie(name).unwrap().contains("; Secure"));
    }
}

#[tokio::test]
async fn a_form_signs_in_as_well() {
    let mut browser = Browser::open().await;
    let form = Request::post("/auth/login")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from("username=demo&password=demo"))
        .unwrap();
    assert_eq!(browser.send(form).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_wrong_password_touches_no_session() {
    let mut browser = Browser::signed_in().await;
    let answer = browser.log_in("demo", "wrong").await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert_eq!(answer.json(), json!({ "error": "wrong_credentials" }));
    assert!(answer.headers.get(header::SET_COOKIE).is_none());
    assert_eq!(browser.get("/api/profile").await.status, StatusCode::OK);
    assert_eq!(browser.count("loginsFailed").await, 1);
    assert_eq!(browser.count("logins").await, 1);
}

#[tokio::test]
async fn a_sign_in_that_lacks_a_field_is_told_which() {
    let mut browser = Browser::open().await;
    let answer = browser
        .post("/auth/login", json!({ "username": "demo" }))
        .await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert!(answer.text().contains("password"), "{}", answer.text());
    let nothing = browser.post("/auth/login", Value::Null).await;
    assert_eq!(nothing.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

#[tokio::test]
async fn a_second_sign_in_ends_the_session_that_it_replaces() {
    let mut browser = Browser::signed_in().await;
    let mut replaced = browser.clone();
    browser.log_in("demo", "demo").await;
    assert_eq!(browser.get("/auth/session").await.status, StatusCode::OK);
    assert_eq!(replaced.refresh().await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(replaced.count("reuseDetected").await, 0);
}

#[tokio::test]
async fn a_refresh_rotates_both_tokens() {
    let mut browser = Browser::signed_in().await;
    let before = browser.clone();
    for _ in 0..3 {
        let answer = browser.refresh().await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.json(), json!({ "expires_in": 60 }));
    }
    for name in ["access_token", "refresh_token"] {
        assert_ne!(browser.cookie(name), before.cookie(name));
    }
    assert_eq!(browser.get("/api/profile").await.status, StatusCode::OK);
    assert_eq!(browser.count("refreshes").await, 3);
    assert_eq!(browser.count("refreshesOk").await, 3);
}

#[tokio::test]
async fn a_refresh_token_used_twice_ends_the_session() {
    let mut browser = Browser::signed_in().await;
    let mut thief = browser.clone();
    browser.refresh().await;
    assert_eq!(browser.get("/api/profile").await.status, StatusCode::OK);

    let answer = thief.refresh().await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert_eq!(answer.json()["error"], "invalid_grant");
    assert!(answer.json()["error_description"].is_string());
    assert_eq!(thief.cookie("access_token"), None);
    assert_eq!(thief.cookie("refresh_token"), None);

    let api = browser.get("/api/profile").await;
    assert_eq!(api.status, StatusCode::UNAUTHORIZED);
    assert_eq!(browser.refresh().await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(browser.count("reuseDetected").await, 1);
    assert_eq!(browser.count("refreshesOk").await, 1);
}

#[tokio::test]
async fn an_unknown_refresh_token_leaves_the_cookies_alone() {
    let mut browser = Browser::signed_in().await;
    browser.post("/playground/end", Value::Null).await;
    let answer = browser.refresh().await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert_eq!(answer.json()["error"], "invalid_grant");
    assert!(answer.headers.get(header::SET_COOKIE).is_none());
    assert_eq!(browser.count("reuseDetected").await, 0);
}

#[tokio::test]
async fn a_sign_out_ends_the_session_even_over_an_expired_token() {
    let mut browser = Browser::signed_in().await;
    let mut copy = browser.clone();
    browser.post("/playground/expire", Value::Null).await;
    let answer = browser.post("/auth/logout", Value::Null).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    assert_eq!(browser.cookie("access_token"), None);
    assert_eq!(browser.cookie("refresh_token"), None);
    assert_eq!(copy.refresh().await.status, StatusCode::UNAUTHORIZED);
    let again = browser.post("/auth/logout", Value::Null).await;
    assert_eq!(again.status, StatusCode::NO_CONTENT);
}

#[tokio::test(start_paused = true)]
async fn a_session_check_tells_the_remaining_life() {
    let mut browser = Browser::signed_in().await;
    tokio::time::advance(std::time::Duration::from_secs(18)).await;
    assert_eq!(
        browser.get("/auth/session").await.json(),
        json!({ "user": { "name": "demo" }, "expires_in": 42 })
    );
    tokio::time::advance(std::time::Duration::from_secs(42)).await;
    let expired = browser.get("/auth/session").await;
    assert_eq!(expired.status, StatusCode::UNAUTHORIZED);
    assert_eq!(browser.count("sessionChecks").await, 3);
}

#[tokio::test]
async fn expire_kills_access_tokens_and_spares_the_session() {
    let mut browser = Browser::signed_in().await;
    browser.post("/playground/expire", Value::Null).await;
    let expired = browser.get("/api/profile").await;
    assert_eq!(expired.status, StatusCode::UNAUTHORIZED);
    assert_eq!(browser.refresh().await.status, StatusCode::OK);
    assert_eq!(browser.get("/api/profile").await.status, StatusCode::OK);
}
