//! A question the grammar planned: guard, run, compose.

use std::time::Instant;

use domain::{Intent, Status, Table};
use nl2sql::{Plan, Role};

use super::evidence;
use crate::{
    compose::{self, Against, Subject},
    say, terms,
    turn::Turn,
};

/// Answers with a plan's result.
pub(crate) async fn answer(turn: &mut Turn<'_>, plan: Plan) {
    turn.answer.intent = plan.intent;
    turn.answer.resolved_question.clone_from(&plan.resolved_question);
    turn.answer.metric_query = serde_json::to_value(&plan.query).ok();
    let began = Instant::now();
    let result = tools::run_plan(&turn.context, &plan).await;
    turn.emitter.step("act", Some("run_sql"), began).await;
    let found = match result {
        Ok(found) => found,
        Err(error) => return evidence::fail(turn, &error),
    };
    let began = Instant::now();
    let (empty, text) = (found.empty, found.text.clone());
    evidence::take(&mut turn.answer, found);
    turn.answer.intent = plan.intent;
    terms::from_plan(&mut turn.answer.terms, &plan);
    let mut table = turn.answer.table.take().unwrap_or_default();
    label(&mut table, &plan);
    if empty || table.rows.is_empty() {
        let sought = terms::sought(&turn.answer.terms, turn.language);
        let text = say::nothing_found(&sought, span(turn), turn.language);
        turn.answer.table = Some(table);
        turn.answer.chart = None;
        turn.answer.follow_ups = turn.examples();
        return turn.finish(Status::NoData, text);
    }
    let subject = Subject {
        roles: roles(&table, &plan),
        table: &table,
        period: plan.period.as_ref(),
        filters: &plan.filters,
        complete_to: turn.profile.complete_to(),
        currency: turn.only_currency(),
        against: if plan.intent == Intent::Budget { Against::Budget } else { Against::Period },
        language: turn.language,
    };
    let text = if text.is_empty() { compose::text(&subject) } else { text };
    let chart = turn.answer.chart.take().or_else(|| compose::chart(&subject));
    let follow_ups = compose::follow_ups::follow_ups(&subject, &plan, turn.question, &turn.grammar);
    turn.answer.chart = chart;
    if turn.answer.follow_ups.is_empty() {
        turn.answer.follow_ups = follow_ups;
    }
    turn.answer.table = Some(table);
    turn.emitter.step("compose", None, began).await;
    turn.finish(Status::Answered, text);
}

/// The columns' roles; times that are ranked are names, not a course of time.
fn roles(table: &Table, plan: &Plan) -> Vec<Role> {
    let mut roles = compose::planned_roles(table, &plan.columns);
    if plan.query.ranking.is_some() && !roles.contains(&Role::Label) {
        roles.iter_mut().filter(|role| **role == Role::Time).for_each(|role| *role = Role::Label);
    }
    roles
}

/// Gives the engine's columns the plan's labels and units.
fn label(table: &mut Table, plan: &Plan) {
    for column in &mut table.columns {
        if let Some(planned) = plan.columns.iter().find(|planned| planned.name.eq_ignore_ascii_case(&column.name)) {
            column.label.clone_from(&planned.label);
            column.unit = column.unit.take().or_else(|| planned.unit.clone());
        }
    }
}

/// From when to when there are bills.
fn span(turn: &Turn<'_>) -> Option<(String, String)> {
    let first = turn.profile.providers.iter().map(|span| span.first_month).min()?;
    let last = turn.profile.providers.iter().map(|span| span.complete_to).max()?;
    Some((first.to_string(), last.to_string()))
}
