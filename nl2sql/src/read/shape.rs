//! What is asked of the rows: numbers, groups, order, shares, and the topics that are not queries.

use domain::Grain;
use rust_decimal::prelude::ToPrimitive;

use crate::{
    number::Counted,
    query::{AverageOver, Dimension, Metric, ResourceState, Subject},
    segment::Token,
    slots::{Direction, Order, Slots, Topics},
    words::{Role, Word},
};

use super::{Reader, Sentence};

impl Reader<'_> {
    pub(super) fn topics(&self, sentence: &Sentence, slots: &mut Slots) {
        let act = sentence.tokens.iter().flat_map(|token| &token.words).find_map(|word| match word {
            Word::Act(action) => Some(*action),
            _ => None,
        });
        slots.topics = Topics {
            off_topic: sentence.has(Role::OffTopic),
            waste: sentence.has(Role::Waste) && !sentence.has(Role::Commitments),
            posture: sentence.has(Role::Posture),
            knowledge: sentence.has(Role::Knowledge),
            why: sentence.has(Role::Why),
            forecast: sentence.has(Role::Forecast),
            anomaly: sentence.has(Role::Anomaly),
            act,
        };
    }

    /// Which table: the bills, unless words speak of resources, budgets, commitments, balances or findings.
    pub(super) fn subject(&self, sentence: &Sentence, slots: &mut Slots) {
        let has = |role| sentence.has(role);
        for (role, state) in [
            (Role::Unattached, ResourceState::Unattached),
            (Role::Stopped, ResourceState::Stopped),
            (Role::RunningState, ResourceState::Running),
            (Role::Public, ResourceState::Public),
            (Role::Unencrypted, ResourceState::Unencrypted),
        ] {
            if has(role) {
                slots.states.push(state);
            }
        }
        slots.monthly_cost = has(Role::MonthlyCost);
        slots.expire = has(Role::Expire);
        slots.unused = has(Role::Unused);
        slots.came = has(Role::New);
        slots.went = has(Role::Gone);
        slots.commitments = has(Role::Commitments);
        slots.utilization = has(Role::Utilization);
        slots.credit_limit = has(Role::CreditLimit);
        slots.over_budget = has(Role::OverBudget);
        slots.how_many = has(Role::HowMany);
        slots.open = if has(Role::Resolved) { Some(false) } else { has(Role::Open).then_some(true) };
        for token in sentence.tokens {
            for word in &token.words {
                if let Word::Severity(severity) = word {
                    slots.severities.push(severity.clone());
                }
            }
        }
        let kind_of_resource = sentence.tokens.iter().any(|token| {
            token.words.iter().any(|word| matches!(word, Word::Value(Dimension::ResourceType, _) | Word::Dim(Dimension::Resource)))
        });
        let counted =
            sentence.tokens.iter().any(|token| token.is(Role::HowMany) && (token.text.contains('台') || token.text.contains('块')));
        let costs = sentence.tokens.iter().any(|token| token.words.iter().any(|word| matches!(word, Word::Cost | Word::Metric(_))))
            && !slots.monthly_cost;
        slots.subject = if has(Role::Budget) || slots.over_budget {
            Some(Subject::Budgets)
        } else if has(Role::Balance) || slots.credit_limit {
            Some(Subject::Balances)
        } else if has(Role::Finding)
            && (slots.open.is_some() || !slots.severities.is_empty() || slots.how_many || has(Role::By) || has(Role::Each))
        {
            Some(Subject::Findings)
        } else if has(Role::Commitments) && (slots.expire || slots.utilization || slots.within_days.is_some()) {
            Some(Subject::Commitments)
        } else if !slots.states.is_empty()
            || has(Role::Cpu)
            || has(Role::Memory)
            || slots.how_many && (kind_of_resource || counted) && !costs
        {
            Some(Subject::Resources)
        } else {
            None
        };
    }

    /// Tags that must be missing or there, and tag coverage.
    pub(super) fn tags(&self, sentence: &mut Sentence, slots: &mut Slots) {
        let key_near = |from: usize, to: usize| {
            (from..to.min(sentence.tokens.len())).find_map(|i| {
                let Some(Dimension::Tag(key)) = tag_of(&sentence.tokens[i]) else { return None };
                Some((i, key))
            })
        };
        if let Some(at) = sentence.find(Role::Coverage) {
            let key = key_near(at.saturating_sub(4), at + 4);
            if let Some((i, _)) = &key {
                sentence.take(*i);
            }
            slots.coverage = Some(key.map(|(_, key)| key));
            return;
        }
        let Some(at) = sentence.tokens.iter().position(|token| token.is(Role::Untagged)) else {
            self.tagged_part(sentence, slots);
            return;
        };
        let after = key_near(at + 1, at + 4);
        let tag_word = (at..(at + 5).min(sentence.tokens.len())).any(|i| sentence.tokens[i].is(Role::Tag))
            || sentence.tokens[at].text.contains("标签")
            || sentence.tokens[at].text.contains("tag");
        if after.is_none() && !tag_word || sentence.has(Role::OwnRow) {
            return;
        }
        let excluded = sentence.tokens.iter().enumerate().any(|(i, token)| token.is(Role::Except) && i.abs_diff(at) <= 4);
        sentence.take(at);
        if let Some((i, _)) = &after {
            sentence.take(*i);
        }
        slots.untagged = Some((after.map(|(_, key)| key), excluded));
    }

    /// "what % of cost has a project tag": coverage without the word.
    fn tagged_part(&self, sentence: &mut Sentence, slots: &mut Slots) {
        let part = sentence.has(Role::Share) || sentence.has(Role::Ratio);
        let Some(at) = (1..sentence.tokens.len()).find(|i| sentence.tokens[*i].is(Role::Tag)) else { return };
        let carries = ["has", "have", "carries", "with", "had", "有", "打了", "带"];
        let said = sentence.tokens[at.saturating_sub(4)..at].iter().any(|token| carries.iter().any(|word| token.text.ends_with(word)));
        let key = sentence.before(at).or(Some(at)).and_then(|i| tag_of(&sentence.tokens[i]).map(|dimension| (i, dimension)));
        if let (true, true, Some((i, Dimension::Tag(key)))) = (part, said, key) {
            sentence.take(i);
            slots.coverage = Some(Some(key));
        }
    }

    pub(super) fn metrics(&self, sentence: &mut Sentence, slots: &mut Slots) {
        let mut named = Vec::new();
        for (at, token) in sentence.tokens.iter().enumerate() {
            if sentence.taken[at] {
                continue;
            }
            slots.cost_word |= token.words.iter().any(|word| matches!(word, Word::Cost));
            for word in &token.words {
                // "list the regions …": the verb.
                let verb = token.text == "list" && sentence.tokens[..at].iter().all(Token::is_filler);
                if let Word::Metric(metric) = word
                    && !named.contains(metric)
                    && !verb
                {
                    named.push(*metric);
                }
            }
        }
        let has = |role| sentence.has(role);
        // "比原价省了多少" names the list price only to say what the saving is against.
        let both = named.contains(&Metric::ListCost) && named.contains(&Metric::EffectiveCost);
        if !both && (named.contains(&Metric::Savings) || named.contains(&Metric::SavingsRate)) {
            named.retain(|metric| matches!(metric, Metric::Savings | Metric::SavingsRate));
        }
        if named.contains(&Metric::SavingsRate) {
            named.retain(|metric| *metric != Metric::Savings);
        }
        if named == [Metric::BilledCost] {
            slots.cost_word = true;
            named.clear();
            if has(Role::Actual) {
                named.push(Metric::BilledCost);
            }
        }
        slots.metrics = named;
        slots.running = has(Role::Running);
        slots.average = if has(Role::AverageMonth) {
            Some(AverageOver::Month)
        } else if has(Role::Average) && slots.subject.is_none() {
            Some(if slots.grain == Some(Grain::Month) { AverageOver::Month } else { AverageOver::Day })
        } else {
            None
        };
        slots.marketplace = has(Role::Marketplace);
        slots.subscription = has(Role::Subscription) && !has(Role::Commitments);
        slots.trend = has(Role::Trend);
        slots.share = has(Role::Share);
        slots.share_word = sentence.tokens.iter().any(|token| {
            token.is(Role::Share) && !token.text.contains("百分") && !token.text.contains("percent") && !token.text.contains("pct")
        });
        slots.share_at = sentence.tokens.iter().position(|token| token.is(Role::Share));
        slots.ratio = has(Role::Ratio);
        slots.absolute = sentence.tokens.iter().any(|token| {
            ["dollar increase", "yuan", "dollars", "in dollars", "金额", "钱", "元", "多花的钱"].contains(&token.text.as_str())
        });
        slots.direction = match (has(Role::Up), has(Role::Down), has(Role::Change)) {
            (true, false, _) => Some(Direction::Up),
            (false, true, _) => Some(Direction::Down),
            (false, false, false) => None,
            _ => Some(Direction::Either),
        };
    }

    pub(super) fn groups(&self, sentence: &mut Sentence, slots: &mut Slots) {
        slots.each = sentence.has(Role::Each);
        slots.which = sentence.has(Role::Which);
        slots.total = sentence.has(Role::Total);
        slots.versus = sentence.has(Role::Versus);
        let mut marked = false;
        let mut unmarked = 0;
        for at in 0..sentence.tokens.len() {
            if sentence.taken[at] {
                continue;
            }
            let token = &sentence.tokens[at];
            let Some(dimension) = self.group(sentence, at, slots) else { continue };
            let by = (at.saturating_sub(3)..at).any(|i| sentence.tokens[i].is(Role::By) || sentence.tokens[i].is(Role::Each));
            if loose(sentence, at, token, slots) && !by {
                slots.ignored.push(token.text.clone());
                continue;
            }
            marked |= by;
            sentence.taken[at] = true;
            if slots.groups.contains(&dimension) {
                continue;
            }
            // The group that "each" or "by" marks is the outer one.
            let place = if by { slots.groups.len() - unmarked } else { slots.groups.len() };
            unmarked += usize::from(!by);
            slots.groups.insert(place, dimension);
        }
        slots.per_group = marked && slots.groups.len() > 1;
        // "vendor" is who publishes on a marketplace.
        if slots.marketplace {
            for dimension in &mut slots.groups {
                if *dimension == Dimension::Provider {
                    *dimension = Dimension::Publisher;
                }
            }
        }
    }

    /// The dimension a word groups by.
    fn group(&self, sentence: &Sentence, at: usize, slots: &Slots) -> Option<Dimension> {
        let token = &sentence.tokens[at];
        let tag_next =
            sentence.tokens.get(at + 1).is_some_and(|next| next.is(Role::Tag)) || at > 0 && sentence.tokens[at - 1].is(Role::Tag);
        let tag = tag_of(token);
        let dimension = token.words.iter().find_map(|word| match word {
            Word::Dim(dimension) => Some(dimension.clone()),
            _ => None,
        });
        let dimension = if tag_next { tag.or(dimension) } else { dimension.or(tag) }?;
        // "instances" of a table of resources are its rows, and "commitments" of the table of commitments are too.
        let rows = matches!(
            (slots.subject, &dimension),
            (Some(Subject::Resources), Dimension::Resource | Dimension::ResourceType)
                | (Some(Subject::Commitments), Dimension::Commitment | Dimension::CommitmentType)
        );
        (!rows).then_some(dimension)
    }

    pub(super) fn order(&self, sentence: &mut Sentence, slots: &mut Slots) {
        let has = |role| sentence.has(role);
        let superlative = has(Role::Top) || has(Role::Bottom);
        if !superlative && !has(Role::Rank) && !has(Role::RankAscending) {
            self.leading_number(sentence, slots);
            return;
        }
        let descending = if superlative { has(Role::Top) || !has(Role::Bottom) } else { has(Role::Rank) };
        let mut limit = None;
        for at in 0..sentence.tokens.len() {
            if sentence.taken[at] {
                continue;
            }
            let Some(number) = &sentence.tokens[at].number else { continue };
            if matches!(number.unit, Counted::Plain | Counted::Things | Counted::Days) {
                limit = number.value.to_u32().filter(|n| (1..=1000).contains(n));
                if number.unit == Counted::Days {
                    slots.time_dim = Some(Grain::Day);
                }
                // "3台": machines, which are resources.
                if sentence.tokens[at].text.ends_with('台') && slots.groups.is_empty() {
                    slots.groups.push(Dimension::Resource);
                }
                sentence.taken[at] = true;
            }
        }
        if limit.is_none() && superlative && self.asks_for_one(sentence, slots) {
            limit = Some(1);
        }
        slots.order = Some(Order { descending, limit, superlative });
    }

    /// "哪5个产品…", "the 3 services that grew": a number before a group without a superlative of its own.
    fn leading_number(&self, sentence: &mut Sentence, slots: &mut Slots) {
        let growth = matches!(slots.direction, Some(Direction::Up | Direction::Down));
        for at in 0..sentence.tokens.len() {
            let Some(number) = &sentence.tokens[at].number else { continue };
            if sentence.taken[at] || !matches!(number.unit, Counted::Plain | Counted::Things | Counted::Days) {
                continue;
            }
            let which = sentence.before(at).is_some_and(|i| sentence.tokens[i].is(Role::Which));
            if growth && which {
                let limit = number.value.to_u32().filter(|n| (1..=1000).contains(n));
                slots.order = Some(Order { descending: slots.direction == Some(Direction::Up), limit, superlative: true });
                sentence.taken[at] = true;
            }
        }
    }

    /// "which day was the most expensive", "最贵的是哪个": one is enough.
    fn asks_for_one(&self, sentence: &Sentence, slots: &Slots) -> bool {
        sentence.tokens.iter().enumerate().any(|(at, token)| {
            let single_time = token.words.iter().any(|word| matches!(word, Word::TimeDim(_)))
                && !token.text.ends_with('s')
                && !token.text.contains('几')
                && !token.text.contains('些');
            let single_which = ["哪个", "哪一个", "哪家", "哪台", "哪种", "哪项", "哪块"].contains(&token.text.as_str());
            let named = ["what is the", "what was the", "what's the", "which is the", "what is", "what was", "what's"]
                .contains(&token.text.as_str());
            let english = (token.text == "which" || named)
                && sentence
                    .tokens
                    .get(at + 1..)
                    .unwrap_or_default()
                    .iter()
                    .any(|next| next.dimension().is_some() && !next.plural && !next.text.ends_with('s'))
                && !sentence.tokens.iter().any(|next| next.dimension().is_some() && (next.plural || next.text.ends_with('s')));
            (single_time && slots.time_dim.is_some()) || single_which || english
        })
    }

    pub(super) fn dialogue(&self, sentence: &Sentence, slots: &mut Slots) {
        let first = sentence.tokens.iter().find(|token| token.mark.is_none());
        let opens = first.is_some_and(|token| ["那", "and", "now", "just", "only", "but", "or", "再", "也"].contains(&token.text.as_str()));
        let ends = sentence.tokens.iter().rev().find(|token| token.mark.is_none()).is_some_and(|token| token.text == "呢");
        slots.correct = sentence.has(Role::Correct);
        slots.instead = sentence.tokens.iter().any(|token| token.is(Role::Instead) && !token.is(Role::By));
        slots.follow = opens
            || ends
            || slots.correct
            || sentence.has(Role::ThenWhat)
            || sentence.has(Role::Only)
            || sentence.tokens.iter().any(|token| token.is(Role::Instead) && !token.is(Role::By));
        slots.pronoun = sentence.tokens.iter().find(|token| token.is(Role::Pronoun)).map(|token| token.text.clone());
    }
}

