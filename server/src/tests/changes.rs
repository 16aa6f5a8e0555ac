//! A change on its way over HTTP: proposed, approved and carried out, undone; and the news of it.

use std::fs;

use domain::{Action, ChangeRequest, ChangeStatus, Risk};
use jiff::Timestamp;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    sync::mpsc,
};

use warehouse::ImportOptions;

use super::{get, key_settings, post, read, send};
use crate::testing::TestApp;

/// A change of an account that nothing has dry-run: it can be looked at and decided.
fn change(id: &str, account: &str) -> ChangeRequest {
    let now = Timestamp::now();
    ChangeRequest {
        id: id.into(),
        action: Action::Stop,
        resource_ids: vec!["i-1".into()],
        accounts: vec![account.into()],
        reason: "idle".into(),
        monthly_saving: None,
        currency: None,
        risk: Risk::Medium,
        reversible: true,
        dry_run: Value::Null,
        status: ChangeStatus::Proposed,
        proposed_by: "ann".into(),
        decided_by: None,
        created_at: now,
        updated_at: now,
        failure: None,
    }
}

/// A service with a demo cloud that holds nothing.
async fn with_cloud(settings: &str) -> TestApp {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("inventory.json"), "{\"resources\": []}").expect("an inventory");
    TestApp::start_in(folder, settings, None).await
}

#[tokio::test]
async fn a_person_decides_once() {
    let test = with_cloud("").await;
    test.app.store().insert_change(&change("c1", "acc-1")).await.expect("stored");
    let (status, seen) = get(&test, "/api/v1/changes/c1").await;
    assert_eq!((status, &seen["status"], &seen["action"]["type"]), (200, &json!("proposed"), &json!("stop")));
    let (status, rejected) = post(&test, "/api/v1/changes/c1/reject", json!({})).await;
    assert_eq!((status, &rejected["status"], &rejected["decided_by"]), (200, &json!("rejected"), &json!("local")), "{rejected}");
    let (status, said) = post(&test, "/api/v1/changes/c1/approve", json!({})).await;
    assert_eq!(status, 409, "{said}");
    let (_, log) = get(&test, "/api/v1/audit?subject=c1").await;
    let actions: Vec<_> = log["entries"].as_array().expect("entries").iter().map(|entry| &entry["action"]).collect();
    assert_eq!(actions, ["change.proposed", "change.rejected"]);
    let (_, list) = get(&test, "/api/v1/changes?status=rejected").await;
    assert_eq!(list["changes"].as_array().map(Vec::len), Some(1));
    assert_eq!(get(&test, "/api/v1/changes?status=proposed").await.1, json!({"changes": []}));
    assert_eq!(get(&test, "/api/v1/changes?status=lost").await.0, 400);
}

#[tokio::test]
async fn changes_of_other_accounts_do_not_exist() {
    let settings = key_settings("shop", "the-key-of-the-shop", "accounts = ['acc-1']\npermissions = ['ask', 'approve']");
    let test = with_cloud(&settings).await;
    for (id, account) in [("mine", "acc-1"), ("theirs", "acc-2")] {
        test.app.store().insert_change(&change(id, account)).await.expect("stored");
    }
    let key = Some("the-key-of-the-shop");
    let (_, list) = read(send(&test, Method::GET, "/api/v1/changes", key, None).await).await;
    let ids: Vec<_> = list["changes"].as_array().expect("changes").iter().map(|change| &change["id"]).collect();
    assert_eq!(ids, ["mine"]);
    assert_eq!(send(&test, Method::GET, "/api/v1/changes/theirs", key, None).await.status(), 404);
    for decision in ["approve", "reject", "execute", "rollback"] {
        let path = format!("/api/v1/changes/theirs/{decision}");
        assert_eq!(send(&test, Method::POST, &path, key, None).await.status(), 404, "{decision}");
    }
    assert_eq!(test.app.store().change("theirs").await.expect("the change").status, ChangeStatus::Proposed);
}

/// One running instance: the columns of `resources`, and the row.
const INSTANCE: (&str, &str) = (
    "ResourceId,ResourceName,ResourceType,ServiceName,ProviderName,SubAccountId,RegionId,Status,CreatedAt,AttachedTo,Encrypted,\
     PubliclyAccessible,MonthlyCost,Currency,Tags,Config",
    "i-1,web-1,Instance,ECS,Alibaba Cloud,acc-1,cn-hangzhou,Running,2025-01-01T00:00:00Z,,true,false,500.10,CNY,{},{}",
);

