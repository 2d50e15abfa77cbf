//! From options, as somebody wrote them, to a configuration that cannot be wrong.

mod options;

use std::fmt;

use super::challenge;
use super::error::{Code, Error};
use super::keyring::Tokens;
use super::route::{Pattern, Routes};
use super::text::{joined, skip, skip_back};
use super::time::{Millis, SECOND};
use super::url::{self, Base, Url, UrlError};
use super::value::Value;
use options::{Given, Name, wrong};

pub use options::bad_tokens;

/// Everything that a client is set up with.
#[derive(Debug)]
pub struct Config {
    /// What the session goes by.
    pub policy: Policy,
    /// What is protected, exempt and foreign.
    pub routes: Routes,
    /// The page's own origin, where there is a page.
    pub origin: Option<String>,
    /// What relative URLs are relative to, likewise.
    pub base: Option<Base>,
    /// The same as the platform writes it: what the endpoints stay relative to.
    pub href: Option<String>,
    /// What relative URLs are put behind.
    pub base_url: Option<String>,
    /// Where a sign-out is told; in bearer mode, where the refresh token is revoked.
    pub logout_url: Option<String>,
    /// What a token request says beside the token, in bearer mode.
    pub grant: Grant,
    /// Where to ask who is signed in.
    pub session_url: Option<String>,
    /// Which answers are unauthorized.
    pub unauthorized: Unauthorized,
    /// The guard against cross-site request forgery.
    pub csrf: Csrf,
    /// Which entries of the option `exclude` are objects with `test(url)`.
    pub matchers: Vec<usize>,
    /// Where the page goes when the session ends.
    pub redirect_to: Option<String>,
    /// Whether every event is logged.
    pub debug: bool,
}

/// What a token request says beside the token (RFC 6749 §6).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grant {
    /// `client_id`.
    pub client_id: Option<String>,
    /// `scope`.
    pub scope: Option<String>,
    /// Whether it is sent as JSON and not as a form.
    pub json: bool,
}

/// What the session state machine goes by.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Policy {
    /// Where the session is refreshed; where a function of the application does that, words for messages.
    pub refresh_url: String,
    /// Whether there is a `sessionURL` to ask.
    pub checks_session: bool,
    /// In milliseconds: how long before expiry to refresh.
    pub refresh_before: Millis,
    /// In milliseconds: how long one refresh may take.
    pub refresh_timeout: Millis,
    /// When to refresh ahead of expiry.
    pub proactive: Proactive,
    /// Whether the tokens are kept here and not in cookies.
    pub bearer: bool,
    /// Whether access tokens may be bound to a key (RFC 9449).
    pub dpop: bool,
    /// Whether the application refreshes by a function of its own.
    pub custom_refresh: bool,
    /// The name under which the tabs of this origin find each other; none, if each is on its own.
    pub tabs: Option<String>,
}

const REFRESH_URL: &str = "/auth/refresh";
const REFRESH_BEFORE: Millis = 300 * SECOND;
const REFRESH_TIMEOUT: Millis = 30 * SECOND;

impl Default for Policy {
    fn default() -> Self {
        Self {
            refresh_url: REFRESH_URL.to_owned(),
            checks_session: false,
            refresh_before: REFRESH_BEFORE,
            refresh_timeout: REFRESH_TIMEOUT,
            proactive: Proactive::Visible,
            bearer: false,
            dpop: false,
            custom_refresh: false,
            tabs: None,
        }
    }
}

/// When to refresh ahead of expiry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Proactive {
    /// While the page can be seen.
    Visible,
    /// Always.
    Always,
    /// Never: only when a request needs it.
    Never,
}

/// Which answers are unauthorized.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unauthorized {
    /// Those with one of these statuses.
    Statuses(Vec<u16>),
    /// Those that the application's own function says so of.
    Function,
}

/// The guard against cross-site request forgery.
#[derive(Clone, PartialEq, Eq)]
pub enum Csrf {
    /// The header repeats the cookie (double submit).
    Cookie {
        /// The cookie's name.
        cookie: String,
        /// The header's name.
        header: String,
    },
    /// A fixed header, which no other site can add.
    Fixed {
        /// The header's name.
        header: String,
        /// Its value.
        value: String,
    },
    /// None.
    Off,
}

/// Without the value of a fixed header: that may be a secret (contract K4).
impl fmt::Debug for Csrf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cookie { cookie, header } => f
                .debug_struct("Cookie")
                .field("cookie", cookie)
                .field("header", header)
                .finish(),
            Self::Fixed { header, .. } => f
                .debug_struct("Fixed")
                .field("header", header)
                .finish_non_exhaustive(),
            Self::Off => f.write_str("Off"),
        }
    }
}

/// The page that a client belongs to.
#[derive(Clone, Copy, Debug)]
pub struct Page<'a> {
    /// `location.origin`: whose cookies are the page's own.
    pub origin: &'a str,
    /// `document.baseURI`: what relative URLs are relative to. A `<base>` element can put it on any origin.
    pub base: &'a str,
}

impl Config {
    /// Reads the options, for a client of that page.
    ///
    /// # Errors
    ///
    /// `invalid_options`, naming the option, what was given and what is accepted.
    pub fn parse(options: &Value, page: Option<Page<'_>>) -> Result<Self, Error> {
        let members: &[_] = match options {
            Value::Null => &[],
            Value::Map(members) => members,
            other => return Err(wrong("options", other, "an object")),
        };
        let bearer = options.member("mode").and_then(Value::as_text) == Some("bearer");
        let mut reading = Reading {
            given: Given::check(members, bearer)?,
            base: page.and_then(|page| Base::from_href(page.base).ok()),
            origins: Vec::new(),
            bearer,
            refusal: None,
        };
        let config = reading.read(page);
        match reading.refusal {
            Some(error) => Err(error),
            None => Ok(config),
        }
    }
}

/// The options, of the right kinds, and the first thing that is wrong with them all the same. Reading goes on after that
/// with whatever there is, which nobody gets to see: so there is one way out, and not one at every option.
struct Reading<'a> {
    given: Given<'a>,
    base: Option<Base>,
    /// Those that credentials may go to (contract K2).
    origins: Vec<String>,
    bearer: bool,
    refusal: Option<Error>,
}

