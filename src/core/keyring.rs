//! The tokens of bearer mode: in memory, sent where they belong, never shown (contract K3, K4, K6, K7).

use std::fmt;

use super::value::Value;

/// How often a refresh token is sent without the answer being heard (contract K6).
const MOST_UNHEARD: u8 = 2;

/// A token. It says nothing of itself; whoever needs it has to ask by name.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Secret(String);

impl Secret {
    /// The token itself, to be sent.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    fn read(value: &Value, allowed: fn(u8) -> bool) -> Option<Self> {
        let text = value.as_text()?;
        (!text.is_empty() && text.bytes().all(allowed)).then(|| Self(text.to_owned()))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(a token)")
    }
}

/// The tokens in the JSON of a token endpoint (RFC 6749 §5.1).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Tokens {
    access: Secret,
    /// Whether it is bound to a key (RFC 9449 §5), if the answer says so.
    bound: Option<bool>,
    refresh: Option<Secret>,
}

impl Tokens {
    /// Reads them. `dpop` says whether there is a key to which they may be bound.
    ///
    /// # Errors
    ///
    /// What is wrong, by the name of the member; never its value.
    pub fn read(body: &Value, dpop: bool) -> Result<Self, &'static str> {
        let member = |name| {
            body.member(name)
                .filter(|value| !matches!(value, Value::Null))
        };
        let access = member("access_token")
            .ok_or("there is no access_token")
            .and_then(|value| {
                // RFC 6749 appendix A.12 allows spaces, which no header could carry (RFC 6750 §2.1).
                Secret::read(value, |b| b.is_ascii_graphic())
                    .ok_or("access_token is no text of visible characters")
            })?;
        let refresh = member("refresh_token")
            .map(|value| {
                // RFC 6749 appendix A.17.
                Secret::read(value, |b| b.is_ascii_graphic() || b == b' ')
                    .ok_or("refresh_token is no text of visible characters")
            })
            .transpose()?;
        let bound = member("token_type")
            .map(|kind| match kind.as_text().unwrap_or_default() {
                kind if kind.eq_ignore_ascii_case("Bearer") => Ok(false),
                kind if !kind.eq_ignore_ascii_case("DPoP") => {
                    Err("token_type is neither Bearer nor DPoP")
                }
                _ if dpop => Ok(true),
                _ => Err("token_type is DPoP, which takes the option dpop"),
            })
            .transpose()?;
        Ok(Self {
            access,
            bound,
            refresh,
        })
    }
}

/// What is kept of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Keyring {
    access: Option<Secret>,
    bound: bool,
    /// Given up once it was sent [`MOST_UNHEARD`] times in vain; the sign-out still revokes it.
    refresh: Option<Secret>,
    /// How often the refresh token was sent and no answer heard.
    unheard: u8,
    /// Of whom the server is yet to be told that they signed out.
    revoked: Option<Tokens>,
}

impl Keyring {
    pub(super) fn access(&self) -> Option<&Secret> {
        self.access.as_ref()
    }

    /// Whether the access token is bound to a key.
    pub(super) fn is_bound(&self) -> bool {
        self.bound
    }

    pub(super) fn refresh(&self) -> Option<&Secret> {
        self.refresh
            .as_ref()
            .filter(|_| self.unheard < MOST_UNHEARD)
    }

    /// Somebody signed in.
    pub(super) fn replace(&mut self, tokens: Tokens) {
        self.access = Some(tokens.access);
        self.bound = tokens.bound == Some(true);
        self.refresh = tokens.refresh;
        self.unheard = 0;
    }

    /// Whether tokens that a refresh brings are bound to no key any more, while the ones so far are.
    pub(super) fn is_loosened_by(&self, tokens: &Tokens) -> bool {
        self.bound && tokens.bound == Some(false)
    }

    /// A refresh was answered: without a new refresh token, the old one stays good (RFC 6749 §6).
    pub(super) fn renew(&mut self, tokens: Tokens) {
        self.access = Some(tokens.access);
        self.bound = tokens.bound.unwrap_or(self.bound);
        self.refresh = tokens.refresh.or_else(|| self.refresh.take());
        self.unheard = 0;
    }

    /// There was no answer, or none that can be understood: the token may be used up. It is tried once more. An answer
    /// that only says "not now" in between changes nothing: what became of the first try is as unknown as before.
    pub(super) fn not_heard(&mut self) {
        if self.refresh().is_some() {
            self.unheard += 1;
        }
    }

    /// Nobody is signed in any more.
    pub(super) fn forget(&mut self) {
        self.access = None;
        self.bound = false;
        self.refresh = None;
        self.unheard = 0;
    }

    /// The user signed out: the server is to revoke what there was.
    pub(super) fn surrender(&mut self) {
        if let Some(access) = self.access.take() {
            self.revoked = Some(Tokens {
                access,
                bound: Some(self.bound),
                refresh: self.refresh.take(),
            });
        }
        self.forget();
    }

    /// The answer to a refresh came after the sign-out: what it brought is what there is to revoke.
    pub(super) fn surrender_late(&mut self, tokens: Tokens) {
        let before = self.revoked.take().and_then(|before| before.refresh);
        self.revoked = Some(Tokens {
            refresh: tokens.refresh.or(before),
            ..tokens
        });
    }

