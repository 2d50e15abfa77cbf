//! The client as a Rust front end drives it.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::rc::Rc;
use std::time::Duration;

use js_sys::Promise;
use oauth_refresh_wasm::{
    AuthClient, AuthError, AuthEvent, Code, Csrf, FetchError, Options, Proactive, Status,
    Subscription, Tokens, Trigger,
};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, future_to_promise, spawn_local};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{AbortController, Request, RequestInit, Response};

use crate::page::{Answer, Page, body_of, js, member, text, turn};

const TOKEN: &str = "https://auth.example/token";

fn client(options: Options) -> AuthClient {
    AuthClient::new(options).unwrap_or_else(|error| panic!("{error:?}"))
}

/// On its own: one that a failing test leaves behind meets nobody.
fn cookie() -> Options {
    Options::cookie().cross_tab(false)
}

fn bearer() -> Options {
    Options::bearer()
        .token_endpoint(TOKEN)
        .client_id("spa")
        .tokens(Tokens::new("a1").refresh_token("r1"))
}

/// What becomes of a future that has begun.
struct Begun<T> {
    outcome: Rc<Cell<Option<T>>>,
    over: Answer,
}

impl<T> Begun<T> {
    async fn over(self) -> T {
        self.over.value().await;
        self.outcome.take().expect("an outcome")
    }
}

fn begin<T: 'static>(future: impl Future<Output = T> + 'static) -> Begun<T> {
    let outcome = Rc::new(Cell::new(None));
    let comes = Rc::clone(&outcome);
    let over = future_to_promise(async move {
        comes.set(Some(future.await));
        Ok(JsValue::UNDEFINED)
    });
    Begun {
        outcome,
        over: Answer::of(&over),
    }
}

/// Sends a `GET`.
fn send(client: &AuthClient, url: &'static str) -> Begun<Result<Response, FetchError>> {
    let client = client.clone();
    begin(async move { client.fetch_with_str(url).await })
}

fn request(method: &str, url: &str, body: Option<&str>) -> Request {
    let init = RequestInit::new();
    init.set_method(method);
    if let Some(body) = body {
        init.set_body(&body.into());
    }
    Request::new_with_str_and_init(url, &init).unwrap_or_else(|error| panic!("{url}: {error:?}"))
}

fn refused(outcome: Result<Response, FetchError>) -> AuthError {
    match outcome {
        Err(FetchError::Auth(error)) => error,
        other => panic!("{other:?}"),
    }
}

/// All events so far, in short.
fn listen(client: &AuthClient) -> (Rc<RefCell<Vec<String>>>, Subscription) {
    let heard = Rc::new(RefCell::new(Vec::new()));
    let hears = Rc::clone(&heard);
    let subscription = client.on_event(move |event| {
        let word = match event {
            AuthEvent::RefreshStarted { trigger } => format!("start {}", trigger.as_str()),
            AuthEvent::RefreshSucceeded { trigger, .. } => format!("success {}", trigger.as_str()),
            AuthEvent::RefreshFailed { trigger, error, .. } => {
                format!("failure {} {}", trigger.as_str(), error.code.as_str())
            }
            AuthEvent::Retry { url, method } => {
                let path = url.rsplit('/').next().unwrap_or_default();
                format!("retry {method} {path}")
            }
            AuthEvent::SessionStarted { generation } => format!("session {generation}"),
            AuthEvent::SessionEnded { reason } => format!("over {}", reason.as_str()),
            AuthEvent::StepUp {
                acr_values,
                max_age,
            } => format!("step up {acr_values:?} {max_age:?}"),
            AuthEvent::Warning { code, .. } => format!("warning {}", code.as_str()),
            other => format!("{other:?}"),
        };
        hears.borrow_mut().push(word);
    });
    (heard, subscription)
}

// ---- requests --------------------------------------------------------------------------------------------------

