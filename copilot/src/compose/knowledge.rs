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

/// Whether a passage is clearly about what was asked: it holds most of the question, and most of the words found nowhere else.
pub(crate) fn covers(question: &str, words: &[String], citation: &Citation) -> bool {
    let held = terms(&format!("{} {} {}", citation.title, citation.locator, citation.quote));
    let most = |wanted: &BTreeSet<String>| wanted.intersection(&held).count() * 3 >= wanted.len() * 2;
    let (asked, unknown) = (terms(&without_asking(question)), terms(&without_asking(&words.join(" "))));
    asked.len() >= 2 && !unknown.is_empty() && most(&asked) && most(&unknown)
}

/// Whether passages found for a question to the documents may be about it: of the English words that only the documents could know, half
/// or more stand in them. Passages in Chinese alone tell nothing of English words.
pub(crate) fn may_speak_of(words: &[String], citations: &[Citation]) -> bool {
    let named: Vec<String> = words
        .iter()
        .flat_map(|word| word.split_whitespace())
        .filter(|word| word.is_ascii() && word.len() > STEM)
        .map(str::to_lowercase)
        .collect();
    let english: Vec<&Citation> = citations.iter().filter(|citation| Language::of(&citation.quote) == Language::En).collect();
    if named.is_empty() || english.is_empty() {
        return true;
    }
    let held: String =
        english.iter().map(|citation| format!("{} {} {} ", citation.title, citation.locator, citation.quote).to_lowercase()).collect();
    // The first letters stand for the word, so that "rotating" finds "rotation".
    named.iter().filter(|word| held.contains(&word[..STEM])).count() * 2 >= named.len()
}

/// Letters that stand for an English word.
const STEM: usize = 5;

/// A question without the words that make it one: no passage needs to hold those.
fn without_asking(question: &str) -> String {
    const ASKING: [&str; 18] =
        ["多久", "多少", "多长", "什么", "怎么", "怎样", "如何", "哪些", "哪个", "几", "谁", "是否", "能否", "吗", "呢", "要", "是", "的"];
    const ASKING_EN: [&str; 20] = [
        "what", "who", "how", "long", "many", "much", "when", "where", "which", "is", "are", "do", "does", "the", "a", "an", "of", "for",
        "to", "in",
    ];
    let mut text = question.to_lowercase();
    for word in ASKING {
        text = text.replace(word, " ");
    }
    text.split_whitespace().filter(|word| !ASKING_EN.contains(&word.trim_matches(['?', ',', '.']))).collect::<Vec<_>>().join(" ")
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
        let check = |question: &str, words: &[&str], quote: &str, expect: bool| {
            let words: Vec<_> = words.iter().map(|word| (*word).to_owned()).collect();
            assert_eq!(covers(question, &words, &citation(quote)), expect, "{question} in {quote}");
        };
        check("快照要保留多久?", &["保留多久"], "快照保留 90 天", true);
        check("快照要保留多久?", &["保留多久"], "费用归属", false);
        check("快照费用涨了多少", &["涨了"], "快照保留 90 天", false);
        check("Who is the tagging owner?", &["tagging", "owner"], "Every tagging owner is named", true);
        check("2026年5月的费用", &[], "2026年5月的费用", false);
    }
}
