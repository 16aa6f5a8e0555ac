//! Which values of which dimensions a question names.

use crate::{
    lexicon::Fit,
    query::{Dimension, Subject},
    segment::Token,
    slots::{Ambiguity, Mention, Slots},
    words::{Role, Word},
};

use super::{Reader, Sentence};

/// One thing a word can stand for.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Sense {
    dimension: Dimension,
    column: String,
    value: String,
    shown: String,
    provider: String,
    fit: Fit,
    /// Whether the standard defines the value, rather than the data.
    standard: bool,
}

impl Reader<'_> {
    /// Finds every name, decides what it stands for, and notes what cannot be decided.
    pub(super) fn entities(&self, sentence: &mut Sentence, slots: &mut Slots) {
        let mut open: Vec<(usize, Vec<Sense>)> = Vec::new();
        for at in 0..sentence.tokens.len() {
            if sentence.taken[at] {
                continue;
            }
            let token = &sentence.tokens[at];
            let mut senses = self.senses(token, slots);
            if !token.absent.is_empty() && senses.iter().all(|sense| sense.fit == Fit::Part) {
                senses.clear();
            }
            let kind = self.kind(sentence, at, &senses);
            if let Some((neighbour, dimension)) = &kind {
                let of_kind: Vec<Sense> = senses.iter().filter(|sense| sense.dimension == *dimension).cloned().collect();
                if !of_kind.is_empty() {
                    sentence.take(at);
                    sentence.take(*neighbour);
                    open.push((at, best_fit(of_kind)));
                    continue;
                }
            }
            if senses.is_empty() {
                if !token.absent.is_empty() && token.words.is_empty() {
                    sentence.take(at);
                    slots.absent.extend(token.absent.first().cloned());
                } else if let Some((neighbour, dimension)) = kind.filter(|_| token.is_unknown() && token.text.is_ascii())
                    && matches!(dimension, Dimension::Tag(_) | Dimension::SubAccount | Dimension::Region | Dimension::Service)
                {
                    sentence.take(neighbour);
                    slots.nameless.push((dimension, token.text.clone()));
                }
                continue;
            }
            if has_grammar(token, &senses) {
                continue;
            }
            sentence.take(at);
            open.push((at, senses));
        }
        self.settle(sentence, open, slots);
    }

    /// What a token can stand for among values of the data and of the standard.
    fn senses(&self, token: &Token, slots: &Slots) -> Vec<Sense> {
        let mut senses: Vec<Sense> = token
            .values
            .iter()
            .map(|(id, fit)| {
                let entry = self.lexicon.entry(*id);
                Sense {
                    dimension: entry.dimension.clone(),
                    column: entry.column.to_owned(),
                    value: entry.value.clone(),
                    shown: entry.shown.clone(),
                    provider: entry.provider.clone(),
                    fit: *fit,
                    standard: false,
                }
            })
            .collect();
        let resources = slots.subject == Some(Subject::Resources);
        if resources && token.words.iter().any(|word| matches!(word, Word::Value(Dimension::ResourceType, _))) {
            senses.clear();
        }
        for word in &token.words {
            if let Word::Value(dimension, value) = word {
                if (*dimension == Dimension::ResourceType) != resources
                    && (resources && senses.is_empty() || *dimension == Dimension::ResourceType)
                {
                    continue;
                }
                senses.push(Sense {
                    dimension: dimension.clone(),
                    column: dimension.columns().first().copied().unwrap_or_default().to_owned(),
                    value: value.clone(),
                    shown: value.clone(),
                    provider: String::new(),
                    fit: Fit::Exact,
                    standard: true,
                });
            }
        }
        senses
    }

    /// The dimension a neighbouring word says this name is of, with the place of that word.
    fn kind(&self, sentence: &Sentence, at: usize, senses: &[Sense]) -> Option<(usize, Dimension)> {
        let fits = |dimension: &Dimension| senses.is_empty() || senses.iter().any(|sense| sense.dimension == *dimension);
        let next = sentence.after(at).filter(|i| !sentence.taken[*i]);
        if let Some(i) = next {
            for dimension in self.dimensions(&sentence.tokens[i]) {
                if fits(&dimension) {
                    return Some((i, dimension));
                }
            }
        }
        let before = sentence.before(at).filter(|i| !sentence.taken[*i])?;
        let before = if sentence.tokens[before].is(Role::Tag) { sentence.before(before)? } else { before };
        let grouped = sentence.before(before).is_some_and(|i| sentence.tokens[i].is(Role::By) || sentence.tokens[i].is(Role::Each));
        if grouped {
            return None;
        }
        self.dimensions(&sentence.tokens[before]).into_iter().find(|dimension| fits(dimension)).map(|dimension| (before, dimension))
    }

    fn dimensions(&self, token: &Token) -> Vec<Dimension> {
        token
            .words
            .iter()
            .filter_map(|word| match word {
                Word::Dim(dimension) => Some(dimension.clone()),
                Word::TagKey(key) => Some(Dimension::Tag(key.clone())),
                _ => None,
            })
            .collect()
    }

    /// Decides each name in the light of the others.
    fn settle(&self, sentence: &Sentence, mut open: Vec<(usize, Vec<Sense>)>, slots: &mut Slots) {
        join_neighbours(sentence, &mut open);
        for (_, senses) in &mut open {
            *senses = by_dimension(std::mem::take(senses));
        }
        name_by_neighbour(&mut open);
        let providers: Vec<String> = open
            .iter()
            .flat_map(|(_, senses)| senses.iter().filter(|sense| sense.dimension == Dimension::Provider).map(|sense| sense.value.clone()))
            .collect();
        narrow(&mut open, &providers);
        let settled: Vec<String> =
            open.iter().filter(|(_, senses)| same_provider(senses)).map(|(_, senses)| senses[0].provider.clone()).collect();
        narrow(&mut open, &settled);
        let by_provider = self.grouped_by_product(sentence);
        for (at, senses) in open {
            self.decide(sentence, at, senses, by_provider, slots);
        }
    }

    /// Whether the question splits by provider or product, so that a word for products of several clouds can stand for all.
    fn grouped_by_product(&self, sentence: &Sentence) -> bool {
        sentence.tokens.iter().zip(&sentence.taken).any(|(token, taken)| {
            !taken
                && token.words.iter().any(|word| matches!(word, Word::Dim(Dimension::Provider | Dimension::Service | Dimension::Currency)))
        })
    }

    fn decide(&self, sentence: &Sentence, at: usize, senses: Vec<Sense>, by_provider: bool, slots: &mut Slots) {
        let text = sentence.tokens[at].text.clone();
        let dimensions: Vec<Dimension> = senses.iter().fold(Vec::new(), |mut all, sense| {
            if !all.contains(&sense.dimension) {
                all.push(sense.dimension.clone());
            }
            all
        });
        let several_services = dimensions == [Dimension::Service] && senses.len() > 1 && !by_provider;
        let several_of_one = dimensions.len() == 1
            && senses.len() > 1
            && !matches!(dimensions[0], Dimension::Region | Dimension::Service)
            && !same_value(&senses);
        if dimensions.len() > 1 || several_services || several_of_one {
            let mut options: Vec<(Dimension, String)> = Vec::new();
            let mut mentions = Vec::new();
            for sense in &senses {
                // A product is told apart from its namesake by its provider.
                let shown =
                    if several_services { format!("{} {}", sense.provider, sense.shown).trim().to_owned() } else { sense.shown.clone() };
                let option = (sense.dimension.clone(), shown);
                if !options.contains(&option) {
                    options.push(option);
                    mentions.push(Mention {
                        at,
                        text: text.clone(),
                        dimension: sense.dimension.clone(),
                        column: sense.column.clone(),
                        values: vec![sense.value.clone()],
                        shown: vec![sense.shown.clone()],
                        providers: Vec::from_iter((!sense.provider.is_empty()).then(|| sense.provider.clone())),
                        negated: false,
                    });
                }
            }
            slots.ambiguous.push(Ambiguity { text, options, mentions });
            return;
        }
        let Some(first) = senses.first() else { return };
        let column = if senses.iter().any(|sense| sense.column == "RegionId") { "RegionId".to_owned() } else { first.column.clone() };
        let kept: Vec<&Sense> = senses.iter().filter(|sense| sense.column == column || column != "RegionId").collect();
        let mut mention = Mention {
            at,
            text,
            dimension: first.dimension.clone(),
            column,
            values: Vec::new(),
            shown: Vec::new(),
            providers: Vec::new(),
            negated: false,
        };
        for sense in kept {
            if !mention.values.contains(&sense.value) {
                mention.values.push(sense.value.clone());
                mention.shown.push(sense.shown.clone());
            }
            if !sense.provider.is_empty() && !mention.providers.contains(&sense.provider) {
                mention.providers.push(sense.provider.clone());
            }
        }
        slots.matched.push((mention.text.clone(), mention.shown.join(", ")));
        slots.mentions.push(mention);
    }

    /// Names after "除了", "not counting" and the like, or before "除外", are left out.
    pub(super) fn exclusions(&self, sentence: &Sentence, slots: &mut Slots) {
        let without = |at: usize, token: &Token| token.is(Role::Untagged) && !sentence.taken[at] && !token.is(Role::Correct);
        for (except, _) in sentence.tokens.iter().enumerate().filter(|(at, token)| token.is(Role::Except) || without(*at, token)) {
            let mut hit = false;
            let mut at = except + 1;
            while let Some(token) = sentence.tokens.get(at) {
                if let Some(mention) = slots.mentions.iter_mut().find(|mention| mention.at == at) {
                    mention.negated = true;
                    hit = true;
                } else if !(token.is_filler()
                    || token.is(Role::And)
                    || matches!(token.mark, Some('"' | '\'' | '、'))
                    || token.dimension().is_some())
                {
                    break;
                }
                at += 1;
            }
            let lacking = sentence.tokens[except].is(Role::Untagged);
            if lacking && !hit && slots.coverage.is_none() && !sentence.has(Role::OwnRow) {
                slots.unknown.push(sentence.tokens[except].text.clone());
            }
            if !hit
                && !lacking
                && let Some(mention) = sentence.before(except).and_then(|i| slots.mentions.iter_mut().find(|mention| mention.at == i))
            {
                mention.negated = true;
            }
        }
    }
}

