//! The SDK's own calls, as they are sent.

use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::page::{Answer, Page, client, member};

const ELSEWHERE: &str = "{
    origins: ['https://api.test'], refreshURL: 'https://api.test/refresh', logoutURL: 'https://api.test/logout',
}";

/// A page that is left does not take them along. Elsewhere, older browsers do not ask ahead for such a request.
#[wasm_bindgen_test]
async fn calls_to_the_page_s_own_origin_outlive_the_page() {
    let page = Page::open().await;
    for (options, refresh, logout, outlives) in [
        (
            "{ logoutURL: '/logout' }",
            "POST /auth/refresh",
            "POST /logout",
            true,
        ),
        (
            ELSEWHERE,
            "POST https://api.test/refresh",
            "POST https://api.test/logout",
            false,
        ),
    ] {
        let client = client(options);
        let refreshed = Answer::of(&client.refresh());
        let call = page.expect(refresh).await;
        assert_eq!(
            member(&call.request(), "keepalive"),
            JsValue::from(outlives),
            "{refresh}"
        );
        call.answer(204);
        refreshed.value().await;
        let signed_out = Answer::of(&client.sign_out());
        let call = page.expect(logout).await;
        assert_eq!(
            member(&call.request(), "keepalive"),
            JsValue::from(outlives),
            "{logout}"
        );
        call.answer(204);
        signed_out.value().await;
    }
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn k5_calls_follow_no_redirect_and_leave_nothing_in_the_cache() {
    let page = Page::open().await;
    let client = client("{ sessionURL: '/me', logoutURL: '/logout' }");
    let check = page.expect("GET /me").await;
    let refreshed = Answer::of(&client.refresh());
    let refresh = page.expect("POST /auth/refresh").await;
    let signed_out = Answer::of(&client.sign_out());
    refreshed.refused("session_ended").await;
    refresh.answer(204);
    let logout = page.expect("POST /logout").await;
    for call in [&check, &refresh, &logout] {
        let request = call.request();
        for (name, expected) in [
            ("redirect", "manual"),
            ("cache", "no-store"),
            ("credentials", "include"),
        ] {
            assert_eq!(member(&request, name), JsValue::from(expected), "{name}");
        }
    }
    assert_eq!(member(&check.request(), "keepalive"), JsValue::FALSE);
    check.answer(401);
    logout.answer(204);
    signed_out.value().await;
    page.quiet().await;
}
