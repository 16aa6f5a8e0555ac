//! Builds the lexicon from the grammar's words, the dictionaries and the data's own values.

use std::collections::{BTreeSet, HashMap};

use aho_corasick::{AhoCorasick, MatchKind};
use domain::{DataProfile, DimensionValue};
use schema::Catalog;

use super::{Absent, Entry, Fit, Lexicon, Senses, Spelling};
use crate::{
    query::Dimension,
    text,
    words::{self, Word},
};

const PRODUCTS: &str = include_str!("../../data/products.tsv");
const REGIONS: &str = include_str!("../../data/regions.tsv");
const PROVIDERS: &str = include_str!("../../data/providers.tsv");
const TAG_KEYS: &str = include_str!("../../data/tag_keys.tsv");
const TAG_VALUES: &str = include_str!("../../data/tag_values.tsv");

/// What people who read Chinese call a provider, where the dictionary says so.
pub(crate) fn chinese_provider(provider: &str) -> Option<&'static str> {
    let (_, aliases) = words::lines(PROVIDERS).find(|(canonical, _)| *canonical == provider)?;
    aliases.split('|').next().filter(|name| name.starts_with(domain::language::is_han))
}

/// Values of a dimension beyond this many are found as whole tokens only.
const MANY: usize = 20_000;

/// Words of English month and time expressions, which are found by patterns but must not be "corrected" into something else.
const TIME_WORDS: &str = "january february march april may june july august september october november december today yesterday tomorrow \
    week weeks month months quarter quarters year years days last past previous prior trailing next this since half first second third fourth \
    full whole complete calendar same before earlier preceding current three four five seven eight nine twelve couple within coming following";

#[derive(Default)]
struct Builder {
    keys: HashMap<String, u32>,
    senses: Vec<Senses>,
    patterns: Vec<(String, u32)>,
    entries: Vec<Entry>,
    spelling: Spelling,
    /// Chinese words with the code words that stand beside them in account names: `会员营销(member-crm)`.
    translations: Vec<(String, String)>,
}

impl Lexicon {
    pub(crate) fn build(catalog: &Catalog, profile: &DataProfile) -> Self {
        let mut builder = Builder::default();
        builder.spelling.learn(TIME_WORDS, true);
        for (word, meaning) in words::all() {
            builder.word(word, meaning);
        }
        builder.catalog(catalog);
        let present = builder.providers(profile);
        builder.accounts(profile);
        builder.dimensions(profile);
        builder.products(profile, &present);
        builder.regions(profile, &present);
        builder.tags(profile);
        let (texts, patterns): (Vec<_>, Vec<_>) = builder.patterns.into_iter().unzip();
        let automaton = AhoCorasick::builder().match_kind(MatchKind::Standard).build(&texts).ok();
        Self { keys: builder.keys, senses: builder.senses, automaton, patterns, entries: builder.entries, spelling: builder.spelling }
    }
}

impl Builder {
    fn senses(&mut self, name: &str, searchable: bool) -> Option<&mut Senses> {
        let key = text::key(name);
        if key.is_empty() || key.len() > 200 {
            return None;
        }
        let id = match self.keys.get(&key) {
            Some(id) => *id,
            None => {
                let id = u32::try_from(self.senses.len()).ok()?;
                self.keys.insert(key.clone(), id);
                self.senses.push(Senses::default());
                if searchable {
                    self.patterns.push((key, id));
                }
                id
            }
        };
        self.senses.get_mut(id as usize)
    }

    fn word(&mut self, word: &str, meaning: Word) {
        self.spelling.learn(&text::key(word), true);
        if let Some(senses) = self.senses(word, true)
            && !senses.words.contains(&meaning)
        {
            senses.words.push(meaning);
        }
    }

