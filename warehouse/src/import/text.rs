//! Reading CSV in blocks of rows, without a string for each cell.

use std::{
    io::Read,
    path::{Path, PathBuf},
};

use crate::{BadRow, WarehouseError, import::source::unreadable};

/// Rows of a block.
pub(super) const BLOCK_ROWS: usize = 8_192;
/// The longest row, in bytes; a longer one means an open quote.
const LONGEST_ROW: usize = 8 << 20;

/// Rows of text in one buffer.
#[derive(Default)]
pub(super) struct TextBlock {
    text: String,
    /// Where each cell ends in `text`, row by row.
    ends: Vec<u32>,
    columns: usize,
    /// The physical line each row starts on.
    pub lines: Vec<u64>,
    /// Rows that have too few or too many cells, or are no UTF-8: position in the block, column, value, rule.
    pub bad: Vec<BadCell>,
}

/// A cell that breaks a rule.
#[derive(Clone, Debug)]
pub(super) struct BadCell {
    pub row: usize,
    pub column: String,
    pub value: String,
    pub rule: String,
}

impl BadCell {
    pub fn new(row: usize, column: &str, value: &str, rule: impl Into<String>) -> Self {
        const SHOWN: usize = 80;
        let mut shown: String = value.chars().take(SHOWN).collect();
        if shown.len() < value.len() {
            shown.push('…');
        }
        Self { row, column: column.to_owned(), value: shown, rule: rule.into() }
    }

    pub fn at(&self, file: &Path, line: u64) -> BadRow {
        BadRow { file: file.to_owned(), line, column: self.column.clone(), value: self.value.clone(), rule: self.rule.clone() }
    }
}

impl TextBlock {
    pub fn rows(&self) -> usize {
        self.lines.len()
    }

    /// The text of a cell; none when it is empty or `NULL`.
    pub fn cell(&self, row: usize, column: usize) -> Option<&str> {
        let cell = self.raw(row, column);
        let null = cell.is_empty() || (cell.len() == 4 && cell.eq_ignore_ascii_case("null"));
        (!null).then_some(cell)
    }

    /// The text of a cell as it stands in the file.
    pub fn raw(&self, row: usize, column: usize) -> &str {
        let index = row * self.columns + column;
        let end = self.ends[index] as usize;
        let start = if index == 0 { 0 } else { self.ends[index - 1] as usize };
        self.text.get(start..end).unwrap_or("")
    }

    pub fn columns(&self) -> usize {
        self.columns
    }
}

/// Reads a CSV file block by block.
pub(super) struct TextReader {
    reader: csv::Reader<Box<dyn Read + Send>>,
    file: PathBuf,
    record: csv::ByteRecord,
    header: Vec<String>,
    columns: usize,
}

impl TextReader {
    /// Reads the header.
    pub fn open(file: &Path, bytes: Box<dyn Read + Send>) -> Result<(Self, Vec<String>), WarehouseError> {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).buffer_capacity(1 << 18).from_reader(bytes);
        let mut record = csv::ByteRecord::new();
        let found = reader.read_byte_record(&mut record).map_err(|error| csv_error(file, error))?;
        let header: Option<Vec<String>> =
            record.iter().map(|name| std::str::from_utf8(name).ok().map(|name| name.trim().to_owned())).collect();
        let header = header.ok_or_else(|| not_utf8(file))?;
        if !found || header.iter().all(String::is_empty) {
            return Err(WarehouseError::file(file, "it has no header line", "the first line must name the columns"));
        }
        if header.iter().any(|name| name.contains('\0')) {
            return Err(WarehouseError::file(file, "it is not a text file", "give a CSV or Parquet file"));
        }
        let columns = header.len();
        Ok((Self { reader, file: file.to_owned(), record, header: header.clone(), columns }, header))
    }

    /// The next block; none at the end of the file.
    pub fn next_block(&mut self) -> Result<Option<TextBlock>, WarehouseError> {
        let mut block = TextBlock { columns: self.columns, ..TextBlock::default() };
        let mut bytes = Vec::new();
        while block.lines.len() < BLOCK_ROWS && bytes.len() < LONGEST_ROW {
            if !self.reader.read_byte_record(&mut self.record).map_err(|error| csv_error(&self.file, error))? {
                break;
            }
            self.push(&mut block, &mut bytes)?;
        }
        if block.lines.is_empty() {
            return Ok(None);
        }
        block.text = match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => mend_utf8(error.into_bytes(), &mut block, &self.header),
        };
        Ok(Some(block))
    }

    fn push(&self, block: &mut TextBlock, bytes: &mut Vec<u8>) -> Result<(), WarehouseError> {
        let row = block.lines.len();
        let line = self.record.position().map_or(0, csv::Position::line);
        let cells = self.record.as_slice();
        if cells.len() > LONGEST_ROW {
            return Err(WarehouseError::file(
                &self.file,
                format!("the row at line {line} is longer than {} MiB", LONGEST_ROW >> 20),
                "look for a quote that is not closed",
            ));
        }
        if self.record.len() != self.columns {
            let rule = format!("has {} cells where the header has {}", self.record.len(), self.columns);
            block.bad.push(BadCell::new(row, "(row)", &String::from_utf8_lossy(cells), rule));
        }
        let base = bytes.len();
        bytes.extend_from_slice(cells);
        for column in 0..self.columns {
            let end = self.record.range(column).map_or(bytes.len(), |range| base + range.end);
            block.ends.push(u32::try_from(end).unwrap_or(u32::MAX));
        }
        // Cells beyond the header stay behind the last one that is known.
        if self.record.len() > self.columns {
            let end = block.ends.last().map_or(base, |end| *end as usize);
            bytes.truncate(end);
        }
        block.lines.push(line);
        Ok(())
    }
}

/// Marks the rows that are not UTF-8 and replaces what cannot be read, so that the other rows of the block can be.
fn mend_utf8(bytes: Vec<u8>, block: &mut TextBlock, header: &[String]) -> String {
    let mut text = String::with_capacity(bytes.len());
    let mut start = 0;
    let columns = block.columns.max(1);
    for index in 0..block.ends.len() {
        let end = block.ends[index] as usize;
        let cell = String::from_utf8_lossy(&bytes[start..end]);
        if matches!(cell, std::borrow::Cow::Owned(_)) {
            let rule = "is not UTF-8; convert the file, such as with `iconv -f GBK -t UTF-8`";
            block.bad.push(BadCell::new(index / columns, &header[index % columns], &cell, rule));
        }
        text.push_str(&cell);
        block.ends[index] = u32::try_from(text.len()).unwrap_or(u32::MAX);
        start = end;
    }
    text
}

fn csv_error(file: &Path, error: csv::Error) -> WarehouseError {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => unreadable(file, &error),
        other => WarehouseError::file(file, format!("{other:?}"), "check that it is a CSV file"),
    }
}

fn not_utf8(file: &Path) -> WarehouseError {
    WarehouseError::file(file, "its header is not UTF-8", "convert it, such as with `iconv -f GBK -t UTF-8`")
}
