//! The judge against a table of cases, and against the bench's own scorer on answers made from its questions.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    process::Command,
};

use domain::Language;
use serde_json::{Value, json};

use crate::{Case, EvalError, Remote, judge, load, run, wilson};

fn case(columns: Value, gold: Value) -> Case {
    let names: Vec<Value> = columns.as_array().expect("columns").iter().map(|column| column["name"].clone()).collect();
    case_of(columns, json!({ "columns": names, "rows": gold }), &json!({}))
}

fn case_of(columns: Value, gold: Value, more: &Value) -> Case {
    let mut case = json!({
        "id": "x", "lang": "zh", "kind": "total", "question": "?", "time_zone": "Asia/Shanghai", "expect": "answer",
        "columns": columns, "gold": gold,
    });
    for (key, value) in more.as_object().expect("an object") {
        case[key] = value.clone();
    }
    serde_json::from_value(case).expect("a case")
}

fn is_right(case: &Case, rows: &Value) -> bool {
    let width = rows[0].as_array().map_or(0, Vec::len);
    let columns: Vec<Value> = (0..width).map(|column| json!({ "name": format!("c{column}") })).collect();
    judge(case, Some(&json!({ "status": "answered", "table": { "columns": columns, "rows": rows } }))).right
}

#[track_caller]
fn check(case: &Case, rows: Value, expect: bool) {
    assert_eq!(is_right(case, &rows), expect, "{rows}");
}

fn value() -> Value {
    json!({ "name": "v", "role": "value" })
}

fn label() -> Value {
    json!({ "name": "l", "role": "label" })
}

fn time() -> Value {
    json!({ "name": "t", "role": "time" })
}

fn ratio() -> Value {
    json!({ "name": "r", "role": "value", "unit": "ratio" })
}

#[test]
fn numbers_are_equal_as_numbers() {
    let one = case(json!([value()]), json!([["1234.5678"]]));
    check(&one, json!([["1234.5678"]]), true);
    check(&one, json!([["CNY", 1234.56780001]]), true);
    check(&one, json!([["¥1,234.5678"]]), true);
    check(&one, json!([["1234.5678元"]]), true);
    check(&one, json!([["1234.57"]]), false);
    check(&one, json!([["1234.5678"], ["1"]]), false);
    check(&one, json!([]), false);
    check(&one, json!([[null]]), false);
    let zero = case(json!([value()]), json!([["0"]]));
    check(&zero, json!([["0.00"]]), true);
    check(&zero, json!([[null]]), false);
    let negative = case(json!([value()]), json!([["-12"]]));
    check(&negative, json!([["-¥12.00"]]), true);
    check(&negative, json!([["−12"]]), true);
}

#[test]
fn values_stay_with_their_labels() {
    let two = case(json!([label(), value()]), json!([["A", "1"], ["B", "2"]]));
    check(&two, json!([["b ", 2], ["a", 1]]), true);
    check(&two, json!([[2, "x", "B"], [1, "y", "A"]]), true);
    check(&two, json!([["A", 2], ["B", 1]]), false);
    let same = case(json!([value(), { "name": "w", "role": "value" }]), json!([["1", "1"], ["1", "2"]]));
    check(&same, json!([[2, 1], [1, 1]]), true);
    check(&same, json!([[1, 1], [2, 2]]), false);
    let missing = case(json!([label(), value()]), json!([["(untagged)", "1"], ["x", "2"]]));
    check(&missing, json!([[null, 1], ["x", 2]]), true);
    check(&missing, json!([["(untagged)", 1], ["X", 2]]), true);
}

#[test]
fn order_counts_only_where_it_is_asked_for() {
    let columns = json!([label(), value()]);
    let gold = json!({ "columns": ["l", "v"], "rows": [["A", "3"], ["B", "2"], ["C", "2"]] });
    let top = case_of(columns.clone(), gold.clone(), &json!({ "ordered": true }));
    check(&top, json!([["A", 3], ["C", 2], ["B", 2]]), true);
    check(&top, json!([["B", 2], ["A", 3], ["C", 2]]), false);
    check(&case_of(columns, gold, &json!({})), json!([["B", 2], ["A", 3], ["C", 2]]), true);
}

#[test]
fn any_of_several_columns_serves() {
    let columns = json!([{ "name": "SubAccountName", "any_of": ["SubAccountId"], "role": "label" }, value()]);
    let gold = json!({ "columns": ["SubAccountId", "SubAccountName", "v"], "rows": [["100", "prod", "5"], ["200", "test", "6"]] });
    let case = case_of(columns, gold, &json!({}));
    check(&case, json!([["prod", 5], ["test", 6]]), true);
    check(&case, json!([[200, 6], [100, 5]]), true);
    check(&case, json!([["prod", 6], ["test", 5]]), false);
}

