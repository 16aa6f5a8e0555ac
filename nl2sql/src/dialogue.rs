//! Follow-up questions: what a new question says on top of what the conversation already said.

use domain::{Grain, PeriodBasis};

use crate::{
    query::Dimension,
    slots::{Comparison, Mention, Order, Slots},
    time::Relative,
};

/// The question in the light of the one before it; on its own where it is complete.
pub(crate) fn merge(earlier: &Slots, mut new: Slots) -> Slots {
    if new.topics.off_topic || says_nothing(&new) || is_order(&new) {
        return new;
    }
    settle_like(earlier, &mut new);
    if new.correct {
        keep_last_of_each_kind(&mut new);
    }
    if is_complete(&new) {
        return new;
    }
    let mut merged = earlier.clone();
    merged.language = new.language;
    merged.follow = true;
    merged.pronoun = new.pronoun.clone();
    merged.unknown = new.unknown.clone();
    merged.absent = new.absent.clone();
    merged.nameless = new.nameless.clone();
    merged.topics = new.topics.clone();
    merged.matched.extend(new.matched.iter().cloned());
    merged.ignored.clone_from(&new.ignored);
    if new.mentions.is_empty() {
        merged.ambiguous.extend(new.ambiguous.iter().cloned());
    } else {
        merged.ambiguous.clone_from(&new.ambiguous);
    }
    periods(&mut merged, &new);
    mentions(&mut merged, &new);
    shape(&mut merged, &new);
    merged
}

/// "停掉 i-…": something to be done to things that are named, whatever was asked before.
fn is_order(new: &Slots) -> bool {
    new.topics.act.is_some() && !new.mentions.is_empty()
}

/// "谢谢": nothing that could change the question before it.
fn says_nothing(new: &Slots) -> bool {
    let steps = new.grain.is_some() || new.time_dim.is_some() || new.trend || new.running || new.average.is_some();
    let times = new.period.is_some() || new.relative.is_some() || new.within_days.is_some();
    let moves = new.direction.is_some() || new.ratio || !new.bounds.is_empty() || new.total || new.each || new.coverage.is_some();
    let tools = new.topics != crate::slots::Topics::default() || !new.states.is_empty() || !new.severities.is_empty() || new.open.is_some();
    !(new.says_something() || steps || times || moves || tools) && new.pronoun.is_none() && (new.unknown.is_empty() || !new.follow)
}

/// A word with several meanings means what is of the same kind as what was asked about before.
fn settle_like(earlier: &Slots, new: &mut Slots) {
    let mut left = Vec::new();
    for ambiguity in std::mem::take(&mut new.ambiguous) {
        let alike: Vec<&Mention> = ambiguity
            .mentions
            .iter()
            .filter(|option| earlier.mentions.iter().any(|mention| mention.dimension == option.dimension))
            .collect();
        match alike.as_slice() {
            [one] => new.mentions.push((*one).clone()),
            _ => left.push(ambiguity),
        }
    }
    new.ambiguous = left;
}

fn is_complete(new: &Slots) -> bool {
    let asks = new.cost_word
        || !new.metrics.is_empty()
        || new.order.is_some()
        || new.share
        || new.coverage.is_some()
        || new.subject.is_some()
        || !new.groups.is_empty();
    let other_table =
        new.subject.is_some() && !new.follow && (!new.mentions.is_empty() || !new.states.is_empty() || new.expire || new.over_budget);
    let about = !new.mentions.is_empty()
        || !new.ambiguous.is_empty()
        || !new.absent.is_empty()
        || !new.groups.is_empty()
        || new.total
        || new.order.is_some();
    !new.follow && new.pronoun.is_none() && (new.period.is_some() && asks && about || other_table)
}

/// "不是华东2,是华东1": of two names of one kind the last is meant.
fn keep_last_of_each_kind(new: &mut Slots) {
    let mut seen: Vec<Dimension> = Vec::new();
    for mention in new.mentions.drain(..).rev().collect::<Vec<_>>() {
        if !seen.contains(&mention.dimension) {
            seen.push(mention.dimension.clone());
            new.mentions.insert(0, mention);
        }
    }
}

