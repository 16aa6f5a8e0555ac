//! The semantic model and its policy (the allow-list), and the SQL guard that turns text into [`CheckedSql`].

mod build;
pub mod catalog;
mod error;
mod expression;
mod functions;
pub mod guard;
mod names;
mod ossie;
pub mod policy;
mod prompt;
#[cfg(test)]
mod tests;

pub use catalog::{Bounds, Catalog, Dataset, Datatype, Field, Metric};
pub use error::SchemaError;
pub use guard::{BatchCase, BatchVerdict, CheckedSql, Dialect, Position, Reason, Rejection, Verdict, check, check_case};
pub use policy::{Summary, check_files, load_scope};
