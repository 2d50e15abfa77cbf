//! Where a URL that `fetch` accepts would go: its origin and its path, both in one comparable form.
//!
//! Not a general URL parser. It follows the WHATWG URL standard for `http:` and `https:` as far as
//! it decides origin and path, forgets the rest (user info, query, fragment), and declines whatever
//! it is not sure of: a wrong guess could send credentials to a foreign origin.

use super::text::{cut, cut_at_last, joined, number, skip, skip_back};

/// The destination of a request: what is left of its URL when all spellings of it are made equal.
///
/// Two URLs are the same route exactly when both fields are equal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Url {
    /// Scheme, host and port as the platform serializes an origin: `https://api.example.com:8443`.
    pub origin: String,
    /// The path, for comparison only: dot segments resolved, unreserved characters decoded, others
    /// escaped in upper case where some platform would escape them, no trailing slash except in
    /// `/`.
    pub path: String,
}

impl Url {
    /// Whether nobody can listen on the way there: https, or this machine (RFC 6761 §6.3, RFC 8252 §8.3).
    #[must_use]
    pub fn is_private(&self) -> bool {
        let Some(rest) = self.origin.strip_prefix("http://") else {
            return self.origin.starts_with("https://");
        };
        let (host, _port) = split_port(rest);
        let is_ipv4 = host.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        host == "localhost"
            || host.ends_with(".localhost")
            || host == "[::1]"
            || is_ipv4 && host.starts_with("127.")
    }

    /// Parses what `fetch` was given, relative to `base`.
    ///
    /// # Errors
    ///
    /// [`UrlError::AskPlatform`] where this parser cannot be sure: resolve the text with the
    /// platform's own `URL` and give its `href` to [`Url::from_href`]. [`UrlError::NotHttp`] and
    /// [`UrlError::NoBase`] are final: such a request goes to no origin of ours.
    pub fn parse(text: &str, base: Option<&Base>) -> Result<Self, UrlError> {
        read(text, base, Hosts::Plain).map(Self::compared)
    }

    /// Reads the `href` of a platform `URL` object, whose host needs no more checking.
    ///
    /// # Errors
    ///
    /// [`UrlError::NotHttp`] for other schemes; [`UrlError::AskPlatform`] or [`UrlError::NoBase`]
    /// for a text that no platform would have serialized. None of them can be one of our origins.
    pub fn from_href(href: &str) -> Result<Self, UrlError> {
        read(href, None, Hosts::Canonical).map(Self::compared)
    }

    /// Origin and path as one text.
    #[must_use]
    pub fn whole(&self) -> String {
        joined(&[&self.origin, &self.path])
    }

    fn compared(mut self) -> Self {
        drop_trailing_slash(&mut self.path);
        self
    }
}

/// What relative URLs are resolved against: the page's base URL, or an absolute `baseURL`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Base {
    /// Its path still has the trailing slash: that is what makes a directory.
    place: Url,
}

impl Base {
    /// Parses a base that a person wrote, itself relative to `base`.
    ///
    /// # Errors
    ///
    /// As [`Url::parse`].
    pub fn parse(text: &str, base: Option<&Self>) -> Result<Self, UrlError> {
        let place = read(text, base, Hosts::Plain)?;
        Ok(Self { place })
    }

    /// Reads a base that the platform serialized, such as `document.baseURI`.
    ///
    /// # Errors
    ///
    /// As [`Url::from_href`]; a document at `about:blank` or `file:` is [`UrlError::NotHttp`].
    pub fn from_href(href: &str) -> Result<Self, UrlError> {
        let place = read(href, None, Hosts::Canonical)?;
        Ok(Self { place })
    }

    /// The origin, as in [`Url::origin`].
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.place.origin
    }

    fn is_https(&self) -> bool {
        self.place.origin.starts_with("https:")
    }
}

