//! What is in the data: counted once for each version, column by column over the files, and kept beside the tables.

use std::{
    collections::{BTreeMap, HashMap},
    path::Path,
    sync::Arc,
};

use datafusion::arrow::{
    array::{Array, ArrayRef, AsArray},
    datatypes::{Int32Type, TimestampMicrosecondType},
};
use domain::{DataProfile, DimensionValue, ProviderSpan};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    WarehouseError,
    clock::{MICROS_PER_DAY, date_of, day_of, provider_offset},
    delta::{DataFile, month_of},
    engine::{OpenTable, cache::read_file},
    layout::COSTS,
};

/// The columns whose values are listed.
const DIMENSIONS: [&str; 28] = [
    "ProviderName",
    "PublisherName",
    "InvoiceIssuerName",
    "ServiceName",
    "ServiceCategory",
    "ServiceSubcategory",
    "SubAccountId",
    "SubAccountName",
    "BillingAccountId",
    "BillingAccountName",
    "RegionId",
    "RegionName",
    "AvailabilityZone",
    "ResourceId",
    "ResourceName",
    "ResourceType",
    "ChargeCategory",
    "ChargeClass",
    "ChargeFrequency",
    "PricingCategory",
    "CommitmentDiscountId",
    "CommitmentDiscountName",
    "CommitmentDiscountType",
    "CommitmentDiscountStatus",
    "SkuId",
    "SkuMeter",
    "x_ProductCode",
    "Status",
];
/// Values listed of a column at most, the commonest first.
const LISTED_VALUES: usize = 200_000;
/// The file that keeps the profile of the last version.
const KEPT_IN: &str = "profile.json";
/// Changes when what is counted changes.
const FORMAT: u32 = 1;

#[derive(Serialize, Deserialize)]
struct Kept {
    format: u32,
    /// The versions of the tables it was taken from.
    versions: BTreeMap<String, u64>,
    profile: DataProfile,
}

/// The versions that a profile depends on.
pub(crate) fn versions(tables: &BTreeMap<String, Arc<OpenTable>>) -> BTreeMap<String, u64> {
    tables.iter().map(|(name, table)| (name.clone(), table.delta.version().unwrap_or(0))).collect()
}

/// The profile that was kept, when it is of these versions.
pub(crate) fn kept(data: &Path, versions: &BTreeMap<String, u64>) -> Option<DataProfile> {
    let kept: Kept = serde_json::from_slice(&std::fs::read(data.join(KEPT_IN)).ok()?).ok()?;
    (kept.format == FORMAT && kept.versions == *versions).then_some(kept.profile)
}

/// Keeps a profile for the next start. Without the right to write, the next start counts again.
pub(crate) fn keep(data: &Path, versions: BTreeMap<String, u64>, profile: &DataProfile) {
    let kept = Kept { format: FORMAT, versions, profile: profile.clone() };
    let written = tempfile::NamedTempFile::new_in(data).and_then(|mut file| {
        serde_json::to_writer(std::io::BufWriter::new(&mut file), &kept)?;
        file.persist(data.join(KEPT_IN)).map_err(|error| error.error)
    });
    if let Err(error) = written {
        tracing::warn!(%error, "the profile of the data cannot be kept");
    }
}

/// Counts everything. Blocks on files.
pub(crate) fn take(tables: &BTreeMap<String, Arc<OpenTable>>, version: u64) -> Result<DataProfile, WarehouseError> {
    let mut counts = Counts::default();
    for (name, table) in tables.iter().filter(|(name, _)| name.as_str() == COSTS || name.as_str() == "resources") {
        for file in &table.files {
            counts.add_file(name, table, file).map_err(|error| WarehouseError::store("read", name, error))?;
        }
    }
    let rows = tables.iter().map(|(name, table)| (name.clone(), table.rows())).filter(|(_, rows)| *rows > 0);
    let table_rows: BTreeMap<_, _> = rows.collect();
    Ok(counts.finish(version, table_rows))
}

/// Rows by provider.
type ByProvider = HashMap<String, u64>;

#[derive(Default)]
struct Counts {
    dimensions: BTreeMap<&'static str, HashMap<String, ByProvider>>,
    /// Keys and values in lower case, with the spellings they have.
    tag_keys: HashMap<String, HashMap<String, u64>>,
    tag_values: HashMap<(String, String), (HashMap<String, u64>, ByProvider)>,
    spans: BTreeMap<String, Span>,
}

#[derive(Default)]
struct Span {
    currencies: HashMap<String, u64>,
    accounts: BTreeMap<String, HashMap<String, u64>>,
    months: Option<(String, String)>,
    usage: UsageDays,
}

