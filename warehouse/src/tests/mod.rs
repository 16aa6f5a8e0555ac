//! The warehouse as others use it: import, ask, look, on files no one here wrote and on files broken on purpose.

mod bills;
mod broken;
mod queries;

use std::{
    io::Write as _,
    path::{Path, PathBuf},
    sync::Arc,
};

use domain::{Limits, Scope, Table};
use schema::{Catalog, Dialect};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use crate::{ImportOptions, ImportReport, Warehouse, WarehouseError};

/// A warehouse in a folder of its own.
pub(crate) struct Fixture {
    pub folder: TempDir,
    pub warehouse: Warehouse,
    pub catalog: Arc<Catalog>,
}

impl Fixture {
    pub async fn new() -> Self {
        let folder = TempDir::new().expect("a folder");
        let catalog = Arc::new(Catalog::builtin());
        let warehouse = Warehouse::open(&folder.path().join("data"), Arc::clone(&catalog)).await.expect("a warehouse");
        Self { folder, warehouse, catalog }
    }

    /// Writes a file beside the data folder.
    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::File::create(&path).and_then(|mut file| file.write_all(content.as_ref())).expect("a file");
        path
    }

    pub async fn import(&self, files: &[PathBuf]) -> Result<ImportReport, WarehouseError> {
        self.warehouse.import(files, &ImportOptions::default(), &|_| ()).await
    }

    pub async fn ask_within(&self, sql: &str, limits: &Limits, cancel: &CancellationToken) -> Result<crate::QueryResult, WarehouseError> {
        let checked = schema::check(sql, Dialect::DataFusion, &self.catalog, &Scope::owner("test")).expect("an allowed query");
        self.warehouse.run(&checked, limits, cancel).await
    }

    pub fn parse(&self, sql: &str) -> sqlparser::ast::Statement {
        let dialect = sqlparser::dialect::GenericDialect {};
        sqlparser::parser::Parser::parse_sql(&dialect, sql).expect("SQL").remove(0)
    }

    pub async fn ask(&self, sql: &str) -> Table {
        let result = self.ask_within(sql, &Limits::default(), &CancellationToken::new()).await;
        result.unwrap_or_else(|error| panic!("{sql}: {error}")).table
    }

    /// The rows of an answer as text, cells joined by `|`.
    pub async fn rows(&self, sql: &str) -> Vec<String> {
        let table = self.ask(sql).await;
        table.rows.iter().map(|row| row.iter().map(domain::Value::label).collect::<Vec<_>>().join("|")).collect()
    }
}

/// A bill of a few columns.
pub(crate) fn bill(rows: &[&str]) -> String {
    let mut text = "BilledCost,BillingCurrency,BillingPeriodStart,ChargePeriodStart,ProviderName,ServiceName,ResourceId,Tags\n".to_owned();
    for row in rows {
        text.push_str(row);
        text.push('\n');
    }
    text
}

/// The folder with data that several suites share; none where it is not there and need not be.
pub(crate) fn shared() -> Option<PathBuf> {
    let folder =
        std::env::var_os("CLOUDLENS_SHARED").map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared"), PathBuf::from);
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(std::env::var_os("CI").is_none(), "CI needs ../shared");
    println!("skipped: needs ../shared");
    None
}
