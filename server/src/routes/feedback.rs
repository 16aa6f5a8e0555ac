//! `POST /api/v1/feedback`: what a person says of an answer.

use std::sync::Arc;

use axum::{extract::State, http::StatusCode};
use jiff::Timestamp;
use serde::Deserialize;
use store::Feedback;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    App,
    http::{auth::Asker, error::ApiError, extract::Body},
};

/// The longest comment, in bytes.
const LONGEST: usize = 4000;

/// What a person says of an answer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FeedbackRequest {
    /// The answer's id.
    run_id: String,
    /// Whether it helped.
    verdict: Thumb,
    /// In words.
    #[serde(default)]
    comment: String,
}

/// Whether an answer helped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Thumb {
    /// It did.
    Up,
    /// It did not.
    Down,
}

/// Keeps what a person says of an answer of theirs.
#[utoipa::path(post, path = "/api/v1/feedback", tag = "ask", request_body = FeedbackRequest, responses((status = 204, description = "Kept")))]
pub(crate) async fn give(State(app): State<Arc<App>>, asker: Asker, Body(request): Body<FeedbackRequest>) -> Result<StatusCode, ApiError> {
    if request.comment.len() > LONGEST {
        return Err(ApiError::InvalidBody { problem: format!("`comment` is longer than {LONGEST} bytes") });
    }
    let run = app.store().run(&request.run_id, &asker.0.user).await?;
    let feedback = Feedback {
        id: Uuid::now_v7().to_string(),
        run_id: run.id,
        owner: asker.0.user,
        helpful: request.verdict == Thumb::Up,
        note: request.comment,
        created_at: Timestamp::now(),
    };
    app.store().insert_feedback(&feedback).await?;
    Ok(StatusCode::NO_CONTENT)
}
