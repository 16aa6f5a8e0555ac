//! The sections of the settings: checked one value at a time, so that every message names its setting.

use std::{collections::BTreeMap, net::SocketAddr, path::PathBuf, time::Duration};

use jiff::tz::TimeZone;
use llm::Secret;
use toml::{Table, Value};

use super::{Config, ConfigError, keys, layers::Sources};

/// Where and how to listen.
#[derive(Clone, Debug)]
pub struct ServerSettings {
    /// The address and port. On any address but loopback, keys are needed.
    pub address: SocketAddr,
}

/// Bounds.
#[derive(Clone, Debug)]
pub struct LimitSettings {
    /// The most rows a query returns.
    pub rows: usize,
    /// The longest a query may take.
    pub query: Duration,
    /// Memory of the engine, in bytes.
    pub memory: usize,
    /// The longest a question may take.
    pub turn: Duration,
    /// The largest request body, in bytes.
    pub body: usize,
}

/// Where the model is.
#[derive(Clone, Debug)]
pub struct ModelSettings {
    /// The endpoint's base, such as `https://api.example.com/v1`.
    pub base_url: String,
    /// Its key.
    pub api_key: Secret,
    /// The model's name.
    pub model: String,
    /// The longest one request may take.
    pub timeout: Duration,
}

/// Where news of change requests goes.
#[derive(Clone, Debug)]
pub struct NotifySettings {
    /// The receiver. A secret too: addresses of chat robots carry tokens.
    pub webhook_url: Secret,
    /// What is signed with.
    pub secret: Secret,
}

/// Takes the settings out of the merged table; what is left over does not exist.
pub(super) fn build(table: Table, sources: Sources, environment: &dyn Fn(&str) -> Option<String>) -> Result<Config, ConfigError> {
    let mut top = Section { name: "", table, sources: &sources };
    let data = PathBuf::from(top.text("data")?.unwrap_or_else(|| "data".into()));
    let zone = top.text("time_zone")?.unwrap_or_else(|| "Asia/Shanghai".into());
    let time_zone = TimeZone::get(&zone)
        .map_err(|_| top.wrong("time_zone", format!("`{zone}` is not a time zone"), "use an IANA name such as Asia/Shanghai"))?;
    let server = server(top.section("server")?)?;
    let limits = limits(top.section("limits")?)?;
    let model = model(top.section("model")?)?;
    let notify = notify(top.section("notify")?)?;
    let keys = keys::build(top.table.remove("keys"), &sources, environment)?;
    top.finish("the sections are `server`, `limits`, `model`, `keys` and `notify`, and above them `data` and `time_zone`")?;
    Ok(Config { data, time_zone, server, limits, model, keys, notify, sources })
}

fn server(mut section: Section<'_>) -> Result<ServerSettings, ConfigError> {
    let address = section.text("address")?.unwrap_or_else(|| "127.0.0.1:8080".into());
    let address = address.replacen("localhost:", "127.0.0.1:", 1).parse().map_err(|_| {
        section.wrong(
            "address",
            format!("`{address}` is not an address and port"),
            "write an IP address and a port, such as 127.0.0.1:8080",
        )
    })?;
    section.finish("`[server]` has `address`")?;
    Ok(ServerSettings { address })
}

fn limits(mut section: Section<'_>) -> Result<LimitSettings, ConfigError> {
    let limits = LimitSettings {
        rows: section.number("rows", 10_000)?,
        query: Duration::from_secs(section.number("query_seconds", 30)? as u64),
        memory: section.number("memory_mb", 1024)?.saturating_mul(1 << 20),
        turn: Duration::from_secs(section.number("turn_seconds", 120)? as u64),
        body: section.number("body_kb", 4096)?.saturating_mul(1 << 10),
    };
    section.finish("`[limits]` has `rows`, `query_seconds`, `memory_mb`, `turn_seconds` and `body_kb`")?;
    Ok(limits)
}

