//! Where a URL leads: compared with what the platform's own `URL` says.

use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::page::{Answer, Client, Page, call, client, js, send, send_with, text};

/// Spellings that a parser may trip over. `ORIGIN` and `HOST` are the page's own.
const NASTY: [&str; 96] = [
    "",
    " ",
    "#",
    "?",
    "/",
    "//",
    "///",
    "\\",
    "/\\",
    "\\\\",
    ".",
    "..",
    "./",
    "../..",
    "/.",
    "/..",
    "/api",
    "api",
    " /api ",
    "\t/api\n",
    "/a\tpi",
    "/api?x=https://evil.example",
    "/api#https://evil.example",
    "?next=//evil.example",
    "#//evil.example",
    ";//evil.example",
    "@evil.example",
    ":443",
    "a:b",
    "1:2",
    "//HOST/api",
    "\\\\HOST\\api",
    "/\\HOST/api",
    "\\/HOST/api",
    "///HOST/api",
    "//HOST",
    "//HOST:443/api",
    "//evil.example/api",
    "/\\evil.example/api",
    "\\/evil.example/api",
    "\\\\evil.example",
    "///evil.example/api",
    "/\t/evil.example/api",
    "\n//evil.example",
    "/\r\n/evil.example",
    " //evil.example ",
    "ORIGIN",
    "ORIGIN/",
    "ORIGIN/api",
    "ORIGIN\\api",
    "ORIGIN?x",
    "ORIGIN#x",
    "ORIGIN.evil.example/",
    "ORIGIN@evil.example/",
    "ORIGIN:1/",
    "ORIGIN:/api",
    "http:api",
    "http:/api",
    "http:\\api",
    "http:///HOST/api",
    "hTTp://HOST/api",
    "http:////HOST/api",
    "ht\ttp://HOST/api",
    " http://HOST/api",
    "http://user:pass@HOST/api",
    "http://HOST@evil.example/",
    "http://evil.example@HOST/api",
    "http://evil.example\\@HOST/api",
    "http://HOST%2eevil.example/",
    "http://%31%32%37.0.0.1/",
    "https://HOST/api",
    "https:api",
    "https:/api",
    "https:HOST/api",
    "ws://HOST/api",
    "wss://HOST/api",
    "http://xn--bcher-kva.example/a",
    "http://bücher.example/a",
    "http://BÜCHER.example/a",
    "http://bücher。example/a",
    "http://b%C3%BCcher.example/a",
    "http://[::1]:8080/a",
    "http://[0:0::1]:8080/a",
    "http://[::1]:8081/a",
    "http://[::1]/a",
    "http://0x7f.1/",
    "http://2130706433/",
    "http://127.1/",
    "http://127.0.0.1./",
    "http://[::ffff:127.0.0.1]/",
    "http://",
    "http://:80/",
    "http://[",
    "blob:ORIGIN/uuid",
    "data:text/plain,ORIGIN",
    "javascript:0",
];

fn spelled(nasty: &str) -> String {
    let origin = js("location.origin").as_string().expect("an origin");
    let host = js("location.host").as_string().expect("a host");
    nasty.replace("ORIGIN", &origin).replace("HOST", &host)
}

/// Where the platform would send it; nothing for what it would not send at all.
fn origin_of(url: &str) -> Option<String> {
    let parse = "(url) => { try { return new URL(url, document.baseURI).href } catch { return undefined } }";
    let href = call(parse, &[&url.into()]).as_string()?;
    call(
        "(href) => new URL(href).protocol.startsWith('http') ? new URL(href).origin : undefined",
        &[&href.into()],
    )
    .as_string()
}

fn route(client: &Client, url: &str) -> String {
    client
        .open(url, "GET", true, false)
        .expect("a ticket")
        .route()
}

