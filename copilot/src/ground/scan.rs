//! Finds everything in prose that says a number: digits, dates, names with digits, number words in both languages.

use domain::Decimal;
use unicode_normalization::UnicodeNormalization;

use super::{
    han,
    words::{currency_before, currency_behind, currency_code, date_part, english, is_count, is_percent, period_name, says_nothing, sign},
};

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
