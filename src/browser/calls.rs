//! The SDK's own calls: refresh, session check and sign-out, all `redirect: 'manual'`, `cache: 'no-store'` (contract K5).

use std::rc::Rc;

use gloo_net::http::{Headers, Response};
use js_sys::{JSON, Promise};
use wasm_bindgen::JsCast as _;
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
use crate::core::config::{Config, Grant, Policy};
use crate::core::effect::FlightId;
use crate::core::event::Trigger;
use crate::core::keyring::Secret;
use crate::core::retry_after;
use crate::core::text::{cut, skip, skip_back};
use crate::core::token::Reply;
use crate::core::value::Value;

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
    let signal = controller.as_ref().map(AbortController::signal);
    // The deadline of a refresh is the session's own business; these two have none but this.
    let deadline = matches!(errand, Errand::CheckSession | Errand::SignOut)
        .then(|| Alarm::new(move || controller.iter().for_each(AbortController::abort)));
    if let Some(deadline) = &deadline {
        let wait = client.config().policy.refresh_timeout;
        deadline.set(Some(sent.monotonic + wait), sent.monotonic);
    }
    let Some(answer) = ask(&client, errand, signal.as_ref()).await else {
        return;
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

/// Asks the server, or whoever else refreshes; `None`, once the session was told that there is nothing to be asked.
async fn ask(
    client: &Rc<Inner>,
    errand: Errand,
    signal: Option<&AbortSignal>,
) -> Option<Result<Reply, JsValue>> {
    let (method, url) = errand.target(&client.config());
    // Scripts, and elements that others put into the page, may have given it another base since.
    let url = url.map(|url| {
        let config = client.config();
        config
            .href
            .as_deref()
            .and_then(|base| js::resolve_url(&url, Some(base)))
            .unwrap_or(url)
    });
    let Policy {
        bearer,
        custom_refresh,
        ..
    } = client.config().policy;
    match (errand, url) {
        (Errand::Refresh(id), _) if custom_refresh => call_custom(client, id, signal).await,
        (_, Some(url)) if bearer => {
            Some(exchange(token_request(client, errand, &url, signal)?).await)
        }
        (_, Some(url)) => Some(exchange(request(client, method, &url, signal)).await),
        (_, None) => {
            client.session().take_revoked();
            Some(Ok(Reply::default()))
        }
    }
}

/// A call in cookie mode.
fn request(
    client: &Inner,
    method: &str,
    url: &str,
    signal: Option<&AbortSignal>,
) -> Result<Promise, JsValue> {
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
    js::native_fetch(&request, &beside)
}

/// What is sent to the authorization server; `None`, once the session was told that there is nothing to be sent.
fn token_request(
    client: &Rc<Inner>,
    errand: Errand,
    url: &str,
    signal: Option<&AbortSignal>,
) -> Option<Result<Promise, JsValue>> {
    let Grant {
        client_id,
        scope,
        json,
    } = client.config().grant.clone();
    let client_id = client_id.as_deref();
    let Errand::Refresh(id) = errand else {
        let token = client.session().take_revoked();
        let Some(token) = token else {
            client.end_sign_out();
            return None;
        };
        return Some(js::revoke_token(url, token.expose(), client_id, signal));
    };
    // A token that was never sent has not been used up: its one spare try is kept (contract K6).
    if !js::is_connected() {
        client.forget_call(id);
        client.tell(|session, now| session.handle_unsent(id, now));
        return None;
    }
    let token = client.session().refresh_token().cloned();
    let Some(token) = token else {
        client.forget_call(id);
        client.tell(|session, now| session.handle_rejection(id, now));
        return None;
    };
    let (token, scope) = (token.expose(), scope.as_deref());
    let dpop = client.dpop();
    let dpop = dpop.as_ref();
    Some(js::refresh_tokens(
        url, token, scope, client_id, json, signal, dpop,
    ))
}

/// The application's own way to refresh. It may answer as the server did, with a `Response`, or with what the answer
/// said; an `AuthError` of the code `session_ended` is a no, whatever else it throws a passing failure.
async fn call_custom(
    client: &Rc<Inner>,
    id: FlightId,
    signal: Option<&AbortSignal>,
) -> Option<Result<Reply, JsValue>> {
    let refresh = client.option("refresh");
    let trigger = client.session().trigger().map(Trigger::as_str);
    let token = client.session().refresh_token().cloned();
    let token = token.as_ref().map(Secret::expose);
    let answered = JsFuture::from(js::call_refresh(&refresh, signal, trigger, token)).await;
    Some(match answered {
        Ok(answer) => match answer.dyn_into::<web_sys::Response>() {
            Ok(response) => read(response).await,
            Err(said) => Ok(Reply::returned(convert::plain(&said))),
        },
        Err(thrown) if convert::member(&thrown, "code") == "session_ended" => {
            client.forget_call(id);
            client.cause.replace(Some(thrown));
            client.tell(|session, now| session.handle_rejection(id, now));
            return None;
        }
        Err(thrown) => Err(thrown),
    })
}

/// Waits for the answer, and reads it.
async fn exchange(sent: Result<Promise, JsValue>) -> Result<Reply, JsValue> {
    let response = JsFuture::from(sent?).await?;
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
    Ok(Reply {
        body: json(&text),
        ..reply
    })
}

/// What a body says, given as text or as the JSON in it; nothing where the text is none.
pub(super) fn json(body: &JsValue) -> Option<Value> {
    let json = match body.as_string() {
        Some(text) => JSON::parse(&text).ok()?,
        None => body.clone(),
    };
    Some(convert::plain(&json))
}

/// RFC 6839 §3.1: JSON itself, or something made of it.
fn is_json(media_type: &str) -> bool {
    let is_space = |b| matches!(b, b' ' | b'\t');
    let (essence, _) = cut(media_type, |b| b == b';');
    let essence = skip_back(skip(essence, is_space), is_space);
    essence.eq_ignore_ascii_case("application/json") || essence.ends_with("+json")
}

/// A JSON answer that its caller reads too; nothing of any other.
pub(super) async fn json_of(response: &web_sys::Response) -> Reply {
    let media_type = response.headers().get("content-type").ok().flatten();
    if !is_json(&media_type.unwrap_or_default()) {
        return Reply::default();
    }
    match response.clone() {
        Ok(copy) => read(copy).await.unwrap_or_default(),
        Err(_) => Reply::default(),
    }
}
