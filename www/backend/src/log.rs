//! The last requests, in the order in which they came.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::http::{Method, StatusCode};
use serde::Serialize;
use tokio::time::Instant;

/// How many requests are remembered.
const LENGTH: usize = 500;

/// The log of requests. No query, header or body goes in: nothing that could be a secret.
#[derive(Debug)]
pub struct Log {
    started: Instant,
    lines: Mutex<Lines>,
}

impl Log {
    /// Notes a request that has come in. What becomes of it is told to the [`Pending`].
    pub fn open(self: &Arc<Self>, method: &Method, path: &str, generation: Option<u64>) -> Pending {
        let ms = self.now();
        let mut lines = self.lines();
        let sequence = lines.next_sequence;
        lines.next_sequence += 1;
        if lines.entries.len() == LENGTH {
            lines.entries.pop_front();
        }
        lines.entries.push_back(Entry {
            sequence,
            ms,
            duration_ms: None,
            method: method.to_string(),
            path: path.to_owned(),
            state: State::Open,
            status: None,
            generation,
        });
        Pending {
            log: Arc::clone(self),
            sequence,
            closed: false,
        }
    }

    /// The entries, oldest first.
    pub fn entries(&self) -> Vec<Entry> {
        self.lines().entries.iter().cloned().collect()
    }

    /// Forgets the entries. Sequence numbers go on, so a late answer finds no entry that is not its
    /// own.
    pub fn clear(&self) {
        self.lines().entries.clear();
    }

    fn close(&self, sequence: u64, state: State, status: Option<u16>) {
        let now = self.now();
        let mut lines = self.lines();
        let found = lines
            .entries
            .iter_mut()
            .rev()
            .find(|entry| entry.sequence == sequence);
        if let Some(entry) = found {
            entry.duration_ms = Some(now - entry.ms);
            entry.state = state;
            entry.status = status;
        }
    }

    /// Milliseconds since the start.
    fn now(&self) -> f64 {
        self.started.elapsed().as_secs_f64() * 1000.0
    }

    fn lines(&self) -> MutexGuard<'_, Lines> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Log {
    fn default() -> Self {
        Self {
            started: Instant::now(),
            lines: Mutex::default(),
        }
    }
}

/// One request, as `/playground/log` shows it (names in camelCase).
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// Its place in the order of arrival; the first is 0.
    sequence: u64,
    /// When it came, in milliseconds since the server's start.
    ms: f64,
    /// How long it took until the answer began, in milliseconds; `null` while there is none.
    duration_ms: Option<f64>,
    method: String,
    path: String,
    state: State,
    /// The answer's status; `null` without an answer.
    status: Option<u16>,
    /// The generation of the access token that it carried, alive or expired; `null` without one, or
    /// when the session has ended.
    generation: Option<u64>,
}

/// What has become of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Not answered yet.
    Open,
    /// Answered.
    Answered,
    /// Never to be answered: the client left, or the connection was broken on purpose.
    Gone,
}

/// A request without an answer so far. Dropped, it was never answered.
#[derive(Debug)]
#[must_use = "dropped at once, the request counts as gone"]
pub struct Pending {
    log: Arc<Log>,
    sequence: u64,
    closed: bool,
}

impl Pending {
    /// The answer is on its way.
    pub fn answered(mut self, status: StatusCode) {
        self.closed = true;
        self.log
            .close(self.sequence, State::Answered, Some(status.as_u16()));
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        if !self.closed {
            self.log.close(self.sequence, State::Gone, None);
        }
    }
}

#[derive(Debug, Default)]
struct Lines {
    next_sequence: u64,
    entries: VecDeque<Entry>,
}
