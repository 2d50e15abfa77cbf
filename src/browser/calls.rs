//! The SDK's own calls: refresh, session check and sign-out. What is sent and what an answer says is decided here and in
//! the core; `calls.js` sends, and tells how it ended.

use std::rc::Rc;

use gloo_net::http::{Headers, Response};
use wasm_bindgen::JsCast as _;
use wasm_bindgen::prelude::*;

use super::convert;
use super::driver::{Inner, now};
use super::ear;
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

impl Errand {
    fn target(self, config: &Config) -> (&'static str, Option<String>) {
        match self {
            Self::Refresh(_) => ("POST", Some(config.policy.refresh_url.clone())),
            Self::AskSession(_) | Self::CheckSession => ("GET", config.session_url.clone()),
            Self::SignOut => ("POST", config.logout_url.clone()),
        }
    }

    /// The numbers by which it comes back; no flight has the number 0.
    fn numbers(self) -> (u32, u32) {
        match self {
            Self::Refresh(FlightId(flight)) => (ear::REFRESH, flight),
            Self::AskSession(FlightId(flight)) => (ear::ASK_SESSION, flight),
            Self::CheckSession => (ear::CHECK_SESSION, 0),
            Self::SignOut => (ear::SIGN_OUT, 0),
        }
    }
}

/// Calls the server, or whoever else refreshes; or tells the session that there is nothing to be asked.
pub(super) fn run(client: &Rc<Inner>, errand: Errand) {
    if let Errand::CheckSession = errand {
        client.checked_at.set(now());
    }
    let Policy {
        bearer,
        custom_refresh,
        ..
    } = client.config().policy;
    let (method, url) = errand.target(&client.config());
    match (errand, url) {
        (Errand::Refresh(_), _) if custom_refresh => ask_application(client, errand),
        (_, Some(url)) if bearer => send_token(client, errand, &whole(client, url)),
        (_, Some(url)) => ask(client, errand, method, &whole(client, url)),
        (_, None) => {
            client.session().take_revoked();
            settle(client, errand, Ok(&Reply::default()));
        }
    }
}

/// Scripts, and elements that others put into the page, may have given it another base since.
fn whole(client: &Inner, url: String) -> String {
    let base = client.config().href.clone();
    base.and_then(|base| js::resolve_url(&url, Some(&base)))
        .unwrap_or(url)
}

/// How long the answer may take, in milliseconds; zero where that is the session's own business.
fn patience(client: &Inner, errand: Errand) -> f64 {
    match errand {
        Errand::CheckSession | Errand::SignOut => client.config().policy.refresh_timeout as f64,
        Errand::Refresh(_) | Errand::AskSession(_) => 0.0,
    }
}

/// A call in cookie mode.
fn ask(client: &Rc<Inner>, errand: Errand, method: &str, url: &str) {
    let headers = Headers::new();
    headers.set("Accept", "application/json");
    let changes = method == "POST";
    if changes && let Some(guard) = client.pass.guard_for(method) {
        headers.set(&guard.name(), &guard.value());
    }
    // Cookies that a refresh brings are not to be lost with a page that is left meanwhile, nor is a sign-out. Elsewhere,
    // older browsers do not ask ahead (CORS preflight) for such a request and let it fail.
    let keepalive = changes && client.locate(url).same_origin;
    let (what, flight) = errand.numbers();
    client.begin_call().ask(
        what,
        flight,
        patience(client, errand),
        url,
        method,
        &headers.into_raw(),
        keepalive,
    );
}

/// Sends a refresh token to the authorization server, if there is one to be sent.
fn send_token(client: &Rc<Inner>, errand: Errand, url: &str) {
    let refresh = matches!(errand, Errand::Refresh(_));
    // A token that was never sent has not been used up: its one spare try is kept (contract K6).
    if let Errand::Refresh(id) = errand
        && !js::is_connected()
    {
        return client.tell(|session, now| session.handle_unsent(id, now));
    }
    let token = if refresh {
        client.session().refresh_token().cloned()
    } else {
        client.session().take_revoked()
    };
    let Some(token) = token else {
        return match errand {
            Errand::Refresh(id) => client.tell(|session, now| session.handle_rejection(id, now)),
            _ => client.end_sign_out(),
        };
    };
    let Grant {
        client_id,
        scope,
        json,
    } = client.config().grant.clone();
    let (what, flight) = errand.numbers();
    client.begin_call().post(
        what,
        flight,
        patience(client, errand),
        url,
        token.expose(),
        scope.as_deref(),
        client_id.as_deref(),
        json && refresh,
        client.dpop().filter(|_| refresh).as_ref(),
    );
}

