//! Queries of the other tables: resources, budgets, commitments, balances, findings.

use crate::{
    PlanColumn, Role,
    lexicon::dimension_name,
    plan::metric_name,
    query::{Condition, Dimension, Filter, Measure, Metric, MetricQuery, ResourceState, Subject},
    slots::Slots,
    time::add_days,
};

use super::{
    Context, Statement, column,
    parts::{condition, group, name, period, text, where_clause},
};

/// The name of an account by its id, from what is known of the accounts.
fn account_name(context: &Context) -> String {
    let accounts: Vec<&(String, String)> =
        context.profile.providers.iter().flat_map(|span| &span.accounts).filter(|(_, name)| !name.is_empty()).take(200).collect();
    if accounts.is_empty() {
        return name("SubAccountId");
    }
    let cases: String = accounts.iter().map(|(id, name)| format!(" WHEN {} THEN {}", text(id), text(name))).collect();
    format!("CASE \"SubAccountId\"{cases} ELSE \"SubAccountId\" END")
}

fn account_columns(context: &Context) -> [(String, PlanColumn); 2] {
    let label = dimension_name(&Dimension::SubAccount, context.language);
    [
        (name("SubAccountId"), column("SubAccountId", format!("{label} ID"), None, Role::Label)),
        (account_name(context), column("SubAccountName", label, None, Role::Label)),
    ]
}

/// Columns of a plain table by name, label in both languages, unit and role.
type Plain<'a> = (&'a str, &'a str, &'a str, Option<&'a str>, Role);

fn plain(context: &Context, columns: &[Plain]) -> Vec<(String, PlanColumn)> {
    columns
        .iter()
        .map(|(known, zh, en, unit, role)| {
            (name(known), column(known, context.language.pick(zh, en).to_owned(), unit.map(str::to_owned), *role))
        })
        .collect()
}

fn select(columns: &[(String, PlanColumn)]) -> String {
    columns
        .iter()
        .map(
            |(expression, column)| {
                if *expression == name(&column.name) { expression.clone() } else { format!("{expression} AS {}", name(&column.name)) }
            },
        )
        .collect::<Vec<_>>()
        .join(", ")
}

fn taken(columns: Vec<(String, PlanColumn)>) -> Vec<PlanColumn> {
    columns.into_iter().map(|(_, column)| column).collect()
}

/// Filters on columns a table has; a provider stands for its accounts where the table has none.
fn filters(query: &MetricQuery, context: &Context, has: &[&str]) -> Vec<String> {
    query
        .filters
        .iter()
        .filter_map(|filter| match &filter.dimension {
            Dimension::Tag(_) if has.contains(&"Tags") => Some(condition(filter)),
            Dimension::Provider if !has.contains(&"ProviderName") => {
                let Condition::OneOf(providers) = &filter.condition else { return None };
                let accounts = context
                    .profile
                    .providers
                    .iter()
                    .filter(|span| providers.contains(&span.provider))
                    .flat_map(|span| span.accounts.iter().map(|(id, _)| id.clone()))
                    .collect();
                Some(condition(&Filter {
                    dimension: Dimension::SubAccount,
                    column: "SubAccountId".into(),
                    condition: Condition::OneOf(accounts),
                }))
            }
            _ if has.contains(&filter.column.as_str()) => Some(condition(filter)),
            _ => None,
        })
        .collect()
}

fn states(query: &MetricQuery) -> Vec<String> {
    let kind = query.filters.iter().any(|filter| filter.dimension == Dimension::ResourceType);
    let mut conditions = Vec::new();
    for state in &query.states {
        conditions.push(match state {
            ResourceState::Running => "lower(\"Status\") IN ('running', 'active', 'on')".to_owned(),
            ResourceState::Stopped => "lower(\"Status\") IN ('stopped', 'deallocated', 'shutdown', 'shutoff', 'off')".to_owned(),
            ResourceState::Unattached if kind => "(\"AttachedTo\" IS NULL OR \"AttachedTo\" = '')".to_owned(),
            ResourceState::Unattached => {
                "(\"AttachedTo\" IS NULL OR \"AttachedTo\" = '') AND \"ResourceType\" IN ('Disk', 'Elastic IP')".to_owned()
            }
            ResourceState::Public => "\"PubliclyAccessible\"".to_owned(),
            ResourceState::Unencrypted => "NOT \"Encrypted\"".to_owned(),
        });
    }
    for threshold in &query.thresholds {
        let on = match threshold.on {
            Measure::Cpu => "CpuAvg30d",
            Measure::Memory => "MemAvg30d",
            _ => "MonthlyCost",
        };
        conditions.push(format!("{} {} {}", name(on), threshold.op, threshold.bound));
    }
    conditions
}

