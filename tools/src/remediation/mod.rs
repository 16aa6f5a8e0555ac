//! Changes: a tool proposes, a person approves, the executor acts. Nothing a tool can reach writes to a cloud.

mod cloud;
mod dry_run;
mod executor;
mod inventory;
mod propose_change;
mod steps;

pub use cloud::{Cloud, CloudError, CloudResource};
pub use executor::{Approvers, Executor};
pub use inventory::Inventory;

pub(crate) use propose_change::ProposeChange;
