//! The two cookies of a browser: its session, and what binds a sign-in under way to it.

use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use sha2::{Digest as _, Sha256};
use time::Duration;
use tower_sessions_core::session::Id;

use crate::session::Token;

/// How long a sign-in may take, from the first redirect to the last.
pub const SIGN_IN: Duration = Duration::minutes(10);

/// A cookie that holds nothing but a random text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Names the session, for as long as the browser is open.
    Session,
    /// Binds the sign-ins under way to this browser: a link to the callback that somebody else
    /// prepared finds nothing.
    SignIn,
}

impl Kind {
    /// `__Host-` has the browser accept the cookie from this very host alone, over https, so that
    /// no other subdomain can plant one.
    fn name(self, secure: bool) -> &'static str {
        match (self, secure) {
            (Self::Session, false) => "session",
            (Self::Session, true) => "__Host-session",
            (Self::SignIn, false) => "sign_in",
            (Self::SignIn, true) => "__Host-sign_in",
        }
    }

    /// The cookie's value, if the browser has one.
    pub fn value(self, jar: &CookieJar, secure: bool) -> Option<&str> {
        crate::cookies::value(jar, self.name(secure)).filter(|value| !value.is_empty())
    }

    /// The cookie with a value. `SameSite=Lax`, since the browser comes back from the provider by a
    /// redirect from another site, which `Strict` would keep the cookie out of.
    pub fn set(self, value: String, secure: bool) -> Cookie<'static> {
        let mut cookie = Cookie::build((self.name(secure), value))
            .http_only(true)
            .same_site(SameSite::Lax)
            .path("/")
            .secure(secure)
            .build();
        if self == Self::SignIn {
            cookie.set_max_age(SIGN_IN);
        }
        cookie
    }

    /// Takes the cookie away.
    pub fn cleared(self, secure: bool) -> Cookie<'static> {
        let mut cookie = self.set(String::new(), secure);
        cookie.make_removal();
        cookie
    }
}

/// A new value.
pub fn random() -> String {
    Token::random().into_string()
}

/// Under which id the store keeps what cookies name: a digest, so that who reads the store cannot
/// make the cookie.
pub fn id(parts: &[&str]) -> Id {
    let digest: [u8; 32] = Sha256::digest(parts.join(" ")).into();
    let mut half = [0; 16];
    half.copy_from_slice(&digest[..16]);
    Id(i128::from_le_bytes(half))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_are_for_this_host_and_no_script() {
        let session = Kind::Session.set("x".to_owned(), true).to_string();
        assert_eq!(
            session,
            "__Host-session=x; HttpOnly; SameSite=Lax; Secure; Path=/"
        );
        let plain = Kind::Session.set("x".to_owned(), false).to_string();
        assert_eq!(plain, "session=x; HttpOnly; SameSite=Lax; Path=/");
        let sign_in = Kind::SignIn.set("x".to_owned(), true).to_string();
        assert!(sign_in.starts_with("__Host-sign_in=x; ") && sign_in.contains("Max-Age=600"));
        let cleared = Kind::Session.cleared(true).to_string();
        assert!(cleared.contains("Secure; Path=/; Max-Age=0"), "{cleared}");
    }

    #[test]
    fn an_id_does_not_show_the_cookie() {
        assert_eq!(id(&["a", "b"]), id(&["a", "b"]));
        assert_ne!(id(&["a", "b"]), id(&["a", "c"]));
        assert!(!id(&["0123"]).to_string().contains("0123"));
    }
}