#[wasm_bindgen_test]
fn r3_objects_with_test_are_shown_what_only_the_platform_knows_where_it_leads() {
    let client = client(
        "{ origins: ['http://xn--bcher-kva.example'], baseURL: '/api', exclude: [/public/g, { test() { throw new Error('mine') } }] }",
    );
    for (url, place) in [
        (
            "http://b\u{fc}cher.example/public",
            "exempt, with credentials",
        ),
        (
            "http://b\u{fc}cher.example/a",
            "protected, with credentials",
        ),
        ("http://example.com/public", "foreign"),
        ("/public", "exempt"),
        ("/a", "protected"),
    ] {
        for _ in 0..3 {
            // A RegExp with the flag `g` goes on where it stopped.
            assert_eq!(client.place(url), place, "{url}");
        }
    }
}

#[wasm_bindgen_test]
fn k2_a_url_is_ours_exactly_if_the_platform_would_send_it_to_a_listed_origin() {
    let listed = ["http://xn--bcher-kva.example", "http://[::1]:8080"];
    let client = client("{ origins: ['http://xn--bcher-kva.example', 'http://[::1]:8080'] }");
    let page = js("location.origin").as_string();
    for nasty in NASTY {
        let url = spelled(nasty);
        let origin = origin_of(&url);
        let same = origin == page;
        let ours = same
            || origin
                .as_deref()
                .is_some_and(|origin| listed.contains(&origin));
        let expected = if ours { "protected" } else { "foreign" };
        assert_eq!(
            route(&client, &url),
            expected,
            "{url:?} leads to {origin:?}"
        );
        let place = if same {
            "protected"
        } else if ours {
            "protected, with credentials"
        } else {
            "foreign"
        };
        for _ in 0..2 {
            // The second time it is remembered.
            assert_eq!(client.place(&url), place, "{url:?} leads to {origin:?}");
        }
    }
}

#[wasm_bindgen_test]
fn k2_what_no_url_can_be_is_foreign() {
    let client = client("{}");
    for url in [
        "http://[",
        "http://%",
        "http://a:99999/",
        "http://\u{200d}/",
    ] {
        assert_eq!(origin_of(url), None, "{url:?}");
        assert_eq!(route(&client, url), "foreign", "{url:?}");
    }
}

#[wasm_bindgen_test]
fn r3_exempt_however_it_is_spelled() {
    let client = client(
        "{ refreshURL: '/auth/refresh', loginURL: '/login', logoutURL: '/bye', sessionURL: '/me' }",
    );
    let spellings = [
        "/auth/refresh",
        "/auth/refresh/",
        "/auth/refresh?x=1#y",
        "auth/refresh",
        "./auth/refresh",
        "/auth/./refresh",
        "/auth/x/../refresh",
        "/auth/x/%2e%2E/refresh",
        "\\auth\\refresh",
        " /auth/refresh\n",
        "/au\tth/refresh",
        "/%61uth/refresh",
        "//HOST/auth/refresh",
        "ORIGIN/auth/refresh",
        "hTTp://HOST/auth/refresh",
        "http:/auth/refresh",
        "http://user@HOST/auth/refresh",
        "/login",
        "/log%69n",
        "/bye",
        "/me/",
    ];
    for spelling in spellings {
        let url = spelled(spelling);
        assert_eq!(route(&client, &url), "exempt", "{url:?}");
    }
    for url in [
        "/auth/refresher",
        "/auth",
        "/auth/refresh/x",
        "/auth%2Frefresh",
        "/AUTH/refresh",
    ] {
        assert_eq!(route(&client, url), "protected", "{url:?}");
    }
}

#[wasm_bindgen_test]
fn r3_relative_to_where_the_page_is_now() {
    let client = client("{ refreshURL: '/auth/health', exclude: '/deep/*' }");
    let home = js("location.href");
    js("history.pushState(null, '', '/auth/here')");
    assert_eq!(route(&client, "health"), "exempt");
    assert_eq!(route(&client, "./health"), "exempt");
    js("history.pushState(null, '', '/deep/here')");
    assert_eq!(route(&client, "health"), "exempt");
    assert_eq!(route(&client, "?page=2"), "exempt");
    assert_eq!(route(&client, "/health"), "protected");
    call("(home) => history.pushState(null, '', home)", &[&home]);
    assert_eq!(route(&client, "health"), "protected");
}

