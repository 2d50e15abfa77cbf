//! What nobody should do, and somebody will: no panic, nobody left waiting, and the client works on.

use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::page::{
    Answer, Client, Page, call, client, js, member, send, send_init, text, try_send, turn,
};

/// The client still does what it is for.
async fn works_on(page: &Page, client: &Client) {
    page.advance(400_000);
    let answer = send(client, "/works");
    page.expect("GET /works").await.answer(401);
    page.expect("POST /auth/refresh").await.answer(204);
    page.expect("GET /works").await.answer(200);
    assert_eq!(answer.status().await, 200);
    page.quiet().await;
}

/// Constructs as JavaScript does, where an exception may pass through.
fn construct(client: &Client, options: &JsValue) -> JsValue {
    let construct = "(client, options) => { try { return client.another(options) } catch (error) { return error } }";
    call(construct, &[&client.engine(), options])
}

const HOSTILE: [&str; 20] = [
    "new Proxy({}, { ownKeys() { throw new Error('mine') } })",
    "new Proxy({}, { get() { throw new Error('mine') }, ownKeys: () => ['baseURL'], getOwnPropertyDescriptor: () => ({ value: 1, enumerable: true, configurable: true }) })",
    "new Proxy([], { get() { throw new Error('mine') } })",
    "(() => { const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); return proxy })()",
    "{ get baseURL() { throw new Error('mine') } }",
    "{ exclude: { get test() { throw new Error('mine') } } }",
    "{ refreshURL: { get href() { throw new Error('mine') } } }",
    "{ exclude: [{ get test() { throw new Error('mine') } }] }",
    "(() => { const cycle = {}; cycle.csrf = cycle; return cycle })()",
    "(() => { const cycle = []; cycle.push(cycle); return { origins: cycle } })()",
    "(() => { let deep = 1; for (let i = 0; i < 1e5; i++) deep = { csrf: deep }; return deep })()",
    "(() => { let deep = 1; for (let i = 0; i < 1e5; i++) deep = [deep]; return { exclude: deep } })()",
    "{ exclude: new Array(1e5).fill(42) }",
    "{ exclude: new Array(1e5) }",
    "{ [Symbol('s')]: 1, [Symbol.iterator]: 2, '\\ud800': 3 }",
    "{ __proto__: null, 'constructor': 1 }",
    "{ baseURL: 'x'.repeat(1e6) }",
    "{ refreshBefore: Object(60) }",
    "{ redirectTo: Object('/login') }",
    "new Map([['baseURL', '/']])",
];

#[wasm_bindgen_test]
async fn hostile_options_break_nothing() {
    let page = Page::open().await;
    let client = client("{}");
    for options in HOSTILE {
        let outcome = construct(&client, &js(options));
        let panicked = call(
            "(outcome) => outcome instanceof WebAssembly.RuntimeError || outcome instanceof RangeError",
            &[&outcome],
        );
        assert_eq!(panicked, JsValue::FALSE, "{options}: {outcome:?}");
        call("(outcome) => outcome.dispose?.()", &[&outcome]);
    }
    works_on(&page, &client).await;
}

#[wasm_bindgen_test]
async fn hostile_expiries_break_nothing() {
    let page = Page::open().await;
    let client = client("{}");
    let engine = client.engine();
    let expiries = [
        "(() => { const cycle = {}; cycle.expires_in = cycle; return cycle })()",
        "(() => { let deep = 1; for (let i = 0; i < 1e5; i++) deep = [deep]; return { expires_in: deep } })()",
        "{ get expires_in() { throw new Error('mine') } }",
        "{ expires_in: Symbol('s') }",
        "{ expires_in: '9'.repeat(1e6) }",
        "new Proxy({}, { ownKeys() { throw new Error('mine') } })",
    ];
    for expiry in expiries {
        let sign_in =
            "(engine, expiry) => { try { engine.signIn(expiry) } catch (error) { return error } }";
        let outcome = call(sign_in, &[&engine, &js(expiry)]);
        let panicked = call(
            "(outcome) => outcome instanceof WebAssembly.RuntimeError || outcome instanceof RangeError",
            &[&outcome],
        );
        assert_eq!(panicked, JsValue::FALSE, "{expiry}: {outcome:?}");
    }
    works_on(&page, &client).await;
}

