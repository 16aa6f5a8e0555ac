//! The way of every query, whoever wrote it: guard, engine, labels, terms.

use std::collections::BTreeSet;

use domain::{Column, DataProfile, Language, Period, SqlNote, Table, Terms};
use nl2sql::{Plan, PlanColumn};
use schema::{Catalog, CheckedSql, Dialect};

use crate::{Context, Evidence, ToolError};

/// Columns of `costs` that an amount can be based on.
const COST_BASES: [&str; 4] = ["BilledCost", "EffectiveCost", "ListCost", "ContractedCost"];

/// Columns whose cells are currency codes.
const CURRENCY_COLUMNS: [&str; 2] = ["BillingCurrency", "Currency"];

/// What is known of a result beyond the engine's table.
#[derive(Clone, Debug, Default)]
pub(crate) struct About {
    pub columns: Vec<Label>,
    pub period: Option<Period>,
    pub filters: Vec<String>,
    pub assumptions: Vec<String>,
}

/// How a result column reads.
#[derive(Clone, Debug)]
pub(crate) struct Label {
    pub name: String,
    pub label: String,
    pub unit: Option<String>,
}

/// Guards and runs a grammar's plan: the way every query goes, whoever made it. The text is left for the caller to compose.
pub async fn run_plan(context: &Context, plan: &Plan) -> Result<Evidence, ToolError> {
    let columns = plan.columns.iter().map(label).collect();
    let about = About { columns, period: plan.period.clone(), filters: plan.filters.clone(), assumptions: plan.assumptions.clone() };
    let mut evidence = run(context, &plan.sql, about).await?;
    evidence.intent = Some(plan.intent);
    Ok(evidence)
}

/// Guards a statement for the asker and runs it.
pub(crate) async fn run(context: &Context, sql: &str, about: About) -> Result<Evidence, ToolError> {
    let parts = &context.parts;
    let checked = schema::check(sql, Dialect::DataFusion, &parts.catalog, &context.asker)?;
    let result = parts.warehouse.run(&checked, &context.limits, &context.cancel).await?;
    let profile = parts.warehouse.profile().await?;
    let mut table = result.table;
    name_columns(&mut table, &about.columns, &checked, &parts.catalog, context.language);
    let currencies = currencies(&table, &profile);
    settle_units(&mut table, &currencies);
    let reads_costs = checked.tables().iter().any(|name| name == "costs" || name == "bill_items");
    let terms = Terms {
        cost_basis: cost_basis(&checked).filter(|_| reads_costs),
        currency: (!currencies.is_empty()).then(|| currencies.iter().cloned().collect::<Vec<_>>().join(", ")),
        period: about.period,
        time_zone: context.time_zone.iana_name().map(str::to_owned),
        filters: about.filters,
        rows_read: Some(result.rows_read),
        data_complete_to: profile.complete_to().filter(|_| reads_costs).map(|day| day.to_string()),
        assumptions: about.assumptions,
        ..Terms::default()
    };
    Ok(Evidence {
        empty: table.rows.is_empty(),
        sql: Some(note(&checked, result.elapsed)),
        table: Some(table),
        terms,
        ..Evidence::default()
    })
}

fn label(column: &PlanColumn) -> Label {
    Label { name: column.name.clone(), label: column.label.clone(), unit: column.unit.clone() }
}

fn note(checked: &CheckedSql, elapsed: std::time::Duration) -> SqlNote {
    SqlNote {
        text: checked.shown().to_owned(),
        dialect: format!("{:?}", checked.dialect()).to_lowercase(),
        tables: checked.tables().to_vec(),
        elapsed_ms: elapsed.as_secs_f64() * 1000.0,
    }
}

fn name_columns(table: &mut Table, known: &[Label], checked: &CheckedSql, catalog: &Catalog, language: Language) {
    for column in &mut table.columns {
        if let Some(known) = known.iter().find(|known| known.name.eq_ignore_ascii_case(&column.name)) {
            column.label.clone_from(&known.label);
            column.unit.clone_from(&known.unit);
        } else if let Some(label) = catalog_label(column, checked, catalog, language) {
            column.label = label.label;
            column.unit = column.unit.take().or(label.unit);
        }
    }
}

/// A column that bears the name of a field of a table that was read is taken for that field.
fn catalog_label(column: &Column, checked: &CheckedSql, catalog: &Catalog, language: Language) -> Option<Label> {
    let datasets = checked.tables().iter().filter_map(|table| catalog.dataset(table));
    let field = datasets.flat_map(|dataset| &dataset.fields).find(|field| field.name.eq_ignore_ascii_case(&column.name))?;
    let english = words_of(&field.name);
    let label = language.pick(&field.label, &english).to_owned();
    Some(Label { name: field.name.clone(), label, unit: field.unit.clone().filter(|_| column.column_type.is_numeric()) })
}

/// `SubAccountName` as `Sub account name`.
fn words_of(name: &str) -> String {
    let mut words = String::new();
    for c in name.trim_start_matches("x_").replace('_', " ").chars() {
        if c.is_uppercase() && words.ends_with(|before: char| before.is_lowercase()) {
            words.push(' ');
            words.extend(c.to_lowercase());
        } else {
            words.push(c);
        }
    }
    words
}

/// The currencies of the amounts: those the rows name, or the only one of the data.
fn currencies(table: &Table, profile: &DataProfile) -> BTreeSet<String> {
    let position = CURRENCY_COLUMNS.iter().find_map(|name| table.position(name));
    if let Some(position) = position {
        return table.rows.iter().filter_map(|row| row.get(position)).map(domain::Value::label).filter(|code| !code.is_empty()).collect();
    }
    match profile.currencies.as_slice() {
        [only] if table.columns.iter().any(is_amount) => BTreeSet::from([only.clone()]),
        _ => BTreeSet::new(),
    }
}

fn is_amount(column: &Column) -> bool {
    column.unit.as_deref().is_some_and(|unit| CURRENCY_COLUMNS.contains(&unit) || unit == "currency")
}

/// A unit that points to a currency column which the result does not have becomes the only currency there is.
fn settle_units(table: &mut Table, currencies: &BTreeSet<String>) {
    let named = CURRENCY_COLUMNS.iter().any(|name| table.position(name).is_some());
    if named || currencies.len() != 1 {
        return;
    }
    for column in table.columns.iter_mut().filter(|column| is_amount(column)) {
        column.unit = currencies.first().cloned();
    }
}

fn cost_basis(checked: &CheckedSql) -> Option<String> {
    let text = checked.shown();
    let used: Vec<_> = COST_BASES.into_iter().filter(|basis| text.contains(basis)).collect();
    match used.as_slice() {
        [] => checked.tables().iter().any(|table| table == "bill_items").then(|| "BilledCost".to_owned()),
        bases if bases.contains(&"ListCost") && bases.contains(&"EffectiveCost") => Some("ListCost - EffectiveCost".to_owned()),
        bases => Some(bases.join(", ")),
    }
}

/// A text as a SQL literal.
pub(crate) fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_as_words() {
        let check = |name: &str, expect: &str| assert_eq!(words_of(name), expect);
        check("SubAccountName", "Sub account name");
        check("x_ProductCode", "Product code");
        check("billing_cycle", "billing cycle");
    }

    #[test]
    fn a_quote_cannot_end_a_literal() {
        assert_eq!(literal("O'Hara'; DROP"), "'O''Hara''; DROP'");
    }
}
