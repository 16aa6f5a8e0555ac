//! Runs one turn to its end, whatever happens to the request that asked for it.

use std::{future::Future, sync::Arc, time::Duration};

use domain::{Answer, Event, Language, Text};
use jiff::Timestamp;
use store::{Message, Run, RunState};
use tokio::{
    sync::mpsc,
    task::{JoinError, JoinHandle},
    time::{Instant, sleep},
};
use tokio_util::sync::CancellationToken;

use super::{
    live::Live,
    record::{Outcome, keep},
    ui::UiWriter,
};
use crate::{App, http::error::ApiError};

/// How long a turn that was stopped may take to say its last words, before its task is ended: a stop must reach upstream within a second.
const GRACE: Duration = Duration::from_millis(500);

/// A turn about to begin.
pub(crate) struct Start {
    /// The run's id, which is the answer's and the message's.
    pub(crate) run: String,
    /// Whose it is.
    pub(crate) owner: String,
    /// The conversation it belongs to.
    pub(crate) conversation: String,
    /// What is asked.
    pub(crate) question: String,
    /// The language of the server's own words.
    pub(crate) language: Language,
    /// When it begins, by the server's clock.
    pub(crate) now: Timestamp,
}

/// Begins a turn and gives it back under way. `work` is the copilot's part: it sends events and returns the answer.
pub(crate) async fn start<F, W>(app: &Arc<App>, start: Start, work: F) -> Result<Arc<Live>, ApiError>
where
    F: FnOnce(mpsc::Sender<Event>, CancellationToken) -> W,
    W: Future<Output = Answer> + Send + 'static,
{
    let store = app.store();
    let run = Run {
        id: start.run.clone(),
        conversation_id: Some(start.conversation.clone()),
        owner: start.owner.clone(),
        state: RunState::Running,
        started_at: start.now,
        finished_at: None,
    };
    store.insert_run(&run).await?;
    let message =
        Message { id: start.run.clone(), question: start.question.clone(), answer: serde_json::Value::Null, created_at: start.now };
    store.add_message(&start.conversation, &message).await?;

    let live = Live::new(&start.run, &start.owner, Some(&start.conversation));
    app.runs.insert(Arc::clone(&live));
    let (sender, events) = mpsc::channel(256);
    let work = tokio::spawn(work(sender, live.cancel.clone()));
    tokio::spawn(drive(Arc::clone(app), Arc::clone(&live), start, events, work));
    Ok(live)
}

/// How the work ended.
enum End {
    Answered(Box<Answer>),
    Cancelled,
    TimedOut,
    Broke,
}

async fn drive(app: Arc<App>, live: Arc<Live>, start: Start, mut events: mpsc::Receiver<Event>, work: JoinHandle<Answer>) {
    let clock = Instant::now();
    let mut writer = UiWriter::new(&start.run, Some(&start.conversation));
    emit(&app, &live, writer.begin()).await;
    let end = attend(&app, &live, &mut writer, &mut events, work).await;
    let (state, answer) = match end {
        End::Answered(answer) if live.cancel.is_cancelled() => (RunState::Cancelled, *answer),
        End::Answered(answer) => (RunState::Finished, *answer),
        End::Cancelled => (RunState::Cancelled, said(&start, &Text::new("已停止。", "Stopped."))),
        End::TimedOut => {
            let seconds = app.config.limits.turn.as_secs();
            let words = Text::new(
                format!("处理超过 {seconds} 秒,已停止。请缩短时间范围或把问题拆开。"),
                format!("It took longer than {seconds} s and was stopped. Ask for a shorter period, or in parts."),
            );
            (RunState::Failed, said(&start, &words))
        }
        End::Broke => {
            let words = Text::new(
                "内部出错,这个问题没有答完。请再试一次;详情见服务日志。",
                "Something went wrong inside and the answer was not finished. Try again; the service's log has the details.",
            );
            (RunState::Failed, said(&start, &words))
        }
    };
    let last = match state {
        RunState::Cancelled => {
            let mut last = writer.event(&Event::Done { answer: Box::new(answer.clone()) });
            last.extend(writer.abort());
            last
        }
        RunState::Failed => writer.fail(&answer.text),
        RunState::Finished | RunState::Running => writer.finish(),
    };
    // The answer is kept before the reader learns that it is whole: what is read next finds it.
    keep(&app, &start, &Outcome { state, answer: &answer, seconds: clock.elapsed().as_secs_f64() }).await;
    emit(&app, &live, last).await;
    live.end();
    app.runs.remove(&live.id);
}

/// Passes events on until the work ends, is stopped, or takes too long. What is passed on is kept before anything else is looked at.
async fn attend(app: &App, live: &Live, writer: &mut UiWriter, events: &mut mpsc::Receiver<Event>, mut work: JoinHandle<Answer>) -> End {
    let mut stopped = None;
    let timer = sleep(app.config.limits.turn);
    tokio::pin!(timer);
    loop {
        let next = tokio::select! {
            biased;
            () = live.cancel.cancelled(), if stopped.is_none() => {
                stopped = Some(End::Cancelled);
                timer.as_mut().reset(Instant::now() + GRACE);
                continue;
            }
            () = &mut timer => {
                if let Some(stopped) = stopped {
                    work.abort();
                    return stopped;
                }
                live.cancel.cancel();
                stopped = Some(End::TimedOut);
                timer.as_mut().reset(Instant::now() + GRACE);
                continue;
            }
            next = next(events, &mut work) => next,
        };
        match (next, stopped.take()) {
            (Next::Events(batch), still) => {
                stopped = still;
                emit(app, live, batch.iter().flat_map(|event| writer.event(event)).collect()).await;
            }
            (Next::Over(done), None) => return ended(done),
            (Next::Over(Ok(answer)), Some(End::Cancelled)) => return End::Answered(answer),
            (Next::Over(_), Some(stopped)) => return stopped,
        }
    }
}

/// What the work did.
enum Next {
    Events(Vec<Event>),
    Over(Result<Box<Answer>, JoinError>),
}

/// The events at hand, or the end when no more come. Nothing is lost when it is dropped and called again.
async fn next(events: &mut mpsc::Receiver<Event>, work: &mut JoinHandle<Answer>) -> Next {
    let mut batch = Vec::new();
    match events.recv_many(&mut batch, 64).await {
        0 => Next::Over(work.await.map(Box::new)),
        _ => Next::Events(batch),
    }
}

fn ended(done: Result<Box<Answer>, JoinError>) -> End {
    match done {
        Ok(answer) => End::Answered(answer),
        Err(error) => {
            tracing::error!(%error, "a turn broke");
            End::Broke
        }
    }
}

/// Sends frames to the readers first, then keeps them.
async fn emit(app: &App, live: &Live, frames: Vec<String>) {
    if frames.is_empty() {
        return;
    }
    let kept = live.push(frames);
    if let Err(error) = app.store().append_run_events(&live.id, &kept).await {
        tracing::error!(%error, run = live.id, "events of a run were not kept");
    }
}

/// An answer of the server's own, for a turn that gave none.
fn said(start: &Start, words: &Text) -> Answer {
    Answer { text: words.get(start.language).to_owned(), ..Answer::empty(&start.run, &start.question, start.language) }
}
