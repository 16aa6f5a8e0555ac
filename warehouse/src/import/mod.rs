//! Importing files: all or nothing, twice the same as once.

mod convert;
mod derive;
mod header;
mod number;
mod parquet;
mod pipeline;
mod rejects;
mod source;
mod tags;
mod text;
mod time;
mod write;

use std::{
    collections::{HashMap, HashSet},
    path::PathBuf,
    sync::{Arc, atomic::AtomicU64},
};

use deltalake::{DeltaTable, kernel::Add};
use tokio::{runtime::Handle, sync::mpsc::UnboundedSender};
use tokio_util::sync::CancellationToken;

use self::{
    header::map_header,
    parquet::BlockReader,
    pipeline::Incoming,
    rejects::Rejects,
    source::{Packing, Source},
    text::TextReader,
    write::{TableWriter, Totals, split_by_month},
};
use crate::{
    FileReport, ImportOptions, ImportReport, Progress, Replaced, WarehouseError,
    delta::{self, FileRecord, ImportRecord, Replace},
    layout::Layout,
};

/// An import with all it needs. Blocks its thread.
pub(crate) struct Import {
    pub data: PathBuf,
    pub layouts: Vec<Arc<Layout>>,
    pub files: Vec<PathBuf>,
    pub options: ImportOptions,
    pub runtime: Handle,
    pub stop: CancellationToken,
    pub progress: UnboundedSender<Progress>,
}

/// What is written of one table and waits for its commit.
struct Staged {
    delta: DeltaTable,
    layout: Arc<Layout>,
    adds: Vec<Add>,
    record: ImportRecord,
}

/// A table with the files that go into it.
type Group = (Arc<Layout>, Vec<Incoming>);

impl Import {
    /// Reads and writes everything, then commits one table after the other.
    pub fn run(self) -> Result<ImportReport, WarehouseError> {
        let _lock = self.lock()?;
        let mut rejects = Rejects::new(&self.options)?;
        let mut report = ImportReport::default();
        let mut staged = Vec::new();
        for (layout, files) in self.incoming(&mut report)? {
            staged.extend(self.stage(&layout, &files, &mut rejects, &mut report)?);
        }
        if self.options.dry_run {
            return Ok(report);
        }
        if self.stop.is_cancelled() {
            return Err(WarehouseError::Cancelled);
        }
        rejects.finish()?;
        for table in staged {
            self.commit(table, &mut report)?;
        }
        Ok(report)
    }

