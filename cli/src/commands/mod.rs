//! One file a command; this one dispatches.

mod ask;
mod changes;
mod check_sql;
mod config;
mod demo;
mod doctor;
mod eval;
mod ingest;
mod knowledge;
mod schema;
mod serve;
mod settings;
mod tools;

use std::process::ExitCode;

use anyhow::Result;

use crate::args::{Args, Command};

/// Runs what was typed.
pub async fn run(args: Args) -> Result<ExitCode> {
    let settings = settings::read(&args)?;
    match args.command {
        Command::Serve(serve) => serve::run(settings, serve).await?,
        Command::Demo(demo) => demo::run(&settings.data, demo).await?,
        Command::Ingest(ingest) => ingest::run(&settings.data, ingest).await?,
        Command::Ask(ask) => return ask::run(settings, ask).await,
        Command::Knowledge(knowledge) => return knowledge::run(settings, knowledge).await,
        Command::Tools(tools) => tools::run(settings, tools).await?,
        Command::Changes(changes) => changes::run(settings, changes).await?,
        Command::CheckSql(check) => return check_sql::run(&check),
        Command::Schema(schema) => schema::run(&schema)?,
        Command::Eval(eval) => return eval::run(settings, eval).await,
        Command::Doctor => return doctor::run(settings).await,
        Command::Config => config::run(&settings)?,
    }
    Ok(ExitCode::SUCCESS)
}
