//! From options, as somebody wrote them, to a configuration that cannot be wrong.

use std::fmt;

use super::error::{Code, Error};
use super::route::{Pattern, Routes};
use super::time::{Millis, SECOND};
use super::url::{Base, Url, UrlError};
use super::value::Value;

/// Everything that a client is set up with.
#[derive(Debug)]
pub struct Config {
    /// What the session goes by.
    pub policy: Policy,
    /// What is protected, exempt and foreign.
    pub routes: Routes,
    /// The page, where there is one.
    pub page: Option<Base>,
    /// What relative URLs are put behind.
    pub base_url: Option<String>,
    /// Where a sign-out is told.
    pub logout_url: Option<String>,
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

/// What the session state machine goes by.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Where the session is refreshed.
    pub refresh_url: String,
    /// Whether there is a `sessionURL` to ask.
    pub checks_session: bool,
    /// In milliseconds: how long before expiry to refresh.
    pub refresh_before: Millis,
    /// In milliseconds: how long one refresh may take.
    pub refresh_timeout: Millis,
    /// When to refresh ahead of expiry.
    pub proactive: Proactive,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            refresh_url: "/auth/refresh".to_owned(),
            checks_session: false,
            refresh_before: 300 * SECOND,
            refresh_timeout: 30 * SECOND,
            proactive: Proactive::Visible,
        }
    }
}

/// When to refresh ahead of expiry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

const NAMES: [&str; 16] = [
    "mode",
    "baseURL",
    "origins",
    "refreshURL",
    "loginURL",
    "logoutURL",
    "sessionURL",
    "exclude",
    "refreshBefore",
    "refreshTimeout",
    "proactive",
    "unauthorized",
    "csrf",
    "onSessionEnded",
    "redirectTo",
    "debug",
];

impl Config {
    /// Reads the options. `page` is the address that relative URLs are relative to, where there is a page.
    ///
    /// # Errors
    ///
    /// `invalid_options`, naming the option, what was given and what is accepted.
    pub fn parse(options: &Value, page: Option<&str>) -> Result<Self, Error> {
        let mut options = Options::of(options);
        let config = options.read(page);
        options.refusal.map_or(Ok(config), Err)
    }
}

/// The options as they were given, and the first thing that is wrong with them. Reading goes on after that with
/// defaults, which nobody gets to see: so there is one way out, and not one at every option.
struct Options<'a> {
    members: &'a [(String, Value)],
    refusal: Option<Error>,
}

impl<'a> Options<'a> {
    fn of(value: &'a Value) -> Self {
        let mut options = Self {
            members: &[],
            refusal: None,
        };
        match value {
            Value::Null => {}
            Value::Map(members) => options.members = members,
            other => options.refuse("options", other, "an object"),
        }
        for (name, value) in options.members {
            if !NAMES.contains(&name.as_str()) {
                options.refuse_with(|| unknown(name, value));
            }
        }
        options
    }

