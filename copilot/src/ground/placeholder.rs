//! Names of cells in double braces, and the few sums a model may ask our code for.

use domain::{Decimal, Language, Table};

use crate::compose::cells::{self, Unit};

/// A piece of prose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Segment {
    /// As the model wrote it.
    Literal(String),
    /// A placeholder and what stands in its place.
    Filled {
        /// What a reader sees.
        text: String,
        /// The tables it reads.
        tables: Vec<usize>,
        /// Whether it is a number, which no sign, digit or unit may touch.
        number: bool,
    },
    /// A placeholder that names nothing.
    Unknown(String),
}

impl Segment {
    pub(super) fn literal(&self) -> Option<&str> {
        match self {
            Self::Literal(text) => Some(text),
            Self::Filled { .. } | Self::Unknown(_) => None,
        }
    }

    pub(super) fn text(&self) -> &str {
        match self {
            Self::Literal(text) | Self::Filled { text, .. } | Self::Unknown(text) => text,
        }
    }

    pub(super) fn tables(&self) -> &[usize] {
        match self {
            Self::Filled { tables, .. } => tables,
            Self::Literal(_) | Self::Unknown(_) => &[],
        }
    }
}

/// Cuts prose at its placeholders and fills them.
pub(super) fn fill(prose: &str, tables: &[&Table], language: Language) -> Vec<Segment> {
    let mut segments = Vec::new();
    let mut rest = prose;
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((inside, behind)) = after.split_once("}}") else { break };
        segments.push(Segment::Literal(before.to_owned()));
        segments.push(match evaluate(inside.trim(), tables, language) {
            Some((text, tables, number)) => Segment::Filled { text, tables, number },
            None => Segment::Unknown(format!("{{{{{inside}}}}}")),
        });
        rest = behind;
    }
    segments.push(Segment::Literal(rest.to_owned()));
    segments
}

/// Placeholders that name nothing, and characters that would change a filled number by touching it.
pub(super) fn problems(segments: &[Segment]) -> Vec<String> {
    let mut problems = Vec::new();
    for (at, segment) in segments.iter().enumerate() {
        match segment {
            Segment::Unknown(text) => problems.push(text.clone()),
            Segment::Filled { text, number: true, .. } => {
                let before = at.checked_sub(1).and_then(|at| segments[at].literal()).unwrap_or_default();
                let after = segments.get(at + 1).and_then(Segment::literal).unwrap_or_default();
                let joined = before.is_empty() && at > 1 && matches!(segments[at - 2], Segment::Filled { number: true, .. });
                if joined || changes_before(before) || changes_after(after) {
                    problems.push(format!("{}{text}{}", tail(before), head(after)));
                }
            }
            Segment::Literal(text) if text.contains("{{") || text.contains("}}") => problems.push("{{".to_owned()),
            Segment::Literal(_) | Segment::Filled { .. } => {}
        }
    }
    problems
}

/// A digit, a sign or a currency before a number changes it; a dash that begins a list item does not.
fn changes_before(text: &str) -> bool {
    let touching = text.trim_end_matches(['*', '`']);
    let near = touching.trim_end();
    let item = text.ends_with(' ') && near.lines().last().is_some_and(|line| matches!(line.trim(), "-" | "+"));
    let digit = touching.ends_with(|c: char| c.is_numeric() || c == '.') || super::han::ends_with_numeral(touching);
    digit || !item && near.ends_with(['-', '+', '−', '–', '¥', '$', '€', '£'])
}

/// A digit, a per cent sign or a multiple behind a number changes it.
fn changes_after(text: &str) -> bool {
    let text = text.trim_start_matches(['*', '`', ' ']).to_lowercase();
    let mut characters = text.chars();
    let (first, second) = (characters.next().unwrap_or(' '), characters.next().unwrap_or(' '));
    let digit_follows = matches!(first, '.' | ',') && second.is_numeric();
    let word: String = text.chars().take_while(char::is_ascii_alphabetic).collect();
    let multiple = matches!(
        word.as_str(),
        "k" | "m" | "b" | "bn" | "mn" | "thousand" | "million" | "billion" | "trillion" | "dozen" | "percent" | "fold" | "times" | "x"
    ) || text.starts_with("per cent");
    let tenths = first == '成' && !matches!(second, '为' | '本' | '交' | '功' | '员');
    first.is_numeric() || digit_follows || multiple || tenths || matches!(first, '%' | '‰' | '万' | '亿' | '千' | '百' | '十' | '倍' | '折')
}

