//! The Markdown files of a folder.

use std::path::Path;

use crate::{KnowledgeError, document::Document};

/// Every Markdown file of a folder and the folders in it, by id: the path below the folder.
pub(crate) fn read_folder(folder: &Path) -> Result<Vec<Document>, KnowledgeError> {
    let mut documents = Vec::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(here) = waiting.pop() {
        let entries = std::fs::read_dir(&here).map_err(|source| KnowledgeError::io(&here, source))?;
        for entry in entries {
            let entry = entry.map_err(|source| KnowledgeError::io(&here, source))?;
            let (path, kind) = (entry.path(), entry.file_type().map_err(|source| KnowledgeError::io(&here, source))?);
            if kind.is_dir() {
                waiting.push(path);
            } else if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("md")) {
                let text = std::fs::read_to_string(&path).map_err(|source| KnowledgeError::io(&path, source))?;
                let below = path.strip_prefix(folder).unwrap_or(&path);
                let id: Vec<_> = below.components().map(|part| part.as_os_str().to_string_lossy()).collect();
                documents.push(Document::parse(&id.join("/"), &text)?);
            }
        }
    }
    documents.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(documents)
}
