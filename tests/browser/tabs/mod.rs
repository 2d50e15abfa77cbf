//! Clients among the tabs of their origin. Two on one page, as two copies of the package would make them, are to each
//! other what two tabs are; beside them, the test does by hand what another tab would.

mod giving_back;
mod lifecycle;
mod meeting;
mod news;
mod platform;
mod turn;

use js_sys::{Array, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::page::{Answer, Page, js, json, member};

#[wasm_bindgen(module = "/tests/browser/page.js")]
extern "C" {
    #[wasm_bindgen(js_name = Lock)]
    type TakenLock;

    #[wasm_bindgen(static_method_of = TakenLock, js_class = "Lock")]
    fn take(name: &str, mode: &str) -> Promise;

    #[wasm_bindgen(method)]
    fn release(this: &TakenLock);

    #[wasm_bindgen(js_name = Frame)]
    type OpenFrame;

    #[wasm_bindgen(constructor, js_class = "Frame")]
    fn new() -> OpenFrame;

    #[wasm_bindgen(method)]
    fn wish(this: &OpenFrame, name: &str) -> Promise;

    #[wasm_bindgen(method)]
    fn close(this: &OpenFrame);

    #[wasm_bindgen(js_name = Channel)]
    type OpenChannel;

    #[wasm_bindgen(constructor, js_class = "Channel")]
    fn new(name: &str) -> OpenChannel;

    #[wasm_bindgen(method, getter)]
    fn heard(this: &OpenChannel) -> Array;

    #[wasm_bindgen(method)]
    fn say(this: &OpenChannel, data: &JsValue);

    #[wasm_bindgen(method)]
    fn close(this: &OpenChannel);

    fn lines() -> Promise;

    fn task() -> Promise;
}

/// The name under which clients with default options meet.
fn name() -> String {
    format!(
        "oauth-refresh:{}/auth/refresh",
        js("location.origin").as_string().expect("a page has one")
    )
}

/// When a token expires that lives so many seconds from the moment at which every page's clock begins.
fn after(seconds: u64) -> String {
    (1_767_225_600_000 + seconds * 1000).to_string()
}

/// The platform's locks with some of their methods replaced, which may use `locks`.
fn over_locks(methods: &str) -> String {
    format!(
        "((locks) => ({{
            request: (...request) => locks.request(...request),
            query: () => locks.query(),
            {methods}
        }}))(navigator.locks)"
    )
}

/// Lets what is to be kept in sight come late: only once `late.resolve()` is called.
fn keeps_late(page: &Page) {
    js("globalThis.late = Promise.withResolvers()");
    let request = "async request(name, options, granted) {
        if (options.mode === 'shared') await late.promise
        return locks.request(name, options, granted)
    }";
    page.replace("navigator.locks", &over_locks(request));
}

/// A lock that another tab holds until this is dropped.
struct Lock(TakenLock);

impl Lock {
    /// The turn in a lane.
    async fn of_turn(lane: usize) -> Self {
        Self::take(&format!("{}|@{lane}", name()), "exclusive").await
    }

    /// News that are kept in sight.
    async fn of_news(news: &str) -> Self {
        Self::take(&format!("{}|{news}", name()), "shared").await
    }

    async fn take(name: &str, mode: &str) -> Self {
        let lock = JsFuture::from(TakenLock::take(name, mode)).await;
        Self(
            lock.unwrap_or_else(|error| panic!("{name}: {error:?}"))
                .unchecked_into(),
        )
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        self.0.release();
    }
}

/// A page of its own, which dies when this is dropped.
struct Frame(OpenFrame);

impl Frame {
    fn open() -> Self {
        Self(OpenFrame::new())
    }

    /// Waits until it is in the queue for a lane. What is answered then resolves once it has its turn, which it keeps.
    async fn wishes_turn(&self, lane: usize) -> Answer {
        let wish = Answer::of(&self.0.wish(&format!("{}|@{lane}", name())));
        let granted: Promise = member(&wish.value().await, "granted").unchecked_into();
        Answer::of(&granted)
    }
}

impl Drop for Frame {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// The package's locks: mode and name, the latter without what all clients with default options have in common.
async fn locks() -> Vec<String> {
    let lines: Array = JsFuture::from(lines())
        .await
        .unwrap_or_else(|error| panic!("{error:?}"))
        .unchecked_into();
    lines
        .iter()
        .filter_map(|line| line.as_string())
        .map(|line| line.replace(&name(), ""))
        .collect()
}

/// The same, as soon as the tasks that are due now have run.
async fn locks_at_once() -> Vec<String> {
    let _ = JsFuture::from(task()).await;
    locks().await
}

/// A channel on which another tab listens until this is dropped.
struct Channel(OpenChannel);

impl Channel {
    fn open() -> Self {
        Self(OpenChannel::new(&name()))
    }

    /// What was said there so far; what is no string, as JSON.
    fn heard(&self) -> Vec<String> {
        let text = |data: JsValue| data.as_string().unwrap_or_else(|| json(&data));
        self.0.heard().iter().map(text).collect()
    }

    fn say(&self, text: &str) {
        self.say_value(&text.into());
    }

    fn say_value(&self, data: &JsValue) {
        self.0.say(data);
    }
}

impl Drop for Channel {
    fn drop(&mut self) {
        self.0.close();
    }
}
