//! Typed arguments of `query_costs` to SQL for the guard: names come from the model, values are quoted.

use domain::{Grain, Period, PeriodBasis};
use jiff::{Span, ToSpan, civil::Date, tz::TimeZone};
use schema::{Catalog, Dataset, Metric};

use super::query_costs::{Args, Compare, Filter, Operator, Order};
use crate::{
    Context, ToolError,
    query::{About, Label, literal},
};

/// The most groups one may ask for at once.
const MOST_DIMENSIONS: usize = 4;

/// SQL with what is known of its result.
#[derive(Debug)]
pub(super) struct Statement {
    pub sql: String,
    pub about: About,
}

struct Part {
    name: String,
    expression: String,
    label: String,
}

struct Query<'a> {
    context: &'a Context,
    args: &'a Args,
    metric: &'a Metric,
    keys: Vec<Part>,
    conditions: Vec<String>,
    period: Option<(Period, PeriodBasis)>,
}

/// The statement for the arguments.
pub(super) fn statement(context: &Context, args: &Args) -> Result<Statement, ToolError> {
    let catalog = &context.parts.catalog;
    let costs = catalog.dataset("costs").ok_or_else(|| ToolError::invalid("模型中没有 `costs` 表", "the model has no table `costs`"))?;
    let metric = metric(catalog, args.measure.as_deref().unwrap_or("billed_cost"))?;
    let period = args.period.as_ref().map(|dates| period(&dates.start, &dates.end, dates.basis, args.grain)).transpose()?;
    let mut query = Query { context, args, metric, keys: Vec::new(), conditions: Vec::new(), period };
    query.conditions = args.filters.iter().map(|filter| condition(costs, filter)).collect::<Result<_, _>>()?;
    query.keys = query.keys_of(costs)?;
    let sql = match args.compare {
        Some(compare) => query.compared(compare)?,
        None => query.plain(),
    };
    Ok(Statement { sql, about: query.about() })
}

