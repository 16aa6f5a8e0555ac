//! Change requests: typed proposals that only a person can set in motion.

use jiff::Timestamp;
use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What is to be done to a resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Action {
    /// Stop a running instance. It can be started again.
    Stop,
    /// Give a resource back to the provider. Cannot be undone at a real provider.
    Release,
    /// Change the size of an instance.
    Resize {
        /// The instance type to change to, such as `ecs.g7.large`.
        instance_type: String,
    },
    /// Set a tag.
    Tag {
        /// The tag's key.
        key: String,
        /// The value to set.
        value: String,
    },
}

impl Action {
    /// The stable name of the kind of action.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Stop => "stop",
            Self::Release => "release",
            Self::Resize { .. } => "resize",
            Self::Tag { .. } => "tag",
        }
    }
}

/// How much can go wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Risk {
    /// Nobody notices: a tag, an address nothing uses.
    Low,
    /// A service may stop for a while.
    Medium,
    /// Data may be lost.
    High,
}

/// Where a change request is on its way.
///
/// `proposed -> approved | rejected`, `approved -> executing -> verified | failed`, `verified -> rolled_back`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChangeStatus {
    /// Stored with its dry run; waits for a person.
    Proposed,
    /// A person said yes.
    Approved,
    /// A person said no.
    Rejected,
    /// The executor is at work.
    Executing,
    /// Done, and looked at afterwards.
    Verified,
    /// Did not work; what had been done was undone where possible.
    Failed,
    /// Undone on request.
    RolledBack,
}

/// A proposal to change resources.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ChangeRequest {
    /// Its id.
    pub id: String,
    /// What to do.
    pub action: Action,
    /// To what.
    pub resource_ids: Vec<String>,
    /// Whose: the accounts of the resources.
    pub accounts: Vec<String>,
    /// Why, in the proposer's words.
    pub reason: String,
    /// What it saves a month, from the resources' own cost; none where it saves nothing.
    #[schema(value_type = Option<String>)]
    pub monthly_saving: Option<Decimal>,
    /// The currency of the saving.
    pub currency: Option<String>,
    /// How much can go wrong.
    pub risk: Risk,
    /// Whether it can be undone.
    pub reversible: bool,
    /// What the dry run found: one line a resource, and any reason it would fail.
    pub dry_run: serde_json::Value,
    /// Where it is.
    pub status: ChangeStatus,
    /// Who proposed it.
    pub proposed_by: String,
    /// Who approved or rejected it.
    pub decided_by: Option<String>,
    /// When it was proposed.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When it last moved.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
    /// Why it failed, when it did.
    pub failure: Option<String>,
}

/// A change request as an answer shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ChangeSummary {
    /// The change request's id.
    pub id: String,
    /// The action's name.
    pub action: String,
    /// To what.
    pub resource_ids: Vec<String>,
    /// What it saves a month.
    #[schema(value_type = Option<String>)]
    pub monthly_saving: Option<Decimal>,
    /// The currency of the saving.
    pub currency: Option<String>,
    /// How much can go wrong.
    pub risk: Risk,
    /// Whether it can be undone.
    pub reversible: bool,
    /// Where it is.
    pub status: ChangeStatus,
}

impl From<&ChangeRequest> for ChangeSummary {
    fn from(change: &ChangeRequest) -> Self {
        Self {
            id: change.id.clone(),
            action: change.action.name().to_owned(),
            resource_ids: change.resource_ids.clone(),
            monthly_saving: change.monthly_saving,
            currency: change.currency.clone(),
            risk: change.risk,
            reversible: change.reversible,
            status: change.status,
        }
    }
}
