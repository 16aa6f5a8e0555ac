//! Queries of the bills.

use domain::Grain;

use crate::{
    PlanColumn, Role,
    lexicon::{dimension_name, grain_name},
    plan::metric_name,
    query::{AverageOver, Dimension, Measure, Metric, MetricQuery, Threshold, TimeRange},
    time::add_days,
};

use super::{
    Context, Statement, column,
    parts::{aggregate, condition, group, name, period, ratio, step, tag, where_clause},
};

/// The groups of a query: expressions and result columns, outermost first.
struct Groups {
    expressions: Vec<(String, PlanColumn)>,
    /// The columns of the first dimension, for a limit within groups.
    outer: Vec<String>,
}

pub(super) fn compile(query: &MetricQuery, context: &Context) -> Statement {
    let groups = groups(query, context);
    if query.count_groups {
        return count(query, context, &groups);
    }
    if let (Some(new), Some(old)) = (&query.period, &query.compare) {
        return compare(query, context, &groups, new, old);
    }
    if !query.share_of.is_empty() && !query.shares {
        return part_of_whole(query, context, &groups);
    }
    totals(query, context, &groups)
}

fn groups(query: &MetricQuery, context: &Context) -> Groups {
    let mut expressions = Vec::new();
    let mut outer = Vec::new();
    for (i, dimension) in query.group_by.iter().enumerate() {
        let of = group(dimension, context);
        if i == 0 {
            outer = of.iter().map(|(_, column)| column.name.clone()).collect();
        }
        expressions.extend(of);
    }
    if let Some(grain) = query.grain.filter(|_| query.compare.is_none() && !query.every_step) {
        let (column_name, zh, en) = grain_name(grain);
        let place = if query.within_groups { expressions.len() } else { 0 };
        expressions.insert(
            place,
            (step(grain, context, query.period.as_ref()), column(column_name, context.language.pick(zh, en).to_owned(), None, Role::Time)),
        );
    }
    if query.by_currency {
        let label = dimension_name(&Dimension::Currency, context.language);
        expressions.push((name("BillingCurrency"), column("BillingCurrency", label, None, Role::Currency)));
    }
    Groups { expressions, outer }
}

impl Groups {
    fn select(&self) -> String {
        self.expressions
            .iter()
            .map(|(expression, column)| {
                if *expression == name(&column.name) {
                    format!("{expression}, ")
                } else {
                    format!("{expression} AS {}, ", name(&column.name))
                }
            })
            .collect()
    }

    fn names(&self) -> String {
        self.expressions.iter().map(|(_, column)| format!("{}, ", name(&column.name))).collect()
    }

    fn group_by(&self, more: Option<&str>) -> String {
        let all: Vec<&str> = self.expressions.iter().map(|(expression, _)| expression.as_str()).chain(more).collect();
        if all.is_empty() { String::new() } else { format!(" GROUP BY {}", all.join(", ")) }
    }

    fn columns(&self) -> Vec<PlanColumn> {
        self.expressions.iter().map(|(_, column)| column.clone()).collect()
    }
}

fn unit(metric: Metric, context: &Context) -> Option<String> {
    if metric.is_ratio() { Some("ratio".into()) } else { Some(context.currency.clone().unwrap_or_else(|| "BillingCurrency".into())) }
}

/// Rows that are of a resource, where resources are the groups.
fn base_conditions(query: &MetricQuery) -> Vec<String> {
    let mut conditions: Vec<String> = query.filters.iter().map(condition).collect();
    for (dimension, id) in [(Dimension::Resource, "ResourceId"), (Dimension::Sku, "SkuId"), (Dimension::Commitment, "CommitmentDiscountId")]
    {
        if query.group_by.contains(&dimension) {
            conditions.push(format!("{} IS NOT NULL", name(id)));
        }
    }
    conditions
}

