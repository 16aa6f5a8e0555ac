//! The judge: whether an answer's table holds the gold, column by column and row by row.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use serde_json::Value;

use crate::{
    case::{Case, Expect, Role, WantedColumn},
    cell::{is_day, near, number, text, to_second, when},
};

/// What the judge says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Whether the answer is right.
    pub right: bool,
    /// Why not; empty when it is.
    pub why: String,
}

impl Verdict {
    fn right() -> Self {
        Self { right: true, why: String::new() }
    }

    fn wrong(why: impl Into<String>) -> Self {
        Self { right: false, why: why.into() }
    }
}

/// Judges an answer, `{status, table: {columns, rows}, …}`; none when there is no answer.
pub fn judge(case: &Case, answer: Option<&Value>) -> Verdict {
    let Some(answer) = answer else { return Verdict::wrong("no answer") };
    let status = answer["status"].as_str().unwrap_or("null");
    let wanted: &[&str] = match case.expect {
        Expect::Answer => &["answered"],
        Expect::Clarify => &["needs_clarification"],
        Expect::Decline | Expect::NoData => &["refused", "no_data"],
    };
    if !wanted.contains(&status) {
        return Verdict::wrong(format!("status {status}, {} expected", wanted.join(" or ")));
    }
    if case.expect == Expect::Answer { compare(case, &answer["table"]) } else { Verdict::right() }
}

/// A comparable cell.
#[derive(Clone, Debug, PartialEq)]
enum Key {
    Missing,
    Number(f64),
    Text(String),
}

impl Key {
    fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Number(one), Self::Number(other)) => near(*one, *other),
            _ => self == other,
        }
    }

    /// The exact part of a row's identity: all numbers are alike.
    fn exact(&self) -> String {
        match self {
            Self::Missing => "None".into(),
            Self::Number(_) => "#".into(),
            Self::Text(text) => text.clone(),
        }
    }
}

/// A way to read an answer's column as a gold column.
struct Candidate {
    gold_column: usize,
    answer_column: usize,
    gold: Vec<Key>,
    answer: Vec<Key>,
}

fn compare(case: &Case, table: &Value) -> Verdict {
    if table.as_object().is_none_or(serde_json::Map::is_empty) {
        return Verdict::wrong("no table");
    }
    let rows: Vec<&[Value]> =
        table["rows"].as_array().into_iter().flatten().map(|row| row.as_array().map_or(&[][..], Vec::as_slice)).collect();
    let gold = &case.gold;
    if rows.len() != gold.rows.len() {
        return Verdict::wrong(format!("{} rows, {} expected", rows.len(), gold.rows.len()));
    }
    let columns = table["columns"].as_array().map_or(0, Vec::len);
    let width = if columns > 0 { columns } else { rows.first().map_or(0, |row| row.len()) };
    if rows.iter().any(|row| row.len() != width) {
        return Verdict::wrong("ragged rows");
    }
    let zone = case.time_zone.as_deref().and_then(|name| TimeZone::get(name).ok()).unwrap_or(TimeZone::UTC);
    let order = if case.ordered { order_column(case, &zone) } else { None };
    let mut wanted = Vec::new();
    for column in &case.columns {
        let found = candidates(case, column, &rows, width, &zone);
        if found.is_empty() {
            return Verdict::wrong(format!("no column equals {}", column.name));
        }
        wanted.push(found);
    }
    wanted.sort_by_key(Vec::len);
    let mut search = Search { wanted: &wanted, order, why: "columns match one by one, rows do not" };
    if search.from(&mut Vec::new()) { Verdict::right() } else { Verdict::wrong(search.why) }
}

/// Every way in which a column of the answer equals a wanted one, taken by itself.
fn candidates(case: &Case, wanted: &WantedColumn, rows: &[&[Value]], width: usize, zone: &TimeZone) -> Vec<Candidate> {
    let mut found = Vec::new();
    for name in std::iter::once(&wanted.name).chain(&wanted.any_of) {
        let Some(gold_column) = case.gold.columns.iter().position(|column| column == name) else { continue };
        let gold: Vec<&Value> = case.gold.rows.iter().map(|row| row.get(gold_column).unwrap_or(&Value::Null)).collect();
        for answer_column in 0..width {
            let answer: Vec<&Value> = rows.iter().map(|row| &row[answer_column]).collect();
            for (gold, answer) in readings(&gold, &answer, wanted, zone) {
                if same_column(&gold, &answer, wanted.role) {
                    found.push(Candidate { gold_column, answer_column, gold, answer });
                }
            }
        }
    }
    found
}

