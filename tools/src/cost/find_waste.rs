//! `find_waste`: what is paid for and not used, with what to do about it.

use std::collections::BTreeMap;

use domain::{Chart, ChartKind, Column, Currency, Decimal, Intent, Language, Permission, Series, Table, Text, Value, money::format_amount};
use schemars::JsonSchema;
use serde::Deserialize;

use super::waste::Waste;
use crate::{
    Context, Evidence, Tool, ToolError,
    inventory_row::{self, Resource},
    query::literal,
    tool::{admit, arguments},
};

/// Finds waste among the resources.
pub(crate) struct FindWaste;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Args {
    /// Kinds to look for; all when left out.
    #[serde(default)]
    kinds: Vec<Waste>,
    /// Only accounts of these ids.
    #[serde(default)]
    accounts: Vec<String>,
    /// Only providers of these names, as the bills write them.
    #[serde(default)]
    providers: Vec<String>,
}

#[async_trait::async_trait]
impl Tool for FindWaste {
    fn name(&self) -> &'static str {
        "find_waste"
    }

    fn description(&self) -> Text {
        Text::new(
            "找出浪费:闲置实例、未挂载云盘、未绑定公网 IP、已停机仍计费,各自的月成本与建议动作",
            "Finds waste: idle instances, unattached disks and addresses, stopped instances still billed, with monthly cost and the action to propose",
        )
    }

    fn arguments(&self) -> serde_json::Value {
        arguments::<Args>()
    }

    fn permission(&self) -> Permission {
        Permission::Ask
    }

    async fn call(&self, context: &Context, args: serde_json::Value) -> Result<Evidence, ToolError> {
        let args: Args = admit(self, context, args)?;
        let mut conditions = vec!["MonthlyCost > 0".to_owned()];
        conditions.extend(among("SubAccountId", &args.accounts));
        conditions.extend(among("ProviderName", &args.providers));
        let rows = inventory_row::read(context, &conditions.join(" AND ")).await?;
        let wanted = |waste: Waste| args.kinds.is_empty() || args.kinds.contains(&waste);
        let found = rows
            .resources
            .into_iter()
            .filter_map(|resource| Waste::of(&resource).filter(|waste| wanted(*waste)).map(|waste| (waste, resource)));
        let found = by_saving(found.collect());
        let mut terms = rows.terms;
        let totals = totals(&found);
        terms.currency = (!totals.is_empty()).then(|| totals.keys().cloned().collect::<Vec<_>>().join(", "));
        Ok(Evidence {
            text: sentence(&found, &totals, context.language),
            empty: found.is_empty(),
            chart: chart(&found, &totals, context.language),
            follow_ups: follow_ups(&found, context.language),
            table: Some(table(&found, context.language)),
            sql: rows.sql,
            terms,
            intent: Some(Intent::Optimize),
            ..Evidence::default()
        })
    }
}

type Found = (Waste, Resource);

fn among(column: &str, values: &[String]) -> Option<String> {
    let values: Vec<String> = values.iter().map(|value| literal(value)).collect();
    (!values.is_empty()).then(|| format!("{column} IN ({})", values.join(", ")))
}

/// The currency with most findings first, within it the largest saving first: amounts of two currencies are not compared.
fn by_saving(mut found: Vec<Found>) -> Vec<Found> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for (_, resource) in &found {
        *counts.entry(resource.currency.clone()).or_default() += 1;
    }
    found.sort_by(|(_, a), (_, b)| {
        let count = |resource: &Resource| counts.get(&resource.currency).copied().unwrap_or_default();
        count(b)
            .cmp(&count(a))
            .then_with(|| a.currency.cmp(&b.currency))
            .then_with(|| b.monthly_cost.cmp(&a.monthly_cost))
            .then_with(|| a.id.cmp(&b.id))
    });
    found
}

fn totals(found: &[Found]) -> BTreeMap<String, Decimal> {
    let mut totals = BTreeMap::new();
    for (_, resource) in found {
        *totals.entry(resource.currency.clone()).or_default() += resource.monthly_cost.unwrap_or_default();
    }
    totals
}

fn sentence(found: &[Found], totals: &BTreeMap<String, Decimal>, language: Language) -> String {
    if found.is_empty() {
        return language.pick("没有发现浪费。", "No waste was found.").to_owned();
    }
    let amounts: Vec<String> = totals.iter().map(|(code, total)| format_amount(*total, &Currency::new(code))).collect();
    let count = found.len();
    match language {
        Language::Zh => format!("发现 {count} 项浪费,每月可省约 {}。", amounts.join(" 和 ")),
        Language::En => format!("Found {count} wasted resources, worth about {} a month.", amounts.join(" and ")),
    }
}

fn table(found: &[Found], language: Language) -> Table {
    let columns: Vec<Column> = inventory_row::columns(
        language,
        &[
            ("ResourceId", "资源 ID", "Resource", None),
            ("ResourceName", "名称", "Name", None),
            ("Waste", "浪费类型", "Waste", None),
            ("MonthlyCost", "月成本", "Monthly cost", Some("Currency")),
            ("Currency", "币种", "Currency", None),
            ("Action", "建议动作", "Action", None),
            ("Advice", "建议", "Advice", None),
            ("Status", "状态", "Status", None),
            ("CpuAvg30d", "CPU 30 天均值(%)", "CPU 30d (%)", Some("percent")),
            ("NetworkOutGb30d", "出网 30 天(GB)", "Traffic out 30d (GB)", Some("gb")),
            ("ProviderName", "云厂商", "Provider", None),
            ("SubAccountId", "账号", "Account", None),
            ("RegionId", "地域", "Region", None),
        ],
    );
    let rows = found.iter().map(|(waste, resource)| {
        let text = |text: &str| Value::Text(text.to_owned());
        let measured = |number: Option<f64>| number.map_or(Value::Null, Value::Float);
        let (action, advice) = waste.action();
        vec![
            text(&resource.id),
            text(&resource.name),
            text(waste.title().get(language)),
            resource.monthly_cost.map_or(Value::Null, Value::Decimal),
            text(&resource.currency),
            text(action),
            text(advice.get(language)),
            text(&resource.status),
            measured(resource.cpu),
            measured(resource.network_out),
            text(&resource.provider),
            text(&resource.account),
            text(&resource.region),
        ]
    });
    Table::new(columns, rows.collect())
}

/// Amounts of one currency only are drawn on one axis.
fn chart(found: &[Found], totals: &BTreeMap<String, Decimal>, language: Language) -> Option<Chart> {
    let unit = totals.keys().next().filter(|_| totals.len() == 1 && found.len() > 1)?;
    let label = language.pick("月成本", "Monthly cost").to_owned();
    Some(Chart {
        kind: ChartKind::Bar,
        title: language.pick("每月浪费", "Waste a month").to_owned(),
        x: "ResourceName".to_owned(),
        series: vec![Series { column: "MonthlyCost".to_owned(), label }],
        split: None,
        unit: Some(unit.clone()),
    })
}

fn follow_ups(found: &[Found], language: Language) -> Vec<String> {
    let questions = found.iter().take(3).map(|(waste, resource)| match (waste.action().0, language) {
        ("stop", Language::Zh) => format!("停止 {}", resource.id),
        ("stop", Language::En) => format!("Stop {}", resource.id),
        (_, Language::Zh) => format!("释放 {}", resource.id),
        (_, Language::En) => format!("Release {}", resource.id),
    });
    questions.collect()
}
