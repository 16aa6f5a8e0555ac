//! Steps with a name and a time, and running the programs they are made of.

use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

use anyhow::{Context, Result, bail};

/// Numbered steps, printed as they begin and end.
pub struct Steps {
    total: usize,
    done: usize,
}

impl Steps {
    /// So many steps lie ahead.
    pub fn new(total: usize) -> Self {
        Self { total, done: 0 }
    }

    /// Runs one and says how long it took.
    pub fn run<T>(&mut self, name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
        self.done += 1;
        println!("[{}/{}] {name}", self.done, self.total);
        let start = Instant::now();
        let result = work().with_context(|| name.to_owned())?;
        println!("[{}/{}] {name}: {:.0} s", self.done, self.total, start.elapsed().as_secs_f64());
        Ok(result)
    }
}

/// The checkout's root.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map(Path::to_owned).unwrap_or_default()
}

/// A command that runs in the checkout's root.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root());
    command
}

/// The cargo that runs this task.
pub fn cargo() -> Command {
    command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Runs a command to its end; anything but success is an error.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot run {command:?}"))?;
    if !status.success() {
        bail!("{command:?} ended with {status}");
    }
    Ok(())
}

/// What a command prints on standard output.
pub fn output(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| format!("cannot run {command:?}"))?;
    if !output.status.success() {
        bail!("{command:?} ended with {}: {}", output.status, String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Whether a program can be run at all.
pub fn exists(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success())
}

/// Where cargo puts what it builds.
pub fn target_folder() -> Result<PathBuf> {
    let metadata = output(cargo().args(["metadata", "--no-deps", "--format-version", "1"]))?;
    let (_, rest) = metadata.split_once("\"target_directory\":\"").context("cargo does not say where it builds")?;
    let (folder, _) = rest.split_once('"').context("cargo does not say where it builds")?;
    Ok(PathBuf::from(folder))
}

/// Installs the web UI's packages and builds it, unless what is built is newer than its sources.
pub fn build_web() -> Result<()> {
    let web = root().join("web");
    if !exists("node") || !exists("npm") {
        bail!("node and npm are not installed\nhint: install Node.js 20 or later");
    }
    let lock = newest(&web.join("package-lock.json"));
    if newest(&web.join("node_modules/.package-lock.json")) < lock {
        run(command("npm").arg("ci").current_dir(&web))?;
    }
    let sources = ["src", "index.html", "package-lock.json", "vite.config.ts"].iter().filter_map(|part| newest(&web.join(part))).max();
    if newest(&web.join("dist/index.html")) < sources {
        run(command("npm").args(["run", "build"]).current_dir(&web))?;
    }
    Ok(())
}

/// The newest change of a file or of anything in a folder; none when it is not there.
fn newest(path: &Path) -> Option<std::time::SystemTime> {
    let metadata = path.metadata().ok()?;
    if !metadata.is_dir() {
        return metadata.modified().ok();
    }
    let entries = std::fs::read_dir(path).ok()?;
    entries.filter_map(|entry| newest(&entry.ok()?.path())).max()
}
