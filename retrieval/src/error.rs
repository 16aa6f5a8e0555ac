//! Why the document index could not do what was asked.

/// Why the index could not do it.
#[derive(Debug, thiserror::Error)]
pub enum KnowledgeError {
    /// Only one process may hold an index.
    #[error("the index in `{folder}` is held open by another process")]
    Locked {
        /// The index's folder.
        folder: String,
    },
    /// A file or folder could not be read or written.
    #[error("cannot use `{path}`")]
    Io {
        /// The file or folder.
        path: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A document's front matter cannot be understood. Nothing of the call was added.
    #[error("`{document}` line {line}: {problem}")]
    FrontMatter {
        /// The document's id.
        document: String,
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        problem: String,
    },
    /// The index itself failed.
    #[error("the document index could not {doing}: {problem}")]
    Index {
        /// What was attempted.
        doing: &'static str,
        /// What the index said.
        problem: String,
    },
}

impl KnowledgeError {
    pub(crate) fn io(path: &std::path::Path, source: std::io::Error) -> Self {
        Self::Io { path: path.display().to_string(), source }
    }
}