/// The last days with usage, counted from 1970.
#[derive(Clone, Copy, Default)]
struct UsageDays {
    /// By charges of a day or less.
    daily: Option<i64>,
    /// By charges of longer periods, whose last day counts.
    longer: Option<i64>,
}

impl Counts {
    fn add_file(&mut self, table: &str, open: &OpenTable, file: &DataFile) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let mut names = DIMENSIONS.to_vec();
        names.extend(["Tags", "BillingCurrency", "ChargePeriodStart", "ChargePeriodEnd"]);
        let columns = read_file(&open.folder, file, &names)?;
        let (provider, month) = month_of(&file.partition);
        let providers = match columns.get("ProviderName") {
            Some(column) => Providers::of_rows(column),
            None => Providers { names: vec![provider.clone()], rows: None },
        };
        for name in DIMENSIONS {
            if let Some(column) = columns.get(name) {
                let counted = self.dimensions.entry(name).or_default();
                each_value(column, &providers, |value, provider, rows| add(counted.entry(value.to_owned()).or_default(), provider, rows));
            }
        }
        if let Some(tags) = columns.get("Tags").filter(|_| table == COSTS) {
            each_value(tags, &providers, |tags, provider, rows| self.add_tags(tags, provider, rows));
        }
        if table == COSTS {
            add(self.dimensions.entry("ProviderName").or_default().entry(provider.clone()).or_default(), &provider, file.rows);
            let span = self.spans.entry(provider.clone()).or_default();
            span.add(&provider, &month, &columns, &providers);
        }
        Ok(())
    }

    fn add_tags(&mut self, tags: &str, provider: &str, rows: u64) {
        let Ok(object) = serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(tags) else {
            return;
        };
        for key in object.keys() {
            let Some(value) = crate::engine::tag_value(tags, key) else { continue };
            let (key_folded, value_folded) = (key.to_lowercase(), value.to_lowercase());
            add(self.tag_keys.entry(key_folded.clone()).or_default(), key, rows);
            let (spellings, by_provider) = self.tag_values.entry((key_folded, value_folded)).or_default();
            add(spellings, &value, rows);
            add(by_provider, provider, rows);
        }
    }

    fn finish(self, version: u64, table_rows: BTreeMap<String, u64>) -> DataProfile {
        let dimensions = self.dimensions.into_iter().filter(|(_, values)| !values.is_empty());
        let dimensions = dimensions.map(|(name, values)| (name.to_owned(), listed(values.into_iter())));
        let mut tags: BTreeMap<String, Vec<(String, ByProvider)>> = BTreeMap::new();
        for ((key, _), (spellings, by_provider)) in self.tag_values {
            let key = self.tag_keys.get(&key).map_or(key, commonest);
            tags.entry(key).or_default().push((commonest(&spellings), by_provider));
        }
        let providers: Vec<_> = self.spans.into_iter().filter_map(|(provider, span)| span.finish(provider)).collect();
        let mut currencies: Vec<_> = providers.iter().flat_map(|span| span.currencies.clone()).collect();
        currencies.sort();
        currencies.dedup();
        DataProfile {
            version,
            cost_rows: table_rows.get(COSTS).copied().unwrap_or(0),
            providers,
            dimensions: dimensions.collect(),
            tags: tags.into_iter().map(|(key, values)| (key, listed(values.into_iter()))).collect(),
            currencies,
            table_rows,
        }
    }
}

impl Span {
    fn add(&mut self, provider: &str, month: &str, columns: &HashMap<String, ArrayRef>, providers: &Providers) {
        if !month.is_empty() {
            let (first, last) = self.months.get_or_insert_with(|| (month.to_owned(), month.to_owned()));
            if month < first.as_str() {
                *first = month.to_owned();
            }
            if month > last.as_str() {
                *last = month.to_owned();
            }
        }
        if let Some(currency) = columns.get("BillingCurrency") {
            each_value(currency, providers, |currency, _, rows| add(&mut self.currencies, currency, rows));
        }
        if let (Some(ids), Some(names)) = (columns.get("SubAccountId"), columns.get("SubAccountName")) {
            self.add_accounts(ids, names);
        }
        if let (Some(category), Some(start)) = (columns.get("ChargeCategory"), columns.get("ChargePeriodStart")) {
            self.usage.add(category, start, columns.get("ChargePeriodEnd"), provider_offset(provider));
        }
    }

    fn add_accounts(&mut self, ids: &ArrayRef, names: &ArrayRef) {
        let (ids, names) = (ids.as_dictionary::<Int32Type>(), names.as_dictionary::<Int32Type>());
        let mut pairs: HashMap<(i32, Option<i32>), u64> = HashMap::new();
        for (id, name) in ids.keys().iter().zip(names.keys()) {
            if let Some(id) = id {
                *pairs.entry((id, name)).or_default() += 1;
            }
        }
        let (id_values, name_values) = (ids.values().as_string::<i32>(), names.values().as_string::<i32>());
        for ((id, name), rows) in pairs {
            let name = name.map_or("", |name| name_values.value(name as usize));
            add(self.accounts.entry(id_values.value(id as usize).to_owned()).or_default(), name, rows);
        }
    }

