//! The page as a test has it, and the client as the package drives it.

use std::cell::{Cell, OnceCell, RefCell};
use std::ops::Deref;
use std::rc::Rc;

use js_sys::{Array, Function, Object, Promise, Reflect};
use oauth_refresh_wasm::Machine;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{AbortSignal, Request, Response};

#[wasm_bindgen(module = "/tests/browser/page.js")]
extern "C" {
    /// A client as the package has it behind its face.
    #[derive(Clone, Debug)]
    pub type Engine;

    #[wasm_bindgen(constructor, catch)]
    fn new(machine: Machine, options: &JsValue) -> Result<Engine, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub fn reconfigure(this: &Engine, options: JsValue) -> Result<(), JsValue>;

    #[wasm_bindgen(method, getter)]
    pub fn snapshot(this: &Engine) -> JsValue;

    #[wasm_bindgen(method)]
    pub fn refresh(this: &Engine) -> Promise;

    #[wasm_bindgen(method, js_name = ensureFresh)]
    pub fn ensure_fresh(this: &Engine, seconds: JsValue) -> Promise;

    #[wasm_bindgen(method, catch, js_name = signIn)]
    pub fn sign_in(this: &Engine, expiry: &JsValue) -> Result<(), JsValue>;

    #[wasm_bindgen(method, js_name = signOut)]
    pub fn sign_out(this: &Engine) -> Promise;

    #[wasm_bindgen(method, catch)]
    pub fn prove(
        this: &Engine,
        url: &str,
        method: &str,
        nonce: Option<String>,
    ) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method)]
    pub fn on(this: &Engine, name: String, listener: Function) -> u32;

    #[wasm_bindgen(method)]
    pub fn off(this: &Engine, id: u32);

    #[wasm_bindgen(method)]
    pub fn wake(this: &Engine);

    #[wasm_bindgen(method)]
    pub fn dispose(this: &Engine);

    fn collected(engine: &Engine);

    #[wasm_bindgen(js_name = isAwaited)]
    fn is_awaited(engine: &Engine) -> bool;

    #[wasm_bindgen(js_name = Page)]
    type Script;

    #[wasm_bindgen(constructor, js_class = "Page")]
    fn new() -> Script;

    #[wasm_bindgen(method)]
    fn close(this: &Script);

    #[wasm_bindgen(method)]
    fn replace(this: &Script, object: &JsValue, name: &str, value: &JsValue);

    #[wasm_bindgen(method)]
    fn next(this: &Script) -> Promise;

    #[wasm_bindgen(method, getter)]
    fn unexpected(this: &Script) -> u32;

    #[wasm_bindgen(method)]
    fn advance(this: &Script, milliseconds: f64);

    #[wasm_bindgen(method)]
    fn sleep(this: &Script, milliseconds: f64);

    #[wasm_bindgen(method, getter)]
    fn delays(this: &Script) -> Vec<f64>;

    #[wasm_bindgen(method, getter)]
    fn armed(this: &Script) -> u32;

    #[wasm_bindgen(method, getter)]
    fn listening(this: &Script) -> i32;

    #[wasm_bindgen(method, getter)]
    fn reports(this: &Script) -> Array;

    /// A request that was sent and waits for its answer.
    pub type Call;

    #[wasm_bindgen(method, getter)]
    fn line(this: &Call) -> String;

    /// What `fetch` was given.
    #[wasm_bindgen(method, getter)]
    pub fn input(this: &Call) -> JsValue;

    /// What `fetch` was given besides.
    #[wasm_bindgen(method, getter)]
    pub fn init(this: &Call) -> JsValue;

    /// What the platform would have sent.
    #[wasm_bindgen(method, getter)]
    pub fn request(this: &Call) -> Request;

    /// What `fetch` returned.
    #[wasm_bindgen(method, getter)]
    pub fn promise(this: &Call) -> Promise;

    /// Whether nobody waits for it any more.
    #[wasm_bindgen(method, getter)]
    pub fn aborted(this: &Call) -> bool;

    /// Lets `fetch` resolve, with whatever that may be.
    #[wasm_bindgen(method)]
    pub fn resolve(this: &Call, with: &JsValue);

    /// Lets `fetch` reject, with whatever that may be.
    #[wasm_bindgen(method)]
    pub fn reject(this: &Call, with: &JsValue);

    #[wasm_bindgen(js_name = inTime)]
    fn in_time(promise: &Promise) -> Promise;

    #[wasm_bindgen(js_name = turn)]
    fn next_turn() -> Promise;

    /// What the package has in front of its engine.
    #[derive(Clone, Debug)]
    type Front;

    #[wasm_bindgen(constructor)]
    fn new(engine: &Engine, interceptors: &JsValue, steps: &JsValue) -> Front;

    #[wasm_bindgen(method)]
    fn send(this: &Front, input: &JsValue, init: &JsValue) -> Option<Promise>;

    #[wasm_bindgen(method, catch)]
    fn place(this: &Front, url: &str) -> Result<String, JsValue>;

    #[wasm_bindgen(method)]
    fn stamp(this: &Front) -> f64;

    #[wasm_bindgen(method, catch)]
    fn open(
        this: &Front,
        url: &str,
        method: &str,
        replayable: bool,
        opted_out: bool,
    ) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, getter)]
    fn interceptors(this: &Front) -> JsValue;

    #[wasm_bindgen(method, getter)]
    fn steps(this: &Front) -> JsValue;
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch)]
    fn eval(source: &str) -> Result<JsValue, JsValue>;
}

