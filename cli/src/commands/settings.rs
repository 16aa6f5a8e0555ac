//! Settings for a command: the file, the environment, the flags, in this order.

use anyhow::Result;
use server::{Config, Overrides};

use crate::args::Args;

/// Reads them.
pub fn read(args: &Args) -> Result<Config> {
    let overrides = Overrides { data: args.data.clone(), file: args.config.clone(), ..Overrides::default() };
    Ok(Config::load(&overrides)?)
}
