//! `cloudlens check-sql`: the guard as a tool of its own.

use std::{io::Write, process::ExitCode};

use anyhow::Result;
use domain::Scope;
use schema::{BatchCase, BatchVerdict, Catalog, Verdict, check_case, load_scope};
use serde::Deserialize;

use crate::{args, input};

/// Checks one statement, or every line of a file. One statement that is refused ends with code 1.
pub fn run(check: &args::CheckSql) -> Result<ExitCode> {
    let (catalog, scope) = match (&check.schema, &check.scope) {
        (Some(schema), Some(scope)) => load_scope(schema, scope)?,
        _ => (Catalog::builtin(), Scope::owner("local")),
    };
    let Some(file) = &check.jsonl else {
        let case = BatchCase { id: serde_json::Value::Null, dialect: None, sql: check.sql.clone().unwrap_or_default() };
        let verdict = check_case(&case, &check.dialect, &catalog, &scope);
        println!("{}", serde_json::to_string_pretty(&verdict)?);
        return Ok(if verdict.verdict == Verdict::Reject { ExitCode::FAILURE } else { ExitCode::SUCCESS });
    };
    for case in input::read_jsonl::<BatchCase>(file)? {
        input::write_line(&check_case(&case, &check.dialect, &catalog, &scope))?;
    }
    Ok(ExitCode::SUCCESS)
}
