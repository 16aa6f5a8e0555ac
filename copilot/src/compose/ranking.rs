//! Sentences for groups side by side: who is at the top, or who moved most.

use std::cmp::Reverse;

use domain::{Decimal, Language};
use nl2sql::Role;

use super::{Against, Subject, cells, single::rate};

/// The most groups named in a sentence.
const NAMED: usize = 3;

pub(super) fn sentences(subject: &Subject<'_>, value: usize) -> Vec<String> {
    let groups = subject.currencies();
    let heading = subject.heading(value);
    let several = groups.iter().filter(|(code, _)| !code.is_empty()).count() > 1;
    let moved = subject.position(Role::Previous).is_some() || subject.position(Role::Change).is_some();
    let parts: Vec<_> = groups
        .iter()
        .filter_map(|(code, rows)| {
            let words = if moved { movers(subject, rows, value) } else { leaders(subject, rows, value) }?;
            let code = super::markdown::escape(code);
            Some(if several { format!("{code}{}{words}", subject.language.pick(":", ": ")) } else { words })
        })
        .collect();
    if parts.is_empty() {
        return vec![match subject.language {
            Language::Zh => format!("{heading}:各组都没有数值,见下表。"),
            Language::En => format!("{heading}: no group holds a value; the table shows them."),
        }];
    }
    let mut sentences = vec![match subject.language {
        Language::Zh => format!("{heading},{}。", parts.join(";")),
        Language::En => format!("{heading}: {}.", parts.join("; ")),
    }];
    if several {
        sentences.push(subject.language.pick("不同币种分别排列,不相加。", "Currencies are ranked apart and not added.").to_owned());
    }
    sentences
}

/// The rows with a value, the largest first, or as the table has them when it begins with the smallest.
fn ordered(subject: &Subject<'_>, rows: &[usize], value: usize) -> (Vec<(usize, Decimal)>, bool) {
    let mut valued: Vec<_> = rows.iter().filter_map(|row| Some((*row, subject.number(*row, value)?))).collect();
    let ascending =
        valued.len() > 1 && valued.is_sorted_by_key(|(_, value)| *value) && valued.first().map(|v| v.1) < valued.last().map(|v| v.1);
    if !ascending {
        valued.sort_by_key(|(_, value)| Reverse(*value));
    }
    (valued, ascending)
}

fn leaders(subject: &Subject<'_>, rows: &[usize], value: usize) -> Option<String> {
    let (mut valued, ascending) = ordered(subject, rows, value);
    // Of refunds and corrections the largest is the one furthest below zero.
    let negative = valued.len() > 1 && valued.iter().all(|(_, value)| value.is_sign_negative());
    if negative {
        valued.sort_by_key(|(_, value)| *value);
    }
    let named = |(row, _): &(usize, Decimal)| {
        let share = subject.position(Role::Share).filter(|column| subject.number(*row, *column).is_some());
        let (open, close, of) = match subject.language {
            Language::Zh => ("(", ")", ",占 "),
            Language::En => (" (", ")", ", share "),
        };
        let share = share.map_or(String::new(), |column| format!("{of}{}", subject.full(*row, column)));
        (subject.name(*row), format!("{open}{}{share}{close}", subject.spoken(*row, value)))
    };
    let mut shown = valued.iter().take(NAMED).map(named);
    let (first, amount) = shown.next()?;
    let rest: Vec<_> = shown.map(|(name, amount)| format!("{name}{amount}")).collect();
    let count = valued.len();
    Some(match (subject.language, count) {
        (Language::Zh, 1) => format!("**{first}**{amount}"),
        (Language::En, 1) => format!("**{first}**{amount}"),
        (Language::Zh, _) => {
            let top = if negative {
                "金额最大的是"
            } else if ascending {
                "最低的是"
            } else {
                "最高的是"
            };
            let more = if count > NAMED { format!(",表中列出 {count} 项") } else { String::new() };
            format!("{top} **{first}**{amount},其次是 {}{more}", rest.join("、"))
        }
        (Language::En, _) => {
            let top = if negative {
                "the largest is"
            } else if ascending {
                "the lowest is"
            } else {
                "the highest is"
            };
            let more = if count > NAMED { format!("; the table lists {count}") } else { String::new() };
            format!("{top} **{first}**{amount}, followed by {}{more}", rest.join(" and "))
        }
    })
}

