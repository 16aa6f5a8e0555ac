//! The typed context of every task; a field a template names and a context lacks is an error, not a blank.

use domain::{Table, Value};
use serde::Serialize;

use crate::Budget;

/// A context that fits a template.
pub trait Task: Serialize {
    /// The folder and the name of the template, without language and ending.
    const TEMPLATE: &'static str;
}

/// The instructions of the multi-step tool loop.
#[derive(Clone, Debug, Serialize)]
pub struct AnswerWithTools {
    /// Today on the asker's clock, with the weekday.
    pub today: String,
    /// The asker's time zone.
    pub time_zone: String,
    /// The last day the data are complete for; empty when there are none.
    pub data_complete_to: String,
    /// The currencies of the bills.
    pub currencies: Vec<String>,
    /// The tables and columns the asker may read.
    pub schema: String,
    /// Lines of the schema that did not fit.
    pub schema_lines_left_out: usize,
    /// Questions these data answer.
    pub examples: Vec<String>,
    /// The most tool calls one answer may use.
    pub max_calls: usize,
}

impl Task for AnswerWithTools {
    const TEMPLATE: &'static str = "answer_with_tools/system";
}

impl AnswerWithTools {
    /// Cuts the schema and then the examples to what fits. The schema goes first: without columns no statement can be right.
    pub fn fit(mut self, mut budget: Budget) -> Self {
        let (schema, left_out) = budget.take_lines(&self.schema);
        self.schema = schema;
        self.schema_lines_left_out += left_out;
        self.examples = budget.take_items(std::mem::take(&mut self.examples));
        self
    }
}

/// The person's question with the questions before it.
#[derive(Clone, Debug, Serialize)]
pub struct Ask {
    /// What is asked.
    pub question: String,
    /// Earlier questions, oldest first.
    pub history: Vec<String>,
}

impl Task for Ask {
    const TEMPLATE: &'static str = "answer_with_tools/ask";
}

/// What a tool found out, as a model sees it.
#[derive(Clone, Debug, Serialize)]
pub struct ToolResult {
    /// What the tool says in words; empty where it says nothing.
    pub text: String,
    /// The result.
    pub table: Option<TableView>,
    /// Passages found.
    pub passages: Vec<Passage>,
}

impl Task for ToolResult {
    const TEMPLATE: &'static str = "answer_with_tools/tool_result";
}

/// A passage of a document.
#[derive(Clone, Debug, Serialize)]
pub struct Passage {
    /// The document's title.
    pub title: String,
    /// The heading it stands under.
    pub heading: String,
    /// The passage.
    pub text: String,
}

/// A tool that did not work, as a model sees it.
#[derive(Clone, Debug, Serialize)]
pub struct ToolFailure {
    /// A stable code.
    pub code: String,
    /// What is safe to say.
    pub message: String,
}

impl Task for ToolFailure {
    const TEMPLATE: &'static str = "answer_with_tools/tool_failure";
}

/// A refused statement and why, for one more try.
#[derive(Clone, Debug, Serialize)]
pub struct RepairSql {
    /// The statement as the model wrote it.
    pub sql: String,
    /// Why it was refused, one line a reason.
    pub reasons: Vec<String>,
}

impl Task for RepairSql {
    const TEMPLATE: &'static str = "repair_sql/user";
}

/// Prose to write again so that every number in it is the name of a cell.
#[derive(Clone, Debug, Serialize)]
pub struct Compose {
    /// What was asked.
    pub question: String,
    /// The results at hand.
    pub tables: Vec<TableView>,
    /// What stood in the last prose and is no cell.
    pub unbacked: Vec<String>,
}

impl Task for Compose {
    const TEMPLATE: &'static str = "compose/user";
}

/// A table as a prompt shows it: named, its rows numbered, long ones cut.
#[derive(Clone, Debug, Serialize)]
pub struct TableView {
    /// `t1`, `t2` …: the first part of a cell's name.
    pub name: String,
    /// In the order of the cells.
    pub columns: Vec<CellColumn>,
    /// The first rows.
    pub rows: Vec<Vec<String>>,
    /// Rows not shown.
    pub more: usize,
}

/// A column as a prompt shows it.
#[derive(Clone, Debug, Serialize)]
pub struct CellColumn {
    /// Its name: the last part of a cell's name.
    pub name: String,
    /// What a person calls it.
    pub label: String,
    /// What its numbers count; empty where nothing is said.
    pub unit: String,
}

impl TableView {
    /// The first `rows` rows of a table, long cells cut.
    pub fn of(name: &str, table: &Table, rows: usize) -> Self {
        let columns = table.columns.iter().map(|column| CellColumn {
            name: column.name.clone(),
            label: column.label.clone(),
            unit: column.unit.clone().unwrap_or_default(),
        });
        Self {
            name: name.to_owned(),
            columns: columns.collect(),
            rows: table.rows.iter().take(rows).map(|row| row.iter().map(cell).collect()).collect(),
            more: table.rows.len().saturating_sub(rows),
        }
    }
}

/// A cell on one line, at most 200 characters.
fn cell(value: &Value) -> String {
    let text = if *value == Value::Null { "NULL".to_owned() } else { value.label() };
    let line: String = text.chars().take(200).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(200).is_some() { format!("{line}…") } else { line }
}