fn tag_of(token: &Token) -> Option<Dimension> {
    token.words.iter().find_map(|word| match word {
        Word::TagKey(key) => Some(Dimension::Tag(key.clone())),
        _ => None,
    })
}

/// A dimension that only says what kind the name before it is ("AWS账号花了多少"), not what to group by.
fn loose(sentence: &Sentence, at: usize, token: &Token, slots: &Slots) -> bool {
    let plural = token.plural || token.text.ends_with('s');
    let of_class = at > 0
        && !shaped_by_words(sentence, slots)
        && sentence.tokens[at - 1]
            .words
            .iter()
            .any(|word| matches!(word, Word::Value(Dimension::ServiceCategory | Dimension::ServiceSubcategory, _)));
    let named_before = at > 0 && (!sentence.tokens[at - 1].values.is_empty() || sentence.tokens[at - 1].is(Role::Pronoun));
    let shaped = shaped_by_words(sentence, slots);
    let before = at.checked_sub(1).map(|i| &sentence.tokens[i]);
    let others = before.is_some_and(|token| ["其他", "其它", "其余"].contains(&token.text.as_str()));
    let kind_of_name =
        matches!(token.dimension(), Some(Dimension::SubAccount | Dimension::Region)) || before.is_some_and(|token| token.is(Role::Pronoun));
    let of_rows = token.dimension() == Some(Dimension::Resource) && !shaped;
    of_class || of_rows || others && !slots.each || named_before && !plural && !shaped && kind_of_name
}

/// Whether words ask for a list of things rather than for one number.
fn shaped_by_words(sentence: &Sentence, slots: &Slots) -> bool {
    slots.each
        || slots.which
        || slots.share
        || sentence.has(Role::Top)
        || sentence.has(Role::Bottom)
        || sentence.has(Role::Rank)
        || sentence.has(Role::Which)
        || slots.how_many
        || !slots.bounds.is_empty()
}
