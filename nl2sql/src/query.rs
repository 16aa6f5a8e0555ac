//! The typed query a question becomes: what is measured, over which rows, in which groups, in which order.

use domain::{Grain, Period, PeriodBasis};
use serde::Serialize;

/// What a question is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is the table of the same name")]
pub enum Subject {
    #[default]
    Costs,
    Resources,
    Budgets,
    Commitments,
    Balances,
    Findings,
}

/// A number that can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// What is payable.
    BilledCost,
    /// Amortised.
    EffectiveCost,
    /// At the public price, without the fees of commitments.
    ListCost,
    /// At the negotiated price, without the fees of commitments.
    ContractedCost,
    /// List less effective, without the fees of commitments.
    Savings,
    /// Savings in proportion to the list cost.
    SavingsRate,
    /// The part of the billed cost that carries a tag.
    TagCoverage,
    /// Rows, or distinct things.
    Count,
    /// What a resource costs a month.
    MonthlyCost,
    /// A prepaid balance.
    Balance,
    /// How much of a commitment was used.
    Utilization,
}

impl Metric {
    /// The name of its column in a result.
    pub fn column(self) -> &'static str {
        match self {
            Self::BilledCost => "BilledCost",
            Self::EffectiveCost => "EffectiveCost",
            Self::ListCost => "ListCost",
            Self::ContractedCost => "ContractedCost",
            Self::Savings => "savings",
            Self::SavingsRate => "savings_rate",
            Self::TagCoverage => "coverage",
            Self::Count => "count",
            Self::MonthlyCost => "MonthlyCost",
            Self::Balance => "Balance",
            Self::Utilization => "UtilizationPct",
        }
    }

    /// Whether it is a proportion rather than an amount.
    pub fn is_ratio(self) -> bool {
        matches!(self, Self::SavingsRate | Self::TagCoverage)
    }
}

/// Something people group and filter by.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is the FOCUS column of the same name")]
pub enum Dimension {
    Provider,
    Service,
    ServiceCategory,
    ServiceSubcategory,
    SubAccount,
    Region,
    AvailabilityZone,
    Resource,
    ResourceType,
    ChargeCategory,
    ChargeClass,
    ChargeFrequency,
    PricingCategory,
    Commitment,
    CommitmentType,
    CommitmentStatus,
    Publisher,
    Sku,
    SkuMeter,
    Currency,
    BillingAccount,
    Severity,
    Status,
    /// The value of a tag, by its key.
    Tag(String),
}

impl Dimension {
    /// The columns that make a group: the id first where there is an id and a name.
    pub fn columns(&self) -> &'static [&'static str] {
        match self {
            Self::Provider => &["ProviderName"],
            Self::Service => &["ServiceName"],
            Self::ServiceCategory => &["ServiceCategory"],
            Self::ServiceSubcategory => &["ServiceSubcategory"],
            Self::SubAccount => &["SubAccountId", "SubAccountName"],
            Self::Region => &["RegionId", "RegionName"],
            Self::AvailabilityZone => &["AvailabilityZone"],
            Self::Resource => &["ResourceId", "ResourceName"],
            Self::ResourceType => &["ResourceType"],
            Self::ChargeCategory => &["ChargeCategory"],
            Self::ChargeClass => &["ChargeClass"],
            Self::ChargeFrequency => &["ChargeFrequency"],
            Self::PricingCategory => &["PricingCategory"],
            Self::Commitment => &["CommitmentDiscountId", "CommitmentDiscountName"],
            Self::CommitmentType => &["CommitmentDiscountType"],
            Self::CommitmentStatus => &["CommitmentDiscountStatus"],
            Self::Publisher => &["PublisherName"],
            Self::Sku => &["SkuId"],
            Self::SkuMeter => &["SkuMeter"],
            Self::Currency => &["BillingCurrency"],
            Self::BillingAccount => &["BillingAccountId", "BillingAccountName"],
            Self::Severity => &["Severity"],
            Self::Status => &["Status"],
            Self::Tag(_) => &[],
        }
    }
}

/// Which rows of a dimension count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// The value is one of these.
    OneOf(Vec<String>),
    /// The value is none of these.
    NoneOf(Vec<String>),
    /// There is no value.
    Missing,
    /// There is a value.
    Present,
    /// The publisher is not the one who sends the invoice: bought on a marketplace.
    Marketplace,
    /// Bought for a period in advance, other than commitments.
    Subscription,
}

/// A condition on a dimension.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Filter {
    /// Of what.
    pub dimension: Dimension,
    /// The column compared, where the dimension has several.
    pub column: String,
    /// How.
    pub condition: Condition,
}

/// A stretch of time and the column it selects by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TimeRange {
    /// When.
    pub period: Period,
    /// By what.
    pub basis: PeriodBasis,
}

/// What a threshold is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is the result's column of the same name")]
pub enum Measure {
    Value,
    Previous,
    Change,
    /// The change whatever its sign.
    Movement,
    ChangeRatio,
    Share,
    Cpu,
    Memory,
}

/// A bound on a measure.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Threshold {
    /// On what.
    pub on: Measure,
    /// `>`, `>=`, `<` or `<=`.
    pub op: &'static str,
    /// The bound, as SQL writes it; ratios as fractions.
    pub bound: String,
}

/// How groups are ranked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Ranking {
    /// By what.
    pub by: Measure,
    /// Largest first.
    pub descending: bool,
    /// How many; all where none.
    pub limit: Option<u32>,
}

/// What an average is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "plain units")]
pub enum AverageOver {
    Day,
    Month,
}

/// A condition of resources that is a column of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum ResourceState {
    Running,
    Stopped,
    Unattached,
    Public,
    Unencrypted,
}

/// A typed query over the semantic model.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct MetricQuery {
    /// About what.
    pub subject: Subject,
    /// What is measured, in the order asked for.
    pub metrics: Vec<Metric>,
    /// When.
    pub period: Option<TimeRange>,
    /// What it is compared with.
    pub compare: Option<TimeRange>,
    /// Over which rows.
    pub filters: Vec<Filter>,
    /// The part whose share of the rest is asked for.
    pub share_of: Vec<Filter>,
    /// Whether each group's share of the whole is asked for.
    pub shares: bool,
    /// In which groups.
    pub group_by: Vec<Dimension>,
    /// In which steps of time.
    pub grain: Option<Grain>,
    /// In which order.
    pub ranking: Option<Ranking>,
    /// Whether the limit holds within each group of the first dimension.
    pub within_groups: bool,
    /// Which groups.
    pub thresholds: Vec<Threshold>,
    /// Whether a threshold must hold in every step of time.
    pub every_step: bool,
    /// Whether the steps add up.
    pub running_total: bool,
    /// Averages over steps of time.
    pub average: Option<AverageOver>,
    /// Whether the number of groups is asked for rather than the groups.
    pub count_groups: bool,
    /// The tag whose coverage is asked for.
    pub tag: Option<String>,
    /// Conditions on resources.
    pub states: Vec<ResourceState>,
    /// Whether only what is above its budget is asked for.
    pub over_budget: bool,
    /// Whether each currency is a row of its own.
    pub by_currency: bool,
}
