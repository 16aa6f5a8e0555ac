//! The document index of a data folder: add, remove, list, search.

use std::{
    collections::BTreeSet,
    path::Path,
    sync::{Arc, PoisonError, RwLock},
};

use serde::Serialize;

use crate::{KnowledgeError, document::Document, folder::read_folder, open::Open, shelf::Note};

/// The document index of one data folder. Only one process may hold it open. Cheap to clone.
#[derive(Clone)]
pub struct Knowledge {
    open: Arc<RwLock<Open>>,
}

/// A chunk found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Hit {
    /// The document's id: its file name.
    pub doc: String,
    /// Its title.
    pub title: String,
    /// The headings the chunk stands under, outermost first, joined by ` / `; the title where there is none.
    pub heading: String,
    /// The chunk, literally, without what a reader of the page does not see.
    pub text: String,
    /// The date the document was last updated, from its front matter.
    pub updated: Option<String>,
    /// Higher is better; comparable within one search.
    pub score: f32,
}

/// What was added.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct AddReport {
    /// Documents added or replaced.
    pub documents: usize,
    /// Documents that were there already, unchanged.
    pub unchanged: usize,
    /// Chunks written.
    pub chunks: usize,
}

/// A document in the index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DocumentNote {
    /// Its id: its file name.
    pub doc: String,
    /// Its title.
    pub title: String,
    /// When it was last updated, from its front matter.
    pub updated: Option<String>,
    /// Who may read it.
    pub access: String,
    /// Who keeps it.
    pub owner: Option<String>,
    /// Pieces it is cut into.
    pub chunks: usize,
}

impl Knowledge {
    /// Opens (or makes) the index.
    pub async fn open(folder: &Path) -> Result<Self, KnowledgeError> {
        let folder = folder.to_owned();
        let open = blocking(move || Open::new(&folder)).await?;
        Ok(Self { open: Arc::new(RwLock::new(open)) })
    }

    /// Adds every Markdown file of a folder and the folders in it. The ids are the paths below the folder.
    pub async fn add_folder(&self, folder: &Path) -> Result<AddReport, KnowledgeError> {
        let (open, folder) = (self.open.clone(), folder.to_owned());
        blocking(move || {
            let documents = read_folder(&folder)?;
            open.write().unwrap_or_else(PoisonError::into_inner).add(&documents)
        })
        .await
    }

    /// Adds or replaces one document.
    pub async fn add(&self, id: &str, markdown: &str) -> Result<AddReport, KnowledgeError> {
        let (open, document) = (self.open.clone(), Document::parse(id, markdown)?);
        blocking(move || open.write().unwrap_or_else(PoisonError::into_inner).add(&[document])).await
    }

    /// Removes a document; says whether it was there.
    pub async fn remove(&self, id: &str) -> Result<bool, KnowledgeError> {
        let (open, id) = (self.open.clone(), id.to_owned());
        blocking(move || open.write().unwrap_or_else(PoisonError::into_inner).remove(&id)).await
    }

    /// The documents whose access label the asker holds, by id.
    pub fn list(&self, access: &BTreeSet<String>) -> Vec<DocumentNote> {
        let open = self.open.read().unwrap_or_else(PoisonError::into_inner);
        let notes = open.shelf.documents.values().map(|document| &document.note);
        notes.filter(|note| access.contains(&note.access)).map(DocumentNote::from).collect()
    }

    /// Finds chunks for a question among the documents whose access label the asker holds.
    pub async fn search(&self, question: &str, access: &BTreeSet<String>, k: usize) -> Result<Vec<Hit>, KnowledgeError> {
        let (open, question, access) = (self.open.clone(), question.to_owned(), access.clone());
        blocking(move || open.read().unwrap_or_else(PoisonError::into_inner).search(&question, &access, k)).await
    }
}

