//! Results as rows and columns, exact and independent of any engine.

use jiff::{Timestamp, civil::Date};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One cell.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(untagged)]
pub enum Value {
    /// No value.
    Null,
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A binary floating point number: ratios and measurements, never money.
    Float(f64),
    /// An exact number, written as text without trailing zeros.
    #[serde(serialize_with = "exact")]
    #[schema(value_type = String)]
    Decimal(Decimal),
    /// A day, written `2026-05-01`.
    #[schema(value_type = String, format = Date)]
    Date(Date),
    /// An instant, written in UTC with a `Z`.
    #[schema(value_type = String, format = DateTime)]
    Timestamp(Timestamp),
    /// Text.
    Text(String),
}

impl Value {
    /// The number in a numeric cell, exact where the cell is.
    pub fn number(&self) -> Option<Decimal> {
        match self {
            Self::Decimal(number) => Some(*number),
            Self::Int(number) => Some(Decimal::from(*number)),
            Self::Float(number) => Decimal::from_f64_retain(*number),
            Self::Null | Self::Bool(_) | Self::Date(_) | Self::Timestamp(_) | Self::Text(_) => None,
        }
    }

    /// The text of a label cell; empty for null.
    pub fn label(&self) -> String {
        match self {
            Self::Null => String::new(),
            Self::Bool(value) => value.to_string(),
            Self::Int(number) => number.to_string(),
            Self::Float(number) => number.to_string(),
            Self::Decimal(number) => number.normalize().to_string(),
            Self::Date(date) => date.to_string(),
            Self::Timestamp(instant) => instant.to_string(),
            Self::Text(text) => text.clone(),
        }
    }
}

fn exact<S: serde::Serializer>(number: &Decimal, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&number.normalize())
}

/// What the cells of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ColumnType {
    /// Text.
    String,
    /// Whole numbers.
    Integer,
    /// Exact numbers.
    Decimal,
    /// Floating point numbers.
    Float,
    /// Truth values.
    Boolean,
    /// Days.
    Date,
    /// Instants.
    Timestamp,
}

impl ColumnType {
    /// Whether cells are numbers.
    pub fn is_numeric(self) -> bool {
        matches!(self, Self::Integer | Self::Decimal | Self::Float)
    }
}

/// A column: its name in the query, its label for a person, and what its numbers count.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Column {
    /// The name in the SQL.
    pub name: String,
    /// The name in the asker's language.
    pub label: String,
    /// What the cells are.
    #[serde(rename = "type")]
    pub column_type: ColumnType,
    /// A currency code, `BillingCurrency` or `Currency` (as that column of the row says), `ratio`, `count`; none where there is none.
    pub unit: Option<String>,
}

/// Rows and columns.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ToSchema)]
pub struct Table {
    /// In the order of the cells.
    pub columns: Vec<Column>,
    /// Each as long as `columns`.
    #[schema(value_type = Vec<Vec<Object>>)]
    pub rows: Vec<Vec<Value>>,
    /// The number of `rows`.
    pub row_count: usize,
    /// Whether a limit cut rows off.
    pub truncated: bool,
}

impl Table {
    /// A whole table.
    pub fn new(columns: Vec<Column>, rows: Vec<Vec<Value>>) -> Self {
        Self { columns, row_count: rows.len(), rows, truncated: false }
    }

    /// The position of a column, without regard to case.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name.eq_ignore_ascii_case(name))
    }

    /// The cell of a row under a named column.
    pub fn cell(&self, row: usize, name: &str) -> Option<&Value> {
        self.rows.get(row)?.get(self.position(name)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_travel_as_exact_text() {
        let cell = Value::Decimal("832649.8242530000".parse().expect("a decimal"));
        assert_eq!(serde_json::to_string(&cell).expect("json"), "\"832649.824253\"");
    }
}
