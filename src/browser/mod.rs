//! The shell: everything that the core wants done, done with what a browser has. It decides nothing.

mod alarm;
mod calls;
mod client;
mod convert;
mod driver;
mod fetch;
mod interceptors;
mod js;
mod steps;
mod tabs;
mod waiting;

pub use client::Client;