impl Query<'_> {
    fn keys_of(&self, costs: &Dataset) -> Result<Vec<Part>, ToolError> {
        let args = self.args;
        if args.dimensions.len() > MOST_DIMENSIONS {
            return Err(ToolError::invalid(
                format!("最多同时按 {MOST_DIMENSIONS} 个维度分组"),
                format!("group by at most {MOST_DIMENSIONS} dimensions"),
            ));
        }
        let mut keys = Vec::new();
        if let Some(grain) = args.grain {
            let basis = self.period.as_ref().map_or_else(|| default_basis(grain), |(_, basis)| *basis);
            let expression = step(grain, basis, &self.context.time_zone, self.context);
            keys.push(Part { name: "period".into(), expression, label: self.context.language.pick("时间", "Period").into() });
        }
        for dimension in &args.dimensions {
            let part = self.dimension(costs, dimension)?;
            if keys.iter().all(|key: &Part| key.name != part.name) {
                keys.push(part);
            }
        }
        if self.metric.unit.as_deref() == Some("BillingCurrency") && keys.iter().all(|key| key.name != "BillingCurrency") {
            keys.push(self.dimension(costs, "BillingCurrency")?);
        }
        Ok(keys)
    }

    fn dimension(&self, costs: &Dataset, name: &str) -> Result<Part, ToolError> {
        let language = self.context.language;
        if let Some(key) = tag_key(name) {
            let expression = format!("coalesce(lower(tag(Tags, {})), '(untagged)')", literal(key));
            return Ok(Part { name: format!("tag:{key}"), expression, label: format!("{}{key}", language.pick("标签 ", "Tag ")) });
        }
        let field = costs.fields.iter().find(|field| field.name.eq_ignore_ascii_case(name) && field.is_dimension && !field.is_time);
        let field = field.ok_or_else(|| unknown_dimension(costs, name))?;
        let label = language.pick(&field.label, &field.name).to_owned();
        Ok(Part { name: field.name.clone(), expression: format!("coalesce({}, '(none)')", field.name), label })
    }

    fn plain(&self) -> String {
        let mut conditions = self.conditions.clone();
        conditions.extend(self.period.as_ref().map(|(period, basis)| within(period, *basis, &self.context.time_zone)));
        let order = match (self.args.order, self.args.grain) {
            (Some(Order::Descending), _) | (None, None) => "value DESC".to_owned(),
            (Some(Order::Ascending), _) => "value ASC".to_owned(),
            (Some(Order::Label), _) | (None, Some(_)) => {
                (1..=self.keys.len().max(1)).map(|key| key.to_string()).collect::<Vec<_>>().join(", ")
            }
        };
        format!("{} ORDER BY {order}{}", self.select(&conditions), self.limit())
    }

    /// Keys and the measure over `costs` under conditions.
    fn select(&self, conditions: &[String]) -> String {
        let mut columns: Vec<String> = self.keys.iter().map(|key| format!("{} AS {}", key.expression, quoted(&key.name))).collect();
        columns.push(format!("{} AS value", self.metric.expression));
        let filter = if conditions.is_empty() { String::new() } else { format!(" WHERE {}", conditions.join(" AND ")) };
        let keys: Vec<String> = self.keys.iter().map(|key| key.expression.clone()).collect();
        let group = if keys.is_empty() { String::new() } else { format!(" GROUP BY {}", keys.join(", ")) };
        format!("SELECT {} FROM costs{filter}{group}", columns.join(", "))
    }

    /// The two periods side by side; a group that is in one of them only has 0 in the other.
    fn compared(&self, compare: Compare) -> Result<String, ToolError> {
        let Some((period, basis)) = &self.period else {
            return Err(ToolError::invalid("比较需要给出 `period`", "a comparison needs a `period`"));
        };
        if self.args.grain.is_some() {
            return Err(ToolError::invalid("`compare` 与 `grain` 不能同时使用", "`compare` and `grain` do not go together"));
        }
        let earlier = earlier(period, *basis, compare)?;
        let side = |period: &Period| {
            let mut conditions = self.conditions.clone();
            conditions.push(within(period, *basis, &self.context.time_zone));
            self.select(&conditions)
        };
        let keys: Vec<String> = self.keys.iter().map(|key| quoted(&key.name)).collect();
        let named: Vec<String> = keys.iter().map(|key| format!("coalesce(n.{key}, o.{key}) AS {key}")).collect();
        let joined: Vec<String> = keys.iter().map(|key| format!("n.{key} = o.{key}")).collect();
        let on = if joined.is_empty() { "1 = 1".to_owned() } else { joined.join(" AND ") };
        let lead = if named.is_empty() { String::new() } else { format!("{}, ", named.join(", ")) };
        let order = match self.args.order {
            Some(Order::Ascending) => "change ASC".to_owned(),
            Some(Order::Label) => "1".to_owned(),
            Some(Order::Descending) | None => "change DESC".to_owned(),
        };
        Ok(format!(
            "WITH n AS ({}), o AS ({}) SELECT {lead}coalesce(n.value, 0) AS value, coalesce(o.value, 0) AS previous, \
             coalesce(n.value, 0) - coalesce(o.value, 0) AS change, \
             (coalesce(n.value, 0) - coalesce(o.value, 0)) / nullif(coalesce(o.value, 0), 0) AS change_ratio \
             FROM n FULL JOIN o ON {on} ORDER BY {order}{}",
            side(period),
            side(&earlier),
            self.limit()
        ))
    }

    fn limit(&self) -> String {
        self.args.limit.map(|limit| format!(" LIMIT {limit}")).unwrap_or_default()
    }

    fn about(&self) -> About {
        let language = self.context.language;
        let metric = language.pick(&self.metric.label, &self.metric.name).replace('_', " ");
        let unit = self.metric.unit.clone();
        let mut columns: Vec<Label> =
            self.keys.iter().map(|key| Label { name: key.name.clone(), label: key.label.clone(), unit: None }).collect();
        let mut push = |name: &str, label: String, unit: Option<String>| columns.push(Label { name: name.into(), label, unit });
        push("value", metric, unit.clone());
        push("previous", language.pick("对比期", "Previous").into(), unit.clone());
        push("change", language.pick("变化", "Change").into(), unit);
        push("change_ratio", language.pick("变化率", "Change in per cent").into(), Some("ratio".into()));
        let filters = self.args.filters.iter().map(in_words).collect();
        About { columns, period: self.period.as_ref().map(|(period, _)| period.clone()), filters, assumptions: Vec::new() }
    }
}

