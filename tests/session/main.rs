//! The session core in virtual time: one tab. Each test is named after the rule of the
//! contract that it holds the core to.
#![cfg(not(target_arch = "wasm32"))]

mod bearer;
mod failure;
mod random;
mod requests;
mod rotation;
mod secrets;
mod session_check;
mod sign_in_and_out;
mod single_flight;
mod table;
mod time;
mod world;
