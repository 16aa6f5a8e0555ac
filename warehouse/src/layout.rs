//! The columns of the stored tables and their types in files and in the engine.

use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use schema::{Catalog, Datatype};

/// Digits and decimals of every exact number: thirteen digits before the point, fifteen after it.
pub(crate) const DECIMAL_PRECISION: u8 = 28;
pub(crate) const DECIMAL_SCALE: i8 = 15;

/// The table of charges.
pub(crate) const COSTS: &str = "costs";
/// The columns that `costs` is partitioned by.
pub(crate) const PARTITION: [&str; 2] = ["ProviderName", "x_BillingMonth"];
/// The column that names the columns an import filled.
pub(crate) const DERIVED: &str = "x_DerivedColumns";

/// What the values of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    /// A JSON object of tags, kept in canonical spelling.
    Tags,
    /// A currency code of three letters, kept in capitals.
    Currency,
    Decimal,
    Integer,
    Float,
    Boolean,
    Date,
    /// An instant, in UTC without a zone.
    Instant,
}

/// A stored column.
#[derive(Clone, Debug)]
pub(crate) struct ColumnSpec {
    pub name: String,
    pub kind: Kind,
    /// Whether the header must have it and every row a value.
    pub required: bool,
}

/// A stored table.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    pub table: String,
    pub columns: Vec<ColumnSpec>,
}

impl Layout {
    /// The layouts of all stored tables of a model (its datasets that are not views).
    pub fn all(catalog: &Catalog) -> Vec<Arc<Self>> {
        let stored = catalog.datasets().iter().filter(|dataset| dataset.name == dataset.source);
        stored
            .map(|dataset| {
                let columns = dataset.fields.iter().map(|field| ColumnSpec {
                    name: field.name.clone(),
                    kind: kind_of(&field.name, field.datatype),
                    required: required_columns(&dataset.name).contains(&field.name.as_str()),
                });
                Arc::new(Self { table: dataset.name.clone(), columns: columns.collect() })
            })
            .collect()
    }

    /// The position of a column by its exact name.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }

    /// Whether this is the table of charges, which is partitioned and replaced by month.
    pub fn is_costs(&self) -> bool {
        self.table == COSTS
    }

    pub fn partition_columns(&self) -> Vec<String> {
        if self.is_costs() { PARTITION.map(str::to_owned).to_vec() } else { Vec::new() }
    }

    /// The schema of files: text as `Utf8`.
    pub fn file_schema(&self) -> SchemaRef {
        self.schema_with(&DataType::Utf8)
    }

    /// The schema in the engine: text as `Utf8View`.
    pub fn engine_schema(&self) -> SchemaRef {
        self.schema_with(&DataType::Utf8View)
    }

    fn schema_with(&self, text: &DataType) -> SchemaRef {
        let fields = self.columns.iter().map(|column| Field::new(&column.name, column.kind.data_type(text), true));
        Arc::new(Schema::new(fields.collect::<Vec<_>>()))
    }
}

impl Kind {
    pub fn data_type(self, text: &DataType) -> DataType {
        match self {
            Self::Text | Self::Tags | Self::Currency => text.clone(),
            Self::Decimal => DataType::Decimal128(DECIMAL_PRECISION, DECIMAL_SCALE),
            Self::Integer => DataType::Int64,
            Self::Float => DataType::Float64,
            Self::Boolean => DataType::Boolean,
            Self::Date => DataType::Date32,
            Self::Instant => DataType::Timestamp(TimeUnit::Microsecond, None),
        }
    }
}

fn kind_of(name: &str, datatype: Datatype) -> Kind {
    match datatype {
        Datatype::String | Datatype::Time | Datatype::Opaque if name == "Tags" => Kind::Tags,
        Datatype::String if matches!(name, "BillingCurrency" | "Currency" | "FromCurrency" | "ToCurrency") => Kind::Currency,
        Datatype::String | Datatype::Time | Datatype::Opaque => Kind::Text,
        Datatype::Integer => Kind::Integer,
        Datatype::Decimal => Kind::Decimal,
        Datatype::Float => Kind::Float,
        Datatype::Boolean => Kind::Boolean,
        Datatype::Date => Kind::Date,
        Datatype::DateTime | Datatype::DateTimeTz => Kind::Instant,
    }
}

/// The columns without which a row of a table means nothing.
fn required_columns(table: &str) -> &'static [&'static str] {
    match table {
        COSTS => &["BilledCost", "BillingCurrency", "BillingPeriodStart", "ChargePeriodStart", "ProviderName"],
        "resources" => &["ResourceId", "ResourceType"],
        "budgets" => &["BudgetId", "Amount", "Currency"],
        "commitments" => &["CommitmentDiscountId", "StartDate", "EndDate"],
        "balances" => &["SubAccountId", "Balance", "Currency"],
        "change_events" => &["EventTime", "Action"],
        "findings" => &["FindingId", "CheckId"],
        "exchange_rates" => &["Date", "FromCurrency", "ToCurrency", "Rate"],
        _ => &[],
    }
}
