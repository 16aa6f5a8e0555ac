//! What is kept of a turn that ended: the answer, its state, what a model took; and news of changes it proposed.

use std::sync::Arc;

use domain::{Answer, ChangeStatus};
use jiff::Timestamp;
use notify::Notification;
use serde_json::json;
use store::{Message, ModelUsage, Run, RunState, StoreError};
use uuid::Uuid;

use super::drive::Start;
use crate::{
    App,
    http::{
        error::chain,
        metrics::{count_run, count_tokens},
    },
};

/// How a turn ended.
pub(super) struct Outcome<'a> {
    pub(super) state: RunState,
    pub(super) answer: &'a Answer,
    pub(super) seconds: f64,
}

/// Keeps the end of a turn whose run and question are stored. A failure is logged: the answer is on its way already.
pub(super) async fn keep(app: &Arc<App>, start: &Start, outcome: &Outcome<'_>) {
    let now = Timestamp::now();
    let result = async {
        app.store().answer_message(&start.run, &json!(outcome.answer)).await?;
        app.store().finish_run(&start.run, outcome.state, now).await?;
        insert_usage(app, &start.owner, outcome.answer, now).await
    };
    if let Err(error) = result.await {
        tracing::error!(error = chain(&error), run = start.run, "the end of a run was not kept");
    }
    after(app, &start.owner, outcome);
}

/// Keeps a turn that was answered in one go, in its conversation where it has one. A failure is logged: the answer counts more.
pub(crate) async fn record(app: &Arc<App>, owner: &str, conversation: Option<&str>, answer: &Answer, started: Timestamp) {
    let now = Timestamp::now();
    let result = async {
        let run = Run {
            id: answer.id.clone(),
            conversation_id: conversation.map(str::to_owned),
            owner: owner.to_owned(),
            state: RunState::Finished,
            started_at: started,
            finished_at: Some(now),
        };
        app.store().insert_run(&run).await?;
        if let Some(conversation) = conversation {
            let message = Message { id: answer.id.clone(), question: answer.question.clone(), answer: json!(answer), created_at: started };
            app.store().add_message(conversation, &message).await?;
        }
        insert_usage(app, owner, answer, now).await
    };
    if let Err(error) = result.await {
        tracing::error!(error = chain(&error), run = answer.id, "a run was not kept");
    }
    after(app, owner, &Outcome { state: RunState::Finished, answer, seconds: answer.elapsed_ms / 1000.0 });
}

async fn insert_usage(app: &App, owner: &str, answer: &Answer, now: Timestamp) -> Result<(), StoreError> {
    let Some(model) = answer.usage.model.clone() else { return Ok(()) };
    let usage = ModelUsage {
        run_id: answer.id.clone(),
        owner: owner.to_owned(),
        model,
        prompt_tokens: answer.usage.prompt_tokens,
        completion_tokens: answer.usage.completion_tokens,
        cost: answer.usage.cost.clone(),
        used_at: now,
    };
    app.store().insert_usage(&usage).await
}

fn after(app: &Arc<App>, owner: &str, outcome: &Outcome<'_>) {
    count_run(outcome.state, outcome.seconds);
    count_tokens(&outcome.answer.usage);
    for change in outcome.answer.changes.iter().filter(|change| change.status == ChangeStatus::Proposed) {
        announce(app, "change.proposed", owner, &change.id);
    }
}

/// Tells the webhook, where there is one, what happened to a change request. Nobody waits for it.
pub(crate) fn announce(app: &Arc<App>, event: &'static str, actor: &str, change: &str) {
    let Some(webhook) = app.webhook.clone() else { return };
    let (app, actor, change) = (Arc::clone(app), actor.to_owned(), change.to_owned());
    tokio::spawn(async move {
        let change = match app.store().change(&change).await {
            Ok(change) => change,
            Err(error) => return tracing::error!(error = chain(&error), event, "news of a change request could not be written"),
        };
        let now = Timestamp::now();
        let notification = Notification { id: Uuid::now_v7().to_string(), event: event.into(), actor, change };
        if let Err(error) = webhook.send(&notification, now.as_second()).await {
            tracing::error!(error = chain(&error), event, "news of a change request did not arrive");
        }
    });
}
