//! `/api/v1/conversations`: an asker's own conversations.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::{Conversation, Message};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    App,
    http::{auth::Asker, error::ApiError, extract::Body},
};

/// Titles are cut to this many characters.
const TITLE: usize = 80;

/// A conversation in the list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ConversationView {
    /// Its id.
    id: String,
    /// What the list shows.
    title: String,
    /// When it began.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When something was last said.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

impl From<Conversation> for ConversationView {
    fn from(conversation: Conversation) -> Self {
        let Conversation { id, title, created_at, updated_at, .. } = conversation;
        Self { id, title, created_at, updated_at }
    }
}

/// The list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ConversationList {
    /// The one last spoken in first.
    conversations: Vec<ConversationView>,
}

/// A conversation with what was said.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WholeConversation {
    #[serde(flatten)]
    conversation: ConversationView,
    /// Oldest first.
    messages: Vec<MessageView>,
}

/// A question and its answer.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MessageView {
    /// The run's id.
    id: String,
    /// What was asked.
    question: String,
    /// The answer as `POST /api/v1/query` gives it; null while it is being made.
    #[schema(value_type = Option<Object>)]
    answer: Value,
    /// When it was asked.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

impl From<Message> for MessageView {
    fn from(message: Message) -> Self {
        let Message { id, question, answer, created_at } = message;
        Self { id, question, answer, created_at }
    }
}

/// The title of a conversation.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct TitleRequest {
    /// What the list shows; cut to 80 characters.
    #[serde(default)]
    title: String,
}

/// The asker's conversations.
#[utoipa::path(get, path = "/api/v1/conversations", tag = "conversations", responses((status = 200, body = ConversationList)))]
pub(crate) async fn list(State(app): State<Arc<App>>, asker: Asker) -> Result<Json<ConversationList>, ApiError> {
    let conversations = app.store().conversations(&asker.0.user).await?;
    Ok(Json(ConversationList { conversations: conversations.into_iter().map(Into::into).collect() }))
}

/// Begins a conversation.
#[utoipa::path(post, path = "/api/v1/conversations", tag = "conversations", request_body = TitleRequest, responses((status = 201, body = ConversationView)))]
pub(crate) async fn create(
    State(app): State<Arc<App>>,
    asker: Asker,
    Body(request): Body<TitleRequest>,
) -> Result<(StatusCode, Json<ConversationView>), ApiError> {
    let now = Timestamp::now();
    let conversation = Conversation {
        id: Uuid::now_v7().to_string(),
        owner: asker.0.user,
        title: title_of(&request.title),
        created_at: now,
        updated_at: now,
    };
    app.store().insert_conversation(&conversation).await?;
    Ok((StatusCode::CREATED, Json(conversation.into())))
}

/// A conversation with its messages.
#[utoipa::path(get, path = "/api/v1/conversations/{id}", tag = "conversations", params(("id" = String, Path)), responses((status = 200, body = WholeConversation)))]
pub(crate) async fn get(State(app): State<Arc<App>>, asker: Asker, Path(id): Path<String>) -> Result<Json<WholeConversation>, ApiError> {
    let conversation = app.store().conversation(&id, &asker.0.user).await?.into();
    let messages = app.store().messages(&id, &asker.0.user).await?.into_iter().map(Into::into).collect();
    Ok(Json(WholeConversation { conversation, messages }))
}

/// Gives a conversation another title.
#[utoipa::path(patch, path = "/api/v1/conversations/{id}", tag = "conversations", params(("id" = String, Path)), request_body = TitleRequest, responses((status = 200, body = ConversationView)))]
pub(crate) async fn rename(
    State(app): State<Arc<App>>,
    asker: Asker,
    Path(id): Path<String>,
    Body(request): Body<TitleRequest>,
) -> Result<Json<ConversationView>, ApiError> {
    app.store().rename_conversation(&id, &asker.0.user, &title_of(&request.title), Timestamp::now()).await?;
    Ok(Json(app.store().conversation(&id, &asker.0.user).await?.into()))
}

/// Removes a conversation with everything in it; a turn under way in it is stopped.
#[utoipa::path(delete, path = "/api/v1/conversations/{id}", tag = "conversations", params(("id" = String, Path)), responses((status = 204, description = "It is gone")))]
pub(crate) async fn delete(State(app): State<Arc<App>>, asker: Asker, Path(id): Path<String>) -> Result<StatusCode, ApiError> {
    app.store().delete_conversation(&id, &asker.0.user).await?;
    while let Some(live) = app.runs.of_conversation(&id, &asker.0.user).filter(|live| !live.cancel.is_cancelled()) {
        live.cancel.cancel();
    }
    Ok(StatusCode::NO_CONTENT)
}

/// A title: the first line, cut to what a list can show.
pub(super) fn title_of(text: &str) -> String {
    let line = text.trim().lines().next().unwrap_or_default();
    if line.chars().count() <= TITLE {
        return line.to_owned();
    }
    let cut: String = line.chars().take(TITLE - 1).collect();
    format!("{cut}…")
}
