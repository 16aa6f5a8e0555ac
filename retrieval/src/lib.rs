//! Documents to chunks to vectors to search with citations.

mod chunk;
mod document;
mod error;
mod folder;
mod glossary;
mod index;
mod knowledge;
mod open;
mod shelf;
mod vector;
mod versions;
mod words;

#[cfg(test)]
mod bench;

pub use error::KnowledgeError;
pub use knowledge::{AddReport, DocumentNote, Hit, Knowledge};
