//! Filling what exports leave empty, by stated rules, each filled column named in the row.

use std::sync::Arc;

use datafusion::arrow::{
    array::{Array, ArrayRef, AsArray, Decimal128Array, RecordBatch, StringArray, StringBuilder, TimestampMicrosecondArray},
    datatypes::{Decimal128Type, TimestampMicrosecondType},
    error::ArrowError,
};

use crate::{
    clock::{civil_of, day_of, provider_offset},
    layout::{DECIMAL_PRECISION, DECIMAL_SCALE, DERIVED, Layout},
};

/// The columns that rules fill, in the order of the rules.
///
/// 1. `EffectiveCost` is `BilledCost`.
/// 2. `ContractedCost` is `BilledCost` where no commitment covers the row; with one it is not known from the row and stays empty.
/// 3. `ListCost` is `ContractedCost`: no list price in the export means that no discount can be claimed.
/// 4. `ServiceCategory` is `Other`, which FOCUS says for services outside its categories.
pub(super) const RULES: [&str; 4] = ["EffectiveCost", "ContractedCost", "ListCost", "ServiceCategory"];

/// Which rules were used, as bits in the order of [`RULES`].
pub(super) type Used = u8;

/// Fills the columns of a batch of charges: those of [`RULES`], the billing month, and the names of what was filled.
pub(super) fn derive(layout: &Layout, batch: &RecordBatch) -> Result<(RecordBatch, Used), ArrowError> {
    let mut columns = batch.columns().to_vec();
    let mut used = vec![0_u8; batch.num_rows()];
    let position = |name: &str| layout.position(name).ok_or_else(|| ArrowError::SchemaError(format!("no column `{name}`")));
    let billed = columns[position("BilledCost")?].as_primitive::<Decimal128Type>().clone();

    let effective = position("EffectiveCost")?;
    columns[effective] = fill_decimal(&columns[effective], &billed, |_| true, &mut used, 1);
    let contracted = position("ContractedCost")?;
    let commitment = Arc::clone(&columns[position("CommitmentDiscountId")?]);
    columns[contracted] = fill_decimal(&columns[contracted], &billed, |row| commitment.is_null(row), &mut used, 2);
    let list = position("ListCost")?;
    let contracted = columns[contracted].as_primitive::<Decimal128Type>().clone();
    columns[list] = fill_decimal(&columns[list], &contracted, |row| contracted.is_valid(row), &mut used, 4);
    let category = position("ServiceCategory")?;
    columns[category] = fill_category(&columns[category], &mut used);

    let provider = columns[position("ProviderName")?].as_string::<i32>();
    let start = columns[position("BillingPeriodStart")?].as_primitive::<TimestampMicrosecondType>();
    let month: ArrayRef = Arc::new(billing_months(provider, start));
    columns[position("x_BillingMonth")?] = month;
    columns[position(DERIVED)?] = Arc::new(names_of(&used));
    let all = used.iter().fold(0, |all, row| all | row);
    Ok((RecordBatch::try_new(batch.schema(), columns)?, all))
}

fn fill_decimal(column: &ArrayRef, from: &Decimal128Array, applies: impl Fn(usize) -> bool, used: &mut [Used], bit: Used) -> ArrayRef {
    if column.null_count() == 0 {
        return Arc::clone(column);
    }
    let values = column.as_primitive::<Decimal128Type>();
    let filled = (0..values.len()).map(|row| {
        if values.is_valid(row) {
            return Some(values.value(row));
        }
        let value = (from.is_valid(row) && applies(row)).then(|| from.value(row))?;
        used[row] |= bit;
        Some(value)
    });
    let filled: Decimal128Array = filled.collect();
    let data_type = datafusion::arrow::datatypes::DataType::Decimal128(DECIMAL_PRECISION, DECIMAL_SCALE);
    Arc::new(filled.with_data_type(data_type))
}

fn fill_category(column: &ArrayRef, used: &mut [Used]) -> ArrayRef {
    if column.null_count() == 0 {
        return Arc::clone(column);
    }
    let values = column.as_string::<i32>();
    let filled = (0..values.len()).map(|row| {
        if values.is_valid(row) {
            return values.value(row);
        }
        used[row] |= 8;
        "Other"
    });
    Arc::new(StringArray::from_iter_values(filled))
}

/// The names of rules used, in order, joined by commas; none where none was used.
pub(super) fn rule_names(used: Used) -> Vec<&'static str> {
    RULES.iter().enumerate().filter(|(i, _)| used & (1 << i) != 0).map(|(_, name)| *name).collect()
}

fn names_of(used: &[Used]) -> StringArray {
    let names: Vec<_> = (0..16).map(|used| rule_names(used).join(",")).collect();
    let mut builder = StringBuilder::with_capacity(used.len(), 0);
    for used in used {
        match *used {
            0 => builder.append_null(),
            used => builder.append_value(&names[usize::from(used)]),
        }
    }
    builder.finish()
}

/// The months in which billing periods start on their providers' clocks, as `2026-05`.
fn billing_months(provider: &StringArray, start: &TimestampMicrosecondArray) -> StringArray {
    let mut builder = StringBuilder::with_capacity(start.len(), start.len() * 7);
    let mut last: Option<(&str, i64, String)> = None;
    for row in 0..start.len() {
        if provider.is_null(row) || start.is_null(row) {
            builder.append_null();
            continue;
        }
        let key = (provider.value(row), start.value(row));
        let month = match &last {
            Some((name, instant, month)) if (*name, *instant) == key => month.as_str(),
            _ => {
                let (year, month, _) = civil_of(day_of(key.1, provider_offset(key.0)));
                &last.insert((key.0, key.1, format!("{year:04}-{month:02}"))).2
            }
        };
        builder.append_value(month);
    }
    builder.finish()
}