/// Whether the grammar has a use for a word that weighs more than its being a name.
fn has_grammar(token: &Token, senses: &[Sense]) -> bool {
    let exact = senses.iter().any(|sense| sense.fit != Fit::Part && !sense.standard);
    let kind_of_resource = senses.iter().any(|sense| sense.dimension == Dimension::ResourceType);
    token.words.iter().any(|word| match word {
        Word::Value(..) => false,
        Word::Role(
            Role::Money | Role::Commitments | Role::Marketplace | Role::UsageCharges | Role::Finding | Role::Posture | Role::Waste,
        ) => false,
        Word::Dim(Dimension::Resource) => !kind_of_resource,
        Word::Stop => !exact,
        _ => true,
    })
}

/// "腾讯云CDN": a product right after a provider is that provider's.
fn name_by_neighbour(open: &mut [(usize, Vec<Sense>)]) {
    let providers: Vec<(usize, String)> = open
        .iter()
        .filter_map(|(at, senses)| {
            senses.iter().find(|sense| sense.dimension == Dimension::Provider).map(|sense| (*at, sense.value.clone()))
        })
        .collect();
    for one in open.iter_mut() {
        if let Some((_, provider)) = providers.iter().find(|(at, _)| at + 1 == one.0) {
            narrow(std::slice::from_mut(one), std::slice::from_ref(provider));
        }
    }
}

