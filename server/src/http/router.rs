//! Every route with what stands before it, and the OpenAPI document that is made from the same list.

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request, State},
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
};
use tower_http::compression::CompressionLayer;
use utoipa::openapi::{
    ComponentsBuilder, ContentBuilder, InfoBuilder, OpenApi, OpenApiBuilder, Ref, RefOr, ResponseBuilder,
    security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme},
};
use utoipa::{PartialSchema, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    auth,
    error::ApiError,
    fault::{ErrorBody, in_readers_language},
    headers, metrics, origin,
};
use crate::{
    App,
    routes::{audit, changes, chat, conversations, docs, examples, feedback, health, knowledge, query, runs, sql, status, tools, web},
};

/// What a request may take besides the longest turn.
const SLACK: Duration = Duration::from_secs(10);

/// The service's routes over an open [`App`].
pub fn router(app: Arc<App>) -> Router {
    let body_limit = app.config.limits.body;
    let for_known = for_known().layer(from_fn_with_state(Arc::clone(&app), auth::require));
    let (routes, _) = for_known.merge(for_all()).split_for_parts();
    routes
        .fallback(web::fallback)
        .method_not_allowed_fallback(async || ApiError::MethodNotAllowed)
        .layer(DefaultBodyLimit::max(body_limit))
        .layer(from_fn_with_state(Arc::clone(&app), in_time))
        .layer(from_fn_with_state(Arc::clone(&app), origin::check))
        .layer(from_fn(in_readers_language))
        .layer(from_fn(headers::add))
        .layer(from_fn(metrics::count))
        .layer(CompressionLayer::new())
        .with_state(app)
}

/// The OpenAPI document of every route.
pub fn openapi() -> OpenApi {
    let (_, routes) = for_known().merge(for_all()).split_for_parts();
    let info = InfoBuilder::new()
        .title("CloudLens Copilot")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(
            "Ask cloud bills in Chinese or English: checked SQL, numbers with their sources, changes that a person approves.",
        ))
        .build();
    let mut document =
        OpenApiBuilder::from(routes).info(info).security(Some([SecurityRequirement::new::<_, [&str; 0], &str>("key", [])])).build();
    let components = document.components.get_or_insert_with(|| ComponentsBuilder::new().build());
    components.add_security_scheme("key", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)));
    components.schemas.insert(ErrorBody::name().into_owned(), ErrorBody::schema());
    let mut more = Vec::new();
    ErrorBody::schemas(&mut more);
    components.schemas.extend(more);
    add_failures(&mut document);
    document
}

/// Routes that need a key where keys are configured.
fn for_known() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(query::query))
        .routes(routes!(query::batch))
        .routes(routes!(chat::chat))
        .routes(routes!(chat::resume))
        .routes(routes!(runs::get))
        .routes(routes!(runs::stream))
        .routes(routes!(runs::cancel))
        .routes(routes!(conversations::list, conversations::create))
        .routes(routes!(conversations::get, conversations::rename, conversations::delete))
        .routes(routes!(sql::check_sql))
        .routes(routes!(sql::run_sql))
        .routes(routes!(knowledge::add))
        .routes(routes!(knowledge::search))
        .routes(routes!(tools::list))
        .routes(routes!(tools::get, tools::call))
        .routes(routes!(changes::list))
        .routes(routes!(changes::get))
        .routes(routes!(changes::approve))
        .routes(routes!(changes::reject))
        .routes(routes!(changes::execute))
        .routes(routes!(changes::rollback))
        .routes(routes!(audit::list))
        .routes(routes!(feedback::give))
        .routes(routes!(examples::list))
        .routes(routes!(status::get))
        .routes(routes!(health::metrics))
}

/// Routes that anyone may call: they show nothing of anybody's.
fn for_all() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(health::healthz))
        .routes(routes!(health::readyz))
        .routes(routes!(docs::openapi_json))
        .routes(routes!(docs::docs))
}

/// Ends requests that hang. A stream's head is out in time; its body may take as long as the turn does.
async fn in_time(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let limit = app.config.limits.turn + SLACK;
    match tokio::time::timeout(limit, next.run(request)).await {
        Ok(response) => response,
        Err(_) => ApiError::Timeout { limit }.into_response(),
    }
}

/// Says in the document that every operation may fail, in one shape.
fn add_failures(document: &mut OpenApi) {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(ErrorBody::name()))).build();
    let failure = ResponseBuilder::new().description("It failed; `error.code` is stable").content("application/json", content).build();
    for item in document.paths.paths.values_mut() {
        let operations = [&mut item.get, &mut item.post, &mut item.patch, &mut item.put, &mut item.delete];
        for operation in operations.into_iter().flatten() {
            operation.responses.responses.entry("default".into()).or_insert_with(|| RefOr::T(failure.clone()));
        }
    }
}
