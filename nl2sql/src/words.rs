//! The grammar's own words: what each means, read from `data/words.tsv`.

use std::str::FromStr;

use domain::Grain;

use crate::query::{Dimension, Metric};

const WORDS: &str = include_str!("../data/words.tsv");

/// What a word of the grammar does in a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Word {
    /// Carries no meaning here.
    Stop,
    /// A number asked for.
    Metric(Metric),
    /// Cost of whatever basis: the generic words.
    Cost,
    /// A dimension: to group by, or to say of which kind a name is.
    Dim(Dimension),
    /// The group of a tag, by the word for its key; made when the lexicon is built.
    TagKey(String),
    /// A step of time ("each day").
    Grain(Grain),
    /// A step of time as a thing to rank ("which day").
    TimeDim(Grain),
    /// A value the standard defines, such as `ChargeCategory=Tax`.
    Value(Dimension, String),
    /// An action on resources.
    Act(Action),
    /// The severity of a finding.
    Severity(String),
    /// One of the words with one meaning each.
    Role(Role),
}

/// Something a person can do to a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    Stop,
    Release,
    Resize,
    Tag,
}

macro_rules! roles {
    ($($name:ident = $text:literal),* $(,)?) => {
        /// What a word without parameters does.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Role { $($name),* }

        impl FromStr for Role {
            type Err = ();
            fn from_str(text: &str) -> Result<Self, ()> {
                match text { $($text => Ok(Self::$name),)* _ => Err(()) }
            }
        }
    };
}

roles! {
    Total = "total", Coverage = "coverage", By = "by", Each = "each", Which = "which", Top = "top", Bottom = "bottom", Rank = "rank",
    RankAscending = "rank_asc", Share = "share", Mom = "mom", Yoy = "yoy", Versus = "versus", Up = "up", Down = "down", Change = "change",
    Ratio = "ratio", Money = "money", Over = "over", AtLeast = "at_least", Under = "under", Except = "except", Only = "only", Trend = "trend",
    Running = "running", Average = "average", AverageMonth = "average_month", HowMany = "how_many", Tag = "tag", Untagged = "untagged",
    Unattached = "unattached", Stopped = "stopped", RunningState = "running_state", State = "state", Public = "public",
    Unencrypted = "unencrypted", Cpu = "cpu", Memory = "memory", MonthlyCost = "monthly_cost", Finding = "finding", Open = "open",
    Resolved = "resolved", Commitments = "commitments", Utilization = "utilization", Unused = "unused", Expire = "expire", Within = "within",
    Budget = "budget", OverBudget = "over_budget", Actual = "actual", Balance = "balance", CreditLimit = "credit_limit",
    Marketplace = "marketplace", UsageCharges = "usage_charges", Since = "since", Onward = "onward", Range = "range", ThenWhat = "then_what",
    Instead = "instead", Correct = "correct", Pronoun = "pronoun", Subscription = "subscription", New = "new", Gone = "gone",
    Waste = "waste", Posture = "posture", Knowledge = "knowledge", Why = "why", Forecast = "forecast", Anomaly = "anomaly",
    OffTopic = "off_topic", OwnRow = "own_row", Between = "between", And = "conditions_and",
}

/// Every word with its meaning, in the order of the file.
pub(crate) fn all() -> impl Iterator<Item = (&'static str, Word)> {
    lines(WORDS).flat_map(|(meaning, words)| {
        let meaning = parse(meaning);
        words.split('|').filter_map(move |word| Some((word, meaning.clone()?)))
    })
}

/// The lines of a data file as first field and rest, without comments.
pub(crate) fn lines(file: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    file.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('\t'))
}

