//! What came of it: rates with Wilson intervals by language, kind and expectation, and every miss.

use std::{collections::BTreeMap, fmt::Write};

use domain::Language;
use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    case::{Case, Expect},
    compare::Verdict,
};

/// How many rows of a table a miss shows.
const ROWS_SHOWN: usize = 5;
/// The normal quantile of a 95% interval.
const Z: f64 = 1.959964;

/// One case, asked and judged.
pub(crate) struct Outcome {
    pub(crate) verdict: Verdict,
    pub(crate) answer: Option<Value>,
    pub(crate) elapsed_ms: f64,
}

/// A share with its Wilson 95% interval; shares are in 0 to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Rate {
    /// How many were right.
    pub right: usize,
    /// Of how many.
    pub of: usize,
    /// The share; 0 of none.
    pub rate: f64,
    /// The interval's lower end.
    pub low: f64,
    /// The interval's upper end.
    pub high: f64,
}

impl Rate {
    fn of(right: usize, of: usize) -> Self {
        let (low, high) = wilson(right, of);
        Self { right, of, rate: if of == 0 { 0.0 } else { right as f64 / of as f64 }, low, high }
    }
}

/// The Wilson 95% interval of a share; everything is possible of none.
pub fn wilson(right: usize, of: usize) -> (f64, f64) {
    if of == 0 {
        return (0.0, 1.0);
    }
    let (count, share) = (of as f64, right as f64 / of as f64);
    let scale = 1.0 + Z * Z / count;
    let middle = (share + Z * Z / (2.0 * count)) / scale;
    let half = Z * (share * (1.0 - share) / count + Z * Z / (4.0 * count * count)).sqrt() / scale;
    ((middle - half).max(0.0), (middle + half).min(1.0))
}

/// Times from question to answer, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Elapsed {
    /// Half of the answers took no longer.
    pub p50: f64,
    /// Nineteen of twenty took no longer.
    pub p95: f64,
    /// Ninety-nine of a hundred took no longer.
    pub p99: f64,
}

/// A wrong answer.
#[derive(Clone, Debug, Serialize)]
pub struct Miss {
    /// The case.
    pub id: String,
    /// Its kind.
    pub kind: String,
    /// What was asked.
    pub question: String,
    /// The answer's status; none when there was no answer.
    pub status: Option<String>,
    /// What is wrong with it.
    pub why: String,
    /// Whether it was given as an answer.
    pub confident: bool,
    /// The gold's columns and first rows, or the status wanted.
    pub expected: Value,
    /// The answer's columns and first rows, or its text.
    pub got: Value,
}

/// The whole evaluation.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// By `all`, `kind:…`, `lang:…`, `expect:…`, `level:…`.
    pub scores: BTreeMap<String, Rate>,
    /// Wrong answers with status `answered`, as a share of all questions.
    pub wrong_but_confident: Rate,
    /// Every wrong answer.
    pub misses: Vec<Miss>,
    /// How long answers took; none when nothing was asked.
    pub elapsed_ms: Option<Elapsed>,
}

impl Report {
    pub(crate) fn of(cases: &[Case], outcomes: &[Outcome]) -> Self {
        let mut counts: BTreeMap<String, (usize, usize)> = BTreeMap::new();
        let mut misses = Vec::new();
        for (case, outcome) in cases.iter().zip(outcomes) {
            for group in groups(case) {
                let (right, of) = counts.entry(group).or_default();
                *right += usize::from(outcome.verdict.right);
                *of += 1;
            }
            if !outcome.verdict.right {
                misses.push(miss(case, outcome));
            }
        }
        Self {
            scores: counts.into_iter().map(|(group, (right, of))| (group, Rate::of(right, of))).collect(),
            wrong_but_confident: Rate::of(misses.iter().filter(|miss| miss.confident).count(), cases.len()),
            misses,
            elapsed_ms: elapsed(outcomes),
        }
    }

    /// The share of right answers, 0 to 1; 0 when nothing was asked.
    pub fn accuracy(&self) -> f64 {
        self.scores.get("all").map_or(0.0, |rate| rate.rate)
    }

    /// Whether the share of right answers reaches `minimum` (0 to 1).
    pub fn passes(&self, minimum: f64) -> bool {
        self.accuracy() >= minimum
    }

