//! A client with a cookie jar, which repeats `XSRF-TOKEN` as a page's script would.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::BodyExt as _;
use playground_backend::{Settings, router};
use serde_json::{Value, json};
use tower::ServiceExt as _;

/// A browser with the playground open. A clone is a second one with the same cookies.
#[derive(Clone)]
pub struct Browser {
    router: Router,
    cookies: Vec<Cookie>,
}

impl Browser {
    /// A new backend, and a browser that has seen its session check.
    pub async fn open() -> Self {
        let mut browser = Self::with(Settings::default());
        browser.get("/auth/session").await;
        browser
    }

    /// A new backend, and a browser without a cookie.
    pub fn with(settings: Settings) -> Self {
        Self {
            router: router(settings),
            cookies: Vec::new(),
        }
    }

    /// The same, signed in.
    pub async fn signed_in() -> Self {
        let mut browser = Self::open().await;
        assert_eq!(browser.log_in("demo", "demo").await.status, StatusCode::OK);
        browser
    }

    pub async fn log_in(&mut self, username: &str, password: &str) -> Answer {
        let credentials = json!({ "username": username, "password": password });
        self.post("/auth/login", credentials).await
    }

    pub async fn refresh(&mut self) -> Answer {
        self.post("/auth/refresh", Value::Null).await
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap())
            .await
    }

    /// Posts JSON; `Null` stands for no body.
    pub async fn post(&mut self, path: &str, json: Value) -> Answer {
        self.send(with_json(Method::POST, path, &json)).await
    }

    /// Sets switches and expects that they are accepted.
    pub async fn switch(&mut self, changes: Value) {
        let answer = self.try_switch(changes).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    }

    pub async fn try_switch(&mut self, changes: Value) -> Answer {
        self.send(with_json(Method::PATCH, "/playground/switches", &changes))
            .await
    }

    pub async fn count(&mut self, name: &str) -> u64 {
        let counters = self.get("/playground/counters").await.json();
        counters[name].as_u64().unwrap()
    }

    /// Comes back as soon as a counter has gone up to `least`.
    pub async fn until_counted(&mut self, name: &str, least: u64) {
        while self.count(name).await < least {
            tokio::task::yield_now().await;
        }
    }

    pub async fn send(&mut self, request: Request<Body>) -> Answer {
        let sent = self.begin(request).await;
        let (parts, body) = sent.into_parts();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: body.collect().await.unwrap().to_bytes(),
        }
    }

    /// Sends a request as it is, cookies added, and leaves the answer's body unread.
    pub async fn begin(&mut self, mut request: Request<Body>) -> axum::response::Response {
        let path = request.uri().path().to_owned();
        let sent: Vec<_> = self
            .cookies
            .iter()
            .filter(|cookie| path.starts_with(&cookie.path))
            .map(|cookie| format!("{}={}", cookie.name, cookie.value))
            .collect();
        let xsrf = self.cookie("XSRF-TOKEN").map(str::to_owned);
        let headers = request.headers_mut();
        if !sent.is_empty() {
            headers.insert(header::COOKIE, sent.join("; ").parse().unwrap());
        }
        if let Some(value) = xsrf.filter(|_| !headers.contains_key("x-xsrf-token")) {
            headers.insert("x-xsrf-token", value.parse().unwrap());
        }
        let response = self.router.clone().oneshot(request).await.unwrap();
        for line in response.headers().get_all(header::SET_COOKIE) {
            self.store(line.to_str().unwrap());
        }
        response
    }

    pub fn cookie(&self, name: &str) -> Option<&str> {
        let cookie = self.cookies.iter().find(|cookie| cookie.name == name)?;
        Some(&cookie.value)
    }

    /// Takes every cookie away.
    pub fn forget(&mut self) {
        self.cookies.clear();
    }

    fn store(&mut self, line: &str) {
        let mut attributes = line.split("; ");
        let (name, value) = attributes.next().unwrap().split_once('=').unwrap();
        let mut path = "/";
        let mut removed = false;
        for attribute in attributes {
            path = attribute.strip_prefix("Path=").unwrap_or(path);
            removed |= attribute == "Max-Age=0";
        }
        self.cookies
            .retain(|cookie| cookie.name != name || cookie.path != path);
        if !removed {
            self.cookies.push(Cookie {
                name: name.to_owned(),
                value: value.to_owned(),
                path: path.to_owned(),
            });
        }
    }
}

pub fn with_json(method: Method, path: &str, json: &Value) -> Request<Body> {
    let request = Request::builder().method(method).uri(path);
    if json.is_null() {
        return request.body(Body::empty()).unwrap();
    }
    request
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(json.to_string()))
        .unwrap()
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// A header's value; empty if it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// The `Set-Cookie` line of a cookie.
    pub fn set_cookie(&self, name: &str) -> Option<&str> {
        self.headers
            .get_all(header::SET_COOKIE)
            .iter()
            .map(|line| line.to_str().unwrap())
            .find(|line| line.split('=').next() == Some(name))
    }
}

#[derive(Clone)]
struct Cookie {
    name: String,
    value: String,
    path: String,
}
