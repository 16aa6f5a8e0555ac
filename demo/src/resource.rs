//! A resource of the company and what it is charged for.

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::demand::Shape;

/// One resource.
pub(crate) struct Resource {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) kind: usize,
    pub(crate) product: usize,
    pub(crate) account: usize,
    pub(crate) provider: usize,
    pub(crate) region: usize,
    pub(crate) zone: String,
    /// The team in its tags.
    pub(crate) team: Option<usize>,
    pub(crate) tags: Map<String, Value>,
    /// The tags as a field of the bills, in quotes; empty for none.
    pub(crate) tags_field: String,
    pub(crate) lines: Vec<Line>,
    pub(crate) commitment: Option<usize>,
    pub(crate) status: String,
    pub(crate) cpu: Option<f64>,
    pub(crate) memory: Option<f64>,
    pub(crate) network: Option<f64>,
    pub(crate) attached_to: String,
    pub(crate) encrypted: Option<bool>,
    pub(crate) public: bool,
    pub(crate) config: Map<String, Value>,
    pub(crate) created: Timestamp,
    pub(crate) planted: String,
}

impl Resource {
    /// Whether it is still there.
    pub(crate) fn exists(&self) -> bool {
        self.status != "Released"
    }
}

/// A meter of a resource over some days of the bills.
pub(crate) struct Line {
    pub(crate) sku: usize,
    /// The usual quantity a day.
    pub(crate) quantity: f64,
    pub(crate) shape: Shape,
    /// The first day, as a position.
    pub(crate) from: usize,
    /// One past the last day.
    pub(crate) until: usize,
    /// The day of the month on which a subscription renews.
    pub(crate) renews_on: i8,
    /// What incidents do to it.
    pub(crate) effects: Vec<Effect>,
}

/// What an incident does to a line for some days.
pub(crate) struct Effect {
    pub(crate) from: usize,
    pub(crate) until: usize,
    pub(crate) factor: f64,
    /// The contracted price in per cent of the list price, when it changes.
    pub(crate) percent: Option<i64>,
}

impl Line {
    /// Whether the line is charged on a day.
    pub(crate) fn covers(&self, day: usize) -> bool {
        self.from <= day && day < self.until
    }

    /// What incidents do on a day: a factor on the quantity, and perhaps another price.
    pub(crate) fn effect(&self, day: usize) -> (f64, Option<i64>) {
        let there = self.effects.iter().filter(|effect| effect.from <= day && day < effect.until);
        there.fold((1.0, None), |(factor, percent), effect| (factor * effect.factor, effect.percent.or(percent)))
    }
}
