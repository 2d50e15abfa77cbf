//! From options, as somebody wrote them, to a configuration that cannot be wrong.

use std::fmt::{self, Write as _};

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
            Self::Cookie { cookie, header } => {
                f.debug_struct("Cookie").field("cookie", cookie).field("header", header).finish()
            }
            Self::Fixed { header, .. } => f.debug_struct("Fixed").field("header", header).finish_non_exhaustive(),
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
        Options::of(options)?.read(page)
    }
}

struct Options<'a>(&'a [(String, Value)]);

impl<'a> Options<'a> {
    fn of(value: &'a Value) -> Result<Self, Error> {
        let members = match value {
            Value::Null => &[][..],
            Value::Map(members) => members,
            other => return Err(wrong("options", other, "an object")),
        };
        for (name, value) in members {
            check_name(name, value)?;
        }
        Ok(Self(members))
    }

    fn read(&self, page: Option<&str>) -> Result<Config, Error> {
        match self.given("mode") {
            None => {}
            Some(Value::Text(mode)) if mode == "cookie" => {}
            Some(other) => return Err(wrong("mode", other, "'cookie', the only mode of this version")),
        }
        let base_url = self.url("baseURL")?;
        let place = Place { base_url, page: page.and_then(|href| Base::from_href(href).ok()) };
        let defaults = Policy::default();
        let refresh_url = self.url("refreshURL")?.unwrap_or(defaults.refresh_url);
        let logout_url = self.url("logoutURL")?;
        let session_url = self.url("sessionURL")?;
        let login_urls = self.urls("loginURL")?;
        let (patterns, matchers) = self.exclusions()?;

        let mut origins: Vec<String> = Vec::new();
        origins.extend(place.page.as_ref().map(|page| page.origin().to_owned()));
        if let Some(base) = &place.base_url {
            origins.push(place.locate("baseURL", base)?.origin.into_owned());
        }
        for origin in self.urls("origins")? {
            let accepted = "absolute URLs such as 'https://api.example.com'";
            let url = Url::parse(&origin, None).map_err(|_| wrong("origins", &Value::Text(origin.clone()), accepted))?;
            origins.push(url.origin.into_owned());
        }

        let locate = |name: &str, text: &str| {
            let url = place.locate(name, text)?;
            if origins.iter().any(|origin| *origin == url.origin) {
                return Ok(url);
            }
            Err(wrong(name, &Value::Text(text.to_owned()), "a URL on the page's origin, on baseURL's or on one of origins"))
        };
        let mut exempt = Vec::new();
        // Without a page, the default refreshURL leads nowhere; nothing is protected there either.
        if !origins.is_empty() || self.given("refreshURL").is_some() {
            exempt.push(locate("refreshURL", &refresh_url)?);
        }
        if let Some(url) = &logout_url {
            exempt.push(locate("logoutURL", url)?);
        }
        if let Some(url) = &session_url {
            exempt.push(locate("sessionURL", url)?);
        }
        let login = login_urls.iter().map(|url| locate("loginURL", url)).collect::<Result<_, _>>()?;

        Ok(Config {
            policy: Policy {
                refresh_url: place.resolve(&refresh_url),
                checks_session: session_url.is_some(),
                refresh_before: self.seconds("refreshBefore", 0.0, 86_400.0)?.unwrap_or(defaults.refresh_before),
                refresh_timeout: self.seconds("refreshTimeout", 0.001, 600.0)?.unwrap_or(defaults.refresh_timeout),
                proactive: self.proactive()?,
            },
            routes: Routes::new(origins, login, exempt, patterns),
            page: place.page.clone(),
            logout_url: logout_url.map(|url| place.resolve(&url)),
            session_url: session_url.map(|url| place.resolve(&url)),
            base_url: place.base_url,
            unauthorized: self.unauthorized()?,
            csrf: self.csrf()?,
            matchers,
            redirect_to: {
                self.callback("onSessionEnded")?;
                self.url("redirectTo")?
            },
            debug: self.flag("debug")?,
        })
    }

