//! What is wrong with a model or a policy, and where.

use std::path::PathBuf;

use serde_saphyr::{Location, Spanned};

/// A model or policy that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{file}:{line}: {message}")]
pub struct SchemaError {
    /// The file's name.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub message: String,
}

/// A file's name and text, for errors that point into it.
pub(crate) struct Source {
    pub(crate) name: String,
    pub(crate) text: String,
}

impl Source {
    /// Reads a file.
    pub(crate) fn read(path: &std::path::Path) -> Result<Self, SchemaError> {
        let name = path.display().to_string();
        match std::fs::read_to_string(path) {
            Ok(text) => Ok(Self { name, text }),
            Err(error) => Err(SchemaError { file: name, line: 1, message: format!("cannot be read: {error}") }),
        }
    }

    /// A text that is part of the program.
    pub(crate) fn embedded(name: &str, text: &str) -> Self {
        Self { name: PathBuf::from(name).display().to_string(), text: text.to_owned() }
    }

    /// Parses the text as YAML (or JSON, which is YAML).
    pub(crate) fn parse<T: serde::de::DeserializeOwned>(&self) -> Result<T, SchemaError> {
        serde_saphyr::from_str(&self.text).map_err(|error| {
            let line = error.location().map_or(1, |location| location.line());
            self.error(line, first_line(&error.to_string()))
        })
    }

    /// An error at the place of a value.
    pub(crate) fn at<T>(&self, place: &Spanned<T>, message: impl Into<String>) -> SchemaError {
        self.at_location(&place.referenced, message)
    }

    /// An error at a place.
    pub(crate) fn at_location(&self, place: &Location, message: impl Into<String>) -> SchemaError {
        self.error(place.line(), message.into())
    }

    fn error(&self, line: u64, message: String) -> SchemaError {
        SchemaError { file: self.name.clone(), line: usize::try_from(line).unwrap_or(1).max(1), message }
    }
}

/// The parser's errors quote the file over several lines; the first says what is wrong.
fn first_line(message: &str) -> String {
    let line = message.lines().next().unwrap_or("not valid YAML").trim();
    let line = line.strip_prefix("error: ").unwrap_or(line);
    match line.split_once(": ") {
        Some((place, what)) if place.starts_with("line ") && place.contains(" column ") => what.to_owned(),
        Some(_) | None => line.to_owned(),
    }
}
