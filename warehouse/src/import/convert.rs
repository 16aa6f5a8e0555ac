//! From the cells of a block to typed columns; what breaks a rule is named, not guessed.

use std::sync::Arc;

use datafusion::arrow::{
    array::{
        Array, ArrayRef, AsArray, BooleanBuilder, Date32Builder, Decimal128Builder, Float64Builder, Int64Builder, RecordBatch, StringArray,
        StringBuilder, TimestampMicrosecondArray, TimestampMicrosecondBuilder, new_null_array,
    },
    compute::{CastOptions, cast_with_options},
    datatypes::{DataType, SchemaRef, TimeUnit, TimestampMicrosecondType},
    error::ArrowError,
};

use crate::{
    import::{
        header::Mapping,
        number::parse_decimal,
        tags::TagReader,
        text::{BadCell, TextBlock},
        time::{parse_day, parse_instant},
    },
    layout::{ColumnSpec, DECIMAL_PRECISION, DECIMAL_SCALE, Kind},
};

/// Rows of a file, not yet converted.
pub(super) enum Block {
    Text(TextBlock),
    /// Columns of a Parquet file, and the number of its first row, from 1.
    Columns {
        batch: RecordBatch,
        first_row: u64,
    },
}

impl Block {
    pub fn rows(&self) -> usize {
        match self {
            Self::Text(block) => block.rows(),
            Self::Columns { batch, .. } => batch.num_rows(),
        }
    }

    /// Where a row stands in its file.
    pub fn line(&self, row: usize) -> u64 {
        match self {
            Self::Text(block) => block.lines[row],
            Self::Columns { first_row, .. } => first_row + row as u64,
        }
    }

    /// The row as it stood in the file, cell by cell, for the file of rejects.
    pub fn raw_row(&self, row: usize) -> Vec<String> {
        match self {
            Self::Text(block) => (0..block.columns()).map(|column| block.raw(row, column).to_owned()).collect(),
            Self::Columns { batch, .. } => {
                let shown = |column: &ArrayRef| datafusion::arrow::util::display::array_value_to_string(column, row).unwrap_or_default();
                batch.columns().iter().map(shown).collect()
            }
        }
    }
}

/// Turns blocks into batches of a table.
pub(super) struct Converter {
    mapping: Mapping,
    schema: SchemaRef,
    tags: TagReader,
}

/// A block converted: every row of it, and the cells that broke a rule (their rows hold nulls there).
pub(super) struct Converted {
    pub batch: RecordBatch,
    pub bad: Vec<BadCell>,
}

impl Converter {
    pub fn new(mapping: Mapping) -> Self {
        let schema = mapping.layout.file_schema();
        Self { mapping, schema, tags: TagReader::default() }
    }

    pub fn convert(&mut self, block: &Block) -> Result<Converted, ArrowError> {
        let mut bad = match block {
            Block::Text(text) => text.bad.clone(),
            Block::Columns { .. } => Vec::new(),
        };
        let layout = Arc::clone(&self.mapping.layout);
        let mut columns = Vec::with_capacity(layout.columns.len());
        for (column, source) in layout.columns.iter().zip(&self.mapping.sources) {
            let array = match (source, block) {
                (None, _) => new_null_array(&column.kind.data_type(&DataType::Utf8), block.rows()),
                (Some(source), Block::Text(text)) => read_cells(column, &Cells::Text(text, *source), &mut self.tags, &mut bad),
                (Some(source), Block::Columns { batch, .. }) => read_array(column, batch.column(*source), &mut self.tags, &mut bad)?,
            };
            if column.required && array.null_count() > 0 {
                refuse_nulls(column, &array, &mut bad);
            }
            columns.push(array);
        }
        Ok(Converted { batch: RecordBatch::try_new(Arc::clone(&self.schema), columns)?, bad })
    }
}

fn refuse_nulls(column: &ColumnSpec, array: &ArrayRef, bad: &mut Vec<BadCell>) {
    for row in (0..array.len()).filter(|row| array.is_null(*row)) {
        if !bad.iter().any(|cell| cell.row == row) {
            bad.push(BadCell::new(row, &column.name, "", "is empty, and every row needs a value here"));
        }
    }
}

