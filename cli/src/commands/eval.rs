//! `cloudlens eval`: questions with gold results, asked and scored.

use std::process::ExitCode;

use anyhow::Result;
use server::Config;

use crate::args;

/// Runs the suites and prints accuracy and every miss; below the threshold it ends with code 1.
pub async fn run(_settings: Config, _eval: args::Eval) -> Result<ExitCode> {
    anyhow::bail!("wired when the evals crate lands")
}
