//! `query_costs`: the bills by typed arguments, for models and for REST.

use domain::{Grain, Intent, Period, PeriodBasis, Permission, Text};
use schemars::JsonSchema;
use serde::Deserialize;

use super::query_sql;
use crate::{
    Context, Evidence, Tool, ToolError, query,
    tool::{admit, arguments},
};

/// Queries the bills.
pub(crate) struct QueryCosts;

/// What to query.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Args {
    /// The metric of the model, such as `billed_cost` (the default), `effective_cost`, `list_cost`, `savings`.
    #[serde(default)]
    pub measure: Option<String>,
    /// What to group by: columns of `costs` such as `ServiceName`, `SubAccountName`, `RegionName`, `ProviderName`, or a tag such as `tag:team`.
    #[serde(default)]
    pub dimensions: Vec<String>,
    /// Conditions that must all hold.
    #[serde(default)]
    pub filters: Vec<Filter>,
    /// The days asked about; everything when left out.
    #[serde(default)]
    pub period: Option<Dates>,
    /// The step of a trend.
    #[serde(default)]
    pub grain: Option<Grain>,
    /// Compare with another period; needs `period`, goes without `grain`.
    #[serde(default)]
    pub compare: Option<Compare>,
    /// The order of the rows; by the measure, largest first, when left out (by time with a grain).
    #[serde(default)]
    pub order: Option<Order>,
    /// The most rows; all when left out.
    #[serde(default)]
    pub limit: Option<u32>,
}

/// A condition.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Filter {
    /// A column of `costs`, or a tag such as `tag:team`.
    pub column: String,
    /// How it is compared.
    #[serde(default)]
    pub operator: Operator,
    /// With what: any of these. None for `is_empty` and `is_not_empty`.
    #[serde(default)]
    pub values: Vec<String>,
}

/// How a column is compared with values, without regard to case.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(super) enum Operator {
    /// Is one of the values.
    #[default]
    Is,
    /// Is none of the values.
    IsNot,
    /// Contains one of the values.
    Contains,
    /// Has no value.
    IsEmpty,
    /// Has a value.
    IsNotEmpty,
}

/// Days, the last one exclusive.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Dates {
    /// The first day, such as `2026-05-01`.
    pub start: String,
    /// The day after the last one.
    pub end: String,
    /// Which column selects; whole months go by billing month when left out, days by the time of the charge.
    #[serde(default)]
    pub basis: Option<PeriodBasis>,
}

/// What a period is compared with.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(super) enum Compare {
    /// The period of the same length before it (环比).
    Previous,
    /// The same period a year before (同比).
    YearBefore,
}

/// The order of rows.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(super) enum Order {
    /// By the measure, largest first.
    Descending,
    /// By the measure, smallest first.
    Ascending,
    /// By the first dimension or by time.
    Label,
}

#[async_trait::async_trait]
impl Tool for QueryCosts {
    fn name(&self) -> &'static str {
        "query_costs"
    }

    fn description(&self) -> Text {
        Text::new(
            "按维度、条件、时间查询云账单:总额、排行、构成、趋势、环比同比。不同币种分行给出,从不相加",
            "Queries the bills by dimension, condition and time: totals, rankings, breakdowns, trends, comparisons. Currencies are rows of their own, never added",
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
        let statement = query_sql::statement(context, &args)?;
        let mut evidence = query::run(context, &statement.sql, statement.about).await?;
        evidence.intent = Some(Intent::Query);
        if let Some(period) = &mut evidence.terms.period {
            period.partial = evidence.terms.data_complete_to.as_deref().is_some_and(|last| ends_after(period, last));
        }
        Ok(evidence)
    }
}

/// Whether a period goes on after the last complete day of the data.
fn ends_after(period: &Period, last: &str) -> bool {
    let last: Option<jiff::civil::Date> = last.parse().ok();
    last.and_then(|last| last.tomorrow().ok()).is_some_and(|end| period.end > end)
}