/// Text cells of one column.
enum Cells<'a> {
    Text(&'a TextBlock, usize),
    Array(&'a StringArray),
}

impl Cells<'_> {
    fn len(&self) -> usize {
        match self {
            Self::Text(block, _) => block.rows(),
            Self::Array(array) => array.len(),
        }
    }

    fn get(&self, row: usize) -> Option<&str> {
        match self {
            Self::Text(block, column) => block.cell(row, *column),
            Self::Array(array) => {
                let value = array.is_valid(row).then(|| array.value(row))?;
                (!value.is_empty() && !value.eq_ignore_ascii_case("null")).then_some(value)
            }
        }
    }
}

/// Parses each cell, remembering the last one, for neighbours are often equal.
fn parse_each<T: Copy>(
    column: &ColumnSpec,
    cells: &Cells<'_>,
    bad: &mut Vec<BadCell>,
    parse: impl Fn(&str) -> Result<T, String>,
    mut push: impl FnMut(Option<T>),
) {
    let mut last: Option<(&str, T)> = None;
    for row in 0..cells.len() {
        let Some(cell) = cells.get(row) else {
            push(None);
            continue;
        };
        if let Some((_, value)) = last.filter(|(text, _)| *text == cell) {
            push(Some(value));
            continue;
        }
        match parse(cell) {
            Ok(value) => {
                last = Some((cell, value));
                push(Some(value));
            }
            Err(rule) => {
                bad.push(BadCell::new(row, &column.name, cell, rule));
                push(None);
            }
        }
    }
}

fn read_cells(column: &ColumnSpec, cells: &Cells<'_>, tags: &mut TagReader, bad: &mut Vec<BadCell>) -> ArrayRef {
    let rows = cells.len();
    match column.kind {
        Kind::Text => {
            let mut builder = StringBuilder::with_capacity(rows, rows * 12);
            (0..rows).for_each(|row| builder.append_option(cells.get(row)));
            Arc::new(builder.finish())
        }
        Kind::Tags => read_tags(column, cells, tags, bad),
        Kind::Currency => {
            let mut builder = StringBuilder::with_capacity(rows, rows * 3);
            let push = |code: Option<[u8; 3]>| builder.append_option(code.as_ref().and_then(|code| str::from_utf8(code).ok()));
            parse_each(column, cells, bad, parse_currency, push);
            Arc::new(builder.finish())
        }
        Kind::Decimal => {
            let mut builder = Decimal128Builder::with_capacity(rows);
            parse_each(column, cells, bad, parse_decimal, |value| builder.append_option(value));
            let data_type = DataType::Decimal128(DECIMAL_PRECISION, DECIMAL_SCALE);
            Arc::new(builder.finish().with_data_type(data_type))
        }
        Kind::Integer => {
            let mut builder = Int64Builder::with_capacity(rows);
            let parse = |text: &str| text.trim().parse().map_err(|_| "is not a whole number".to_owned());
            parse_each(column, cells, bad, parse, |value| builder.append_option(value));
            Arc::new(builder.finish())
        }
        Kind::Float => {
            let mut builder = Float64Builder::with_capacity(rows);
            let parse = |text: &str| {
                let number: Option<f64> = text.trim().parse().ok();
                number.filter(|number| number.is_finite()).ok_or_else(|| "is not a number such as 12.5".to_owned())
            };
            parse_each(column, cells, bad, parse, |value| builder.append_option(value));
            Arc::new(builder.finish())
        }
        Kind::Boolean => {
            let mut builder = BooleanBuilder::with_capacity(rows);
            parse_each(column, cells, bad, parse_boolean, |value| builder.append_option(value));
            Arc::new(builder.finish())
        }
        Kind::Date => {
            let mut builder = Date32Builder::with_capacity(rows);
            parse_each(column, cells, bad, parse_day, |value| builder.append_option(value));
            Arc::new(builder.finish())
        }
        Kind::Instant => {
            let mut builder = TimestampMicrosecondBuilder::with_capacity(rows);
            parse_each(column, cells, bad, parse_instant, |value| builder.append_option(value));
            Arc::new(builder.finish())
        }
    }
}