/// Resources as a list, or counted.
pub(super) fn resources(query: &MetricQuery, context: &Context) -> Statement {
    let has = ["ProviderName", "ServiceName", "SubAccountId", "RegionId", "ResourceId", "ResourceName", "ResourceType", "Tags"];
    let mut conditions = filters(query, context, &has);
    conditions.extend(states(query));
    if query.metrics == [Metric::Count] {
        return counted("resources", query, context, &conditions);
    }
    if !query.group_by.is_empty() {
        return grouped_resources(query, context, &conditions);
    }
    let mut columns = plain(
        context,
        &[
            ("ResourceId", "资源 ID", "resource ID", None, Role::Label),
            ("ResourceName", "资源", "resource", None, Role::Label),
            ("ServiceName", "产品", "service", None, Role::Label),
        ],
    );
    columns.extend(account_columns(context));
    columns.extend(plain(
        context,
        &[
            ("RegionId", "地域", "region", None, Role::Label),
            ("Status", "状态", "status", None, Role::Label),
            ("CpuAvg30d", "30天平均CPU", "average CPU, 30 days", Some("percent"), Role::Value),
            ("MonthlyCost", "月费用", "monthly cost", Some("Currency"), Role::Value),
            ("Currency", "币种", "currency", None, Role::Currency),
        ],
    ));
    let descending = query.ranking.as_ref().is_none_or(|ranking| ranking.descending);
    let limit = query.ranking.as_ref().and_then(|ranking| ranking.limit).map(|limit| format!(" LIMIT {limit}")).unwrap_or_default();
    let order = if descending { "DESC" } else { "ASC" };
    let text = format!(
        "SELECT {} FROM resources{} ORDER BY \"MonthlyCost\" {order} NULLS LAST, \"ResourceId\"{limit}",
        select(&columns),
        where_clause(&conditions)
    );
    Statement { text, columns: taken(columns) }
}

/// A statement's rows, the largest of a column first. The order is of the result, not of an aggregate the engine would plan twice.
fn ordered(statement: &str, columns: &[(String, PlanColumn)], by: &str) -> String {
    let names: Vec<String> = columns.iter().map(|(_, column)| name(&column.name)).collect();
    format!("SELECT {} FROM ({statement}) AS groups ORDER BY {} DESC NULLS LAST", names.join(", "), name(by))
}

fn groups(query: &MetricQuery, context: &Context) -> Vec<(String, PlanColumn)> {
    query
        .group_by
        .iter()
        .flat_map(|dimension| match dimension {
            Dimension::SubAccount => account_columns(context).to_vec(),
            Dimension::Region => group(dimension, context).into_iter().take(1).collect(),
            other => group(other, context),
        })
        .collect()
}

fn counted(table: &str, query: &MetricQuery, context: &Context, conditions: &[String]) -> Statement {
    let mut columns = groups(query, context);
    let by: Vec<String> = columns.iter().map(|(expression, _)| expression.clone()).collect();
    columns.push((
        "count(*)".to_owned(),
        column("count", context.language.pick("数量", "count").to_owned(), Some("count".into()), Role::Value),
    ));
    let from = format!("SELECT {} FROM {table}{}", select(&columns), where_clause(conditions));
    let text = if by.is_empty() { from } else { ordered(&format!("{from} GROUP BY {}", by.join(", ")), &columns, "count") };
    Statement { text, columns: taken(columns) }
}

