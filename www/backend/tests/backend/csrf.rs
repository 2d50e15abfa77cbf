use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use playground_backend::Settings;
use serde_json::{Value, json};

use crate::browser::{Browser, with_json};

#[tokio::test]
async fn each_call_that_changes_something_must_repeat_the_cookie() {
    let mut browser = Browser::signed_in().await;
    let methods = [Method::POST, Method::PUT, Method::PATCH, Method::DELETE];
    let paths = [
        "/api/echo",
        "/auth/login",
        "/auth/refresh",
        "/auth/logout",
        "/api/no-such",
    ];
    for path in paths {
        for method in &methods {
            let mut forged = with_json(method.clone(), path, &json!({}));
            forged
                .headers_mut()
                .insert("x-xsrf-token", "0".repeat(64).parse().unwrap());
            let answer = browser.send(forged).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{method} {path}");
            assert_eq!(answer.json()["error"], "csrf");
        }
    }
    assert_eq!(browser.count("csrfRefused").await, 20);
    assert_eq!(browser.count("refreshesOk").await, 0);
    assert_eq!(browser.get("/api/profile").await.status, StatusCode::OK);
}

#[tokio::test]
async fn without_cookie_and_header_nothing_is_repeated() {
    let mut browser = Browser::with(Settings::default());
    let answer = browser.log_in("demo", "demo").await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    let mut empty = with_json(Method::POST, "/auth/login", &Value::Null);
    let headers = empty.headers_mut();
    headers.insert("cookie", "XSRF-TOKEN=".parse().unwrap());
    headers.insert("x-xsrf-token", "".parse().unwrap());
    let answer = browser.send(empty).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn reading_needs_no_header() {
    let mut browser = Browser::signed_in().await;
    let mut request = Request::get("/api/echo").body(Body::empty()).unwrap();
    let wrong = "wrong".parse().unwrap();
    request.headers_mut().insert("x-xsrf-token", wrong);
    assert_eq!(browser.send(request).await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_session_check_sets_the_cookie_once_and_readable() {
    let mut browser = Browser::with(Settings::default());
    let first = browser.get("/auth/session").await;
    assert_eq!(first.status, StatusCode::UNAUTHORIZED);
    let line = first.set_cookie("XSRF-TOKEN").unwrap();
    assert!(line.contains("; SameSite=Lax; Path=/"));
    assert!(!line.contains("HttpOnly"));
    let second = browser.get("/auth/session").await;
    assert_eq!(second.set_cookie("XSRF-TOKEN"), None);
}
