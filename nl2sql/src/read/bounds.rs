//! Thresholds: more than, less than, at least.

use rust_decimal::Decimal;

use crate::{
    number::Counted,
    query::{Dimension, ResourceState},
    slots::{Bound, BoundOn, Slots},
    words::{Role, Word},
};

use super::{Reader, Sentence};

impl Reader<'_> {
    pub(super) fn bounds(&self, sentence: &mut Sentence, slots: &mut Slots) {
        self.between(sentence, slots);
        for at in 0..sentence.tokens.len() {
            if sentence.taken[at] {
                continue;
            }
            let Some(number) = sentence.tokens[at].number.clone() else { continue };
            let Some((comparator, op)) = comparator(sentence, at) else { continue };
            sentence.take(at);
            sentence.take(comparator);
            let previous = sentence.tokens[..at].iter().enumerate().any(|(i, token)| i + 4 > at && token.is(Role::Except));
            let near = |role| sentence.tokens.iter().enumerate().any(|(i, token)| i.abs_diff(at) <= 5 && token.is(role));
            let percent = number.unit == Counted::Percent;
            let on = if percent && near(Role::Cpu) {
                BoundOn::Cpu
            } else if percent && near(Role::Memory) {
                BoundOn::Memory
            } else if previous {
                BoundOn::Previous
            } else {
                BoundOn::Open
            };
            let currency = match number.unit {
                Counted::Money(currency) => currency,
                _ => None,
            };
            let op = if previous { inverse(op) } else { op };
            let value = if percent && on == BoundOn::Open { number.value / Decimal::ONE_HUNDRED } else { number.value };
            slots.bounds.push(Bound { op, value, percent, currency, on });
        }
        if slots.bounds.iter().any(|bound| bound.on == BoundOn::Cpu)
            && !slots.states.contains(&ResourceState::Running)
            && sentence.has(Role::RunningState)
        {
            slots.states.push(ResourceState::Running);
        }
        if slots.grain.is_some() && !slots.bounds.is_empty() && self.every(sentence) {
            slots.every_step = true;
        }
    }

    /// "在1万到5万之间": two bounds.
    fn between(&self, sentence: &mut Sentence, slots: &mut Slots) {
        if !sentence.has(Role::Between) {
            return;
        }
        let numbers: Vec<usize> =
            (0..sentence.tokens.len()).filter(|at| !sentence.taken[*at] && sentence.tokens[*at].number.is_some()).collect();
        let [low, high] = numbers.as_slice() else { return };
        for (at, op) in [(*low, ">="), (*high, "<=")] {
            let Some(number) = sentence.tokens[at].number.clone() else { continue };
            let percent = number.unit == Counted::Percent;
            let value = if percent { number.value / Decimal::ONE_HUNDRED } else { number.value };
            slots.bounds.push(Bound { op, value, percent, currency: None, on: BoundOn::Open });
            sentence.take(at);
        }
    }

    /// "每个月都超过": the bound holds in every step rather than over the whole.
    fn every(&self, sentence: &Sentence) -> bool {
        let grouped = sentence.tokens.iter().zip(&sentence.taken).any(|(token, taken)| {
            !taken
                && token.words.iter().any(|word| {
                    matches!(word, Word::Dim(dimension) if *dimension != Dimension::Currency) || matches!(word, Word::TagKey(_))
                })
        });
        grouped
            && sentence.tokens.iter().any(|token| {
                token.words.iter().any(|word| matches!(word, Word::Grain(_)))
                    && (token.text.contains('每') || token.text.contains("every") || token.text.contains("each"))
            })
    }
}

/// The comparing word of a number: close before it, or right after it ("以上", "or more").
fn comparator(sentence: &Sentence, at: usize) -> Option<(usize, &'static str)> {
    let op = |i: usize| {
        let token = &sentence.tokens[i];
        if token.is(Role::AtLeast) {
            Some(">=")
        } else if token.is(Role::Over) {
            Some(">")
        } else if token.is(Role::Under) {
            Some("<")
        } else {
            None
        }
    };
    let after = sentence
        .tokens
        .get(at + 1)
        .filter(|token| ["以上", "及以上", "or more", "以下", "or above", "or over"].contains(&token.text.as_str()));
    if after.is_some() {
        return op(at + 1).map(|op| (at + 1, op));
    }
    (at.saturating_sub(3)..at).rev().take_while(|i| sentence.tokens[*i].number.is_none()).find_map(|i| op(i).map(|op| (i, op)))
}

fn inverse(op: &'static str) -> &'static str {
    match op {
        "<" => ">=",
        ">" => "<=",
        ">=" => "<",
        _ => ">",
    }
}
