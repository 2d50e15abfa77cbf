//! What a URL is to the SDK: protected, exempt or foreign.

use std::fmt;

use super::text::{joined, skip};
use super::url::{self, Base, Url, UrlError};

/// What applies to a request, by where it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// Credentials, refresh and replay apply.
    Protected,
    /// Credentials apply; refresh and replay never do.
    Exempt(Exempt),
    /// An origin that is not listed: nothing applies.
    Foreign,
}

/// Why a listed origin's URL is exempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exempt {
    /// It is where the user signs in: a successful `POST` there starts a session.
    Login,
    /// It is another of the SDK's own endpoints, or excluded by the user.
    Other,
}

/// The table by which requests are told apart.
#[derive(Clone, Debug, Default)]
pub struct Routes {
    origins: Vec<String>,
    login: Vec<String>,
    exempt: Vec<String>,
    exclude: Vec<Pattern>,
}

impl Routes {
    /// `origins` are those that credentials may go to, each as [`Url::origin`] spells it. A URL in
    /// `login` or `exempt`, as [`Url::whole`] spells it, and a pattern in `exclude` count only on
    /// one of them.
    #[must_use]
    pub fn new(
        origins: Vec<String>,
        login: Vec<String>,
        exempt: Vec<String>,
        exclude: Vec<Pattern>,
    ) -> Self {
        Self {
            origins,
            login,
            exempt,
            exclude,
        }
    }

    /// Parses a request's URL and says what it is, in one step.
    ///
    /// # Errors
    ///
    /// As [`Url::parse`]. After [`UrlError::AskPlatform`], give the platform's `href` to
    /// [`Url::from_href`] and the result to [`Routes::route`]; every error that is left then means
    /// [`Route::Foreign`].
    pub fn classify(&self, text: &str, base: Option<&Base>) -> Result<(Route, Url), UrlError> {
        let url = Url::parse(text, base)?;
        Ok((self.route(&url), url))
    }

    /// Says what a parsed URL is. Origins are compared first: nothing else can make a URL of a
    /// foreign origin ours.
    #[must_use]
    pub fn route(&self, url: &Url) -> Route {
        let whole = url.whole();
        let excludes = |pattern: &Pattern| pattern.matches(&url.path, &whole);
        if !self.origins.contains(&url.origin) {
            Route::Foreign
        } else if self.login.contains(&whole) {
            Route::Exempt(Exempt::Login)
        } else if self.exempt.contains(&whole) || self.exclude.iter().any(excludes) {
            Route::Exempt(Exempt::Other)
        } else {
            Route::Protected
        }
    }
}

/// An exclusion as the user wrote it, ready to be compared with [`Url`]s.
///
/// `*` stands for any run of characters, slashes too. `/public/*` is compared with the path on
/// every listed origin, `https://api.example.com/public/*` on that origin, and a pattern that
/// starts with `*` with origin and path as one text. The spelling of the path matters as little as
/// in a URL; so `/public/*` takes `/public` along, which is how `/public/` is compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    /// Compared with the path if it begins with a slash, otherwise with origin and path as one text.
    glob: String,
}

impl Pattern {
    /// Parses an exclusion. A host in it is compared as [`Url::origin`] spells hosts: in lower
    /// case, and international ones in their ASCII form.
    ///
    /// # Errors
    ///
    /// [`PatternError`], whose text says what to write instead.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        let text = &*url::tidy(text);
        if text.bytes().any(|b| matches!(b, b'?' | b'#')) {
            return Err(PatternError::Query);
        }
        let beyond_slashes = skip(text, url::is_slash);
        let mut glob = if let Some(rest) = text.strip_prefix("*") {
            starred(rest)
        } else if beyond_slashes.len() < text.len() {
            // Two slashes would start a host, which a path never does.
            if text.len() - beyond_slashes.len() > 1 {
                return Err(PatternError::Start);
            }
            url::absolute_path(text)
        } else {
            let url = Url::from_href(text).map_err(|error| match error {
                UrlError::AskPlatform => PatternError::Host,
                UrlError::NotHttp | UrlError::NoBase => PatternError::Start,
            })?;
            if url.origin.bytes().any(|b| b == b'*') {
                return Err(PatternError::Host);
            }
            return Ok(Self { glob: url.whole() });
        };
        url::drop_trailing_slash(&mut glob);
        Ok(Self { glob })
    }

    fn matches(&self, path: &str, whole: &str) -> bool {
        let text = if self.glob.starts_with("/") {
            path
        } else {
            whole
        };
        let matches = |glob| is_match(glob, text);
        // The last slash of `/public/` is gone from the URL's path, but not from `/public/*`.
        matches(&self.glob) || self.glob.strip_suffix("/*").is_some_and(matches)
    }
}

