//! What the copilot can do: one tool a file, one registry, four faces (router, model, REST, MCP).

use std::sync::Arc;

use domain::{ChangeSummary, Chart, Citation, Intent, Language, Limits, Permission, Scope, SqlNote, Table, Terms, Text};
use jiff::{Timestamp, tz::TimeZone};
use nl2sql::Plan;
use retrieval::Knowledge;
use schema::Catalog;
use store::Store;
use tokio_util::sync::CancellationToken;
use warehouse::Warehouse;

/// The shared parts every tool works with; made once.
#[derive(Clone)]
pub struct Parts {
    /// The model and its policy.
    pub catalog: Arc<Catalog>,
    /// The bills.
    pub warehouse: Arc<Warehouse>,
    /// The documents, when there is an index.
    pub knowledge: Option<Arc<Knowledge>>,
    /// Own state.
    pub store: Store,
}

/// One call's circumstances.
#[derive(Clone)]
pub struct Context {
    /// The shared parts.
    pub parts: Parts,
    /// Who asks.
    pub asker: Scope,
    /// The language of words in the evidence.
    pub language: Language,
    /// Now.
    pub now: Timestamp,
    /// The asker's time zone.
    pub time_zone: TimeZone,
    /// Bounds on each query.
    pub limits: Limits,
    /// Stops the call.
    pub cancel: CancellationToken,
}

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

/// A failure with two texts: one for the operator's log, one that is safe to show a person or a model.
#[derive(Debug, thiserror::Error)]
#[error("{operator}")]
pub struct ToolError {
    /// A stable code: `invalid_arguments`, `forbidden`, `rejected_sql`, `timeout`, `cancelled`, `not_found`, `unavailable`, `failed`.
    pub code: &'static str,
    /// For the log.
    pub operator: String,
    /// Safe to show, in both languages.
    pub safe: Text,
}

/// A tool.
#[async_trait::async_trait]
pub trait Tool: Send + Sync {
    /// Its name: snake case.
    fn name(&self) -> &'static str;
    /// What it does, for a person and for a model.
    fn description(&self) -> Text;
    /// The JSON schema of its arguments.
    fn arguments(&self) -> serde_json::Value;
    /// What the asker must be allowed.
    fn permission(&self) -> Permission;
    /// Does it. Checks the permission first.
    async fn call(&self, context: &Context, args: serde_json::Value) -> Result<Evidence, ToolError>;
}

/// Every tool by name.
#[derive(Clone)]
pub struct Registry {}

impl Registry {
    /// All tools of the product.
    pub fn standard() -> Self {
        unimplemented!()
    }

    /// Every tool, by name.
    pub fn tools(&self) -> Vec<Arc<dyn Tool>> {
        unimplemented!()
    }

    /// Calls a tool after checking that it exists and the asker may.
    pub async fn call(&self, _name: &str, _context: &Context, _args: serde_json::Value) -> Result<Evidence, ToolError> {
        unimplemented!()
    }
}

/// Guards and runs a grammar's plan: the way every query goes, whoever made it. The text is left for the caller to compose.
pub async fn run_plan(_context: &Context, _plan: &Plan) -> Result<Evidence, ToolError> {
    unimplemented!()
}
