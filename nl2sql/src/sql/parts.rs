//! The pieces statements are made of: names, values, conditions, periods, steps, groups.

use domain::{Grain, PeriodBasis};
use jiff::civil::Date;

use crate::{
    PlanColumn, Role,
    lexicon::{dimension_name, grain_name},
    query::{Condition, Dimension, Filter, Metric, TimeRange},
};

use super::{Context, column};

/// The purchase of a commitment: its list price is the fee itself, so that it counts in no saving.
pub(super) const FEE: &str = r#""ChargeCategory" = 'Purchase' AND "CommitmentDiscountId" IS NOT NULL"#;

/// A column's name as SQL writes it.
pub(super) fn name(column: &str) -> String {
    format!("\"{}\"", column.replace('"', "\"\""))
}

/// A text as SQL writes it.
pub(super) fn text(value: &str) -> String {
    format!("'{}'", value.replace('\'', "''"))
}

/// A condition on rows.
pub(super) fn condition(filter: &Filter) -> String {
    if let Dimension::Tag(key) = &filter.dimension {
        return tag_condition(key, &filter.condition);
    }
    let column = name(&filter.column);
    match &filter.condition {
        Condition::OneOf(values) => match values.as_slice() {
            [one] => format!("{column} = {}", text(one)),
            many => format!("{column} IN ({})", list(many)),
        },
        Condition::NoneOf(values) => format!("({column} IS NULL OR {column} NOT IN ({}))", list(values)),
        Condition::Missing => format!("{column} IS NULL"),
        Condition::Present => format!("{column} IS NOT NULL"),
        Condition::Marketplace => r#""PublisherName" <> "InvoiceIssuerName""#.to_owned(),
        Condition::Subscription => {
            r#"("ChargeCategory" = 'Purchase' AND "ChargeFrequency" = 'Recurring' AND "CommitmentDiscountId" IS NULL)"#.to_owned()
        }
    }
}

fn tag_condition(key: &str, condition: &Condition) -> String {
    let none_at_all = r#"("Tags" IS NULL OR "Tags" = '' OR "Tags" = '{}')"#;
    let value = tag(key);
    let lower = |values: &[String]| list(&values.iter().map(|value| value.to_lowercase()).collect::<Vec<_>>());
    match condition {
        Condition::Missing if key.is_empty() => none_at_all.to_owned(),
        _ if key.is_empty() => format!("NOT {none_at_all}"),
        Condition::OneOf(values) if values.len() == 1 => format!("lower({value}) = {}", lower(values)),
        Condition::OneOf(values) => format!("lower({value}) IN ({})", lower(values)),
        Condition::NoneOf(values) => format!("({value} IS NULL OR lower({value}) NOT IN ({}))", lower(values)),
        Condition::Missing => format!("{value} IS NULL"),
        _ => format!("{value} IS NOT NULL"),
    }
}

/// The value of a tag; none where it is missing or empty.
pub(super) fn tag(key: &str) -> String {
    format!("nullif(tag(\"Tags\", {}), '')", text(key))
}

fn list(values: &[String]) -> String {
    values.iter().map(|value| text(value)).collect::<Vec<_>>().join(", ")
}

/// The rows of a period.
pub(super) fn period(range: &TimeRange, context: &Context) -> String {
    let (start, end) = (range.period.start, range.period.end);
    match range.basis {
        PeriodBasis::Billing => {
            let (first, next) = (month(start), month(end));
            if crate::time::add_months(start, 1) == end {
                format!("\"x_BillingMonth\" = '{first}'")
            } else {
                format!("\"x_BillingMonth\" >= '{first}' AND \"x_BillingMonth\" < '{next}'")
            }
        }
        PeriodBasis::Charge => {
            format!(
                "\"ChargePeriodStart\" >= TIMESTAMP '{}' AND \"ChargePeriodStart\" < TIMESTAMP '{}'",
                instant(start, context),
                instant(end, context)
            )
        }
    }
}

fn month(date: Date) -> String {
    format!("{:04}-{:02}", date.year(), date.month())
}

