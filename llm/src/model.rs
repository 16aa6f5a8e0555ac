//! What a chat is: messages, tools, completions, and the trait every model has.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::LlmError;

/// Where a model is.
#[derive(Clone, Debug)]
pub struct ModelConfig {
    /// The endpoint's base, such as `https://api.example.com/v1`.
    pub base_url: String,
    /// Its key. Never shown.
    pub api_key: Secret,
    /// The model's name.
    pub model: String,
    /// The longest one request may take.
    pub timeout: Duration,
}

/// A text that never reaches a log: `Debug` shows `***`.
#[derive(Clone, Default)]
pub struct Secret(pub String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

/// One message of a chat.
#[derive(Clone, Debug)]
pub enum Message {
    /// Instructions.
    System(String),
    /// The person's.
    User(String),
    /// The model's, with the tools it called.
    Assistant {
        /// Its words.
        text: String,
        /// Its calls.
        calls: Vec<ToolCall>,
    },
    /// What a tool answered.
    Tool {
        /// The call's id.
        call_id: String,
        /// The answer.
        content: String,
    },
}

/// A tool a model may call.
#[derive(Clone, Debug)]
pub struct ToolSpec {
    /// Its name.
    pub name: String,
    /// What it does.
    pub description: String,
    /// The JSON schema of its arguments.
    pub parameters: serde_json::Value,
}

/// A call a model made.
#[derive(Clone, Debug, PartialEq)]
pub struct ToolCall {
    /// The call's id.
    pub id: String,
    /// The tool's name.
    pub name: String,
    /// The arguments as the model wrote them.
    pub arguments: String,
}

/// What a model answered.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Completion {
    /// Its words.
    pub text: String,
    /// Its calls.
    pub calls: Vec<ToolCall>,
    /// Tokens sent.
    pub prompt_tokens: u64,
    /// Tokens received.
    pub completion_tokens: u64,
}

/// A chat model.
#[async_trait::async_trait]
pub trait ChatModel: Send + Sync {
    /// The model's name.
    fn name(&self) -> &str;
    /// One answer to a chat.
    async fn complete(&self, messages: &[Message], tools: &[ToolSpec], cancel: &CancellationToken) -> Result<Completion, LlmError>;
}