#[wasm_bindgen_test]
async fn s1_r5_requests_share_one_refresh_and_are_sent_again_with_the_same_bytes() {
    let page = Page::open().await;
    let client = client(cookie());
    let (heard, _listening) = listen(&client);
    let with_body = {
        let client = client.clone();
        begin(async move { client.fetch(request("POST", "/note", Some("bytes"))).await })
    };
    let plain = send(&client, "/profile?secret=1");
    let note = page.expect("POST /note").await;
    assert_eq!(note.body().await, "bytes");
    note.answer(401);
    page.expect("GET /profile?secret=1").await.answer(401);
    page.expect("POST /auth/refresh").await.answer(204);
    let note = page.expect("POST /note").await;
    assert_eq!(note.body().await, "bytes");
    note.answer(201);
    page.expect("GET /profile?secret=1").await.answer(200);
    assert_eq!(with_body.over().await.expect("an answer").status(), 201);
    assert_eq!(plain.over().await.expect("an answer").status(), 200);
    page.quiet().await;
    assert_eq!(
        *heard.borrow(),
        [
            "start unauthorized",
            "success unauthorized",
            "session 1",
            "retry POST note",
            "retry GET profile"
        ]
    );
    assert_eq!(client.session().status, Status::Active);
    assert_eq!(client.session().generation, 1);
}