/// The value of a JavaScript expression.
pub fn js(expression: &str) -> JsValue {
    eval(&format!("({expression})")).unwrap_or_else(|error| panic!("{expression}: {error:?}"))
}

/// The value of an expression in a module of the package that imports nothing. As text: the server of these tests now and
/// then forgets one of many files.
fn of_package(source: &str, expression: &str) -> JsValue {
    let source = source.replace("export ", "");
    js(&format!("() => {{ {source}; return {expression} }}"))
        .unchecked_into::<Function>()
        .call0(&JsValue::UNDEFINED)
        .unwrap_or_else(|error| panic!("{error:?}"))
}

/// What a JavaScript function returns.
pub fn call(function: &str, arguments: &[&JsValue]) -> JsValue {
    let array: Array = arguments.iter().copied().collect();
    let function: Function = js(function).unchecked_into();
    function
        .apply(&JsValue::UNDEFINED, &array)
        .unwrap_or_else(|error| panic!("{function:?}: {error:?}"))
}

/// The member of an object.
pub fn member(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap_or_else(|error| panic!("{name}: {error:?}"))
}

/// The member of an object, which is a string.
pub fn text(object: &JsValue, name: &str) -> String {
    member(object, name)
        .as_string()
        .unwrap_or_else(|| panic!("{name} of {object:?} is no string"))
}

/// What JSON makes of it.
pub fn json(value: &JsValue) -> String {
    let stringify = "(value) => String(JSON.stringify(value))";
    call(stringify, &[value]).as_string().unwrap_or_default()
}

thread_local! {
    /// Those of the test that is running. They would meet those of the next one, as all tabs of an origin do.
    static CLIENTS: RefCell<Vec<Client>> = RefCell::default();
}

/// A scripted page; the platform's own comes back when this is dropped.
pub struct Page(Script);

impl Page {
    /// Puts itself in the platform's place, once nothing is left of earlier tests.
    pub async fn open() -> Self {
        dispose_of_all();
        turn().await;
        Self(Script::new())
    }

    /// Puts something in the place of a part of the platform, as long as this page is open; `path` as in
    /// `navigator.locks`, the value written as JavaScript.
    pub fn replace(&self, path: &str, value: &str) {
        let (object, name) = path.rsplit_once('.').unwrap_or(("globalThis", path));
        self.0.replace(&js(object), name, &js(value));
    }

    /// The next request that is sent. `line` is its method and its address without the page's origin.
    pub async fn expect(&self, line: &str) -> Call {
        let call = JsFuture::from(self.0.next())
            .await
            .unwrap_or_else(|error| panic!("instead of {line}: {error:?}"));
        let call: Call = call.unchecked_into();
        assert_eq!(call.line(), line);
        call
    }

    /// Answers what nobody expects in particular.
    pub async fn answer_whatever_was_sent(&self, status: u16) {
        turn().await;
        for _ in 0..self.0.unexpected() {
            let call = JsFuture::from(self.0.next())
                .await
                .unwrap_or_else(|error| panic!("{error:?}"));
            call.unchecked_into::<Call>().answer(status);
        }
        turn().await;
    }

