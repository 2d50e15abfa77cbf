//! The error class, as JavaScript sees it.

use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::page::{Answer, Page, call, client, js, member, names, refused, send, text};

#[wasm_bindgen_test]
fn errors_are_real_errors() {
    let error = refused(&js("{ refreshBefore: -1 }"));
    assert_eq!(
        call("(error) => error instanceof Error", &[&error]),
        JsValue::TRUE
    );
    assert_eq!(
        call("(error) => error.constructor.name", &[&error]),
        JsValue::from("AuthError")
    );
    assert_eq!(
        call(
            "(error) => Object.prototype.toString.call(error)",
            &[&error]
        ),
        JsValue::from("[object Error]")
    );
    // Chromium's stacks begin with the message, Firefox's do not.
    assert_eq!(
        call(
            "({ message, stack }) => stack.includes(message) === new Error(message).stack.includes(message)",
            &[&error]
        ),
        JsValue::TRUE,
        "{error:?}"
    );
    let shown = call("(error) => String(error)", &[&error])
        .as_string()
        .unwrap_or_default();
    assert!(shown.starts_with("AuthError: refreshBefore: "), "{shown}");
    assert_eq!(
        (text(&error, "name"), text(&error, "code")),
        ("AuthError".into(), "invalid_options".into())
    );
    for absent in ["cause", "response", "retryAfter", "config"] {
        assert_eq!(
            call("(error, name) => name in error", &[&error, &absent.into()]),
            JsValue::FALSE,
            "{absent}"
        );
    }
}

#[wasm_bindgen_test]
async fn k4_what_an_error_carries_is_not_printed_with_it() {
    let page = Page::open().await;
    let client = client("{}");
    let answer = send(&client, "/api");
    page.expect("GET /api").await.answer(401);
    page.expect("POST /auth/refresh")
        .await
        .reject(&js("new TypeError('no network')"));
    let error = answer.refused("refresh_unavailable").await;
    let mut enumerable = names(&error);
    enumerable.sort();
    assert_eq!(enumerable, ["code", "name", "retryAfter"]);
    assert_eq!(text(&member(&error, "cause"), "message"), "no network");
    assert_eq!(
        member(&member(&error, "response"), "status"),
        JsValue::from(401)
    );
    assert!(
        member(&error, "retryAfter")
            .as_f64()
            .is_some_and(|seconds| seconds >= 1.0 && seconds.fract() == 0.0)
    );
}

#[wasm_bindgen_test]
async fn errors_of_every_code_that_the_engine_has() {
    let page = Page::open().await;
    let client = client("{}");
    for (status, code) in [
        (503, "refresh_unavailable"),
        (404, "refresh_misconfigured"),
        (401, "session_ended"),
    ] {
        let refreshed = Answer::of(&client.refresh());
        page.expect("POST /auth/refresh").await.answer(status);
        let error = refreshed.refused(code).await;
        assert!(!text(&error, "message").is_empty());
    }
    client.dispose();
    Answer::of(&client.refresh()).refused("disposed").await;
    page.quiet().await;
}
