use std::fs;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use playground_backend::{Mount, Settings};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::browser::{Answer, Browser, with_json};

/// A backend with a page, and a mount with the kinds of files that a package has.
fn site() -> (TempDir, Browser) {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("dist/index.html", "<!doctype html><title>page</title>");
    write("dist/assets/app.js", "1");
    write("secret.txt", "secret");
    for name in [
        "core.wasm",
        "index.js",
        "index.mjs",
        "index.cjs",
        "page.html",
    ] {
        write(&format!("mount/{name}"), "0");
    }
    let mount = Mount::new("/pkg", folder.path().join("mount")).unwrap();
    let browser = Browser::with(Settings {
        dist: Some(folder.path().join("dist")),
        mounts: vec![mount],
        ..Settings::default()
    });
    (folder, browser)
}

async fn navigate(browser: &mut Browser, path: &str) -> Answer {
    let request = Request::get(path)
        .header(header::ACCEPT, "text/html,application/xhtml+xml,*/*;q=0.8")
        .body(Body::empty())
        .unwrap();
    browser.send(request).await
}

#[tokio::test]
async fn an_address_within_the_page_gets_the_page() {
    let (_folder, mut browser) = site();
    for path in ["/", "/index.html", "/settings/tokens?x=1"] {
        let answer = navigate(&mut browser, path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert!(answer.text().contains("<title>page"), "{path}");
        assert_eq!(answer.header("cache-control"), "no-store");
    }
    let script = browser.get("/assets/app.js").await;
    assert_eq!(script.header("content-type"), "text/javascript");
    assert_eq!(script.header("cache-control"), "no-store");
    assert_eq!(script.header("content-security-policy"), "");
}

#[tokio::test]
async fn pages_may_be_kept_where_that_is_switched_on_and_nothing_else() {
    let (_folder, mut browser) = site();
    browser.switch(json!({ "keepPages": true })).await;
    let page = navigate(&mut browser, "/").await;
    assert_eq!(page.header("cache-control"), "no-cache");
    let again = Request::get("/index.html").header("if-none-match", page.header("etag"));
    let again = browser.send(again.body(Body::empty()).unwrap()).await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);
    assert_eq!(again.header("cache-control"), "no-cache");
    let script = browser.get("/assets/app.js").await;
    assert_eq!(script.header("cache-control"), "no-store");
}

#[tokio::test]
async fn nothing_else_gets_the_page() {
    let (_folder, mut browser) = site();
    browser.get("/auth/session").await;
    let missing = browser.get("/assets/gone.js").await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    for path in ["/api/x", "/auth/x", "/playground/x", "/pkg/x", "/pkg/x/y"] {
        let answer = navigate(&mut browser, path).await;
        assert!(answer.status.is_client_error(), "{path}");
        assert!(!answer.text().contains("<title>"), "{path}");
    }
    let posted = with_json(Method::POST, "/settings", &Value::Null);
    let posted = browser.send(posted).await;
    assert_eq!(posted.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn no_path_leads_out_of_a_folder() {
    let (_folder, mut browser) = site();
    for path in [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/pkg/..%2fsecret.txt",
    ] {
        let answer = browser.get(path).await;
        assert!(!answer.text().contains("secret"), "{path}");
        assert!(answer.status.is_client_error(), "{path}");
    }
}

#[tokio::test]
async fn a_mount_serves_its_files_with_their_types() {
    let (_folder, mut browser) = site();
    let types = [
        ("core.wasm", "application/wasm"),
        ("index.js", "text/javascript"),
        ("index.mjs", "text/javascript"),
        ("index.cjs", "text/javascript"),
        ("page.html", "text/html"),
    ];
    for (name, content_type) in types {
        let answer = browser.get(&format!("/pkg/{name}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{name}");
        assert_eq!(answer.header("content-type"), content_type, "{name}");
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
    }
}

#[tokio::test]
async fn a_page_carries_the_policy_that_is_switched_on() {
    let (_folder, mut browser) = site();
    let policy = |script: &str| {
        format!(
            "default-src 'self'; script-src {script}; style-src 'self' 'unsafe-inline'; \
             img-src 'self' data:; connect-src 'self'; base-uri 'none'; object-src 'none'; \
             frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
        )
    };
    let policies = [
        ("strict", policy("'self' 'wasm-unsafe-eval'")),
        ("no-wasm", policy("'self'")),
        ("off", String::new()),
    ];
    for (csp, expected) in policies {
        browser.switch(json!({ "csp": csp })).await;
        for path in ["/", "/pkg/page.html"] {
            let answer = navigate(&mut browser, path).await;
            assert_eq!(answer.header("content-security-policy"), expected);
            assert_eq!(answer.header("x-frame-options"), "DENY");
        }
    }
}

#[tokio::test]
async fn a_page_sets_the_xsrf_cookie_if_it_is_missing() {
    let (_folder, mut browser) = site();
    let script = browser.get("/assets/app.js").await;
    assert_eq!(script.set_cookie("XSRF-TOKEN"), None);
    let first = navigate(&mut browser, "/").await;
    assert!(first.set_cookie("XSRF-TOKEN").is_some());
    let second = navigate(&mut browser, "/").await;
    assert_eq!(second.set_cookie("XSRF-TOKEN"), None);
    let signed_in = browser.log_in("demo", "demo").await;
    assert_eq!(signed_in.status, StatusCode::OK);
}

#[test]
fn a_mount_needs_a_path_of_its_own() {
    for prefix in [
        "",
        "/",
        "pkg",
        "/api",
        "/auth/x",
        "/playground/",
        "/a{b}",
        "/a*",
    ] {
        assert!(Mount::new(prefix, "").is_err(), "{prefix}");
    }
    assert_eq!(Mount::new("/pkg/", "").unwrap().prefix(), "/pkg");
}
