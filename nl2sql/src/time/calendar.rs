//! Calendar arithmetic that saturates at the ends of the calendar, and the holidays people name.

use jiff::{ToSpan, civil::Date};

/// The day so many days later.
pub(crate) fn add_days(date: Date, days: i32) -> Date {
    date.saturating_add(days.days())
}

/// The same day so many months later, or the last of that month where it has no such day.
pub(crate) fn add_months(date: Date, months: i32) -> Date {
    date.saturating_add(months.months())
}

/// The days from one date to a later one.
pub(crate) fn days_between(start: Date, end: Date) -> i32 {
    start.until(end).map_or(0, |span| span.get_days())
}

/// The first day of the month of a date.
pub(crate) fn first_of_month(date: Date) -> Date {
    date.first_of_month()
}

/// The first day of the quarter of a date.
pub(crate) fn first_of_quarter(date: Date) -> Date {
    add_months(date.first_of_month(), -i32::from((date.month() - 1) % 3))
}

/// The Monday of the week of a date.
pub(crate) fn monday(date: Date) -> Date {
    add_days(date, -i32::from(date.weekday().to_monday_zero_offset()))
}

/// A date that exists; none otherwise.
pub(super) fn date(year: i32, month: u32, day: u32) -> Option<Date> {
    Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// Holidays of a year as first and last day. The spring festival moves; its first days are listed.
pub(super) fn holiday(name: &str, year: i32) -> Option<(Date, Date)> {
    let fixed = |m1, d1, m2, d2| Some((date(year, m1, d1)?, date(year, m2, d2)?));
    match name {
        "元旦" | "new year" => fixed(1, 1, 1, 1),
        "春节" | "spring festival" | "chinese new year" => {
            let (m, d, days) = match year {
                2023 => (1, 21, 7),
                2024 => (2, 10, 8),
                2025 => (1, 28, 8),
                2026 => (2, 15, 9),
                2027 => (2, 5, 7),
                _ => return None,
            };
            let start = date(year, m, d)?;
            Some((start, add_days(start, days - 1)))
        }
        "五一" | "劳动节" | "labor day" | "labour day" => fixed(5, 1, 5, 5),
        "618" => fixed(6, 18, 6, 18),
        "国庆" | "十一" | "national day" => fixed(10, 1, 10, 7),
        "双11" | "双十一" | "double 11" | "double eleven" | "singles day" => fixed(11, 11, 11, 11),
        "双12" | "双十二" | "double 12" => fixed(12, 12, 12, 12),
        "圣诞" | "christmas" => fixed(12, 25, 12, 25),
        _ => None,
    }
}
