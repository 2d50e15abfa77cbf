//! An exclusion without a star takes its own URL, whatever either looks like (contract R3); and none takes for ever.
#![no_main]

use libfuzzer_sys::fuzz_target;
use oauth_refresh_wasm::core::route::{Exempt, Pattern, Route, Routes};
use oauth_refresh_wasm::core::url::Base;

const ORIGIN: &str = "https://app.example.com";

fuzz_target!(|input: (&str, &str)| {
    let (text, address) = input;
    let Ok(pattern) = Pattern::parse(text) else {
        return;
    };
    let base = Base::from_href(ORIGIN).expect("it is one");
    let routes = Routes::new(
        vec![ORIGIN.to_owned()],
        Vec::new(),
        Vec::new(),
        vec![pattern],
    );
    let route = |url| routes.classify(url, Some(&base)).map(|(route, _)| route);
    let _ = route(address);
    // `https:/x` is a path on a page of https, and a host for an exclusion, which belongs to no page.
    let means_one = ["/", "http://", "https://"]
        .iter()
        .any(|start| text.starts_with(start));
    if means_one
        && !text.contains('*')
        && let Ok(route) = route(text)
    {
        assert!(
            matches!(route, Route::Foreign | Route::Exempt(Exempt::Other)),
            "{text:?}"
        );
    }
});