/// Sums, with shares, running totals and ranks on top where asked for.
fn totals(query: &MetricQuery, context: &Context, groups: &Groups) -> Statement {
    let mut conditions = base_conditions(query);
    conditions.extend(query.period.as_ref().map(|range| period(range, context)));
    let metrics: Vec<(String, PlanColumn)> = query
        .metrics
        .iter()
        .map(|metric| {
            let label = metric_name(*metric, query.subject, context.language);
            let value = aggregate(*metric, None, query.tag.as_deref());
            averaged(query, context, *metric, value, label)
        })
        .collect();
    let value = metrics.first().map_or("BilledCost", |(_, column)| column.name.as_str()).to_owned();
    let selected: Vec<String> = metrics.iter().map(|(expression, column)| format!("{expression} AS {}", name(&column.name))).collect();
    let mut columns = groups.columns();
    columns.extend(metrics.iter().map(|(_, column)| column.clone()));
    let from = format!(" FROM costs{}", where_clause(&conditions));
    let inner = if query.every_step {
        every_step(query, context, groups, &from, &value)
    } else {
        format!("SELECT {}{}{from}{}", groups.select(), selected.join(", "), groups.group_by(None))
    };
    let statement = layered(query, context, groups, inner, &value, &mut columns);
    Statement { text: statement, columns }
}

fn averaged(query: &MetricQuery, context: &Context, metric: Metric, value: String, label: String) -> (String, PlanColumn) {
    let unit = unit(metric, context);
    let Some(average) = query.average.filter(|_| !metric.is_ratio()) else {
        return (value, column(metric.column(), label, unit, Role::Value));
    };
    let (count, prefix) = match (average, &query.period) {
        (AverageOver::Day, Some(range)) => (days(range, context), ("日均", "average daily ")),
        (AverageOver::Month, Some(range)) => (months(range), ("月均", "average monthly ")),
        (_, None) => (1, ("", "")),
    };
    let label = context.language.pick(&format!("{}{label}", prefix.0), &format!("{}{label}", prefix.1)).to_owned();
    let column_name = if average == AverageOver::Day { "daily_average" } else { "monthly_average" };
    (format!("{value} / {}", count.max(1)), column(column_name, label, unit, Role::Value))
}

/// The days of a period that there are bills for.
fn days(range: &TimeRange, context: &Context) -> i32 {
    let end = context.profile.complete_to().map_or(range.period.end, |last| add_days(last, 1).min(range.period.end));
    let end = if end > range.period.start { end } else { range.period.end };
    range.period.start.until(end).map_or(1, |span| span.get_days())
}

fn months(range: &TimeRange) -> i32 {
    let (start, end) = (range.period.start, range.period.end);
    (i32::from(end.year()) - i32::from(start.year())) * 12 + i32::from(end.month()) - i32::from(start.month())
}

/// Groups whose every step is beyond the bound, with the sum over the steps.
fn every_step(query: &MetricQuery, context: &Context, groups: &Groups, from: &str, value: &str) -> String {
    let grain = query.grain.unwrap_or(Grain::Month);
    let step = step(grain, context, query.period.as_ref());
    let metric = aggregate(query.metrics.first().copied().unwrap_or(Metric::BilledCost), None, None);
    let count = query.period.as_ref().map_or(1, |range| match grain {
        Grain::Month => months(range),
        Grain::Quarter => months(range) / 3,
        _ => days(range, context),
    });
    let bounds: Vec<String> = query
        .thresholds
        .iter()
        .map(|threshold| {
            let extreme = if threshold.op.starts_with('>') { "min" } else { "max" };
            format!("{extreme}(part) {} {}", threshold.op, threshold.bound)
        })
        .collect();
    let inner = format!("SELECT {}{step} AS step, {metric} AS part{from}{}", groups.select(), groups.group_by(Some(&step)));
    let names = groups.names();
    format!(
        "SELECT {names}sum(part) AS {} FROM ({inner}) AS steps GROUP BY {} HAVING count(*) = {count} AND {}",
        name(value),
        names.trim_end_matches(", "),
        bounds.join(" AND ")
    )
}

