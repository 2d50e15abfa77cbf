//! DPoP (RFC 9449): what is sent with a token that is bound to a key.

use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::page::{
    Answer, Call, Client, Page, call, client, js, json, member, refused, send, send_init,
    send_with, text,
};

const TOKEN: &str = "https://auth.example.com/token";

fn bound(more: &str) -> Client {
    client(&format!(
        "{{ mode: 'bearer', dpop: true, tokenEndpoint: '{TOKEN}', origins: ['https://api.example.com'],
            tokens: {{ access_token: 'a1', refresh_token: 'r1', token_type: 'DPoP' }}, {more} }}"
    ))
}

fn tokens(access: &str, kind: &str) -> String {
    format!(r#"{{ "access_token": "{access}", "token_type": "{kind}" }}"#)
}

/// The proof: its claims, if the signature is that of the key in it, with that key as `x`.
async fn proof(jwt: &str) -> JsValue {
    let verify = "async (jwt) => {
        const bytes = (part) => Uint8Array.from(atob(part.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0))
        const read = (part) => JSON.parse(new TextDecoder().decode(bytes(part)))
        const [head, claims, signature] = jwt.split('.')
        const { typ, alg, jwk, ...rest } = read(head)
        const names = Object.keys({ ...jwk, ...rest }).join()
        if (typ !== 'dpop+jwt' || alg !== 'ES256' || names !== 'kty,crv,x,y') throw new Error(JSON.stringify(read(head)))
        const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
        const key = await crypto.subtle.importKey('jwk', jwk, algorithm, true, ['verify'])
        const signed = new TextEncoder().encode(`${head}.${claims}`)
        if (!(await crypto.subtle.verify(algorithm, key, bytes(signature), signed))) throw new Error('not its signature')
        return { ...read(claims), x: jwk.x }
    }";
    Answer::of(&call(verify, &[&jwt.into()]).into())
        .value()
        .await
}

async fn proof_of(call: &Call) -> JsValue {
    proof(&call.header("dpop").expect("a proof")).await
}

/// The members of a proof that are the same each time.
fn meant(proof: &JsValue) -> String {
    json(&call(
        "({ htm, htu, ath, nonce }) => ({ htm, htu, ath, nonce })",
        &[proof],
    ))
}

/// The SHA-256 of `a1`.
const ATH: &str = "9V_xb2b0M2Ama5Xbb4_sAddgMQVDBq5KSzgFmPbP0RQ";

fn wants_nonce(nonce: &str) -> String {
    format!("{{ 'www-authenticate': 'DPoP error=\"use_dpop_nonce\"', 'dpop-nonce': '{nonce}' }}")
}