    fn read(&mut self, page: Option<&str>) -> Config {
        match self.given("mode") {
            Some(other) if other.as_text() != Some("cookie") => {
                self.refuse("mode", other, "'cookie', the only mode of this version");
            }
            _ => {}
        }
        let defaults = Policy::default();
        let place = Place {
            base_url: self.url("baseURL"),
            page: page.and_then(|href| Base::from_href(href).ok()),
        };
        let refresh_url = self.url("refreshURL").unwrap_or(defaults.refresh_url);
        let refresh_url = place.resolve(&refresh_url);
        let logout_url = self.url("logoutURL").map(|url| place.resolve(&url));
        let session_url = self.url("sessionURL").map(|url| place.resolve(&url));

        let origins = self.origins(&place);
        let mut exempt = Vec::new();
        // Without a page, the default refreshURL leads nowhere; nothing is protected there either.
        if !origins.is_empty() || self.given("refreshURL").is_some() {
            exempt.extend(self.listed("refreshURL", &refresh_url, &place, &origins));
        }
        for (name, url) in [("logoutURL", &logout_url), ("sessionURL", &session_url)] {
            exempt.extend(
                url.as_ref()
                    .and_then(|url| self.listed(name, url, &place, &origins)),
            );
        }
        let mut login = Vec::new();
        for url in self.urls("loginURL") {
            login.extend(self.listed("loginURL", &place.resolve(&url), &place, &origins));
        }
        let (patterns, matchers) = self.exclusions();

        self.callback("onSessionEnded");
        Config {
            policy: Policy {
                refresh_url,
                checks_session: session_url.is_some(),
                refresh_before: self
                    .seconds("refreshBefore", 0.0, 86_400.0)
                    .unwrap_or(defaults.refresh_before),
                refresh_timeout: self
                    .seconds("refreshTimeout", 0.001, 600.0)
                    .unwrap_or(defaults.refresh_timeout),
                proactive: self.proactive(),
            },
            routes: Routes::new(origins, login, exempt, patterns),
            page: place.page,
            base_url: place.base_url,
            logout_url,
            session_url,
            unauthorized: self.unauthorized(),
            csrf: self.csrf(),
            matchers,
            redirect_to: self.url("redirectTo"),
            debug: self.flag("debug"),
        }
    }

    #[cold]
    fn refuse(&mut self, name: &str, given: &Value, accepted: &str) {
        self.refuse_with(|| wrong(name, given, accepted));
    }

    fn refuse_with(&mut self, error: impl FnOnce() -> Error) {
        self.refusal.get_or_insert_with(error);
    }

