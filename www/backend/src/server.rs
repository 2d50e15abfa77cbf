//! Connections: HTTP/1.1 over TCP, and the two faults that only a connection can show.

use std::error::Error;
use std::fmt;
use std::future::poll_fn;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::serve::Listener;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt as _;

/// Serves until the future is dropped. Connections that are open then end with the runtime.
///
/// `axum::serve` would do, if it let a handler break its connection; see [`Breach`].
pub async fn serve(mut listener: TcpListener, router: Router) {
    loop {
        let (stream, _) = Listener::accept(&mut listener).await;
        tokio::spawn(converse(stream, router.clone()));
    }
}

/// What a handler answers in order to break the connection under it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Breach {
    /// Close it without a byte.
    Close,
    /// Close it after a head that contradicts itself.
    Garble,
}

impl IntoResponse for Breach {
    fn into_response(self) -> Response {
        // [`converse`] never sends this one; its status is for those who call the router directly.
        let mut response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the connection was broken on purpose")
    }
}

impl Error for Breach {}

/// Two lengths are an error that cannot be healed (RFC 9112 §6.3). Nonsense would not do: Chromium
/// takes it for an answer in HTTP/0.9.
const GARBLED: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n";

async fn converse(stream: TcpStream, router: Router) {
    // Only speed is lost without it.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request: Request<Incoming>| {
        let router = router.clone();
        Box::pin(async move {
            let Ok(response) = router.oneshot(request.map(Body::new)).await;
            match response.extensions().get::<Breach>() {
                Some(breach) => Err(*breach),
                None => Ok(response),
            }
        })
    });
    let mut connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    let outcome = poll_fn(|context| connection.poll_without_shutdown(context)).await;
    let breach = outcome
        .as_ref()
        .err()
        .and_then(Error::source)
        .and_then(|source| source.downcast_ref::<Breach>());
    if breach == Some(&Breach::Garble) {
        let mut stream = connection.into_parts().io.into_inner();
        // A client that has left already misses nothing.
        let _ = stream.write_all(GARBLED).await;
    }
}
