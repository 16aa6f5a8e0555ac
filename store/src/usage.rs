//! What models were used for and what they took.

use jiff::Timestamp;
use serde::Serialize;

use crate::{
    Store, StoreError,
    columns::{get, get_time},
    error::failed,
};

/// What one run took of a model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ModelUsage {
    /// The run.
    pub run_id: String,
    /// Who asked.
    pub owner: String,
    /// The model's name.
    pub model: String,
    /// Tokens sent.
    pub prompt_tokens: u64,
    /// Tokens received.
    pub completion_tokens: u64,
    /// What they cost, when the price is configured.
    pub cost: Option<String>,
    /// When.
    pub used_at: Timestamp,
}

impl Store {
    /// Stores what a run took.
    pub async fn insert_usage(&self, usage: &ModelUsage) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO model_usage (run_id, owner, model, prompt_tokens, completion_tokens, cost, used_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(&usage.run_id)
        .bind(&usage.owner)
        .bind(&usage.model)
        .bind(i64::try_from(usage.prompt_tokens).unwrap_or(i64::MAX))
        .bind(i64::try_from(usage.completion_tokens).unwrap_or(i64::MAX))
        .bind(&usage.cost)
        .bind(usage.used_at.as_microsecond())
        .execute(&self.pool)
        .await
        .map_err(failed("store usage"))?;
        Ok(())
    }

    /// What was used since a time, oldest first.
    pub async fn usage_since(&self, since: Timestamp) -> Result<Vec<ModelUsage>, StoreError> {
        let rows = sqlx::query("SELECT * FROM model_usage WHERE used_at >= ? ORDER BY used_at, run_id")
            .bind(since.as_microsecond())
            .fetch_all(&self.pool)
            .await
            .map_err(failed("read usage"))?;
        rows.iter()
            .map(|row| {
                Ok(ModelUsage {
                    run_id: get(row, "run_id")?,
                    owner: get(row, "owner")?,
                    model: get(row, "model")?,
                    prompt_tokens: get::<i64>(row, "prompt_tokens")?.unsigned_abs(),
                    completion_tokens: get::<i64>(row, "completion_tokens")?.unsigned_abs(),
                    cost: get(row, "cost")?,
                    used_at: get_time(row, "used_at")?,
                })
            })
            .collect()
    }
}
