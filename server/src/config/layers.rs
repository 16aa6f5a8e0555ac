//! Lays the environment and the flags over the file, remembering which of them each setting came from.

use std::{collections::BTreeMap, io::ErrorKind, path::PathBuf};

use toml::{Table, Value};

use super::{
    ConfigError, Overrides, VARIABLES,
    variables::{CONFIG_FILE, Kind},
};

const DEFAULT_FILE: &str = "cloudlens.toml";

/// Dotted names to where the value came from: a file, a variable, a flag.
pub(super) type Sources = BTreeMap<String, String>;

/// The file with the environment and the flags laid over it.
pub(super) fn merge(overrides: &Overrides, environment: &dyn Fn(&str) -> Option<String>) -> Result<(Table, Sources), ConfigError> {
    let named = overrides.file.clone().or_else(|| environment(CONFIG_FILE).map(PathBuf::from));
    let (mut table, mut sources) = read_file(named)?;
    for variable in VARIABLES {
        // An empty variable is one that is not set: compose files leave many of them empty.
        let Some(text) = environment(variable.name).filter(|text| !text.trim().is_empty()) else { continue };
        let value = match variable.kind {
            Kind::Text => Value::String(text),
            Kind::Number => Value::Integer(text.trim().parse().map_err(|_| ConfigError::Value {
                setting: variable.setting.into(),
                origin: variable.name.into(),
                problem: "not a whole number".into(),
                hint: "write digits only",
            })?),
        };
        set(&mut table, &mut sources, variable.setting, value, variable.name)?;
    }
    if let Some(data) = &overrides.data {
        set(&mut table, &mut sources, "data", Value::String(data.display().to_string()), "--data")?;
    }
    if let Some(address) = overrides.address {
        set(&mut table, &mut sources, "server.address", Value::String(address.to_string()), "--address")?;
    }
    Ok((table, sources))
}

fn read_file(named: Option<PathBuf>) -> Result<(Table, Sources), ConfigError> {
    let file = named.clone().unwrap_or_else(|| DEFAULT_FILE.into());
    let text = match std::fs::read_to_string(&file) {
        Ok(text) => text,
        Err(error) if named.is_none() && error.kind() == ErrorKind::NotFound => return Ok((Table::new(), Sources::new())),
        Err(source) => return Err(ConfigError::Read { file, source }),
    };
    let table: Table = text.parse().map_err(|error: toml::de::Error| {
        let at = error.span().map_or(0, |span| span.start).min(text.len());
        let line = text.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
        ConfigError::Syntax { file: file.clone(), line, message: error.message().to_owned() }
    })?;
    let mut sources = Sources::new();
    note(&table, "", &file.display().to_string(), &mut sources);
    Ok((table, sources))
}

fn note(table: &Table, prefix: &str, origin: &str, sources: &mut Sources) {
    for (name, value) in table {
        let dotted = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
        match value {
            Value::Table(inner) => note(inner, &dotted, origin, sources),
            _ => {
                sources.insert(dotted, origin.to_owned());
            }
        }
    }
}

fn set(table: &mut Table, sources: &mut Sources, setting: &str, value: Value, origin: &str) -> Result<(), ConfigError> {
    sources.insert(setting.to_owned(), origin.to_owned());
    let Some((section, name)) = setting.split_once('.') else {
        table.insert(setting.to_owned(), value);
        return Ok(());
    };
    match table.entry(section).or_insert_with(|| Value::Table(Table::new())) {
        Value::Table(inner) => {
            inner.insert(name.to_owned(), value);
            Ok(())
        }
        _ => Err(ConfigError::Value {
            setting: section.to_owned(),
            origin: sources.get(section).cloned().unwrap_or_default(),
            problem: "not a section".into(),
            hint: "write it as `[section]` with settings below",
        }),
    }
}