    fn entry(&mut self, dimension: Dimension, column: &'static str, value: &str, shown: &str, provider: &str) -> Option<u32> {
        let id = u32::try_from(self.entries.len()).ok()?;
        self.entries.push(Entry { dimension, column, value: value.to_owned(), shown: shown.to_owned(), provider: provider.to_owned() });
        Some(id)
    }

    fn name(&mut self, name: &str, id: u32, fit: Fit, searchable: bool) {
        let min = if name.is_ascii() && fit == Fit::Part { 3 } else { 2 };
        if name.chars().count() < min || (fit != Fit::Exact && name.chars().all(|c| c.is_ascii_digit())) {
            return;
        }
        self.spelling.learn(&text::key(name), searchable && fit != Fit::Part);
        if searchable && fit != Fit::Part {
            self.spelling.learn_han(&text::key(name));
        }
        let Some(senses) = self.senses(name, searchable) else { return };
        if let Some((_, known)) = senses.values.iter_mut().find(|(known, _)| *known == id) {
            *known = (*known).min(fit);
        } else if senses.values.len() < 64 {
            senses.values.push((id, fit));
        }
    }

    /// Other names of columns from the semantic model, where the grammar has no word of its own.
    fn catalog(&mut self, catalog: &Catalog) {
        let Some(costs) = catalog.dataset("costs") else { return };
        for field in costs.fields.iter().filter(|field| field.is_dimension && !field.is_time) {
            let Some(dimension) = words::column_dimension(&field.name) else { continue };
            for word in field.synonyms.iter().chain([&field.label, &field.name]) {
                if !self.keys.contains_key(&text::key(word)) {
                    self.word(word, Word::Dim(dimension.clone()));
                }
            }
        }
    }

    /// Provider names; returns each dictionary provider with the name the data have for it.
    fn providers(&mut self, profile: &DataProfile) -> Vec<(&'static str, String)> {
        let mut present = Vec::new();
        let mut left: BTreeSet<&str> = profile.providers.iter().map(|span| span.provider.as_str()).collect();
        for (canonical, aliases) in words::lines(PROVIDERS) {
            let names: Vec<String> = aliases.split('|').chain([canonical]).map(text::key).collect();
            let value = profile.providers.iter().map(|span| span.provider.clone()).find(|value| names.contains(&text::key(value)));
            match value {
                Some(value) => {
                    left.remove(value.as_str());
                    let Some(id) = self.entry(Dimension::Provider, "ProviderName", &value, &value, &value) else { continue };
                    for name in &names {
                        self.name(name, id, Fit::Exact, true);
                    }
                    present.push((canonical, value));
                }
                None => {
                    for name in &names {
                        self.absent(name, Dimension::Provider, canonical);
                    }
                }
            }
        }
        for value in left {
            if let Some(id) = self.entry(Dimension::Provider, "ProviderName", value, value, value) {
                self.name(value, id, Fit::Exact, true);
            }
        }
        present
    }

    fn absent(&mut self, name: &str, dimension: Dimension, shown: &str) {
        self.spelling.learn(&text::key(name), false);
        if let Some(senses) = self.senses(name, true) {
            senses.absent.push(Absent { dimension, name: shown.to_owned() });
        }
    }

    fn accounts(&mut self, profile: &DataProfile) {
        for span in &profile.providers {
            for (account, name) in &span.accounts {
                let shown = if name.is_empty() { account } else { name };
                let Some(id) = self.entry(Dimension::SubAccount, "SubAccountId", account, shown, &span.provider) else { continue };
                self.name(account, id, Fit::Exact, true);
                self.name(name, id, Fit::Exact, true);
                self.parts(name, id, true);
                self.translations.extend(translations(name));
            }
        }
    }

