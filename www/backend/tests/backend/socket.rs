//! What only a connection can show.

use std::net::SocketAddr;

use playground_backend::{Settings, router, serve};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

const XSRF: &str = "Cookie: XSRF-TOKEN=x\r\nX-XSRF-TOKEN: x\r\n";

async fn start() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(serve(listener, router(Settings::default())));
    address
}

/// Sends a request and leaves its answer to the caller.
async fn begin(address: SocketAddr, line: &str, headers: &str, body: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let length = body.len();
    let request = format!(
        "{line} HTTP/1.1\r\nHost: localhost\r\n{headers}Content-Length: {length}\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    stream
}

/// Sends a request on a connection of its own, and reads all that comes.
async fn exchange(address: SocketAddr, line: &str, headers: &str, body: &str) -> String {
    let headers = format!("Connection: close\r\n{headers}");
    let mut stream = begin(address, line, &headers, body).await;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    String::from_utf8(answer).unwrap()
}

async fn switch(address: SocketAddr, changes: &str) {
    let answer = exchange(address, "PATCH /playground/switches", "", changes).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

async fn log(address: SocketAddr) -> Value {
    let answer = exchange(address, "GET /playground/log", "", "").await;
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    serde_json::from_str(body).unwrap()
}

#[tokio::test]
async fn a_whole_session_over_a_socket() {
    let address = start().await;
    let json = format!("{XSRF}Content-Type: application/json\r\n");
    let credentials = r#"{"username":"demo","password":"demo"}"#;
    let answer = exchange(address, "POST /auth/login", &json, credentials).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let access = answer.split("access_token=").nth(1).unwrap();
    let access = access.split(';').next().unwrap();

    let cookie = format!("Cookie: access_token={access}\r\n");
    let stream = exchange(address, "GET /api/stream", &cookie, "").await;
    assert!(stream.contains("transfer-encoding: chunked"), "{stream}");
    assert_eq!(stream.matches("\"chunk\":").count(), 5);
    let sizes = stream.lines().filter(|line| *line == "13").count();
    assert_eq!(sizes, 5, "five chunks of 0x13 bytes: {stream}");
}

#[tokio::test]
async fn a_dropped_refresh_gets_no_byte() {
    let address = start().await;
    switch(address, r#"{"refreshAnswer":"drop"}"#).await;
    let answer = exchange(address, "POST /auth/refresh", XSRF, "").await;
    assert_eq!(answer, "");
    let log = log(address).await;
    assert_eq!(log[0]["state"], "gone");
}

#[tokio::test]
async fn a_garbled_refresh_contradicts_itself() {
    let address = start().await;
    switch(address, r#"{"refreshAnswer":"garble"}"#).await;
    let answer = exchange(address, "POST /auth/refresh", XSRF, "").await;
    assert!(answer.contains("Content-Length: 1") && answer.contains("Content-Length: 2"));
    let log = log(address).await;
    assert_eq!(log[0]["state"], "gone");
}

#[tokio::test]
async fn a_client_that_leaves_ends_its_hanging_refresh() {
    let address = start().await;
    switch(address, r#"{"refreshAnswer":"hang"}"#).await;
    let stream = begin(address, "POST /auth/refresh", XSRF, "{}").await;
    while log(address).await[0]["state"] != "open" {}
    drop(stream);
    while log(address).await[0]["state"] != "gone" {}
}

#[tokio::test]
async fn a_body_hangs_half_way_until_the_answer_is_switched() {
    let address = start().await;
    switch(address, r#"{"refreshAnswer":"hang_body"}"#).await;
    let mut stream = begin(address, "POST /auth/refresh", XSRF, "").await;
    let mut answer = Vec::new();
    while !answer.ends_with(b"{\"expires_\r\n") {
        assert_ne!(stream.read_buf(&mut answer).await.unwrap(), 0);
    }
    let head = String::from_utf8(answer).unwrap();
    assert!(head.starts_with("HTTP/1.1 200") && head.contains("application/json"));
    switch(address, r#"{"refreshAnswer":"ok"}"#).await;
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).await.unwrap();
    assert!(rest.is_empty(), "the body must not look complete: {rest:?}");
}

#[tokio::test]
async fn a_large_upload_without_a_token_gets_its_401() {
    let address = start().await;
    let body = "x".repeat(8_000_000);
    let answer = exchange(address, "POST /api/upload", XSRF, &body).await;
    assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
    let answer = exchange(address, "POST /api/upload", "", &body).await;
    assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
}
