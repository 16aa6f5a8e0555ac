//! The answer every interface gives: `POST /api/v1/query`, `cloudlens ask --json`, the chat stream's last word.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{ChangeSummary, Chart, Clarification, Language, Period, Table};

/// How a question ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// There is an answer.
    Answered,
    /// Two readings differ in result; see `clarification`.
    NeedsClarification,
    /// Not something this product answers, or not for this asker.
    Refused,
    /// Understood, but the data hold nothing for it.
    NoData,
    /// Something broke; `text` says what to do.
    Failed,
}

/// What kind of answer was wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the design's, one for each tool or topic")]
pub enum Intent {
    Query,
    Explain,
    Anomaly,
    Forecast,
    WhatIf,
    Allocate,
    Budget,
    Optimize,
    Commitment,
    Balance,
    Security,
    Remediate,
    Knowledge,
    Chat,
}

/// Who understood the question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Planner {
    /// The built-in grammar.
    Grammar,
    /// A query an expert approved.
    Verified,
    /// A language model, checked.
    Model,
}

/// The statement behind the answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SqlNote {
    /// The checked statement, rendered from its AST.
    pub text: String,
    /// Its dialect.
    pub dialect: String,
    /// Tables it reads.
    pub tables: Vec<String>,
    /// Time in the engine.
    pub elapsed_ms: f64,
}

/// The terms an answer stands on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Terms {
    /// The cost column, such as `BilledCost`.
    pub cost_basis: Option<String>,
    /// The currency, or several joined by `, `.
    pub currency: Option<String>,
    /// The period.
    pub period: Option<Period>,
    /// The asker's time zone (IANA name).
    pub time_zone: Option<String>,
    /// Filters in words.
    pub filters: Vec<String>,
    /// Rows the engine read.
    pub rows_read: Option<u64>,
    /// The last day the data are complete for.
    pub data_complete_to: Option<String>,
    /// Columns used whose values the import derived.
    pub derived_columns: Vec<String>,
    /// How the bills agree with the provider's totals.
    pub reconciliation: Option<String>,
    /// What was assumed because the question did not say, in words.
    #[serde(default)]
    pub assumptions: Vec<String>,
}

/// A passage that supports the answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Citation {
    /// The document's id (its file name).
    pub id: String,
    /// The document's title.
    pub title: String,
    /// Where in the document: the heading.
    pub locator: String,
    /// The passage, literally.
    pub quote: String,
    /// The retrieval score; only comparable within one answer.
    pub score: f32,
}

/// A step on the way to the answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TraceStep {
    /// What was done: `understand`, `act`, `compose`, `ground` …
    pub step: String,
    /// The tool called, or what was found.
    pub tool: Option<String>,
    /// How long it took.
    pub elapsed_ms: f64,
}

/// What a model cost.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Usage {
    /// The model's name; none when no model was used.
    pub model: Option<String>,
    /// Tokens sent.
    pub prompt_tokens: u64,
    /// Tokens received.
    pub completion_tokens: u64,
    /// What they cost, in the model's currency, when its price is configured.
    pub cost: Option<String>,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Answer {
    /// The run's id.
    pub id: String,
    /// What was asked.
    pub question: String,
    /// The question as it was understood, when the conversation completed it.
    pub resolved_question: Option<String>,
    /// The answer's language.
    pub language: Language,
    /// How it ended.
    pub status: Status,
    /// What was wanted.
    pub intent: Intent,
    /// Who understood it.
    pub planner: Planner,
    /// The answer in words (Markdown).
    pub text: String,
    /// The typed query, when there was one.
    #[schema(value_type = Option<Object>)]
    pub metric_query: Option<serde_json::Value>,
    /// The statement.
    pub sql: Option<SqlNote>,
    /// The result.
    pub table: Option<Table>,
    /// The drawing.
    pub chart: Option<Chart>,
    /// The terms.
    pub terms: Terms,
    /// Supporting passages.
    pub citations: Vec<Citation>,
    /// The question back.
    pub clarification: Option<Clarification>,
    /// Changes proposed.
    pub changes: Vec<ChangeSummary>,
    /// Questions that make sense next.
    pub follow_ups: Vec<String>,
    /// What was done.
    pub trace: Vec<TraceStep>,
    /// What a model cost.
    pub usage: Usage,
    /// From question to answer.
    pub elapsed_ms: f64,
}

impl Answer {
    /// An answer with nothing in it yet: status `failed`, so that a half-made one cannot pass for an answer.
    pub fn empty(id: &str, question: &str, language: Language) -> Self {
        Self {
            id: id.to_owned(),
            question: question.to_owned(),
            resolved_question: None,
            language,
            status: Status::Failed,
            intent: Intent::Query,
            planner: Planner::Grammar,
            text: String::new(),
            metric_query: None,
            sql: None,
            table: None,
            chart: None,
            terms: Terms::default(),
            citations: Vec::new(),
            clarification: None,
            changes: Vec::new(),
            follow_ups: Vec::new(),
            trace: Vec::new(),
            usage: Usage::default(),
            elapsed_ms: 0.0,
        }
    }
}