/// Why a text was not taken for an `http:` or `https:` URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UrlError {
    /// Invalid, or with a host whose canonical form takes the platform's own `URL` to know
    /// (international, percent-encoded, IPv6, an IPv4 address in an unusual notation).
    AskPlatform,
    /// Another scheme, such as `blob:` or `data:`.
    NotHttp,
    /// Relative, and there is nothing to resolve it against.
    NoBase,
}

/// How much of a host is taken on trust.
#[derive(Clone, Copy)]
enum Hosts {
    /// Only letters, digits, `-`, `_` and canonical IPv4 addresses.
    Plain,
    /// Whatever a platform can have serialized.
    Canonical,
}

/// Parses, and leaves the path its trailing slash.
fn read(text: &str, base: Option<&Base>, hosts: Hosts) -> Result<Url, UrlError> {
    let text = &tidy(text);
    let (text, _query_and_fragment) = cut(text, |b| matches!(b, b'?' | b'#'));
    let (https, rest) = match split_scheme(text) {
        Some((scheme, rest)) => (Some(is_https(scheme)?), rest),
        None => (None, text),
    };
    // A scheme equal to the base's is as good as none: `https:/x` on an https page is `/x`.
    let onto = base.filter(|base| https.is_none_or(|https| https == base.is_https()));
    let beyond_slashes = skip(rest, is_slash);
    let slashes = rest.len() - beyond_slashes.len();
    if let Some(base) = onto.filter(|_| slashes < 2) {
        let Url { origin, path } = &base.place;
        return Ok(Url {
            origin: origin.clone(),
            path: if slashes == 0 {
                relative_path(rest, path)
            } else {
                absolute_path(rest)
            },
        });
    }
    // The standard forgives any number of slashes before the host, even none.
    let https = https.or(base.map(Base::is_https)).ok_or(UrlError::NoBase)?;
    let (authority, path) = cut(beyond_slashes, is_slash);
    Ok(Url {
        origin: origin(https, authority, hosts).ok_or(UrlError::AskPlatform)?,
        path: absolute_path(path),
    })
}

/// Takes away what the URL standard ignores: controls and spaces around, tabs and newlines within.
pub(super) fn tidy(text: &str) -> String {
    let is_around = |b| b <= b' ';
    let is_within = |b| matches!(b, b'\t' | b'\n' | b'\r');
    let mut rest = skip_back(skip(text, is_around), is_around);
    let mut tidy = String::new();
    while !rest.is_empty() {
        let (kept, after) = cut(rest, is_within);
        tidy.push_str(kept);
        rest = skip(after, is_within);
    }
    tidy
}

/// Splits a leading `scheme:` off, without its colon.
pub(super) fn split_scheme(text: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = cut(text, |b| {
        !b.is_ascii_alphanumeric() && !matches!(b, b'+' | b'-' | b'.')
    });
    let begun = scheme.bytes().next()?.is_ascii_alphabetic();
    Some((scheme, rest.strip_prefix(":")?)).filter(|_| begun)
}

fn is_https(scheme: &str) -> Result<bool, UrlError> {
    if scheme.eq_ignore_ascii_case("https") {
        Ok(true)
    } else if scheme.eq_ignore_ascii_case("http") {
        Ok(false)
    } else {
        Err(UrlError::NotHttp)
    }
}

/// Serializes the origin, or gives `None` where the host or the port is not certain.
fn origin(https: bool, authority: &str, hosts: Hosts) -> Option<String> {
    let (scheme, default_port) = if https {
        ("https://", "443")
    } else {
        ("http://", "80")
    };
    let target = cut_at_last(authority, |b| b == b'@').map_or(authority, |(_user, target)| target);
    let (host, port) = split_port(target);
    let certain = match hosts {
        Hosts::Plain => is_plain_host(host),
        Hosts::Canonical => host.bytes().all(|b| b.is_ascii_graphic() && b != b'%'),
    };
    if host.is_empty() || !certain || !is_port(port) {
        return None;
    }
    let port = skip(port, |b| b == b'0');
    let (colon, port) = if port == default_port || port.is_empty() {
        ("", "")
    } else {
        (":", port)
    };
    let mut origin = joined(&[scheme, host, colon, port]);
    origin.make_ascii_lowercase();
    Some(origin)
}

