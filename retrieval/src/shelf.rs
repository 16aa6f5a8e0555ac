//! What is in the index, document by document, and how documents become points.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::{
    chunk::{self, Chunk},
    document::Document,
    index::{Found, Level, Point},
    vector::Counts,
    versions::Topic,
};

/// The average lengths that the weights in the index were made with.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Averages {
    pub chunk: f32,
    pub document: f32,
}

impl Averages {
    /// Weights are made anew when an average has moved by more than a tenth: less does not change an order.
    pub fn have_moved_from(&self, old: &Self) -> bool {
        let moved = |new: f32, old: f32| (new - old).abs() > old * 0.1;
        moved(self.chunk, old.chunk) || moved(self.document, old.document)
    }
}

/// A document in the index.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Shelved {
    pub note: Note,
    pub chunk_ids: Vec<u64>,
    pub topic: Topic,
}

/// What the document's own point carries.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Note {
    pub doc: String,
    pub title: String,
    pub updated: Option<String>,
    pub access: String,
    pub owner: Option<String>,
    pub hash: String,
    pub headings: Vec<String>,
    pub chunk_count: usize,
    /// Terms of all its chunks together, titles and headings included.
    pub chunk_length: f32,
    /// Terms of the document.
    pub length: f32,
}

/// What a chunk's point carries.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Passage {
    pub doc: String,
    pub title: String,
    pub updated: Option<String>,
    pub access: String,
    pub hash: String,
    pub ordinal: usize,
    pub heading: String,
    pub text: String,
}

/// A document cut and counted, not yet weighed.
pub(crate) struct Prepared {
    pub note: Note,
    whole: Counts,
    passages: Vec<(Passage, Counts)>,
}

impl Prepared {
    pub fn new(document: &Document) -> Self {
        let chunks = chunk::chunks(document);
        let passages = chunks.iter().enumerate().map(|(ordinal, chunk)| passage(document, ordinal, chunk)).collect();
        Self::of(document_note(document, &chunks), passages)
    }

    /// From what the index holds, to be weighed anew.
    pub fn of(mut note: Note, passages: Vec<Passage>) -> Self {
        let mut whole = vec![note.title.as_str()];
        whole.extend(passages.iter().flat_map(|passage| [passage.heading.as_str(), passage.text.as_str()]));
        let whole = Counts::of(&whole);
        let passages: Vec<_> = passages
            .into_iter()
            .map(|passage| {
                let counts = Counts::of(&[&passage.title, &passage.heading, &passage.text]);
                (passage, counts)
            })
            .collect();
        note.length = whole.length;
        note.chunk_length = passages.iter().map(|(_, counts)| counts.length).sum();
        note.chunk_count = passages.len();
        Self { note, whole, passages }
    }

    /// Its points, the document's own last: a document whose point is missing was not written wholly.
    pub fn points(&self, averages: &Averages) -> Vec<Point> {
        let passages = self.passages.iter().map(|(passage, counts)| Point {
            id: passage_id(passage),
            level: Level::Chunk,
            vector: counts.weigh(averages.chunk),
            payload: payload(passage),
        });
        let whole = Point {
            id: document_id(&self.note.doc),
            level: Level::Document,
            vector: self.whole.weigh(averages.document),
            payload: payload(&self.note),
        };
        passages.chain([whole]).collect()
    }

    pub fn shelved(&self) -> Shelved {
        let chunk_ids = self.passages.iter().map(|(passage, _)| passage_id(passage)).collect();
        Shelved { topic: topic(&self.note), note: self.note.clone(), chunk_ids }
    }
}

/// The documents in the index by id.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shelf {
    pub documents: BTreeMap<String, Shelved>,
}

impl Shelf {
    /// Reads what the index holds. Also gives the ids of passages that belong to no document: what a crash left behind.
    pub fn read(points: Vec<Found>) -> (Self, Vec<u64>) {
        let mut shelf = Self::default();
        let mut passages: HashMap<(String, String), Vec<u64>> = HashMap::new();
        for point in points {
            if let Some(note) = read::<Note>(&point.payload) {
                shelf.documents.insert(note.doc.clone(), Shelved { topic: topic(&note), note, chunk_ids: Vec::new() });
            } else if let Some(passage) = read::<Passage>(&point.payload) {
                passages.entry((passage.doc, passage.hash)).or_default().push(point.id);
            }
        }
        let mut orphans = Vec::new();
        for ((doc, hash), ids) in passages {
            match shelf.documents.get_mut(&doc).filter(|document| document.note.hash == hash) {
                Some(document) => document.chunk_ids = ids,
                None => orphans.extend(ids),
            }
        }
        (shelf, orphans)
    }

    pub fn averages(&self) -> Averages {
        let notes = || self.documents.values().map(|document| &document.note);
        let chunks: usize = notes().map(|note| note.chunk_count).sum();
        Averages {
            chunk: notes().map(|note| note.chunk_length).sum::<f32>() / chunks.max(1) as f32,
            document: notes().map(|note| note.length).sum::<f32>() / self.documents.len().max(1) as f32,
        }
    }
}

/// The payload of a point as what it carries; none when it is of the other kind.
pub(crate) fn read<T: serde::de::DeserializeOwned>(payload: &Map<String, Value>) -> Option<T> {
    serde_json::from_value(Value::Object(payload.clone())).ok()
}

fn payload(carried: &impl Serialize) -> Map<String, Value> {
    match serde_json::to_value(carried) {
        Ok(Value::Object(payload)) => payload,
        _ => Map::new(),
    }
}

fn topic(note: &Note) -> Topic {
    Topic::new(&note.title, note.updated.as_deref(), note.headings.iter().map(String::as_str))
}

fn document_note(document: &Document, chunks: &[Chunk]) -> Note {
    let mut headings: Vec<String> = chunks.iter().filter(|chunk| !chunk.path.is_empty()).map(|chunk| chunk.heading("")).collect();
    headings.dedup();
    Note {
        doc: document.id.clone(),
        title: document.title.clone(),
        updated: document.updated.clone(),
        access: document.access.clone(),
        owner: document.owner.clone(),
        hash: document.hash.clone(),
        headings,
        ..Note::default()
    }
}

fn passage(document: &Document, ordinal: usize, chunk: &Chunk) -> Passage {
    Passage {
        doc: document.id.clone(),
        title: document.title.clone(),
        updated: document.updated.clone(),
        access: document.access.clone(),
        hash: document.hash.clone(),
        ordinal,
        heading: chunk.heading(&document.title),
        text: chunk.text.clone(),
    }
}

pub(crate) fn document_id(doc: &str) -> u64 {
    id(&["document", doc])
}

fn passage_id(passage: &Passage) -> u64 {
    id(&["passage", &passage.doc, &passage.hash, &passage.ordinal.to_string()])
}

fn id(parts: &[&str]) -> u64 {
    let digest = Sha256::digest(parts.join("\0").as_bytes());
    digest.iter().take(8).fold(0, |id, byte| (id << 8) | u64::from(*byte))
}
