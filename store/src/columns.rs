//! How values lie in columns: times as microseconds, JSON and closed sets of names as text.

use jiff::Timestamp;
use serde::{Serialize, de::DeserializeOwned};
use sqlx::{Decode, Row, Sqlite, Type, sqlite::SqliteRow};

use crate::StoreError;

/// A column of a row.
pub(crate) fn get<'r, T: Decode<'r, Sqlite> + Type<Sqlite>>(row: &'r SqliteRow, column: &'static str) -> Result<T, StoreError> {
    row.try_get(column).map_err(|source| corrupt(column, source))
}

/// A time of a row.
pub(crate) fn get_time(row: &SqliteRow, column: &'static str) -> Result<Timestamp, StoreError> {
    Timestamp::from_microsecond(get(row, column)?).map_err(|source| corrupt(column, source))
}

/// JSON of a row.
pub(crate) fn get_json<T: DeserializeOwned>(row: &SqliteRow, column: &'static str) -> Result<T, StoreError> {
    let text: &str = get(row, column)?;
    serde_json::from_str(text).map_err(|source| corrupt(column, source))
}

/// One of a closed set of names, written as its JSON string without the quotes.
pub(crate) fn get_name<T: DeserializeOwned>(row: &SqliteRow, column: &'static str) -> Result<T, StoreError> {
    let text: &str = get(row, column)?;
    serde_json::from_value(text.into()).map_err(|source| corrupt(column, source))
}

/// JSON as text.
pub(crate) fn json(column: &'static str, value: &(impl Serialize + ?Sized)) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|source| corrupt(column, source))
}

/// The name of one of a closed set.
pub(crate) fn name(value: impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => name,
        Ok(other) => other.to_string(),
        Err(_) => String::new(),
    }
}

/// Says which column does not hold what it should.
pub(crate) fn corrupt(column: &'static str, source: impl std::error::Error + Send + Sync + 'static) -> StoreError {
    StoreError::Corrupt { column, source: Box::new(source) }
}