fn split_port(target: &str) -> (&str, &str) {
    match cut_at_last(target, |b| b == b':') {
        // The last colon of `[::1]` is none of ours.
        Some((host, port)) if !port.ends_with("]") => (host, port),
        _ => (target, ""),
    }
}

/// Whether lower-casing is all that the platform would do to this host.
fn is_plain_host(host: &str) -> bool {
    let (mut labels, mut octets, mut numeric) = (0, 0, false);
    let mut rest = Some(host.strip_suffix(".").unwrap_or(host));
    while let Some(labels_left) = rest {
        let (label, after) = cut(labels_left, |b| b == b'.');
        rest = after.get(1..);
        let plain = label
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
        // Punycode is checked, and sometimes changed, by the platform.
        let punycode = matches!(label.as_bytes(), [b'x' | b'X', b'n' | b'N', b'-', b'-', ..]);
        if label.is_empty() || !plain || punycode {
            return false;
        }
        labels += 1;
        octets += u32::from(is_octet(label));
        numeric = label.bytes().next().is_some_and(|b| b.is_ascii_digit());
    }
    // `0x7f.1`, `127.1`, `010.0.0.1` and `2130706433` are addresses too, which the platform
    // rewrites.
    !numeric || (labels == 4 && octets == 4 && !host.ends_with("."))
}

/// One of the four numbers of an IPv4 address, in its canonical form.
fn is_octet(label: &str) -> bool {
    number(label).is_some_and(|n| n <= 255) && (label.len() == 1 || !label.starts_with("0"))
}

/// Nothing, or a port that exists. 0 is left to the platform: nobody can be reached there.
fn is_port(port: &str) -> bool {
    port.is_empty() || number(port).is_some_and(|n| (1..=65535).contains(&n))
}

/// Normalizes a path that starts at the root; an empty one is the root.
pub(super) fn absolute_path(path: &str) -> String {
    let rooted = path.bytes().next().is_some_and(is_slash);
    join("", path.get(usize::from(rooted)..).unwrap_or(path))
}

fn relative_path(path: &str, base: &str) -> String {
    if path.is_empty() {
        return base.to_owned();
    }
    let directory = cut_at_last(base, |b| b == b'/').map_or("", |(directory, _)| directory);
    join(directory, path)
}

/// Appends the segments of `path` to those of `directory`, each of which starts with its slash.
fn join(directory: &str, path: &str) -> String {
    let mut normal = String::with_capacity(directory.len() + 1 + path.len());
    normal.push_str(directory);
    let mut rest = Some(path);
    while let Some(path) = rest {
        let (segment, after) = cut(path, is_slash);
        rest = after.get(1..);
        let dots = dots(segment);
        if dots == 2 {
            let parent = cut_at_last(&normal, |b| b == b'/').map_or(0, |(parent, _)| parent.len());
            normal.truncate(parent);
        }
        if dots == 1 || dots == 2 {
            // A dot segment leaves a slash only at the end.
            if rest.is_none() {
                normal.push('/');
            }
        } else {
            normal.push('/');
            push_segment(&mut normal, segment.as_bytes());
        }
    }
    normal
}

/// How many dots a segment consists of, `%2e` counted as one; 0 if of anything else.
fn dots(segment: &str) -> usize {
    let mut rest = segment.as_bytes();
    let mut dots = 0;
    loop {
        rest = match rest {
            [] => return dots,
            [b'.', rest @ ..] | [b'%', b'2', b'e' | b'E', rest @ ..] => rest,
            _ => return 0,
        };
        dots += 1;
    }
}