#[test]
fn ratios_are_in_fractions_or_per_cent_the_whole_column_alike() {
    let two = case(json!([ratio()]), json!([["0.234"], ["-0.5"]]));
    check(&two, json!([["-50"], [23.4]]), true);
    check(&two, json!([[0.234], [-0.5]]), true);
    check(&two, json!([["23.4%"], ["-50%"]]), true);
    check(&two, json!([[23.4], [-0.5]]), false);
    check(&case(json!([value()]), json!([["0.234"]])), json!([[23.4]]), false);
    let percent = case(json!([ratio()]), json!([["82.3"]]));
    check(&percent, json!([["0.823"]]), true);
    check(&percent, json!([["82.3%"]]), true);
}

#[test]
fn times_are_equal_however_they_are_written() {
    let months = case(json!([time(), value()]), json!([["2026-04-01", "1"], ["2026-05-01", "2"]]));
    for (april, may) in [
        ("2026-04", "2026-05"),
        ("2026-04-01", "2026-05-01"),
        ("2026-03-31T16:00:00Z", "2026-04-30T16:00:00Z"),
        ("2026-04-01 00:00:00", "2026-05-01 00:00:00"),
        ("2026年4月", "2026年5月"),
        ("202604", "202605"),
        ("2026-04-01 00:00:00.000 +08:00", "2026-05-01T00:00:00+0800"),
        ("2026-04-01 ~ 2026-04-30", "2026-05-01 至 2026-05-31"),
    ] {
        check(&months, json!([[april, 1], [may, 2]]), true);
    }
    check(&months, json!([["2026-05", 1], ["2026-04", 2]]), false);
    check(&months, json!([["2026-03", 1], ["2026-04", 2]]), false);
    let quarter = case(json!([time(), value()]), json!([["2026-01-01", "1"]]));
    for form in ["2026Q1", "2026-Q1", "2026年第1季度", "Q1 2026"] {
        check(&quarter, json!([[form, 1]]), true);
    }
    check(&case(json!([time()]), json!([["2026-06-08"]])), json!([["2026-W24"]]), true);
    let stamp = case(json!([time()]), json!([["2026-06-01T02:00:00Z"]]));
    check(&stamp, json!([["2026-06-01T10:00:00+08:00"]]), true);
    check(&stamp, json!([["2026-06-01T02:00:00.4Z"]]), true);
    check(&stamp, json!([["2026-06-01T03:00:00Z"]]), false);
}

#[test]
fn statuses_are_judged_before_tables() {
    for (expect, status, right) in [
        ("clarify", "needs_clarification", true),
        ("clarify", "answered", false),
        ("decline", "refused", true),
        ("decline", "no_data", true),
        ("no_data", "refused", true),
        ("no_data", "answered", false),
        ("no_data", "needs_clarification", false),
        ("answer", "needs_clarification", false),
        ("answer", "answered", false),
    ] {
        let case = case_of(json!([value()]), json!({ "columns": ["v"], "rows": [["1"]] }), &json!({ "expect": expect }));
        assert_eq!(judge(&case, Some(&json!({ "status": status }))).right, right, "{expect} {status}");
    }
    assert_eq!(judge(&case(json!([value()]), json!([["1"]])), None).why, "no answer");
}

#[test]
fn intervals_are_wilsons() {
    let (low, high) = wilson(8, 10);
    assert!((low - 0.4902).abs() < 1e-3 && (high - 0.9433).abs() < 1e-3);
    assert_eq!(wilson(0, 0), (0.0, 1.0));
    assert!(wilson(0, 5).0.abs() < 1e-12 && (wilson(5, 5).1 - 1.0).abs() < 1e-12);
}