    /// Answers whatever is sent until that has settled, and says how.
    pub async fn answer_until_settled(
        &self,
        answer: Answer,
        status: u16,
    ) -> Result<JsValue, JsValue> {
        let outcome = Rc::new(Cell::new(None));
        let settles = Rc::clone(&outcome);
        spawn_local(async move { settles.set(Some(answer.settled().await)) });
        loop {
            self.answer_whatever_was_sent(status).await;
            if let Some(outcome) = outcome.take() {
                return outcome;
            }
        }
    }

    /// Lets everything happen that happens by itself: nothing more is sent, and no error was reported.
    pub async fn quiet(&self) {
        turn().await;
        assert_eq!(
            self.0.unexpected(),
            0,
            "requests that nobody expected were sent"
        );
        let reports = self.reports();
        assert!(reports.is_empty(), "uncaught: {reports:?}");
    }

    /// Errors that the platform was told of, or found without anybody to handle them. Told once.
    pub fn reports(&self) -> Vec<JsValue> {
        self.0
            .reports()
            .splice(0, u32::MAX, &JsValue::UNDEFINED)
            .iter()
            .filter(|it| !it.is_undefined())
            .collect()
    }

    /// Lets so many milliseconds go by; the timers ring that are due.
    pub fn advance(&self, milliseconds: u32) {
        self.0.advance(milliseconds.into());
    }

    /// The machine sleeps for so many milliseconds, which only the wall clock notices.
    pub fn sleep(&self, milliseconds: u32) {
        self.0.sleep(milliseconds.into());
    }

    /// In milliseconds: what every timer so far was set to.
    pub fn delays(&self) -> Vec<f64> {
        self.0.delays()
    }

    /// How many timers wait to ring.
    pub fn armed(&self) -> u32 {
        self.0.armed()
    }

    /// How many more event listeners were added than taken away.
    pub fn listening(&self) -> i32 {
        self.0.listening()
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        dispose_of_all();
        self.0.close();
    }
}

fn dispose_of_all() {
    for client in CLIENTS.take() {
        // In JavaScript, where one that panicked halts nobody else.
        let dispose = "(client) => { try { client.dispose() } catch {} }";
        call(dispose, &[&client.engine()]);
    }
}

/// Resolves when everything that could happen by itself has happened, between tabs too.
pub async fn turn() {
    let _ = JsFuture::from(next_turn()).await;
}

impl Call {
    /// Answers with a status and a short text.
    pub fn answer(&self, status: u16) {
        self.answer_with(
            status,
            "{ 'content-type': 'text/plain' }",
            &format!("answer {status}"),
        );
    }

    /// Answers with headers, written as a JavaScript object, and a body.
    pub fn answer_with(&self, status: u16, headers: &str, body: &str) {
        let body = if matches!(status, 204 | 304) {
            JsValue::NULL
        } else {
            body.into()
        };
        let make = "(status, headers, body) => new Response(body, { status, headers })";
        self.resolve(&call(make, &[&status.into(), &js(headers), &body]));
    }

    /// Answers with JSON.
    pub fn answer_json(&self, status: u16, body: &str) {
        self.answer_with(status, "{ 'content-type': 'application/json' }", body);
    }

    /// A header that was sent.
    pub fn header(&self, name: &str) -> Option<String> {
        self.request()
            .headers()
            .get(name)
            .unwrap_or_else(|error| panic!("{name}: {error:?}"))
    }

    /// The body that was sent.
    pub async fn body(&self) -> String {
        body_of(&self.request()).await
    }
}

/// The body of a request or an answer.
pub async fn body_of(message: &JsValue) -> String {
    let promise: Promise = call("(message) => message.text()", &[message]).unchecked_into();
    let body = JsFuture::from(promise)
        .await
        .unwrap_or_else(|error| panic!("no body: {error:?}"));
    body.as_string()
        .unwrap_or_else(|| panic!("{body:?} is no text"))
}

/// What comes of a promise.
pub struct Answer(Promise);

impl Answer {
    /// Waits for it with the patience of a test.
    pub fn of(promise: &Promise) -> Self {
        Self(in_time(promise))
    }

    /// It settles.
    pub async fn settled(self) -> Result<JsValue, JsValue> {
        JsFuture::from(self.0).await
    }

    /// It resolves.
    pub async fn value(self) -> JsValue {
        self.settled()
            .await
            .unwrap_or_else(|error| panic!("rejected with {error:?}"))
    }

