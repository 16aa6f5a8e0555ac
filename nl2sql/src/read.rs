//! From tokens to slots: what each word does in this question.

mod bounds;
mod entities;
mod periods;
mod shape;

use domain::Language;
use jiff::civil::Date;

use crate::{
    lexicon::Lexicon,
    number::Counted,
    segment::{Segmented, Token},
    slots::Slots,
};

/// What reading needs besides the tokens.
pub(crate) struct Reader<'a> {
    pub lexicon: &'a Lexicon,
    pub today: Date,
    pub language: Language,
}

/// The tokens of a question while they find their places.
pub(super) struct Sentence<'a> {
    pub tokens: &'a [Token],
    /// Tokens that have found their place.
    pub taken: Vec<bool>,
}

impl Sentence<'_> {
    pub fn take(&mut self, at: usize) {
        if let Some(taken) = self.taken.get_mut(at) {
            *taken = true;
        }
    }

    /// The nearest token before, past quotes, equals signs and words that only join.
    pub fn before(&self, at: usize) -> Option<usize> {
        (0..at).rev().find(|i| !self.joins(*i))
    }

    /// The nearest token after, past the same.
    pub fn after(&self, at: usize) -> Option<usize> {
        (at + 1..self.tokens.len()).find(|i| !self.joins(*i))
    }

    fn joins(&self, at: usize) -> bool {
        let token = &self.tokens[at];
        matches!(token.mark, Some('"' | '\'' | '=' | ':' | '(' | ')' | '[' | ']'))
            || (token.is_filler()
                && ["的", "是", "为", "is", "of", "named", "called", "the", "in", "for", "我们", "these", "这", "里"]
                    .contains(&token.text.as_str()))
    }

    pub fn has(&self, role: crate::words::Role) -> bool {
        self.tokens.iter().any(|token| token.is(role))
    }

    pub fn find(&self, role: crate::words::Role) -> Option<usize> {
        self.tokens.iter().position(|token| token.is(role))
    }
}

impl Reader<'_> {
    /// Reads a question on its own.
    pub(crate) fn read(&self, segmented: &Segmented) -> Slots {
        let mut slots = Slots { language: self.language, ..Slots::default() };
        let mut sentence = Sentence { tokens: &segmented.tokens, taken: vec![false; segmented.tokens.len()] };
        for (from, to) in &segmented.corrected {
            slots.matched.push((from.clone(), to.clone()));
        }
        self.topics(&sentence, &mut slots);
        self.subject(&sentence, &mut slots);
        self.tags(&mut sentence, &mut slots);
        self.entities(&mut sentence, &mut slots);
        self.exclusions(&sentence, &mut slots);
        self.periods(&mut sentence, &mut slots);
        self.bounds(&mut sentence, &mut slots);
        self.metrics(&mut sentence, &mut slots);
        self.groups(&mut sentence, &mut slots);
        self.order(&mut sentence, &mut slots);
        self.dialogue(&sentence, &mut slots);
        self.left_over(&sentence, &mut slots);
        slots
    }

    /// Words that no rule and no name covers.
    fn left_over(&self, sentence: &Sentence, slots: &mut Slots) {
        let mut open = false;
        for (at, token) in sentence.tokens.iter().enumerate() {
            if token.is_unknown() {
                match slots.unknown.last_mut() {
                    Some(last) if open && token.text.chars().all(domain::language::is_han) => last.push_str(&token.text),
                    _ => slots.unknown.push(token.text.clone()),
                }
            }
            open = token.is_unknown();
            if let Some(number) = &token.number
                && !sentence.taken[at]
                && token.time.is_none()
                && (matches!(number.unit, Counted::Money(_) | Counted::Percent)
                    || number.unit != Counted::Things && !counts_named(sentence, at))
            {
                slots.numbers.push(token.text.clone());
            }
            if token.is_filler() && !slots.ignored.contains(&token.text) {
                slots.ignored.push(token.text.clone());
            }
        }
    }
}

/// "these two accounts": a number that only counts what is named anyway.
fn counts_named(sentence: &Sentence, at: usize) -> bool {
    let names = |i: usize| {
        sentence.tokens[i].dimension().is_some()
            || !sentence.tokens[i].values.is_empty()
            || sentence.tokens[i].words.iter().any(|word| matches!(word, crate::words::Word::TimeDim(_)))
    };
    sentence.tokens[at].text.chars().all(domain::language::is_han) || sentence.after(at).is_some_and(names) || at > 0 && names(at - 1)
}
