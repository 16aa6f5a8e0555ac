//! One turn from question to answer: every failure on the way becomes an answer.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Instant};

use domain::{Answer, DataProfile, Event, Intent, Language, Limits, Permission, Question, Status, Text};
use futures::FutureExt;
use llm::ChatModel;
use nl2sql::{Grammar, Reading};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tools::{Context, Parts, Registry};

use crate::{
    emit::{self, Emitter, milliseconds},
    route, say, terms,
    understand::Grammars,
};

/// Answers questions. Cheap to clone.
#[derive(Clone)]
pub struct Copilot {
    pub(crate) parts: Parts,
    pub(crate) registry: Registry,
    pub(crate) model: Option<Arc<dyn ChatModel>>,
    limits: Limits,
    grammars: Arc<Grammars>,
}

/// A turn under way.
pub(crate) struct Turn<'a> {
    pub(crate) copilot: &'a Copilot,
    pub(crate) question: &'a Question,
    pub(crate) language: Language,
    pub(crate) context: Context,
    pub(crate) profile: Arc<DataProfile>,
    pub(crate) grammar: Arc<Grammar>,
    pub(crate) emitter: &'a mut Emitter,
    pub(crate) answer: Answer,
}

impl Copilot {
    /// From its parts; `model` is none where none is configured.
    pub fn new(parts: Parts, registry: Registry, model: Option<Arc<dyn ChatModel>>, limits: Limits) -> Self {
        Self { parts, registry, model, limits, grammars: Arc::default() }
    }

    /// Answers one question. Sends every event in order, `Done` last; a closed channel is ignored. Never fails: what breaks becomes
    /// an answer with status `failed` and advice.
    pub async fn turn(&self, run_id: &str, question: Question, events: mpsc::Sender<Event>, cancel: CancellationToken) -> Answer {
        self.run(run_id, question, None, events, cancel).await
    }

    /// Answers one question from the documents alone, whatever the grammar would make of it.
    pub async fn answer_from_documents(&self, run_id: &str, question: Question, cancel: CancellationToken) -> Answer {
        let (events, unread) = mpsc::channel(1);
        drop(unread);
        self.run(run_id, question, Some(Reading::Unknown { words: Vec::new(), knowledge: true }), events, cancel).await
    }

    async fn run(
        &self,
        run_id: &str,
        question: Question,
        reading: Option<Reading>,
        events: mpsc::Sender<Event>,
        cancel: CancellationToken,
    ) -> Answer {
        let started = Instant::now();
        let mut emitter = Emitter::new(events.clone());
        let empty = Answer::empty(run_id, &question.text, question.answer_language());
        let work = async {
            emitter.send(Event::Started { run_id: run_id.to_owned() }).await;
            let answer = match AssertUnwindSafe(self.answer(empty.clone(), &question, reading, &mut emitter, &cancel)).catch_unwind().await
            {
                Ok(answer) => answer,
                Err(_) => {
                    tracing::error!(run_id, "answering panicked");
                    failed(empty.clone(), &say::broken())
                }
            };
            emit::body(&events, &answer).await;
            answer
        };
        // Dropping the work ends whatever it waits for: the engine and the model get the token as well.
        let mut answer = tokio::select! {
            biased;
            () = cancel.cancelled() => failed(empty.clone(), &say::stopped()),
            answer = work => answer,
        };
        answer.trace = emitter.into_trace();
        answer.elapsed_ms = milliseconds(started.elapsed());
        emit::done(&events, &answer).await;
        answer
    }

    /// The lexicon's example questions for the data at hand.
    pub async fn examples(&self, language: Language) -> Vec<String> {
        let Ok(profile) = self.parts.warehouse.profile().await else { return Vec::new() };
        let grammar = self.grammars.get(&self.parts.catalog, &profile, &domain::Access::All).await;
        grammar.map_or(Vec::new(), |grammar| grammar.examples(language))
    }

