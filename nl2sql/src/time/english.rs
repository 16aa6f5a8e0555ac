//! Expressions of time in English.

use jiff::civil::Date;
use regex::Captures;

use super::{
    Relative, TimeWord, Unit, add_days, add_months, calendar, first_of_month, first_of_quarter, monday,
    scan::{self, Resolve},
};

const MONTH: &str = "january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec";
const COUNT: &str = r"\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|twelve|a|couple of";
const TO: &str = r"\s*(?:-|~|to|through|thru|until|till|and)\s*";
const YEAR: &str = r"(?:(?:,|\s|of|in)+(?P<y>20\d\d)\b|\s*'(?P<s>\d\d)\b|\s+(?:of\s+)?(?P<r>last year|this year)\b)";

pub(super) fn patterns() -> Vec<(String, Resolve)> {
    let day = r"(?P<d>\d{1,2})(?:st|nd|rd|th)?";
    let last_day = r"(?P<e>\d{1,2})(?:st|nd|rd|th)?";
    let mut patterns: Vec<(String, Resolve)> = vec![
        (format!(r"\b(?P<m>{MONTH})\b\.?{YEAR}?"), |c, t| scan::month(year(c, t), month(c, "m")?, t)),
        (format!(r"\b(?P<m>{MONTH})\.?\s+(?:the\s+)?{day}\b{YEAR}?"), |c, t| scan::day(scan::month_day(year(c, t), month(c, "m")?, num(c, "d")?, t)?, t)),
        (format!(r"\b{day}\s+(?:of\s+)?(?P<m>{MONTH})\b{YEAR}?"), |c, t| scan::day(scan::month_day(year(c, t), month(c, "m")?, num(c, "d")?, t)?, t)),
        (format!(r"\b(?P<m>{MONTH})\.?\s+{day}{TO}{last_day}\b{YEAR}?"), days),
        (format!(r"\b{day}{TO}{last_day}\s+(?:of\s+)?(?P<m>{MONTH})\b{YEAR}?"), days),
        (format!(r"\b(?P<m>{MONTH})\.?\s+{day}{TO}(?P<n>{MONTH})\.?\s+{last_day}\b{YEAR}?"), days),
        (format!(r"\b(?P<m>{MONTH})\b\.?(?:,?\s*(?P<y1>20\d\d))?\s*(?:-|~|to|through|thru|until|till)\s*(?P<n>{MONTH})\b\.?{YEAR}?"), |c, t| {
            let first_year = c.name("y1").and_then(|y| y.as_str().parse().ok());
            scan::month_run(first_year, month(c, "m")?, year(c, t), month(c, "n")?, t)
        }),
        (format!(r"\bq(?P<q>[1-4])\b{YEAR}?"), |c, t| scan::quarter(year(c, t), num(c, "q")?, t)),
        (r"\b(?P<y>20\d\d)\s*[-/]?\s*q(?P<q>[1-4])\b".to_owned(), |c, t| scan::quarter(year(c, t), num(c, "q")?, t)),
        (r"\bq(?P<q>[1-4])\s*[-/]\s*(?P<y>20\d\d)\b".to_owned(), |c, t| scan::quarter(year(c, t), num(c, "q")?, t)),
        (format!(r"\b(?P<o>first|second|third|fourth|1st|2nd|3rd|4th)\s+quarter{YEAR}?"), |c, t| scan::quarter(year(c, t), ordinal(c)?, t)),
        (format!(r"\b(?P<o>first|second|1st|2nd)\s+half{YEAR}?"), |c, t| scan::half(year(c, t), ordinal(c)?, t)),
        (format!(r"\bh(?P<h>[12])\b{YEAR}?"), |c, t| scan::half(year(c, t), num(c, "h")?, t)),
        (r"\b(?P<m>0?[1-9]|1[0-2])/(?P<d>\d{1,2})\b".to_owned(), |c, t| scan::day(scan::month_day(None, num(c, "m")?, num(c, "d")?, t)?, t)),
        (r"\b(?P<y>20\d\d)\b".to_owned(), |c, t| scan::year(year(c, t)?, t)),
        (format!(r"\b(?:the\s+)?(?:last|past|previous|prior|trailing)\s+(?P<k>{COUNT})\s+(?:full\s+|whole\s+|complete\s+|calendar\s+)?(?P<u>day|week|month|quarter|year)s?\b"), |c, t| {
            scan::last(count(c)?, c.name("u")?.as_str(), t)
        }),
        (format!(r"\b(?:in\s+)?(?:the\s+)?(?:next|coming|following)\s+(?P<k>{COUNT})\s+(?P<u>day|week|month)s?\b"), next),
        (format!(r"\b(?:within|in)\s+(?:the\s+)?(?:next\s+)?(?P<k>{COUNT})\s+(?P<u>day|week|month)s?\b"), next),
        (r"\b(?P<n>spring festival|chinese new year|labou?r day|national day|double 11|double eleven|singles day|double 12|christmas|new year)\b".to_owned(), holiday),
    ];
    patterns.extend(fixed());
    patterns
}

