//! Small tables in memory: each column read from the files when a query first needs it, text kept once a distinct value.

use std::{
    collections::{HashMap, HashSet},
    fs::File,
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
};

use datafusion::{
    arrow::{
        array::{
            Array, ArrayRef, AsArray, BooleanArray, DictionaryArray, Int32Array, RecordBatch, StringArray, TimestampMicrosecondArray,
            new_null_array,
        },
        compute::{cast, concat},
        datatypes::{DataType, Field, Int32Type, Schema, SchemaRef, TimestampMicrosecondType},
        error::ArrowError,
    },
    common::{Column, pruning::PruningStatistics},
    parquet::arrow::{
        ProjectionMask,
        arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder},
    },
    scalar::ScalarValue,
};

use crate::{WarehouseError, delta::DataFile, layout::Layout};

/// Rows of a slice: what a scan hands on at a time and what it can skip as a whole.
pub(super) const SLICE_ROWS: usize = 8_192;
/// Text columns with more distinct values than this keep no bounds; no query narrows by them.
const BOUNDED_VALUES: usize = 4_096;

/// The files of one version of a table, and the columns of them that were asked for.
pub(super) struct Columns {
    layout: Arc<Layout>,
    folder: PathBuf,
    files: Vec<DataFile>,
    pub slices: Vec<Slice>,
    columns: Vec<OnceLock<Arc<Values>>>,
    loading: std::sync::Mutex<()>,
}

/// A run of rows of a file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slice {
    pub file: usize,
    pub offset: usize,
    pub rows: usize,
}

/// A column: one array a file, and the bounds of each slice where they are known.
pub(super) struct Values {
    pub files: Vec<ArrayRef>,
    bounds: Option<(ArrayRef, ArrayRef)>,
}

impl std::fmt::Debug for Columns {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Columns").field("table", &self.layout.table).field("files", &self.files.len()).finish_non_exhaustive()
    }
}

impl Columns {
    pub fn new(layout: Arc<Layout>, folder: PathBuf, files: Vec<DataFile>) -> Self {
        let slices = files.iter().enumerate().flat_map(|(file, data)| {
            let rows = data.rows as usize;
            (0..rows).step_by(SLICE_ROWS).map(move |offset| Slice { file, offset, rows: SLICE_ROWS.min(rows - offset) })
        });
        let slices = slices.collect();
        let columns = layout.columns.iter().map(|_| OnceLock::new()).collect();
        Self { layout, folder, files, slices, columns, loading: std::sync::Mutex::new(()) }
    }

    pub fn schema(&self) -> SchemaRef {
        self.layout.engine_schema()
    }

    /// The positions of those of some columns that the table has.
    pub fn positions(&self, names: &[&str]) -> Vec<usize> {
        names.iter().filter_map(|name| self.layout.position(name)).collect()
    }

    pub fn rows(&self) -> usize {
        self.slices.iter().map(|slice| slice.rows).sum()
    }

    /// Some columns by position, read now where they were not before. Blocks on files.
    pub fn load(&self, positions: &[usize]) -> Result<Vec<Arc<Values>>, WarehouseError> {
        let missing = || positions.iter().copied().filter(|position| self.columns[*position].get().is_none()).collect::<HashSet<_>>();
        if !missing().is_empty() {
            // A panic while loading leaves nothing half done: columns are set whole.
            let _guard = self.loading.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            let mut missing: Vec<_> = missing().into_iter().collect();
            missing.sort_unstable();
            let arrays = self.read(&missing).map_err(|error| WarehouseError::store("read", &self.layout.table, error))?;
            for (position, files) in missing.into_iter().zip(arrays) {
                let bounds = self.bounds(&files);
                self.columns[position].get_or_init(|| Arc::new(Values { files, bounds }));
            }
        }
        Ok(positions.iter().filter_map(|position| self.columns[*position].get().cloned()).collect())
    }

    fn read(&self, positions: &[usize]) -> Result<Vec<Vec<ArrayRef>>, Box<dyn std::error::Error + Send + Sync>> {
        let mut arrays: Vec<Vec<ArrayRef>> = positions.iter().map(|_| Vec::with_capacity(self.files.len())).collect();
        let schema = self.layout.file_schema();
        for data in &self.files {
            let names: Vec<&str> = positions.iter().map(|position| schema.field(*position).name().as_str()).collect();
            let mut read = read_file(&self.folder, data, &names)?;
            for (column, position) in arrays.iter_mut().zip(positions) {
                let field = schema.field(*position);
                let array = match read.remove(field.name()) {
                    Some(array) => array,
                    None => constant(data, field)?,
                };
                column.push(array);
            }
        }
        Ok(arrays)
    }

