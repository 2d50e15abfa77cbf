//! Where we think that a URL leads is where the standard says that it leads (contract R3, K2).
#![no_main]

use ada_url::Url as Standard;
use libfuzzer_sys::fuzz_target;
use oauth_refresh_wasm::core::url::{Base, Url, UrlError};

const BASES: [&str; 4] = [
    "https://app.example.com/shop/cart?x#y",
    "http://localhost:3000/a//b/",
    "https://app.example.com:8443/",
    "http://[::1]/%41/b",
];

fuzz_target!(|input: (u8, &str)| {
    let (which, text) = input;
    let base = BASES[usize::from(which) % BASES.len()];
    let ours = Url::parse(text, Some(&Base::from_href(base).expect("it is one")));
    let standard = Standard::parse(text, Some(base));
    // What the platform refuses goes nowhere, nor does anything to port 0 (Fetch standard, "port blocking").
    let standard = standard.ok().filter(|url| url.port() != "0");
    let is_http = |url: &Standard| matches!(url.protocol(), "http:" | "https:");
    match (ours, standard) {
        (Ok(ours), Some(standard)) => assert_eq!(ours, asked(&standard), "{text:?}"),
        (Err(UrlError::AskPlatform), Some(standard)) if is_http(&standard) => {
            asked(&standard);
        }
        (Err(UrlError::NotHttp), Some(standard)) => assert!(!is_http(&standard), "{text:?}"),
        (Err(UrlError::NoBase), _) => panic!("{text:?}: there is a base"),
        _ => {}
    }
});

/// What we make of what the platform says.
fn asked(standard: &Standard) -> Url {
    let ours = Url::from_href(standard.href()).expect("the platform wrote it");
    assert_eq!(ours.origin, standard.origin());
    ours
}
