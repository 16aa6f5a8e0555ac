//! Slots to a typed query: filters, periods, groups, order, with the defaults that are taken said aloud.

use domain::{Grain, PeriodBasis};
use rust_decimal::Decimal;

use crate::{
    Reading,
    query::{AverageOver, Condition, Dimension, Filter, Measure, Metric, MetricQuery, Ranking, Subject, Threshold},
    slots::{BoundOn, Comparison, Direction, Mention, Slots},
    time::{Relative, Span, Unit, add_days, add_months, first_of_month},
};

use super::{Draft, Planner};

impl Planner<'_> {
    pub(super) fn draft(&self, slots: &Slots) -> Result<Draft, Box<Reading>> {
        let subject = slots.subject.unwrap_or_default();
        let mut assumptions = Vec::new();
        let mut query = MetricQuery { subject, ..MetricQuery::default() };
        let mentions: Vec<&Mention> = self.useful(slots);
        let providers = self.providers(&mentions);
        self.metrics(slots, &mut query);
        self.groups(slots, &mentions, &mut query);
        self.filters(slots, &mentions, &mut query);
        self.steps(slots, &mut query);
        let foreign =
            mentions.iter().find(|mention| mention.dimension == Dimension::Currency && !mention.negated && subject == Subject::Costs);
        let billed = self.currencies(&providers);
        if let Some(mention) = foreign.filter(|mention| !mention.values.iter().any(|code| billed.contains(code))) {
            return Err(Box::new(Reading::Unknown { words: vec![mention.text.clone()], knowledge: false }));
        }
        let needs_period = subject == Subject::Costs || subject == Subject::Budgets;
        if needs_period || slots.period.is_some() && subject == Subject::Resources {
            self.periods(slots, &providers, &mut query, &mut assumptions)?;
        }
        self.order(slots, &mut query, &mut assumptions);
        self.thresholds(slots, &mut query);
        let currency = self.currency(slots, &mentions, &providers, &mut query);
        if slots.unused && slots.commitments {
            query.filters.push(one(Dimension::CommitmentStatus, "CommitmentDiscountStatus", "Unused"));
        }
        query.states.clone_from(&slots.states);
        query.over_budget = slots.over_budget && (slots.which || slots.how_many || !slots.groups.is_empty());
        Ok(Draft { query, assumptions, currency })
    }

    /// Mentions that filter: not the values that only illustrate a grouping ("按服务大类(计算、存储…)").
    fn useful<'s>(&self, slots: &'s Slots) -> Vec<&'s Mention> {
        slots
            .mentions
            .iter()
            .filter(|mention| {
                let standard = matches!(
                    mention.dimension,
                    Dimension::ServiceCategory
                        | Dimension::ServiceSubcategory
                        | Dimension::ChargeCategory
                        | Dimension::PricingCategory
                        | Dimension::CommitmentType
                );
                let several = slots.mentions.iter().filter(|other| other.dimension == mention.dimension && !other.negated).count() > 1;
                let illustrates = standard
                    && several
                    && (slots.groups.contains(&mention.dimension) || mention.dimension == Dimension::CommitmentType && slots.unused);
                let by_class =
                    slots.groups.contains(&Dimension::ServiceCategory) && mention.dimension == Dimension::ServiceSubcategory && several;
                let own_unit = mention.dimension == Dimension::Currency
                    && !slots.mentions.iter().any(|other| other.dimension == Dimension::Currency && other.values != mention.values)
                    && slots.direction.is_some();
                let unused = slots.unused && slots.commitments && matches!(mention.dimension, Dimension::ChargeCategory);
                !(illustrates || by_class || own_unit || unused)
            })
            .collect()
    }

    fn metrics(&self, slots: &Slots, query: &mut MetricQuery) {
        query.metrics.clone_from(&slots.metrics);
        if let Some(key) = &slots.coverage {
            query.metrics = vec![Metric::TagCoverage];
            query.tag.clone_from(key);
        }
        if slots.unused && slots.commitments && query.metrics.is_empty() {
            query.metrics = vec![Metric::EffectiveCost];
        }
        if query.subject == Subject::Resources && query.metrics.is_empty() && slots.how_many {
            query.metrics = vec![Metric::Count];
        }
        if query.subject == Subject::Findings && query.metrics.is_empty() && (slots.how_many || !slots.groups.is_empty()) {
            query.metrics = vec![Metric::Count];
        }
        if query.metrics.is_empty() {
            query.metrics = vec![match query.subject {
                Subject::Costs | Subject::Budgets => Metric::BilledCost,
                Subject::Resources => Metric::MonthlyCost,
                Subject::Balances => Metric::Balance,
                Subject::Commitments => Metric::Utilization,
                Subject::Findings => Metric::Count,
            }];
        }
    }

    /// Groups that are named, and the things that are set against one another.
    fn groups(&self, slots: &Slots, mentions: &[&Mention], query: &mut MetricQuery) {
        query.group_by.clone_from(&slots.groups);
        let apart = slots.each || slots.versus || slots.which || slots.order.is_some() || !slots.total;
        let mut listed: Vec<Dimension> = Vec::new();
        for (i, mention) in mentions.iter().enumerate() {
            let other =
                mentions[..i].iter().any(|other| other.dimension == mention.dimension && other.values != mention.values && !other.negated);
            if other && !mention.negated && !listed.contains(&mention.dimension) && !query.group_by.contains(&mention.dimension) {
                listed.push(mention.dimension.clone());
            }
        }
        if apart && !asks_share(slots) || asks_share(slots) && slots.each {
            for dimension in listed.into_iter().rev() {
                query.group_by.insert(0, dimension);
            }
        }
        let share = asks_share(slots);
        query.shares = share && (!query.group_by.is_empty() && query.subject == Subject::Costs);
        query.within_groups = slots.per_group && slots.order.is_some_and(|order| order.limit.is_some()) && query.group_by.len() > 1;
    }

    fn filters(&self, slots: &Slots, mentions: &[&Mention], query: &mut MetricQuery) {
        let parts: Vec<usize> = if asks_share(slots) && !query.shares { numerator(slots, mentions) } else { Vec::new() };
        for mention in mentions {
            if query.subject == Subject::Commitments
                && mention.dimension == Dimension::CommitmentType
                && mentions.iter().any(|other| other.dimension == mention.dimension && other.values != mention.values)
            {
                continue;
            }
            // Each one's share of everything, not of those that are named.
            let listed = query.shares
                && !mention.negated
                && query.group_by.contains(&mention.dimension)
                && !slots.groups.contains(&mention.dimension)
                && !matches!(mention.dimension, Dimension::Tag(_));
            let into = if listed || parts.contains(&mention.at) { &mut query.share_of } else { &mut query.filters };
            let known = into.iter_mut().find(|filter| {
                filter.dimension == mention.dimension
                    && filter.column == mention.column
                    && matches!(filter.condition, Condition::NoneOf(_)) == mention.negated
            });
            match known.map(|filter| &mut filter.condition) {
                Some(Condition::OneOf(values) | Condition::NoneOf(values)) => {
                    for value in &mention.values {
                        if !values.contains(value) {
                            values.push(value.clone());
                        }
                    }
                }
                _ => {
                    let values = mention.values.clone();
                    let condition = if mention.negated { Condition::NoneOf(values) } else { Condition::OneOf(values) };
                    into.push(Filter { dimension: mention.dimension.clone(), column: mention.column.clone(), condition });
                }
            }
        }
        if let Some((key, present)) = &slots.untagged {
            let grouped = slots.groups.iter().find_map(|dimension| match dimension {
                Dimension::Tag(key) => Some(key.clone()),
                _ => None,
            });
            let key = key.clone().or(grouped).unwrap_or_default();
            let condition = if *present { Condition::Present } else { Condition::Missing };
            let filter = Filter { dimension: Dimension::Tag(key), column: String::new(), condition };
            if slots.share && query.share_of.is_empty() && !query.shares { query.share_of.push(filter) } else { query.filters.push(filter) }
        }
        if slots.marketplace {
            query.filters.push(Filter {
                dimension: Dimension::Publisher,
                column: "PublisherName".into(),
                condition: Condition::Marketplace,
            });
            query.filters.retain(|filter| filter.dimension != Dimension::Service || matches!(filter.condition, Condition::NoneOf(_)));
        }
        if slots.subscription {
            query.filters.push(Filter {
                dimension: Dimension::ChargeCategory,
                column: "ChargeCategory".into(),
                condition: Condition::Subscription,
            });
        }
    }

    fn steps(&self, slots: &Slots, query: &mut MetricQuery) {
        if query.subject != Subject::Costs {
            return;
        }
        query.grain = slots.grain;
        if let Some(time_dim) = slots.time_dim.filter(|_| slots.order.is_some() || !slots.bounds.is_empty() || slots.which) {
            query.grain = query.grain.or(Some(time_dim));
            query.count_groups = slots.how_many && !slots.bounds.is_empty();
        }
        if slots.monthly_cost && query.grain.is_none() {
            query.grain = Some(Grain::Month);
        }
        if slots.average.is_some() && (slots.order.is_none() || slots.time_dim.is_none() && !query.group_by.is_empty()) {
            query.grain = query.grain.filter(|grain| *grain != Grain::Day && slots.average == Some(AverageOver::Day));
            query.average = slots.average;
        }
        if slots.how_many
            && !query.count_groups
            && slots.bounds.is_empty()
            && !slots.cost_word
            && slots.metrics.is_empty()
            && query.group_by.len() == 1
        {
            query.count_groups = true;
        }
        if slots.how_many && !slots.bounds.is_empty() && !query.group_by.is_empty() {
            query.count_groups = true;
        }
        query.every_step = slots.every_step;
        query.running_total = slots.running;
        if (slots.running || slots.trend) && query.grain.is_none() {
            let long = slots.period.is_none_or(|span| span.basis() == PeriodBasis::Billing && span.months() > 1);
            query.grain = Some(if long { Grain::Month } else { Grain::Day });
        }
    }

    fn periods(
        &self,
        slots: &Slots,
        providers: &[String],
        query: &mut MetricQuery,
        assumptions: &mut Vec<String>,
    ) -> Result<(), Box<Reading>> {
        let span = match slots.period {
            Some(span) => span,
            None => self.default_period(query, assumptions),
        };
        let direction = slots.direction.is_some() && slots.comparison.is_none() && query.grain.is_none() && !slots.trend && !query.shares;
        let direction = direction || slots.came || slots.went;
        let comparison = slots.comparison.or(direction.then_some(Comparison::To(Relative::Before)));
        let comparison = comparison.filter(|_| query.subject == Subject::Costs && query.grain.is_none());
        self.in_data(&span, providers)?;
        let (span, old) = match comparison {
            None => (span, None),
            Some(comparison) => self.like_for_like(span, comparison, assumptions),
        };
        if span.running && old.is_none() && query.subject == Subject::Costs {
            let last = self.last_day();
            assumptions.push(self.language.pick(&format!("数据截至 {last}"), &format!("data up to {last}")).to_owned());
        }
        // An average a month is over the months that are over.
        let over = first_of_month(add_days(self.last_day(), 1));
        let span =
            if query.average == Some(AverageOver::Month) && span.running && over > span.start { Span { end: over, ..span } } else { span };
        query.period = Some(self.range(&span));
        query.compare = old.map(|old| self.range(&old));
        if let Some(old) = old {
            self.in_data(&old, providers)?;
        }
        Ok(())
    }

    fn default_period(&self, query: &MetricQuery, assumptions: &mut Vec<String>) -> Span {
        let last = self.last_day();
        let month = if add_days(last, 1) == add_months(first_of_month(last), 1) {
            first_of_month(last)
        } else {
            add_months(first_of_month(last), -1)
        };
        let span = if query.grain.is_some() {
            Span::new(add_months(month, -5), add_months(month, 1), Unit::Months)
        } else {
            Span::new(month, add_months(month, 1), Unit::Month)
        };
        let said = super::scope::say_span(&span, self.language);
        assumptions.push(self.language.pick(&format!("没有说时间,按{said}算"), &format!("no period was given: {said}")).to_owned());
        span
    }

    /// A running period is compared with the same days of the earlier one.
    fn like_for_like(&self, span: Span, comparison: Comparison, assumptions: &mut Vec<String>) -> (Span, Option<Span>) {
        let cut = |span: Span| Span { end: add_days(self.last_day(), 1), unit: Unit::Days, ..span };
        let old = match comparison {
            Comparison::With(old) => old,
            Comparison::To(Relative::YearEarlier) => span.earlier(12),
            Comparison::To(Relative::MonthEarlier) => span.earlier(1),
            Comparison::To(Relative::Before | Relative::After) => span.before(),
        };
        let whole =
            span.running && span.unit >= Unit::Week && add_days(self.last_day(), 1) < span.end && add_days(self.last_day(), 1) > span.start;
        if !whole || old.end != span.start && matches!(comparison, Comparison::With(_)) {
            return (span, Some(old));
        }
        let new = cut(span);
        let days = new.start.until(new.end).map_or(0, |length| length.get_days());
        let old_end = match span.unit {
            Unit::Week => add_days(old.start, days),
            _ => add_days(
                add_months(
                    add_days(new.end, -1),
                    -(span.months().max(1))
                        * if matches!(comparison, Comparison::To(Relative::YearEarlier)) { 12 / span.months().max(1) } else { 1 },
                ),
                1,
            ),
        };
        let old = Span { start: old.start, end: old_end, unit: Unit::Days, running: false };
        let said = super::scope::say_span(&new, self.language);
        let before = super::scope::say_span(&old, self.language);
        assumptions.push(
            self.language
                .pick(&format!("本期还没结束,用{said}和{before}比"), &format!("the period is not over: {said} against {before}"))
                .to_owned(),
        );
        (new, Some(old))
    }

    fn order(&self, slots: &Slots, query: &mut MetricQuery, assumptions: &mut Vec<String>) {
        let moved = query.compare.is_some();
        let by = if moved {
            match slots.direction {
                _ if slots.ratio => Measure::ChangeRatio,
                Some(Direction::Either) if slots.order.is_some() => Measure::Movement,
                _ => Measure::Change,
            }
        } else if query.shares {
            Measure::Share
        } else {
            Measure::Value
        };
        let down = slots.direction == Some(Direction::Down);
        query.ranking = match slots.order {
            Some(order) => {
                // "which of the two is dearer": both are shown.
                let mut limit = order.limit.filter(|_| !slots.groups.is_empty() || query.group_by.is_empty());
                if limit.is_none()
                    && order.superlative
                    && !query.group_by.is_empty()
                    && query.thresholds.is_empty()
                    && slots.bounds.is_empty()
                    && !listed_only(slots)
                {
                    limit = Some(10);
                    assumptions.push(self.language.pick("没有说几个,列前 10 个", "no number was given: the first 10").to_owned());
                }
                Some(Ranking { by, descending: order.descending, limit })
            }
            None if moved && !query.group_by.is_empty() => Some(Ranking { by, descending: !down, limit: None }),
            None => None,
        };
        if moved
            && down
            && let Some(ranking) = &mut query.ranking
        {
            ranking.descending = false;
        }
    }

    fn thresholds(&self, slots: &Slots, query: &mut MetricQuery) {
        let moved = query.compare.is_some() && slots.direction.is_some();
        let down = slots.direction == Some(Direction::Down);
        for bound in &slots.bounds {
            let (on, op, value) = match bound.on {
                BoundOn::Cpu => (Measure::Cpu, bound.op, bound.value),
                BoundOn::Memory => (Measure::Memory, bound.op, bound.value),
                BoundOn::Previous if query.compare.is_some() => (Measure::Previous, bound.op, bound.value),
                BoundOn::Previous => (Measure::Value, bound.op, bound.value),
                BoundOn::Open if moved => {
                    let on = if bound.percent { Measure::ChangeRatio } else { Measure::Change };
                    if down { (on, mirrored(bound.op), -bound.value) } else { (on, bound.op, bound.value) }
                }
                BoundOn::Open if query.compare.is_some() && bound.percent => (Measure::ChangeRatio, bound.op, bound.value),
                BoundOn::Open if bound.percent && slots.share => (Measure::Share, bound.op, bound.value),
                BoundOn::Open
                    if bound.percent
                        && query.group_by.iter().any(|_| query.subject == Subject::Costs)
                        && !query.metrics.iter().any(|metric| metric.is_ratio()) =>
                {
                    query.shares = true;
                    (Measure::Share, bound.op, bound.value)
                }
                BoundOn::Open => (
                    Measure::Value,
                    bound.op,
                    if bound.percent && query.subject == Subject::Commitments { bound.value * Decimal::ONE_HUNDRED } else { bound.value },
                ),
            };
            query.thresholds.push(Threshold { on, op, bound: value.normalize().to_string() });
        }
        let bound = |on, op| Threshold { on, op, bound: "0".into() };
        if query.compare.is_some() && slots.came {
            query.thresholds.extend([bound(Measure::Previous, "="), bound(Measure::Value, ">")]);
        } else if query.compare.is_some() && slots.went {
            query.thresholds.extend([bound(Measure::Value, "="), bound(Measure::Previous, ">")]);
        }
        let only_moved = query.compare.is_some()
            && slots.which
            && slots.bounds.iter().all(|bound| bound.on == BoundOn::Previous)
            && !query.group_by.is_empty()
            && slots.order.is_none_or(|order| !order.superlative);
        match slots.direction {
            Some(Direction::Up) if only_moved => query.thresholds.push(Threshold { on: Measure::Change, op: ">", bound: "0".into() }),
            Some(Direction::Down) if only_moved => query.thresholds.push(Threshold { on: Measure::Change, op: "<", bound: "0".into() }),
            _ => {}
        }
    }

    /// The one currency of the rows, or a row for each.
    fn currency(&self, slots: &Slots, mentions: &[&Mention], providers: &[String], query: &mut MetricQuery) -> Option<String> {
        let named: Vec<&String> = mentions
            .iter()
            .filter(|mention| mention.dimension == Dimension::Currency && !mention.negated)
            .flat_map(|mention| &mention.values)
            .collect();
        if let [one] = named.as_slice() {
            return Some((*one).clone());
        }
        let mut currencies = self.currencies(providers);
        let bound = slots.bounds.iter().find_map(|bound| bound.currency).filter(|code| currencies.iter().any(|known| known == code));
        if let Some(code) = bound.filter(|_| currencies.len() > 1 && query.subject == Subject::Costs) {
            query.filters.push(one(Dimension::Currency, "BillingCurrency", code));
            currencies = vec![code.to_owned()];
        }
        query.by_currency = currencies.len() > 1 && query.subject == Subject::Costs && !query.group_by.contains(&Dimension::Currency);
        if currencies.len() == 1 { currencies.pop() } else { None }
    }
}

