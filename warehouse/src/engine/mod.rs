//! The embedded engine: the tables of the model, kept at their newest version, and checked statements run on them within limits.

pub(crate) mod cache;
mod decimal;
mod result;
mod scan;
mod tag;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use datafusion::{
    catalog::{MemorySchemaProvider, SchemaProvider, TableProvider},
    common::{DataFusionError, runtime::SpawnedTask},
    datasource::{ViewTable, empty::EmptyTable},
    execution::{
        SessionStateBuilder, TaskContext,
        context::{SQLOptions, SessionContext, SessionState},
        disk_manager::{DiskManagerBuilder, DiskManagerMode},
        memory_pool::GreedyMemoryPool,
        runtime_env::{RuntimeEnv, RuntimeEnvBuilder},
    },
    logical_expr::{LogicalPlan, LogicalPlanBuilder},
    physical_plan::{ExecutionPlan, collect},
    prelude::SessionConfig,
    sql::parser::Statement,
};
use deltalake::DeltaTable;
use domain::{Limits, Table};
use schema::{Catalog, CheckedSql};
use sqlparser::ast;
use tokio_util::sync::CancellationToken;

pub(crate) use self::tag::value_of as tag_value;
use self::{cache::Columns, scan::MemoryTable};
use crate::{
    QueryResult, WarehouseError,
    delta::{self, DataFile},
    layout::Layout,
};

/// Tables up to this many rows are kept in memory, column by column, as queries ask for them.
pub(crate) const MEMORY_ROWS: u64 = 1_500_000;

/// The columns that most questions need.
const COMMON: [&str; 18] = [
    "BilledCost",
    "EffectiveCost",
    "ListCost",
    "BillingCurrency",
    "BillingPeriodStart",
    "ChargePeriodStart",
    "ChargeCategory",
    "CommitmentDiscountId",
    "ProviderName",
    "x_BillingMonth",
    "x_ProductCode",
    "ServiceName",
    "ServiceCategory",
    "SubAccountId",
    "SubAccountName",
    "RegionId",
    "ResourceId",
    "Tags",
];

/// The engine over one data folder.
pub(crate) struct Engine {
    data: PathBuf,
    catalog: Arc<Catalog>,
    tables: Vec<StoredTable>,
    tables_by_name: Arc<MemorySchemaProvider>,
    context: SessionContext,
    memory_rows: u64,
    /// One refresh at a time; holds nothing.
    refreshing: tokio::sync::Mutex<()>,
}

/// A stored table and the version of it that queries see.
struct StoredTable {
    layout: Arc<Layout>,
    folder: PathBuf,
    /// The open version and one, so that 0 is none.
    version: AtomicU64,
    open: std::sync::Mutex<Option<Arc<OpenTable>>>,
}

/// One version of a table.
#[derive(Clone, Debug)]
pub(crate) struct OpenTable {
    pub delta: DeltaTable,
    pub files: Vec<DataFile>,
    pub folder: PathBuf,
    /// Its columns in memory, where it is small enough.
    columns: Option<Arc<Columns>>,
}

impl OpenTable {
    /// Reads the columns that most questions need, where the table is kept in memory. Blocks on files.
    pub fn warm(&self) -> Result<(), WarehouseError> {
        self.columns.as_ref().map_or(Ok(()), |columns| columns.load(&columns.positions(&COMMON)).map(drop))
    }

    pub fn rows(&self) -> u64 {
        self.files.iter().map(|file| file.rows).sum()
    }
}

impl Engine {
    pub fn new(data: &Path, catalog: Arc<Catalog>, layouts: &[Arc<Layout>], memory_rows: u64) -> Result<Self, WarehouseError> {
        let tables = layouts.iter().map(|layout| StoredTable {
            layout: Arc::clone(layout),
            folder: delta::folder_of(data, &layout.table),
            version: AtomicU64::new(0),
            open: std::sync::Mutex::new(None),
        });
        let context = session();
        let tables_by_name = Arc::new(MemorySchemaProvider::new());
        let registered = context
            .catalog("datafusion")
            .map(|catalog| catalog.register_schema("public", Arc::clone(&tables_by_name) as Arc<dyn SchemaProvider>));
        registered.transpose().map_err(|error| query_error("planned", error))?;
        Ok(Self {
            data: data.to_owned(),
            catalog,
            tables: tables.collect(),
            tables_by_name,
            context,
            memory_rows,
            refreshing: tokio::sync::Mutex::new(()),
        })
    }

    /// Grows with every change of any table.
    pub fn version(&self) -> u64 {
        self.tables.iter().map(|table| table.version.load(Ordering::Acquire)).sum()
    }