/// Shares, running totals, thresholds, ranks within groups, order and limit around a statement.
fn layered(query: &MetricQuery, context: &Context, groups: &Groups, inner: String, value: &str, columns: &mut Vec<PlanColumn>) -> String {
    let mut statement = inner;
    let mut layered = false;
    let partition = query.by_currency || query.group_by.contains(&Dimension::Currency);
    let shown = |columns: &[PlanColumn]| columns.iter().map(|column| name(&column.name)).collect::<Vec<_>>().join(", ");
    if query.shares {
        let time = query.grain.map(|grain| name(grain_name(grain).0));
        let within: Vec<String> = partition.then(|| name("BillingCurrency")).into_iter().chain(time).collect();
        let over = if within.is_empty() { String::new() } else { format!("PARTITION BY {}", within.join(", ")) };
        let share = format!("CAST({v} AS DOUBLE) / nullif(sum(CAST({v} AS DOUBLE)) OVER ({over}), 0)", v = name(value));
        statement = format!("SELECT {}, {share} AS share FROM ({statement}) AS totals", shown(columns));
        columns.push(column("share", context.language.pick("占比", "share").to_owned(), Some("ratio".into()), Role::Share));
        layered = true;
    }
    if query.running_total
        && let Some(grain) = query.grain
    {
        let others: Vec<String> =
            groups.expressions.iter().filter(|(_, column)| column.role != Role::Time).map(|(_, column)| name(&column.name)).collect();
        let part = if others.is_empty() { String::new() } else { format!("PARTITION BY {} ", others.join(", ")) };
        let total = format!(
            "sum({}) OVER ({part}ORDER BY {} ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)",
            name(value),
            name(grain_name(grain).0)
        );
        statement = format!("SELECT {}, {total} AS running_total FROM ({statement}) AS totals", shown(columns));
        columns.push(column(
            "running_total",
            context.language.pick("累计", "running total").to_owned(),
            columns.last().and_then(|column| column.unit.clone()),
            Role::Value,
        ));
        layered = true;
    }
    let mut conditions: Vec<String> =
        query.thresholds.iter().filter(|_| !query.every_step).map(|threshold| bounded(threshold, value)).collect();
    conditions.extend(query.share_of.iter().map(condition));
    if !conditions.is_empty() {
        statement = format!("SELECT {} FROM ({statement}) AS groups{}", shown(columns), where_clause(&conditions));
        layered = true;
    }
    let ranking = query.ranking.as_ref();
    let ordered_by = match ranking.map(|ranking| ranking.by) {
        Some(Measure::Share) if query.shares => "share".to_owned(),
        _ => value.to_owned(),
    };
    let direction = if ranking.is_none_or(|ranking| ranking.descending) { "DESC" } else { "ASC" };
    let labels: Vec<String> =
        groups.expressions.iter().filter(|(_, column)| column.name != "BillingCurrency").map(|(_, column)| name(&column.name)).collect();
    let within_steps = query.grain.filter(|_| !query.group_by.is_empty() && !query.every_step);
    if let Some(limit) = ranking.and_then(|ranking| ranking.limit)
        && (query.within_groups || partition || within_steps.is_some())
    {
        let mut within = if query.within_groups { groups.outer.clone() } else { Vec::new() };
        within.extend(within_steps.map(|grain| grain_name(grain).0.to_owned()));
        if partition && !within.contains(&"BillingCurrency".to_owned()) {
            within.push("BillingCurrency".to_owned());
        }
        let within = within.iter().map(|column| name(column)).collect::<Vec<_>>().join(", ");
        let rank = format!("row_number() OVER (PARTITION BY {within} ORDER BY {} {direction} NULLS LAST)", name(&ordered_by));
        statement = format!("SELECT {}, {rank} AS place FROM ({statement}) AS groups", shown(columns));
        return format!("SELECT {} FROM ({statement}) AS ranked WHERE place <= {limit} ORDER BY {within}, place", shown(columns));
    }
    let by_time = query.grain.is_some() && !query.every_step && ranking.is_none();
    let order = if by_time {
        let time = query.grain.map_or("month", |grain| grain_name(grain).0);
        let rest: Vec<String> = labels.iter().filter(|label| **label != name(time)).cloned().collect();
        std::iter::once(name(time)).chain(rest).collect::<Vec<_>>().join(", ")
    } else if labels.is_empty() {
        if query.by_currency { name("BillingCurrency") } else { String::new() }
    } else {
        format!(
            "{}{} {direction} NULLS LAST, {}",
            if partition { "\"BillingCurrency\", " } else { "" },
            name(&ordered_by),
            labels.join(", ")
        )
    };
    if !order.is_empty() {
        if !layered || !statement.contains(") AS groups") {
            statement = format!("SELECT {} FROM ({statement}) AS groups", shown(columns));
        }
        statement.push_str(&format!(" ORDER BY {order}"));
    }
    if let Some(limit) = ranking.and_then(|ranking| ranking.limit) {
        statement.push_str(&format!(" LIMIT {limit}"));
    }
    statement
}

