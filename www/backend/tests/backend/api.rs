use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};

use crate::browser::{Browser, with_json};

/// SHA-256 of `hello`, from the test vectors of coreutils' `sha256sum`.
const HELLO: &str = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

#[tokio::test]
async fn without_a_token_every_route_is_a_401_with_a_challenge() {
    let mut browser = Browser::open().await;
    for path in [
        "/api/profile",
        "/api/items/1",
        "/api/stream",
        "/api/no-such",
    ] {
        let answer = browser.get(path).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path}");
        assert_eq!(answer.json(), json!({ "error": "invalid_token" }));
        assert_eq!(
            answer.header("www-authenticate"),
            r#"Bearer realm="playground", error="invalid_token""#
        );
    }
    assert_eq!(browser.count("apiRequests").await, 4);
    assert_eq!(browser.count("apiUnauthorized").await, 4);
}

#[tokio::test]
async fn items_and_unknown_paths() {
    let mut browser = Browser::signed_in().await;
    assert_eq!(browser.get("/api/items/7").await.json()["id"], 7);
    let unknown = browser.get("/api/no-such").await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    assert_eq!(unknown.json(), json!({ "error": "not_found" }));
}

#[tokio::test]
async fn a_note_written_twice_is_counted_twice() {
    let mut browser = Browser::signed_in().await;
    let note = json!({ "text": "milk" });
    let first = browser.post("/api/notes", note.clone()).await;
    assert_eq!(first.status, StatusCode::CREATED);
    browser.post("/api/notes", note).await;
    assert_eq!(browser.count("notesWritten").await, 2);
    let notes = browser.get("/api/notes").await.json();
    assert_eq!(notes[1]["text"], "milk");
    assert_eq!(notes[1]["id"], 2);

    let wrong = browser.post("/api/notes", json!({ "title": 1 })).await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    assert!(wrong.text().contains("text"));
    assert_eq!(browser.count("notesWritten").await, 2);
}

#[tokio::test]
async fn echo_shows_what_arrived_and_no_cookie() {
    let mut browser = Browser::signed_in().await;
    let mut request = with_json(Method::PUT, "/api/echo?page=2", &Value::Null);
    *request.body_mut() = Body::from("hello");
    let headers = request.headers_mut();
    headers.insert(header::CONTENT_TYPE, "text/plain".parse().unwrap());
    headers.append("x-twice", "1".parse().unwrap());
    headers.append("x-twice", "2".parse().unwrap());
    let shown = browser.send(request).await.json();
    assert_eq!(shown["method"], "PUT");
    assert_eq!(shown["query"], "page=2");
    assert_eq!(shown["contentType"], "text/plain");
    assert_eq!(shown["headers"]["x-twice"], "1, 2");
    assert_eq!(shown["bodyLength"], 5);
    assert_eq!(shown["bodySha256"], HELLO);
    let token = browser.cookie("access_token").unwrap();
    assert!(!shown.to_string().contains(token));
    assert_eq!(shown["headers"]["cookie"], Value::Null);
}

#[tokio::test]
async fn an_upload_is_measured_part_by_part() {
    let mut browser = Browser::signed_in().await;
    let form = "--cut\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nhello\r\n\
                --cut\r\nContent-Disposition: form-data; name=\"f\"; filename=\"f.bin\"\r\n\
                Content-Type: application/octet-stream\r\n\r\nhello\r\n--cut--\r\n";
    let request = Request::post("/api/upload")
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=cut")
        .body(Body::from(form))
        .unwrap();
    let seen = browser.send(request).await.json();
    assert_eq!(seen["bytes"], 10);
    assert_eq!(seen["parts"][0]["name"], "a");
    assert_eq!(seen["parts"][0]["sha256"], HELLO);
    assert_eq!(seen["parts"][1]["fileName"], "f.bin");
    assert_eq!(seen["parts"][1]["contentType"], "application/octet-stream");
    assert_eq!(seen["parts"][1]["size"], 5);
}

#[tokio::test]
async fn a_raw_upload_may_be_larger_than_the_usual_limit() {
    let mut browser = Browser::signed_in().await;
    let request = Request::post("/api/upload")
        .body(Body::from(vec![0; 5_000_000]))
        .unwrap();
    let answer = browser.send(request).await;
    assert_eq!(answer.json()["bytes"], 5_000_000);
    assert_eq!(answer.json()["parts"], json!([]));
}

#[tokio::test]
async fn a_broken_form_is_a_400() {
    let mut browser = Browser::signed_in().await;
    for content_type in ["multipart/form-data", "multipart/form-data; boundary=cut"] {
        let request = Request::post("/api/upload")
            .header(header::CONTENT_TYPE, content_type)
            .body(Body::from("--cut\r\nnonsense"))
            .unwrap();
        let answer = browser.send(request).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{content_type}");
        assert!(answer.json()["error_description"].is_string());
    }
}

#[tokio::test]
async fn an_upload_is_read_to_its_end_before_the_401() {
    let mut browser = Browser::open().await;
    let (end_sender, end_seen) = tokio::sync::oneshot::channel();
    let pieces = futures_util::stream::iter([Ok::<_, std::io::Error>("piece")]);
    let end = futures_util::stream::once(async move {
        end_sender.send(()).unwrap();
        Ok("end")
    });
    let body = Body::from_stream(futures_util::StreamExt::chain(pieces, end));
    let request = Request::post("/api/upload").body(body).unwrap();
    let answer = browser.send(request).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    end_seen.await.unwrap();
}

#[tokio::test]
async fn a_stream_comes_in_several_chunks() {
    let mut browser = Browser::signed_in().await;
    let request = Request::get("/api/stream").body(Body::empty()).unwrap();
    let mut body = browser.begin(request).await.into_body();
    let mut chunks = 0;
    while let Some(frame) = body.frame().await {
        let data = frame.unwrap().into_data().unwrap();
        chunks += 1;
        let line: Value = serde_json::from_slice(&data).unwrap();
        assert_eq!(line["chunk"], chunks);
    }
    assert_eq!(chunks, 5);
}
