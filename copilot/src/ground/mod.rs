//! The grounding check: no number in a model's prose but cells of the evidence, what our code computed from them, and what rules allow.

mod facts;
mod han;
mod placeholder;
mod scan;
#[cfg(test)]
mod tests;
mod words;

use domain::{Language, Table};

pub(crate) use facts::Facts;

use crate::compose::markdown;

/// Prose whose numbers all stand on evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Grounded {
    /// Markdown with every placeholder filled.
    pub(crate) text: String,
    /// Which tables the prose names, by position, in the order of their first use.
    pub(crate) tables: Vec<usize>,
}

/// Fills a prose's placeholders and checks what is left; the error names everything that stands on nothing.
pub(crate) fn ground(prose: &str, tables: &[&Table], facts: &Facts, language: Language) -> Result<Grounded, Vec<String>> {
    // What a reader sees is what is checked: full-width digits are digits, and invisible characters are not there.
    let prose = scan::normalize(&markdown::tame(prose));
    let segments = placeholder::fill(&prose, tables, language);
    let mut unbacked = placeholder::problems(&segments);
    for literal in segments.iter().filter_map(placeholder::Segment::literal) {
        unbacked.extend(facts.unbacked(literal));
    }
    if !unbacked.is_empty() {
        return Err(unbacked);
    }
    let mut named = Vec::new();
    for table in segments.iter().flat_map(placeholder::Segment::tables) {
        if !named.contains(table) {
            named.push(*table);
        }
    }
    Ok(Grounded { text: segments.iter().map(placeholder::Segment::text).collect(), tables: named })
}
