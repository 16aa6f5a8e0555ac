//! The audit log: entries are added and read, never changed or removed (the database refuses both).

use jiff::Timestamp;
use sqlx::{SqliteConnection, sqlite::SqliteRow};

use crate::{
    Store, StoreError,
    columns::{get, get_json, get_time, json},
    error::failed,
};

/// Something that happened and who did it. Entries are never changed.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
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

impl Store {
    /// Appends to the audit log.
    pub async fn audit(&self, entry: &AuditEntry) -> Result<(), StoreError> {
        let mut connection = self.pool.acquire().await.map_err(failed("write the audit log"))?;
        append(&mut connection, entry).await
    }

    /// The audit log of a subject, or all of it, oldest first.
    pub async fn audit_log(&self, subject: Option<&str>) -> Result<Vec<AuditEntry>, StoreError> {
        let query = match subject {
            Some(subject) => sqlx::query("SELECT * FROM audit WHERE subject = ? ORDER BY seq").bind(subject.to_owned()),
            None => sqlx::query("SELECT * FROM audit ORDER BY seq"),
        };
        let rows = query.fetch_all(&self.pool).await.map_err(failed("read the audit log"))?;
        rows.iter().map(entry).collect()
    }
}

/// Appends within the caller's transaction. The number is taken and used in one statement.
pub(crate) async fn append(connection: &mut SqliteConnection, entry: &AuditEntry) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO audit (seq, happened_at, actor, action, subject, detail) \
         SELECT COALESCE(MAX(seq), 0) + 1, ?, ?, ?, ?, ? FROM audit",
    )
    .bind(entry.at.as_microsecond())
    .bind(&entry.actor)
    .bind(&entry.action)
    .bind(&entry.subject)
    .bind(json("detail", &entry.detail)?)
    .execute(connection)
    .await
    .map_err(failed("write the audit log"))?;
    Ok(())
}

fn entry(row: &SqliteRow) -> Result<AuditEntry, StoreError> {
    Ok(AuditEntry {
        at: get_time(row, "happened_at")?,
        actor: get(row, "actor")?,
        action: get(row, "action")?,
        subject: get(row, "subject")?,
        detail: get_json(row, "detail")?,
    })
}
