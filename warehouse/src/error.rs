//! Why the warehouse could not do something, and what to do about it.

use std::{path::PathBuf, time::Duration};

/// Why the warehouse could not do it. Where a person can mend it, the text ends in a `hint:` line.
#[derive(Debug, thiserror::Error)]
pub enum WarehouseError {
    /// The asker stopped the query.
    #[error("the query was cancelled")]
    Cancelled,
    /// The time limit was reached.
    #[error("the query took longer than {} s\nhint: ask for a shorter period or fewer groups", .limit.as_secs_f64())]
    Timeout {
        /// The limit.
        limit: Duration,
    },
    /// The memory limit was reached.
    #[error("the query needs more than {} MiB of memory\nhint: ask for a shorter period or fewer groups", .limit >> 20)]
    Memory {
        /// The limit in bytes.
        limit: usize,
    },
    /// A checked statement that is not a query. The guard lets none through; this is the second wall.
    #[error("only queries run here")]
    NotAQuery {
        /// What the engine said.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The engine could not plan or run a statement.
    #[error("the query could not be {stage}: {message}")]
    Query {
        /// `planned` or `run`.
        stage: &'static str,
        /// The engine's message, one line.
        message: String,
        /// The engine's error.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A folder of the warehouse cannot be made, read or written.
    #[error("cannot use the folder `{}`\nhint: check that it exists, that you may read and write it, and that the disk is not full", .folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// A table's files or log cannot be used.
    #[error("cannot {action} the table `{table}`: {source}")]
    Store {
        /// `open`, `read`, `write`, `commit` …
        action: &'static str,
        /// The table.
        table: String,
        /// What the store said.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Another import is at work on the same data folder.
    #[error("another import is running on `{}`\nhint: wait for it to end, then try again", .folder.display())]
    Busy {
        /// The data folder.
        folder: PathBuf,
    },
    /// A file cannot be read at all.
    #[error("cannot read `{}`: {reason}\nhint: {hint}", .file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// What is wrong.
        reason: String,
        /// What to do.
        hint: String,
    },
    /// A row breaks a rule.
    #[error("{0}\nhint: correct the file, or set bad rows aside with a rejects file")]
    Row(Box<BadRow>),
    /// More rows break rules than may be set aside.
    #[error("more than {limit} rows break rules; the first: {first}\nhint: correct the file, or allow more rejected rows")]
    TooManyRejects {
        /// How many were allowed.
        limit: u64,
        /// The first of them.
        first: Box<BadRow>,
    },
    /// A background task ended without a result.
    #[error("a background task of the warehouse stopped: {reason}")]
    Task {
        /// Why.
        reason: String,
    },
}

/// A row that breaks a rule: where, what and which rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{}` line {line}, column `{column}`: `{value}` {rule}", .file.display())]
pub struct BadRow {
    /// The file.
    pub file: PathBuf,
    /// The physical line of a CSV file, the row of a Parquet file; both from 1.
    pub line: u64,
    /// The column, in its canonical spelling.
    pub column: String,
    /// The value, cut when it is long.
    pub value: String,
    /// What the value breaks: "is not a number …".
    pub rule: String,
}

impl WarehouseError {
    pub(crate) fn store(action: &'static str, table: &str, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Store { action, table: table.to_owned(), source: source.into() }
    }

    pub(crate) fn file(file: &std::path::Path, reason: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::File { file: file.to_owned(), reason: reason.into(), hint: hint.into() }
    }
}
