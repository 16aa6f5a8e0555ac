//! What every request passes: who asks, where from, errors as JSON, headers, metrics.

pub(crate) mod auth;
pub(crate) mod error;
pub(crate) mod extract;
pub(crate) mod fault;
pub(crate) mod headers;
pub(crate) mod metrics;
pub(crate) mod origin;
pub(crate) mod router;
