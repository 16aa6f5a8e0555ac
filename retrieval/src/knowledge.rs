//! The document index of a data folder: add, remove, list, search.

use std::{
    collections::{BTreeSet, HashMap},
    fs::{File, TryLockError},
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
};

use serde::{Deserialize, Serialize};

use crate::{
    KnowledgeError,
    document::Document,
    index::{Index, Level},
    shelf::{self, Averages, Note, Passage, Prepared, Shelf},
    vector, versions,
};

/// What a whole document's score adds to that of each of its chunks. Measured: flat between 0.5 and 1.
const DOCUMENT_SHARE: f32 = 0.8;

/// Documents whose own score counts.
const DOCUMENTS: usize = 100;

/// The fewest chunks that compete for the first places.
const CANDIDATES: usize = 60;

/// Of how terms are cut and weighed; another number makes the weights anew on opening.
const FORMAT: u32 = 1;

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

struct Open {
    index: Index,
    shelf: Shelf,
    averages: Averages,
    statistics: PathBuf,
    /// Held as long as the index is open; the system lets go of it when the process ends, however it ends.
    _lock: File,
}

/// The file beside the index.
#[derive(Serialize, Deserialize)]
struct Statistics {
    format: u32,
    averages: Averages,
}

impl Open {
    fn new(folder: &Path) -> Result<Self, KnowledgeError> {
        let shard = folder.join("shard");
        std::fs::create_dir_all(&shard).map_err(|source| KnowledgeError::io(&shard, source))?;
        let lock = lock(folder)?;
        let index = Index::open(&shard)?;
        let (shelf, orphans) = Shelf::read(index.all()?);
        index.delete(orphans)?;
        let statistics = folder.join("statistics.json");
        let known = std::fs::read(&statistics).ok().and_then(|bytes| serde_json::from_slice::<Statistics>(&bytes).ok());
        let known = known.filter(|known| known.format == FORMAT);
        let averages = known.as_ref().map_or_else(|| shelf.averages(), |known| known.averages);
        let mut open = Self { index, shelf, averages, statistics, _lock: lock };
        if known.is_none() && !open.shelf.documents.is_empty() {
            open.weigh_anew()?;
        }
        Ok(open)
    }

    fn add(&mut self, documents: &[Document]) -> Result<AddReport, KnowledgeError> {
        let is_new = |document: &&Document| self.shelf.documents.get(&document.id).is_none_or(|known| known.note.hash != document.hash);
        let prepared: Vec<Prepared> = documents.iter().filter(is_new).map(Prepared::new).collect();
        let mut report = AddReport { documents: prepared.len(), unchanged: documents.len() - prepared.len(), chunks: 0 };
        if prepared.is_empty() {
            return Ok(report);
        }
        let mut replaced = Vec::new();
        for document in &prepared {
            report.chunks += document.note.chunk_count;
            if let Some(old) = self.shelf.documents.insert(document.note.doc.clone(), document.shelved()) {
                replaced.extend(old.chunk_ids);
            }
        }
        let averages = self.shelf.averages();
        let is_first = self.shelf.documents.len() == prepared.len();
        if is_first {
            self.set_averages(averages)?;
        }
        self.index.upsert(prepared.iter().flat_map(|document| document.points(&self.averages)).collect())?;
        self.index.delete(replaced)?;
        self.index.flush();
        if averages.have_moved_from(&self.averages) {
            self.weigh_anew()?;
        }
        Ok(report)
    }

    fn remove(&mut self, id: &str) -> Result<bool, KnowledgeError> {
        let Some(document) = self.shelf.documents.remove(id) else { return Ok(false) };
        // The document's own point goes first: what is left after a crash belongs to no document and is swept on opening.
        self.index.delete(vec![shelf::document_id(id)])?;
        self.index.delete(document.chunk_ids)?;
        self.index.flush();
        Ok(true)
    }