    /// The runs of a mixed name are names themselves; pieces of them are parts.
    fn parts(&mut self, name: &str, id: u32, whole_runs: bool) {
        let key = text::key(name);
        let runs = text::runs(&key);
        let mixed = runs.len() > 1;
        for (han, run) in &runs {
            if mixed {
                self.name(run, id, if whole_runs { Fit::Exact } else { Fit::Part }, true);
            }
            if *han {
                let chars: Vec<char> = run.chars().collect();
                for cut in 2..chars.len().saturating_sub(1) {
                    self.name(&chars[..cut].iter().collect::<String>(), id, Fit::Part, true);
                    self.name(&chars[cut..].iter().collect::<String>(), id, Fit::Part, true);
                }
            } else {
                let words: Vec<&str> = run.split([' ', '/', '.']).filter(|word| !word.is_empty()).collect();
                for from in 0..words.len() {
                    for to in from + 1..=words.len().min(from + 3) {
                        if to - from < words.len() {
                            self.name(&words[from..to].join(" "), id, Fit::Part, true);
                        }
                    }
                }
            }
        }
    }

    fn dimensions(&mut self, profile: &DataProfile) {
        for (column, values) in &profile.dimensions {
            let Some(dimension) = words::column_dimension(column) else { continue };
            if is_standard(&dimension) {
                for value in values.iter().filter(|_| is_open_standard(&dimension)) {
                    if !self.keys.contains_key(&text::key(&value.value)) {
                        self.word(&value.value, Word::Value(dimension.clone(), value.value.clone()));
                    }
                }
                continue;
            }
            if dimension == Dimension::BillingAccount && values.len() <= profile.providers.len() * 2 {
                self.own_names(values);
                continue;
            }
            let Some(&static_column) = dimension.columns().iter().find(|known| *known == column) else { continue };
            let searchable = values.len() <= MANY && !matches!(dimension, Dimension::Resource | Dimension::Sku);
            for value in values {
                if dimension == Dimension::SkuMeter && self.keys.contains_key(&text::key(&value.value)) {
                    continue;
                }
                let Some(id) = self.entry(dimension.clone(), static_column, &value.value, &value.value, &value.provider) else { continue };
                self.name(&value.value, id, Fit::Exact, searchable);
                match dimension {
                    Dimension::Region => self.region_parts(&value.value, id),
                    Dimension::Service => self.service_names(&value.value, id),
                    Dimension::Commitment | Dimension::Publisher if !column.ends_with("Id") => self.parts(&value.value, id, false),
                    _ => {}
                }
            }
        }
    }

    /// The company's own name says nothing about which rows are meant.
    fn own_names(&mut self, values: &[DimensionValue]) {
        for value in values.iter().filter(|value| !value.value.chars().any(|c| c.is_ascii_digit())) {
            self.word(&value.value, Word::Stop);
            for (han, run) in text::runs(&text::key(&value.value)) {
                let short = if han { run.chars().take(2).collect() } else { run.split(' ').next().unwrap_or_default().to_owned() };
                if short.chars().count() > if han { 1 } else { 4 } && !self.keys.contains_key(&short) {
                    self.word(&short, Word::Stop);
                }
            }
        }
    }

    /// `华东1（杭州）`: both runs; `Asia Pacific (Singapore)`: what stands in the parentheses.
    fn region_parts(&mut self, name: &str, id: u32) {
        for (_, run) in text::runs(&text::key(name)) {
            if run.chars().count() > 1 && !["asia pacific", "eu", "us east", "us west", "china", "europe"].contains(&run.as_str()) {
                self.name(&run, id, Fit::Alias, true);
            }
        }
        if let Some((_, inner)) = text::key(name).trim_end_matches(')').rsplit_once('(') {
            self.name(inner, id, Fit::Alias, true);
        }
    }

