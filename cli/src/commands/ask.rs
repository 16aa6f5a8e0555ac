//! `cloudlens ask`: one question for a person, or many as JSON lines.

use std::process::ExitCode;

use anyhow::{Context, Result};
use domain::{Answer, Language, Question, Scope, Status};
use jiff::{Timestamp, tz::TimeZone};
use serde::Deserialize;
use serde_json::Value;
use server::{App, Config};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::{args, input, output};

/// A line of a batch; other keys are passed over, so that files with gold results can be asked as they are.
#[derive(Deserialize)]
struct Line {
    id: Value,
    question: String,
    #[serde(default)]
    history: Vec<String>,
    now: Option<Timestamp>,
    time_zone: Option<String>,
    language: Option<Language>,
}

/// Answers; a question that broke something ends with code 1.
pub async fn run(settings: Config, ask: args::Ask) -> Result<ExitCode> {
    let app = App::open(settings).await?;
    let zone = |name: Option<&str>| -> Result<TimeZone> {
        let Some(name) = name else { return Ok(app.local_context().time_zone) };
        TimeZone::get(name).with_context(|| format!("`{name}` is not a time zone\nhint: use an IANA name such as Asia/Shanghai"))
    };
    let default_zone = zone(ask.time_zone.as_deref())?;
    let now = ask.now.unwrap_or_else(Timestamp::now);
    if let Some(file) = &ask.jsonl {
        for line in input::read_jsonl::<Line>(file)? {
            let time_zone = match &line.time_zone {
                Some(name) => zone(Some(name))?,
                None => default_zone.clone(),
            };
            let question = Question {
                text: line.question,
                language: line.language.or(ask.language.map(Into::into)),
                asker: app.local_context().asker,
                history: line.history,
                now: line.now.unwrap_or(now),
                time_zone,
            };
            input::write_line(&with_id(&line.id, &turn(&app, question).await)?)?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    let question = Question {
        text: ask.question.unwrap_or_default(),
        language: ask.language.map(Into::into),
        asker: app.local_context().asker,
        history: ask.history,
        now,
        time_zone: default_zone,
    };
    let answer = turn(&app, question).await;
    if ask.json {
        output::line(format_args!("{}", serde_json::to_string_pretty(&answer)?));
    } else {
        output::print_answer(&answer);
    }
    if ask.explain {
        for step in &answer.trace {
            output::line(format_args!("{:<12} {:>8.2} ms  {}", step.step, step.elapsed_ms, step.tool.as_deref().unwrap_or_default()));
        }
    }
    Ok(if answer.status == Status::Failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// One turn, its events unread.
pub async fn turn(app: &App, question: Question) -> Answer {
    let (events, unread) = mpsc::channel(1);
    drop(unread);
    app.copilot().turn(&uuid::Uuid::now_v7().to_string(), question, events, CancellationToken::new()).await
}

/// The answer to a question that is meant for the documents alone.
pub async fn from_documents(app: &App, text: &str, asker: Scope) -> Answer {
    let context = app.local_context();
    let question =
        Question { text: text.to_owned(), language: None, asker, history: Vec::new(), now: context.now, time_zone: context.time_zone };
    app.copilot().answer_from_documents(&uuid::Uuid::now_v7().to_string(), question, CancellationToken::new()).await
}

/// The answer as JSON with the caller's id in place of the run's.
pub fn with_id(id: &Value, answer: &Answer) -> Result<Value> {
    let mut json = serde_json::to_value(answer)?;
    json["id"] = id.clone();
    Ok(json)
}
