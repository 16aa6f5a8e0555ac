//! `cloudlens config`: the settings in force.

use anyhow::Result;
use server::Config;

use crate::output;

/// Prints them as the settings file would hold them, secrets masked.
pub fn run(settings: &Config) -> Result<()> {
    output::text(format_args!("{}", settings.to_toml_masked()));
    Ok(())
}
