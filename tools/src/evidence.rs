//! What a tool found out.

use domain::{ChangeSummary, Chart, Citation, Intent, SqlNote, Table, Terms};

/// What a tool found out, with everything an answer needs to show for it.
#[derive(Clone, Debug, Default, serde::Serialize)]
pub struct Evidence {
    /// One or two sentences in the context's language whose numbers are cells of `table`; empty where the caller composes.
    pub text: String,
    /// The result.
    pub table: Option<Table>,
    /// The statement behind it.
    pub sql: Option<SqlNote>,
    /// The drawing.
    pub chart: Option<Chart>,
    /// The terms.
    pub terms: Terms,
    /// Passages.
    pub citations: Vec<Citation>,
    /// Changes proposed.
    pub changes: Vec<ChangeSummary>,
    /// Questions that make sense next.
    pub follow_ups: Vec<String>,
    /// The topic.
    pub intent: Option<Intent>,
    /// Whether nothing was found.
    pub empty: bool,
}
