//! When: the stretches of time a question names, and which is compared with which.

use domain::Grain;

use crate::{
    slots::{Comparison, Slots},
    time::{Relative, Span, TimeWord, Unit, add_days, add_months, first_of_month},
    words::{Role, Word},
};

use super::{Reader, Sentence};

impl Reader<'_> {
    pub(super) fn periods(&self, sentence: &mut Sentence, slots: &mut Slots) {
        self.steps(sentence, slots);
        let mut spans: Vec<(usize, Span)> = Vec::new();
        let mut relative = None;
        for at in 0..sentence.tokens.len() {
            let Some(time) = sentence.tokens[at].time else { continue };
            sentence.take(at);
            match time {
                TimeWord::Span(span) => {
                    slots.grain = slots.grain.or(self.each_of(sentence, at, &span));
                    spans.push((at, self.open_ended(sentence, at, span)));
                }
                TimeWord::Relative(word) => relative = Some(word),
                TimeWord::NextDays(days) => slots.within_days = Some(days),
                TimeWord::DayOfMonth(day) => self.refine(&mut spans, at, day, day),
                TimeWord::DaysOfMonth(first, last) if relative.is_none() => self.refine(&mut spans, at, first, last),
                TimeWord::DaysOfMonth(..) => {}
            }
        }
        let arrow = join_ranges(sentence, &mut spans, slots);
        drop_glosses(sentence, &mut spans);
        self.relate(sentence, spans, relative, arrow, slots);
    }

    /// Steps of time: "each day", "by month", and time as a thing to rank.
    fn steps(&self, sentence: &mut Sentence, slots: &mut Slots) {
        for at in 0..sentence.tokens.len() {
            let token = &sentence.tokens[at];
            if token.time.is_some() || sentence.taken[at] {
                continue;
            }
            for word in &token.words {
                match word {
                    Word::Grain(grain) => slots.grain = Some(*grain),
                    Word::TimeDim(grain)
                        if at > 0
                            && sentence
                                .before(at)
                                .is_some_and(|i| sentence.tokens[i].is(Role::By) || sentence.tokens[i].is(Role::Each)) =>
                    {
                        slots.grain = Some(*grain);
                    }
                    Word::TimeDim(grain) => slots.time_dim = Some(*grain),
                    Word::Role(Role::HowMany) if token.text.ends_with('天') => slots.time_dim = Some(Grain::Day),
                    _ => {}
                }
            }
        }
    }

    /// "in each of the last 3 months": a step as long as the stretch is counted in.
    fn each_of(&self, sentence: &Sentence, at: usize, span: &Span) -> Option<Grain> {
        let each = sentence.before(at).filter(|i| *i + 3 > at)?;
        (sentence.tokens[each].is(Role::Each) || sentence.tokens[each].text.ends_with("each")).then(|| natural_grain(span.unit))
    }

    /// "since March", "3月以来": up to now.
    fn open_ended(&self, sentence: &Sentence, at: usize, span: Span) -> Span {
        let since = sentence.before(at).is_some_and(|i| sentence.tokens[i].is(Role::Since));
        let onward = sentence.tokens.get(at + 1).is_some_and(|token| token.is(Role::Onward));
        if !(since || onward) || span.start > self.today {
            return span;
        }
        if span.unit >= Unit::Month {
            let end = add_months(first_of_month(self.today), 1);
            Span { start: span.start, end, unit: Unit::Months, running: true }
        } else {
            Span { start: span.start, end: add_days(self.today, 1), unit: Unit::Days, running: true }
        }
    }

    /// Days without a month are of the month named before, or of this one.
    fn refine(&self, spans: &mut Vec<(usize, Span)>, at: usize, first: i8, last: i8) {
        let month = match spans.last() {
            Some((_, span)) if span.unit == Unit::Month => span.start,
            Some((_, span)) if span.unit <= Unit::Days => return,
            _ => first_of_month(self.today),
        };
        let (start, end) = (add_days(month, i32::from(first) - 1), add_days(month, i32::from(last)));
        let unit = if first == last { Unit::Day } else { Unit::Days };
        let days = Span { start, end, unit, running: false };
        match spans.last_mut() {
            Some((_, span)) if span.unit == Unit::Month => *span = days,
            _ => spans.push((at, days)),
        }
    }

    /// Which stretch is asked about and which it is compared with.
    fn relate(&self, sentence: &Sentence, mut spans: Vec<(usize, Span)>, relative: Option<Relative>, arrow: bool, slots: &mut Slots) {
        let has = |role| sentence.has(role);
        let moves = has(Role::Up) || has(Role::Down) || has(Role::Change);
        let compares = arrow || moves || has(Role::Versus) || has(Role::Mom) || has(Role::Yoy);
        if spans.len() == 1 && moves && slots.grain.is_none() && !has(Role::Trend) {
            split_pair(&mut spans);
        }
        match spans.as_slice() {
            [] => slots.relative = relative,
            [(_, span)] => {
                slots.period = Some(*span);
                slots.comparison = relative.map(Comparison::To);
            }
            [(first_at, first), (second_at, second), ..] => {
                let literal = sentence.tokens[*first_at..*second_at].iter().any(|token| token.text == "比");
                let both = first.until(second).or_else(|| second.until(first));
                let consecutive = first.end == second.start || second.end == first.start;
                if !compares && !consecutive {
                    slots.unknown.push(sentence.tokens[*second_at].text.clone());
                }
                if !compares
                    && consecutive
                    && let Some(both) = both
                {
                    slots.period = Some(both);
                    slots.grain = slots.grain.or(Some(natural_grain(first.unit)));
                } else {
                    let first_is_new = literal || first.start > second.start;
                    let (new, old) = if first_is_new { (first, second) } else { (second, first) };
                    slots.period = Some(*new);
                    slots.comparison = Some(Comparison::With(*old));
                }
            }
        }
        if slots.comparison.is_none() && has(Role::Yoy) {
            slots.comparison = Some(Comparison::To(Relative::YearEarlier));
        } else if slots.comparison.is_none() && has(Role::Mom) {
            slots.comparison = Some(Comparison::To(Relative::Before));
        }
        if relative == Some(Relative::YearEarlier) && spans.is_empty() {
            slots.comparison = Some(Comparison::To(Relative::YearEarlier));
            slots.relative = None;
        }
    }
}

