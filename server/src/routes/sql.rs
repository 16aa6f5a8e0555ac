//! `/api/v1/sql`: the guard, and running what passes it.

use std::sync::Arc;

use axum::{Json, extract::State, http::HeaderMap};
use domain::{Language, Permission, Table};
use schema::{BatchCase, Dialect, Reason, Verdict, check, check_case};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio_util::sync::CancellationToken;
use utoipa::ToSchema;

use crate::{
    App,
    http::{
        auth::Asker,
        error::ApiError,
        extract::{Body, reader_language},
    },
};

/// A statement to check.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SqlRequest {
    /// The statement.
    #[schema(example = "SELECT ServiceName, SUM(BilledCost) AS cost FROM costs GROUP BY ServiceName ORDER BY cost DESC LIMIT 5")]
    sql: String,
    /// The dialect it is written in: `datafusion` (the default), `postgres`, `mysql` or `sqlite`.
    dialect: Option<String>,
}

/// A statement to run.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RunRequest {
    /// The statement, in the embedded engine's dialect.
    #[schema(example = "SELECT ServiceName, SUM(BilledCost) AS cost FROM costs GROUP BY ServiceName ORDER BY cost DESC LIMIT 5")]
    sql: String,
}

/// What the guard says.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct VerdictView {
    /// `allow`, `rewrite` or `reject`.
    #[schema(value_type = String)]
    verdict: Verdict,
    /// What would run; none when it is refused.
    sql: Option<String>,
    /// Why it is refused, or how it was changed.
    reasons: Vec<ReasonView>,
}

/// One reason.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct ReasonView {
    /// Stable, snake case.
    code: String,
    /// For a person.
    message: String,
    /// What to do.
    hint: Option<String>,
    /// Where: line and column, from 1.
    position: Option<PositionView>,
    /// Allowed names that are nearest to an unknown one.
    nearest: Vec<String>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct PositionView {
    line: u64,
    column: u64,
}

impl ReasonView {
    /// A reason in a language.
    pub(crate) fn new(reason: &Reason, language: Language) -> Self {
        Self {
            code: reason.code.to_owned(),
            message: reason.message.get(language).to_owned(),
            hint: reason.hint.as_ref().map(|hint| hint.get(language).to_owned()),
            position: reason.position.map(|position| PositionView { line: position.line, column: position.column }),
            nearest: reason.nearest.clone(),
        }
    }
}

/// A result.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RunResult {
    /// The statement that ran.
    sql: String,
    /// How the text was changed before it ran.
    reasons: Vec<ReasonView>,
    /// Rows and columns.
    table: Table,
    /// Rows the scans produced.
    rows_read: u64,
    /// Planning and running.
    elapsed_ms: f64,
}

/// Checks a statement without running it.
#[utoipa::path(post, path = "/api/v1/sql/check", tag = "sql", request_body = SqlRequest, responses((status = 200, body = VerdictView)))]
pub(crate) async fn check_sql(
    State(app): State<Arc<App>>,
    asker: Asker,
    headers: HeaderMap,
    Body(request): Body<SqlRequest>,
) -> Result<Json<VerdictView>, ApiError> {
    asker.must(Permission::Ask)?;
    let language = reader_language(&headers);
    let case = BatchCase { id: Value::Null, dialect: request.dialect, sql: request.sql };
    let said = check_case(&case, Dialect::default(), &app.parts.catalog, &asker.0);
    let reasons = said.reasons.iter().map(|reason| ReasonView::new(reason, language)).collect();
    Ok(Json(VerdictView { verdict: said.verdict, sql: said.sql, reasons }))
}

/// Runs a statement that passes the guard, on the asker's rows.
#[utoipa::path(post, path = "/api/v1/sql/run", tag = "sql", request_body = RunRequest, responses((status = 200, body = RunResult), (status = 422, description = "The guard refused it; `reasons` says why")))]
pub(crate) async fn run_sql(
    State(app): State<Arc<App>>,
    asker: Asker,
    headers: HeaderMap,
    Body(request): Body<RunRequest>,
) -> Result<Json<RunResult>, ApiError> {
    asker.must(Permission::Ask)?;
    let language = reader_language(&headers);
    let checked = check(&request.sql, Dialect::default(), &app.parts.catalog, &asker.0).map_err(ApiError::RejectedSql)?;
    let cancel = CancellationToken::new();
    let _stops_when_the_client_leaves = cancel.clone().drop_guard();
    let result = app.warehouse().run(&checked, &app.config.query_limits(), &cancel).await?;
    Ok(Json(RunResult {
        sql: checked.shown().to_owned(),
        reasons: checked.rewrites().iter().map(|reason| ReasonView::new(reason, language)).collect(),
        table: result.table,
        rows_read: result.rows_read,
        elapsed_ms: result.elapsed.as_secs_f64() * 1000.0,
    }))
}
