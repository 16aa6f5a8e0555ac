//! Sentences for groups side by side: who is at the top, or who moved most.

use std::cmp::Reverse;

use domain::{Decimal, Language};
use nl2sql::Role;

use super::{Subject, cells, single::rate};

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
    let (valued, ascending) = ordered(subject, rows, value);
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
            let top = if ascending { "最低的是" } else { "最高的是" };
            let more = if count > NAMED { format!(",共 {count} 项") } else { String::new() };
            format!("{top} **{first}**{amount},其次是 {}{more}", rest.join("、"))
        }
        (Language::En, _) => {
            let top = if ascending { "the lowest is" } else { "the highest is" };
            let more = if count > NAMED { format!("; {count} in all") } else { String::new() };
            format!("{top} **{first}**{amount}, followed by {}{more}", rest.join(" and "))
        }
    })
}

/// The groups that grew and shrank most against the period before.
fn movers(subject: &Subject<'_>, rows: &[usize], value: usize) -> Option<String> {
    let changes: Vec<_> = rows.iter().filter_map(|row| Some((*row, change(subject, *row, value)?))).collect();
    let up = changes.iter().max_by_key(|(_, change)| *change).filter(|(_, change)| *change > Decimal::ZERO);
    let down = changes.iter().min_by_key(|(_, change)| *change).filter(|(_, change)| *change < Decimal::ZERO);
    let words = |label: &str, (row, change): &(usize, Decimal)| {
        let unit = subject.unit(*row, value);
        let amount = cells::signed(*change, &unit, subject.language);
        let rate = rate_of(subject, *row, value).map(|rate| cells::signed(rate, &cells::Unit::Ratio, subject.language));
        match (subject.language, rate) {
            (Language::Zh, Some(rate)) => format!("{label} **{}**({amount},{rate})", subject.name(*row)),
            (Language::Zh, None) => format!("{label} **{}**({amount})", subject.name(*row)),
            (Language::En, Some(rate)) => format!("{label} **{}** ({amount}, {rate})", subject.name(*row)),
            (Language::En, None) => format!("{label} **{}** ({amount})", subject.name(*row)),
        }
    };
    let up = up.map(|mover| words(subject.language.pick("增加最多的是", "the largest increase is"), mover));
    let down = down.map(|mover| words(subject.language.pick("减少最多的是", "the largest decrease is"), mover));
    let both: Vec<_> = up.into_iter().chain(down).collect();
    match (changes.is_empty(), both.is_empty()) {
        (true, _) => None,
        (false, true) => Some(subject.language.pick("各项与对比期相同", "nothing changed against the period before").to_owned()),
        (false, false) => Some(both.join(subject.language.pick(",", ", "))),
    }
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
        return Some(rate);
    }
    rate(subject.number(row, value)?, subject.number(row, subject.position(Role::Previous)?)?)
}