fn metric<'a>(catalog: &'a Catalog, name: &str) -> Result<&'a Metric, ToolError> {
    let over_costs = |metric: &&Metric| metric.expression.contains("costs.");
    let metrics = || catalog.metrics().iter().filter(over_costs);
    metrics().find(|metric| metric.name.eq_ignore_ascii_case(name)).ok_or_else(|| {
        let known = metrics().map(|metric| metric.name.as_str()).collect::<Vec<_>>().join(", ");
        ToolError::invalid(format!("没有指标 `{name}`;可用的有:{known}"), format!("there is no measure `{name}`; there are: {known}"))
    })
}

fn unknown_dimension(costs: &Dataset, name: &str) -> ToolError {
    let known: Vec<_> = costs.fields.iter().filter(|field| field.is_dimension && !field.is_time).map(|field| field.name.as_str()).collect();
    let known = known.join(", ");
    ToolError::invalid(
        format!("不能按 `{name}` 分组;可用的有:tag:<键>, {known}"),
        format!("cannot group by `{name}`; there are: tag:<key>, {known}"),
    )
}

fn tag_key(name: &str) -> Option<&str> {
    let key = name.strip_prefix("tag:")?;
    (!key.is_empty()).then_some(key)
}

fn condition(costs: &Dataset, filter: &Filter) -> Result<String, ToolError> {
    let column = match tag_key(&filter.column) {
        Some(key) => format!("tag(Tags, {})", literal(key)),
        None => {
            let field = costs.fields.iter().find(|field| field.name.eq_ignore_ascii_case(&filter.column) && field.is_dimension);
            field.ok_or_else(|| unknown_dimension(costs, &filter.column))?.name.clone()
        }
    };
    let needs_values = !matches!(filter.operator, Operator::IsEmpty | Operator::IsNotEmpty);
    if needs_values == filter.values.is_empty() {
        let name = &filter.column;
        return Err(ToolError::invalid(
            format!("`{name}` 的条件缺少值或多了值"),
            format!("the condition on `{name}` needs values, or takes none"),
        ));
    }
    let values: Vec<String> = filter.values.iter().map(|value| literal(&value.to_lowercase())).collect();
    let contains = || values.iter().map(|value| format!("strpos(lower({column}), {value}) > 0")).collect::<Vec<_>>().join(" OR ");
    Ok(match filter.operator {
        Operator::Is => format!("lower({column}) IN ({})", values.join(", ")),
        Operator::IsNot => format!("({column} IS NULL OR lower({column}) NOT IN ({}))", values.join(", ")),
        Operator::Contains => format!("({})", contains()),
        Operator::IsEmpty => format!("({column} IS NULL OR {column} = '')"),
        Operator::IsNotEmpty => format!("({column} IS NOT NULL AND {column} <> '')"),
    })
}

fn in_words(filter: &Filter) -> String {
    let values = filter.values.join(", ");
    match filter.operator {
        Operator::Is => format!("{} = {values}", filter.column),
        Operator::IsNot => format!("{} ≠ {values}", filter.column),
        Operator::Contains => format!("{} ∋ {values}", filter.column),
        Operator::IsEmpty => format!("{} = ∅", filter.column),
        Operator::IsNotEmpty => format!("{} ≠ ∅", filter.column),
    }
}

