//! `cargo xtask bench`: import, questions, start-up and idle memory, with DuckDB beside them in the same run.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::{
    step::{self, cargo, command, root, target_folder},
    test::install_duckdb,
};

/// Each question is asked so often, after one round that warms up.
const ROUNDS: usize = 10;

/// Measures and prints a Markdown table.
pub fn run(words: &[String]) -> Result<()> {
    let mut sizes = vec![60_000, 1_000_000];
    let mut release = false;
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--charges" => {
                let list = words.next().context("`--charges` needs numbers")?;
                sizes =
                    list.split(',').map(|size| size.parse().with_context(|| format!("`{size}` is not a number"))).collect::<Result<_>>()?;
            }
            "--release" => release = true,
            other => bail!("`{other}` is not known to `cargo xtask bench`"),
        }
    }
    let python = install_duckdb()?;
    let mut build = cargo();
    build.args(["build", "--package", "cloudlens-cli"]);
    if release {
        build.arg("--release");
    }
    step::run(&mut build)?;
    let target = target_folder()?;
    let binary = target.join(if release { "release/cloudlens" } else { "debug/cloudlens" });
    let cores = std::thread::available_parallelism()?;
    println!("\n{} cores, {} build\n", cores, if release { "release" } else { "dev" });
    for charges in sizes {
        let folder = target.join(format!("bench/{charges}"));
        measure(&binary, &python, &folder, charges)?;
    }
    Ok(())
}

fn measure(binary: &Path, python: &Path, folder: &Path, charges: u64) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    let files = folder.join("files");
    let data = folder.join("data");
    fs::create_dir_all(&files)?;

    println!("## {charges} charges\n\n| what | figure |\n|---|---:|");
    let start = Instant::now();
    step::output(command(binary).args(["demo", "--charges", &charges.to_string(), "--files-only"]).arg(&files))?;
    println!("| make the company | {:.1} s |", start.elapsed().as_secs_f64());

    let bill = files.join("costs.csv.zst");
    let start = Instant::now();
    let report = step::output(command(binary).args(["ingest", "--json", "--data"]).arg(&data).arg(&bill))?;
    let seconds = start.elapsed().as_secs_f64();
    let report: Value = serde_json::from_str(&report)?;
    let rows = report["files"][0]["rows"].as_u64().context("the report has no rows")?;
    println!("| import, {rows} rows | {seconds:.1} s, {:.0} rows/s |", rows as f64 / seconds);

    let (ready, memory) = start_up(binary, &data)?;
    println!("| start to ready | {} ms |", ready.as_millis());
    println!("| idle memory | {memory} MB |");

    let asked = ask(binary, &data)?;
    let mut all: Vec<f64> = asked.iter().flat_map(|(_, times, _)| times.clone()).collect();
    println!("| question to answer, p50 | {:.1} ms |", percentile(&mut all, 0.50));
    println!("| question to answer, p95 | {:.1} ms |", percentile(&mut all, 0.95));

    let queries: Vec<Value> = asked.iter().map(|(id, _, sql)| serde_json::json!({"id": id, "sql": sql})).collect();
    let input = folder.join("queries.json");
    fs::write(&input, serde_json::to_vec(&queries)?)?;
    let peer = step::output(command(python).arg(root().join("xtask/bench_peer.py")).arg(&bill).arg(&input))?;
    let peer: Value = serde_json::from_str(&peer)?;
    println!("| DuckDB {}: import of the same file | {} s |", peer["version"].as_str().unwrap_or("?"), peer["import_s"]);
    println!("\n| question | median ms | DuckDB, its SQL alone, ms |\n|---|---:|---:|");
    for (id, mut times, _) in asked {
        println!("| {id} | {:.1} | {} |", percentile(&mut times, 0.5), peer["queries"][&id]);
    }
    println!();
    Ok(())
}

/// Time until the server says it is ready, and its resident memory then.
fn start_up(binary: &Path, data: &Path) -> Result<(Duration, u64)> {
    let start = Instant::now();
    let mut server = command(binary).args(["serve", "--address", "127.0.0.1:0", "--data"]).arg(data).stdout(Stdio::piped()).spawn()?;
    let output = server.stdout.take().context("the server has no output")?;
    let ready = BufReader::new(output).lines().map_while(Result::ok).find(|line| line.contains("http://"));
    let elapsed = start.elapsed();
    let status = fs::read_to_string(format!("/proc/{}/status", server.id())).unwrap_or_default();
    let resident =
        status.lines().find_map(|line| line.strip_prefix("VmRSS:")).and_then(|rest| rest.split_whitespace().next()?.parse::<u64>().ok());
    server.kill()?;
    server.wait()?;
    ready.context("the server ended without saying where it listens")?;
    Ok((elapsed, resident.unwrap_or(0) / 1024))
}

/// Asks every question in one process; id, times in ms, SQL.
fn ask(binary: &Path, data: &Path) -> Result<Vec<(String, Vec<f64>, String)>> {
    let questions = fs::read_to_string(root().join("evals/suites/bench/questions.jsonl"))?;
    let lines: Vec<&str> = questions.lines().filter(|line| !line.is_empty()).collect();
    let repeated = data.with_file_name("questions.jsonl");
    fs::write(&repeated, lines.iter().cycle().take(lines.len() * (ROUNDS + 1)).copied().collect::<Vec<_>>().join("\n"))?;
    let answers = step::output(command(binary).args(["ask", "--data"]).arg(data).arg("--jsonl").arg(&repeated))?;
    let mut asked: Vec<(String, Vec<f64>, String)> = Vec::new();
    for (number, line) in answers.lines().enumerate() {
        let answer: Value = serde_json::from_str(line)?;
        let id = answer["id"].as_str().unwrap_or_default().to_owned();
        if answer["status"] != "answered" {
            bail!("`{id}` was not answered: {}", answer["text"]);
        }
        if number < lines.len() {
            asked.push((id, Vec::new(), answer["sql"]["text"].as_str().unwrap_or_default().to_owned()));
        } else if let Some(entry) = asked.iter_mut().find(|(known, _, _)| *known == id) {
            entry.1.push(answer["elapsed_ms"].as_f64().unwrap_or_default());
        }
    }
    Ok(asked)
}

fn percentile(times: &mut [f64], share: f64) -> f64 {
    times.sort_by(f64::total_cmp);
    let position = ((times.len() as f64 * share).ceil() as usize).clamp(1, times.len().max(1)) - 1;
    times.get(position).copied().unwrap_or(f64::NAN)
}
