//! `/api/v1/audit`: what happened and who did it.

use std::sync::Arc;

use axum::{Json, extract::State};
use domain::Permission;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::AuditEntry;
use utoipa::ToSchema;

use crate::{
    App,
    http::{auth::Asker, error::ApiError, extract::Params},
};

/// Which entries.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct AuditParams {
    /// Only those about this id.
    subject: Option<String>,
}

/// Entries.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AuditLog {
    /// Oldest first.
    entries: Vec<EntryView>,
}

/// An entry.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EntryView {
    /// When.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// Who.
    actor: String,
    /// What, such as `change.approved`.
    action: String,
    /// To what: an id.
    subject: String,
    /// The rest.
    detail: Value,
}

/// The audit log.
#[utoipa::path(get, path = "/api/v1/audit", tag = "changes", params(AuditParams), responses((status = 200, body = AuditLog)))]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    asker: Asker,
    Params(params): Params<AuditParams>,
) -> Result<Json<AuditLog>, ApiError> {
    asker.must(Permission::Administer)?;
    let entries = app.store().audit_log(params.subject.as_deref()).await?;
    let view = |AuditEntry { at, actor, action, subject, detail }| EntryView { at, actor, action, subject, detail };
    Ok(Json(AuditLog { entries: entries.into_iter().map(view).collect() }))
}
