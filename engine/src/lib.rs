//! What the npm package compiles.
#![cfg(target_arch = "wasm32")]

pub use oauth_refresh_wasm::Machine;

/// A third of the code of std's own allocator, for a heap that holds a few kilobytes.
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();
