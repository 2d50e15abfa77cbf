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
use crate::core::config::Config;
use crate::core::effect::FlightId;
use crate::core::retry_after;
use crate::core::token::{Expiry, Reply};

/// Why the SDK calls the server by itself.
#[derive(Clone, Copy, Debug)]
pub(super) enum Errand {
    /// To refresh the session.
    Refresh(FlightId),
    /// To ask who is signed in, because the refresh was a redirect.
    AskSession(FlightId),
    /// To ask who is signed in, on load.
    CheckSession,
    /// To tell of a sign-out.
    SignOut,
}

/// Calls the server, and tells the session what it answered.
pub(super) async fn run(client: Rc<Inner>, errand: Errand, controller: Option<AbortController>) {
    let sent = now();
    let (method, url) = errand.target(&client.config());
    let signal = controller.as_ref().map(AbortController::signal);
    // The deadline of a refresh is the session's own business; these two have none but this.
    let deadline = matches!(errand, Errand::CheckSession | Errand::SignOut)
        .then(|| Alarm::new(move || controller.iter().for_each(AbortController::abort)));
    if let Some(deadline) = &deadline {
        let wait = client.config().policy.refresh_timeout;
        deadline.set(Some(sent.monotonic + wait), sent.monotonic);
    }
    let answer = match url {
        Some(url) => call(&client, method, &url, signal.as_ref()).await,
        None => Ok(Reply::default()),
    };
    if client.disposed.get() {
        return;
    }
    let name = answer.as_ref().err().map(|cause| {
        let name = convert::member(cause, "name").as_string();
        name.unwrap_or_else(|| "no answer".to_owned())
    });
    let reply = answer
        .as_ref()
        .map_err(|_| name.as_deref().unwrap_or_default());
    match errand {
        Errand::Refresh(id) | Errand::AskSession(id) => {
            client.forget_call(id);
            client.cause.replace(answer.as_ref().err().cloned());
            client.tell(|session, now| match errand {
                Errand::Refresh(_) => session.handle_reply(id, reply, now),
                _ => session.handle_session_reply(id, reply, now),
            });
        }
        Errand::CheckSession => {
            client.tell(|session, now| session.handle_session_check(reply, now, sent));
        }
        // That the server could not be reached changes nothing.
        Errand::SignOut => client.end_sign_out(),
    }
}

impl Errand {
    fn target(self, config: &Config) -> (&'static str, Option<String>) {
        match self {
            Self::Refresh(_) => ("POST", Some(config.policy.refresh_url.clone())),
            Self::AskSession(_) | Self::CheckSession => ("GET", config.session_url.clone()),
            Self::SignOut => ("POST", config.logout_url.clone()),
        }
    }
}

async fn call(
    client: &Inner,
    method: &str,
    url: &str,
    signal: Option<&AbortSignal>,
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
    init.set_signal(signal);
    // Cookies that a refresh brings are not to be lost with a page that is left meanwhile, nor is a sign-out. Elsewhere,
    // older browsers do not ask ahead (CORS preflight) for such a request and let it fail.
    // Firefox goes by what it is told beside the request alone, so it is told twice.
    let beside = RequestInit::new();
    if method == "POST" && client.locate(url).same_origin {
        for init in [&init, &beside] {
            convert::set(init, "keepalive", &JsValue::TRUE);
        }
    }
    let request = Request::new_with_str_and_init(url, &init)?;
    let response = JsFuture::from(js::native_fetch(&request, &beside)?).await?;
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
    let media_type = header("content-type")
        .unwrap_or_default()
        .to_ascii_lowercase();
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
    let Ok(copy) = response.clone() else {
        return Expiry::default();
    };
    let reply = read(copy).await.unwrap_or_default();
    reply.expiry(now().wall)
}
