//! Finds every expression of time in a text.

use jiff::civil::Date;
use regex::{Captures, Regex};

use super::{Span, TimeWord, Unit, add_days, add_months, calendar, chinese, english, first_of_month};

/// What a pattern's captures stand for, given today; none where they are no date.
pub(super) type Resolve = fn(&Captures, Date) -> Option<TimeWord>;

/// The compiled patterns of both languages.
pub(crate) struct Scanner {
    patterns: Vec<(Regex, Resolve)>,
}

impl Scanner {
    pub(crate) fn new() -> Self {
        let patterns = chinese::patterns()
            .into_iter()
            .chain(english::patterns())
            .filter_map(|(pattern, resolve)| Regex::new(&pattern).ok().map(|regex| (regex, resolve)))
            .collect();
        Self { patterns }
    }

    /// Every expression: where it starts and ends, and what it stands for. They may overlap; the longest is usually meant.
    pub(crate) fn scan(&self, text: &str, today: Date) -> Vec<(usize, usize, TimeWord)> {
        let mut found = Vec::new();
        for (regex, resolve) in &self.patterns {
            for captures in regex.captures_iter(text) {
                let Some(whole) = captures.name("t").or_else(|| captures.get(0)) else { continue };
                if let Some(word) = resolve(&captures, today) {
                    found.push((whole.start(), whole.end(), word));
                }
            }
        }
        found
    }
}

pub(super) fn span(start: Date, end: Date, unit: Unit, today: Date) -> Option<TimeWord> {
    (start < end).then_some(TimeWord::Span(Span::new(start, end, unit).running(today)))
}

pub(super) fn day(date: Date, today: Date) -> Option<TimeWord> {
    span(date, add_days(date, 1), Unit::Day, today)
}

/// So many months from the first of a month on.
pub(super) fn months(start: Date, count: i32, unit: Unit, today: Date) -> Option<TimeWord> {
    span(start, add_months(start, count), unit, today)
}

/// The month of a year, or without one the latest that has begun.
pub(super) fn month(year: Option<i32>, month: u32, today: Date) -> Option<TimeWord> {
    months(month_start(year, month, today)?, 1, Unit::Month, today)
}

pub(super) fn month_start(year: Option<i32>, month: u32, today: Date) -> Option<Date> {
    match year {
        Some(year) => calendar::date(year, month, 1),
        None => {
            let this_year = calendar::date(today.year().into(), month, 1)?;
            Some(if this_year > today { add_months(this_year, -12) } else { this_year })
        }
    }
}

/// The day of a month; without a year the latest that has come.
pub(super) fn month_day(year: Option<i32>, month: u32, day: u32, today: Date) -> Option<Date> {
    match year {
        Some(year) => calendar::date(year, month, day),
        None => match calendar::date(today.year().into(), month, day) {
            Some(date) if date <= today => Some(date),
            _ => calendar::date(i32::from(today.year()) - 1, month, day),
        },
    }
}

pub(super) fn quarter(year: Option<i32>, quarter: u32, today: Date) -> Option<TimeWord> {
    if !(1..=4).contains(&quarter) {
        return None;
    }
    months(month_start(year, quarter * 3 - 2, today)?, 3, Unit::Quarter, today)
}

pub(super) fn half(year: Option<i32>, half: u32, today: Date) -> Option<TimeWord> {
    if !(1..=2).contains(&half) {
        return None;
    }
    months(month_start(year, half * 6 - 5, today)?, 6, Unit::Half, today)
}

pub(super) fn year(year: i32, today: Date) -> Option<TimeWord> {
    months(calendar::date(year, 1, 1)?, 12, Unit::Year, today)
}

/// Days of one month or of two, the last included.
pub(super) fn days(start: Date, last: Date, today: Date) -> Option<TimeWord> {
    span(start, add_days(last, 1), Unit::Days, today)
}

/// From a month to another; without years the latest such run that has begun.
pub(super) fn month_run(first_year: Option<i32>, first: u32, last_year: Option<i32>, last: u32, today: Date) -> Option<TimeWord> {
    let (start, end) = match (first_year, last_year) {
        (Some(y1), Some(y2)) => (month_start(Some(y1), first, today)?, month_start(Some(y2), last, today)?),
        (Some(y1), None) => {
            let start = month_start(Some(y1), first, today)?;
            (start, month_start(Some(if last < first { y1 + 1 } else { y1 }), last, today)?)
        }
        (None, Some(y2)) => (month_start(Some(if last < first { y2 - 1 } else { y2 }), first, today)?, month_start(Some(y2), last, today)?),
        (None, None) => {
            let end = month_start(None, last, today)?;
            let start = month_start(Some(i32::from(end.year()) - i32::from(last < first)), first, today)?;
            (start, end)
        }
    };
    span(start, add_months(end, 1), Unit::Months, today)
}

/// The last so many whole days, weeks, months, quarters or years before today.
pub(super) fn last(count: u32, unit: &str, today: Date) -> Option<TimeWord> {
    let count = i32::try_from(count).ok().filter(|count| (1..=1000).contains(count))?;
    let this_month = first_of_month(today);
    match unit.chars().next()? {
        '天' | '日' | 'd' => span(add_days(today, -count), today, Unit::Days, today),
        '周' | '星' | '礼' | 'w' => {
            let monday = super::monday(today);
            span(add_days(monday, -7 * count), monday, if count == 1 { Unit::Week } else { Unit::Days }, today)
        }
        '月' | '个' | 'm' => months(add_months(this_month, -count), count, if count == 1 { Unit::Month } else { Unit::Months }, today),
        '季' | 'q' => {
            let quarter = super::first_of_quarter(today);
            months(add_months(quarter, -3 * count), 3 * count, if count == 1 { Unit::Quarter } else { Unit::Months }, today)
        }
        '年' | 'y' => months(add_months(this_month, -12 * count), 12 * count, Unit::Months, today),
        _ => None,
    }
}