fn push_segment(normal: &mut String, mut rest: &[u8]) {
    while let [first, after @ ..] = rest {
        let (byte, keep);
        (byte, keep, rest) = match after {
            [high, low, after @ ..]
                if *first == b'%' && high.is_ascii_hexdigit() && low.is_ascii_hexdigit() =>
            {
                let byte = hex_value(*high) << 4 | hex_value(*low);
                (byte, is_unreserved(byte), after)
            }
            _ => (*first, stays(*first), after),
        };
        if keep {
            normal.push(char::from(byte));
        } else {
            normal.push('%');
            normal.push(hex_digit(byte >> 4));
            normal.push(hex_digit(byte & 15));
        }
    }
}

/// Whether a byte of a path means itself. A `%` that starts no escape does not: only so is the
/// normal form of a normal form the same. `|` does by the standard, but Chromium escapes it.
fn stays(byte: u8) -> bool {
    byte.is_ascii_graphic()
        && !matches!(
            byte,
            b'"' | b'%' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{'..=b'}'
        )
}

/// RFC 3986 §2.3: escaping one of these changes nothing.
fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

fn hex_value(digit: u8) -> u8 {
    if digit.is_ascii_digit() {
        digit & 15
    } else {
        (digit & 15) + 9
    }
}

fn hex_digit(value: u8) -> char {
    char::from(if value < 10 {
        b'0' + value
    } else {
        b'A' - 10 + value
    })
}

/// Leaves the root its slash.
pub(super) fn drop_trailing_slash(path: &mut String) {
    let length = skip_back(path, |b| b == b'/').len();
    path.truncate(length.max(1));
}