/// Expressions without parts.
fn fixed() -> Vec<(String, Resolve)> {
    let list: [(&str, Resolve); 22] = [
        (r"\btoday\b", |_, t| scan::day(t, t)),
        (r"\byesterday\b", |_, t| scan::day(add_days(t, -1), t)),
        (r"\b(?:the )?day before yesterday\b", |_, t| scan::day(add_days(t, -2), t)),
        (r"\btomorrow\b", |_, t| scan::day(add_days(t, 1), t)),
        (r"\b(?:this|the current|current) week\b|\bweek to date\b|\bwtd\b", |_, t| {
            scan::span(monday(t), add_days(monday(t), 7), Unit::Week, t)
        }),
        (r"\b(?:last|past|previous) week\b", |_, t| scan::last(1, "w", t)),
        (r"\b(?:the )?week before last\b", |_, t| {
            let start = add_days(monday(t), -14);
            scan::span(start, add_days(start, 7), Unit::Week, t)
        }),
        (r"\bnext week\b", |_, t| scan::span(add_days(monday(t), 7), add_days(monday(t), 14), Unit::Week, t)),
        (r"\b(?:this|the current|current) month(?: so far| to date)?\b|\bmonth to date\b|\bmtd\b|\bso far this month\b", |_, t| {
            scan::months(first_of_month(t), 1, Unit::Month, t)
        }),
        (r"\b(?:last|past|previous|the prior|prior) month\b", |_, t| scan::last(1, "m", t)),
        (r"\b(?:the )?month before last\b", |_, t| scan::months(add_months(first_of_month(t), -2), 1, Unit::Month, t)),
        (r"\bnext month\b", |_, t| scan::months(add_months(first_of_month(t), 1), 1, Unit::Month, t)),
        (r"\b(?:this|the current|current) quarter(?: so far| to date)?\b|\bqtd\b|\bquarter to date\b", |_, t| {
            scan::months(first_of_quarter(t), 3, Unit::Quarter, t)
        }),
        (r"\b(?:last|past|previous) quarter\b", |_, t| scan::last(1, "q", t)),
        (r"\b(?:the )?quarter before last\b", |_, t| scan::months(add_months(first_of_quarter(t), -6), 3, Unit::Quarter, t)),
        (r"\bnext (?:quarter|year)\b", |_, t| scan::months(add_months(first_of_quarter(t), 3), 3, Unit::Quarter, t)),
        (r"\bthis year(?: so far| to date)?\b|\bytd\b|\byear to date\b|\bso far this year\b|\bcurrent year\b", |_, t| {
            scan::year(t.year().into(), t)
        }),
        (r"\b(?:last|previous|past) year\b", |_, t| scan::year(i32::from(t.year()) - 1, t)),
        (
            r"\b(?:the )?(?:week|month|quarter|year|day|period|one) before(?: that| it| this)?\b|\b(?:the )?(?:preceding|previous|prior) (?:period|one|week|day)\b|\b(?:the )?preceding (?:month|quarter|year)\b",
            |_, _| Some(TimeWord::Relative(Relative::Before)),
        ),
        (
            r"\b(?:the )?same (?:month|period|quarter|time|week|days?) (?:of |in )?(?:a )?(?:last|the previous|previous|the prior|prior) year\b|\b(?:the )?(?:same (?:month|period|quarter|time) )?(?:a|one) year (?:ago|earlier|before)\b|\b(?:the )?same (?:month|period|quarter|time) (?:a|one) year (?:ago|earlier)\b",
            |_, _| Some(TimeWord::Relative(Relative::YearEarlier)),
        ),
        (
            r"\b(?:the )?same (?:days|period|time|dates|stretch) (?:of |in )?(?:the )?(?:last|previous|prior) month\b|\b(?:the )?same (?:days|period|dates)\b",
            |_, _| Some(TimeWord::Relative(Relative::MonthEarlier)),
        ),
        (r"\b(?:the )?(?:month|quarter|week|year) after(?: that)?\b", |_, _| Some(TimeWord::Relative(Relative::After))),
    ];
    list.into_iter().map(|(pattern, resolve)| (pattern.to_owned(), resolve)).collect()
}

