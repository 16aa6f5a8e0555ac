//! BM25 as sparse vectors: the document side carries the term frequencies, the index multiplies by the inverse document frequency.

use std::collections::HashMap;

use crate::{glossary, words};

const K1: f32 = 1.2;
const B: f32 = 0.75;

/// A sparse vector: the hash of a term and its weight, each hash once.
pub(crate) type Sparse = Vec<(u32, f32)>;

/// How often each term occurs.
#[derive(Clone, Debug, Default)]
pub(crate) struct Counts {
    counts: HashMap<u32, f32>,
    /// All occurrences together.
    pub length: f32,
}

impl Counts {
    /// Counts the terms of the parts of a text: its title, its heading, itself.
    pub fn of(parts: &[&str]) -> Self {
        let mut counts = Self::default();
        for term in parts.iter().flat_map(|part| words::terms(part)) {
            *counts.counts.entry(hash(&term)).or_default() += 1.0;
            counts.length += 1.0;
        }
        counts
    }

    /// The BM25 weights, given the average length of such texts.
    pub fn weigh(&self, average: f32) -> Sparse {
        let norm = K1 * (1.0 - B + B * self.length / average.max(1.0));
        self.counts.iter().map(|(term, count)| (*term, count * (K1 + 1.0) / (count + norm))).collect()
    }
}

/// The vector of a question: what was typed, and its words in the other language.
pub(crate) fn question(text: &str) -> Sparse {
    let mut weights: HashMap<u32, f32> = HashMap::new();
    let typed = words::terms(text).into_iter().map(|term| (term, 1.0));
    for (term, weight) in typed.chain(glossary::translate(text)) {
        let known = weights.entry(hash(&term)).or_default();
        *known = known.max(weight);
    }
    weights.into_iter().collect()
}

/// FNV-1a, folded: stable across machines and versions, because it is stored.
fn hash(term: &str) -> u32 {
    let wide = term.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    ((wide >> 32) ^ (wide & 0xffff_ffff)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_longer_text_weighs_a_term_less() {
        let weight = |text: &str| Counts::of(&[text]).weigh(4.0).iter().find(|(term, _)| *term == hash("disk")).map(|(_, weight)| *weight);
        assert!(weight("disk idle") > weight("disk one two three four five six seven"));
    }

    #[test]
    fn a_typed_word_counts_fully_even_when_it_is_also_a_translation() {
        let vector = question("闲置 idle");
        let weight = vector.iter().find(|(term, _)| *term == hash("idle")).map(|(_, weight)| *weight);
        assert_eq!(weight, Some(1.0));
    }
}