#[wasm_bindgen_test]
async fn hostile_answers_to_a_refresh_break_nothing() {
    let page = Page::open().await;
    let answers = [
        "undefined",
        "null",
        "42",
        "'a word'",
        "Symbol('s')",
        "{}",
        "{ ok: true, status: 200 }",
        "{ ok: true, status: 200, headers: {} }",
        "{ ok: true, status: 200, headers: new Headers(), text: 42 }",
        "{ ok: true, status: 200, headers: new Headers(), text: () => 42 }",
        "{ ok: true, status: 200, headers: new Headers(), text: async () => 42 }",
        "{ ok: true, status: 200, headers: new Headers(), text: () => Promise.reject('a word') }",
        "{ get status() { throw new Error('mine') } }",
        "{ status: 200, get headers() { throw new Error('mine') } }",
        "Response.error()",
        "(() => { const read = new Response('{}'); read.text(); return read })()",
        "new Response('[' .repeat(1e5) + ']'.repeat(1e5), { headers: { 'content-type': 'application/json' } })",
        "new Response('{\"expires_in\":' + '['.repeat(1e5) + ']'.repeat(1e5) + '}')",
        "new Response('{\"expires_in\":1e999}')",
        "new Response('{\"expires_in\":null,\"exp\":{}}')",
        "new Response(new Uint8Array([0xff, 0xfe, 0, 0xd8]))",
        "new Response(new ReadableStream({ start(controller) { controller.error('a word') } }))",
        "new Response('', { headers: { 'retry-after': '9'.repeat(1e4), date: 'x'.repeat(1e4) }, status: 503 })",
    ];
    for answer in answers {
        let client = client("{ refreshTimeout: 5 }");
        let refreshed = Answer::of(&client.refresh());
        page.expect("POST /auth/refresh").await.resolve(&js(answer));
        // Time stands still: no deadline ends it.
        if let Err(error) = refreshed.settled().await {
            assert_eq!(text(&error, "name"), "AuthError", "{answer}: {error:?}");
        }
        if text(&client.snapshot(), "status") != "ended" {
            works_on(&page, &client).await;
        }
        client.dispose();
    }
}

#[wasm_bindgen_test]
async fn hostile_answers_to_a_request_are_handed_on() {
    let page = Page::open().await;
    let client = client("{ loginURL: '/login' }");
    let answers = [
        "undefined",
        "null",
        "42",
        "'a word'",
        "{}",
        "{ ok: true, status: 200, json: async () => ({}) }",
        "{ ok: true, status: 200, headers: {} }",
        "{ ok: true, status: 200, headers: { get: () => 42 } }",
        "{ ok: true, status: 200, headers: { get() { throw new Error('mine') } } }",
    ];
    for answer in answers {
        for (url, init) in [("/api", "{}"), ("/login", "{ method: 'POST' }")] {
            let answer = js(answer);
            let sent = send_init(&client, &url.into(), &js(init));
            let method = if init == "{}" { "GET" } else { "POST" };
            page.expect(&format!("{method} {url}"))
                .await
                .resolve(&answer);
            assert_eq!(sent.settled().await, Ok(answer), "{url}");
        }
    }
    works_on(&page, &client).await;
}

#[wasm_bindgen_test]
async fn hostile_answers_that_look_like_a_401_are_handed_on_or_replayed() {
    let page = Page::open().await;
    let answers = [
        "{ status: 401 }",
        "{ status: 401, headers: {} }",
        "{ status: 401, headers: { get: () => 42 }, body: 'text' }",
        "{ status: 401, headers: { get() { throw new Error('mine') } }, body: { cancel() { throw new Error('mine') } } }",
        "{ status: 401, headers: new Headers(), body: { cancel: () => undefined } }",
        "{ status: 401, get headers() { throw new Error('mine') } }",
    ];
    for answer in answers {
        let client = client("{}");
        let sent = send(&client, "/api");
        page.expect("GET /api").await.resolve(&js(answer));
        page.expect("POST /auth/refresh").await.answer(204);
        page.expect("GET /api").await.answer(200);
        assert_eq!(sent.status().await, 200, "{answer}");
        page.quiet().await;
    }
}

