//! A question with its gold result, one JSON object a line.

use std::path::Path;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::EvalError;

/// What should come of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expect {
    /// The gold table.
    Answer,
    /// A question back.
    Clarify,
    /// A refusal.
    Decline,
    /// Nothing in the data.
    NoData,
}

impl Expect {
    /// The name used in files and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Clarify => "clarify",
            Self::Decline => "decline",
            Self::NoData => "no_data",
        }
    }
}

/// What the cells of a wanted column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Names.
    Label,
    /// Days and instants.
    Time,
    /// Numbers.
    Value,
}

/// A column that the answer's table must hold.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct WantedColumn {
    /// Its name in the gold table.
    pub name: String,
    /// Gold columns that serve as well.
    #[serde(default, deserialize_with = "or_default")]
    pub any_of: Vec<String>,
    /// What its cells are.
    pub role: Role,
    /// A currency, `ratio`, `count` …
    #[serde(default)]
    pub unit: Option<String>,
}

/// The right table; amounts are text, exact.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Gold {
    /// Names of the columns.
    pub columns: Vec<String>,
    /// Each as long as `columns`.
    pub rows: Vec<Vec<Value>>,
}

/// A question with what is right.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Case {
    /// Unique in its file.
    pub id: String,
    /// `zh` or `en`.
    pub lang: String,
    /// The kind of question: `total`, `top_n`, `multi_turn` …
    pub kind: String,
    /// `easy`, `medium`, `hard`.
    #[serde(default)]
    pub level: Option<String>,
    /// What was typed.
    pub question: String,
    /// Earlier questions of the same conversation, oldest first.
    #[serde(default, deserialize_with = "or_default")]
    pub history: Vec<String>,
    /// When it was asked, RFC 3339.
    #[serde(default)]
    pub now: Option<String>,
    /// Where it was asked, an IANA name.
    #[serde(default)]
    pub time_zone: Option<String>,
    /// What should come of it.
    pub expect: Expect,
    /// What the answer's table must hold.
    #[serde(default, deserialize_with = "or_default")]
    pub columns: Vec<WantedColumn>,
    /// Whether the order of the rows counts.
    #[serde(default, deserialize_with = "or_default")]
    pub ordered: bool,
    /// The gold column that carries the order; otherwise the first value (then time) column that is sorted.
    #[serde(default)]
    pub order_by: Option<String>,
    /// The query that computes the gold.
    #[serde(default)]
    pub gold_sql: Option<String>,
    /// The gold.
    #[serde(default, deserialize_with = "or_default")]
    pub gold: Gold,
}

/// A field that may be `null`, which is as if it were not there.
fn or_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(deserializer: D) -> Result<T, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// Reads the cases of a file, one JSON object a line; empty lines are skipped.
///
/// # Errors
/// `Read` when the file cannot be read, `Parse` with the line that is not a case.
pub fn load(path: &Path) -> Result<Vec<Case>, EvalError> {
    let file = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|source| EvalError::Read { file: file.clone(), source })?;
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let parse =
        |(number, line)| serde_json::from_str(line).map_err(|source| EvalError::Parse { file: file.clone(), line: number + 1, source });
    lines.map(parse).collect()
}
