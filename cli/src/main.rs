//! The `cloudlens` binary: parses what was typed, runs the command, and prints an error once, with its causes and its hint.

mod args;
mod commands;
mod input;
mod output;

use std::process::ExitCode;

use clap::Parser;

/// A faster allocator for the engine's many short-lived buffers.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let args = args::Args::parse();
    output::start_log(args.verbose);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return output::fail(&anyhow::Error::new(error).context("cannot start the runtime")),
    };
    let code = match runtime.block_on(commands::run(args)) {
        Ok(code) => code,
        Err(error) => output::fail(&error),
    };
    // Blocking work that was cancelled may still be winding down: the person waits for none of it.
    runtime.shutdown_background();
    code
}
