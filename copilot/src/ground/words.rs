//! What stands around a number and says what it is: units, dates, signs; and words that are numbers themselves.

use domain::Decimal;

use super::scan::{Amount, Claim};

/// `2026年`, `10月`, `31日`, a bare year, `October 31`, with the characters it takes behind the digits.
pub(super) fn date_part(front: &str, digits: &str, letters: &str, behind: &str) -> Option<(Claim, usize)> {
    let number: i16 = digits.parse().ok()?;
    let month = front.trim_end_matches([' ', '.']).rsplit([' ', ',', '(']).next().and_then(month_of);
    let following =
        month_of(behind.trim_start_matches("st").trim_start_matches("th").trim().split([' ', ',', '.']).next().unwrap_or_default());
    let bare = letters.is_empty() && currency_before(front).is_none() && currency_behind(behind).is_none() && !is_percent(behind);
    match behind.chars().next() {
        Some('年') if digits.len() == 4 => Some((Claim::Date(Some(number), None, None), 1)),
        Some('月') if (1..=12).contains(&number) => Some((Claim::Date(None, Some(number as i8), None), 1)),
        Some('日' | '号') if (1..=31).contains(&number) => Some((Claim::Date(None, None, Some(number as i8)), 1)),
        _ if digits.len() == 4 && (1990..=2099).contains(&number) && bare => Some((Claim::Date(Some(number), None, None), 0)),
        _ if (1..=31).contains(&number) => {
            month.or(following).map(|month| (Claim::Date(None, Some(month), Some(number as i8)), letters.len()))
        }
        _ => None,
    }
}

/// Whether a number counts things, or says how many of the top ones.
pub(super) fn is_count(front: &str, behind: &str) -> bool {
    let top = ["前", "top", "first", "top-"].iter().any(|word| front.trim_end().ends_with(word));
    top || behind.trim_start().starts_with(['个', '项', '家', '类', '种', '台', '条', '款', '笔'])
}

/// The sign that stands before a number; a dash between words or digits is none.
pub(super) fn sign(front: &str) -> Option<bool> {
    let bare = front.trim_end_matches([' ', '¥', '$', '€', '£']);
    let mut characters = bare.chars().rev();
    let sign = characters.next()?;
    let joins = characters.next().is_some_and(char::is_alphanumeric);
    match sign {
        '-' | '−' if !joins => Some(true),
        '+' if !joins => Some(false),
        _ => None,
    }
}

/// Chinese numerals that are no number: words, names, `一` before a measure, quarters.
pub(super) fn says_nothing(run: &str, front: &str, behind: &str) -> bool {
    let next = behind.chars().next().unwrap_or(' ');
    match run {
        "一" => !matches!(next, '成' | '半' | '倍' | '折'),
        "十" => matches!(next, '分' | '足') && !behind.starts_with("分之"),
        "百" => matches!(next, '度' | '炼'),
        "千" => matches!(next, '问' | '帆' | '兆'),
        "万" => matches!(next, '网' | '科' | '能') || front.ends_with('以'),
        "万一" | "千万" => matches!(next, '要' | '别' | '不' | '注' | '记' | '出' | '有'),
        "零" => matches!(next, '售' | '星' | '散'),
        "三" | "二" | "四" => behind.starts_with("季度") || front.ends_with('第'),
        "两" => matches!(next, '者' | '端' | '侧' | '地'),
        _ => front.ends_with('第'),
    }
}

/// English words that say a number.
pub(super) fn english(word: &str) -> Option<Claim> {
    const COUNTS: [&str; 11] = ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
    const WORDS: [&str; 33] = [
        "zero",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
        "twenty",
        "thirty",
        "forty",
        "fifty",
        "sixty",
        "seventy",
        "eighty",
        "ninety",
        "hundred",
        "hundreds",
        "thousand",
        "thousands",
        "million",
        "millions",
        "billion",
        "billions",
        "dozen",
        "dozens",
        "double",
        "doubled",
        "doubling",
        "triple",
        "tripled",
        "twice",
        "thrice",
    ];
    const PROPORTIONS: [&str; 8] = ["half", "halved", "halving", "quadrupled", "tenfold", "twofold", "threefold", "one-third"];
    if let Some(at) = COUNTS.iter().position(|count| *count == word) {
        let (text, value) = (word.to_owned(), Decimal::from(at as u64 + 2));
        let amount = Amount { text, value, step: Decimal::ONE, digits: 1, negative: None, percent: false, currency: None, top: true };
        return Some(Claim::Amount(amount));
    }
    let says = |part: &str| WORDS.contains(&part) || PROPORTIONS.contains(&part);
    (says(word) || word.split('-').any(says)).then(|| Claim::Words(word.to_owned()))
}

/// `Q3`, `H1`, `2026Q3`, `2026-Q3`: a quarter or a half, which says no more than its year.
pub(super) fn period_name(word: &str) -> Option<Claim> {
    let lower = word.to_lowercase();
    let (year, part) = match lower.split_at_checked(4) {
        Some((year, part)) if year.bytes().all(|b| b.is_ascii_digit()) => (year.parse().ok(), part.trim_start_matches(['-', '/'])),
        _ => (None, lower.as_str()),
    };
    let named = matches!(part, "q1" | "q2" | "q3" | "q4" | "h1" | "h2");
    named.then_some(Claim::Date(year, None, None))
}

pub(super) fn month_of(word: &str) -> Option<i8> {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let word = word.to_lowercase();
    let at = MONTHS.iter().position(|month| word.starts_with(month) && word.len() <= 9)?;
    Some(at as i8 + 1)
}

pub(super) fn is_percent(behind: &str) -> bool {
    let behind = behind.trim_start();
    behind.starts_with(['%', '‰']) || behind.starts_with("percent") || behind.starts_with("per cent") || behind.starts_with("个百分点")
}

pub(super) fn currency_code(letters: &str) -> Option<&'static str> {
    ["CNY", "USD", "EUR", "GBP", "HKD", "JPY", "SGD"]
        .into_iter()
        .find(|code| code.eq_ignore_ascii_case(letters))
        .or_else(|| letters.eq_ignore_ascii_case("rmb").then_some("CNY"))
}

pub(super) fn currency_before(front: &str) -> Option<&'static str> {
    let front = front.trim_end();
    match front.chars().last()? {
        '¥' => Some("CNY"),
        '$' if front.ends_with("hk$") => Some("HKD"),
        '$' => Some("USD"),
        '€' => Some("EUR"),
        '£' => Some("GBP"),
        _ => currency_code(
            &front.chars().rev().take_while(char::is_ascii_alphabetic).collect::<Vec<_>>().into_iter().rev().collect::<String>(),
        ),
    }
}

pub(super) fn currency_behind(behind: &str) -> Option<&'static str> {
    let behind = behind.trim_start();
    let words = [
        ("美元", "USD"),
        ("美金", "USD"),
        ("dollar", "USD"),
        ("元", "CNY"),
        ("人民币", "CNY"),
        ("块", "CNY"),
        ("yuan", "CNY"),
        ("欧元", "EUR"),
        ("港元", "HKD"),
        ("港币", "HKD"),
        ("日元", "JPY"),
    ];
    words.iter().find(|(word, _)| behind.starts_with(word)).map(|(_, code)| *code).or_else(|| currency_code(behind.get(..3)?))
}
