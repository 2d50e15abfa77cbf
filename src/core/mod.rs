//! The protocol: what is refreshed, when, and who waits for it. It knows no clock, no network and no JavaScript.
//!
//! A shell (the browser's is in this crate; a test is another) owns a [`session::Session`], tells it what happened,
//! does what its effects ask for, and calls it again when its time comes:
//!
//! ```
//! use oauth_refresh_wasm::core::config::Policy;
//! use oauth_refresh_wasm::core::effect::Effect;
//! use oauth_refresh_wasm::core::request::{Admission, Answer, Replay, Verdict};
//! use oauth_refresh_wasm::core::route::Route;
//! use oauth_refresh_wasm::core::session::Session;
//! use oauth_refresh_wasm::core::time::Instant;
//! use oauth_refresh_wasm::core::token::Reply;
//!
//! let now = Instant { monotonic: 1_000, wall: 1_700_000_000_000 };
//! let mut session = Session::new(Policy::default(), 7, now);
//!
//! // A request is sent, and answered 401.
//! let mut ticket = session.open(Route::Protected, Replay::Possible);
//! assert_eq!(session.admit(&mut ticket, now), Admission::Send);
//! let answer = Answer { unauthorized: true, challenge: None };
//! let Verdict::Retry(mut ticket) = session.judge(ticket, answer, now) else { unreachable!() };
//!
//! // It waits, the shell refreshes, and then it may be sent once more.
//! let Admission::Wait(waiting) = session.admit(&mut ticket, now) else { unreachable!() };
//! while let Some(effect) = session.poll_effect() {
//!     match effect {
//!         Effect::Refresh(id) => {
//!             let reply = Reply { status: 204, ..Reply::default() };
//!             session.handle_reply(id, Ok(&reply), now);
//!         }
//!         Effect::Resume(ids, outcome) if ids == [waiting] => ticket.resume(outcome),
//!         _ => {}
//!     }
//! }
//! assert_eq!(session.admit(&mut ticket, now), Admission::Send);
//! assert!(ticket.is_second());
//! ```

mod backoff;
pub mod challenge;
pub mod config;
pub mod effect;
pub mod error;
pub mod event;
pub mod keyring;
pub mod request;
pub mod retry_after;
pub mod route;
pub mod session;
pub mod snapshot;
pub mod tabs;
pub(crate) mod text;
pub mod time;
pub mod token;
mod trial;
pub mod url;
pub mod value;
