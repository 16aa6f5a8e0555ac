//! Text to search terms: Chinese is cut for search, ids and numbers stay whole and are also found by their parts.

use std::sync::LazyLock;

use domain::language::is_han;
use jieba_rs::Jieba;
use unicode_normalization::UnicodeNormalization;

static JIEBA: LazyLock<Jieba> = LazyLock::new(Jieba::new);

/// Words that stand in every question and on every page. Measured: with them nDCG@10 loses 0.04.
const STOP_WORDS: &str = "\
    的 了 吗 呢 啊 是 在 和 与 或 及 吧 我 你 他 我们 你们 他们 这 那 这个 那个 就 都 也 还 个 一个 什么 怎么 怎样 哪 哪个 哪些 谁 多少 几 啥 有 没有 \
    能 能不能 可以 要 会 到 从 把 被 给 让 里 上 下 里面 为 为什么 咋 请问 想 去 说 后 吗 呀 嘛 \
    a an the of to in on for and or is are was were be been do does did i we you it that this what which who whom when where how why \
    can could should would will shall may might my our your their its at by from with as if not no so any some there then than these \
    those has have had am us me about into up out over get gets got one please pls ok";

static STOP: LazyLock<std::collections::HashSet<&'static str>> = LazyLock::new(|| STOP_WORDS.split_whitespace().collect());

/// NFKC, lower case, no thousands commas: what terms and phrases are looked for in.
pub(crate) fn normalise(text: &str) -> String {
    let text: Vec<char> = text.nfkc().flat_map(char::to_lowercase).collect();
    let is_digit = |at: Option<&char>| at.is_some_and(char::is_ascii_digit);
    let is_thousands_comma = |at: usize| {
        text[at] == ','
            && at > 0
            && is_digit(text.get(at - 1))
            && (1..=3).all(|step| is_digit(text.get(at + step)))
            && !is_digit(text.get(at + 4))
    };
    (0..text.len()).filter(|at| !is_thousands_comma(*at)).map(|at| text[at]).collect()
}

/// The terms of a text, in order, with repeats.
pub(crate) fn terms(text: &str) -> Vec<String> {
    let text = normalise(text);
    let mut terms = Vec::new();
    for run in runs(&text) {
        if run.starts_with(is_han) {
            terms.extend(JIEBA.cut_for_search(run, true).into_iter().filter(|word| !STOP.contains(word)).map(str::to_owned));
        } else {
            push_latin(run, &mut terms);
        }
    }
    terms
}

fn push_latin(run: &str, terms: &mut Vec<String>) {
    terms.extend(latin_term(run));
    let parts: Vec<&str> = run.split(is_joint).filter(|part| !part.is_empty()).collect();
    if parts.len() > 1 {
        terms.extend(parts.into_iter().filter_map(latin_term));
    }
}

/// The term of one English word, id or number; none for a stop word.
pub(crate) fn latin_term(word: &str) -> Option<String> {
    (!STOP.contains(word)).then(|| singular(word))
}

/// Runs of Chinese, and words, ids and numbers with what joins their parts (`i-0d66`, `10.0.0.1`, `v1.2`, `97%`).
fn runs(text: &str) -> Vec<&str> {
    let mut runs = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_alphanumeric()) {
        rest = &rest[start..];
        let length = if rest.starts_with(is_han) { han_length(rest) } else { latin_length(rest) };
        runs.push(&rest[..length]);
        rest = &rest[length..];
    }
    runs
}

fn han_length(text: &str) -> usize {
    text.find(|c| !is_han(c)).unwrap_or(text.len())
}

fn latin_length(text: &str) -> usize {
    let mut length = 0;
    let mut after_joint = 0;
    for c in text.chars() {
        if c.is_alphanumeric() && !is_han(c) {
            length += after_joint + c.len_utf8();
            after_joint = 0;
        } else if is_joint(c) && after_joint == 0 {
            after_joint = c.len_utf8();
        } else {
            break;
        }
    }
    if text[length..].starts_with('%') { length + 1 } else { length }
}

fn is_joint(c: char) -> bool {
    matches!(c, '-' | '_' | '.' | ':' | '/' | '@')
}

/// The singular of an English plural; anything else as it is. Heavier stemming measured no better and joins words that differ.
fn singular(word: &str) -> String {
    let is_word = word.len() > 3 && word.bytes().all(|byte| byte.is_ascii_lowercase());
    let ends = |endings: &[&str]| endings.iter().any(|ending| word.ends_with(ending));
    if is_word && ends(&["ies"]) && !ends(&["eies", "aies"]) {
        format!("{}y", &word[..word.len() - 3])
    } else if is_word && ends(&["s"]) && !ends(&["us", "ss", "is"]) {
        word[..word.len() - 1].to_owned()
    } else {
        word.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &str) {
        assert_eq!(terms(text).join(" "), expect, "{text}");
    }

    #[test]
    fn ids_versions_ports_and_numbers_stay_whole() {
        check("i-0d66d7ed open 47.98.211.36:8080", "i-0d66d7ed 0d66d7ed open 47.98.211.36:8080 47 98 211 36 8080");
        check("1,420,095 rows, 97% of v1.33", "1420095 row 97% v1.33 v1 33");
        check("1420095583371265", "1420095583371265");
    }

    #[test]
    fn both_languages_in_one_sentence() {
        check("ＥＣＳ实例的CPU", "ecs 实例 cpu");
        check("the Policies of buckets, status", "policy bucket status");
    }

    #[test]
    fn a_list_of_numbers_is_not_one_number() {
        assert_eq!(normalise("1,2,3 and 12,345 and 1,2345"), "1,2,3 and 12345 and 1,2345");
    }
}
