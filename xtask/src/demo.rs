//! `cargo xtask demo`: from a clone to a chat page with a company's bills behind it.

use anyhow::{Context, Result, bail};

use crate::step::{self, Steps, build_web, cargo, command, root, target_folder};

/// Builds, makes the company where there is none, and serves until stopped.
pub fn run(words: &[String]) -> Result<()> {
    let mut data = root().join("data");
    let mut serve_args = Vec::new();
    let mut serve = true;
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--data" => data = words.next().context("`--data` needs a folder")?.into(),
            "--address" => serve_args.extend(["--address".to_owned(), words.next().context("`--address` needs an address")?.clone()]),
            "--no-serve" => serve = false,
            other => bail!("`{other}` is not known to `cargo xtask demo`"),
        }
    }
    let mut steps = Steps::new(3);
    steps.run("build the web UI (npm)", build_web)?;
    steps.run("build the binary (cargo; the first time compiles some 600 crates)", || {
        run_quietly(cargo().args(["build", "--package", "cloudlens-cli"]))
    })?;
    let binary = target_folder()?.join("debug/cloudlens");
    steps.run("make the demo company and import its bills", || {
        if data.join("tables/costs").exists() {
            println!("      there are bills in {} already", data.display());
            return Ok(());
        }
        step::run(command(&binary).arg("demo").arg("--data").arg(&data))
    })?;
    if serve {
        step::run(command(&binary).arg("serve").arg("--data").arg(&data).args(serve_args))?;
    }
    Ok(())
}

fn run_quietly(build: &mut std::process::Command) -> Result<()> {
    step::run(build).context("hint: Rust 1.95 or later and a C compiler are needed")
}
