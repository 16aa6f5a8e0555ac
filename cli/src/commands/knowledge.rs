//! `cloudlens knowledge`: documents in, passages out.

use std::{collections::BTreeSet, fs, path::Path, process::ExitCode};

use anyhow::{Context, Result};
use domain::{Scope, Status};
use retrieval::{Hit, Knowledge};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use server::{App, Config};

use super::ask;
use crate::{args, input, output};

/// A line of a batch.
#[derive(Deserialize)]
struct Line {
    id: Value,
    question: String,
    #[serde(default)]
    asker_access: Option<BTreeSet<String>>,
    k: Option<usize>,
}

/// What a line is answered with.
#[derive(Serialize)]
struct Found {
    id: Value,
    hits: Vec<Hit>,
}

/// Adds, searches, or answers from the documents.
pub async fn run(settings: Config, command: args::Knowledge) -> Result<ExitCode> {
    match command {
        args::Knowledge::Add { path } => add(&settings.data, &path).await?,
        args::Knowledge::Search(search) => find(&settings.data, search).await?,
        args::Knowledge::Ask(search) => return answer(settings, search).await,
    }
    Ok(ExitCode::SUCCESS)
}

async fn open(data: &Path) -> Result<Knowledge> {
    Ok(Knowledge::open(&data.join("knowledge")).await?)
}

async fn add(data: &Path, path: &Path) -> Result<()> {
    let knowledge = open(data).await?;
    let report = if path.is_dir() {
        knowledge.add_folder(path).await?
    } else {
        let id = path.file_name().and_then(|name| name.to_str()).context("the file has no name")?;
        let text = fs::read_to_string(path).with_context(|| format!("cannot read `{}`", path.display()))?;
        knowledge.add(id, &text).await?
    };
    output::line(format_args!("{} documents added, {} unchanged, {} passages", report.documents, report.unchanged, report.chunks));
    Ok(())
}

async fn find(data: &Path, search: args::KnowledgeSearch) -> Result<()> {
    let knowledge = open(data).await?;
    let everyone = access(&search);
    if let Some(file) = &search.jsonl {
        for line in input::read_jsonl::<Line>(file)? {
            let access = line.asker_access.as_ref().unwrap_or(&everyone);
            let hits = knowledge.search(&line.question, access, line.k.unwrap_or(search.k)).await?;
            input::write_line(&Found { id: line.id, hits })?;
        }
        return Ok(());
    }
    let hits = knowledge.search(search.question.as_deref().unwrap_or_default(), &everyone, search.k).await?;
    if search.json {
        output::line(format_args!("{}", serde_json::to_string_pretty(&hits)?));
    } else {
        for hit in &hits {
            output::line(format_args!("{:.2}  {} › {}  [{}]\n{}\n", hit.score, hit.title, hit.heading, hit.doc, hit.text));
        }
    }
    Ok(())
}

async fn answer(settings: Config, search: args::KnowledgeSearch) -> Result<ExitCode> {
    let everyone = access(&search);
    let app = App::open(settings).await?;
    let asker = |documents: BTreeSet<String>| Scope { documents, ..app.local_context().asker };
    let Some(file) = &search.jsonl else {
        let answer = ask::from_documents(&app, search.question.as_deref().unwrap_or_default(), asker(everyone)).await;
        output::print_answer(&answer);
        return Ok(if answer.status == Status::Failed { ExitCode::FAILURE } else { ExitCode::SUCCESS });
    };
    for line in input::read_jsonl::<Line>(file)? {
        let documents = line.asker_access.clone().unwrap_or_else(|| everyone.clone());
        let answer = ask::from_documents(&app, &line.question, asker(documents)).await;
        input::write_line(&ask::with_id(&line.id, &answer)?)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn access(search: &args::KnowledgeSearch) -> BTreeSet<String> {
    if search.access.is_empty() { Scope::owner("local").documents } else { search.access.iter().cloned().collect() }
}
