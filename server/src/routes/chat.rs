//! `POST /api/v1/chat`: a streamed turn for the AI SDK's `useChat` and everything that speaks its UI message stream.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use domain::{Language, Permission, Question};
use jiff::Timestamp;
use serde::Deserialize;
use store::Conversation;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    conversations::title_of,
    query::{HISTORY, question_text, time_zone},
};
use crate::{
    App,
    http::{auth::Asker, error::ApiError, extract::Body},
    turns::{self, Start},
};

/// What `DefaultChatTransport` of the AI SDK sends, and what may be added to its body. Keys not named here are passed over.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct ChatRequest {
    /// The messages of the chat; the last one of the user is the question.
    messages: Vec<UiMessage>,
    /// The conversation to go on with; a new one is begun when absent. The stream's `start` part names it.
    conversation_id: Option<String>,
    /// The language to answer in; the question's when absent.
    language: Option<Language>,
    /// When it is asked; now when absent.
    #[schema(value_type = Option<String>, format = DateTime)]
    now: Option<Timestamp>,
    /// Where "today" is (IANA name).
    time_zone: Option<String>,
}

/// A message of the chat.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct UiMessage {
    /// `user`, `assistant` or `system`.
    role: String,
    /// What it consists of; only text is read.
    #[serde(default)]
    parts: Vec<UiPart>,
}

/// A part of a message.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct UiPart {
    /// `text`, or another kind, which is passed over.
    #[serde(rename = "type")]
    kind: String,
    /// The words of a text part.
    #[serde(default)]
    text: String,
}

/// Streams a turn. It goes on when the reader leaves; `GET /api/v1/runs/{id}/stream` takes it up again.
#[utoipa::path(post, path = "/api/v1/chat", tag = "ask", request_body = ChatRequest,
    responses((status = 200, content_type = "text/event-stream",
        description = "AI SDK UI message stream v1. The `start` part's `messageId` is the run's id. Besides text: `data-sql`, `data-table`, \
        `data-chart`, `data-terms`, `data-citation`, `data-clarification`, `data-changes`, `data-follow-ups`, `data-step`, `data-answer`.")))]
pub(crate) async fn chat(State(app): State<Arc<App>>, asker: Asker, Body(request): Body<ChatRequest>) -> Result<Response, ApiError> {
    asker.must(Permission::Ask)?;
    let now = Timestamp::now();
    let owner = asker.0.user.clone();
    let time_zone = time_zone(&app, request.time_zone.as_deref())?;
    let mut asked: Vec<_> = request.messages.iter().filter(|message| message.role == "user").map(text).collect();
    let text = question_text(asked.pop().unwrap_or_default())?;
    let (conversation, history) = match request.conversation_id {
        Some(id) => {
            let history = app.store().questions(&id, &owner, HISTORY).await?;
            (id, history)
        }
        None => {
            let keep_from = asked.len().saturating_sub(HISTORY as usize);
            (begin_conversation(&app, &owner, &text, now).await?, asked.split_off(keep_from))
        }
    };
    let question = Question { text, language: request.language, asker: asker.0, history, now: request.now.unwrap_or(now), time_zone };
    let run = Uuid::now_v7().to_string();
    let start = Start { run: run.clone(), owner, conversation, question: question.text.clone(), language: question.answer_language(), now };
    let copilot = app.copilot.clone();
    let live = turns::start(&app, start, move |events, cancel| async move { copilot.turn(&run, question, events, cancel).await }).await?;
    Ok(turns::respond(&live, 0))
}

/// Takes up the turn under way in a conversation from its beginning, as the AI SDK's `resume` does; 204 when there is none.
#[utoipa::path(get, path = "/api/v1/chat/{id}/stream", tag = "ask", params(("id" = String, Path, description = "The conversation")),
    responses((status = 200, content_type = "text/event-stream", description = "As `POST /api/v1/chat`"), (status = 204, description = "No turn is under way")))]
pub(crate) async fn resume(State(app): State<Arc<App>>, asker: Asker, Path(id): Path<String>) -> Result<Response, ApiError> {
    app.store().conversation(&id, &asker.0.user).await?;
    Ok(match app.runs.of_conversation(&id, &asker.0.user) {
        Some(live) => turns::respond(&live, 0),
        None => StatusCode::NO_CONTENT.into_response(),
    })
}

fn text(message: &UiMessage) -> String {
    let texts: Vec<_> = message.parts.iter().filter(|part| part.kind == "text").map(|part| part.text.as_str()).collect();
    texts.join("\n")
}

async fn begin_conversation(app: &App, owner: &str, question: &str, now: Timestamp) -> Result<String, ApiError> {
    let id = Uuid::now_v7().to_string();
    let conversation =
        Conversation { id: id.clone(), owner: owner.to_owned(), title: title_of(question), created_at: now, updated_at: now };
    app.store().insert_conversation(&conversation).await?;
    Ok(id)
}
