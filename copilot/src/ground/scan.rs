//! Finds everything in prose that says a number: digits, dates, names with digits, number words in both languages.

use domain::Decimal;
use unicode_normalization::UnicodeNormalization;

use super::han;

/// Something in prose that says a number.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Claim {
    /// A number.
    Amount(Amount),
    /// A date or a part of one: year, month, day.
    Date(Option<i16>, Option<i8>, Option<i8>),
    /// A name with digits in it, in lower case.
    Name(String),
    /// A number in words that is no plain count: `翻倍`, `twice`, `a dozen`.
    Words(String),
}

/// A number as it was written.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Amount {
    /// As written.
    pub(super) text: String,
    pub(super) value: Decimal,
    /// What the last written digit is worth.
    pub(super) step: Decimal,
    /// Digits written, without leading zeros.
    pub(super) digits: usize,
    /// Whether a sign of its own says that it is negative.
    pub(super) negative: Option<bool>,
    pub(super) percent: bool,
    pub(super) currency: Option<&'static str>,
    /// Follows `前`, `top` or `first`.
    pub(super) top: bool,
}

/// Text as a reader sees it: full-width and circled digits as digits, no invisible characters.
pub(super) fn normalize(text: &str) -> String {
    let invisible =
        |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{ad}');
    // Only digits are folded: other full-width characters are how Chinese is punctuated.
    let fold = |c: char| {
        let folded: String = c.nfkc().collect();
        let number = c.is_numeric() && folded.contains(|c: char| c.is_ascii_digit());
        let sign = matches!(c, '\u{ff05}' | '\u{ff0e}' | '\u{ffe5}' | '\u{ff04}' | '\u{ff0d}' | '\u{ff0b}');
        if number || sign { folded } else { c.to_string() }
    };
    text.chars().filter(|c| !invisible(*c)).map(fold).collect()
}

/// Every claim in a text, which is normalized already. Emphasis inside a number does not split it.
pub(super) fn scan(text: &str) -> Vec<Claim> {
    let characters: Vec<char> = text.chars().filter(|c| !matches!(c, '*' | '`')).collect();
    let mut scanner = Scanner { text: &characters, at: 0, claims: Vec::new() };
    while scanner.at < characters.len() {
        scanner.step();
    }
    scanner.claims
}

struct Scanner<'a> {
    text: &'a [char],
    at: usize,
    claims: Vec<Claim>,
}