fn bounded(threshold: &Threshold, value: &str) -> String {
    let on = match threshold.on {
        Measure::Value | Measure::Cpu | Measure::Memory => name(value),
        Measure::Previous => "\"previous\"".to_owned(),
        Measure::Change => "\"change\"".to_owned(),
        Measure::Movement => "abs(\"change\")".to_owned(),
        Measure::ChangeRatio => "\"change_ratio\"".to_owned(),
        Measure::Share => "share".to_owned(),
    };
    format!("{on} {} {}", threshold.op, threshold.bound)
}

/// One period against another: a row for each group that is in either.
fn compare(query: &MetricQuery, context: &Context, groups: &Groups, new: &TimeRange, old: &TimeRange) -> Statement {
    let metric = query.metrics.first().copied().unwrap_or(Metric::BilledCost);
    let (in_new, in_old) = (period(new, context), period(old, context));
    let mut conditions = base_conditions(query);
    conditions.push(format!("(({in_new}) OR ({in_old}))"));
    let inner = format!(
        "SELECT {}{} AS current_value, {} AS previous_value FROM costs{}{}",
        groups.select(),
        aggregate(metric, Some(&in_new), query.tag.as_deref()),
        aggregate(metric, Some(&in_old), query.tag.as_deref()),
        where_clause(&conditions),
        groups.group_by(None)
    );
    let change = "current_value - previous_value";
    let middle = format!(
        "SELECT {}current_value AS \"current\", previous_value AS \"previous\", {change} AS \"change\", {} AS change_ratio FROM ({inner}) AS periods",
        groups.names(),
        ratio(&format!("({change})"), "previous_value")
    );
    let mut columns = groups.columns();
    let label = metric_name(metric, query.subject, context.language);
    let say = |zh: &str, en: &str| context.language.pick(&format!("{zh}{label}"), &format!("{en} {label}")).to_owned();
    columns.push(column("current", say("本期", "current"), unit(metric, context), Role::Value));
    columns.push(column("previous", say("前期", "previous"), unit(metric, context), Role::Previous));
    columns.push(column("change", context.language.pick("变化", "change").to_owned(), unit(metric, context), Role::Change));
    columns.push(column("change_ratio", context.language.pick("变化率", "change %").to_owned(), Some("ratio".into()), Role::ChangeRatio));
    let mut bounds: Vec<String> = query.thresholds.iter().map(|threshold| bounded(threshold, "current")).collect();
    let ranking = query.ranking.as_ref();
    if ranking.is_some_and(|ranking| ranking.by == Measure::ChangeRatio && ranking.limit.is_some()) {
        bounds.push("\"previous\" > 0".to_owned());
    }
    let names: Vec<String> = columns.iter().map(|column| name(&column.name)).collect();
    let mut statement = format!("SELECT {} FROM ({middle}) AS changes{}", names.join(", "), where_clause(&bounds));
    if let Some(ranking) = ranking.filter(|_| !groups.expressions.is_empty()) {
        let by = match ranking.by {
            Measure::ChangeRatio => "change_ratio",
            Measure::Movement => "abs(\"change\")",
            Measure::Value => "\"current\"",
            _ => "\"change\"",
        };
        let direction = if ranking.descending { "DESC" } else { "ASC" };
        match ranking.limit {
            Some(limit) if query.by_currency => {
                statement = format!(
                    "SELECT {}, row_number() OVER (PARTITION BY \"BillingCurrency\" ORDER BY {by} {direction} NULLS LAST) AS place FROM ({statement}) AS bounded",
                    names.join(", ")
                );
                statement = format!(
                    "SELECT {} FROM ({statement}) AS ranked WHERE place <= {limit} ORDER BY \"BillingCurrency\", place",
                    names.join(", ")
                );
            }
            limit => {
                statement.push_str(&format!(" ORDER BY {by} {direction} NULLS LAST"));
                if let Some(limit) = limit {
                    statement.push_str(&format!(" LIMIT {limit}"));
                }
            }
        }
    }
    Statement { text: statement, columns }
}

