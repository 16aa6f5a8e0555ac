//! What a question says, before defaults and the conversation complete it.

use domain::{Grain, Language};
use rust_decimal::Decimal;

use crate::{
    lexicon::Absent,
    query::{AverageOver, Dimension, Metric, ResourceState, Subject},
    time::{Relative, Span},
    words::Action,
};

/// A name in the question with what it stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mention {
    /// The token it is.
    pub at: usize,
    /// As it was typed.
    pub text: String,
    pub dimension: Dimension,
    pub column: String,
    pub values: Vec<String>,
    pub shown: Vec<String>,
    /// The providers of the values, where known.
    pub providers: Vec<String>,
    /// Whether these rows are left out.
    pub negated: bool,
}

/// A word with several meanings that differ in result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ambiguity {
    pub text: String,
    /// Dimension, and the value as a person knows it.
    pub options: Vec<(Dimension, String)>,
    /// What each option would be as a filter.
    pub mentions: Vec<Mention>,
}

/// A bound in the question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Bound {
    pub op: &'static str,
    pub value: Decimal,
    pub percent: bool,
    pub currency: Option<&'static str>,
    /// On CPU or memory rather than on money.
    pub on: BoundOn,
}

/// What a bound is on, as far as the words next to it say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BoundOn {
    Open,
    Cpu,
    Memory,
    Previous,
}

/// What a period is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparison {
    With(Span),
    To(Relative),
}

/// The order asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Order {
    pub descending: bool,
    pub limit: Option<u32>,
    /// Whether a superlative asked for it, not just a sorting.
    pub superlative: bool,
}

/// Which way a change goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    Up,
    Down,
    Either,
}

/// Topics that have a tool or a person of their own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Topics {
    pub off_topic: bool,
    pub waste: bool,
    pub posture: bool,
    pub knowledge: bool,
    pub why: bool,
    pub forecast: bool,
    pub anomaly: bool,
    pub act: Option<Action>,
}

/// Everything a question says.
#[derive(Clone, Debug, Default)]
pub(crate) struct Slots {
    pub language: Language,
    pub subject: Option<Subject>,
    pub metrics: Vec<Metric>,
    pub cost_word: bool,
    pub period: Option<Span>,
    /// The period is given relative to the conversation's.
    pub relative: Option<Relative>,
    pub comparison: Option<Comparison>,
    pub mentions: Vec<Mention>,
    /// Tags that must be missing or present.
    pub untagged: Option<(Option<String>, bool)>,
    pub marketplace: bool,
    pub subscription: bool,
    pub groups: Vec<Dimension>,
    pub grain: Option<Grain>,
    /// A step of time as the thing ranked or counted.
    pub time_dim: Option<Grain>,
    pub order: Option<Order>,
    pub per_group: bool,
    pub share: bool,
    /// Token after which the whole stands ("占").
    pub share_at: Option<usize>,
    pub bounds: Vec<Bound>,
    pub every_step: bool,
    pub running: bool,
    pub average: Option<AverageOver>,
    pub how_many: bool,
    pub coverage: Option<Option<String>>,
    pub direction: Option<Direction>,
    pub ratio: bool,
    /// A word for a share that is not just a word for per cent.
    pub share_word: bool,
    /// Amounts and per cents that no comparison took.
    pub numbers: Vec<String>,
    pub absolute: bool,
    pub trend: bool,
    pub each: bool,
    pub total: bool,
    pub versus: bool,
    pub which: bool,
    pub states: Vec<ResourceState>,
    pub monthly_cost: bool,
    pub over_budget: bool,
    pub open: Option<bool>,
    pub severities: Vec<String>,
    pub expire: bool,
    pub unused: bool,
    /// Things that came, or that went, since the period before.
    pub came: bool,
    pub went: bool,
    pub commitments: bool,
    pub within_days: Option<i32>,
    pub utilization: bool,
    pub credit_limit: bool,
    pub follow: bool,
    pub correct: bool,
    pub instead: bool,
    pub pronoun: Option<String>,
    pub topics: Topics,
    pub ambiguous: Vec<Ambiguity>,
    pub absent: Vec<Absent>,
    /// A name of a kind that the data do not have: the dimension and what was typed.
    pub nameless: Vec<(Dimension, String)>,
    pub unknown: Vec<String>,
    pub matched: Vec<(String, String)>,
    pub ignored: Vec<String>,
}

impl Slots {
    /// Whether anything was said that bills can answer.
    pub(crate) fn says_something(&self) -> bool {
        self.subject.is_some()
            || !self.metrics.is_empty()
            || self.cost_word
            || !self.mentions.is_empty()
            || !self.groups.is_empty()
            || self.order.is_some()
            || self.comparison.is_some()
            || !self.ambiguous.is_empty()
            || !self.absent.is_empty()
            || self.share
            || self.untagged.is_some()
            || self.subscription
            || self.marketplace
    }
}
