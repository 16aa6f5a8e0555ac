//! Sentences for numbers over time: the latest, how it moved, the highest and the lowest.

use domain::{Decimal, Language, Value};
use nl2sql::Role;

use super::{Subject, cells, single::rate, time::TimeStyle};

pub(super) fn sentences(subject: &Subject<'_>, value: usize, time: usize) -> Vec<String> {
    let style = TimeStyle::of(subject.table, time);
    if (0..subject.table.rows.len()).any(|row| subject.name(row) != subject.name(0)) {
        return vec![groups(subject, value, time, style)];
    }
    let heading = subject.heading(value);
    let currencies = subject.currencies();
    let several = currencies.len() > 1;
    let parts: Vec<_> = currencies
        .iter()
        .filter_map(|(code, rows)| {
            let words = line(subject, rows, value, time, style)?;
            let code = super::markdown::escape(code);
            Some(if several { format!("{code}{}{words}", subject.language.pick(":", ": ")) } else { words })
        })
        .collect();
    vec![match subject.language {
        Language::Zh if parts.is_empty() => format!("{heading}:所选范围内没有记录。"),
        Language::En if parts.is_empty() => format!("{heading}: there are no records in this range."),
        Language::Zh => format!("{heading}:{}。", parts.join(";")),
        Language::En => format!("{heading}: {}.", parts.join("; ")),
    }]
}

/// The rows that hold a number, by time.
fn points(subject: &Subject<'_>, rows: &[usize], value: usize, time: usize) -> Vec<(usize, Decimal)> {
    let mut points: Vec<_> = rows.iter().filter_map(|row| Some((*row, subject.number(*row, value)?))).collect();
    points.sort_by_key(|(row, _)| subject.table.rows[*row].get(time).map(Value::label));
    points
}

fn line(subject: &Subject<'_>, rows: &[usize], value: usize, time: usize, style: TimeStyle) -> Option<String> {
    let points = points(subject, rows, value, time);
    let (last, newest) = *points.last()?;
    let when = |row: usize| subject.table.rows[row].get(time).map(|cell| style.words(cell, subject.language)).unwrap_or_default();
    let zh = subject.language == Language::Zh;
    let share =
        subject.position(Role::Share).filter(|column| subject.number(last, *column).is_some()).map(|column| subject.full(last, column));
    let share = share.map_or(String::new(), |share| if zh { format!("(占 {share})") } else { format!(" (share {share})") });
    let mut words = match zh {
        true => format!("{} 为 **{}**{share}", when(last), subject.spoken(last, value)),
        false => format!("{} is **{}**{share}", when(last), subject.spoken(last, value)),
    };
    let partial = subject.period.is_some_and(|period| period.partial);
    // A month that is not over says nothing beside a whole one.
    if let (Some((before, older)), false) = (points.len().checked_sub(2).and_then(|at| points.get(at)), partial) {
        words.push_str(&step(subject, (last, newest), *older, &when(*before), value));
    }
    let whole = if partial { &points[..points.len() - 1] } else { &points[..] };
    let (Some(high), Some(low)) = (whole.iter().max_by_key(|(_, value)| *value), whole.iter().min_by_key(|(_, value)| *value)) else {
        return Some(words);
    };
    if points.len() > 2 && high.1 != low.1 {
        let (high_when, high, low_when, low) = (when(high.0), subject.spoken(high.0, value), when(low.0), subject.spoken(low.0, value));
        words.push_str(&match zh {
            true => format!(";{}最高 {high_when}({high}),最低 {low_when}({low})", if partial { "此前" } else { "" }),
            false => {
                format!("; {}highest in {high_when} ({high}), lowest in {low_when} ({low})", if partial { "before that, " } else { "" })
            }
        });
    }
    Some(words)
}

/// From the point before to the newest one.
fn step(subject: &Subject<'_>, (row, newest): (usize, Decimal), older: Decimal, when: &str, value: usize) -> String {
    let unit = subject.unit(row, value);
    let change = newest - older;
    let size = cells::spoken(change.abs(), &unit, subject.language);
    let rate = rate(newest, older).map(|rate| cells::signed(rate, &cells::Unit::Ratio, subject.language));
    match subject.language {
        Language::Zh => {
            let way = if change.is_sign_negative() { "减少" } else { "增加" };
            let rate = rate.map_or(String::new(), |rate| format!("({rate})"));
            if change.is_zero() { format!(",与 {when} 持平") } else { format!(",比 {when} {way} {size}{rate}") }
        }
        Language::En => {
            let way = if change.is_sign_negative() { "down" } else { "up" };
            let rate = rate.map_or(String::new(), |rate| format!(" ({rate})"));
            if change.is_zero() { format!(", the same as {when}") } else { format!(", {way} {size}{rate} from {when}") }
        }
    }
}

/// Several groups over time: who leads now.
fn groups(subject: &Subject<'_>, value: usize, time: usize, style: TimeStyle) -> String {
    let heading = subject.heading(value);
    let all: Vec<usize> = (0..subject.table.rows.len()).collect();
    let points = points(subject, &all, value, time);
    let stamp = |row: usize| subject.table.rows[row].get(time).map(Value::label);
    let newest = points.last().map(|(row, _)| stamp(*row));
    let latest: Vec<usize> = points.iter().filter(|(row, _)| Some(stamp(*row)) == newest).map(|(row, _)| *row).collect();
    let when = latest.first().and_then(|row| subject.table.rows[*row].get(time)).map(|cell| style.words(cell, subject.language));
    let when = when.unwrap_or_default();
    let mut leaders = Vec::new();
    for (_, rows) in subject.currencies() {
        let top = rows.iter().filter(|row| latest.contains(row)).max_by_key(|row| subject.number(**row, value));
        leaders.extend(top.map(|row| (subject.name(*row), subject.spoken(*row, value))));
    }
    let named: Vec<_> = leaders
        .iter()
        .map(|(name, amount)| match subject.language {
            Language::Zh => format!("**{name}**({amount})"),
            Language::En => format!("**{name}** ({amount})"),
        })
        .collect();
    match subject.language {
        Language::Zh if named.is_empty() => format!("{heading}:所选范围内没有记录。"),
        Language::En if named.is_empty() => format!("{heading}: there are no records in this range."),
        Language::Zh => format!("{heading}:{when} 最高的是 {}。", named.join("、")),
        Language::En => format!("{heading}: the highest in {when} is {}.", named.join(" and ")),
    }
}
