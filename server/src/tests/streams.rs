//! Streamed turns: the order of parts, stopping, leaving and coming back, breaking.

use std::{
    future::{Future, pending},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use domain::{Answer, Chart, ChartKind, Event, Language, SqlNote, Status, Table, Terms, TraceStep};
use jiff::Timestamp;
use reqwest::Method;
use serde_json::{Value, json};
use store::{Conversation, RunState};
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use super::{Frames, JUNE, get, kinds, post, send, with_bills};
use crate::{
    App,
    testing::TestApp,
    turns::{Live, Start, start},
};

const RUN: &str = "0199-run";

/// Begins a turn whose work is the test's, in a conversation of the owner's.
async fn begin<F, W>(app: &Arc<App>, work: F) -> Arc<Live>
where
    F: FnOnce(mpsc::Sender<Event>, CancellationToken) -> W,
    W: Future<Output = Answer> + Send + 'static,
{
    let now = Timestamp::now();
    let conversation = Conversation { id: "v1".into(), owner: "local".into(), title: "t".into(), created_at: now, updated_at: now };
    app.store().insert_conversation(&conversation).await.expect("a conversation");
    let about =
        Start { run: RUN.into(), owner: "local".into(), conversation: "v1".into(), question: "why?".into(), language: Language::En, now };
    start(app, about, work).await.expect("it begins")
}

fn answered(text: &str) -> Answer {
    Answer { status: Status::Answered, text: text.into(), ..Answer::empty(RUN, "why?", Language::En) }
}

async fn say(events: &mpsc::Sender<Event>, text: &str) {
    events.send(Event::TextDelta { text: text.into() }).await.expect("the server listens");
}

async fn follow(test: &TestApp, after: Option<usize>) -> Frames {
    let mut request = reqwest::Client::new().get(test.url(&format!("/api/v1/runs/{RUN}/stream")));
    if let Some(after) = after {
        request = request.header("last-event-id", after.to_string());
    }
    Frames::new(request.send().await.expect("a stream"))
}

#[tokio::test]
async fn the_parts_stand_in_the_order_the_protocol_wants() {
    let test = TestApp::start("", None).await;
    begin(&test.app, |events, _| async move {
        let step = TraceStep { step: "understand".into(), tool: None, elapsed_ms: 0.5 };
        let sql = SqlNote { text: "SELECT 1".into(), dialect: "datafusion".into(), tables: vec![], elapsed_ms: 1.0 };
        let chart = Chart { kind: ChartKind::Bar, title: "t".into(), x: "x".into(), series: vec![], split: None, unit: None };
        let answer = answered("It is ¥1.");
        for event in [
            Event::Started { run_id: RUN.into() },
            Event::Step(step),
            Event::Sql(sql),
            Event::Table(Table::default()),
            Event::Chart(chart),
            Event::Terms(Terms::default()),
            Event::TextDelta { text: "It is ".into() },
            Event::TextDelta { text: String::new() },
            Event::TextDelta { text: "¥1.".into() },
            Event::FollowUps { questions: vec!["and then?".into()] },
            Event::Done { answer: Box::new(answer.clone()) },
        ] {
            events.send(event).await.expect("the server listens");
        }
        answer
    })
    .await;
    let frames = follow(&test, None).await.rest().await;
    assert_eq!(
        kinds(&frames),
        [
            "start",
            "start-step",
            "data-step",
            "data-sql",
            "data-table",
            "data-chart",
            "data-terms",
            "text-start",
            "text-delta",
            "text-delta",
            "data-follow-ups",
            "text-end",
            "data-answer",
            "finish-step",
            "finish"
        ]
    );
    assert_eq!((&frames[0]["messageId"], &frames[0]["messageMetadata"]["conversation_id"]), (&json!(RUN), &json!("v1")));
    assert_eq!((&frames[8]["id"], &frames[9]["delta"]), (&frames[7]["id"], &json!("¥1.")));
    assert_eq!(frames[10]["data"], json!({"questions": ["and then?"]}));
    assert_eq!((&frames[12]["data"]["id"], &frames[12]["data"]["status"]), (&json!(RUN), &json!("answered")));
    assert!(frames[12]["data"].get("table").is_none(), "the summary is light");
}

#[tokio::test]
async fn an_answer_without_deltas_is_sent_whole() {
    let test = TestApp::start("", None).await;
    begin(&test.app, |events, _| async move {
        let answer = answered("Whole.");
        events.send(Event::Done { answer: Box::new(answer.clone()) }).await.expect("the server listens");
        answer
    })
    .await;
    let frames = follow(&test, None).await.rest().await;
    assert_eq!(kinds(&frames), ["start", "start-step", "text-start", "text-delta", "text-end", "data-answer", "finish-step", "finish"]);
}

#[tokio::test]
async fn a_reader_who_leaves_comes_back_to_the_next_part() {
    let test = TestApp::start("", None).await;
    let (go_on, wait) = oneshot::channel::<()>();
    begin(&test.app, |events, _| async move {
        say(&events, "one").await;
        wait.await.expect("a sign");
        say(&events, "two").await;
        answered("onetwo")
    })
    .await;
    let mut first = follow(&test, None).await;
    let mut last = None;
    while let Some((id, data)) = first.next().await {
        last = id;
        if data.contains("text-delta") {
            break;
        }
    }
    drop(first);
    assert_eq!(last, Some(4), "start, start-step, text-start, text-delta");
    let (_, running) = get(&test, &format!("/api/v1/runs/{RUN}")).await;
    assert_eq!((&running["state"], &running["answer"]), (&json!("running"), &Value::Null));

    let second = follow(&test, last).await;
    go_on.send(()).expect("the turn goes on without a reader");
    let frames = second.rest().await;
    assert_eq!(kinds(&frames), ["text-delta", "text-end", "finish-step", "finish"]);
    assert_eq!(frames[0]["delta"], "two");

    // The turn is over now: what was kept is the same.
    let kept = follow(&test, None).await.rest().await;
    assert_eq!(kept[3]["delta"], "one");
    assert_eq!(kept[4..], frames[..]);
    let (_, done) = get(&test, &format!("/api/v1/runs/{RUN}")).await;
    assert_eq!((&done["state"], &done["answer"]["text"]), (&json!("finished"), &json!("onetwo")));
    let (_, conversation) = get(&test, "/api/v1/conversations/v1").await;
    assert_eq!(conversation["messages"][0]["answer"]["text"], "onetwo");
}

/// Tells when it is dropped: stands for a connection upstream.
struct Upstream(Arc<AtomicBool>);

impl Drop for Upstream {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

#[tokio::test]
async fn a_stop_reaches_upstream_within_a_second_even_when_the_turn_does_not_listen() {
    let test = TestApp::start("", None).await;
    let ended = Arc::new(AtomicBool::new(false));
    let upstream = Upstream(Arc::clone(&ended));
    begin(&test.app, |events, _deaf| async move {
        say(&events, "half of").await;
        let _upstream = upstream;
        pending().await
    })
    .await;
    let mut reader = follow(&test, None).await;
    while let Some((_, data)) = reader.next().await {
        if data.contains("text-delta") {
            break;
        }
    }
    let clock = Instant::now();
    let stop = send(&test, Method::POST, &format!("/api/v1/runs/{RUN}/cancel"), None, None).await;
    assert_eq!(stop.status(), 202);
    let frames = reader.rest().await;
    assert!(clock.elapsed() < Duration::from_secs(1), "{:?}", clock.elapsed());
    assert!(ended.load(Ordering::SeqCst), "upstream was let go before the stream ended");
    assert_eq!(kinds(&frames), ["text-end", "data-answer", "abort"]);
    let (_, run) = get(&test, &format!("/api/v1/runs/{RUN}")).await;
    assert_eq!(run["state"], "cancelled");
    let again = send(&test, Method::POST, &format!("/api/v1/runs/{RUN}/cancel"), None, None).await;
    assert_eq!(again.status(), 202, "a turn that is over may be stopped again");
}

#[tokio::test]
async fn a_turn_that_listens_to_a_stop_says_its_own_last_words() {
    let test = TestApp::start("", None).await;
    let live = begin(&test.app, |events, cancel| async move {
        say(&events, "half").await;
        cancel.cancelled().await;
        say(&events, ", then stopped").await;
        answered("half, then stopped")
    })
    .await;
    live.cancel.cancel();
    let frames = follow(&test, None).await.rest().await;
    let text: String = frames.iter().filter_map(|frame| frame["delta"].as_str()).collect();
    assert_eq!(text, "half, then stopped");
    assert_eq!(kinds(&frames).last(), Some(&"abort"));
}

#[tokio::test]
async fn a_turn_that_breaks_or_hangs_is_said_to_the_reader_and_kept_as_failed() {
    let test = TestApp::start("[limits]\nturn_seconds = 1", None).await;
    begin(&test.app, |events, _| async move {
        say(&events, "so far").await;
        panic!("a secret of the inside");
    })
    .await;
    let frames = follow(&test, None).await.rest().await;
    assert_eq!(kinds(&frames)[3..], ["text-delta", "text-end", "error", "finish-step", "finish"]);
    assert!(!json!(frames).to_string().contains("a secret of the inside"));
    assert_eq!(test.app.store().run(RUN, "local").await.expect("the run").state, RunState::Failed);

    let test = TestApp::start("[limits]\nturn_seconds = 1", None).await;
    begin(&test.app, |_events, _| pending()).await;
    let frames = follow(&test, None).await.rest().await;
    let error = frames.iter().find(|frame| frame["type"] == "error").expect("an error");
    assert!(error["errorText"].as_str().is_some_and(|text| text.contains("1 s")), "{error}");
}

#[tokio::test]
async fn a_turn_that_a_crash_left_under_way_is_failed_after_the_restart() {
    let test = TestApp::start("", None).await;
    let run = store::Run {
        id: RUN.into(),
        conversation_id: None,
        owner: "local".into(),
        state: RunState::Running,
        started_at: Timestamp::now(),
        finished_at: None,
    };
    test.app.store().insert_run(&run).await.expect("a run that nobody drives");
    let folder = test.stop().await;
    let test = TestApp::start_in(folder, "", None).await;
    let (_, run) = get(&test, &format!("/api/v1/runs/{RUN}")).await;
    assert_eq!(run["state"], "failed");
}

#[tokio::test]
async fn stopping_the_service_stops_turns_and_ends_their_streams() {
    let test = TestApp::start("", None).await;
    begin(&test.app, |_events, cancel| async move {
        cancel.cancelled().await;
        answered("")
    })
    .await;
    let reader = follow(&test, None).await;
    let clock = Instant::now();
    let (frames, _folder) = tokio::join!(reader.rest(), test.stop());
    assert_eq!(kinds(&frames).last(), Some(&"abort"));
    assert!(clock.elapsed() < Duration::from_secs(3), "{:?}", clock.elapsed());
}

#[tokio::test]
async fn the_chat_streams_a_real_answer_and_keeps_it() {
    let test = with_bills("").await;
    let body = json!({
        "id": "thread", "trigger": "submit-message", "messageId": null,
        "messages": [{"id": "m1", "role": "user", "parts": [{"type": "text", "text": "total cost in May 2026"}]}],
        "now": JUNE, "time_zone": "Asia/Shanghai",
    });
    let response = send(&test, Method::POST, "/api/v1/chat", None, Some(body)).await;
    assert_eq!(response.headers()["x-vercel-ai-ui-message-stream"], "v1");
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    assert!(response.headers().get("content-encoding").is_none(), "a stream is not held back to be compressed");
    let frames = Frames::new(response).rest().await;
    let kinds = kinds(&frames);
    assert_eq!((kinds.first(), kinds.last()), (Some(&"start"), Some(&"finish")), "{kinds:?}");
    for part in ["data-sql", "data-table", "data-terms", "text-delta", "data-answer"] {
        assert!(kinds.contains(&part), "{part} in {kinds:?}");
    }
    let table = frames.iter().find(|frame| frame["type"] == "data-table").expect("a table");
    assert!(table["data"]["rows"].to_string().contains("1109.75"), "{table}");
    let id = frames[0]["messageMetadata"]["conversation_id"].as_str().expect("a conversation");
    let (_, conversation) = get(&test, &format!("/api/v1/conversations/{id}")).await;
    assert_eq!(conversation["title"], "total cost in May 2026");
    assert_eq!(conversation["messages"][0]["answer"]["id"], frames[0]["messageId"]);

    // Nothing is under way any more: the AI SDK's resume is told so.
    assert_eq!(send(&test, Method::GET, &format!("/api/v1/chat/{id}/stream"), None, None).await.status(), 204);

    let (status, _) = post(&test, "/api/v1/feedback", json!({"run_id": frames[0]["messageId"], "verdict": "up"})).await;
    assert_eq!(status, 204);
}

#[tokio::test]
async fn a_turn_under_way_is_found_by_its_conversation() {
    let test = TestApp::start("", None).await;
    let (go_on, wait) = oneshot::channel::<()>();
    begin(&test.app, |_events, _| async move {
        wait.await.expect("a sign");
        answered("done")
    })
    .await;
    let (_, conversation) = get(&test, "/api/v1/conversations/v1").await;
    assert_eq!(
        conversation["messages"][0],
        json!({"id": RUN, "question": "why?", "answer": null, "created_at": conversation["messages"][0]["created_at"]})
    );
    let frames = Frames::new(send(&test, Method::GET, "/api/v1/chat/v1/stream", None, None).await);
    go_on.send(()).expect("it goes on");
    assert_eq!(kinds(&frames.rest().await)[0], "start");
}