/// The share of some rows in all.
fn part_of_whole(query: &MetricQuery, context: &Context, groups: &Groups) -> Statement {
    let mut conditions = base_conditions(query);
    conditions.extend(query.period.as_ref().map(|range| period(range, context)));
    let metric = query.metrics.first().copied().unwrap_or(Metric::BilledCost);
    let of: Vec<String> = query.share_of.iter().map(condition).collect();
    let (part, whole) = (aggregate(metric, Some(&of.join(" AND ")), None), aggregate(metric, None, None));
    let say = |zh: &str, en: &str| context.language.pick(zh, en).to_owned();
    let inner = format!(
        "SELECT {}{part} AS part, {whole} AS whole, {} AS share FROM costs{}{}",
        groups.select(),
        ratio(&part, &whole),
        where_clause(&conditions),
        groups.group_by(None)
    );
    let mut columns = groups.columns();
    columns.push(column("part", say("部分", "part"), unit(metric, context), Role::Value));
    columns.push(column("whole", say("整体", "whole"), unit(metric, context), Role::Value));
    columns.push(column("share", say("占比", "share"), Some("ratio".into()), Role::Share));
    let first = groups.expressions.first().map(|(_, column)| format!(" ORDER BY {}", name(&column.name))).unwrap_or_default();
    let names: Vec<String> = columns.iter().map(|column| name(&column.name)).collect();
    Statement { text: format!("SELECT {} FROM ({inner}) AS shares{first}", names.join(", ")), columns }
}

/// How many groups there are, beyond a bound or at all.
fn count(query: &MetricQuery, context: &Context, groups: &Groups) -> Statement {
    let mut conditions = base_conditions(query);
    conditions.extend(query.period.as_ref().map(|range| period(range, context)));
    let metric = query.metrics.first().copied().unwrap_or(Metric::BilledCost);
    for dimension in &query.group_by {
        conditions.extend(dimension.columns().first().map(|column| format!("{} IS NOT NULL", name(column))));
        if let Dimension::Tag(key) = dimension {
            conditions.push(format!("{} IS NOT NULL", tag(key)));
        }
    }
    let inner = format!(
        "SELECT {}{} AS total FROM costs{}{}",
        groups.select(),
        aggregate(metric, None, None),
        where_clause(&conditions),
        groups.group_by(None)
    );
    let bounds: Vec<String> = query.thresholds.iter().map(|threshold| bounded(threshold, "total")).collect();
    let label = context.language.pick("数量", "count").to_owned();
    let (currency, tail) = if query.by_currency && !bounds.is_empty() {
        ("\"BillingCurrency\", ", " GROUP BY \"BillingCurrency\" ORDER BY \"BillingCurrency\"")
    } else {
        ("", "")
    };
    let mut columns = Vec::new();
    if !currency.is_empty() {
        columns.push(column("BillingCurrency", dimension_name(&Dimension::Currency, context.language), None, Role::Currency));
    }
    columns.push(column("count", label, Some("count".into()), Role::Value));
    Statement { text: format!("SELECT {currency}count(*) AS \"count\" FROM ({inner}) AS groups{}{tail}", where_clause(&bounds)), columns }
}
