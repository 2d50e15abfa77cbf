use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use playground_backend::Settings;
use serde_json::{Value, json};

use crate::browser::{Answer, Browser, with_json};

const CHALLENGE: &str = r#"Bearer realm="playground", error="invalid_token""#;

/// A page that keeps its tokens, in a browser without a cookie.
struct Page {
    browser: Browser,
    access: String,
    refresh: String,
}

impl Page {
    async fn signed_in() -> Self {
        let mut browser = Browser::with(Settings::default());
        let answer = sign_in(&mut browser, "demo").await;
        let tokens = answer.json();
        Self {
            browser,
            access: text(&tokens, "access_token"),
            refresh: text(&tokens, "refresh_token"),
        }
    }

    async fn call(&mut self, method: Method, path: &str) -> Answer {
        let request = bearing(&self.access, method, path);
        self.browser.send(request).await
    }

    async fn profile(&mut self) -> StatusCode {
        self.call(Method::GET, "/api/profile").await.status
    }

    /// A refresh with the token that is held; a good answer replaces both.
    async fn refresh(&mut self) -> Answer {
        let refresh = self.refresh.clone();
        let answer = renew(&mut self.browser, &refresh).await;
        if answer.status == StatusCode::OK {
            let tokens = answer.json();
            self.access = text(&tokens, "access_token");
            self.refresh = text(&tokens, "refresh_token");
        }
        answer
    }

    async fn revoke(&mut self, token: &str) -> StatusCode {
        let request = form(
            "/oauth/revoke",
            &format!("token={token}&client_id=playground"),
        );
        self.browser.send(request).await.status
    }
}

fn text(object: &Value, name: &str) -> String {
    object[name].as_str().unwrap().to_owned()
}

fn form(path: &str, body: &str) -> Request<Body> {
    Request::post(path)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(body.to_owned()))
        .unwrap()
}

fn bearing(token: &str, method: Method, path: &str) -> Request<Body> {
    let mut request = with_json(method, path, &Value::Null);
    let value = format!("Bearer {token}").parse().unwrap();
    request.headers_mut().insert(header::AUTHORIZATION, value);
    request
}

async fn sign_in(browser: &mut Browser, password: &str) -> Answer {
    let credentials = json!({ "username": "demo", "password": password });
    browser.post("/oauth/demo-sign-in", credentials).await
}

async fn renew(browser: &mut Browser, refresh_token: &str) -> Answer {
    let body =
        format!("grant_type=refresh_token&refresh_token={refresh_token}&client_id=playground");
    browser.send(form("/oauth/token", &body)).await
}

#[tokio::test]
async fn a_sign_in_answers_with_tokens_and_sets_no_cookie() {
    let mut browser = Browser::with(Settings::default());
    let answer = sign_in(&mut browser, "demo").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("cache-control"), "no-store");
    assert!(answer.headers.get(header::SET_COOKIE).is_none());
    let tokens = answer.json();
    assert_eq!(tokens["token_type"], "Bearer");
    assert_eq!(tokens["expires_in"], 60);
    assert_ne!(tokens["access_token"], tokens["refresh_token"]);

    let wrong = sign_in(&mut browser, "wrong").await;
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    assert_eq!(browser.count("logins").await, 1);
    assert_eq!(browser.count("loginsFailed").await, 1);
}

#[tokio::test]
async fn the_api_takes_the_token_and_asks_for_no_double_submit() {
    let mut page = Page::signed_in().await;
    let profile = page.call(Method::GET, "/api/profile").await;
    assert_eq!(profile.json()["user"]["name"], "demo");
    assert_eq!(
        page.call(Method::PUT, "/api/echo").await.status,
        StatusCode::OK
    );
    assert_eq!(page.browser.count("csrfRefused").await, 0);
    // The endpoints for cookies do.
    for path in ["/auth/login", "/auth/refresh", "/auth/logout"] {
        let refused = page.call(Method::POST, path).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{path}");
    }

    page.browser.post("/playground/expire", Value::Null).await;
    let expired = page.call(Method::GET, "/api/profile").await;
    assert_eq!(expired.status, StatusCode::UNAUTHORIZED);
    assert_eq!(expired.header("www-authenticate"), CHALLENGE);
    assert_eq!(page.browser.count("apiUnauthorized").await, 1);
}

