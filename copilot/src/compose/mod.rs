//! A result in words: one or two sentences a colleague would write, a chart that fits, questions that make sense next.
//!
//! Every number in a sentence is a cell of the table or computed here from its cells.

pub(crate) mod cells;
mod chart;
pub(crate) mod follow_ups;
pub(crate) mod knowledge;
pub(crate) mod markdown;
mod ranking;
mod single;
#[cfg(test)]
mod tests;
pub(crate) mod time;
mod trend;

use domain::{Language, Period, Table, Value};
use jiff::civil::Date;
use nl2sql::{PlanColumn, Role};

pub(crate) use chart::chart;

/// More label columns than this are properties of the first one.
const MOST_DIMENSIONS: usize = 3;

/// A result with what its sentences need to know about it.
#[derive(Clone, Debug)]
pub(crate) struct Subject<'a> {
    pub(crate) table: &'a Table,
    /// One a column.
    pub(crate) roles: Vec<Role>,
    pub(crate) period: Option<&'a Period>,
    pub(crate) filters: &'a [String],
    /// The last day the data are complete for.
    pub(crate) complete_to: Option<Date>,
    /// The currency of all rows, where the table has no column that says so.
    pub(crate) currency: Option<String>,
    /// What a value is compared with.
    pub(crate) against: Against,
    pub(crate) language: Language,
}

/// What a value is compared with, where the result says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Against {
    /// Another period.
    #[default]
    Period,
    /// A budget.
    Budget,
}

impl Subject<'_> {
    fn positions(&self, role: Role) -> impl Iterator<Item = usize> + '_ {
        self.roles.iter().enumerate().filter(move |(_, own)| **own == role).map(|(at, _)| at)
    }

    fn position(&self, role: Role) -> Option<usize> {
        self.positions(role).next()
    }

    fn number(&self, row: usize, column: usize) -> Option<domain::Decimal> {
        self.table.rows.get(row)?.get(column)?.number()
    }

    fn unit(&self, row: usize, column: usize) -> cells::Unit {
        cells::unit(self.table, row, column, self.currency.as_deref())
    }

    /// A cell in full.
    fn full(&self, row: usize, column: usize) -> String {
        cells::show(self.table, row, column, self.currency.as_deref())
    }

    /// A cell as it is spoken.
    fn spoken(&self, row: usize, column: usize) -> String {
        match self.number(row, column) {
            Some(value) => cells::spoken(value, &self.unit(row, column), self.language),
            None => self.full(row, column),
        }
    }

    /// The dimensions the rows are grouped by: one column each, or an id with the name beside it.
    fn dimensions(&self) -> Vec<Dimension> {
        let mut dimensions: Vec<Dimension> = Vec::new();
        for column in self.positions(Role::Label) {
            let stem = |at: usize, ending: &str| self.table.columns.get(at).and_then(|column| column.name.strip_suffix(ending));
            match dimensions.last_mut() {
                Some(last) if last.name.is_none() && stem(last.id, "Id").is_some() && stem(last.id, "Id") == stem(column, "Name") => {
                    last.name = Some(column);
                }
                _ => dimensions.push(Dimension { id: column, name: None }),
            }
        }
        dimensions
    }

    /// What a row is called in one dimension: its name where it has one, with the id where names of things may repeat.
    fn called(&self, row: usize, dimension: &Dimension) -> String {
        let label = |column: usize| self.table.rows.get(row).and_then(|cells| cells.get(column)).map(Value::label).unwrap_or_default();
        let (id, name) = (label(dimension.id), dimension.name.map(label).unwrap_or_default());
        let resource = self.table.columns.get(dimension.id).is_some_and(|column| column.name.eq_ignore_ascii_case("ResourceId"));
        match (id.trim().is_empty(), name.trim().is_empty()) {
            (true, true) => self.language.pick("(空)", "(none)").to_owned(),
            (false, true) => markdown::escape(&id),
            (false, false) if resource && id != name => format!("{} `{}`", markdown::escape(&name), id.replace('`', "'")),
            (_, false) => markdown::escape(&name),
        }
    }

    /// The names of a row's groups, together; of a list of things with their properties the thing's alone.
    fn name(&self, row: usize) -> String {
        let dimensions = self.dimensions();
        let told = if dimensions.len() > MOST_DIMENSIONS { 1 } else { dimensions.len() };
        let names: Vec<_> = dimensions[..told].iter().map(|dimension| self.called(row, dimension)).collect();
        names.join(" / ")
    }

    /// The rows of each currency apart, in the order they come; one group where no column says.
    fn currencies(&self) -> Vec<(String, Vec<usize>)> {
        let mut groups: Vec<(String, Vec<usize>)> = Vec::new();
        for (row, cells) in self.table.rows.iter().enumerate() {
            let code = self.position(Role::Currency).and_then(|column| cells.get(column)).map(Value::label).unwrap_or_default();
            match groups.iter_mut().find(|(own, _)| *own == code) {
                Some((_, rows)) => rows.push(row),
                None => groups.push((code, vec![row])),
            }
        }
        groups
    }

    /// What is measured, when and of what: `2026年10月 ECS 账单金额(没打 team 标签)`.
    fn heading(&self, value: usize) -> String {
        let label = self.table.columns.get(value).map(|column| markdown::escape(&column.label)).unwrap_or_default();
        // Beside an earlier value a label says that it is the current one; the period says so already.
        let current = ["本期", "current "].into_iter().find_map(|prefix| label.strip_prefix(prefix));
        let label = current.map(str::to_owned).unwrap_or(label);
        let period = self.period.map(|period| time::period_words(period, self.language));
        let (named, others): (Vec<_>, Vec<_>) = self.filters.iter().partition(|filter| filter.contains(" = "));
        let names: Vec<_> = named.iter().filter_map(|filter| filter.split_once(" = ")).map(|(_, name)| markdown::escape(name)).collect();
        let others: Vec<_> = others.iter().map(|filter| markdown::escape(filter)).collect();
        match self.language {
            Language::Zh => {
                let others = if others.is_empty() { String::new() } else { format!("({})", others.join(",")) };
                let period = period.unwrap_or_default();
                let subject = if names.is_empty() { String::new() } else { format!(" {} ", names.join(" ")) };
                let joint = if names.is_empty() && period.ends_with(|c: char| c.is_ascii_digit()) { "的" } else { "" };
                format!("{period}{joint}{subject}{label}{others}").trim_start().to_owned()
            }
            Language::En => {
                let others = if others.is_empty() { String::new() } else { format!(" ({})", others.join(", ")) };
                let period = period.map_or(String::new(), |period| format!(" for {period}"));
                let subject = if names.is_empty() { capitalised(&label) } else { format!("{} {label}", names.join(", ")) };
                format!("{subject}{period}{others}")
            }
        }
    }
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    first + letters.as_str()
}

