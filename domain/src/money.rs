//! Exact amounts, and how a person reads them.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Language;

pub use rust_decimal::Decimal;

/// An ISO 4217 code in capitals (`CNY`, `USD`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema, ToSchema)]
#[serde(transparent)]
pub struct Currency(pub String);

impl Currency {
    /// The currency of a code, which is put in capitals.
    pub fn new(code: &str) -> Self {
        Self(code.trim().to_ascii_uppercase())
    }

    /// The sign written before an amount: `¥`, `$`, or the code and a space where none is common.
    pub fn sign(&self) -> String {
        match self.0.as_str() {
            "CNY" => "¥".into(),
            "USD" => "$".into(),
            "EUR" => "€".into(),
            "GBP" => "£".into(),
            "HKD" => "HK$".into(),
            other => format!("{other} "),
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An amount to the cent with thousands separators: `¥1,234.56`, `-$12.00`.
pub fn format_amount(amount: Decimal, currency: &Currency) -> String {
    let sign = if amount.is_sign_negative() && !amount.round_dp(2).is_zero() { "-" } else { "" };
    format!("{sign}{}{}", currency.sign(), group_thousands(&format!("{:.2}", amount.abs().round_dp(2))))
}

/// An amount as it is spoken: `¥12.3万`, `¥1.20亿` in Chinese from 10,000 and 100 million, the full amount otherwise and in English.
pub fn format_spoken(amount: Decimal, currency: &Currency, language: Language) -> String {
    let wan = Decimal::from(10_000);
    let yi = Decimal::from(100_000_000);
    let size = amount.abs();
    if language == Language::En || size < wan {
        return format_amount(amount, currency);
    }
    let (unit, divisor) = if size < yi { ("万", wan) } else { ("亿", yi) };
    let sign = if amount.is_sign_negative() { "-" } else { "" };
    format!("{sign}{}{}{unit}", currency.sign(), group_thousands(&format!("{:.2}", (size / divisor).round_dp(2))))
}

/// A ratio as a signed or plain per cent with one decimal: 0.234 is `23.4%`, signed `+23.4%`.
pub fn format_percent(ratio: Decimal, signed: bool) -> String {
    let percent = (ratio * Decimal::ONE_HUNDRED).round_dp(1);
    let plus = if signed && percent > Decimal::ZERO { "+" } else { "" };
    format!("{plus}{percent:.1}%")
}

fn group_thousands(number: &str) -> String {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let mut grouped = String::new();
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if fraction.is_empty() { grouped } else { format!("{grouped}.{fraction}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amount(text: &str) -> Decimal {
        text.parse().expect("a decimal")
    }

    #[test]
    fn amounts_read_to_the_cent() {
        let check = |text, currency, expect: &str| assert_eq!(format_amount(amount(text), &Currency::new(currency)), expect);
        check("1234.5", "CNY", "¥1,234.50");
        check("-12", "usd", "-$12.00");
        check("-0.001", "USD", "$0.00");
        check("1000000", "JPY", "JPY 1,000,000.00");
    }

    #[test]
    fn chinese_speaks_in_ten_thousands() {
        let check = |text, language, expect: &str| {
            assert_eq!(format_spoken(amount(text), &Currency::new("CNY"), language), expect);
        };
        check("123456", Language::Zh, "¥12.35万");
        check("9999", Language::Zh, "¥9,999.00");
        check("250000000", Language::Zh, "¥2.50亿");
        check("123456", Language::En, "¥123,456.00");
    }

    #[test]
    fn percents_carry_a_sign_when_they_are_changes() {
        assert_eq!(format_percent(amount("0.2344"), true), "+23.4%");
        assert_eq!(format_percent(amount("0.2344"), false), "23.4%");
        assert_eq!(format_percent(amount("-0.05"), true), "-5.0%");
    }
}
