//! Typing errors: the one word a misspelt one was meant to be, found by deletions rather than by comparing with every word.

use std::collections::{HashMap, HashSet};

use domain::language::is_han;

/// Words and what is left of them when a letter is missing.
#[derive(Default)]
pub(crate) struct Spelling {
    known: HashSet<String>,
    deletions: HashMap<String, Vec<u32>>,
    words: Vec<String>,
    /// Chinese names of three characters and more with one character blanked out.
    blanked: HashMap<String, Option<String>>,
}

impl Spelling {
    /// Makes the words of a key known; `correctable` ones can be what a misspelt word was meant to be.
    pub(crate) fn learn(&mut self, key: &str, correctable: bool) {
        for word in key.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
            if !self.known.insert(word.to_owned()) || !correctable || word.len() < 4 || word.chars().any(|c| c.is_ascii_digit()) {
                continue;
            }
            let id = u32::try_from(self.words.len()).unwrap_or(u32::MAX);
            self.words.push(word.to_owned());
            for shorter in deletions(word).chain([word.to_owned()]) {
                self.deletions.entry(shorter).or_default().push(id);
            }
        }
    }

    /// Makes a Chinese name one that a run of characters can be corrected to.
    pub(crate) fn learn_han(&mut self, key: &str) {
        let han: Vec<char> = key.chars().collect();
        if (3..=8).contains(&han.len()) && han.iter().all(|c| is_han(*c)) {
            for blank in blanks(&han) {
                let clash = self.blanked.contains_key(&blank);
                self.blanked.insert(blank, (!clash).then(|| key.to_owned()));
            }
        }
    }

    /// The one known word that an unknown Latin word is a letter away from (missing, doubled, wrong or two swapped).
    pub(crate) fn correct(&self, word: &str) -> Option<&str> {
        if word.len() < 4 || self.known.contains(word) || !word.bytes().all(|b| b.is_ascii_lowercase()) || self.is_plural(word) {
            return None;
        }
        let mut best: Option<(&str, usize)> = None;
        let mut seen = HashSet::new();
        for shorter in deletions(word).chain([word.to_owned()]) {
            for &id in self.deletions.get(&shorter).into_iter().flatten() {
                let candidate = self.words[id as usize].as_str();
                if !seen.insert(id) || !is_near(word, candidate) {
                    continue;
                }
                let score = closeness(word, candidate);
                match best {
                    Some((_, top)) if top > score => {}
                    Some((other, top)) if top == score && other != candidate => return None,
                    _ => best = Some((candidate, score)),
                }
            }
        }
        best.map(|(word, _)| word)
    }

    /// The one Chinese name that differs from a run of characters in a single character.
    pub(crate) fn correct_han(&self, run: &str) -> Option<&str> {
        let han: Vec<char> = run.chars().collect();
        blanks(&han).find_map(|blank| self.blanked.get(&blank)?.as_deref().filter(|name| *name != run))
    }

    fn is_plural(&self, word: &str) -> bool {
        word.strip_suffix('s').is_some_and(|singular| self.known.contains(singular))
    }
}

fn deletions(word: &str) -> impl Iterator<Item = String> + '_ {
    (0..word.len()).map(|i| format!("{}{}", &word[..i], &word[i + 1..]))
}

fn blanks(han: &[char]) -> impl Iterator<Item = String> + '_ {
    (0..han.len()).map(|i| han.iter().enumerate().map(|(j, c)| if i == j { '?' } else { *c }).collect())
}

/// Whether two ASCII words are one insertion, deletion, substitution or swap of neighbours apart.
fn is_near(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let prefix = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[prefix..], &b[prefix..]);
    match a.len().abs_diff(b.len()) {
        0 => a.is_empty() || a[1..] == b[1..] || (a.len() > 1 && a[0] == b[1] && a[1] == b[0] && a[2..] == b[2..]),
        1 if a.len() > b.len() => a[1..] == *b,
        1 => b[1..] == *a,
        _ => false,
    }
}

/// Prefers the candidate that starts alike and has the same letters (a swap) over one that adds or loses some.
fn closeness(word: &str, candidate: &str) -> usize {
    let sorted = |text: &str| {
        let mut bytes = text.as_bytes().to_vec();
        bytes.sort_unstable();
        bytes
    };
    let single = |text: &str| {
        let mut bytes = text.as_bytes().to_vec();
        bytes.dedup();
        bytes
    };
    usize::from(word.as_bytes().first() == candidate.as_bytes().first()) * 2
        + usize::from(sorted(word) == sorted(candidate) || single(word) == single(candidate))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_slip_is_forgiven_and_two_are_not() {
        let mut spelling = Spelling::default();
        for word in ["april", "daily", "account", "amount", "count", "database", "service", "prod", "腾讯云", "test42"] {
            spelling.learn(word, true);
            spelling.learn_han(word);
        }
        let check = |word, expect| assert_eq!(spelling.correct(word), expect, "{word}");
        check("apirl", Some("april"));
        check("dayly", Some("daily"));
        check("acount", Some("account"));
        check("databse", Some("database"));
        check("servcies", None);
        check("prod", None);
        check("test43", None);
        assert_eq!(spelling.correct_han("腾迅云"), Some("腾讯云"));
        assert_eq!(spelling.correct_han("华为云"), None);
    }
}
