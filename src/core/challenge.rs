//! `WWW-Authenticate`, by the grammar of RFC 9110 §11.6.1, and what a 401 asks for.

use super::text::{around, cut, cut_at_first, number, skip};

/// What to do about a 401.
#[derive(Clone, Debug, PartialEq, Eq)]
// A tag of its own takes less code to read than one that is hidden in a field.
#[repr(u8)]
pub enum Advice {
    /// A new access token may help.
    Refresh,
    /// The user has to authenticate again, or more strongly (RFC 9470): the caller gets the
    /// answer, and the application is told.
    StepUp {
        /// The authentication contexts that would do, separated by spaces, most wanted first.
        acr_values: Option<String>,
        /// How long ago the user may have authenticated, in seconds.
        max_age: Option<u64>,
    },
    /// A new access token changes nothing: the caller gets the answer.
    Deliver,
}

/// Reads the advice out of a `WWW-Authenticate` header; `None` where there is none that the page
/// may see.
///
/// Only `Bearer` (RFC 6750) and `DPoP` (RFC 9449) challenges count. Where several of them
/// disagree, `invalid_token` goes first, then a step-up, then a challenge without an error code.
#[must_use]
pub fn advise(header: Option<&str>) -> Advice {
    let mut advice = Advice::Refresh;
    let mut is_first = true;
    for challenge in Challenges::new(header.unwrap_or_default()) {
        if is_first {
            advice = Advice::Deliver;
            is_first = false;
        }
        if !is_ours(challenge.scheme) {
            continue;
        }
        let error = challenge.param("error");
        match (error.as_deref().unwrap_or_default(), &advice) {
            ("invalid_token", _) => return Advice::Refresh,
            ("insufficient_user_authentication", Advice::Deliver | Advice::Refresh) => {
                advice = step_up(&challenge);
            }
            ("", Advice::Deliver) => advice = Advice::Refresh,
            _ => {}
        }
    }
    advice
}

fn is_ours(scheme: &str) -> bool {
    scheme.eq_ignore_ascii_case("Bearer") || scheme.eq_ignore_ascii_case("DPoP")
}

fn step_up(challenge: &Challenge<'_>) -> Advice {
    let acr_values = challenge.param("acr_values");
    Advice::StepUp {
        acr_values: acr_values.filter(|values| !values.is_empty()),
        max_age: challenge
            .param("max_age")
            .and_then(|age| number(&age))
            .filter(|age| *age < u64::MAX),
    }
}

/// The challenges of one header, or of several that the platform joined with commas.
///
/// Reads on over what servers get wrong without becoming ambiguous (empty elements, missing
/// commas, values that should be quoted); ends at the first thing that makes no sense.
#[derive(Clone, Debug)]
pub struct Challenges<'a> {
    rest: &'a str,
}

impl<'a> Challenges<'a> {
    /// Starts at the beginning of a header's value.
    #[must_use]
    pub fn new(header: &'a str) -> Self {
        Self { rest: header }
    }
}

impl<'a> Iterator for Challenges<'a> {
    type Item = Challenge<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        let (scheme, after) = token(skip(self.rest, is_separator))?;
        let body = skip(after, is_space);
        // A parameter that belongs to no challenge: what came before it was malformed.
        if body.starts_with("=") {
            self.rest = "";
            return None;
        }
        let token68 = token68(body);
        let params = if token68.is_empty() { body } else { "" };
        self.rest = body.get(token68.len()..).unwrap_or_default();
        while let Some((_, _, after)) = param(self.rest) {
            self.rest = after;
        }
        Some(Challenge {
            scheme,
            token68,
            params,
        })
    }
}

/// One challenge: what a server would accept.
#[derive(Clone, Copy, Debug)]
pub struct Challenge<'a> {
    /// The authentication scheme as the server spelled it; compare without regard to case.
    pub scheme: &'a str,
    /// The opaque token that some schemes have in place of parameters; empty if there is none.
    pub token68: &'a str,
    /// From the first parameter to the end of the header; [`param`] stops at the next challenge.
    params: &'a str,
}

impl Challenge<'_> {
    /// The value of a parameter, without its quotes and escapes; the first, if a server repeats
    /// itself. Names are compared without regard to case.
    #[must_use]
    pub fn param(&self, name: &str) -> Option<String> {
        let mut rest = self.params;
        loop {
            let (found, value, after) = param(rest)?;
            if found.eq_ignore_ascii_case(name) {
                return Some(unescape(value));
            }
            rest = after;
        }
    }
}

