//! What prose may say: cells, what our code computes from them, counts of rows, dates in question, names and numbers that were quoted.

use std::collections::BTreeSet;

use domain::{Citation, Currency, Decimal, Period, Table, Value};
use jiff::civil::Date;

use super::{
    placeholder,
    scan::{Amount, Claim, normalize, scan},
};
use crate::compose::{
    cells::{self, Unit},
    time,
};

/// Numbers from the question up to this are spans and counts ("the last 90 days"), not statements about the data.
const LARGEST_ASKED: u64 = 366;
/// Names with no more digits than this are products (`EC2`, `S3`, `IPv4`), not ids.
const PRODUCT_DIGITS: usize = 2;

/// Everything prose may say.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts {
    amounts: Vec<(Decimal, Unit)>,
    rows: BTreeSet<usize>,
    asked: BTreeSet<Decimal>,
    quoted: Vec<Claim>,
    days: BTreeSet<Date>,
    spans: Vec<(Date, Date)>,
    text: String,
}

impl Facts {
    /// From the evidence: the tables, the passages and the periods of the answer.
    pub(crate) fn new(tables: &[&Table], citations: &[Citation], periods: &[Period]) -> Self {
        let mut facts = Self::default();
        for table in tables {
            facts.add_table(table);
        }
        for citation in citations {
            let passage = normalize(&format!("{}\n{}\n{}", citation.title, citation.locator, citation.quote));
            facts.quoted.extend(scan(&passage));
            facts.add_text(&passage);
        }
        facts.spans.extend(periods.iter().map(|period| (period.start, period.end)));
        facts
    }

    /// Adds what the question says: small numbers, names and dates.
    pub(crate) fn with_question(mut self, question: &str) -> Self {
        let question = normalize(question);
        for claim in scan(&question) {
            match claim {
                Claim::Amount(amount) if amount.currency.is_none() && !amount.percent && amount.value <= Decimal::from(LARGEST_ASKED) => {
                    self.asked.insert(amount.value);
                }
                Claim::Date(..) => self.quoted.push(claim),
                Claim::Amount(_) | Claim::Name(_) | Claim::Words(_) => {}
            }
        }
        self.add_text(&question);
        self
    }

    /// Adds days that may be named: today, the last complete day of the data.
    pub(crate) fn with_days(mut self, days: impl IntoIterator<Item = Date>) -> Self {
        self.days.extend(days);
        self
    }

    fn add_table(&mut self, table: &Table) {
        self.rows.insert(table.rows.len());
        for (at, column) in table.columns.iter().enumerate() {
            let timed = column.column_type == domain::ColumnType::Date;
            for (row, cells) in table.rows.iter().enumerate() {
                let Some(cell) = cells.get(at) else { continue };
                if let Some(value) = cell.number() {
                    self.amounts.push((value, cells::unit(table, row, at, None)));
                }
                self.days.extend(time::day(cell));
                if timed || matches!(cell, Value::Text(_)) {
                    self.add_text(&normalize(&cell.label()));
                }
            }
            self.add_computed(table, at);
        }
    }

    /// The total of a column and each cell's share of it.
    fn add_computed(&mut self, table: &Table, column: usize) {
        let Some((total, unit)) = placeholder::total(table, column) else { return };
        if table.rows.len() < 2 || total.is_zero() {
            return;
        }
        for row in &table.rows {
            let share = row.get(column).and_then(Value::number).and_then(|value| value.checked_div(total));
            self.amounts.extend(share.map(|share| (share, Unit::Ratio)));
        }
        self.amounts.push((total, unit));
    }

    fn add_text(&mut self, text: &str) {
        self.text.push('\n');
        self.text.push_str(&text.to_lowercase());
        // Months in texts such as `2026-10` are dates as well.
        self.quoted.extend(scan(text).into_iter().filter(|claim| matches!(claim, Claim::Date(..))));
    }

    /// What a text says that none of this holds, as it was written.
    pub(super) fn unbacked(&self, text: &str) -> Vec<String> {
        let unbacked = |claim: Claim| match claim {
            Claim::Amount(amount) => (!self.holds(&amount)).then_some(amount.text),
            Claim::Date(year, month, day) => (!self.holds_date(year, month, day)).then(|| date_text(year, month, day)),
            Claim::Name(name) => (!self.holds_name(&name)).then_some(name),
            Claim::Words(words) => (!self.text.contains(&words)).then_some(words),
        };
        text.lines().flat_map(|line| scan(without_item_number(line))).filter_map(unbacked).collect()
    }

