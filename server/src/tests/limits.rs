//! What is refused and how it is said; pages, headers, health.

use reqwest::Method;
use serde_json::json;

use super::{get, post, read, send};
use crate::testing::TestApp;

#[tokio::test]
async fn what_does_not_fit_is_refused_with_a_code() {
    let test = TestApp::start("[limits]\nbody_kb = 200", None).await;
    let check = async |path: &str, body: serde_json::Value, status: u16, code: &str| {
        let (got, said) = post(&test, path, body).await;
        assert_eq!((got, &said["error"]["code"]), (status, &json!(code)), "{path}: {said}");
        assert!(said["error"]["message"].as_str().is_some_and(|message| !message.is_empty()));
    };
    check("/api/v1/query", json!({"question": "x".repeat(100 * 1024)}), 413, "question_too_long").await;
    check("/api/v1/query", json!({"question": "x".repeat(300 * 1024)}), 413, "body_too_large").await;
    check("/api/v1/query", json!({"question": " \n"}), 400, "empty_question").await;
    check("/api/v1/query", json!({"text": "x"}), 400, "invalid_body").await;
    check("/api/v1/query", json!({"question": "x", "now": "yesterday"}), 400, "invalid_body").await;
    check("/api/v1/query", json!({"question": "x", "time_zone": "Mars/Olympus"}), 400, "unknown_time_zone").await;
    check("/api/v1/chat", json!({"messages": []}), 400, "empty_question").await;
    let long = json!({"messages": [{"role": "user", "parts": [{"type": "text", "text": "x".repeat(100 * 1024)}]}]});
    check("/api/v1/chat", long, 413, "question_too_long").await;
    check("/api/v1/runs/none/cancel", json!({}), 404, "not_found").await;
    check("/api/v1/changes/none/approve", json!({}), 409, "no_cloud").await;
    check("/api/v1/nothing", json!({}), 404, "unknown_route").await;
    check("/api/v1/status", json!({}), 405, "method_not_allowed").await;
}

#[tokio::test]
async fn failures_are_said_in_the_readers_language() {
    let test = TestApp::start("", None).await;
    let said = async |languages: &str| {
        let request = reqwest::Client::new().get(test.url("/api/v1/conversations/none")).header("accept-language", languages);
        read(request.send().await.expect("an answer")).await.1["error"]["message"].as_str().expect("words").to_owned()
    };
    assert_eq!(said("zh-CN,zh;q=0.9,en;q=0.8").await, "没有 `none`");
    assert_eq!(said("en-US,en;q=0.9,zh;q=0.1").await, "`none` does not exist");
    assert_eq!(said("de").await, "`none` does not exist");
}

#[tokio::test]
async fn the_operators_routes_answer() {
    let test = TestApp::start("", None).await;
    for path in ["/healthz", "/readyz", "/metrics"] {
        assert_eq!(send(&test, Method::GET, path, None, None).await.status(), 200, "{path}");
    }
    let (_, document) = get(&test, "/api/openapi.json").await;
    assert!(document["paths"]["/api/v1/query"]["post"]["responses"]["default"].is_object());
    let references = document.to_string();
    for name in references.split("#/components/schemas/").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(document["components"]["schemas"][name].is_object(), "`{name}` is referred to and missing");
    }
    let docs = send(&test, Method::GET, "/docs", None, None).await.text().await.expect("a page");
    assert!(docs.contains("/api/v1/knowledge/search") && !docs.contains("<script"), "the page runs nothing");
    assert!(!docs.contains("src=\"http") && !docs.contains("href=\"http"), "the page loads nothing from elsewhere");
}

#[tokio::test]
async fn every_answer_carries_the_headers_that_bind_the_page() {
    let test = TestApp::start("", None).await;
    for path in ["/", "/api/v1/status", "/docs", "/api/v1/nothing"] {
        let response = send(&test, Method::GET, path, None, None).await;
        let policy = response.headers()["content-security-policy"].to_str().expect("text").to_owned();
        assert!(policy.contains("script-src 'self';") && policy.contains("frame-ancestors 'none'"), "{policy}");
        assert_eq!(response.headers()["x-content-type-options"], "nosniff");
        assert_eq!(response.headers()["referrer-policy"], "no-referrer");
    }
}

#[tokio::test]
async fn paths_of_the_page_are_the_page_and_files_that_are_missing_are_not() {
    let test = TestApp::start("", None).await;
    for path in ["/", "/c/0199", "/settings"] {
        let response = send(&test, Method::GET, path, None, None).await;
        assert_eq!(response.status(), 200, "{path}");
        assert!(response.headers()["content-type"].to_str().is_ok_and(|kind| kind.starts_with("text/html")), "{path}");
    }
    assert_eq!(send(&test, Method::GET, "/assets/index-of-yesterday.js", None, None).await.status(), 404);
    assert_eq!(send(&test, Method::GET, "/../Cargo.toml", None, None).await.status(), 404);
    assert_eq!(send(&test, Method::POST, "/c/0199", None, None).await.status(), 405);
}