#[wasm_bindgen_test]
async fn hostile_fetches_that_return_no_promise_break_nothing() {
    let page = Page::open().await;
    let client = client("{}");
    for returned in [
        "undefined",
        "null",
        "42",
        "{}",
        "new Response('ok')",
        "{ then: 42 }",
        "{ then() { throw new Error('mine') } }",
    ] {
        let replaced = call(
            "(returned) => { const before = fetch; globalThis.fetch = () => returned; return before }",
            &[&js(returned)],
        );
        let refreshed = Answer::of(&client.refresh());
        let sent = send(&client, "/api");
        turn().await;
        call("(before) => { globalThis.fetch = before }", &[&replaced]);
        let _ = sent.settled().await;
        let _ = refreshed.settled().await;
        page.advance(400_000);
    }
    works_on(&page, &client).await;
}

#[wasm_bindgen_test]
async fn hostile_fetches_that_throw_reject() {
    let page = Page::open().await;
    let client = client("{}");
    let before = js("globalThis.fetch");
    js("globalThis.fetch = () => { throw new Error('mine') }");
    let sent = send(&client, "/api");
    let refreshed = Answer::of(&client.refresh());
    turn().await;
    call("(before) => { globalThis.fetch = before }", &[&before]);
    assert_eq!(text(&sent.error().await, "message"), "mine");
    assert_eq!(
        text(
            &member(&refreshed.refused("refresh_unavailable").await, "cause"),
            "message"
        ),
        "mine"
    );
    works_on(&page, &client).await;
}

#[wasm_bindgen_test]
async fn hostile_inits_reject_or_are_sent() {
    let page = Page::open().await;
    let client = client("{}");
    let inits = [
        "{ headers: 42 }",
        "{ headers: { 'bad name': '1' } }",
        "{ headers: Symbol('s') }",
        "{ body: Symbol('s'), method: 'POST' }",
        "{ signal: {} }",
        "{ signal: 'a word' }",
        "{ signal: { aborted: true } }",
        "{ get body() { throw new Error('mine') }, method: 'POST' }",
        "{ method: 'GET', body: 'not allowed' }",
        "{ method: 'CONNECT' }",
        "{ credentials: 'everywhere' }",
        "Object.freeze({ method: 'PUT' })",
        "new Proxy({ method: 'PUT' }, {})",
    ];
    for init in inits {
        let sent = try_send(&client, &"/api".into(), &js(init));
        turn().await;
        page.answer_whatever_was_sent(200).await;
        if let Some(sent) = sent {
            let _ = sent.settled().await;
        }
    }
    works_on(&page, &client).await;
}

#[wasm_bindgen_test]
async fn hostile_arguments_of_every_method_break_nothing() {
    let page = Page::open().await;
    let client = client("{}");
    let engine = client.engine();
    let calls = [
        "engine.machine.place('x'.repeat(1e6), false)",
        "engine.machine.place('\\ud800', false)",
        "engine.machine.place('http://\\ud800/', false)",
        "engine.machine.place('//' + '['.repeat(1e5), false)",
        "engine.machine.place('/' + '../'.repeat(1e5), false)",
        "engine.machine.place('/' + '%'.repeat(1e5), false)",
        "engine.on('no such event', () => {})",
        "engine.off(-1)",
        "engine.machine.admit(engine.machine.open(-1, 9, NaN), 9)",
        "engine.machine.judge(engine.machine.open(3, 0, 1), true, 'x'.repeat(1e6))",
        "engine.machine.judge(engine.machine.open(3, 0, 1), true, 'Bearer ' + 'a=\"\\\\'.repeat(1e5))",
        "engine.machine.judge(engine.machine.open(3, 0, 1), NaN, '\\ud800')",
        "engine.machine.hear(99, -1, 'x'.repeat(1e6))",
        "engine.machine.reply(0, 99, { status: 'x', date: {} }, Symbol('s'), NaN)",
        "engine.machine.freshen(-1)",
        "engine.wake()",
        "engine.toString()",
    ];
    for expression in calls {
        let outcome = call(
            &format!(
                "(engine) => {{ try {{ return {expression} }} catch (error) {{ return error }} }}"
            ),
            &[&engine],
        );
        let panicked = call(
            "(outcome) => outcome instanceof WebAssembly.RuntimeError || outcome instanceof RangeError",
            &[&outcome],
        );
        assert_eq!(panicked, JsValue::FALSE, "{expression}: {outcome:?}");
        if let Some(promise) = outcome.dyn_ref::<js_sys::Promise>() {
            page.answer_whatever_was_sent(200).await;
            let _ = Answer::of(promise).settled().await;
        }
    }
    works_on(&page, &client).await;
}
