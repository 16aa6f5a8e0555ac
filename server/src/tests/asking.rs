//! Questions, statements and documents over HTTP.

use serde_json::{Value, json};

use super::{JUNE, get, post, with_bills};

#[tokio::test]
async fn a_question_is_answered_with_its_table_and_terms() {
    let test = with_bills("").await;
    let (status, answer) = post(&test, "/api/v1/query", json!({"question": "2026年5月按服务的花费", "now": JUNE})).await;
    assert_eq!((status, &answer["status"]), (200, &json!("answered")), "{answer}");
    assert_eq!((&answer["language"], &answer["planner"]), (&json!("zh"), &json!("grammar")));
    let rows = answer["table"]["rows"].to_string();
    assert!(rows.contains("Amazon EC2") && rows.contains("1100.5") && rows.contains("9.25"), "{rows}");
    assert_eq!(answer["terms"]["currency"], "USD");

    // The answer is kept: it can be spoken of, and the metrics count it.
    let feedback = json!({"run_id": answer["id"], "verdict": "down", "comment": "口径不对"});
    assert_eq!(post(&test, "/api/v1/feedback", feedback).await.0, 204);
    let unknown = json!({"run_id": "nothing", "verdict": "up"});
    assert_eq!(post(&test, "/api/v1/feedback", unknown).await.0, 404);
    let metrics = reqwest::get(test.url("/metrics")).await.expect("metrics").text().await.expect("text");
    assert!(metrics.contains("http_requests_total{route=\"/api/v1/query\",method=\"POST\",status=\"200\"}"), "{metrics}");
    assert!(metrics.contains("runs_total{state=\"finished\"}"), "{metrics}");
    assert!(metrics.contains("http_request_seconds_bucket"), "{metrics}");
}

#[tokio::test]
async fn a_chart_comes_as_vega_lite_when_asked() {
    let test = with_bills("").await;
    let ask = json!({"question": "cost by service in May 2026", "now": JUNE});
    let (_, native) = post(&test, "/api/v1/query", ask.clone()).await;
    assert_eq!(native["chart"]["kind"], "bar", "{native}");
    let (_, vega) = post(&test, "/api/v1/query?chart=vega-lite", ask).await;
    assert!(vega["chart"]["$schema"].as_str().is_some_and(|schema| schema.contains("vega-lite")), "{vega}");
    assert_eq!(vega["chart"]["data"]["values"].as_array().map(Vec::len), Some(2));
    let (status, said) = post(&test, "/api/v1/query?chart=pie", json!({"question": "x"})).await;
    assert_eq!((status, &said["error"]["code"]), (400, &json!("invalid_parameter")));
}

#[tokio::test]
async fn a_conversation_completes_the_next_question() {
    let test = with_bills("").await;
    let (_, made) = post(&test, "/api/v1/conversations", json!({"title": "五月"})).await;
    let id = made["id"].clone();
    let ask = |question: &str| json!({"question": question, "now": JUNE, "conversation_id": id});
    post(&test, "/api/v1/query", ask("total cost in May 2026")).await;
    let (_, answer) = post(&test, "/api/v1/query", ask("by service?")).await;
    assert_eq!(answer["status"], "answered", "{answer}");
    assert!(answer["table"]["rows"].to_string().contains("Amazon S3"), "{answer}");
    let (_, conversation) = get(&test, &format!("/api/v1/conversations/{}", id.as_str().expect("an id"))).await;
    let asked: Vec<_> = conversation["messages"].as_array().expect("messages").iter().map(|message| &message["question"]).collect();
    assert_eq!(asked, ["total cost in May 2026", "by service?"]);
    let lost = json!({"question": "x", "conversation_id": "nothing"});
    assert_eq!(post(&test, "/api/v1/query", lost).await.0, 404);
}

#[tokio::test]
async fn a_batch_answers_each_question_in_its_place() {
    let test = with_bills("").await;
    let batch = json!({"questions": [
        {"question": "total cost in May 2026", "now": JUNE}, {"question": " "}, {"question": "2026年5月总花费", "now": JUNE},
    ]});
    let (status, body) = post(&test, "/api/v1/query/batch", batch).await;
    assert_eq!(status, 200);
    let answers = body["answers"].as_array().expect("answers");
    assert_eq!((&answers[0]["language"], &answers[2]["language"]), (&json!("en"), &json!("zh")));
    assert_eq!(answers[1]["error"]["code"], "empty_question");
    let many: Vec<_> = (0..101).map(|_| json!({"question": "x"})).collect();
    assert_eq!(post(&test, "/api/v1/query/batch", json!({"questions": many})).await.0, 400);
}

