//! The tables as Delta Lake tables in folders: open, list files, write, commit.

use std::{
    collections::{HashMap, HashSet},
    path::{Path, PathBuf},
};

use deltalake::{
    DeltaTable, DeltaTableBuilder,
    datafile::writer::{DeltaWriter, WriterConfig},
    kernel::{
        Action, Add, StructType,
        engine::arrow_conversion::TryIntoKernel as _,
        transaction::{CommitBuilder, CommitProperties},
    },
    parquet::{
        basic::Compression,
        file::properties::{EnabledStatistics, WriterProperties},
        schema::types::ColumnPath,
    },
    protocol::{DeltaOperation, SaveMode},
    table::config::TablePropertiesExt as _,
};
use futures::TryStreamExt as _;
use serde::{Deserialize, Serialize};

use crate::{WarehouseError, layout::Layout};

/// Rows of a row group; a chunk of a partition is sorted in itself.
pub(crate) const ROW_GROUP_ROWS: usize = 131_072;

/// The key of an import's record in the commit that it made.
const RECORD: &str = "cloudlens.import";

/// What an import's commit says about itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ImportRecord {
    pub files: Vec<FileRecord>,
}

/// A file of an import.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FileRecord {
    pub name: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
    pub rows: u64,
    /// The provider's months it holds; empty for tables that are replaced whole.
    pub months: Vec<(String, String)>,
}

/// The folder of a table.
pub(crate) fn folder_of(data: &Path, table: &str) -> PathBuf {
    data.join("tables").join(table)
}

/// Whether the log of a table holds a version.
pub(crate) fn has_version(folder: &Path, version: u64) -> bool {
    folder.join("_delta_log").join(format!("{version:020}.json")).exists()
}

/// Opens the newest version of a table; none when it was never written.
pub(crate) async fn open(folder: &Path, table: &str) -> Result<Option<DeltaTable>, WarehouseError> {
    if !folder.join("_delta_log").is_dir() {
        return Ok(None);
    }
    let mut delta = handle(folder, table)?;
    if !delta.verify_deltatable_existence().await.map_err(|error| WarehouseError::store("open", table, error))? {
        return Ok(None);
    }
    delta.load().await.map_err(|error| WarehouseError::store("open", table, error))?;
    Ok(Some(delta))
}

/// Opens the newest version of a table for writing, made empty when it is not there.
pub(crate) async fn open_or_create(folder: &Path, layout: &Layout) -> Result<DeltaTable, WarehouseError> {
    std::fs::create_dir_all(folder).map_err(|source| WarehouseError::Folder { folder: folder.to_owned(), source })?;
    if let Some(delta) = open(folder, &layout.table).await? {
        return Ok(delta);
    }
    let table = &layout.table;
    let schema: StructType =
        layout.file_schema().as_ref().try_into_kernel().map_err(|error| WarehouseError::store("create", table, error))?;
    let delta = handle(folder, &layout.table)?
        .create()
        .with_columns(schema.fields().cloned())
        .with_partition_columns(layout.partition_columns())
        .await
        .map_err(|error| WarehouseError::store("create", table, error))?;
    Ok(delta)
}

fn handle(folder: &Path, table: &str) -> Result<DeltaTable, WarehouseError> {
    let failed = |error: deltalake::DeltaTableError| WarehouseError::store("open", table, error);
    let url = deltalake::ensure_table_uri(folder.to_string_lossy()).map_err(failed)?;
    DeltaTableBuilder::from_url(url).and_then(DeltaTableBuilder::build).map_err(failed)
}

/// A data file of a table.
#[derive(Clone, Debug)]
pub(crate) struct DataFile {
    /// Its path below the table's folder.
    pub path: String,
    pub rows: u64,
    pub partition: HashMap<String, Option<String>>,
    /// Whether rows of it are masked out; this product's own writes never do that.
    pub masked: bool,
}

