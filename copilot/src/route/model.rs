//! The model's way: a loop of tool calls with the asker's own scope, then prose whose numbers are checked.

use std::time::{Duration, Instant};

use domain::{Planner, Status};
use llm::LlmError;
use tools::Evidence;

use super::{
    evidence,
    model_loop::{self, Found},
    model_text,
};
use crate::{say, say::ModelFailure, turn::Turn};

/// The longest a model may take for one answer, all its calls together.
const DEADLINE: Duration = Duration::from_secs(60);

/// Lets the model answer; the error says how it let us down, and nothing of it is in the answer.
pub(crate) async fn answer(turn: &mut Turn<'_>) -> Result<(), ModelFailure> {
    let work = async {
        let found = model_loop::run(turn).await?;
        let text = model_text::compose(turn, &found).await?;
        Ok((found, text))
    };
    let (found, text) = tokio::time::timeout(DEADLINE, work).await.unwrap_or(Err(ModelFailure::Slow))?;
    let began = Instant::now();
    fill(turn, found, text);
    turn.emitter.step("compose", None, began).await;
    Ok(())
}

/// Puts the chosen evidence and the text into the answer.
fn fill(turn: &mut Turn<'_>, found: Found, text: model_text::Text) {
    let Found { evidences, .. } = found;
    let anything = evidences.iter().any(|evidence| !evidence.empty);
    let nothing_looked_up = evidences.is_empty();
    let citations = evidences.iter().flat_map(|evidence| evidence.citations.clone()).collect();
    let changes = evidences.iter().flat_map(|evidence| evidence.changes.clone()).collect();
    if let Some(main) = choose(evidences, text.main) {
        evidence::take(&mut turn.answer, main);
    }
    turn.answer.citations = citations;
    turn.answer.changes = changes;
    turn.answer.planner = Planner::Model;
    if turn.answer.chart.is_none() {
        turn.answer.chart = text.chart;
    }
    let mut words = text.words;
    if nothing_looked_up {
        turn.answer.intent = domain::Intent::Chat;
        words = format!("{words}\n\n{}", say::without_evidence(turn.language));
    }
    turn.finish(if anything || nothing_looked_up { Status::Answered } else { Status::NoData }, words);
}

/// The evidence whose table the text speaks of, or the last one with anything to show.
fn choose(mut evidences: Vec<Evidence>, main: Option<usize>) -> Option<Evidence> {
    let at = main.or_else(|| evidences.iter().rposition(|evidence| evidence.table.is_some())).or_else(|| evidences.len().checked_sub(1))?;
    (at < evidences.len()).then(|| evidences.swap_remove(at))
}

/// What an error of the model means for the person.
pub(super) fn failure(error: &LlmError) -> ModelFailure {
    match error {
        LlmError::Timeout { .. } => ModelFailure::Slow,
        LlmError::Malformed { .. } => ModelFailure::Wrong,
        LlmError::Config { .. }
        | LlmError::Cancelled
        | LlmError::Connect { .. }
        | LlmError::Unauthorized { .. }
        | LlmError::RateLimited { .. }
        | LlmError::Status { .. }
        | LlmError::Unavailable { .. } => ModelFailure::Down,
    }
}