#[tokio::test]
async fn a_change_is_proposed_carried_out_and_undone() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut resource = serde_json::Map::new();
    for (column, cell) in INSTANCE.0.split(',').zip(INSTANCE.1.split(',')) {
        let value = serde_json::from_str(cell).ok().filter(|value: &Value| !value.is_number()).unwrap_or_else(|| json!(cell));
        resource.insert(column.to_owned(), value);
    }
    fs::write(folder.path().join("inventory.json"), json!({"resources": [resource]}).to_string()).expect("an inventory");
    let test = TestApp::start_in(folder, "", None).await;
    let file = test.folder().join("resources.csv");
    fs::write(&file, format!("{}\n{}\n", INSTANCE.0, INSTANCE.1)).expect("the table is written");
    test.app.warehouse().import(&[file], &ImportOptions::default(), &|_| {}).await.expect("imported");

    let wish = json!({"action": {"type": "stop"}, "resource_ids": ["i-1"], "reason": "idle"});
    let (status, evidence) = post(&test, "/api/v1/tools/propose_change", wish).await;
    assert_eq!(status, 200, "{evidence}");
    let id = evidence["changes"][0]["id"].as_str().expect("a change").to_owned();
    let state = async || {
        let sql = json!({"sql": "SELECT Status FROM resources WHERE ResourceId = 'i-1'"});
        post(&test, "/api/v1/sql/run", sql).await.1["table"]["rows"][0][0].clone()
    };
    assert_eq!(state().await, "Running", "a proposal changes nothing");

    let (status, done) = post(&test, &format!("/api/v1/changes/{id}/approve"), json!({})).await;
    assert_eq!((status, &done["status"], &done["decided_by"]), (200, &json!("verified"), &json!("local")), "{done}");
    assert_eq!(state().await, "Stopped");
    assert_eq!(post(&test, &format!("/api/v1/changes/{id}/approve"), json!({})).await.0, 409);

    let (status, undone) = post(&test, &format!("/api/v1/changes/{id}/rollback"), json!({})).await;
    assert_eq!((status, &undone["status"]), (200, &json!("rolled_back")), "{undone}");
    assert_eq!(state().await, "Running");
    let (_, log) = get(&test, &format!("/api/v1/audit?subject={id}")).await;
    let actions: Vec<_> = log["entries"].as_array().expect("entries").iter().filter_map(|entry| entry["action"].as_str()).collect();
    for step in ["change.proposed", "change.approved", "change.executing", "change.verified", "change.rolled_back"] {
        assert!(actions.contains(&step), "{step} in {actions:?}");
    }
}

/// A receiver of notifications that answers each with 204 and hands on what it was sent.
async fn receiver() -> (String, mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/hook", listener.local_addr().expect("an address"));
    let (sender, receiver) = mpsc::channel(8);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = String::new();
            let mut buffer = [0; 8192];
            while !request.ends_with("}}") {
                let read = stream.read(&mut buffer).await.expect("bytes");
                request.push_str(std::str::from_utf8(&buffer[..read]).expect("text"));
            }
            stream.write_all(b"HTTP/1.1 204 x\r\nconnection: close\r\n\r\n").await.expect("answered");
            sender.send(request).await.expect("the test reads it");
        }
    });
    (url, receiver)
}

#[tokio::test]
async fn the_webhook_hears_of_a_decision() {
    let (url, mut heard) = receiver().await;
    let test = with_cloud(&format!("[notify]\nwebhook_url = '{url}'\nsecret = 'shared'")).await;
    test.app.store().insert_change(&change("c1", "acc-1")).await.expect("stored");
    post(&test, "/api/v1/changes/c1/reject", json!({})).await;
    let request = heard.recv().await.expect("news");
    let (head, body) = request.split_once("\r\n\r\n").expect("a head and a body");
    let header = |name: &str| head.lines().find_map(|line| line.strip_prefix(&format!("{name}: "))).expect("a header").to_owned();
    let timestamp = header(notify::TIMESTAMP_HEADER).parse().expect("a number");
    assert!(notify::verify("shared", timestamp, body.as_bytes(), &header(notify::SIGNATURE_HEADER)));
    let news: Value = serde_json::from_str(body).expect("JSON");
    assert_eq!((&news["event"], &news["actor"], &news["change"]["id"]), (&json!("change.rejected"), &json!("local"), &json!("c1")));
}