fn grouped_resources(query: &MetricQuery, context: &Context, conditions: &[String]) -> Statement {
    let mut columns = groups(query, context);
    columns.extend(plain(context, &[("Currency", "币种", "currency", None, Role::Currency)]));
    let by: Vec<String> = columns.iter().map(|(expression, _)| expression.clone()).collect();
    columns.push((
        "sum(\"MonthlyCost\")".to_owned(),
        column("MonthlyCost", context.language.pick("月费用", "monthly cost").to_owned(), Some("Currency".into()), Role::Value),
    ));
    columns.push((
        "count(*)".to_owned(),
        column("count", context.language.pick("数量", "count").to_owned(), Some("count".into()), Role::Value),
    ));
    let text = format!("SELECT {} FROM resources{} GROUP BY {}", select(&columns), where_clause(conditions), by.join(", "));
    let text = ordered(&text, &columns, "MonthlyCost");
    Statement { text, columns: taken(columns) }
}

/// What resources in a state cost in a period.
pub(super) fn costs_of_resources(query: &MetricQuery, context: &Context) -> Statement {
    let has = ["ProviderName", "ServiceName", "SubAccountId", "RegionId", "ResourceType", "Tags"];
    let mut of = filters(query, context, &has);
    of.extend(states(query));
    let mut conditions = vec![format!("\"ResourceId\" IN (SELECT \"ResourceId\" FROM resources{})", where_clause(&of))];
    conditions.extend(query.period.as_ref().map(|range| period(range, context)));
    let mut columns = group(&Dimension::Resource, context);
    columns.extend(group(&Dimension::Currency, context));
    let by: Vec<String> = columns.iter().map(|(expression, _)| expression.clone()).collect();
    let metric = query.metrics.iter().copied().find(|metric| *metric == Metric::EffectiveCost).unwrap_or(Metric::BilledCost);
    let sum = format!("sum({})", name(metric.column()));
    columns.push((
        sum,
        column(metric.column(), metric_name(metric, Subject::Costs, context.language), Some("BillingCurrency".into()), Role::Value),
    ));
    let text = format!("SELECT {} FROM costs{} GROUP BY {}", select(&columns), where_clause(&conditions), by.join(", "));
    let text = ordered(&text, &columns, metric.column());
    Statement { text, columns: taken(columns) }
}

