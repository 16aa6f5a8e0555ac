//! Batches of one JSON object a line: read from a file or standard input, answered one line each.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Write},
    path::Path,
};

use anyhow::{Context, Result};
use serde::{Serialize, de::DeserializeOwned};

/// Reads every line; an error names the line. Empty lines are passed over.
pub fn read_jsonl<T: DeserializeOwned>(path: &Path) -> Result<Vec<T>> {
    let reader: Box<dyn BufRead> = if path == Path::new("-") {
        Box::new(BufReader::new(io::stdin()))
    } else {
        Box::new(BufReader::new(File::open(path).with_context(|| format!("cannot open `{}`", path.display()))?))
    };
    let mut rows = Vec::new();
    for (number, line) in reader.lines().enumerate() {
        let line = line.with_context(|| format!("cannot read `{}`, line {}", path.display(), number + 1))?;
        if !line.trim().is_empty() {
            rows.push(
                serde_json::from_str(&line).with_context(|| format!("`{}`, line {}, is not as expected", path.display(), number + 1))?,
            );
        }
    }
    Ok(rows)
}

/// Writes one line to standard output.
pub fn write_line(value: &impl Serialize) -> Result<()> {
    let mut out = io::stdout().lock();
    serde_json::to_writer(&mut out, value)?;
    out.write_all(b"\n")?;
    Ok(())
}
