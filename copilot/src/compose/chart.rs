//! The drawing that fits a result: a line for time, bars for a ranking, stacked bars for two dimensions, none for one number.

use std::collections::BTreeSet;

use domain::{Chart, ChartKind, Series, Value};
use nl2sql::Role;

use super::{Dimension, Subject};

/// More bars than this are a table, not a picture.
const MOST_BARS: usize = 60;
/// More series than this cannot be told apart.
const MOST_SERIES: usize = 12;

/// The chart, when one helps.
pub(crate) fn chart(subject: &Subject<'_>) -> Option<Chart> {
    let value = subject.position(Role::Value)?;
    let rows = subject.table.rows.len();
    if rows < 2 {
        return None;
    }
    let mut labels: Vec<usize> = subject.dimensions().iter().map(|dimension| axis(subject, dimension)).collect();
    if labels.len() > super::MOST_DIMENSIONS {
        labels.truncate(1);
    }
    if subject.position(Role::Time).is_some() {
        labels.retain(|label| distinct(subject, *label) > 1);
    }
    let currency = subject.position(Role::Currency).filter(|column| distinct(subject, *column) > 1);
    let (kind, x, split) = match (subject.position(Role::Time), labels.as_slice()) {
        (Some(time), []) => (ChartKind::Line, time, currency),
        // Amounts in different currencies cannot be stacked on each other.
        (Some(time), [label, ..]) => {
            let stackable = currency.is_none() && all_positive(subject, value);
            (if stackable { ChartKind::StackedBar } else { ChartKind::Line }, time, Some(*label))
        }
        (None, []) => return None,
        (None, [label]) => (ChartKind::Bar, *label, currency),
        (None, [first, second, ..]) => {
            let stackable = currency.is_none() && all_positive(subject, value);
            (if stackable { ChartKind::StackedBar } else { ChartKind::Bar }, *first, Some(*second))
        }
    };
    let too_many = split.is_some_and(|column| distinct(subject, column) > MOST_SERIES)
        || (kind != ChartKind::Line && distinct(subject, x) > MOST_BARS);
    if too_many || distinct(subject, x) < 2 && split.is_none() {
        return None;
    }
    let columns = &subject.table.columns;
    let mut drawn = vec![value];
    if split.is_none() {
        let unit = &columns[value].unit;
        drawn.extend(subject.positions(Role::Previous).filter(|column| columns[*column].unit == *unit));
    }
    let series = drawn.into_iter().map(|column| Series { column: columns[column].name.clone(), label: columns[column].label.clone() });
    Some(Chart {
        kind,
        title: title(subject, value),
        x: columns[x].name.clone(),
        series: series.collect(),
        split: split.map(|column| columns[column].name.clone()),
        unit: if currency.is_some() { None } else { columns[value].unit.clone() },
    })
}

/// The column of a dimension that is drawn: the names where they tell the groups apart as well as the ids do.
fn axis(subject: &Subject<'_>, dimension: &Dimension) -> usize {
    match dimension.name {
        Some(name) if distinct(subject, name) >= distinct(subject, dimension.id) => name,
        _ => dimension.id,
    }
}

fn title(subject: &Subject<'_>, value: usize) -> String {
    let label = &subject.table.columns[value].label;
    match subject.period {
        Some(period) => format!("{label} · {}", super::time::period_words(period, subject.language)),
        None => label.clone(),
    }
}

fn distinct(subject: &Subject<'_>, column: usize) -> usize {
    subject.table.rows.iter().filter_map(|row| row.get(column)).map(Value::label).collect::<BTreeSet<_>>().len()
}

fn all_positive(subject: &Subject<'_>, column: usize) -> bool {
    (0..subject.table.rows.len()).filter_map(|row| subject.number(row, column)).all(|value| !value.is_sign_negative())
}