/// Splits `name = value` off, with the separators before it; `None` if something else comes next.
fn param(text: &str) -> Option<(&str, &str, &str)> {
    let (name, after) = token(skip(text, is_separator))?;
    let value = skip(skip(after, is_space).strip_prefix("=")?, is_space);
    let (value, after) = match value.strip_prefix("\"") {
        Some(quoted) => quoted_string(quoted)?,
        // Not only a token: URLs without quotes are about.
        None => cut(value, is_separator),
    };
    Some((name, value, after))
}

/// Splits around the closing quote, which must be there.
fn quoted_string(text: &str) -> Option<(&str, &str)> {
    let mut escaped = false;
    for (index, b) in text.bytes().enumerate() {
        if b == b'"' && !escaped {
            return around(text, index);
        }
        escaped = b == b'\\' && !escaped;
    }
    None
}

fn unescape(value: &str) -> String {
    let mut plain = String::new();
    let mut rest = value;
    while let Some((before, after)) = cut_at_first(rest, |b| b == b'\\') {
        plain.push_str(before);
        rest = after;
        // A backslash may be escaped too.
        if let Some(after) = after.strip_prefix("\\") {
            plain.push('\\');
            rest = after;
        }
    }
    plain.push_str(rest);
    plain
}

/// Splits a non-empty token (RFC 9110 §5.6.2) off.
fn token(text: &str) -> Option<(&str, &str)> {
    let (token, after) = cut(text, |b| !is_token(b));
    (!token.is_empty()).then_some((token, after))
}

pub(super) fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'!' | b'#'..=b'\'' | b'*' | b'+' | b'-' | b'.' | b'^'..=b'`' | b'|' | b'~'
        )
}

