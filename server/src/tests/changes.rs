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