fn model(mut section: Section<'_>) -> Result<Option<ModelSettings>, ConfigError> {
    let timeout = Duration::from_secs(section.number("timeout_seconds", 60)? as u64);
    let (base_url, api_key, name) = (section.text("base_url")?, section.text("api_key")?, section.text("model")?);
    if base_url.as_deref().is_some_and(|url| !is_http(url)) {
        return Err(section.wrong("base_url", "not an `http` or `https` URL".into(), "such as https://api.example.com/v1"));
    }
    let model = match (base_url, name) {
        (None, None) => None,
        (Some(base_url), Some(model)) => Some(ModelSettings { base_url, api_key: Secret(api_key.unwrap_or_default()), model, timeout }),
        (Some(_), None) => return Err(section.wrong("model", "missing".into(), "name the model to use at `base_url`")),
        (None, Some(_)) => {
            return Err(section.wrong("base_url", "missing".into(), "name the endpoint, such as https://api.example.com/v1"));
        }
    };
    section.finish("`[model]` has `base_url`, `api_key`, `model` and `timeout_seconds`")?;
    Ok(model)
}

fn notify(mut section: Section<'_>) -> Result<Option<NotifySettings>, ConfigError> {
    let (url, secret) = (section.text("webhook_url")?, section.text("secret")?);
    let notify = match (url, secret) {
        (None, _) => None,
        (Some(url), _) if !is_http(&url) => {
            return Err(section.wrong("webhook_url", "not an `http` or `https` URL".into(), "such as https://hooks.example.com/cloudlens"));
        }
        (Some(_), None) => {
            return Err(section.wrong("secret", "missing".into(), "the receiver checks the signature with it; any long random text"));
        }
        (Some(url), Some(secret)) => Some(NotifySettings { webhook_url: Secret(url), secret: Secret(secret) }),
    };
    section.finish("`[notify]` has `webhook_url` and `secret`")?;
    Ok(notify)
}

fn is_http(url: &str) -> bool {
    url.starts_with("http://") || url.starts_with("https://")
}

/// A table whose settings are taken out one by one.
struct Section<'a> {
    name: &'a str,
    table: Table,
    sources: &'a BTreeMap<String, String>,
}

impl<'a> Section<'a> {
    fn section(&mut self, name: &'a str) -> Result<Section<'a>, ConfigError> {
        let table = match self.table.remove(name) {
            None => Table::new(),
            Some(Value::Table(table)) => table,
            Some(_) => return Err(self.wrong(name, "not a section".into(), "write it as `[section]` with settings below")),
        };
        Ok(Section { name, table, sources: self.sources })
    }

    fn text(&mut self, setting: &str) -> Result<Option<String>, ConfigError> {
        match self.table.remove(setting) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(self.wrong(setting, "not a text".into(), "put it in quotation marks")),
        }
    }

    fn number(&mut self, setting: &str, default: usize) -> Result<usize, ConfigError> {
        match self.table.remove(setting) {
            None => Ok(default),
            Some(Value::Integer(number)) if number > 0 => {
                usize::try_from(number).map_err(|_| self.wrong(setting, "too large".into(), "write a smaller number"))
            }
            Some(_) => Err(self.wrong(setting, "not a whole number above 0".into(), "write digits only, without quotation marks")),
        }
    }

    fn finish(&self, known: &str) -> Result<(), ConfigError> {
        match self.table.keys().next() {
            None => Ok(()),
            Some(left) => Err(ConfigError::Unknown { setting: self.dotted(left), known: known.into() }),
        }
    }

    fn wrong(&self, setting: &str, problem: String, hint: &'static str) -> ConfigError {
        let setting = self.dotted(setting);
        let origin = self.sources.get(&setting).cloned().unwrap_or_else(|| "not set".into());
        ConfigError::Value { setting, origin, problem, hint }
    }

    fn dotted(&self, setting: &str) -> String {
        if self.name.is_empty() { setting.to_owned() } else { format!("{}.{setting}", self.name) }
    }
}
