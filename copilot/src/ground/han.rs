//! Numbers written in Chinese characters.

use domain::Decimal;

/// Characters that numbers are written with.
pub(super) fn is_numeral(c: char) -> bool {
    digit(c).is_some() || multiple(c).is_some()
}

fn digit(c: char) -> Option<u32> {
    Some(match c {
        '〇' | '零' => 0,
        '一' | '壹' => 1,
        '二' | '两' | '贰' => 2,
        '三' | '叁' => 3,
        '四' | '肆' => 4,
        '五' | '伍' => 5,
        '六' | '陆' => 6,
        '七' | '柒' => 7,
        '八' | '捌' => 8,
        '九' | '玖' => 9,
        _ => return None,
    })
}

/// What a character multiplies by.
pub(super) fn multiple(c: char) -> Option<u64> {
    Some(match c {
        '十' | '拾' => 10,
        '百' | '佰' => 100,
        '千' | '仟' => 1_000,
        '万' => 10_000,
        '亿' => 100_000_000,
        _ => return None,
    })
}

/// Whether a text ends with a numeral that a number behind it would be read together with.
pub(super) fn ends_with_numeral(text: &str) -> bool {
    text.ends_with(is_numeral) && !text.ends_with("一") && !text.ends_with("两")
}

/// The value of a run of numerals: `三百二十万` is 3,200,000; `二〇二六` is 2026.
pub(super) fn value(run: &str) -> Option<Decimal> {
    if run.chars().all(|c| digit(c).is_some()) {
        let digits: String = run.chars().filter_map(digit).map(|digit| digit.to_string()).collect();
        return digits.parse().ok();
    }
    let (mut total, mut section, mut current): (u64, u64, Option<u64>) = (0, 0, None);
    for c in run.chars() {
        if let Some(digit) = digit(c) {
            current = Some(u64::from(digit));
            continue;
        }
        let times = multiple(c)?;
        if times < 10_000 {
            section = section.checked_add(current.take().unwrap_or(1).checked_mul(times)?)?;
        } else {
            section += current.take().unwrap_or(0);
            let whole = if section == 0 && total == 0 { 1 } else { section };
            total = if times > 10_000 {
                total.checked_add(whole)?.checked_mul(times)?
            } else {
                total.checked_add(whole.checked_mul(times)?)?
            };
            section = 0;
        }
    }
    Some(Decimal::from(total.checked_add(section)?.checked_add(current.unwrap_or(0))?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numerals_have_values() {
        let check = |run: &str, expect: u64| assert_eq!(value(run), Some(Decimal::from(expect)), "{run}");
        check("三", 3);
        check("十", 10);
        check("十二", 12);
        check("三十", 30);
        check("一百零五", 105);
        check("三百二十万", 3_200_000);
        check("一亿两千万", 120_000_000);
        check("二〇二六", 2026);
        check("万", 10_000);
    }
}
