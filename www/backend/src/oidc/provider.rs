//! The protocol: what is said to the OpenID provider, and what is made of its answers.

use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthenticationFlow, CoreClaimName, CoreClaimType, CoreClient,
    CoreClientAuthMethod, CoreErrorResponseType, CoreGrantType, CoreIdToken, CoreIdTokenClaims,
    CoreJsonWebKey, CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm,
    CoreResponseMode, CoreResponseType, CoreSubjectIdentifierType, CoreTokenResponse,
};
use openidconnect::{
    AccessToken, AccessTokenHash, AdditionalProviderMetadata, AuthorizationCode,
    ClaimsVerificationError, CsrfToken, DiscoveryError, EndpointMaybeSet, EndpointNotSet,
    EndpointSet, HttpResponse, Nonce, OAuth2TokenResponse as _, PkceCodeChallenge,
    PkceCodeVerifier, ProviderMetadata, RedirectUrl, RefreshToken, RequestTokenError, Scope,
    SignatureVerificationError, StandardErrorResponse, TokenResponse as _,
};
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;
use tokio::time::Instant;
use url::Url;

use super::failure::Failure;
use super::registration::{Registration, is_as_trustworthy};
use super::session::{Identity, Tokens, now};
use super::wire::{Unavailable, Wire};

/// For how long the provider's metadata and keys are believed. A key that is not among them is
/// looked for at once.
const FRESH: Duration = Duration::from_secs(3600);
/// For how long a discovery that failed is not tried again. Who waited for it meanwhile gets its
/// outcome, instead of waiting once more.
const FAILED: Duration = Duration::from_secs(1);

/// Where the provider sends the browser back to, below the public URL.
pub const CALLBACK: &str = "/auth/callback";

/// An OpenID provider, as this server's [`Registration`] knows it.
///
/// It is asked for its metadata when they are first needed, not at the start: a server whose
/// provider is away still serves the sessions that it has.
#[derive(Debug)]
pub struct Provider {
    registration: Registration,
    wire: Wire,
    discovery: Mutex<Discovery>,
}

/// One sign-in's secrets. The provider sees the challenge, the state and the nonce; the verifier
/// goes to it with the code.
#[derive(Debug, Serialize, Deserialize)]
pub struct Challenge {
    pub state: CsrfToken,
    pub nonce: Nonce,
    pub verifier: PkceCodeVerifier,
}

impl Provider {
    /// The provider of a registration. Nothing is sent yet.
    ///
    /// # Errors
    /// A sentence, if there can be no https.
    pub fn new(registration: Registration) -> Result<Self, String> {
        Ok(Self {
            registration,
            wire: Wire::new()?,
            discovery: Mutex::default(),
        })
    }

    /// What the environment says.
    pub fn registration(&self) -> &Registration {
        &self.registration
    }