#[tokio::test]
async fn a_run_counts_misses_and_shows_them() {
    let right = case(json!([value()]), json!([["1"]]));
    let unclear = Case { id: "y".into(), kind: "clarify".into(), lang: "en".into(), expect: crate::Expect::Clarify, ..right.clone() };
    let unasked = Case { id: "z".into(), ..right.clone() };
    let answered = json!({ "status": "answered", "elapsed_ms": 3.5, "table": { "columns": [{ "name": "c" }], "rows": [["1"]] } });
    let asker = async |case: &Case| match case.id.as_str() {
        "z" => Err(EvalError::Read { file: "nowhere".into(), source: std::io::Error::other("gone") }),
        _ => Ok(answered.clone()),
    };
    let told = std::cell::Cell::new(0);
    let report = run(&[right, unclear, unasked], asker, |done| told.set(done)).await;
    assert_eq!(told.get(), 3);
    assert_eq!((report.scores["all"].right, report.scores["all"].of), (1, 3));
    assert_eq!((report.scores["lang:en"].right, report.scores["kind:total"].of), (0, 2));
    assert_eq!(report.wrong_but_confident.right, 1);
    assert!(report.passes(0.33) && !report.passes(0.34));
    let text = report.render(Language::En);
    for part in ["miss y [clarify] (confident) ?", "status answered, needs_clarification expected", "cannot read `nowhere`: gone", "33.3%"]
    {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert!(report.render(Language::Zh).contains("未答对 y"));
    assert_eq!(run(&[], asker, |_| ()).await.accuracy(), 0.0);
}

#[test]
fn a_line_that_is_no_case_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("cases.jsonl");
    std::fs::write(&file, "\n{\"id\": 1}\n").expect("written");
    let error = load(&file).expect_err("not a case").to_string();
    assert!(error.ends_with("line 2 is not a case"), "{error}");
    assert!(matches!(load(&folder.path().join("none")), Err(EvalError::Read { .. })));
}

#[tokio::test]
async fn a_service_is_asked_with_the_whole_question() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let service = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a connection");
        let (mut request, mut block) = (String::new(), [0; 4096]);
        while !request.ends_with('}') {
            let read = stream.read(&mut block).await.expect("the request");
            request.push_str(&String::from_utf8_lossy(&block[..read]));
        }
        let body = r#"{"status":"answered"}"#;
        let head = format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n", body.len());
        stream.write_all((head + body).as_bytes()).await.expect("the response");
        request
    });
    let remote = Remote::new(&format!("http://{address}/"), Some("s3cret".into()));
    assert!(!format!("{remote:?}").contains("s3cret"));
    let case = case_of(json!([value()]), json!({ "columns": ["v"], "rows": [["1"]] }), &json!({ "history": ["earlier"] }));
    assert_eq!(remote.ask(&case).await.expect("an answer")["status"], "answered");
    let request = service.await.expect("the request");
    for part in ["POST /api/v1/query", "Bearer s3cret", "\"history\":[\"earlier\"]", "\"time_zone\":\"Asia/Shanghai\""] {
        assert!(request.contains(part), "{part} in {request}");
    }
    let gone = Remote::new("http://127.0.0.1:1", None).ask(&case).await;
    assert!(matches!(gone, Err(EvalError::Ask { .. })));
}

#[test]
fn the_demo_suite_reads() {
    let cases = load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("suites/demo/questions.jsonl")).expect("the suite");
    let ids: BTreeSet<&str> = cases.iter().map(|case| case.id.as_str()).collect();
    assert_eq!((cases.len(), ids.len()), (20, 20));
    for lang in ["zh", "en"] {
        assert_eq!(cases.iter().filter(|case| case.lang == lang).count(), 10);
    }
    assert!(cases.iter().all(|case| case.expect != crate::Expect::Answer || (case.gold_sql.is_some() && !case.columns.is_empty())));
}

/// The place of what is shared between the projects; none, said aloud, where it is not there.
fn bench() -> Option<PathBuf> {
    let shared = std::env::var("CLOUDLENS_SHARED").unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared").into());
    let bench = Path::new(&shared).join("bench");
    if !bench.exists() {
        assert!(std::env::var("CI").is_err(), "needs ../shared");
        println!("skipped: needs ../shared");
        return None;
    }
    Some(bench)
}

/// Ways to give an answer: some right, some wrong, some in between.
const WAYS: [&str; 14] = [
    "gold",
    "renamed and turned",
    "extra column",
    "row less",
    "row more",
    "a hair off",
    "a thousandth off",
    "reversed",
    "swapped",
    "per cent",
    "months in words",
    "currency signs",
    "nulls",
    "refused",
];

