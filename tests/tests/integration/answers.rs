//! Questions end to end: ten of them against DuckDB, the whole bench, what is not answered, what is not input at all.

use std::{fs, path::Path, process::Command};

use evals::{Case, judge};
use serde_json::{Value, json};

use crate::shell::{batch, bench_company, cloudlens, command, copy_folder, demo_company, fail, python, shared, succeed, text};

/// Runs gold queries on the bench's own files in DuckDB: an engine and an import that share no code with ours.
const DUCKDB: &str = r#"
import duckdb, json, sys
folder = sys.argv[1]
con = duckdb.connect()
con.execute("SET TimeZone = 'UTC'")
con.execute(f"CREATE VIEW costs AS SELECT * FROM read_parquet('{folder}/costs.parquet')")
for name in ["resources", "budgets", "commitments", "balances", "change_events", "findings", "exchange_rates"]:
    con.execute(f"CREATE VIEW {name} AS SELECT * FROM read_csv('{folder}/{name}.csv')")
for line in sys.stdin:
    case = json.loads(line)
    rows = con.execute(case["gold_sql"]).fetchall()
    print(json.dumps([[None if cell is None else str(cell) for cell in row] for row in rows], ensure_ascii=False))
"#;

/// Ten questions of the bench, five in each language; the transcript in `docs/transcript.md` is of these.
const TRANSCRIPT: [&str; 10] = [
    "dev-zh-001",
    "dev-zh-010",
    "dev-zh-028",
    "dev-zh-037",
    "dev-zh-048",
    "dev-en-001",
    "dev-en-010",
    "dev-en-020",
    "dev-en-029",
    "dev-en-050",
];

#[test]
fn ten_questions_agree_with_duckdb() {
    let (Some(folder), Some(bench), Some(python)) = (bench_company(), shared("bench/dev"), python()) else { return };
    let cases: Vec<Value> =
        questions(&bench).into_iter().filter(|case| TRANSCRIPT.contains(&case["id"].as_str().expect("an id"))).collect();
    assert_eq!(cases.len(), TRANSCRIPT.len());
    let gold = duckdb(&python, &bench.join("data"), &cases);
    let answers = batch(&["ask", "--jsonl", "-", "--data", &text(folder)], &cases);
    for ((case, gold), answer) in cases.iter().zip(gold).zip(answers) {
        assert_eq!(answer["status"], "answered", "{case}: {answer}");
        let case: Case = serde_json::from_value(with_gold(case, gold)).expect("a case");
        let verdict = judge(&case, Some(&answer));
        assert!(verdict.right, "{}: {}\n{answer}", case.question, verdict.why);
    }
}

#[test]
fn the_bench_is_not_worse_than_its_baseline() {
    let (Some(folder), Some(bench)) = (bench_company(), shared("bench/dev")) else { return };
    let baseline: Value = serde_json::from_str(include_str!("../../../evals/baseline.json")).expect("the baseline");
    for language in ["zh", "en"] {
        let file = text(&bench.join(format!("questions_{language}.jsonl")));
        let report: Value = serde_json::from_str(&succeed(&["eval", "--json", "--data", &text(folder), &file])).expect("JSON");
        let accuracy = report["scores"]["all"]["rate"].as_f64().expect("an accuracy");
        let floor = baseline["questions"][language]["accuracy"].as_f64().expect("a floor");
        assert!(accuracy >= floor, "{language}: {accuracy} is below the baseline {floor}\n{report:#}");
        let confident = report["wrong_but_confident"]["rate"].as_f64().expect("a share");
        let ceiling = baseline["questions"][language]["wrong_but_confident"].as_f64().expect("a ceiling");
        assert!(confident <= ceiling, "{language}: {confident} wrong but confident is above {ceiling}\n{report:#}");
    }
}

#[test]
fn the_notebook_query_runs_as_it_stands() {
    let Some(folder) = bench_company() else { return };
    let sql = "SELECT instance_id, instance_name, SUM(cost) AS total_cost FROM bill_items WHERE billing_cycle = '2026-01' AND product_name LIKE '%ECS%' \
               GROUP BY instance_id, instance_name ORDER BY total_cost DESC LIMIT 5";
    let evidence = tool(folder, "run_sql", &json!({"sql": sql}));
    assert_eq!(evidence["table"]["row_count"], 5, "{evidence}");
    assert_eq!(evidence["table"]["columns"][2]["name"], "total_cost");
}

#[test]
fn a_demo_question_carries_its_evidence() {
    let answer = ask(demo_company(), "上个月阿里云最花钱的5个产品");
    assert_eq!(answer["status"], "answered", "{answer}");
    assert_eq!(answer["language"], "zh");
    assert_eq!(answer["planner"], "grammar");
    assert_eq!(answer["table"]["row_count"], 5);
    assert_eq!(answer["chart"]["kind"], "bar");
    assert_eq!(answer["terms"]["cost_basis"], "BilledCost");
    assert_eq!(answer["terms"]["currency"], "CNY");
    assert!(answer["terms"]["data_complete_to"].is_string() && answer["terms"]["rows_read"].as_u64() > Some(0), "{answer}");
    assert!(answer["sql"]["text"].as_str().is_some_and(|sql| sql.contains("LIMIT 5")), "{answer}");
    assert!(!answer["follow_ups"].as_array().expect("follow-ups").is_empty());
}

