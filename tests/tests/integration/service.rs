//! A running server on a data folder of its own, stopped when it is dropped.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Stdio},
};

use tempfile::TempDir;

use crate::shell::{command, copy_folder, demo_company, text};

/// `cloudlens serve` on a free port.
pub struct Service {
    /// Where it listens, such as `http://127.0.0.1:41234`.
    pub url: String,
    process: Child,
    folder: TempDir,
}

impl Service {
    /// Serves a copy of the demo company, so that what a test changes stays its own.
    pub fn of_the_demo() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        copy_folder(demo_company(), folder.path());
        let mut process = command(&["serve", "--address", "127.0.0.1:0", "--data", &text(folder.path())])
            .stdout(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        let output = process.stdout.take().expect("standard output");
        let line = BufReader::new(output).lines().map_while(Result::ok).find(|line| line.contains("http://"));
        let line = line.expect("the server says where it listens");
        let url = line[line.find("http://").expect("an address")..].split_whitespace().next().expect("an address").to_owned();
        Self { url, process, folder }
    }

    /// The data folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.process.kill().expect("the server can be stopped");
        self.process.wait().expect("the server ends");
    }
}
