//! The pool over real HTTP against a scripted endpoint.

use serde_json::json;

use super::*;
use crate::{
    Secret, ToolCall,
    testing::{Reply, ScriptedModel, Step},
};

fn quick() -> PoolOptions {
    PoolOptions { deadline: Duration::from_secs(5), failures: 2, cool_down: Duration::from_secs(600), backoff: Duration::from_millis(1) }
}

async fn scripted(script: Vec<Step>) -> (ScriptedModel, Pool) {
    let model = ScriptedModel::start(script).await.expect("a loopback port");
    let pool = Pool::connect(vec![model.config(Duration::from_secs(5))], quick()).expect("a usable configuration");
    (model, pool)
}

async fn ask(pool: &Pool) -> Result<Completion, LlmError> {
    let messages = [Message::System("rules".into()), Message::User("question".into())];
    pool.complete(&messages, &[], &CancellationToken::new()).await
}

fn status(code: u16) -> Step {
    Step::new(Reply::Status(code, None, json!({"error": {"message": "go away"}}).to_string()))
}

#[tokio::test]
async fn a_chat_with_tools_goes_there_and_back() {
    let call = Reply::Calls(vec![("run_sql".into(), json!({"sql": "SELECT 1"}))]);
    let (model, pool) = scripted(vec![Step::new(call).holding("question"), Step::text("done").holding("one row")]).await;
    let tools = [ToolSpec { name: "run_sql".into(), description: "runs".into(), parameters: json!({"type": "object"}) }];
    let mut messages = vec![Message::System("rules".into()), Message::User("the question".into())];
    let cancel = CancellationToken::new();
    let first = pool.complete(&messages, &tools, &cancel).await.expect("answers");
    let calls = vec![ToolCall { id: "call_0".into(), name: "run_sql".into(), arguments: "{\"sql\":\"SELECT 1\"}".into() }];
    assert_eq!(first, Completion { calls: calls.clone(), prompt_tokens: 100, completion_tokens: 10, ..Completion::default() });
    messages.push(Message::Assistant { text: first.text, calls });
    messages.push(Message::Tool { call_id: "call_0".into(), content: "one row".into() });
    assert_eq!(pool.complete(&messages, &tools, &cancel).await.expect("answers").text, "done");
    assert_eq!(model.problems(), Vec::<String>::new());
    assert_eq!(model.requests()[0]["temperature"], 0.0);
}

#[tokio::test]
async fn what_may_pass_is_tried_once_more() {
    for failure in [status(429), status(500), status(503), Step::new(Reply::Drop)] {
        let (model, pool) = scripted(vec![failure, Step::text("done")]).await;
        assert_eq!(ask(&pool).await.map(|answer| answer.text), Ok("done".to_owned()));
        assert_eq!(model.problems(), Vec::<String>::new());
    }
}

#[tokio::test]
async fn what_will_not_pass_is_not_tried_again() {
    let check = async |step: Step, expect: LlmError| {
        let (model, pool) = scripted(vec![step]).await;
        assert_eq!(ask(&pool).await, Err(expect));
        assert_eq!(model.problems(), Vec::<String>::new());
    };
    check(status(401), LlmError::Unauthorized { status: 401 }).await;
    let refused = |status| LlmError::Status { status, message: "go away".into(), retry_after: None };
    check(status(400), refused(400)).await;
    check(status(302), refused(302)).await;
    check(Step::new(Reply::Raw("{\"choices\": []}".into())), LlmError::Malformed { reason: "it has no choices".into() }).await;
}

#[tokio::test]
async fn an_answer_that_is_no_json_is_an_error() {
    let (_model, pool) = scripted(vec![Step::new(Reply::Raw("<html>".into()))]).await;
    assert!(matches!(ask(&pool).await, Err(LlmError::Malformed { .. })));
}

#[tokio::test]
async fn a_wait_longer_than_the_deadline_is_not_waited() {
    let step = Step::new(Reply::Status(429, Some(3600), String::new()));
    let (model, pool) = scripted(vec![step]).await;
    let started = Instant::now();
    assert_eq!(ask(&pool).await, Err(LlmError::RateLimited { retry_after: Some(Duration::from_secs(3600)) }));
    assert!(started.elapsed() < Duration::from_secs(2));
    assert_eq!(model.problems(), Vec::<String>::new());
}

#[tokio::test]
async fn a_wait_within_the_deadline_is_waited() {
    let step = Step::new(Reply::Status(503, Some(1), String::new()));
    let (_model, pool) = scripted(vec![step, Step::text("done")]).await;
    let started = Instant::now();
    assert!(ask(&pool).await.is_ok());
    assert!(started.elapsed() >= Duration::from_secs(1));
}