    /// The option, unless it was left out or set to `undefined` or `null`.
    fn given(&self, name: &str) -> Option<&'a Value> {
        let (_, value) = self.0.iter().find(|(key, _)| key == name)?;
        (*value != Value::Null).then_some(value)
    }

    fn url(&self, name: &str) -> Result<Option<String>, Error> {
        match self.given(name) {
            None => Ok(None),
            Some(Value::Text(url)) if !url.is_empty() => Ok(Some(url.clone())),
            Some(other) => Err(wrong(name, other, "a URL, as a string that is not empty or a URL object")),
        }
    }

    fn urls(&self, name: &str) -> Result<Vec<String>, Error> {
        let text = |value: &Value| match value {
            Value::Text(url) if !url.is_empty() => Ok(url.clone()),
            other => Err(wrong(name, other, "a URL or a list of URLs, as strings or URL objects")),
        };
        match self.given(name) {
            None => Ok(Vec::new()),
            Some(Value::List(items)) => items.iter().map(text).collect(),
            Some(single) => Ok(vec![text(single)?]),
        }
    }

    fn exclusions(&self) -> Result<(Vec<Pattern>, Vec<usize>), Error> {
        let items = match self.given("exclude") {
            None => &[][..],
            Some(Value::List(items)) => items,
            Some(single) => std::slice::from_ref(single),
        };
        let mut patterns = Vec::new();
        let mut matchers = Vec::new();
        for (index, item) in items.iter().enumerate() {
            match item {
                Value::Matcher => matchers.push(index),
                Value::Text(text) => {
                    patterns.push(Pattern::parse(text).map_err(|cure| wrong("exclude", item, &cure.to_string()))?);
                }
                other => {
                    return Err(wrong("exclude", other, "strings such as '/public/*', or objects with test(url)"));
                }
            }
        }
        Ok((patterns, matchers))
    }

    fn seconds(&self, name: &str, least: f64, most: f64) -> Result<Option<Millis>, Error> {
        match self.given(name) {
            None => Ok(None),
            Some(Value::Number(seconds)) if (least..=most).contains(seconds) => {
                Ok(Some((seconds * SECOND as f64) as Millis))
            }
            Some(other) => {
                let mut accepted = String::new();
                let least = if least > 0.0 { "above" } else { "from" };
                // Writing to a string does not fail.
                let _ = write!(accepted, "seconds, {least} 0 to {}", most as u32);
                Err(wrong(name, other, &accepted))
            }
        }
    }

    fn proactive(&self) -> Result<Proactive, Error> {
        match self.given("proactive") {
            None => Ok(Proactive::Visible),
            Some(Value::Bool(false)) => Ok(Proactive::Never),
            Some(Value::Text(when)) if when == "visible" => Ok(Proactive::Visible),
            Some(Value::Text(when)) if when == "always" => Ok(Proactive::Always),
            Some(other) => Err(wrong("proactive", other, "'visible', 'always' or false")),
        }
    }

    fn unauthorized(&self) -> Result<Unauthorized, Error> {
        let accepted = "statuses from 400 to 599, or a function of the response";
        match self.given("unauthorized") {
            None => Ok(Unauthorized::Statuses(vec![401])),
            Some(Value::Function) => Ok(Unauthorized::Function),
            Some(Value::List(items)) => {
                let status = |item: &Value| match item {
                    Value::Number(status) if (400.0..600.0).contains(status) && f64::from(*status as u16) == *status => {
                        Ok(*status as u16)
                    }
                    other => Err(wrong("unauthorized", other, accepted)),
                };
                items.iter().map(status).collect::<Result<_, _>>().map(Unauthorized::Statuses)
            }
            Some(other) => Err(wrong("unauthorized", other, accepted)),
        }
    }

    fn csrf(&self) -> Result<Csrf, Error> {
        let accepted = "{ cookie, header }, { header, value } or false";
        let given = match self.given("csrf") {
            None => &Value::Null,
            Some(Value::Bool(false)) => return Ok(Csrf::Off),
            Some(given @ Value::Map(members)) => {
                for (name, _) in members {
                    if !matches!(name.as_str(), "cookie" | "header" | "value") {
                        return Err(wrong("csrf", &Value::Text(name.clone()), accepted));
                    }
                }
                given
            }
            Some(other) => return Err(wrong("csrf", other, accepted)),
        };
        let text = |name: &str| match given.member(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Text(text)) if is_token(text) || (name == "value" && is_field_value(text)) => {
                Ok(Some(text.clone()))
            }
            Some(other) => Err(wrong("csrf", other, "names and values that HTTP allows, as strings")),
        };
        match (text("cookie")?, text("header")?, text("value")?) {
            (None, Some(header), Some(value)) => Ok(Csrf::Fixed { header, value }),
            (_, _, Some(_)) => Err(wrong("csrf", given, accepted)),
            (cookie, header, None) => Ok(Csrf::Cookie {
                cookie: cookie.unwrap_or_else(|| "XSRF-TOKEN".to_owned()),
                header: header.unwrap_or_else(|| "X-XSRF-TOKEN".to_owned()),
            }),
        }
    }

    fn callback(&self, name: &str) -> Result<(), Error> {
        match self.given(name) {
            None | Some(Value::Function) => Ok(()),
            Some(other) => Err(wrong(name, other, "a function")),
        }
    }

    fn flag(&self, name: &str) -> Result<bool, Error> {
        match self.given(name) {
            None => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(other) => Err(wrong(name, other, "true or false")),
        }
    }
}

