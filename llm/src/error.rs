//! Why a model did not answer; no text here holds a key or a URL.

use std::time::Duration;

/// Why a model did not answer.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum LlmError {
    /// The configuration cannot be used.
    #[error("the model configuration is not usable: {reason}")]
    Config {
        /// What is wrong with it.
        reason: String,
    },
    /// No answer in time.
    #[error("the model did not answer within {seconds} s")]
    Timeout {
        /// The time it had.
        seconds: u64,
    },
    /// The caller gave up.
    #[error("the request was cancelled")]
    Cancelled,
    /// No connection.
    #[error("the model endpoint cannot be reached: {reason}")]
    Connect {
        /// What the network said, without the address.
        reason: String,
    },
    /// The endpoint refused the key (401 or 403).
    #[error("the model endpoint refused the key with status {status}")]
    Unauthorized {
        /// The HTTP status.
        status: u16,
    },
    /// Too many requests (429).
    #[error("the model endpoint is over its limit")]
    RateLimited {
        /// When it may be tried again, if the endpoint said so.
        retry_after: Option<Duration>,
    },
    /// Another status than success.
    #[error("the model endpoint answered with status {status}: {message}")]
    Status {
        /// The HTTP status.
        status: u16,
        /// The endpoint's own words, shortened.
        message: String,
        /// When it may be tried again, if the endpoint said so.
        retry_after: Option<Duration>,
    },
    /// An answer that is none.
    #[error("the model's answer cannot be read: {reason}")]
    Malformed {
        /// What is wrong with it.
        reason: String,
    },
    /// Every model failed too often lately and is left alone for a while.
    #[error("no model is available; the next try is in {seconds} s")]
    Unavailable {
        /// Until the first of them is tried again.
        seconds: u64,
    },
}

impl LlmError {
    /// Whether the same request may succeed a moment later.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Connect { .. } | Self::RateLimited { .. } => true,
            Self::Status { status, .. } => *status >= 500,
            Self::Config { .. }
            | Self::Timeout { .. }
            | Self::Cancelled
            | Self::Unauthorized { .. }
            | Self::Malformed { .. }
            | Self::Unavailable { .. } => false,
        }
    }

    /// How long the endpoint asked to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::RateLimited { retry_after } | Self::Status { retry_after, .. } => *retry_after,
            _ => None,
        }
    }
}
