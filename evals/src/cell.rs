//! How a cell is read: as a number, as text, as a time. The rules are the bench's, cell by cell.

use std::sync::LazyLock;

use jiff::{
    ToSpan,
    civil::{Date, DateTime, ISOWeekDate, Time, Weekday},
    tz::{Offset, TimeZone},
};
use regex::{Captures, Regex};
use serde_json::Value;

/// Numbers this close to each other, relatively, are equal.
const RELATIVE: f64 = 1e-6;
/// What stands for a missing label.
const MISSING: [&str; 15] = [
    "",
    "(untagged)",
    "untagged",
    "(none)",
    "none",
    "null",
    "(null)",
    "(未打标签)",
    "未打标签",
    "（未打标签）",
    "(无)",
    "无",
    "-",
    "–",
    "n/a",
];

/// A pattern written out in this file.
fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a pattern written here compiles")
}

/// A number and whether it was written in per cent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Number {
    pub(crate) value: f64,
    pub(crate) percent: bool,
}

/// The number a cell holds, with or without a currency, thousands separators and a per cent sign.
pub(crate) fn number(cell: &Value) -> Option<Number> {
    static BEFORE: LazyLock<Regex> = LazyLock::new(|| pattern(r"^([+-]?)\s*(?:[¥￥$€]|CNY|USD|RMB)\s*"));
    static AFTER: LazyLock<Regex> = LazyLock::new(|| pattern(r"\s*(?:CNY|USD|RMB|元|美元)$"));
    let text = match cell {
        Value::Number(number) => return finite(number.as_f64()?, false),
        Value::String(text) => text.trim().replace([',', '，'], "").replace('−', "-"),
        _ => return None,
    };
    let percent = text.ends_with(['%', '％']);
    let text = text.trim_end_matches(['%', '％']).trim();
    let text = BEFORE.replace(text, "$1");
    let text = AFTER.replace(&text, "");
    finite(text.trim().replace('_', "").parse().ok()?, percent)
}

fn finite(value: f64, percent: bool) -> Option<Number> {
    value.is_finite().then_some(Number { value, percent })
}

/// Whether two numbers are equal for a judge.
pub(crate) fn near(one: f64, other: f64) -> bool {
    (one - other).abs() <= (RELATIVE * one.abs().max(other.abs())).max(1e-9)
}

/// A label: trimmed, case-folded, its blanks joined; empty for what is missing.
pub(crate) fn text(cell: &Value) -> String {
    let words = match cell {
        Value::Number(number) if number.is_f64() && number.as_f64().is_some_and(|it| it.fract() == 0.0) => {
            format!("{:.0}", number.as_f64().unwrap_or_default())
        }
        other => plain(other),
    };
    let folded: String = words.split_whitespace().collect::<Vec<_>>().join(" ").chars().flat_map(fold).collect();
    if MISSING.contains(&folded.as_str()) { String::new() } else { folded }
}

fn fold(letter: char) -> impl Iterator<Item = char> {
    let twin = (letter == 'ß').then_some('s');
    let letter = match letter {
        'ß' => 's',
        'ς' => 'σ',
        other => other,
    };
    letter.to_lowercase().chain(twin)
}

fn plain(cell: &Value) -> String {
    match cell {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Number(number) => match number.as_f64().filter(|_| number.is_f64()) {
            Some(float) => format!("{float:?}"),
            None => number.to_string(),
        },
        other => other.to_string(),
    }
}

/// Whether a gold cell is a day (or the first day of a month, quarter or week), not an instant.
pub(crate) fn is_day(cell: &Value) -> bool {
    static DAY: LazyLock<Regex> = LazyLock::new(|| pattern(r"^[0-9]{4}(-[0-9]{2}){0,2}$"));
    DAY.is_match(plain(cell).trim())
}

/// A cell as a local date and time; none when it is not one.
pub(crate) fn when(cell: &Value, zone: &TimeZone) -> Option<DateTime> {
    let text = plain(cell);
    let text = text.trim();
    for (form, read) in FORMS.iter() {
        if let Some(parts) = form.captures(text) {
            return read(&parts).map(|date| date.to_datetime(Time::midnight()));
        }
    }
    instant(text, zone)
}

