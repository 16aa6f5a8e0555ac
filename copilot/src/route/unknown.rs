//! A question the grammar did not understand: the documents when they clearly speak of it, a model when there is one, the truth otherwise.

use domain::{Intent, Status};

use super::{knowledge, model};
use crate::{compose, say, say::ModelFailure, turn::Turn};

/// Answers, or says what was not understood and what can be asked.
pub(crate) async fn answer(turn: &mut Turn<'_>, words: &[String], about_documents: bool) {
    turn.answer.intent = if about_documents { Intent::Knowledge } else { Intent::Chat };
    if let Some(found) = passages(turn, words, about_documents).await {
        return knowledge::quote(turn, found);
    }
    let failure = if turn.copilot.model.is_some() { model::answer(turn).await.err() } else { None };
    match (failure, turn.copilot.model.is_some()) {
        (None, true) => {}
        (Some(failure), _) => give_up(turn, words, Some(failure)),
        (None, false) if about_documents => turn.finish(Status::NoData, say::no_passage(turn.language).to_owned()),
        (None, false) => give_up(turn, words, None),
    }
}

/// Passages that answer: for a question to the documents what may be about it, for another only what clearly speaks of it.
async fn passages(turn: &mut Turn<'_>, words: &[String], about_documents: bool) -> Option<tools::Evidence> {
    turn.context.parts.knowledge.as_ref()?;
    let arguments = knowledge::arguments(turn);
    let found =
        knowledge::search(turn, arguments).await.inspect_err(|error| tracing::warn!(%error, "the documents could not be searched")).ok()?;
    let best = found.citations.first()?;
    let clear = if about_documents {
        compose::knowledge::may_speak_of(words, &found.citations)
    } else {
        compose::knowledge::covers(&turn.question.text, words, best)
    };
    clear.then_some(found)
}

fn give_up(turn: &mut Turn<'_>, words: &[String], failure: Option<ModelFailure>) {
    let examples = turn.examples();
    let mut text = say::not_understood(words, turn.language);
    if let Some(failure) = failure {
        text = format!("{text}{}{}", turn.language.pick("", " "), say::model_failed(failure, turn.language));
    }
    text.push_str(&say::examples(&examples, turn.language));
    turn.answer.follow_ups = examples;
    turn.finish(if failure.is_some() { Status::Failed } else { Status::Refused }, text);
}
