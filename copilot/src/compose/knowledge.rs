//! An answer out of documents: the passages themselves, each under its title and heading.

use std::collections::BTreeSet;

use domain::{Citation, Language};

use super::markdown::{escape, quote};

/// The most passages quoted.
const QUOTED: usize = 2;
/// Lines of a passage that are quoted, around the best one.
const LINES: usize = 8;

/// The passages in words.
pub(crate) fn text(question: &str, citations: &[Citation], language: Language) -> String {
    let parts: Vec<_> = citations
        .iter()
        .take(QUOTED)
        .map(|citation| {
            let place = match (escape(&citation.title), escape(&citation.locator)) {
                (title, heading) if heading.is_empty() || heading == title => title,
                (title, heading) => format!("{title} › {heading}"),
            };
            let words = quote(&excerpt(question, &citation.quote));
            match language {
                Language::Zh => format!("根据《{place}》:\n\n{words}"),
                Language::En => format!("According to {place}:\n\n{words}"),
            }
        })
        .collect();
    parts.join("\n\n")
}

/// The part of a long passage that shares most with the question; a short one whole.
fn excerpt(question: &str, passage: &str) -> String {
    let lines: Vec<&str> = passage.lines().filter(|line| !line.trim().is_empty()).collect();
    if lines.len() <= LINES {
        return lines.join("\n");
    }
    let asked = terms(question);
    let shared = |line: &&str| terms(line).intersection(&asked).count();
    let window = |start: &usize| lines[*start..*start + LINES].iter().map(shared).sum::<usize>();
    // Of equal windows the first: a passage says the main thing first.
    let best = (0..=lines.len() - LINES).rev().max_by_key(window).unwrap_or(0);
    lines[best..best + LINES].join("\n")
}

/// Whether a passage is clearly about what was asked: it holds most of the words.
pub(crate) fn covers(words: &[String], citation: &Citation) -> bool {
    let wanted: BTreeSet<String> = words.iter().flat_map(|word| terms(word)).collect();
    let held = terms(&format!("{} {} {}", citation.title, citation.locator, citation.quote));
    let found = wanted.intersection(&held).count();
    wanted.len() >= 2 && found * 3 >= wanted.len() * 2
}

/// Words in lower case, and pairs of neighbouring Chinese characters.
fn terms(text: &str) -> BTreeSet<String> {
    let mut terms = BTreeSet::new();
    let mut word = String::new();
    let mut before = None;
    for c in text.chars().chain([' ']) {
        let han = domain::language::is_han(c);
        if let (true, Some(first)) = (han, before) {
            terms.insert(format!("{first}{c}"));
        }
        before = han.then_some(c);
        if c.is_alphanumeric() && !han {
            word.extend(c.to_lowercase());
        } else if !word.is_empty() {
            terms.insert(std::mem::take(&mut word));
        }
    }
    terms
}

#[cfg(test)]
mod tests {
    use super::*;

    fn citation(quote: &str) -> Citation {
        Citation { id: "a.md".into(), title: "变更规范".into(), locator: "审批".into(), quote: quote.into(), score: 1.0 }
    }

    #[test]
    fn passages_stand_under_their_titles() {
        let text = text("谁审批?", &[citation("由 **财务** 审批。")], Language::Zh);
        assert_eq!(text, "根据《变更规范 › 审批》:\n\n> 由 财务 审批。");
    }

    #[test]
    fn a_long_passage_is_quoted_around_what_was_asked() {
        let lines: Vec<_> = (0..30).map(|i| if i == 20 { "保留 90 天快照".to_owned() } else { format!("第 {i} 行") }).collect();
        let excerpt = excerpt("快照保留多久", &lines.join("\n"));
        assert!(excerpt.contains("保留 90 天快照"));
        assert_eq!(excerpt.lines().count(), LINES);
    }

    #[test]
    fn a_passage_is_about_a_question_when_it_holds_most_of_its_words() {
        let check = |words: &[&str], quote: &str, expect: bool| {
            let words: Vec<_> = words.iter().map(|word| (*word).to_owned()).collect();
            assert_eq!(covers(&words, &citation(quote)), expect, "{words:?} in {quote}");
        };
        check(&["快照保留"], "快照保留 90 天", true);
        check(&["快照保留"], "费用归属", false);
        check(&["tagging", "owner", "tag"], "Every tagging owner is named", true);
        check(&["cost"], "cost", false);
    }
}
