//! Moves what a tool found into the answer, and what it could not do into words.

use domain::{Answer, Language, Status};
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
    let text = sentence(error.safe.get(turn.language), turn.language);
    turn.finish(status, text);
}

/// An error's words as a sentence: they come in lower case and without a full stop.
fn sentence(words: &str, language: Language) -> String {
    let mut characters = words.chars();
    let first: String = characters.next().into_iter().flat_map(char::to_uppercase).collect();
    let ended = words.ends_with(['.', '。', '!', '!', '?', '?']);
    format!("{first}{}{}", characters.as_str(), if ended { "" } else { language.pick("。", ".") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_read_as_sentences() {
        assert_eq!(sentence("the query was cancelled", Language::En), "The query was cancelled.");
        assert_eq!(sentence("查询已取消", Language::Zh), "查询已取消。");
        assert_eq!(sentence("Try again.", Language::En), "Try again.");
    }
}