#[wasm_bindgen_test]
async fn each_send_has_a_proof_of_its_own() {
    let page = Page::open().await;
    let client = bound("");
    let mut seen = Vec::new();
    for (url, method, htm) in [
        ("https://api.example.com/things?q=1#part", "PUT", "PUT"),
        ("https://API.example.com:443/things", "get", "GET"),
        ("https://api.example.com/things", "patch", "patch"),
    ] {
        let answer = send_with(&client, &url.into(), &format!("{{ method: '{method}' }}"));
        let url = url.replace("API.example.com:443", "api.example.com");
        let sent = page.expect(&format!("{htm} {url}")).await;
        assert_eq!(sent.header("authorization").as_deref(), Some("DPoP a1"));
        let proof = proof_of(&sent).await;
        assert_eq!(
            meant(&proof),
            format!(r#"{{"htm":"{htm}","htu":"https://api.example.com/things","ath":"{ATH}"}}"#)
        );
        assert_eq!(member(&proof, "iat"), js("Math.floor(Date.now() / 1000)"));
        seen.push((text(&proof, "jti"), text(&proof, "x")));
        sent.answer(200);
        answer.status().await;
    }
    assert!(seen[0].0 != seen[1].0 && seen[1].0 != seen[2].0, "{seen:?}");
    assert!(
        seen[0].1 == seen[1].1 && seen[1].1 == seen[2].1,
        "it is one key"
    );
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn a_refresh_has_a_proof_without_a_token_and_the_replay_one_of_the_new() {
    let page = Page::open().await;
    let client = bound("");
    let answer = send(&client, "/api");
    page.expect("GET /api").await.answer(401);
    let refresh = page.expect(&format!("POST {TOKEN}")).await;
    assert_eq!(
        meant(&proof_of(&refresh).await),
        format!(r#"{{"htm":"POST","htu":"{TOKEN}"}}"#)
    );
    refresh.answer_json(200, &tokens("a2", "DPoP"));
    let replay = page.expect("GET /api").await;
    assert_eq!(replay.header("authorization").as_deref(), Some("DPoP a2"));
    assert_ne!(text(&proof_of(&replay).await, "ath"), ATH);
    replay.answer(200);
    assert_eq!(answer.status().await, 200);
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn r1_a_nonce_that_is_wanted_costs_exactly_one_more_send() {
    let page = Page::open().await;
    let client = bound("");
    let url = "https://api.example.com/things";
    let init = "{ method: 'POST', body: new Uint8Array([66, 67]) }";
    let answer = send_with(&client, &url.into(), init);
    let line = format!("POST {url}");
    page.expect(&line)
        .await
        .answer_with(401, &wants_nonce("n1"), "");
    let again = page.expect(&line).await;
    assert_eq!(again.body().await, "BC");
    assert_eq!(text(&proof_of(&again).await, "nonce"), "n1");
    // Wanting another one at once is no reason to go on.
    again.answer_with(401, &wants_nonce("n2"), "");
    assert_eq!(answer.status().await, 401);
    page.quiet().await;
    // What came last is used, and only for that origin.
    let answer = send(&client, url);
    let sent = page.expect(&format!("GET {url}")).await;
    assert_eq!(text(&proof_of(&sent).await, "nonce"), "n2");
    sent.answer_with(200, "{ 'dpop-nonce': 'n3' }", "");
    answer.status().await;
    let answer = send(&client, url);
    let sent = page.expect(&format!("GET {url}")).await;
    assert_eq!(text(&proof_of(&sent).await, "nonce"), "n3");
    sent.answer(200);
    answer.status().await;
    let answer = send(&client, "/api");
    let sent = page.expect("GET /api").await;
    assert_eq!(member(&proof_of(&sent).await, "nonce"), JsValue::UNDEFINED);
    sent.answer(200);
    answer.status().await;
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn r5_a_request_object_goes_again_with_its_body_and_a_stream_does_not() {
    let page = Page::open().await;
    let client = bound("");
    let request = js("new Request('/api', { method: 'POST', body: 'bytes' })");
    let answer = send_with(&client, &request, "undefined");
    page.expect("POST /api")
        .await
        .answer_with(401, &wants_nonce("n1"), "");
    let again = page.expect("POST /api").await;
    assert_eq!(again.body().await, "bytes");
    again.answer(200);
    assert_eq!(answer.status().await, 200);
    let stream = "{ method: 'POST', duplex: 'half', body: new Blob(['bytes']).stream() }";
    let answer = send_with(&client, &"/api".into(), stream);
    page.expect("POST /api")
        .await
        .answer_with(401, &wants_nonce("n2"), "");
    assert_eq!(answer.status().await, 401);
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn a_token_endpoint_that_wants_a_nonce_is_asked_once_more() {
    let page = Page::open().await;
    let client = bound("");
    let wants = "{ 'content-type': 'application/json', 'dpop-nonce': 'n1' }";
    // RFC 9449 §8 has 400 for it; not every server does.
    for status in [400, 401] {
        let refreshed = Answer::of(&client.refresh());
        let first = page.expect(&format!("POST {TOKEN}")).await;
        first.answer_with(status, wants, r#"{ "error": "use_dpop_nonce" }"#);
        let second = page.expect(&format!("POST {TOKEN}")).await;
        assert_eq!(second.body().await, first.body().await);
        assert_eq!(text(&proof_of(&second).await, "nonce"), "n1");
        second.answer_json(200, &tokens("a2", "DPoP"));
        refreshed.value().await;
    }
    let refreshed = Answer::of(&client.refresh());
    page.expect(&format!("POST {TOKEN}")).await.answer_with(
        400,
        wants,
        r#"{ "error": "use_dpop_nonce" }"#,
    );
    page.expect(&format!("POST {TOKEN}")).await.answer_with(
        400,
        wants,
        r#"{ "error": "use_dpop_nonce" }"#,
    );
    let error = refreshed.refused("refresh_misconfigured").await;
    assert_eq!(text(&error, "error"), "use_dpop_nonce");
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn a_token_that_is_bound_to_no_key_goes_without_a_proof() {
    let page = Page::open().await;
    let client = bound("");
    client
        .sign_in(&js(&tokens("b1", "Bearer")))
        .expect("signed in");
    let answer = send(&client, "/api");
    let sent = page.expect("GET /api").await;
    assert_eq!(sent.header("authorization").as_deref(), Some("Bearer b1"));
    assert_eq!(sent.header("dpop"), None);
    sent.answer(200);
    answer.status().await;
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn an_application_proves_its_own_requests_with_the_same_key_until_sign_out() {
    let page = Page::open().await;
    let client = bound("");
    let prove = |nonce: Option<&str>| {
        let proof = client
            .prove(TOKEN, "POST", nonce.map(str::to_owned))
            .expect("a proof");
        Answer::of(&proof)
    };
    let first = proof(&prove(None).value().await.as_string().expect("text")).await;
    assert_eq!(
        meant(&first),
        format!(r#"{{"htm":"POST","htu":"{TOKEN}"}}"#)
    );
    let second = proof(&prove(Some("n1")).value().await.as_string().expect("text")).await;
    assert_eq!(text(&second, "nonce"), "n1");
    let ticket = client
        .open("/api?q", "delete", true, false)
        .expect("a ticket");
    let headers = member(&Answer::of(&ticket.admit(None)).value().await, "headers");
    assert_eq!(text(&headers, "Authorization"), "DPoP a1");
    let admitted = proof(&text(&headers, "DPoP")).await;
    assert_eq!(text(&admitted, "htm"), "DELETE");
    assert_eq!(member(&admitted, "htu"), js("location.origin + '/api'"));
    assert_eq!(text(&admitted, "ath"), ATH);
    assert_eq!(text(&admitted, "x"), text(&first, "x"));
    Answer::of(&client.sign_out()).value().await;
    let next = proof(&prove(None).value().await.as_string().expect("text")).await;
    assert_ne!(
        text(&next, "x"),
        text(&first, "x"),
        "each session has its own key"
    );
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn r10_requests_leave_in_the_order_in_which_they_came() {
    let page = Page::open().await;
    let slow_at_first = js("(() => {
        const sign = crypto.subtle.sign.bind(crypto.subtle)
        const pause = () => new Promise((resolve) => {
            const { port1, port2 } = new MessageChannel()
            port1.onmessage = resolve
            port2.postMessage('')
        })
        let left = 10
        return async (...what) => {
            for (let turns = left--; turns > 0; turns--) await pause()
            return sign(...what)
        }
    })()");
    page.replace("crypto.subtle.sign", "undefined");
    call("(slow) => { crypto.subtle.sign = slow }", &[&slow_at_first]);
    let client = bound("");
    let answers: Vec<_> = (0..20).map(|n| send(&client, &format!("/{n}"))).collect();
    for n in 0..20 {
        page.expect(&format!("GET /{n}")).await.answer(200);
    }
    for answer in answers {
        answer.status().await;
    }
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn without_web_crypto_dpop_is_refused_with_the_reason() {
    let page = Page::open().await;
    page.replace("crypto.subtle", "undefined");
    let options = js(&format!(
        "{{ mode: 'bearer', dpop: true, tokenEndpoint: '{TOKEN}' }}"
    ));
    let error = refused(&options);
    assert_eq!(text(&error, "code"), "invalid_options");
    let message = text(&error, "message");
    assert!(
        message.starts_with("dpop: ") && message.contains("secure context"),
        "{message}"
    );
}

#[wasm_bindgen_test]
async fn without_the_option_there_is_nothing_to_prove_with() {
    let _page = Page::open().await;
    let client = client(&format!("{{ mode: 'bearer', tokenEndpoint: '{TOKEN}' }}"));
    let error = client.prove(TOKEN, "POST", None).expect_err("no key");
    assert!(text(&error, "message").contains("option dpop"));
    let error = client
        .sign_in(&js(&tokens("a1", "DPoP")))
        .expect_err("no key");
    assert!(text(&error, "message").contains("option dpop"));
}

#[wasm_bindgen_test]
async fn r1_a_request_is_sent_once_more_for_a_nonce_and_not_twice() {
    let page = Page::open().await;
    let client = bound("");
    let answer = send(&client, "/api");
    let wanted = wants_nonce("n1");
    page.expect("GET /api").await.answer_with(401, &wanted, "");
    page.expect("GET /api").await.answer_with(
        401,
        "{ 'www-authenticate': 'DPoP error=\"invalid_token\"' }",
        "",
    );
    page.expect(&format!("POST {TOKEN}"))
        .await
        .answer_json(200, &tokens("a2", "DPoP"));
    let replay = page.expect("GET /api").await;
    assert_eq!(replay.header("authorization").as_deref(), Some("DPoP a2"));
    assert_eq!(text(&proof_of(&replay).await, "nonce"), "n1");
    replay.answer_with(401, &wants_nonce("n2"), "");
    assert_eq!(answer.status().await, 401, "three sends are enough");
    // The replay may be the one that a nonce is wanted of.
    let answer = send(&client, "/api");
    page.expect("GET /api").await.answer(401);
    page.advance(10_000);
    page.expect(&format!("POST {TOKEN}"))
        .await
        .answer_json(200, &tokens("a3", "DPoP"));
    let wanted = wants_nonce("n3");
    page.expect("GET /api").await.answer_with(401, &wanted, "");
    page.expect("GET /api").await.answer(200);
    assert_eq!(answer.status().await, 200);
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn an_api_and_a_token_endpoint_of_one_origin_have_nonces_of_their_own() {
    let page = Page::open().await;
    let client = bound("origins: ['https://auth.example.com']");
    let line = "GET https://auth.example.com/things";
    let ask = || send(&client, "https://auth.example.com/things");
    let answer = ask();
    page.expect(line)
        .await
        .answer_with(401, &wants_nonce("api-1"), "");
    page.expect(line).await.answer(200);
    answer.status().await;
    let refreshed = Answer::of(&client.refresh());
    let sent = page.expect(&format!("POST {TOKEN}")).await;
    assert_eq!(member(&proof_of(&sent).await, "nonce"), JsValue::UNDEFINED);
    let given = "{ 'content-type': 'application/json', 'dpop-nonce': 'token-1' }";
    sent.answer_with(200, given, &tokens("a2", "DPoP"));
    refreshed.value().await;
    let answer = ask();
    let sent = page.expect(line).await;
    assert_eq!(text(&proof_of(&sent).await, "nonce"), "api-1");
    sent.answer(200);
    answer.status().await;
    let own = Answer::of(&client.prove(TOKEN, "POST", None).expect("a proof"));
    let own = proof(&own.value().await.as_string().expect("text")).await;
    assert_eq!(text(&own, "nonce"), "token-1");
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn a_nonce_is_of_the_server_that_answered_not_of_the_one_that_redirected_there() {
    let page = Page::open().await;
    let client = bound("");
    let answer = send(&client, "/moved");
    let elsewhere = "() => Object.defineProperty(
        new Response('', { headers: { 'dpop-nonce': 'theirs' } }), 'url', { value: 'https://cdn.example.com/moved' })";
    page.expect("GET /moved")
        .await
        .resolve(&call(elsewhere, &[]));
    answer.status().await;
    let answer = send(&client, "/api");
    let sent = page.expect("GET /api").await;
    assert_eq!(member(&proof_of(&sent).await, "nonce"), JsValue::UNDEFINED);
    sent.answer(200);
    answer.status().await;
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn r4_which_challenges_want_a_nonce_and_which_a_refresh() {
    let page = Page::open().await;
    let client = bound("");
    for (challenge, nonce) in [
        ("DPoP error=\"use_dpop_nonce\", algs=\"ES256\"", true),
        ("dpop algs=\"ES256\", error = use_dpop_nonce", true),
        (
            "Bearer realm=\"api\", DPoP realm=\"api\", error=\"use_dpop_nonce\"",
            true,
        ),
        ("DPoP error=\"invalid_dpop_proof\"", false),
        ("DPoP error=\"insufficient_scope\"", false),
        ("Basic realm=\"x\"", false),
        ("Bearer error=\"use_dpop_nonce\"", false),
    ] {
        let headers = format!("{{ 'www-authenticate': '{challenge}', 'dpop-nonce': 'n' }}");
        let answer = send(&client, "/api");
        page.expect("GET /api").await.answer_with(401, &headers, "");
        if nonce {
            page.expect("GET /api").await.answer(200);
        }
        let expected = if nonce { 200 } else { 401 };
        assert_eq!(answer.status().await, expected, "{challenge}");
    }
    let answer = send(&client, "/api");
    let headers = "{ 'www-authenticate': 'Bearer realm=\"api\", DPoP error=\"invalid_token\"', 'dpop-nonce': 'n' }";
    page.expect("GET /api").await.answer_with(401, headers, "");
    page.expect(&format!("POST {TOKEN}"))
        .await
        .answer_json(200, &tokens("a2", "DPoP"));
    page.expect("GET /api").await.answer(200);
    assert_eq!(answer.status().await, 200);
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn a_session_that_ends_while_the_next_one_is_signed_in_leaves_that_its_key() {
    let page = Page::open().await;
    let client = bound("");
    let asked = Answer::of(&client.prove(TOKEN, "POST", None).expect("a proof"));
    let asked = proof(&asked.value().await.as_string().expect("text")).await;
    let refreshed = Answer::of(&client.refresh());
    page.expect(&format!("POST {TOKEN}"))
        .await
        .answer_json(400, r#"{ "error": "invalid_grant" }"#);
    refreshed.refused("session_ended").await;
    client
        .sign_in(&js(&tokens("b1", "DPoP")))
        .expect("signed in");
    let answer = send(&client, "/api");
    let sent = page.expect("GET /api").await;
    assert_eq!(text(&proof_of(&sent).await, "x"), text(&asked, "x"));
    sent.answer(200);
    answer.status().await;
    // The session has that key until it ends, whatever else is proved.
    let again = Answer::of(&client.prove(TOKEN, "POST", None).expect("a proof"));
    let again = proof(&again.value().await.as_string().expect("text")).await;
    assert_eq!(text(&again, "x"), text(&asked, "x"));
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn k7_a_nonce_that_is_wanted_of_a_refresh_after_the_sign_out_is_given_with_the_old_key() {
    let page = Page::open().await;
    let client = bound("revocationEndpoint: 'https://auth.example.com/revoke'");
    let refreshed = Answer::of(&client.refresh());
    let first = page.expect(&format!("POST {TOKEN}")).await;
    let key = text(&proof_of(&first).await, "x");
    let signed_out = Answer::of(&client.sign_out());
    refreshed.refused("session_ended").await;
    let next = Answer::of(&client.prove(TOKEN, "POST", None).expect("a proof"));
    next.value().await;
    let wants = "{ 'content-type': 'application/json', 'dpop-nonce': 'n1' }";
    first.answer_with(400, wants, r#"{ "error": "use_dpop_nonce" }"#);
    let second = page.expect(&format!("POST {TOKEN}")).await;
    assert_eq!(text(&proof_of(&second).await, "x"), key);
    let brought = r#"{ "access_token": "a2", "refresh_token": "r2", "token_type": "DPoP" }"#;
    second.answer_json(200, brought);
    let revoked = page.expect("POST https://auth.example.com/revoke").await;
    assert_eq!(revoked.body().await, "token=r2");
    revoked.answer(200);
    signed_out.value().await;
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn r7_who_aborts_while_the_proof_is_signed_hears_the_reason_and_nothing_is_sent() {
    let page = Page::open().await;
    let client = bound("");
    let controller = js("new AbortController()");
    let init = call("({ signal }) => ({ signal })", &[&controller]);
    let answer = send_init(&client, &"/api".into(), &init);
    call("(controller) => controller.abort('enough')", &[&controller]);
    assert_eq!(answer.settled().await, Err("enough".into()));
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn k2_no_other_origin_gets_a_proof() {
    let page = Page::open().await;
    let client = bound("exclude: '/public/*', loginURL: '/login'");
    for url in [
        "https://evil.example/",
        "https://auth.example.com/userinfo",
        "http://api.example.com/",
        "/public/news",
        "/login",
    ] {
        let answer = send(&client, url);
        let sent = page.expect(&format!("GET {url}")).await;
        assert_eq!(
            (sent.header("dpop"), sent.header("authorization")),
            (None, None)
        );
        sent.answer(200);
        answer.status().await;
    }
    let own = "{ headers: { authorization: 'Basic x' } }";
    let answer = send_with(&client, &"/api".into(), own);
    let sent = page.expect("GET /api").await;
    assert_eq!(sent.header("dpop"), None, "it is not our token");
    sent.answer(200);
    answer.status().await;
    page.quiet().await;
}

/// `judge` as JavaScript calls it, for an answer with a challenge and a nonce.
macro_rules! judged {
    ($ticket:expr, $status:expr, $challenge:expr, $nonce:expr) => {
        Answer::of(&$ticket.judge(
            $status,
            Some($challenge.to_owned()),
            Some($nonce.to_owned()),
            js(&format!("{{ status: {} }}", $status)),
            None,
        ))
    };
}

#[wasm_bindgen_test]
async fn steps_learn_the_nonce_and_go_once_more_for_it() {
    let page = Page::open().await;
    let client = bound("");
    let nonce_of = async |admission: Answer| {
        let headers = member(&admission.value().await, "headers");
        member(&proof(&text(&headers, "DPoP")).await, "nonce")
    };
    let wants = "DPoP error=\"use_dpop_nonce\"";
    let ticket = client.open("/api", "GET", true, false).expect("a ticket");
    assert_eq!(
        nonce_of(Answer::of(&ticket.admit(None))).await,
        JsValue::UNDEFINED
    );
    assert_eq!(judged!(ticket, 401, wants, "n1").value().await, "retry");
    assert!(!ticket.retry(), "its replay is yet to come");
    assert_eq!(nonce_of(Answer::of(&ticket.admit(None))).await, "n1");
    // What else is wrong is judged as ever; for another nonce it does not go again.
    let judged = judged!(ticket, 401, "DPoP error=\"invalid_token\"", "n2");
    page.expect(&format!("POST {TOKEN}"))
        .await
        .answer_json(200, &tokens("a2", "DPoP"));
    assert_eq!(judged.value().await, "retry");
    assert_eq!(nonce_of(Answer::of(&ticket.admit(None))).await, "n2");
    assert_eq!(judged!(ticket, 401, wants, "n3").value().await, "deliver");
    // A body that cannot be sent twice is not; what the server said is remembered all the same.
    let ticket = client.open("/api", "POST", false, false).expect("a ticket");
    assert_eq!(nonce_of(Answer::of(&ticket.admit(None))).await, "n3");
    assert_eq!(judged!(ticket, 401, wants, "n4").value().await, "deliver");
    let ticket = client.open("/api", "GET", true, false).expect("a ticket");
    assert_eq!(nonce_of(Answer::of(&ticket.admit(None))).await, "n4");
    assert_eq!(judged!(ticket, 200, "none", "n5").value().await, "deliver");
    let ticket = client.open("/api", "patch", true, false).expect("a ticket");
    let headers = member(&Answer::of(&ticket.admit(None)).value().await, "headers");
    let last = proof(&text(&headers, "DPoP")).await;
    assert_eq!(text(&last, "nonce"), "n5");
    assert_eq!(text(&last, "htm"), "patch", "as the transport will send it");
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn k4_the_key_cannot_be_read_and_there_is_one_for_each_client() {
    let page = Page::open().await;
    let made = js("[]");
    let watch = call(
        "(made) => {
            const { subtle } = crypto
            const generateKey = subtle.generateKey.bind(subtle)
            return async (...how) => {
                const pair = await generateKey(...how)
                made.push(pair.privateKey.extractable)
                return pair
            }
        }",
        &[&made],
    );
    page.replace("crypto.subtle.generateKey", "undefined");
    call(
        "(watch) => { crypto.subtle.generateKey = watch }",
        &[&watch],
    );
    for client in [bound(""), bound("")] {
        let answers = [send(&client, "/api"), send(&client, "/api")];
        for answer in answers {
            page.expect("GET /api").await.answer(200);
            answer.status().await;
        }
    }
    assert_eq!(json(&made), "[false,false]");
    page.quiet().await;
}

#[wasm_bindgen_test]
async fn r5_what_is_kept_for_a_nonce_is_let_go_of() {
    let page = Page::open().await;
    let client = bound("");
    let clones = js("[]");
    let watch = call(
        "(clones) => {
            const { clone } = Request.prototype
            return function () {
                const copy = clone.call(this)
                clones.push(copy)
                return copy
            }
        }",
        &[&clones],
    );
    page.replace("Request.prototype.clone", "undefined");
    call("(watch) => { Request.prototype.clone = watch }", &[&watch]);
    let request = js("new Request('/api', { method: 'POST', body: 'bytes' })");
    let answer = send_with(&client, &request, "undefined");
    page.expect("POST /api").await.answer(200);
    answer.status().await;
    // Where one is wanted, the answer that says so is let go of too.
    let request = js("new Request('/api', { method: 'POST', body: 'bytes' })");
    let answer = send_with(&client, &request, "undefined");
    let refusal = call(
        "(headers) => new Response('refused', { status: 401, headers })",
        &[&js(&wants_nonce("n1"))],
    );
    page.expect("POST /api").await.resolve(&refusal);
    page.expect("POST /api").await.answer(200);
    answer.status().await;
    crate::page::turn().await;
    assert_eq!(member(&refusal, "bodyUsed"), JsValue::TRUE);
    assert!(member(&clones, "length").as_f64() >= Some(4.0));
    // In Firefox a Request has no body to let go of.
    let left = "(clones) => !('body' in Request.prototype) || clones.flatMap((clone, index) => (clone.bodyUsed ? [] : index))";
    let left = call(left, &[&clones]);
    assert!(
        left == JsValue::TRUE || member(&left, "length") == 0,
        "{left:?}"
    );
    page.quiet().await;
}