/// The keys of a gold column and of an answer's, for each way to read the latter.
fn readings(gold: &[&Value], answer: &[&Value], wanted: &WantedColumn, zone: &TimeZone) -> Vec<(Vec<Key>, Vec<Key>)> {
    match wanted.role {
        Role::Value => numbers(gold, answer, wanted.unit.as_deref() == Some("ratio")),
        Role::Time => vec![times(gold, answer, zone)],
        Role::Label => vec![(labels(gold), labels(answer))],
    }
}

fn labels(cells: &[&Value]) -> Vec<Key> {
    cells.iter().map(|cell| Key::Text(text(cell))).collect()
}

/// A ratio's column may be in fractions or in per cent, the whole column alike.
fn numbers(gold: &[&Value], answer: &[&Value], ratio: bool) -> Vec<(Vec<Key>, Vec<Key>)> {
    let read: Vec<_> = answer.iter().map(|cell| number(cell)).collect();
    if read.iter().zip(answer).any(|(number, cell)| number.is_none() && !text(cell).is_empty()) {
        return Vec::new();
    }
    let keys = |scale: f64| {
        let key = |number: &Option<crate::cell::Number>| {
            number.map_or(Key::Missing, |number| {
                Key::Number(if number.percent && ratio { number.value / 100.0 } else { number.value } * scale)
            })
        };
        read.iter().map(key).collect::<Vec<_>>()
    };
    let gold: Vec<Key> = gold.iter().map(|cell| number(cell).map_or(Key::Missing, |number| Key::Number(number.value))).collect();
    let scales: &[f64] = if ratio { &[1.0, 0.01, 100.0] } else { &[1.0] };
    scales.iter().map(|scale| (gold.clone(), keys(*scale))).collect()
}

/// Times by day when the gold is in days, otherwise to the second; as text when the gold is not times at all.
fn times(gold: &[&Value], answer: &[&Value], zone: &TimeZone) -> (Vec<Key>, Vec<Key>) {
    if gold.iter().any(|cell| !cell.is_null() && when(cell, zone).is_none()) {
        return (labels(gold), labels(answer));
    }
    let by_day = gold.iter().filter(|cell| !cell.is_null()).all(|cell| is_day(cell));
    let key = |cell: &&Value| match when(cell, zone) {
        Some(time) if by_day => Key::Text(time.date().to_string()),
        Some(time) => Key::Text(to_second(time).to_string()),
        None => Key::Missing,
    };
    (gold.iter().map(key).collect(), answer.iter().map(key).collect())
}

fn same_column(gold: &[Key], answer: &[Key], role: Role) -> bool {
    if role != Role::Value {
        let sorted = |keys: &[Key]| {
            let mut keys: Vec<String> = keys.iter().map(Key::exact).collect();
            keys.sort();
            keys
        };
        return sorted(gold) == sorted(answer);
    }
    let sorted = |keys: &[Key]| {
        let mut numbers: Vec<Option<f64>> =
            keys.iter().map(|key| if let Key::Number(number) = key { Some(*number) } else { None }).collect();
        numbers.sort_by(|one, other| one.partial_cmp(other).unwrap_or(std::cmp::Ordering::Equal));
        numbers
    };
    let same = |(one, other): (Option<f64>, Option<f64>)| match (one, other) {
        (Some(one), Some(other)) => near(one, other),
        (one, other) => one == other,
    };
    sorted(gold).into_iter().zip(sorted(answer)).all(same)
}

/// Looks for one candidate for each wanted column, no column of the answer twice, under which rows (and order) agree.
struct Search<'a> {
    wanted: &'a [Vec<Candidate>],
    order: Option<usize>,
    why: &'static str,
}

impl<'a> Search<'a> {
    fn from(&mut self, chosen: &mut Vec<&'a Candidate>) -> bool {
        let Some(candidates) = self.wanted.get(chosen.len()) else { return self.agrees(chosen) };
        for candidate in candidates {
            if chosen.iter().any(|taken| taken.answer_column == candidate.answer_column) {
                continue;
            }
            chosen.push(candidate);
            if self.from(chosen) {
                return true;
            }
            chosen.pop();
        }
        false
    }

