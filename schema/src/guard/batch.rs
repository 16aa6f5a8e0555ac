//! The guard over many statements, one JSON object each: the batch form of the command line.

use domain::Scope;
use serde::{Deserialize, Serialize};

use super::{Dialect, Reason, Verdict, check, reasons};
use crate::Catalog;

/// A statement to check.
#[derive(Clone, Debug, Deserialize)]
pub struct BatchCase {
    /// Comes back with the verdict; any JSON.
    pub id: serde_json::Value,
    /// The statement's dialect; that of the command line when none is given.
    #[serde(default)]
    pub dialect: Option<String>,
    /// The statement.
    pub sql: String,
}

/// What the guard says of it.
#[derive(Clone, Debug, Serialize)]
pub struct BatchVerdict {
    /// That of the case.
    pub id: serde_json::Value,
    /// Whether it runs.
    pub verdict: Verdict,
    /// Why it does not, or how it was changed.
    pub reasons: Vec<Reason>,
    /// What runs; none when it is refused.
    pub sql: Option<String>,
}

/// Checks one case. A dialect that the guard does not speak is refused, whatever the statement.
pub fn check_case(case: &BatchCase, default: Dialect, catalog: &Catalog, scope: &Scope) -> BatchVerdict {
    let refused = |reasons| BatchVerdict { id: case.id.clone(), verdict: Verdict::Reject, reasons, sql: None };
    let dialect = match case.dialect.as_deref() {
        None => default,
        Some(name) => match Dialect::of_name(name) {
            Some(dialect) => dialect,
            None => return refused(vec![reasons::unknown_dialect(name)]),
        },
    };
    match check(&case.sql, dialect, catalog, scope) {
        Ok(checked) => BatchVerdict {
            id: case.id.clone(),
            verdict: checked.verdict(),
            reasons: checked.rewrites().to_vec(),
            sql: Some(checked.text().to_owned()),
        },
        Err(rejection) => refused(rejection.reasons),
    }
}
