//! Says the events of a turn in their order; a listener that has gone away is ignored.

use std::time::{Duration, Instant};

use domain::{Answer, Event, TraceStep};
use tokio::sync::mpsc;

/// The longest the last event waits for a listener that does not listen.
const PATIENCE: Duration = Duration::from_secs(5);

/// The listener of a turn, and the steps so far.
pub(crate) struct Emitter {
    events: mpsc::Sender<Event>,
    trace: Vec<TraceStep>,
}

impl Emitter {
    pub(crate) fn new(events: mpsc::Sender<Event>) -> Self {
        Self { events, trace: Vec::new() }
    }

    pub(crate) async fn send(&self, event: Event) {
        // The answer is returned as well: nobody listening is no failure.
        let _ = self.events.send(event).await;
    }

    /// Says that a step ended which began at `since`.
    pub(crate) async fn step(&mut self, step: &str, tool: Option<&str>, since: Instant) {
        let step = TraceStep { step: step.to_owned(), tool: tool.map(str::to_owned), elapsed_ms: milliseconds(since.elapsed()) };
        self.trace.push(step.clone());
        self.send(Event::Step(step)).await;
    }

    pub(crate) fn into_trace(self) -> Vec<TraceStep> {
        self.trace
    }
}

/// Says everything an answer holds but its end.
pub(crate) async fn body(events: &mpsc::Sender<Event>, answer: &Answer) {
    let text = pieces(&answer.text).into_iter().map(|text| Event::TextDelta { text });
    let before = [answer.sql.clone().map(Event::Sql), answer.table.clone().map(Event::Table), answer.chart.clone().map(Event::Chart)];
    let after = std::iter::once(Event::Terms(answer.terms.clone()))
        .chain(answer.citations.iter().cloned().map(Event::Citation))
        .chain(answer.clarification.clone().map(Event::Clarification))
        .chain((!answer.changes.is_empty()).then(|| Event::Changes { changes: answer.changes.clone() }))
        .chain((!answer.follow_ups.is_empty()).then(|| Event::FollowUps { questions: answer.follow_ups.clone() }));
    for event in before.into_iter().flatten().chain(text).chain(after) {
        if events.send(event).await.is_err() {
            return;
        }
    }
}

/// Says the end, without waiting for ever.
pub(crate) async fn done(events: &mpsc::Sender<Event>, answer: &Answer) {
    let event = Event::Done { answer: Box::new(answer.clone()) };
    let _ = tokio::time::timeout(PATIENCE, events.send(event)).await;
}

/// A text in sentences, which together are the text.
pub(crate) fn pieces(text: &str) -> Vec<String> {
    let mut pieces = Vec::new();
    let mut piece = String::new();
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        piece.push(c);
        let next = characters.peek().copied();
        let ends = match c {
            '。' | '!' | '?' | ';' | '\n' => next != Some('\n'),
            ' ' => piece.trim_end().ends_with(['.', '!', '?']),
            _ => false,
        };
        if ends {
            pieces.push(std::mem::take(&mut piece));
        }
    }
    if !piece.is_empty() {
        pieces.push(piece);
    }
    pieces
}

pub(crate) fn milliseconds(elapsed: Duration) -> f64 {
    (elapsed.as_secs_f64() * 1e5).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_sentences_and_lose_nothing() {
        let check = |text: &str, expect: &[&str]| {
            assert_eq!(pieces(text), expect);
            assert_eq!(pieces(text).concat(), text);
        };
        check("", &[]);
        check("费用为 ¥1.50。共 3 项。", &["费用为 ¥1.50。", "共 3 项。"]);
        check("It is $1.50. Up 2%.", &["It is $1.50. ", "Up 2%."]);
        check("根据:\n\n> 一\n> 二", &["根据:\n\n", "> 一\n", "> 二"]);
    }
}