fn period(start: &str, end: &str, basis: Option<PeriodBasis>, grain: Option<Grain>) -> Result<(Period, PeriodBasis), ToolError> {
    let day = |text: &str| {
        text.parse::<Date>().map_err(|_| {
            ToolError::invalid(format!("`{text}` 不是日期,应如 `2026-05-01`"), format!("`{text}` is not a date such as `2026-05-01`"))
        })
    };
    let period = Period { start: day(start)?, end: day(end)?, partial: false };
    if period.start >= period.end {
        return Err(ToolError::invalid("时间范围是空的:`end` 须晚于 `start`", "the period is empty: `end` must be after `start`"));
    }
    let whole_months = period.start.day() == 1 && period.end.day() == 1;
    let basis = match (basis, grain) {
        (Some(PeriodBasis::Billing), _) if !whole_months => {
            return Err(ToolError::invalid("按账期选择需要整月", "selecting by billing month takes whole months"));
        }
        (Some(basis), _) => basis,
        (None, _) if whole_months => PeriodBasis::Billing,
        (None, _) => PeriodBasis::Charge,
    };
    Ok((period, basis))
}

fn default_basis(grain: Grain) -> PeriodBasis {
    match grain {
        Grain::Day | Grain::Week => PeriodBasis::Charge,
        Grain::Month | Grain::Quarter | Grain::Year => PeriodBasis::Billing,
    }
}

fn within(period: &Period, basis: PeriodBasis, zone: &TimeZone) -> String {
    match basis {
        PeriodBasis::Billing => format!(
            "x_BillingMonth >= {} AND x_BillingMonth < {}",
            literal(&period.start.strftime("%Y-%m").to_string()),
            literal(&period.end.strftime("%Y-%m").to_string())
        ),
        PeriodBasis::Charge => {
            format!("ChargePeriodStart >= {} AND ChargePeriodStart < {}", instant(period.start, zone), instant(period.end, zone))
        }
    }
}

/// The start of a day on the asker's clock, in UTC, as bills are stored.
fn instant(day: Date, zone: &TimeZone) -> String {
    let start = day.to_zoned(zone.clone()).map(|start| start.timestamp());
    let text = start.map_or_else(|_| format!("{day} 00:00:00"), |start| start.strftime("%Y-%m-%d %H:%M:%S").to_string());
    format!("TIMESTAMP '{text}'")
}

fn step(grain: Grain, basis: PeriodBasis, zone: &TimeZone, context: &Context) -> String {
    let by_month = basis == PeriodBasis::Billing;
    match grain {
        Grain::Month if by_month => "x_BillingMonth".to_owned(),
        Grain::Year if by_month => "substr(x_BillingMonth, 1, 4)".to_owned(),
        Grain::Quarter if by_month => "concat(substr(x_BillingMonth, 1, 4), CASE WHEN substr(x_BillingMonth, 6, 2) < '04' THEN '-Q1' \
             WHEN substr(x_BillingMonth, 6, 2) < '07' THEN '-Q2' WHEN substr(x_BillingMonth, 6, 2) < '10' THEN '-Q3' ELSE '-Q4' END)"
            .to_owned(),
        Grain::Day | Grain::Week | Grain::Month | Grain::Quarter | Grain::Year => {
            // The zone's distance to UTC today: days move by an hour at most where clocks change.
            let minutes = zone.to_offset(context.now).seconds() / 60;
            let name = format!("{grain:?}").to_lowercase();
            format!("CAST(date_trunc('{name}', ChargePeriodStart + INTERVAL '{minutes} minutes') AS DATE)")
        }
    }
}

fn earlier(period: &Period, basis: PeriodBasis, compare: Compare) -> Result<Period, ToolError> {
    let back: Span = match (compare, basis) {
        (Compare::YearBefore, _) => 1.year(),
        (Compare::Previous, PeriodBasis::Billing) => months_between(period).months(),
        (Compare::Previous, PeriodBasis::Charge) => (period.end - period.start).get_days().days(),
    };
    let shift =
        |day: Date| day.checked_sub(back).map_err(|_| ToolError::invalid("对比期超出日历", "the earlier period is out of the calendar"));
    Ok(Period { start: shift(period.start)?, end: shift(period.end)?, partial: false })
}

fn months_between(period: &Period) -> i32 {
    let month = |day: Date| i32::from(day.year()) * 12 + i32::from(day.month());
    month(period.end) - month(period.start)
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
