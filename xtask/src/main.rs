//! What a newcomer types: `cargo xtask demo`, `cargo xtask test`, `cargo xtask bench`.

mod bench;
mod demo;
mod step;
mod test;

use std::process::ExitCode;

const USAGE: &str = "usage:
  cargo xtask demo  [--data FOLDER] [--address ADDRESS:PORT] [--no-serve]   build everything, make the demo company, serve
  cargo xtask test                                                          install what the tests need, run everything CI runs
  cargo xtask bench [--charges N,N,…] [--release]                           measure import, questions, start-up, memory";

fn main() -> ExitCode {
    let mut words = std::env::args().skip(1);
    let command = words.next().unwrap_or_default();
    let rest: Vec<String> = words.collect();
    let result = match command.as_str() {
        "demo" => demo::run(&rest),
        "test" => test::run(&rest),
        "bench" => bench::run(&rest),
        "" | "-h" | "--help" | "help" => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        other => Err(anyhow::anyhow!("`{other}` is not a task\n{USAGE}")),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