impl<'a> Reading<'a> {
    // Inlined into each other, the four that are marked would be shipped at greater length.
    #[inline(never)]
    fn read(&mut self, page: Option<Page<'_>>) -> Config {
        let bearer = self.bearer;
        let dpop = self.flag(Name::Dpop);
        let custom_refresh = self.given.get(Name::Refresh).is_some();
        let [refresh_name, logout_name] = if bearer {
            [Name::TokenEndpoint, Name::RevocationEndpoint]
        } else {
            [Name::RefreshUrl, Name::LogoutUrl]
        };
        if bearer && !custom_refresh && self.given.get(refresh_name).is_none() {
            let message = "tokenEndpoint is missing: mode 'bearer' refreshes there. Give the authorization server's \
                           token endpoint, an https URL, or set the option refresh to a function.";
            self.refuse(Error::new(Code::InvalidOptions, message));
        }
        if let Some(given) = self.given.get(Name::Tokens)
            && let Err(wrong) = Tokens::read(given, dpop)
        {
            self.refuse(bad_tokens("tokens", wrong));
        }

        self.find_origins(page);
        // Without a page, the default refreshURL leads nowhere. Nothing is protected there either, or what is needs one,
        // unless a function refreshes.
        let has_default = page.is_some() || !custom_refresh && !self.origins.is_empty();
        let default_url = || (has_default && !bearer).then(|| self.resolve(REFRESH_URL));
        let refresh_url = self.url(refresh_name).or_else(default_url);
        let logout_url = self.url(logout_name);
        let session_url = self.url(Name::SessionUrl);
        let mut exempt = Vec::new();
        for (name, url) in [
            (refresh_name, &refresh_url),
            (logout_name, &logout_url),
            (Name::SessionUrl, &session_url),
        ] {
            if let Some(url) = url
                && let Some(url) = self.endpoint(name, url)
            {
                exempt.push(url);
            }
        }
        let mut login = Vec::new();
        for item in self.items(Name::LoginUrl) {
            let url = self.resolve(item.as_text().unwrap_or_default());
            if let Some(url) = self.endpoint(Name::LoginUrl, &url) {
                login.push(url);
            }
        }
        let shares = page.is_some() && !bearer;
        let tabs = exempt.first().filter(|_| shares);
        let tabs = tabs.and_then(|refresh| self.tabs(refresh));
        let (patterns, matchers) = self.exclusions();

        Config {
            policy: Policy {
                refresh_url: if custom_refresh {
                    "The function refresh".to_owned()
                } else {
                    refresh_url.unwrap_or(REFRESH_URL.to_owned())
                },
                checks_session: session_url.is_some(),
                refresh_before: self.millis(Name::RefreshBefore, REFRESH_BEFORE),
                refresh_timeout: self.millis(Name::RefreshTimeout, REFRESH_TIMEOUT),
                proactive: self.proactive(),
                bearer,
                dpop,
                custom_refresh,
                tabs,
            },
            routes: Routes::new(std::mem::take(&mut self.origins), login, exempt, patterns),
            origin: page.map(|page| page.origin.to_owned()),
            base: self.base.take(),
            href: page.map(|page| page.base.to_owned()),
            base_url: self.text(Name::BaseUrl),
            logout_url,
            grant: Grant {
                client_id: self.text(Name::ClientId),
                scope: self.text(Name::Scope),
                json: self.word(Name::TokenRequestFormat) == Some("json"),
            },
            session_url,
            unauthorized: self.unauthorized(),
            // What no browser sends by itself, no other site can make it send.
            csrf: if bearer && self.given.get(Name::Csrf).is_none() {
                Csrf::Off
            } else {
                self.csrf()
            },
            matchers,
            redirect_to: self.text(Name::RedirectTo),
            debug: self.flag(Name::Debug),
        }
    }

    fn refuse(&mut self, error: Error) {
        self.refusal.get_or_insert(error);
    }

