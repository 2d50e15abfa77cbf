//! `Retry-After` and the dates of HTTP.

use super::text::{number, skip};
use super::time::LAST_DATE;

/// The mean length of a Gregorian year, in milliseconds.
const YEAR_MS: u64 = 31_556_952_000;

/// From the first day that [`Date::since_epoch_ms`] can count, 1 March 401 BC by the Gregorian
/// calendar, to 1 January 1970.
const DAYS_TO_1970: u64 = 865_565;

/// How long a `Retry-After` header (RFC 9110 §10.2.3) asks to wait, in milliseconds.
///
/// `now_wall_ms` is the wall clock in milliseconds since the Unix epoch. A date that has passed
/// asks for no wait; a number too large to count gives [`u64::MAX`]. `None` if the text is neither
/// a whole number of seconds nor a date.
#[must_use]
pub fn parse(header: &str, now_wall_ms: u64) -> Option<u64> {
    match number(header) {
        Some(seconds) => Some((seconds as f64 * 1000.0) as u64),
        None => Some(http_date(header, now_wall_ms)?.saturating_sub(now_wall_ms)),
    }
}

/// The formats of RFC 9110 §5.6.7 behind the weekday, no two of which are equally long. `d`, `y`, `h`, `i` (minute) and `s`
/// stand for a digit, `p` for a digit or a space in its place, and `mmm` for the month.
const FORMATS: [&str; 3] = [
    ", dd mmm yyyy hh:ii:ss GMT",
    SHORT_YEAR,
    " mmm pd hh:ii:ss yyyy",
];
const SHORT_YEAR: &str = ", dd-mmm-yy hh:ii:ss GMT";

/// Reads a date in any of the three formats of RFC 9110 §5.6.7, in milliseconds since the Unix
/// epoch; what was before that reads as 0.
///
/// `now_wall_ms` (milliseconds since the Unix epoch) tells the century of the format that has only
/// two digits for the year: such a date is at most 50 years ahead. The name of the weekday is
/// redundant and not looked at.
#[must_use]
pub fn http_date(text: &str, now_wall_ms: u64) -> Option<u64> {
    let date = skip(text, |b| b.is_ascii_alphabetic());
    if date.len() == text.len() {
        return None;
    }
    let format = *FORMATS.iter().find(|format| format.len() == date.len())?;
    let mut date = Date::parse(date, format)?;
    if format.len() == SHORT_YEAR.len() {
        let latest = now_wall_ms.min(LAST_DATE) + 50 * YEAR_MS;
        // The last such year that may be meant, or the one a century after it.
        let last_year = 1970 + latest / YEAR_MS + 1;
        date.year = last_year - (last_year - date.year) % 100;
        if date.since_epoch_ms()? > latest {
            date.year -= 100;
        }
    }
    date.since_epoch_ms()
}

/// A date as it was written, in UTC.
#[derive(Clone, Copy, Debug, Default)]
struct Date {
    year: u64,
    /// 1 to 12 once it is known to be a month.
    month: u64,
    day: u64,
    hour: u64,
    minute: u64,
    second: u64,
}

impl Date {
    /// Reads `text` by a format of equal length.
    fn parse(text: &str, format: &str) -> Option<Self> {
        let mut date = Self::default();
        let mut month = [0; 3];
        for (found, kind) in text.bytes().zip(format.bytes()) {
            let field = match kind {
                b'p' if found == b' ' => continue,
                b'p' | b'd' => &mut date.day,
                b'y' => &mut date.year,
                b'h' => &mut date.hour,
                b'i' => &mut date.minute,
                b's' => &mut date.second,
                b'm' => {
                    month = [month[1], month[2], found];
                    continue;
                }
                _ if kind == found => continue,
                _ => return None,
            };
            if !found.is_ascii_digit() {
                return None;
            }
            *field = *field * 10 + u64::from(found & 15);
        }
        let months = b"JanFebMarAprMayJunJulAugSepOctNovDec";
        date.month = 1 + months.chunks_exact(3).position(|name| name == month)? as u64;
        Some(date)
    }

