//! What a question was understood as, for the copilot.

use domain::{Clarification, Intent, Period};

use crate::query::MetricQuery;

/// What a question was understood as.
#[derive(Clone, Debug)]
pub enum Reading {
    /// A query of the tables.
    Query(Box<Plan>),
    /// A tool other than a query: its name and arguments.
    Tool {
        /// The tool's name in the registry.
        name: &'static str,
        /// Its arguments.
        args: serde_json::Value,
        /// The topic.
        intent: Intent,
    },
    /// Two readings differ in result.
    Clarify(Clarification),
    /// Nothing in the data for it: which part is missing and what there is, in the asker's language.
    NoData {
        /// For the person.
        text: String,
    },
    /// Not a question this product answers, in the asker's language.
    Decline {
        /// For the person.
        text: String,
    },
    /// Not understood: words that carry meaning and found no place. A model may try; without one the person is told.
    Unknown {
        /// The words.
        words: Vec<String>,
        /// Whether it reads like a question to the documents (a policy, a runbook, a how-to) rather than to the bills.
        knowledge: bool,
    },
}

/// A query ready for the guard.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The typed query, for the answer's `metric_query`.
    pub query: MetricQuery,
    /// Its SQL in the embedded engine's dialect, for [`schema::check`]. Values are quoted; the guard checks it like any other.
    pub sql: String,
    /// The question completed from the conversation.
    pub resolved_question: Option<String>,
    /// What was assumed, in the asker's language.
    pub assumptions: Vec<String>,
    /// Words that became something: `(word, meaning)`.
    pub matched: Vec<(String, String)>,
    /// Words that were left aside.
    pub ignored: Vec<String>,
    /// The period, for the terms.
    pub period: Option<Period>,
    /// Filters in words, for the terms.
    pub filters: Vec<String>,
    /// The result's columns in order: name, label in the asker's language, unit.
    pub columns: Vec<PlanColumn>,
    /// The topic.
    pub intent: Intent,
}

/// A column of a plan's result.
#[derive(Clone, Debug)]
pub struct PlanColumn {
    /// The name in the SQL.
    pub name: String,
    /// For a person.
    pub label: String,
    /// See [`domain::Column::unit`].
    pub unit: Option<String>,
    /// What it is for.
    pub role: Role,
}

/// What a result column is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// A group's name.
    Label,
    /// A time.
    Time,
    /// A currency.
    Currency,
    /// The number asked for.
    Value,
    /// The number it is compared with.
    Previous,
    /// The difference of the two.
    Change,
    /// The difference in proportion to the previous one.
    ChangeRatio,
    /// A share of the whole.
    Share,
}
