//! Running the binary as a person would, and the places tests work with.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::OnceLock,
};

use serde_json::Value;
use tempfile::TempDir;

/// The `cloudlens` binary that was built beside this test.
pub fn binary() -> PathBuf {
    let test = std::env::current_exe().expect("this test's path");
    let folder = test.parent().and_then(Path::parent).expect("the folder cargo builds in");
    let binary = folder.join("cloudlens");
    assert!(binary.exists(), "`{}` is not built: run `cargo build` first, or `cargo xtask test`", binary.display());
    binary
}

/// Runs `cloudlens` with arguments, away from any settings of this machine.
pub fn cloudlens(arguments: &[&str]) -> Output {
    command(arguments).output().expect("the binary runs")
}

/// `cloudlens` with arguments, ready to run.
pub fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(binary());
    command.args(arguments).current_dir(std::env::temp_dir());
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("CLOUDLENS_")) {
        command.env_remove(name);
    }
    command
}

/// Runs `cloudlens` and gives standard output; anything but success fails the test with what was said.
pub fn succeed(arguments: &[&str]) -> String {
    let output = cloudlens(arguments);
    assert!(output.status.success(), "`cloudlens {}` failed: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// Runs `cloudlens`, which must fail, and gives standard error; a panic is never the way to fail.
pub fn fail(arguments: &[&str]) -> String {
    let output = cloudlens(arguments);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success(), "`cloudlens {}` did not fail", arguments.join(" "));
    assert!(!said.contains("panicked") && !said.contains("RUST_BACKTRACE"), "a panic reached the person: {said}");
    said
}

/// Sends JSON lines to a command that reads `-`, and gives the JSON lines it answers.
pub fn batch(arguments: &[&str], lines: &[Value]) -> Vec<Value> {
    let mut child = command(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the binary runs");
    let mut input = child.stdin.take().expect("standard input");
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let writer = std::thread::spawn(move || input.write_all(text.as_bytes()));
    let output = child.wait_with_output().expect("the binary ends");
    // A broken pipe is how a binary that refused to start looks from here: what it said comes first.
    let written = writer.join().expect("the writer ends");
    assert!(output.status.success(), "`cloudlens {}` failed", arguments.join(" "));
    written.expect("the binary reads its input");
    String::from_utf8(output.stdout).expect("UTF-8").lines().map(|line| serde_json::from_str(line).expect("a JSON line")).collect()
}

/// A place in the shared bench data; none (said aloud) where that data is not, which under CI is a failure.
pub fn shared(inside: &str) -> Option<PathBuf> {
    let default = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared");
    let path = std::env::var_os("CLOUDLENS_SHARED").map_or(default, PathBuf::from).join(inside);
    if path.exists() {
        return Some(path);
    }
    assert!(std::env::var_os("CI").is_none(), "`{}` is missing in CI", path.display());
    eprintln!("skipped: needs {}", path.display());
    None
}

/// The Python with DuckDB in it that `cargo xtask test` installs; none (said aloud) without it, which under CI is a failure.
pub fn python() -> Option<PathBuf> {
    let python = std::env::var_os("CLOUDLENS_PYTHON").map(PathBuf::from);
    if python.is_none() {
        assert!(std::env::var_os("CI").is_none(), "CLOUDLENS_PYTHON is not set in CI");
        eprintln!("skipped: needs DuckDB; run `cargo xtask test`");
    }
    python
}

/// A data folder with the bench company's tables in it, imported once for all tests.
pub fn bench_company() -> Option<&'static Path> {
    static FOLDER: OnceLock<Option<TempDir>> = OnceLock::new();
    let folder = FOLDER.get_or_init(|| {
        let tables = shared("bench/dev/data")?;
        let folder = tempfile::tempdir().expect("a folder");
        let names = [
            "costs.csv.gz",
            "resources.csv",
            "budgets.csv",
            "commitments.csv",
            "balances.csv",
            "change_events.csv",
            "findings.csv",
            "exchange_rates.csv",
        ];
        let files: Vec<String> = names.iter().map(|name| text(&tables.join(name))).collect();
        let data = text(folder.path());
        let mut arguments = vec!["ingest", "--data", data.as_str()];
        arguments.extend(files.iter().map(String::as_str));
        succeed(&arguments);
        Some(folder)
    });
    folder.as_ref().map(TempDir::path)
}

/// A data folder with the demo company in it, made once for all tests.
pub fn demo_company() -> &'static Path {
    static FOLDER: OnceLock<TempDir> = OnceLock::new();
    let folder = FOLDER.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        succeed(&["demo", "--charges", "20000", "--data", &text(folder.path())]);
        folder
    });
    folder.path()
}

/// Copies a folder with everything in it.
pub fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a readable folder") {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy_folder(&path, &target);
        } else {
            fs::copy(&path, &target).expect("a copy");
        }
    }
}

/// A path as an argument.
pub fn text(path: &Path) -> String {
    path.to_str().expect("a UTF-8 path").to_owned()
}
