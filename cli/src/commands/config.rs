//! `cloudlens config`: the settings in force.

use anyhow::Result;
use server::Config;

/// Prints them as the settings file would hold them, secrets masked.
pub fn run(settings: &Config) -> Result<()> {
    print!("{}", settings.to_toml_masked());
    Ok(())
}
