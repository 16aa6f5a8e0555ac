//! Plans questions without an engine: `plan PROFILE.json < questions.jsonl > plans.jsonl`, for whoever works on the grammar.

use std::{
    io::{BufRead, Write},
    sync::Arc,
    time::Instant,
};

use domain::{DataProfile, Question, Scope};
use jiff::{Timestamp, tz::TimeZone};
use nl2sql::{Grammar, Reading};
use schema::{Catalog, Dialect};
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("usage: plan PROFILE.json < questions.jsonl")?;
    let profile: DataProfile = serde_json::from_reader(std::fs::File::open(path)?)?;
    let catalog = Arc::new(Catalog::builtin());
    let built = Instant::now();
    let grammar = Grammar::new(catalog.clone(), &profile);
    eprintln!("lexicon built in {:.1} ms", built.elapsed().as_secs_f64() * 1000.0);
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let item: Value = serde_json::from_str(&line?)?;
        let question = question(&item)?;
        let started = Instant::now();
        let reading = grammar.understand(&question);
        let elapsed = started.elapsed().as_secs_f64() * 1000.0;
        writeln!(out, "{}", answer(&catalog, &item, &reading, elapsed))?;
    }
    Ok(())
}

fn question(item: &Value) -> Result<Question, Box<dyn std::error::Error>> {
    let text = |key: &str| item.get(key).and_then(Value::as_str);
    let history =
        item.get("history").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
    Ok(Question {
        text: text("question").unwrap_or_default().to_owned(),
        language: None,
        asker: Scope::owner("plan"),
        history,
        now: text("now").unwrap_or("2026-06-18T10:00:00+08:00").parse::<Timestamp>()?,
        time_zone: TimeZone::get(text("time_zone").unwrap_or("Asia/Shanghai"))?,
    })
}

/// Why the guard refuses a statement; none where it passes.
fn guard(catalog: &Catalog, sql: &str) -> Option<String> {
    let checked = schema::check(sql, Dialect::DataFusion, catalog, &Scope::owner("plan"));
    checked.err().map(|rejection| format!("{rejection:?}"))
}

fn answer(catalog: &Catalog, item: &Value, reading: &Reading, elapsed: f64) -> Value {
    let mut answer = match reading {
        Reading::Query(plan) => {
            json!({"status": "answered", "sql": plan.sql, "query": plan.query, "columns": plan.columns.iter().map(|c| &c.name).collect::<Vec<_>>(),
            "resolved": plan.resolved_question, "assumptions": plan.assumptions, "matched": plan.matched, "filters": plan.filters})
        }
        Reading::Tool { name, args, .. } => json!({"status": "tool", "tool": name, "args": args}),
        Reading::Clarify(clarification) => json!({"status": "needs_clarification", "clarification": clarification}),
        Reading::NoData { text } => json!({"status": "no_data", "text": text}),
        Reading::Decline { .. } => json!({"status": "refused"}),
        Reading::Unknown { words, knowledge } => json!({"status": "unknown", "words": words, "knowledge": knowledge}),
    };
    if let Reading::Query(plan) = reading {
        answer["guard"] = json!(guard(catalog, &plan.sql));
    }
    answer["id"] = item["id"].clone();
    answer["question"] = item["question"].clone();
    answer["elapsed_ms"] = json!(elapsed);
    answer
}
