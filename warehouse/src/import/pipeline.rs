//! Reading, converting and handing on one file, each in a thread of its own.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc::{Receiver, SyncSender, sync_channel},
    },
};

use datafusion::arrow::{
    array::{BooleanArray, RecordBatch},
    compute::filter_record_batch,
    error::ArrowError,
};
use tokio_util::sync::CancellationToken;

use crate::{
    BadRow, WarehouseError,
    import::{
        convert::{Block, Converter},
        derive::{Used, derive},
        header::Mapping,
        parquet::BlockReader,
        source::{Packing, Source},
        text::{BadCell, TextReader},
    },
};

/// Blocks waiting between two threads.
const WAITING: usize = 4;

/// A file whose header is understood.
pub(super) struct Incoming {
    pub source: Source,
    pub header: Vec<String>,
    pub mapping: Mapping,
}

/// A block that is ready to be stored.
pub(super) struct Ready {
    /// The good rows.
    pub batch: RecordBatch,
    /// Which columns were filled by rule.
    pub used: Used,
    /// The bad rows: where and why, and the row as it was.
    pub bad: Vec<(BadRow, Vec<String>)>,
    /// Bytes of the file read so far.
    pub bytes: u64,
}

/// Reads a file and hands each block on; stops at the first error.
pub(super) fn read(
    incoming: &Incoming,
    stop: &CancellationToken,
    mut sink: impl FnMut(Ready) -> Result<(), WarehouseError>,
) -> Result<(), WarehouseError> {
    let bytes = Arc::new(AtomicU64::new(0));
    std::thread::scope(|scope| {
        let (send_block, blocks) = sync_channel(WAITING);
        let (send_ready, ready) = sync_channel(WAITING);
        let counter = Arc::clone(&bytes);
        scope.spawn(move || {
            let result = read_blocks(incoming, &counter, &send_block);
            if let Err(error) = result {
                // The receiver is gone only when another step failed first.
                let _ = send_block.send(Err(error));
            }
        });
        let counter = Arc::clone(&bytes);
        scope.spawn(move || convert_blocks(incoming, &blocks, &counter, &send_ready));
        for block in ready {
            if stop.is_cancelled() {
                return Err(WarehouseError::Cancelled);
            }
            sink(block?)?;
        }
        Ok(())
    })
}

type Blocks = SyncSender<Result<Block, WarehouseError>>;

fn read_blocks(incoming: &Incoming, counter: &Arc<AtomicU64>, send: &Blocks) -> Result<(), WarehouseError> {
    let source = &incoming.source;
    if source.packing == Packing::Parquet {
        let mut reader = BlockReader::open(&source.path, &used_columns(&incoming.mapping))?;
        let mut first_row = 1;
        while let Some(batch) = reader.next_block()? {
            let rows = batch.num_rows() as u64;
            if send.send(Ok(Block::Columns { batch, first_row })).is_err() {
                return Ok(());
            }
            first_row += rows;
        }
        return Ok(());
    }
    let (mut reader, _) = TextReader::open(&source.path, source.open(Arc::clone(counter))?)?;
    while let Some(block) = reader.next_block()? {
        if send.send(Ok(Block::Text(block))).is_err() {
            return Ok(());
        }
    }
    Ok(())
}

/// The positions in the file of the columns that are used, in order.
fn used_columns(mapping: &Mapping) -> Vec<usize> {
    let mut used: Vec<_> = mapping.sources.iter().copied().flatten().collect();
    used.sort_unstable();
    used.dedup();
    used
}

fn convert_blocks(
    incoming: &Incoming,
    blocks: &Receiver<Result<Block, WarehouseError>>,
    counter: &AtomicU64,
    send: &SyncSender<Result<Ready, WarehouseError>>,
) {
    let mut mapping = incoming.mapping.clone();
    if incoming.source.packing == Packing::Parquet {
        let used = used_columns(&mapping);
        for source in &mut mapping.sources {
            *source = source.and_then(|position| used.binary_search(&position).ok());
        }
    }
    let mut converter = Converter::new(mapping);
    for block in blocks {
        let ready = block.and_then(|block| {
            let bytes = counter.load(Ordering::Relaxed);
            convert(incoming, &mut converter, &block, bytes).map_err(|error| unusual(&incoming.source.path, &error))
        });
        let failed = ready.is_err();
        if send.send(ready).is_err() || failed {
            return;
        }
    }
}

fn convert(incoming: &Incoming, converter: &mut Converter, block: &Block, bytes: u64) -> Result<Ready, ArrowError> {
    let converted = converter.convert(block)?;
    let bad = bad_rows(&incoming.source.path, block, converted.bad);
    let mut batch = converted.batch;
    if !bad.is_empty() {
        let mut keep = vec![true; block.rows()];
        bad.iter().for_each(|(row, _, _)| keep[*row] = false);
        batch = filter_record_batch(&batch, &BooleanArray::from(keep))?;
    }
    let layout = &incoming.mapping.layout;
    let (batch, used) = if layout.is_costs() { derive(layout, &batch)? } else { (batch, 0) };
    Ok(Ready { batch, used, bad: bad.into_iter().map(|(_, bad, row)| (bad, row)).collect(), bytes })
}

/// One entry for each bad row: its first broken rule in the order of the columns.
fn bad_rows(file: &Path, block: &Block, mut cells: Vec<BadCell>) -> Vec<(usize, BadRow, Vec<String>)> {
    cells.sort_by_key(|cell| cell.row);
    cells.dedup_by_key(|cell| cell.row);
    cells.iter().map(|cell| (cell.row, cell.at(file, block.line(cell.row)), block.raw_row(cell.row))).collect()
}

fn unusual(file: &Path, error: &ArrowError) -> WarehouseError {
    WarehouseError::file(file, format!("its values cannot be converted: {error}"), "check the types of its columns")
}