    /// Makes every weight again with the averages of what is there now.
    fn weigh_anew(&mut self) -> Result<(), KnowledgeError> {
        let mut passages: HashMap<String, Vec<Passage>> = HashMap::new();
        for passage in self.index.all()?.iter().filter_map(|point| shelf::read::<Passage>(&point.payload)) {
            passages.entry(passage.doc.clone()).or_default().push(passage);
        }
        let notes = self.shelf.documents.values().map(|document| document.note.clone());
        let prepared: Vec<Prepared> = notes
            .map(|note| {
                let mut passages = passages.remove(&note.doc).unwrap_or_default();
                passages.sort_by_key(|passage| passage.ordinal);
                Prepared::of(note, passages)
            })
            .collect();
        for document in &prepared {
            self.shelf.documents.insert(document.note.doc.clone(), document.shelved());
        }
        let averages = self.shelf.averages();
        self.index.upsert(prepared.iter().flat_map(|document| document.points(&averages)).collect())?;
        self.index.flush();
        self.set_averages(averages)
    }

    fn set_averages(&mut self, averages: Averages) -> Result<(), KnowledgeError> {
        let statistics = Statistics { format: FORMAT, averages };
        let text = serde_json::to_vec(&statistics).map_err(|problem| KnowledgeError::io(&self.statistics, problem.into()))?;
        let fresh = self.statistics.with_extension("json.new");
        std::fs::write(&fresh, text).map_err(|source| KnowledgeError::io(&fresh, source))?;
        std::fs::rename(&fresh, &self.statistics).map_err(|source| KnowledgeError::io(&self.statistics, source))?;
        self.averages = averages;
        Ok(())
    }

    fn search(&self, question: &str, access: &BTreeSet<String>, k: usize) -> Result<Vec<Hit>, KnowledgeError> {
        let vector = vector::question(question);
        if access.is_empty() || k == 0 || vector.is_empty() {
            return Ok(Vec::new());
        }
        let documents = self.index.find(Level::Document, &vector, access, DOCUMENTS)?;
        let whole: HashMap<u64, f32> = documents.iter().map(|found| (found.id, found.score)).collect();
        let chunks = self.index.find(Level::Chunk, &vector, access, CANDIDATES.max(k.saturating_mul(5)))?;
        let passages = chunks.iter().filter_map(|found| Some((shelf::read::<Passage>(&found.payload)?, found.score)));
        let passages = passages.filter(|(passage, _)| access.contains(&passage.access));
        let mut scored: Vec<(Passage, f32)> = passages
            .map(|(passage, score)| {
                let whole = whole.get(&shelf::document_id(&passage.doc)).copied().unwrap_or_default();
                (passage, score + DOCUMENT_SHARE * whole)
            })
            .collect();
        self.prefer_versions_in_force(question, &mut scored);
        scored.sort_by(|(a, score_a), (b, score_b)| {
            score_b.total_cmp(score_a).then_with(|| (&a.doc, a.ordinal).cmp(&(&b.doc, b.ordinal)))
        });
        Ok(scored.into_iter().take(k).map(|(passage, score)| hit(passage, score)).collect())
    }

    fn prefer_versions_in_force(&self, question: &str, scored: &mut [(Passage, f32)]) {
        let docs: BTreeSet<String> = scored.iter().map(|(passage, _)| passage.doc.clone()).collect();
        let pages: Vec<_> = docs.iter().filter_map(|doc| self.shelf.documents.get(doc)).collect();
        let topics: Vec<_> = pages.iter().map(|page| &page.topic).collect();
        let worth: HashMap<&str, f32> =
            pages.iter().map(|page| page.note.doc.as_str()).zip(versions::worth(question, &topics)).collect();
        for (passage, score) in scored {
            *score *= worth.get(passage.doc.as_str()).copied().unwrap_or(1.0);
        }
    }
}

fn hit(passage: Passage, score: f32) -> Hit {
    Hit { doc: passage.doc, title: passage.title, heading: passage.heading, text: passage.text, updated: passage.updated, score }
}

fn lock(folder: &Path) -> Result<File, KnowledgeError> {
    let path = folder.join("lock");
    let file = File::create(&path).map_err(|source| KnowledgeError::io(&path, source))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(KnowledgeError::Locked { folder: folder.display().to_string() }),
        Err(TryLockError::Error(source)) => Err(KnowledgeError::io(&path, source)),
    }
}

fn read_folder(folder: &Path) -> Result<Vec<Document>, KnowledgeError> {
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
