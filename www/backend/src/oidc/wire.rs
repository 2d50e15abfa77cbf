//! Requests to the provider, and which of its answers say nothing but 'not now'.

use std::error::Error;
use std::fmt;
use std::pin::Pin;
use std::time::Duration;

use axum::http::{StatusCode, header};
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};
use reqwest::redirect;
use url::Url;
use url::form_urlencoded::byte_serialize;

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(5);
/// How long a request may take, its answer's body included. Less than the 30 seconds that the SDK
/// gives a refresh by default.
pub const TIMEOUT: Duration = Duration::from_secs(10);
/// The largest answer, in bytes.
const MOST_BYTES: usize = 1024 * 1024;

/// The connections to the provider. Redirects are not followed: what is sent holds secrets, and is
/// meant for the address that discovery named.
#[derive(Clone, Debug)]
pub struct Wire(reqwest::Client);

impl Wire {
    /// A wire without a connection so far.
    ///
    /// # Errors
    /// A sentence, if the system's root certificates cannot be used.
    pub fn new() -> Result<Self, String> {
        reqwest::Client::builder()
            .redirect(redirect::Policy::none())
            .connect_timeout(CONNECT)
            .timeout(TIMEOUT)
            .build()
            .map(Self)
            .map_err(|reason| format!("cannot set up https: {reason}"))
    }

    /// Posts a form as a client that authenticates by HTTP Basic. Id and secret are
    /// form-urlencoded first, so that a colon in the id is none of Basic's (RFC 6749 §2.3.1).
    ///
    /// # Errors
    /// [`Unavailable`], without an answer or with one that is a passing failure.
    pub async fn post_form(
        &self,
        url: &Url,
        client_id: &str,
        client_secret: &str,
        form: &[(&str, &str)],
    ) -> Result<HttpResponse, Unavailable> {
        let encoded = |text: &str| -> String { byte_serialize(text.as_bytes()).collect() };
        let request = self
            .0
            .post(url.clone())
            .basic_auth(encoded(client_id), Some(encoded(client_secret)))
            .form(form);
        self.execute(request.build()).await
    }

    /// Gets JSON with an access token (RFC 6750 §2.1).
    ///
    /// # Errors
    /// [`Unavailable`], without an answer or with one that is a passing failure.
    pub async fn get(&self, url: &Url, access_token: &str) -> Result<HttpResponse, Unavailable> {
        let request = self
            .0
            .get(url.clone())
            .header(header::ACCEPT, "application/json")
            .bearer_auth(access_token);
        self.execute(request.build()).await
    }

    async fn execute(
        &self,
        request: reqwest::Result<reqwest::Request>,
    ) -> Result<HttpResponse, Unavailable> {
        let request = request.map_err(Unavailable::unreachable)?;
        let mut response = self
            .0
            .execute(request)
            .await
            .map_err(Unavailable::unreachable)?;
        let status = response.status();
        if is_transient(status) {
            let retry_after = response.headers().get(header::RETRY_AFTER);
            return Err(Unavailable {
                retry_after: retry_after
                    .and_then(|value| value.to_str().ok())
                    .map(str::to_owned),
                reason: format!("the provider answered {status}"),
            });
        }
        let mut answer = HttpResponse::new(Vec::new());
        *answer.status_mut() = status;
        *answer.headers_mut() = response.headers().clone();
        while let Some(piece) = response.chunk().await.map_err(Unavailable::unreachable)? {
            if answer.body().len() + piece.len() > MOST_BYTES {
                return Err(Unavailable {
                    retry_after: None,
                    reason: format!("the provider's answer is larger than {MOST_BYTES} bytes"),
                });
            }
            answer.body_mut().extend_from_slice(&piece);
        }
        Ok(answer)
    }
}

impl<'c> AsyncHttpClient<'c> for Wire {
    type Error = Unavailable;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, Unavailable>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.execute(request.try_into()))
    }
}

/// No answer, or one that only says 'not now'.
#[derive(Clone, Debug)]
pub struct Unavailable {
    /// The answer's `Retry-After`.
    pub retry_after: Option<String>,
    reason: String,
}

impl Unavailable {
    fn unreachable(error: reqwest::Error) -> Self {
        let reason = if error.is_timeout() {
            format!("the provider did not answer within {TIMEOUT:?}")
        } else {
            "the provider could not be reached".to_owned()
        };
        Self {
            retry_after: None,
            reason,
        }
    }
}

impl fmt::Display for Unavailable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl Error for Unavailable {}

fn is_transient(status: StatusCode) -> bool {
    status.is_server_error() || matches!(status.as_u16(), 408 | 409 | 425 | 429)
}