    /// Where to send a browser to sign in, and what has to be kept for its return.
    ///
    /// # Errors
    /// When the provider's metadata cannot be had.
    pub async fn authorization(&self) -> Result<(Url, Challenge), Failure> {
        let known = self.known().await?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let mut request = known
            .client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                CsrfToken::new_random,
                Nonce::new_random,
            )
            .set_pkce_challenge(challenge)
            .add_scopes(known.scopes.iter().cloned());
        for (name, value) in &self.registration.parameters {
            request = request.add_extra_param(name, value);
        }
        let (url, state, nonce) = request.url();
        let challenge = Challenge {
            state,
            nonce,
            verifier,
        };
        Ok((url, challenge))
    }

    /// Whether an authorization response with this `iss` may be the provider's (RFC 9207). One of
    /// another issuer is an attempt to have a code sent to the wrong place.
    ///
    /// # Errors
    /// When the provider's metadata cannot be had.
    pub async fn is_issuer(&self, iss: Option<&str>) -> Result<bool, Failure> {
        let promised = self.known().await?.names_itself;
        Ok(match iss {
            Some(iss) => iss == self.registration.issuer.as_str(),
            None => !promised,
        })
    }

    /// Trades a code for tokens, and verifies the ID token among them (OpenID Connect Core
    /// §3.1.3.7): signature, issuer, audience, expiry, nonce, and the hash of the access token.
    ///
    /// # Errors
    /// [`Failure::Rejected`] for a code that the provider does not know (any more),
    /// [`Failure::Misconfigured`] for an ID token that does not hold.
    pub async fn exchange(
        &self,
        code: AuthorizationCode,
        verifier: PkceCodeVerifier,
        nonce: &Nonce,
    ) -> Result<(Identity, Tokens), Failure> {
        let known = self.known().await?;
        let since = now();
        let reply = known
            .client
            .exchange_code(code)
            .set_pkce_verifier(verifier)
            .request_async(&self.wire)
            .await
            .map_err(failure)?;
        let id_token = reply
            .id_token()
            .ok_or_else(|| Failure::unexpected("the provider sent no ID token"))?;
        let access = reply.access_token();
        let claims = match verified(&known, id_token, access, nonce) {
            Err(ClaimsVerificationError::SignatureVerification(
                SignatureVerificationError::NoMatchingKey,
            )) => {
                // The provider has new keys.
                let renewed = self.rediscovered().await?;
                verified(&renewed, id_token, access, nonce).map(identity)
            }
            outcome => outcome.map(identity),
        };
        let identity = claims.map_err(|reason| {
            Failure::unexpected(format!("the provider's ID token does not hold: {reason}"))
        })?;
        Ok((identity, tokens(&reply, since)))
    }

    /// Trades a refresh token for the next tokens (RFC 6749 §6), as a client that authenticates by
    /// HTTP Basic (§2.3.1).
    ///
    /// The provider may send an ID token along; nothing is read from it, so nothing is verified.
    ///
    /// # Errors
    /// [`Failure::Rejected`] when the provider says `invalid_grant`: there will never be another
    /// token for this one.
    pub async fn renew(&self, refresh_token: &RefreshToken) -> Result<Tokens, Failure> {
        let known = self.known().await?;
        let since = now();
        let reply = known
            .client
            .exchange_refresh_token(refresh_token)
            .request_async(&self.wire)
            .await
            .map_err(failure)?;
        Ok(tokens(&reply, since))
    }

    /// Tells the provider that tokens are no longer needed (RFC 7009), if it can be told. With the
    /// refresh token go the access tokens (§2.1), so only one of the two is sent.
    ///
    /// # Errors
    /// When the provider cannot be told: then the tokens live until they expire.
    pub async fn revoke(&self, tokens: &Tokens) -> Result<(), Failure> {
        let known = self.known().await?;
        let Some(endpoint) = &known.revocation else {
            return Ok(());
        };
        let (token, hint) = match &tokens.refresh {
            Some(refresh) => (refresh.secret(), "refresh_token"),
            None => (tokens.access.secret(), "access_token"),
        };
        // By hand: the crate revokes over https alone, which a provider on the loopback interface
        // does not have.
        let form = [("token", token.as_str()), ("token_type_hint", hint)];
        let Registration {
            client_id,
            client_secret,
            ..
        } = &self.registration;
        let answer = self
            .wire
            .post_form(endpoint, client_id, client_secret.secret(), &form)
            .await
            .map_err(unavailable)?;
        match answer.status() {
            StatusCode::OK => Ok(()),
            status => Err(Failure::unexpected(format!(
                "the revocation was answered {status}"
            ))),
        }
    }

    /// What the provider's user info endpoint says to an access token; `None` if there is no such
    /// endpoint.
    ///
    /// # Errors
    /// [`Failure::Unavailable`], when it says nothing.
    pub async fn user_info(&self, access: &AccessToken) -> Result<Option<HttpResponse>, Failure> {
        let known = self.known().await?;
        let Some(endpoint) = &known.user_info else {
            return Ok(None);
        };
        let answer = self.wire.get(endpoint, access.secret()).await;
        answer.map(Some).map_err(unavailable)
    }

    async fn known(&self) -> Result<Arc<Known>, Failure> {
        let mut discovery = self.discovery.lock().await;
        match &discovery.known {
            Some((known, when)) if when.elapsed() < FRESH => Ok(Arc::clone(known)),
            _ => self.discover(&mut discovery).await,
        }
    }

    async fn rediscovered(&self) -> Result<Arc<Known>, Failure> {
        self.discover(&mut *self.discovery.lock().await).await
    }

    /// Asks the provider; what is known already is better than a failure.
    async fn discover(&self, discovery: &mut Discovery) -> Result<Arc<Known>, Failure> {
        let recent = discovery
            .failed
            .take()
            .filter(|(_, when)| when.elapsed() < FAILED);
        let outcome = match recent {
            Some((failure, when)) => Err((failure, when)),
            None => Known::discover(&self.registration, &self.wire)
                .await
                .map_err(|failure| (failure, Instant::now())),
        };
        match outcome {
            Ok(known) => {
                let known = Arc::new(known);
                discovery.known = Some((Arc::clone(&known), Instant::now()));
                Ok(known)
            }
            Err((failure, when)) => {
                discovery.failed = Some((failure.clone(), when));
                match &discovery.known {
                    Some((known, _)) => Ok(Arc::clone(known)),
                    None => Err(failure),
                }
            }
        }
    }
}

