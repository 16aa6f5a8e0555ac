//! The grammar: a lexicon over the data at hand, and the way of a question through it.

use std::sync::Arc;

use domain::{DataProfile, Language, Question};
use jiff::civil::Date;
use schema::Catalog;

use crate::{
    Reading, dialogue,
    lexicon::{Lexicon, chinese_provider},
    plan::Planner,
    query::Dimension,
    read::Reader,
    segment::segment,
    slots::Slots,
    time::{Scanner, add_days, add_months, first_of_month},
};

/// Understands questions against a model and what is in the data. Built once for each version of the data.
pub struct Grammar {
    lexicon: Lexicon,
    scanner: Scanner,
    profile: DataProfile,
}

impl Grammar {
    /// Builds the lexicon from the words of the grammar, the dictionaries, the model's synonyms and the values in the data.
    pub fn new(catalog: Arc<Catalog>, profile: &DataProfile) -> Self {
        let grammar = Self { lexicon: Lexicon::build(&catalog, profile), scanner: Scanner::new(), profile: profile.clone() };
        // The patterns compile when first used: here rather than in the first question.
        grammar.read("3月 cost of 5 in May", Date::constant(2026, 1, 1), Language::Zh);
        grammar
    }

    /// Understands a question in the light of the conversation it carries.
    pub fn understand(&self, question: &Question) -> Reading {
        let language = question.answer_language();
        let today = question.today();
        let mut earlier: Option<Slots> = None;
        for text in &question.history {
            earlier = Some(self.in_light_of(earlier.as_ref(), self.read(text, today, language)));
        }
        let slots = self.in_light_of(earlier.as_ref(), self.read(&question.text, today, language));
        let planner = Planner {
            lexicon: &self.lexicon,
            profile: &self.profile,
            today,
            time_zone: &question.time_zone,
            language,
            text: &question.text,
            has_history: !question.history.is_empty(),
        };
        planner.plan(&slots)
    }

    fn in_light_of(&self, earlier: Option<&Slots>, new: Slots) -> Slots {
        match earlier {
            Some(earlier) => dialogue::merge(earlier, new),
            None => new,
        }
    }

    fn read(&self, text: &str, today: Date, language: Language) -> Slots {
        let text = text.get(..Question::MAX_BYTES).unwrap_or(text);
        let segmented = segment(text, &self.lexicon, &self.scanner, today);
        Reader { lexicon: &self.lexicon, today, language }.read(&segmented)
    }

    /// Questions that can be asked of these data, for the start page and for "what I can do".
    pub fn examples(&self, language: Language) -> Vec<String> {
        let Some(last) = self.profile.complete_to() else { return Vec::new() };
        let month = if add_days(last, 1) == add_months(first_of_month(last), 1) {
            first_of_month(last)
        } else {
            add_months(first_of_month(last), -1)
        };
        let Some(span) = self.profile.providers.iter().max_by_key(|span| span.accounts.len()) else { return Vec::new() };
        let provider = &span.provider;
        let cloud = chinese_provider(provider).map_or_else(|| format!("{provider} "), str::to_owned);
        let (y, m) = (month.year(), month.month());
        let tag = self.profile.tags.keys().next();
        let service = self
            .lexicon
            .entries
            .iter()
            .filter(|entry| entry.dimension == Dimension::Service && entry.provider == *provider)
            .map(|entry| entry.value.as_str())
            .next();
        let mut examples = match language {
            Language::Zh => vec![
                format!("{cloud}{y}年{m}月一共花了多少钱?"),
                format!("{y}年{m}月{cloud}最贵的5个产品"),
                format!("{cloud}{y}年{m}月各账号环比情况"),
                format!("{cloud}最近6个月每月花费"),
            ],
            Language::En => vec![
                format!("How much did we spend on {provider} in {y}-{m:02}?"),
                format!("Top 5 {provider} services in {y}-{m:02}"),
                format!("{provider} cost by account in {y}-{m:02}, month over month"),
                format!("Monthly {provider} spend for the last 6 months"),
            ],
        };
        if let Some(service) = service {
            examples.push(
                language
                    .pick(
                        &format!("{service}占{cloud}{y}年{m}月总费用的百分之多少"),
                        &format!("What share of {provider} spend in {y}-{m:02} was {service}?"),
                    )
                    .to_owned(),
            );
        }
        if let Some(tag) = tag {
            examples.push(
                language
                    .pick(
                        &format!("{y}年{m}月{cloud}没打{tag}标签的费用有多少"),
                        &format!("How much {provider} spend had no {tag} tag in {y}-{m:02}?"),
                    )
                    .to_owned(),
            );
        }
        examples
    }
}