/// The gold as an answer, in one of the ways.
fn answer(case: &Case, way: &str) -> Value {
    let (mut columns, mut rows) = (case.gold.columns.clone(), case.gold.rows.clone());
    let is_number = |cell: &Value| cell.as_str().and_then(|text| text.parse::<f64>().ok());
    let each = |rows: &mut Vec<Vec<Value>>, change: &dyn Fn(usize, &Value) -> Option<Value>| {
        for row in rows.iter_mut() {
            for (column, cell) in row.iter_mut().enumerate() {
                if let Some(changed) = change(column, cell) {
                    *cell = changed;
                }
            }
        }
    };
    let wanted = |column: usize| case.columns.iter().find(|it| it.name == case.gold.columns[column]);
    match way {
        "renamed and turned" => {
            columns = (0..columns.len()).map(|column| format!("c{column}")).collect();
            rows.iter_mut().for_each(|row| row.reverse());
        }
        "extra column" => {
            columns.insert(0, "extra".into());
            rows.iter_mut().enumerate().for_each(|(number, row)| row.insert(0, json!(number)));
        }
        "row less" => drop(rows.pop()),
        "row more" => rows.extend(rows.first().cloned()),
        "a hair off" => each(&mut rows, &|_, cell| is_number(cell).map(|number| json!(number * (1.0 + 3e-7)))),
        "a thousandth off" => each(&mut rows, &|_, cell| is_number(cell).map(|number| json!(format!("{}", number * 1.001)))),
        "reversed" => rows.reverse(),
        "swapped" if rows.len() > 1 => {
            let last = columns.len() - 1;
            let first = rows[0][last].clone();
            rows[0][last] = std::mem::replace(&mut rows[1][last], first);
        }
        "per cent" => each(&mut rows, &|column, cell| {
            let ratio = wanted(column).is_some_and(|it| it.unit.as_deref() == Some("ratio"));
            is_number(cell).filter(|_| ratio).map(|number| json!(format!("{:.9}%", number * 100.0)))
        }),
        "months in words" => each(&mut rows, &|column, cell| {
            let time = wanted(column).is_some_and(|it| it.role == crate::Role::Time);
            let text = cell.as_str().filter(|text| time && text.len() == 10)?;
            Some(json!(format!("{}年{}月{}日", &text[..4], &text[5..7], &text[8..])))
        }),
        "currency signs" => each(&mut rows, &|column, cell| {
            let money = wanted(column).is_some_and(|it| matches!(it.unit.as_deref(), Some("CNY" | "USD")));
            cell.as_str().filter(|_| money).map(|text| json!(format!("¥ {text}")))
        }),
        "nulls" => each(&mut rows, &|column, cell| (column == 0 && is_number(cell).is_some_and(|it| it == 0.0)).then_some(Value::Null)),
        _ => {}
    }
    let status = match (way, case.expect) {
        ("refused", _) | (_, crate::Expect::Decline | crate::Expect::NoData) => "refused",
        (_, crate::Expect::Clarify) => "needs_clarification",
        _ => "answered",
    };
    let columns: Vec<Value> = columns.iter().map(|name| json!({ "name": name })).collect();
    json!({ "id": case.id, "status": status, "table": { "columns": columns, "rows": rows } })
}

#[test]
fn the_verdicts_are_those_of_the_bench() {
    let Some(bench) = bench() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let (answers, report) = (folder.path().join("answers.jsonl"), folder.path().join("report.json"));
    let (mut compared, mut right) = (0, 0);
    for questions in ["questions_zh.jsonl", "questions_en.jsonl"] {
        let questions = bench.join("dev").join(questions);
        let cases = load(&questions).expect("the questions");
        for way in WAYS {
            let given: Vec<Value> = cases.iter().map(|case| answer(case, way)).collect();
            let lines: Vec<String> = given.iter().map(Value::to_string).collect();
            std::fs::write(&answers, lines.join("\n")).expect("written");
            let scorer = Command::new("python3")
                .arg(bench.join("score_questions.py"))
                .args([&questions, &answers])
                .arg("--json")
                .arg(&report)
                .output();
            let scorer = scorer.expect("python3 runs");
            assert!(scorer.status.success(), "{way}: {}", String::from_utf8_lossy(&scorer.stderr));
            let theirs: Value = serde_json::from_slice(&std::fs::read(&report).expect("a report")).expect("json");
            let theirs: BTreeSet<&str> =
                theirs["misses"].as_array().expect("misses").iter().filter_map(|miss| miss["id"].as_str()).collect();
            let wrong = |(case, answer): (&Case, &Value)| (!judge(case, Some(answer)).right).then(|| case.id.clone());
            let ours: BTreeSet<String> = cases.iter().zip(&given).filter_map(wrong).collect();
            assert_eq!(ours.iter().map(String::as_str).collect::<BTreeSet<_>>(), theirs, "{way}");
            compared += cases.len();
            right += cases.len() - ours.len();
        }
    }
    println!("{compared} verdicts compared, {right} right");
    assert!(right > 0 && right < compared);
}
