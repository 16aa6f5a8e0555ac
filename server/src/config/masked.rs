//! The settings in force as a person reads them: TOML, each with where it came from, secrets masked.

use domain::Access;
use toml::Value;

use super::{Config, KeySettings};

const MASK: &str = "***";

pub(super) fn show(config: &Config) -> String {
    let mut page = Page { text: String::new(), config };
    page.line("", "data", config.data.display().to_string());
    page.line("", "time_zone", config.time_zone.iana_name().unwrap_or("UTC"));
    page.head("server");
    page.line("server", "address", config.server.address.to_string());
    page.head("limits");
    let limits = &config.limits;
    for (name, number) in [
        ("rows", limits.rows as u64),
        ("query_seconds", limits.query.as_secs()),
        ("memory_mb", (limits.memory >> 20) as u64),
        ("turn_seconds", limits.turn.as_secs()),
        ("body_kb", (limits.body >> 10) as u64),
    ] {
        page.line("limits", name, i64::try_from(number).unwrap_or(i64::MAX));
    }
    if let Some(model) = &config.model {
        page.head("model");
        page.line("model", "base_url", model.base_url.as_str());
        page.line("model", "api_key", if model.api_key.0.is_empty() { "" } else { MASK });
        page.line("model", "model", model.model.as_str());
        page.line("model", "timeout_seconds", i64::try_from(model.timeout.as_secs()).unwrap_or(i64::MAX));
    }
    if config.notify.is_some() {
        page.head("notify");
        page.line("notify", "webhook_url", MASK);
        page.line("notify", "secret", MASK);
    }
    for key in &config.keys {
        page.key(key);
    }
    page.text
}

struct Page<'a> {
    text: String,
    config: &'a Config,
}

impl Page<'_> {
    fn head(&mut self, section: &str) {
        self.text.push_str(&format!("\n[{section}]\n"));
    }

    fn line(&mut self, section: &str, name: &str, value: impl Into<Value>) {
        let dotted = if section.is_empty() { name.to_owned() } else { format!("{section}.{name}") };
        let origin = self.config.sources.get(&dotted).map_or("default", String::as_str);
        self.text.push_str(&format!("{name} = {}  # {origin}\n", value.into()));
    }

    fn key(&mut self, key: &KeySettings) {
        let list = |names: Vec<String>| Value::from(names).to_string();
        let accounts = match &key.scope.accounts {
            Access::All => Value::from("all").to_string(),
            Access::Only(accounts) => list(accounts.clone()),
        };
        let permissions =
            key.scope.permissions.iter().map(|permission| {
                Value::try_from(permission).map_or_else(|_| String::new(), |v| v.as_str().unwrap_or_default().to_owned())
            });
        self.text.push_str(&format!(
            "\n[[keys]]\nname = {}\nhash = \"{MASK}\"\naccounts = {accounts}\nroles = {}\npermissions = {}\ndocuments = {}\n",
            Value::from(key.scope.user.as_str()),
            list(key.scope.roles.iter().cloned().collect()),
            list(permissions.collect()),
            list(key.scope.documents.iter().cloned().collect()),
        ));
    }
}
