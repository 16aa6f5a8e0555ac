//! The routes, one file a subject. Handlers take the request apart, call one part of the service, and wrap what it says.

pub(crate) mod changes;
pub(crate) mod chat;
pub(crate) mod conversations;
pub(crate) mod docs;
pub(crate) mod examples;
pub(crate) mod feedback;
pub(crate) mod health;
pub(crate) mod knowledge;
pub(crate) mod query;
pub(crate) mod runs;
pub(crate) mod sql;
pub(crate) mod status;
pub(crate) mod tools;
pub(crate) mod web;

pub(crate) mod audit;