fn num(c: &Captures, name: &str) -> Option<u32> {
    c.name(name)?.as_str().parse().ok()
}

fn month(c: &Captures, name: &str) -> Option<u32> {
    let word = c.name(name)?.as_str();
    let names = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    (1..).zip(names).find(|(_, short)| word.starts_with(short)).map(|(number, _)| number)
}

fn year(c: &Captures, today: Date) -> Option<i32> {
    let named = |name: &str| c.name(name).and_then(|y| y.as_str().parse::<i32>().ok());
    if let Some(year) = named("y") {
        return Some(year);
    }
    if let Some(short) = named("s") {
        return Some(2000 + short);
    }
    let relative = c.name("r")?.as_str();
    Some(i32::from(today.year()) - i32::from(relative == "last year"))
}

fn ordinal(c: &Captures) -> Option<u32> {
    Some(match c.name("o")?.as_str() {
        "first" | "1st" => 1,
        "second" | "2nd" => 2,
        "third" | "3rd" => 3,
        _ => 4,
    })
}

fn count(c: &Captures) -> Option<u32> {
    let word = c.name("k")?.as_str();
    let names = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
    match word {
        "a" => Some(1),
        "couple of" => Some(2),
        "twelve" => Some(12),
        _ => (1..).zip(names).find(|(_, name)| *name == word).map(|(n, _)| n).or_else(|| word.parse().ok()),
    }
}

fn days(c: &Captures, today: Date) -> Option<TimeWord> {
    let start = scan::month_day(year(c, today), month(c, "m")?, num(c, "d")?, today)?;
    let last_month = month(c, "n").unwrap_or(start.month().unsigned_abs().into());
    let mut last = calendar::date(start.year().into(), last_month, num(c, "e")?)?;
    if last < start {
        last = add_months(last, 12);
    }
    scan::days(start, last, today)
}

fn next(c: &Captures, _: Date) -> Option<TimeWord> {
    let days = match c.name("u")?.as_str() {
        "week" => 7,
        "month" => 30,
        _ => 1,
    };
    Some(TimeWord::NextDays(i32::try_from(count(c)?).ok()?.checked_mul(days)?))
}

fn holiday(c: &Captures, today: Date) -> Option<TimeWord> {
    let name = c.name("n")?.as_str();
    let this = calendar::holiday(name, today.year().into()).filter(|days| days.0 <= today);
    let (start, last) = this.or_else(|| calendar::holiday(name, i32::from(today.year()) - 1))?;
    scan::days(start, last, today)
}