fn one(dimension: Dimension, column: &str, value: &str) -> Filter {
    Filter { dimension, column: column.to_owned(), condition: Condition::OneOf(vec![value.to_owned()]) }
}

/// The order is only between things the question names.
fn listed_only(slots: &Slots) -> bool {
    slots.groups.is_empty()
}

/// Whether a share is asked for: by a word for it, or by asking for per cent where nothing changes.
fn asks_share(slots: &Slots) -> bool {
    let changes = slots.direction.is_some() || slots.comparison.is_some();
    slots.share && !changes || slots.ratio && !changes && !slots.metrics.iter().any(|metric| metric.is_ratio()) && slots.coverage.is_none()
}

fn mirrored(op: &'static str) -> &'static str {
    match op {
        ">" => "<",
        ">=" => "<=",
        "<" => ">",
        _ => ">=",
    }
}

/// The mentions that are the part, of those that are part and whole: what stands before "占", or the most specific.
fn numerator(slots: &Slots, mentions: &[&Mention]) -> Vec<usize> {
    let weight = |mention: &Mention| match mention.dimension {
        Dimension::Provider | Dimension::Currency | Dimension::BillingAccount => 0,
        Dimension::SubAccount => 1,
        Dimension::ServiceCategory | Dimension::ServiceSubcategory => 2,
        Dimension::Service | Dimension::Region | Dimension::Tag(_) | Dimension::AvailabilityZone => 3,
        Dimension::Resource | Dimension::Sku | Dimension::SkuMeter | Dimension::ResourceType => 4,
        _ => 5,
    };
    if slots.untagged.is_some() {
        return Vec::new();
    }
    if let Some(at) = slots.share_at {
        let before: Vec<usize> = mentions.iter().filter(|mention| mention.at < at).map(|mention| mention.at).collect();
        if slots.language == domain::Language::Zh && !before.is_empty() && before.len() < mentions.len() {
            return before;
        }
    }
    let top = mentions.iter().map(|mention| weight(mention)).max();
    mentions.iter().filter(|mention| Some(weight(mention)) == top).map(|mention| mention.at).collect()
}