    /// The refresh token, which takes its access tokens along; the access token where there is no other (RFC 7009 §2.1).
    pub(super) fn take_revoked(&mut self) -> Option<Secret> {
        let tokens = self.revoked.take()?;
        Some(tokens.refresh.unwrap_or(tokens.access))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn body(members: &[(&'static str, Value)]) -> Value {
        Value::object(members.iter().cloned())
    }

    fn tokens(access: &str, refresh: Option<&str>) -> Tokens {
        Tokens {
            access: Secret(access.to_owned()),
            bound: None,
            refresh: refresh.map(|token| Secret(token.to_owned())),
        }
    }

    #[test]
    fn k6_a_new_refresh_token_replaces_the_old_and_none_keeps_it() {
        let mut keyring = Keyring::default();
        keyring.replace(tokens("a1", Some("r1")));
        keyring.renew(tokens("a2", None));
        assert_eq!(keyring.access().map(Secret::expose), Some("a2"));
        assert_eq!(keyring.refresh().map(Secret::expose), Some("r1"));
        keyring.renew(tokens("a3", Some("r2")));
        assert_eq!(keyring.refresh().map(Secret::expose), Some("r2"));
    }

    #[test]
    fn k6_a_refresh_token_that_nobody_answers_for_is_sent_once_more() {
        let mut keyring = Keyring::default();
        keyring.replace(tokens("a1", Some("r1")));
        keyring.not_heard();
        assert!(keyring.refresh().is_some());
        keyring.not_heard();
        assert!(keyring.refresh().is_none());
        assert!(keyring.access().is_some(), "it may still be good");
        keyring.surrender();
        let revoked = keyring.take_revoked();
        assert_eq!(revoked.as_ref().map(Secret::expose), Some("r1"));
    }

    #[test]
    fn k6_each_refresh_token_has_tries_of_its_own() {
        let mut keyring = Keyring::default();
        for token in ["r1", "r2"] {
            keyring.replace(tokens("a1", Some(token)));
            keyring.not_heard();
            keyring.renew(tokens("a2", None));
            keyring.not_heard();
            assert!(keyring.refresh().is_some());
        }
    }

    #[test]
    fn k7_signing_out_forgets_both_and_keeps_what_is_to_be_revoked() {
        let mut keyring = Keyring::default();
        let mut revoked = |before: Option<&str>, late: Option<Tokens>| {
            keyring.replace(tokens("a1", before));
            keyring.surrender();
            assert_eq!((keyring.access(), keyring.refresh()), (None, None));
            // Signing out once more changes nothing.
            keyring.surrender();
            late.into_iter()
                .for_each(|late| keyring.surrender_late(late));
            let revoked = keyring.take_revoked().expect("there was a token");
            assert_eq!(keyring.take_revoked(), None);
            revoked.expose().to_owned()
        };
        assert_eq!(revoked(Some("r1"), None), "r1");
        assert_eq!(revoked(Some("r1"), Some(tokens("a2", Some("r2")))), "r2");
        assert_eq!(revoked(Some("r1"), Some(tokens("a2", None))), "r1");
        assert_eq!(revoked(None, None), "a1");
        assert_eq!(revoked(None, Some(tokens("a2", None))), "a2");
    }

    #[test]
    fn k6_forgetting_leaves_only_what_is_to_be_revoked() {
        let mut keyring = Keyring::default();
        keyring.replace(tokens("a1", Some("r1")));
        keyring.forget();
        assert_eq!(keyring, Keyring::default());
        keyring.replace(tokens("a1", Some("r1")));
        keyring.surrender();
        keyring.forget();
        keyring.replace(tokens("a2", Some("r2")));
        let revoked = keyring.take_revoked();
        assert_eq!(revoked.as_ref().map(Secret::expose), Some("r1"));
    }

    #[test]
    fn tokens_are_refused_by_the_name_of_what_is_wrong() {
        let good = ("access_token", Value::from("a1"));
        for (members, wrong) in [
            (vec![], "access_token"),
            (vec![("access_token", Value::Null)], "access_token"),
            (vec![("access_token", "".into())], "access_token"),
            (vec![("access_token", "a b".into())], "access_token"),
            (vec![("access_token", "a\r\nX: y".into())], "access_token"),
            (vec![("access_token", "ä".into())], "access_token"),
            (
                vec![good.clone(), ("refresh_token", "r\nr".into())],
                "refresh_token",
            ),
            (
                vec![good.clone(), ("refresh_token", 7.0.into())],
                "refresh_token",
            ),
            (
                vec![good.clone(), ("token_type", "mac".into())],
                "token_type",
            ),
        ] {
            assert!(
                Tokens::read(&body(&members), true)
                    .unwrap_err()
                    .contains(wrong)
            );
        }
        for (kind, bound) in [
            ("bearer", false),
            ("Bearer", false),
            ("DPoP", true),
            ("dpop", true),
        ] {
            let said = body(&[good.clone(), ("token_type", kind.into())]);
            assert_eq!(Tokens::read(&said, true).unwrap().bound, Some(bound));
            assert_eq!(
                Tokens::read(&said, false).is_err(),
                bound,
                "there is no key"
            );
        }
        assert!(Tokens::read(&Value::Null, true).is_err());
        let spaced = Tokens::read(&body(&[good, ("refresh_token", "r r".into())]), false).unwrap();
        assert_eq!(spaced.refresh.as_ref().map(Secret::expose), Some("r r"));
    }

    proptest! {
        #[test]
        fn k4_no_token_is_in_debug(access in "[!-~]{8,40}", refresh in "[!-~]{8,40}") {
            let mut keyring = Keyring::default();
            keyring.replace(tokens(&access, Some(&refresh)));
            let shown = format!("{keyring:?}");
            prop_assert!(!shown.contains(&access) && !shown.contains(&refresh));
        }
    }
}
