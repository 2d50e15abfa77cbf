//! Files, and the headers that every answer or every page carries.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::cookie::CookieJar;
use tower::ServiceExt as _;
use tower_http::services::{ServeDir, ServeFile};

use crate::switches::Csp;
use crate::{App, cookies};

/// A folder that is served below a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mount {
    prefix: String,
    folder: PathBuf,
}

impl Mount {
    /// Serves `folder` below `prefix`.
    ///
    /// # Errors
    /// A sentence, when the prefix is not a path of its own.
    pub fn new(prefix: &str, folder: impl Into<PathBuf>) -> Result<Self, String> {
        const TAKEN: [&str; 4] = ["api", "auth", "oauth", "playground"];
        let prefix = prefix.trim_end_matches('/');
        let mut segments = prefix.split('/');
        let rooted = segments.next() == Some("");
        let first = segments.next().unwrap_or_default();
        if !rooted || first.is_empty() || prefix.contains(['{', '}', '*', '?', '#', '%']) {
            return Err(format!(
                "the prefix {prefix:?} is not a plain path; write /prefix=DIR"
            ));
        }
        if TAKEN.contains(&first) {
            return Err(format!(
                "the prefix {prefix} is taken: /api, /auth, /oauth and /playground are the backend's own"
            ));
        }
        Ok(Self {
            prefix: prefix.to_owned(),
            folder: folder.into(),
        })
    }

    /// The path below which the folder is served.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

/// Adds the mounts. A file that is missing there is a 404, never the playground's page.
pub fn mount(mut router: Router<Arc<App>>, mounts: &[Mount]) -> Router<Arc<App>> {
    for mount in mounts {
        router = router.nest_service(&mount.prefix, ServeDir::new(&mount.folder));
    }
    router
}

/// The playground's own files; its page for every other address a person may have opened.
pub async fn page(State(app): State<Arc<App>>, request: Request) -> Response {
    let Some(dist) = &app.settings.dist else {
        let reason = "no page here: the backend was started without --dist\n";
        return (StatusCode::NOT_FOUND, reason).into_response();
    };
    let asks_for_a_page = accepts_html(request.headers());
    // What is neither GET nor HEAD ends here as a 405.
    let Ok(found) = ServeDir::new(dist).oneshot(request).await;
    if found.status() == StatusCode::NOT_FOUND && asks_for_a_page {
        let index = ServeFile::new(dist.join("index.html"));
        let Ok(page) = index.oneshot(Request::new(Body::empty())).await;
        return page.into_response();
    }
    found.into_response()
}

/// Adds what every answer, and what every HTML answer, has to carry.
pub async fn dress(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let jar = CookieJar::from_headers(request.headers());
    let session_check = request.uri().path() == "/auth/session";
    let module = request.uri().path().ends_with(".mjs") || request.uri().path().ends_with(".cjs");
    let mut response = next.run(request).await;

    let html = is_html(response.headers());
    let unchanged = response.status() == StatusCode::NOT_MODIFIED;
    let headers = response.headers_mut();
    if module && !html && headers.contains_key(header::CONTENT_TYPE) {
        // `ServeDir` knows the type of `.js` alone.
        set(headers, header::CONTENT_TYPE, "text/javascript");
    }
    // An answer that a page has not changed does not say that it is one; nothing else is kept to be asked about.
    let kept = (html || unchanged) && app.switches.current().keep_pages;
    let caching = if kept { "no-cache" } else { "no-store" };
    set(headers, header::CACHE_CONTROL, caching);
    set(headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    if html {
        set(headers, header::REFERRER_POLICY, "same-origin");
        set(headers, header::X_FRAME_OPTIONS, "DENY");
        let isolated = HeaderName::from_static("cross-origin-opener-policy");
        set(headers, isolated, "same-origin");
        if let Some(policy) = policy(app.switches.current().csp) {
            set(headers, header::CONTENT_SECURITY_POLICY, policy);
        }
    }
    if (html || session_check) && cookies::value(&jar, cookies::XSRF).is_none() {
        let xsrf = cookies::xsrf(app.settings.secure_cookies);
        return (CookieJar::new().add(xsrf), response).into_response();
    }
    response
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    headers.insert(name, HeaderValue::from_static(value));
}

fn policy(csp: Csp) -> Option<&'static str> {
    macro_rules! policy {
        ($script:literal) => {
            concat!(
                "default-src 'self'; script-src ",
                $script,
                "; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; \
                 base-uri 'none'; object-src 'none'; frame-ancestors 'none'; \
                 require-trusted-types-for 'script'; trusted-types 'none'"
            )
        };
    }
    match csp {
        Csp::Strict => Some(policy!("'self' 'wasm-unsafe-eval'")),
        Csp::NoWasm => Some(policy!("'self'")),
        Csp::Off => None,
    }
}

fn accepts_html(headers: &HeaderMap) -> bool {
    headers
        .get_all(header::ACCEPT)
        .iter()
        .any(|value| contains(value, "text/html"))
}

fn is_html(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|value| contains(value, "text/html"))
}

fn contains(value: &HeaderValue, media_type: &str) -> bool {
    value
        .to_str()
        .is_ok_and(|value| value.to_ascii_lowercase().contains(media_type))
}
