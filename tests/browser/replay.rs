//! A 401, the refresh and the second send.

use wasm_bindgen_test::wasm_bindgen_test;

use crate::page::{Page, client, send};

#[wasm_bindgen_test]
async fn r1_a_401_is_refreshed_and_replayed() {
    let page = Page::open();
    let client = client("{}");
    let answer = send(&client, "/api/profile");
    page.expect("GET /api/profile").await.answer(401);
    page.expect("POST /auth/refresh").await.answer(204);
    page.expect("GET /api/profile").await.answer(200);
    assert_eq!(answer.status().await, 200);
    page.quiet().await;
}