#[wasm_bindgen_test]
async fn places_are_what_urls_are_to_the_session() {
    let page = Page::open().await;
    let places = [
        ("{}", "/api", "protected"),
        ("{}", "/auth/refresh", "exempt"),
        ("{ loginURL: '/login' }", "/login", "login"),
        ("{}", "https://elsewhere.example/", "foreign"),
        ("{}", "blob:null/1", "foreign"),
        (
            "{ origins: 'https://api.example' }",
            "https://api.example/a",
            "protected, with credentials",
        ),
        ("{ baseURL: '/v1' }", "/api", "protected"),
        (
            "{ baseURL: 'https://api.example/v1' }",
            "/api",
            "protected, with credentials",
        ),
        (
            "{ mode: 'bearer', tokenEndpoint: 'https://auth.example/token', clientId: 'c', origins: 'https://api.example' }",
            "https://api.example/a",
            "protected",
        ),
    ];
    for (options, url, place) in places {
        let client = client(options);
        assert_eq!(client.place(url), place, "{options} {url}");
        assert_eq!(client.place(url), place, "{options} {url}, remembered");
    }
    let client = client("{}");
    client
        .sign_in(&js("{ expires_in: 60 }"))
        .expect("signed in");
    assert_eq!(client.stamp(), Some(1));
    page.advance(61_000);
    client.off(client.on("change".to_owned(), js("() => {}").into()));
    assert_eq!(client.stamp(), None, "it has expired");
    assert_eq!(client.place("https://elsewhere.example/"), "foreign");
    client.dispose();
    let error = client
        .try_place("https://elsewhere.example/")
        .expect_err("it has been disposed of");
    assert_eq!(text(&error, "code"), "disposed");
}

#[wasm_bindgen_test]
async fn r12_a_foreign_request_is_passed_through_untouched() {
    let page = Page::open().await;
    let client = client("{ csrf: { header: 'X-Csrf', value: 'guard' } }");
    let init = js("{ method: 'POST', body: 'b', custom: 1 }");
    let answer = crate::page::send_init(&client, &"https://elsewhere.example/a".into(), &init);
    let call = page.expect("POST https://elsewhere.example/a").await;
    assert_eq!(call.init(), init, "the very same object");
    assert_eq!(call.input(), JsValue::from("https://elsewhere.example/a"));
    assert_eq!(call.header("x-csrf"), None);
    call.answer(401);
    assert_eq!(answer.status().await, 401);
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn k2_credentials_go_to_listed_origins_alone() {
    let page = Page::open().await;
    let client =
        client("{ origins: 'https://api.example', csrf: { header: 'X-Csrf', value: 'guard' } }");
    let sent = [
        (
            "/a",
            "{ method: 'PUT' }",
            "PUT /a",
            Some("guard"),
            "same-origin",
        ),
        (
            "https://api.example/a",
            "{ method: 'PUT' }",
            "PUT https://api.example/a",
            Some("guard"),
            "include",
        ),
        (
            "https://api.example/a",
            "{}",
            "GET https://api.example/a",
            None,
            "include",
        ),
        (
            "https://api.example/a",
            "{ credentials: 'omit' }",
            "GET https://api.example/a",
            None,
            "omit",
        ),
        (
            "/a",
            "{ method: 'PUT', headers: { 'x-csrf': 'mine' } }",
            "PUT /a",
            Some("mine"),
            "same-origin",
        ),
        (
            "https://api.example.evil/a",
            "{ method: 'PUT' }",
            "PUT https://api.example.evil/a",
            None,
            "same-origin",
        ),
        (
            "https://evil/@api.example/a",
            "{ method: 'PUT' }",
            "PUT https://evil/@api.example/a",
            None,
            "same-origin",
        ),
    ];
    for (url, init, line, header, credentials) in sent {
        let answer = send_with(&client, &url.into(), init);
        let call = page.expect(line).await;
        assert_eq!(call.header("x-csrf").as_deref(), header, "{line} {init}");
        let seen = text(&call.request(), "credentials");
        assert_eq!(seen, credentials, "{line} {init}");
        call.answer(200);
        answer.status().await;
    }
}

#[wasm_bindgen_test]
async fn a_base_url_goes_before_relative_urls() {
    let page = Page::open().await;
    let client = client("{ baseURL: 'https://api.example/v1', refreshURL: '/session' }");
    let answer = send(&client, "/items?page=2");
    page.expect("GET https://api.example/v1/items?page=2")
        .await
        .answer(401);
    page.expect("POST https://api.example/v1/session")
        .await
        .answer(204);
    page.expect("GET https://api.example/v1/items?page=2")
        .await
        .answer(200);
    assert_eq!(answer.status().await, 200);
}

#[wasm_bindgen_test]
fn k2_a_base_element_does_not_make_its_origin_ours() {
    call(
        "() => document.head.prepend(Object.assign(document.createElement('base'), { href: 'https://cdn.example/a/' }))",
        &[],
    );
    let client = client("{ refreshURL: new URL('/auth/refresh', location.origin) }");
    let routes = [
        (
            "https://cdn.example/x",
            route(&client, "https://cdn.example/x"),
        ),
        ("/x", route(&client, "/x")),
        ("x", route(&client, "x")),
        ("ORIGIN/x", route(&client, &spelled("ORIGIN/x"))),
    ];
    call("() => document.querySelector('base').remove()", &[]);
    let routes = routes.map(|(url, route)| format!("{url} {route}"));
    assert_eq!(
        routes,
        [
            "https://cdn.example/x foreign",
            "/x foreign",
            "x foreign",
            "ORIGIN/x protected"
        ]
    );
}

/// A `<base>`, as a script of the page puts it there, or as an injection of HTML does.
struct BaseElement(JsValue);

impl BaseElement {
    fn put(href: &str) -> Self {
        let put = "(href) => {
            const base = Object.assign(document.createElement('base'), { href })
            document.head.prepend(base)
            return base
        }";
        Self(call(put, &[&href.into()]))
    }
}