fn best_fit(mut senses: Vec<Sense>) -> Vec<Sense> {
    let best = senses.iter().map(|sense| sense.fit).min();
    senses.retain(|sense| Some(sense.fit) == best);
    senses
}

/// Two names of one dimension with nothing between them ("SLS日志服务") mean what both can mean.
fn join_neighbours(sentence: &Sentence, open: &mut Vec<(usize, Vec<Sense>)>) {
    let mut i = 1;
    while i < open.len() {
        let (left, right) = (open[i - 1].0, open[i].0);
        let between = &sentence.tokens[left + 1..right];
        let close = between.iter().all(|token| matches!(token.mark, Some('(' | ')' | '[' | ']' | '"')));
        let both: Vec<Sense> = open[i - 1].1.iter().filter(|sense| open[i].1.iter().any(|other| same(sense, other))).cloned().collect();
        if close && !both.is_empty() {
            open[i - 1].1 = both;
            open.remove(i);
        } else {
            i += 1;
        }
    }
}

fn same(a: &Sense, b: &Sense) -> bool {
    a.dimension == b.dimension && a.value == b.value
}

fn same_value(senses: &[Sense]) -> bool {
    senses.windows(2).all(|pair| pair[0].value == pair[1].value)
}

fn same_provider(senses: &[Sense]) -> bool {
    senses.first().is_some_and(|first| !first.provider.is_empty() && senses.iter().all(|sense| sense.provider == first.provider))
}