impl Scanner<'_> {
    fn step(&mut self) {
        let c = self.text[self.at];
        if c.is_ascii_alphanumeric() {
            self.word();
        } else if han::is_numeral(c) {
            self.numeral();
        } else if !self.idiom() {
            if c.is_numeric() {
                self.claims.push(Claim::Words(c.to_string()));
            }
            self.at += 1;
        }
    }

    fn rest(&self, from: usize, count: usize) -> String {
        self.text.iter().skip(from).take(count).collect::<String>().to_lowercase()
    }

    fn before(&self, count: usize) -> String {
        self.text[self.at.saturating_sub(count)..self.at].iter().collect::<String>().to_lowercase()
    }

    /// Words that say a proportion without a numeral.
    fn idiom(&mut self) -> bool {
        const IDIOMS: [&str; 6] = ["翻倍", "翻番", "翻了", "半数", "过半", "近半"];
        let here = self.rest(self.at, 2);
        let found = IDIOMS.contains(&here.as_str());
        if found {
            self.claims.push(Claim::Words(here));
            self.at += 2;
        }
        found
    }

    /// A run of letters, digits and what joins them in names, dates and numbers.
    fn word(&mut self) {
        let start = self.at;
        if self.iso_date() {
            return;
        }
        let mut end = start;
        while let Some(&c) = self.text.get(end) {
            let joins =
                matches!(c, '-' | '_' | '.' | '/' | ':' | '@' | ',') && self.text.get(end + 1).is_some_and(char::is_ascii_alphanumeric);
            // A comma and a dot join digits only.
            let between_digits =
                end > start && self.text[end - 1].is_ascii_digit() && self.text.get(end + 1).is_some_and(char::is_ascii_digit);
            if !(c.is_ascii_alphanumeric() || joins && (c != ',' || between_digits)) {
                break;
            }
            end += 1;
        }
        let word: String = self.text[start..end].iter().collect();
        if !word.contains(|c: char| c.is_ascii_digit()) {
            if let Some(claim) = english(&word.to_lowercase()) {
                self.claims.push(claim);
            }
            self.at = end;
            return;
        }
        if word.starts_with(|c: char| c.is_ascii_digit()) && self.number() {
            return;
        }
        let priced = currency_code(word.get(..3).unwrap_or_default()).is_some() && word[3..].starts_with(|c: char| c.is_ascii_digit());
        if priced {
            self.at = start + 3;
            if self.number() {
                return;
            }
        }
        self.at = end;
        self.claims.push(period_name(&word).unwrap_or_else(|| Claim::Name(word.to_lowercase())));
    }

    /// `2026-10-31`, `2026/10/31`, `2026-10`.
    fn iso_date(&mut self) -> bool {
        let digits = |from: usize, most: usize| self.text.iter().skip(from).take_while(|c| c.is_ascii_digit()).count().min(most + 1);
        let year = digits(self.at, 4);
        let joint = self.text.get(self.at + 4).copied().unwrap_or(' ');
        if year != 4 || !matches!(joint, '-' | '/') {
            return false;
        }
        let month = digits(self.at + 5, 2);
        if !(1..=2).contains(&month) {
            return false;
        }
        let part = |from: usize, count: usize| self.text[from..from + count].iter().collect::<String>().parse::<i16>().ok();
        let (year, month_value) = (part(self.at, 4), part(self.at + 5, month));
        let mut end = self.at + 5 + month;
        let mut day = None;
        if self.text.get(end) == Some(&joint) {
            let count = digits(end + 1, 2);
            if !(1..=2).contains(&count) {
                return false;
            }
            day = part(end + 1, count);
            end += 1 + count;
        }
        let valid = matches!(month_value, Some(1..=12)) && day.is_none_or(|day| (1..=31).contains(&day));
        if !valid || self.text.get(end).is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '/')) {
            return false;
        }
        self.claims.push(Claim::Date(year, month_value.map(|month| month as i8), day.map(|day| day as i8)));
        self.at = end;
        true
    }

    /// Digits with separators, a multiple and a unit; false where letters make it a name.
    fn number(&mut self) -> bool {
        let (digits, end) = self.digits();
        let Ok(value) = digits.parse::<Decimal>() else {
            // Longer than any amount: it can only be backed as a name.
            self.claims.push(Claim::Name(digits));
            self.at = end;
            return true;
        };
        let letters: String =
            self.text.iter().skip(end).take_while(|c| c.is_ascii_alphanumeric() || **c == '_').collect::<String>().to_lowercase();
        let joined = matches!(self.text.get(end + letters.len()), Some('-' | '/' | ':' | '.'))
            && self.text.get(end + letters.len() + 1).is_some_and(char::is_ascii_alphanumeric);
        let (times, used) = self.multiple(end, &letters);
        let unit = matches!(
            letters.as_str(),
            "" | "gb" | "tb" | "mb" | "kb" | "gib" | "tib" | "h" | "d" | "s" | "ms" | "vcpu" | "c" | "st" | "nd" | "rd" | "th"
        );
        if joined || used == 0 && !unit && currency_code(&letters).is_none() {
            return false;
        }
        let decimals = digits.split_once('.').map_or(0, |(_, fraction)| fraction.len() as u32);
        let (front, behind) = (self.before(12), self.rest(end + used, 12));
        if used == 0
            && decimals == 0
            && let Some((claim, behind)) = date_part(&front, &digits, &letters, &behind)
        {
            self.claims.push(claim);
            self.at = end + behind;
            return true;
        }
        let written: String = self.text[self.at..end + used].iter().collect();
        self.at = end + if used == 0 { letters.len() } else { used };
        if behind.trim_start().starts_with(['倍', '成', '折'])
            || behind.trim_start_matches([' ', '-']).starts_with("times")
            || behind.starts_with("-fold")
        {
            let unit = behind.trim_start().chars().next().unwrap_or(' ');
            self.claims.push(Claim::Words(format!("{written}{unit}")));
            return true;
        }
        self.claims.push(Claim::Amount(Amount {
            text: written,
            value: value * times,
            step: Decimal::new(1, decimals) * times,
            digits: digits.trim_start_matches(['0', '.']).chars().filter(char::is_ascii_digit).count(),
            negative: sign(&front),
            percent: is_percent(&behind),
            currency: currency_before(&front).or_else(|| currency_behind(&behind)),
            top: is_count(&front, &behind),
        }));
        true
    }

    /// The digits here, without separators, and where they end.
    fn digits(&self) -> (String, usize) {
        let mut end = self.at;
        let mut digits = String::new();
        while let Some(&c) = self.text.get(end) {
            let next_is_digit = self.text.get(end + 1).is_some_and(char::is_ascii_digit);
            match c {
                '0'..='9' => digits.push(c),
                ',' if next_is_digit => {}
                '.' if next_is_digit && !digits.contains('.') => digits.push(c),
                _ => break,
            }
            end += 1;
        }
        (digits, end)
    }

    /// What `万`, `k` or `million` behind a number multiplies it by, and how many characters that takes.
    fn multiple(&self, end: usize, letters: &str) -> (Decimal, usize) {
        let blank = usize::from(self.text.get(end) == Some(&' '));
        let word: String = self.text.iter().skip(end + blank).take_while(|c| c.is_ascii_alphabetic()).collect::<String>().to_lowercase();
        let english = match (letters, word.as_str()) {
            ("k", _) | (_, "thousand") => Some(1_000_u64),
            ("m" | "mn", _) | (_, "million") => Some(1_000_000),
            ("b" | "bn", _) | (_, "billion") => Some(1_000_000_000),
            (_, "hundred") => Some(100),
            (_, "dozen") => Some(12),
            _ => None,
        };
        if let Some(times) = english {
            return (Decimal::from(times), if letters.is_empty() { blank + word.len() } else { letters.len() });
        }
        let mut times = 1_u64;
        let mut used = 0;
        while let Some(own) = self.text.get(end + blank + used).and_then(|c| han::multiple(*c)).filter(|own| *own >= 100) {
            times = times.saturating_mul(own);
            used += 1;
        }
        if used == 0 { (Decimal::ONE, 0) } else { (Decimal::from(times), blank + used) }
    }

    /// A run of Chinese numerals.
    fn numeral(&mut self) {
        let start = self.at;
        let run: String = self.text[start..].iter().take_while(|c| han::is_numeral(**c)).collect();
        let length = run.chars().count();
        let (front, behind) = (self.before(3), self.rest(start + length, 3));
        self.at += length;
        let next = behind.chars().next().unwrap_or(' ');
        let Some(value) = han::value(&run) else { return };
        if next == '月' && length <= 2 || matches!(next, '年') && length == 4 || matches!(next, '日' | '号') && length <= 3 {
            let number = i16::try_from(value).unwrap_or_default();
            self.claims.push(match next {
                '年' => Claim::Date(Some(number), None, None),
                '月' => Claim::Date(None, Some(number as i8), None),
                _ => Claim::Date(None, None, Some(number as i8)),
            });
            return;
        }
        if says_nothing(&run, &front, &behind) {
            return;
        }
        if matches!(next, '倍' | '成' | '折' | '半') || behind.starts_with("分之") {
            self.claims.push(Claim::Words(format!("{run}{next}")));
            return;
        }
        let digits = run.chars().filter(|c| han::multiple(*c).is_none()).count().max(1);
        self.claims.push(Claim::Amount(Amount {
            text: run,
            value,
            step: Decimal::ONE,
            digits,
            negative: None,
            percent: is_percent(&behind),
            currency: currency_behind(&behind),
            top: is_count(&front, &behind),
        }));
    }
}