    /// It resolves with a response.
    pub async fn response(self) -> Response {
        let value = self.value().await;
        value
            .dyn_into()
            .unwrap_or_else(|value| panic!("{value:?} is no Response"))
    }

    /// It resolves with a response of that status.
    pub async fn status(self) -> u16 {
        self.response().await.status()
    }

    /// It rejects.
    pub async fn error(self) -> JsValue {
        self.settled().await.expect_err("it resolved")
    }

    /// It rejects with an `AuthError` of that code.
    pub async fn refused(self, code: &str) -> JsValue {
        let error = self.error().await;
        assert_eq!(text(&error, "name"), "AuthError", "{error:?}");
        assert_eq!(text(&error, "code"), code, "{error:?}");
        error
    }
}

/// A client as the package drives it.
#[derive(Clone, Debug)]
pub struct Client {
    engine: Engine,
    /// Made when it is first needed, for it holds the engine.
    front: Rc<OnceCell<Front>>,
}

impl Deref for Client {
    type Target = Engine;

    fn deref(&self) -> &Engine {
        &self.engine
    }
}

impl From<Client> for JsValue {
    fn from(client: Client) -> Self {
        client.engine.into()
    }
}

impl Client {
    fn over(engine: Engine) -> Self {
        Self {
            engine,
            front: Rc::default(),
        }
    }

    /// The same as a value.
    pub fn engine(&self) -> JsValue {
        self.engine.clone().into()
    }

    /// Whether it is kept although nobody may hold it any more.
    pub fn is_awaited(&self) -> bool {
        is_awaited(&self.engine)
    }

    /// Nobody holds it any more, and the platform has noticed.
    pub fn be_collected(&self) {
        collected(&self.engine);
    }

    fn front(&self) -> &Front {
        self.front.get_or_init(|| {
            let source = include_str!("../../pkg-template/src/interceptors.js");
            let interceptors = "new Interceptors((error) => reportError(error))";
            let interceptors = of_package(source, interceptors);
            let steps = of_package(
                include_str!("../../pkg-template/src/steps.js"),
                "{ open, admit, judge }",
            );
            Front::new(&self.engine, &interceptors, &steps)
        })
    }

    /// One of its two chains, as JavaScript has it.
    pub fn chain(&self, response: bool) -> JsValue {
        let name = if response { "response" } else { "request" };
        member(&self.front().interceptors(), name)
    }

    /// Adds handlers.
    pub fn add_interceptor(
        &self,
        response: bool,
        fulfilled: JsValue,
        rejected: JsValue,
        options: &JsValue,
    ) -> u32 {
        let add =
            "(chain, fulfilled, rejected, options) => chain.use(fulfilled, rejected, options)";
        let id = call(
            add,
            &[&self.chain(response), &fulfilled, &rejected, options],
        );
        id.as_f64().expect("an id") as u32
    }

    /// Takes handlers away.
    pub fn eject_interceptor(&self, response: bool, id: u32) {
        call(
            "(chain, id) => chain.eject(id)",
            &[&self.chain(response), &id.into()],
        );
    }

    /// Takes all handlers away.
    pub fn clear_interceptors(&self, response: bool) {
        call("(chain) => chain.clear()", &[&self.chain(response)]);
    }

    /// What a URL is: `foreign`, `exempt`, `login` or `protected`, and whether cookies have to be asked for.
    pub fn place(&self, url: &str) -> String {
        self.try_place(url)
            .unwrap_or_else(|error| panic!("{url}: {error:?}"))
    }

    /// The same of a client that may be gone.
    pub fn try_place(&self, url: &str) -> Result<String, JsValue> {
        self.front().place(url)
    }

    /// The generation with which requests may go at once, if they may.
    pub fn stamp(&self) -> Option<u32> {
        let stamp = self.front().stamp();
        (stamp >= 0.0).then_some(stamp as u32)
    }

    /// Opens a ticket for another transport.
    pub fn open(
        &self,
        url: &str,
        method: &str,
        replayable: bool,
        opted_out: bool,
    ) -> Result<Ticket, JsValue> {
        let opened = self.front().open(url, method, replayable, opted_out)?;
        Ok(Ticket {
            opened,
            steps: self.front().steps(),
        })
    }