/// Midnight of a day on the asker's clock, in UTC.
fn instant(date: Date, context: &Context) -> String {
    let midnight = date.to_zoned(context.time_zone.clone()).map(|zoned| zoned.timestamp().to_zoned(jiff::tz::TimeZone::UTC).datetime());
    midnight.unwrap_or_else(|_| date.into()).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// The start of a charge on the asker's clock.
fn local_start(context: &Context, range: Option<&TimeRange>) -> String {
    let day = range.map_or(context.today, |range| range.period.start);
    let offset = day.to_zoned(context.time_zone.clone()).map_or(0, |zoned| zoned.offset().seconds());
    match offset {
        0 => "\"ChargePeriodStart\"".to_owned(),
        _ if offset % 3600 == 0 => format!("(\"ChargePeriodStart\" + INTERVAL '{} hours')", offset / 3600),
        _ => format!("(\"ChargePeriodStart\" + INTERVAL '{} minutes')", offset / 60),
    }
}

/// The step of time a row falls in. Months, quarters and years of billing periods are those of the bill.
pub(super) fn step(grain: Grain, context: &Context, range: Option<&TimeRange>) -> String {
    let billing = range.is_none_or(|range| range.basis == PeriodBasis::Billing);
    let month = r#""x_BillingMonth""#;
    match (grain, billing) {
        (Grain::Month, true) => month.to_owned(),
        (Grain::Year, true) => format!("substr({month}, 1, 4)"),
        (Grain::Quarter, true) => format!(
            "concat(substr({month}, 1, 4), CASE WHEN substr({month}, 6, 2) <= '03' THEN '-Q1' WHEN substr({month}, 6, 2) <= '06' THEN '-Q2' \
             WHEN substr({month}, 6, 2) <= '09' THEN '-Q3' ELSE '-Q4' END)"
        ),
        _ => format!("CAST(date_trunc('{}', {}) AS DATE)", grain_name(grain).0, local_start(context, range)),
    }
}

/// A group's expressions with their names and labels.
pub(super) fn group(dimension: &Dimension, context: &Context) -> Vec<(String, PlanColumn)> {
    let role = if *dimension == Dimension::Currency { Role::Currency } else { Role::Label };
    let label = dimension_name(dimension, context.language);
    if let Dimension::Tag(key) = dimension {
        return vec![(tag_group(key, context), column(key, label, None, role))];
    }
    dimension
        .columns()
        .iter()
        .map(|known| {
            let is_id = dimension.columns().len() > 1 && known.ends_with("Id");
            let label = if is_id { format!("{label} ID") } else { label.clone() };
            (name(known), column(known, label, None, role))
        })
        .collect()
}

/// The value of a tag in its commonest spelling, whatever the capitals of the row.
fn tag_group(key: &str, context: &Context) -> String {
    let value = tag(key);
    let spellings: Vec<&str> = context.profile.tags.get(key).into_iter().flatten().map(|known| known.value.as_str()).collect();
    let odd: Vec<&&str> = spellings.iter().filter(|value| **value != value.to_lowercase()).collect();
    let shown = if odd.is_empty() {
        format!("lower({value})")
    } else if odd.len() == spellings.len() && odd.iter().all(|value| **value == value.to_uppercase()) {
        format!("upper({value})")
    } else if odd.len() <= 100 {
        let cases: String = odd.iter().map(|value| format!(" WHEN {} THEN {}", text(&value.to_lowercase()), text(value))).collect();
        format!("CASE lower({value}){cases} ELSE lower({value}) END")
    } else {
        value
    };
    format!("coalesce({shown}, '(untagged)')")
}

/// A metric over the rows for which a condition holds; all rows without one.
pub(super) fn aggregate(metric: Metric, only: Option<&str>, tag_key: Option<&str>) -> String {
    let sum = |expression: &str| match only {
        Some(only) => format!("coalesce(sum(CASE WHEN {only} THEN {expression} ELSE 0 END), 0)"),
        None => format!("sum({expression})"),
    };
    let without_fees = |expression: &str| sum(&format!("CASE WHEN {FEE} THEN 0 ELSE {expression} END"));
    match metric {
        Metric::EffectiveCost => sum(r#""EffectiveCost""#),
        Metric::ListCost => without_fees(r#""ListCost""#),
        Metric::ContractedCost => without_fees(r#""ContractedCost""#),
        Metric::Savings => without_fees(r#"("ListCost" - "EffectiveCost")"#),
        Metric::SavingsRate => ratio(&without_fees(r#"("ListCost" - "EffectiveCost")"#), &without_fees(r#""ListCost""#)),
        Metric::TagCoverage => {
            let tagged = tag_condition(tag_key.unwrap_or_default(), &Condition::Present);
            ratio(&sum(&format!("CASE WHEN {tagged} THEN \"BilledCost\" ELSE 0 END")), &sum(r#""BilledCost""#))
        }
        _ => sum(r#""BilledCost""#),
    }
}

/// A quotient as a floating point number; none where the divisor is 0.
pub(super) fn ratio(new: &str, old: &str) -> String {
    format!("CAST({new} AS DOUBLE) / nullif(CAST({old} AS DOUBLE), 0)")
}

/// Conditions joined; nothing where there are none.
pub(super) fn where_clause(conditions: &[String]) -> String {
    if conditions.is_empty() { String::new() } else { format!(" WHERE {}", conditions.join(" AND ")) }
}
