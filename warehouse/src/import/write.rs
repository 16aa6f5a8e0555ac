//! Collecting the rows of each provider's month, sorting them by service, and writing them as Parquet.

use std::collections::HashMap;

use datafusion::arrow::{
    array::{AsArray, RecordBatch, StringArray, UInt32Array},
    compute::{concat_batches, take_record_batch},
    datatypes::{Decimal128Type, TimestampMicrosecondType},
    error::ArrowError,
};
use deltalake::{datafile::writer::DeltaWriter, kernel::Add};
use tokio::runtime::Handle;

use crate::{
    WarehouseError,
    delta::ROW_GROUP_ROWS,
    layout::{DECIMAL_SCALE, Layout, PARTITION},
};

/// Rows held in memory before the fullest month is written out.
const HELD_ROWS: usize = 2 * ROW_GROUP_ROWS;

/// A provider and a billing month.
pub(super) type Month = (String, String);

/// Sums by month, provider and currency.
#[derive(Default)]
pub(super) struct Totals {
    sums: HashMap<(String, String, String), (u64, i128)>,
}

impl Totals {
    /// `(month, provider, currency, rows, billed)`, in order.
    pub fn listed(&self) -> Vec<(String, String, String, u64, String)> {
        let mut rows: Vec<_> = self
            .sums
            .iter()
            .map(|((provider, month, currency), (rows, billed))| {
                (month.clone(), provider.clone(), currency.clone(), *rows, decimal_text(*billed))
            })
            .collect();
        rows.sort();
        rows
    }

    /// The providers' months among them.
    pub fn months(&self) -> Vec<Month> {
        let mut months: Vec<_> = self.sums.keys().map(|(provider, month, _)| (provider.clone(), month.clone())).collect();
        months.sort();
        months.dedup();
        months
    }

    fn add(&mut self, key: (&str, &str, &str), rows: u64, billed: i128) {
        let sum = self.sums.entry((key.0.to_owned(), key.1.to_owned(), key.2.to_owned())).or_default();
        sum.0 += rows;
        sum.1 += billed;
    }
}

/// An exact sum as text without trailing zeros.
fn decimal_text(units: i128) -> String {
    let one = 10_u128.pow(DECIMAL_SCALE as u32);
    let sign = if units < 0 { "-" } else { "" };
    let (whole, fraction) = (units.unsigned_abs() / one, units.unsigned_abs() % one);
    let fraction = format!("{fraction:015}");
    let fraction = fraction.trim_end_matches('0');
    if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

/// Writes the rows of one table.
pub(super) struct TableWriter<'a> {
    writer: DeltaWriter,
    layout: &'a Layout,
    runtime: Handle,
    held: HashMap<Month, (Vec<RecordBatch>, usize)>,
    held_rows: usize,
}

impl<'a> TableWriter<'a> {
    pub fn new(writer: DeltaWriter, layout: &'a Layout, runtime: Handle) -> Self {
        Self { writer, layout, runtime, held: HashMap::new(), held_rows: 0 }
    }

    /// Takes rows of charges, each part with its month.
    pub fn push_parts(&mut self, parts: Vec<(Month, RecordBatch)>) -> Result<(), WarehouseError> {
        for (month, batch) in parts {
            let held = self.held.entry(month.clone()).or_default();
            self.held_rows += batch.num_rows();
            held.1 += batch.num_rows();
            held.0.push(batch);
            if held.1 >= ROW_GROUP_ROWS {
                self.flush(&month)?;
            }
        }
        while self.held_rows > HELD_ROWS {
            let fullest = self.held.iter().max_by_key(|(_, (_, rows))| *rows).map(|(month, _)| month.clone());
            match fullest {
                Some(month) => self.flush(&month)?,
                None => break,
            }
        }
        Ok(())
    }

    /// Writes rows of a table that has no partitions.
    pub fn push(&mut self, batch: &RecordBatch) -> Result<(), WarehouseError> {
        let failed = |error| WarehouseError::store("write", &self.layout.table, error);
        self.runtime.block_on(self.writer.write(batch)).map_err(|error| failed(Box::new(error)))
    }

    /// Writes what is held and returns the files.
    pub fn finish(mut self) -> Result<Vec<Add>, WarehouseError> {
        let mut months: Vec<_> = self.held.keys().cloned().collect();
        months.sort();
        for month in months {
            self.flush(&month)?;
        }
        let table = &self.layout.table;
        self.runtime.block_on(self.writer.close()).map_err(|error| WarehouseError::store("write", table, error))
    }

