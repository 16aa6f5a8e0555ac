//! How much is used on a day: the week, the month's end, the seasons of parcel shipping, growth, and chance.

use jiff::civil::{Date, Weekday};

use crate::{calendar::Calendar, random::Random};

/// The course of a meter's usage over time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// The same every day.
    Flat,
    /// Almost the same.
    Steady,
    /// Follows working days and the shipping seasons.
    Business,
    /// Follows people at home: weekends and shopping festivals.
    Consumer,
    /// Settlement: the last days of a month and the first of the next.
    MonthEnd,
    /// Fills up: storage.
    Growth,
    /// A new product that is taken up.
    Ramp,
    /// Jobs when capacity is cheap.
    Spot,
}

impl Shape {
    /// Reads the name used in the fleet's table.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "flat" => Self::Flat,
            "steady" => Self::Steady,
            "business" => Self::Business,
            "consumer" => Self::Consumer,
            "monthend" => Self::MonthEnd,
            "growth" => Self::Growth,
            "ramp" => Self::Ramp,
            "spot" => Self::Spot,
            _ => return None,
        })
    }

    /// How far chance moves a day's usage either way.
    fn noise(self) -> f64 {
        match self {
            Self::Flat | Self::Growth => 0.0,
            Self::Steady => 0.02,
            Self::Business | Self::MonthEnd => 0.05,
            Self::Consumer | Self::Ramp => 0.06,
            Self::Spot => 0.9,
        }
    }

    fn level(self, date: Date, grown: f64) -> f64 {
        let trend = 0.86 + 0.28 * grown;
        match self {
            Self::Flat | Self::Spot => 1.0,
            Self::Steady => 0.94 + 0.1 * grown,
            Self::Business => trend * weekday(date, 0.64, 0.52) * season(date),
            Self::Consumer => trend * weekday(date, 1.14, 1.2) * season(date),
            Self::MonthEnd => trend * settlement(date),
            Self::Growth => 0.62 + 0.48 * grown,
            Self::Ramp => 0.15 + 1.1 * grown * grown,
        }
    }
}

/// Every shape's level on every day, without chance.
pub(crate) struct Demand(Vec<[f64; 8]>);

impl Demand {
    /// Works out the levels of a calendar's days.
    pub(crate) fn over(calendar: &Calendar) -> Self {
        use Shape::{Business, Consumer, Flat, Growth, MonthEnd, Ramp, Spot, Steady};
        let span = calendar.days.len().max(2) as f64 - 1.0;
        let levels = |(position, day): (usize, &crate::calendar::Day)| {
            let grown = position as f64 / span;
            [Flat, Steady, Business, Consumer, MonthEnd, Growth, Ramp, Spot].map(|shape| shape.level(day.date, grown))
        };
        Self(calendar.days.iter().enumerate().map(levels).collect())
    }

    /// What a base quantity comes to on a day.
    pub(crate) fn quantity(&self, base: f64, shape: Shape, day: usize, random: &mut Random) -> f64 {
        let noise = shape.noise();
        let level = base * self.0[day][shape as usize];
        if noise == 0.0 { level } else { level * (1.0 + noise * (2.0 * random.unit() - 1.0)) }
    }
}

fn weekday(date: Date, saturday: f64, sunday: f64) -> f64 {
    match date.weekday() {
        Weekday::Saturday => saturday,
        Weekday::Sunday => sunday,
        _ => 1.0,
    }
}

/// Parcels: the festivals in June, November and December, and the quiet weeks around the Spring Festival.
fn season(date: Date) -> f64 {
    match (date.month(), date.day()) {
        (11, 11..=13) => 1.75,
        (11, 1..=18) => 1.3,
        (6, 16..=20) => 1.45,
        (6, 1..=22) => 1.15,
        (12, 10..=14) => 1.3,
        (2, 5..=20) => 0.66,
        (10, 1..=7) => 0.85,
        _ => 1.0,
    }
}

fn settlement(date: Date) -> f64 {
    if date.day() <= 2 {
        1.5
    } else if date.day() + 3 > date.days_in_month() {
        2.1
    } else {
        1.0
    }
}
