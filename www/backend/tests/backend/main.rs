//! The backend as a browser meets it: over the router, and, where the connection matters, over a
//! real socket.

mod api;
mod browser;
mod command;
mod csrf;
mod oauth;
mod pages;
mod session;
mod socket;
mod switches;