/// Keeps the senses that weigh: a product, region or provider as a whole before parts of other names; a class of products where
/// the word names several of them; whole values before parts in the same dimension.
fn by_dimension(senses: Vec<Sense>) -> Vec<Sense> {
    let strong = |sense: &Sense| {
        matches!(sense.dimension, Dimension::Provider | Dimension::Region | Dimension::Service | Dimension::AvailabilityZone)
            && sense.fit != Fit::Part
    };
    let mut kept: Vec<Sense> = if senses.iter().any(strong) {
        senses
            .iter()
            .filter(|sense| {
                sense.fit != Fit::Part && !matches!(sense.dimension, Dimension::Resource | Dimension::Publisher | Dimension::Commitment)
            })
            .cloned()
            .collect()
    } else {
        senses.clone()
    };
    if kept.iter().any(|sense| {
        sense.fit != Fit::Part || !matches!(sense.dimension, Dimension::Resource | Dimension::Publisher | Dimension::Commitment)
    }) {
        kept.retain(|sense| {
            sense.fit != Fit::Part || !matches!(sense.dimension, Dimension::Resource | Dimension::Publisher | Dimension::Commitment)
        });
    }
    let dimensions: Vec<Dimension> = kept.iter().map(|sense| sense.dimension.clone()).collect();
    for dimension in dimensions {
        let best = kept.iter().filter(|sense| sense.dimension == dimension).map(|sense| sense.fit).min();
        kept.retain(|sense| sense.dimension != dimension || Some(sense.fit) == best);
    }
    kept
}

/// Keeps, of several senses, those of the providers the question speaks of; then a class of products where products stay several.
fn narrow(open: &mut [(usize, Vec<Sense>)], providers: &[String]) {
    for (_, senses) in open.iter_mut() {
        if senses.iter().any(|sense| sense.dimension == Dimension::Provider) {
            continue;
        }
        let of: Vec<Sense> = senses.iter().filter(|sense| sense.standard || providers.contains(&sense.provider)).cloned().collect();
        if of.iter().any(|sense| !sense.standard) && of.len() < senses.len() {
            *senses = of;
        }
        let services = senses.iter().filter(|sense| sense.dimension == Dimension::Service).count();
        let class = senses
            .iter()
            .any(|sense| sense.standard && matches!(sense.dimension, Dimension::ServiceSubcategory | Dimension::ServiceCategory));
        if class && services == 1 {
            senses.retain(|sense| !sense.standard);
        } else if class && services > 1 {
            senses.retain(|sense| sense.standard);
        } else if class {
            senses.retain(|sense| sense.standard || !matches!(sense.dimension, Dimension::Tag(_)) || sense.fit == Fit::Exact);
        }
    }
}
