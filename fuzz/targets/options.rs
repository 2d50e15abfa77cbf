//! Options are refused with a sentence about one of them, or make a client whose own endpoints never wait for a refresh
//! (contract R3, section 2).
#![no_main]

use arbitrary::{Arbitrary, Result, Unstructured};
use libfuzzer_sys::fuzz_target;
use oauth_refresh_wasm::core::config::{Config, Page};
use oauth_refresh_wasm::core::error::Code;
use oauth_refresh_wasm::core::route::Route;
use oauth_refresh_wasm::core::url::Url;
use oauth_refresh_wasm::core::value::Value;

const PAGE: Page<'_> = Page {
    origin: "https://app.example.com",
    base: "https://app.example.com/shop/cart?x#y",
};

#[derive(Debug)]
struct Options(Value);

impl<'a> Arbitrary<'a> for Options {
    fn arbitrary(input: &mut Unstructured<'a>) -> Result<Self> {
        fuzz::object(input).map(Self)
    }
}

fuzz_target!(|input: (bool, Options)| {
    let (has_page, Options(options)) = input;
    let config = match Config::parse(&options, has_page.then_some(PAGE)) {
        Ok(config) => config,
        Err(error) => {
            assert_eq!(error.code, Code::InvalidOptions);
            assert!(
                error.message.ends_with(['.', '?']) && error.message.len() > 20,
                "{}",
                error.message
            );
            return;
        }
    };
    let urls = [
        Some(&config.policy.refresh_url),
        config.logout_url.as_ref(),
        config.session_url.as_ref(),
    ];
    // Without a page, the default refreshURL leads nowhere.
    for url in urls
        .into_iter()
        .flatten()
        .filter(|_| has_page && !config.policy.custom_refresh)
    {
        let found = config.routes.classify(url, config.base.as_ref());
        // What takes the platform to know, it would write as it stands here, or as another origin's.
        let route = match found {
            Ok((route, _)) => route,
            Err(_) => config
                .routes
                .route(&Url::from_href(url).expect("it was read before")),
        };
        assert!(
            !matches!(route, Route::Protected),
            "{url} could wait for itself"
        );
    }
});
