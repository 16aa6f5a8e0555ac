//! `/api/v1/runs`: turns under way or over: look, take up the stream, stop.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use store::{Run, RunState};
use utoipa::ToSchema;

use crate::{
    App,
    http::{auth::Asker, error::ApiError},
    turns,
};

/// A turn.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RunView {
    /// Its id, which is the answer's.
    id: String,
    /// The conversation it belongs to.
    conversation_id: Option<String>,
    /// `running`, `finished`, `cancelled` or `failed`.
    #[schema(value_type = String)]
    state: RunState,
    /// When it began.
    #[schema(value_type = String, format = DateTime)]
    started_at: Timestamp,
    /// When it ended.
    #[schema(value_type = Option<String>, format = DateTime)]
    finished_at: Option<Timestamp>,
    /// The answer, when it is kept in a conversation.
    #[schema(value_type = Option<Object>)]
    answer: Option<Value>,
}

/// How a turn stands.
#[utoipa::path(get, path = "/api/v1/runs/{id}", tag = "ask", params(("id" = String, Path)), responses((status = 200, body = RunView)))]
pub(crate) async fn get(State(app): State<Arc<App>>, asker: Asker, Path(id): Path<String>) -> Result<Json<RunView>, ApiError> {
    let Run { id, conversation_id, state, started_at, finished_at, .. } = app.store().run(&id, &asker.0.user).await?;
    let answer = match &conversation_id {
        Some(conversation) => {
            let messages = app.store().messages(conversation, &asker.0.user).await?;
            messages.into_iter().find(|message| message.id == id).map(|message| message.answer).filter(|answer| !answer.is_null())
        }
        None => None,
    };
    Ok(Json(RunView { id, conversation_id, state, started_at, finished_at, answer }))
}

/// The stream of a turn from after `Last-Event-ID`, or from its beginning; it follows a turn that is under way.
#[utoipa::path(get, path = "/api/v1/runs/{id}/stream", tag = "ask",
    params(("id" = String, Path), ("Last-Event-ID" = Option<u32>, Header, description = "The `id` of the last event that was read")),
    responses((status = 200, content_type = "text/event-stream", description = "As `POST /api/v1/chat`")))]
pub(crate) async fn stream(
    State(app): State<Arc<App>>,
    asker: Asker,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let after = last_event(&headers)?;
    // A turn is taken from the live ones only after everything of it is stored: looked for in this order, it is in one of the two.
    if let Some(live) = app.runs.get(&id, &asker.0.user) {
        return Ok(turns::respond(&live, after));
    }
    app.store().run(&id, &asker.0.user).await?;
    let events = app.store().run_events(&id, i64::try_from(after).unwrap_or(i64::MAX)).await?;
    Ok(turns::respond_stored(events))
}

/// Stops a turn; one that is over stays as it is. What it had begun upstream ends within a second.
#[utoipa::path(post, path = "/api/v1/runs/{id}/cancel", tag = "ask", params(("id" = String, Path)), responses((status = 202, description = "It is being stopped, or was over")))]
pub(crate) async fn cancel(State(app): State<Arc<App>>, asker: Asker, Path(id): Path<String>) -> Result<StatusCode, ApiError> {
    match app.runs.get(&id, &asker.0.user) {
        Some(live) => live.cancel.cancel(),
        None => {
            app.store().run(&id, &asker.0.user).await?;
        }
    }
    Ok(StatusCode::ACCEPTED)
}

fn last_event(headers: &HeaderMap) -> Result<usize, ApiError> {
    let Some(value) = headers.get("last-event-id") else { return Ok(0) };
    let number = value.to_str().ok().and_then(|text| if text.is_empty() { Some(0) } else { text.parse().ok() });
    number.ok_or_else(|| ApiError::InvalidParameter { problem: "`Last-Event-ID` is not the id of an event".into() })
}
