//! The vector index on disk: the only file that names the engine behind it.

use std::{collections::BTreeSet, path::Path};

use qdrant_edge::{
    Condition, CreateIndex, EdgeConfigBuilder, EdgeShard, EdgeSparseVectorParamsBuilder, FieldCondition, FieldIndexOperations, Filter,
    JsonPath, Match, Modifier, NamedQuery, OperationError, PayloadFieldSchema, PayloadSchemaType, PointId, PointInsertOperations,
    PointOperations, PointStruct, QueryEnum, ScrollRequest, SearchRequest, UpdateOperation, Vector, Vectors, WalOptions,
    WithPayloadInterface,
};
use serde_json::{Map, Value};

use crate::{KnowledgeError, vector::Sparse};

/// Points written or read in one go.
const BATCH: usize = 256;

/// The log of one shard grows in files of this many bytes.
const LOG_FILE: usize = 4 << 20;

/// The vectors a point may have; each has its own document frequencies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Level {
    /// A piece of a document.
    Chunk,
    /// A whole document.
    Document,
}

impl Level {
    pub fn name(self) -> &'static str {
        match self {
            Self::Chunk => "chunk",
            Self::Document => "document",
        }
    }
}

/// What is stored under an id.
pub(crate) struct Point {
    pub id: u64,
    pub level: Level,
    pub vector: Sparse,
    pub payload: Map<String, Value>,
}

/// A point found or read.
pub(crate) struct Found {
    pub id: u64,
    pub score: f32,
    pub payload: Map<String, Value>,
}

/// An open index.
pub(crate) struct Index {
    shard: EdgeShard,
}

impl Index {
    /// Opens or makes the index. The folder must exist.
    pub fn open(folder: &Path) -> Result<Self, KnowledgeError> {
        let sparse = || EdgeSparseVectorParamsBuilder::new().modifier(Modifier::Idf).build();
        let config = EdgeConfigBuilder::new()
            .sparse_vector(Level::Chunk.name(), sparse())
            .sparse_vector(Level::Document.name(), sparse())
            .wal_options(WalOptions { segment_capacity: LOG_FILE, ..WalOptions::default() })
            .build();
        let index = Self { shard: EdgeShard::load(folder, Some(config)).map_err(failed("open"))? };
        let access =
            CreateIndex { field_name: access_path()?, field_schema: Some(PayloadFieldSchema::FieldType(PayloadSchemaType::Keyword)) };
        index.update("open", UpdateOperation::FieldIndexOperation(FieldIndexOperations::CreateIndex(access)))?;
        Ok(index)
    }

    /// Writes points, replacing those with the same ids.
    pub fn upsert(&self, points: Vec<Point>) -> Result<(), KnowledgeError> {
        let mut points = points.into_iter().map(stored).collect::<Result<Vec<_>, _>>()?.into_iter().peekable();
        while points.peek().is_some() {
            let batch = points.by_ref().take(BATCH).map(Into::into).collect();
            let operation = PointOperations::UpsertPoints(PointInsertOperations::PointsList(batch));
            self.update("write", UpdateOperation::PointOperation(operation))?;
        }
        Ok(())
    }

    /// Deletes points; ids that are not there are ignored.
    pub fn delete(&self, ids: Vec<u64>) -> Result<(), KnowledgeError> {
        if ids.is_empty() {
            return Ok(());
        }
        let ids = ids.into_iter().map(PointId::NumId).collect();
        self.update("delete", UpdateOperation::PointOperation(PointOperations::DeletePoints { ids }))
    }

    /// Makes everything written so far survive a crash.
    pub fn flush(&self) {
        self.shard.flush();
    }

    /// Every point.
    pub fn all(&self) -> Result<Vec<Found>, KnowledgeError> {
        let mut all = Vec::new();
        let mut offset = None;
        loop {
            let request = ScrollRequest {
                offset,
                limit: Some(BATCH),
                with_payload: Some(WithPayloadInterface::Bool(true)),
                ..ScrollRequest::default()
            };
            let (records, next) = self.shard.scroll(request).map_err(failed("read"))?;
            all.extend(records.into_iter().filter_map(|record| found(record.id, 0.0, record.payload)));
            match next {
                Some(next) => offset = Some(next),
                None => return Ok(all),
            }
        }
    }

    /// The best points of a level whose access label is among `access`. The filter is part of the search: nothing else is scored.
    pub fn find(&self, level: Level, vector: &Sparse, access: &BTreeSet<String>, limit: usize) -> Result<Vec<Found>, KnowledgeError> {
        let allowed = Match::from(access.iter().cloned().collect::<Vec<_>>());
        let request = SearchRequest {
            query: QueryEnum::Nearest(NamedQuery::new(sparse(vector)?.into(), level.name())),
            filter: Some(Filter::new_must(Condition::Field(FieldCondition::new_match(access_path()?, allowed)))),
            params: None,
            limit,
            offset: 0,
            with_payload: Some(WithPayloadInterface::Bool(true)),
            with_vector: None,
            score_threshold: None,
        };
        let points = self.shard.search(request).map_err(failed("search"))?;
        Ok(points.into_iter().filter_map(|point| found(point.id, point.score, point.payload)).collect())
    }

    fn update(&self, doing: &'static str, operation: UpdateOperation) -> Result<(), KnowledgeError> {
        self.shard.update(operation).map_err(failed(doing))
    }
}

fn found(id: PointId, score: f32, payload: Option<qdrant_edge::Payload>) -> Option<Found> {
    match id {
        PointId::NumId(id) => Some(Found { id, score, payload: payload.map(|payload| payload.0).unwrap_or_default() }),
        PointId::Uuid(_) => None,
    }
}

fn stored(point: Point) -> Result<PointStruct, KnowledgeError> {
    let vectors = Vectors::new_named([(point.level.name(), sparse(&point.vector)?)]);
    Ok(PointStruct::new(PointId::NumId(point.id), vectors, Value::Object(point.payload)))
}

fn sparse(vector: &Sparse) -> Result<Vector, KnowledgeError> {
    let mut sorted = vector.clone();
    sorted.sort_by_key(|(term, _)| *term);
    let (terms, weights): (Vec<u32>, Vec<f32>) = sorted.into_iter().unzip();
    Vector::new_sparse(terms, weights).map_err(failed("weigh"))
}

fn access_path() -> Result<JsonPath, KnowledgeError> {
    "access".parse().map_err(|()| KnowledgeError::Index { doing: "filter", problem: "`access` is no path".to_owned() })
}

fn failed(doing: &'static str) -> impl Fn(OperationError) -> KnowledgeError {
    move |problem| KnowledgeError::Index { doing, problem: problem.to_string() }
}
