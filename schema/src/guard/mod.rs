//! The guard: text in, [`CheckedSql`] or reasons out.

mod batch;
mod reasons;

pub use batch::{BatchCase, BatchVerdict, check_case};

use domain::{Scope, Text};
use serde::Serialize;

use crate::Catalog;

/// A SQL dialect the guard reads and writes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Dialect {
    /// The embedded engine's.
    #[default]
    DataFusion,
    /// PostgreSQL's.
    Postgres,
    /// MySQL's and MariaDB's.
    MySql,
    /// SQLite's.
    Sqlite,
}

impl Dialect {
    /// The dialect of a database as people name it on the command line and in requests; none for one the guard does not speak there.
    ///
    /// SQLite can be checked through [`check`], but no warehouse runs it, so it has no name here.
    pub fn of_name(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "datafusion" => Some(Self::DataFusion),
            "postgres" | "postgresql" => Some(Self::Postgres),
            "mysql" | "mariadb" => Some(Self::MySql),
            _ => None,
        }
    }
}

/// What the guard decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Runs and means the same.
    Allow,
    /// Runs, and the text was changed; the reasons say how.
    Rewrite,
    /// Does not run.
    Reject,
}

/// A place in the statement, both from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "plain coordinates")]
pub struct Position {
    pub line: u64,
    pub column: u64,
}

/// Why a statement was refused or rewritten.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// Stable and machine-readable, snake case: `unknown_column`, `not_a_query`, `function_not_allowed` …
    pub code: &'static str,
    /// For a person.
    pub message: Text,
    /// Where.
    pub position: Option<Position>,
    /// Allowed names that are nearest to an unknown one.
    pub nearest: Vec<String>,
    /// What to do.
    pub hint: Option<Text>,
}

/// A refused statement.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{}", self.reasons.first().map_or("refused", |reason| reason.message.en.as_str()))]
pub struct Rejection {
    /// At least one.
    pub reasons: Vec<Reason>,
}

/// A statement that was checked and scoped. Only [`check`] makes one.
#[derive(Clone, Debug)]
pub struct CheckedSql {
    statement: sqlparser::ast::Statement,
    text: String,
    shown: String,
    dialect: Dialect,
    tables: Vec<String>,
    rewrites: Vec<Reason>,
}

impl CheckedSql {
    /// The statement that runs.
    pub fn statement(&self) -> &sqlparser::ast::Statement {
        &self.statement
    }

    /// The statement that runs, rendered from its AST.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The statement for a person to read: rendered from the checked AST before the row scope was put on every scan.
    pub fn shown(&self) -> &str {
        &self.shown
    }

    /// Its dialect.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// The tables it reads, sorted.
    pub fn tables(&self) -> &[String] {
        &self.tables
    }

    /// How the text was changed; empty when it was not.
    pub fn rewrites(&self) -> &[Reason] {
        &self.rewrites
    }

    /// Allow or rewrite.
    pub fn verdict(&self) -> Verdict {
        if self.rewrites.is_empty() { Verdict::Allow } else { Verdict::Rewrite }
    }
}

/// Checks a statement against the allow-list, for an asker.
pub fn check(_sql: &str, _dialect: Dialect, _catalog: &Catalog, _scope: &Scope) -> Result<CheckedSql, Rejection> {
    unimplemented!()
}
