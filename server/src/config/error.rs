//! Settings that cannot be used.

use std::path::PathBuf;

/// Why the settings cannot be used. Never shows a secret's value.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file is not there or cannot be read.
    #[error("cannot read the settings file `{}`", file.display())]
    Read {
        /// The file.
        file: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The file is not TOML. Only the place is told: the line may hold a secret.
    #[error("`{}`, line {line}: {message}", file.display())]
    Syntax {
        /// The file.
        file: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        message: String,
    },
    /// A setting that does not exist.
    #[error("`{setting}` is not a setting\nhint: `cloudlens config` prints those in force; {known}")]
    Unknown {
        /// The dotted name.
        setting: String,
        /// What there is in its place.
        known: String,
    },
    /// A value that does not fit.
    #[error("`{setting}` ({origin}): {problem}\nhint: {hint}")]
    Value {
        /// The dotted name.
        setting: String,
        /// Where the value came from.
        origin: String,
        /// What is wrong with it.
        problem: String,
        /// What would be right.
        hint: &'static str,
    },
}