fn read_tags(column: &ColumnSpec, cells: &Cells<'_>, tags: &mut TagReader, bad: &mut Vec<BadCell>) -> ArrayRef {
    let mut builder = StringBuilder::with_capacity(cells.len(), cells.len() * 64);
    for row in 0..cells.len() {
        match cells.get(row).map(|cell| (cell, tags.read(cell))) {
            None => builder.append_null(),
            Some((_, Ok(canonical))) => builder.append_value(canonical),
            Some((cell, Err(rule))) => {
                bad.push(BadCell::new(row, &column.name, cell, rule));
                builder.append_null();
            }
        }
    }
    Arc::new(builder.finish())
}

fn parse_currency(text: &str) -> Result<[u8; 3], String> {
    let code: Option<[u8; 3]> = text.trim().to_ascii_uppercase().into_bytes().try_into().ok();
    code.filter(|code| code.iter().all(u8::is_ascii_uppercase))
        .ok_or_else(|| "is not a currency code of three letters such as CNY".to_owned())
}

fn parse_boolean(text: &str) -> Result<bool, String> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "yes" | "1" => Ok(true),
        "false" | "no" | "0" => Ok(false),
        _ => Err("is neither true nor false".to_owned()),
    }
}

/// Takes a typed column of a Parquet file over as it is where that is exact, and by its text where it is not.
fn read_array(column: &ColumnSpec, array: &ArrayRef, tags: &mut TagReader, bad: &mut Vec<BadCell>) -> Result<ArrayRef, ArrowError> {
    let strict = CastOptions { safe: false, ..CastOptions::default() };
    let target = column.kind.data_type(&DataType::Utf8);
    let as_is = match (column.kind, array.data_type()) {
        (Kind::Decimal, DataType::Decimal128(precision, scale)) => {
            *scale <= DECIMAL_SCALE
                && precision.saturating_sub(u8::try_from(*scale).unwrap_or(0)) <= DECIMAL_PRECISION - DECIMAL_SCALE as u8
        }
        (Kind::Integer | Kind::Decimal, data_type) => data_type.is_integer(),
        (Kind::Float, data_type) => data_type.is_numeric(),
        (Kind::Boolean, DataType::Boolean) | (Kind::Date, DataType::Date32) => true,
        (Kind::Instant, DataType::Timestamp(_, _)) => return Ok(Arc::new(in_utc(array, &strict)?)),
        (Kind::Instant, DataType::Date32) => true,
        _ => false,
    };
    if as_is {
        return cast_with_options(array, &target, &strict);
    }
    let text = match array.data_type() {
        DataType::Map(_, _) => Arc::new(tags_of_map(array)) as ArrayRef,
        _ => cast_with_options(array, &DataType::Utf8, &strict)?,
    };
    Ok(read_cells(column, &Cells::Array(text.as_string::<i32>()), tags, bad))
}

/// An instant keeps being the same instant, whatever zone the file showed it in.
fn in_utc(array: &ArrayRef, strict: &CastOptions<'_>) -> Result<TimestampMicrosecondArray, ArrowError> {
    let zone = match array.data_type() {
        DataType::Timestamp(_, Some(_)) => Some("UTC".into()),
        _ => None,
    };
    let micros = cast_with_options(array, &DataType::Timestamp(TimeUnit::Microsecond, zone), strict)?;
    Ok(micros.as_primitive::<TimestampMicrosecondType>().clone().with_timezone_opt(None::<&str>))
}

fn tags_of_map(array: &ArrayRef) -> StringArray {
    let map = array.as_map();
    let rows = (0..map.len()).map(|row| {
        map.is_valid(row).then(|| {
            let entries = map.value(row);
            let text = |column: &ArrayRef, i| datafusion::arrow::util::display::array_value_to_string(column, i).unwrap_or_default();
            let pairs = (0..entries.len()).map(|i| (text(entries.column(0), i), serde_json::Value::String(text(entries.column(1), i))));
            serde_json::Value::Object(pairs.collect()).to_string()
        })
    });
    rows.collect()
}
