//! What the copilot can do: one tool a file, one registry, four faces (router, model, REST, MCP).

mod context;
mod cost;
mod error;
mod evidence;
mod inventory_row;
mod knowledge;
mod query;
mod registry;
pub mod remediation;
mod security;
mod tool;

#[cfg(test)]
mod tests;

pub use context::{Context, Parts};
pub use error::ToolError;
pub use evidence::Evidence;
pub use query::run_plan;
pub use registry::Registry;
pub use tool::Tool;
