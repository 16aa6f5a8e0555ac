//! Periods and time cells in words.

use domain::{Language, Period, Table, Value};
use jiff::civil::Date;

/// A period as a person says it: `2026年10月`, `October 2026`, `2026-11-01 至 2026-11-20`.
pub(crate) fn period_words(period: &Period, language: Language) -> String {
    let last = period.end.yesterday().unwrap_or(period.end).max(period.start);
    let (start, zh) = (period.start, language == Language::Zh);
    let whole_months = start.day() == 1 && (period.end.day() == 1 || period.partial);
    if start == last && !(whole_months && period.partial) {
        return start.to_string();
    }
    if !whole_months {
        return span(&start.to_string(), &last.to_string(), language);
    }
    let same_year = start.year() == last.year();
    let whole_year = same_year && start.month() == 1 && last.month() == 12;
    let quarter = same_year && start.month() % 3 == 1 && last.month() == start.month() + 2 && !period.partial;
    match (start.year(), start.month()) {
        (year, _) if whole_year => {
            if zh {
                format!("{year}年")
            } else {
                year.to_string()
            }
        }
        (year, month) if quarter => {
            let quarter = (month + 2) / 3;
            if zh {
                format!("{year}年第{}季度", ["一", "二", "三", "四"][(quarter - 1) as usize % 4])
            } else {
                format!("Q{quarter} {year}")
            }
        }
        (_, month) if same_year && month == last.month() => month_words(start, language),
        (year, month) if same_year && zh => format!("{year}年{month}–{}月", last.month()),
        _ => span(&month_words(start, language), &month_words(last, language), language),
    }
}

fn span(from: &str, to: &str, language: Language) -> String {
    match language {
        Language::Zh => format!("{from} 至 {to}"),
        Language::En => format!("{from} to {to}"),
    }
}

fn month_words(date: Date, language: Language) -> String {
    match language {
        Language::Zh => format!("{}年{}月", date.year(), date.month()),
        Language::En => date.strftime("%B %Y").to_string(),
    }
}

/// The day of a time cell, when it holds one.
pub(crate) fn day(cell: &Value) -> Option<Date> {
    match cell {
        Value::Date(date) => Some(*date),
        Value::Timestamp(instant) => Some(instant.to_zoned(jiff::tz::TimeZone::UTC).date()),
        Value::Text(text) if text.len() == 7 => format!("{text}-01").parse().ok(),
        Value::Text(text) => text.get(..10).and_then(|day| day.parse().ok()),
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Decimal(_) => None,
    }
}

/// How the cells of a time column are said: as days, or as the months or years they begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TimeStyle {
    Day,
    Month,
    Year,
}

impl TimeStyle {
    /// Found from the cells: distinct first days of months are months.
    pub(crate) fn of(table: &Table, column: usize) -> Self {
        let mut days: Vec<Date> = table.rows.iter().filter_map(|row| day(row.get(column)?)).collect();
        days.sort_unstable();
        days.dedup();
        let firsts = !days.is_empty() && days.iter().all(|day| day.day() == 1);
        match firsts {
            true if days.len() > 1 && days.iter().all(|day| day.month() == 1) => Self::Year,
            true => Self::Month,
            false => Self::Day,
        }
    }

    /// A time cell in words.
    pub(crate) fn words(self, cell: &Value, language: Language) -> String {
        match (day(cell), self) {
            (Some(date), Self::Month) => month_words(date, language),
            (Some(date), Self::Year) => language.pick(&format!("{}年", date.year()), &date.year().to_string()).to_owned(),
            (Some(date), Self::Day) => date.to_string(),
            (None, _) => super::markdown::escape(&cell.label()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(start: &str, end: &str, partial: bool) -> Period {
        Period { start: start.parse().expect("a day"), end: end.parse().expect("a day"), partial }
    }

    #[test]
    fn periods_are_said_as_people_say_them() {
        let check = |start, end, partial, zh: &str, en: &str| {
            let period = period(start, end, partial);
            assert_eq!((period_words(&period, Language::Zh).as_str(), period_words(&period, Language::En).as_str()), (zh, en));
        };
        check("2026-10-01", "2026-11-01", false, "2026年10月", "October 2026");
        check("2026-11-01", "2026-11-21", true, "2026年11月", "November 2026");
        check("2026-11-01", "2026-11-02", true, "2026年11月", "November 2026");
        check("2026-11-20", "2026-11-21", false, "2026-11-20", "2026-11-20");
        check("2026-11-14", "2026-11-21", false, "2026-11-14 至 2026-11-20", "2026-11-14 to 2026-11-20");
        check("2026-01-01", "2026-06-01", false, "2026年1–5月", "January 2026 to May 2026");
        check("2026-04-01", "2026-07-01", false, "2026年第二季度", "Q2 2026");
        check("2025-01-01", "2026-01-01", false, "2025年", "2025");
        check("2025-12-01", "2026-02-01", false, "2025年12月 至 2026年1月", "December 2025 to January 2026");
    }
}
