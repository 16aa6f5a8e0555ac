//! Exact decimal numbers from text.

use crate::layout::{DECIMAL_PRECISION, DECIMAL_SCALE};

const SCALE: i32 = DECIMAL_SCALE as i32;
const LIMIT: i128 = 10_i128.pow(DECIMAL_PRECISION as u32);

/// Reads a number into units of 10^-15, exactly. The error is the rule it breaks.
pub(super) fn parse_decimal(text: &str) -> Result<i128, String> {
    let bytes = text.trim().as_bytes();
    let (negative, digits) = match bytes.first() {
        Some(b'-') => (true, &bytes[1..]),
        Some(b'+') => (false, &bytes[1..]),
        _ => (false, bytes),
    };
    let mut mantissa: i128 = 0;
    let mut decimals: i32 = 0;
    let mut seen = false;
    let mut in_fraction = false;
    let mut exponent: i32 = 0;
    for (i, byte) in digits.iter().enumerate() {
        match byte {
            b'0'..=b'9' => {
                seen = true;
                mantissa = mantissa.checked_mul(10).and_then(|value| value.checked_add(i128::from(byte - b'0'))).ok_or_else(too_large)?;
                decimals += i32::from(in_fraction);
            }
            b'.' if !in_fraction => in_fraction = true,
            b'e' | b'E' if seen => {
                exponent = std::str::from_utf8(&digits[i + 1..])
                    .ok()
                    .and_then(|text| text.parse().ok())
                    .filter(|exponent: &i32| exponent.abs() <= 1_000)
                    .ok_or_else(not_a_number)?;
                break;
            }
            b',' if seen => return Err("has a thousands separator; write it without, as in 1234.5".to_owned()),
            _ => return Err(not_a_number()),
        }
    }
    if !seen {
        return Err(not_a_number());
    }
    let scaled = rescale(mantissa, SCALE - decimals + exponent)?;
    if scaled >= LIMIT {
        return Err(too_large());
    }
    Ok(if negative { -scaled } else { scaled })
}

/// Multiplies by a power of ten, which may be negative when no digit is lost.
fn rescale(mantissa: i128, power: i32) -> Result<i128, String> {
    if mantissa == 0 {
        return Ok(0);
    }
    let factor = 10_i128.checked_pow(power.unsigned_abs());
    if power >= 0 {
        return factor.and_then(|factor| mantissa.checked_mul(factor)).ok_or_else(too_large);
    }
    match factor {
        Some(factor) if mantissa % factor == 0 => Ok(mantissa / factor),
        _ => Err(format!("has more than {SCALE} decimals, which cannot be kept exactly")),
    }
}

fn not_a_number() -> String {
    "is not a number such as 1234.5 or 1.2e-7".to_owned()
}

fn too_large() -> String {
    format!("has more than {} digits before the point", i32::from(DECIMAL_PRECISION) - SCALE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_exactly_or_refused() {
        let unit = 10_i128.pow(15);
        let check = |text: &str, expect: i128| assert_eq!(parse_decimal(text), Ok(expect), "{text}");
        check("0", 0);
        check("1", unit);
        check("-1.5", -unit * 3 / 2);
        check("+.5", unit / 2);
        check("5.", 5 * unit);
        check(" 7 ", 7 * unit);
        check("0.000000000000001", 1);
        check("2.000000000000000000000", 2 * unit);
        check("1.2e-7", 120_000_000);
        check("1E3", 1_000 * unit);
        check("1.5e+2", 150 * unit);
        check("9999999999999.999999999999999", 10_i128.pow(28) - 1);
        check("0e-900", 0);
    }

    #[test]
    fn what_is_no_number_names_the_rule() {
        let check = |text: &str, rule: &str| {
            let error = parse_decimal(text).expect_err(text);
            assert!(error.contains(rule), "{text}: {error}");
        };
        check("1,234.5", "thousands separator");
        check("", "not a number");
        check("-", "not a number");
        check(".", "not a number");
        check("e5", "not a number");
        check("1e", "not a number");
        check("1e99999", "not a number");
        check("¥5", "not a number");
        check("1.2.3", "not a number");
        check("NaN", "not a number");
        check("inf", "not a number");
        check("0x10", "not a number");
        check("0.0000000000000001", "15 decimals");
        check("10000000000000", "13 digits");
        check("1e13", "13 digits");
        check("1e300", "13 digits");
        check(&"9".repeat(60), "13 digits");
    }
}