/// Reads the parts of a match as a date; none when there is no such day.
type ReadDate = fn(&Captures<'_>) -> Option<Date>;

/// The ways in which days and longer periods are written, in order.
static FORMS: LazyLock<Vec<(Regex, ReadDate)>> = LazyLock::new(|| {
    let form = |form: &str, read: ReadDate| (pattern(&format!("^(?:{form})$")), read);
    vec![
        form(r"([0-9]{4})\s*[-年]?\s*[Qq第]\s*([1-4])\s*(?:季度)?", |parts| quarter(parts, 1, 2)),
        form(r"[Qq]([1-4])\s*([0-9]{4})", |parts| quarter(parts, 2, 1)),
        form(r"([0-9]{4})-?[Ww]([0-9]{1,2})", week),
        form(r"([0-9]{4})\s*年?", |parts| date(part(parts, 1)?, 1, 1)),
        form(r"([0-9]{4})\s*[-/.年]\s*([0-9]{1,2})\s*月?", |parts| date(part(parts, 1)?, part(parts, 2)?, 1)),
        form(r"([0-9]{4})([0-9]{2})", |parts| date(part(parts, 1)?, part(parts, 2)?, 1)),
        form(r"([0-9]{4})\s*[-/.年]\s*([0-9]{1,2})\s*[-/.月]\s*([0-9]{1,2})\s*日?", day),
        form(r"([0-9]{4})([0-9]{2})([0-9]{2})", day),
        form(r"([0-9]{4})-([0-9]{2})-([0-9]{2})\s*(?:/|~|–|至|到|to|\.\.)\s*[0-9]{4}-[0-9]{2}-[0-9]{2}", day),
    ]
});

fn part(parts: &Captures<'_>, group: usize) -> Option<i16> {
    parts.get(group)?.as_str().parse().ok()
}

fn date(year: i16, month: i16, day: i16) -> Option<Date> {
    Date::new(year, month.try_into().ok()?, day.try_into().ok()?).ok()
}

fn day(parts: &Captures<'_>) -> Option<Date> {
    date(part(parts, 1)?, part(parts, 2)?, part(parts, 3)?)
}

fn quarter(parts: &Captures<'_>, year: usize, quarter: usize) -> Option<Date> {
    date(part(parts, year)?, part(parts, quarter)? * 3 - 2, 1)
}

fn week(parts: &Captures<'_>) -> Option<Date> {
    let week = part(parts, 2)?.try_into().ok()?;
    ISOWeekDate::new(part(parts, 1)?, week, Weekday::Monday).ok().map(ISOWeekDate::date)
}

/// An ISO 8601 date and time; with an offset it is moved to the zone.
fn instant(text: &str, zone: &TimeZone) -> Option<DateTime> {
    static ZULU: LazyLock<Regex> = LazyLock::new(|| pattern(r"\s*(?:UTC|Z)$"));
    static ISO: LazyLock<Regex> = LazyLock::new(|| {
        let time = r"([0-9]{2})(?::?([0-9]{2})(?::?([0-9]{2})(?:[.,]([0-9]+))?)?)?";
        pattern(&format!(r"^([0-9]{{4}})-?([0-9]{{2}})-?([0-9]{{2}})(?s:.){time}(?:([+-])([0-9]{{2}})(?::?([0-9]{{2}}))?)?$"))
    });
    let text = text.replace(" +", "+");
    let text = ZULU.replace(&text, "+00:00");
    let parts = ISO.captures(&text)?;
    let clock = |group: usize| parts.get(group).map_or(Some(0), |it| it.as_str().parse::<i8>().ok());
    let fraction = parts.get(7).map_or("", |it| it.as_str());
    let nanoseconds = format!("{fraction:0<9}").get(..9)?.parse().ok()?;
    let local = day(&parts)?.to_datetime(Time::new(clock(4)?, clock(5)?, clock(6)?, nanoseconds).ok()?);
    let Some(sign) = parts.get(8) else { return Some(local) };
    let minutes = i32::from(clock(9)?) * 60 + i32::from(clock(10)?);
    let seconds = if sign.as_str() == "-" { -60 * minutes } else { 60 * minutes };
    let offset = Offset::from_seconds(seconds).ok()?;
    Some(offset.to_timestamp(local).ok()?.to_zoned(zone.clone()).datetime())
}

/// The whole second a time is in.
pub(crate) fn to_second(time: DateTime) -> DateTime {
    time.checked_sub(i64::from(time.subsec_nanosecond()).nanoseconds()).unwrap_or(time)
}
