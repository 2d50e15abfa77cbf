//! What the environment says about the provider, and about this server as its client.

use std::net::{IpAddr, SocketAddr};

use openidconnect::{ClientId, ClientSecret, IssuerUrl, Scope};
use url::{Host, Url, form_urlencoded};

use super::store::Address;

const ISSUER: &str = "OAUTH_ISSUER";
const CLIENT_ID: &str = "OAUTH_CLIENT_ID";
const CLIENT_SECRET: &str = "OAUTH_CLIENT_SECRET";
const SCOPE: &str = "OAUTH_SCOPE";
const PARAMETERS: &str = "OAUTH_PARAMETERS";
const PUBLIC_URL: &str = "OAUTH_PUBLIC_URL";
const SESSION_STORE: &str = "SESSION_STORE";

const REQUIRED: [&str; 3] = [ISSUER, CLIENT_ID, CLIENT_SECRET];
const OPTIONAL: [&str; 4] = [SCOPE, PARAMETERS, PUBLIC_URL, SESSION_STORE];

/// The client that this server is to an OpenID provider. Its `Debug` output has no secret.
#[derive(Clone, Debug)]
pub struct Registration {
    /// The provider.
    pub(super) issuer: IssuerUrl,
    pub(super) client_id: ClientId,
    pub(super) client_secret: ClientSecret,
    /// What to ask for besides `openid`; `None`: what the provider offers of the usual ones.
    pub(super) scopes: Option<Vec<Scope>>,
    /// Further parameters of the authorization request.
    pub(super) parameters: Vec<(String, String)>,
    /// Where browsers find this server: an origin, so its path is `/`.
    pub(super) public_url: Url,
    pub(super) store: Address,
}

impl Registration {
    /// Reads the settings by name; an empty one counts as not set. `None` if there are none, which
    /// means the embedded sign-in.
    ///
    /// | setting | default |
    /// | --- | --- |
    /// | `OAUTH_ISSUER`, `OAUTH_CLIENT_ID`, `OAUTH_CLIENT_SECRET` | none: all three, or nothing |
    /// | `OAUTH_SCOPE` | `openid`, and of `profile`, `email` and `offline_access` what is offered |
    /// | `OAUTH_PARAMETERS` | no further parameters of the authorization request |
    /// | `OAUTH_PUBLIC_URL` | `http://` and the address that the server listens on |
    /// | `SESSION_STORE` | `memory` |
    ///
    /// # Errors
    /// A sentence that names the setting and the cure; no value that may be a secret is in it.
    pub fn from_settings(
        setting: impl Fn(&str) -> Option<String>,
        listening: SocketAddr,
    ) -> Result<Option<Self>, String> {
        let setting = |name: &str| setting(name).filter(|value| !value.is_empty());
        let is_set = |name: &&&str| setting(name).is_some();
        let Some(first) = REQUIRED.iter().chain(&OPTIONAL).find(is_set) else {
            return Ok(None);
        };
        let [issuer, client_id, client_secret] = REQUIRED.map(|name| {
            setting(name).ok_or_else(|| {
                format!(
                    "{first} is set and {name} is not: set {} to sign users in with a provider, \
                     or none of the OAUTH_ settings and no {SESSION_STORE}",
                    REQUIRED.join(", ")
                )
            })
        });
        Ok(Some(Self {
            issuer: issuer_url(issuer?)?,
            client_id: ClientId::new(client_id?),
            client_secret: ClientSecret::new(client_secret?),
            scopes: setting(SCOPE).map(|text| scopes(&text)),
            parameters: parameters(&setting(PARAMETERS).unwrap_or_default())?,
            public_url: public_url(setting(PUBLIC_URL), listening)?,
            store: Address::parse(setting(SESSION_STORE).as_deref())
                .map_err(|reason| format!("{SESSION_STORE} {reason}"))?,
        }))
    }

