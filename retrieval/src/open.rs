//! An open index: adding, removing and searching, all blocking.

use std::{
    collections::{BTreeSet, HashMap},
    fs::{File, TryLockError},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::{
    AddReport, Hit, KnowledgeError,
    document::Document,
    index::{Index, Level},
    shelf::{self, Averages, Passage, Prepared, Shelf},
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

/// An index in the hands of this process.
pub(crate) struct Open {
    index: Index,
    pub shelf: Shelf,
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
    pub fn new(folder: &Path) -> Result<Self, KnowledgeError> {
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

    pub fn add(&mut self, documents: &[Document]) -> Result<AddReport, KnowledgeError> {
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

    pub fn remove(&mut self, id: &str) -> Result<bool, KnowledgeError> {
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

    pub fn search(&self, question: &str, access: &BTreeSet<String>, k: usize) -> Result<Vec<Hit>, KnowledgeError> {
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
        scored.sort_by(|(a, score_a), (b, score_b)| score_b.total_cmp(score_a).then_with(|| (&a.doc, a.ordinal).cmp(&(&b.doc, b.ordinal))));
        Ok(scored.into_iter().take(k).map(|(passage, score)| hit(passage, score)).collect())
    }

    fn prefer_versions_in_force(&self, question: &str, scored: &mut [(Passage, f32)]) {
        let docs: BTreeSet<String> = scored.iter().map(|(passage, _)| passage.doc.clone()).collect();
        let pages: Vec<_> = docs.iter().filter_map(|doc| self.shelf.documents.get(doc)).collect();
        let topics: Vec<_> = pages.iter().map(|page| &page.topic).collect();
        let worth: HashMap<&str, f32> = pages.iter().map(|page| page.note.doc.as_str()).zip(versions::worth(question, &topics)).collect();
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
