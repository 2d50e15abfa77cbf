//! Interceptors: contract section 2, 'Interceptors, precisely'.

use js_sys::Array;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::page::{Client, Page, body_of, call, client, js, json, member, send, send_with, text};

/// Handlers that write down when they run.
struct Trace(Array);

impl Trace {
    fn new() -> Self {
        Self(Array::new())
    }

    /// A handler that notes its name and passes on what it was given.
    fn handler(&self, name: &str) -> JsValue {
        call(
            "(trace, name) => (value) => (trace.push(name), value)",
            &[&self.0, &name.into()],
        )
    }

    /// A handler that notes its name and fails.
    fn failing(&self, name: &str) -> JsValue {
        call(
            "(trace, name) => () => { trace.push(name); throw new Error(name) }",
            &[&self.0, &name.into()],
        )
    }

    /// A handler written as JavaScript, where `trace` is the list.
    fn written(&self, handler: &str) -> JsValue {
        call(&format!("(trace) => {handler}"), &[&self.0])
    }

    fn take(&self) -> String {
        let noted: Vec<String> = self.0.iter().filter_map(|name| name.as_string()).collect();
        self.0.set_length(0);
        noted.join(" ")
    }
}

fn on_request(client: &Client, fulfilled: JsValue, rejected: JsValue, options: &str) -> u32 {
    client.add_interceptor(false, fulfilled, rejected, &js(options))
}

fn on_response(client: &Client, fulfilled: JsValue, rejected: JsValue) -> u32 {
    client.add_interceptor(true, fulfilled, rejected, &js("{}"))
}

const NONE: JsValue = JsValue::NULL;

#[wasm_bindgen_test]
async fn interceptors_of_requests_run_last_added_first_and_of_responses_first_added_first() {
    let page = Page::open().await;
    let (client, trace) = (client("{}"), Trace::new());
    for name in ["a", "b", "c"] {
        on_request(&client, trace.handler(name), NONE, "{}");
        on_response(&client, trace.handler(&name.to_uppercase()), NONE);
    }
    let answer = send(&client, "/api");
    assert_eq!(trace.take(), "", "not within the call");
    page.expect("GET /api").await.answer(200);
    assert_eq!(answer.status().await, 200);
    assert_eq!(trace.take(), "c b a A B C");
}

#[wasm_bindgen_test]
async fn interceptors_run_within_the_call_only_if_all_are_synchronous() {
    let page = Page::open().await;
    let (client, trace) = (client("{}"), Trace::new());
    on_request(&client, trace.handler("a"), NONE, "{ synchronous: true }");
    on_request(&client, trace.handler("b"), NONE, "{ synchronous: true }");
    let answer = send(&client, "/api");
    assert_eq!(trace.take(), "b a");
    page.expect("GET /api").await.answer(200);
    answer.status().await;
    on_request(&client, trace.handler("c"), NONE, "{ synchronous: false }");
    let answer = send(&client, "/api");
    assert_eq!(trace.take(), "");
    page.expect("GET /api").await.answer(200);
    answer.status().await;
    assert_eq!(trace.take(), "c b a");
}

#[wasm_bindgen_test]
async fn interceptors_are_skipped_only_by_false_and_then_count_for_nothing() {
    let page = Page::open().await;
    let (client, trace) = (client("{}"), Trace::new());
    on_request(
        &client,
        trace.handler("sync"),
        NONE,
        "{ synchronous: true }",
    );
    on_request(
        &client,
        trace.handler("skipped"),
        NONE,
        "{ runWhen: (config) => config.method !== 'GET' }",
    );
    on_request(
        &client,
        trace.handler("falsy"),
        NONE,
        "{ synchronous: true, runWhen: () => 0 }",
    );
    on_request(
        &client,
        trace.handler("null"),
        NONE,
        "{ synchronous: true, runWhen: null }",
    );
    let answer = send(&client, "/api");
    assert_eq!(
        trace.take(),
        "null falsy sync",
        "a skipped asynchronous one does not make the chain asynchronous"
    );
    page.expect("GET /api").await.answer(200);
    answer.status().await;
    let answer = send_with(&client, &"/api".into(), "{ method: 'POST' }");
    page.expect("POST /api").await.answer(200);
    answer.status().await;
    assert_eq!(trace.take(), "null falsy skipped sync");
}

