//! What a turn says while it is under way; every face renders the same events.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{Answer, ChangeSummary, Chart, Citation, Clarification, SqlNote, Table, Terms, TraceStep};

/// One thing said during a turn, in order. The last is always `Done`.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// The turn began.
    Started {
        /// The run's id, which is the answer's.
        run_id: String,
    },
    /// A step ended.
    Step(TraceStep),
    /// More of the answer's text.
    TextDelta {
        /// To append.
        text: String,
    },
    /// The statement that ran.
    Sql(SqlNote),
    /// The result.
    Table(Table),
    /// The drawing.
    Chart(Chart),
    /// The terms.
    Terms(Terms),
    /// A source.
    Citation(Citation),
    /// A question back.
    Clarification(Clarification),
    /// Changes to approve.
    Changes {
        /// Each a card.
        changes: Vec<ChangeSummary>,
    },
    /// Questions that make sense next.
    FollowUps {
        /// Complete questions.
        questions: Vec<String>,
    },
    /// The whole answer.
    Done {
        /// As `POST /api/v1/query` gives it.
        answer: Box<Answer>,
    },
}
