//! `cloudlens check-sql`: the guard as a tool of its own.

use std::process::ExitCode;

use anyhow::{Context, Result};
use domain::Scope;
use schema::{BatchCase, Catalog, Dialect, Verdict, check_case, load_scope};

use crate::{args, input, output};

/// Checks one statement, or every line of a file. One statement that is refused ends with code 1.
pub fn run(check: &args::CheckSql) -> Result<ExitCode> {
    let (catalog, scope) = match (&check.schema, &check.scope) {
        (Some(schema), Some(scope)) => load_scope(schema, scope)?,
        _ => (Catalog::builtin(), Scope::owner("local")),
    };
    let dialect = Dialect::of_name(&check.dialect)
        .with_context(|| format!("`{}` is not a dialect\nhint: datafusion, postgres, mysql or sqlite", check.dialect))?;
    let Some(file) = &check.jsonl else {
        let case = BatchCase { id: serde_json::Value::Null, dialect: None, sql: check.sql.clone().unwrap_or_default() };
        let verdict = check_case(&case, dialect, &catalog, &scope);
        output::line(format_args!("{}", serde_json::to_string_pretty(&verdict)?));
        return Ok(if verdict.verdict == Verdict::Reject { ExitCode::FAILURE } else { ExitCode::SUCCESS });
    };
    for case in input::read_jsonl::<BatchCase>(file)? {
        input::write_line(&check_case(&case, dialect, &catalog, &scope))?;
    }
    Ok(ExitCode::SUCCESS)
}
