//! Older and newer versions of one page: the one in force ranks above the others.

use std::collections::BTreeSet;

use crate::words;

/// What a hit in a version that is not in force is worth. Measured: 0.5 to 0.6 keep old pages below the new ones and still findable.
const NOT_IN_FORCE: f32 = 0.6;

/// Share of words two titles must have in common to be about one topic.
const SAME_TITLE: f32 = 0.75;

/// Share of headings two pages must have in common to be versions of each other and not two records of a series.
const SAME_HEADINGS: f32 = 0.5;

/// Words that speak of versions, not of the topic.
const VERSION_WORDS: [&str; 14] =
    ["旧版", "新版", "老版", "版", "版本", "草稿", "修订", "old", "new", "version", "draft", "revised", "edition", "fy"];

/// Words by which a question asks for what used to hold.
const PAST_WORDS: [&str; 22] = [
    "旧版",
    "老版",
    "旧的",
    "旧规",
    "旧标准",
    "以前的",
    "过去的",
    "当年",
    "曾经",
    "历史版本",
    "上一版",
    "废止",
    "old version",
    "older version",
    "previous version",
    "earlier version",
    "former",
    "used to be",
    "used to ",
    "back then",
    "superseded",
    "at the time",
];

/// What tells whether two pages are versions of one.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Topic {
    words: BTreeSet<String>,
    headings: BTreeSet<String>,
    /// Names a month or day: one record of a series (minutes, monthly reports), never a version.
    is_record: bool,
    updated: Option<String>,
}

impl Topic {
    pub fn new<'a>(title: &str, updated: Option<&str>, headings: impl Iterator<Item = &'a str>) -> Self {
        let words = words::terms(title).into_iter().filter(|word| is_topical(word)).collect();
        let headings = headings.map(words::normalise).collect();
        Self { words, headings, is_record: names_a_month(title), updated: updated.map(str::to_owned) }
    }

    fn same_page(&self, other: &Self) -> bool {
        !self.is_record
            && !other.is_record
            && self.updated != other.updated
            && overlap(&self.words, &other.words) >= SAME_TITLE
            && overlap(&self.headings, &other.headings) >= SAME_HEADINGS
    }

    fn year(&self) -> Option<i32> {
        self.updated.as_deref()?.get(..4)?.parse().ok()
    }
}

/// What the hits of each page are worth for a question: 1, or less for a version that is not in force at the time asked about.
/// Only pages the asker may read are passed in, so that a page one may not read does not show by what it supersedes.
pub(crate) fn worth(question: &str, pages: &[&Topic]) -> Vec<f32> {
    let years = years(question);
    let asks_past = PAST_WORDS.iter().any(|word| words::normalise(question).contains(word));
    let in_force = |page: &Topic| {
        let mut family: Vec<&Topic> = pages.iter().copied().filter(|other| page.same_page(other)).collect();
        if family.is_empty() {
            return true;
        }
        family.push(page);
        family.sort_by(|a, b| a.updated.cmp(&b.updated));
        let newest = family.len() - 1;
        let wanted = match years.iter().max() {
            Some(year) => family.iter().rposition(|version| version.year().is_some_and(|updated| updated <= *year)).unwrap_or(0),
            None => newest,
        };
        let is_wanted = family[wanted].updated == page.updated;
        let is_newest = family[newest].updated == page.updated;
        if asks_past && years.is_empty() { !is_newest } else { is_wanted }
    };
    pages.iter().map(|page| if in_force(page) { 1.0 } else { NOT_IN_FORCE }).collect()
}

fn is_topical(word: &str) -> bool {
    !word.chars().any(|c| c.is_ascii_digit()) && !VERSION_WORDS.contains(&word)
}

fn overlap(a: &BTreeSet<String>, b: &BTreeSet<String>) -> f32 {
    let all = a.union(b).count();
    if all == 0 { 0.0 } else { a.intersection(b).count() as f32 / all as f32 }
}

/// Years from 1990 to 2099 that stand alone, not within an id or an amount.
fn years(text: &str) -> BTreeSet<i32> {
    let text = words::normalise(text);
    let parts = text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')));
    let alone = parts.flat_map(|part| if part.contains('_') || part.matches('-').count() > 2 { "" } else { part }.split(['-', '.']));
    alone.filter(|part| part.len() == 4).filter_map(|part| part.parse().ok()).filter(|year| (1990..2100).contains(year)).collect()
}

fn names_a_month(title: &str) -> bool {
    const MONTHS: [&str; 11] =
        ["january", "february", "march", "april", "june", "july", "august", "september", "october", "november", "december"];
    let title = words::normalise(title);
    let letters: Vec<char> = title.chars().collect();
    let after_digit = |mark: char| {
        letters
            .iter()
            .enumerate()
            .any(|(at, c)| *c == mark && letters[..at].iter().rev().find(|c| **c != ' ').is_some_and(char::is_ascii_digit))
    };
    let dashed =
        letters.windows(7).any(|w| w[..4].iter().all(char::is_ascii_digit) && w[4] == '-' && w[5..].iter().all(char::is_ascii_digit));
    after_digit('月') || dashed || MONTHS.iter().any(|month| title.contains(month))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADINGS: [&str; 3] = ["Scope", "Required keys", "Changes"];

    fn page(title: &str, updated: &str) -> Topic {
        Topic::new(title, Some(updated), HEADINGS.into_iter())
    }

    fn check(question: &str, expect_old_first: bool) {
        let (old, new) = (page("Naming standard 2024", "2024-05-01"), page("Naming standard", "2026-01-09"));
        let worth = worth(question, &[&old, &new]);
        assert_eq!(worth[0] > worth[1], expect_old_first, "{question}: {worth:?}");
        assert_ne!(worth[0], worth[1]);
    }

    #[test]
    fn the_page_in_force_at_the_time_asked_about_is_worth_more() {
        check("which keys are required", false);
        check("which keys are required in 2026", false);
        check("which keys were required in 2024", true);
        check("2025年要求哪些键", true);
        check("以前的规范要求哪些键", true);
        check("what did the previous version require", true);
        check("key of i-2024-abc-77f-1", false);
    }

    #[test]
    fn other_topics_and_records_of_a_series_are_left_alone() {
        let check = |a: &Topic, b: &Topic| assert_eq!(worth("anything", &[a, b]), [1.0, 1.0]);
        check(&page("Naming standard", "2024-05-01"), &page("Backup standard", "2026-01-09"));
        check(&page("委员会 2026 年 3 月会议纪要", "2026-03-12"), &page("委员会 2026 年 4 月会议纪要", "2026-04-12"));
        let other_headings = Topic::new("Naming standard", Some("2026-01-09"), ["Billing", "Close"].into_iter());
        check(&page("Naming standard", "2024-05-01"), &other_headings);
    }
}