impl From<&Note> for DocumentNote {
    fn from(note: &Note) -> Self {
        Self {
            doc: note.doc.clone(),
            title: note.title.clone(),
            updated: note.updated.clone(),
            access: note.access.clone(),
            owner: note.owner.clone(),
            chunks: note.chunk_count,
        }
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, KnowledgeError> + Send + 'static) -> Result<T, KnowledgeError> {
    let ended = tokio::task::spawn_blocking(work).await;
    ended.unwrap_or_else(|problem| Err(KnowledgeError::Index { doing: "finish", problem: problem.to_string() }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn access(labels: &[&str]) -> BTreeSet<String> {
        labels.iter().map(|label| (*label).to_owned()).collect()
    }

    async fn shelf() -> (tempfile::TempDir, Knowledge) {
        let folder = tempfile::tempdir().expect("a folder");
        let knowledge = Knowledge::open(folder.path()).await.expect("an index");
        let pages = [
            ("stop.md", "---\ntitle: Idle instances\nupdated: 2026-01-01\n---\n## When\nAn instance below 4% CPU for 21 days is idle."),
            ("offer.md", "---\ntitle: Contract\naccess: finance\n---\n## Discount\nThe vendor grants 31% on instances."),
            ("disk.md", "---\ntitle: 云盘清理\n---\n## 步骤\n未挂载的云盘保留 12 天后释放。"),
        ];
        for (id, page) in pages {
            knowledge.add(id, page).await.expect("added");
        }
        (folder, knowledge)
    }

    async fn first(knowledge: &Knowledge, question: &str, labels: &[&str]) -> Option<String> {
        let hits = knowledge.search(question, &access(labels), 5).await.expect("hits");
        hits.into_iter().next().map(|hit| hit.doc)
    }

    #[tokio::test]
    async fn pages_are_found_in_either_language_and_quoted_literally() {
        let (_folder, knowledge) = shelf().await;
        let hits = knowledge.search("闲置实例的标准", &access(&["all"]), 3).await.expect("hits");
        assert_eq!((hits[0].doc.as_str(), hits[0].heading.as_str()), ("stop.md", "When"));
        assert_eq!(hits[0].text, "An instance below 4% CPU for 21 days is idle.");
        assert_eq!(first(&knowledge, "how long are unattached disks kept", &["all"]).await.as_deref(), Some("disk.md"));
        assert_eq!(first(&knowledge, "的", &["all"]).await, None);
    }

    #[tokio::test]
    async fn nothing_of_a_page_one_may_not_read_comes_out() {
        let (_folder, knowledge) = shelf().await;
        let question = "vendor discount contract instances";
        assert_eq!(first(&knowledge, question, &["all", "finance"]).await.as_deref(), Some("offer.md"));
        let hits = knowledge.search(question, &access(&["all", "security"]), 10).await.expect("hits");
        assert!(hits.iter().all(|hit| hit.doc != "offer.md"));
        assert_eq!(knowledge.search(question, &access(&[]), 10).await.expect("hits"), []);
        assert_eq!(knowledge.list(&access(&["all"])).len(), 2);
    }

    #[tokio::test]
    async fn adding_twice_changes_nothing_and_a_new_text_replaces_the_old() {
        let (_folder, knowledge) = shelf().await;
        let page = "---\ntitle: Idle instances\nupdated: 2026-01-01\n---\n## When\nAn instance below 4% CPU for 21 days is idle.";
        let again = knowledge.add("stop.md", page).await.expect("a report");
        assert_eq!(again, AddReport { documents: 0, unchanged: 1, chunks: 0 });
        knowledge.add("stop.md", &page.replace("21", "35")).await.expect("replaced");
        let hits = knowledge.search("idle instance days", &access(&["all"]), 9).await.expect("hits");
        let texts: Vec<_> = hits.iter().filter(|hit| hit.doc == "stop.md").map(|hit| hit.text.as_str()).collect();
        assert_eq!(texts, ["An instance below 4% CPU for 35 days is idle."]);
    }

    #[tokio::test]
    async fn what_was_added_is_there_after_opening_again_and_gone_after_removing() {
        let (folder, knowledge) = shelf().await;
        assert!(knowledge.remove("disk.md").await.expect("removed"));
        assert!(!knowledge.remove("disk.md").await.expect("asked"));
        drop(knowledge);
        let knowledge = Knowledge::open(folder.path()).await.expect("an index");
        assert_eq!(first(&knowledge, "idle instance", &["all"]).await.as_deref(), Some("stop.md"));
        assert_eq!(first(&knowledge, "云盘", &["all"]).await, None);
    }

    #[tokio::test]
    async fn an_index_that_is_open_elsewhere_says_so() {
        let (folder, _knowledge) = shelf().await;
        let second = Knowledge::open(folder.path()).await;
        assert!(matches!(second, Err(KnowledgeError::Locked { .. })));
    }
}