/// The data files of the version that is open, in a fixed order.
pub(crate) fn files(delta: &DeltaTable, table: &str) -> Result<Vec<DataFile>, WarehouseError> {
    let state = delta.snapshot().map_err(|error| WarehouseError::store("read", table, error))?;
    let views = state.log_data().into_iter();
    let mut files: Vec<_> = views
        .map(|view| DataFile {
            path: view.object_store_path().to_string(),
            rows: view.num_records().unwrap_or(0) as u64,
            partition: view.partition_values_map(),
            masked: view.deletion_vector_descriptor().is_some(),
        })
        .collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

/// A writer of data files. Files written and not committed are not part of the table.
pub(crate) fn writer(delta: &DeltaTable, layout: &Layout) -> Result<DeltaWriter, WarehouseError> {
    let state = delta.snapshot().map_err(|error| WarehouseError::store("write", &layout.table, error))?;
    let mut properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_max_row_group_row_count(Some(ROW_GROUP_ROWS))
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_created_by("cloudlens".to_owned());
    for column in ["ServiceName", "ChargePeriodStart", "BillingPeriodStart"] {
        properties = properties.set_column_statistics_enabled(ColumnPath::from(column), EnabledStatistics::Page);
    }
    let config = WriterConfig::new(
        layout.file_schema(),
        layout.partition_columns(),
        Some(properties.build()),
        None,
        None,
        state.table_config().num_indexed_cols(),
        Some(statistics_columns(layout)),
    );
    Ok(DeltaWriter::new(delta.object_store(), config))
}

/// The columns whose bounds the log keeps for each file: those that queries narrow by.
fn statistics_columns(layout: &Layout) -> Vec<String> {
    const NARROWED_BY: [&str; 9] = [
        "BillingPeriodStart",
        "ChargePeriodStart",
        "ChargePeriodEnd",
        "ServiceName",
        "SubAccountId",
        "RegionId",
        "ChargeCategory",
        "BillingCurrency",
        "BilledCost",
    ];
    NARROWED_BY.iter().filter(|name| layout.position(name).is_some()).map(|name| (*name).to_owned()).collect()
}

/// What a commit replaces.
pub(crate) enum Replace<'a> {
    /// Everything there is.
    All,
    /// These providers' months.
    Months(&'a HashSet<(String, String)>),
}

/// The provider and the month of a file of charges.
pub(crate) fn month_of(partition: &HashMap<String, Option<String>>) -> (String, String) {
    let value = |name: &str| partition.get(name).cloned().flatten().unwrap_or_default();
    (value(crate::layout::PARTITION[0]), value(crate::layout::PARTITION[1]))
}

/// Puts new files in the place of old ones, in one atomic step, with the record of the import.
pub(crate) async fn commit(
    delta: &DeltaTable,
    layout: &Layout,
    adds: Vec<Add>,
    replace: Replace<'_>,
    record: &ImportRecord,
) -> Result<u64, WarehouseError> {
    let failed = |error: deltalake::DeltaTableError| WarehouseError::store("commit", &layout.table, error);
    let state = delta.snapshot().map_err(failed)?;
    let old = state.log_data().into_iter().filter(|view| match replace {
        Replace::All => true,
        Replace::Months(months) => months.contains(&month_of(&view.partition_values_map())),
    });
    let mut actions: Vec<_> = old.map(|view| Action::Remove(view.remove_action(true))).collect();
    actions.extend(adds.into_iter().map(Action::Add));
    let partition_by = layout.partition_columns();
    let operation = DeltaOperation::Write {
        mode: SaveMode::Overwrite,
        partition_by: (!partition_by.is_empty()).then_some(partition_by),
        predicate: None,
    };
    let record = serde_json::to_value(record).map_err(|error| WarehouseError::store("commit", &layout.table, error))?;
    let properties = CommitProperties::default().with_metadata([(RECORD.to_owned(), record)]).with_max_retries(0);
    let commit =
        CommitBuilder::from(properties).with_actions(actions).build(Some(state), delta.log_store(), operation).await.map_err(failed)?;
    Ok(commit.version())
}

/// The imports whose rows are still what the table holds, by the hash of each file: a file is left out as soon as a later commit touched any of its months.
pub(crate) async fn current_files(delta: &DeltaTable, table: &str) -> Result<HashMap<String, FileRecord>, WarehouseError> {
    const HARMLESS: [&str; 5] = ["OPTIMIZE", "VACUUM START", "VACUUM END", "CREATE TABLE", "SET TBLPROPERTIES"];
    let history: Vec<_> = delta.history(None).try_collect().await.map_err(|error| WarehouseError::store("read", table, error))?;
    let mut current = HashMap::new();
    let mut touched: HashSet<(String, String)> = HashSet::new();
    for commit in history {
        let record = commit.info.get(RECORD).and_then(|record| serde_json::from_value::<ImportRecord>(record.clone()).ok());
        let Some(record) = record else {
            if commit.operation.as_deref().is_some_and(|operation| HARMLESS.contains(&operation)) {
                continue;
            }
            break;
        };
        let months: HashSet<_> = record.files.iter().flat_map(|file| file.months.iter().cloned()).collect();
        for file in record.files {
            if !file.months.iter().any(|month| touched.contains(month)) {
                current.entry(file.sha256.clone()).or_insert(file);
            }
        }
        if months.is_empty() {
            break;
        }
        touched.extend(months);
    }
    Ok(current)
}
