//! Reading Parquet in blocks of rows.

use std::{fs::File, path::Path};

use datafusion::{
    arrow::array::RecordBatch,
    parquet::arrow::{
        ProjectionMask,
        arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder},
    },
};

use crate::{
    WarehouseError,
    import::{source::unreadable, text::BLOCK_ROWS},
};

/// Reads a Parquet file block by block.
pub(super) struct BlockReader {
    reader: ParquetRecordBatchReader,
    file: std::path::PathBuf,
}

fn damaged(file: &Path, error: &dyn std::fmt::Display) -> WarehouseError {
    WarehouseError::file(file, format!("it is no readable Parquet file: {error}"), "download the export again")
}

impl BlockReader {
    /// The names of the columns of a file.
    pub fn header(file: &Path) -> Result<Vec<String>, WarehouseError> {
        let builder = builder(file)?;
        Ok(builder.schema().fields().iter().map(|field| field.name().clone()).collect())
    }

    /// Opens a file for the columns at some positions of its header; they come in the header's order.
    pub fn open(file: &Path, columns: &[usize]) -> Result<Self, WarehouseError> {
        let builder = builder(file)?;
        let mask = ProjectionMask::roots(builder.parquet_schema(), columns.iter().copied());
        let reader = builder.with_projection(mask).with_batch_size(BLOCK_ROWS).build().map_err(|error| damaged(file, &error))?;
        Ok(Self { reader, file: file.to_owned() })
    }

    /// The next block; none at the end of the file.
    pub fn next_block(&mut self) -> Result<Option<RecordBatch>, WarehouseError> {
        self.reader.next().transpose().map_err(|error| damaged(&self.file, &error))
    }
}

fn builder(file: &Path) -> Result<ParquetRecordBatchReaderBuilder<File>, WarehouseError> {
    let opened = File::open(file).map_err(|error| unreadable(file, &error))?;
    ParquetRecordBatchReaderBuilder::try_new(opened).map_err(|error| damaged(file, &error))
}