    /// Whether there is any.
    pub fn has_interceptors(&self) -> bool {
        !member(&self.front().interceptors(), "isEmpty").is_truthy()
    }
}

/// A ticket of the three steps.
#[derive(Debug)]
pub struct Ticket {
    opened: JsValue,
    steps: JsValue,
}

impl Ticket {
    /// What the URL is to the session.
    pub fn route(&self) -> String {
        text(&self.opened, "route")
    }

    /// Whether it is, or asked not to have, its second send.
    pub fn retry(&self) -> bool {
        member(&self.opened, "_retry") == JsValue::TRUE
    }

    /// Waits, and says what to send along.
    pub fn admit(&self, signal: Option<AbortSignal>) -> Promise {
        let admit = "(steps, ticket, signal) => steps.admit(ticket, signal)";
        let signal = signal.map_or(JsValue::UNDEFINED, Into::into);
        call(admit, &[&self.steps, &self.opened, &signal]).unchecked_into()
    }

    /// What becomes of an answer.
    pub fn judge(
        &self,
        status: u16,
        challenge: Option<String>,
        nonce: Option<String>,
        answer: JsValue,
        signal: Option<AbortSignal>,
    ) -> Promise {
        let judge = "(steps, ...args) => steps.judge(...args)";
        let or_undefined = |text: Option<String>| text.map_or(JsValue::UNDEFINED, Into::into);
        let (challenge, nonce) = (or_undefined(challenge), or_undefined(nonce));
        let signal = signal.map_or(JsValue::UNDEFINED, Into::into);
        let args = [
            &self.steps,
            &self.opened,
            &status.into(),
            &challenge,
            &nonce,
            &answer,
            &signal,
        ];
        call(judge, &args).unchecked_into()
    }
}

/// A client, its options written as JavaScript; disposed of when the test is over.
pub fn client(options: &str) -> Client {
    client_with(js(options))
}

/// The same with options that are there.
pub fn client_with(options: JsValue) -> Client {
    let client = Client::over(engine(&options).expect("the options are right"));
    CLIENTS.with_borrow_mut(|clients| clients.push(client.clone()));
    client
}

/// The same, of which the test has the only handle, until it sends a request.
pub fn unheld_client(options: &str) -> Client {
    Client::over(engine(&js(options)).unwrap_or_else(|error| panic!("{options}: {error:?}")))
}

/// The error of options that are refused.
pub fn refused(options: &JsValue) -> JsValue {
    engine(options)
        .err()
        .unwrap_or_else(|| panic!("{options:?} was accepted"))
}

fn engine(options: &JsValue) -> Result<Engine, JsValue> {
    Engine::new(Machine::new(options)?, options)
}

/// Sends a request without `init`.
pub fn send(client: &Client, url: &str) -> Answer {
    send_with(client, &url.into(), "undefined")
}

/// Sends a request; `init` is written as JavaScript.
pub fn send_with(client: &Client, input: &JsValue, init: &str) -> Answer {
    send_init(client, input, &js(init))
}

/// Sends a request.
pub fn send_init(client: &Client, input: &JsValue, init: &JsValue) -> Answer {
    try_send(client, input, init).unwrap_or_else(|| panic!("{input:?} {init:?}"))
}

/// Sends a request, unless its arguments are such that the package leaves them to the platform.
pub fn try_send(client: &Client, input: &JsValue, init: &JsValue) -> Option<Answer> {
    Some(Answer::of(&client.front().send(input, init)?))
}

/// Calls back with every event of that name, and remembers them as JSON.
pub struct Heard(Array);

impl Heard {
    /// Listens from now on.
    pub fn on(client: &Client, name: &str) -> Self {
        let heard = Array::new();
        let listener = call("(heard) => (event) => heard.push(event)", &[&heard]);
        client.on(name.to_owned(), listener.unchecked_into());
        Self(heard)
    }

    /// What was heard so far, as it was given.
    pub fn values(&self) -> Vec<JsValue> {
        self.0.to_vec()
    }

    /// What was heard so far, as JSON.
    pub fn json(&self) -> Vec<String> {
        self.0.iter().map(|event| json(&event)).collect()
    }
}

/// An object's own names.
pub fn names(object: &JsValue) -> Vec<String> {
    Object::keys(object.unchecked_ref::<Object>())
        .iter()
        .filter_map(|name| name.as_string())
        .collect()
}
