//! What the server saw, in numbers: 'once' is what stands here.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::http::Method;
use serde::Serialize;

/// The most different paths that are counted one by one; the others share the entry `(other)`.
const MOST_PATHS: usize = 1000;

/// The counters, from the start or the last reset.
#[derive(Debug, Default)]
pub struct Counters(Mutex<Counts>);

impl Counters {
    /// Counts a request that has just come in, whatever will become of it.
    pub fn arrived(&self, method: &Method, path: &str) {
        self.update(|counts| {
            counts.requests += 1;
            counts.api_requests += u64::from(path.starts_with("/api/"));
            match (method.as_str(), path) {
                ("POST", "/auth/refresh" | "/oauth/token") => counts.refreshes += 1,
                ("GET", "/auth/session") => counts.session_checks += 1,
                _ => {}
            }
            let mut key = format!("{method} {path}");
            if counts.by_path.len() >= MOST_PATHS && !counts.by_path.contains_key(&key) {
                key = "(other)".to_owned();
            }
            *counts.by_path.entry(key).or_default() += 1;
        });
    }

    /// Changes some of the counts.
    pub fn update(&self, change: impl FnOnce(&mut Counts)) {
        change(&mut self.counts());
    }

    /// The counts as they stand.
    pub fn current(&self) -> Counts {
        self.counts().clone()
    }

    /// Back to nought.
    pub fn reset(&self) {
        *self.counts() = Counts::default();
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is counted, as `/playground/counters` shows it (names in camelCase). Calls to `/playground`
/// itself are not counted: who looks must not change what is seen.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Counts {
    /// All requests, pages included.
    pub requests: u64,
    /// Requests to the API.
    pub api_requests: u64,
    /// Requests that the API answered with 401.
    pub api_unauthorized: u64,
    /// Requests that `holdApi` has held, whether or not they have been let go.
    pub api_held: u64,
    /// Refresh calls that arrived.
    pub refreshes: u64,
    /// Refresh calls that rotated the tokens.
    pub refreshes_ok: u64,
    /// Refresh calls that `holdRefresh` has held, whether or not they have been let go.
    pub refreshes_held: u64,
    /// Refresh tokens that came a second time while their session lived.
    pub reuse_detected: u64,
    /// Sign-ins.
    pub logins: u64,
    /// Sign-ins refused for a wrong name or password.
    pub logins_failed: u64,
    /// Sign-outs.
    pub logouts: u64,
    /// Grants that `/oauth/revoke` has ended.
    pub revocations: u64,
    /// Calls of `GET /auth/session`.
    pub session_checks: u64,
    /// Requests refused because the double submit was missing or wrong.
    pub csrf_refused: u64,
    /// Notes that were stored: a write that was applied twice is counted twice.
    pub notes_written: u64,
    /// Requests by `METHOD path`.
    pub by_path: BTreeMap<String, u64>,
}
