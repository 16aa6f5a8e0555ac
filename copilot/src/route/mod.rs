//! The ways to an answer: a planned query, a tool, the documents, a model.

mod evidence;
pub(crate) mod knowledge;
pub(crate) mod model;
mod model_loop;
mod model_text;
pub(crate) mod query;
pub(crate) mod tool;
pub(crate) mod unknown;
