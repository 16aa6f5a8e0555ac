//! Expressions of time in both languages, found in a text and resolved against today.

mod calendar;
mod chinese;
mod english;
mod scan;
#[cfg(test)]
mod tests;

use domain::PeriodBasis;
use jiff::civil::Date;

pub(crate) use calendar::{add_days, add_months, first_of_month, first_of_quarter, monday};
pub(crate) use scan::Scanner;

/// What an expression of time stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TimeWord {
    /// A stretch of time.
    Span(Span),
    /// Relative to another stretch that the question or the conversation names.
    Relative(Relative),
    /// A day of a month to be found in the context.
    DayOfMonth(i8),
    /// Days of a month to be found in the context, both included.
    DaysOfMonth(i8, i8),
    /// So many days from now on.
    NextDays(i32),
}

/// A stretch of time, the end exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub start: Date,
    pub end: Date,
    pub unit: Unit,
    /// Whether it is still running ("this month").
    pub running: bool,
}

/// What a stretch is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Unit {
    Day,
    Days,
    Week,
    Month,
    Months,
    Quarter,
    Half,
    Year,
}

/// A stretch given by another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Relative {
    /// The one of the same length before it.
    Before,
    /// The same a year earlier.
    YearEarlier,
    /// The same days a month earlier.
    MonthEarlier,
    /// The one after it.
    After,
}

impl Span {
    pub(crate) fn new(start: Date, end: Date, unit: Unit) -> Self {
        Self { start, end, unit, running: false }
    }

    pub(crate) fn running(self, today: Date) -> Self {
        Self { running: self.start <= today && self.end > today, ..self }
    }

    /// Whole months select by billing period, everything else by charge period.
    pub(crate) fn basis(&self) -> PeriodBasis {
        if self.unit >= Unit::Month { PeriodBasis::Billing } else { PeriodBasis::Charge }
    }

    /// The number of whole months; only of use where the basis is billing.
    pub(crate) fn months(&self) -> i32 {
        (i32::from(self.end.year()) - i32::from(self.start.year())) * 12 + i32::from(self.end.month()) - i32::from(self.start.month())
    }

    /// The stretch of the same length that ends where this one starts.
    pub(crate) fn before(&self) -> Self {
        if self.basis() == PeriodBasis::Billing {
            Self { start: add_months(self.start, -self.months()), end: self.start, unit: self.unit, running: false }
        } else {
            let days = calendar::days_between(self.start, self.end);
            Self { start: add_days(self.start, -days), end: self.start, unit: self.unit, running: false }
        }
    }

    /// The stretch of the same length that starts where this one ends.
    pub(crate) fn after(&self) -> Self {
        if self.basis() == PeriodBasis::Billing {
            Self { start: self.end, end: add_months(self.end, self.months()), unit: self.unit, running: false }
        } else {
            let days = calendar::days_between(self.start, self.end);
            Self { start: self.end, end: add_days(self.end, days), unit: self.unit, running: false }
        }
    }

    /// The same so many months earlier.
    pub(crate) fn earlier(&self, months: i32) -> Self {
        let last = add_months(add_days(self.end, -1), -months);
        let end = if self.basis() == PeriodBasis::Billing { add_months(self.end, -months) } else { add_days(last, 1) };
        Self { start: add_months(self.start, -months), end, unit: self.unit, running: false }
    }

    /// From the start of this one to the end of another.
    pub(crate) fn until(&self, last: &Self) -> Option<Self> {
        if last.end <= self.start {
            return None;
        }
        let unit = if self.basis() == PeriodBasis::Billing && last.basis() == PeriodBasis::Billing { Unit::Months } else { Unit::Days };
        Some(Self { start: self.start, end: last.end, unit, running: last.running })
    }
}