/// `2026年`, `10月`, `31日`, a bare year, `October 31`, with the characters it takes behind the digits.
fn date_part(front: &str, digits: &str, letters: &str, behind: &str) -> Option<(Claim, usize)> {
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
fn is_count(front: &str, behind: &str) -> bool {
    let top = ["前", "top", "first", "top-"].iter().any(|word| front.trim_end().ends_with(word));
    top || behind.trim_start().starts_with(['个', '项', '家', '类', '种', '台', '条', '款', '笔'])
}

/// The sign that stands before a number; a dash between words or digits is none.
fn sign(front: &str) -> Option<bool> {
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
fn says_nothing(run: &str, front: &str, behind: &str) -> bool {
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
fn english(word: &str) -> Option<Claim> {
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
fn period_name(word: &str) -> Option<Claim> {
    let lower = word.to_lowercase();
    let (year, part) = match lower.split_at_checked(4) {
        Some((year, part)) if year.bytes().all(|b| b.is_ascii_digit()) => (year.parse().ok(), part.trim_start_matches(['-', '/'])),
        _ => (None, lower.as_str()),
    };
    let named = matches!(part, "q1" | "q2" | "q3" | "q4" | "h1" | "h2");
    named.then_some(Claim::Date(year, None, None))
}

fn month_of(word: &str) -> Option<i8> {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let word = word.to_lowercase();
    let at = MONTHS.iter().position(|month| word.starts_with(month) && word.len() <= 9)?;
    Some(at as i8 + 1)
}

fn is_percent(behind: &str) -> bool {
    let behind = behind.trim_start();
    behind.starts_with(['%', '‰']) || behind.starts_with("percent") || behind.starts_with("per cent") || behind.starts_with("个百分点")
}

fn currency_code(letters: &str) -> Option<&'static str> {
    ["CNY", "USD", "EUR", "GBP", "HKD", "JPY", "SGD"]
        .into_iter()
        .find(|code| code.eq_ignore_ascii_case(letters))
        .or_else(|| letters.eq_ignore_ascii_case("rmb").then_some("CNY"))
}

fn currency_before(front: &str) -> Option<&'static str> {
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

fn currency_behind(behind: &str) -> Option<&'static str> {
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
