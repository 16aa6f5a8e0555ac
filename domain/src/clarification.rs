//! A question back to the asker, with choices that are complete questions.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What is asked back when two readings differ in result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Clarification {
    /// What is unclear, in the asker's language.
    pub question: String,
    /// Two to four readings.
    pub options: Vec<Choice>,
}

/// One reading.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Choice {
    /// What the button says.
    pub label: String,
    /// The complete question that a click sends.
    pub question: String,
}