    /// Whether browsers reach this server over https, so that cookies have to be `Secure`.
    pub fn is_https(&self) -> bool {
        self.public_url.scheme() == "https"
    }
}

/// Whether secrets may be sent there: https, or this very machine.
fn is_trustworthy(url: &Url) -> bool {
    match url.scheme() {
        "https" => true,
        "http" => match url.host() {
            Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
            Some(Host::Ipv4(address)) => IpAddr::from(address).is_loopback(),
            Some(Host::Ipv6(address)) => IpAddr::from(address).is_loopback(),
            None => false,
        },
        _ => false,
    }
}

/// Whether secrets may be sent there because of what another URL says: a provider on https cannot
/// point this server to a port of its own machine.
pub fn is_as_trustworthy(url: &Url, other: &Url) -> bool {
    is_trustworthy(url) && (url.scheme() == "https" || other.scheme() == "http")
}

fn issuer_url(text: String) -> Result<IssuerUrl, String> {
    let issuer = IssuerUrl::new(text).map_err(|reason| {
        format!("{ISSUER} is not a URL ({reason}): write it as the provider's `issuer` has it")
    })?;
    let url = issuer.url();
    if !is_trustworthy(url) {
        return Err(format!(
            "{ISSUER} is {url}: it has to be https, or http on the loopback interface, because \
             the client's secret goes there"
        ));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(format!(
            "{ISSUER} is {url}: an issuer has no query and no fragment; leave out what begins with ? or #"
        ));
    }
    Ok(issuer)
}

fn scopes(text: &str) -> Vec<Scope> {
    text.split_ascii_whitespace()
        // The client adds it by itself.
        .filter(|scope| *scope != "openid")
        .map(|scope| Scope::new(scope.to_owned()))
        .collect()
}

fn parameters(text: &str) -> Result<Vec<(String, String)>, String> {
    const OWN: [&str; 9] = [
        "client_id",
        "code_challenge",
        "code_challenge_method",
        "nonce",
        "redirect_uri",
        "response_mode",
        "response_type",
        "scope",
        "state",
    ];
    let pairs: Vec<(String, String)> = form_urlencoded::parse(text.as_bytes())
        .into_owned()
        .collect();
    match pairs.iter().find(|(name, _)| OWN.contains(&name.as_str())) {
        Some((name, _)) => Err(format!(
            "{PARAMETERS} has {name}, which the sign-in sets by itself: leave it out"
        )),
        None => Ok(pairs),
    }
}

fn public_url(text: Option<String>, listening: SocketAddr) -> Result<Url, String> {
    let text = text.unwrap_or_else(|| format!("http://{listening}"));
    let wrong = |why: &str| {
        format!("{PUBLIC_URL} is {text}: {why}; write an origin like https://app.example.com")
    };
    let url = Url::parse(&text).map_err(|reason| wrong(&reason.to_string()))?;
    if !is_trustworthy(&url) {
        return Err(wrong(
            "it has to be https, or http on the loopback interface",
        ));
    }
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() || has_user(&url) {
        return Err(wrong("there is more than an origin"));
    }
    Ok(url)
}