impl Drop for BaseElement {
    fn drop(&mut self) {
        call("(base) => base.remove()", &[&self.0]);
    }
}

#[wasm_bindgen_test]
async fn k3_the_endpoints_stay_where_they_were_when_the_page_gets_another_base() {
    let page = Page::open().await;
    let bearer = client(
        "{ mode: 'bearer', tokenEndpoint: '/oauth/token', revocationEndpoint: 'revoke',
           tokens: { access_token: 'a1', refresh_token: 'r1' } }",
    );
    let cookies = client("{ logoutURL: '/auth/logout' }");
    let _evil = BaseElement::put("https://evil.example/oauth/");
    let refreshed = Answer::of(&bearer.refresh());
    let sent = page.expect("POST /oauth/token").await;
    sent.answer_json(200, r#"{ "access_token": "a2" }"#);
    refreshed.value().await;
    let signed_out = Answer::of(&bearer.sign_out());
    page.expect("POST /revoke").await.answer(200);
    signed_out.value().await;
    let refreshed = Answer::of(&cookies.refresh());
    page.expect("POST /auth/refresh").await.answer(204);
    refreshed.value().await;
    let signed_out = Answer::of(&cookies.sign_out());
    page.expect("POST /auth/logout").await.answer(204);
    signed_out.value().await;
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn k2_r5_a_request_goes_where_it_led_when_it_was_made() {
    let page = Page::open().await;
    let _here = BaseElement::put("/shop/");
    let client = client(
        "{ mode: 'bearer', dpop: true, tokenEndpoint: '/oauth/token', tokens: { access_token: 'a1', refresh_token: 'r1' } }",
    );
    let replayed = send_with(&client, &"items?x".into(), "{ method: 'PUT', body: 'b' }");
    page.expect("PUT /shop/items?x").await.answer(401);
    let refresh = page.expect("POST /oauth/token").await;
    // It waits from the beginning.
    let waiting = send(&client, "more");
    let there = BaseElement::put("https://evil.example/shop/");
    refresh.answer_json(200, r#"{ "access_token": "a2", "token_type": "DPoP" }"#);
    for line in ["PUT /shop/items?x", "GET /shop/more"] {
        let sent = page.expect(line).await;
        assert_eq!(sent.header("authorization").as_deref(), Some("DPoP a2"));
        sent.answer(200);
    }
    assert_eq!(
        (replayed.status().await, waiting.status().await),
        (200, 200)
    );
    drop(there);
    // So it does while its proof is being signed, and once more for a nonce.
    let signed = send(&client, "signed");
    let _there = BaseElement::put("https://evil.example/shop/");
    let wants = "{ 'www-authenticate': 'DPoP error=\"use_dpop_nonce\"', 'dpop-nonce': 'n1' }";
    page.expect("GET /shop/signed")
        .await
        .answer_with(401, wants, "");
    let sent = page.expect("GET /shop/signed").await;
    let htu =
        "(jwt) => JSON.parse(atob(jwt.split('.')[1].replace(/-/g, '+').replace(/_/g, '/'))).htu";
    let proved = call(htu, &[&sent.header("dpop").into()]);
    assert_eq!(proved, js("location.origin + '/shop/signed'"));
    sent.answer(200);
    assert_eq!(signed.status().await, 200);
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn r5_the_same_goes_for_what_went_straight_and_for_what_interceptors_hold() {
    let page = Page::open().await;
    let _here = BaseElement::put("/shop/");
    let client = client("{}");
    let answer = send(&client, "items");
    let first = page.expect("GET /shop/items").await;
    let there = BaseElement::put("/elsewhere/");
    first.answer(401);
    let refresh = page.expect("POST /auth/refresh").await;
    drop(there);
    let waiting = send(&client, "waiting");
    let there = BaseElement::put("/elsewhere/");
    refresh.answer(204);
    for line in ["GET /shop/items", "GET /shop/waiting"] {
        page.expect(line).await.answer(200);
    }
    assert_eq!((answer.status().await, waiting.status().await), (200, 200));
    drop(there);
    let release = js("Promise.withResolvers ? Promise.withResolvers() : (() => {
        const it = {}; it.promise = new Promise((resolve) => { it.resolve = resolve }); return it })()");
    let handler = call(
        "({ promise }) => (config) => promise.then(() => config)",
        &[&release],
    );
    client.add_interceptor(false, handler, JsValue::UNDEFINED, &js("{}"));
    let answer = send(&client, "items");
    let _there = BaseElement::put("/elsewhere/");
    call("({ resolve }) => resolve()", &[&release]);
    page.expect("GET /shop/items").await.answer(200);
    assert_eq!(answer.status().await, 200);
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn k2_what_a_url_was_is_forgotten_when_the_page_gets_another_base() {
    let page = Page::open().await;
    let client = client(
        "{ mode: 'bearer', tokenEndpoint: 'https://auth.example/token', clientId: 'c', tokens: { access_token: 'a1' } }",
    );
    let carried = async |line: &str| {
        let answer = send(&client, "items");
        let sent = page.expect(line).await;
        sent.answer(200);
        answer.status().await;
        sent.header("authorization")
    };
    let here = BaseElement::put("/shop/");
    for _ in 0..2 {
        assert_eq!(
            carried("GET /shop/items").await.as_deref(),
            Some("Bearer a1")
        );
    }
    drop(here);
    let there = BaseElement::put("https://evil.example/shop/");
    assert_eq!(carried("GET https://evil.example/shop/items").await, None);
    drop(there);
    let _here = BaseElement::put("/shop/");
    assert_eq!(
        carried("GET /shop/items").await.as_deref(),
        Some("Bearer a1")
    );
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn the_csrf_header_follows_its_cookie() {
    let page = Page::open().await;
    let client = client("{ csrf: { cookie: 'guard-of-a-test', header: 'X-Guard' } }");
    for (value, carried) in [
        ("one", Some("one")),
        ("one", Some("one")),
        ("two%20words", Some("two words")),
        ("%0Ano header can have this", None),
        ("; max-age=0", None),
    ] {
        js(&format!("document.cookie = 'guard-of-a-test={value}'"));
        let answer = send_with(&client, &"/api".into(), "{ method: 'POST' }");
        let sent = page.expect("POST /api").await;
        assert_eq!(sent.header("x-guard").as_deref(), carried, "{value}");
        sent.answer(200);
        answer.status().await;
    }
    page.quiet().await;
}