    /// Holds the data folder for this import alone until the file is closed.
    fn lock(&self) -> Result<std::fs::File, WarehouseError> {
        let failed = |source| WarehouseError::Folder { folder: self.data.clone(), source };
        let file = std::fs::File::create(self.data.join("import.lock")).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(std::fs::TryLockError::WouldBlock) => Err(WarehouseError::Busy { folder: self.data.clone() }),
            Err(std::fs::TryLockError::Error(error)) => Err(failed(error)),
        }
    }

    /// Looks at every file and groups them by table. The same content named twice counts once.
    fn incoming(&self, report: &mut ImportReport) -> Result<Vec<Group>, WarehouseError> {
        let mut groups: Vec<Group> = Vec::new();
        let mut seen = HashSet::new();
        for path in &self.files {
            let source = Source::inspect(path)?;
            let header = match source.packing {
                Packing::Parquet => BlockReader::header(path)?,
                _ => TextReader::open(path, source.open(Arc::new(AtomicU64::new(0)))?)?.1,
            };
            let mapping = map_header(path, &header, &self.layouts, self.options.table.as_deref())?;
            if !seen.insert((source.hash.clone(), mapping.layout.table.clone())) {
                report.files.push(FileReport { unchanged: true, ..describe(&source, &mapping) });
                continue;
            }
            let layout = Arc::clone(&mapping.layout);
            let incoming = Incoming { source, header, mapping };
            match groups.iter_mut().find(|(known, _)| known.table == layout.table) {
                Some((_, files)) => files.push(incoming),
                None => groups.push((layout, vec![incoming])),
            }
        }
        Ok(groups)
    }

    /// Writes the files of one table, without making them part of it. None when the table holds them already.
    fn stage(
        &self,
        layout: &Arc<Layout>,
        files: &[Incoming],
        rejects: &mut Rejects,
        report: &mut ImportReport,
    ) -> Result<Option<Staged>, WarehouseError> {
        let folder = delta::folder_of(&self.data, &layout.table);
        let existing = self.runtime.block_on(delta::open(&folder, &layout.table))?;
        if let Some(table) = &existing {
            let current = self.runtime.block_on(delta::current_files(table, &layout.table))?;
            if files.iter().all(|file| current.contains_key(&file.source.hash)) {
                report.files.extend(files.iter().map(|file| unchanged(file, &current)));
                return Ok(None);
            }
        }
        if self.options.dry_run {
            self.read_all(layout, files, None, rejects, report)?;
            report.changed = true;
            return Ok(None);
        }
        let delta = match existing {
            Some(table) => table,
            None => self.runtime.block_on(delta::open_or_create(&folder, layout))?,
        };
        let mut writer = TableWriter::new(delta::writer(&delta, layout)?, layout, self.runtime.clone());
        match self.read_all(layout, files, Some(&mut writer), rejects, report) {
            Ok(record) => Ok(Some(Staged { delta, layout: Arc::clone(layout), adds: writer.finish()?, record })),
            Err(error) => {
                writer.abandon();
                Err(error)
            }
        }
    }

    fn read_all(
        &self,
        layout: &Layout,
        files: &[Incoming],
        mut writer: Option<&mut TableWriter<'_>>,
        rejects: &mut Rejects,
        report: &mut ImportReport,
    ) -> Result<ImportRecord, WarehouseError> {
        let mut record = ImportRecord::default();
        let mut rows_before = 0;
        for file in files {
            let mut entry = describe(&file.source, &file.mapping);
            let mut totals = Totals::default();
            let mut used = 0;
            let failed = |error| WarehouseError::store("write", &layout.table, error);
            pipeline::read(file, &self.stop, |ready| {
                for (bad, row) in ready.bad {
                    rejects.push(bad, &file.header, &row)?;
                    entry.rejected += 1;
                }
                used |= ready.used;
                entry.rows += ready.batch.num_rows() as u64;
                self.tell(&file.source, ready.bytes, rows_before + entry.rows, "read");
                if layout.is_costs() {
                    let parts = split_by_month(layout, ready.batch, &mut totals).map_err(failed)?;
                    writer.as_deref_mut().map_or(Ok(()), |writer| writer.push_parts(parts))
                } else {
                    writer.as_deref_mut().map_or(Ok(()), |writer| writer.push(&ready.batch))
                }
            })?;
            rows_before += entry.rows;
            self.tell(&file.source, file.source.size, rows_before, "write");
            entry.totals = totals.listed();
            entry.derived_columns = derive::rule_names(used).into_iter().map(str::to_owned).collect();
            record.files.push(FileRecord {
                name: file_name(&file.source),
                sha256: file.source.hash.clone(),
                rows: entry.rows,
                months: totals.months(),
            });
            report.files.push(entry);
        }
        Ok(record)
    }

    fn commit(&self, staged: Staged, report: &mut ImportReport) -> Result<(), WarehouseError> {
        let Staged { delta, layout, adds, record } = staged;
        let months: HashSet<_> = record.files.iter().flat_map(|file| file.months.iter().cloned()).collect();
        let replace = if layout.is_costs() { Replace::Months(&months) } else { Replace::All };
        report.replaced.extend(replaced(&delta, &layout, &months, &record, &adds)?);
        self.runtime.block_on(delta::commit(&delta, &layout, adds, replace, &record))?;
        report.changed = true;
        Ok(())
    }

    fn tell(&self, source: &Source, bytes: u64, rows: u64, phase: &'static str) {
        let progress = Progress { file: source.path.clone(), bytes, total_bytes: source.size, rows, phase };
        // Nobody may be listening any more; the import goes on.
        let _ = self.progress.send(progress);
    }
}

fn file_name(source: &Source) -> String {
    source.path.file_name().map_or_else(|| source.path.display().to_string(), |name| name.to_string_lossy().into_owned())
}

