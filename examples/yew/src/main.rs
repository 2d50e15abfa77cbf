//! Sign-in, requests that refresh the session by themselves, its status, sign-out: a page in Yew.

mod session;

use std::future::Future;

use oauth_refresh_wasm::{AuthClient, Options, Status};
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use session::use_session;

fn main() {
    yew::Renderer::<App>::new().render();
}

#[component]
fn App() -> Html {
    let made = use_memo((), |()| {
        AuthClient::new(
            Options::cookie()
                .login_url("/auth/login")
                .logout_url("/auth/logout")
                .session_url("/auth/session"),
        )
    });
    match &*made {
        Ok(client) => html! { <Page client={client.clone()}/> },
        Err(error) => html! { <p id="message">{ error.to_string() }</p> },
    }
}

#[derive(PartialEq, Properties)]
struct PageProps {
    client: AuthClient,
}

#[component]
fn Page(props: &PageProps) -> Html {
    let client = &props.client;
    let message = use_state(String::new);
    let say = {
        let message = message.clone();
        Callback::from(move |text| message.set(text))
    };
    let status = use_session(client).status;
    // A refresh is no reason to take anything away from who looks at it.
    let signed_in = matches!(status, Status::Active | Status::Refreshing);
    html! {
        <>
            <h1>{ "Yew" }</h1>
            <p id="status">{ status.as_str() }</p>
            if signed_in {
                <Account client={client.clone()} {say}/>
            } else {
                <SignIn client={client.clone()} {say}/>
            }
            <p id="message">{ &*message }</p>
        </>
    }
}

#[derive(PartialEq, Properties)]
struct FormProps {
    client: AuthClient,
    say: Callback<String>,
}

#[component]
fn SignIn(props: &FormProps) -> Html {
    let name = use_node_ref();
    let password = use_node_ref();
    let submit = {
        let (client, say) = (props.client.clone(), props.say.clone());
        let (name, password) = (name.clone(), password.clone());
        let text = |field: &NodeRef| {
            let input = field.cast::<HtmlInputElement>();
            input.map(|input| input.value()).unwrap_or_default()
        };
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let (client, name, password) = (client.clone(), text(&name), text(&password));
            report(&say, async move {
                api::sign_in(&client, &name, &password).await
            });
        })
    };
    html! {
        <form onsubmit={submit}>
            <input name="username" ref={name}/>
            <input name="password" type="password" ref={password}/>
            <button>{ "Sign in" }</button>
        </form>
    }
}

#[component]
fn Account(props: &FormProps) -> Html {
    let FormProps { client, say } = props;
    let profile = {
        let (client, say) = (client.clone(), say.clone());
        move |_| {
            let client = client.clone();
            report(&say, async move { api::profile(&client).await });
        }
    };
    let items = {
        let (client, say) = (client.clone(), say.clone());
        move |_| {
            let client = client.clone();
            report(&say, async move { api::items(&client, 5).await });
        }
    };
    let sign_out = {
        let client = client.clone();
        move |_| {
            let client = client.clone();
            spawn_local(async move { client.sign_out().await });
        }
    };
    html! {
        <>
            <button id="profile" onclick={profile}>{ "Load the profile" }</button>
            <button id="items" onclick={items}>{ "Load five items at once" }</button>
            <button id="sign-out" onclick={sign_out}>{ "Sign out" }</button>
        </>
    }
}

/// Shows what comes of it.
fn report(say: &Callback<String>, what: impl Future<Output = Result<String, String>> + 'static) {
    let say = say.clone();
    spawn_local(async move { say.emit(what.await.unwrap_or_else(|error| error)) });
}
