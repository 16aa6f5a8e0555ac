//! Instants and days from text, in the spellings that bills use.

use crate::clock::{MICROS_PER_DAY, day_from_civil};

/// Reads an instant into microseconds since 1970 in UTC: `2024-09-01`, `2024/9/1`, `2024-09-01 00:00:00`, `2024-09-01T00:00:00.123Z`,
/// `2024-09-01T08:00:00+08:00`, and the compact `20240901`. Without a zone it is UTC; what is finer than a microsecond is cut off.
pub(super) fn parse_instant(text: &str) -> Result<i64, String> {
    let mut rest = Reader { bytes: text.trim().as_bytes() };
    instant(&mut rest).ok_or_else(|| "is not a time such as 2024-09-01, 2024-09-01 00:00:00 or 2024-09-01T08:00:00+08:00".to_owned())
}

/// Reads a day, counted from 1970-01-01. A time of midnight may stand behind it.
pub(super) fn parse_day(text: &str) -> Result<i32, String> {
    let rule = || "is not a day such as 2024-09-01".to_owned();
    let mut rest = Reader { bytes: text.trim().as_bytes() };
    let micros = instant(&mut rest).ok_or_else(rule)?;
    if micros % MICROS_PER_DAY != 0 {
        return Err(rule());
    }
    i32::try_from(micros / MICROS_PER_DAY).map_err(|_| rule())
}

fn instant(rest: &mut Reader<'_>) -> Option<i64> {
    let day = date(rest)?;
    let mut micros = day * MICROS_PER_DAY;
    if rest.take(b"T") || rest.take(b"t") || rest.take(b" ") {
        micros += time_of_day(rest)?;
        micros -= zone(rest)?;
    }
    rest.bytes.is_empty().then_some(micros)
}

fn date(rest: &mut Reader<'_>) -> Option<i64> {
    let year = rest.number(4, 4)?;
    let separator = match rest.bytes.first() {
        Some(b'-') => Some(b"-"),
        Some(b'/') => Some(b"/"),
        _ => None,
    };
    let (month, day) = match separator {
        Some(separator) => {
            rest.take(separator);
            let month = rest.number(1, 2)?;
            if !rest.take(separator) {
                return None;
            }
            (month, rest.number(1, 2)?)
        }
        None => (rest.number(2, 2)?, rest.number(2, 2)?),
    };
    day_from_civil(year, u32::try_from(month).ok()?, u32::try_from(day).ok()?)
}

fn time_of_day(rest: &mut Reader<'_>) -> Option<i64> {
    let hour = rest.number(1, 2)?;
    if !rest.take(b":") {
        return None;
    }
    let minute = rest.number(2, 2)?;
    let mut second = 0;
    let mut fraction = 0;
    if rest.take(b":") {
        second = rest.number(2, 2)?;
        if rest.take(b".") || rest.take(b",") {
            fraction = rest.fraction()?;
        }
    }
    (hour < 24 && minute < 60 && second < 60).then_some(((hour * 60 + minute) * 60 + second) * 1_000_000 + fraction)
}

/// The zone's offset from UTC in microseconds.
fn zone(rest: &mut Reader<'_>) -> Option<i64> {
    rest.take(b" ");
    let named = rest.take(b"Z") || rest.take(b"z") || rest.take(b"UTC") || rest.take(b"GMT");
    if named || rest.bytes.is_empty() {
        return Some(0);
    }
    let sign = if rest.take(b"+") {
        1
    } else if rest.take(b"-") {
        -1
    } else {
        return None;
    };
    let hours = rest.number(1, 2)?;
    rest.take(b":");
    let minutes = if rest.bytes.is_empty() { 0 } else { rest.number(2, 2)? };
    (hours <= 14 && minutes < 60).then_some(sign * (hours * 60 + minutes) * 60_000_000)
}

struct Reader<'a> {
    bytes: &'a [u8],
}

impl Reader<'_> {
    fn take(&mut self, token: &[u8]) -> bool {
        match self.bytes.strip_prefix(token) {
            Some(rest) => {
                self.bytes = rest;
                true
            }
            None => false,
        }
    }

    fn number(&mut self, least: usize, most: usize) -> Option<i64> {
        let digits = self.bytes.iter().take(most).take_while(|byte| byte.is_ascii_digit()).count();
        if digits < least {
            return None;
        }
        let value = self.bytes[..digits].iter().fold(0, |value, byte| value * 10 + i64::from(byte - b'0'));
        self.bytes = &self.bytes[digits..];
        Some(value)
    }

    fn fraction(&mut self) -> Option<i64> {
        let digits = self.bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if digits == 0 {
            return None;
        }
        let micros = (0..6).fold(0, |value, i| {
            let digit = if i < digits { self.bytes[i] - b'0' } else { 0 };
            value * 10 + i64::from(digit)
        });
        self.bytes = &self.bytes[digits..];
        Some(micros)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_bills_are_read_in_utc() {
        let midnight = 1_725_148_800_000_000;
        let check = |text: &str, expect: i64| assert_eq!(parse_instant(text), Ok(expect), "{text}");
        for same in [
            "2024-09-01",
            "2024/09/01",
            "2024/9/1",
            "20240901",
            "2024-09-01 00:00",
            "2024-09-01 00:00:00",
            "2024-09-01T00:00:00Z",
            "2024-09-01T00:00:00.000Z",
            "2024-09-01 00:00:00 UTC",
            "2024-09-01 00:00:00+00",
            "2024-09-01T08:00:00+08:00",
            "2024-09-01T08:00:00+0800",
            "2024-08-31T19:00:00-05:00",
        ] {
            check(same, midnight);
        }
        check("2024-09-01T00:00:01.5Z", midnight + 1_500_000);
        check("2024-09-01 00:00:00.123456789", midnight + 123_456);
        check("2024-02-29", 1_709_164_800_000_000);
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "",
            "yesterday",
            "2024",
            "2024-13-01",
            "2023-02-29",
            "2024-09-01T25:00:00Z",
            "2024-09-01T24:00:00Z",
            "2024-09-01 00:00:00+99:00",
            "2024-09-01 00:00:00 CST",
            "2024-09-01Z",
            "2024-09-01T",
            "01/09/2024",
            "2024-09-01T00:00:00Z+08:00 ",
            "2024-09/01",
        ] {
            assert!(parse_instant(text).is_err(), "{text}");
        }
        assert_eq!(parse_day("2024-09-01"), Ok(19_967));
        assert!(parse_day("2024-09-01T01:00:00Z").is_err());
    }
}