#[derive(Debug, Default)]
struct Discovery {
    known: Option<(Arc<Known>, Instant)>,
    failed: Option<(Failure, Instant)>,
}

/// What discovery has found.
#[derive(Debug)]
struct Known {
    client: Client,
    scopes: Vec<Scope>,
    revocation: Option<Url>,
    user_info: Option<Url>,
    /// Whether each authorization response has an `iss` (RFC 9207 §3).
    names_itself: bool,
}

type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
    EndpointMaybeSet,
>;

type Metadata = ProviderMetadata<
    FurtherMetadata,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

/// What the specifications of OAuth add to the metadata (RFC 8414 §2, RFC 9207 §3).
#[derive(Clone, Debug, Serialize, Deserialize)]
struct FurtherMetadata {
    revocation_endpoint: Option<Url>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

impl AdditionalProviderMetadata for FurtherMetadata {}

impl Known {
    async fn discover(registration: &Registration, wire: &Wire) -> Result<Self, Failure> {
        let metadata = Metadata::discover_async(registration.issuer.clone(), wire)
            .await
            .map_err(undiscovered)?;
        let token = metadata
            .token_endpoint()
            .cloned()
            .ok_or_else(|| Failure::unexpected("the provider's metadata name no token_endpoint"))?;
        let further = metadata.additional_metadata();
        let revocation = further.revocation_endpoint.clone();
        let names_itself = further.authorization_response_iss_parameter_supported;
        let user_info = metadata.userinfo_endpoint().map(|url| url.url().clone());
        for (name, url) in [
            (
                "authorization_endpoint",
                Some(metadata.authorization_endpoint().url()),
            ),
            ("token_endpoint", Some(token.url())),
            ("jwks_uri", Some(metadata.jwks_uri().url())),
            ("userinfo_endpoint", user_info.as_ref()),
            ("revocation_endpoint", revocation.as_ref()),
        ] {
            let issuer = registration.issuer.url();
            if url.is_some_and(|url| !is_as_trustworthy(url, issuer)) {
                return Err(Failure::unexpected(format!(
                    "the provider's {name} is neither https nor, as the issuer, on the loopback \
                     interface"
                )));
            }
        }
        let scopes = match &registration.scopes {
            Some(scopes) => scopes.clone(),
            None => usual_scopes(metadata.scopes_supported()),
        };
        let callback = registration
            .public_url
            .join(CALLBACK)
            .map_err(|_| Failure::unexpected("the callback has no URL"))?;
        let Registration {
            client_id,
            client_secret,
            ..
        } = registration.clone();
        let client = CoreClient::from_provider_metadata(metadata, client_id, Some(client_secret))
            .set_token_uri(token)
            .set_redirect_uri(RedirectUrl::from_url(callback));
        Ok(Self {
            client,
            scopes,
            revocation,
            user_info,
            names_itself,
        })
    }
}

/// Some providers refuse a sign-in that asks for a scope they do not know.
fn usual_scopes(offered: Option<&Vec<Scope>>) -> Vec<Scope> {
    ["profile", "email", "offline_access"]
        .map(|name| Scope::new(name.to_owned()))
        .into_iter()
        .filter(|scope| offered.is_some_and(|offered| offered.contains(scope)))
        .collect()
}

fn verified<'token>(
    known: &Known,
    id_token: &'token CoreIdToken,
    access: &AccessToken,
    nonce: &Nonce,
) -> Result<&'token CoreIdTokenClaims, ClaimsVerificationError> {
    let verifier = known.client.id_token_verifier();
    let claims = id_token.claims(&verifier, nonce)?;
    if let Some(expected) = claims.access_token_hash() {
        let signed = ClaimsVerificationError::SignatureVerification;
        let actual = AccessTokenHash::from_token(
            access,
            id_token.signing_alg().map_err(signed)?,
            id_token.signing_key(&verifier).map_err(signed)?,
        )
        .map_err(|reason| ClaimsVerificationError::Other(reason.to_string()))?;
        if actual != *expected {
            return Err(ClaimsVerificationError::Other(
                "at_hash is of another access token".to_owned(),
            ));
        }
    }
    Ok(claims)
}

