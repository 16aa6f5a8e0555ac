//! The rules of the house as tests: floors, who names which library, a sentence on every file.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

/// Which floor a crate lives on. A crate may import only crates on lower floors.
const FLOORS: &[(&str, u8)] = &[
    ("domain", 0),
    ("schema", 1),
    ("prompts", 1),
    ("llm", 1),
    ("store", 1),
    ("notify", 1),
    ("demo", 1),
    ("warehouse", 2),
    ("retrieval", 2),
    ("nl2sql", 2),
    ("tools", 3),
    ("copilot", 4),
    ("server", 5),
    ("evals", 5),
    ("cli", 6),
    ("tests", 7),
    ("xtask", 0),
];

/// Libraries that only the named crates may depend on.
const OWNED: &[(&str, &[&str])] = &[
    ("sqlparser", &["schema", "warehouse"]),
    ("minijinja", &["prompts"]),
    ("tiktoken-rs", &["prompts"]),
    ("async-openai", &["llm"]),
    ("sqlx", &["store", "warehouse"]),
    ("datafusion", &["warehouse"]),
    ("arrow", &["warehouse"]),
    ("deltalake", &["warehouse"]),
    ("qdrant-edge", &["retrieval"]),
    ("jieba-rs", &["nl2sql", "retrieval"]),
    ("axum", &["server"]),
    ("clap", &["cli"]),
];

#[test]
fn crates_import_only_lower_floors() {
    let floors: BTreeMap<_, _> = FLOORS.iter().copied().collect();
    for (name, dependencies) in workspace() {
        let floor = floors.get(name.as_str()).unwrap_or_else(|| panic!("`{name}` has no floor: add it to FLOORS and ARCHITECTURE.md"));
        for dependency in dependencies.iter().filter_map(|dependency| dependency.strip_prefix("cloudlens-")) {
            let below = floors[dependency];
            assert!(below < *floor, "`{name}` (floor {floor}) imports `{dependency}` (floor {below})");
        }
    }
}

#[test]
fn heavy_libraries_have_one_owner() {
    for (name, dependencies) in workspace() {
        for (library, owners) in OWNED {
            let names_it = dependencies.iter().any(|dependency| dependency == library);
            assert!(!names_it || owners.contains(&name.as_str()), "`{name}` names `{library}`, which only {owners:?} may");
        }
    }
}

#[test]
fn nothing_imports_the_server_but_the_binary_and_the_tests() {
    for (name, dependencies) in workspace() {
        let imports = dependencies.iter().any(|dependency| dependency == "cloudlens-server");
        assert!(!imports || matches!(name.as_str(), "cli" | "tests"), "`{name}` imports the server");
    }
}

#[test]
fn every_file_opens_with_a_sentence() {
    for file in files(&root(), "rs") {
        let text = fs::read_to_string(&file).expect("a readable source file");
        let first = text.lines().next().unwrap_or_default();
        assert!(first.starts_with("//! ") && text.len() > 8, "`{}` does not open with one `//!` sentence", file.display());
    }
}

#[test]
fn only_configuration_reads_the_environment() {
    let root = root();
    for file in files(&root, "rs") {
        let inside = file.strip_prefix(&root).expect("a file of the workspace");
        let free = ["cli", "xtask", "tests", "server/src/config"].iter().any(|folder| inside.starts_with(folder));
        let text = fs::read_to_string(&file).expect("a readable source file");
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        let reads = code.contains("env::var") && !code.contains("test]\n");
        assert!(free || is_test(inside) || !reads, "`{}` reads the environment", inside.display());
    }
}

#[test]
fn no_clock_below_the_server() {
    let root = root();
    for file in files(&root, "rs") {
        let inside = file.strip_prefix(&root).expect("a file of the workspace");
        let free = ["cli", "server", "xtask", "tests"].iter().any(|folder| inside.starts_with(folder));
        let text = fs::read_to_string(&file).expect("a readable source file");
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for clock in ["Timestamp::now", "Zoned::now", "SystemTime::now", "Utc::now", "Local::now"] {
            assert!(free || is_test(inside) || !code.contains(clock), "`{}` reads the clock: take now as a value", inside.display());
        }
    }
}

#[test]
fn rustls_is_the_only_tls_stack() {
    let lock = fs::read_to_string(root().join("Cargo.lock")).expect("Cargo.lock");
    for other in ["openssl", "openssl-sys", "native-tls", "hyper-tls"] {
        assert!(!lock.contains(&format!("name = \"{other}\"")), "`{other}` is in Cargo.lock");
    }
}

/// Whether a file is compiled for tests, examples or benchmarks only.
fn is_test(file: &Path) -> bool {
    file.components().any(|part| {
        matches!(part.as_os_str().to_str(), Some("tests" | "tests.rs" | "testing" | "testing.rs" | "examples" | "benches" | "build.rs"))
    })
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_owned()
}

/// Each crate of the workspace (its folder) with what it names under `[dependencies]` and `[build-dependencies]`.
fn workspace() -> Vec<(String, Vec<String>)> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version", "1", "--offline"])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo prints JSON");
    let packages = metadata["packages"].as_array().expect("packages");
    packages
        .iter()
        .map(|package| {
            let name = package["name"].as_str().expect("a name");
            let folder = Path::new(package["manifest_path"].as_str().expect("a path")).parent().expect("a folder");
            let folder = folder.file_name().and_then(|folder| folder.to_str()).expect("a name");
            assert_eq!(name, format!("cloudlens-{folder}"), "a package is named after its folder");
            let dependencies = package["dependencies"].as_array().expect("dependencies").iter();
            let named = dependencies
                .filter(|dependency| dependency["kind"] != "dev")
                .map(|dependency| dependency["name"].as_str().expect("a name").to_owned());
            (folder.to_owned(), named.collect())
        })
        .collect()
}

fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a readable folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if path.is_dir() {
            if !name.starts_with('.') && !matches!(name, "target" | "node_modules" | "data" | "dist" | "artifacts") {
                found.extend(files(&path, extension));
            }
        } else if path.extension().is_some_and(|found| found == extension) {
            found.push(path);
        }
    }
    found
}
