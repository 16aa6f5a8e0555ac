//! The days and months of the bills: fourteen months that end yesterday, cut on each provider's own clock.

use jiff::{
    Timestamp, ToSpan,
    civil::Date,
    tz::{Offset, TimeZone},
};

use crate::{DemoError, catalogue::PROVIDERS};

/// How many billing months.
const MONTHS: i64 = 14;

/// A day of the bills.
pub(crate) struct Day {
    pub(crate) date: Date,
    /// The month it is in.
    pub(crate) month: usize,
    /// When it starts, written in UTC, for each provider.
    pub(crate) starts: Vec<String>,
    /// When it ends, written in UTC, for each provider.
    pub(crate) ends: Vec<String>,
}

/// A billing month.
pub(crate) struct Month {
    pub(crate) first: Date,
    /// The first day of the next.
    pub(crate) next: Date,
    /// When it starts, for each provider.
    pub(crate) starts: Vec<String>,
    /// When it ends, for each provider.
    pub(crate) ends: Vec<String>,
    /// Its days in the bills, as positions.
    pub(crate) days: std::ops::Range<usize>,
    /// Whether invoices are out.
    pub(crate) closed: bool,
}

/// The period of the bills.
pub(crate) struct Calendar {
    pub(crate) days: Vec<Day>,
    pub(crate) months: Vec<Month>,
    /// The number of days that each provider has billed; the last may be a day later in Asia.
    pub(crate) billed_days: Vec<usize>,
}

impl Calendar {
    /// The fourteen months that end the day before `now`.
    pub(crate) fn ending_before(now: Timestamp) -> Result<Self, DemoError> {
        let yesterdays: Vec<Date> = PROVIDERS.iter().map(|provider| yesterday(now, provider.clock_hours)).collect::<Result<_, _>>()?;
        let last = yesterdays.iter().copied().max().unwrap_or_default();
        let first = last.first_of_month().checked_sub((MONTHS - 1).months())?;
        let mut calendar = Self { days: Vec::new(), months: Vec::new(), billed_days: Vec::new() };
        for month in 0..MONTHS {
            calendar.push_month(first.checked_add(month.months())?, last)?;
        }
        calendar.billed_days = yesterdays.iter().map(|day| calendar.days.iter().filter(|it| it.date <= *day).count()).collect();
        Ok(calendar)
    }

    fn push_month(&mut self, first: Date, last: Date) -> Result<(), DemoError> {
        let next = first.checked_add(1.month())?;
        let start = self.days.len();
        let mut date = first;
        while date < next && date <= last {
            let tomorrow = date.tomorrow()?;
            self.days.push(Day { date, month: self.months.len(), starts: instants(date)?, ends: instants(tomorrow)? });
            date = tomorrow;
        }
        let days = start..self.days.len();
        self.months.push(Month { first, next, starts: instants(first)?, ends: instants(next)?, days, closed: next <= last });
        Ok(())
    }

    /// The position of the last day of the bills.
    pub(crate) fn last(&self) -> usize {
        self.days.len() - 1
    }

    /// The day so many days after (before, when negative) the last, in the bills or not.
    pub(crate) fn date(&self, from_last: i32) -> Result<Date, DemoError> {
        Ok(self.days[self.last()].date.checked_add(from_last.days())?)
    }

    /// The position of that day; days outside the bills are clamped to 0 and one past the last.
    pub(crate) fn position(&self, from_last: i32) -> usize {
        let position = self.last() as i64 + i64::from(from_last);
        position.clamp(0, self.days.len() as i64) as usize
    }

    /// An instant on a day (counted from the last) by a provider's clock.
    pub(crate) fn instant(&self, from_last: i32, provider: usize, second: i64) -> Result<Timestamp, DemoError> {
        Ok(start(self.date(from_last)?, PROVIDERS[provider].clock_hours)?.checked_add(second.seconds())?)
    }
}

/// The instants at which a date begins on each provider's clock.
pub(crate) fn instants(date: Date) -> Result<Vec<String>, DemoError> {
    PROVIDERS.iter().map(|provider| Ok(start(date, provider.clock_hours)?.to_string())).collect()
}

fn start(date: Date, clock_hours: i8) -> Result<Timestamp, DemoError> {
    Ok(clock(clock_hours).to_timestamp(date.to_datetime(jiff::civil::Time::midnight()))?)
}

fn yesterday(now: Timestamp, clock_hours: i8) -> Result<Date, DemoError> {
    Ok(now.to_zoned(clock(clock_hours)).date().yesterday()?)
}

fn clock(hours: i8) -> TimeZone {
    TimeZone::fixed(Offset::constant(hours))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_provider_ends_on_its_own_yesterday() {
        let check = |now: &str, asia: &str, utc: &str| {
            let calendar = Calendar::ending_before(now.parse().expect("an instant")).expect("a calendar");
            let last = |provider: usize| calendar.days[calendar.billed_days[provider] - 1].date.to_string();
            assert_eq!((last(0).as_str(), last(1).as_str(), last(2).as_str()), (asia, asia, utc), "{now}");
            assert_eq!(calendar.months.len(), 14);
        };
        check("2026-11-21T02:00:00Z", "2026-11-20", "2026-11-20");
        check("2026-11-21T17:00:00Z", "2026-11-21", "2026-11-20");
        check("2026-03-01T00:30:00Z", "2026-02-28", "2026-02-28");
    }

    #[test]
    fn asian_months_start_at_four_in_the_afternoon() {
        let calendar = Calendar::ending_before("2026-11-21T02:00:00Z".parse().expect("an instant")).expect("a calendar");
        let month = calendar.months.last().expect("a month");
        assert_eq!(month.starts, ["2026-10-31T16:00:00Z", "2026-10-31T16:00:00Z", "2026-11-01T00:00:00Z"]);
        assert!(!month.closed && calendar.months[12].closed);
        assert_eq!(calendar.months[0].first.to_string(), "2025-10-01");
    }
}