#[tokio::test]
async fn a_model_that_refuses_a_temperature_is_asked_without() {
    let refusal = json!({"error": {"message": "Unsupported value: 'temperature'"}}).to_string();
    let (model, pool) = scripted(vec![Step::new(Reply::Status(400, None, refusal)), Step::text("a"), Step::text("b")]).await;
    assert!(ask(&pool).await.is_ok() && ask(&pool).await.is_ok());
    let sent: Vec<_> = model.requests().iter().map(|request| request.get("temperature").is_some()).collect();
    assert_eq!(sent, [true, false, false]);
}

#[tokio::test]
async fn a_silent_model_is_given_up_in_time_and_a_stop_is_prompt() {
    let model = ScriptedModel::start(vec![Step::new(Reply::Hang), Step::new(Reply::Hang)]).await.expect("a loopback port");
    let pool = Pool::connect(vec![model.config(Duration::from_millis(50))], quick()).expect("a usable configuration");
    assert_eq!(ask(&pool).await, Err(LlmError::Timeout { seconds: 0 }));

    let patient = Pool::connect(vec![model.config(Duration::from_secs(60))], PoolOptions::default()).expect("a usable configuration");
    let cancel = CancellationToken::new();
    let (messages, started) = ([Message::System("rules".into())], Instant::now());
    let (answer, ()) = tokio::join!(patient.complete(&messages, &[], &cancel), async { cancel.cancel() });
    assert_eq!(answer, Err(LlmError::Cancelled));
    assert!(started.elapsed() < Duration::from_secs(1));
}

#[tokio::test]
async fn a_model_that_keeps_failing_is_left_alone() {
    let (model, pool) = scripted(vec![status(401), status(401)]).await;
    assert!(ask(&pool).await.is_err() && ask(&pool).await.is_err());
    assert!(matches!(ask(&pool).await, Err(LlmError::Unavailable { seconds: 590..=600 })));
    assert_eq!(model.requests().len(), 2);
}

#[tokio::test]
async fn the_next_model_answers_for_one_that_fails() {
    let bad = ScriptedModel::start(vec![status(401), status(401)]).await.expect("a loopback port");
    let good = ScriptedModel::start(vec![Step::text("1"), Step::text("2"), Step::text("3")]).await.expect("a loopback port");
    let configs = vec![bad.config(Duration::from_secs(5)), good.config(Duration::from_secs(5))];
    let pool = Pool::connect(configs, quick()).expect("a usable configuration");
    for expect in ["1", "2", "3"] {
        assert_eq!(ask(&pool).await.map(|answer| answer.text), Ok(expect.to_owned()));
    }
    assert_eq!(bad.requests().len(), 2, "the third question did not wait for the bad one");
}

#[tokio::test]
async fn nobody_listening_is_an_error_without_key_or_address() {
    let config = |base_url: &str| ModelConfig {
        base_url: base_url.into(),
        api_key: Secret("sk-very-secret".into()),
        model: "m".into(),
        timeout: Duration::from_secs(5),
    };
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a loopback port");
    let address = listener.local_addr().expect("an address").to_string();
    drop(listener);
    let pool = Pool::connect(vec![config(&format!("http://user:pw@{address}/v1"))], quick()).expect("a usable configuration");
    let error = ask(&pool).await.expect_err("nobody listens");
    assert!(matches!(error, LlmError::Connect { .. }), "{error:?}");
    let shown = format!("{error} {error:?} {:?}", config(&address));
    for secret in ["sk-very-secret", "pw", "/v1", address.as_str()] {
        assert!(!format!("{error} {error:?}").contains(secret), "{shown}");
    }
    assert!(!shown.contains("sk-very-secret"));
}

#[test]
fn a_configuration_that_cannot_work_is_refused_when_read() {
    let check = |base_url: &str, key: &str, model: &str, expect: &str| {
        let config =
            ModelConfig { base_url: base_url.into(), api_key: Secret(key.into()), model: model.into(), timeout: Duration::from_secs(1) };
        let error = OpenAiModel::new(config).err().map(|error| error.to_string());
        assert_eq!(error, Some(format!("the model configuration is not usable: {expect}")));
    };
    check("not a url", "k", "m", "`base_url` is not a URL");
    check("ftp://x/v1", "k", "m", "`base_url` must be an http or https URL");
    check("http://x/v1", "k\n", "m", "`api_key` holds characters that a header cannot carry");
    check("http://x/v1", "k", " ", "`model` is empty");
}
