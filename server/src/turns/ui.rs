//! A turn's events as the AI SDK's UI message stream: JSON parts, text in one part, everything else as `data-*`.

use domain::{Answer, Event};
use serde_json::{Value, json};

/// Writes one message. The parts stand between [`UiWriter::begin`] and one of [`UiWriter::finish`], [`UiWriter::abort`], [`UiWriter::fail`].
pub(super) struct UiWriter {
    run: String,
    conversation: Option<String>,
    text: TextPart,
    citations: usize,
    steps: usize,
    summarised: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum TextPart {
    None,
    Open,
    Closed,
}

const TEXT: &str = "text";

impl UiWriter {
    pub(super) fn new(run: &str, conversation: Option<&str>) -> Self {
        Self {
            run: run.to_owned(),
            conversation: conversation.map(str::to_owned),
            text: TextPart::None,
            citations: 0,
            steps: 0,
            summarised: false,
        }
    }

    /// The message begins; its id is the run's.
    pub(super) fn begin(&self) -> Vec<String> {
        let metadata = json!({"run_id": self.run, "conversation_id": self.conversation});
        vec![json!({"type": "start", "messageId": self.run, "messageMetadata": metadata}).to_string(), part("start-step")]
    }

    /// What an event is in the stream; some events are several parts, some none.
    pub(super) fn event(&mut self, event: &Event) -> Vec<String> {
        match event {
            Event::Started { .. } => Vec::new(),
            Event::Step(step) => {
                self.steps += 1;
                vec![data("step", &format!("step-{}", self.steps), json!(step))]
            }
            Event::TextDelta { text } => self.delta(text),
            Event::Sql(sql) => vec![data("sql", "sql", json!(sql))],
            Event::Table(table) => vec![data("table", "table", json!(table))],
            Event::Chart(chart) => vec![data("chart", "chart", json!(chart))],
            Event::Terms(terms) => vec![data("terms", "terms", json!(terms))],
            Event::Citation(citation) => {
                self.citations += 1;
                vec![data("citation", &format!("citation-{}", self.citations), json!(citation))]
            }
            Event::Clarification(clarification) => vec![data("clarification", "clarification", json!(clarification))],
            Event::Changes { changes } => vec![data("changes", "changes", json!({"changes": changes}))],
            Event::FollowUps { questions } => vec![data("follow-ups", "follow-ups", json!({"questions": questions}))],
            Event::Done { answer } => self.done(answer),
        }
    }

    /// The message is whole.
    pub(super) fn finish(&mut self) -> Vec<String> {
        let mut parts = self.close_text();
        parts.extend([part("finish-step"), part("finish")]);
        parts
    }

    /// A person stopped it.
    pub(super) fn abort(&mut self) -> Vec<String> {
        let mut parts = self.close_text();
        parts.push(part("abort"));
        parts
    }

    /// It broke; `words` are safe to show.
    pub(super) fn fail(&mut self, words: &str) -> Vec<String> {
        let mut parts = self.close_text();
        parts.push(json!({"type": "error", "errorText": words}).to_string());
        parts.extend([part("finish-step"), part("finish")]);
        parts
    }

    fn delta(&mut self, text: &str) -> Vec<String> {
        let mut parts = Vec::new();
        if text.is_empty() || self.text == TextPart::Closed {
            return parts;
        }
        if self.text == TextPart::None {
            self.text = TextPart::Open;
            parts.push(json!({"type": "text-start", "id": TEXT}).to_string());
        }
        parts.push(json!({"type": "text-delta", "id": TEXT, "delta": text}).to_string());
        parts
    }

    /// The answer without what was sent before, once: an answer may come whole, without a single delta.
    fn done(&mut self, answer: &Answer) -> Vec<String> {
        if std::mem::replace(&mut self.summarised, true) {
            return Vec::new();
        }
        let mut parts = if self.text == TextPart::None { self.delta(&answer.text) } else { Vec::new() };
        parts.extend(self.close_text());
        let summary = json!({
            "id": answer.id,
            "status": answer.status,
            "language": answer.language,
            "intent": answer.intent,
            "planner": answer.planner,
            "question": answer.question,
            "resolved_question": answer.resolved_question,
            "usage": answer.usage,
            "elapsed_ms": answer.elapsed_ms,
            "conversation_id": self.conversation,
        });
        parts.push(data("answer", "answer", summary));
        parts
    }

    fn close_text(&mut self) -> Vec<String> {
        if self.text != TextPart::Open {
            return Vec::new();
        }
        self.text = TextPart::Closed;
        vec![json!({"type": "text-end", "id": TEXT}).to_string()]
    }
}

fn part(kind: &str) -> String {
    json!({"type": kind}).to_string()
}

fn data(name: &str, id: &str, data: Value) -> String {
    json!({"type": format!("data-{name}"), "id": id, "data": data}).to_string()
}