/// Normalizes what follows a leading `*`, and puts the star before it.
fn starred(rest: &str) -> String {
    let normal = url::absolute_path(rest);
    // Normal paths start with a slash, this one not necessarily.
    let own_slash = rest.bytes().next().is_some_and(url::is_slash);
    let tail = normal.strip_prefix("/").filter(|_| !own_slash);
    joined(&["*", tail.unwrap_or(&normal)])
}

/// Matches the whole text. Only the last `*` met is ever tried again, so the steps are at most the
/// product of the two lengths, whatever the pattern.
fn is_match(glob: &str, text: &str) -> bool {
    let (mut glob, mut text) = (glob.bytes(), text.bytes());
    let mut last_star = None;
    loop {
        let here = text.clone();
        match (glob.next(), text.next()) {
            (Some(b'*'), _) => {
                text = here.clone();
                last_star = Some((glob.clone(), here));
            }
            (None, None) => return true,
            (Some(wanted), Some(found)) if wanted == found => {}
            (_, None) => return false,
            (_, Some(_)) => {
                // The star swallows one more.
                let Some((after_star, swallowed)) = &mut last_star else {
                    return false;
                };
                swallowed.next();
                glob = after_star.clone();
                text = swallowed.clone();
            }
        }
    }
}

/// Why an exclusion was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PatternError {
    /// It starts with none of `/`, `*`, `https://` and `http://`.
    Start,
    /// It speaks of the query or the fragment, which play no part in what a URL is.
    Query,
    /// Its host is missing, has a `*`, or is not in its ASCII form.
    Host,
}

impl PatternError {
    /// What to write instead.
    #[must_use]
    pub fn cure(self) -> &'static str {
        match self {
            Self::Start => {
                "must start with a single /, with *, or with https:// or http://, \
                 as in '/public/*' or 'https://api.example.com/public/*'"
            }
            Self::Query => {
                "must not contain ? or #, because only origin and path are compared; \
                 to look at the query give an object with test(url), such as a RegExp"
            }
            Self::Host => {
                "must name its host as new URL(...).host does, without *; \
                 for several hosts start with *, as in '*.example.com/public/*'"
            }
        }
    }
}

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.cure())
    }
}

impl std::error::Error for PatternError {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    impl Pattern {
        fn takes(&self, url: &Url) -> bool {
            self.matches(&url.path, &url.whole())
        }
    }

    const PAGE: &str = "https://app.example.com/shop/";

    fn page() -> Base {
        Base::from_href(PAGE).unwrap()
    }

    fn routes(exclude: &[&str]) -> Routes {
        let page = page();
        let url = |text| Url::parse(text, Some(&page)).unwrap().whole();
        Routes::new(
            vec![
                "https://app.example.com".to_owned(),
                "https://api.example.com".to_owned(),
                "http://localhost:3000".to_owned(),
            ],
            vec![
                url("/auth/login"),
                url("https://api.example.com/v1/sign in/"),
            ],
            vec![url("/auth/refresh"), url("https://api.example.com/session")],
            exclude
                .iter()
                .map(|text| Pattern::parse(text).unwrap())
                .collect(),
        )
    }

    fn route_of(routes: &Routes, text: &str) -> Route {
        routes.classify(text, Some(&page())).unwrap().0
    }

    #[test]
    fn r3_login_however_spelled() {
        let routes = routes(&[]);
        for text in [
            "/auth/login",
            "https://app.example.com/auth/login",
            "HTTPS://APP.EXAMPLE.COM/auth/login",
            "https://app.example.com:443/auth/login",
            "//app.example.com/auth/login",
            "https:/auth/login",
            "../auth/login",
            "./../auth/login",
            "../../auth/login",
            "/auth/./login",
            "/auth/x/../login",
            "/auth/%2e/login",
            "/auth/x/%2E%2e/login",
            "/auth/login/",
            "/auth/login/.",
            "/auth/%6cogin",
            "/%61uth/log%69n",
            "/auth/login#form",
            "/auth/login?next=/shop",
            "/auth/login/?next=%2Fshop#form",
            "\\auth\\login",
            "\t/auth/lo\ngin ",
            "https://user:secret@app.example.com/auth/login",
            "https://api.example.com/v1/sign in",
            "https://api.example.com/v1/sign%20in?x",
        ] {
            assert_eq!(
                route_of(&routes, text),
                Route::Exempt(Exempt::Login),
                "{text:?}"
            );
        }
    }

    #[test]
    fn r3_own_endpoints_however_spelled() {
        let routes = routes(&[]);
        for text in [
            "/auth/refresh",
            "/auth/../auth/refresh/",
            "/auth/refres%68?x=1",
            "HTTPS://Api.Example.Com:443/session/",
            "//api.example.com/./session#x",
        ] {
            assert_eq!(
                route_of(&routes, text),
                Route::Exempt(Exempt::Other),
                "{text:?}"
            );
        }
    }

