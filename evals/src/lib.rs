//! Question sets with gold results: asks each question, judges the answer by the bench's rules, and reports accuracy with its uncertainty.
//!
//! The judge is pure: it sees a case and an answer, no clock, no network. `run` takes whoever answers as an async closure.

mod case;
mod cell;
mod compare;
mod remote;
mod report;
mod run;
#[cfg(test)]
mod tests;

pub use case::{Case, Expect, Gold, Role, WantedColumn, load};
pub use compare::{Verdict, judge};
pub use remote::Remote;
pub use report::{Elapsed, Miss, Rate, Report, wilson};
pub use run::run;

/// Why an evaluation could not go on.
#[derive(Debug, thiserror::Error)]
pub enum EvalError {
    /// The file of cases could not be read.
    #[error("cannot read `{file}`")]
    Read {
        /// Its path.
        file: String,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// A line is not a case.
    #[error("`{file}` line {line} is not a case")]
    Parse {
        /// Its path.
        file: String,
        /// Counted from 1.
        line: usize,
        /// What is wrong.
        #[source]
        source: serde_json::Error,
    },
    /// A service did not answer.
    #[error("`{url}` did not answer the question")]
    Ask {
        /// Where it was asked.
        url: String,
        /// What went wrong.
        #[source]
        source: reqwest::Error,
    },
}
