//! The shell: everything that the core wants done, done with what a browser has. It decides nothing.

mod alarm;
mod auth_client;
mod calls;
#[cfg(feature = "npm")]
mod client;
mod convert;
mod driver;
mod ear;
mod gate;
mod js;
mod setup;
mod tabs;
mod ticket;
mod waiting;

pub use auth_client::{
    AuthClient, AuthError, AuthEvent, FetchError, Options, RefreshContext, Subscription, Tokens,
};
#[cfg(feature = "npm")]
pub use client::Client;
