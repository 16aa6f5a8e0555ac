//! The demo company: a year of made-up cloud bills, resources and findings, deterministic by seed.

use std::path::{Path, PathBuf};

use jiff::Timestamp;

/// What to make.
#[derive(Clone, Debug)]
pub struct DemoOptions {
    /// The same seed, clock and size give the same bytes.
    pub seed: u64,
    /// The company's bills end yesterday by this clock.
    pub now: Timestamp,
    /// About how many charges.
    pub charges: u64,
}

/// The files written, ready for `cloudlens ingest`.
#[derive(Clone, Debug)]
pub struct DemoFiles {
    /// `costs.csv.zst`, `resources.csv`, `budgets.csv`, … in a good order to import.
    pub tables: Vec<PathBuf>,
    /// Markdown documents of the company's handbook.
    pub documents: PathBuf,
    /// `inventory.json`: the demo cloud that approved changes are carried out against.
    pub inventory: PathBuf,
}

/// Why it could not be made.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "skeleton")]
pub enum DemoError {
    #[error("cannot write `{file}`")]
    Write {
        file: String,
        #[source]
        source: std::io::Error,
    },
}

/// Makes the company in a folder; `progress` is told charges written.
pub fn generate(_folder: &Path, _options: &DemoOptions, _progress: &(dyn Fn(u64) + Send + Sync)) -> Result<DemoFiles, DemoError> {
    unimplemented!()
}
