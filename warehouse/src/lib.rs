//! Where the bills are: import, the embedded engine, and running [`schema::CheckedSql`] within limits.

mod clock;
mod delta;
mod engine;
mod error;
mod import;
mod layout;
mod profile;
mod report;
mod warehouse;

#[cfg(test)]
mod tests;

pub use error::{BadRow, WarehouseError};
pub use report::{FileReport, ImportOptions, ImportReport, Progress, Replaced};
pub use warehouse::{QueryResult, Warehouse};
