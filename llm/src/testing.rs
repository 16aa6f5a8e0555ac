//! A scripted OpenAI-compatible endpoint for tests: checks every request it gets and answers from a script, over real HTTP.

use std::{
    collections::{BTreeSet, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

use crate::{ModelConfig, Secret};

const KEY: &str = "sk-scripted-0123456789";
const MODEL: &str = "scripted";

/// What the endpoint answers.
#[derive(Clone, Debug)]
pub enum Reply {
    /// Words.
    Text(String),
    /// Tool calls: names and arguments.
    Calls(Vec<(String, Value)>),
    /// Another status than 200, with `Retry-After` seconds and a body.
    Status(u16, Option<u64>, String),
    /// A body as it is, with status 200.
    Raw(String),
    /// Nothing, for ever.
    Hang,
    /// The connection is closed without an answer.
    Drop,
}

/// One step of the script: what the request must hold, and the answer.
#[derive(Clone, Debug)]
pub struct Step {
    reply: Reply,
    holding: Vec<String>,
}

impl Step {
    /// Answers whatever is asked.
    pub fn new(reply: Reply) -> Self {
        Self { reply, holding: Vec::new() }
    }

    /// Answers with words.
    pub fn text(text: &str) -> Self {
        Self::new(Reply::Text(text.to_owned()))
    }

    /// Answers with one tool call.
    pub fn call(name: &str, arguments: Value) -> Self {
        Self::new(Reply::Calls(vec![(name.to_owned(), arguments)]))
    }

    /// Requires the text of the last message to hold a text.
    pub fn holding(mut self, text: &str) -> Self {
        self.holding.push(text.to_owned());
        self
    }
}

/// A running endpoint; it ends when dropped.
pub struct ScriptedModel {
    base_url: String,
    state: Arc<Mutex<State>>,
    server: JoinHandle<()>,
}

#[derive(Default)]
struct State {
    script: VecDeque<Step>,
    requests: Vec<Value>,
    problems: Vec<String>,
}

impl ScriptedModel {
    /// Listens on a free port of the loopback address.
    pub async fn start(script: Vec<Step>) -> std::io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let base_url = format!("http://{}/v1", listener.local_addr()?);
        let state = Arc::new(Mutex::new(State { script: script.into(), ..State::default() }));
        let shared = Arc::clone(&state);
        let server = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&shared)));
            }
        });
        Ok(Self { base_url, state, server })
    }

    /// How to reach it.
    pub fn config(&self, timeout: Duration) -> ModelConfig {
        ModelConfig { base_url: self.base_url.clone(), api_key: Secret(KEY.to_owned()), model: MODEL.to_owned(), timeout }
    }

    /// The bodies of the requests so far.
    pub fn requests(&self) -> Vec<Value> {
        lock(&self.state).requests.clone()
    }

    /// What was wrong: malformed requests, requests after the script's end, steps never asked for. Empty when all went as scripted.
    pub fn problems(&self) -> Vec<String> {
        let state = lock(&self.state);
        let unused = (!state.script.is_empty()).then(|| format!("{} steps were never asked for", state.script.len()));
        state.problems.iter().cloned().chain(unused).collect()
    }
}

impl Drop for ScriptedModel {
    fn drop(&mut self) {
        self.server.abort();
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn serve(mut stream: TcpStream, state: Arc<Mutex<State>>) {
    let Some((head, body)) = read_request(&mut stream).await else { return };
    let reply = next_reply(&head, &body, &mut lock(&state));
    let (status, retry_after, body) = match reply {
        Reply::Text(text) => (200, None, completion(&json!({"role": "assistant", "content": text}))),
        Reply::Calls(calls) => {
            let calls: Vec<_> = calls.iter().enumerate().map(call).collect();
            (200, None, completion(&json!({"role": "assistant", "content": null, "tool_calls": calls})))
        }
        Reply::Status(status, retry_after, body) => (status, retry_after, body),
        Reply::Raw(body) => (200, None, body),
        Reply::Hang => return std::future::pending().await,
        Reply::Drop => return,
    };
    let retry_after = retry_after.map_or(String::new(), |seconds| format!("retry-after: {seconds}\r\n"));
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status} Scripted\r\ncontent-type: application/json\r\n{retry_after}content-length: {length}\r\nconnection: close\r\n\r\n"
    );
    // A client that has gone away is part of what is tested.
    let _ = stream.write_all(head.as_bytes()).await;
    let _ = stream.write_all(body.as_bytes()).await;
}

