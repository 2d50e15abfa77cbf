//! Many tabs of one origin in virtual time: one cookie jar, one lock manager, one server. Each test is named after the
//! rule of the contract that it holds the core to.
#![cfg(not(target_arch = "wasm32"))]

mod failure;
mod fallback;
mod lifecycle;
mod news;
mod random;
mod sign_in_and_out;
mod single_flight;
mod stuck;
mod walk;
mod world;

/// What an environment variable asks for.
fn number(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(
        text.parse()
            .unwrap_or_else(|_| panic!("{name}={text} is no number")),
    )
}
