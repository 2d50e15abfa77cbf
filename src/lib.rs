#![doc = include_str!("../README.md")]

pub mod core;

#[cfg(target_arch = "wasm32")]
mod browser;

pub use self::core::config::{Csrf, Proactive};
pub use self::core::error::{Code, OAuthError};
pub use self::core::event::{EndReason, Trigger, Warning};
pub use self::core::snapshot::{Snapshot, Status};
#[cfg(all(target_arch = "wasm32", feature = "npm"))]
pub use browser::Client;
#[cfg(target_arch = "wasm32")]
pub use browser::{
    AuthClient, AuthError, AuthEvent, FetchError, Options, RefreshContext, Subscription, Tokens,
};

/// A third of the code of std's own allocator, for a heap that holds a few kilobytes.
#[cfg(all(target_arch = "wasm32", feature = "npm"))]
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();
