//! The door of the warehouse: open, import, run, profile.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use domain::{DataProfile, Limits, Table};
use schema::{Catalog, CheckedSql};
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;

use crate::{
    ImportOptions, ImportReport, Progress, WarehouseError,
    engine::{Engine, MEMORY_ROWS},
    import::Import,
    layout::Layout,
    profile,
};

/// The data folder's tables, open for reading and importing. Cheap to share.
pub struct Warehouse {
    engine: Engine,
    layouts: Vec<Arc<Layout>>,
    profile: tokio::sync::Mutex<Option<Arc<DataProfile>>>,
}

/// A result.
#[derive(Clone, Debug)]
pub struct QueryResult {
    /// Rows and columns; labels are column names still.
    pub table: Table,
    /// Rows the scans produced.
    pub rows_read: u64,
    /// Planning and running.
    pub elapsed: Duration,
}

impl Warehouse {
    /// Opens (or makes) the data folder.
    pub async fn open(folder: &Path, catalog: Arc<Catalog>) -> Result<Self, WarehouseError> {
        Self::open_with_memory(folder, catalog, MEMORY_ROWS).await
    }

    /// Opens the data folder with another bound on the rows of tables that are kept in memory.
    pub(crate) async fn open_with_memory(folder: &Path, catalog: Arc<Catalog>, memory_rows: u64) -> Result<Self, WarehouseError> {
        let failed = |source| WarehouseError::Folder { folder: folder.to_owned(), source };
        std::fs::create_dir_all(folder.join("tables")).map_err(failed)?;
        let folder = folder.canonicalize().map_err(failed)?;
        let layouts = Layout::all(&catalog);
        let engine = Engine::new(&folder, catalog, &layouts, memory_rows)?;
        engine.refresh().await?;
        Ok(Self { engine, layouts, profile: tokio::sync::Mutex::new(None) })
    }

    /// Runs a checked statement. It ends early when `cancel` is, when it takes too long or too much memory; rows beyond the limit are cut off.
    pub async fn run(&self, sql: &CheckedSql, limits: &Limits, cancel: &CancellationToken) -> Result<QueryResult, WarehouseError> {
        self.engine.run(sql, limits, cancel).await
    }

    /// Reads what most questions need into memory, so that the first of them does not wait for it. For a server, after it is up.
    pub async fn warm(&self) -> Result<(), WarehouseError> {
        self.engine.refresh().await?;
        let tables = self.engine.open_tables();
        blocking(move || tables.values().try_for_each(|table| table.warm())).await
    }

    /// What is in the data, computed once for each version of it.
    pub async fn profile(&self) -> Result<Arc<DataProfile>, WarehouseError> {
        self.engine.refresh().await?;
        let mut profile = self.profile.lock().await;
        let version = self.engine.version();
        if let Some(known) = profile.as_ref().filter(|known| known.version == version) {
            return Ok(Arc::clone(known));
        }
        let tables = self.engine.open_tables();
        let data = self.engine.data().to_owned();
        let taken = blocking(move || {
            let versions = profile::versions(&tables);
            if let Some(kept) = profile::kept(&data, &versions) {
                return Ok(DataProfile { version, ..kept });
            }
            let taken = profile::take(&tables, version)?;
            profile::keep(&data, versions, &taken);
            Ok(taken)
        });
        let taken = Arc::new(taken.await?);
        *profile = Some(Arc::clone(&taken));
        Ok(taken)
    }

    /// Imports files, all or nothing: of each table they are for, all rows appear in one step or none do.
    /// An import of charges replaces each provider's billing month that it holds; an import of another table replaces the table.
    pub async fn import(
        &self,
        files: &[PathBuf],
        options: &ImportOptions,
        progress: &(dyn Fn(Progress) + Send + Sync),
    ) -> Result<ImportReport, WarehouseError> {
        let (send, mut news) = tokio::sync::mpsc::unbounded_channel();
        let stop = CancellationToken::new();
        // A caller that goes away stops the import before it commits.
        let _stop_when_dropped = stop.clone().drop_guard();
        let import = Import {
            data: self.engine.data().to_owned(),
            layouts: self.layouts.clone(),
            files: files.to_vec(),
            options: options.clone(),
            runtime: Handle::current(),
            stop,
            progress: send,
        };
        let work = blocking(move || import.run());
        tokio::pin!(work);
        let report = loop {
            tokio::select! {
                Some(step) = news.recv() => progress(step),
                report = &mut work => break report?,
            }
        };
        while let Ok(step) = news.try_recv() {
            progress(step);
        }
        self.engine.refresh().await?;
        Ok(report)
    }
}

#[cfg(test)]
impl Warehouse {
    /// Runs a statement that no guard has seen.
    pub(crate) async fn run_unchecked(&self, statement: sqlparser::ast::Statement) -> Result<QueryResult, WarehouseError> {
        self.engine.run_statement(statement, Limits::default(), &CancellationToken::new()).await
    }
}

/// Runs work that blocks on a thread where it may.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, WarehouseError> + Send + 'static) -> Result<T, WarehouseError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| WarehouseError::Task { reason: error.to_string() })?
}
