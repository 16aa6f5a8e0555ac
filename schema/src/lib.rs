//! The semantic model and its policy (the allow-list), and the SQL guard that turns text into [`CheckedSql`].

pub mod catalog;
pub mod guard;

pub use catalog::{Catalog, Dataset, Datatype, Field, Metric, SchemaError};
pub use guard::{CheckedSql, Dialect, Position, Reason, Rejection, Verdict, check};