    fn word(&self, name: Name) -> Option<&'a str> {
        self.given.get(name)?.as_text()
    }

    fn text(&self, name: Name) -> Option<String> {
        self.word(name).map(str::to_owned)
    }

    fn flag(&self, name: Name) -> bool {
        matches!(self.given.get(name), Some(Value::Bool(true)))
    }

    fn millis(&self, name: Name, otherwise: Millis) -> Millis {
        match self.given.get(name) {
            Some(Value::Number(seconds)) => (seconds * SECOND as f64) as Millis,
            _ => otherwise,
        }
    }

    /// The items of an option that takes one or a list.
    fn items(&self, name: Name) -> &'a [Value] {
        match self.given.get(name) {
            None => &[],
            Some(Value::List(items)) => items,
            Some(single) => std::slice::from_ref(single),
        }
    }

    fn url(&self, name: Name) -> Option<String> {
        self.word(name).map(|url| self.resolve(url))
    }

    /// Puts a relative URL behind `baseURL`, if there is one.
    fn resolve(&self, url: &str) -> String {
        let behind = self.word(Name::BaseUrl).and_then(|base| join(base, url));
        behind.unwrap_or_else(|| url.to_owned())
    }

    fn find_origins(&mut self, page: Option<Page<'_>>) {
        if let Some(page) = page {
            self.origins.push(page.origin.to_owned());
        }
        if let Some(text) = self.word(Name::BaseUrl) {
            self.list(Name::BaseUrl, text, located(text, self.base.as_ref()));
        }
        for item in self.items(Name::Origins) {
            let text = item.as_text().unwrap_or_default();
            self.list(Name::Origins, text, located(text, None));
        }
    }

    fn list(&mut self, name: Name, text: &str, read: Result<Url, &'static str>) {
        match read {
            Ok(url) => self.origins.push(url.origin),
            Err(accepted) => self.refuse(wrong(name.as_str(), &text.into(), accepted)),
        }
    }

    /// One of the SDK's own endpoints. Tokens go only to where nobody can listen (contract K3), cookies to a listed
    /// origin.
    fn endpoint(&mut self, name: Name, text: &str) -> Option<String> {
        let accepted = match located(text, self.base.as_ref()) {
            Err(accepted) => accepted,
            Ok(url) => {
                let (fits, accepted) = if self.bearer && name != Name::LoginUrl {
                    let accepted = "an https URL, or one of this machine: tokens go there";
                    (url.is_private(), accepted)
                } else {
                    let accepted = "a URL on the page's origin, on baseURL's or on one of origins";
                    (self.origins.contains(&url.origin), accepted)
                };
                if fits {
                    return Some(url.whole());
                }
                accepted
            }
        };
        self.refuse(wrong(name.as_str(), &text.into(), accepted));
        None
    }

    #[inline(never)]
    fn exclusions(&mut self) -> (Vec<Pattern>, Vec<usize>) {
        let mut patterns = Vec::new();
        let mut matchers = Vec::new();
        for (index, item) in self.items(Name::Exclude).iter().enumerate() {
            let accepted = match item {
                Value::Matcher => {
                    matchers.push(index);
                    continue;
                }
                Value::Text(text) => match Pattern::parse(text) {
                    Ok(pattern) => {
                        patterns.push(pattern);
                        continue;
                    }
                    Err(error) => error.cure(),
                },
                _ => "strings such as '/public/*', or objects with test(url)",
            };
            self.refuse(wrong("exclude", item, accepted));
        }
        (patterns, matchers)
    }

    /// Tabs of one origin share a session if they refresh it at the same place; other processes than a browser's do not
    /// even have the same cookies.
    fn tabs(&self, refresh_url: &str) -> Option<String> {
        let place = match self.given.get(Name::CrossTab) {
            Some(Value::Bool(false)) => return None,
            Some(Value::Text(name)) => name,
            _ => refresh_url,
        };
        Some(joined(&["oauth-refresh:", place]))
    }

    fn proactive(&self) -> Proactive {
        match self.given.get(Name::Proactive) {
            Some(Value::Bool(_)) => Proactive::Never,
            Some(Value::Text(when)) if when == "always" => Proactive::Always,
            _ => Proactive::Visible,
        }
    }

    #[inline(never)]
    fn unauthorized(&mut self) -> Unauthorized {
        let given = self.given.get(Name::Unauthorized);
        let items = match given.unwrap_or(&Value::Number(401.0)) {
            Value::Function => return Unauthorized::Function,
            Value::List(items) => items,
            single => std::slice::from_ref(single),
        };
        let mut statuses = Vec::new();
        for item in items {
            match item {
                Value::Number(status)
                    if (400.0..600.0).contains(status) && f64::from(*status as u16) == *status =>
                {
                    statuses.push(*status as u16);
                }
                other => self.refuse(wrong(
                    "unauthorized",
                    other,
                    "a list of statuses from 400 to 599, or a function of the response",
                )),
            }
        }
        Unauthorized::Statuses(statuses)
    }

    #[inline(never)]
    fn csrf(&mut self) -> Csrf {
        const ACCEPTED: &str =
            "{ cookie, header }, { header, value } or false, names and values such as HTTP allows";
        let given = match self.given.get(Name::Csrf) {
            None => &Value::Null,
            Some(Value::Bool(false)) => return Csrf::Off,
            Some(given) => given,
        };
        let members: &[_] = match given {
            Value::Null => &[],
            Value::Map(members) => members,
            other => {
                self.refuse(wrong("csrf", other, ACCEPTED));
                &[]
            }
        };
        for (name, value) in members {
            let fits = |allowed: fn(&str) -> bool| match value {
                Value::Null => true,
                other => other.as_text().is_some_and(allowed),
            };
            let is_right = match name.as_str() {
                "cookie" | "header" => fits(is_token),
                "value" => fits(is_field_value),
                _ => false,
            };
            if !is_right {
                self.refuse(wrong(&joined(&["csrf.", name]), value, ACCEPTED));
            }
        }
        let text = |name| given.member(name).and_then(Value::as_text);
        match (text("cookie"), text("header"), text("value")) {
            (None, Some(header), Some(value)) => Csrf::Fixed {
                header: header.to_owned(),
                value: value.to_owned(),
            },
            (cookie, header, value) => {
                if value.is_some() {
                    self.refuse(wrong("csrf", given, ACCEPTED));
                }
                Csrf::Cookie {
                    cookie: cookie.unwrap_or("XSRF-TOKEN").to_owned(),
                    header: header.unwrap_or("X-XSRF-TOKEN").to_owned(),
                }
            }
        }
    }
}

/// Where it leads; or what would have been accepted.
fn located(text: &str, base: Option<&Base>) -> Result<Url, &'static str> {
    // What only the platform could resolve, a URL object's href say, is taken as it is: a spelling that is not the
    // platform's own matches no request, so nothing is sent anywhere by mistake.
    let read = match Url::parse(text, base) {
        Err(UrlError::AskPlatform) => Url::from_href(text),
        final_word => final_word,
    };
    match read {
        Ok(url) => Ok(url),
        Err(UrlError::AskPlatform) => Err("a valid URL, its host in ASCII (Punycode)"),
        Err(UrlError::NotHttp) => Err("an http or https URL"),
        Err(UrlError::NoBase) => {
            Err("an absolute URL, for there is no page that a relative one could belong to")
        }
    }
}

/// Puts a relative URL behind `base`, as axios and ofetch do; `None` if it is not relative.
#[must_use]
pub fn join(base: &str, url: &str) -> Option<String> {
    if is_absolute(url) {
        return None;
    }
    Some(match url {
        "" => base.to_owned(),
        _ => joined(&[
            skip_back(base, url::is_slash),
            "/",
            skip(url, |b| b == b'/'),
        ]),
    })
}

/// Whether it has a scheme, or begins with two slashes (RFC 3986 §4.2).
fn is_absolute(url: &str) -> bool {
    let start = skip(url, |b| b <= b' ');
    let slashes = start.len() - skip(start, url::is_slash).len();
    slashes >= 2 || url::split_scheme(start).is_some()
}

/// RFC 9110 §5.6.2.
fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(challenge::is_token)
}

