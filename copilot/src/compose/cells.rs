//! Cells as a person reads them: amounts with their own currency, ratios as per cents, counts with separators.

use domain::{
    Currency, Decimal, Language, Table, Value,
    money::{format_amount, format_percent, format_spoken},
};

use super::markdown::escape;

/// What a number counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    /// Money in a currency.
    Money(Currency),
    /// A proportion: 0.25 is 25%.
    Ratio,
    /// Already in per cent: 25 is 25%.
    Percent,
    /// Anything else; the text is written behind the number.
    Plain(String),
}

/// The unit of a cell, found through the column's unit and, where that names a column, the row's value in it.
pub(crate) fn unit(table: &Table, row: usize, column: usize, fallback: Option<&str>) -> Unit {
    let Some(unit) = table.columns.get(column).and_then(|column| column.unit.as_deref()) else { return Unit::Plain(String::new()) };
    match unit {
        "ratio" => Unit::Ratio,
        "percent" => Unit::Percent,
        "count" => Unit::Plain(String::new()),
        "gb" => Unit::Plain(" GB".to_owned()),
        "BillingCurrency" | "Currency" => {
            let of_row = table.cell(row, unit).map(Value::label).filter(|code| !code.is_empty());
            match of_row.as_deref().or(fallback) {
                Some(code) => Unit::Money(Currency::new(code)),
                None => Unit::Plain(String::new()),
            }
        }
        code if code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase()) => Unit::Money(Currency::new(code)),
        other => Unit::Plain(format!(" {}", escape(other))),
    }
}

/// A number in full: `¥1,234.56`, `23.4%`, `1,234`.
pub(crate) fn number(value: Decimal, unit: &Unit) -> String {
    match unit {
        Unit::Money(currency) => format_amount(value, currency),
        Unit::Ratio => format_percent(value, false),
        Unit::Percent => format_percent(value / Decimal::ONE_HUNDRED, false),
        Unit::Plain(after) => format!("{}{after}", plain(value)),
    }
}

/// A number as it is spoken: large amounts in ten thousands in Chinese.
pub(crate) fn spoken(value: Decimal, unit: &Unit, language: Language) -> String {
    match unit {
        Unit::Money(currency) => format_spoken(value, currency, language),
        other => number(value, other),
    }
}

/// A difference, always with its sign.
pub(crate) fn signed(value: Decimal, unit: &Unit, language: Language) -> String {
    let plus = if value > Decimal::ZERO { "+" } else { "" };
    match unit {
        Unit::Ratio => format_percent(value, true),
        other => format!("{plus}{}", spoken(value, other, language)),
    }
}

/// A cell in full, safe in Markdown.
pub(crate) fn show(table: &Table, row: usize, column: usize, fallback: Option<&str>) -> String {
    let Some(cell) = table.rows.get(row).and_then(|row| row.get(column)) else { return String::new() };
    match cell.number() {
        Some(value) => number(value, &unit(table, row, column, fallback)),
        None => escape(&cell.label()),
    }
}

/// At most four decimals, thousands separated.
fn plain(value: Decimal) -> String {
    let text = value.round_dp(4).normalize().to_string();
    let (sign, digits) = text.strip_prefix('-').map_or(("", text.as_str()), |digits| ("-", digits));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let mut grouped = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if fraction.is_empty() { format!("{sign}{grouped}") } else { format!("{sign}{grouped}.{fraction}") }
}
