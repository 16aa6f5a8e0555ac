//! `cargo xtask test`: installs or starts what the tests need, and runs everything that CI runs.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::step::{self, Steps, build_web, cargo, command, exists, output, root, target_folder};

/// The independent engine that answers are checked against (PyPI).
const DUCKDB: &str = "duckdb==1.5.6";

/// Runs it all; the first failure ends it.
pub fn run(words: &[String]) -> Result<()> {
    if let Some(word) = words.first() {
        bail!("`{word}` is not known to `cargo xtask test`");
    }
    let mut steps = Steps::new(6);
    steps.run("install the browser the tests drive (Debian)", install_browser)?;
    let python = steps.run("install the engine answers are checked against (PyPI)", install_duckdb)?;
    steps.run("build and test the web UI (npm)", || {
        build_web()?;
        step::run(command("npm").arg("test").current_dir(root().join("web")))
    })?;
    steps.run("format", || step::run(cargo().args(["fmt", "--all", "--check"])))?;
    steps.run("clippy", || step::run(cargo().args(["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"])))?;
    steps.run("tests", || {
        // The end-to-end tests run the binary itself: build it first.
        step::run(cargo().args(["build", "--workspace", "--all-targets", "--quiet"]))?;
        step::run(cargo().args(["test", "--workspace", "--quiet"]).env("CLOUDLENS_PYTHON", &python))
    })
}

fn install_browser() -> Result<()> {
    let fonts = Path::new("/usr/share/fonts/opentype/noto").exists();
    if exists("chromium") && exists("chromedriver") && fonts {
        return Ok(());
    }
    if !exists("apt-get") {
        bail!("chromium and chromedriver are not installed\nhint: install them and a Chinese font, then run this again");
    }
    let root_user = output(command("id").arg("-u"))?.trim() == "0";
    let apt = |arguments: &[&str]| {
        let mut apt = if root_user { command("apt-get") } else { command("sudo") };
        if !root_user {
            apt.args(["-n", "apt-get"]);
        }
        apt.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
        step::run(&mut apt)
    };
    apt(&["update", "-qq"])?;
    apt(&["install", "-y", "-qq", "--no-install-recommends", "chromium", "chromium-driver", "fonts-noto-cjk"])
}

/// A Python of its own with DuckDB in it, beside what cargo builds.
pub fn install_duckdb() -> Result<PathBuf> {
    let folder = target_folder()?.join("python");
    let python = folder.join("bin/python");
    let works = python.exists() && command(&python).args(["-c", "import duckdb"]).status().is_ok_and(|status| status.success());
    if !works {
        step::run(command("python3").args(["-m", "venv", "--clear"]).arg(&folder)).context("hint: install python3 with its venv module")?;
        step::run(command(&python).args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", DUCKDB]))?;
    }
    Ok(python)
}
