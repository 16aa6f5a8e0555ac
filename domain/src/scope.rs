//! Who asks, and what that person may see and do.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The rows an asker may see, by the values of the column that scopes rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// Every row. Only an administrator of the whole company has this.
    All,
    /// Rows whose scope column holds one of these values. An empty list sees nothing.
    Only(Vec<String>),
}

/// Something a person may do beyond asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// Ask questions and run checked SQL.
    Ask,
    /// Propose changes.
    Propose,
    /// Approve, reject and roll back changes.
    Approve,
    /// Add and remove documents.
    ManageKnowledge,
    /// Read the audit log and usage, manage users and keys.
    Administer,
}

/// Who asks. Deny by default: [`Scope::nobody`] sees nothing and may do nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Scope {
    /// The person's or key's name, for the audit log.
    pub user: String,
    /// Roles the policy file speaks of (which columns are hidden from whom).
    pub roles: BTreeSet<String>,
    /// Which rows.
    pub accounts: Access,
    /// Access labels of documents the asker may read (`all`, `finance`, `security`).
    pub documents: BTreeSet<String>,
    /// What the asker may do.
    pub permissions: BTreeSet<Permission>,
}

impl Scope {
    /// Sees nothing, may do nothing.
    pub fn nobody() -> Self {
        Self {
            user: String::new(),
            roles: BTreeSet::new(),
            accounts: Access::Only(Vec::new()),
            documents: BTreeSet::new(),
            permissions: BTreeSet::new(),
        }
    }

    /// The owner of a machine asking on that machine: sees and may do everything.
    pub fn owner(user: &str) -> Self {
        use Permission::{Administer, Approve, Ask, ManageKnowledge, Propose};
        Self {
            user: user.to_owned(),
            roles: BTreeSet::from(["admin".to_owned()]),
            accounts: Access::All,
            documents: ["all", "finance", "security"].map(str::to_owned).into(),
            permissions: [Ask, Propose, Approve, ManageKnowledge, Administer].into(),
        }
    }

    /// Whether the asker may do something.
    pub fn may(&self, permission: Permission) -> bool {
        self.permissions.contains(&permission)
    }

    /// Whether the asker may see the rows of an account.
    pub fn sees_account(&self, account: &str) -> bool {
        match &self.accounts {
            Access::All => true,
            Access::Only(accounts) => accounts.iter().any(|own| own == account),
        }
    }
}
