//! The loop of a model's tool calls: the same registry and the asker's own scope, six calls, one repair of refused SQL.

use std::time::Instant;

use llm::{Completion, Message, ToolCall, ToolSpec};
use prompts::{AnswerWithTools, Ask, Budget, Passage, RepairSql, TableView, Task, ToolFailure, ToolResult};
use tools::{Evidence, ToolError};

use super::model::failure;
use crate::{say::ModelFailure, terms, turn::Turn};

/// The most tool calls of one answer.
const MAX_CALLS: usize = 6;
/// Tokens of schema and examples in the instructions.
const SCHEMA_TOKENS: usize = 6_000;
/// Rows of a table that the model sees.
const SHOWN_ROWS: usize = 30;

/// What the loop ended with.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// What the tools found, in the order of the calls.
    pub(super) evidences: Vec<Evidence>,
    /// The model's last words.
    pub(super) prose: String,
    /// The conversation so far, for one more request.
    pub(super) messages: Vec<Message>,
}

impl Found {
    /// The evidences that hold a table: table `tN` is the N-th of them.
    pub(super) fn tables(&self) -> Vec<(usize, &domain::Table)> {
        self.evidences.iter().enumerate().filter_map(|(at, evidence)| Some((at, evidence.table.as_ref()?))).collect()
    }
}

/// Runs the loop.
pub(super) async fn run(turn: &mut Turn<'_>) -> Result<Found, ModelFailure> {
    let specs = specs(turn);
    let mut found = Found { messages: opening(turn).await?, ..Found::default() };
    let (mut calls, mut refusals) = (0, 0);
    loop {
        let offered: &[ToolSpec] = if calls < MAX_CALLS { &specs } else { &[] };
        let completion = request(turn, &found.messages, offered).await?;
        if completion.calls.is_empty() || offered.is_empty() {
            found.prose = completion.text;
            return if found.prose.is_empty() && found.evidences.is_empty() { Err(ModelFailure::Wrong) } else { Ok(found) };
        }
        found.messages.push(Message::Assistant { text: completion.text, calls: completion.calls.clone() });
        for call in completion.calls {
            calls += 1;
            let result = if calls <= MAX_CALLS { perform(turn, &call).await } else { Err(too_many()) };
            let content = match result {
                Ok(evidence) => {
                    let name = format!("t{}", found.tables().len() + 1);
                    let content = shown(turn, &evidence, &name)?;
                    found.evidences.push(evidence);
                    content
                }
                Err(error) if error.code == "rejected_sql" => {
                    refusals += 1;
                    if refusals > 1 {
                        return Err(ModelFailure::Sql);
                    }
                    repair(turn, &call, &error)?
                }
                Err(error) => {
                    render(turn, &ToolFailure { code: error.code.to_owned(), message: error.safe.get(turn.language).to_owned() })?
                }
            };
            found.messages.push(Message::Tool { call_id: call.id, content });
        }
    }
}

/// One request, its tokens counted.
pub(super) async fn request(turn: &mut Turn<'_>, messages: &[Message], tools: &[ToolSpec]) -> Result<Completion, ModelFailure> {
    let Some(model) = turn.copilot.model.clone() else { return Err(ModelFailure::Down) };
    let began = Instant::now();
    let completion = model.complete(messages, tools, &turn.context.cancel).await;
    turn.emitter.step("model", Some(model.name()), began).await;
    let completion = completion.map_err(|error| {
        tracing::warn!(%error, "the model gave no answer");
        failure(&error)
    })?;
    let usage = &mut turn.answer.usage;
    usage.model = Some(model.name().to_owned());
    usage.prompt_tokens += completion.prompt_tokens;
    usage.completion_tokens += completion.completion_tokens;
    Ok(completion)
}