/// Whether a header may have this value: RFC 9110 §5.5, without obs-text.
#[must_use]
pub fn is_field_value(text: &str) -> bool {
    text.bytes()
        .all(|b| (b' '..=b'~').contains(&b) || b == b'\t')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::options::{Known, OPTIONS};
    use super::*;
    use crate::core::route::{Exempt, Route};

    const PAGE: Page<'_> = Page {
        origin: "https://app.example.com",
        base: "https://app.example.com/shop/cart?x#y",
    };

    fn options(members: &[(&str, Value)]) -> Value {
        let members = members.iter();
        Value::Map(
            members
                .map(|(name, value)| ((*name).to_owned(), value.clone()))
                .collect(),
        )
    }

    fn parse(members: &[(&str, Value)]) -> Result<Config, Error> {
        Config::parse(&options(members), Some(PAGE))
    }

    fn accepted(name: &str, value: Value) -> Config {
        parse(&[(name, value)]).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// The message, which names the option first.
    fn refused(name: &str, value: Value) -> String {
        let shown = format!("{value:?}");
        let error = parse(&[(name, value)]).expect_err(&shown);
        assert_eq!(error.code, Code::InvalidOptions);
        assert!(error.message.starts_with(name), "{}", error.message);
        error.message
    }

    fn list(items: &[Value]) -> Value {
        Value::List(items.to_vec())
    }

    fn route_of(config: &Config, url: &str) -> Route {
        let found = config.routes.classify(url, config.base.as_ref());
        found.unwrap_or_else(|error| panic!("{url}: {error:?}")).0
    }

    /// One of each kind, and how messages call it.
    fn kinds() -> [(Value, &'static str); 9] {
        [
            (Value::Bool(true), "a boolean true"),
            (Value::Bool(false), "a boolean false"),
            (Value::Number(-7.0), "a number -7"),
            ("nonsense".into(), "a string 'nonsense'"),
            (Value::List(vec![Value::Other]), "something else"),
            (options(&[("x", Value::Null)]), "an object"),
            (Value::Function, "a function"),
            (Value::Matcher, "an object with test()"),
            (Value::Other, "something else"),
        ]
    }

    /// Everything but what is of one of the kinds that `fits` is refused, by its kind and with
    /// what would be `accepted`.
    fn assert_refused_but(name: &str, fits: &[&str], accepted: &str) {
        for (value, kind) in kinds() {
            if fits.iter().any(|fit| kind.starts_with(fit)) {
                continue;
            }
            let message = refused(name, value.clone());
            // A list is refused for what is in it, where a list may be given.
            let kind = match value {
                Value::List(_) if !message.contains(kind) => "an array",
                _ => kind,
            };
            assert_eq!(
                message,
                format!("{name}: {kind} was given; accepted: {accepted}.")
            );
        }
    }

    #[test]
    fn options_may_be_left_out() {
        for given in [Value::Null, options(&[])] {
            let config = Config::parse(&given, Some(PAGE)).unwrap();
            assert_eq!(config.policy.refresh_url, "/auth/refresh");
            assert_eq!(config.policy.refresh_before, 300 * SECOND);
            assert_eq!(config.policy.refresh_timeout, 30 * SECOND);
            assert_eq!(config.policy.proactive, Proactive::Visible);
            assert!(!config.policy.checks_session);
            assert_eq!(config.unauthorized, Unauthorized::Statuses(vec![401]));
            let double_submit = Csrf::Cookie {
                cookie: "XSRF-TOKEN".to_owned(),
                header: "X-XSRF-TOKEN".to_owned(),
            };
            assert_eq!(config.csrf, double_submit);
            assert_eq!(config.logout_url, None);
            assert_eq!(config.session_url, None);
            assert_eq!(config.redirect_to, None);
            assert_eq!(config.base_url, None);
            assert!(config.matchers.is_empty() && !config.debug);
            let other = Route::Exempt(Exempt::Other);
            assert_eq!(route_of(&config, "/auth/refresh"), other);
            assert_eq!(route_of(&config, "/api"), Route::Protected);
            assert_eq!(route_of(&config, "https://example.com/api"), Route::Foreign);
        }
    }

    #[test]
    fn every_option_may_be_null() {
        for Known { name, .. } in &OPTIONS {
            accepted(name, Value::Null);
        }
    }

    #[test]
    fn options_that_are_no_object_are_refused() {
        for (value, kind) in kinds() {
            if matches!(value, Value::Map(_)) {
                continue;
            }
            let kind = if matches!(value, Value::List(_)) {
                "an array"
            } else {
                kind
            };
            let error = Config::parse(&value, Some(PAGE)).unwrap_err();
            let message = format!("options: {kind} was given; accepted: an object.");
            assert_eq!(error.message, message);
        }
    }

    #[test]
    fn unknown_names_are_refused_with_the_name_that_was_meant_or_all_of_them() {
        assert_eq!(
            refused("refreshUrl", "/x".into()),
            "refreshUrl (a string) is not an option; did you mean refreshURL?"
        );
        let message = refused("retries", 3.0.into());
        assert!(message.starts_with("retries (a number) is not an option; the options are mode, "));
        for Known { name, .. } in &OPTIONS {
            assert!(message.contains(name), "{name}");
        }
        refused("", Value::Null);
        refused("refreshToken", Value::Null);
        // What is unknown is refused even beside what is right, and whatever its value.
        let error = parse(&[("debug", Value::Bool(true)), ("x", Value::Null)]).unwrap_err();
        assert!(error.message.starts_with("x (null)"));
    }

    #[test]
    fn k4_a_client_secret_is_refused_with_the_reason_and_the_cure_but_not_shown() {
        for name in ["clientSecret", "client_secret", "CLIENT_SECRET"] {
            let message = refused(name, "hush".into());
            assert!(message.contains("cannot keep a secret") && message.contains("backend"));
            assert!(!message.contains("hush"));
        }
    }

    const ENDPOINT: &str = "https://auth.example.com/token";

    /// In bearer mode, with an endpoint.
    fn parse_bearer(members: &[(&str, Value)]) -> Result<Config, Error> {
        let mode = [
            ("mode", "bearer".into()),
            ("tokenEndpoint", ENDPOINT.into()),
        ];
        let members: Vec<_> = mode
            .into_iter()
            .filter(|(name, _)| members.iter().all(|(given, _)| given != name))
            .chain(members.iter().cloned())
            .collect();
        parse(&members)
    }

    fn refused_bearer(name: &str, value: Value) -> String {
        let error = parse_bearer(&[(name, value)]).expect_err(name);
        assert_eq!(error.code, Code::InvalidOptions);
        assert!(error.message.starts_with(name), "{}", error.message);
        error.message
    }

    #[test]
    fn mode_is_cookie_or_bearer() {
        assert!(!accepted("mode", "cookie".into()).policy.bearer);
        assert!(parse_bearer(&[]).unwrap().policy.bearer);
        assert_refused_but("mode", &[], "'cookie' or 'bearer'");
        refused("mode", "Bearer".into());
    }

    #[test]
    fn bearer_mode_has_its_defaults() {
        let config = parse_bearer(&[]).unwrap();
        assert_eq!(config.policy.refresh_url, ENDPOINT);
        assert_eq!(config.grant, Grant::default());
        assert_eq!(config.logout_url, None);
        assert_eq!(config.policy.tabs, None, "tokens are in one tab");
        assert!(!config.policy.checks_session && !config.policy.custom_refresh);
        // No other site can make a browser send a token.
        assert_eq!(config.csrf, Csrf::Off);
        let csrf = parse_bearer(&[("csrf", options(&[]))]).unwrap().csrf;
        assert_ne!(csrf, Csrf::Off);
    }

    #[test]
    fn bearer_mode_reads_its_options() {
        let config = parse_bearer(&[
            ("clientId", "spa".into()),
            ("scope", "openid offline_access".into()),
            ("tokenRequestFormat", "json".into()),
            ("revocationEndpoint", "/oauth/revoke".into()),
        ])
        .unwrap();
        let grant = Grant {
            client_id: Some("spa".to_owned()),
            scope: Some("openid offline_access".to_owned()),
            json: true,
        };
        assert_eq!(config.grant, grant);
        assert_eq!(config.logout_url.as_deref(), Some("/oauth/revoke"));
        let form = parse_bearer(&[("tokenRequestFormat", "form".into())]).unwrap();
        assert!(!form.grant.json);

        for name in ["clientId", "scope"] {
            for (value, kind) in kinds() {
                if value.as_text().is_none() {
                    let message = refused_bearer(name, value);
                    let kind = if kind == "something else" { "" } else { kind };
                    assert!(message.contains(kind), "{message}");
                    assert!(message.ends_with("accepted: a string that is not empty."));
                }
            }
            refused_bearer(name, "".into());
        }
        let message = refused_bearer("tokenRequestFormat", "xml".into());
        assert!(message.ends_with("a string 'xml' was given; accepted: 'form' or 'json'."));
        for name in ["tokenEndpoint", "revocationEndpoint"] {
            let message = refused_bearer(name, 5.0.into());
            assert!(message.contains("a number 5") && message.contains("a URL"));
        }
    }

    #[test]
    fn dpop_is_a_flag_of_bearer_mode() {
        assert!(!parse_bearer(&[]).unwrap().policy.dpop);
        assert!(
            parse_bearer(&[("dpop", Value::Bool(true))])
                .unwrap()
                .policy
                .dpop
        );
        assert!(refused_bearer("dpop", "ES256".into()).contains("true or false"));
        let bound = Value::object([("access_token", "a".into()), ("token_type", "DPoP".into())]);
        let message = refused_bearer("tokens", bound.clone());
        assert!(message.contains("the option dpop"), "{message}");
        assert!(parse_bearer(&[("tokens", bound), ("dpop", Value::Bool(true))]).is_ok());
    }

    #[test]
    fn bearer_mode_needs_a_token_endpoint_or_a_function() {
        let bearer = ("mode", Value::from("bearer"));
        let message = parse(std::slice::from_ref(&bearer)).unwrap_err().message;
        assert!(message.starts_with("tokenEndpoint is missing"));
        assert!(message.contains("an https URL"), "{message}");
        let config = parse(&[bearer, ("refresh", Value::Function)]).unwrap();
        assert!(config.policy.custom_refresh);
        assert_eq!(config.policy.refresh_url, "The function refresh");
    }

    #[test]
    fn refresh_is_a_function_in_either_mode() {
        let config = accepted("refresh", Value::Function);
        assert!(config.policy.custom_refresh && !config.policy.bearer);
        // The tabs still find each other by refreshURL.
        assert!(config.policy.tabs.is_some());
        for (value, _) in kinds() {
            if value != Value::Function {
                let message = refused("refresh", value);
                assert!(message.ends_with("accepted: a function."), "{message}");
            }
        }
    }

    #[test]
    fn options_of_the_other_mode_are_refused_with_what_there_is_instead() {
        for (name, instead) in [
            ("refreshURL", "tokenEndpoint"),
            ("logoutURL", "revocationEndpoint"),
            ("sessionURL", "tokens"),
        ] {
            accepted(name, "/x".into());
            assert_eq!(
                refused_bearer(name, "/x".into()),
                format!(
                    "{name} is an option of mode 'cookie'; mode 'bearer' has {instead} for that."
                )
            );
        }
        for (name, instead) in [
            ("tokenEndpoint", "refreshURL"),
            ("revocationEndpoint", "logoutURL"),
            ("clientId", "a backend"),
            ("tokenRequestFormat", "a backend"),
            ("scope", "a backend"),
            ("tokens", "a backend"),
        ] {
            assert_eq!(
                refused(name, "https://auth.example.com".into()),
                format!(
                    "{name} is an option of mode 'bearer'; mode 'cookie' has {instead} for that."
                )
            );
        }
    }

    #[test]
    fn k3_token_endpoints_are_https_or_on_this_machine() {
        for name in ["tokenEndpoint", "revocationEndpoint"] {
            for url in [
                "https://auth.example.com/x",
                "/oauth/x",
                "http://localhost/x",
                "http://localhost:4173/x",
                "http://auth.localhost:4173/x",
                "http://127.0.0.1:4173/x",
                "http://127.1/x",
                "http://[::1]/x",
                "http://[::1]:4173/x",
            ] {
                let parsed = parse_bearer(&[(name, url.into())]);
                assert!(parsed.is_ok(), "{url}: {:?}", parsed.err());
            }
            for url in [
                "http://auth.example.com/x",
                "http://10.0.0.1/x",
                "http://localhost.example.com/x",
                "http://localhost@example.com/x",
                "http://127.0.0.1.example.com/x",
                "http://127.example.com/x",
                "http://[::2]/x",
            ] {
                let message = refused_bearer(name, url.into());
                assert!(message.contains(url), "{message}");
                assert!(
                    message.ends_with("an https URL, or one of this machine: tokens go there."),
                    "{message}"
                );
            }
        }
        // Relative to a page that anybody on the way can listen to.
        let page = Page {
            origin: "http://app.example.com",
            base: "http://app.example.com/",
        };
        let relative = options(&[
            ("mode", "bearer".into()),
            ("tokenEndpoint", "/token".into()),
        ]);
        Config::parse(&relative, Some(page)).unwrap_err();
    }

    #[test]
    fn k2_a_token_endpoint_need_not_be_on_a_listed_origin_and_does_not_become_one() {
        let config = parse_bearer(&[]).unwrap();
        assert_eq!(route_of(&config, ENDPOINT), Route::Foreign);
        let config = parse_bearer(&[("tokenEndpoint", "/oauth/token".into())]).unwrap();
        let exempt = Route::Exempt(Exempt::Other);
        assert_eq!(route_of(&config, "/oauth/../oauth/token?x"), exempt);
        assert_eq!(route_of(&config, "/auth/refresh"), Route::Protected);
    }

    #[test]
    fn k4_tokens_to_start_with_are_neither_shown_nor_repeated() {
        let tokens = |members: &[(&str, Value)]| ("tokens", options(members));
        let good = [
            ("access_token", "hush-a".into()),
            ("refresh_token", "hush-r".into()),
            ("token_type", "bearer".into()),
            ("expires_in", 300.0.into()),
        ];
        let config = parse_bearer(&[tokens(&good)]).unwrap();
        assert!(!format!("{config:?}").contains("hush"));
        for (given, wrong) in [
            (tokens(&[]), "there is no access_token"),
            (
                tokens(&[("access_token", "hush hush".into())]),
                "access_token is",
            ),
            (
                tokens(&[good[0].clone(), ("refresh_token", "hush\n".into())]),
                "refresh_token is",
            ),
            (
                tokens(&[good[0].clone(), ("token_type", "hush".into())]),
                "token_type is",
            ),
            (("tokens", "hush".into()), "a string was given"),
            (("tokens", list(&["hush".into()])), "an array was given"),
            (("refresh", "hush".into()), "a string was given"),
        ] {
            let message = parse_bearer(&[given]).unwrap_err().message;
            assert!(message.contains(wrong), "{message}");
            assert!(!message.contains("hush"), "{message}");
        }
        assert!(
            refused("refreshToken", "hush".into()).starts_with("refreshToken (a string) is not")
        );
        for name in ["clientSecret", "client_secret"] {
            let error = parse_bearer(&[(name, "hush".into())]).unwrap_err();
            assert!(error.message.contains("cannot keep a secret"));
            assert!(!error.message.contains("hush"));
        }
    }

    #[test]
    fn k2_base_url_is_put_before_what_is_relative_and_is_an_origin_of_ours() {
        let config = parse(&[
            ("baseURL", "https://api.example.com/v1/".into()),
            ("refreshURL", "session/refresh".into()),
            ("logoutURL", "/session/end".into()),
            ("sessionURL", "https://app.example.com/me".into()),
            ("loginURL", "/session".into()),
        ])
        .unwrap();
        let base = config.base_url.as_deref();
        assert_eq!(base, Some("https://api.example.com/v1/"));
        let refresh_url = "https://api.example.com/v1/session/refresh";
        assert_eq!(config.policy.refresh_url, refresh_url);
        assert!(config.policy.checks_session);
        let logout_url = config.logout_url.as_deref();
        assert_eq!(logout_url, Some("https://api.example.com/v1/session/end"));
        let session_url = config.session_url.as_deref();
        assert_eq!(session_url, Some("https://app.example.com/me"));
        for (url, route) in [
            (refresh_url, Route::Exempt(Exempt::Other)),
            (
                "https://api.example.com/v1/session/end",
                Route::Exempt(Exempt::Other),
            ),
            ("/me", Route::Exempt(Exempt::Other)),
            (
                "https://api.example.com/v1/session",
                Route::Exempt(Exempt::Login),
            ),
            ("https://api.example.com/v2", Route::Protected),
            ("/shop", Route::Protected),
            ("http://api.example.com/v1", Route::Foreign),
        ] {
            assert_eq!(route_of(&config, url), route, "{url}");
        }
        // Relative to the page, a base is one, too.
        let config = accepted("baseURL", "/api".into());
        assert_eq!(config.policy.refresh_url, "/api/auth/refresh");
    }

    #[test]
    fn urls_are_urls() {
        let accepted = "a URL, as a string that is not empty or a URL object";
        for name in [
            "baseURL",
            "refreshURL",
            "logoutURL",
            "sessionURL",
            "redirectTo",
        ] {
            assert_refused_but(name, &["a string"], accepted);
            let message = format!("{name}: a string '' was given; accepted: {accepted}.");
            assert_eq!(refused(name, "".into()), message);
        }
        let accepted = "a URL or a list of URLs, as strings or URL objects";
        for name in ["loginURL", "origins"] {
            assert_refused_but(name, &["a string"], accepted);
            refused(name, "".into());
            refused(name, list(&["https://app.example.com".into(), 1.0.into()]));
        }
        for name in [
            "baseURL",
            "refreshURL",
            "logoutURL",
            "sessionURL",
            "loginURL",
            "origins",
        ] {
            let message = refused(name, "ftp://example.com".into());
            assert!(
                message.ends_with("accepted: an http or https URL."),
                "{message}"
            );
        }
    }

    #[test]
    fn k2_the_sdks_own_endpoints_are_on_listed_origins() {
        for name in ["refreshURL", "logoutURL", "sessionURL", "loginURL"] {
            let foreign = "https://example.com/auth";
            let message = refused(name, foreign.into());
            assert!(
                message.contains(foreign) && message.contains("origins"),
                "{message}"
            );
            let listed = [
                (name, foreign.into()),
                ("origins", "https://example.com".into()),
            ];
            parse(&listed).unwrap();
        }
    }

    #[test]
    fn k2_origins_are_compared_as_urls() {
        let spelled = "HTTPS://Api.Example.COM:443/some/path";
        let origins = list(&[spelled.into(), "http://localhost:80".into()]);
        let config = accepted("origins", origins);
        for (url, route) in [
            ("https://api.example.com/x", Route::Protected),
            ("http://localhost/x", Route::Protected),
            ("http://localhost:8080/x", Route::Foreign),
            ("https://api.example.com.evil.example/x", Route::Foreign),
            ("https://api.example.com@evil.example/x", Route::Foreign),
            ("https://api.example.com:8443/x", Route::Foreign),
        ] {
            assert_eq!(route_of(&config, url), route, "{url}");
        }
        let message = refused("origins", "/relative".into());
        assert!(message.contains("an absolute URL"), "{message}");
    }

    #[test]
    fn r3_login_urls_may_be_many() {
        let urls = list(&["/auth/login".into(), "/auth/passkey".into()]);
        let config = accepted("loginURL", urls);
        for url in [
            "/auth/login",
            "/auth/passkey/",
            "/auth/../auth/login?next=/",
        ] {
            assert_eq!(
                route_of(&config, url),
                Route::Exempt(Exempt::Login),
                "{url}"
            );
        }
        let config = accepted("loginURL", "/auth/login".into());
        assert_eq!(
            route_of(&config, "/auth/login#x"),
            Route::Exempt(Exempt::Login)
        );
    }

    #[test]
    fn r3_exclusions_are_patterns_or_matchers() {
        let exclude = list(&[
            "/public/*".into(),
            Value::Matcher,
            "*.json".into(),
            Value::Matcher,
        ]);
        let config = accepted("exclude", exclude);
        assert_eq!(config.matchers, [1, 3]);
        assert_eq!(route_of(&config, "/public/x"), Route::Exempt(Exempt::Other));
        assert_eq!(
            route_of(&config, "/data.json"),
            Route::Exempt(Exempt::Other)
        );
        assert_eq!(accepted("exclude", Value::Matcher).matchers, [0]);
        assert_refused_but(
            "exclude",
            &["a string", "an object with test()"],
            "strings such as '/public/*', or objects with test(url)",
        );
        let message = refused("exclude", "public".into());
        assert!(
            message.contains("'public'") && message.contains("must start with"),
            "{message}"
        );
    }

    #[test]
    fn spans_are_in_seconds_and_within_their_bounds() {
        let before = |value: f64| {
            accepted("refreshBefore", value.into())
                .policy
                .refresh_before
        };
        assert_eq!(before(0.0), 0);
        assert_eq!(before(-0.0), 0);
        assert_eq!(before(0.5), 500);
        assert_eq!(before(86_400.0), 86_400 * SECOND);
        let timeout = |value: f64| {
            accepted("refreshTimeout", value.into())
                .policy
                .refresh_timeout
        };
        assert_eq!(timeout(0.001), 1);
        assert_eq!(timeout(600.0), 600 * SECOND);

        assert_refused_but("refreshBefore", &[], "seconds, from 0 to 86400");
        assert_refused_but("refreshTimeout", &[], "seconds, above 0 to 600");
        for value in [
            -1.0,
            86_400.1,
            1e300,
            f64::NAN,
            f64::INFINITY,
            f64::NEG_INFINITY,
        ] {
            refused("refreshBefore", value.into());
            refused("refreshTimeout", value.into());
        }
        refused("refreshTimeout", 0.0.into());
        refused("refreshBefore", "300".into());
    }

    #[test]
    fn s3_tabs_find_each_other_by_the_refresh_url_or_by_a_name() {
        let tabs = |members: &[(&str, Value)]| parse(members).unwrap().policy.tabs;
        let ours = Some("oauth-refresh:https://app.example.com/auth/refresh".to_owned());
        assert_eq!(tabs(&[]), ours);
        assert_eq!(tabs(&[("crossTab", Value::Bool(true))]), ours);
        let spelled = "HTTPS://app.example.com:443/auth/./refresh#x";
        assert_eq!(tabs(&[("refreshURL", spelled.into())]), ours);
        assert_eq!(tabs(&[("crossTab", Value::Bool(false))]), None);
        let named = tabs(&[("crossTab", "accounts".into())]);
        assert_eq!(named.as_deref(), Some("oauth-refresh:accounts"));
        assert_refused_but(
            "crossTab",
            &["a boolean", "a string"],
            "true, false or a name that is not empty",
        );
        refused("crossTab", "".into());
    }

    #[test]
    fn s5_without_a_page_there_are_no_tabs() {
        let options = options(&[
            ("refreshURL", "https://api.example.com/refresh".into()),
            ("origins", "https://api.example.com".into()),
        ]);
        let config = Config::parse(&options, None).unwrap();
        assert_eq!(config.policy.tabs, None);
    }

    #[test]
    fn proactive_is_visible_always_or_false() {
        let proactive = |value| accepted("proactive", value).policy.proactive;
        assert_eq!(proactive("visible".into()), Proactive::Visible);
        assert_eq!(proactive("always".into()), Proactive::Always);
        assert_eq!(proactive(Value::Bool(false)), Proactive::Never);
        assert_refused_but(
            "proactive",
            &["a boolean false"],
            "'visible', 'always' or false",
        );
    }

    #[test]
    fn unauthorized_is_statuses_or_a_function() {
        let unauthorized = |value| accepted("unauthorized", value).unauthorized;
        let statuses = list(&[401.0.into(), 419.0.into(), 599.0.into()]);
        assert_eq!(
            unauthorized(statuses),
            Unauthorized::Statuses(vec![401, 419, 599])
        );
        assert_eq!(unauthorized(list(&[])), Unauthorized::Statuses(Vec::new()));
        assert_eq!(unauthorized(Value::Function), Unauthorized::Function);
        let accepted = "a list of statuses from 400 to 599, or a function of the response";
        assert_refused_but("unauthorized", &["a function"], accepted);
        for status in [200.0, 399.0, 600.0, 401.5, -401.0, f64::NAN, f64::INFINITY] {
            refused("unauthorized", list(&[401.0.into(), status.into()]));
        }
        refused("unauthorized", list(&["401".into()]));
    }

    #[test]
    fn csrf_is_a_cookie_and_header_a_fixed_header_or_false() {
        let csrf = |members: &[(&str, Value)]| accepted("csrf", options(members)).csrf;
        let cookie = |cookie: &str, header: &str| Csrf::Cookie {
            cookie: cookie.to_owned(),
            header: header.to_owned(),
        };
        assert_eq!(csrf(&[]), cookie("XSRF-TOKEN", "X-XSRF-TOKEN"));
        let named = [
            ("cookie", "csrftoken".into()),
            ("header", "X-CSRFToken".into()),
        ];
        assert_eq!(csrf(&named), cookie("csrftoken", "X-CSRFToken"));
        assert_eq!(
            csrf(&[("cookie", "__Host-csrf".into())]),
            cookie("__Host-csrf", "X-XSRF-TOKEN")
        );
        let fixed = [
            ("header", "X-Requested-With".into()),
            ("value", "a b".into()),
        ];
        let expected = Csrf::Fixed {
            header: "X-Requested-With".to_owned(),
            value: "a b".to_owned(),
        };
        assert_eq!(csrf(&fixed), expected);
        assert_eq!(accepted("csrf", Value::Bool(false)).csrf, Csrf::Off);

        for (value, _) in kinds() {
            if value != Value::Bool(false) {
                let message = refused("csrf", value);
                assert!(message.contains("{ cookie, header }, { header, value } or false"));
            }
        }
        for (name, value, named) in [
            ("cookie", 5.0.into(), "csrf.cookie: a number 5 was"),
            ("cookie", "a b".into(), "csrf.cookie: a string was"),
            ("cookie", "".into(), "csrf.cookie: a string was"),
            ("header", "X-\r\nX".into(), "csrf.header: a string was"),
            ("value", "a\nb".into(), "csrf.value: a string was"),
            ("value", Value::List(vec![]), "csrf.value: an array was"),
            ("name", "x".into(), "csrf.name: a string was"),
        ] {
            let members = [("header", "X-A".into()), (name, value)];
            let message = refused("csrf", options(&members));
            assert!(message.starts_with(named), "{message}");
        }
        // A value belongs to a header, and not to a cookie.
        let value = ("value", Value::from("x"));
        refused("csrf", options(std::slice::from_ref(&value)));
        refused(
            "csrf",
            options(&[("cookie", "a".into()), ("header", "b".into()), value]),
        );
    }

    #[test]
    fn k4_a_csrf_value_is_neither_shown_nor_repeated() {
        let value = |value: &str| options(&[("header", "X-A".into()), ("value", value.into())]);
        let shown = format!("{:?}", accepted("csrf", value("hush")));
        assert!(shown.contains("X-A") && !shown.contains("hush"), "{shown}");
        assert!(!refused("csrf", value("hu\nsh")).contains("sh"));
        assert!(!refused("csrf", "hush".into()).contains("hush"));
    }

    #[test]
    fn callbacks_are_functions_and_flags_are_flags() {
        accepted("onSessionEnded", Value::Function);
        assert_refused_but("onSessionEnded", &["a function"], "a function");
        assert!(accepted("debug", Value::Bool(true)).debug);
        assert_refused_but("debug", &["a boolean"], "true or false");
        let redirect_to = accepted("redirectTo", "/login".into()).redirect_to;
        assert_eq!(redirect_to.as_deref(), Some("/login"));
    }

    #[test]
    fn where_there_is_no_page_a_function_needs_no_refresh_url() {
        let origins = ("origins", "https://api.example.com".into());
        let parse = |members: &[(&str, Value)]| Config::parse(&options(members), None);
        assert!(parse(&[origins.clone(), ("refresh", Value::Function)]).is_ok());
        let error = parse(&[origins]).unwrap_err();
        assert!(error.message.starts_with("refreshURL"), "{error}");
    }

    #[test]
    fn where_there_is_no_page_urls_have_to_be_absolute() {
        let parse = |members: &[(&str, Value)]| Config::parse(&options(members), None);
        let config = parse(&[]).unwrap();
        let url = Url::from_href("https://app.example.com/").unwrap();
        assert_eq!(config.routes.route(&url), Route::Foreign);
        for name in [
            "refreshURL",
            "loginURL",
            "logoutURL",
            "sessionURL",
            "baseURL",
        ] {
            let error = parse(&[(name, "/x".into())]).unwrap_err();
            assert!(
                error.message.contains("an absolute URL"),
                "{}",
                error.message
            );
        }
        let base = ("baseURL", Value::from("https://api.example.com"));
        let config = parse(&[base, ("loginURL", "/login".into())]).unwrap();
        assert_eq!(
            config.policy.refresh_url,
            "https://api.example.com/auth/refresh"
        );
    }

    #[test]
    fn urls_are_joined_as_axios_joins_them() {
        for (base, url, joined) in [
            ("https://a.example/v1", "x", Some("https://a.example/v1/x")),
            (
                "https://a.example/v1/",
                "/x",
                Some("https://a.example/v1/x"),
            ),
            (
                "https://a.example/v1//",
                "?q",
                Some("https://a.example/v1/?q"),
            ),
            ("https://a.example/v1", "", Some("https://a.example/v1")),
            // Not //x, which would be a host.
            ("\\", "/x", Some("/x")),
            ("/api", "x:y", None),
            ("/api", "1x:y", Some("/api/1x:y")),
            ("/api", "./x:y", Some("/api/./x:y")),
            ("/api", "https://b.example", None),
            ("/api", "HTTP:x", None),
            ("/api", "//b.example/x", None),
            ("/api", "\\\\b.example/x", None),
            ("/api", "/\\b.example/x", None),
            ("/api", " \t//b.example/x", None),
        ] {
            assert_eq!(join(base, url).as_deref(), joined, "{base} {url:?}");
        }
    }

    fn any_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::Bool),
            any::<f64>().prop_map(Value::Number),
            "[ -~]{0,12}|https?://[a-z.:/@*]{0,12}|/[a-z./*%]{0,8}|\\PC{0,8}".prop_map(Value::Text),
            Just(Value::Function),
            Just(Value::Matcher),
            Just(Value::Other),
        ];
        leaf.prop_recursive(2, 12, 4, |inner| {
            let name = prop_oneof![
                prop::sample::select(OPTIONS.each_ref().map(|known| known.name).to_vec())
                    .prop_map(str::to_owned),
                prop::sample::select(vec!["cookie", "header", "value"]).prop_map(str::to_owned),
                "[a-zA-Z_]{0,8}",
            ];
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::List),
                prop::collection::vec((name, inner), 0..4).prop_map(Value::Map),
            ]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn whatever_is_given_is_parsed_or_refused(value in any_value(), page: bool) {
            let page = page.then_some(PAGE);
            if let Err(error) = Config::parse(&value, page) {
                prop_assert_eq!(error.code, Code::InvalidOptions);
            }
        }

        #[test]
        fn whatever_an_option_is_it_is_parsed_or_refused_by_its_name(
            name in prop::sample::select(OPTIONS.each_ref().map(|known| known.name).to_vec()), value in any_value(), bearer: bool,
        ) {
            let parse = if bearer && name != "mode" { parse_bearer } else { parse };
            if let Err(error) = parse(&[(name, value)]) {
                prop_assert!(error.message.starts_with(name), "{}", error.message);
                prop_assert!(error.message.ends_with('.'), "{}", error.message);
            }
        }
    }
}
