//! Questions and names brought to one form, so that matching compares like with like.

use domain::language::is_han;
use unicode_normalization::UnicodeNormalization;

/// A text in compatibility form (full-width to half-width), lower case, with the punctuation of both languages unified.
pub(crate) fn normalise(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.nfkc().flat_map(char::to_lowercase) {
        match c {
            '“' | '”' | '„' | '「' | '」' | '『' | '』' | '《' | '》' | '`' => out.push('"'),
            '‘' | '’' => out.push('\''),
            '。' | '！' => out.push('.'),
            '，' => out.push(','),
            '；' => out.push(';'),
            '【' => out.push('['),
            '】' => out.push(']'),
            '～' | '〜' | '∼' => out.push('~'),
            '–' | '—' | '−' | '‐' | '‑' => out.push('-'),
            c if c.is_whitespace() || c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// The same text with hyphens and underscores as blanks. Keeps byte positions, so that both can be scanned side by side.
pub(crate) fn flatten(normalised: &str) -> String {
    normalised.chars().map(|c| if matches!(c, '-' | '_') { ' ' } else { c }).collect()
}

/// A name as a key of the lexicon: normalised, flattened, blanks collapsed.
pub(crate) fn key(name: &str) -> String {
    flatten(&normalise(name)).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a character belongs to a Latin word or a number.
pub(crate) fn is_word(c: char) -> bool {
    c.is_alphanumeric() && !is_han(c)
}

/// Whether a span of a text does not cut a Latin word or number in two.
pub(crate) fn on_boundaries(text: &str, start: usize, end: usize) -> bool {
    let before = text[..start].chars().next_back();
    let first = text[start..].chars().next();
    let last = text[..end].chars().next_back();
    let after = text[end..].chars().next();
    let cuts = |a: Option<char>, b: Option<char>| matches!((a, b), (Some(a), Some(b)) if is_word(a) && is_word(b) && a.is_alphabetic() == b.is_alphabetic());
    let cuts_word = |a: Option<char>, b: Option<char>| matches!((a, b), (Some(a), Some(b)) if is_word(a) && is_word(b));
    let inner_digit = first.is_some_and(|c| c.is_ascii_digit()) || last.is_some_and(|c| c.is_ascii_digit());
    if inner_digit { !cuts_word(before, first) && !cuts_word(last, after) } else { !cuts(before, first) && !cuts_word(last, after) }
}

/// The runs of Latin words and of Han characters in a key, in order: what a mixed name such as `商城生产(mall prod)` is made of.
pub(crate) fn runs(key: &str) -> Vec<(bool, String)> {
    let mut runs: Vec<(bool, String)> = Vec::new();
    let mut open = false;
    for c in key.chars() {
        let han = is_han(c);
        if !han && !is_word(c) && !matches!(c, ' ' | '.' | '&' | '+' | '/') {
            open = false;
            continue;
        }
        match runs.last_mut() {
            Some((kind, run)) if open && *kind == han => run.push(c),
            _ => runs.push((han, c.to_string())),
        }
        open = true;
    }
    runs.into_iter().map(|(han, run)| (han, run.trim().to_owned())).filter(|(_, run)| !run.is_empty()).collect()
}

/// The value of a Chinese numeral up to the ten thousands (`十二`, `两`, `三百五十`), or of digits.
pub(crate) fn numeral(text: &str) -> Option<u32> {
    if let Ok(number) = text.parse() {
        return Some(number);
    }
    let (mut total, mut digit) = (0u32, 0u32);
    for c in text.chars() {
        match c {
            '零' | '〇' => digit = 0,
            '一' => digit = 1,
            '二' | '两' => digit = 2,
            '三' => digit = 3,
            '四' => digit = 4,
            '五' => digit = 5,
            '六' => digit = 6,
            '七' => digit = 7,
            '八' => digit = 8,
            '九' => digit = 9,
            '十' | '百' | '千' => {
                let unit = match c {
                    '十' => 10,
                    '百' => 100,
                    _ => 1000,
                };
                total = total.checked_add(digit.max(1).checked_mul(unit)?)?;
                digit = 0;
            }
            _ => return None,
        }
    }
    (!text.is_empty()).then_some(total.checked_add(digit)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_meet_in_one_form() {
        assert_eq!(key("华东1（杭州）"), "华东1(杭州)");
        assert_eq!(key(" Mall-Prod_ 2 "), "mall prod 2");
    }

    #[test]
    fn mixed_names_fall_into_runs() {
        let check = |name, expect: &[&str]| assert_eq!(runs(&key(name)).iter().map(|r| r.1.as_str()).collect::<Vec<_>>(), expect);
        check("商城生产(mall-prod)", &["商城生产", "mall prod"]);
        check("云数据库Tair(兼容Redis)", &["云数据库", "tair", "兼容", "redis"]);
        check("Amazon EC2", &["amazon ec2"]);
    }

    #[test]
    fn chinese_numerals_have_values() {
        let check = |text, expect| assert_eq!(numeral(text), expect, "{text}");
        check("十二", Some(12));
        check("两", Some(2));
        check("三百五十", Some(350));
        check("17", Some(17));
        check("甲", None);
    }
}