fn describe(source: &Source, mapping: &header::Mapping) -> FileReport {
    let format = source.format_name();
    FileReport {
        file: source.path.display().to_string(),
        format: mapping.focus.map_or_else(|| format.to_owned(), |version| format!("FOCUS {version} {format}")),
        table: mapping.layout.table.clone(),
        ignored_columns: mapping.ignored.clone(),
        ..FileReport::default()
    }
}

fn unchanged(file: &Incoming, current: &HashMap<String, FileRecord>) -> FileReport {
    let rows = current.get(&file.source.hash).map_or(0, |record| record.rows);
    FileReport { rows, unchanged: true, ..describe(&file.source, &file.mapping) }
}

/// What the commit will take away: rows of the same months, or of the whole table, from other files.
fn replaced(
    delta: &DeltaTable,
    layout: &Layout,
    months: &HashSet<(String, String)>,
    record: &ImportRecord,
    adds: &[Add],
) -> Result<Vec<Replaced>, WarehouseError> {
    let mut before: HashMap<(String, String), u64> = HashMap::new();
    for file in delta::files(delta, &layout.table)? {
        let month = delta::month_of(&file.partition);
        if !layout.is_costs() || months.contains(&month) {
            *before.entry(month).or_default() += file.rows;
        }
    }
    let rows_of = |add: &Add| add.get_stats().ok().flatten().map_or(0, |stats| stats.num_records.unsigned_abs());
    let mut replaced: Vec<_> = before
        .into_iter()
        .filter(|(_, rows)| *rows > 0)
        .map(|(month, rows_before)| {
            let rows_now = if layout.is_costs() {
                adds.iter().filter(|add| delta::month_of(&add.partition_values) == month).map(rows_of).sum()
            } else {
                record.files.iter().map(|file| file.rows).sum()
            };
            Replaced { table: layout.table.clone(), provider: month.0, month: month.1, rows_before, rows_now }
        })
        .collect();
    replaced.sort_by(|a, b| (&a.provider, &a.month).cmp(&(&b.provider, &b.month)));
    Ok(replaced)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{Fixture, bill};

    /// Everything up to the commit, and then nothing more, as when the process dies there.
    fn stop_before_commit(data: PathBuf, layouts: Vec<Arc<Layout>>, files: Vec<PathBuf>, runtime: Handle) -> usize {
        let (progress, _news) = tokio::sync::mpsc::unbounded_channel();
        let options = ImportOptions::default();
        let import = Import { data, layouts, files, options, runtime, stop: CancellationToken::new(), progress };
        let mut report = ImportReport::default();
        let mut rejects = Rejects::new(&import.options).expect("no rejects");
        let mut written = 0;
        for (layout, files) in import.incoming(&mut report).expect("files") {
            let staged = import.stage(&layout, &files, &mut rejects, &mut report).expect("written").expect("something new");
            written += staged.adds.len();
        }
        written
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_crash_before_the_commit_leaves_the_old_state() {
        let fixture = Fixture::new().await;
        let old = fixture.file("old.csv", bill(&["1,CNY,2026-05-01,2026-05-01,AWS,EC2,i-1,", "2,CNY,2026-04-01,2026-04-01,AWS,EC2,i-1,"]));
        fixture.import(&[old]).await.expect("an import");
        let new = fixture.file("new.csv", bill(&["7,CNY,2026-05-01,2026-05-01,AWS,EC2,i-1,"]));
        let data = fixture.folder.path().join("data");
        let layouts = Layout::all(&schema::Catalog::builtin());
        let (files, runtime) = (vec![new.clone()], Handle::current());
        let stopped = tokio::task::spawn_blocking(move || stop_before_commit(data, layouts, files, runtime));
        assert_eq!(stopped.await.expect("no panic"), 1);

        let sums = "SELECT x_BillingMonth, SUM(BilledCost) AS a FROM costs GROUP BY x_BillingMonth ORDER BY 1";
        assert_eq!(fixture.rows(sums).await, ["2026-04|2", "2026-05|1"]);
        fixture.import(&[new]).await.expect("an import");
        assert_eq!(fixture.rows(sums).await, ["2026-04|2", "2026-05|7"]);
    }
}