    /// The option, unless it was left out or set to `undefined` or `null`.
    fn given(&self, name: &str) -> Option<&'a Value> {
        let (_, value) = self.members.iter().find(|(key, _)| key == name)?;
        (*value != Value::Null).then_some(value)
    }

    /// The items of an option that takes one or a list.
    fn items(&self, name: &str) -> &'a [Value] {
        match self.given(name) {
            None => &[],
            Some(Value::List(items)) => items,
            Some(single) => std::slice::from_ref(single),
        }
    }

    fn url(&mut self, name: &str) -> Option<String> {
        match self.given(name)? {
            Value::Text(url) if !url.is_empty() => return Some(url.clone()),
            other => self.refuse(
                name,
                other,
                "a URL, as a string that is not empty or a URL object",
            ),
        }
        None
    }

    fn urls(&mut self, name: &str) -> Vec<String> {
        let mut urls = Vec::new();
        for item in self.items(name) {
            match item {
                Value::Text(url) if !url.is_empty() => urls.push(url.clone()),
                other => self.refuse(
                    name,
                    other,
                    "a URL or a list of URLs, as strings or URL objects",
                ),
            }
        }
        urls
    }

    /// The origins that credentials may go to (contract K2).
    fn origins(&mut self, place: &Place) -> Vec<String> {
        let mut origins = Vec::new();
        origins.extend(place.page.as_ref().map(|page| page.origin().to_owned()));
        if let Some(base) = &place.base_url {
            origins.extend(
                self.located("baseURL", base, place)
                    .map(|url| url.origin.into_owned()),
            );
        }
        for origin in self.urls("origins") {
            origins.extend(
                self.located("origins", &origin, &Place::default())
                    .map(|url| url.origin.into_owned()),
            );
        }
        origins
    }

    fn located(&mut self, name: &str, text: &str, place: &Place) -> Option<Url<'static>> {
        // What only the platform could resolve, a URL object's href say, is taken as it is: a spelling that is not the
        // platform's own matches no request, so nothing is sent anywhere by mistake.
        let read = Url::parse(text, place.page.as_ref()).or_else(|error| match error {
            UrlError::AskPlatform => Url::from_href(text),
            final_word => Err(final_word),
        });
        let accepted = match read {
            Ok(url) => return Some(url.into_owned()),
            Err(UrlError::AskPlatform) => "a valid URL, its host in ASCII (Punycode)",
            Err(UrlError::NotHttp) => "an http or https URL",
            Err(UrlError::NoBase) => {
                "an absolute URL, for there is no page that a relative one could belong to"
            }
        };
        self.refuse(name, &Value::from(text), accepted);
        None
    }

    /// One of the SDK's own endpoints: credentials go there, so its origin has to be a listed one.
    fn listed(
        &mut self,
        name: &str,
        text: &str,
        place: &Place,
        origins: &[String],
    ) -> Option<Url<'static>> {
        let url = self.located(name, text, place)?;
        if !origins.iter().any(|origin| *origin == url.origin) {
            self.refuse(
                name,
                &Value::from(text),
                "a URL on the page's origin, on baseURL's or on one of origins",
            );
        }
        Some(url)
    }

    fn exclusions(&mut self) -> (Vec<Pattern>, Vec<usize>) {
        let mut patterns = Vec::new();
        let mut matchers = Vec::new();
        for (index, item) in self.items("exclude").iter().enumerate() {
            match item {
                Value::Matcher => matchers.push(index),
                Value::Text(text) => match Pattern::parse(text) {
                    Ok(pattern) => patterns.push(pattern),
                    Err(cure) => self.refuse("exclude", item, &cure.to_string()),
                },
                other => self.refuse(
                    "exclude",
                    other,
                    "strings such as '/public/*', or objects with test(url)",
                ),
            }
        }
        (patterns, matchers)
    }

    fn seconds(&mut self, name: &str, least: f64, most: f64) -> Option<Millis> {
        match self.given(name)? {
            Value::Number(seconds) if (least..=most).contains(seconds) => {
                return Some((seconds * SECOND as f64) as Millis);
            }
            other => {
                let least = if least > 0.0 { "above" } else { "from" };
                self.refuse_with(|| {
                    wrong(
                        name,
                        other,
                        &format!("seconds, {least} 0 to {}", most as u32),
                    )
                });
            }
        }
        None
    }

    fn proactive(&mut self) -> Proactive {
        match self.given("proactive") {
            Some(Value::Bool(false)) => return Proactive::Never,
            Some(Value::Text(when)) if when == "always" => return Proactive::Always,
            Some(other) if other.as_text() != Some("visible") => {
                self.refuse("proactive", other, "'visible', 'always' or false");
            }
            _ => {}
        }
        Proactive::Visible
    }

    fn unauthorized(&mut self) -> Unauthorized {
        let items = match self.given("unauthorized") {
            None => return Unauthorized::Statuses(vec![401]),
            Some(Value::Function) => return Unauthorized::Function,
            Some(Value::List(items)) => items,
            Some(other) => std::slice::from_ref(other),
        };
        let mut statuses = Vec::new();
        for item in items {
            match item {
                Value::Number(status)
                    if (400.0..600.0).contains(status) && f64::from(*status as u16) == *status =>
                {
                    statuses.push(*status as u16);
                }
                other => self.refuse(
                    "unauthorized",
                    other,
                    "a list of statuses from 400 to 599, or a function of the response",
                ),
            }
        }
        Unauthorized::Statuses(statuses)
    }

    fn csrf(&mut self) -> Csrf {
        const ACCEPTED: &str =
            "{ cookie, header }, { header, value } or false, names and values such as HTTP allows";
        let given = match self.given("csrf") {
            None => &Value::Null,
            Some(Value::Bool(false)) => return Csrf::Off,
            Some(given) => given,
        };
        let mut read = [None, None, None];
        match given {
            Value::Null => {}
            Value::Map(members) => {
                for (name, value) in members {
                    let known = ["cookie", "header", "value"]
                        .iter()
                        .position(|known| known == name);
                    match (known, value) {
                        (Some(_), Value::Null) => {}
                        (Some(index), Value::Text(text))
                            if is_token(text) || (index == 2 && is_field_value(text)) =>
                        {
                            read[index] = Some(text.clone());
                        }
                        _ => self.refuse("csrf", &Value::from(name.as_str()), ACCEPTED),
                    }
                }
            }
            other => self.refuse("csrf", other, ACCEPTED),
        }
        match read {
            [None, Some(header), Some(value)] => Csrf::Fixed { header, value },
            [cookie, header, value] => {
                if value.is_some() {
                    self.refuse("csrf", given, ACCEPTED);
                }
                Csrf::Cookie {
                    cookie: cookie.unwrap_or_else(|| "XSRF-TOKEN".to_owned()),
                    header: header.unwrap_or_else(|| "X-XSRF-TOKEN".to_owned()),
                }
            }
        }
    }

    fn callback(&mut self, name: &str) {
        if let Some(other) = self.given(name).filter(|given| **given != Value::Function) {
            self.refuse(name, other, "a function");
        }
    }

    fn flag(&mut self, name: &str) -> bool {
        match self.given(name) {
            None | Some(Value::Bool(false)) => return false,
            Some(Value::Bool(true)) => return true,
            Some(other) => self.refuse(name, other, "true or false"),
        }
        false
    }
}

