//! `cloudlens schema check`: is this model one the copilot can work with?

use anyhow::Result;
use schema::check_files;

use crate::{args, output};

/// Checks the model, with its policy when one is given, and prints what is in it.
pub fn run(schema: &args::Schema) -> Result<()> {
    let args::Schema::Check { file, policy } = schema;
    let summary = check_files(file, policy.as_deref())?;
    output::line(format_args!("{}: {summary}", file.display()));
    Ok(())
}