    #[test]
    fn r3_only_the_same_url_is_exempt() {
        let routes = routes(&[]);
        for text in [
            "/",
            "/auth",
            "/auth/loginx",
            "/auth/login/x",
            "/auth/LOGIN",
            "/auth%2Flogin",
            "/auth/%256cogin",
            "/x?/auth/login",
            "/x#/auth/login",
            "/auth/login%3Fx",
            "https://api.example.com/auth/login",
            "http://localhost:3000/auth/refresh",
        ] {
            assert_eq!(route_of(&routes, text), Route::Protected, "{text:?}");
        }
    }

    #[test]
    fn k2_origins_that_only_look_listed_are_foreign() {
        let routes = routes(&["*"]);
        for text in [
            "https://api.example.com.evil.test/session",
            "https://api.example.com@evil.test/session",
            "https://api.example.com:pw@evil.test/session",
            "https://evil.test/https://api.example.com/session",
            "https://evil.test?https://api.example.com/session",
            "https://evil.test#https://api.example.com/session",
            "https://evil.test\\@api.example.com/session",
            "https://evil.test/@api.example.com/session",
            "//evil.test/auth/login",
            "\\\\evil.test/auth/login",
            "/\t/evil.test/auth/login",
            "https://xapi.example.com/session",
            "https://example.com/session",
            "https://api.example.com./session",
            "https://api.example.com:8443/session",
            "https://api.example.com:80/session",
            "http://api.example.com/session",
            "http://api.example.com:443/session",
            "http://localhost/",
            "http://localhost:30000/",
        ] {
            assert_eq!(route_of(&routes, text), Route::Foreign, "{text:?}");
        }
    }

    #[test]
    fn k2_doubt_is_an_error_and_never_a_route() {
        let routes = routes(&["*"]);
        for (text, error) in [
            (
                "https://api.example.com%2eevil.test/",
                UrlError::AskPlatform,
            ),
            (
                "https://api.example.com\u{ff0f}.evil.test/",
                UrlError::AskPlatform,
            ),
            ("https://api.example\u{3002}com/", UrlError::AskPlatform),
            ("blob:https://api.example.com/1", UrlError::NotHttp),
            (
                "javascript:alert(1)//https://api.example.com",
                UrlError::NotHttp,
            ),
        ] {
            assert_eq!(routes.classify(text, Some(&page())), Err(error), "{text:?}");
        }
        assert_eq!(routes.classify("/x", None), Err(UrlError::NoBase));
    }

    #[test]
    fn r12_foreign_wins_over_every_other_rule() {
        let page = page();
        let login = Url::parse("https://id.example.net/login", Some(&page)).unwrap();
        let exclude = Pattern::parse("https://id.example.net/*").unwrap();
        let routes = Routes::new(
            vec!["https://app.example.com".to_owned()],
            vec![login.whole()],
            vec![login.whole()],
            vec![exclude],
        );
        assert_eq!(routes.route(&login), Route::Foreign);
        assert_eq!(Routes::default().route(&login), Route::Foreign);
    }

    #[test]
    fn what_the_platform_resolved_is_routed_the_same() {
        let routes = routes(&[]);
        let url = Url::from_href("https://api.example.com/v1/sign%20in/").unwrap();
        assert_eq!(routes.route(&url), Route::Exempt(Exempt::Login));
        let url = Url::from_href("https://xn--bcher-kva.example/session").unwrap();
        assert_eq!(routes.route(&url), Route::Foreign);
    }