/// Where relative URLs are at home.
#[derive(Default)]
struct Place {
    base_url: Option<String>,
    page: Option<Base>,
}

impl Place {
    fn resolve(&self, url: &str) -> String {
        self.base_url
            .as_deref()
            .and_then(|base| join(base, url))
            .unwrap_or_else(|| url.to_owned())
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
        _ => [base.trim_end_matches('/'), "/", url.trim_start_matches('/')].concat(),
    })
}

/// Whether it has a scheme, or begins with two slashes (RFC 3986 §4.2).
fn is_absolute(url: &str) -> bool {
    let start = url.trim_start_matches(|c: char| c <= ' ');
    if start.starts_with("//")
        || start.starts_with("\\\\")
        || start.starts_with("/\\")
        || start.starts_with("\\/")
    {
        return true;
    }
    let scheme = start
        .split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.')))
        .next()
        .unwrap_or("");
    start.starts_with(|c: char| c.is_ascii_alphabetic())
        && start.as_bytes().get(scheme.len()) == Some(&b':')
}

/// RFC 9110 §5.6.2.
fn is_token(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
}

/// Whether a header may have this value: RFC 9110 §5.5, without obs-text.
#[must_use]
pub fn is_field_value(text: &str) -> bool {
    text.bytes()
        .all(|b| (b' '..=b'~').contains(&b) || b == b'\t')
}

#[cold]
fn unknown(name: &str, value: &Value) -> Error {
    let message = if name.eq_ignore_ascii_case("clientSecret")
        || name.eq_ignore_ascii_case("client_secret")
    {
        [
            name,
            " is refused: whatever a browser is given, its user can read, so it cannot keep a secret. \
             Let a backend hold it and refresh there (mode: 'cookie').",
        ]
        .concat()
    } else {
        let cure = match NAMES.iter().find(|known| known.eq_ignore_ascii_case(name)) {
            Some(known) => ["; did you mean ", known, "?"].concat(),
            None => ["; the options are ", &NAMES.join(", "), "."].concat(),
        };
        [name, " (", value.kind(), ") is not an option", &cure].concat()
    };
    Error::new(Code::InvalidOptions, message)
}

#[cold]
fn wrong(name: &str, given: &Value, accepted: &str) -> Error {
    let shown = match given {
        Value::Text(text) if text.len() <= 80 => [" '", text, "'"].concat(),
        Value::Bool(true) => " true".to_owned(),
        Value::Bool(false) => " false".to_owned(),
        Value::Number(number) if f64::from(*number as i32) == *number => {
            format!(" {}", *number as i32)
        }
        _ => String::new(),
    };
    Error::new(
        Code::InvalidOptions,
        [
            name,
            ": ",
            given.kind(),
            &shown,
            " was given; accepted: ",
            accepted,
            ".",
        ]
        .concat(),
    )
}
