//! The model's words, kept only when every number in them stands on evidence; our own otherwise.

use std::time::Instant;

use domain::{Chart, Table};
use llm::Message;
use prompts::{Compose, TableView};

use super::model_loop::{Found, render, request};
use crate::{
    compose::{self, Subject, cells},
    ground::{Facts, Grounded, ground},
    say,
    say::ModelFailure,
    turn::Turn,
};

/// Rows of a table that is shown in the text because the answer carries another one.
const APPENDED_ROWS: usize = 10;

/// The answer's words.
#[derive(Debug)]
pub(super) struct Text {
    /// Markdown.
    pub(super) words: String,
    /// Which evidence the answer carries, by position; the last one with a table where the words name none.
    pub(super) main: Option<usize>,
    /// A chart of that evidence's table.
    pub(super) chart: Option<Chart>,
}

/// Checks the model's words, lets it write them once more, and falls back on ours.
pub(super) async fn compose(turn: &mut Turn<'_>, found: &Found) -> Result<Text, ModelFailure> {
    let began = Instant::now();
    let first = check(turn, found, &found.prose);
    turn.emitter.step("ground", Some(if first.is_ok() { "backed" } else { "unbacked" }), began).await;
    let unbacked = match first {
        Ok(grounded) => return Ok(with_tables(turn, found, grounded)),
        Err(unbacked) => unbacked,
    };
    tracing::info!(?unbacked, "the model's words name numbers that are no cells");
    let began = Instant::now();
    let second = again(turn, found, unbacked).await;
    turn.emitter.step("ground", Some(if second.is_some() { "backed" } else { "replaced" }), began).await;
    match second {
        Some(grounded) => Ok(with_tables(turn, found, grounded)),
        None => own_words(turn, found),
    }
}

/// Whether prose stands on what was found.
fn check(turn: &Turn<'_>, found: &Found, prose: &str) -> Result<Grounded, Vec<String>> {
    if prose.trim().is_empty() {
        return Err(Vec::new());
    }
    let tables: Vec<&Table> = found.tables().into_iter().map(|(_, table)| table).collect();
    let citations: Vec<_> = found.evidences.iter().flat_map(|evidence| evidence.citations.clone()).collect();
    let periods: Vec<_> = found.evidences.iter().filter_map(|evidence| evidence.terms.period.clone()).collect();
    let days = turn.profile.complete_to().into_iter().chain([turn.question.today()]);
    let facts = Facts::new(&tables, &citations, &periods).with_question(&turn.question.text).with_days(days);
    ground(prose, &tables, &facts, turn.language)
}

/// One more request for prose that only names cells.
async fn again(turn: &mut Turn<'_>, found: &Found, unbacked: Vec<String>) -> Option<Grounded> {
    let view = |(at, (_, table)): (usize, (usize, &Table))| TableView::of(&format!("t{}", at + 1), table, APPENDED_ROWS);
    let tables: Vec<_> = found.tables().into_iter().enumerate().map(view).collect();
    if tables.is_empty() && found.evidences.is_empty() {
        return None;
    }
    let task = Compose { question: turn.question.text.clone(), tables, unbacked };
    let prompt = render(turn, &task).ok()?;
    let mut messages = found.messages.clone();
    messages.extend([Message::Assistant { text: found.prose.clone(), calls: Vec::new() }, Message::User(prompt)]);
    let completion = request(turn, &messages, &[]).await.ok()?;
    check(turn, found, &completion.text).ok()
}

/// The answer carries one table; of the others that the words name, the text shows the first rows.
fn with_tables(turn: &Turn<'_>, found: &Found, grounded: Grounded) -> Text {
    let tables = found.tables();
    let main = grounded.tables.first().copied().or_else(|| tables.len().checked_sub(1));
    let mut words = grounded.text.trim().to_owned();
    for at in grounded.tables.iter().filter(|at| Some(**at) != main) {
        words.push_str("\n\n");
        words.push_str(&markdown_table(tables[*at].1));
    }
    Text { words, main: main.map(|at| tables[at].0), chart: main.and_then(|at| chart(turn, tables[at].1)) }
}

/// Words written by us from the last table, or from the passages, and why.
fn own_words(turn: &Turn<'_>, found: &Found) -> Result<Text, ModelFailure> {
    let citations: Vec<_> = found.evidences.iter().flat_map(|evidence| evidence.citations.clone()).collect();
    let (words, main, chart) = match found.tables().last() {
        Some((at, table)) => {
            let evidence = &found.evidences[*at];
            let words = if evidence.text.is_empty() { compose::text(&subject(turn, table)) } else { evidence.text.clone() };
            (words, Some(*at), chart(turn, table))
        }
        None if citations.is_empty() => return Err(ModelFailure::Wrong),
        None => (compose::knowledge::text(&turn.question.text, &citations, turn.language), None, None),
    };
    Ok(Text { words: format!("{words}\n\n{}", say::replaced(turn.language)), main, chart })
}

fn chart(turn: &Turn<'_>, table: &Table) -> Option<Chart> {
    compose::chart(&subject(turn, table))
}

fn subject<'a>(turn: &'a Turn<'_>, table: &'a Table) -> Subject<'a> {
    Subject {
        roles: compose::guessed_roles(table),
        table,
        period: None,
        filters: &[],
        complete_to: turn.profile.complete_to(),
        currency: turn.only_currency(),
        against: compose::Against::Period,
        language: turn.language,
    }
}

fn markdown_table(table: &Table) -> String {
    let header: Vec<_> = table.columns.iter().map(|column| compose::markdown::escape(&column.label)).collect();
    let mut lines = vec![format!("| {} |", header.join(" | ")), format!("|{}", " --- |".repeat(header.len()))];
    for row in 0..table.rows.len().min(APPENDED_ROWS) {
        let cells: Vec<_> = (0..header.len()).map(|column| cells::show(table, row, column, None)).collect();
        lines.push(format!("| {} |", cells.join(" | ")));
    }
    lines.join("\n")
}
