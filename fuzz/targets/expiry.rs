//! Times from outside: dates as the field's own crate reads them, and no expiry that cannot be one (contract F3, T4).
#![no_main]

use std::time::{Duration, UNIX_EPOCH};

use fuzz::AnyValue;
use libfuzzer_sys::fuzz_target;
use oauth_refresh_wasm::core::retry_after;
use oauth_refresh_wasm::core::token::Expiry;

/// In milliseconds.
const TEN_YEARS: u64 = 10 * 366 * 86_400_000;

fuzz_target!(|input: (&str, AnyValue, u64)| {
    let (text, AnyValue(body), wall) = input;
    let ours = retry_after::http_date(text, wall);
    // The century of a year of two digits depends on what time it is, and no header has spaces around it.
    if !text.contains('-')
        && text.trim() == text
        && let Ok(date) = httpdate::parse_http_date(text)
    {
        let since = date.duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
        assert_eq!(ours, Some(since.as_millis() as u64), "{text:?}");
    }
    let _ = retry_after::parse(text, wall);
    let lifetime = Expiry::read(&body, wall).lifetime;
    assert!(lifetime.is_none_or(|lifetime| lifetime <= TEN_YEARS));
});
