//! The guard from the shell, on the shared cases, as an outside scorer drives it.

use std::{collections::BTreeMap, fs, path::Path};

use serde_json::Value;

use crate::shell::{batch, shared, text};

#[test]
fn every_shared_case_is_decided_as_expected() {
    let Some(cases) = shared("bench/guard/cases.jsonl") else { return };
    let suite = Path::new(env!("CARGO_MANIFEST_DIR")).join("../evals/suites/guard");
    let cases: Vec<Value> =
        fs::read_to_string(cases).expect("cases").lines().map(|line| serde_json::from_str(line).expect("a case")).collect();
    let (schema, scope) = (text(&suite.join("schema.yaml")), text(&suite.join("scope.yaml")));
    let verdicts = batch(&["check-sql", "--schema", &schema, "--scope", &scope, "--jsonl", "-"], &cases);
    assert_eq!(verdicts.len(), cases.len());
    let mut table: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let mut wrong = Vec::new();
    for (case, verdict) in cases.iter().zip(&verdicts) {
        assert_eq!(case["id"], verdict["id"]);
        let kind = case["id"].as_str().expect("an id").split('-').next().unwrap_or_default().to_owned();
        let entry = table.entry(kind).or_default();
        entry.1 += 1;
        if case["expect"] == verdict["verdict"] {
            entry.0 += 1;
        } else {
            wrong.push(format!(
                "{} expects {}, got {}: {}\n    {}",
                case["id"], case["expect"], verdict["verdict"], case["sql"], verdict["reasons"]
            ));
        }
    }
    for (kind, (right, all)) in table {
        println!("{kind:<8} {right:>4} of {all}");
    }
    assert!(wrong.is_empty(), "{} of {} wrong:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}
