//! Settings: `cloudlens.toml`, then `CLOUDLENS_*`, then flags. Nothing else in the service reads the environment.

mod error;
mod keys;
mod layers;
mod masked;
mod sections;
#[cfg(test)]
mod tests;
mod variables;

use std::path::PathBuf;

pub use error::ConfigError;
pub use keys::{KeyHash, KeySettings};
pub use sections::{LimitSettings, ModelSettings, NotifySettings, ServerSettings};
pub use variables::{VARIABLES, Variable};

use domain::Limits;
use jiff::tz::TimeZone;

/// What flags say; what they leave out comes from the environment, the file, or is the default.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// The settings file. One that is named must exist; `./cloudlens.toml` may be absent.
    pub file: Option<PathBuf>,
    /// The data folder.
    pub data: Option<PathBuf>,
    /// Where to listen.
    pub address: Option<std::net::SocketAddr>,
}

/// The settings in force.
#[derive(Clone, Debug)]
pub struct Config {
    /// The folder everything is kept in.
    pub data: PathBuf,
    /// The time zone of askers who name none.
    pub time_zone: TimeZone,
    /// Where and how to listen.
    pub server: ServerSettings,
    /// Bounds.
    pub limits: LimitSettings,
    /// The model; none where none is configured.
    pub model: Option<ModelSettings>,
    /// Who may ask, on any address but loopback.
    pub keys: Vec<KeySettings>,
    /// Where news of change requests goes; nowhere where none is configured.
    pub notify: Option<NotifySettings>,
    /// Where each setting that is not a default came from, by its dotted name.
    pub(crate) sources: std::collections::BTreeMap<String, String>,
}

impl Config {
    /// Reads the file, the environment and the flags.
    pub fn load(overrides: &Overrides) -> Result<Self, ConfigError> {
        Self::from_sources(overrides, &|name| std::env::var(name).ok())
    }

    /// The same with an environment of one's own.
    pub fn from_sources(overrides: &Overrides, environment: &dyn Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let (table, sources) = layers::merge(overrides, environment)?;
        sections::build(table, sources, environment)
    }

    /// Bounds on each query.
    pub fn query_limits(&self) -> Limits {
        Limits { rows: self.limits.rows, time: self.limits.query, memory: self.limits.memory }
    }

    /// The settings as the file would hold them, each with where it came from, secrets masked.
    pub fn to_toml_masked(&self) -> String {
        masked::show(self)
    }
}
