//! Moves what a tool found into the answer, and what it could not do into words.

use domain::{Answer, Status};
use tools::{Evidence, ToolError};

use crate::turn::Turn;

/// Everything of the evidence but its text.
pub(super) fn take(answer: &mut Answer, evidence: Evidence) {
    answer.table = evidence.table;
    answer.sql = evidence.sql;
    answer.chart = evidence.chart;
    answer.terms = evidence.terms;
    answer.citations = evidence.citations;
    answer.changes = evidence.changes;
    answer.follow_ups = evidence.follow_ups;
    if let Some(intent) = evidence.intent {
        answer.intent = intent;
    }
}

/// A tool that failed.
pub(super) fn fail(turn: &mut Turn<'_>, error: &ToolError) {
    tracing::warn!(code = error.code, %error, "a tool failed");
    let status = match error.code {
        "forbidden" | "rejected_sql" => Status::Refused,
        "not_found" => Status::NoData,
        _ => Status::Failed,
    };
    let text = error.safe.get(turn.language).to_owned();
    turn.finish(status, text);
}
