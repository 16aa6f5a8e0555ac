//! The knowledge bench: ranking above a floor, and nothing leaks.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use serde_json::Value;

use crate::{Hit, Knowledge};

/// Below the figure measured (0.86), well above plain BM25 by section (0.523).
const FLOOR: f64 = 0.80;

struct Case {
    question: Value,
    hits: Vec<Hit>,
    /// Every document the asker may not read.
    closed: BTreeSet<String>,
}

impl Case {
    fn texts(&self, key: &str) -> Vec<&str> {
        self.question[key].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
    }

    fn relevant(&self) -> BTreeSet<&str> {
        self.question["relevant"].as_array().into_iter().flatten().filter_map(|entry| entry["doc"].as_str()).collect()
    }

    fn ranked(&self) -> Vec<&str> {
        let mut ranked: Vec<&str> = Vec::new();
        for hit in &self.hits {
            if !ranked.contains(&hit.doc.as_str()) {
                ranked.push(&hit.doc);
            }
        }
        ranked
    }

    fn ndcg(&self) -> f64 {
        let relevant = self.relevant();
        let gain = |rank: usize| 1.0 / ((rank + 2) as f64).log2();
        let found: f64 =
            self.ranked().iter().take(10).enumerate().filter(|(_, doc)| relevant.contains(**doc)).map(|(rank, _)| gain(rank)).sum();
        let ideal: f64 = (0..relevant.len().min(10)).map(gain).sum();
        found / ideal
    }

    fn old_page_first(&self) -> bool {
        let (decoys, relevant) = (self.texts("decoys"), self.relevant());
        let first = self.ranked().into_iter().find(|doc| decoys.contains(doc) || relevant.contains(doc));
        first.is_some_and(|doc| decoys.contains(&doc))
    }
}

fn bench_folder() -> Option<PathBuf> {
    let shared =
        std::env::var_os("CLOUDLENS_SHARED").map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared"), PathBuf::from);
    let folder = shared.join("bench/knowledge");
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(std::env::var_os("CI").is_none(), "`{}` is missing", folder.display());
    println!("skipped: needs ../shared");
    None
}

async fn cases() -> Option<Vec<Case>> {
    let folder = bench_folder()?;
    let index = tempfile::tempdir().expect("a folder");
    let knowledge = Knowledge::open(index.path()).await.expect("an index");
    knowledge.add_folder(&folder.join("docs")).await.expect("the documents");
    let all = knowledge.list(&["all", "finance", "security"].map(str::to_owned).into());
    let questions = std::fs::read_to_string(folder.join("questions.jsonl")).expect("the questions");
    let mut cases = Vec::new();
    for line in questions.lines().filter(|line| !line.trim().is_empty()) {
        let mut case = Case { question: serde_json::from_str(line).expect("a question"), hits: Vec::new(), closed: BTreeSet::new() };
        let access = case.texts("asker_access").into_iter().map(str::to_owned).collect::<BTreeSet<_>>();
        case.closed = all.iter().filter(|note| !access.contains(&note.access)).map(|note| note.doc.clone()).collect();
        case.hits = knowledge.search(case.question["question"].as_str().expect("text"), &access, 30).await.expect("hits");
        cases.push(case);
    }
    if let Some(file) = std::env::var_os("CLOUDLENS_HITS") {
        write_hits(Path::new(&file), &cases);
    }
    Some(cases)
}

/// For the bench's own scorer.
fn write_hits(file: &Path, cases: &[Case]) {
    let lines: Vec<String> =
        cases.iter().map(|case| serde_json::json!({"id": case.question["id"], "hits": case.hits}).to_string()).collect();
    std::fs::write(file, lines.join("\n")).expect("written");
}

#[tokio::test]
async fn the_bench_ranks_well_and_leaks_nothing() {
    let Some(cases) = cases().await else { return };
    for case in &cases {
        let leaked = case.ranked().into_iter().find(|doc| case.closed.contains(*doc));
        assert_eq!(leaked, None, "a page the asker may not read: {}", case.question);
    }
    assert!(cases.iter().filter(|case| !case.closed.is_empty()).count() > 50, "most askers may not read everything");
    let answerable: Vec<&Case> = cases.iter().filter(|case| !case.relevant().is_empty()).collect();
    let mean = answerable.iter().map(|case| case.ndcg()).sum::<f64>() / answerable.len() as f64;
    let old_first = cases.iter().filter(|case| case.old_page_first()).count();
    println!("nDCG@10 {mean:.4} over {} questions, {old_first} with an old page first", answerable.len());
    assert!(mean >= FLOOR, "nDCG@10 {mean:.4} is below {FLOOR}");
    assert!(old_first <= 1, "{old_first} questions with an old page first");
}

#[tokio::test]
async fn what_is_shown_holds_no_hidden_text() {
    let Some(cases) = cases().await else { return };
    for hit in cases.iter().flat_map(|case| &case.hits) {
        assert!(!hit.text.contains("<!--") && !hit.text.contains("!["), "{}", hit.doc);
        assert!(!hit.text.contains(['\u{200b}', '\u{2060}', '\u{feff}']), "{}", hit.doc);
    }
}
