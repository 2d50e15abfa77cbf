//! The three cookies, with the attributes that make them safe.

use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};

use crate::session::{Issued, Token};

/// Names the session to the API and at sign-out.
pub const ACCESS: &str = "access_token";
/// Sent to `/auth/refresh` alone.
pub const REFRESH: &str = "refresh_token";
/// Read by the page, which repeats it in the header `X-XSRF-TOKEN`.
pub const XSRF: &str = "XSRF-TOKEN";

/// Where the refresh cookie goes, so that no other request carries it.
const REFRESH_PATH: &str = "/auth/refresh";

/// The `Set-Cookie` lines for a fresh pair of tokens.
///
/// Neither cookie has a `Max-Age`. A browser drops a cookie whose time is up, and then a sign-out
/// could no longer name the session; whether a token is alive is for the server to judge.
pub fn issued(tokens: Issued, secure: bool) -> CookieJar {
    CookieJar::new()
        .add(access(tokens.access.into_string(), secure))
        .add(refresh(tokens.refresh.into_string(), secure))
}

/// The `Set-Cookie` lines that take both token cookies away. The attributes have to be those with
/// which the cookies were set, or the browser keeps them.
pub fn cleared(secure: bool) -> CookieJar {
    let mut jar = CookieJar::new();
    for mut cookie in [
        access(String::new(), secure),
        refresh(String::new(), secure),
    ] {
        cookie.make_removal();
        jar = jar.add(cookie);
    }
    jar
}

/// A new value for the double submit. Not `HttpOnly`: the page has to read it.
pub fn xsrf(secure: bool) -> Cookie<'static> {
    Cookie::build((XSRF, Token::random().into_string()))
        .same_site(SameSite::Lax)
        .path("/")
        .secure(secure)
        .build()
}

/// The value of one of a request's cookies.
pub fn value<'jar>(jar: &'jar CookieJar, name: &str) -> Option<&'jar str> {
    jar.get(name).map(Cookie::value)
}

fn access(value: String, secure: bool) -> Cookie<'static> {
    Cookie::build((ACCESS, value))
        .http_only(true)
        .same_site(SameSite::Lax)
        .path("/")
        .secure(secure)
        .build()
}

fn refresh(value: String, secure: bool) -> Cookie<'static> {
    Cookie::build((REFRESH, value))
        .http_only(true)
        .same_site(SameSite::Strict)
        .path(REFRESH_PATH)
        .secure(secure)
        .build()
}