    /// The Latin and Chinese runs of a service's name, the name without its maker, and its initials.
    fn service_names(&mut self, name: &str, id: u32) {
        let key = text::key(name);
        let runs = text::runs(&key);
        if runs.len() > 1 {
            for (han, run) in &runs {
                let run = run.trim_end_matches('版');
                if run.chars().count() > if *han { 3 } else { 1 } && run != "兼容" {
                    self.name(run, id, Fit::Exact, true);
                }
            }
        }
        for maker in ["amazon ", "aws ", "azure ", "microsoft ", "amazon", "google ", "google cloud "] {
            if let Some(rest) = key.strip_prefix(maker).map(str::trim).filter(|rest| rest.len() > 2) {
                self.name(rest, id, Fit::Alias, true);
                let initials: String = rest
                    .split(' ')
                    .filter(|word| *word != "for" && !word.starts_with('('))
                    .filter_map(|word| word.chars().next())
                    .collect();
                if initials.len() > 2 {
                    self.name(&initials, id, Fit::Alias, true);
                }
            }
        }
    }

    fn products(&mut self, profile: &DataProfile, present: &[(&'static str, String)]) {
        let services: Vec<u32> = self.ids(&Dimension::Service);
        for (provider, rest) in words::lines(PRODUCTS) {
            let mut fields = rest.split('\t');
            let (Some(short), Some(names)) = (fields.next(), fields.next()) else { continue };
            let aliases = fields.next().unwrap_or_default();
            let value = present.iter().find(|(canonical, _)| *canonical == provider).map(|(_, value)| value);
            let keys: Vec<String> = names.split('|').map(text::key).collect();
            let known: Vec<u32> = services
                .iter()
                .copied()
                .filter(|id| value == Some(&self.entries[*id as usize].provider))
                .filter(|id| is_product(&self.entries[*id as usize].value, short, &keys))
                .collect();
            for name in names.split('|').chain(aliases.split('|')).chain([short]).filter(|name| !name.is_empty()) {
                for id in &known {
                    self.name(name, *id, Fit::Alias, true);
                }
                if known.is_empty() && !profile.providers.is_empty() {
                    self.absent(name, Dimension::Service, name);
                }
            }
        }
    }

    fn ids(&self, dimension: &Dimension) -> Vec<u32> {
        (0u32..).zip(&self.entries).filter(|(_, entry)| entry.dimension == *dimension).map(|(id, _)| id).collect()
    }

    fn regions(&mut self, profile: &DataProfile, present: &[(&'static str, String)]) {
        let regions: Vec<u32> = self.ids(&Dimension::Region);
        for (provider, rest) in words::lines(REGIONS) {
            let mut fields = rest.split('\t');
            let (Some(region), Some(names)) = (fields.next(), fields.next()) else { continue };
            let aliases = fields.next().unwrap_or_default();
            let value = present.iter().find(|(canonical, _)| *canonical == provider).map(|(_, value)| value);
            let keys: Vec<String> = names.split('|').map(text::key).chain([text::key(region)]).collect();
            let of_provider: Vec<u32> = regions.iter().copied().filter(|id| value == Some(&self.entries[*id as usize].provider)).collect();
            let known: Vec<u32> =
                of_provider.into_iter().filter(|id| keys.contains(&text::key(&self.entries[*id as usize].value))).collect();
            for name in names.split('|').chain(aliases.split('|')).chain([region]).filter(|name| !name.is_empty()) {
                for id in &known {
                    self.name(name, *id, Fit::Exact, true);
                }
                if known.is_empty() && !profile.providers.is_empty() {
                    self.absent(name, Dimension::Region, name);
                }
            }
        }
    }

    /// Tag values, and the words people call tag keys by.
    fn tags(&mut self, profile: &DataProfile) {
        let present: Vec<String> = profile.tags.keys().map(|tag| text::key(tag)).collect();
        for line in TAG_KEYS.lines().filter(|line| !line.starts_with('#')) {
            let words: Vec<&str> = line.split('|').collect();
            if !profile.tags.is_empty() && !words.iter().any(|word| present.contains(&text::key(word))) {
                for word in words.iter().filter(|word| word.chars().count() > 2 || word.chars().count() == 2 && !word.is_ascii()) {
                    self.absent(word, Dimension::Tag(words[0].to_owned()), word);
                }
            }
        }
        let groups: Vec<Vec<&str>> = TAG_KEYS.lines().filter(|line| !line.starts_with('#')).map(|line| line.split('|').collect()).collect();
        for (tag, values) in &profile.tags {
            let meaning = Word::TagKey(tag.clone());
            self.word(tag, meaning.clone());
            if let Some(group) = groups.iter().find(|group| group.iter().any(|word| text::key(word) == text::key(tag))) {
                for word in group {
                    self.word(word, meaning.clone());
                }
            }
            let searchable = values.len() <= MANY;
            for value in values {
                let Some(id) = self.entry(Dimension::Tag(tag.clone()), "", &value.value, &value.value, &value.provider) else { continue };
                self.name(&value.value, id, Fit::Exact, searchable);
                if searchable {
                    self.parts(&value.value, id, true);
                    self.tag_aliases(&value.value, id);
                    let key = text::key(&value.value);
                    let names: Vec<String> =
                        self.translations.iter().filter(|(_, code)| *code == key).map(|(han, _)| han.clone()).collect();
                    for name in names {
                        self.name(&name, id, Fit::Exact, true);
                    }
                }
            }
        }
    }

    fn tag_aliases(&mut self, value: &str, id: u32) {
        let key = text::key(value);
        for line in TAG_VALUES.lines().filter(|line| !line.starts_with('#')) {
            if line.split('|').any(|word| text::key(word) == key) {
                for word in line.split('|') {
                    self.name(word, id, Fit::Exact, true);
                }
            }
        }
    }
}

/// Dimensions whose values the standard defines: the grammar has words for them.
fn is_standard(dimension: &Dimension) -> bool {
    use Dimension::{
        ChargeCategory, ChargeClass, ChargeFrequency, CommitmentStatus, CommitmentType, PricingCategory, Provider, ResourceType, SubAccount,
    };
    is_open_standard(dimension)
        || matches!(
            dimension,
            Provider
                | SubAccount
                | ResourceType
                | ChargeCategory
                | ChargeClass
                | ChargeFrequency
                | PricingCategory
                | CommitmentType
                | CommitmentStatus
        )
}

/// Of these, the ones with values beyond what the grammar has words for.
fn is_open_standard(dimension: &Dimension) -> bool {
    matches!(dimension, Dimension::ServiceCategory | Dimension::ServiceSubcategory | Dimension::Currency)
}

/// Whether a service of the data is the product a dictionary line describes: one of its names, or a name that bears the short one.
fn is_product(service: &str, short: &str, names: &[String]) -> bool {
    let key = text::key(service);
    let short = text::key(short);
    let bears = text::runs(&key).iter().any(|(han, run)| !han && run.split(' ').any(|word| word == short));
    names.contains(&key) || (bears && short.len() > 2 && names.iter().any(|name| name.contains(&short) || shares_han(name, &key)))
}

/// The halves of a name in both languages, where both fall into two: `会员营销(member-crm)` gives 会员 for member and 营销 for crm.
fn translations(name: &str) -> Vec<(String, String)> {
    let runs = text::runs(&text::key(name));
    let [(true, han), (false, code)] = runs.as_slice() else { return Vec::new() };
    let chars: Vec<char> = han.chars().collect();
    match code.split_once(' ') {
        Some((first, second)) if chars.len() >= 4 && !second.contains(' ') => {
            let cut = chars.len() - 2;
            vec![(chars[..cut].iter().collect(), first.to_owned()), (chars[cut..].iter().collect(), second.to_owned())]
        }
        _ => Vec::new(),
    }
}

fn shares_han(a: &str, b: &str) -> bool {
    let han = |key: &str| text::runs(key).into_iter().find(|(han, _)| *han).map(|(_, run)| run);
    matches!((han(a), han(b)), (Some(a), Some(b)) if a.contains(&b) || b.contains(&a))
}