/// Reads one HTTP/1.1 request with a `Content-Length`: the head in lower case and the body.
async fn read_request(stream: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(at) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break at;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let length = header(&head, "content-length").and_then(|value| value.parse().ok()).unwrap_or(0);
    let mut body = bytes.split_off(end + 4);
    while body.len() < length {
        if stream.read_buf(&mut body).await.ok()? == 0 {
            return None;
        }
    }
    Some((head, body))
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().filter_map(|line| line.split_once(':')).find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
}

fn next_reply(head: &str, body: &[u8], state: &mut State) -> Reply {
    let request: Value = serde_json::from_slice(body).unwrap_or_default();
    state.requests.push(request.clone());
    let Some(step) = state.script.pop_front() else {
        state.problems.push("a request after the script's end".to_owned());
        return Reply::Status(500, None, "the script is over".to_owned());
    };
    if let Err(problem) = check(head, &request, &step) {
        state.problems.push(problem.clone());
        return Reply::Status(400, None, json!({"error": {"message": problem}}).to_string());
    }
    step.reply
}

/// What every request must be, and what this step asks for.
fn check(head: &str, request: &Value, step: &Step) -> Result<(), String> {
    let require = |holds: bool, what: &str| if holds { Ok(()) } else { Err(format!("{what} in {request}")) };
    require(head.starts_with("POST /v1/chat/completions HTTP/1.1"), "not a POST to /v1/chat/completions")?;
    require(header(head, "authorization") == Some(&format!("Bearer {KEY}")), "not the configured key")?;
    require(request["model"] == MODEL, "not the configured model")?;
    require(request["stream"] != true, "streaming was asked for")?;
    let messages = request["messages"].as_array().ok_or("no messages")?;
    require(messages.first().is_some_and(|first| first["role"] == "system"), "the first message is not the system's")?;
    check_calls(messages)?;
    for tool in request["tools"].as_array().into_iter().flatten() {
        let function = &tool["function"];
        require(tool["type"] == "function", "a tool that is no function")?;
        let name = function["name"].as_str().unwrap_or_default();
        let legal = !name.is_empty() && name.len() <= 64 && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
        require(legal, "a tool with an illegal name")?;
        require(function["description"].as_str().is_some_and(|text| !text.is_empty()), "a tool without a description")?;
        require(function["parameters"]["type"] == "object", "a tool whose parameters are no object")?;
    }
    let last = messages.last().and_then(|message| message["content"].as_str()).unwrap_or_default();
    for text in &step.holding {
        require(last.contains(text), &format!("the last message does not hold `{text}`"))?;
    }
    Ok(())
}

/// Every call is answered exactly once, and nothing is answered that was not called: real endpoints refuse anything else.
fn check_calls(messages: &[Value]) -> Result<(), String> {
    let mut open = BTreeSet::new();
    for message in messages {
        let id = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        if message["role"] == "tool" {
            if !open.remove(&id(&message["tool_call_id"])) {
                return Err(format!("an answer to no call: {message}"));
            }
            continue;
        }
        if !open.is_empty() {
            return Err(format!("calls without an answer before {message}"));
        }
        open.extend(message["tool_calls"].as_array().into_iter().flatten().map(|call| id(&call["id"])));
    }
    if open.is_empty() { Ok(()) } else { Err("calls without an answer at the end".to_owned()) }
}

fn call((position, (name, arguments)): (usize, &(String, Value))) -> Value {
    json!({"id": format!("call_{position}"), "type": "function", "function": {"name": name, "arguments": arguments.to_string()}})
}

fn completion(message: &Value) -> String {
    let choice = json!({"index": 0, "finish_reason": "stop", "message": message});
    let usage = json!({"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110});
    json!({"id": "scripted", "object": "chat.completion", "created": 0, "model": MODEL, "choices": [choice], "usage": usage}).to_string()
}
