//! `WWW-Authenticate` is read to an end, and only what is ours is acted upon (contract R4).
#![no_main]

use libfuzzer_sys::fuzz_target;
use oauth_refresh_wasm::core::challenge::{Advice, Challenges, advise};

fuzz_target!(|header: &str| {
    let challenges: Vec<_> = Challenges::new(header).collect();
    assert!(challenges.len() <= header.len());
    let mut asks_for_a_token = challenges.is_empty();
    for challenge in challenges {
        assert!(!challenge.scheme.is_empty(), "a challenge of no scheme");
        let ours = ["bearer", "dpop"];
        asks_for_a_token |= ours.contains(&&*challenge.scheme.to_ascii_lowercase());
        for name in ["error", "acr_values", "max_age", "realm"] {
            let param = challenge.param(name).unwrap_or_default();
            assert!(param.len() <= header.len());
        }
    }
    let advice = advise(Some(header));
    assert!(asks_for_a_token || advice == Advice::Deliver);
});
