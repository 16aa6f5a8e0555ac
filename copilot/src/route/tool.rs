//! A question the grammar gave to a tool.

use std::time::Instant;

use domain::{Intent, Status};

use super::{evidence, knowledge};
use crate::{
    compose::{self, Subject},
    turn::Turn,
};

/// Calls the tool and answers with what it found.
pub(crate) async fn answer(turn: &mut Turn<'_>, name: &'static str, args: serde_json::Value, intent: Intent) {
    turn.answer.intent = intent;
    if name == knowledge::TOOL {
        return knowledge::answer(turn, args).await;
    }
    let began = Instant::now();
    let result = turn.copilot.registry.call(name, &turn.context, args).await;
    turn.emitter.step("act", Some(name), began).await;
    let found = match result {
        Ok(found) => found,
        Err(error) => return evidence::fail(turn, &error),
    };
    let began = Instant::now();
    let (empty, text) = (found.empty, found.text.clone());
    evidence::take(&mut turn.answer, found);
    let text = if text.is_empty() { composed(turn) } else { text };
    turn.emitter.step("compose", None, began).await;
    turn.finish(if empty { Status::NoData } else { Status::Answered }, text);
}

/// Words and a chart for a table whose tool left them to us.
fn composed(turn: &mut Turn<'_>) -> String {
    let Some(table) = turn.answer.table.as_ref() else {
        return turn.language.pick("已完成,没有可显示的结果。", "Done; there is nothing to show.").to_owned();
    };
    let subject = Subject {
        roles: compose::guessed_roles(table),
        table,
        period: turn.answer.terms.period.as_ref(),
        filters: &turn.answer.terms.filters,
        complete_to: turn.profile.complete_to(),
        currency: turn.only_currency(),
        against: compose::Against::Period,
        language: turn.language,
    };
    let (text, chart) = (compose::text(&subject), compose::chart(&subject));
    turn.answer.chart = turn.answer.chart.take().or(chart);
    text
}
