//! Asks a running service: `POST /api/v1/query`.

use std::fmt;

use serde_json::{Value, json};

use crate::{EvalError, case::Case};

/// A service that answers questions.
#[derive(Clone)]
pub struct Remote {
    client: reqwest::Client,
    url: String,
    key: Option<String>,
}

impl fmt::Debug for Remote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Remote").field("url", &self.url).finish_non_exhaustive()
    }
}

impl Remote {
    /// The service at a base address such as `http://127.0.0.1:8080`, with an API key if it needs one.
    pub fn new(base: &str, key: Option<String>) -> Self {
        Self { client: reqwest::Client::new(), url: format!("{}/api/v1/query", base.trim_end_matches('/')), key }
    }

    /// Asks a case; its earlier questions are sent along as `history`.
    ///
    /// # Errors
    /// `Ask` when the service cannot be reached, refuses, or does not answer in JSON.
    pub async fn ask(&self, case: &Case) -> Result<Value, EvalError> {
        let failed = |source: reqwest::Error| EvalError::Ask { url: self.url.clone(), source };
        let question = json!({
            "question": case.question, "language": case.lang, "now": case.now, "time_zone": case.time_zone, "history": case.history,
        });
        let mut request = self.client.post(&self.url).json(&question);
        if let Some(key) = &self.key {
            request = request.bearer_auth(key);
        }
        let response = request.send().await.and_then(reqwest::Response::error_for_status).map_err(failed)?;
        response.json().await.map_err(failed)
    }
}
