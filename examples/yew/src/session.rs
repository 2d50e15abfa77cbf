//! The session as Yew sees it.

use oauth_refresh_wasm::{AuthClient, Snapshot};
use yew::prelude::*;

/// The session as it is now; the component is rendered again when it changes.
#[hook]
pub fn use_session(client: &AuthClient) -> Snapshot {
    let session = use_state_eq(|| client.session());
    let seen = session.clone();
    use_effect_with(client.clone(), move |client| {
        // It may have changed between the rendering and this.
        seen.set(client.session());
        let subscription = client.subscribe(move |session| seen.set(session));
        move || drop(subscription)
    });
    *session
}
