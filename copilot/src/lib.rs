//! One turn: understand, route, call tools, compose, ground, stream. History in, events out; no storage, no HTTP.

use std::sync::Arc;

use domain::{Answer, Event, Limits, Question};
use llm::ChatModel;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tools::{Parts, Registry};

/// Answers questions. Cheap to clone.
#[derive(Clone)]
pub struct Copilot {}

impl Copilot {
    /// From its parts; `model` is none where none is configured.
    pub fn new(_parts: Parts, _registry: Registry, _model: Option<Arc<dyn ChatModel>>, _limits: Limits) -> Self {
        unimplemented!()
    }

    /// Answers one question. Sends every event in order, `Done` last; a closed channel is ignored. Never fails: what breaks becomes
    /// an answer with status `failed` and advice.
    pub async fn turn(&self, _run_id: &str, _question: Question, _events: mpsc::Sender<Event>, _cancel: CancellationToken) -> Answer {
        unimplemented!()
    }

    /// The lexicon's example questions for the data at hand.
    pub async fn examples(&self, _language: domain::Language) -> Vec<String> {
        unimplemented!()
    }
}
