//! Sign-in, requests that refresh the session by themselves, its status, sign-out: a page in Leptos.

mod auth;

use std::future::Future;

use leptos::ev::SubmitEvent;
use leptos::html::Input;
use leptos::prelude::*;
use leptos::task::spawn_local;
use oauth_refresh_wasm::{Options, Status};

use auth::Auth;

fn main() {
    mount_to_body(App);
}

#[component]
fn App() -> impl IntoView {
    let options = Options::cookie()
        .login_url("/auth/login")
        .logout_url("/auth/logout")
        .session_url("/auth/session");
    Auth::new(options).map(|auth| view! { <Page auth/> })
}

#[component]
fn Page(auth: Auth) -> impl IntoView {
    let (message, set_message) = signal(String::new());
    let status = move || auth.session.get().status;
    // A refresh is no reason to take anything away from who looks at it.
    let signed_in = Memo::new(move |_| matches!(status(), Status::Active | Status::Refreshing));
    view! {
        <h1>"Leptos"</h1>
        <p id="status">{move || status().as_str()}</p>
        <Show
            when=move || signed_in.get()
            fallback=move || view! { <SignIn auth set_message/> }
        >
            <Account auth set_message/>
        </Show>
        <p id="message">{message}</p>
    }
}

#[component]
fn SignIn(auth: Auth, set_message: WriteSignal<String>) -> impl IntoView {
    let name = NodeRef::<Input>::new();
    let password = NodeRef::<Input>::new();
    let text = |field: NodeRef<Input>| field.get().map(|it| it.value()).unwrap_or_default();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let (client, name, password) = (auth.client(), text(name), text(password));
        say(set_message, async move {
            api::sign_in(&client, &name, &password).await
        });
    };
    view! {
        <form on:submit=submit>
            <input name="username" node_ref=name/>
            <input name="password" type="password" node_ref=password/>
            <button>"Sign in"</button>
        </form>
    }
}

#[component]
fn Account(auth: Auth, set_message: WriteSignal<String>) -> impl IntoView {
    let profile = move |_| {
        let client = auth.client();
        say(set_message, async move { api::profile(&client).await });
    };
    let items = move |_| {
        let client = auth.client();
        say(set_message, async move { api::items(&client, 5).await });
    };
    let sign_out = move |_| {
        let client = auth.client();
        spawn_local(async move { client.sign_out().await });
    };
    view! {
        <button id="profile" on:click=profile>"Load the profile"</button>
        <button id="items" on:click=items>"Load five items at once"</button>
        <button id="sign-out" on:click=sign_out>"Sign out"</button>
    }
}

/// Shows what comes of it.
fn say(
    set_message: WriteSignal<String>,
    what: impl Future<Output = Result<String, String>> + 'static,
) {
    spawn_local(async move { set_message.set(what.await.unwrap_or_else(|error| error)) });
}
