//! Options, as JavaScript writes them.

use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::page::{Page, call, client, js, refused, send, text};

#[wasm_bindgen_test]
fn options_may_all_be_left_out() {
    for options in [
        "undefined",
        "null",
        "{}",
        "{ baseURL: undefined, exclude: null, csrf: undefined }",
    ] {
        client(options).dispose();
    }
}

#[wasm_bindgen_test]
fn options_are_taken_in_every_type_that_is_documented() {
    let accepted = [
        "{ mode: 'cookie' }",
        "{ baseURL: 'https://api.example.com/v1' }",
        "{ baseURL: new URL('https://api.example.com/v1') }",
        "{ origins: ['https://a.example', new URL('https://b.example:8443')] }",
        "{ origins: ['http://[::1]:8080', 'http://xn--bcher-kva.example'] }",
        "{ refreshURL: '/session/renew' }",
        "{ refreshURL: new URL('/session/renew', location) }",
        "{ loginURL: '/login' }",
        "{ loginURL: new URL('/login', location) }",
        "{ loginURL: ['/login', new URL('/login/sso', location)] }",
        "{ logoutURL: '/logout', sessionURL: '/me' }",
        "{ exclude: '/public/*' }",
        "{ exclude: /health/ }",
        "{ exclude: new URLPattern({ pathname: '/public/*' }) }",
        "{ exclude: ['/public/*', /health/g, new URLPattern({ pathname: '/p' }), { test: () => false }] }",
        "{ exclude: new class { test(url) { return url.endsWith('/x') } } }",
        "{ refreshBefore: 0 }",
        "{ refreshBefore: 86400, refreshTimeout: 0.5 }",
        "{ proactive: 'visible' }",
        "{ proactive: 'always' }",
        "{ proactive: false }",
        "{ unauthorized: [401, 419] }",
        "{ unauthorized: (response) => response.status === 419 }",
        "{ csrf: false }",
        "{ csrf: { cookie: 'csrftoken', header: 'X-CSRFToken' } }",
        "{ csrf: { header: 'X-Requested-With', value: 'fetch' } }",
        "{ onSessionEnded: () => {} }",
        "{ redirectTo: '/login' }",
        "{ redirectTo: new URL('/login', location) }",
        "{ debug: true }",
        "Object.create(null, { refreshURL: { value: '/r', enumerable: true } })",
        "new class { refreshURL = '/r' }",
    ];
    for options in accepted {
        client(options).dispose();
    }
}

#[wasm_bindgen_test]
fn options_that_are_wrong_are_refused_by_name_type_and_cure() {
    let refusals: [(&str, &[&str]); 41] = [
        ("42", &["options", "number", "an object"]),
        ("'/auth/refresh'", &["options", "string", "an object"]),
        ("true", &["options", "boolean", "an object"]),
        ("[]", &["options", "an object"]),
        ("() => {}", &["options", "an object"]),
        ("Symbol('options')", &["options", "an object"]),
        ("10n", &["options", "an object"]),
        (
            "{ refreshUrl: '/r' }",
            &["refreshUrl", "did you mean refreshURL"],
        ),
        (
            "{ retries: 3 }",
            &["retries", "not an option", "refreshBefore"],
        ),
        (
            "{ clientSecret: 'hunter2' }",
            &["clientSecret", "cannot keep a secret", "backend"],
        ),
        ("{ mode: 'token' }", &["mode", "'cookie'", "'bearer'"]),
        ("{ mode: 'bearer' }", &["tokenEndpoint", "https URL"]),
        ("{ baseURL: '' }", &["baseURL", "not empty"]),
        ("{ baseURL: 'ftp://files.example' }", &["baseURL", "http"]),
        ("{ baseURL: 42 }", &["baseURL", "number", "URL"]),
        ("{ origins: ['/relative'] }", &["origins", "absolute"]),
        ("{ origins: [42] }", &["origins", "number"]),
        (
            "{ origins: ['https://bücher.example'] }",
            &["origins", "ASCII"],
        ),
        ("{ refreshURL: {} }", &["refreshURL", "object", "URL"]),
        ("{ refreshURL: ['/r'] }", &["refreshURL", "URL"]),
        (
            "{ refreshURL: 'https://elsewhere.example/r' }",
            &["refreshURL", "origins"],
        ),
        ("{ loginURL: [null] }", &["loginURL", "URL"]),
        ("{ logoutURL: Symbol('logout') }", &["logoutURL", "URL"]),
        ("{ sessionURL: true }", &["sessionURL", "boolean", "URL"]),
        ("{ exclude: 42 }", &["exclude", "number", "test(url)"]),
        (
            "{ exclude: [{ matches: () => true }] }",
            &["exclude", "object", "test(url)"],
        ),
        (
            "{ exclude: () => true }",
            &["exclude", "function", "test(url)"],
        ),
        ("{ exclude: '/search?q=*' }", &["exclude", "query"]),
        (
            "{ refreshBefore: '60' }",
            &["refreshBefore", "string", "seconds"],
        ),
        ("{ refreshBefore: -1 }", &["refreshBefore", "-1", "seconds"]),
        (
            "{ refreshBefore: NaN }",
            &["refreshBefore", "number", "seconds"],
        ),
        ("{ refreshTimeout: 0 }", &["refreshTimeout", "0", "above 0"]),
        (
            "{ refreshTimeout: Infinity }",
            &["refreshTimeout", "number", "600"],
        ),
        ("{ proactive: true }", &["proactive", "true", "'visible'"]),
        (
            "{ unauthorized: '401' }",
            &["unauthorized", "401", "function"],
        ),
        (
            "{ unauthorized: [200] }",
            &["unauthorized", "200", "400 to 599"],
        ),
        ("{ unauthorized: [401.5] }", &["unauthorized", "400 to 599"]),
        ("{ csrf: true }", &["csrf", "true", "false"]),
        (
            "{ csrf: { header: 'X-A\\r\\nX-B', value: '1' } }",
            &["csrf", "HTTP"],
        ),
        (
            "{ onSessionEnded: 'login()' }",
            &["onSessionEnded", "string", "function"],
        ),
        ("{ debug: 'yes' }", &["debug", "string", "true or false"]),
    ];
    for (options, expected) in refusals {
        let error = refused(&js(options));
        assert_eq!(text(&error, "code"), "invalid_options", "{options}");
        let message = text(&error, "message");
        for word in expected {
            assert!(
                message.contains(word),
                "{options}: {message:?} lacks {word:?}"
            );
        }
        assert!(!message.contains("hunter2"), "{message}");
    }
}

