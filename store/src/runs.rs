//! Runs and their events, kept so that a reader can come back and take up the stream where it broke off.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::sqlite::SqliteRow;

use crate::{
    Store, StoreError,
    columns::{get, get_name, get_time, name},
    error::failed,
};

/// How a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    /// Under way.
    Running,
    /// Came to its end; the answer says how.
    Finished,
    /// Stopped on request.
    Cancelled,
    /// Broke, or the process ended under it.
    Failed,
}

/// One turn at work or over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Run {
    /// Its id, which is the answer's.
    pub id: String,
    /// The conversation it belongs to.
    pub conversation_id: Option<String>,
    /// Whose it is.
    pub owner: String,
    /// How it stands.
    pub state: RunState,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
}

/// One event of a run's stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunEvent {
    /// Its place, from 1.
    pub seq: i64,
    /// What was sent, as JSON text.
    pub event: String,
}

impl Store {
    /// Stores a run that begins.
    pub async fn insert_run(&self, run: &Run) -> Result<(), StoreError> {
        sqlx::query("INSERT INTO runs (id, conversation_id, owner, state, started_at, finished_at) VALUES (?, ?, ?, ?, ?, ?)")
            .bind(&run.id)
            .bind(&run.conversation_id)
            .bind(&run.owner)
            .bind(name(run.state))
            .bind(run.started_at.as_microsecond())
            .bind(run.finished_at.map(Timestamp::as_microsecond))
            .execute(&self.pool)
            .await
            .map_err(failed("store a run"))?;
        Ok(())
    }

    /// A run of an owner.
    pub async fn run(&self, id: &str, owner: &str) -> Result<Run, StoreError> {
        let row = sqlx::query("SELECT * FROM runs WHERE id = ? AND owner = ?")
            .bind(id)
            .bind(owner)
            .fetch_optional(&self.pool)
            .await
            .map_err(failed("read a run"))?;
        run(&row.ok_or_else(|| StoreError::NotFound { id: id.to_owned() })?)
    }

    /// Ends a run that is under way; one that has ended stays as it is.
    pub async fn finish_run(&self, id: &str, state: RunState, now: Timestamp) -> Result<(), StoreError> {
        sqlx::query("UPDATE runs SET state = ?, finished_at = ? WHERE id = ? AND state = ?")
            .bind(name(state))
            .bind(now.as_microsecond())
            .bind(id)
            .bind(name(RunState::Running))
            .execute(&self.pool)
            .await
            .map_err(failed("end a run"))?;
        Ok(())
    }

    /// Adds events to a run, in one transaction.
    pub async fn append_run_events(&self, run: &str, events: &[RunEvent]) -> Result<(), StoreError> {
        let attempt = "store a run's events";
        let mut transaction = self.pool.begin().await.map_err(failed(attempt))?;
        for event in events {
            sqlx::query("INSERT INTO run_events (run_id, seq, event) VALUES (?, ?, ?)")
                .bind(run)
                .bind(event.seq)
                .bind(&event.event)
                .execute(&mut *transaction)
                .await
                .map_err(failed(attempt))?;
        }
        transaction.commit().await.map_err(failed(attempt))
    }

    /// A run's events after a place, in order. The caller has asked [`Store::run`] whose it is.
    pub async fn run_events(&self, run: &str, after: i64) -> Result<Vec<RunEvent>, StoreError> {
        let rows = sqlx::query("SELECT seq, event FROM run_events WHERE run_id = ? AND seq > ? ORDER BY seq")
            .bind(run)
            .bind(after)
            .fetch_all(&self.pool)
            .await
            .map_err(failed("read a run's events"))?;
        rows.iter().map(|row| Ok(RunEvent { seq: get(row, "seq")?, event: get(row, "event")? })).collect()
    }

    /// Marks runs that a process left under way as failed and counts them. Only the process that serves calls this, when it starts:
    /// another one that opens the same file must not end its runs.
    pub async fn fail_interrupted_runs(&self, now: Timestamp) -> Result<u64, StoreError> {
        let done = sqlx::query("UPDATE runs SET state = ?, finished_at = ? WHERE state = ?")
            .bind(name(RunState::Failed))
            .bind(now.as_microsecond())
            .bind(name(RunState::Running))
            .execute(&self.pool)
            .await
            .map_err(failed("end interrupted runs"))?;
        Ok(done.rows_affected())
    }
}

fn run(row: &SqliteRow) -> Result<Run, StoreError> {
    let finished: Option<i64> = get(row, "finished_at")?;
    Ok(Run {
        id: get(row, "id")?,
        conversation_id: get(row, "conversation_id")?,
        owner: get(row, "owner")?,
        state: get_name(row, "state")?,
        started_at: get_time(row, "started_at")?,
        finished_at: finished.map(|_| get_time(row, "finished_at")).transpose()?,
    })
}