    fn finish(self, provider: String) -> Option<ProviderSpan> {
        let (first, last) = self.months?;
        let last_month = first_day(&last)?;
        let mut currencies: Vec<_> = self.currencies.into_keys().collect();
        currencies.sort();
        Some(ProviderSpan {
            provider,
            currencies,
            accounts: self.accounts.into_iter().map(|(id, names)| (id, commonest(&names))).collect(),
            first_month: first_day(&first)?,
            last_month,
            complete_to: self.usage.daily.or(self.usage.longer).and_then(date_of).unwrap_or(last_month),
        })
    }
}

impl UsageDays {
    fn add(&mut self, category: &ArrayRef, start: &ArrayRef, end: Option<&ArrayRef>, offset: i64) {
        let category = category.as_dictionary::<Int32Type>();
        let usage: Vec<bool> = category.values().as_string::<i32>().iter().map(|value| value == Some("Usage")).collect();
        let start = start.as_primitive::<TimestampMicrosecondType>();
        let end = end.map(|end| end.as_primitive::<TimestampMicrosecondType>());
        for (row, key) in category.keys().iter().enumerate() {
            if !key.is_some_and(|key| usage[key as usize]) || start.is_null(row) {
                continue;
            }
            let from = start.value(row);
            let to = end.filter(|end| end.is_valid(row)).map_or(from + MICROS_PER_DAY, |end| end.value(row));
            let (day, last) = if to - from <= MICROS_PER_DAY { (from, &mut self.daily) } else { (to - 1, &mut self.longer) };
            *last = (*last).max(Some(day_of(day, offset)));
        }
    }
}

/// The providers of the rows of a file: one for all, or one a row.
struct Providers {
    names: Vec<String>,
    rows: Option<Vec<usize>>,
}

impl Providers {
    fn of_rows(column: &ArrayRef) -> Self {
        let column = column.as_dictionary::<Int32Type>();
        let mut names: Vec<String> = column.values().as_string::<i32>().iter().map(|name| name.unwrap_or_default().to_owned()).collect();
        names.push(String::new());
        let none = names.len() - 1;
        let rows = column.keys().iter().map(|key| key.map_or(none, |key| key as usize)).collect();
        Self { names, rows: Some(rows) }
    }
}

/// Calls back for each distinct value and provider with its number of rows.
fn each_value(column: &ArrayRef, providers: &Providers, mut found: impl FnMut(&str, &str, u64)) {
    let Some(column) = column.as_dictionary_opt::<Int32Type>() else {
        return;
    };
    let values = column.values().as_string::<i32>();
    let width = providers.names.len();
    let mut rows = vec![0_u64; values.len() * width];
    for (row, key) in column.keys().iter().enumerate() {
        if let Some(key) = key {
            let provider = providers.rows.as_ref().map_or(0, |rows| rows[row]);
            rows[key as usize * width + provider] += 1;
        }
    }
    for (i, rows) in rows.into_iter().enumerate().filter(|(_, rows)| *rows > 0) {
        let value = values.value(i / width);
        if !value.is_empty() {
            found(value, &providers.names[i % width], rows);
        }
    }
}

fn add(counts: &mut HashMap<String, u64>, key: &str, rows: u64) {
    match counts.get_mut(key) {
        Some(count) => *count += rows,
        None => {
            counts.insert(key.to_owned(), rows);
        }
    }
}

/// The commonest key; of equally common ones the first in order.
fn commonest(counts: &HashMap<String, u64>) -> String {
    let best = counts.iter().max_by(|a, b| a.1.cmp(b.1).then_with(|| b.0.cmp(a.0)));
    best.map(|(key, _)| key.clone()).unwrap_or_default()
}

/// Values with their rows, the commonest first.
fn listed(values: impl Iterator<Item = (String, ByProvider)>) -> Vec<DimensionValue> {
    let mut values: Vec<_> = values
        .map(|(value, providers)| DimensionValue { value, rows: providers.values().sum(), provider: commonest(&providers) })
        .collect();
    values.sort_by(|a, b| b.rows.cmp(&a.rows).then_with(|| a.value.cmp(&b.value)));
    values.truncate(LISTED_VALUES);
    values
}

/// The first day of a month such as `2026-05`.
fn first_day(month: &str) -> Option<Date> {
    let (year, month) = month.split_once('-')?;
    Date::new(year.parse().ok()?, month.parse().ok()?, 1).ok()
}