    /// The versions of all tables that hold anything, by name.
    pub fn open_tables(&self) -> BTreeMap<String, Arc<OpenTable>> {
        let open = self.tables.iter().filter_map(|table| {
            let open = table.open.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone()?;
            Some((table.layout.table.clone(), open))
        });
        open.collect()
    }

    /// Makes the newest version of every table the one that queries see. Costs a look at a file name for each table when nothing changed.
    pub async fn refresh(&self) -> Result<(), WarehouseError> {
        let stale = |table: &StoredTable| {
            let next = table.version.load(Ordering::Acquire);
            !self.tables_by_name.table_exist(&table.layout.table) || delta::has_version(&table.folder, next)
        };
        if !self.tables.iter().any(stale) {
            return Ok(());
        }
        let _refreshing = self.refreshing.lock().await;
        let mut changed = false;
        for table in self.tables.iter().filter(|table| stale(table)) {
            self.open_newest(table).await?;
            changed = true;
        }
        if changed {
            self.plan_views().await?;
        }
        Ok(())
    }

    async fn open_newest(&self, table: &StoredTable) -> Result<(), WarehouseError> {
        let name = &table.layout.table;
        let newest = delta::open(&table.folder, name).await?;
        let (version, open, provider): (_, _, Arc<dyn TableProvider>) = match newest {
            None => (0, None, Arc::new(EmptyTable::new(table.layout.engine_schema()))),
            Some(delta) => {
                let files = delta::files(&delta, name)?;
                let mut open = OpenTable { delta, files, folder: table.folder.clone(), columns: None };
                let provider = provider(&table.layout, &mut open, self.memory_rows).await?;
                let open = Arc::new(open);
                (open.delta.version().map_or(0, |version| version + 1), Some(open), provider)
            }
        };
        self.register(name, provider)?;
        *table.open.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = open;
        table.version.store(version, Ordering::Release);
        Ok(())
    }

    fn register(&self, name: &str, provider: Arc<dyn TableProvider>) -> Result<(), WarehouseError> {
        let failed = |error| query_error("planned", error);
        self.tables_by_name.deregister_table(name).map_err(failed)?;
        self.tables_by_name.register_table(name.to_owned(), provider).map_err(failed)?;
        Ok(())
    }

    async fn plan_views(&self) -> Result<(), WarehouseError> {
        for dataset in self.catalog.datasets() {
            if let Some(view) = self.catalog.view(&dataset.name) {
                let plan = plan(&self.context.state(), view).await?;
                self.register(&dataset.name, Arc::new(ViewTable::new(plan, None)))?;
            }
        }
        Ok(())
    }

    /// Runs a checked statement on the newest data.
    pub async fn run(&self, sql: &CheckedSql, limits: &Limits, cancel: &CancellationToken) -> Result<QueryResult, WarehouseError> {
        self.run_statement(sql.statement().clone(), *limits, cancel).await
    }

    pub(crate) async fn run_statement(
        &self,
        statement: ast::Statement,
        limits: Limits,
        cancel: &CancellationToken,
    ) -> Result<QueryResult, WarehouseError> {
        let started = Instant::now();
        let work = async {
            self.refresh().await?;
            let state = self.bounded_state(limits.memory)?;
            let task = SpawnedTask::spawn(async move { execute(&state, statement, &limits).await });
            task.join().await.map_err(|error| WarehouseError::Task { reason: error.to_string() })?
        };
        tokio::select! {
            biased;
            () = cancel.cancelled() => Err(WarehouseError::Cancelled),
            result = tokio::time::timeout(limits.time, work) => {
                let (table, rows_read) = result.map_err(|_| WarehouseError::Timeout { limit: limits.time })??;
                Ok(QueryResult { table, rows_read, elapsed: started.elapsed() })
            }
        }
    }

    /// The session with a memory pool of its own.
    fn bounded_state(&self, memory: usize) -> Result<SessionState, WarehouseError> {
        let state = self.context.state();
        let runtime = RuntimeEnvBuilder::from_runtime_env(state.runtime_env()).with_memory_pool(Arc::new(GreedyMemoryPool::new(memory)));
        let runtime = runtime.build_arc().map_err(|error| query_error("planned", error))?;
        Ok(SessionStateBuilder::new_from_existing(state).with_runtime_env(runtime).build())
    }

    /// The data folder.
    pub fn data(&self) -> &Path {
        &self.data
    }
}

