//! Stretches of calendar time, ends exclusive.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// From `start` to the day before `end`, on the asker's clock.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, ToSchema)]
pub struct Period {
    /// The first day.
    #[schemars(with = "String")]
    #[schema(value_type = String, format = Date)]
    pub start: Date,
    /// The day after the last one.
    #[schemars(with = "String")]
    #[schema(value_type = String, format = Date)]
    pub end: Date,
    /// Whether the data end before the period does.
    #[serde(default)]
    pub partial: bool,
}

/// Which column a period selects by (the conventions of the design).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PeriodBasis {
    /// Whole months, quarters, years: the billing period.
    #[default]
    Billing,
    /// Days, weeks, date ranges: the charge period.
    Charge,
}

/// A step of a trend. Weeks start on Monday.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Grain {
    /// A calendar day.
    Day,
    /// Monday to Sunday.
    Week,
    /// A calendar month.
    Month,
    /// A calendar quarter.
    Quarter,
    /// A calendar year.
    Year,
}