    /// Gives up what is being written.
    pub fn abandon(self) {
        // What stays behind is not part of the table; the error that led here is the one to tell.
        let _ = self.runtime.block_on(self.writer.abort());
    }

    fn flush(&mut self, month: &Month) -> Result<(), WarehouseError> {
        let Some((batches, rows)) = self.held.remove(month) else {
            return Ok(());
        };
        self.held_rows -= rows;
        let sorted = sort_by_service(self.layout, &batches).map_err(|error| WarehouseError::store("write", &self.layout.table, error))?;
        self.push(&sorted)
    }
}

/// One batch, sorted by service and the start of the charge, so that queries of a service or of days skip the rest.
fn sort_by_service(layout: &Layout, batches: &[RecordBatch]) -> Result<RecordBatch, ArrowError> {
    let batch = concat_batches(&layout.file_schema(), batches)?;
    let (Some(service), Some(start)) = (layout.position("ServiceName"), layout.position("ChargePeriodStart")) else {
        return Ok(batch);
    };
    let ranks = ranks(batch.column(service).as_string::<i32>());
    let start = batch.column(start).as_primitive::<TimestampMicrosecondType>();
    let mut keys: Vec<_> = (0..batch.num_rows()).map(|row| (ranks[row], start.value(row), row as u32)).collect();
    keys.sort_unstable();
    let order: UInt32Array = keys.into_iter().map(|(_, _, row)| row).collect();
    take_record_batch(&batch, &order)
}

/// The rank of each value among the distinct ones; null first.
fn ranks(values: &StringArray) -> Vec<u32> {
    let mut distinct: Vec<&str> = values.iter().flatten().collect();
    distinct.sort_unstable();
    distinct.dedup();
    let rank: HashMap<&str, u32> = distinct.iter().zip(1..).map(|(value, rank)| (*value, rank)).collect();
    values.iter().map(|value| value.and_then(|value| rank.get(value)).copied().unwrap_or(0)).collect()
}

/// Splits rows of charges by provider and month, and adds them up.
pub(super) fn split_by_month(layout: &Layout, batch: RecordBatch, totals: &mut Totals) -> Result<Vec<(Month, RecordBatch)>, ArrowError> {
    let column = |name: &str| batch.column_by_name(name).ok_or_else(|| ArrowError::SchemaError(format!("no column `{name}`")));
    let provider = column(PARTITION[0])?.as_string::<i32>();
    let month = column(PARTITION[1])?.as_string::<i32>();
    let currency = column("BillingCurrency")?.as_string::<i32>();
    let billed = column("BilledCost")?.as_primitive::<Decimal128Type>();
    debug_assert!(layout.is_costs());

    let mut rows_of: Vec<((&str, &str), Vec<u32>)> = Vec::new();
    let mut part = 0;
    let mut run: Option<((&str, &str, &str), u64, i128)> = None;
    for row in 0..batch.num_rows() {
        let key = (provider.value(row), month.value(row), currency.value(row));
        match &mut run {
            Some((last, rows, sum)) if *last == key => {
                *rows += 1;
                *sum += billed.value(row);
            }
            _ => {
                if let Some((last, rows, sum)) = run.replace((key, 1, billed.value(row))) {
                    totals.add(last, rows, sum);
                }
                let wanted = (key.0, key.1);
                part = rows_of.iter().position(|(key, _)| *key == wanted).unwrap_or_else(|| {
                    rows_of.push((wanted, Vec::new()));
                    rows_of.len() - 1
                });
            }
        }
        rows_of[part].1.push(row as u32);
    }
    if let Some((last, rows, sum)) = run {
        totals.add(last, rows, sum);
    }
    if let [((provider, month), _)] = rows_of.as_slice() {
        let key = ((*provider).to_owned(), (*month).to_owned());
        return Ok(vec![(key, batch)]);
    }
    let parts = rows_of.iter().map(|((provider, month), rows)| {
        let rows = UInt32Array::from(rows.clone());
        Ok((((*provider).to_owned(), (*month).to_owned()), take_record_batch(&batch, &rows)?))
    });
    parts.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_read_without_trailing_zeros() {
        let check = |units, expect: &str| assert_eq!(decimal_text(units), expect);
        check(0, "0");
        check(1_500_000_000_000_000, "1.5");
        check(-1, "-0.000000000000001");
        check(12_000_000_000_000_000, "12");
    }
}
