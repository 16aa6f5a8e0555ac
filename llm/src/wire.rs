//! The JSON of an OpenAI-compatible chat endpoint: strict in what we send, lenient in what we read.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{Completion, LlmError, Message, ToolCall, ToolSpec};

/// A request.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Request {
    model: String,
    messages: Vec<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tools: Vec<Value>,
    stream: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f32>,
}

impl Request {
    /// `temperature` is 0 where the model takes one: the same question should get the same answer.
    pub(crate) fn new(model: &str, messages: &[Message], tools: &[ToolSpec], temperature: Option<f32>) -> Self {
        Self {
            model: model.to_owned(),
            messages: messages.iter().map(message).collect(),
            tools: tools.iter().map(tool).collect(),
            stream: false,
            temperature,
        }
    }
}

fn message(message: &Message) -> Value {
    match message {
        Message::System(text) => json!({"role": "system", "content": text}),
        Message::User(text) => json!({"role": "user", "content": text}),
        Message::Assistant { text, calls } if calls.is_empty() => json!({"role": "assistant", "content": text}),
        Message::Assistant { text, calls } => {
            let calls: Vec<_> = calls
                .iter()
                .map(|call| json!({"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}))
                .collect();
            json!({"role": "assistant", "content": text, "tool_calls": calls})
        }
        Message::Tool { call_id, content } => json!({"role": "tool", "tool_call_id": call_id, "content": content}),
    }
}

fn tool(tool: &ToolSpec) -> Value {
    json!({"type": "function", "function": {"name": tool.name, "description": tool.description, "parameters": tool.parameters}})
}

/// A response. Endpoints that call themselves compatible leave out ids, times and usage, send a call's arguments as an object, and
/// name finish reasons of their own; only what is used is read.
#[derive(Debug, Deserialize)]
pub(crate) struct Response {
    #[serde(default)]
    choices: Vec<WireChoice>,
    #[serde(default)]
    usage: Option<WireUsage>,
}

#[derive(Debug, Deserialize)]
struct WireChoice {
    message: WireMessage,
}

#[derive(Debug, Deserialize)]
struct WireMessage {
    #[serde(default)]
    content: Option<String>,
    #[serde(default)]
    tool_calls: Option<Vec<WireCall>>,
}

#[derive(Debug, Deserialize)]
struct WireCall {
    #[serde(default)]
    id: Option<String>,
    function: WireFunction,
}

#[derive(Debug, Deserialize)]
struct WireFunction {
    name: String,
    #[serde(default)]
    arguments: Value,
}

#[derive(Debug, Default, Deserialize)]
struct WireUsage {
    #[serde(default)]
    prompt_tokens: Option<u64>,
    #[serde(default)]
    completion_tokens: Option<u64>,
}

impl Response {
    pub(crate) fn into_completion(self) -> Result<Completion, LlmError> {
        let usage = self.usage.unwrap_or_default();
        let Some(choice) = self.choices.into_iter().next() else {
            return Err(LlmError::Malformed { reason: "it has no choices".into() });
        };
        let calls = choice.message.tool_calls.unwrap_or_default().into_iter().enumerate().map(call).collect();
        Ok(Completion {
            text: without_thoughts(&choice.message.content.unwrap_or_default()),
            calls,
            prompt_tokens: usage.prompt_tokens.unwrap_or_default(),
            completion_tokens: usage.completion_tokens.unwrap_or_default(),
        })
    }
}

fn call((position, call): (usize, WireCall)) -> ToolCall {
    let arguments = match call.function.arguments {
        Value::String(text) => text,
        Value::Null => "{}".to_owned(),
        other => other.to_string(),
    };
    let id = call.id.filter(|id| !id.is_empty()).unwrap_or_else(|| format!("call_{position}"));
    ToolCall { id, name: call.function.name, arguments }
}

/// Reasoning models served without a parser write their thoughts into the answer; they are not for the person.
fn without_thoughts(text: &str) -> String {
    match text.trim_start().strip_prefix("<think>") {
        Some(rest) => rest.split_once("</think>").map_or("", |(_, answer)| answer).trim().to_owned(),
        None => text.trim().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: Value) -> Result<Completion, LlmError> {
        serde_json::from_value::<Response>(json).expect("parses").into_completion()
    }

    #[test]
    fn reads_what_compatible_endpoints_really_send() {
        let full = json!({"id": "x", "object": "chat.completion", "created": 1, "model": "m", "usage": {"prompt_tokens": 3, "completion_tokens": 4},
            "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": " hi "}}]});
        let expect = Completion { text: "hi".into(), prompt_tokens: 3, completion_tokens: 4, ..Completion::default() };
        assert_eq!(read(full), Ok(expect));
        let bare = json!({"choices": [{"message": {"content": null, "tool_calls": [{"function": {"name": "t", "arguments": {"a": 1}}}]}}]});
        let calls = vec![ToolCall { id: "call_0".into(), name: "t".into(), arguments: "{\"a\":1}".into() }];
        assert_eq!(read(bare), Ok(Completion { calls, ..Completion::default() }));
        assert_eq!(read(json!({"choices": []})), Err(LlmError::Malformed { reason: "it has no choices".into() }));
    }

    #[test]
    fn thoughts_are_not_part_of_the_answer() {
        let check = |text: &str, expect: &str| assert_eq!(without_thoughts(text), expect);
        check("plain", "plain");
        check("<think>42?</think>\n\nanswer", "answer");
        check("<think>never closed", "");
    }
}