/// The tools the asker may use.
fn specs(turn: &Turn<'_>) -> Vec<ToolSpec> {
    let may = turn.copilot.registry.tools().into_iter().filter(|tool| turn.question.asker.may(tool.permission()));
    may.map(|tool| ToolSpec {
        name: tool.name().to_owned(),
        description: tool.description().get(turn.language).to_owned(),
        parameters: tool.arguments(),
    })
    .collect()
}

async fn opening(turn: &Turn<'_>) -> Result<Vec<Message>, ModelFailure> {
    let today = turn.question.today();
    let system = AnswerWithTools {
        today: format!("{today} ({})", today.strftime("%A")),
        time_zone: terms::zone_name(&turn.question.time_zone),
        data_complete_to: turn.profile.complete_to().map(|day| day.to_string()).unwrap_or_default(),
        currencies: turn.profile.currencies.clone(),
        schema: turn.copilot.parts.catalog.prompt_schema(&turn.question.asker),
        schema_lines_left_out: 0,
        examples: turn.grammar.examples(turn.language),
        max_calls: MAX_CALLS,
    };
    // Counting tokens is work for a processor, and its vocabulary is read on first use.
    let fitted = tokio::task::spawn_blocking(move || system.fit(Budget(SCHEMA_TOKENS))).await.map_err(|_| ModelFailure::Wrong)?;
    let ask = Ask { question: turn.question.text.clone(), history: turn.question.history.clone() };
    Ok(vec![Message::System(render(turn, &fitted)?), Message::User(render(turn, &ask)?)])
}

/// A prompt's text; a template that does not fit its context is our fault and cannot be mended here.
pub(super) fn render<T: Task>(turn: &Turn<'_>, task: &T) -> Result<String, ModelFailure> {
    prompts::render(task, turn.language).map_err(|error| {
        tracing::error!(%error, source = ?error.source, "a prompt could not be rendered");
        ModelFailure::Wrong
    })
}

async fn perform(turn: &mut Turn<'_>, call: &ToolCall) -> Result<Evidence, ToolError> {
    let began = Instant::now();
    let result = match serde_json::from_str(&call.arguments) {
        Ok(arguments) => turn.copilot.registry.call(&call.name, &turn.context, arguments).await,
        Err(error) => Err(ToolError {
            code: "invalid_arguments",
            operator: format!("the model's arguments for `{}` are no JSON: {error}", call.name),
            safe: domain::Text::new("参数不是合法的 JSON。", "The arguments are not valid JSON."),
        }),
    };
    turn.emitter.step("act", Some(&call.name), began).await;
    result.inspect_err(|error| tracing::info!(tool = call.name, code = error.code, %error, "a tool refused the model's call"))
}

/// What the model sees of a result.
fn shown(turn: &Turn<'_>, evidence: &Evidence, name: &str) -> Result<String, ModelFailure> {
    let passage = |citation: &domain::Citation| Passage {
        title: citation.title.clone(),
        heading: citation.locator.clone(),
        text: citation.quote.clone(),
    };
    let result = ToolResult {
        text: evidence.text.clone(),
        table: evidence.table.as_ref().map(|table| TableView::of(name, table, SHOWN_ROWS)),
        passages: evidence.citations.iter().map(passage).collect(),
    };
    render(turn, &result)
}

fn repair(turn: &Turn<'_>, call: &ToolCall, error: &ToolError) -> Result<String, ModelFailure> {
    let arguments: serde_json::Value = serde_json::from_str(&call.arguments).unwrap_or_default();
    let sql = arguments.get("sql").and_then(serde_json::Value::as_str).unwrap_or(&call.arguments).to_owned();
    render(turn, &RepairSql { sql, reasons: vec![error.safe.get(turn.language).to_owned()] })
}

fn too_many() -> ToolError {
    ToolError {
        code: "too_many_calls",
        operator: format!("the model asked for more than {MAX_CALLS} tool calls"),
        safe: domain::Text::new("调用次数已用完,请根据已有结果作答。", "No calls are left; answer from what was found."),
    }
}