/// A step as long as a stretch of this unit.
fn natural_grain(unit: Unit) -> Grain {
    match unit {
        Unit::Day | Unit::Days => Grain::Day,
        Unit::Week => Grain::Week,
        Unit::Month | Unit::Months => Grain::Month,
        Unit::Quarter => Grain::Quarter,
        Unit::Half | Unit::Year => Grain::Year,
    }
}

/// "from April to May" with a word for change: April against May. "4月到5月" without one stays a stretch.
fn split_pair(spans: &mut Vec<(usize, Span)>) {
    if let [(at, span)] = spans.as_slice()
        && span.unit == Unit::Months
        && span.months() == 2
        && !span.running
    {
        let middle = add_months(span.start, 1);
        let pair = vec![(*at, Span::new(middle, span.end, Unit::Month)), (*at, Span::new(span.start, middle, Unit::Month))];
        *spans = pair;
    }
}

/// Two stretches with "to" between them are one, unless the words are about change. Tells whether an arrow stood between two.
fn join_ranges(sentence: &Sentence, spans: &mut Vec<(usize, Span)>, slots: &Slots) -> bool {
    let mut arrow = false;
    let mut i = 1;
    while i < spans.len() {
        let ((left, first), (right, second)) = (spans[i - 1], spans[i]);
        let between = &sentence.tokens[left + 1..right];
        let joined = between.iter().any(|token| token.is(Role::Range) || matches!(token.mark, Some('-' | '~' | '→' | '>')));
        let only_joins = between
            .iter()
            .all(|token| token.is(Role::Range) || token.is_filler() || matches!(token.mark, Some('-' | '~' | '→' | '>' | ',')));
        let points = between.iter().any(|token| token.text.contains('>') || token.text.contains('→'));
        let changes = sentence.has(Role::Up) || sentence.has(Role::Down) || sentence.has(Role::Change) || sentence.has(Role::Versus);
        arrow |= points;
        if joined
            && only_joins
            && !points
            && !(changes && slots.grain.is_none() && !sentence.has(Role::Trend))
            && let Some(both) = first.until(&second)
        {
            spans[i - 1].1 = both;
            spans[i - 1].0 = right;
            spans.remove(i);
        } else {
            i += 1;
        }
    }
    arrow
}

/// "五一假期(5.1到5.5)": what stands in parentheses says the same more exactly; of one stretch inside another the narrower is meant.
fn drop_glosses(sentence: &Sentence, spans: &mut Vec<(usize, Span)>) {
    let mut i = 1;
    while i < spans.len() {
        let ((_, outer), (at, inner)) = (spans[i - 1], spans[i]);
        let gloss = sentence.tokens[at].inner;
        let within = inner.start >= outer.start && inner.end <= outer.end && outer.unit == Unit::Year && inner.unit < Unit::Year;
        if gloss || within || inner == outer {
            if gloss && outer.unit <= Unit::Days && inner.start.year() != outer.start.year() {
                spans.remove(i);
                continue;
            }
            spans[i - 1].1 = inner;
            spans.remove(i);
        } else if outer.start >= inner.start && outer.end <= inner.end && inner.unit == Unit::Year && outer.unit < Unit::Year {
            spans.remove(i);
        } else {
            i += 1;
        }
    }
}