/// A dimension's columns in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Dimension {
    /// The column that tells groups apart.
    id: usize,
    /// The column with the name of the same thing.
    name: Option<usize>,
}

/// The answer's sentences.
pub(crate) fn text(subject: &Subject<'_>) -> String {
    let Some(value) = subject.position(Role::Value) else { return rows(subject) };
    let labels = subject.dimensions().len();
    let sentences = match (subject.position(Role::Time), labels) {
        (None, 0) => single::sentences(subject, value),
        (None, _) => ranking::sentences(subject, value),
        (Some(time), _) => trend::sentences(subject, value, time),
    };
    let notes = notes(subject);
    match subject.language {
        Language::Zh => sentences.into_iter().chain(notes).collect(),
        Language::En => sentences.into_iter().chain(notes).collect::<Vec<_>>().join(" "),
    }
}

/// A list without a measure.
fn rows(subject: &Subject<'_>) -> String {
    let count = subject.table.rows.len();
    match subject.language {
        Language::Zh => format!("查到 {count} 行,见下表。"),
        Language::En if count == 1 => "One row was found; the table shows it.".to_owned(),
        Language::En => format!("{count} rows were found; the table shows them."),
    }
}

/// What a reader must know to read the numbers right.
fn notes(subject: &Subject<'_>) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(period) = subject.period.filter(|period| period.partial) {
        let end = period.end.yesterday().unwrap_or(period.end);
        let last = subject.complete_to.map_or(end, |day| day.min(end));
        notes.push(match subject.language {
            Language::Zh => format!("数据截至 {last},该周期还不完整。"),
            Language::En => format!("The data go to {last}, so the period is not complete."),
        });
    }
    if subject.table.truncated {
        let count = subject.table.rows.len();
        notes.push(match subject.language {
            Language::Zh => format!("结果较长,只列出前 {count} 行。"),
            Language::En => format!("The result is long; only the first {count} rows are listed."),
        });
    }
    notes
}

/// The roles of a plan's columns, for the columns the engine really gave.
pub(crate) fn planned_roles(table: &Table, columns: &[PlanColumn]) -> Vec<Role> {
    let planned = |name: &str| columns.iter().find(|column| column.name.eq_ignore_ascii_case(name)).map(|column| column.role);
    let guessed = guessed_roles(table);
    table.columns.iter().zip(guessed).map(|(column, guess)| planned(&column.name).unwrap_or(guess)).collect()
}

/// The roles of a table nobody planned, from its columns' types, units and names.
pub(crate) fn guessed_roles(table: &Table) -> Vec<Role> {
    use domain::ColumnType::{Boolean, Date, Decimal, Float, Integer, String, Timestamp};
    let role = |column: &domain::Column| {
        let name = column.name.to_ascii_lowercase();
        match column.column_type {
            Date | Timestamp => Role::Time,
            _ if name == "billingcurrency" || name == "currency" => Role::Currency,
            String if matches!(name.as_str(), "billing_cycle" | "month" | "day" | "date" | "week" | "quarter" | "year") => Role::Time,
            String | Boolean => Role::Label,
            Integer | Decimal | Float => match name.as_str() {
                "year" | "month" | "quarter" | "week" => Role::Time,
                _ if name.contains("share") || name.contains("proportion") => Role::Share,
                _ => Role::Value,
            },
        }
    };
    table.columns.iter().map(role).collect()
}