fn periods(merged: &mut Slots, new: &Slots) {
    if let Some(period) = new.period {
        merged.period = Some(period);
        if matches!(merged.comparison, Some(Comparison::With(_))) {
            merged.comparison =
                Some(Comparison::To(Relative::Before)).filter(|_| merged.direction.is_some() || merged.comparison.is_some());
        }
    }
    if let (Some(relative), Some(period)) = (new.relative, merged.period) {
        merged.period = Some(match relative {
            Relative::Before => period.before(),
            Relative::After => period.after(),
            Relative::YearEarlier => period.earlier(12),
            Relative::MonthEarlier => period.earlier(1),
        });
    }
    if new.comparison.is_some() {
        merged.comparison = new.comparison;
    }
    let long_enough = merged.period.is_none_or(|period| period.basis() == PeriodBasis::Charge || period.months() > 1);
    if new.grain.is_some() {
        merged.grain = new.grain;
    } else if !long_enough && merged.grain.is_some_and(|grain| !matches!(grain, Grain::Day | Grain::Week)) && new.period.is_some() {
        merged.grain = None;
    }
}

fn mentions(merged: &mut Slots, new: &Slots) {
    for mention in &new.mentions {
        merged.mentions.retain(|old| {
            let same_kind = old.dimension == mention.dimension && old.negated == mention.negated;
            let apart = !mention.negated
                && !mention.providers.is_empty()
                && !old.providers.is_empty()
                && old.providers.iter().all(|provider| !mention.providers.contains(provider));
            let elsewhere = apart && !matches!(old.dimension, Dimension::Tag(_));
            let added_now = new.mentions.contains(old);
            added_now || !(same_kind || elsewhere)
        });
        if !merged.mentions.contains(mention) {
            merged.mentions.push(mention.clone());
        }
    }
}

fn shape(merged: &mut Slots, new: &Slots) {
    if new.subject.is_some() {
        merged.subject = new.subject;
    }
    if !new.metrics.is_empty() {
        merged.metrics.clone_from(&new.metrics);
    } else if new.cost_word && new.matched.is_empty() && new.groups.is_empty() && new.period.is_none() && merged.metrics.is_empty() {
        merged.cost_word = true;
    }
    if !new.groups.is_empty() {
        let replaced_step = merged.groups.is_empty() && merged.grain.is_some() && new.grain.is_none() && new.instead;
        if replaced_step {
            merged.grain = None;
        }
        merged.groups.clone_from(&new.groups);
        merged.per_group = new.per_group;
        merged.time_dim = None;
    } else if new.grain.is_some() && !merged.groups.is_empty() && new.follow {
        merged.groups.clear();
    }
    if let Some(order) = new.order {
        let limit = order.limit.or(merged.order.and_then(|order| order.limit));
        merged.order = Some(Order { limit, ..order });
    }
    if !new.bounds.is_empty() {
        merged.bounds.clone_from(&new.bounds);
    }
    if new.direction.is_some() {
        merged.direction = new.direction;
        merged.which |= new.which || !new.bounds.is_empty();
    }
    merged.which |= new.which;
    merged.share |= new.share;
    merged.ratio |= new.ratio;
    merged.running |= new.running;
    merged.trend |= new.trend;
    merged.average = new.average.or(merged.average);
    merged.time_dim = new.time_dim.or(merged.time_dim);
    merged.untagged = new.untagged.clone().or(merged.untagged.take());
    merged.coverage = new.coverage.clone().or(merged.coverage.take());
    merged.marketplace |= new.marketplace;
    merged.subscription |= new.subscription;
    merged.total |= new.total;
    for state in &new.states {
        if !merged.states.contains(state) {
            merged.states.push(*state);
        }
    }
    if !new.severities.is_empty() {
        merged.severities.clone_from(&new.severities);
    }
}
