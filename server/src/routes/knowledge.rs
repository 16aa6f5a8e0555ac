//! `/api/v1/knowledge`: documents in, passages out.

use std::sync::Arc;

use axum::{Json, extract::State};
use domain::Permission;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    App,
    http::{auth::Asker, error::ApiError, extract::Body},
};

/// The most passages one search gives.
const MOST: usize = 50;

/// A document.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DocumentRequest {
    /// Its id: a file name. A document of the same id is replaced.
    #[schema(example = "tagging-policy.md")]
    id: String,
    /// The text, with front matter (`title`, `access`, `updated`) where there is any.
    markdown: String,
}

/// What was added.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Added {
    /// Documents added or replaced.
    documents: usize,
    /// Documents that were there already, unchanged.
    unchanged: usize,
    /// Passages written.
    chunks: usize,
}

/// What to look for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SearchRequest {
    /// A question or words.
    query: String,
    /// How many passages; 5 when absent, 50 at most.
    k: Option<usize>,
}

/// Passages, the best first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Found {
    hits: Vec<HitView>,
}

/// A passage.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HitView {
    /// The document's id.
    doc: String,
    /// Its title.
    title: String,
    /// The heading the passage stands under.
    heading: String,
    /// The passage, literally.
    text: String,
    /// When the document was last updated.
    updated: Option<String>,
    /// Higher is better; comparable within one search.
    score: f32,
}

/// Adds or replaces a document.
#[utoipa::path(post, path = "/api/v1/knowledge/documents", tag = "knowledge", request_body = DocumentRequest, responses((status = 200, body = Added)))]
pub(crate) async fn add(State(app): State<Arc<App>>, asker: Asker, Body(request): Body<DocumentRequest>) -> Result<Json<Added>, ApiError> {
    asker.must(Permission::ManageKnowledge)?;
    if request.id.trim().is_empty() {
        return Err(ApiError::InvalidBody { problem: "`id` is empty".into() });
    }
    let knowledge = app.knowledge().ok_or(ApiError::NoDocuments)?;
    let report = knowledge.add(&request.id, &request.markdown).await?;
    Ok(Json(Added { documents: report.documents, unchanged: report.unchanged, chunks: report.chunks }))
}

/// Finds passages in the documents the asker may read.
#[utoipa::path(post, path = "/api/v1/knowledge/search", tag = "knowledge", request_body = SearchRequest, responses((status = 200, body = Found)))]
pub(crate) async fn search(State(app): State<Arc<App>>, asker: Asker, Body(request): Body<SearchRequest>) -> Result<Json<Found>, ApiError> {
    asker.must(Permission::Ask)?;
    let query = super::query::question_text(request.query)?;
    let knowledge = app.knowledge().ok_or(ApiError::NoDocuments)?;
    let hits = knowledge.search(&query, &asker.0.documents, request.k.unwrap_or(5).min(MOST)).await?;
    let view = |hit: retrieval::Hit| HitView {
        doc: hit.doc,
        title: hit.title,
        heading: hit.heading,
        text: hit.text,
        updated: hit.updated,
        score: hit.score,
    };
    Ok(Json(Found { hits: hits.into_iter().map(view).collect() }))
}
