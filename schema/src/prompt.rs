//! The schema as a prompt shows it to a model.

use std::fmt::Write;

use domain::Scope;

use crate::{Catalog, Dataset, Field, Metric};

/// How many other names a column brings along: enough to find it by, few enough for the token budget.
const WORDS: usize = 5;

pub(crate) fn schema(catalog: &Catalog, scope: &Scope) -> String {
    let mut text = String::new();
    for dataset in catalog.datasets() {
        table(&mut text, dataset, scope);
    }
    let metrics: Vec<&Metric> = catalog.metrics().iter().filter(|metric| is_visible(catalog, metric, scope)).collect();
    if !metrics.is_empty() {
        text.push_str("metrics:\n");
        for metric in metrics {
            let _ = writeln!(text, "  {} = {} -- {}{}", metric.name, metric.expression, metric.description, words(&metric.synonyms));
        }
    }
    text
}

fn table(text: &mut String, dataset: &Dataset, scope: &Scope) {
    let _ = writeln!(text, "{} -- {}{}", dataset.name, dataset.description, words(&dataset.synonyms));
    for field in dataset.visible_fields(scope) {
        let Field { name, datatype, description, synonyms, unit, .. } = field;
        let kind = format!("{datatype:?}").to_lowercase();
        let unit = unit.as_ref().map_or_else(String::new, |unit| format!(" in {unit}"));
        let _ = writeln!(text, "  {name} {kind}{unit} -- {description}{}", words(synonyms));
    }
}

/// A metric is shown when every column it reads is.
fn is_visible(catalog: &Catalog, metric: &Metric, scope: &Scope) -> bool {
    !catalog.datasets().iter().any(|dataset| {
        dataset
            .fields
            .iter()
            .filter(|field| !field.is_visible_to(scope))
            .any(|field| metric.expression.contains(&format!("{}.{}", dataset.name, field.name)))
    })
}

fn words(synonyms: &[String]) -> String {
    if synonyms.is_empty() {
        return String::new();
    }
    let shown: Vec<&str> = synonyms.iter().take(WORDS).map(String::as_str).collect();
    format!(" ({})", shown.join(", "))
}
