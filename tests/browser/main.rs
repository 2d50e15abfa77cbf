//! The client in a real browser, over a scripted network and virtual time: `wasm-pack test --headless --chrome`.

#![cfg(target_arch = "wasm32")]

mod auth_client;
mod bearer;
mod calls;
mod custom_refresh;
mod dispose;
mod dpop;
mod errors;
mod hostile;
mod interceptors;
mod options;
mod page;
mod replay;
mod routes;
mod session;
mod steps;
mod tabs;
mod time;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
