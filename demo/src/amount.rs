//! Exact amounts as scaled whole numbers: quick enough for millions of charges, and unit price times quantity is the cost to the last digit.

use std::{fmt, iter::Sum, ops::AddAssign};

/// Digits after the point.
const SCALE: u32 = 8;
const ONE: i64 = 10_i64.pow(SCALE);

/// An exact amount of money or of a quantity, with eight digits after the point; up to about 92 billion.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Exact(i64);

impl Exact {
    pub(crate) const ZERO: Self = Self(0);

    /// Reads `12.5`; none for anything else.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let missing = SCALE.checked_sub(u32::try_from(fraction.len()).ok()?)?;
        let fraction = if fraction.is_empty() { 0 } else { fraction.parse::<i64>().ok()? * 10_i64.pow(missing) };
        Some(Self(sign * (whole.parse::<i64>().ok()? * ONE + fraction)))
    }

    /// A whole number.
    pub(crate) fn whole(number: i64) -> Self {
        Self(number * ONE)
    }

    /// The nearest amount with a number of digits after the point.
    pub(crate) fn nearest(number: f64, digits: u32) -> Self {
        let step = 10_i64.pow(SCALE - digits);
        Self((number * 10_f64.powi(digits as i32)).round() as i64 * step)
    }

    /// Times another amount; exact while both together have at most eight digits after the point.
    pub(crate) fn times(self, other: Self) -> Self {
        Self((i128::from(self.0) * i128::from(other.0) / i128::from(ONE)) as i64)
    }

    /// So many hundredths of it.
    pub(crate) fn percent(self, percent: i64) -> Self {
        Self((i128::from(self.0) * i128::from(percent) / 100) as i64)
    }

    /// How many whole times `unit` fits.
    pub(crate) fn whole_units(self, unit: Self) -> i64 {
        if unit.0 <= 0 { 0 } else { self.0 / unit.0 }
    }

    /// Rounded to a number of digits after the point, halves away from zero.
    pub(crate) fn rounded(self, digits: u32) -> Self {
        let step = 10_i64.pow(SCALE - digits);
        Self((self.0 + self.0.signum() * step / 2) / step * step)
    }

    pub(crate) fn minus(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }

    pub(crate) fn plus(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }

    /// As a floating point number, for ratios and forecasts only.
    pub(crate) fn approximate(self) -> f64 {
        self.0 as f64 / ONE as f64
    }

    /// Writes the digits into a buffer, without trailing zeros, and returns them.
    pub(crate) fn write(self, buffer: &mut [u8; 24]) -> &[u8] {
        let (mut at, mut rest) = (buffer.len(), self.0.unsigned_abs());
        let mut digits = 0;
        let mut seen = false;
        while rest > 0 || digits <= SCALE {
            let digit = (rest % 10) as u8;
            rest /= 10;
            if digits == SCALE && seen {
                at -= 1;
                buffer[at] = b'.';
            }
            if digits >= SCALE || digit > 0 || seen {
                seen = true;
                at -= 1;
                buffer[at] = b'0' + digit;
            }
            digits += 1;
        }
        if self.0 < 0 {
            at -= 1;
            buffer[at] = b'-';
        }
        &buffer[at..]
    }
}

impl fmt::Display for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut buffer = [0; 24];
        f.write_str(&String::from_utf8_lossy(self.write(&mut buffer)))
    }
}

impl AddAssign for Exact {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl Sum for Exact {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Self::plus)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exact(text: &str) -> Exact {
        Exact::parse(text).expect("an amount")
    }

    #[test]
    fn amounts_are_written_as_read() {
        for text in ["0", "1", "-1", "0.5", "-0.00000001", "102.64432", "92000000000.1", "10", "100.05"] {
            assert_eq!(exact(text).to_string(), text);
        }
        assert_eq!(exact("1.50").to_string(), "1.5");
        assert_eq!(Exact::parse("1.123456789"), None);
        assert_eq!(Exact::parse("x"), None);
    }

    #[test]
    fn products_are_exact() {
        assert_eq!(exact("0.0328").times(exact("312.94")).to_string(), "10.264432");
        assert_eq!(exact("3.4").percent(57).to_string(), "1.938");
        assert_eq!(exact("-1.00000005").rounded(6), exact("-1"));
        assert_eq!(exact("25.632").whole_units(exact("1.14")), 22);
        assert_eq!(Exact::nearest(12.345678, 2).to_string(), "12.35");
    }
}