/// The groups that grew and shrank most: one of each, or the first few where all went one way.
fn movers(subject: &Subject<'_>, rows: &[usize], value: usize) -> Option<String> {
    let mut changes: Vec<_> = rows.iter().filter_map(|row| Some((*row, change(subject, *row, value)?))).collect();
    if changes.is_empty() {
        return None;
    }
    let by_rate = ranked_by_rate(subject, &changes, value);
    if !by_rate {
        changes.sort_by_key(|(_, change)| Reverse(*change));
    }
    let up: Vec<_> = changes.iter().filter(|(_, change)| *change > Decimal::ZERO).collect();
    let down: Vec<_> = changes.iter().rev().filter(|(_, change)| *change < Decimal::ZERO).collect();
    let named = if up.is_empty() || down.is_empty() { NAMED } else { 1 };
    let list = |movers: &[&(usize, Decimal)], label: &str| {
        let mut words = movers.iter().take(named).map(|mover| moved(subject, **mover, value));
        let (name, amount) = words.next()?;
        let rest: Vec<_> = words.map(|(name, amount)| format!("{name}{amount}")).collect();
        Some(match subject.language {
            _ if rest.is_empty() => format!("{label} **{name}**{amount}"),
            Language::Zh => format!("{label} **{name}**{amount},其次是 {}", rest.join("、")),
            Language::En => format!("{label} **{name}**{amount}, followed by {}", rest.join(" and ")),
        })
    };
    let (more, less) = match (subject.against, by_rate) {
        (Against::Budget, _) => (("超预算最多的是", "the most over budget is"), ("余量最多的是", "the most under budget is")),
        (Against::Period, true) => (("涨幅最高的是", "the steepest rise is"), ("跌幅最大的是", "the steepest fall is")),
        (Against::Period, false) => (("增加最多的是", "the largest increase is"), ("减少最多的是", "the largest decrease is")),
    };
    let both: Vec<_> =
        list(&up, subject.language.pick(more.0, more.1)).into_iter().chain(list(&down, subject.language.pick(less.0, less.1))).collect();
    if both.is_empty() {
        return Some(subject.language.pick("各项都没有变化", "nothing changed").to_owned());
    }
    Some(both.join(subject.language.pick(",", ", ")))
}

/// A group's name, and its change in brackets.
fn moved(subject: &Subject<'_>, (row, change): (usize, Decimal), value: usize) -> (String, String) {
    let amount = cells::signed(change, &subject.unit(row, value), subject.language);
    let rate = rate_of(subject, row, value).map(|rate| cells::signed(rate, &cells::Unit::Ratio, subject.language));
    let inside = match (subject.language, rate) {
        (Language::Zh, Some(rate)) => format!("({amount},{rate})"),
        (Language::Zh, None) => format!("({amount})"),
        (Language::En, Some(rate)) => format!(" ({amount}, {rate})"),
        (Language::En, None) => format!(" ({amount})"),
    };
    (subject.name(row), inside)
}

/// Whether the rows come in the order of their rates and not of their changes.
fn ranked_by_rate(subject: &Subject<'_>, changes: &[(usize, Decimal)], value: usize) -> bool {
    let rates: Option<Vec<_>> = changes.iter().map(|(row, _)| rate_of(subject, *row, value)).collect();
    let by_change = changes.is_sorted_by_key(|(_, change)| Reverse(*change)) || changes.is_sorted_by_key(|(_, change)| *change);
    !by_change && rates.is_some_and(|rates| rates.len() > 1 && rates.is_sorted_by_key(|rate| Reverse(*rate)))
}

/// The change cell, or the difference of the two values; a group missing on one side counts as nothing there.
fn change(subject: &Subject<'_>, row: usize, value: usize) -> Option<Decimal> {
    if let Some(change) = subject.position(Role::Change).and_then(|column| subject.number(row, column)) {
        return Some(change);
    }
    let new = subject.number(row, value);
    let old = subject.position(Role::Previous).and_then(|column| subject.number(row, column));
    if new.is_none() && old.is_none() { None } else { Some(new.unwrap_or_default() - old.unwrap_or_default()) }
}

fn rate_of(subject: &Subject<'_>, row: usize, value: usize) -> Option<Decimal> {
    if let Some(rate) = subject.position(Role::ChangeRatio).and_then(|column| subject.number(row, column)) {
        return (subject.against == Against::Period).then_some(rate);
    }
    rate(subject.number(row, value)?, subject.number(row, subject.position(Role::Previous)?)?)
}
