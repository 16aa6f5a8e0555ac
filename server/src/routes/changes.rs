//! `/api/v1/changes`: change requests and a person's decisions about them.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
};
use domain::{ChangeRequest, ChangeStatus, Permission};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tools::remediation::Executor;
use utoipa::ToSchema;

use crate::{
    App,
    http::{auth::Asker, error::ApiError, extract::Params},
    turns::announce,
};

/// Which change requests.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListParams {
    /// Only those in this state.
    status: Option<ChangeStatus>,
}

/// Change requests.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChangeList {
    /// Newest first.
    changes: Vec<ChangeRequest>,
}

/// Change requests about accounts the asker sees.
#[utoipa::path(get, path = "/api/v1/changes", tag = "changes", params(ListParams), responses((status = 200, body = ChangeList)))]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    asker: Asker,
    Params(params): Params<ListParams>,
) -> Result<Json<ChangeList>, ApiError> {
    asker.must(Permission::Ask)?;
    let mut changes = app.store().changes(params.status).await?;
    changes.retain(|change| asker.sees(change));
    Ok(Json(ChangeList { changes }))
}

/// One change request.
#[utoipa::path(get, path = "/api/v1/changes/{id}", tag = "changes", params(("id" = String, Path)), responses((status = 200, body = ChangeRequest)))]
pub(crate) async fn get(State(app): State<Arc<App>>, asker: Asker, Path(id): Path<String>) -> Result<Json<ChangeRequest>, ApiError> {
    asker.must(Permission::Ask)?;
    let change = app.store().change(&id).await?;
    if asker.sees(&change) { Ok(Json(change)) } else { Err(ApiError::NotFound { id }) }
}

/// Approves a change and carries it out.
#[utoipa::path(post, path = "/api/v1/changes/{id}/approve", tag = "changes", params(("id" = String, Path)), responses((status = 200, body = ChangeRequest, description = "As it is afterwards: `verified`, or `failed` with the reason")))]
pub(crate) async fn approve(State(app): State<Arc<App>>, asker: Asker, Path(id): Path<String>) -> Result<Json<ChangeRequest>, ApiError> {
    let now = Timestamp::now();
    let executor = executor(&app, &asker)?;
    executor.approve(&id, &asker.0, now).await?;
    announce(&app, "change.approved", &asker.0.user, &id);
    carry_out(app, id, asker.0.user, now).await
}

/// Rejects a change.
#[utoipa::path(post, path = "/api/v1/changes/{id}/reject", tag = "changes", params(("id" = String, Path)), responses((status = 200, body = ChangeRequest)))]
pub(crate) async fn reject(State(app): State<Arc<App>>, asker: Asker, Path(id): Path<String>) -> Result<Json<ChangeRequest>, ApiError> {
    let change = executor(&app, &asker)?.reject(&id, &asker.0, Timestamp::now()).await?;
    announce(&app, "change.rejected", &asker.0.user, &id);
    Ok(Json(change))
}

/// Carries out a change that was approved and not carried out, because the service ended in between.
#[utoipa::path(post, path = "/api/v1/changes/{id}/execute", tag = "changes", params(("id" = String, Path)), responses((status = 200, body = ChangeRequest)))]
pub(crate) async fn execute(State(app): State<Arc<App>>, asker: Asker, Path(id): Path<String>) -> Result<Json<ChangeRequest>, ApiError> {
    executor(&app, &asker)?;
    let change = app.store().change(&id).await?;
    if !asker.sees(&change) {
        return Err(ApiError::NotFound { id });
    }
    carry_out(app, id, asker.0.user, Timestamp::now()).await
}

/// Undoes a change that was carried out.
#[utoipa::path(post, path = "/api/v1/changes/{id}/rollback", tag = "changes", params(("id" = String, Path)), responses((status = 200, body = ChangeRequest)))]
pub(crate) async fn rollback(State(app): State<Arc<App>>, asker: Asker, Path(id): Path<String>) -> Result<Json<ChangeRequest>, ApiError> {
    executor(&app, &asker)?;
    let task = Arc::clone(&app);
    let (scope, change) = (asker.0.clone(), id.clone());
    let undone = to_its_end(async move { executor_of(&task)?.roll_back(&change, &scope, Timestamp::now()).await.map_err(ApiError::from) });
    let change = undone.await?;
    announce(&app, "change.rolled_back", &asker.0.user, &id);
    Ok(Json(change))
}

async fn carry_out(app: Arc<App>, id: String, actor: String, now: Timestamp) -> Result<Json<ChangeRequest>, ApiError> {
    let task = Arc::clone(&app);
    let executed = id.clone();
    let change = to_its_end(async move { executor_of(&task)?.execute(&executed, now).await.map_err(ApiError::from) }).await?;
    announce(&app, if change.status == ChangeStatus::Failed { "change.failed" } else { "change.executed" }, &actor, &id);
    Ok(Json(change))
}

/// Work on a cloud goes on when the client leaves: half a change is worse than none.
async fn to_its_end<T: Send + 'static>(work: impl Future<Output = Result<T, ApiError>> + Send + 'static) -> Result<T, ApiError> {
    tokio::spawn(work).await.unwrap_or(Err(ApiError::TurnBroke))
}

fn executor<'a>(app: &'a App, asker: &Asker) -> Result<&'a Executor, ApiError> {
    asker.must(Permission::Approve)?;
    executor_of(app)
}

fn executor_of(app: &App) -> Result<&Executor, ApiError> {
    app.executor().ok_or(ApiError::NoCloud)
}
