//! What the pages ask the playground's backend, in words for their user. No framework is in here, and nothing of
//! refreshing: the client does that.

use futures::future::join_all;
use oauth_refresh_wasm::{AuthClient, Code, FetchError};
use wasm_bindgen_futures::JsFuture;
use web_sys::{RequestInit, Response, UrlSearchParams};

/// Signs in.
///
/// # Errors
///
/// Why not.
pub async fn sign_in(client: &AuthClient, name: &str, password: &str) -> Result<String, String> {
    let form = UrlSearchParams::new().map_err(|error| format!("{error:?}"))?;
    form.append("username", name);
    form.append("password", password);
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_body(&form);
    let answer = client.fetch_with_str_and_init("/auth/login", &init).await;
    match answer.map_err(words)?.status() {
        200 => Ok(format!("Welcome, {name}.")),
        401 => Err("The name or the password is wrong.".to_owned()),
        status => Err(format!("The server answered {status}.")),
    }
}

/// Who is signed in, as the server has it.
///
/// # Errors
///
/// Why that is not known.
pub async fn profile(client: &AuthClient) -> Result<String, String> {
    load(client, "/api/profile").await
}

/// So many requests at once. If the token has expired, all of them meet a 401 and one refresh helps them all.
///
/// # Errors
///
/// The first that failed.
pub async fn items(client: &AuthClient, count: u32) -> Result<String, String> {
    let loading = (0..count).map(|n| async move { load(client, &format!("/api/items/{n}")).await });
    let loaded: Result<Vec<_>, _> = join_all(loading).await.into_iter().collect();
    Ok(format!("{} items", loaded?.len()))
}

async fn load(client: &AuthClient, path: &str) -> Result<String, String> {
    let answer = client.fetch_with_str(path).await.map_err(words)?;
    match answer.status() {
        200 => text(&answer).await,
        401 => Err("You are not signed in any more.".to_owned()),
        status => Err(format!("The server answered {status}.")),
    }
}

async fn text(answer: &Response) -> Result<String, String> {
    let reading = answer.text().map_err(|error| format!("{error:?}"))?;
    let text = JsFuture::from(reading).await;
    let text = text.map_err(|error| format!("{error:?}"))?;
    Ok(text.as_string().unwrap_or_default())
}

fn words(error: FetchError) -> String {
    match error {
        // Nobody is signed out because the network blinked.
        FetchError::Auth(error) if error.code == Code::RefreshUnavailable => {
            "The server cannot be reached just now; try again.".to_owned()
        }
        error => error.to_string(),
    }
}
