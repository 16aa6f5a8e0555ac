//! Documents to chunks to vectors to search with citations.

use std::{collections::BTreeSet, path::Path};

/// The document index of one data folder. Only one process may hold it open.
pub struct Knowledge {}

/// A chunk found.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Hit {
    /// The document's id: its file name.
    pub doc: String,
    /// Its title.
    pub title: String,
    /// The heading the chunk stands under.
    pub heading: String,
    /// The chunk, literally.
    pub text: String,
    /// The date the document was last updated, from its front matter.
    pub updated: Option<String>,
    /// Higher is better; comparable within one search.
    pub score: f32,
}

/// What was added.
#[derive(Clone, Debug, Default, serde::Serialize)]
pub struct AddReport {
    /// Documents added or replaced.
    pub documents: usize,
    /// Documents that were there already, unchanged.
    pub unchanged: usize,
    /// Chunks written.
    pub chunks: usize,
}

/// Why the index could not do it.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "skeleton")]
pub enum KnowledgeError {
    #[error("the index in `{folder}` is held open by another process")]
    Locked { folder: String },
}

impl Knowledge {
    /// Opens (or makes) the index.
    pub async fn open(_folder: &Path) -> Result<Self, KnowledgeError> {
        unimplemented!()
    }

    /// Adds every Markdown file of a folder.
    pub async fn add_folder(&self, _folder: &Path) -> Result<AddReport, KnowledgeError> {
        unimplemented!()
    }

    /// Adds or replaces one document.
    pub async fn add(&self, _id: &str, _markdown: &str) -> Result<AddReport, KnowledgeError> {
        unimplemented!()
    }

    /// Finds chunks for a question among the documents whose access label the asker holds.
    pub async fn search(&self, _question: &str, _access: &BTreeSet<String>, _k: usize) -> Result<Vec<Hit>, KnowledgeError> {
        unimplemented!()
    }
}