    async fn answer(
        &self,
        empty: Answer,
        question: &Question,
        reading: Option<Reading>,
        emitter: &mut Emitter,
        cancel: &CancellationToken,
    ) -> Answer {
        if let Some(refusal) = refusal(question) {
            return Answer { status: Status::Refused, intent: Intent::Chat, text: refusal.get(empty.language).to_owned(), ..empty };
        }
        let began = Instant::now();
        let profile = match self.parts.warehouse.profile().await {
            Ok(profile) => profile,
            Err(error) => {
                tracing::error!(%error, "the profile of the data could not be read");
                return failed(empty, &say::data_unreadable());
            }
        };
        let Some(grammar) = self.grammars.get(&self.parts.catalog, &profile, &question.asker.accounts).await else {
            return failed(empty, &say::broken());
        };
        let understood = match reading {
            Some(reading) => Ok(reading),
            None => {
                let (reader, asked) = (Arc::clone(&grammar), question.clone());
                tokio::task::spawn_blocking(move || reader.understand(&asked)).await
            }
        };
        let Ok(reading) = understood else {
            return failed(empty, &say::broken());
        };
        emitter.step("understand", Some(kind(&reading)), began).await;
        let context = Context {
            parts: self.parts.clone(),
            asker: question.asker.clone(),
            language: empty.language,
            now: question.now,
            time_zone: question.time_zone.clone(),
            limits: self.limits,
            cancel: cancel.clone(),
        };
        let turn = Turn { copilot: self, question, language: empty.language, context, profile, grammar, emitter, answer: empty };
        turn.act(reading).await
    }
}

impl Turn<'_> {
    async fn act(mut self, reading: Reading) -> Answer {
        let no_bills = self.profile.cost_rows == 0 && self.profile.table_rows.values().all(|rows| *rows == 0);
        match reading {
            Reading::Query(_) | Reading::NoData { .. } | Reading::Clarify(_) if no_bills => {
                self.finish(Status::NoData, say::no_bills().get(self.language).to_owned());
            }
            Reading::Query(plan) => route::query::answer(&mut self, *plan).await,
            Reading::Tool { name, args, intent } => route::tool::answer(&mut self, name, args, intent).await,
            Reading::Clarify(clarification) => {
                self.finish(Status::NeedsClarification, clarification.question.clone());
                self.answer.clarification = Some(clarification);
            }
            Reading::NoData { text } => {
                self.answer.follow_ups = self.examples();
                self.finish(Status::NoData, text);
            }
            Reading::Decline { text } => {
                self.answer.intent = Intent::Chat;
                self.answer.follow_ups = self.examples();
                self.finish(Status::Refused, text);
            }
            Reading::Unknown { words, knowledge } => route::unknown::answer(&mut self, &words, knowledge).await,
        }
        if self.answer.table.is_some() {
            let (sql, table) = (self.answer.sql.as_ref().map(|sql| sql.text.as_str()), self.answer.table.as_ref());
            terms::complete(&mut self.answer.terms, sql, table, &self.profile, &self.question.time_zone);
        }
        self.answer
    }

    /// Ends the turn in words.
    pub(crate) fn finish(&mut self, status: Status, text: String) {
        self.answer.status = status;
        self.answer.text = text;
    }

    /// A few questions that these data answer.
    pub(crate) fn examples(&self) -> Vec<String> {
        self.grammar.examples(self.language).into_iter().take(4).collect()
    }

    /// The only currency of the bills, if there is only one.
    pub(crate) fn only_currency(&self) -> Option<String> {
        if let [currency] = self.profile.currencies.as_slice() { Some(currency.clone()) } else { None }
    }
}

/// Why a question is not even read.
fn refusal(question: &Question) -> Option<Text> {
    if question.text.len() > Question::MAX_BYTES {
        Some(say::too_long(Question::MAX_BYTES))
    } else if question.text.trim().is_empty() {
        Some(say::empty())
    } else if !question.asker.may(Permission::Ask) {
        Some(say::forbidden())
    } else {
        None
    }
}

fn failed(answer: Answer, text: &Text) -> Answer {
    Answer { status: Status::Failed, text: text.get(answer.language).to_owned(), ..answer }
}

fn kind(reading: &Reading) -> &'static str {
    match reading {
        Reading::Query(_) => "query",
        Reading::Tool { name, .. } => name,
        Reading::Clarify(_) => "clarify",
        Reading::NoData { .. } => "no_data",
        Reading::Decline { .. } => "decline",
        Reading::Unknown { .. } => "unknown",
    }
}

#[cfg(test)]
mod tests;
