//! `fetch` that never shows your users an expired token: one refresh, one replay, no token in storage.
//!
//! Two things live in this crate. For front ends in Rust, compiled to wasm32, it is a client, `AuthClient`. For JavaScript
//! it is the engine of the [npm package](https://github.com/oauth-refresh-wasm/oauth-refresh-wasm) of the same name. Both
//! are a shell around [`core`], the protocol, which knows no browser and builds on any host.
#![cfg_attr(target_arch = "wasm32", doc = "")]
#![cfg_attr(target_arch = "wasm32", doc = include_str!("../docs/rust.md"))]

pub mod core;

#[cfg(target_arch = "wasm32")]
mod browser;

#[cfg(all(target_arch = "wasm32", feature = "npm"))]
pub use browser::Machine;
#[cfg(target_arch = "wasm32")]
pub use browser::{
    AuthClient, AuthError, AuthEvent, FetchError, Options, RefreshContext, Subscription, Tokens,
};

pub use self::core::config::{Csrf, Proactive};
pub use self::core::error::{Code, OAuthError};
pub use self::core::event::{EndReason, Trigger, Warning};
pub use self::core::snapshot::{Snapshot, Status};
