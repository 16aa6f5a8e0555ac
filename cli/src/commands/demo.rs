//! `cloudlens demo`: makes the demo company, imports its bills, indexes its handbook and connects its inventory.

use std::{fs, path::Path, sync::Arc, time::Instant};

use anyhow::{Context, Result};
use demo::{DemoFiles, DemoOptions};
use jiff::Timestamp;
use retrieval::Knowledge;
use schema::Catalog;
use warehouse::{ImportOptions, Warehouse};

use super::ingest;
use crate::{args, output};

/// Makes the company in a folder that goes away, and what it becomes in the data folder.
pub async fn run(folder: &Path, demo: args::Demo) -> Result<()> {
    let options = DemoOptions { seed: demo.seed, now: demo.now.unwrap_or_else(Timestamp::now), charges: demo.charges };
    if let Some(files_only) = demo.files_only {
        let files = generate(files_only.clone(), options).await?;
        output::line(format_args!("{} tables, the handbook and the inventory are in {}", files.tables.len(), files_only.display()));
        return Ok(());
    }
    fs::create_dir_all(folder).with_context(|| format!("cannot make the folder `{}`", folder.display()))?;
    let scratch = tempfile::tempdir_in(folder).with_context(|| format!("cannot write in `{}`", folder.display()))?;
    let start = Instant::now();
    let files = generate(scratch.path().to_owned(), options).await?;
    output::line(format_args!("made the demo company in {:.1} s", start.elapsed().as_secs_f64()));

    let start = Instant::now();
    let warehouse = Warehouse::open(folder, Arc::new(Catalog::builtin())).await?;
    let report = ingest::import(&warehouse, &files.tables, &ImportOptions::default()).await?;
    let rows: u64 = report.files.iter().map(|file| file.rows).sum();
    warehouse.profile().await?;
    output::line(format_args!("imported {rows} rows in {:.1} s", start.elapsed().as_secs_f64()));

    let start = Instant::now();
    let knowledge = Knowledge::open(&folder.join("knowledge")).await?;
    let added = knowledge.add_folder(&files.documents).await?;
    output::line(format_args!("indexed {} documents in {:.1} s", added.documents + added.unchanged, start.elapsed().as_secs_f64()));

    fs::copy(&files.inventory, folder.join("inventory.json")).context("cannot keep the inventory")?;
    Ok(())
}

async fn generate(folder: std::path::PathBuf, options: DemoOptions) -> Result<DemoFiles> {
    let bar = output::count_bar(options.charges);
    bar.set_message("making charges");
    let shown = bar.clone();
    let files = tokio::task::spawn_blocking(move || demo::generate(&folder, &options, &|done| shown.set_position(done))).await?;
    bar.finish_and_clear();
    Ok(files?)
}
