//! Texts cut up and put together.
//!
//! Plain functions over bytes and parts: what `str` and `format!` have for this is generic over what is searched for and how
//! it is shown, and would be shipped once more for each use.

/// These parts as one text.
pub(crate) fn joined(parts: &[&str]) -> String {
    listed(parts, "")
}

/// These parts as one text, with `separator` between them.
pub(crate) fn listed(parts: &[&str], separator: &str) -> String {
    let length = parts.iter().map(|part| part.len() + separator.len());
    let mut text = String::with_capacity(length.sum());
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            text.push_str(separator);
        }
        text.push_str(part);
    }
    text
}

/// A number in decimal digits.
pub(crate) fn decimal(number: u64) -> String {
    let mut text = if number < 10 {
        String::new()
    } else {
        decimal(number / 10)
    };
    text.push(char::from(b'0' + (number % 10) as u8));
    text
}

/// The number that digits say, or the largest there is; `None` where there is anything else, or nothing.
pub(crate) fn number(digits: &str) -> Option<u64> {
    // Floating, because it stays at the largest by itself; exact as far as JavaScript's own numbers are.
    let mut number = 0.0;
    for digit in digits.bytes() {
        if !digit.is_ascii_digit() {
            return None;
        }
        number = number * 10.0 + f64::from(digit & 15);
    }
    (!digits.is_empty()).then_some(number as u64)
}

// The bytes that these ask for must be ASCII ones: then each cut is between two characters.

/// Splits before the first byte that `at` accepts.
pub(crate) fn cut(text: &str, at: fn(u8) -> bool) -> (&str, &str) {
    let end = first(text, at, true).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

/// Splits around the first byte that `at` accepts.
pub(crate) fn cut_at_first(text: &str, at: fn(u8) -> bool) -> Option<(&str, &str)> {
    around(text, first(text, at, true)?)
}

/// Splits around the last byte that `at` accepts.
pub(crate) fn cut_at_last(text: &str, at: fn(u8) -> bool) -> Option<(&str, &str)> {
    around(text, last(text, at, true)?)
}

/// Drops the bytes at the start that `over` accepts.
pub(crate) fn skip(text: &str, over: fn(u8) -> bool) -> &str {
    let start = first(text, over, false).unwrap_or(text.len());
    text.get(start..).unwrap_or(text)
}

/// Drops the bytes at the end that `over` accepts.
pub(crate) fn skip_back(text: &str, over: fn(u8) -> bool) -> &str {
    let end = last(text, over, false).map_or(0, |last| last + 1);
    text.get(..end).unwrap_or(text)
}

/// Splits around the byte at that index.
pub(crate) fn around(text: &str, at: usize) -> Option<(&str, &str)> {
    Some((text.get(..at)?, text.get(at + 1..)?))
}

fn first(text: &str, is: fn(u8) -> bool, wanted: bool) -> Option<usize> {
    text.bytes().position(|b| is(b) == wanted)
}

fn last(text: &str, is: fn(u8) -> bool, wanted: bool) -> Option<usize> {
    text.bytes().rposition(|b| is(b) == wanted)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_digits_are_a_number() {
        assert_eq!(number("0"), Some(0));
        assert_eq!(number("007"), Some(7));
        for text in ["", "+1", "-1", " 1", "1 ", "1.0", "1e3", "٣"] {
            assert_eq!(number(text), None, "{text}");
        }
    }

    #[test]
    fn a_number_too_large_is_the_largest() {
        assert_eq!(number("18446744073709551616"), Some(u64::MAX));
        assert_eq!(number("99999999999999999999999"), Some(u64::MAX));
    }

    proptest! {
        #[test]
        fn numbers_are_written_as_they_are(n: u64) {
            prop_assert_eq!(decimal(n), n.to_string());
        }

        #[test]
        fn numbers_are_read_as_they_are(n in 0..=1_u64 << 53) {
            prop_assert_eq!(number(&n.to_string()), Some(n));
        }

        #[test]
        fn what_is_cut_is_what_was_there(text in "[a,é]{0,9}") {
            let (before, after) = cut(&text, |b| b == b',');
            prop_assert_eq!(joined(&[before, after]), text.clone());
            prop_assert_eq!(cut_at_first(&text, |b| b == b','), text.split_once(','));
            prop_assert_eq!(cut_at_last(&text, |b| b == b','), text.rsplit_once(','));
            prop_assert_eq!(skip(&text, |b| b == b','), text.trim_start_matches(','));
            prop_assert_eq!(skip_back(&text, |b| b == b','), text.trim_end_matches(','));
        }
    }
}
