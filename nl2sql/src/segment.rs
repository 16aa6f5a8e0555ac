//! Cuts a question into words, names, times and numbers: the cover of the text with the least left over.

use domain::language::is_han;
use jiff::civil::Date;

use crate::{
    lexicon::{Absent, Fit, Lexicon},
    number::{self, Counted, Number},
    text,
    time::{Scanner, TimeWord},
    words::{Role, Word},
};

/// A piece of a question with everything it can stand for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Token {
    pub text: String,
    pub words: Vec<Word>,
    pub values: Vec<(u32, Fit)>,
    pub absent: Vec<Absent>,
    pub time: Option<TimeWord>,
    pub number: Option<Number>,
    pub mark: Option<char>,
    pub plural: bool,
    /// Whether it stands in parentheses.
    pub inner: bool,
}

impl Token {
    pub(crate) fn is(&self, role: Role) -> bool {
        self.words.contains(&Word::Role(role))
    }

    pub(crate) fn is_unknown(&self) -> bool {
        self.words.is_empty()
            && self.values.is_empty()
            && self.absent.is_empty()
            && self.time.is_none()
            && self.number.is_none()
            && self.mark.is_none()
    }

    /// Whether nothing but keeping others together can be meant.
    pub(crate) fn is_filler(&self) -> bool {
        self.values.is_empty()
            && self.time.is_none()
            && self.number.is_none()
            && !self.words.is_empty()
            && self.words.iter().all(|word| *word == Word::Stop)
    }

    pub(crate) fn dimension(&self) -> Option<crate::query::Dimension> {
        self.words.iter().find_map(|word| match word {
            Word::Dim(dimension) => Some(dimension.clone()),
            Word::TagKey(key) => Some(crate::query::Dimension::Tag(key.clone())),
            _ => None,
        })
    }
}

/// A question in pieces.
#[derive(Clone, Debug)]
pub(crate) struct Segmented {
    pub tokens: Vec<Token>,
    /// Misspelt words with what they were taken for.
    pub corrected: Vec<(String, String)>,
}

struct Candidate {
    start: usize,
    end: usize,
    cost: u32,
    token: Token,
}

/// Cuts a question into tokens.
pub(crate) fn segment(question: &str, lexicon: &Lexicon, scanner: &Scanner, today: Date) -> Segmented {
    let mut normal = text::normalise(question);
    let corrected = correct(&mut normal, lexicon);
    part_top_from_number(&mut normal);
    let flat = text::flatten(&normal);
    let candidates = candidates(&normal, &flat, lexicon, scanner, today);
    let mut tokens = cover(&normal, candidates);
    let mut depth = 0;
    for token in &mut tokens {
        depth += i32::from(matches!(token.mark, Some('(' | '['))) - i32::from(matches!(token.mark, Some(')' | ']')));
        token.inner = depth > 0;
    }
    Segmented { tokens, corrected }
}

/// `top3` is `top 3`.
fn part_top_from_number(normal: &mut String) {
    let mut from = 0;
    while let Some(at) = normal[from..].find("top").map(|at| from + at + 3) {
        if normal[at..].starts_with(|c: char| c.is_ascii_digit()) {
            normal.insert(at, ' ');
        }
        from = at;
    }
}

/// Replaces misspelt Latin words, and misspelt runs of Chinese, by the one known word they are a slip away from.
fn correct(normal: &mut String, lexicon: &Lexicon) -> Vec<(String, String)> {
    let mut corrected = Vec::new();
    let mut out = String::with_capacity(normal.len());
    let mut rest = normal.as_str();
    while let Some(c) = rest.chars().next() {
        let len = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
        if len == 0 {
            out.push(c);
            rest = &rest[c.len_utf8()..];
            continue;
        }
        let word = &rest[..len];
        let part_of_name = out.ends_with(['-', '_', '=', '/', '.', '@'])
            || rest[len..].starts_with(['_', '/', '@'])
            || (rest[len..].starts_with('-') && rest[len + 1..].starts_with(|c: char| c.is_alphanumeric()));
        match lexicon.spelling.correct(word).filter(|_| !part_of_name) {
            Some(right) => {
                corrected.push((word.to_owned(), right.to_owned()));
                out.push_str(right);
            }
            None => out.push_str(word),
        }
        rest = &rest[len..];
    }
    *normal = out;
    correct_han(normal, lexicon, &mut corrected);
    corrected
}

/// A run of Chinese that no words cover, next to what a name of one character's difference would cover.
fn correct_han(normal: &mut String, lexicon: &Lexicon, corrected: &mut Vec<(String, String)>) {
    let chars: Vec<(usize, char)> = normal.char_indices().collect();
    let mut covered = vec![false; chars.len()];
    for found in lexicon.find(&text::flatten(normal)) {
        for (slot, (at, _)) in covered.iter_mut().zip(&chars) {
            *slot |= (found.start..found.end).contains(at);
        }
    }
    for length in (3..=6).rev() {
        for from in 0..chars.len().saturating_sub(length - 1) {
            let window = &chars[from..from + length];
            if !window.iter().all(|(_, c)| is_han(*c)) || covered[from..from + length].iter().all(|c| *c) {
                continue;
            }
            let run: String = window.iter().map(|(_, c)| *c).collect();
            if let Some(right) = lexicon.spelling.correct_han(&run) {
                corrected.push((run.clone(), right.to_owned()));
                *normal = normal.replacen(&run, right, 1);
                return;
            }
        }
    }
}

