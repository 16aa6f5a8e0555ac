//! The service's own state: conversations, runs, change requests, audit, feedback, usage, keys. SQLite by default.
//!
//! Ids and times are made by the caller; the store writes what it is given.

mod audit;
mod changes;
mod columns;
mod conversations;
mod error;
mod feedback;
mod keys;
mod runs;
mod usage;

use std::{fs::File, path::Path, time::Duration};

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};

pub use audit::AuditEntry;
pub use conversations::{Conversation, Message};
pub use error::StoreError;
pub use feedback::Feedback;
pub use keys::ApiKey;
pub use runs::{Run, RunEvent, RunState};
pub use usage::ModelUsage;

use error::failed;

/// The open store. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    pool: SqlitePool,
}

impl Store {
    /// Opens (or makes) the database file and brings its schema up to date. Several processes may hold it open.
    pub async fn open(file: &Path) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal)
            .busy_timeout(Duration::from_secs(10))
            .foreign_keys(true);
        let shown = file.display().to_string();
        // Two processes that make the same file would both make its tables: one at a time.
        let lock_file = file.with_extension("lock");
        let lock = tokio::task::spawn_blocking(move || File::create(lock_file).and_then(|lock| lock.lock().map(|()| lock)));
        let lock = lock.await.map_err(std::io::Error::other).flatten();
        let lock = lock.map_err(|source| StoreError::Open { file: shown.clone(), source: source.into() })?;
        let pool = SqlitePoolOptions::new()
            .max_connections(4)
            .connect_with(options)
            .await
            .map_err(|source| StoreError::Open { file: shown.clone(), source: source.into() })?;
        sqlx::migrate!("./migrations").run(&pool).await.map_err(|source| StoreError::Open { file: shown, source: source.into() })?;
        drop(lock);
        Ok(Self { pool })
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), StoreError> {
        sqlx::query("SELECT 1").execute(&self.pool).await.map_err(failed("reach the database"))?;
        Ok(())
    }

    /// Writes everything out and closes the file.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

#[cfg(test)]
mod tests;
