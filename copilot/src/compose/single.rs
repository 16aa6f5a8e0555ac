//! Sentences for a total: one number, or one a currency, perhaps beside the period before.

use domain::{Decimal, Language};
use nl2sql::Role;

use super::{Against, Subject, cells};

pub(super) fn sentences(subject: &Subject<'_>, value: usize) -> Vec<String> {
    let heading = subject.heading(value);
    let rows: Vec<usize> = (0..subject.table.rows.len()).filter(|row| subject.number(*row, value).is_some()).collect();
    if rows.is_empty() {
        return vec![match subject.language {
            Language::Zh => format!("{heading}:所选范围内没有记录。"),
            Language::En => format!("{heading}: there are no records in this range."),
        }];
    }
    if let Some(share) = subject.position(Role::Share) {
        return rows.iter().filter_map(|row| share_of(subject, *row, share)).collect();
    }
    let amounts: Vec<_> = rows.iter().map(|row| amount(subject, *row, value)).collect();
    let mut sentences = vec![match subject.language {
        Language::Zh => format!("{heading}为 {}{}。", amounts.join("、"), if rows.len() > 1 { "(币种不同,不相加)" } else { "" }),
        Language::En => {
            let apart = if rows.len() > 1 { " (different currencies, not added)" } else { "" };
            format!("{heading} is {}{apart}.", amounts.join(" and "))
        }
    }];
    sentences.extend(others(subject, &rows, value));
    sentences.extend(rows.iter().filter_map(|row| comparison(subject, *row, value)));
    sentences
}

/// A share first, then what it is of.
fn share_of(subject: &Subject<'_>, row: usize, share: usize) -> Option<String> {
    subject.number(row, share)?;
    let heading = subject.heading(share);
    let parts: Vec<_> = subject
        .positions(Role::Value)
        .map(|column| format!("{} {}", super::markdown::escape(&subject.table.columns[column].label), subject.full(row, column)))
        .collect();
    let share = subject.full(row, share);
    Some(match subject.language {
        Language::Zh => format!("{heading}为 **{share}**({})。", parts.join(",")),
        Language::En => format!("{heading} is **{share}** ({}).", parts.join(", ")),
    })
}

/// The amount in full, and how it is spoken where that differs.
fn amount(subject: &Subject<'_>, row: usize, value: usize) -> String {
    let (full, spoken) = (subject.full(row, value), subject.spoken(row, value));
    if full == spoken { format!("**{full}**") } else { format!("**{full}**(约 {spoken})") }
}

/// Further measures of the same rows.
fn others(subject: &Subject<'_>, rows: &[usize], first: usize) -> Option<String> {
    let mut parts = Vec::new();
    for column in subject.positions(Role::Value).filter(|column| *column != first) {
        let label = super::markdown::escape(&subject.table.columns[column].label);
        let values: Vec<_> = rows.iter().map(|row| subject.full(*row, column)).collect();
        parts.push(format!("{label} {}", values.join(subject.language.pick("、", " and "))));
    }
    match subject.language {
        _ if parts.is_empty() => None,
        Language::Zh => Some(format!("{}。", parts.join(","))),
        Language::En => Some(format!("{}.", parts.join(", "))),
    }
}

/// How the number compares with the one before it.
fn comparison(subject: &Subject<'_>, row: usize, value: usize) -> Option<String> {
    let previous_column = subject.position(Role::Previous)?;
    let new = subject.number(row, value)?;
    let unit = subject.unit(row, value);
    let Some(old) = subject.number(row, previous_column).filter(|old| !old.is_zero()) else {
        return Some(
            subject
                .language
                .pick("对比期没有费用,不计算变化率。", "There was nothing in the period it is compared with, so no rate is given.")
                .to_owned(),
        );
    };
    let change = new - old;
    if subject.against == Against::Budget {
        return Some(budget(subject, (row, value), old, change));
    }
    let size = cells::spoken(change.abs(), &unit, subject.language);
    let before = cells::spoken(old, &unit, subject.language);
    let rate = rate(new, old).map(|rate| cells::signed(rate, &cells::Unit::Ratio, subject.language));
    let rate = |open: &str, close: &str| rate.as_ref().map_or(String::new(), |rate| format!("{open}{rate}{close}"));
    Some(match (subject.language, change.is_zero()) {
        (Language::Zh, true) => format!("对比期为 {before},没有变化。"),
        (Language::En, true) => format!("It was {before} before: no change."),
        (Language::Zh, false) => {
            let way = if change > Decimal::ZERO { "增加" } else { "减少" };
            format!("对比期为 {before},{way} {size}{}。", rate("(", ")"))
        }
        (Language::En, false) => {
            let way = if change > Decimal::ZERO { "up" } else { "down" };
            format!("It was {before} before: {way} {size}{}.", rate(" (", ")"))
        }
    })
}

/// A value beside its budget.
fn budget(subject: &Subject<'_>, (row, value): (usize, usize), budget: Decimal, over: Decimal) -> String {
    let unit = subject.unit(row, value);
    let (budget, size) = (cells::spoken(budget, &unit, subject.language), cells::spoken(over.abs(), &unit, subject.language));
    match (subject.language, over > Decimal::ZERO) {
        (Language::Zh, true) => format!("预算为 {budget},超出 {size}。"),
        (Language::Zh, false) => format!("预算为 {budget},还剩 {size}。"),
        (Language::En, true) => format!("The budget is {budget}: {size} over."),
        (Language::En, false) => format!("The budget is {budget}: {size} left."),
    }
}

/// `(new - old) / old`; none where that would mislead: nothing or less than nothing before.
pub(super) fn rate(new: Decimal, old: Decimal) -> Option<Decimal> {
    if old > Decimal::ZERO { (new - old).checked_div(old) } else { None }
}
