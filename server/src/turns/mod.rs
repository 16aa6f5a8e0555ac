//! Turns as the server runs them: each in a task of its own that outlives the request, its events kept for whoever comes back.

mod drive;
mod live;
mod record;
mod sse;
mod ui;

pub(crate) use drive::{Start, start};
pub(crate) use live::{Live, Runs};
pub(crate) use record::{announce, record};
pub(crate) use sse::{respond, respond_stored};
