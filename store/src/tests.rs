//! The store against a real file.

use std::sync::Arc;

use domain::{Action, ChangeRequest, ChangeStatus, Risk, Scope};
use jiff::Timestamp;
use serde_json::json;

use crate::{ApiKey, AuditEntry, Conversation, Feedback, Message, ModelUsage, Run, RunEvent, RunState, Store, StoreError};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_780_000_000 + second).expect("a time")
}

async fn open() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(&folder.path().join("state.db")).await.expect("a store");
    (folder, store)
}

fn change(id: &str, second: i64) -> ChangeRequest {
    ChangeRequest {
        id: id.into(),
        action: Action::Resize { instance_type: "ecs.g7.large".into() },
        resource_ids: vec!["i-1".into(), "i-2".into()],
        accounts: vec!["acc-1".into()],
        reason: "空闲".into(),
        monthly_saving: Some("1234.500000001".parse().expect("a decimal")),
        currency: Some("CNY".into()),
        risk: Risk::Medium,
        reversible: true,
        dry_run: json!({"lines": ["i-1: ok"]}),
        status: ChangeStatus::Proposed,
        proposed_by: "ann".into(),
        decided_by: None,
        created_at: at(second),
        updated_at: at(second),
        failure: None,
    }
}

fn entry(action: &str, subject: &str, actor: &str, second: i64) -> AuditEntry {
    AuditEntry { at: at(second), actor: actor.into(), action: action.into(), subject: subject.into(), detail: json!({}) }
}

#[tokio::test]
async fn a_change_comes_back_as_it_was_stored() {
    let (_folder, store) = open().await;
    store.insert_change(&change("c1", 0)).await.expect("stored");
    store.insert_change(&change("c2", 1)).await.expect("stored");
    assert_eq!(store.change("c1").await.expect("the change"), change("c1", 0));
    let newest_first: Vec<_> = store.changes(None).await.expect("changes").into_iter().map(|change| change.id).collect();
    assert_eq!(newest_first, ["c2", "c1"]);
    assert!(matches!(store.change("c3").await, Err(StoreError::NotFound { id }) if id == "c3"));
    let log = store.audit_log(Some("c1")).await.expect("the log");
    assert_eq!(log.len(), 1);
    assert_eq!((log[0].action.as_str(), log[0].actor.as_str()), ("change.proposed", "ann"));
}