/// Budgets of accounts, or of a tag's values, next to what was spent in the period.
pub(super) fn budgets(query: &MetricQuery, context: &Context, slots: &Slots) -> Statement {
    let tag = slots.groups.iter().chain(slots.mentions.iter().map(|mention| &mention.dimension)).find_map(|dimension| match dimension {
        Dimension::Tag(key) => Some(key.clone()),
        _ => None,
    });
    let months = query.period.as_ref().map_or(1, |range| {
        let (start, end) = (range.period.start, range.period.end);
        (i32::from(end.year()) - i32::from(start.year())) * 12 + i32::from(end.month()) - i32::from(start.month())
    });
    let cycle = if months == 3
        && tag.is_none()
        && !slots.mentions.iter().any(|mention| mention.dimension == Dimension::SubAccount)
        && slots.groups.is_empty()
    {
        "quarterly"
    } else {
        "monthly"
    };
    let factor = if cycle == "monthly" && months > 1 { format!(" * {months}") } else { String::new() };
    let spent_where = where_clause(&query.period.iter().map(|range| period(range, context)).collect::<Vec<_>>());
    let mut conditions = vec![format!("\"Period\" = '{cycle}'")];
    let (key, label, spent_key) = match &tag {
        Some(key) => {
            conditions.push(format!("\"TagKey\" = {}", text(key)));
            for filter in query.filters.iter().filter(|filter| matches!(filter.dimension, Dimension::Tag(_))) {
                if let Condition::OneOf(values) = &filter.condition {
                    let values = values.iter().map(|value| text(&value.to_lowercase())).collect::<Vec<_>>().join(", ");
                    conditions.push(format!("lower(\"TagValue\") IN ({values})"));
                }
            }
            ("lower(\"TagValue\")".to_owned(), key.clone(), format!("lower({})", super::parts::tag(key)))
        }
        None if cycle == "quarterly" => {
            conditions.push("(\"SubAccountId\" IS NULL OR \"SubAccountId\" = '') AND (\"TagKey\" IS NULL OR \"TagKey\" = '')".to_owned());
            ("''".to_owned(), String::new(), "''".to_owned())
        }
        None => {
            conditions.push("\"SubAccountId\" IS NOT NULL AND \"SubAccountId\" <> ''".to_owned());
            conditions.extend(filters(query, context, &["SubAccountId"]));
            (name("SubAccountId"), String::new(), name("SubAccountId"))
        }
    };
    let budget = format!(
        "SELECT {key} AS budget_key, \"BudgetName\", \"Amount\"{factor} AS amount, \"Currency\" AS currency FROM budgets{}",
        where_clause(&conditions)
    );
    let spent = format!(
        "SELECT {spent_key} AS spent_key, \"BillingCurrency\" AS spent_currency, sum(\"BilledCost\") AS spent FROM costs{spent_where} GROUP BY {spent_key}, \"BillingCurrency\""
    );
    let mut columns = Vec::new();
    let say = |zh: &str, en: &str| context.language.pick(zh, en).to_owned();
    if tag.is_some() {
        columns.push(("budget_key".to_owned(), column(&label, label.clone(), None, Role::Label)));
    } else if cycle == "monthly" {
        let names = account_name(context).replace("\"SubAccountId\"", "budget_key");
        columns.push(("budget_key".to_owned(), column("SubAccountId", say("账号 ID", "account ID"), None, Role::Label)));
        columns.push((names, column("SubAccountName", say("账号", "account"), None, Role::Label)));
    }
    columns.push((name("BudgetName"), column("BudgetName", say("预算", "budget name"), None, Role::Label)));
    columns.push(("amount".to_owned(), column("Budget", say("预算金额", "budget"), Some("Currency".into()), Role::Previous)));
    columns.push((
        "coalesce(spent, 0)".to_owned(),
        column("BilledCost", say("实际费用", "actual cost"), Some("Currency".into()), Role::Value),
    ));
    columns.push(("coalesce(spent, 0) - amount".to_owned(), column("over", say("超出", "over"), Some("Currency".into()), Role::Change)));
    columns.push((
        "CAST(coalesce(spent, 0) AS DOUBLE) / nullif(CAST(amount AS DOUBLE), 0)".to_owned(),
        column("used_ratio", say("执行率", "used"), Some("ratio".into()), Role::Share),
    ));
    columns.push(("currency".to_owned(), column("Currency", say("币种", "currency"), None, Role::Currency)));
    let over = if query.over_budget { " WHERE coalesce(spent, 0) > amount" } else { "" };
    let text = format!(
        "SELECT {} FROM ({budget}) AS planned LEFT JOIN ({spent}) AS actual ON spent_key = budget_key AND spent_currency = currency{over} ORDER BY coalesce(spent, 0) - amount DESC",
        select(&columns)
    );
    Statement { text, columns: taken(columns) }
}

