//! A question with everything its answer may depend on.

use jiff::{Timestamp, tz::TimeZone};

use crate::{Language, Scope};

/// A question. Nothing else decides its answer but the data: the clock and the conversation are values here.
#[derive(Clone, Debug)]
pub struct Question {
    /// What was typed.
    pub text: String,
    /// The language to answer in; that of the text when none is given.
    pub language: Option<Language>,
    /// Who asks.
    pub asker: Scope,
    /// Earlier questions of the same conversation, oldest first.
    pub history: Vec<String>,
    /// When it is asked.
    pub now: Timestamp,
    /// Where "today" is: the asker's time zone.
    pub time_zone: TimeZone,
}

impl Question {
    /// The longest question that is read, in bytes. Longer ones are refused before any work is done.
    pub const MAX_BYTES: usize = 8 * 1024;

    /// The language of the answer.
    pub fn answer_language(&self) -> Language {
        self.language.unwrap_or_else(|| Language::of(&self.text))
    }

    /// Today on the asker's clock.
    pub fn today(&self) -> jiff::civil::Date {
        self.now.to_zoned(self.time_zone.clone()).date()
    }
}