pub(super) fn is_slash(byte: u8) -> bool {
    matches!(byte, b'/' | b'\\')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn page() -> Base {
        Base::from_href("https://app.example.com/shop/cart/?step=2").unwrap()
    }

    /// Origin and path as one text, or the error's name.
    fn place(text: &str, base: Option<&Base>) -> String {
        match Url::parse(text, base) {
            Ok(url) => format!("{}{}", url.origin, url.path),
            Err(error) => format!("{error:?}"),
        }
    }

    fn on_page(text: &str) -> String {
        place(text, Some(&page()))
    }

    #[test]
    fn relative_forms_resolve_as_the_platform_does() {
        for (text, expected) in [
            ("/api/x?y=1#z", "https://app.example.com/api/x"),
            ("item", "https://app.example.com/shop/cart/item"),
            ("./item", "https://app.example.com/shop/cart/item"),
            ("../item", "https://app.example.com/shop/item"),
            ("../../../../item", "https://app.example.com/item"),
            ("a/./b/../c/..", "https://app.example.com/shop/cart/a"),
            ("", "https://app.example.com/shop/cart"),
            ("?page=/x", "https://app.example.com/shop/cart"),
            ("#https://evil.test", "https://app.example.com/shop/cart"),
            ("//api.example.com/x", "https://api.example.com/x"),
            ("\\\\api.example.com\\x", "https://api.example.com/x"),
            ("/\\api.example.com/x", "https://api.example.com/x"),
            ("https:/x", "https://app.example.com/x"),
            ("https:x", "https://app.example.com/shop/cart/x"),
            ("https:", "https://app.example.com/shop/cart"),
            ("http:x", "http://x/"),
            ("http:/x", "http://x/"),
            ("1:x", "https://app.example.com/shop/cart/1:x"),
            (
                "x/https://y",
                "https://app.example.com/shop/cart/x/https://y",
            ),
            ("?x:y", "https://app.example.com/shop/cart"),
        ] {
            assert_eq!(on_page(text), expected, "{text:?}");
        }
    }

    #[test]
    fn the_bases_last_segment_is_replaced_and_empty_segments_count() {
        let base = Base::from_href("http://localhost:3000/a//b").unwrap();
        assert_eq!(place("c", Some(&base)), "http://localhost:3000/a//c");
        assert_eq!(place("../c", Some(&base)), "http://localhost:3000/a/c");
        assert_eq!(place("", Some(&base)), "http://localhost:3000/a//b");
    }

    #[test]
    fn a_scheme_is_relative_only_on_its_own_kind_of_page() {
        let http = Base::from_href("http://localhost:3000/a/b").unwrap();
        for (text, expected) in [
            ("//api.example.com/x", "http://api.example.com/x"),
            ("http:x", "http://localhost:3000/a/x"),
            ("http:/x", "http://localhost:3000/x"),
            ("https:x", "https://x/"),
            ("https:/x", "https://x/"),
        ] {
            assert_eq!(place(text, Some(&http)), expected, "{text:?}");
        }
    }

    #[test]
    fn a_base_may_itself_be_relative() {
        let base = Base::parse("/v1/", Some(&page())).unwrap();
        assert_eq!(base.origin(), "https://app.example.com");
        assert_eq!(place("me", Some(&base)), "https://app.example.com/v1/me");
        assert_eq!(Base::parse("/v1/", None), Err(UrlError::NoBase));
        assert_eq!(Base::from_href("about:blank"), Err(UrlError::NotHttp));
    }

    #[test]
    fn origins_are_serialized_as_the_platform_does() {
        for (text, expected) in [
            ("HTTPS://API.Example.COM:443/", "https://api.example.com/"),
            ("http://api.example.com:80", "http://api.example.com/"),
            ("https://api.example.com:80", "https://api.example.com:80/"),
            ("https://api.example.com:/", "https://api.example.com/"),
            (
                "https://api.example.com:008443/",
                "https://api.example.com:8443/",
            ),
            ("https://me:pw@api.example.com/", "https://api.example.com/"),
            ("https://a@b@api.example.com", "https://api.example.com/"),
            ("https:////api.example.com/", "https://api.example.com/"),
            (
                "\u{1}\t https://api.example.com \n",
                "https://api.example.com/",
            ),
            (
                "ht\ntps:/\t/api.exam\rple.com/a\tb",
                "https://api.example.com/ab",
            ),
            ("http://127.0.0.1:8080/", "http://127.0.0.1:8080/"),
            ("http://example.com./", "http://example.com./"),
        ] {
            assert_eq!(place(text, None), expected, "{text:?}");
        }
    }

    #[test]
    fn k2_uncertain_hosts_are_left_to_the_platform() {
        for text in [
            "https://b\u{fc}cher.example/",
            "https://api\u{3002}example.com/",
            "https://api%2eexample.com/",
            "https://xn--bcher-kva.example/",
            "https://api.XN--a/",
            "http://0x7f.1/",
            "http://2130706433/",
            "http://010.0.0.1/",
            "http://127.1/",
            "http://1.2.3.4./",
            "http://256.0.0.1/",
            "http://[::1]/",
            "http://a..b/",
            "http://.a/",
            "https://api.example.com:8a/",
            "https://api.example.com:65536/",
            "https://api.example.com:4294967739/",
            "https://api.example.com:1:2/",
            "https://api.example.com:0/",
            "https://api example.com/",
            "https://api.example.com|evil.test/",
            "https://*.example.com/",
            "https:///",
            "https://:443/",
            "https://user@/",
            "https://?",
        ] {
            assert_eq!(
                Url::parse(text, None),
                Err(UrlError::AskPlatform),
                "{text:?}"
            );
        }
    }

    #[test]
    fn a_platforms_href_is_believed() {
        for (href, origin) in [
            ("http://[::1]:3000/x", "http://[::1]:3000"),
            ("https://[::ffff:102:304]/x", "https://[::ffff:102:304]"),
            (
                "https://xn--bcher-kva.example/x",
                "https://xn--bcher-kva.example",
            ),
            ("http://me:pw@127.0.0.1/x", "http://127.0.0.1"),
        ] {
            let url = Url::from_href(href).unwrap();
            assert_eq!((&*url.origin, &*url.path), (origin, "/x"));
        }
        assert_eq!(Url::from_href("/x"), Err(UrlError::NoBase));
        assert_eq!(
            Url::from_href("https://\u{fc}/"),
            Err(UrlError::AskPlatform)
        );
    }

    #[test]
    fn other_schemes_and_orphans_are_named() {
        for text in [
            "blob:https://app.example.com/1",
            "data:,x",
            "file:///x",
            "localhost:3000/x",
        ] {
            assert_eq!(on_page(text), "NotHttp", "{text:?}");
        }
        for text in ["/x", "x", "", "//api.example.com/x", "?https://x"] {
            assert_eq!(place(text, None), "NoBase", "{text:?}");
        }
    }

    #[test]
    fn r3_paths_have_one_spelling() {
        for (text, expected) in [
            ("/auth/log%69n", "/auth/login"),
            ("/auth/%6c%6Fgin", "/auth/login"),
            ("/auth\\login", "/auth/login"),
            ("/auth/./login/", "/auth/login"),
            ("/x/%2e%2E/auth/.%2e/auth/%2e/login", "/auth/login"),
            ("/auth/login///", "/auth/login"),
            ("/auth/lo\tgin", "/auth/login"),
            ("/a%2fb", "/a%2Fb"),
            (
                "/a b\u{fc}\"<>^`{|}\u{7f}",
                "/a%20b%C3%BC%22%3C%3E%5E%60%7B%7C%7D%7F",
            ),
            (
                "/a%20b%c3%bc%22%3c%3e%5e%60%7b%7c%7d%7f",
                "/a%20b%C3%BC%22%3C%3E%5E%60%7B%7C%7D%7F",
            ),
            ("/%252e%252e/x", "/%252e%252e/x"),
            ("/100%/%4/%zz", "/100%25/%254/%25zz"),
            ("/%%34%31", "/%2541"),
            ("/.../..a/.b", "/.../..a/.b"),
            ("/..", "/"),
            ("/a/..", "/"),
            ("///", "https:///"),
            ("/a;b=c,d:@!$&'()*+[]~", "/a;b=c,d:@!$&'()*+[]~"),
        ] {
            let found = on_page(text);
            let found = found
                .strip_prefix("https://app.example.com")
                .unwrap_or("https:///");
            assert_eq!(found, expected, "{text:?}");
        }
    }

    /// Pieces that parsers stumble over, in any order.
    fn nasty() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            prop::sample::select(vec![
                "/",
                "\\",
                "//",
                ":",
                "@",
                "?",
                "#",
                ".",
                "..",
                "%2e",
                "%",
                "%41",
                "%zz",
                "\t",
                " ",
                "https:",
                "http://",
                "//evil.test",
                "api.example.com",
                ":443",
                "[::1]",
                "xn--",
                "1.2.3.4",
                "\u{fc}",
                "a",
                "*",
            ])
            .prop_map(str::to_owned),
            any::<char>().prop_map(String::from),
        ];
        prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn whatever_is_parsed_is_its_own_normal_form(text in nasty()) {
            let page = page();
            if let Ok(url) = Url::parse(&text, Some(&page)) {
                let again = format!("{}{}", url.origin, url.path);
                prop_assert_eq!(Url::parse(&again, None), Ok(url));
            }
        }

        #[test]
        fn whatever_a_platform_might_say_is_read_or_refused(text in nasty()) {
            if let Ok(url) = Url::from_href(&text) {
                prop_assert!(url.origin.starts_with("http"));
                prop_assert!(url.path.starts_with('/'));
                prop_assert!(url.origin.is_ascii() && url.path.is_ascii());
            }
        }

        #[test]
        fn r3_escaping_an_unreserved_character_changes_nothing(
            path in "/[a-z0-9_~/-]{1,20}", at in any::<prop::sample::Index>(), upper in any::<bool>(),
        ) {
            let page = page();
            let at = at.index(path.len());
            let byte = path.as_bytes()[at];
            prop_assume!(byte != b'/' && !path.starts_with("//"));
            let escape = if upper { format!("%{byte:02X}") } else { format!("%{byte:02x}") };
            let escaped = format!("{}{escape}{}", &path[..at], &path[at + 1..]);
            prop_assert_eq!(Url::parse(&escaped, Some(&page)), Url::parse(&path, Some(&page)));
        }
    }
}