/// Commitments, or those that end within some days.
pub(super) fn commitments(query: &MetricQuery, context: &Context, slots: &Slots) -> Statement {
    let mut conditions = filters(query, context, &["ProviderName", "SubAccountId", "CommitmentDiscountId"]);
    for filter in query.filters.iter().filter(|filter| filter.dimension == Dimension::CommitmentType) {
        if let Condition::OneOf(values) = &filter.condition {
            conditions.push(format!("lower(\"Type\") = {}", text(&values.join(" ").to_lowercase())));
        }
    }
    if slots.expire || slots.within_days.is_some() {
        let days = slots.within_days.unwrap_or(90);
        let end = match &slots.period {
            Some(span) if slots.within_days.is_none() && span.end <= context.today => crate::time::add_months(span.end, 12),
            Some(span) if slots.within_days.is_none() => span.end,
            _ => add_days(context.today, days.saturating_add(1)),
        };
        let start = slots.period.filter(|_| slots.within_days.is_none()).map_or(context.today, |span| {
            let start = if span.end <= context.today { crate::time::add_months(span.start, 12) } else { span.start };
            start.max(context.today)
        });
        conditions.push(format!("CAST(\"EndDate\" AS DATE) >= DATE '{start}' AND CAST(\"EndDate\" AS DATE) < DATE '{end}'"));
    }
    for threshold in &query.thresholds {
        conditions.push(format!("\"UtilizationPct\" {} {}", threshold.op, threshold.bound));
    }
    let mut columns = plain(
        context,
        &[
            ("CommitmentDiscountId", "承诺 ID", "commitment ID", None, Role::Label),
            ("Type", "类型", "type", None, Role::Label),
            ("ProviderName", "云厂商", "provider", None, Role::Label),
        ],
    );
    columns.extend(account_columns(context));
    columns.extend(plain(
        context,
        &[
            ("StartDate", "开始", "start", None, Role::Label),
            ("EndDate", "到期", "end", None, Role::Time),
            ("Commitment", "每小时承诺", "commitment per hour", Some("Currency"), Role::Value),
            ("UtilizationPct", "利用率", "utilization", Some("percent"), Role::Value),
            ("Currency", "币种", "currency", None, Role::Currency),
        ],
    ));
    let text =
        format!("SELECT {} FROM commitments{} ORDER BY \"EndDate\", \"CommitmentDiscountId\"", select(&columns), where_clause(&conditions));
    Statement { text, columns: taken(columns) }
}

/// Prepaid balances.
pub(super) fn balances(query: &MetricQuery, context: &Context, slots: &Slots) -> Statement {
    let mut conditions = filters(query, context, &["ProviderName", "SubAccountId"]);
    for threshold in &query.thresholds {
        conditions.push(format!("\"Balance\" {} {}", threshold.op, threshold.bound));
    }
    for bound in slots.bounds.iter().filter_map(|bound| bound.currency) {
        conditions.push(format!("\"Currency\" = '{bound}'"));
    }
    let mut columns = account_columns(context).to_vec();
    columns.extend(plain(
        context,
        &[
            ("ProviderName", "云厂商", "provider", None, Role::Label),
            ("Balance", "余额", "balance", Some("Currency"), Role::Value),
            ("CreditLimit", "信用额度", "credit limit", Some("Currency"), Role::Value),
            ("Currency", "币种", "currency", None, Role::Currency),
        ],
    ));
    let descending = query.ranking.as_ref().is_some_and(|ranking| ranking.descending);
    let limit = query.ranking.as_ref().and_then(|ranking| ranking.limit).map(|limit| format!(" LIMIT {limit}")).unwrap_or_default();
    let text = format!(
        "SELECT {} FROM balances{} ORDER BY \"Balance\"{}{limit}",
        select(&columns),
        where_clause(&conditions),
        if descending { " DESC" } else { "" }
    );
    Statement { text, columns: taken(columns) }
}

/// Security findings as a list, or counted.
pub(super) fn findings(query: &MetricQuery, context: &Context, slots: &Slots) -> Statement {
    let mut conditions = filters(query, context, &["SubAccountId", "ResourceId"]);
    if !slots.severities.is_empty() {
        let severities: Vec<String> = slots.severities.iter().map(|severity| text(severity)).collect();
        conditions.push(format!("lower(\"Severity\") IN ({})", severities.join(", ")));
    }
    match slots.open {
        Some(true) => conditions.push("lower(\"Status\") = 'open'".to_owned()),
        Some(false) => conditions.push("lower(\"Status\") <> 'open'".to_owned()),
        None => {}
    }
    if !query.group_by.is_empty() || slots.how_many {
        return counted("findings", query, context, &conditions);
    }
    let mut columns = plain(
        context,
        &[
            ("FindingId", "编号", "finding", None, Role::Label),
            ("Title", "问题", "title", None, Role::Label),
            ("Severity", "级别", "severity", None, Role::Label),
            ("Status", "状态", "status", None, Role::Label),
            ("ResourceId", "资源 ID", "resource ID", None, Role::Label),
        ],
    );
    columns.extend(account_columns(context));
    let text = format!("SELECT {} FROM findings{} ORDER BY \"Severity\", \"FindingId\"", select(&columns), where_clause(&conditions));
    Statement { text, columns: taken(columns) }
}
