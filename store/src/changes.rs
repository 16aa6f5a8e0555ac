//! Change requests: stored whole, moved only by compare-and-set together with their audit entry.

use domain::{ChangeRequest, ChangeStatus};
use serde_json::json;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection, sqlite::SqliteRow};

use crate::{
    AuditEntry, Store, StoreError,
    audit::append,
    columns::{corrupt, get, get_json, get_name, get_time, json as text, name},
    error::failed,
};

impl Store {
    /// Stores a new change request and its audit entry (`change.proposed`) in one transaction.
    pub async fn insert_change(&self, change: &ChangeRequest) -> Result<(), StoreError> {
        let attempt = "store a change request";
        let mut transaction = self.pool.begin().await.map_err(failed(attempt))?;
        insert(&mut transaction, change).await?;
        let entry = AuditEntry {
            at: change.created_at,
            actor: change.proposed_by.clone(),
            action: "change.proposed".into(),
            subject: change.id.clone(),
            detail: json!({
                "action": change.action,
                "resource_ids": change.resource_ids,
                "reason": change.reason,
                "monthly_saving": change.monthly_saving,
                "currency": change.currency,
                "risk": change.risk,
            }),
        };
        append(&mut transaction, &entry).await?;
        transaction.commit().await.map_err(failed(attempt))
    }

    /// A change request.
    pub async fn change(&self, id: &str) -> Result<ChangeRequest, StoreError> {
        let mut connection = self.pool.acquire().await.map_err(failed("read a change request"))?;
        fetch(&mut connection, id).await
    }

    /// Change requests, newest first.
    pub async fn changes(&self, status: Option<ChangeStatus>) -> Result<Vec<ChangeRequest>, StoreError> {
        let query = match status {
            Some(status) => sqlx::query("SELECT * FROM changes WHERE status = ? ORDER BY created_at DESC, id DESC").bind(name(status)),
            None => sqlx::query("SELECT * FROM changes ORDER BY created_at DESC, id DESC"),
        };
        let rows = query.fetch_all(&self.pool).await.map_err(failed("list change requests"))?;
        rows.iter().map(change).collect()
    }

    /// Moves a change request from one of `from` to `to` and writes the audit entry, in one transaction; refuses when it is elsewhere.
    ///
    /// The entry's time becomes `updated_at`; its actor becomes `decided_by` when `to` is approved or rejected;
    /// the text `failure` of its detail becomes the change's failure when `to` is failed.
    pub async fn move_change(
        &self,
        id: &str,
        from: &[ChangeStatus],
        to: ChangeStatus,
        entry: &AuditEntry,
    ) -> Result<ChangeRequest, StoreError> {
        let attempt = "move a change request";
        let mut transaction = self.pool.begin().await.map_err(failed(attempt))?;
        // The first statement writes, so that the transaction holds the write lock before it reads.
        let moved = compare_and_set(id, from, to, entry).build().execute(&mut *transaction).await.map_err(failed(attempt))?;
        let change = fetch(&mut transaction, id).await?;
        if moved.rows_affected() == 0 {
            return Err(StoreError::WrongState { id: id.to_owned(), status: change.status });
        }
        append(&mut transaction, entry).await?;
        transaction.commit().await.map_err(failed(attempt))?;
        Ok(change)
    }
}

fn compare_and_set(id: &str, from: &[ChangeStatus], to: ChangeStatus, entry: &AuditEntry) -> QueryBuilder<Sqlite> {
    let mut query = QueryBuilder::new("UPDATE changes SET status = ");
    query.push_bind(name(to)).push(", updated_at = ").push_bind(entry.at.as_microsecond());
    match to {
        ChangeStatus::Approved | ChangeStatus::Rejected => {
            query.push(", decided_by = ").push_bind(entry.actor.clone());
        }
        ChangeStatus::Failed => {
            query.push(", failure = ").push_bind(entry.detail["failure"].as_str().map(str::to_owned));
        }
        ChangeStatus::Proposed | ChangeStatus::Executing | ChangeStatus::Verified | ChangeStatus::RolledBack => {}
    }
    // `1 = 0` first: an empty `from` moves nothing and is still SQL everywhere.
    query.push(" WHERE id = ").push_bind(id.to_owned()).push(" AND (1 = 0");
    for status in from {
        query.push(" OR status = ").push_bind(name(status));
    }
    query.push(")");
    query
}

async fn insert(connection: &mut SqliteConnection, change: &ChangeRequest) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO changes (id, action, action_detail, resource_ids, accounts, reason, monthly_saving, currency, risk, reversible, \
         dry_run, status, proposed_by, decided_by, created_at, updated_at, failure) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(&change.id)
    .bind(change.action.name())
    .bind(text("action_detail", &change.action)?)
    .bind(text("resource_ids", &change.resource_ids)?)
    .bind(text("accounts", &change.accounts)?)
    .bind(&change.reason)
    .bind(change.monthly_saving.map(|amount| amount.to_string()))
    .bind(&change.currency)
    .bind(name(change.risk))
    .bind(change.reversible)
    .bind(text("dry_run", &change.dry_run)?)
    .bind(name(change.status))
    .bind(&change.proposed_by)
    .bind(&change.decided_by)
    .bind(change.created_at.as_microsecond())
    .bind(change.updated_at.as_microsecond())
    .bind(&change.failure)
    .execute(connection)
    .await
    .map_err(failed("store a change request"))?;
    Ok(())
}

async fn fetch(connection: &mut SqliteConnection, id: &str) -> Result<ChangeRequest, StoreError> {
    let row = sqlx::query("SELECT * FROM changes WHERE id = ?")
        .bind(id)
        .fetch_optional(connection)
        .await
        .map_err(failed("read a change request"))?;
    change(&row.ok_or_else(|| StoreError::NotFound { id: id.to_owned() })?)
}

fn change(row: &SqliteRow) -> Result<ChangeRequest, StoreError> {
    let saving: Option<&str> = get(row, "monthly_saving")?;
    Ok(ChangeRequest {
        id: get(row, "id")?,
        action: get_json(row, "action_detail")?,
        resource_ids: get_json(row, "resource_ids")?,
        accounts: get_json(row, "accounts")?,
        reason: get(row, "reason")?,
        monthly_saving: saving.map(str::parse).transpose().map_err(|source| corrupt("monthly_saving", source))?,
        currency: get(row, "currency")?,
        risk: get_name(row, "risk")?,
        reversible: get(row, "reversible")?,
        dry_run: get_json(row, "dry_run")?,
        status: get_name(row, "status")?,
        proposed_by: get(row, "proposed_by")?,
        decided_by: get(row, "decided_by")?,
        created_at: get_time(row, "created_at")?,
        updated_at: get_time(row, "updated_at")?,
        failure: get(row, "failure")?,
    })
}
