//! Names: which are nearest to an unknown one, and how a dialect quotes them.

use sqlparser::{
    ast::Ident,
    keywords::{ALL_KEYWORDS, ALL_KEYWORDS_INDEX, Keyword, RESERVED_FOR_COLUMN_ALIAS, RESERVED_FOR_IDENTIFIER, RESERVED_FOR_TABLE_ALIAS},
};

use crate::Dialect;

/// At most three of `allowed` that are nearest to `name`, the nearest first.
pub(crate) fn nearest<'a>(name: &str, allowed: impl Iterator<Item = &'a str>) -> Vec<String> {
    let wanted: Vec<char> = name.to_lowercase().chars().take(64).collect();
    let budget = (wanted.len() / 2).max(2);
    let mut scored: Vec<(usize, &str)> =
        allowed.map(|candidate| (distance(&wanted, candidate), candidate)).filter(|(score, _)| *score <= budget).collect();
    scored.sort_unstable();
    scored.dedup();
    scored.into_iter().take(3).map(|(_, candidate)| candidate.to_owned()).collect()
}

/// Edit distance without regard to case; a name that contains the other is near whatever its length.
fn distance(wanted: &[char], candidate: &str) -> usize {
    let other: Vec<char> = candidate.to_lowercase().chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, left) in wanted.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, right) in other.iter().enumerate() {
            let substituted = diagonal + usize::from(left != right);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(row[j + 1] + 1);
        }
    }
    let edits = row[other.len()];
    let contains = |long: &[char], short: &[char]| short.len() >= 4 && long.windows(short.len()).any(|part| part == short);
    if contains(&other, wanted) || contains(wanted, &other) { edits.min(1) } else { edits }
}

/// An identifier of the model as a dialect reads it: quoted where the dialect would fold or misread it.
pub(crate) fn ident(name: &str, dialect: Dialect) -> Ident {
    if needs_quotes(name, dialect) { Ident::with_quote(quote(dialect), name) } else { Ident::new(name) }
}

/// The quote of identifiers.
pub(crate) fn quote(dialect: Dialect) -> char {
    match dialect {
        Dialect::DataFusion | Dialect::Postgres | Dialect::Sqlite => '"',
        Dialect::MySql => '`',
    }
}

fn needs_quotes(name: &str, dialect: Dialect) -> bool {
    let folds = match dialect {
        Dialect::DataFusion | Dialect::Postgres => true,
        Dialect::MySql | Dialect::Sqlite => false,
    };
    let plain = |c: char| c == '_' || c.is_ascii_lowercase() || c.is_ascii_digit() || (!folds && c.is_ascii_uppercase());
    let starts_well = name.starts_with(|c: char| plain(c) && !c.is_ascii_digit());
    !starts_well || !name.chars().all(plain) || is_reserved(name)
}

fn is_reserved(name: &str) -> bool {
    // sqlparser reserves little; these more are words that the engines do not take as plain names.
    const MORE: [Keyword; 9] = [
        Keyword::TABLE,
        Keyword::DATE,
        Keyword::USER,
        Keyword::DESC,
        Keyword::ASC,
        Keyword::CASE,
        Keyword::CHECK,
        Keyword::COLUMN,
        Keyword::KEY,
    ];
    let Ok(position) = ALL_KEYWORDS.binary_search(&name.to_ascii_uppercase().as_str()) else { return false };
    let word = &ALL_KEYWORDS_INDEX[position];
    [RESERVED_FOR_COLUMN_ALIAS, RESERVED_FOR_TABLE_ALIAS, RESERVED_FOR_IDENTIFIER, &MORE].iter().any(|words| words.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_name_finds_its_neighbours() {
        let names = ["bill_items", "resources", "budgets"];
        let check = |name, expect: &[&str]| assert_eq!(nearest(name, names.into_iter()), expect, "{name}");
        check("bill_item", &["bill_items"]);
        check("budget", &["budgets"]);
        check("BILLITEMS", &["bill_items"]);
        check("zzzzzzzz", &[]);
    }

    #[test]
    fn names_are_quoted_where_a_dialect_would_fold_them() {
        let check = |name, dialect, expect: &str| assert_eq!(ident(name, dialect).to_string(), expect);
        check("BilledCost", Dialect::DataFusion, "\"BilledCost\"");
        check("billed_cost", Dialect::DataFusion, "billed_cost");
        check("BilledCost", Dialect::MySql, "BilledCost");
        check("order", Dialect::MySql, "`order`");
        check("a b", Dialect::Postgres, "\"a b\"");
        check("1a", Dialect::Postgres, "\"1a\"");
    }
}
