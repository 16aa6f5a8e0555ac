//! Bounds on what one query may use.

use std::time::Duration;

/// Bounds on one query. What goes over is ended, and the answer says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Rows returned; more are cut off and the table says it is truncated.
    pub rows: usize,
    /// Wall-clock time of planning and running.
    pub time: Duration,
    /// Bytes of memory of the engine.
    pub memory: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { rows: 10_000, time: Duration::from_secs(30), memory: 1 << 30 }
    }
}
