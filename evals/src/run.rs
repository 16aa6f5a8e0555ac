//! Asks every case and judges the answers.

use std::time::Instant;

use serde_json::Value;

use crate::{
    EvalError,
    case::Case,
    compare::judge,
    report::{Outcome, Report},
};

/// Asks each case in turn, so that the times are those of one asker, and judges the answers. A case that could not be asked is wrong.
///
/// `told` hears how many are done.
pub async fn run(cases: &[Case], asker: impl AsyncFn(&Case) -> Result<Value, EvalError>, told: impl Fn(usize)) -> Report {
    let mut outcomes = Vec::with_capacity(cases.len());
    for (done, case) in cases.iter().enumerate() {
        let started = Instant::now();
        let answer = asker(case).await;
        let elapsed_ms = started.elapsed().as_secs_f64() * 1000.0;
        outcomes.push(match answer {
            Ok(answer) => Outcome { verdict: judge(case, Some(&answer)), answer: Some(answer), elapsed_ms },
            Err(error) => {
                let mut verdict = judge(case, None);
                verdict.why = chain(&error);
                Outcome { verdict, answer: None, elapsed_ms }
            }
        });
        told(done + 1);
    }
    Report::of(cases, &outcomes)
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}
