//! Question to typed metric query to SQL text for the guard: words, dates, entities, clarification. Knows no engine.

mod dialogue;
mod grammar;
mod lexicon;
mod number;
mod plan;
pub mod query;
mod read;
mod reading;
mod segment;
mod slots;
mod sql;
mod text;
mod time;
mod words;

pub use grammar::Grammar;
pub use query::MetricQuery;
pub use reading::{Plan, PlanColumn, Reading, Role};