#[wasm_bindgen_test]
async fn r5_a_body_beside_the_url_is_copied_and_a_stream_is_sent_once() {
    let page = Page::open().await;
    let client = client(cookie());
    let send = |body: JsValue| {
        let client = client.clone();
        begin(async move {
            let init = RequestInit::new();
            init.set_method("POST");
            init.set_body(&body);
            js_sys::Reflect::set(&init, &"duplex".into(), &"half".into()).expect("set");
            client.fetch_with_str_and_init("/upload", &init).await
        })
    };
    let bytes = js_sys::Uint8Array::from(&b"abc"[..]);
    let answer = send(bytes.clone().into());
    let sent = page.expect("POST /upload").await;
    bytes.fill(0, 0, 3);
    sent.answer(401);
    page.expect("POST /auth/refresh").await.answer(204);
    let sent = page.expect("POST /upload").await;
    assert_eq!(sent.body().await, "abc");
    sent.answer(200);
    assert_eq!(answer.over().await.expect("an answer").status(), 200);

    let stream = js("new Blob(['streamed']).stream()");
    let answer = send(stream);
    page.expect("POST /upload").await.answer(401);
    turn().await;
    page.answer_whatever_was_sent(204).await;
    assert_eq!(answer.over().await.expect("an answer").status(), 401);
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn r1_a_request_of_gloo_net_is_replayed_and_answered_in_its_types() {
    let page = Page::open().await;
    let client = client(cookie());
    let answer = {
        let client = client.clone();
        begin(async move {
            let built = gloo_net::http::Request::post("/note").body("bytes");
            client.send(built.expect("a request")).await
        })
    };
    page.expect("POST /note").await.answer(401);
    page.expect("POST /auth/refresh").await.answer(204);
    let again = page.expect("POST /note").await;
    assert_eq!(again.body().await, "bytes");
    again.answer_json(200, "{ \"saved\": true }");
    let answer = answer.over().await.expect("an answer");
    assert_eq!((answer.status(), answer.ok()), (200, true));
    assert_eq!(
        answer.text().await.expect("its body"),
        "{ \"saved\": true }"
    );
    let broken = gloo_net::http::Request::get("http://[");
    assert!(matches!(
        client.send(broken).await,
        Err(FetchError::Platform(_))
    ));
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn r2_the_second_401_is_delivered_unread() {
    let page = Page::open().await;
    let client = client(cookie());
    let answer = send(&client, "/profile");
    page.expect("GET /profile").await.answer(401);
    page.expect("POST /auth/refresh").await.answer(204);
    page.expect("GET /profile").await.answer(401);
    let answer = answer.over().await.expect("an answer");
    assert_eq!((answer.status(), answer.body_used()), (401, false));
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn r3_a_wrong_password_refreshes_nothing() {
    let page = Page::open().await;
    let client = client(
        cookie()
            .login_url("/auth/other-login")
            .login_url("/auth/login"),
    );
    let answer = begin({
        let client = client.clone();
        async move {
            client
                .fetch(request("POST", "/auth/login", Some("wrong")))
                .await
        }
    });
    page.expect("POST /auth/login").await.answer(401);
    assert_eq!(answer.over().await.expect("an answer").status(), 401);
    assert_eq!(client.session().status, Status::Unknown);
    let answer = begin({
        let client = client.clone();
        async move {
            client
                .fetch(request("POST", "/auth/login", Some("right")))
                .await
        }
    });
    let sent = page.expect("POST /auth/login").await;
    sent.answer_json(200, r#"{ "expires_in": 300 }"#);
    let answer = answer.over().await.expect("an answer");
    assert_eq!(body_of(&answer).await, r#"{ "expires_in": 300 }"#);
    let session = client.session();
    assert_eq!(session.status, Status::Active);
    assert!(session.expires_at.is_some());
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn r7_an_abort_while_waiting_rejects_with_its_reason_and_the_others_go_on() {
    let page = Page::open().await;
    let client = client(cookie());
    let controller = AbortController::new().expect("a controller");
    let aborted = begin({
        let (client, signal) = (client.clone(), controller.signal());
        async move {
            let init = RequestInit::new();
            init.set_signal(Some(&signal));
            let request = Request::new_with_str_and_init("/aborted", &init).expect("a request");
            client.fetch(request).await
        }
    });
    let other = send(&client, "/other");
    page.expect("GET /aborted").await.answer(401);
    page.expect("GET /other").await.answer(401);
    let refresh = page.expect("POST /auth/refresh").await;
    turn().await;
    controller.abort_with_reason(&"enough".into());
    match aborted.over().await {
        Err(FetchError::Platform(reason)) => assert_eq!(reason, "enough"),
        other => panic!("{other:?}"),
    }
    refresh.answer(204);
    page.expect("GET /other").await.answer(200);
    assert_eq!(other.over().await.expect("an answer").status(), 200);
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn r11_what_the_platform_throws_comes_as_it_is() {
    let page = Page::open().await;
    let client = client(cookie());
    let answer = send(&client, "/profile");
    let thrown = js("new TypeError('Failed to fetch')");
    page.expect("GET /profile").await.reject(&thrown);
    let error = answer.over().await.expect_err("a rejection");
    assert_eq!(error.to_string(), "TypeError: Failed to fetch");
    match &error {
        FetchError::Platform(given) => assert_eq!(*given, thrown),
        FetchError::Auth(error) => panic!("{error:?}"),
        other => panic!("{other:?}"),
    }
    assert_eq!(JsValue::from(error), thrown);
    // Somebody's mock, whose answer is none.
    let answer = send(&client, "/profile");
    page.expect("GET /profile")
        .await
        .resolve(&js("({ ok: true })"));
    let error = answer.over().await.expect_err("a rejection");
    assert_eq!(
        error.to_string(),
        "TypeError: fetch did not answer with a Response"
    );
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn base_url_is_put_before_relative_urls() {
    let page = Page::open().await;
    let client = client(cookie().base_url("/v1").refresh_url("session"));
    let answer = send(&client, "profile");
    page.expect("GET /v1/profile").await.answer(401);
    page.expect("POST /v1/session").await.answer(204);
    page.expect("GET /v1/profile").await.answer(200);
    assert_eq!(answer.over().await.expect("an answer").status(), 200);
    page.quiet().await;
}

// ---- failure ---------------------------------------------------------------------------------------------------

#[wasm_bindgen_test]
async fn f1_a_passing_failure_is_an_error_with_the_401() {
    let page = Page::open().await;
    let client = client(cookie());
    let (heard, _listening) = listen(&client);
    let answer = send(&client, "/profile");
    page.expect("GET /profile").await.answer(401);
    let refresh = page.expect("POST /auth/refresh").await;
    refresh.answer_with(503, "{ 'retry-after': '7' }", "later");
    let error = refused(answer.over().await);
    assert_eq!(error.code, Code::RefreshUnavailable);
    assert_eq!(error.retry_after, Some(Duration::from_secs(7)));
    let response = error.response.clone().expect("the 401");
    assert_eq!((response.status(), response.body_used()), (401, false));
    assert_eq!(
        *heard.borrow(),
        [
            "start unauthorized",
            "failure unauthorized refresh_unavailable"
        ]
    );
    assert_eq!(client.session().status, Status::Unknown);
    // The same error as JavaScript has it.
    let thrown = JsValue::from(FetchError::from(error));
    assert_eq!(text(&thrown, "name"), "AuthError");
    assert_eq!(text(&thrown, "code"), "refresh_unavailable");
    assert_eq!(member(&thrown, "retryAfter"), 7);
    assert_eq!(member(&thrown, "response"), JsValue::from(response));
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn f1_what_the_platform_said_is_the_cause() {
    let page = Page::open().await;
    let client = client(cookie());
    let answer = send(&client, "/profile");
    page.expect("GET /profile").await.answer(401);
    let thrown = js("new TypeError('offline')");
    page.expect("POST /auth/refresh").await.reject(&thrown);
    assert_eq!(refused(answer.over().await).cause, Some(thrown));
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn f2_a_rejection_ends_the_session_once_and_callers_get_their_401() {
    let page = Page::open().await;
    let client = client(cookie());
    client.sign_in(None).expect("signed in");
    let (heard, _listening) = listen(&client);
    let (first, second) = (send(&client, "/one"), send(&client, "/two"));
    page.expect("GET /one").await.answer(401);
    page.expect("GET /two").await.answer(401);
    page.expect("POST /auth/refresh").await.answer(401);
    assert_eq!(first.over().await.expect("an answer").status(), 401);
    assert_eq!(second.over().await.expect("an answer").status(), 401);
    assert_eq!(client.session().status, Status::Ended);
    assert_eq!(
        *heard.borrow(),
        [
            "start unauthorized",
            "failure unauthorized session_ended",
            "over rejected"
        ]
    );
    let error = client.refresh().await.expect_err("nobody is signed in");
    assert_eq!(error.code, Code::SessionEnded);
    let error = client.ensure_fresh(Duration::MAX).await;
    assert_eq!(error.expect_err("nobody").code, Code::SessionEnded);
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn oauths_own_words_come_with_the_error() {
    let page = Page::open().await;
    let client = client(bearer());
    let refreshed = begin({
        let client = client.clone();
        async move { client.refresh().await }
    });
    let sent = page.expect(&format!("POST {TOKEN}")).await;
    sent.answer_json(
        400,
        r#"{ "error": "invalid_client", "error_description": "who?" }"#,
    );
    let error = refreshed.over().await.expect_err("a failure");
    assert_eq!(error.code, Code::RefreshMisconfigured);
    let said = error.oauth.expect("words");
    assert_eq!(
        (&*said.code, said.description.as_deref()),
        ("invalid_client", Some("who?"))
    );
    page.quiet().await;
}

// ---- the session -----------------------------------------------------------------------------------------------

#[wasm_bindgen_test]
async fn s1_refresh_and_ensure_fresh_join_the_one_under_way() {
    let page = Page::open().await;
    let client = client(cookie());
    client
        .sign_in(Some(Duration::from_secs(30)))
        .expect("signed in");
    let refreshed = begin({
        let client = client.clone();
        async move { client.refresh().await }
    });
    let joined = begin({
        let client = client.clone();
        async move { client.ensure_fresh(Duration::from_secs(60)).await }
    });
    let refresh = page.expect("POST /auth/refresh").await;
    turn().await;
    assert_eq!(client.session().status, Status::Refreshing);
    refresh.answer_json(200, r#"{ "expires_in": 300 }"#);
    assert_eq!(refreshed.over().await.expect("renewed").generation, 2);
    assert_eq!(joined.over().await.expect("renewed").generation, 2);
    // It is good for that long, so nothing is sent.
    let fresh = client.ensure_fresh(Duration::from_secs(60)).await;
    assert_eq!(fresh.expect("fresh").generation, 2);
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn f7_sign_out_works_here_at_once_even_if_the_server_cannot_be_reached() {
    let page = Page::open().await;
    let client = client(cookie().logout_url("/auth/logout"));
    client
        .sign_in(Some(Duration::from_secs(300)))
        .expect("signed in");
    let (heard, _listening) = listen(&client);
    let told = begin({
        let client = client.clone();
        async move { client.sign_out().await }
    });
    let sent = page.expect("POST /auth/logout").await;
    assert_eq!(client.session().status, Status::SignedOut);
    sent.reject(&js("new TypeError('offline')"));
    told.over().await;
    assert_eq!(*heard.borrow(), ["over signed_out"]);
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn t1_a_known_expiry_is_met_ahead() {
    let page = Page::open().await;
    let client = client(
        cookie()
            .proactive(Proactive::Always)
            .refresh_before(Duration::from_secs(10)),
    );
    client
        .sign_in(Some(Duration::from_secs(100)))
        .expect("signed in");
    turn().await;
    page.advance(89_000);
    page.quiet().await;
    page.advance(1_000);
    page.expect("POST /auth/refresh").await.answer(204);
    while client.session().status == Status::Refreshing {
        turn().await;
    }
    assert_eq!(client.session().generation, 2);
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn k7_bearer_mode_sends_tokens_and_revokes_them() {
    let page = Page::open().await;
    let client = client(bearer().revocation_endpoint("https://auth.example/revoke"));
    let answer = send(&client, "/profile");
    let sent = page.expect("GET /profile").await;
    assert_eq!(sent.header("authorization").as_deref(), Some("Bearer a1"));
    sent.answer(401);
    let sent = page.expect(&format!("POST {TOKEN}")).await;
    assert_eq!(
        sent.body().await,
        "grant_type=refresh_token&refresh_token=r1&client_id=spa"
    );
    sent.answer_json(200, r#"{ "access_token": "a2", "refresh_token": "r2" }"#);
    let sent = page.expect("GET /profile").await;
    assert_eq!(sent.header("authorization").as_deref(), Some("Bearer a2"));
    sent.answer(200);
    assert_eq!(answer.over().await.expect("an answer").status(), 200);
    let error = client.sign_in(None).expect_err("no tokens");
    assert_eq!(error.code, Code::InvalidOptions);
    assert!(
        error
            .message
            .starts_with("sign_in: there is no access_token"),
        "{error}"
    );
    client
        .sign_in_with(&Tokens::new("b1").refresh_token("r9"))
        .expect("signed in");
    let told = begin(async move { client.sign_out().await });
    let sent = page.expect("POST https://auth.example/revoke").await;
    assert_eq!(sent.body().await, "token=r9&client_id=spa");
    sent.answer(200);
    told.over().await;
    page.quiet().await;
}

// ---- listening -------------------------------------------------------------------------------------------------

#[wasm_bindgen_test]
async fn a_subscription_is_told_of_each_change_until_it_is_dropped() {
    let page = Page::open().await;
    let client = client(cookie());
    let seen = Rc::new(RefCell::new(Vec::new()));
    let sees = Rc::clone(&seen);
    let subscription = client.subscribe(move |session| sees.borrow_mut().push(session.status));
    client.sign_in(None).expect("signed in");
    assert_eq!(*seen.borrow(), [Status::Active]);
    drop(subscription);
    client.sign_out().await;
    assert_eq!(*seen.borrow(), [Status::Active]);
    assert_eq!(Rc::strong_count(&seen), 1, "the listener is gone too");
    let inside = format!("{client:?}");
    assert!(inside.contains("Shell { listening: 0,"), "{inside}");
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn a_forgotten_subscription_listens_for_the_life_of_the_client() {
    let page = Page::open().await;
    let client = client(cookie());
    let changes = Rc::new(Cell::new(0));
    let counts = Rc::clone(&changes);
    client
        .subscribe(move |_| counts.set(counts.get() + 1))
        .forget();
    client.sign_in(None).expect("signed in");
    client.sign_out().await;
    assert_eq!(changes.get(), 2);
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn listeners_may_end_their_own_subscription_and_each_others() {
    let page = Page::open().await;
    let client = client(cookie());
    let held = Rc::new(RefCell::new(Vec::new()));
    let told = Rc::new(Cell::new(0));
    for _ in 0..2 {
        let (holds, counts) = (Rc::clone(&held), Rc::clone(&told));
        let subscription = client.subscribe(move |_| {
            counts.set(counts.get() + 1);
            holds.take();
        });
        held.borrow_mut().push(subscription);
    }
    client.sign_in(None).expect("signed in");
    assert_eq!(told.get(), 1, "the second was dropped before it was told");
    client.sign_out().await;
    assert_eq!(told.get(), 1);
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn s7_a_listener_may_ask_for_a_refresh() {
    let page = Page::open().await;
    let client = client(cookie());
    let asked = Rc::new(Cell::new(0));
    let counts = Rc::clone(&asked);
    let asks = client.clone();
    let _listening = client.on_event(move |event| {
        if let AuthEvent::RefreshStarted { trigger } = event {
            assert_eq!(*trigger, Trigger::Manual);
            let (client, counts) = (asks.clone(), Rc::clone(&counts));
            // The status is looked at within the call, too.
            assert_eq!(client.session().status, Status::Refreshing);
            spawn_local(async move {
                let joined = client.refresh().await.expect("renewed");
                counts.set(joined.generation);
            });
        }
    });
    let looks = client.clone();
    let _looking = client.subscribe(move |session| {
        assert_eq!(looks.session(), session);
        looks.wake();
    });
    let refreshed = begin({
        let client = client.clone();
        async move { client.refresh().await }
    });
    page.expect("POST /auth/refresh").await.answer(204);
    assert_eq!(refreshed.over().await.expect("renewed").generation, 1);
    turn().await;
    assert_eq!(asked.get(), 1);
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn every_event_is_told_with_its_members() {
    let page = Page::open().await;
    let client = client(cookie());
    let (heard, _listening) = listen(&client);
    client.sign_in(None).expect("signed in");
    let answer = send(&client, "/pay");
    let sent = page.expect("GET /pay").await;
    let challenge = r#"{ 'www-authenticate': 'Bearer error="insufficient_user_authentication", acr_values="gold", max_age=60' }"#;
    sent.answer_with(401, challenge, "");
    assert_eq!(answer.over().await.expect("an answer").status(), 401);
    let refreshed = begin({
        let client = client.clone();
        async move { client.refresh().await }
    });
    let sent = page.expect("POST /auth/refresh").await;
    sent.answer_json(200, r#"{ "expires_in": "soon" }"#);
    refreshed.over().await.expect("renewed");
    assert_eq!(
        *heard.borrow(),
        [
            "session 1",
            r#"step up Some("gold") Some(60s)"#,
            "start manual",
            "warning expiry_ignored",
            "success manual",
        ]
    );
    page.quiet().await;
}

// ---- the end ---------------------------------------------------------------------------------------------------

#[wasm_bindgen_test]
async fn all_is_given_back_with_the_last_clone() {
    let page = Page::open().await;
    let client = client(cookie().proactive(Proactive::Always));
    client
        .sign_in(Some(Duration::from_secs(60)))
        .expect("signed in");
    let clone = client.clone();
    let subscription = client.subscribe(|_| {});
    turn().await;
    drop(client);
    assert_eq!(page.armed(), 1);
    assert!(page.listening() > 0);
    let refreshed = begin(async move { clone.refresh().await });
    let refresh = page.expect("POST /auth/refresh").await;
    refresh.answer(204);
    refreshed.over().await.expect("renewed");
    assert_eq!((page.armed(), page.listening()), (0, 0));
    drop(subscription);
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn a_dropped_future_takes_the_client_with_it_and_its_refresh() {
    let page = Page::open().await;
    let client = client(cookie());
    let mut refreshing = Box::pin(async move { client.refresh().await });
    let first = std::future::poll_fn(|context| {
        std::task::Poll::Ready(refreshing.as_mut().poll(context).is_ready())
    });
    assert!(!first.await);
    let refresh = page.expect("POST /auth/refresh").await;
    drop(refreshing);
    assert!(refresh.aborted());
    assert_eq!((page.armed(), page.listening()), (0, 0));
    page.quiet().await;
}

// ---- options ---------------------------------------------------------------------------------------------------

#[wasm_bindgen_test]
async fn what_makes_no_sense_is_refused_by_name() {
    let page = Page::open().await;
    let day = Duration::from_secs(86_400);
    let fixed = |header: &str, value: &str| Csrf::Fixed {
        header: header.into(),
        value: value.into(),
    };
    for (options, start) in [
        (Options::cookie().refresh_before(day * 2), "refreshBefore"),
        (
            Options::cookie().refresh_before(Duration::MAX),
            "refreshBefore",
        ),
        (
            Options::cookie().refresh_timeout(Duration::ZERO),
            "refreshTimeout",
        ),
        (Options::cookie().login_url(""), "loginURL"),
        (
            Options::cookie().login_url("https://elsewhere.example/"),
            "loginURL",
        ),
        (
            Options::cookie().logout_url("ftp://elsewhere.example/"),
            "logoutURL",
        ),
        (Options::cookie().origin("nowhere"), "origins"),
        (Options::cookie().unauthorized([200]), "unauthorized"),
        (Options::cookie().exclude(""), "exclude"),
        (
            Options::cookie().csrf(fixed("a header", "x")),
            "csrf.header",
        ),
        (Options::cookie().csrf(fixed("x", "sécret")), "csrf.value"),
        (Options::cookie().cross_tab_name(""), "crossTab"),
        (Options::cookie().client_id("spa"), "clientId"),
        (Options::cookie().tokens(Tokens::new("a")), "tokens"),
        (Options::bearer(), "tokenEndpoint"),
        (
            Options::bearer().token_endpoint("http://far.example/"),
            "tokenEndpoint",
        ),
        (bearer().logout_url("/auth/logout"), "logoutURL"),
        (bearer().tokens(Tokens::new("a\nb")), "tokens"),
        (
            bearer().tokens(Tokens::new("a").token_type("MAC")),
            "tokens",
        ),
    ] {
        let shown = format!("{options:?}");
        let error = AuthClient::new(options).expect_err(&shown);
        assert_eq!(error.code, Code::InvalidOptions, "{shown}");
        assert!(error.message.starts_with(start), "{shown}: {error}");
    }
    assert_eq!(
        (page.armed(), page.listening()),
        (0, 0),
        "nothing is left behind"
    );
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn functions_among_the_options_are_asked() {
    let page = Page::open().await;
    let client = client(
        cookie()
            .exclude("/public/*")
            .exclude_if(|url| url.ends_with("/health"))
            .unauthorized_if(|answer| answer.status() == 419),
    );
    for (url, line) in [
        ("/health", "GET /health"),
        ("/public/page", "GET /public/page"),
        ("/page", "GET /page"),
    ] {
        let answer = send(&client, url);
        let status = if url == "/page" { 401 } else { 419 };
        page.expect(line).await.answer(status);
        assert_eq!(answer.over().await.expect("an answer").status(), status);
    }
    let answer = send(&client, "/page");
    page.expect("GET /page").await.answer(419);
    page.expect("POST /auth/refresh").await.answer(204);
    page.expect("GET /page").await.answer(200);
    assert_eq!(answer.over().await.expect("an answer").status(), 200);
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn s1_a_refresh_of_ones_own_takes_the_place_of_the_request() {
    let page = Page::open().await;
    let seen = Rc::new(RefCell::new(Vec::new()));
    let sees = Rc::clone(&seen);
    let client = client(cookie().refresh_with(move |context| {
        sees.borrow_mut().push(context.trigger);
        assert!(context.signal.is_some());
        async move {
            let fetched: Promise = js("fetch('/own', { method: 'PUT' })").unchecked_into();
            let answer: Response = JsFuture::from(fetched)
                .await
                .expect("an answer")
                .unchecked_into();
            if answer.status() == 410 {
                return Err(AuthError::new(Code::SessionEnded, "Sign in again."));
            }
            Ok(answer)
        }
    }));
    let (first, second) = (send(&client, "/one"), send(&client, "/two"));
    page.expect("GET /one").await.answer(401);
    page.expect("GET /two").await.answer(401);
    page.expect("PUT /own").await.answer(204);
    page.expect("GET /one").await.answer(200);
    page.expect("GET /two").await.answer(200);
    assert_eq!(first.over().await.expect("an answer").status(), 200);
    assert_eq!(second.over().await.expect("an answer").status(), 200);
    let refreshed = begin({
        let client = client.clone();
        async move { client.refresh().await }
    });
    page.expect("PUT /own").await.answer(410);
    let error = refreshed.over().await.expect_err("a no");
    assert_eq!(error.code, Code::SessionEnded);
    assert_eq!(
        *seen.borrow(),
        [Some(Trigger::Unauthorized), Some(Trigger::Manual)]
    );
    assert_eq!(client.session().status, Status::Ended);
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn k4_nothing_shows_a_token() {
    let page = Page::open().await;
    let tokens = Tokens::new("hush").refresh_token("hush");
    let secret = Csrf::Fixed {
        header: "X-Guard".into(),
        value: "hush".into(),
    };
    let options = bearer().tokens(tokens.clone()).csrf(secret);
    let shown = format!("{options:?} {tokens:?}");
    assert!(!shown.contains("hush"), "{shown}");
    let seen = Rc::new(RefCell::new(String::new()));
    let sees = Rc::clone(&seen);
    let client = client(options.refresh_with(move |context| {
        assert_eq!(context.refresh_token.as_deref(), Some("hush"));
        *sees.borrow_mut() = format!("{context:?}");
        async { Err(AuthError::new(Code::SessionEnded, "Sign in again.")) }
    }));
    let (heard, _listening) = listen(&client);
    let error = client.refresh().await.expect_err("a no");
    let shown = format!(
        "{client:?} {error:?} {} {:?}",
        seen.borrow(),
        heard.borrow()
    );
    assert!(seen.borrow().contains("Manual"));
    assert!(!shown.contains("hush"), "{shown}");
    assert!(shown.contains("over rejected"), "{shown}");
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn k4_each_session_has_a_key_of_its_own() {
    let _page = Page::open().await;
    let client = client(bearer().dpop(true));
    let key = async || {
        let proof = client.prove("POST", TOKEN, None).await.expect("a proof");
        let head = proof.split('.').next().unwrap_or_default();
        let read = "((head) => JSON.parse(atob(head.replace(/-/g, '+').replace(/_/g, '/'))).jwk.x)";
        text(&js(&format!("{{ x: {read}('{head}') }}")), "x")
    };
    let first = key().await;
    assert_eq!(key().await, first);
    client.sign_out().await;
    assert_ne!(key().await, first);
}
