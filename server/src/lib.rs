//! HTTP: the API, the chat page, who may ask, limits, metrics, and the settings of the whole service.
//!
//! [`App`] holds every part; [`bind`] and [`serve`] put it on the network.

mod app;
pub mod config;
mod error;
mod http;
mod routes;
mod serve;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
#[cfg(test)]
mod tests;
mod turns;

pub use app::App;
pub use config::{Config, ConfigError, Overrides};
pub use error::ServerError;
pub use http::router::{openapi, router};
pub use serve::{bind, serve};
