//! Tools about the company's documents.

mod search_knowledge;

pub(crate) use search_knowledge::SearchKnowledge;
