//! A model behind an OpenAI-compatible endpoint: one attempt a call, within its time, ended by the caller's token.

use std::sync::atomic::{AtomicBool, Ordering};

use async_openai::Client;
use tokio_util::sync::CancellationToken;

use crate::{
    ChatModel, Completion, LlmError, Message, ModelConfig, ToolSpec,
    transport::{self, Endpoint},
    wire::{Request, Response},
};

/// A model behind an OpenAI-compatible endpoint. Makes one attempt; the pool is the only place that tries again.
pub struct OpenAiModel {
    config: ModelConfig,
    client: Client<Endpoint>,
    /// Cleared for good once the endpoint refuses a temperature, as reasoning models do.
    takes_temperature: AtomicBool,
}

impl OpenAiModel {
    /// Checks the configuration; sends nothing.
    pub fn new(config: ModelConfig) -> Result<Self, LlmError> {
        let client = transport::client(&config)?;
        Ok(Self { config, client, takes_temperature: AtomicBool::new(true) })
    }

    async fn attempt(&self, messages: &[Message], tools: &[ToolSpec], temperature: Option<f32>) -> Result<Completion, LlmError> {
        let request = Request::new(&self.config.model, messages, tools, temperature);
        let response: Response = self.client.chat().create_byot(request).await.map_err(transport::typed)?;
        response.into_completion()
    }

    async fn complete_once(&self, messages: &[Message], tools: &[ToolSpec]) -> Result<Completion, LlmError> {
        let temperature = self.takes_temperature.load(Ordering::Relaxed).then_some(0.0);
        match self.attempt(messages, tools, temperature).await {
            Err(LlmError::Status { status: 400, message, .. }) if temperature.is_some() && message.contains("temperature") => {
                self.takes_temperature.store(false, Ordering::Relaxed);
                self.attempt(messages, tools, None).await
            }
            other => other,
        }
    }
}

#[async_trait::async_trait]
impl ChatModel for OpenAiModel {
    fn name(&self) -> &str {
        &self.config.model
    }

    async fn complete(&self, messages: &[Message], tools: &[ToolSpec], cancel: &CancellationToken) -> Result<Completion, LlmError> {
        tokio::select! {
            biased;
            () = cancel.cancelled() => Err(LlmError::Cancelled),
            answer = tokio::time::timeout(self.config.timeout, self.complete_once(messages, tools)) => {
                answer.unwrap_or(Err(LlmError::Timeout { seconds: self.config.timeout.as_secs() }))
            }
        }
    }
}
