//! Numbers in a question: counts, amounts and per cents, in digits and in Chinese numerals.

use std::sync::LazyLock;

use domain::Decimal;
use regex::Regex;

use crate::text::numeral;

/// A number and what it counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Number {
    pub value: Decimal,
    pub unit: Counted,
}

/// What a number counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Counted {
    /// Nothing was said.
    Plain,
    /// Things or days, by a measure word: the number of a ranking.
    Things,
    /// Days.
    Days,
    /// Money; the currency where it was said.
    Money(Option<&'static str>),
    /// Hundredths.
    Percent,
}

static DIGITS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?P<c>¥|￥|\$|rmb|cny|usd)?\s*(?P<n>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)\s*(?P<s>万|亿|千|百万|w|k|m|thousand|million|grand)?\s*(?P<u>%|个百分点|percent|per cent|pct|美元|美金|刀|元|块钱|块|人民币|rmb|cny|usd|dollars?|bucks|yuan|个|台|家|天|款|项|条|名|位|笔|种|days?)?",
    )
    .ok()
});
static HAN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?P<n>[一二两三四五六七八九十百千]+)(?P<s>万|亿)?(?P<u>美元|美金|元|块钱|块|个|台|家|天|款|项|条|名|位|笔|种)?").ok()
});
static ENGLISH: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"\b(?P<n>one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty)\b(?P<s>x)?(?P<u>x)?").ok()
});

/// Every number in a text with its place. Numbers that belong to a date or a name are for the caller to tell.
pub(crate) fn scan(text: &str) -> Vec<(usize, usize, Number)> {
    let mut found = Vec::new();
    for regex in [&DIGITS, &HAN, &ENGLISH].into_iter().filter_map(|regex| regex.as_ref()) {
        for captures in regex.captures_iter(text) {
            let (Some(whole), Some(number)) = (captures.get(0), captures.name("n")) else { continue };
            let scale = captures.name("s").map(|s| s.as_str());
            let unit = captures.name("u").map(|u| u.as_str());
            let sign = captures.name("c").map(|c| c.as_str());
            if let Some(value) = value(number.as_str(), scale) {
                let unit = counted(sign, unit, scale);
                let end = whole.start() + whole.as_str().trim_end().len();
                let start = whole.end() - whole.as_str().trim_start().len();
                found.push((start, end, Number { value, unit }));
                // The letter after a number can be the first of a word ("5 most"): the bare number is a reading too.
                if let Some(value) = self::value(number.as_str(), None).filter(|_| number.end() < end && number.as_str().is_ascii()) {
                    found.push((number.start(), number.end(), Number { value, unit: Counted::Plain }));
                }
            }
        }
    }
    found
}

fn value(digits: &str, scale: Option<&str>) -> Option<Decimal> {
    let english = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
    let number: Decimal = match digits.replace(',', "").parse() {
        Ok(number) => number,
        Err(_) => match digits {
            "twelve" => Decimal::from(12),
            "fifteen" => Decimal::from(15),
            "twenty" => Decimal::from(20),
            _ => match (1u32..).zip(english).find(|(_, name)| *name == digits) {
                Some((number, _)) => Decimal::from(number),
                None => Decimal::from(numeral(digits)?),
            },
        },
    };
    let factor = match scale {
        Some("万" | "w") => 10_000,
        Some("亿") => 100_000_000,
        Some("千" | "k" | "thousand" | "grand") => 1000,
        Some("百万" | "m" | "million") => 1_000_000,
        _ => 1,
    };
    number.checked_mul(Decimal::from(factor)).map(|value| value.normalize())
}

fn counted(sign: Option<&str>, unit: Option<&str>, scale: Option<&str>) -> Counted {
    match (sign, unit) {
        (_, Some("%" | "个百分点" | "percent" | "per cent" | "pct")) => Counted::Percent,
        (Some("$" | "usd"), _) | (_, Some("美元" | "美金" | "刀" | "usd" | "dollar" | "dollars" | "bucks")) => {
            Counted::Money(Some("USD"))
        }
        (Some(_), _) | (_, Some("人民币" | "rmb" | "cny" | "yuan")) => Counted::Money(Some("CNY")),
        (None, Some("天" | "day" | "days")) if scale.is_none() => Counted::Days,
        (None, Some("元" | "块钱" | "块")) => Counted::Money(None),
        (None, Some(_)) if scale.is_none() => Counted::Things,
        (None, _) if scale.is_some() => Counted::Money(None),
        _ => Counted::Plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_values_and_units() {
        let check = |text, value: &str, unit| {
            let found = scan(text).into_iter().max_by_key(|(start, end, _)| end - start).expect("a number");
            assert_eq!((found.2.value.to_string().as_str(), found.2.unit), (value, unit), "{text}");
        };
        check("3.5万", "35000", Counted::Money(None));
        check("50k", "50000", Counted::Money(None));
        check("$1,200.50", "1200.5", Counted::Money(Some("USD")));
        check("20%", "20", Counted::Percent);
        check("五个", "5", Counted::Things);
        check("十万", "100000", Counted::Money(None));
        check("5天", "5", Counted::Days);
        check("2000块", "2000", Counted::Money(None));
        check("top 5", "5", Counted::Plain);
    }
}
