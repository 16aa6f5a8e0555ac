//! `cloudlens ingest`: bills and other tables in, all or nothing.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context, Result};
use indicatif::ProgressBar;
use schema::Catalog;
use warehouse::{ImportOptions, ImportReport, Progress, Warehouse};

use crate::{args, output};

/// Imports the files and prints what was done.
pub async fn run(folder: &Path, ingest: args::Ingest) -> Result<()> {
    let warehouse = Warehouse::open(folder, Arc::new(Catalog::builtin())).await?;
    let options = ImportOptions {
        table: ingest.table,
        rejects: ingest.rejects,
        max_rejects: ingest.max_rejects.unwrap_or(0),
        dry_run: ingest.dry_run,
    };
    let report = import(&warehouse, &ingest.files, &options).await?;
    if ingest.json {
        output::line(format_args!("{}", serde_json::to_string_pretty(&report)?));
    } else {
        print_report(&report, ingest.dry_run);
    }
    Ok(())
}

/// Imports with a bar that shows the file at hand and how far it is.
pub async fn import(warehouse: &Warehouse, files: &[PathBuf], options: &ImportOptions) -> Result<ImportReport> {
    let bar = output::byte_bar();
    let report = warehouse.import(files, options, &|progress| show(&bar, &progress)).await;
    bar.finish_and_clear();
    report.context("nothing was imported")
}

fn show(bar: &ProgressBar, progress: &Progress) {
    let name = progress.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    bar.set_message(format!("{} {name}", progress.phase));
    bar.set_length(progress.total_bytes);
    bar.set_position(progress.bytes);
}

fn print_report(report: &ImportReport, dry_run: bool) {
    for file in &report.files {
        let state = match (file.unchanged, dry_run) {
            (true, _) => "was there already",
            (false, true) => "would be imported",
            (false, false) => "imported",
        };
        output::line(format_args!("{}: {} into `{}`, {} rows {state}", file.file, file.format, file.table, file.rows));
        if file.rejected > 0 {
            output::line(format_args!("  {} rows set aside", file.rejected));
        }
        if !file.derived_columns.is_empty() {
            output::line(format_args!("  filled by rule: {}", file.derived_columns.join(", ")));
        }
        for (month, provider, currency, rows, billed) in &file.totals {
            output::line(format_args!("  {month}  {provider:<16} {rows:>9} rows  {billed} {currency}"));
        }
    }
    if !report.changed && !dry_run {
        output::line(format_args!("nothing changed"));
    }
}