fn has_user(url: &Url) -> bool {
    !url.username().is_empty() || url.password().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: [(&str, &str); 3] = [
        (ISSUER, "https://login.example.com"),
        (CLIENT_ID, "app"),
        (CLIENT_SECRET, "hush-hush"),
    ];

    fn read(settings: &[(&str, &str)]) -> Result<Option<Registration>, String> {
        let setting = |name: &str| {
            let found = settings.iter().rfind(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        Registration::from_settings(setting, ([127, 0, 0, 1], 4173).into())
    }

    fn with(setting: &'static str, value: &'static str) -> Result<Option<Registration>, String> {
        read(&[&WHOLE[..], &[(setting, value)]].concat())
    }

    #[test]
    fn without_settings_the_embedded_sign_in_stays() {
        assert!(read(&[]).unwrap().is_none());
        assert!(
            read(&[(ISSUER, ""), (SESSION_STORE, "")])
                .unwrap()
                .is_none()
        );
    }

    #[test]
    fn a_half_set_registration_is_refused_by_the_missing_name() {
        for missing in REQUIRED {
            let some: Vec<_> = WHOLE
                .into_iter()
                .filter(|(name, _)| *name != missing)
                .collect();
            let sentence = read(&some).unwrap_err();
            assert!(
                sentence.contains(&format!("{missing} is not")),
                "{sentence}"
            );
            assert!(!sentence.contains("hush"), "{sentence}");
        }
        let sentence = read(&[(SESSION_STORE, "memory")]).unwrap_err();
        assert!(sentence.starts_with("SESSION_STORE is set and OAUTH_ISSUER is not"));
    }

    #[test]
    fn defaults() {
        let registration = read(&WHOLE).unwrap().unwrap();
        assert_eq!(registration.public_url.as_str(), "http://127.0.0.1:4173/");
        assert!(!registration.is_https());
        assert!(registration.scopes.is_none() && registration.parameters.is_empty());
        assert_eq!(registration.store, Address::Memory);
    }

    #[test]
    fn secrets_go_over_https_or_stay_on_the_machine() {
        for good in [
            "https://a.example",
            "http://127.0.0.2:1",
            "http://[::1]:1",
            "http://a.localhost",
        ] {
            assert!(with(ISSUER, good).is_ok(), "{good}");
        }
        for bad in [
            "http://a.example",
            "ftp://localhost",
            "login.example.com",
            "https://a.example/?x",
        ] {
            let sentence = with(ISSUER, bad).unwrap_err();
            assert!(sentence.starts_with(ISSUER), "{sentence}");
        }
    }

    #[test]
    fn a_provider_elsewhere_does_not_point_to_this_machine() {
        let url = |text: &str| Url::parse(text).unwrap();
        let [here, elsewhere] = ["http://127.0.0.1:1", "https://a.example"].map(url);
        assert!(is_as_trustworthy(&here, &here));
        assert!(is_as_trustworthy(&elsewhere, &elsewhere));
        assert!(is_as_trustworthy(&elsewhere, &here));
        assert!(!is_as_trustworthy(&here, &elsewhere));
        assert!(!is_as_trustworthy(&url("http://a.example"), &here));
    }

    #[test]
    fn the_public_url_is_an_origin() {
        let https = with(PUBLIC_URL, "https://app.example.com")
            .unwrap()
            .unwrap();
        assert!(https.is_https());
        for bad in [
            "http://app.example.com",
            "https://a.example/app",
            "https://u@a.example",
            "a.example",
        ] {
            let sentence = with(PUBLIC_URL, bad).unwrap_err();
            assert!(sentence.contains("https://app.example.com"), "{sentence}");
        }
    }

    #[test]
    fn the_sign_ins_own_parameters_cannot_be_set() {
        let google = with(PARAMETERS, "access_type=offline&prompt=consent")
            .unwrap()
            .unwrap();
        assert_eq!(google.parameters.len(), 2);
        let sentence = with(PARAMETERS, "prompt=consent&state=mine").unwrap_err();
        assert!(sentence.contains("has state"), "{sentence}");
    }

    #[test]
    fn scopes_are_a_list_and_openid_goes_without_saying() {
        let asked = with(SCOPE, "openid  api:read offline_access")
            .unwrap()
            .unwrap();
        let scopes: Vec<_> = asked
            .scopes
            .unwrap()
            .iter()
            .map(|scope| scope.to_string())
            .collect();
        assert_eq!(scopes, ["api:read", "offline_access"]);
    }

    #[test]
    fn no_debug_output_shows_the_secret() {
        let shown = format!("{:?}", read(&WHOLE).unwrap());
        assert!(
            shown.contains("login.example.com") && !shown.contains("hush"),
            "{shown}"
        );
    }
}
