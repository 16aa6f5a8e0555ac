//! The service's own state: conversations, runs, change requests, audit, usage. SQLite by default.

use std::path::Path;

use domain::{ChangeRequest, ChangeStatus};
use jiff::Timestamp;

/// The open store. Cheap to clone.
#[derive(Clone)]
pub struct Store {}

/// Something that happened and who did it. Entries are never changed.
#[derive(Clone, Debug, serde::Serialize)]
pub struct AuditEntry {
    /// When.
    pub at: Timestamp,
    /// Who: a user, a key, or `executor`.
    pub actor: String,
    /// What: `change.proposed`, `change.approved`, `change.executed` …
    pub action: String,
    /// To what: an id.
    pub subject: String,
    /// The rest.
    pub detail: serde_json::Value,
}

/// Why the store could not do it.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "skeleton")]
pub enum StoreError {
    #[error("`{id}` does not exist")]
    NotFound { id: String },
    #[error("change `{id}` is {status:?}, which does not allow this")]
    WrongState { id: String, status: ChangeStatus },
}

impl Store {
    /// Opens (or makes) the database file and brings its schema up to date.
    pub async fn open(_file: &Path) -> Result<Self, StoreError> {
        unimplemented!()
    }

    /// Stores a new change request and its audit entry in one transaction.
    pub async fn insert_change(&self, _change: &ChangeRequest) -> Result<(), StoreError> {
        unimplemented!()
    }

    /// A change request.
    pub async fn change(&self, _id: &str) -> Result<ChangeRequest, StoreError> {
        unimplemented!()
    }

    /// Change requests, newest first.
    pub async fn changes(&self, _status: Option<ChangeStatus>) -> Result<Vec<ChangeRequest>, StoreError> {
        unimplemented!()
    }

    /// Moves a change request from one of `from` to `to` and writes the audit entry, in one transaction; refuses when it is elsewhere.
    pub async fn move_change(
        &self,
        _id: &str,
        _from: &[ChangeStatus],
        _to: ChangeStatus,
        _entry: &AuditEntry,
    ) -> Result<ChangeRequest, StoreError> {
        unimplemented!()
    }

    /// Appends to the audit log.
    pub async fn audit(&self, _entry: &AuditEntry) -> Result<(), StoreError> {
        unimplemented!()
    }

    /// The audit log of a subject, or all of it, oldest first.
    pub async fn audit_log(&self, _subject: Option<&str>) -> Result<Vec<AuditEntry>, StoreError> {
        unimplemented!()
    }
}