#[tokio::test]
async fn statements_are_checked_and_what_passes_runs() {
    let test = with_bills("").await;
    let check = async |sql: &str| post(&test, "/api/v1/sql/check", json!({"sql": sql})).await.1;
    assert_ne!(check("SELECT ServiceName FROM costs LIMIT 3").await["verdict"], "reject");
    let refused = check("DELETE FROM costs").await;
    assert_eq!((&refused["verdict"], &refused["sql"]), (&json!("reject"), &Value::Null));
    assert!(refused["reasons"][0]["code"].is_string() && refused["reasons"][0]["message"].is_string(), "{refused}");

    let sql = "SELECT ServiceName, SUM(BilledCost) AS cost FROM costs GROUP BY ServiceName ORDER BY cost DESC LIMIT 1";
    let (status, result) = post(&test, "/api/v1/sql/run", json!({"sql": sql})).await;
    assert_eq!(status, 200, "{result}");
    assert_eq!(result["table"]["rows"], json!([["Amazon EC2", "1100.5"]]));
    let (status, refused) = post(&test, "/api/v1/sql/run", json!({"sql": "SELECT * FROM secrets"})).await;
    assert_eq!((status, &refused["error"]["code"]), (422, &json!("rejected_sql")));
    assert!(!refused["reasons"].as_array().expect("reasons").is_empty());
}

#[tokio::test]
async fn documents_are_added_and_found() {
    let test = with_bills("").await;
    let markdown = "# Tagging policy\n\n## Required tags\n\nEvery resource carries the tag cost-center.\n";
    let (status, added) = post(&test, "/api/v1/knowledge/documents", json!({"id": "tagging.md", "markdown": markdown})).await;
    assert_eq!((status, &added["documents"]), (200, &json!(1)), "{added}");
    let (status, found) = post(&test, "/api/v1/knowledge/search", json!({"query": "which tags are required?", "k": 3})).await;
    assert_eq!(status, 200);
    assert_eq!((&found["hits"][0]["doc"], &found["hits"][0]["title"]), (&json!("tagging.md"), &json!("Tagging policy")), "{found}");
}

#[tokio::test]
async fn tools_are_listed_described_and_called() {
    let test = with_bills("").await;
    let (_, list) = get(&test, "/api/v1/tools").await;
    let names: Vec<_> = list["tools"].as_array().expect("tools").iter().filter_map(|tool| tool["name"].as_str()).collect();
    assert!(names.contains(&"run_sql") && names.contains(&"propose_change"), "{names:?}");
    let (_, tool) = get(&test, "/api/v1/tools/run_sql").await;
    assert!(tool["arguments"]["properties"]["sql"].is_object() && tool["description"]["zh"].is_string(), "{tool}");
    let (status, evidence) = post(&test, "/api/v1/tools/run_sql", json!({"sql": "SELECT COUNT(*) AS n FROM costs"})).await;
    assert_eq!((status, &evidence["table"]["rows"]), (200, &json!([[3]])), "{evidence}");
    assert_eq!(post(&test, "/api/v1/tools/run_sql", json!({"sq": 1})).await.1["error"]["code"], "invalid_arguments");
    assert_eq!(post(&test, "/api/v1/tools/drop_database", json!({})).await.0, 404);
    assert_eq!(get(&test, "/api/v1/tools/drop_database").await.0, 404);
}

#[tokio::test]
async fn the_start_page_has_questions_and_the_state_of_the_data() {
    let test = with_bills("").await;
    let (_, status) = get(&test, "/api/v1/status").await;
    assert_eq!((&status["data"]["cost_rows"], &status["model"], &status["cloud"]), (&json!(3), &Value::Null, &json!(false)));
    assert_eq!(status["data"]["providers"][0]["first_month"], "2026-05");
    let (_, zh) = get(&test, "/api/v1/examples?language=zh").await;
    let questions = zh["questions"].as_array().expect("questions");
    assert!(!questions.is_empty());
    let (_, answer) = post(&test, "/api/v1/query", json!({"question": questions[0], "now": JUNE})).await;
    assert_ne!(answer["status"], "failed", "{answer}");
}
