//! What an import is told, and what it tells.

use std::path::PathBuf;

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
    /// What was there before and is not any more, because the files hold the same provider's month.
    pub replaced: Vec<Replaced>,
}

/// A provider's month that an import replaced.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Replaced {
    /// The table; for tables other than `costs`, which are replaced whole, provider and month are empty.
    pub table: String,
    /// `ProviderName`.
    pub provider: String,
    /// The billing month, `2026-05`.
    pub month: String,
    /// Rows that were there.
    pub rows_before: u64,
    /// Rows that are there now.
    pub rows_now: u64,
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
    /// Columns of the file that no column of the table answers to; they were left out.
    pub ignored_columns: Vec<String>,
}
