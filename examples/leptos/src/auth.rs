//! The session as Leptos sees it.

use leptos::prelude::*;
use oauth_refresh_wasm::{AuthClient, AuthError, Options, Snapshot};

/// The client, and its session as a signal. It is `Copy`, like the signals it is made of, and lives as long as the
/// component that made it.
#[derive(Clone, Copy)]
pub struct Auth {
    client: StoredValue<AuthClient, LocalStorage>,
    /// The session as it is now; what reads it is rendered again when it changes.
    pub session: ReadSignal<Snapshot>,
}

impl Auth {
    /// Sets up a client.
    ///
    /// # Errors
    ///
    /// Options that make no sense.
    pub fn new(options: Options) -> Result<Self, AuthError> {
        let client = AuthClient::new(options)?;
        let (session, set_session) = signal(client.session());
        // Dropped together with the component, and then it listens no more.
        StoredValue::new_local(client.subscribe(move |session| set_session.set(session)));
        Ok(Self {
            client: StoredValue::new_local(client),
            session,
        })
    }

    /// A handle to the client, for a future to keep.
    pub fn client(&self) -> AuthClient {
        self.client.get_value()
    }
}
