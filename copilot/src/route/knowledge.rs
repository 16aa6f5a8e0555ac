//! A question to the documents: passages with their places.

use std::time::Instant;

use domain::{Intent, Status};
use serde_json::json;
use tools::{Evidence, ToolError};

use super::evidence;
use crate::{compose::knowledge, say, turn::Turn};

/// The tool's name in the registry.
pub(crate) const TOOL: &str = "search_knowledge";

/// The arguments that search for the question as it was asked.
pub(crate) fn arguments(turn: &Turn<'_>) -> serde_json::Value {
    json!({"query": turn.question.text, "k": 5})
}

/// Looks the question up.
pub(crate) async fn search(turn: &mut Turn<'_>, args: serde_json::Value) -> Result<Evidence, ToolError> {
    let began = Instant::now();
    let found = turn.copilot.registry.call(TOOL, &turn.context, args).await;
    turn.emitter.step("act", Some(TOOL), began).await;
    found
}

/// Answers with passages.
pub(crate) async fn answer(turn: &mut Turn<'_>, args: serde_json::Value) {
    turn.answer.intent = Intent::Knowledge;
    match search(turn, args).await {
        Ok(found) => quote(turn, found),
        Err(error) => evidence::fail(turn, &error),
    }
}

/// Puts passages into the answer's words.
pub(crate) fn quote(turn: &mut Turn<'_>, found: Evidence) {
    evidence::take(&mut turn.answer, found);
    turn.answer.intent = Intent::Knowledge;
    if turn.answer.citations.is_empty() {
        return turn.finish(Status::NoData, say::no_passage(turn.language).to_owned());
    }
    let text = knowledge::text(&turn.question.text, &turn.answer.citations, turn.language);
    turn.finish(Status::Answered, text);
}
