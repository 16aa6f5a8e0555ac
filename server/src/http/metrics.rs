//! Counts and times for Prometheus.

use std::{sync::OnceLock, time::Instant};

use axum::{
    extract::{MatchedPath, Request},
    middleware::Next,
    response::Response,
};
use domain::Usage;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use store::RunState;

/// Upper bounds of the latency buckets, in seconds.
const BUCKETS: &[f64] = &[0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 120.0];

/// The process's one recorder: several services in a process (tests) share it.
static RECORDER: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// What `/metrics` shows.
#[derive(Clone)]
pub(crate) struct Metrics(Option<PrometheusHandle>);

impl Metrics {
    /// Starts counting, once a process. Where something else counts already, `/metrics` is empty.
    pub(crate) fn install() -> Self {
        let install = || {
            let builder = PrometheusBuilder::new().set_buckets_for_metric(Matcher::Suffix("_seconds".into()), BUCKETS).ok()?;
            let handle = builder.install_recorder().ok()?;
            metrics::describe_counter!("http_requests_total", "Requests by route, method and status");
            metrics::describe_histogram!("http_request_seconds", "Time to the response's head by route");
            metrics::describe_counter!("runs_total", "Turns by how they ended");
            metrics::describe_gauge!("runs_live", "Turns under way");
            metrics::describe_histogram!("run_seconds", "Time of a turn");
            metrics::describe_counter!("model_tokens_total", "Tokens by model and direction");
            Some(handle)
        };
        Self(RECORDER.get_or_init(install).clone())
    }

    /// The text that Prometheus reads.
    pub(crate) fn render(&self) -> String {
        let Some(handle) = &self.0 else { return String::new() };
        handle.run_upkeep();
        handle.render()
    }
}

/// Counts a request under its route, never under its path: paths hold ids.
pub(crate) async fn count(request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map_or("other", MatchedPath::as_str).to_owned();
    let method = request.method().as_str().to_owned();
    let start = Instant::now();
    let response = next.run(request).await;
    let status = response.status().as_u16().to_string();
    metrics::histogram!("http_request_seconds", "route" => route.clone()).record(start.elapsed().as_secs_f64());
    metrics::counter!("http_requests_total", "route" => route, "method" => method, "status" => status).increment(1);
    response
}

/// Counts a turn that ended.
pub(crate) fn count_run(state: RunState, seconds: f64) {
    let state = match state {
        RunState::Running => "running",
        RunState::Finished => "finished",
        RunState::Cancelled => "cancelled",
        RunState::Failed => "failed",
    };
    metrics::counter!("runs_total", "state" => state).increment(1);
    metrics::histogram!("run_seconds").record(seconds);
}

/// Counts what a model took.
pub(crate) fn count_tokens(usage: &Usage) {
    let Some(model) = &usage.model else { return };
    metrics::counter!("model_tokens_total", "model" => model.clone(), "direction" => "prompt").increment(usage.prompt_tokens);
    metrics::counter!("model_tokens_total", "model" => model.clone(), "direction" => "completion").increment(usage.completion_tokens);
}
