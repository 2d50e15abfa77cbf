//! Whatever arrives from other tabs, late, twice, in any order or made up, is harmless (contract S4).
#![no_main]

use libfuzzer_sys::fuzz_target;
use oauth_refresh_wasm::core::tabs::{News, Sight};

fuzz_target!(|input: Vec<&str>| {
    let mut sight = Sight::default();
    let read: Vec<_> = input.iter().filter_map(|text| News::parse(text)).collect();
    for news in &read {
        assert_eq!(News::parse(&news.written()), Some(*news));
        sight.add(Some(*news));
    }
    for news in &read {
        assert!(!sight.news.is_some_and(|latest| news.supersedes(&latest)));
        assert!(
            !read
                .iter()
                .any(|other| news.supersedes(other) && other.supersedes(news))
        );
    }
    let lines = input.join("\n");
    assert!(Sight::parse(&lines).pages.len() <= lines.len());
});