#[wasm_bindgen_test]
async fn options_that_are_refused_leave_nothing_behind() {
    let page = Page::open().await;
    for options in [
        "{ refreshBefore: -1 }",
        "{ sessionURL: '/me', debug: 'yes' }",
    ] {
        refused(&js(options));
    }
    assert_eq!((page.listening(), page.armed()), (0, 0));
}

#[wasm_bindgen_test]
async fn options_that_are_refused_change_nothing() {
    let page = Page::open().await;
    let client = client("{ refreshURL: '/renew', exclude: '/public/*' }");
    let before = client.snapshot();
    let error = client.reconfigure(js(
        "{ refreshURL: '/other', exclude: '/private/*', debug: 1 }",
    ));
    assert_eq!(
        text(&error.expect_err("debug: 1"), "code"),
        "invalid_options"
    );
    assert_eq!(client.snapshot(), before);
    assert_eq!(client.place("/private/1"), "protected");
    assert_eq!(client.place("/public/1"), "exempt");
    let answer = send(&client, "/private/1");
    page.expect("GET /private/1").await.answer(401);
    page.expect("POST /renew").await.answer(204);
    page.expect("GET /private/1").await.answer(200);
    assert_eq!(answer.status().await, 200);
}

#[wasm_bindgen_test]
fn options_may_be_given_anew() {
    let client = client("{ exclude: /public/ }");
    client
        .reconfigure(js("{ exclude: /private/ }"))
        .expect("they are right");
    assert_eq!(client.place("/private/1"), "exempt");
    assert_eq!(client.place("/public/1"), "protected");
}

#[wasm_bindgen_test]
fn r3_exclude_takes_whatever_has_a_test() {
    let excludes = [
        "'/public/*'",
        "/\\/public\\//",
        "new URLPattern({ pathname: '/public/*' })",
        "{ test: (url) => new URL(url).pathname.startsWith('/public/') }",
        "new class { prefix = '/public/'; test(url) { return url.includes(this.prefix) } }",
        "['/unused', /\\/public\\//]",
        "[/unused/, '/other', new URLPattern({ pathname: '/public/*' })]",
    ];
    for exclude in excludes {
        let client = client(&format!("{{ exclude: {exclude} }}"));
        for url in ["/public/a", "/x/../public/a", "/public/a?q=1#top"] {
            assert_eq!(client.place(url), "exempt", "{exclude}: {url}");
        }
        for url in ["/api", "/api?next=/pub"] {
            assert_eq!(client.place(url), "protected", "{exclude}: {url}");
        }
    }
}

#[wasm_bindgen_test]
fn r3_exclude_does_not_depend_on_where_a_regexp_stopped() {
    for flag in ["g", "y", "gy"] {
        let client = client(&format!("{{ exclude: /https?:.*public/{flag} }}"));
        for _ in 0..3 {
            assert_eq!(client.place("/public/a"), "exempt", "{flag}");
        }
    }
}

#[wasm_bindgen_test]
fn k2_exclude_is_not_asked_about_foreign_urls() {
    let asked = js("[]");
    let options = call(
        "(asked) => ({ exclude: { test: (url) => asked.push(url) } })",
        &[&asked],
    );
    let client = crate::page::client_with(options);
    assert_eq!(client.place("https://elsewhere.example/"), "foreign");
    assert_eq!(call("(asked) => asked.length", &[&asked]), JsValue::from(0));
    assert_eq!(client.place("/api?page=2"), "exempt");
    assert_eq!(
        call(
            "(asked) => asked[0] === `${location.origin}/api?page=2`",
            &[&asked]
        ),
        JsValue::TRUE
    );
}