fn tail(text: &str) -> String {
    text.chars().rev().take(3).collect::<Vec<_>>().into_iter().rev().collect()
}

fn head(text: &str) -> String {
    text.chars().take(3).collect()
}

/// A number with what it counts.
struct Quantity {
    value: Decimal,
    unit: Unit,
    table: usize,
}

fn evaluate(expression: &str, tables: &[&Table], language: Language) -> Option<(String, Vec<usize>, bool)> {
    let Some((function, arguments)) = expression.strip_suffix(')').and_then(|call| call.split_once('(')) else {
        return show(expression, tables);
    };
    if function.trim() == "sum" {
        let sum = sum(arguments.trim(), tables)?;
        return Some((cells::number(sum.value, &sum.unit), vec![sum.table], true));
    }
    let (left, right) = arguments.split_once(',')?;
    let (left, right) = (quantity(left.trim(), tables)?, quantity(right.trim(), tables)?);
    if left.unit != right.unit {
        return None;
    }
    let text = match function.trim() {
        "diff" => cells::spoken((left.value - right.value).abs(), &left.unit, language),
        "change" if right.value > Decimal::ZERO => {
            cells::signed((left.value - right.value).checked_div(right.value)?, &Unit::Ratio, language)
        }
        "ratio" if !right.value.is_zero() => cells::number(left.value.checked_div(right.value)?, &Unit::Ratio),
        _ => return None,
    };
    Some((text, vec![left.table, right.table], true))
}

/// The cell of a name such as `t1.r0.BilledCost`.
fn show(name: &str, tables: &[&Table]) -> Option<(String, Vec<usize>, bool)> {
    let (table, row, column) = cell(name, tables)?;
    let value = &tables[table].rows[row][column];
    let text = cells::show(tables[table], row, column, None);
    if text.is_empty() {
        return None;
    }
    Some((text, vec![table], value.number().is_some()))
}

fn quantity(name: &str, tables: &[&Table]) -> Option<Quantity> {
    if let Some(column) = name.strip_prefix("sum(").and_then(|rest| rest.strip_suffix(')')) {
        return sum(column, tables);
    }
    let (table, row, column) = cell(name, tables)?;
    let value = tables[table].rows[row][column].number()?;
    Some(Quantity { value, unit: cells::unit(tables[table], row, column, None), table })
}

/// A column's sum: of amounts in one currency or of counts, and only when no row was cut off.
fn sum(name: &str, tables: &[&Table]) -> Option<Quantity> {
    let (table, name) = table_of(name, tables)?;
    let column = tables[table].position(name)?;
    total(tables[table], column).map(|(value, unit)| Quantity { value, unit, table })
}

/// See [`sum`]; proportions have no sum.
pub(super) fn total(table: &Table, column: usize) -> Option<(Decimal, Unit)> {
    if table.truncated || table.rows.is_empty() {
        return None;
    }
    let unit = cells::unit(table, 0, column, None);
    let same = (0..table.rows.len()).all(|row| cells::unit(table, row, column, None) == unit);
    if !same || matches!(unit, Unit::Ratio | Unit::Percent) {
        return None;
    }
    let mut value = Decimal::ZERO;
    for cell in table.rows.iter().filter_map(|row| row.get(column)) {
        value = match cell {
            domain::Value::Null => value,
            cell => value.checked_add(cell.number()?)?,
        };
    }
    Some((value, unit))
}

fn cell(name: &str, tables: &[&Table]) -> Option<(usize, usize, usize)> {
    let (table, rest) = table_of(name, tables)?;
    let (row, column) = rest.split_once('.')?;
    let row: usize = row.strip_prefix('r')?.parse().ok()?;
    let column = tables[table].position(column.trim())?;
    tables[table].rows.get(row)?.get(column)?;
    Some((table, row, column))
}

/// The table of a name and the rest of it; a name without a table means the only one.
fn table_of<'a>(name: &'a str, tables: &[&Table]) -> Option<(usize, &'a str)> {
    let named = name.split_once('.').and_then(|(first, rest)| Some((first.strip_prefix('t')?.parse::<usize>().ok()?, rest)));
    match named {
        Some((number, rest)) => (1..=tables.len()).contains(&number).then(|| (number - 1, rest)),
        None => (tables.len() == 1).then_some((0, name)),
    }
}
