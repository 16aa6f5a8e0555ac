//! What people said of answers.

use jiff::Timestamp;
use serde::Serialize;

use crate::{
    Store, StoreError,
    columns::{get, get_time},
    error::failed,
};

/// What a person said of an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Feedback {
    /// Its id.
    pub id: String,
    /// The answer's id.
    pub run_id: String,
    /// Who said it.
    pub owner: String,
    /// Whether the answer helped.
    pub helpful: bool,
    /// In words; may be empty.
    pub note: String,
    /// When.
    pub created_at: Timestamp,
}

impl Store {
    /// Stores feedback.
    pub async fn insert_feedback(&self, feedback: &Feedback) -> Result<(), StoreError> {
        sqlx::query("INSERT INTO feedback (id, run_id, owner, helpful, note, created_at) VALUES (?, ?, ?, ?, ?, ?)")
            .bind(&feedback.id)
            .bind(&feedback.run_id)
            .bind(&feedback.owner)
            .bind(feedback.helpful)
            .bind(&feedback.note)
            .bind(feedback.created_at.as_microsecond())
            .execute(&self.pool)
            .await
            .map_err(failed("store feedback"))?;
        Ok(())
    }

    /// What was said of an answer, oldest first.
    pub async fn feedback(&self, run: &str) -> Result<Vec<Feedback>, StoreError> {
        let rows = sqlx::query("SELECT * FROM feedback WHERE run_id = ? ORDER BY created_at, id")
            .bind(run)
            .fetch_all(&self.pool)
            .await
            .map_err(failed("read feedback"))?;
        rows.iter()
            .map(|row| {
                Ok(Feedback {
                    id: get(row, "id")?,
                    run_id: get(row, "run_id")?,
                    owner: get(row, "owner")?,
                    helpful: get(row, "helpful")?,
                    note: get(row, "note")?,
                    created_at: get_time(row, "created_at")?,
                })
            })
            .collect()
    }
}