    #[test]
    fn r3_exclusions() {
        let excluded = Route::Exempt(Exempt::Other);
        for (pattern, text, route) in [
            // Without `*`: one URL, however spelled.
            ("/health", "/health", excluded),
            (
                "/health",
                "https://api.example.com/x/../he%61lth/?x",
                excluded,
            ),
            ("/health", "/healthy", Route::Protected),
            ("/health", "/v1/health", Route::Protected),
            ("/health/", "/health", excluded),
            ("/", "/?x", excluded),
            ("/", "/x", Route::Protected),
            (" /a b/%7e\u{fc} ", "/a%20b/~%c3%bc", excluded),
            (
                "https://api.example.com/health",
                "https://api.example.com/health/",
                excluded,
            ),
            (
                "https://api.example.com/health",
                "/health",
                Route::Protected,
            ),
            (
                "HTTPS://Api.Example.com:443",
                "https://api.example.com?x",
                excluded,
            ),
            // A path with `*`, on every listed origin.
            ("/public/*", "/public/a/b", excluded),
            ("/public/*", "http://localhost:3000/public/a", excluded),
            ("/public/*", "/public/", excluded),
            ("/public/*", "/public", excluded),
            ("/public/*", "/publication", Route::Protected),
            ("/public/*", "/x/public/a", Route::Protected),
            ("/public/*", "/public/../private", Route::Protected),
            ("/public/*", "/public/%2e%2e/private", Route::Protected),
            ("/public*", "/publication", excluded),
            ("/*/public/*.json", "/v1/x/public/y/z.json?q", excluded),
            ("/*/public/*.json", "/v1/public/z.jsonp", Route::Protected),
            ("/a/./*/%7e", "/a/b/~", excluded),
            ("/*", "/", excluded),
            ("/*a*b*", "/xbxaxxbx", excluded),
            ("/*a*b*", "/xbxa", Route::Protected),
            ("/a**b", "/ab", excluded),
            // An origin and a path.
            (
                "https://api.example.com/public/*",
                "https://api.example.com/public/a",
                excluded,
            ),
            (
                "https://api.example.com/public/*",
                "/public/a",
                Route::Protected,
            ),
            (
                "https://api.example.com/*",
                "https://api.example.com",
                excluded,
            ),
            // Both as one text.
            ("*/health", "/v1/health", excluded),
            ("*/health", "/health/", excluded),
            ("*/health", "/health/x", Route::Protected),
            (
                "*api.example.com/public/*",
                "https://api.example.com/public/x",
                excluded,
            ),
            ("*api.example.com/public/*", "/public/x", Route::Protected),
            ("*.png", "/a/b.png?v=1", excluded),
            ("*b/../c", "/x/c", excluded),
            ("*/", "/x", excluded),
            ("*", "/x", excluded),
        ] {
            let routes = routes(&[pattern]);
            assert_eq!(route_of(&routes, text), route, "{pattern:?} on {text:?}");
        }
    }

    #[test]
    fn an_exclusion_may_name_a_host_the_platform_spelled() {
        for (pattern, href) in [
            ("http://[::1]:3000/public/*", "http://[::1]:3000/public/x"),
            (
                "https://xn--bcher-kva.example/*",
                "https://xn--bcher-kva.example/x",
            ),
        ] {
            let url = Url::from_href(href).unwrap();
            assert!(Pattern::parse(pattern).unwrap().takes(&url), "{pattern:?}");
        }
    }

    #[test]
    fn refused_exclusions_say_what_to_write() {
        for (pattern, error) in [
            ("", PatternError::Start),
            ("public/*", PatternError::Start),
            ("localhost:3000/*", PatternError::Start),
            ("//api.example.com/*", PatternError::Start),
            ("/\\api.example.com/*", PatternError::Start),
            ("ftp://api.example.com/*", PatternError::Start),
            ("/public?x=*", PatternError::Query),
            ("/public#*", PatternError::Query),
            ("https://*.example.com/public", PatternError::Host),
            ("https://*", PatternError::Host),
            ("https:///", PatternError::Host),
            ("https://b\u{fc}cher.example/", PatternError::Host),
        ] {
            assert_eq!(Pattern::parse(pattern), Err(error), "{pattern:?}");
        }
        assert_eq!(
            PatternError::Start.to_string(),
            "must start with a single /, with *, or with https:// or http://, \
             as in '/public/*' or 'https://api.example.com/public/*'"
        );
    }

    #[test]
    fn a_hostile_path_does_not_blow_the_matcher_up() {
        let path = format!("/{}", "a".repeat(20_000));
        let url = Url::from_href("https://app.example.com/").unwrap();
        let url = Url { path, ..url };
        assert!(
            !Pattern::parse("/*a*a*a*a*a*a*a*a*a*a*a*b")
                .unwrap()
                .takes(&url)
        );
    }

    /// The definition of a glob, and as slow as it is plain.
    fn slow_match(glob: &[u8], text: &[u8]) -> bool {
        match glob {
            [] => text.is_empty(),
            [b'*', rest @ ..] => (0..=text.len()).any(|skip| slow_match(rest, &text[skip..])),
            [first, rest @ ..] => text.first() == Some(first) && slow_match(rest, &text[1..]),
        }
    }

    proptest! {
        #[test]
        fn matching_agrees_with_its_definition(glob in "[ab*/]{0,8}", text in "[ab/]{0,10}") {
            let expected = slow_match(glob.as_bytes(), text.as_bytes());
            prop_assert_eq!(is_match(&glob, &text), expected);
        }

        #[test]
        fn r3_an_exclusion_without_star_matches_its_own_url(path in "/[a-z%.é /]{0,12}") {
            prop_assume!(!path.starts_with("//"));
            let page = page();
            let url = Url::parse(&path, Some(&page)).unwrap();
            prop_assert!(Pattern::parse(&path).unwrap().takes(&url));
        }

        #[test]
        fn any_text_is_parsed_or_refused(text in any::<String>()) {
            let _ = Pattern::parse(&text);
            let _ = routes(&[]).classify(&text, Some(&page()));
        }
    }
}
