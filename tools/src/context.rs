//! What a tool works with: the shared parts, and one call's circumstances.

use std::sync::Arc;

use domain::{Language, Limits, Scope};
use jiff::{Timestamp, tz::TimeZone};
use retrieval::Knowledge;
use schema::Catalog;
use store::Store;
use tokio_util::sync::CancellationToken;
use warehouse::Warehouse;

/// The shared parts every tool works with; made once.
#[derive(Clone)]
pub struct Parts {
    /// The model and its policy.
    pub catalog: Arc<Catalog>,
    /// The bills.
    pub warehouse: Arc<Warehouse>,
    /// The documents, when there is an index.
    pub knowledge: Option<Arc<Knowledge>>,
    /// Own state.
    pub store: Store,
}

/// One call's circumstances.
#[derive(Clone)]
pub struct Context {
    /// The shared parts.
    pub parts: Parts,
    /// Who asks.
    pub asker: Scope,
    /// The language of words in the evidence.
    pub language: Language,
    /// Now.
    pub now: Timestamp,
    /// The asker's time zone.
    pub time_zone: TimeZone,
    /// Bounds on each query.
    pub limits: Limits,
    /// Stops the call.
    pub cancel: CancellationToken,
}
