//! Who may ask: keys, scopes, permissions, foreign pages.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};

use super::{JUNE, get, key_settings, read, send, with_bills};
use crate::{Config, Overrides, ServerError, bind, testing::TestApp};

const KEY: &str = "a-key-that-is-long-enough";

/// Every operation of the OpenAPI document, with its parameters filled in.
fn operations() -> Vec<(Method, String, bool)> {
    let document = serde_json::to_value(crate::openapi()).expect("a document");
    assert_eq!(document["security"], json!([{"key": []}]), "a key is needed unless an operation says otherwise");
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).expect("a method");
            let open = operation["security"] == json!([{}]);
            all.push((method, path.replace("{id}", "x").replace("{name}", "query_costs"), open));
        }
    }
    all
}

#[tokio::test]
async fn every_route_needs_a_key_where_keys_are_set() {
    let test = TestApp::start(&key_settings("k", KEY, ""), None).await;
    let mut open = BTreeSet::new();
    let mut guarded = 0;
    for (method, path, is_open) in operations() {
        if is_open {
            open.insert(path);
            continue;
        }
        guarded += 1;
        let mut bodies = Vec::new();
        for key in [None, Some("another-key-that-is-long"), Some("")] {
            let response = send(&test, method.clone(), &path, key, Some(json!({}))).await;
            assert_eq!(response.headers()["www-authenticate"], "Bearer");
            let (status, body) = read(response).await;
            assert_eq!(status, 401, "{method} {path} with {key:?}");
            bodies.push(body);
        }
        assert_eq!(bodies[0], bodies[1], "a wrong key is not told from none");
        let (status, _) = read(send(&test, method.clone(), &path, Some(KEY), Some(json!({}))).await).await;
        assert_ne!(status, 401, "{method} {path} with the key");
    }
    assert_eq!(open, ["/api/openapi.json", "/docs", "/healthz", "/readyz"].map(str::to_owned).into());
    assert!(guarded > 25, "{guarded}");
}

#[tokio::test]
async fn every_route_of_the_design_is_in_the_document() {
    let listed: BTreeSet<_> = operations().into_iter().map(|(method, path, _)| format!("{method} {path}")).collect();
    for route in [
        "POST /api/v1/query",
        "POST /api/v1/query/batch",
        "POST /api/v1/chat",
        "GET /api/v1/runs/x",
        "GET /api/v1/runs/x/stream",
        "POST /api/v1/runs/x/cancel",
        "GET /api/v1/conversations",
        "POST /api/v1/conversations",
        "GET /api/v1/conversations/x",
        "PATCH /api/v1/conversations/x",
        "DELETE /api/v1/conversations/x",
        "POST /api/v1/sql/check",
        "POST /api/v1/sql/run",
        "POST /api/v1/knowledge/documents",
        "POST /api/v1/knowledge/search",
        "GET /api/v1/tools",
        "GET /api/v1/tools/query_costs",
        "POST /api/v1/tools/query_costs",
        "GET /api/v1/changes",
        "GET /api/v1/changes/x",
        "POST /api/v1/changes/x/approve",
        "POST /api/v1/changes/x/reject",
        "POST /api/v1/changes/x/execute",
        "POST /api/v1/changes/x/rollback",
        "GET /api/v1/audit",
        "POST /api/v1/feedback",
        "GET /api/v1/examples",
        "GET /api/v1/status",
        "GET /metrics",
    ] {
        assert!(listed.contains(route), "{route} is not in {listed:?}");
    }
}

#[tokio::test]
async fn a_key_sees_its_accounts_rows_and_no_others() {
    let settings = key_settings("shop", "the-key-of-the-shop", "accounts = ['acc-1']")
        + &key_settings("nobody", "the-key-of-nobody-", "")
        + &key_settings("all", "the-key-of-everyone", "accounts = 'all'");
    let test = with_bills(&settings).await;
    let total = async |key| {
        let body = json!({"sql": "SELECT SUM(BilledCost) AS total, COUNT(*) AS n FROM costs"});
        let (status, body) = read(send(&test, Method::POST, "/api/v1/sql/run", Some(key), Some(body)).await).await;
        assert_eq!(status, 200, "{body}");
        body["table"]["rows"][0].clone()
    };
    assert_eq!(total("the-key-of-the-shop").await, json!(["109.75", 2]));
    assert_eq!(total("the-key-of-everyone").await, json!(["1109.75", 3]));
    assert_eq!(total("the-key-of-nobody-").await, json!([null, 0]));

    let ask = json!({"question": "total cost in May 2026", "now": JUNE});
    let (status, answer) = read(send(&test, Method::POST, "/api/v1/query", Some("the-key-of-the-shop"), Some(ask)).await).await;
    assert_eq!((status, &answer["status"]), (200, &json!("answered")), "{answer}");
    let table = answer["table"]["rows"].to_string();
    assert!(table.contains("109.75") && !table.contains("1109.75"), "{table}");
}

