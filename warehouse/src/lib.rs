//! Where the bills are: import, the embedded engine, and running [`schema::CheckedSql`] within limits.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use domain::{DataProfile, Limits, Table};
use schema::{Catalog, CheckedSql};
use tokio_util::sync::CancellationToken;

/// The data folder's tables, open for reading and importing. Cheap to share.
pub struct Warehouse {}

/// A result.
#[derive(Clone, Debug)]
pub struct QueryResult {
    /// Rows and columns; labels are column names still.
    pub table: Table,
    /// Rows the scans produced.
    pub rows_read: u64,
    /// Planning and running.
    pub elapsed: Duration,
}

/// How an import treats its files.
#[derive(Clone, Debug, Default)]
pub struct ImportOptions {
    /// The table to import into; found by the header when none is given.
    pub table: Option<String>,
    /// Where bad rows are set aside; without it the first bad row refuses the import.
    pub rejects: Option<PathBuf>,
    /// The most rows that may be set aside.
    pub max_rejects: u64,
    /// Read and check, write nothing.
    pub dry_run: bool,
}

/// How far an import is.
#[derive(Clone, Debug)]
pub struct Progress {
    /// The file at hand.
    pub file: PathBuf,
    /// Bytes of it read (compressed, where it is).
    pub bytes: u64,
    /// Its size in bytes.
    pub total_bytes: u64,
    /// Rows read so far, over all files.
    pub rows: u64,
    /// What is being done: `read`, `write`, `commit`.
    pub phase: &'static str,
}

/// What an import did.
#[derive(Clone, Debug, Default, serde::Serialize)]
pub struct ImportReport {
    /// One entry a file.
    pub files: Vec<FileReport>,
    /// Whether anything changed; importing the same file twice changes nothing.
    pub changed: bool,
}

/// What an import did with one file.
#[derive(Clone, Debug, Default, serde::Serialize)]
pub struct FileReport {
    /// The file.
    pub file: String,
    /// What it was taken for, such as `FOCUS 1.2 CSV`.
    pub format: String,
    /// The table it went into.
    pub table: String,
    /// Rows imported.
    pub rows: u64,
    /// Rows set aside.
    pub rejected: u64,
    /// Whether the same content was there already.
    pub unchanged: bool,
    /// Sums of `BilledCost` by month, provider and currency: `(month, provider, currency, rows, billed)`.
    pub totals: Vec<(String, String, String, u64, String)>,
    /// Columns that were filled by rule.
    pub derived_columns: Vec<String>,
}

/// Why the warehouse could not do it.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "skeleton")]
pub enum WarehouseError {
    #[error("the query was cancelled")]
    Cancelled,
}

impl Warehouse {
    /// Opens (or makes) the data folder.
    pub async fn open(_folder: &Path, _catalog: Arc<Catalog>) -> Result<Self, WarehouseError> {
        unimplemented!()
    }

    /// Runs a checked statement.
    pub async fn run(&self, _sql: &CheckedSql, _limits: &Limits, _cancel: &CancellationToken) -> Result<QueryResult, WarehouseError> {
        unimplemented!()
    }

    /// What is in the data, computed once for each version of it.
    pub async fn profile(&self) -> Result<Arc<DataProfile>, WarehouseError> {
        unimplemented!()
    }

    /// Imports files, all or nothing.
    pub async fn import(
        &self,
        _files: &[PathBuf],
        _options: &ImportOptions,
        _progress: &(dyn Fn(Progress) + Send + Sync),
    ) -> Result<ImportReport, WarehouseError> {
        unimplemented!()
    }
}