#[wasm_bindgen_test]
async fn interceptors_whose_run_when_throws_fail_the_request() {
    let page = Page::open().await;
    let client = client("{}");
    on_request(
        &client,
        js("(config) => config"),
        NONE,
        "{ runWhen: () => { throw new Error('mine') } }",
    );
    assert_eq!(
        text(&send(&client, "/api").error().await, "message"),
        "mine"
    );
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn interceptors_that_throw_within_the_call_go_to_their_own_handler_and_the_request_still_goes_out()
 {
    let page = Page::open().await;
    let (client, trace) = (client("{}"), Trace::new());
    on_request(
        &client,
        trace.handler("not reached"),
        NONE,
        "{ synchronous: true }",
    );
    let rejected = trace.written("(error) => trace.push(`own: ${error.message}`)");
    on_request(
        &client,
        trace.failing("b"),
        rejected,
        "{ synchronous: true }",
    );
    on_request(
        &client,
        js("(config) => ({ ...config, url: '/changed' })"),
        NONE,
        "{ synchronous: true }",
    );
    let answer = send(&client, "/api");
    assert_eq!(trace.take(), "b own: b");
    page.expect("GET /changed").await.answer(200);
    assert_eq!(answer.status().await, 200);
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn interceptors_that_throw_go_to_the_next_rejected_handler() {
    let page = Page::open().await;
    let (client, trace) = (client("{}"), Trace::new());
    on_request(&client, trace.handler("skipped"), NONE, "{}");
    on_request(
        &client,
        trace.failing("thrower"),
        trace.handler("not its own"),
        "{}",
    );
    on_response(&client, trace.handler("skipped"), NONE);
    on_response(
        &client,
        trace.handler("skipped"),
        trace.written("(error) => (trace.push(error.message), new Response('healed'))"),
    );
    on_response(&client, trace.handler("next"), trace.handler("not needed"));
    let answer = send(&client, "/api");
    assert_eq!(body_of(answer.response().await.as_ref()).await, "healed");
    assert_eq!(trace.take(), "thrower thrower next");
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn interceptors_of_requests_may_heal_one_another() {
    let page = Page::open().await;
    let client = client("{}");
    on_request(
        &client,
        js("(config) => config"),
        js("(error) => error.config ?? { url: '/healed', method: 'GET', headers: {} }"),
        "{}",
    );
    on_request(
        &client,
        js("async () => { throw new Error('no') }"),
        NONE,
        "{}",
    );
    let answer = send(&client, "/api");
    page.expect("GET /healed").await.answer(200);
    assert_eq!(answer.status().await, 200);
}

#[wasm_bindgen_test]
async fn interceptors_see_a_plain_config_and_may_change_replace_or_promise_it() {
    let page = Page::open().await;
    let (client, trace) = (client("{}"), Trace::new());
    on_request(
        &client,
        trace.written("(config) => (trace.push(JSON.stringify(config)), config)"),
        NONE,
        "{}",
    );
    on_request(
        &client,
        js("(config) => { config.headers['X-A'] = 'changed'; return config }"),
        NONE,
        "{}",
    );
    on_request(
        &client,
        js("(config) => ({ ...config, method: 'PUT', body: 'replaced' })"),
        NONE,
        "{}",
    );
    on_request(
        &client,
        js("async (config) => ({ ...config, url: `${config.url}?promised` })"),
        NONE,
        "{}",
    );
    let answer = send_with(
        &client,
        &"/api".into(),
        "{ method: 'POST', headers: { 'X-B': 'kept' }, body: 'mine', custom: 1 }",
    );
    let sent = page.expect("PUT /api?promised").await;
    assert_eq!(
        (sent.header("x-a"), sent.header("x-b")),
        (Some("changed".into()), Some("kept".into()))
    );
    assert_eq!(sent.body().await, "replaced");
    sent.answer(200);
    answer.status().await;
    let seen = js_sys::JSON::parse(&trace.take()).expect("JSON");
    assert_eq!(text(&seen, "url"), "/api?promised");
    assert_eq!(text(&seen, "method"), "PUT");
    assert_eq!(
        json(&member(&seen, "headers")),
        r#"{"X-B":"kept","X-A":"changed"}"#
    );
    assert_eq!(member(&seen, "custom"), JsValue::from(1));
    assert_eq!(member(&seen, "_retry"), JsValue::FALSE);
}

#[wasm_bindgen_test]
async fn interceptors_that_forget_to_return_the_config_are_told_so() {
    let page = Page::open().await;
    let client = client("{}");
    for forgetful in ["() => {}", "() => null", "() => 'config'"] {
        let id = on_request(&client, js(forgetful), NONE, "{}");
        let error = send(&client, "/api").error().await;
        assert!(
            text(&error, "message").contains("has to return the config"),
            "{error:?}"
        );
        client.eject_interceptor(false, id);
    }
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn interceptors_of_responses_get_the_config_and_their_predecessors_result() {
    let page = Page::open().await;
    let (client, trace) = (client("{}"), Trace::new());
    on_response(
        &client,
        trace.written("(response, config) => { trace.push(`${response.status} ${config.url}`) }"),
        NONE,
    );
    on_response(
        &client,
        trace.written("(result) => { trace.push(String(result)); return 'mine' }"),
        NONE,
    );
    let answer = send(&client, "/api");
    page.expect("GET /api").await.answer(200);
    assert_eq!(answer.value().await, JsValue::from("mine"));
    assert_eq!(trace.take(), "200 /api undefined");
}

#[wasm_bindgen_test]
async fn interceptors_get_errors_with_their_config() {
    let page = Page::open().await;
    let (client, trace) = (client("{}"), Trace::new());
    on_response(
        &client,
        NONE,
        trace.written("(error) => { trace.push(error?.config?.url ?? typeof error); throw error }"),
    );
    for reason in [
        "new TypeError('Failed to fetch')",
        "Object.freeze(new Error('frozen'))",
        "'a word'",
        "undefined",
        "null",
    ] {
        let reason = js(reason);
        let answer = send(&client, "/api");
        page.expect("GET /api").await.reject(&reason);
        assert_eq!(answer.error().await, reason);
    }
    assert_eq!(trace.take(), "/api object string undefined object");
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn interceptors_get_auth_errors_with_their_config() {
    let page = Page::open().await;
    let client = client("{}");
    on_response(
        &client,
        NONE,
        js("(error) => `${error.code} ${error.config.url}`"),
    );
    let answer = send(&client, "/api");
    page.expect("GET /api").await.answer(401);
    page.expect("POST /auth/refresh").await.answer(500);
    assert_eq!(
        answer.value().await,
        JsValue::from("refresh_unavailable /api")
    );
}

#[wasm_bindgen_test]
async fn interceptors_are_numbered_for_good() {
    let page = Page::open().await;
    let (client, trace) = (client("{}"), Trace::new());
    let ids: Vec<u32> = ["a", "b", "c"]
        .into_iter()
        .map(|name| on_request(&client, trace.handler(name), NONE, "{}"))
        .collect();
    assert_eq!(ids, [0, 1, 2]);
    assert_eq!(
        on_response(&client, trace.handler("A"), NONE),
        0,
        "each chain has its own"
    );
    for id in [1, 1, 7, u32::MAX] {
        client.eject_interceptor(false, id);
    }
    let answer = send(&client, "/api");
    page.expect("GET /api").await.answer(200);
    answer.status().await;
    assert_eq!(trace.take(), "c a A");
    client.clear_interceptors(false);
    assert!(client.has_interceptors(), "one for responses is left");
    assert_eq!(
        on_request(&client, trace.handler("d"), NONE, "{}"),
        3,
        "not even clearing starts again"
    );
    client.clear_interceptors(true);
    let answer = send(&client, "/api");
    page.expect("GET /api").await.answer(200);
    answer.status().await;
    assert_eq!(trace.take(), "d");
}

#[wasm_bindgen_test]
async fn interceptors_may_be_ejected_while_they_run() {
    let page = Page::open().await;
    let (client, trace) = (client("{}"), Trace::new());
    let victim = on_request(&client, trace.handler("victim"), NONE, "{}");
    let ejects = call(
        "(chain, victim, trace) => (config) => (trace.push('ejects'), chain.eject(victim), config)",
        &[&client.chain(false), &victim.into(), &trace.0],
    );
    on_request(&client, ejects, NONE, "{}");
    for expected in ["ejects victim", "ejects"] {
        let answer = send(&client, "/api");
        page.expect("GET /api").await.answer(200);
        answer.status().await;
        assert_eq!(
            trace.take(),
            expected,
            "the chain of a request is the one that it began with"
        );
    }
}

#[wasm_bindgen_test]
async fn r1_interceptors_see_the_retry() {
    let page = Page::open().await;
    let (client, trace) = (client("{}"), Trace::new());
    on_request(
        &client,
        trace.written("(config) => (trace.push(`before ${config._retry}`), config)"),
        NONE,
        "{}",
    );
    on_response(
        &client,
        trace.written("(response, config) => (trace.push(`after ${config._retry}`), response)"),
        NONE,
    );
    let answer = send(&client, "/api");
    page.expect("GET /api").await.answer(401);
    page.expect("POST /auth/refresh").await.answer(204);
    page.expect("GET /api").await.answer(200);
    assert_eq!(answer.status().await, 200);
    assert_eq!(
        trace.take(),
        "before false after true",
        "once for a request, however often it is sent"
    );
}

#[wasm_bindgen_test]
async fn r1_interceptors_may_opt_out_of_the_replay() {
    let page = Page::open().await;
    let client = client("{}");
    on_request(
        &client,
        js("(config) => ({ ...config, _retry: true })"),
        NONE,
        "{}",
    );
    let answer = send(&client, "/api");
    page.expect("GET /api").await.answer(401);
    assert_eq!(answer.status().await, 401);
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn interceptors_may_call_the_client() {
    let page = Page::open().await;
    let client = client("{}");
    let engine = client.engine();
    let nested = call(
        "(engine) => async (config) => { await engine.ensureFresh(60); return config }",
        &[&engine],
    );
    on_request(&client, nested, NONE, "{}");
    client
        .sign_in(&js("{ expires_in: 30 }"))
        .expect("signed in");
    let answer = send(&client, "/api");
    page.expect("POST /auth/refresh").await.answer(204);
    page.expect("GET /api").await.answer(200);
    assert_eq!(answer.status().await, 200);
}

#[wasm_bindgen_test]
async fn s7_refresh_inside_an_interceptor_does_not_deadlock() {
    let page = Page::open().await;
    let client = client("{}");
    let engine = client.engine();
    for response in [false, true] {
        let refreshes = call(
            "(engine) => async (value) => { await engine.refresh(); return value }",
            &[&engine],
        );
        client.add_interceptor(response, refreshes, NONE, &js("{}"));
    }
    let answer = send(&client, "/api");
    page.expect("POST /auth/refresh").await.answer(204);
    page.expect("GET /api").await.answer(200);
    page.expect("POST /auth/refresh").await.answer(204);
    assert_eq!(answer.status().await, 200);
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn r7_interceptors_do_not_keep_who_has_aborted() {
    let _page = Page::open().await;
    let client = client("{}");
    on_request(&client, js("(config) => config"), NONE, "{}");
    let answer = send_with(
        &client,
        &"/api".into(),
        "{ signal: AbortSignal.abort('no more') }",
    );
    assert_eq!(answer.error().await, JsValue::from("no more"));
}

#[wasm_bindgen_test]
async fn interceptors_of_a_request_with_getters_that_throw_are_not_passed_by() {
    let page = Page::open().await;
    let client = client("{}");
    on_request(&client, js("(config) => config"), NONE, "{}");
    let answer = send_with(
        &client,
        &"/api".into(),
        "{ get headers() { throw new Error('mine') } }",
    );
    assert_eq!(
        text(&answer.error().await, "message"),
        "mine",
        "it rejects, as fetch does"
    );
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn interceptors_that_are_none_are_no_matter() {
    let page = Page::open().await;
    let client = client("{}");
    for (fulfilled, rejected, options) in [
        ("42", "'a word'", "null"),
        ("{}", "Symbol('s')", "undefined"),
        ("null", "undefined", "{ runWhen: 1, synchronous: 1 }"),
    ] {
        for response in [false, true] {
            client.add_interceptor(response, js(fulfilled), js(rejected), &js(options));
        }
    }
    for id in ["-1", "NaN", "null", "'0'", "undefined", "{}"] {
        call(
            "(chain, id) => chain.eject(id)",
            &[&client.chain(false), &js(id)],
        );
    }
    let answer = send(&client, "/api");
    page.expect("GET /api").await.answer(200);
    assert_eq!(answer.status().await, 200);
    page.quiet().await;
}
