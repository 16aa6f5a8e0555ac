//! `cloudlens eval`: questions with gold results, asked and scored.

use std::process::ExitCode;

use anyhow::{Context, Result};
use domain::{Language, Question};
use evals::{Case, EvalError, Remote, load, run as score};
use jiff::{Timestamp, tz::TimeZone};
use serde_json::Value;
use server::{App, Config};

use super::ask;
use crate::{args, output};

/// Runs the suites and prints accuracy and every miss; below the threshold it ends with code 1.
pub async fn run(settings: Config, eval: args::Eval) -> Result<ExitCode> {
    let mut cases = Vec::new();
    for file in &eval.files {
        cases.extend(load(file)?);
    }
    let bar = output::count_bar(cases.len() as u64);
    bar.set_message("asking");
    let told = |done: usize| bar.set_position(done as u64);
    let report = if let Some(url) = &eval.url {
        let remote = Remote::new(url, None);
        score(&cases, async |case: &Case| remote.ask(case).await, told).await
    } else {
        let app = App::open(settings).await?;
        let questions = cases.iter().map(|case| question(&app, case)).collect::<Result<Vec<_>>>()?;
        let asker = async |case: &Case| -> Result<Value, EvalError> {
            let position = cases.iter().position(|known| known.id == case.id).unwrap_or_default();
            let answer = ask::turn(&app, questions[position].clone()).await;
            // An answer is plain data, so it always becomes JSON.
            Ok(serde_json::to_value(answer).unwrap_or(Value::Null))
        };
        score(&cases, asker, told).await
    };
    bar.finish_and_clear();
    if eval.json {
        output::line(format_args!("{}", serde_json::to_string_pretty(&report)?));
    } else {
        output::text(format_args!("{}", report.render(Language::En)));
    }
    Ok(if report.passes(eval.min_accuracy) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn question(app: &App, case: &Case) -> Result<Question> {
    let context = app.local_context();
    let now = match &case.now {
        Some(text) => text.parse::<Timestamp>().with_context(|| format!("`{}`: `{text}` is not a time", case.id))?,
        None => context.now,
    };
    let time_zone = match &case.time_zone {
        Some(name) => TimeZone::get(name).with_context(|| format!("`{}`: `{name}` is not a time zone", case.id))?,
        None => context.time_zone,
    };
    Ok(Question { text: case.question.clone(), language: None, asker: context.asker, history: case.history.clone(), now, time_zone })
}
