//! `/api/v1/tools`: what the copilot can do, one by one.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
    http::HeaderMap,
};
use domain::{ChangeStatus, Language, Permission, Text};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::query::time_zone;
use crate::{
    App,
    http::{
        auth::Asker,
        error::ApiError,
        extract::{Body, Params, reader_language},
    },
    turns::announce,
};

/// A tool.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ToolView {
    /// Its name.
    name: String,
    /// What it does, in Chinese and English.
    #[schema(value_type = Object)]
    description: Text,
    /// The JSON schema of its arguments.
    #[schema(value_type = Object)]
    arguments: Value,
    /// What the asker must be allowed.
    permission: Permission,
}

impl ToolView {
    fn new(tool: &dyn tools::Tool) -> Self {
        Self { name: tool.name().to_owned(), description: tool.description(), arguments: tool.arguments(), permission: tool.permission() }
    }
}

/// The circumstances of a call.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct CallParams {
    /// The language of words in the evidence; that of `Accept-Language` when absent.
    language: Option<Language>,
    /// When it is asked; now when absent.
    #[param(value_type = Option<String>, format = DateTime)]
    now: Option<Timestamp>,
    /// Where "today" is (IANA name).
    time_zone: Option<String>,
}

/// Every tool.
#[utoipa::path(get, path = "/api/v1/tools", tag = "tools", responses((status = 200, description = "`{tools: [ToolView]}`")))]
pub(crate) async fn list(State(app): State<Arc<App>>, _asker: Asker) -> Json<Value> {
    let tools: Vec<_> = app.registry().tools().iter().map(|tool| ToolView::new(tool.as_ref())).collect();
    Json(json!({"tools": tools}))
}

/// A tool and the schema of its arguments.
#[utoipa::path(get, path = "/api/v1/tools/{name}", tag = "tools", params(("name" = String, Path)), responses((status = 200, body = ToolView)))]
pub(crate) async fn get(State(app): State<Arc<App>>, _asker: Asker, Path(name): Path<String>) -> Result<Json<ToolView>, ApiError> {
    let tools = app.registry().tools();
    let tool = tools.iter().find(|tool| tool.name() == name).ok_or(ApiError::NotFound { id: name })?;
    Ok(Json(ToolView::new(tool.as_ref())))
}

/// Calls a tool; the body is its arguments.
#[utoipa::path(post, path = "/api/v1/tools/{name}", tag = "tools", params(("name" = String, Path), CallParams), request_body = serde_json::Value,
    responses((status = 200, description = "The evidence: text, table, SQL, chart, terms, citations, changes")))]
pub(crate) async fn call(
    State(app): State<Arc<App>>,
    asker: Asker,
    Path(name): Path<String>,
    Params(params): Params<CallParams>,
    headers: HeaderMap,
    Body(args): Body<Value>,
) -> Result<Json<Value>, ApiError> {
    let language = params.language.unwrap_or_else(|| reader_language(&headers));
    let zone = time_zone(&app, params.time_zone.as_deref())?;
    let user = asker.0.user.clone();
    let context = app.context(asker.0, language, params.now.unwrap_or_else(Timestamp::now), zone);
    let _stops_when_the_client_leaves = context.cancel.clone().drop_guard();
    let evidence = app.registry().call(&name, &context, args).await?;
    for change in evidence.changes.iter().filter(|change| change.status == ChangeStatus::Proposed) {
        announce(&app, "change.proposed", &user, &change.id);
    }
    Ok(Json(json!(evidence)))
}
