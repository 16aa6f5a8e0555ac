//! The guard's table tests: by kind, one line a case.

use std::{collections::BTreeMap, path::PathBuf};

use domain::Scope;

use super::{Dialect, Verdict, check, check_case};
use crate::{Catalog, load_scope};

fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The policy and the asker of the benchmark: one account, `discount_rate` and `list_amount` hidden.
fn benchmark() -> (Catalog, Scope) {
    let folder = repository().join("evals/suites/guard");
    load_scope(&folder.join("schema.yaml"), &folder.join("scope.yaml")).expect("the benchmark's policy is sound")
}

#[test]
fn the_benchmark_is_judged_right() {
    let shared = std::env::var_os("CLOUDLENS_SHARED").map_or_else(|| repository().join("../shared"), PathBuf::from);
    let Ok(text) = std::fs::read_to_string(shared.join("bench/guard/cases.jsonl")) else {
        assert!(std::env::var_os("CI").is_none(), "needs ../shared");
        println!("skipped: needs ../shared");
        return;
    };
    let (catalog, scope) = benchmark();
    let mut by_kind: BTreeMap<(String, String), (usize, usize)> = BTreeMap::new();
    let mut wrong = Vec::new();
    for line in text.lines() {
        let case: serde_json::Value = serde_json::from_str(line).expect("a case");
        let (id, expect) = (case["id"].as_str().expect("an id"), case["expect"].as_str().expect("what is expected"));
        let verdict = check_case(&serde_json::from_value(case.clone()).expect("a case"), Dialect::DataFusion, &catalog, &scope);
        let got = serde_json::to_value(verdict.verdict).expect("a verdict");
        let right = got == expect;
        let counts = by_kind.entry((id.split('-').next().unwrap_or(id).to_owned(), expect.to_owned())).or_default();
        counts.0 += usize::from(right);
        counts.1 += 1;
        if !right {
            wrong.push(format!("{id}: expected {expect}, got {got}: {:?}", verdict.reasons.first().map(|reason| &reason.message.en)));
        }
    }
    for ((kind, expect), (right, all)) in &by_kind {
        println!("{kind} {expect:8} {right:3}/{all}");
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

const NOTEBOOK: &str = "SELECT instance_id, instance_name, SUM(cost) AS total_cost FROM bill_items WHERE billing_cycle = '2026-01' \
     AND product_name LIKE '%ECS%' GROUP BY instance_id, instance_name ORDER BY total_cost DESC LIMIT 5";

#[test]
fn the_notebook_query_runs_as_it_stands() {
    let catalog = Catalog::builtin();
    let checked = check(NOTEBOOK, Dialect::DataFusion, &catalog, &Scope::owner("me")).expect("allowed");
    assert_eq!(checked.verdict(), Verdict::Allow);
    assert_eq!(checked.text(), NOTEBOOK);
    assert_eq!(checked.tables(), ["bill_items"]);
}