/// Where relative URLs are at home.
struct Place {
    base_url: Option<String>,
    page: Option<Base>,
}

impl Place {
    fn resolve(&self, url: &str) -> String {
        self.base_url.as_deref().and_then(|base| join(base, url)).unwrap_or_else(|| url.to_owned())
    }

    fn locate(&self, name: &str, text: &str) -> Result<Url<'static>, Error> {
        let text = self.resolve(text);
        Url::parse(&text, self.page.as_ref()).map(Url::into_owned).map_err(|error| {
            let accepted = match error {
                UrlError::AskPlatform => "a valid URL, its host in ASCII (Punycode)",
                UrlError::NotHttp => "an http or https URL",
                UrlError::NoBase => "an absolute URL, for there is no page that a relative one could belong to",
            };
            wrong(name, &Value::Text(text.clone()), accepted)
        })
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
    if start.starts_with("//") || start.starts_with("\\\\") || start.starts_with("/\\") || start.starts_with("\\/") {
        return true;
    }
    let scheme = start.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))).next().unwrap_or("");
    start.starts_with(|c: char| c.is_ascii_alphabetic()) && start.as_bytes().get(scheme.len()) == Some(&b':')
}

/// RFC 9110 §5.6.2.
fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
}

/// RFC 9110 §5.5, without obs-text.
fn is_field_value(text: &str) -> bool {
    text.bytes().all(|b| (b' '..=b'~').contains(&b) || b == b'\t')
}

fn check_name(name: &str, value: &Value) -> Result<(), Error> {
    if name.eq_ignore_ascii_case("clientSecret") || name.eq_ignore_ascii_case("client_secret") {
        return Err(Error::new(
            Code::InvalidOptions,
            format!(
                "{name} is refused: whatever a browser is given, its user can read, so it cannot keep a secret. \
                 Let a backend hold it and refresh there (mode: 'cookie')."
            ),
        ));
    }
    if NAMES.contains(&name) {
        return Ok(());
    }
    let mut message = format!("{name} ({}) is not an option", value.kind());
    match NAMES.iter().find(|known| known.eq_ignore_ascii_case(name)) {
        Some(known) => message.extend(["; did you mean ", known, "?"]),
        None => message.extend(["; the options are ", &NAMES.join(", "), "."]),
    }
    Err(Error::new(Code::InvalidOptions, message))
}

fn wrong(name: &str, given: &Value, accepted: &str) -> Error {
    let shown = match given {
        Value::Text(text) if text.len() <= 80 => format!(" '{text}'"),
        Value::Bool(flag) => format!(" {flag}"),
        Value::Number(number) if f64::from(*number as i32) == *number => format!(" {}", *number as i32),
        _ => String::new(),
    };
    Error::new(Code::InvalidOptions, format!("{name}: {}{shown} was given; accepted: {accepted}.", given.kind()))
}