/// What comes next if it is a token68: it fills its list element, which tells `a=` from `a=b`.
fn token68(text: &str) -> &str {
    let (opaque, after) = cut(text, |b| {
        !b.is_ascii_alphanumeric() && !matches!(b, b'+' | b'-'..=b'/' | b'_' | b'~')
    });
    let after = skip(after, |b| b == b'=');
    let element = text
        .get(..text.len() - after.len())
        .filter(|_| !opaque.is_empty());
    let after = skip(after, is_space);
    element
        .filter(|_| after.is_empty() || after.starts_with(","))
        .unwrap_or_default()
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

fn is_separator(byte: u8) -> bool {
    is_space(byte) || byte == b','
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn step_up(acr_values: Option<&str>, max_age: Option<u64>) -> Advice {
        Advice::StepUp {
            acr_values: acr_values.map(str::to_owned),
            max_age,
        }
    }

    #[test]
    fn r4_a_token_problem_or_no_reason_refreshes() {
        assert_eq!(advise(None), Advice::Refresh);
        for header in [
            "",
            " ,, ",
            "\u{fc}",
            "=",
            "Bearer",
            "bearer ,",
            "Bearer realm=\"api\"",
            "Bearer error=\"\"",
            "Bearer error=invalid_token",
            "BEARER Error = \"invalid_token\"",
            "Bearer realm=\"a, b\\\"c\", error=\"invalid_token\", error_description=\"expired\"",
            "Bearer error=\"invalid\\_token\"",
            ", ,Bearer\terror=\"invalid_token\",,",
            "DPoP algs=\"ES256 PS256\", error=\"invalid_token\"",
            "Basic realm=\"error=\\\"x\\\"\", Bearer error=\"invalid_token\"",
            "Negotiate YWJj==, Bearer error=\"invalid_token\"",
            "Basic, Bearer",
        ] {
            assert_eq!(advise(Some(header)), Advice::Refresh, "{header:?}");
        }
    }

    #[test]
    fn r4_other_reasons_and_schemes_are_delivered() {
        for header in [
            "Bearer error=\"insufficient_scope\", scope=\"admin\"",
            "Bearer error=invalid_request",
            "Bearer error=\"something_else\"",
            "Bearer error=\"insufficient_scope\", error=\"invalid_token\"",
            "DPoP error=\"use_dpop_nonce\"",
            "DPoP error=\"invalid_dpop_proof\"",
            "Basic realm=\"x\"",
            "Negotiate",
            "Negotiate YWJj==",
            "Bearish error=\"invalid_token\"",
            "Basic error=\"invalid_token\"",
            "Basic realm=\"Bearer error=\\\"invalid_token\\\"\"",
        ] {
            assert_eq!(advise(Some(header)), Advice::Deliver, "{header:?}");
        }
    }

    #[test]
    fn r4_step_up_carries_what_the_server_wants() {
        let bare = "Bearer error=\"insufficient_user_authentication\"";
        assert_eq!(advise(Some(bare)), step_up(None, None));
        for (params, acr_values, max_age) in [
            (
                "acr_values=\"gold silver\", max_age=\"5\"",
                Some("gold silver"),
                Some(5),
            ),
            ("max_age=0", None, Some(0)),
            ("ACR_Values=gold", Some("gold"), None),
            ("acr_values=\"\", max_age=\"\"", None, None),
            ("max_age=-1", None, None),
            ("max_age=+1", None, None),
            ("max_age=1.5", None, None),
            ("max_age=99999999999999999999", None, None),
        ] {
            let header = format!("{bare}, {params}");
            assert_eq!(
                advise(Some(&header)),
                step_up(acr_values, max_age),
                "{header:?}"
            );
        }
    }

    #[test]
    fn r4_challenges_that_disagree_are_ranked() {
        let ranked = [
            ("Bearer error=\"invalid_token\"", Advice::Refresh),
            (
                "DPoP error=\"insufficient_user_authentication\", max_age=1",
                step_up(None, Some(1)),
            ),
            ("Bearer realm=\"x\"", Advice::Refresh),
            ("DPoP error=\"insufficient_scope\"", Advice::Deliver),
            ("Basic realm=\"x\"", Advice::Deliver),
        ];
        for (at, (higher, advice)) in ranked.iter().enumerate() {
            for (lower, _) in &ranked[at..] {
                for header in [format!("{higher}, {lower}"), format!("{lower}, {higher}")] {
                    assert_eq!(advise(Some(&header)), *advice, "{header:?}");
                }
            }
        }
    }

    #[test]
    fn r4_a_malformed_tail_keeps_what_was_understood() {
        for (header, advice) in [
            (
                "Bearer error=\"insufficient_scope\", scope=\"unclosed",
                Advice::Deliver,
            ),
            (
                "Bearer error=\"insufficient_scope\", @@@, error=\"invalid_token\"",
                Advice::Deliver,
            ),
            ("Bearer error=\"invalid_token\" \u{fc}", Advice::Refresh),
            (
                "Bearer scope=x, error=\"insufficient_scope",
                Advice::Refresh,
            ),
            ("Basic realm=\"x\\", Advice::Deliver),
            ("Basic realm=\"x\", error=\"y\\\"", Advice::Deliver),
        ] {
            assert_eq!(advise(Some(header)), advice, "{header:?}");
        }
    }

    #[test]
    fn r4_common_mistakes_of_servers_are_read_as_meant() {
        for header in [
            "Bearer realm=\"x\" error=\"insufficient_scope\"",
            "Bearer authorization_uri=https://id.example.com/a?b=c, error=insufficient_scope",
            "Basic realm=\"x\" Bearer error=\"insufficient_scope\"",
            "Bearer, error=\"insufficient_scope\"",
        ] {
            assert_eq!(advise(Some(header)), Advice::Deliver, "{header:?}");
        }
    }

    #[test]
    fn challenges_are_told_apart() {
        let header = "Negotiate, NTLM TlRM/+==, Digest realm=\"a\\\\b\" , qop=\"auth\",, DPoP";
        let found: Vec<_> = Challenges::new(header)
            .map(|c| (c.scheme, c.token68, c.param("realm"), c.param("QOP")))
            .collect();
        assert_eq!(
            found,
            [
                ("Negotiate", "", None, None),
                ("NTLM", "TlRM/+==", None, None),
                ("Digest", "", Some("a\\b".into()), Some("auth".into())),
                ("DPoP", "", None, None),
            ]
        );
    }

    /// A header of the grammar's own pieces, in any order.
    fn nasty() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            prop::sample::select(vec![
                "Bearer",
                "DPoP",
                "Basic",
                " ",
                ",",
                "=",
                "\"",
                "\\",
                "error",
                "invalid_token",
                "\t",
                "a",
                "==",
                "/",
                "\u{fc}",
            ])
            .prop_map(str::to_owned),
            any::<char>().prop_map(String::from),
        ];
        prop::collection::vec(piece, 0..20).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn r4_every_header_is_read_to_an_end(header in nasty()) {
            prop_assert!(Challenges::new(&header).count() <= header.len());
            let _ = advise(Some(&header));
        }

        #[test]
        fn r4_quoting_is_undone(value in "[ -~]{0,20}") {
            let quoted = value.replace('\\', "\\\\").replace('"', "\\\"");
            let header = format!("Basic a=\"1\", X b=\"{quoted}\", c=3");
            let challenge = Challenges::new(&header).nth(1).unwrap();
            prop_assert_eq!(challenge.param("b").unwrap(), value);
            prop_assert_eq!(challenge.param("c").unwrap(), "3");
        }
    }
}