fn candidates(normal: &str, flat: &str, lexicon: &Lexicon, scanner: &Scanner, today: Date) -> Vec<Candidate> {
    let mut candidates = Vec::new();
    for found in lexicon.find(flat) {
        let senses = lexicon.senses(found.senses);
        let token = Token {
            words: senses.words.clone(),
            values: senses.values.clone(),
            absent: senses.absent.clone(),
            plural: found.plural,
            ..Token::default()
        };
        let only_filler = token.is_filler();
        let best = senses.values.iter().map(|(_, fit)| *fit).min();
        let length = u32::try_from(flat[found.start..found.end].chars().count()).unwrap_or(4);
        let cost = match best {
            Some(Fit::Exact | Fit::Alias) => 95,
            _ if only_filler => 120,
            // Of two ways to cut, the one with the longer word is the likelier.
            _ if !senses.words.is_empty() => 100 - 3 * length.min(4),
            Some(Fit::Part) => 130,
            None => 110,
        };
        candidates.push(Candidate { start: found.start, end: found.end, cost, token });
    }
    for (start, end, time) in scanner.scan(normal, today) {
        if text::on_boundaries(normal, start, end) {
            candidates.push(Candidate { start, end, cost: 80, token: Token { time: Some(time), ..Token::default() } });
        }
    }
    for (start, end, number) in number::scan(normal) {
        if text::on_boundaries(normal, start, end) {
            let cost = if number.unit == Counted::Plain && normal[start..end].chars().all(is_han) { 200 } else { 105 };
            candidates.push(Candidate { start, end, cost, token: Token { number: Some(number), ..Token::default() } });
        }
    }
    whole_tokens(normal, lexicon, &mut candidates);
    candidates
}

/// Identifiers: runs without blanks that are a name of the data as a whole.
fn whole_tokens(normal: &str, lexicon: &Lexicon, candidates: &mut Vec<Candidate>) {
    let mut start = 0;
    for (at, c) in normal.char_indices().chain([(normal.len(), ' ')]) {
        if c.is_ascii_graphic() && !matches!(c, '(' | ')' | ',' | '"' | '\'' | '?' | '!' | ';') {
            continue;
        }
        let run = normal[start..at].trim_end_matches(['.', ':']);
        if run.len() > 2
            && let Some(id) = lexicon.whole(run)
        {
            let senses = lexicon.senses(id);
            if !senses.values.is_empty() {
                let token = Token { words: senses.words.clone(), values: senses.values.clone(), ..Token::default() };
                candidates.push(Candidate { start, end: start + run.len(), cost: 90, token });
            }
        }
        start = at + c.len_utf8();
    }
}

/// The cheapest cover: few pieces, and above all little left over.
fn cover(normal: &str, mut candidates: Vec<Candidate>) -> Vec<Token> {
    candidates.sort_by_key(|candidate| (candidate.start, candidate.end));
    let len = normal.len();
    let mut best: Vec<(u32, Option<Step>)> = vec![(u32::MAX, None); len + 1];
    best[0] = (0, None);
    let mut next = 0;
    for (at, c) in normal.char_indices() {
        let first = next;
        while next < candidates.len() && candidates[next].start <= at {
            next += 1;
        }
        let so_far = best[at].0;
        if so_far == u32::MAX {
            continue;
        }
        let skip_end = skip(normal, at, c);
        relax(&mut best, skip_end, so_far.saturating_add(skip_cost(c, skip_end - at)), Step { from: at, candidate: None });
        for (index, candidate) in candidates.iter().enumerate().take(next).skip(first).filter(|(_, candidate)| candidate.start == at) {
            relax(&mut best, candidate.end, so_far.saturating_add(candidate.cost), Step { from: at, candidate: Some(index) });
        }
    }
    let mut tokens = Vec::new();
    let mut at = len;
    while at > 0 {
        let Some(step) = best[at].1 else { break };
        let piece = &normal[step.from..at];
        match step.candidate {
            Some(index) => tokens.push(merged(&candidates, index, piece)),
            None => tokens.extend(left_over(piece)),
        }
        at = step.from;
    }
    tokens.reverse();
    tokens
}

#[derive(Clone, Copy)]
struct Step {
    from: usize,
    candidate: Option<usize>,
}

fn relax(best: &mut [(u32, Option<Step>)], end: usize, cost: u32, step: Step) {
    if cost < best[end].0 {
        best[end] = (cost, Some(step));
    }
}

/// Everything that stands for one span, together.
fn merged(candidates: &[Candidate], index: usize, piece: &str) -> Token {
    let chosen = &candidates[index];
    let mut token = chosen.token.clone();
    for other in candidates.iter().filter(|other| other.start == chosen.start && other.end == chosen.end) {
        token.time = token.time.or(other.token.time);
        token.number = token.number.or_else(|| other.token.number.clone());
        for word in &other.token.words {
            if !token.words.contains(word) {
                token.words.push(word.clone());
            }
        }
        for value in &other.token.values {
            if !token.values.contains(value) {
                token.values.push(*value);
            }
        }
    }
    token.text = piece.to_owned();
    token
}

fn left_over(piece: &str) -> Option<Token> {
    let c = piece.chars().next()?;
    if c == ' ' {
        return None;
    }
    let mark = (!c.is_alphanumeric()).then_some(c);
    Some(Token { text: piece.to_owned(), mark, ..Token::default() })
}

/// Where a piece that nothing covers ends: a whole Latin word, one Chinese character, one mark.
fn skip(normal: &str, at: usize, c: char) -> usize {
    if text::is_word(c) { at + normal[at..].find(|c: char| !text::is_word(c)).unwrap_or(normal.len() - at) } else { at + c.len_utf8() }
}

fn skip_cost(c: char, length: usize) -> u32 {
    if c == ' ' {
        0
    } else if !c.is_alphanumeric() {
        10
    } else {
        600 + 30 * u32::try_from(length).unwrap_or(100).min(100)
    }
}