#[tokio::test]
async fn a_refresh_rotates_both_tokens_for_a_form_and_for_json() {
    let mut page = Page::signed_in().await;
    let (access, refresh) = (page.access.clone(), page.refresh.clone());
    page.browser.post("/playground/expire", Value::Null).await;
    let answer = page.refresh().await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("cache-control"), "no-store");
    assert!(answer.headers.get(header::SET_COOKIE).is_none());
    assert_eq!(answer.json()["token_type"], "Bearer");
    assert_eq!(answer.json()["expires_in"], 60);
    assert!(page.access != access && page.refresh != refresh);
    assert_eq!(page.profile().await, StatusCode::OK);

    let json = json!({
        "grant_type": "refresh_token",
        "refresh_token": page.refresh,
        "client_id": "playground",
    });
    let second = page.browser.post("/oauth/token", json).await;
    assert_eq!(second.status, StatusCode::OK);
    assert_eq!(page.browser.count("refreshes").await, 2);
    assert_eq!(page.browser.count("refreshesOk").await, 2);
}

#[tokio::test]
async fn a_refresh_token_used_twice_ends_the_grant() {
    let mut page = Page::signed_in().await;
    let used = page.refresh.clone();
    page.refresh().await;
    let answer = renew(&mut page.browser, &used).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert_eq!(answer.json()["error"], "invalid_grant");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert!(answer.headers.get(header::SET_COOKIE).is_none());
    assert_eq!(page.profile().await, StatusCode::UNAUTHORIZED);
    assert_eq!(page.refresh().await.status, StatusCode::BAD_REQUEST);
    assert_eq!(page.browser.count("reuseDetected").await, 1);
}

