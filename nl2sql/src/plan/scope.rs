//! Which providers and currencies the rows of a question can be in, and whether the data hold the period.

use domain::{Language, Period, PeriodBasis};
use jiff::civil::Date;

use crate::{
    Reading,
    query::{Dimension, TimeRange},
    slots::Mention,
    time::{Span, add_days, add_months},
};

use super::Planner;

impl Planner<'_> {
    /// The providers that rows matching all of these can be of.
    pub(super) fn providers(&self, mentions: &[&Mention]) -> Vec<String> {
        let mut scope: Vec<String> = self.profile.providers.iter().map(|span| span.provider.clone()).collect();
        for dimension in [Dimension::Provider, Dimension::SubAccount, Dimension::Service, Dimension::Region] {
            let of: Vec<&&Mention> = mentions.iter().filter(|mention| mention.dimension == dimension && !mention.negated).collect();
            if of.is_empty() || of.iter().any(|mention| mention.providers.is_empty()) {
                continue;
            }
            let left: Vec<String> =
                scope.iter().filter(|provider| of.iter().any(|mention| mention.providers.contains(provider))).cloned().collect();
            if !left.is_empty() {
                scope = left;
            }
        }
        scope
    }

    /// The currencies that rows of these providers are billed in.
    pub(super) fn currencies(&self, providers: &[String]) -> Vec<String> {
        let mut currencies: Vec<String> = Vec::new();
        for span in self.profile.providers.iter().filter(|span| providers.contains(&span.provider)) {
            for currency in &span.currencies {
                if !currencies.contains(currency) {
                    currencies.push(currency.clone());
                }
            }
        }
        if currencies.is_empty() { self.profile.currencies.clone() } else { currencies }
    }

    /// The period as a range of the data, cut off where a running one has no data yet.
    pub(super) fn range(&self, span: &Span) -> TimeRange {
        let complete = self.profile.complete_to();
        let partial = complete.is_some_and(|day| add_days(day, 1) < span.end);
        let period = Period { start: span.start, end: span.end, partial };
        TimeRange { period, basis: span.basis() }
    }

    /// The last day there are bills for.
    pub(super) fn last_day(&self) -> Date {
        self.profile.complete_to().unwrap_or_else(|| add_days(self.today, -1))
    }

    /// Whether the bills of these providers reach into a period; otherwise what there is.
    pub(super) fn in_data(&self, span: &Span, providers: &[String]) -> Result<(), Box<Reading>> {
        let spans: Vec<_> = self.profile.providers.iter().filter(|known| providers.contains(&known.provider)).collect();
        let (Some(first), Some(last)) =
            (spans.iter().map(|known| known.first_month).min(), spans.iter().map(|known| known.last_month).max())
        else {
            return Ok(());
        };
        let complete = spans.iter().map(|known| known.complete_to).max().unwrap_or(last);
        let after = match span.basis() {
            PeriodBasis::Billing => span.start > last,
            PeriodBasis::Charge => span.start > complete.max(add_days(last, -1)) && span.start >= add_days(complete, 1),
        };
        if span.end > first && !after {
            return Ok(());
        }
        let last = if add_months(last, 1) > add_days(complete, 1) { complete } else { add_days(add_months(last, 1), -1) };
        let asked = say_span(span, self.language);
        let text = match self.language {
            Language::Zh => format!("数据里没有{asked}的账单。现有账单从 {first} 到 {last}。"),
            Language::En => format!("There are no bills for {asked}. The bills run from {first} to {last}."),
        };
        Err(Box::new(Reading::NoData { text }))
    }
}

/// A stretch of time in words that the grammar reads back.
pub(crate) fn say_span(span: &Span, language: Language) -> String {
    let (start, last) = (span.start, add_days(span.end, -1));
    let whole_months = start.day() == 1 && span.end.day() == 1;
    match (whole_months, span.months()) {
        (true, 1) => match language {
            Language::Zh => format!("{}年{}月", start.year(), start.month()),
            Language::En => format!("{} {}", month_name(start), start.year()),
        },
        (true, 3) if (start.month() - 1) % 3 == 0 => {
            let quarter = (start.month() - 1) / 3 + 1;
            language.pick(&format!("{}年Q{quarter}", start.year()), &format!("Q{quarter} {}", start.year())).to_owned()
        }
        (true, 12) if start.month() == 1 => language.pick(&format!("{}年", start.year()), &format!("{}", start.year())).to_owned(),
        (true, _) => match language {
            Language::Zh => format!("{}年{}月到{}年{}月", start.year(), start.month(), last.year(), last.month()),
            Language::En => format!("{} {} to {} {}", month_name(start), start.year(), month_name(last), last.year()),
        },
        _ if start == last => match language {
            Language::Zh => format!("{}年{}月{}日", start.year(), start.month(), start.day()),
            Language::En => format!("{} {}, {}", month_name(start), start.day(), start.year()),
        },
        _ => match language {
            Language::Zh => format!("{}年{}月{}日到{}月{}日", start.year(), start.month(), start.day(), last.month(), last.day()),
            Language::En => format!("{} {} to {} {}, {}", month_name(start), start.day(), month_name(last), last.day(), last.year()),
        },
    }
}

fn month_name(date: Date) -> &'static str {
    let names = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
    names.get(usize::try_from(date.month() - 1).unwrap_or(0)).copied().unwrap_or("January")
}
