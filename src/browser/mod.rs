//! The shell: everything that the core wants done, done with what a browser has. It decides nothing.

mod auth_client;
mod convert;
mod js;
mod machine;

pub use auth_client::{
    AuthClient, AuthError, AuthEvent, FetchError, Options, RefreshContext, Subscription, Tokens,
};
#[cfg(feature = "npm")]
pub use machine::Machine;