    /// The report as lines for a terminal.
    pub fn render(&self, language: Language) -> String {
        let mut text = String::new();
        let mut line = |name: &str, rate: &Rate| {
            let Rate { right, of, .. } = rate;
            let [share, low, high] = [rate.rate, rate.low, rate.high].map(|share| 100.0 * share);
            writeln!(text, "{name:28} {right:5}/{of:<5} {share:6.1}%  [{low:.1}, {high:.1}]")
        };
        let mut written: Result<(), std::fmt::Error> = self.scores.iter().try_for_each(|(group, rate)| line(group, rate));
        written = written.and_then(|()| line(language.pick("答错却很肯定", "wrong but confident"), &self.wrong_but_confident));
        if let Some(elapsed) = &self.elapsed_ms {
            let name = language.pick("耗时（毫秒）", "elapsed ms");
            written =
                written.and_then(|()| writeln!(text, "{name}: p50 {:.1}, p95 {:.1}, p99 {:.1}", elapsed.p50, elapsed.p95, elapsed.p99));
        }
        written = written.and_then(|()| self.misses.iter().try_for_each(|miss| write_miss(&mut text, miss, language)));
        written.map_or_else(|error| error.to_string(), |()| text)
    }
}

fn write_miss(text: &mut String, miss: &Miss, language: Language) -> std::fmt::Result {
    let sure = if miss.confident { language.pick("（肯定）", " (confident)") } else { "" };
    writeln!(text, "\n{} {} [{}]{sure} {}", language.pick("未答对", "miss"), miss.id, miss.kind, miss.question)?;
    let status = miss.status.as_deref().unwrap_or("-");
    writeln!(text, "  {}: {status} -- {}", language.pick("状态", "status"), miss.why)?;
    writeln!(text, "  {}: {}", language.pick("应为", "expected"), miss.expected)?;
    writeln!(text, "  {}: {}", language.pick("得到", "got"), miss.got)
}

fn groups(case: &Case) -> Vec<String> {
    let mut groups =
        vec!["all".to_owned(), format!("kind:{}", case.kind), format!("lang:{}", case.lang), format!("expect:{}", case.expect.name())];
    groups.extend(case.level.as_ref().map(|level| format!("level:{level}")));
    groups
}

fn miss(case: &Case, outcome: &Outcome) -> Miss {
    let status = outcome.answer.as_ref().and_then(|answer| answer["status"].as_str());
    let rows = |rows: &[Value]| json!({ "first_rows": rows.iter().take(ROWS_SHOWN).collect::<Vec<_>>(), "row_count": rows.len() });
    let expected = if case.expect == Expect::Answer {
        let gold: Vec<Value> = case.gold.rows.iter().map(|row| row.clone().into()).collect();
        json!({ "columns": case.gold.columns, "rows": rows(&gold) })
    } else {
        case.expect.name().into()
    };
    let got = outcome.answer.as_ref().map_or(Value::Null, |answer| match answer["table"]["rows"].as_array() {
        Some(found) => json!({ "columns": names(&answer["table"]["columns"]), "rows": rows(found) }),
        None => answer["text"].clone(),
    });
    Miss {
        id: case.id.clone(),
        kind: case.kind.clone(),
        question: case.question.clone(),
        confident: status == Some("answered"),
        status: status.map(str::to_owned),
        why: outcome.verdict.why.clone(),
        expected,
        got,
    }
}

/// The names of columns, which may be objects with a name or plain text.
fn names(columns: &Value) -> Vec<&Value> {
    let name = |column: &'_ Value| -> bool { column.get("name").is_some() };
    columns.as_array().into_iter().flatten().map(|column| if name(column) { &column["name"] } else { column }).collect()
}

/// The asker's own times where the answers carry them, otherwise the times measured.
fn elapsed(outcomes: &[Outcome]) -> Option<Elapsed> {
    let own = |outcome: &Outcome| outcome.answer.as_ref().and_then(|answer| answer["elapsed_ms"].as_f64());
    let mut times: Vec<f64> = outcomes.iter().map(|outcome| own(outcome).unwrap_or(outcome.elapsed_ms)).collect();
    times.sort_by(f64::total_cmp);
    let last = times.len().checked_sub(1)?;
    let at = |share: f64| times[last.min((times.len() as f64 * share) as usize)];
    Some(Elapsed { p50: (times[last / 2] + times[times.len() / 2]) / 2.0, p95: at(0.95), p99: at(0.99) })
}
