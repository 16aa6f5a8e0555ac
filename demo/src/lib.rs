//! The demo company: a year of made-up cloud bills, resources and findings, deterministic by seed.
//!
//! Yuansuo Logistics Group (远梭物流集团) is invented, and so are its accounts, people and prices; any likeness is chance.

mod amount;
mod bill;
mod calendar;
mod catalogue;
mod change_events;
mod charge;
mod company;
mod config;
mod csv_tables;
mod demand;
mod fees;
mod fields;
mod fleet;
mod handbook;
mod inventory;
mod ledger;
mod random;
mod resource;
mod security;
#[cfg(test)]
mod tests;

use std::{
    fs::File,
    path::{Path, PathBuf},
};

use jiff::Timestamp;

pub use config::CONFIG_KEYS;

use crate::{bill::Bill, calendar::Calendar, catalogue::Catalogue, company::Company, fleet::Fleet};

/// The name of the bills' file.
const COSTS_FILE: &str = "costs.csv.zst";
/// Quick to write and still a twentieth of the size.
const COMPRESSION: i32 = 1;
/// Fees, taxes and one-offs, which come on top of what the resources are charged.
const OTHER_CHARGES: u64 = 2_100;

/// What to make.
#[derive(Clone, Debug)]
pub struct DemoOptions {
    /// The same seed, clock and size give the same bytes.
    pub seed: u64,
    /// The company's bills end yesterday by this clock.
    pub now: Timestamp,
    /// About how many charges. The standing company alone comes to about 55,000, and fewer are not made.
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
pub enum DemoError {
    /// A file could not be written.
    #[error("cannot write `{file}`")]
    Write {
        /// Its name.
        file: String,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The clock is so far off that its dates cannot be written.
    #[error("cannot count the days of the bills")]
    Clock(#[source] jiff::Error),
    /// A table compiled in does not read; a mistake in this crate.
    #[error("the demo's table `{file}` does not read")]
    Table {
        /// Its name.
        file: &'static str,
        /// Where and why.
        #[source]
        source: csv::Error,
    },
    /// A table compiled in names something that another lacks; a mistake in this crate.
    #[error("the demo's tables have no {what} `{key}`")]
    Catalogue {
        /// What was looked up.
        what: &'static str,
        /// Under which name.
        key: String,
    },
}

impl DemoError {
    fn charges(source: std::io::Error) -> Self {
        Self::Write { file: COSTS_FILE.to_owned(), source }
    }
}

impl From<jiff::Error> for DemoError {
    fn from(error: jiff::Error) -> Self {
        Self::Clock(error)
    }
}

/// Makes the company in a folder, which is created; `progress` is told charges written.
pub fn generate(folder: &Path, options: &DemoOptions, progress: &(dyn Fn(u64) + Send + Sync)) -> Result<DemoFiles, DemoError> {
    let write_failed = |file: &str, source| DemoError::Write { file: file.to_owned(), source };
    std::fs::create_dir_all(folder).map_err(|source| write_failed(&folder.display().to_string(), source))?;
    let catalogue = Catalogue::load()?;
    let calendar = Calendar::ending_before(options.now)?;
    let mut fleet = Fleet::standing(&catalogue, &calendar, options.seed)?;
    let standing = fleet.resources.len();
    fleet.grow(options.charges.saturating_sub(fleet.charges() + OTHER_CHARGES))?;
    let resources = fleet.resources;

    let costs = folder.join(COSTS_FILE);
    let file = File::create(&costs).map_err(|source| write_failed(COSTS_FILE, source))?;
    let compressed = zstd::Encoder::new(file, COMPRESSION).map_err(|source| write_failed(COSTS_FILE, source))?;
    let bill = Bill::new(&catalogue, &calendar, &resources, options.seed, compressed, progress)?;
    let (ledger, compressed) = bill.write_all()?;
    compressed.finish().map_err(|source| write_failed(COSTS_FILE, source))?;

    let company = Company { catalogue: &catalogue, calendar: &calendar, resources: &resources, standing, ledger };
    let mut tables = vec![costs];
    tables.extend(csv_tables::write_all(&company, folder, options.seed)?);
    inventory::write_planted(&company, folder)?;
    Ok(DemoFiles { tables, documents: handbook::write(folder)?, inventory: inventory::write_inventory(&company, folder)? })
}