/// The application's own way to refresh. It may answer as the server did, with a `Response`, or with what the answer
/// said; an `AuthError` of the code `session_ended` is a no, whatever else it throws a passing failure.
fn ask_application(client: &Rc<Inner>, errand: Errand) {
    let refresh = client.option("refresh");
    let trigger = client.session().trigger().map(Trigger::as_str);
    let token = client.session().refresh_token().cloned();
    let (what, flight) = errand.numbers();
    client.begin_call().call(
        what,
        flight,
        &refresh,
        trigger,
        token.as_ref().map(Secret::expose),
    );
}

/// A call has ended: `answer` is a response with that `body`, undefined for what the application said, null for what was
/// thrown.
pub(super) fn conclude(client: &Rc<Inner>, errand: Errand, answer: &JsValue, body: &JsValue) {
    client.end_call();
    if client.disposed.get() {
        return;
    }
    let thrown = answer.is_null();
    if let Errand::Refresh(_) | Errand::AskSession(_) = errand {
        client.cause.replace(thrown.then(|| body.clone()));
    }
    if !thrown {
        let reply = if answer.is_undefined() {
            Reply::returned(convert::plain(body))
        } else {
            read(answer.unchecked_ref(), body)
        };
        return settle(client, errand, Ok(&reply));
    }
    if let Errand::Refresh(id) = errand
        && client.config().policy.custom_refresh
        && convert::member(body, "code") == "session_ended"
    {
        return client.tell(|session, now| session.handle_rejection(id, now));
    }
    let name = convert::member(body, "name").as_string();
    settle(client, errand, Err(name.as_deref().unwrap_or("no answer")));
}

/// Tells the session what came of an errand: a reply, or the name of what went wrong.
fn settle(client: &Rc<Inner>, errand: Errand, reply: Result<&Reply, &str>) {
    match errand {
        Errand::Refresh(id) => client.tell(|session, now| session.handle_reply(id, reply, now)),
        Errand::AskSession(id) => {
            client.tell(|session, now| session.handle_session_reply(id, reply, now));
        }
        Errand::CheckSession => {
            let sent = client.checked_at.get();
            client.tell(|session, now| session.handle_session_check(reply, now, sent));
        }
        // That the server could not be reached changes nothing.
        Errand::SignOut => client.end_sign_out(),
    }
}

/// What an answer says, with its body as text.
pub(super) fn read(response: &web_sys::Response, body: &JsValue) -> Reply {
    let redirected = convert::member(response, "type") == "opaqueredirect";
    let response = Response::from(Clone::clone(response));
    let wall = now().wall;
    let header = |name: &str| response.headers().get(name);
    let media_type = header("content-type")
        .unwrap_or_default()
        .to_ascii_lowercase();
    Reply {
        status: response.status(),
        redirected,
        html: media_type.starts_with("text/html"),
        retry_after: header("retry-after").and_then(|value| retry_after::parse(&value, wall)),
        server_time: header("date").and_then(|value| retry_after::http_date(&value, wall)),
        body: json(body),
    }
}

/// What a body says, given as text or as the JSON in it; nothing where the text is none.
pub(super) fn json(body: &JsValue) -> Option<Value> {
    let json = js::json(body);
    (!json.is_undefined()).then(|| convert::plain(&json))
}

/// RFC 6839 §3.1: JSON itself, or something made of it.
pub(super) fn is_json(response: &web_sys::Response) -> bool {
    let media_type = response.headers().get("content-type").ok().flatten();
    let media_type = media_type.unwrap_or_default();
    let is_space = |b| matches!(b, b' ' | b'\t');
    let (essence, _) = cut(&media_type, |b| b == b';');
    let essence = skip_back(skip(essence, is_space), is_space);
    essence.eq_ignore_ascii_case("application/json") || essence.ends_with("+json")
}