#[tokio::test]
async fn a_token_request_with_a_fault_is_told_which() {
    let mut page = Page::signed_in().await;
    let good = format!("refresh_token={}", page.refresh);
    let cases = [
        (
            "grant_type=refresh_token&refresh_token=x",
            400,
            "invalid_request",
            "client_id",
        ),
        (
            "client_id=playground&refresh_token=x",
            400,
            "invalid_request",
            "grant_type",
        ),
        (
            "client_id=playground&grant_type=refresh_token",
            400,
            "invalid_request",
            "refresh_token",
        ),
        (
            "client_id=playground&grant_type=refresh_token&refresh_token=",
            400,
            "invalid_request",
            "refresh_token",
        ),
        (
            "client_id=playground&client_id=playground",
            400,
            "invalid_request",
            "client_id",
        ),
        (
            "client_id=other&grant_type=refresh_token&refresh_token=x",
            401,
            "invalid_client",
            "playground",
        ),
        (
            "client_id=playground&grant_type=password",
            400,
            "unsupported_grant_type",
            "refresh_token",
        ),
        (
            "client_id=playground&grant_type=refresh_token&refresh_token=x",
            400,
            "invalid_grant",
            "sign in",
        ),
    ];
    for (body, status, error, named) in cases {
        let answer = page.browser.send(form("/oauth/token", body)).await;
        assert_eq!(answer.status, status, "{body}");
        assert_eq!(answer.json()["error"], error, "{body}");
        let description = text(&answer.json(), "error_description");
        assert!(description.contains(named), "{body}: {description}");
        assert_eq!(answer.header("cache-control"), "no-store");
    }
    let plain = Request::post("/oauth/token")
        .body(Body::from(good))
        .unwrap();
    let answer = page.browser.send(plain).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert_eq!(answer.json()["error"], "invalid_request");
    // None of that has used the token.
    assert_eq!(page.refresh().await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_revocation_ends_the_grant_by_either_token() {
    for by_access in [false, true] {
        let mut page = Page::signed_in().await;
        page.browser.post("/playground/expire", Value::Null).await;
        let token = match by_access {
            true => page.access.clone(),
            false => page.refresh.clone(),
        };
        assert_eq!(page.revoke(&token).await, StatusCode::OK);
        let refused = page.refresh().await;
        assert_eq!(refused.json()["error"], "invalid_grant");
        assert_eq!(page.browser.count("reuseDetected").await, 0);
        assert_eq!(page.revoke(&token).await, StatusCode::OK, "RFC 7009 §2.2");
        assert_eq!(page.browser.count("revocations").await, 1);
        let missing = form("/oauth/revoke", "client_id=playground");
        let missing = page.browser.send(missing).await;
        assert_eq!(missing.status, StatusCode::BAD_REQUEST);
        assert_eq!(missing.json()["error"], "invalid_request");
    }
}

#[tokio::test]
async fn the_switches_of_the_refresh_act_here_too() {
    let mut page = Page::signed_in().await;
    page.browser
        .switch(json!({ "refreshAnswer": "unavailable", "refreshTimes": 1, "retryAfter": "7" }))
        .await;
    let unavailable = page.refresh().await;
    assert_eq!(unavailable.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(unavailable.header("retry-after"), "7");

    page.browser
        .switch(json!({ "refreshAnswer": "string_expiry", "accessTokenSeconds": 9 }))
        .await;
    assert_eq!(page.refresh().await.json()["expires_in"], "9");

    page.browser
        .switch(json!({ "refreshAnswer": "no_content" }))
        .await;
    assert_eq!(page.refresh().await.status, StatusCode::NO_CONTENT);
    page.browser.switch(json!({ "refreshAnswer": "ok" })).await;
    assert_eq!(page.refresh().await.json()["error"], "invalid_grant");
    assert_eq!(
        page.browser.count("reuseDetected").await,
        1,
        "it had rotated"
    );
}

#[tokio::test]
async fn a_held_refresh_is_counted_and_waits() {
    let mut page = Page::signed_in().await;
    page.browser.switch(json!({ "holdRefresh": true })).await;
    let mut other = page.browser.clone();
    let refresh = page.refresh.clone();
    let held = tokio::spawn(async move { renew(&mut other, &refresh).await.status });
    page.browser.until_counted("refreshesHeld", 1).await;
    assert_eq!(page.browser.count("refreshesOk").await, 0);
    page.browser.switch(json!({ "holdRefresh": false })).await;
    assert_eq!(held.await.unwrap(), StatusCode::OK);
}

#[tokio::test]
async fn tokens_of_cookies_and_of_pages_are_good_where_they_belong() {
    let mut browser = Browser::signed_in().await;
    let tokens = sign_in(&mut browser, "demo").await.json();
    let (access, refresh) = (
        text(&tokens, "access_token"),
        text(&tokens, "refresh_token"),
    );

    // The cookie as a bearer token; then a bad token beside a good cookie.
    let cookie = browser.cookie("access_token").unwrap().to_owned();
    for token in [cookie.as_str(), "nonsense"] {
        let answer = browser
            .send(bearing(token, Method::POST, "/api/echo"))
            .await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    }
    let cookie = browser.cookie("refresh_token").unwrap().to_owned();
    let answer = renew(&mut browser, &cookie).await;
    assert_eq!(answer.json()["error"], "invalid_grant");
    let as_cookie = Request::post("/auth/refresh")
        .header(
            header::COOKIE,
            format!("refresh_token={refresh}; XSRF-TOKEN=x"),
        )
        .header("x-xsrf-token", "x");
    let as_cookie = as_cookie.body(Body::empty()).unwrap();
    let mut stranger = browser.clone();
    stranger.forget();
    assert_eq!(
        stranger.send(as_cookie).await.status,
        StatusCode::UNAUTHORIZED
    );

    assert_eq!(browser.get("/api/profile").await.status, StatusCode::OK);
    let profile = browser
        .send(bearing(&access, Method::GET, "/api/profile"))
        .await;
    assert_eq!(profile.status, StatusCode::OK);
    assert_eq!(browser.count("reuseDetected").await, 0);
}

#[tokio::test]
async fn the_log_shows_the_generation_of_a_bearer_token() {
    let mut page = Page::signed_in().await;
    page.refresh().await;
    page.call(Method::GET, "/api/profile").await;
    let log = page.browser.get("/playground/log").await;
    let last = log.json().as_array().unwrap().last().unwrap().clone();
    assert_eq!(last["path"], "/api/profile");
    assert_eq!(last["generation"], 2);
    assert!(!log.text().contains(&page.access) && !log.text().contains(&page.refresh));
}
