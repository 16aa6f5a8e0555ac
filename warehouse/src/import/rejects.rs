//! Bad rows: the first one refuses the import, or they are set aside in a file, up to a number.

use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::{BadRow, ImportOptions, WarehouseError};

/// What happens to bad rows.
pub(super) struct Rejects {
    aside: Option<Aside>,
    limit: u64,
    count: u64,
    first: Option<BadRow>,
}

struct Aside {
    writer: csv::Writer<NamedTempFile>,
    path: PathBuf,
    header: Vec<String>,
}

/// The columns that stand before those of the file.
const REASONS: [&str; 3] = ["x_RejectedFile", "x_RejectedLine", "x_RejectedReason"];

impl Rejects {
    pub fn new(options: &ImportOptions) -> Result<Self, WarehouseError> {
        let aside = options.rejects.as_deref().map(Aside::open).transpose()?;
        Ok(Self { aside, limit: options.max_rejects, count: 0, first: None })
    }

    /// Sets a row aside, or refuses the import.
    pub fn push(&mut self, bad: BadRow, header: &[String], row: &[String]) -> Result<(), WarehouseError> {
        let Some(aside) = &mut self.aside else {
            return Err(WarehouseError::Row(Box::new(bad)));
        };
        self.count += 1;
        aside.write(&bad, header, row)?;
        let first = self.first.get_or_insert(bad);
        if self.count > self.limit {
            return Err(WarehouseError::TooManyRejects { limit: self.limit, first: Box::new(first.clone()) });
        }
        Ok(())
    }

    /// Puts the file of rejects in its place, when there are any.
    pub fn finish(self) -> Result<(), WarehouseError> {
        match self.aside {
            Some(aside) if self.count > 0 => aside.finish(),
            _ => Ok(()),
        }
    }
}

impl Aside {
    fn open(path: &Path) -> Result<Self, WarehouseError> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
        let file = NamedTempFile::new_in(folder).map_err(|source| WarehouseError::Folder { folder: folder.to_owned(), source })?;
        let writer = csv::WriterBuilder::new().flexible(true).from_writer(file);
        Ok(Self { writer, path: path.to_owned(), header: Vec::new() })
    }

    fn write(&mut self, bad: &BadRow, header: &[String], row: &[String]) -> Result<(), WarehouseError> {
        if self.header != header {
            let names = REASONS.iter().copied().chain(header.iter().map(String::as_str));
            self.writer.write_record(names).map_err(|error| failed(&self.path, &error))?;
            self.header = header.to_vec();
        }
        let reason = format!("column `{}`: `{}` {}", bad.column, bad.value, bad.rule);
        let (file, line) = (bad.file.display().to_string(), bad.line.to_string());
        let cells = [file.as_str(), line.as_str(), reason.as_str()].into_iter().chain(row.iter().map(String::as_str));
        self.writer.write_record(cells).map_err(|error| failed(&self.path, &error))
    }

    fn finish(self) -> Result<(), WarehouseError> {
        let file = self.writer.into_inner().map_err(|error| failed(&self.path, &error))?;
        file.persist(&self.path).map_err(|error| failed(&self.path, &error))?;
        Ok(())
    }
}

fn failed(path: &Path, error: &dyn std::fmt::Display) -> WarehouseError {
    WarehouseError::file(path, format!("the rejected rows cannot be written: {error}"), "check the folder and the disk")
}