    /// `None` if there is no such day or time; 60 seconds are a leap second.
    fn since_epoch_ms(self) -> Option<u64> {
        let leap_every = if self.year.is_multiple_of(100) {
            400
        } else {
            4
        };
        let last_day = match self.month {
            2 => 28 + u64::from(self.year.is_multiple_of(leap_every)),
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        if !(1..=last_day).contains(&self.day)
            || self.hour > 23
            || self.minute > 59
            || self.second > 60
        {
            return None;
        }
        // Years start in March here, so that the leap day comes last; and 400 years early, so that
        // nothing is negative.
        let (year, month) = if self.month > 2 {
            (self.year + 400, self.month - 3)
        } else {
            (self.year + 399, self.month + 9)
        };
        let leap_days = year / 4 - year / 100 + year / 400;
        let days = 365 * year + leap_days + (153 * month + 2) / 5 + self.day - 1;
        let Some(days) = days.checked_sub(DAYS_TO_1970) else {
            return Some(0);
        };
        let seconds = (days * 24 + self.hour) * 3600 + self.minute * 60 + self.second;
        Some(seconds * 1000)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Sun, 06 Nov 1994 08:49:37 GMT, the date of RFC 9110's examples.
    const EXAMPLE: u64 = 784_111_777_000;
    /// Thu, 01 Jan 2026 00:00:00 GMT.
    const NEW_YEAR_2026: u64 = 1_767_225_600_000;

    #[test]
    fn f3_seconds_become_milliseconds() {
        assert_eq!(parse("0", 5), Some(0));
        assert_eq!(parse("120", 5), Some(120_000));
        assert_eq!(parse("0001", 5), Some(1000));
        assert_eq!(parse("99999999999999999999999999", 5), Some(u64::MAX));
        assert_eq!(parse("18446744073709552", 5), Some(u64::MAX));
    }

    #[test]
    fn f3_dates_become_the_wait_until_then() {
        assert_eq!(
            parse("Sun, 06 Nov 1994 08:49:37 GMT", EXAMPLE - 1500),
            Some(1500)
        );
        assert_eq!(parse("Sun, 06 Nov 1994 08:49:37 GMT", EXAMPLE + 1), Some(0));
        assert_eq!(parse("Sun, 06 Nov 1994 08:49:37 GMT", u64::MAX), Some(0));
    }

    #[test]
    fn f3_anything_else_is_no_advice() {
        for text in [
            "", " ", " 1", "-1", "+1", "1.5", "1e3", "1 s", "soon", "\u{661}", "Sun", "1,2",
        ] {
            assert_eq!(parse(text, EXAMPLE), None, "{text:?}");
        }
    }

    #[test]
    fn f3_all_three_formats_are_read() {
        for (text, ms) in [
            ("Sun, 06 Nov 1994 08:49:37 GMT", EXAMPLE),
            ("Sunday, 06-Nov-94 08:49:37 GMT", EXAMPLE),
            ("Sun Nov  6 08:49:37 1994", EXAMPLE),
            ("Wed Nov 16 08:49:37 1994", EXAMPLE + 10 * 86_400_000),
            ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
            ("Wed, 31 Dec 1969 23:59:59 GMT", 0),
            ("Sat, 01 Jan 0000 00:00:00 GMT", 0),
            ("Tue, 29 Feb 2000 00:00:00 GMT", 951_782_400_000),
            ("Wed, 01 Mar 2000 00:00:00 GMT", 951_868_800_000),
            ("Thu, 01 Jan 2026 00:00:00 GMT", NEW_YEAR_2026),
            ("Sat, 31 Dec 2016 23:59:60 GMT", 1_483_228_800_000),
            ("Fri, 31 Dec 9999 23:59:59 GMT", 253_402_300_799_000),
        ] {
            assert_eq!(http_date(text, EXAMPLE), Some(ms), "{text:?}");
        }
    }

    #[test]
    fn f3_no_clock_is_too_late_for_a_short_year() {
        for now in [LAST_DATE, u64::MAX] {
            let date = http_date("Sunday, 06-Nov-94 08:49:37 GMT", now);
            assert!(date.is_some_and(|date| date.abs_diff(LAST_DATE) < 51 * YEAR_MS));
        }
    }

    #[test]
    fn f3_no_such_date() {
        for text in [
            "Sun, 00 Nov 1994 08:49:37 GMT",
            "Sun, 31 Nov 1994 08:49:37 GMT",
            "Tue, 29 Feb 1900 00:00:00 GMT",
            "Sun, 06 Nov 1994 24:00:00 GMT",
            "Sun, 06 Nov 1994 08:60:00 GMT",
            "Sun, 06 Nov 1994 08:49:61 GMT",
            "Sun, 06 nov 1994 08:49:37 GMT",
            "Sun, 06 ovD 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 08:49:37 UTC",
            "Sun, 06 Nov 1994 08:49:37 +0000",
            "Sun, 6 Nov 1994 08:49:37 GMT",
            "Sun, 06-Nov-1994 08:49:37 GMT",
            "Sunday, 06 Nov 94 08:49:37 GMT",
            "Sun Nov 6 08:49:37 1994",
            "Sun Nov 6  08:49:37 1994",
            "1994-11-06T08:49:37Z",
            ", 06 Nov 1994 08:49:37 GMT",
        ] {
            assert_eq!(http_date(text, EXAMPLE), None, "{text:?}");
        }
    }

    #[test]
    fn f3_two_digit_years_are_at_most_fifty_years_ahead() {
        for (text, year) in [
            ("Friday, 31-Dec-75 23:59:59 GMT", 2075),
            ("Friday, 01-Jan-77 00:00:00 GMT", 1977),
            ("Friday, 01-Jan-26 00:00:00 GMT", 2026),
            ("Friday, 01-Jan-00 00:00:00 GMT", 2000),
        ] {
            let date = Date {
                year,
                ..Date::parse(&text[6..], SHORT_YEAR).unwrap()
            };
            assert_eq!(
                http_date(text, NEW_YEAR_2026),
                date.since_epoch_ms(),
                "{text:?}"
            );
        }
        // To the millisecond, also where the mean year lags behind the calendar.
        let in_2104 = http_date("Tue, 01 Jan 2104 00:00:00 GMT", 0).unwrap();
        let in_2004 = http_date("Thu, 01 Jan 2004 00:00:00 GMT", 0).unwrap();
        let now = in_2104 - 50 * YEAR_MS;
        let text = "Tuesday, 01-Jan-04 00:00:00 GMT";
        assert_eq!(http_date(text, now), Some(in_2104));
        assert_eq!(http_date(text, now - 1), Some(in_2004));
        // In 2090, `05` is near.
        let in_2090 = NEW_YEAR_2026 + 64 * YEAR_MS;
        assert_eq!(
            http_date("Friday, 01-Jan-05 00:00:00 GMT", in_2090),
            http_date("Thu, 01 Jan 2105 00:00:00 GMT", in_2090),
        );
    }

    proptest! {
        #[test]
        fn f3_every_text_at_every_time_is_read_or_refused(
            text in "[A-Za-z]{0,9},? ?[0-9A-Za-z :-]{0,28}", now in any::<u64>(),
        ) {
            let _ = parse(&text, now);
        }

        #[test]
        fn f3_the_three_formats_agree(day in 1_u64..=28, month in 0_usize..12, year in 1980_u64..2040,
            hour in 0_u64..24, minute in 0_u64..60, second in 0_u64..60) {
            let month = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov",
                "Dec"][month];
            let time = format!("{hour:02}:{minute:02}:{second:02}");
            let short = year % 100;
            let fixed = http_date(&format!("Mon, {day:02} {month} {year} {time} GMT"), EXAMPLE);
            prop_assert!(fixed.is_some());
            prop_assert_eq!(fixed, http_date(&format!("Monday, {day:02}-{month}-{short:02} {time} GMT"), EXAMPLE));
            prop_assert_eq!(fixed, http_date(&format!("Mon {month} {day:2} {time} {year}"), EXAMPLE));
        }

        #[test]
        fn f3_a_two_digit_year_never_overflows(yy in 0_u64..100, now in any::<u64>()) {
            let date = http_date(&format!("Monday, 15-Jun-{yy:02} 12:00:00 GMT"), now).unwrap();
            prop_assert!(date <= now.saturating_add(50 * YEAR_MS));
        }
    }
}