    fn agrees(&mut self, chosen: &[&Candidate]) -> bool {
        let rows = chosen.first().map_or(0, |candidate| candidate.gold.len());
        let gold = (0..rows).map(|row| chosen.iter().map(|candidate| &candidate.gold[row]).collect());
        let answer = (0..rows).map(|row| chosen.iter().map(|candidate| &candidate.answer[row]).collect());
        if !same_rows(gold, answer) {
            return false;
        }
        let ordering = chosen.iter().find(|candidate| Some(candidate.gold_column) == self.order);
        if ordering.is_some_and(|it| !it.gold.iter().zip(&it.answer).all(|(gold, answer)| gold.same(answer))) {
            self.why = "the order differs";
            return false;
        }
        true
    }
}

/// Whether rows are equal as multisets: exactly in everything but numbers, by a matching in those.
fn same_rows<'k>(gold: impl Iterator<Item = Vec<&'k Key>>, answer: impl Iterator<Item = Vec<&'k Key>>) -> bool {
    type Side = Vec<Vec<f64>>;
    let mut groups: BTreeMap<Vec<String>, (Side, Side)> = BTreeMap::new();
    let numbers = |row: &[&Key]| row.iter().filter_map(|key| if let Key::Number(number) = key { Some(*number) } else { None }).collect();
    for row in gold {
        groups.entry(row.iter().map(|key| key.exact()).collect()).or_default().0.push(numbers(&row));
    }
    for row in answer {
        groups.entry(row.iter().map(|key| key.exact()).collect()).or_default().1.push(numbers(&row));
    }
    groups.into_values().all(|(gold, answer)| gold.len() == answer.len() && matches(gold, answer))
}

fn matches(mut gold: Vec<Vec<f64>>, mut answer: Vec<Vec<f64>>) -> bool {
    let alike = |one: &[f64], other: &[f64]| one.iter().zip(other).all(|(one, other)| near(*one, *other));
    let sort = |rows: &mut Vec<Vec<f64>>| rows.sort_by(|one, other| one.partial_cmp(other).unwrap_or(std::cmp::Ordering::Equal));
    sort(&mut gold);
    sort(&mut answer);
    if gold.iter().zip(&answer).all(|(gold, answer)| alike(gold, answer)) {
        return true;
    }
    let mut taken_by: Vec<Option<usize>> = vec![None; answer.len()];
    (0..gold.len()).all(|row| assign(row, &gold, &answer, &alike, &mut vec![false; answer.len()], &mut taken_by))
}

/// Finds a partner for a gold row, moving those already matched where that helps.
fn assign(
    row: usize,
    gold: &[Vec<f64>],
    answer: &[Vec<f64>],
    alike: &impl Fn(&[f64], &[f64]) -> bool,
    seen: &mut Vec<bool>,
    taken_by: &mut Vec<Option<usize>>,
) -> bool {
    for partner in 0..answer.len() {
        if seen[partner] || !alike(&gold[row], &answer[partner]) {
            continue;
        }
        seen[partner] = true;
        let free = taken_by[partner].is_none_or(|other| assign(other, gold, answer, alike, seen, taken_by));
        if free {
            taken_by[partner] = Some(row);
            return true;
        }
    }
    false
}

/// The gold column that carries the order: the named one, or the first value (then time) column that is sorted.
fn order_column(case: &Case, zone: &TimeZone) -> Option<usize> {
    let position = |name: &str| case.gold.columns.iter().position(|column| column == name);
    if let Some(name) = &case.order_by {
        return position(name);
    }
    let sorted = |column: usize, role: Role| {
        let cells = || case.gold.rows.iter().map(|row| row.get(column).unwrap_or(&Value::Null));
        match role {
            Role::Value => is_monotonic(cells().map(|cell| number(cell).map(|number| number.value))),
            _ => is_monotonic(cells().map(|cell| when(cell, zone))),
        }
    };
    [Role::Value, Role::Time].into_iter().find_map(|role| {
        let of_role = case.columns.iter().filter(|column| column.role == role);
        of_role.filter_map(|column| position(&column.name)).find(|&column| sorted(column, role))
    })
}

/// Whether all are there and never fall, or never rise.
fn is_monotonic<T: PartialOrd>(values: impl Iterator<Item = Option<T>>) -> bool {
    let Some(values) = values.collect::<Option<Vec<T>>>() else { return false };
    values.windows(2).all(|pair| pair[0] <= pair[1]) || values.windows(2).all(|pair| pair[0] >= pair[1])
}
