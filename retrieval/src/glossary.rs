//! The words of the trade in both languages, so that a question in one finds pages in the other.

use std::{collections::HashMap, sync::LazyLock};

use domain::language::is_han;

use crate::words;

static GLOSSARY: LazyLock<Glossary> = LazyLock::new(|| Glossary::read(include_str!("../data/glossary.tsv")));

/// What a word of the other language weighs against one that was typed. Measured: flat between 0.8 and 1.
const WEIGHT: f32 = 0.8;

/// The longest English phrase of the glossary, in words.
const LONGEST_PHRASE: usize = 4;

struct Glossary {
    /// A Chinese form to the terms of its English forms.
    chinese: HashMap<String, Vec<Vec<String>>>,
    /// An English form (its terms joined by spaces) to the terms of its Chinese forms.
    english: HashMap<String, Vec<Vec<String>>>,
    longest_chinese: usize,
}

impl Glossary {
    fn read(text: &str) -> Self {
        let mut glossary = Self { chinese: HashMap::new(), english: HashMap::new(), longest_chinese: 0 };
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        for (chinese, english) in lines.filter_map(|line| line.split_once('\t')) {
            let in_terms = |forms: &str| forms.split(',').map(|form| words::terms(form.trim())).collect::<Vec<_>>();
            for form in chinese.split(',').map(|form| words::normalise(form.trim())) {
                glossary.longest_chinese = glossary.longest_chinese.max(form.chars().count());
                glossary.chinese.entry(form).or_default().extend(in_terms(english));
            }
            for form in english.split(',').map(|form| phrase(&words::normalise(form))) {
                glossary.english.entry(form).or_default().extend(in_terms(chinese));
            }
        }
        glossary
    }

    fn expand_chinese(&self, text: &str, found: &mut HashMap<String, f32>) {
        let letters: Vec<char> = text.chars().collect();
        let typed = words::terms(text);
        let mut at = 0;
        while at < letters.len() {
            let longest = self.longest_chinese.min(letters.len() - at);
            let form = (1..=longest).rev().map(|length| letters[at..at + length].iter().collect::<String>()).find(|form| {
                // A single character counts only where the cut made it a word: 号 in 账号 is not one.
                self.chinese.contains_key(form) && (form.chars().count() > 1 || typed.contains(form))
            });
            match form {
                Some(form) => {
                    add(&self.chinese[&form], found);
                    at += form.chars().count();
                }
                None => at += 1,
            }
        }
    }

    fn expand_english(&self, text: &str, found: &mut HashMap<String, f32>) {
        let typed: Vec<&str> = english_words(text).collect();
        let mut at = 0;
        while at < typed.len() {
            let longest = LONGEST_PHRASE.min(typed.len() - at);
            let form = (1..=longest).rev().find(|length| self.english.contains_key(&phrase(&typed[at..at + length].join(" "))));
            match form {
                Some(length) => {
                    add(&self.english[&phrase(&typed[at..at + length].join(" "))], found);
                    at += length;
                }
                None => at += 1,
            }
        }
    }
}

/// The terms of the other language for a question, with their weights.
pub(crate) fn translate(question: &str) -> HashMap<String, f32> {
    let text = words::normalise(question);
    let mut found = HashMap::new();
    GLOSSARY.expand_chinese(&text, &mut found);
    GLOSSARY.expand_english(&text, &mut found);
    found
}

/// A form of several words is worth as much as one of a single word.
fn add(forms: &[Vec<String>], found: &mut HashMap<String, f32>) {
    for form in forms {
        let weight = WEIGHT / (form.len().max(1) as f32).sqrt();
        for term in form {
            let known = found.entry(term.clone()).or_default();
            *known = known.max(weight);
        }
    }
}

fn english_words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() || is_han(c)).filter(|word| !word.is_empty())
}

/// Words in the singular, joined by one space: hyphens and plurals do not matter.
fn phrase(text: &str) -> String {
    english_words(text).filter_map(words::latin_term).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(question: &str, expect: &[&str], not: &[&str]) {
        let found = translate(question);
        for term in expect {
            assert!(found.contains_key(*term), "{question}: no `{term}` in {found:?}");
        }
        for term in not {
            assert!(!found.contains_key(*term), "{question}: `{term}` in {found:?}");
        }
    }

    #[test]
    fn words_are_found_in_either_language() {
        check("对象存储的生命周期", &["oss", "bucket", "lifecycle"].map(|word| word)[..1], &[]);
        check("which savings plans expire", &["节省", "计划", "到期"], &[]);
        check("load-balancers left over", &["负载", "均衡"], &[]);
    }

    #[test]
    fn the_longest_form_wins() {
        check("节省计划", &["plan"], &["waste"]);
        check("公网IP", &["eip"], &[]);
    }

    #[test]
    fn every_line_of_the_glossary_has_both_sides() {
        for line in include_str!("../data/glossary.tsv").lines().filter(|line| !line.starts_with('#')) {
            let (chinese, english) = line.split_once('\t').unwrap_or_else(|| panic!("no tab in `{line}`"));
            assert!(chinese.split(',').all(|form| form.chars().any(is_han)), "{line}");
            assert!(english.split(',').all(|form| !form.trim().is_empty() && !form.chars().any(is_han)), "{line}");
        }
    }
}