    fn holds(&self, amount: &Amount) -> bool {
        let whole = amount.currency.is_none() && !amount.percent && amount.value.fract().is_zero();
        let count = u64::try_from(amount.value).ok().filter(|_| whole);
        let counted = count.is_some_and(|count| {
            let is = |rows: &usize| *rows as u64 == count;
            let within = |rows: &usize| amount.top && count <= *rows as u64;
            self.rows.iter().any(|rows| is(rows) || within(rows))
        });
        let quoted = || self.quoted.iter().any(|claim| matches!(claim, Claim::Amount(own) if same_statement(own, amount)));
        counted
            || whole && self.asked.contains(&amount.value)
            || self.amounts.iter().any(|(value, unit)| says(amount, *value, unit))
            || quoted()
    }

    fn holds_date(&self, year: Option<i16>, month: Option<i8>, day: Option<i8>) -> bool {
        let fits = |date: &Date| {
            year.is_none_or(|year| date.year() == year)
                && month.is_none_or(|month| date.month() == month)
                && day.is_none_or(|day| date.day() == day)
        };
        // A period's end is exclusive, but people name it as often as its last day.
        let spanned = self
            .spans
            .iter()
            .any(|(start, end)| start.series(jiff::Span::new().days(1)).take_while(|date| date <= end).take(1100).any(|date| fits(&date)));
        let said = self.quoted.iter().any(|claim| match claim {
            Claim::Date(own_year, own_month, own_day) => {
                let agrees = |own: Option<i16>, asked: Option<i16>| asked.is_none() || own == asked;
                agrees(*own_year, year)
                    && agrees(own_month.map(i16::from), month.map(i16::from))
                    && agrees(own_day.map(i16::from), day.map(i16::from))
            }
            Claim::Amount(_) | Claim::Name(_) | Claim::Words(_) => false,
        });
        year.is_none() && month.is_none() && day.is_none() || spanned || said || self.days.iter().any(fits)
    }

    fn holds_name(&self, name: &str) -> bool {
        let digits = name.chars().filter(char::is_ascii_digit).count();
        let product = name.starts_with(|c: char| c.is_ascii_alphabetic())
            && digits <= PRODUCT_DIGITS
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        product || contains_word(&self.text, name)
    }
}

/// Whether a written number is a value: rounded as written, in its unit, with its sign where it has one.
fn says(amount: &Amount, value: Decimal, unit: &Unit) -> bool {
    let scaled = match (unit, amount.percent) {
        (Unit::Ratio, true) => value * Decimal::ONE_HUNDRED,
        (Unit::Percent, true) | (Unit::Ratio, false) => value,
        (_, true) => return false,
        (_, false) => value,
    };
    if let (Some(written), Unit::Money(currency)) = (amount.currency, unit)
        && *currency != Currency::new(written)
    {
        return false;
    }
    let scaled = match amount.negative {
        Some(true) => -scaled,
        Some(false) => scaled,
        None => scaled.abs(),
    };
    let rounded = (scaled / amount.step).round_dp_with_strategy(0, rust_decimal::RoundingStrategy::MidpointAwayFromZero) * amount.step;
    // One written digit says too little to be a rounding; it must be the number itself.
    let near = if amount.digits >= 2 { rounded } else { scaled };
    near == amount.value
}

/// The same number, said the same way in a passage.
fn same_statement(quoted: &Amount, amount: &Amount) -> bool {
    let currency = quoted.currency == amount.currency || quoted.currency.is_none() || amount.currency.is_none();
    quoted.value == amount.value && quoted.percent == amount.percent && currency
}

/// Whether a text holds a name whole: not as a part of a longer one.
fn contains_word(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| {
        let joined = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        !joined(text[..at].chars().next_back()) && !joined(text[at + name.len()..].chars().next())
    })
}

/// A list item's own number says nothing.
fn without_item_number(line: &str) -> &str {
    let trimmed = line.trim_start();
    let digits = trimmed.chars().take_while(char::is_ascii_digit).count();
    match trimmed.get(digits..) {
        Some(rest) if (1..=2).contains(&digits) && (rest.starts_with(". ") || rest.starts_with('、') || rest.starts_with(") ")) => rest,
        _ => line,
    }
}

fn date_text(year: Option<i16>, month: Option<i8>, day: Option<i8>) -> String {
    let part = |part: Option<i16>| part.map_or("?".to_owned(), |part| part.to_string());
    format!("{}-{}-{}", part(year), part(month.map(i16::from)), part(day.map(i16::from)))
}
