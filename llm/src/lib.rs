//! Chat models behind one pool: any OpenAI-compatible endpoint, typed errors, one retry, a breaker. `reqwest` to a model does not leave it.

mod breaker;
mod error;
mod model;
mod openai;
mod pool;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod transport;
mod wire;

pub use error::LlmError;
pub use model::{ChatModel, Completion, Message, ModelConfig, Secret, ToolCall, ToolSpec};
pub use openai::OpenAiModel;
pub use pool::{Pool, PoolOptions};
