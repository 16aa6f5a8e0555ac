//! From the engine's columns to `domain::Table`.

use datafusion::{
    arrow::{
        array::{Array, ArrayRef, AsArray, RecordBatch},
        compute::cast,
        datatypes::{
            DataType, Date32Type, Decimal128Type, Decimal256Type, Float64Type, Int64Type, SchemaRef, TimeUnit, TimestampMicrosecondType,
        },
        error::ArrowError,
        util::display::array_value_to_string,
    },
    common::DataFusionError,
};
use domain::{Column, ColumnType, Decimal, Table, Value};
use jiff::Timestamp;

use crate::clock::date_of;

/// The rows of some batches, at most `limit` of them.
pub(super) fn table(schema: &SchemaRef, batches: &[RecordBatch], limit: usize) -> Result<Table, DataFusionError> {
    let columns = schema.fields().iter().map(|field| Column {
        name: field.name().clone(),
        label: field.name().clone(),
        column_type: column_type(field.data_type()),
        unit: None,
    });
    let available: usize = batches.iter().map(RecordBatch::num_rows).sum();
    let mut rows: Vec<Vec<Value>> = Vec::with_capacity(available.min(limit));
    for batch in batches {
        let take = batch.num_rows().min(limit - rows.len());
        let first = rows.len();
        rows.extend((0..take).map(|_| Vec::with_capacity(batch.num_columns())));
        for column in batch.columns() {
            let column = plain(column)?;
            for (row, cells) in rows[first..].iter_mut().enumerate() {
                cells.push(value(&column, row)?);
            }
        }
    }
    let truncated = available > limit;
    Ok(Table { truncated, ..Table::new(columns.collect(), rows) })
}

fn column_type(data_type: &DataType) -> ColumnType {
    match data_type {
        data_type if data_type.is_integer() => ColumnType::Integer,
        DataType::Decimal32(_, _) | DataType::Decimal64(_, _) | DataType::Decimal128(_, _) | DataType::Decimal256(_, _) => {
            ColumnType::Decimal
        }
        data_type if data_type.is_floating() => ColumnType::Float,
        DataType::Boolean => ColumnType::Boolean,
        DataType::Date32 | DataType::Date64 => ColumnType::Date,
        DataType::Timestamp(_, _) => ColumnType::Timestamp,
        DataType::Dictionary(_, values) => column_type(values),
        _ => ColumnType::String,
    }
}

/// The column in one of the types that [`value`] reads.
fn plain(column: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    let target = match column_type(column.data_type()) {
        ColumnType::Integer => DataType::Int64,
        ColumnType::Decimal => match column.data_type() {
            DataType::Decimal256(_, _) | DataType::Decimal128(_, _) => return Ok(column.clone()),
            DataType::Decimal32(precision, scale) | DataType::Decimal64(precision, scale) => DataType::Decimal128(*precision, *scale),
            _ => return Ok(column.clone()),
        },
        ColumnType::Float => DataType::Float64,
        ColumnType::Boolean => DataType::Boolean,
        ColumnType::Date => DataType::Date32,
        ColumnType::Timestamp => {
            let zone = match column.data_type() {
                DataType::Timestamp(_, Some(_)) => Some("UTC".into()),
                _ => None,
            };
            DataType::Timestamp(TimeUnit::Microsecond, zone)
        }
        ColumnType::String => match column.data_type() {
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Dictionary(_, _) => DataType::Utf8View,
            _ => return Ok(column.clone()),
        },
    };
    cast(column, &target)
}

fn value(column: &ArrayRef, row: usize) -> Result<Value, DataFusionError> {
    if column.is_null(row) || column.data_type().is_null() {
        return Ok(Value::Null);
    }
    let value = match column.data_type() {
        DataType::Int64 => Value::Int(column.as_primitive::<Int64Type>().value(row)),
        DataType::Decimal128(_, scale) => Value::Decimal(decimal(column.as_primitive::<Decimal128Type>().value(row), *scale)),
        DataType::Decimal256(_, scale) => {
            let units = column.as_primitive::<Decimal256Type>().value(row).to_i128();
            Value::Decimal(decimal(units.ok_or_else(|| DataFusionError::Execution("a result has more than 38 digits".to_owned()))?, *scale))
        }
        DataType::Float64 => Value::Float(column.as_primitive::<Float64Type>().value(row)),
        DataType::Boolean => Value::Bool(column.as_boolean().value(row)),
        DataType::Date32 => date_of(i64::from(column.as_primitive::<Date32Type>().value(row))).map_or(Value::Null, Value::Date),
        DataType::Timestamp(TimeUnit::Microsecond, _) => {
            let micros = column.as_primitive::<TimestampMicrosecondType>().value(row);
            Timestamp::from_microsecond(micros).map_or(Value::Null, Value::Timestamp)
        }
        DataType::Utf8View => Value::Text(column.as_string_view().value(row).to_owned()),
        _ => Value::Text(array_value_to_string(column, row)?),
    };
    Ok(value)
}

/// A number of `units` of 10^-scale without trailing zeros. Beyond the 28 digits that a decimal holds, the last decimals are rounded away.
pub(super) fn decimal(mut units: i128, scale: i8) -> Decimal {
    const LARGEST: u128 = (1 << 96) - 1;
    let mut scale = i32::from(scale);
    while scale > 0 && units % 10 == 0 {
        units /= 10;
        scale -= 1;
    }
    while scale > 0 && (units.unsigned_abs() > LARGEST || scale > 28) {
        let rest = units % 10;
        units /= 10;
        if rest.abs() >= 5 {
            units += rest.signum();
        }
        scale -= 1;
    }
    while scale < 0 {
        units = units.saturating_mul(10);
        scale += 1;
    }
    Decimal::try_from_i128_with_scale(units, scale.unsigned_abs()).map_or(Decimal::MAX, |number| number.normalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_exact_as_far_as_they_fit() {
        let check = |units: i128, scale, expect: &str| assert_eq!(decimal(units, scale).to_string(), expect);
        check(0, 15, "0");
        check(10_731_987_183_461_000_000_000, 15, "10731987.183461");
        check(-1, 15, "-0.000000000000001");
        check(5, -2, "500");
        check(99_999_999_999_999_999_999_999_999_999_999_999_999, 19, "10000000000000000000");
        check(66_666_666_666_666_666_666_666_666_666_666_666_667, 19, "6666666666666666666.6666666667");
    }
}
