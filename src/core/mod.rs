//! The protocol: what is refreshed, when, and who waits for it. It knows no clock, no network and no JavaScript.
//!
//! A shell (the browser's is in this crate; a test is another) owns a [`session::Session`], tells it what happened,
//! does what its effects ask for, and calls it again when its time comes.

mod backoff;
pub mod challenge;
pub mod config;
pub mod error;
pub mod event;
pub mod interceptors;
pub mod request;
pub mod retry_after;
pub mod route;
pub mod session;
pub mod time;
pub mod token;
pub mod url;
pub mod value;
