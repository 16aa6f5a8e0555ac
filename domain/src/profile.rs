//! What is in the data: the values and spans that questions are understood against.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A summary of the bills, taken when they change: the vocabulary of the data.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DataProfile {
    /// Grows with every change of the data; answers and caches are keyed by it.
    pub version: u64,
    /// Rows in `costs`.
    pub cost_rows: u64,
    /// What each provider's bills span.
    pub providers: Vec<ProviderSpan>,
    /// Distinct values of the dimension columns of `costs` and `resources`: column name (`ServiceName`, `SubAccountName` …) to values.
    pub dimensions: BTreeMap<String, Vec<DimensionValue>>,
    /// Tag keys to their distinct values, in the commonest spelling.
    pub tags: BTreeMap<String, Vec<DimensionValue>>,
    /// Currencies of the bills.
    pub currencies: Vec<String>,
    /// Rows in each table of the model that has any.
    pub table_rows: BTreeMap<String, u64>,
}

/// A distinct value and how often it occurs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DimensionValue {
    /// The value as the data have it.
    pub value: String,
    /// Rows that hold it.
    pub rows: u64,
    /// The provider of most of these rows; empty where rows have none.
    pub provider: String,
}

/// What a provider's bills span, on the provider's own clock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderSpan {
    /// `ProviderName`.
    pub provider: String,
    /// Its billing currencies.
    pub currencies: Vec<String>,
    /// Its accounts: id and name.
    pub accounts: Vec<(String, String)>,
    /// The first billing month (its first day).
    pub first_month: Date,
    /// The last billing month (its first day).
    pub last_month: Date,
    /// The last whole day there are usage charges for.
    pub complete_to: Date,
}

impl DataProfile {
    /// The last day that every provider is complete for; none without bills.
    pub fn complete_to(&self) -> Option<Date> {
        self.providers.iter().map(|span| span.complete_to).min()
    }
}