    /// The least and greatest value of each slice, for instants and for text with few values.
    fn bounds(&self, files: &[ArrayRef]) -> Option<(ArrayRef, ArrayRef)> {
        match files.first()?.data_type() {
            DataType::Timestamp(_, _) => {
                let bounds = self.slices.iter().map(|slice| {
                    let array = files[slice.file].slice(slice.offset, slice.rows);
                    let values = array.as_primitive::<TimestampMicrosecondType>();
                    (datafusion::arrow::compute::min(values), datafusion::arrow::compute::max(values))
                });
                let (least, greatest): (Vec<_>, Vec<_>) = bounds.unzip();
                Some((
                    Arc::new(TimestampMicrosecondArray::from(least)) as ArrayRef,
                    Arc::new(TimestampMicrosecondArray::from(greatest)) as ArrayRef,
                ))
            }
            DataType::Dictionary(_, _) => {
                let few = files.iter().all(|array| array.as_dictionary::<Int32Type>().values().len() <= BOUNDED_VALUES);
                few.then(|| {
                    let bounds = self.slices.iter().map(|slice| text_bounds(&files[slice.file], *slice));
                    let (least, greatest): (Vec<_>, Vec<_>) = bounds.unzip();
                    (Arc::new(StringArray::from(least)) as ArrayRef, Arc::new(StringArray::from(greatest)) as ArrayRef)
                })
            }
            _ => None,
        }
    }

    fn bounds_of(&self, column: &Column) -> Option<&(ArrayRef, ArrayRef)> {
        let position = self.layout.position(&column.name)?;
        self.columns[position].get()?.bounds.as_ref()
    }
}

impl PruningStatistics for Columns {
    fn min_values(&self, column: &Column) -> Option<ArrayRef> {
        self.bounds_of(column).map(|(least, _)| Arc::clone(least))
    }

    fn max_values(&self, column: &Column) -> Option<ArrayRef> {
        self.bounds_of(column).map(|(_, greatest)| Arc::clone(greatest))
    }

    fn num_containers(&self) -> usize {
        self.slices.len()
    }

    fn null_counts(&self, _: &Column) -> Option<ArrayRef> {
        None
    }

    fn row_counts(&self) -> Option<ArrayRef> {
        None
    }

    fn contained(&self, _: &Column, _: &HashSet<ScalarValue>) -> Option<BooleanArray> {
        None
    }
}

fn text_bounds(array: &ArrayRef, slice: Slice) -> (Option<String>, Option<String>) {
    let dictionary = array.as_dictionary::<Int32Type>();
    let values = dictionary.values().as_string::<i32>();
    let keys = dictionary.keys().slice(slice.offset, slice.rows);
    let mut seen: Vec<i32> = keys.iter().flatten().collect();
    seen.dedup();
    seen.sort_unstable();
    seen.dedup();
    let texts = || seen.iter().map(|key| values.value(*key as usize));
    (texts().min().map(str::to_owned), texts().max().map(str::to_owned))
}

/// Columns of one data file by name, each as one array, text as dictionaries.
pub(crate) fn read_file(
    folder: &Path,
    data: &DataFile,
    names: &[&str],
) -> Result<HashMap<String, ArrayRef>, Box<dyn std::error::Error + Send + Sync>> {
    let file = File::open(folder.join(&data.path))?;
    let metadata = ArrowReaderMetadata::load(&file, ArrowReaderOptions::default())?;
    let options = ArrowReaderOptions::new().with_schema(with_dictionaries(metadata.schema()));
    let metadata = ArrowReaderMetadata::try_new(Arc::clone(metadata.metadata()), options)?;
    let wanted: Vec<usize> =
        (0..metadata.schema().fields().len()).filter(|i| names.contains(&metadata.schema().field(*i).name().as_str())).collect();
    if wanted.is_empty() {
        return Ok(HashMap::new());
    }
    let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata);
    let mask = ProjectionMask::roots(builder.parquet_schema(), wanted);
    let reader = builder.with_projection(mask).with_batch_size(data.rows.max(1) as usize).build()?;
    let batches: Vec<RecordBatch> = reader.collect::<Result<_, ArrowError>>()?;
    let Some(first) = batches.first() else {
        return Ok(HashMap::new());
    };
    let schema = first.schema();
    let columns = schema.fields().iter().enumerate().map(|(i, field)| {
        let parts: Vec<&dyn Array> = batches.iter().map(|batch| batch.column(i).as_ref()).collect();
        Ok((field.name().clone(), concat(&parts)?))
    });
    Ok(columns.collect::<Result<_, ArrowError>>()?)
}

fn with_dictionaries(schema: &Schema) -> SchemaRef {
    let fields = schema.fields().iter().map(|field| match field.data_type() {
        DataType::Utf8 => Arc::new(Field::clone(field).with_data_type(text_type())),
        _ => Arc::clone(field),
    });
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}

fn text_type() -> DataType {
    DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8))
}

/// A column that is not in the file: a partition value, or nothing where the file is older than the column.
fn constant(data: &DataFile, field: &Field) -> Result<ArrayRef, ArrowError> {
    let rows = data.rows as usize;
    let data_type = if field.data_type() == &DataType::Utf8 { text_type() } else { field.data_type().clone() };
    match data.partition.get(field.name()).cloned().flatten() {
        Some(value) if data_type == text_type() => {
            let values: ArrayRef = Arc::new(StringArray::from(vec![value]));
            Ok(Arc::new(DictionaryArray::<Int32Type>::try_new(Int32Array::from(vec![0; rows]), values)?))
        }
        Some(value) => cast(&StringArray::from(vec![value; rows]), &data_type),
        None => Ok(new_null_array(&data_type, rows)),
    }
}