#[test]
fn every_follow_up_and_example_can_be_asked() {
    let folder = demo_company();
    for question in ["上个月阿里云最花钱的5个产品", "how much did we spend last month?"] {
        for next in ask(folder, question)["follow_ups"].as_array().expect("follow-ups") {
            let next = next.as_str().expect("a question");
            assert_eq!(ask(folder, next)["status"], "answered", "{question} -> {next}");
        }
    }
}

#[test]
fn what_is_not_understood_is_said() {
    let answer = ask(demo_company(), "帮我写一首诗");
    assert!(answer["status"] == "refused" && answer["text"].as_str().is_some_and(|text| !text.is_empty()), "{answer}");
    let answer = ask(demo_company(), "what does the frobnication index say about last month's cost?");
    assert_ne!(answer["status"], "answered", "a word with meaning was ignored: {answer}");
}

#[test]
fn a_question_of_100_kb_is_refused_at_once() {
    let question = "成本".repeat(17_000);
    let answer = batch(&["ask", "--jsonl", "-", "--data", &text(demo_company())], &[json!({"id": "long", "question": question})]);
    assert_eq!(answer[0]["status"], "refused");
    assert!(answer[0]["text"].as_str().is_some_and(|text| text.len() < 1_000));
}

#[test]
fn waste_is_found_and_a_policy_is_quoted() {
    // Only one process at a time may hold the documents: a folder of its own.
    let folder = tempfile::tempdir().expect("a folder");
    copy_folder(demo_company(), folder.path());
    let waste = ask(folder.path(), "有哪些闲置资源?");
    assert_eq!((&waste["status"], &waste["intent"]), (&json!("answered"), &json!("optimize")), "{waste}");
    assert!(waste["table"]["row_count"].as_u64() > Some(0));
    let policy = ask(folder.path(), "打标签的规范要求哪些标签?");
    assert_eq!(policy["intent"], "knowledge", "{policy}");
    assert!(!policy["citations"].as_array().expect("citations").is_empty(), "{policy}");
}

#[test]
fn doctor_and_config_show_no_secret() {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = folder.path().join("cloudlens.toml");
    fs::write(&settings, "[model]\nbase_url = \"http://127.0.0.1:9/v1\"\napi_key = \"sk-very-secret\"\nmodel = \"m\"\n").expect("a file");
    for words in ["doctor", "config"] {
        let output = command(&[words, "--config", &text(&settings), "--data", &text(&folder.path().join("data"))])
            .output()
            .expect("the binary runs");
        let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(!said.contains("sk-very-secret"), "`{words}` shows the key: {said}");
        assert!(said.contains("127.0.0.1:9"), "{said}");
    }
}

#[test]
fn a_port_in_use_and_an_open_address_are_refused_with_a_hint() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let taken = listener.local_addr().expect("an address").to_string();
    let data = text(demo_company());
    let copy = tempfile::tempdir().expect("a folder");
    let said = fail(&["serve", "--data", &text(copy.path()), "--address", &taken]);
    assert!(said.contains(&taken) && said.contains("hint:"), "{said}");
    let said = fail(&["serve", "--data", &data, "--address", "0.0.0.0:0"]);
    assert!(said.contains("key") && said.contains("hint:"), "{said}");
}

#[test]
fn a_schema_that_does_not_fit_is_said_with_its_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let model = folder.path().join("model.yaml");
    fs::write(&model, "version: \"0.2\"\nsemantic_model:\n  - name: m\n    datasets:\n      - name: t\n        sauce: t\n")
        .expect("a file");
    let said = fail(&["schema", "check", &text(&model)]);
    assert!(said.contains("model.yaml:6") && said.contains("sauce"), "{said}");
    assert!(
        cloudlens(&["schema", "check", &text(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../schema/models/cloudlens.yaml"))])
            .status
            .success()
    );
}

/// Asks one question and gives the answer.
fn ask(folder: &Path, question: &str) -> Value {
    serde_json::from_str(&succeed(&["ask", "--json", "--data", &text(folder), question])).expect("JSON")
}

fn tool(folder: &Path, name: &str, args: &Value) -> Value {
    serde_json::from_str(&succeed(&["tools", "call", name, "--data", &text(folder), "--args", &args.to_string()])).expect("JSON")
}

fn questions(bench: &Path) -> Vec<Value> {
    let files = ["questions_zh.jsonl", "questions_en.jsonl"].map(|name| fs::read_to_string(bench.join(name)).expect("questions"));
    files.iter().flat_map(|text| text.lines()).map(|line| serde_json::from_str(line).expect("a case")).collect()
}

/// The case with the rows DuckDB just computed in place of the stored ones.
fn with_gold(case: &Value, rows: Value) -> Value {
    let mut case = case.clone();
    case["gold"]["rows"] = rows;
    case
}

fn duckdb(python: &Path, folder: &Path, cases: &[Value]) -> Vec<Value> {
    let input: String = cases.iter().map(|case| format!("{case}\n")).collect();
    let scratch = tempfile::tempdir().expect("a folder");
    let file = scratch.path().join("cases.jsonl");
    fs::write(&file, input).expect("a file");
    let stdin = fs::File::open(&file).expect("the file");
    let output = Command::new(python).arg("-c").arg(DUCKDB).arg(folder).stdin(stdin).output().expect("Python runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8").lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}
