//! API keys in the settings: the hash of each, or the variable it is in, and what its holder may see and do.

use std::collections::BTreeSet;

use domain::{Access, Permission, Scope};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use toml::Value;

use super::{ConfigError, layers::Sources, variables::API_KEY};

/// Shorter keys can be guessed.
const SHORTEST_KEY: usize = 16;

/// SHA-256 of a key.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct KeyHash([u8; 32]);

impl std::fmt::Debug for KeyHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

impl KeyHash {
    /// Of a key.
    pub fn of(key: &str) -> Self {
        Self(Sha256::digest(key.as_bytes()).into())
    }

    /// From 64 hex digits.
    pub fn parse(digits: &str) -> Option<Self> {
        let digits = digits.as_bytes();
        if digits.len() != 64 {
            return None;
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks(2)) {
            *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
        }
        Some(Self(bytes))
    }

    /// As 64 hex digits in lower case.
    pub fn to_hex(self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Whether two are the same, in a time that does not tell where they differ.
    pub fn matches(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

/// A key of the settings.
#[derive(Clone, Debug)]
pub struct KeySettings {
    /// Its hash.
    pub hash: KeyHash,
    /// What its holder may see and do; the scope's user is the key's name.
    pub scope: Scope,
}

/// An entry of `[[keys]]` as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: String,
    hash: Option<String>,
    env: Option<String>,
    #[serde(default)]
    accounts: Accounts,
    #[serde(default)]
    roles: BTreeSet<String>,
    #[serde(default = "may_ask")]
    permissions: BTreeSet<Permission>,
    #[serde(default = "for_all")]
    documents: BTreeSet<String>,
}

/// `"all"` or a list of account ids.
#[derive(Deserialize)]
#[serde(untagged)]
enum Accounts {
    Word(String),
    List(Vec<String>),
}

impl Default for Accounts {
    fn default() -> Self {
        Self::List(Vec::new())
    }
}

fn may_ask() -> BTreeSet<Permission> {
    [Permission::Ask].into()
}

fn for_all() -> BTreeSet<String> {
    ["all".to_owned()].into()
}

/// The keys of the settings, and the one of the environment.
pub(super) fn build(
    value: Option<Value>,
    sources: &Sources,
    environment: &dyn Fn(&str) -> Option<String>,
) -> Result<Vec<KeySettings>, ConfigError> {
    let origin = sources.get("keys").cloned().unwrap_or_default();
    let wrong = |problem: String, hint| ConfigError::Value { setting: "keys".into(), origin: origin.clone(), problem, hint };
    let entries = match value {
        None => Vec::new(),
        Some(value) => value.try_into::<Vec<Entry>>().map_err(|error| {
            wrong(
                error.message().to_owned(),
                "each `[[keys]]` has `name`, `hash` or `env`, `accounts`, `roles`, `permissions` and `documents`",
            )
        })?,
    };
    let mut keys = Vec::new();
    for entry in entries {
        let hash = hash(&entry, environment).map_err(|(problem, hint)| wrong(format!("key `{}`: {problem}", entry.name), hint))?;
        let accounts = match entry.accounts {
            Accounts::List(list) => Access::Only(list),
            Accounts::Word(word) if word == "all" => Access::All,
            Accounts::Word(word) => Access::Only(vec![word]),
        };
        let scope = Scope { user: entry.name, roles: entry.roles, accounts, documents: entry.documents, permissions: entry.permissions };
        keys.push(KeySettings { hash, scope });
    }
    if let Some(key) = environment(API_KEY).filter(|key| !key.is_empty()) {
        if key.len() < SHORTEST_KEY {
            return Err(ConfigError::Value {
                setting: "keys".into(),
                origin: API_KEY.into(),
                problem: "shorter than 16 characters".into(),
                hint: "make one with `openssl rand -hex 24`",
            });
        }
        keys.push(KeySettings { hash: KeyHash::of(&key), scope: Scope::owner("api-key") });
    }
    unique(&keys).map_err(|name| wrong(format!("two keys are named `{name}`"), "the audit log tells keys apart by name"))?;
    Ok(keys)
}

fn hash(entry: &Entry, environment: &dyn Fn(&str) -> Option<String>) -> Result<KeyHash, (String, &'static str)> {
    match (&entry.hash, &entry.env) {
        (Some(digits), None) => KeyHash::parse(digits).ok_or(("`hash` is not a SHA-256 in hex".into(), "printf %s \"$KEY\" | sha256sum")),
        (None, Some(variable)) => match environment(variable) {
            Some(key) if key.len() >= SHORTEST_KEY => Ok(KeyHash::of(&key)),
            Some(_) => Err((format!("`{variable}` holds fewer than 16 characters"), "make a key with `openssl rand -hex 24`")),
            None => Err((format!("the variable `{variable}` is not set"), "set it, or give the key's `hash`")),
        },
        _ => Err(("needs either `hash` or `env`".into(), "`hash` is the key's SHA-256 in hex, `env` a variable that holds the key")),
    }
}

fn unique(keys: &[KeySettings]) -> Result<(), String> {
    let mut seen = BTreeSet::new();
    for key in keys {
        if !seen.insert(&key.scope.user) {
            return Err(key.scope.user.clone());
        }
    }
    Ok(())
}
