//! `/api`: a small protected API that shows what arrived.

use std::sync::{Arc, Mutex, PoisonError};

use axum::body::{Body, Bytes};
use axum::extract::multipart::{Multipart, MultipartError};
use axum::extract::{DefaultBodyLimit, FromRequest as _, Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use axum::{Extension, Json, Router};
use futures_util::{StreamExt as _, stream};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use crate::refusal::Refusal;
use crate::session::{SignedIn, User};
use crate::switches::Switches;
use crate::{App, oidc, whole_seconds};

/// The routes under `/api`, all of them behind the access token.
pub fn routes(app: &Arc<App>) -> Router<Arc<App>> {
    let mut routes = Router::new()
        .route("/profile", get(profile))
        .route("/items/{n}", get(item))
        .route("/notes", get(notes).post(write_note))
        .route("/echo", any(echo))
        .route("/upload", post(upload))
        .route("/stream", get(chunks))
        .fallback(crate::not_found)
        // `echo` and `upload` keep nothing of what they read; `write_note` has a limit of its own.
        .layer(DefaultBodyLimit::disable());
    if let Some(party) = &app.settings.provider {
        routes = routes.merge(oidc::api_routes(party));
    }
    // Outside of the nesting, so that the guard sees the whole path.
    Router::new()
        .nest("/api", routes)
        .layer(middleware::from_fn_with_state(Arc::clone(app), guard))
}

/// The answer to a request whose access token is missing or expired.
pub fn unauthorized(challenge: Option<HeaderValue>) -> Response {
    let mut response = Refusal::new(StatusCode::UNAUTHORIZED, "invalid_token").into_response();
    if let Some(value) = challenge {
        let headers = response.headers_mut();
        headers.insert(header::WWW_AUTHENTICATE, value);
    }
    response
}

/// The challenge of RFC 6750 §3.
pub fn usual_challenge() -> HeaderValue {
    HeaderValue::from_static(r#"Bearer realm="playground", error="invalid_token""#)
}

/// Reads a body to its end. A server that answers and closes while the client is still sending
/// resets the connection, and a browser then reports a network error instead of the answer.
pub async fn drain(body: Body) {
    let mut pieces = body.into_data_stream();
    while let Some(Ok(_)) = pieces.next().await {}
}

async fn guard(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let covers = |now: &Switches| now.hold_api.covers(&path);
    if let Some(release) = app.switches.hold(covers) {
        app.counters.update(|counts| counts.api_held += 1);
        release.await;
    }
    let switches = app.switches.current();
    switches.api_delay().await;

    let signed_in = match app.signed_in(request.headers()).await {
        Ok(signed_in) => signed_in.filter(|_| !switches.api_always_401),
        Err(failure) => {
            drain(request.into_body()).await;
            return failure.into_response();
        }
    };
    match signed_in {
        Some(signed_in) => {
            request.extensions_mut().insert(signed_in);
            next.run(request).await
        }
        None => {
            drain(request.into_body()).await;
            app.counters.update(|counts| counts.api_unauthorized += 1);
            unauthorized(match switches.challenge {
                Some(switched) => switched.header(),
                None => Some(usual_challenge()),
            })
        }
    }
}

async fn profile(Extension(signed_in): Extension<SignedIn>) -> Json<Value> {
    Json(json!({
        "user": signed_in.user,
        "tokenExpiresIn": signed_in.remaining.map(whole_seconds),
    }))
}

async fn item(Path(n): Path<u32>) -> Json<Value> {
    Json(json!({ "id": n, "name": format!("Item {n}"), "inStock": n % 7 }))
}

/// The notes that were written, in memory; the oldest go first.
#[derive(Debug, Default)]
pub struct Notes(Mutex<Vec<Note>>);

impl Notes {
    const MOST: usize = 100;

    fn push(&self, note: Note) {
        let mut notes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if notes.len() == Self::MOST {
            notes.remove(0);
        }
        notes.push(note);
    }

    fn all(&self) -> Vec<Note> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

#[derive(Clone, Debug, Serialize)]
struct Note {
    id: u64,
    by: User,
    text: String,
}

#[derive(Deserialize)]
struct NewNote {
    text: String,
}

async fn notes(State(app): State<Arc<App>>) -> Json<Vec<Note>> {
    Json(app.notes.all())
}

async fn write_note(
    State(app): State<Arc<App>>,
    Extension(signed_in): Extension<SignedIn>,
    request: Request,
) -> Result<Response, Refusal> {
    const MOST_BYTES: usize = 64 * 1024;
    let bad = |reason: String| {
        Refusal::new(StatusCode::BAD_REQUEST, "bad_request")
            .because(format!("send JSON like {{\"text\": \"...\"}}: {reason}"))
    };
    let body = axum::body::to_bytes(request.into_body(), MOST_BYTES)
        .await
        .map_err(|reason| bad(reason.to_string()))?;
    let new: NewNote = serde_json::from_slice(&body).map_err(|reason| bad(reason.to_string()))?;
    let mut id = 0;
    app.counters.update(|counts| {
        counts.notes_written += 1;
        id = counts.notes_written;
    });
    let note = Note {
        id,
        by: signed_in.user,
        text: new.text,
    };
    app.notes.push(note.clone());
    Ok((StatusCode::CREATED, Json(note)).into_response())
}

/// What arrived: enough of it to compare two sends of one request, and no cookie.
async fn echo(
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    request: Request,
) -> Result<Json<Value>, Refusal> {
    let body = digest(request.into_body()).await?;
    Ok(Json(json!({
        "method": method.as_str(),
        "query": uri.query(),
        "contentType": headers.get(header::CONTENT_TYPE).map(text),
        "headers": shown(&headers),
        "bodyLength": body.bytes,
        "bodySha256": body.sha256,
    })))
}

fn shown(headers: &HeaderMap) -> Map<String, Value> {
    const SHOWN: [&str; 14] = [
        "accept",
        "accept-language",
        "cache-control",
        "content-encoding",
        "content-length",
        "content-type",
        "if-match",
        "if-none-match",
        "origin",
        "priority",
        "range",
        "referer",
        "sec-fetch-mode",
        "sec-fetch-site",
    ];
    headers
        .keys()
        .filter(|name| name.as_str().starts_with("x-") || SHOWN.contains(&name.as_str()))
        .map(|name| {
            let values: Vec<_> = headers.get_all(name).iter().map(text).collect();
            (name.to_string(), values.join(", ").into())
        })
        .collect()
}

fn text(value: &HeaderValue) -> String {
    String::from_utf8_lossy(value.as_bytes()).into_owned()
}

/// Counts and digests a body, or each part of a form; keeps none of it.
async fn upload(request: Request) -> Result<Json<Value>, Refusal> {
    let multipart = request
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|value| text(value).starts_with("multipart/form-data"));
    if !multipart {
        let body = digest(request.into_body()).await?;
        return Ok(Json(json!({
            "bytes": body.bytes,
            "sha256": body.sha256,
            "parts": [],
        })));
    }
    let mut form = Multipart::from_request(request, &())
        .await
        .map_err(|rejection| unreadable(rejection.body_text()))?;
    let malformed = |error: MultipartError| unreadable(error.body_text());
    let mut total = 0;
    let mut parts = Vec::new();
    while let Some(mut field) = form.next_field().await.map_err(malformed)? {
        let mut part = Digester::default();
        while let Some(piece) = field.chunk().await.map_err(malformed)? {
            part.update(&piece);
        }
        let part = part.finish();
        total += part.bytes;
        parts.push(json!({
            "name": field.name(),
            "fileName": field.file_name(),
            "contentType": field.content_type(),
            "size": part.bytes,
            "sha256": part.sha256,
        }));
    }
    Ok(Json(json!({ "bytes": total, "parts": parts })))
}

/// Five lines of JSON, each a chunk of its own.
async fn chunks() -> Response {
    let lines = stream::iter(1..=5).then(|chunk| async move {
        // Gives the connection its turn, so that it sends this chunk before it gets the next.
        tokio::task::yield_now().await;
        Ok::<_, std::convert::Infallible>(Bytes::from(format!("{{\"chunk\":{chunk},\"of\":5}}\n")))
    });
    (
        [(header::CONTENT_TYPE, "application/x-ndjson")],
        Body::from_stream(lines),
    )
        .into_response()
}

async fn digest(body: Body) -> Result<Digested, Refusal> {
    let mut digester = Digester::default();
    let mut pieces = body.into_data_stream();
    while let Some(piece) = pieces.next().await {
        digester.update(&piece.map_err(|reason| unreadable(reason.to_string()))?);
    }
    Ok(digester.finish())
}

fn unreadable(reason: String) -> Refusal {
    Refusal::new(StatusCode::BAD_REQUEST, "bad_request").because(reason)
}

#[derive(Default)]
struct Digester {
    bytes: u64,
    sha256: Sha256,
}

impl Digester {
    fn update(&mut self, piece: &Bytes) {
        self.bytes += piece.len() as u64;
        self.sha256.update(piece);
    }

    fn finish(self) -> Digested {
        Digested {
            bytes: self.bytes,
            sha256: crate::hex(&self.sha256.finalize()),
        }
    }
}

struct Digested {
    bytes: u64,
    /// In lower-case hex.
    sha256: String,
}
