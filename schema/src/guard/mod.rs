//! The guard: text in, [`CheckedSql`] or reasons out.

mod batch;
mod call;
mod checker;
mod env;
mod expr;
mod from;
mod joins;
mod query;
mod reasons;
mod recursion;
mod scoping;
mod select;
mod shape;
#[cfg(test)]
mod soup;
#[cfg(test)]
mod tests;
mod text;
mod types;

pub use batch::{BatchCase, BatchVerdict, check_case};

use std::collections::BTreeSet;

use checker::Checker;
use domain::{Scope, Text};
use env::Ctes;
use reasons::Checked;
use serde::Serialize;
use sqlparser::{
    ast::Statement,
    parser::{Parser, ParserError},
    tokenizer::{Location, Span, TokenWithSpan},
};

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
    statement: Statement,
    text: String,
    shown: String,
    dialect: Dialect,
    tables: Vec<String>,
    rewrites: Vec<Reason>,
}

impl CheckedSql {
    /// The statement that runs.
    pub fn statement(&self) -> &Statement {
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
///
/// The text is cleaned and bounded, parsed, and every node of its tree is decided on; names are resolved and made canonical, wildcards expanded,
/// the rows limited, the asker's row scope put on every scan. What comes out is rendered and parsed once more, and must say the same.
pub fn check(sql: &str, dialect: Dialect, catalog: &Catalog, scope: &Scope) -> Result<CheckedSql, Rejection> {
    check_statement(sql, dialect, catalog, scope).map_err(|reason| Rejection { reasons: vec![*reason] })
}

fn check_statement(sql: &str, dialect: Dialect, catalog: &Catalog, scope: &Scope) -> Checked<CheckedSql> {
    let mut rewrites = Vec::new();
    let tokens = text::tokens(sql, dialect, &catalog.bounds, &mut rewrites)?;
    let mut statement = parse(tokens, dialect)?;
    let mut checker = Checker::new(catalog, scope, dialect, rewrites);
    let Statement::Query(query) = &mut statement else { return Err(reasons::not_a_query(Span::empty())) };
    checker.query(query, None, &Ctes::default())?;
    if checker.scans.is_empty() {
        let reason = Reason::new("no_table", "语句没有查询任何表", "the statement reads no table");
        return Err(reason.near(catalog.datasets().iter().take(3).map(|dataset| dataset.name.clone()).collect()));
    }
    checker.cap(query);
    let shown = statement.to_string();
    scoping::apply(&mut statement, &checker)?;
    let text = statement.to_string();
    let again = Parser::new(text::grammar(dialect)).try_with_sql(&text).and_then(|mut parser| parser.parse_statements());
    if again.is_ok_and(|again| again.as_slice() == std::slice::from_ref(&statement)) {
        let tables: BTreeSet<String> = checker.scans.iter().map(|scan| scan.dataset.name.clone()).collect();
        Ok(CheckedSql { statement, text, shown, dialect, tables: tables.into_iter().collect(), rewrites: checker.rewrites })
    } else {
        Err(scoping::internal("its rendering reads differently"))
    }
}

fn parse(tokens: Vec<TokenWithSpan>, dialect: Dialect) -> Checked<Statement> {
    let end = tokens.last().map_or(Location::empty(), |token| token.span.end);
    let mut parser = Parser::new(text::grammar(dialect)).with_tokens_with_locations(tokens);
    let mut statements = parser.parse_statements().map_err(|error| refused(&error, end))?;
    match (statements.pop(), statements.is_empty()) {
        (Some(statement), true) => Ok(statement),
        (_, _) => Err(Reason::new("multiple_statements", "一次只能执行一条语句", "only one statement can be run at a time")),
    }
}

fn refused(error: &ParserError, end: Location) -> Box<Reason> {
    let message = match error {
        ParserError::RecursionLimitExceeded => {
            return reasons::too_large("too_deep", "嵌套太深", "the statement is nested too deeply", "50");
        }
        ParserError::TokenizerError(message) | ParserError::ParserError(message) => message,
    };
    let place = message.rsplit_once(" at Line: ").and_then(|(_, place)| {
        let (line, column) = place.split_once(", Column: ")?;
        Some(Location { line: line.parse().ok()?, column: column.parse().ok()? })
    });
    let plain = text::plain(message);
    Reason::new("syntax_error", format!("SQL 语法有误:{plain}"), format!("not valid SQL: {plain}")).at_location(place.unwrap_or(end))
}