fn parse(meaning: &str) -> Option<Word> {
    let (kind, argument) = meaning.split_once(':').unwrap_or((meaning, ""));
    Some(match kind {
        "stop" => Word::Stop,
        "metric" => match argument {
            "cost" => Word::Cost,
            "effective" => Word::Metric(Metric::EffectiveCost),
            "list" => Word::Metric(Metric::ListCost),
            "contracted" => Word::Metric(Metric::ContractedCost),
            "billed" => Word::Metric(Metric::BilledCost),
            "savings" => Word::Metric(Metric::Savings),
            "savings_rate" => Word::Metric(Metric::SavingsRate),
            _ => return None,
        },
        "dim" => match argument {
            "day" => Word::TimeDim(Grain::Day),
            "week" => Word::TimeDim(Grain::Week),
            "month" => Word::TimeDim(Grain::Month),
            "quarter" => Word::TimeDim(Grain::Quarter),
            _ => Word::Dim(dimension(argument)?),
        },
        "grain" => Word::Grain(match argument {
            "day" => Grain::Day,
            "week" => Grain::Week,
            "month" => Grain::Month,
            "quarter" => Grain::Quarter,
            _ => Grain::Year,
        }),
        "value" => {
            let (column, value) = argument.split_once('=')?;
            Word::Value(column_dimension(column)?, value.to_owned())
        }
        "act" => Word::Act(match argument {
            "stop" => Action::Stop,
            "release" => Action::Release,
            "resize" => Action::Resize,
            _ => Action::Tag,
        }),
        "severity" => Word::Severity(argument.to_owned()),
        _ => Word::Role(kind.parse().ok()?),
    })
}

fn dimension(name: &str) -> Option<Dimension> {
    Some(match name {
        "provider" => Dimension::Provider,
        "service" => Dimension::Service,
        "category" => Dimension::ServiceCategory,
        "subcategory" => Dimension::ServiceSubcategory,
        "account" => Dimension::SubAccount,
        "region" => Dimension::Region,
        "zone" => Dimension::AvailabilityZone,
        "resource" => Dimension::Resource,
        "resource_type" => Dimension::ResourceType,
        "charge_category" => Dimension::ChargeCategory,
        "pricing" => Dimension::PricingCategory,
        "frequency" => Dimension::ChargeFrequency,
        "commitment" => Dimension::Commitment,
        "commitment_type" => Dimension::CommitmentType,
        "publisher" => Dimension::Publisher,
        "sku" => Dimension::Sku,
        "meter" => Dimension::SkuMeter,
        "currency" => Dimension::Currency,
        "billing_account" => Dimension::BillingAccount,
        _ => return None,
    })
}

/// The dimension a column of the bills belongs to.
pub(crate) fn column_dimension(column: &str) -> Option<Dimension> {
    Some(match column {
        "ProviderName" => Dimension::Provider,
        "ServiceName" => Dimension::Service,
        "ServiceCategory" => Dimension::ServiceCategory,
        "ServiceSubcategory" => Dimension::ServiceSubcategory,
        "SubAccountId" | "SubAccountName" => Dimension::SubAccount,
        "RegionId" | "RegionName" => Dimension::Region,
        "AvailabilityZone" => Dimension::AvailabilityZone,
        "ResourceId" | "ResourceName" => Dimension::Resource,
        "ResourceType" => Dimension::ResourceType,
        "ChargeCategory" => Dimension::ChargeCategory,
        "ChargeClass" => Dimension::ChargeClass,
        "ChargeFrequency" => Dimension::ChargeFrequency,
        "PricingCategory" => Dimension::PricingCategory,
        "CommitmentDiscountId" | "CommitmentDiscountName" => Dimension::Commitment,
        "CommitmentDiscountType" => Dimension::CommitmentType,
        "CommitmentDiscountStatus" => Dimension::CommitmentStatus,
        "PublisherName" => Dimension::Publisher,
        "SkuId" => Dimension::Sku,
        "SkuMeter" => Dimension::SkuMeter,
        "BillingCurrency" => Dimension::Currency,
        "BillingAccountId" | "BillingAccountName" => Dimension::BillingAccount,
        _ => return None,
    })
}
