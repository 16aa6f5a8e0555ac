//! Prompt templates, one folder a task under `tasks/`, rendered strictly from typed contexts within a token budget.
//!
//! Text that a stranger may have written (documents, tag values, cells) reaches a template only through the `fence` filter, which
//! marks it as data and keeps it from closing its own fence.

mod budget;
mod fence;
mod render;
mod task;

pub use budget::{Budget, count_tokens};
pub use fence::fence;
pub use render::{PromptError, render};
pub use task::{AnswerWithTools, Ask, CellColumn, Compose, Passage, RepairSql, TableView, Task, ToolFailure, ToolResult};