#[tokio::test]
async fn what_a_key_may_not_do_is_refused_without_saying_why() {
    let settings = key_settings("asker", "the-key-of-an-asker", "accounts = 'all'")
        + &key_settings("mute", "the-key-of-a-mute-", "accounts = 'all'\npermissions = []");
    let test = TestApp::start(&settings, None).await;
    let check = async |method: Method, path: &str, key: &str, body: Value| {
        let (status, said) = read(send(&test, method, path, Some(key), Some(body)).await).await;
        assert_eq!((status, &said["error"]["code"]), (403, &json!("forbidden")), "{path}: {said}");
    };
    let asker = "the-key-of-an-asker";
    check(Method::POST, "/api/v1/knowledge/documents", asker, json!({"id": "a.md", "markdown": "# A"})).await;
    check(Method::GET, "/api/v1/audit", asker, json!({})).await;
    check(Method::POST, "/api/v1/changes/none/approve", asker, json!({})).await;
    check(Method::POST, "/api/v1/changes/none/rollback", asker, json!({})).await;
    check(Method::POST, "/api/v1/query", "the-key-of-a-mute-", json!({"question": "hi"})).await;
    check(Method::POST, "/api/v1/sql/run", "the-key-of-a-mute-", json!({"sql": "SELECT 1"})).await;
}

#[tokio::test]
async fn one_keys_conversations_are_not_anothers() {
    let settings = key_settings("ann", "the-key-of-ann-----", "") + &key_settings("eve", "the-key-of-eve-----", "");
    let test = TestApp::start(&settings, None).await;
    let (ann, eve) = (Some("the-key-of-ann-----"), Some("the-key-of-eve-----"));
    let (status, made) = read(send(&test, Method::POST, "/api/v1/conversations", ann, Some(json!({"title": "t"}))).await).await;
    assert_eq!(status, 201);
    let path = format!("/api/v1/conversations/{}", made["id"].as_str().expect("an id"));
    for (method, body) in [(Method::GET, None), (Method::PATCH, Some(json!({"title": "mine"}))), (Method::DELETE, None)] {
        assert_eq!(send(&test, method, &path, eve, body).await.status(), 404);
    }
    let chat = json!({"conversation_id": made["id"], "messages": [{"role": "user", "parts": [{"type": "text", "text": "hi"}]}]});
    assert_eq!(send(&test, Method::POST, "/api/v1/chat", eve, Some(chat)).await.status(), 404);
    let (_, list) = read(send(&test, Method::GET, "/api/v1/conversations", eve, None).await).await;
    assert_eq!(list, json!({"conversations": []}));
    assert_eq!(send(&test, Method::GET, &path, ann, None).await.status(), 200);
}

#[tokio::test]
async fn without_keys_only_pages_of_this_machine_may_ask() {
    let test = TestApp::start("", None).await;
    let ask = async |name: &'static str, value: &str| {
        let request = reqwest::Client::new().get(test.url("/api/v1/status")).header(name, value);
        request.send().await.expect("an answer").status().as_u16()
    };
    assert_eq!(ask("host", "evil.example:8080").await, 403);
    assert_eq!(ask("origin", "https://evil.example").await, 403);
    assert_eq!(ask("origin", "http://localhost:5173").await, 200);
    assert_eq!(get(&test, "/api/v1/status").await.0, 200);

    // A form of another site can post, but not JSON.
    let form = reqwest::Client::new().post(test.url("/api/v1/query")).header("content-type", "text/plain").body("{\"question\":\"x\"}");
    let (status, said) = read(form.send().await.expect("an answer")).await;
    assert_eq!((status, &said["error"]["code"]), (415, &json!("not_json")));
}

#[tokio::test]
async fn no_one_else_is_served_without_a_key() {
    let settings = |address: &str, key: Option<&str>| {
        let overrides = Overrides { address: Some(address.parse().expect("an address")), ..Overrides::default() };
        let key = key.map(str::to_owned);
        Config::from_sources(&overrides, &|name| key.clone().filter(|_| name == "CLOUDLENS_API_KEY")).expect("settings")
    };
    let refused = bind(&settings("0.0.0.0:0", None)).await.expect_err("refused");
    assert!(matches!(refused, ServerError::KeyNeeded { .. }));
    assert!(refused.to_string().contains("hint: "), "{refused}");
    bind(&settings("0.0.0.0:0", Some(KEY))).await.expect("with a key it listens");
    let taken = bind(&settings("127.0.0.1:0", None)).await.expect("loopback needs none");
    let address = taken.local_addr().expect("an address").to_string();
    let refused = bind(&settings(&address, None)).await.expect_err("in use").to_string();
    assert!(refused.contains(&address) && refused.contains("hint: "), "{refused}");
}