fn identity(claims: &CoreIdTokenClaims) -> Identity {
    let subject = claims.subject().to_string();
    let full_name = claims.name().and_then(|names| names.get(None));
    let name = full_name
        .map(|name| name.to_string())
        .or_else(|| claims.preferred_username().map(|name| name.to_string()))
        .or_else(|| claims.email().map(|email| email.to_string()))
        .unwrap_or_else(|| subject.clone());
    Identity { subject, name }
}

fn tokens(reply: &CoreTokenResponse, since: i64) -> Tokens {
    Tokens::new(
        reply.access_token().clone(),
        reply.refresh_token().cloned(),
        since,
        reply.expires_in(),
    )
}

fn failure(
    error: RequestTokenError<Unavailable, StandardErrorResponse<CoreErrorResponseType>>,
) -> Failure {
    match error {
        RequestTokenError::Request(reason) => unavailable(reason),
        RequestTokenError::ServerResponse(answer) => match answer.error() {
            CoreErrorResponseType::InvalidGrant => Failure::Rejected,
            // Not in RFC 6749 §5.2, but providers borrow them from its §4.1.2.1.
            CoreErrorResponseType::Extension(code)
                if code == "temporarily_unavailable" || code == "server_error" =>
            {
                Failure::passing("the provider says that it is not available now")
            }
            CoreErrorResponseType::InvalidClient => Failure::Misconfigured {
                error: "invalid_client".to_owned(),
                description: "the provider does not know this server's client: check \
                              OAUTH_CLIENT_ID and OAUTH_CLIENT_SECRET"
                    .to_owned(),
            },
            other => {
                let code = other.as_ref();
                Failure::Misconfigured {
                    error: code.to_owned(),
                    description: "the provider refused this server's token request: check how \
                                  the client is registered there"
                        .to_owned(),
                }
            }
        },
        // Neither text is passed on: one may quote the answer, and the answer may hold a token.
        RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
            Failure::unexpected("the token endpoint's answer is not one of OAuth")
        }
    }
}

fn undiscovered(error: DiscoveryError<Unavailable>) -> Failure {
    match error {
        DiscoveryError::Request(reason) => unavailable(reason),
        DiscoveryError::Response(status, _, _) => Failure::unexpected(format!(
            "the provider's metadata were answered {status}: check OAUTH_ISSUER"
        )),
        DiscoveryError::Validation(reason) => {
            Failure::unexpected(format!("{reason}: check OAUTH_ISSUER"))
        }
        other => Failure::unexpected(format!(
            "the provider's metadata cannot be used ({other}): check OAUTH_ISSUER"
        )),
    }
}

fn unavailable(reason: Unavailable) -> Failure {
    Failure::Unavailable {
        description: reason.to_string(),
        retry_after: reason.retry_after,
    }
}
