//! Completes the terms an answer states.

use domain::{DataProfile, Language, Table, Terms, Value};
use jiff::tz::TimeZone;
use nl2sql::Plan;

/// Names of cost columns, in the order they are looked for in a statement.
const COST_COLUMNS: [&str; 4] = ["BilledCost", "EffectiveCost", "ListCost", "ContractedCost"];

/// The IANA name of a time zone, or its offset.
pub(crate) fn zone_name(zone: &TimeZone) -> String {
    match zone.iana_name() {
        Some(name) => name.to_owned(),
        None => zone.to_fixed_offset().map_or_else(|_| "UTC".to_owned(), |offset| offset.to_string()),
    }
}

/// Fills what the tool left open from the plan.
pub(crate) fn from_plan(terms: &mut Terms, plan: &Plan) {
    terms.period = terms.period.take().or_else(|| plan.period.clone());
    if terms.filters.is_empty() {
        terms.filters.clone_from(&plan.filters);
    }
    for assumption in &plan.assumptions {
        if !terms.assumptions.contains(assumption) {
            terms.assumptions.push(assumption.clone());
        }
    }
}

/// Fills what every answer over the bills states.
pub(crate) fn complete(terms: &mut Terms, sql: Option<&str>, table: Option<&Table>, profile: &DataProfile, zone: &TimeZone) {
    terms.time_zone.get_or_insert_with(|| zone_name(zone));
    if terms.data_complete_to.is_none() {
        terms.data_complete_to = profile.complete_to().map(|day| day.to_string());
    }
    let money = table.is_some_and(holds_money);
    if terms.cost_basis.is_none() && money {
        let sql = sql.unwrap_or_default().to_ascii_lowercase();
        let used: Vec<_> = COST_COLUMNS.into_iter().filter(|column| sql.contains(&column.to_ascii_lowercase())).collect();
        terms.cost_basis = (!used.is_empty()).then(|| used.join(", "));
    }
    if terms.currency.is_none() && money {
        let codes = table.map(currencies).unwrap_or_default();
        let codes = if codes.is_empty() && profile.currencies.len() == 1 { profile.currencies.clone() } else { codes };
        terms.currency = (!codes.is_empty()).then(|| codes.join(", "));
    }
}

fn holds_money(table: &Table) -> bool {
    let money =
        |unit: &str| matches!(unit, "BillingCurrency" | "Currency") || unit.len() == 3 && unit.bytes().all(|b| b.is_ascii_uppercase());
    table.columns.iter().any(|column| column.unit.as_deref().is_some_and(money))
}

/// The currencies a table's amounts are in.
fn currencies(table: &Table) -> Vec<String> {
    let mut codes: Vec<String> = Vec::new();
    for column in &table.columns {
        let Some(unit) = column.unit.as_deref() else { continue };
        if matches!(unit, "BillingCurrency" | "Currency") {
            let Some(at) = table.position(unit) else { continue };
            codes.extend(table.rows.iter().filter_map(|row| row.get(at)).map(Value::label).filter(|code| !code.is_empty()));
        } else if unit.len() == 3 && unit.bytes().all(|b| b.is_ascii_uppercase()) {
            codes.push(unit.to_owned());
        }
    }
    codes.sort_unstable();
    codes.dedup();
    codes
}

/// What was looked for, in words, for an answer that found nothing.
pub(crate) fn sought(terms: &Terms, language: Language) -> String {
    let period = terms.period.as_ref().map(|period| crate::compose::time::period_words(period, language));
    let filters = terms.filters.iter().map(|filter| crate::compose::markdown::escape(filter));
    let parts: Vec<_> = period.into_iter().chain(filters).collect();
    match parts.is_empty() {
        true => language.pick("所问的范围", "the range asked for").to_owned(),
        false => parts.join(language.pick(",", ", ")),
    }
}