#[tokio::test]
async fn a_change_moves_only_from_where_it_is() {
    use ChangeStatus::{Approved, Executing, Failed, Proposed, Rejected, Verified};
    let (_folder, store) = open().await;
    store.insert_change(&change("c1", 0)).await.expect("stored");

    let approved = store.move_change("c1", &[Proposed], Approved, &entry("change.approved", "c1", "bob", 5)).await.expect("approved");
    assert_eq!((approved.status, approved.decided_by.as_deref(), approved.updated_at), (Approved, Some("bob"), at(5)));

    let refused = store.move_change("c1", &[Proposed], Rejected, &entry("change.rejected", "c1", "eve", 6)).await;
    assert!(matches!(refused, Err(StoreError::WrongState { status: Approved, .. })));
    assert!(matches!(
        store.move_change("c1", &[], Verified, &entry("change.verified", "c1", "eve", 6)).await,
        Err(StoreError::WrongState { .. })
    ));
    assert!(matches!(
        store.move_change("nope", &[Proposed], Approved, &entry("change.approved", "nope", "eve", 6)).await,
        Err(StoreError::NotFound { .. })
    ));

    store.move_change("c1", &[Approved], Executing, &entry("change.executing", "c1", "executor", 7)).await.expect("executing");
    let mut failure = entry("change.failed", "c1", "executor", 8);
    failure.detail = json!({"failure": "the instance is locked"});
    let failed = store.move_change("c1", &[Executing], Failed, &failure).await.expect("failed");
    assert_eq!(failed.failure.as_deref(), Some("the instance is locked"));
    assert_eq!(failed.decided_by.as_deref(), Some("bob"), "the executor decides nothing");

    let actions: Vec<_> = store.audit_log(Some("c1")).await.expect("the log").into_iter().map(|entry| entry.action).collect();
    assert_eq!(actions, ["change.proposed", "change.approved", "change.executing", "change.failed"], "what was refused left no entry");
    assert_eq!(store.changes(Some(Failed)).await.expect("changes").len(), 1);
    assert!(store.changes(Some(Proposed)).await.expect("changes").is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_approvals_at_once_one_wins() {
    let (_folder, store) = open().await;
    let store = Arc::new(store);
    store.insert_change(&change("c1", 0)).await.expect("stored");
    let racers: Vec<_> = (0..12)
        .map(|i| {
            let store = Arc::clone(&store);
            tokio::spawn(async move {
                let approval = entry("change.approved", "c1", &format!("user-{i}"), i);
                store.move_change("c1", &[ChangeStatus::Proposed], ChangeStatus::Approved, &approval).await
            })
        })
        .collect();
    let mut wins = 0;
    for racer in racers {
        match racer.await.expect("no panic") {
            Ok(_) => wins += 1,
            Err(StoreError::WrongState { status, .. }) => assert_eq!(status, ChangeStatus::Approved),
            Err(other) => panic!("{other:?}"),
        }
    }
    assert_eq!(wins, 1);
    assert_eq!(store.audit_log(Some("c1")).await.expect("the log").len(), 2);
}

#[tokio::test]
async fn the_audit_log_only_grows() {
    let (_folder, store) = open().await;
    store.audit(&entry("key.made", "k", "ann", 0)).await.expect("written");
    for statement in ["UPDATE audit SET actor = 'eve'", "DELETE FROM audit"] {
        let refused = sqlx::query(statement).execute(&store.pool).await.expect_err("refused");
        assert!(refused.to_string().contains("audit entries are never"), "{refused}");
    }
    assert_eq!(store.audit_log(None).await.expect("the log"), [entry("key.made", "k", "ann", 0)]);
}

#[tokio::test]
async fn what_is_someone_elses_does_not_exist() {
    let (_folder, store) = open().await;
    let conversation = Conversation { id: "v1".into(), owner: "ann".into(), title: "六月".into(), created_at: at(0), updated_at: at(0) };
    store.insert_conversation(&conversation).await.expect("stored");
    let message = Message { id: "r1".into(), question: "六月花了多少".into(), answer: json!({"text": "¥1"}), created_at: at(3) };
    store.add_message("v1", &message).await.expect("added");

    assert_eq!(store.messages("v1", "ann").await.expect("messages"), [message]);
    store.answer_message("r1", &json!({"text": "¥2"})).await.expect("answered");
    assert_eq!(store.messages("v1", "ann").await.expect("messages")[0].answer, json!({"text": "¥2"}));
    assert!(matches!(store.answer_message("r2", &json!(null)).await, Err(StoreError::NotFound { .. })));
    assert_eq!(store.conversation("v1", "ann").await.expect("the conversation").updated_at, at(3));
    assert!(store.conversations("eve").await.expect("none").is_empty());
    assert!(matches!(store.messages("v1", "eve").await, Err(StoreError::NotFound { .. })));
    assert!(matches!(store.questions("v1", "eve", 5).await, Err(StoreError::NotFound { .. })));
    assert!(matches!(store.rename_conversation("v1", "eve", "x", at(4)).await, Err(StoreError::NotFound { .. })));
    assert!(matches!(store.delete_conversation("v1", "eve").await, Err(StoreError::NotFound { .. })));
    store.delete_conversation("v1", "ann").await.expect("deleted");
    assert!(store.conversations("ann").await.expect("none").is_empty());
}

#[tokio::test]
async fn history_is_the_last_questions_in_order() {
    let (_folder, store) = open().await;
    let conversation = Conversation { id: "v1".into(), owner: "ann".into(), title: "t".into(), created_at: at(0), updated_at: at(0) };
    store.insert_conversation(&conversation).await.expect("stored");
    for i in 0..4 {
        let message = Message { id: format!("r{i}"), question: format!("q{i}"), answer: json!(null), created_at: at(i) };
        store.add_message("v1", &message).await.expect("added");
    }
    assert_eq!(store.questions("v1", "ann", 2).await.expect("questions"), ["q2", "q3"]);
}

#[tokio::test]
async fn a_run_is_read_on_from_where_the_reader_stopped() {
    let (folder, store) = open().await;
    let run =
        Run { id: "r1".into(), conversation_id: None, owner: "ann".into(), state: RunState::Running, started_at: at(0), finished_at: None };
    store.insert_run(&run).await.expect("stored");
    let events: Vec<_> = (1..=3).map(|seq| RunEvent { seq, event: format!("{{\"n\":{seq}}}") }).collect();
    store.append_run_events("r1", &events).await.expect("appended");
    assert_eq!(store.run_events("r1", 1).await.expect("events"), events[1..]);
    assert!(matches!(store.run("r1", "eve").await, Err(StoreError::NotFound { .. })));

    // Another process that opens the same file leaves the run alone; the one that serves ends it.
    let again = Store::open(&folder.path().join("state.db")).await.expect("a second one");
    assert_eq!(again.run("r1", "ann").await.expect("the run"), run);
    assert_eq!(again.fail_interrupted_runs(at(9)).await.expect("ended"), 1);
    store.finish_run("r1", RunState::Finished, at(10)).await.expect("no effect");
    let ended = store.run("r1", "ann").await.expect("the run");
    assert_eq!((ended.state, ended.finished_at), (RunState::Failed, Some(at(9))));
}

#[tokio::test]
async fn feedback_usage_and_keys_come_back() {
    let (_folder, store) = open().await;
    let feedback =
        Feedback {
            id: "f1".into(), run_id: "r1".into(), owner: "ann".into(), helpful: false, note: "币种错了".into(), created_at: at(0)
        };
    store.insert_feedback(&feedback).await.expect("stored");
    assert_eq!(store.feedback("r1").await.expect("feedback"), [feedback]);

    let usage = ModelUsage {
        run_id: "r1".into(),
        owner: "ann".into(),
        model: "m".into(),
        prompt_tokens: 10,
        completion_tokens: 2,
        cost: None,
        used_at: at(5),
    };
    store.insert_usage(&usage).await.expect("stored");
    assert_eq!(store.usage_since(at(5)).await.expect("usage"), [usage]);
    assert!(store.usage_since(at(6)).await.expect("usage").is_empty());

    let key = ApiKey { name: "ci".into(), hash: "ab".repeat(32), scope: Scope::owner("ci"), created_at: at(0) };
    store.insert_key(&key).await.expect("stored");
    assert_eq!(store.keys().await.expect("keys"), [key]);
    store.delete_key("ci").await.expect("deleted");
    assert!(matches!(store.delete_key("ci").await, Err(StoreError::NotFound { .. })));
}

#[tokio::test]
async fn a_file_that_is_no_database_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("state.db");
    std::fs::write(&file, "not a database, but long enough to look like something").expect("written");
    let Err(error) = Store::open(&file).await else { panic!("opened") };
    assert!(error.to_string().contains("state.db"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_may_make_the_same_file_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("state.db");
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let file = file.clone();
            tokio::spawn(async move { Store::open(&file).await.map(drop) })
        })
        .collect();
    for task in tasks {
        task.await.expect("a task").expect("opened");
    }
}
