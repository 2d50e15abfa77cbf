//! Sign-in with any OpenID provider: authorization code with PKCE, and a session that is kept here.
//!
//! The browser holds one opaque cookie. The tokens stay in the store, and this server, a
//! confidential client, trades them at the provider.
//!
//! | file | holds |
//! | --- | --- |
//! | `registration.rs` | what the environment says: provider, client, own address, store |
//! | `wire.rs` | requests to the provider; which answers say only 'not now' |
//! | `failure.rs` | why there are no tokens, and what the browser is told |
//! | `provider.rs` | the protocol: discovery, authorization, code, refresh, revocation, user info |
//! | `sign_in.rs` | the two redirects of a sign-in |
//! | `return_to.rs` | where the browser may be sent afterwards |
//! | `cookie.rs` | the two cookies, and what they are called in the store |
//! | `session.rs` | a session and its tokens |
//! | `store.rs` | where sessions are kept, and whose turn it is to refresh one |
//! | `refresh.rs` | one refresh at a time for each session, across processes |
//! | `party.rs` | this server as the provider's client, and what becomes of a session |
//! | `routes.rs` | the endpoints |

mod cookie;
mod failure;
mod party;
mod provider;
mod refresh;
mod registration;
mod return_to;
mod routes;
mod session;
mod sign_in;
mod store;
mod wire;

pub(crate) use failure::Failure;
pub use party::RelyingParty;
pub use registration::Registration;
pub(crate) use routes::{api_routes, auth_routes, renew};
