//! Several models as one: the only retry loop, fail-over in order, a breaker for each.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tokio_util::sync::CancellationToken;

use crate::{ChatModel, Completion, LlmError, Message, ModelConfig, OpenAiModel, ToolSpec, breaker::Breaker};

/// How a pool behaves.
#[derive(Clone, Copy, Debug)]
pub struct PoolOptions {
    /// The longest one completion may take, tries and waits together.
    pub deadline: Duration,
    /// Failures in a row after which a model is left alone.
    pub failures: u32,
    /// How long it is left alone.
    pub cool_down: Duration,
    /// The wait before the second try where the endpoint names none.
    pub backoff: Duration,
}

impl Default for PoolOptions {
    fn default() -> Self {
        Self { deadline: Duration::from_secs(60), failures: 3, cool_down: Duration::from_secs(30), backoff: Duration::from_millis(300) }
    }
}

/// Models tried in order.
pub struct Pool {
    members: Vec<Member>,
    options: PoolOptions,
}

struct Member {
    model: Arc<dyn ChatModel>,
    breaker: Breaker,
}

impl Pool {
    /// A pool of models, the preferred one first.
    pub fn new(models: Vec<Arc<dyn ChatModel>>, options: PoolOptions) -> Self {
        let member = |model| Member { model, breaker: Breaker::new(options.failures, options.cool_down) };
        Self { members: models.into_iter().map(member).collect(), options }
    }

    /// A pool of endpoints, the preferred one first.
    pub fn connect(configs: Vec<ModelConfig>, options: PoolOptions) -> Result<Self, LlmError> {
        let models: Result<Vec<_>, _> =
            configs.into_iter().map(|config| OpenAiModel::new(config).map(|model| Arc::new(model) as _)).collect();
        Ok(Self::new(models?, options))
    }

    /// Up to two tries with one model; the second only for what may pass, and only when the wait ends before the deadline.
    async fn try_member(
        &self,
        member: &Member,
        messages: &[Message],
        tools: &[ToolSpec],
        deadline: Instant,
        cancel: &CancellationToken,
    ) -> Result<Completion, LlmError> {
        let first = self.attempt(member, messages, tools, deadline, cancel).await;
        let error = match first {
            Err(error) if error.is_transient() => error,
            other => return other,
        };
        let wait = error.retry_after().unwrap_or(self.options.backoff);
        if Instant::now() + wait >= deadline {
            return Err(error);
        }
        tracing::warn!(model = member.model.name(), %error, wait_ms = wait.as_millis() as u64, "trying the model again");
        tokio::select! {
            biased;
            () = cancel.cancelled() => return Err(LlmError::Cancelled),
            () = tokio::time::sleep(wait) => {}
        }
        self.attempt(member, messages, tools, deadline, cancel).await
    }

    async fn attempt(
        &self,
        member: &Member,
        messages: &[Message],
        tools: &[ToolSpec],
        deadline: Instant,
        cancel: &CancellationToken,
    ) -> Result<Completion, LlmError> {
        let answer = tokio::time::timeout_at(deadline.into(), member.model.complete(messages, tools, cancel)).await;
        answer.unwrap_or(Err(LlmError::Timeout { seconds: self.options.deadline.as_secs() }))
    }
}

#[async_trait::async_trait]
impl ChatModel for Pool {
    fn name(&self) -> &str {
        self.members.first().map_or("", |member| member.model.name())
    }

    async fn complete(&self, messages: &[Message], tools: &[ToolSpec], cancel: &CancellationToken) -> Result<Completion, LlmError> {
        let deadline = Instant::now() + self.options.deadline;
        let mut waits = Vec::new();
        let mut last = None;
        for member in &self.members {
            if let Err(wait) = member.breaker.admit(Instant::now()) {
                waits.push(wait);
                continue;
            }
            match self.try_member(member, messages, tools, deadline, cancel).await {
                Ok(completion) => {
                    member.breaker.succeeded();
                    return Ok(completion);
                }
                Err(LlmError::Cancelled) => return Err(LlmError::Cancelled),
                Err(error) => {
                    tracing::warn!(model = member.model.name(), %error, "the model failed");
                    member.breaker.failed(Instant::now());
                    last = Some(error);
                }
            }
        }
        let seconds = waits.iter().min().map_or(0, Duration::as_secs);
        Err(last.unwrap_or(LlmError::Unavailable { seconds }))
    }
}

#[cfg(test)]
mod tests;
