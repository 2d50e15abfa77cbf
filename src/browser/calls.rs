//! The SDK's own calls: refresh, session check and sign-out, all `redirect: 'manual'`, `cache: 'no-store'` (contract K5).

use std::rc::Rc;

use gloo_net::http::{Headers, Response};
use js_sys::JSON;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, AbortSignal, Request, RequestCache, RequestCredentials, RequestInit,
    RequestRedirect, ResponseType,
};

use super::alarm::Alarm;
use super::convert;
use super::driver::{Inner, now};
use super::fetch;
use super::js;
use crate::core::retry_after;
use crate::core::session::FlightId;
use crate::core::token::{Expiry, Reply};

/// Refreshes the session.
pub(super) async fn refresh(client: Rc<Inner>, id: FlightId, controller: Option<AbortController>) {
    let url = client.config().policy.refresh_url.clone();
    let answer = call(
        &client,
        "POST",
        &url,
        controller.map(|controller| controller.signal()),
    )
    .await;
    client.forget_call(id);
    client.tell_reply(answer, |session, reply, now| {
        session.handle_reply(id, reply, now)
    });
}

/// Asks who is signed in, because the refresh was a redirect.
pub(super) async fn ask_session(
    client: Rc<Inner>,
    id: FlightId,
    controller: Option<AbortController>,
) {
    let answer = session_call(&client, controller.map(|controller| controller.signal())).await;
    client.forget_call(id);
    client.tell_reply(answer, |session, reply, now| {
        session.handle_session_reply(id, reply, now)
    });
}

/// Asks who is signed in, on load.
pub(super) async fn check_session(client: Rc<Inner>) {
    let sent = now();
    let answer = session_call(&client, None).await;
    client.tell_reply(answer, |session, reply, now| {
        session.handle_session_check(reply, now, sent)
    });
}

/// Tells the server of a sign-out. That it cannot be reached changes nothing.
pub(super) async fn tell_sign_out(client: Rc<Inner>) {
    let url = client.config().logout_url.clone();
    if let Some(url) = url {
        let deadline = Deadline::after(client.config().policy.refresh_timeout);
        let signal = deadline
            .as_ref()
            .map(|deadline| deadline.controller.signal());
        let _ = call(&client, "POST", &url, signal).await;
    }
    client.end_sign_out();
}

impl Inner {
    fn tell_reply(
        self: &Rc<Self>,
        answer: Result<Reply, JsValue>,
        tell: impl FnOnce(
            &mut crate::core::session::Session,
            Result<&Reply, &str>,
            crate::core::time::Instant,
        ),
    ) {
        if self.disposed.get() {
            return;
        }
        let name = answer.as_ref().err().map(|cause| {
            convert::member(cause, "name")
                .as_string()
                .unwrap_or_default()
        });
        let reply = answer
            .as_ref()
            .map_err(|_| name.as_deref().unwrap_or("no answer"));
        self.cause.replace(answer.as_ref().err().cloned());
        self.tell(|session, now| tell(session, reply, now));
    }
}

async fn session_call(client: &Inner, signal: Option<AbortSignal>) -> Result<Reply, JsValue> {
    let url = client.config().session_url.clone().unwrap_or_default();
    call(client, "GET", &url, signal).await
}

async fn call(
    client: &Inner,
    method: &str,
    url: &str,
    signal: Option<AbortSignal>,
) -> Result<Reply, JsValue> {
    let headers = Headers::new();
    headers.set("Accept", "application/json");
    if method == "POST"
        && let Some((name, value)) = fetch::csrf(&client.config())
    {
        headers.set(&name, &value);
    }
    let init = RequestInit::new();
    init.set_method(method);
    init.set_headers(&headers.into_raw());
    init.set_credentials(RequestCredentials::Include);
    init.set_redirect(RequestRedirect::Manual);
    init.set_cache(RequestCache::NoStore);
    init.set_signal(signal.as_ref());
    let request = Request::new_with_str_and_init(url, &init)?;
    let response = JsFuture::from(js::native_fetch(&request)?).await?;
    match response.dyn_into::<web_sys::Response>() {
        Ok(response) => read(response).await,
        Err(_) => Err(js_sys::TypeError::new("fetch did not answer with a Response").into()),
    }
}

/// Reads an answer whole.
async fn read(raw: web_sys::Response) -> Result<Reply, JsValue> {
    let response = Response::from(Clone::clone(&raw));
    let wall = now().wall;
    let header = |name: &str| response.headers().get(name);
    let media_type = header("content-type").unwrap_or_default();
    let reply = Reply {
        status: response.status(),
        redirected: response.type_() == ResponseType::Opaqueredirect,
        html: media_type.starts_with("text/html"),
        retry_after: header("retry-after").and_then(|value| retry_after::parse(&value, wall)),
        server_time: header("date").and_then(|value| retry_after::http_date(&value, wall)),
        body: None,
    };
    if reply.redirected || reply.html {
        js::discard(&raw);
        return Ok(reply);
    }
    let text = JsFuture::from(raw.text()?).await?;
    let body = text.as_string().and_then(|text| JSON::parse(&text).ok());
    Ok(Reply {
        body: body.map(|json| convert::plain(&json)),
        ..reply
    })
}

/// RFC 6839 §3.1: JSON itself, or something made of it.
fn is_json(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json") || essence.ends_with("+json")
}

/// The expiry in a JSON answer that its caller reads too.
pub(super) async fn expiry_of(response: &web_sys::Response) -> Expiry {
    let media_type = response
        .headers()
        .get("content-type")
        .ok()
        .flatten()
        .unwrap_or_default();
    if !is_json(&media_type) {
        return Expiry::default();
    }
    match response.clone() {
        Ok(copy) => read(copy)
            .await
            .map(|reply| reply.expiry(now().wall))
            .unwrap_or_default(),
        Err(_) => Expiry::default(),
    }
}

/// Aborts a call that takes too long.
struct Deadline {
    controller: AbortController,
    _alarm: Alarm,
}

impl Deadline {
    fn after(wait: crate::core::time::Millis) -> Option<Self> {
        let controller = AbortController::new().ok()?;
        let aborted = controller.clone();
        let alarm = Alarm::new(move || aborted.abort());
        let start = now().monotonic;
        alarm.set(Some(start + wait), start);
        Some(Self {
            controller,
            _alarm: alarm,
        })
    }
}