fn session() -> SessionContext {
    let mut config = SessionConfig::new().with_target_partitions(2).with_batch_size(cache::SLICE_ROWS).with_information_schema(false);
    let options = config.options_mut();
    options.sql_parser.enable_ident_normalization = false;
    options.sql_parser.parse_float_as_decimal = true;
    options.execution.parquet.pushdown_filters = true;
    options.execution.parquet.reorder_filters = true;
    let disk = DiskManagerBuilder::default().with_mode(DiskManagerMode::Disabled);
    let runtime = RuntimeEnvBuilder::new().with_disk_manager_builder(disk).build_arc().unwrap_or_else(|_| Arc::new(RuntimeEnv::default()));
    let state = SessionStateBuilder::new().with_config(config).with_runtime_env(runtime).with_default_features();
    let mut planners: Vec<Arc<dyn datafusion::logical_expr::planner::ExprPlanner>> = vec![Arc::new(decimal::DecimalPlanner::new())];
    planners.extend(datafusion::execution::SessionStateDefaults::default_expr_planners());
    let context = SessionContext::new_with_state(state.with_expr_planners(planners).build());
    context.register_udf(tag::tag());
    context
}

/// A table in memory when it is small, from its files when it is not.
async fn provider(layout: &Arc<Layout>, open: &mut OpenTable, memory_rows: u64) -> Result<Arc<dyn TableProvider>, WarehouseError> {
    let plain = open.files.iter().all(|file| !file.masked && file.rows > 0);
    if plain && open.rows() <= memory_rows {
        let columns = Arc::new(Columns::new(Arc::clone(layout), open.folder.clone(), open.files.clone()));
        open.columns = Some(Arc::clone(&columns));
        return Ok(Arc::new(MemoryTable::new(columns)));
    }
    open.delta.table_provider().await.map_err(|error| WarehouseError::store("open", &layout.table, error))
}

async fn plan(state: &SessionState, statement: ast::Statement) -> Result<LogicalPlan, WarehouseError> {
    let plan = state.statement_to_plan(Statement::Statement(Box::new(statement))).await.map_err(|error| query_error("planned", error))?;
    let queries_only = SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
    queries_only.verify_plan(&plan).map_err(|error| WarehouseError::NotAQuery { source: Box::new(error) })?;
    Ok(plan)
}

async fn execute(state: &SessionState, statement: ast::Statement, limits: &Limits) -> Result<(Table, u64), WarehouseError> {
    let failed = |error| run_error(error, limits);
    let plan = plan(state, statement).await?;
    let plan =
        LogicalPlanBuilder::from(plan).limit(0, Some(limits.rows.saturating_add(1))).and_then(LogicalPlanBuilder::build).map_err(failed)?;
    let physical = state.create_physical_plan(&plan).await.map_err(failed)?;
    let batches = collect(Arc::clone(&physical), Arc::new(TaskContext::from(state))).await.map_err(failed)?;
    let table = result::table(&physical.schema(), &batches, limits.rows).map_err(failed)?;
    Ok((table, rows_read(physical.as_ref())))
}

/// Rows that the scans of a plan handed on.
fn rows_read(plan: &dyn ExecutionPlan) -> u64 {
    if plan.children().is_empty() {
        return plan.metrics().and_then(|metrics| metrics.output_rows()).unwrap_or(0) as u64;
    }
    plan.children().into_iter().map(|child| rows_read(child.as_ref())).sum()
}

fn run_error(error: DataFusionError, limits: &Limits) -> WarehouseError {
    match error.find_root() {
        DataFusionError::ResourcesExhausted(_) => WarehouseError::Memory { limit: limits.memory },
        _ => query_error("run", error),
    }
}

fn query_error(stage: &'static str, error: DataFusionError) -> WarehouseError {
    let message = error.strip_backtrace();
    let message = message.lines().next().unwrap_or_default().to_owned();
    WarehouseError::Query { stage, message, source: Box::new(error) }
}

#[cfg(test)]
mod tests {
    use crate::{WarehouseError, tests::Fixture};

    #[tokio::test(flavor = "multi_thread")]
    async fn what_is_no_query_does_not_run_even_past_the_guard() {
        let fixture = Fixture::new().await;
        for sql in
            ["CREATE TABLE t AS SELECT 1", "DROP TABLE costs", "DELETE FROM costs", "INSERT INTO costs SELECT * FROM costs", "SET x = 1"]
        {
            let statement = fixture.parse(sql);
            let error = fixture.warehouse.run_unchecked(statement).await.expect_err(sql);
            assert!(matches!(error, WarehouseError::NotAQuery { .. } | WarehouseError::Query { .. }), "{sql}: {error:?}");
        }
        assert_eq!(fixture.rows("SELECT COUNT(*) AS n FROM costs").await, ["0"]);
    }
}
