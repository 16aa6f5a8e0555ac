//! `GET /api/v1/examples`: questions for the start page, made from what is in the data.

use std::sync::Arc;

use axum::{Json, extract::State, http::HeaderMap};
use domain::{Language, Permission};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    App,
    http::{
        auth::Asker,
        error::ApiError,
        extract::{Params, reader_language},
    },
};

/// In which language.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ExampleParams {
    /// That of `Accept-Language` when absent.
    language: Option<Language>,
}

/// Questions.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Examples {
    /// Each can be asked as it stands.
    questions: Vec<String>,
}

/// Questions that the data can answer.
#[utoipa::path(get, path = "/api/v1/examples", tag = "ask", params(ExampleParams), responses((status = 200, body = Examples)))]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    asker: Asker,
    Params(params): Params<ExampleParams>,
    headers: HeaderMap,
) -> Result<Json<Examples>, ApiError> {
    asker.must(Permission::Ask)?;
    let language = params.language.unwrap_or_else(|| reader_language(&headers));
    Ok(Json(Examples { questions: app.copilot().examples(language).await }))
}
