//! The lexicon: every word the grammar knows and every name the data hold, found in a text without a scan of the names.

mod build;
mod spelling;

pub(crate) use build::chinese_provider;

use std::collections::HashMap;

use aho_corasick::AhoCorasick;
use domain::{Grain, Language};

use crate::{query::Dimension, text, words::Word};

pub(crate) use spelling::Spelling;

/// A value of a dimension that the data hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub dimension: Dimension,
    /// The column that holds it; empty for a tag.
    pub column: &'static str,
    /// As the data have it.
    pub value: String,
    /// How a person recognises it.
    pub shown: String,
    /// The provider of most of its rows; empty where unknown.
    pub provider: String,
}

/// How a word came to mean a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fit {
    /// The value itself, or the whole of one of its names.
    Exact,
    /// Another name of it, from a dictionary.
    Alias,
    /// A part of its name.
    Part,
}

/// A known thing that the data do not hold: its name and what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Absent {
    pub dimension: Dimension,
    pub name: String,
}

/// What a key of the lexicon stands for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Senses {
    pub words: Vec<Word>,
    pub values: Vec<(u32, Fit)>,
    pub absent: Vec<Absent>,
}

/// Words and names with what they stand for.
pub(crate) struct Lexicon {
    keys: HashMap<String, u32>,
    senses: Vec<Senses>,
    automaton: Option<AhoCorasick>,
    /// The sense of each of the automaton's patterns.
    patterns: Vec<u32>,
    pub entries: Vec<Entry>,
    pub spelling: Spelling,
}

/// A place in a text where a key was found.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found {
    pub start: usize,
    pub end: usize,
    pub senses: u32,
    pub plural: bool,
}

impl Lexicon {
    pub(crate) fn senses(&self, id: u32) -> &Senses {
        &self.senses[id as usize]
    }

    pub(crate) fn entry(&self, id: u32) -> &Entry {
        &self.entries[id as usize]
    }

    /// Every key in a flattened text, overlapping ones included.
    pub(crate) fn find(&self, flat: &str) -> Vec<Found> {
        let mut found = Vec::new();
        if let Some(automaton) = &self.automaton {
            for hit in automaton.find_overlapping_iter(flat) {
                let senses = self.patterns[hit.pattern().as_usize()];
                if text::on_boundaries(flat, hit.start(), hit.end()) {
                    found.push(Found { start: hit.start(), end: hit.end(), senses, plural: false });
                } else if hit.end() - hit.start() > 2
                    && flat[hit.end()..].starts_with('s')
                    && text::on_boundaries(flat, hit.start(), hit.end() + 1)
                {
                    found.push(Found { start: hit.start(), end: hit.end() + 1, senses, plural: true });
                }
            }
        }
        found
    }

    /// The senses of a whole token, for names that are too many for the automaton.
    pub(crate) fn whole(&self, token: &str) -> Option<u32> {
        self.keys.get(&text::key(token)).copied()
    }
}

/// The name of a dimension as a person says it.
pub(crate) fn dimension_name(dimension: &Dimension, language: Language) -> String {
    let (zh, en) = match dimension {
        Dimension::Provider => ("云厂商", "provider"),
        Dimension::Service => ("产品", "service"),
        Dimension::ServiceCategory => ("服务大类", "service category"),
        Dimension::ServiceSubcategory => ("服务子类", "service subcategory"),
        Dimension::SubAccount => ("账号", "account"),
        Dimension::Region => ("地域", "region"),
        Dimension::AvailabilityZone => ("可用区", "availability zone"),
        Dimension::Resource => ("资源", "resource"),
        Dimension::ResourceType => ("资源类型", "resource type"),
        Dimension::ChargeCategory => ("计费类别", "charge category"),
        Dimension::ChargeClass => ("冲正", "correction"),
        Dimension::ChargeFrequency => ("计费频率", "charge frequency"),
        Dimension::PricingCategory => ("付费方式", "pricing category"),
        Dimension::Commitment => ("承诺", "commitment"),
        Dimension::CommitmentType => ("承诺类型", "commitment type"),
        Dimension::CommitmentStatus => ("承诺状态", "commitment status"),
        Dimension::Publisher => ("发布商", "publisher"),
        Dimension::Sku => ("SKU", "SKU"),
        Dimension::SkuMeter => ("用量类型", "usage type"),
        Dimension::Currency => ("币种", "currency"),
        Dimension::BillingAccount => ("主账号", "billing account"),
        Dimension::Severity => ("级别", "severity"),
        Dimension::Status => ("状态", "status"),
        Dimension::Tag(key) => return language.pick(&format!("标签 {key}"), &format!("tag {key}")).to_owned(),
    };
    language.pick(zh, en).to_owned()
}

/// The name of a step of time as a column and in words.
pub(crate) fn grain_name(grain: Grain) -> (&'static str, &'static str, &'static str) {
    match grain {
        Grain::Day => ("day", "日期", "day"),
        Grain::Week => ("week", "周", "week"),
        Grain::Month => ("month", "月份", "month"),
        Grain::Quarter => ("quarter", "季度", "quarter"),
        Grain::Year => ("year", "年份", "year"),
    }
}
