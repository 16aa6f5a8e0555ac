//! `/healthz`, `/readyz`, `/metrics`: for operators and their machines.

use std::sync::Arc;

use axum::{
    extract::State,
    http::{StatusCode, header::CONTENT_TYPE},
    response::IntoResponse,
};

use crate::{App, http::error::chain};

/// The process runs.
#[utoipa::path(get, path = "/healthz", tag = "service", security(()), responses((status = 200, content_type = "text/plain", description = "`ok`")))]
pub(crate) async fn healthz() -> &'static str {
    "ok"
}

/// The bills and the service's own state can be read.
#[utoipa::path(get, path = "/readyz", tag = "service", security(()), responses((status = 200, content_type = "text/plain", description = "`ready`"), (status = 503, description = "A part does not answer; the log says which")))]
pub(crate) async fn readyz(State(app): State<Arc<App>>) -> (StatusCode, &'static str) {
    let store = app.store().ping().await.map_err(|error| chain(&error));
    let bills = app.warehouse().profile().await.map(drop).map_err(|error| chain(&error));
    match store.and(bills) {
        Ok(()) => (StatusCode::OK, "ready"),
        Err(error) => {
            tracing::error!(error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "not ready")
        }
    }
}

/// Counts and times, for Prometheus.
#[utoipa::path(get, path = "/metrics", tag = "service", responses((status = 200, content_type = "text/plain", description = "Prometheus text format")))]
pub(crate) async fn metrics(State(app): State<Arc<App>>) -> impl IntoResponse {
    ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], app.metrics.render())
}
