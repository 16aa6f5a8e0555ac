//! Expressions of time in both languages, each with what it stands for on 18 June 2026, a Thursday.

use std::sync::LazyLock;

use jiff::civil::{Date, date};

use super::{Relative, Scanner, TimeWord};

const TODAY: Date = date(2026, 6, 18);

/// The longest expression found.
fn longest(text: &str) -> Option<TimeWord> {
    static SCANNER: LazyLock<Scanner> = LazyLock::new(Scanner::new);
    let found = SCANNER.scan(&crate::text::normalise(text), TODAY);
    found.into_iter().max_by_key(|(start, end, _)| end - start).map(|(_, _, word)| word)
}

fn check(text: &str, start: &str, end: &str) {
    match longest(text) {
        Some(TimeWord::Span(span)) => assert_eq!((span.start.to_string().as_str(), span.end.to_string().as_str()), (start, end), "{text}"),
        other => panic!("{text}: {other:?}"),
    }
}

#[test]
fn chinese_months_quarters_and_years() {
    check("上个月", "2026-05-01", "2026-06-01");
    check("上上个月", "2026-04-01", "2026-05-01");
    check("本月至今", "2026-06-01", "2026-07-01");
    check("5月份", "2026-05-01", "2026-06-01");
    check("十二月", "2025-12-01", "2026-01-01");
    check("去年12月", "2025-12-01", "2026-01-01");
    check("2026年3月", "2026-03-01", "2026-04-01");
    check("25年9月", "2025-09-01", "2025-10-01");
    check("2026-03", "2026-03-01", "2026-04-01");
    check("一季度", "2026-01-01", "2026-04-01");
    check("去年第四季度", "2025-10-01", "2026-01-01");
    check("Q3", "2025-07-01", "2025-10-01");
    check("上季度", "2026-01-01", "2026-04-01");
    check("去年下半年", "2025-07-01", "2026-01-01");
    check("今年以来", "2026-01-01", "2027-01-01");
    check("去年", "2025-01-01", "2026-01-01");
    check("2025年", "2025-01-01", "2026-01-01");
}

#[test]
fn chinese_runs_weeks_and_days() {
    check("1-5月", "2026-01-01", "2026-06-01");
    check("今年1到5月", "2026-01-01", "2026-06-01");
    check("1月到5月", "2026-01-01", "2026-06-01");
    check("11月到2月", "2025-11-01", "2026-03-01");
    check("从去年6月到今年5月", "2025-06-01", "2026-06-01");
    check("3、4、5月", "2026-03-01", "2026-06-01");
    check("前三个月", "2026-03-01", "2026-06-01");
    check("近半年", "2025-12-01", "2026-06-01");
    check("上周", "2026-06-08", "2026-06-15");
    check("上上周", "2026-06-01", "2026-06-08");
    check("本周", "2026-06-15", "2026-06-22");
    check("最近7天", "2026-06-11", "2026-06-18");
    check("过去两周", "2026-06-01", "2026-06-15");
    check("昨天", "2026-06-17", "2026-06-18");
    check("前天", "2026-06-16", "2026-06-17");
    check("6月16号", "2026-06-16", "2026-06-17");
    check("11月11日", "2025-11-11", "2025-11-12");
    check("4月20号到5月17号", "2026-04-20", "2026-05-18");
    check("5月1日至5日", "2026-05-01", "2026-05-06");
    check("5.1到5.5", "2026-05-01", "2026-05-06");
    check("12月25日到1月3日", "2025-12-25", "2026-01-04");
    check("去年双11当天", "2025-11-11", "2025-11-12");
    check("国庆期间", "2025-10-01", "2025-10-08");
    check("春节期间", "2026-02-15", "2026-02-24");
    check("2026/6/3", "2026-06-03", "2026-06-04");
}

#[test]
fn english_periods() {
    check("last month", "2026-05-01", "2026-06-01");
    check("the month before last", "2026-04-01", "2026-05-01");
    check("MTD", "2026-06-01", "2026-07-01");
    check("year to date", "2026-01-01", "2027-01-01");
    check("in May", "2026-05-01", "2026-06-01");
    check("December", "2025-12-01", "2026-01-01");
    check("March 2025", "2025-03-01", "2025-04-01");
    check("Aug '25", "2025-08-01", "2025-09-01");
    check("Q4", "2025-10-01", "2026-01-01");
    check("Q3 2025", "2025-07-01", "2025-10-01");
    check("2025 Q3", "2025-07-01", "2025-10-01");
    check("the second quarter of 2025", "2025-04-01", "2025-07-01");
    check("first half of 2026", "2026-01-01", "2026-07-01");
    check("H2 2025", "2025-07-01", "2026-01-01");
    check("last quarter", "2026-01-01", "2026-04-01");
    check("in 2025", "2025-01-01", "2026-01-01");
    check("June 2025 to May 2026", "2025-06-01", "2026-06-01");
    check("January to May", "2026-01-01", "2026-06-01");
    check("past 7 days", "2026-06-11", "2026-06-18");
    check("the last 4 full weeks", "2026-05-18", "2026-06-15");
    check("last 3 months", "2026-03-01", "2026-06-01");
    check("last week", "2026-06-08", "2026-06-15");
    check("the week before last", "2026-06-01", "2026-06-08");
    check("yesterday", "2026-06-17", "2026-06-18");
    check("June 1-16", "2026-06-01", "2026-06-17");
    check("1 to 16 June", "2026-06-01", "2026-06-17");
    check("April 15 - April 25", "2026-04-15", "2026-04-26");
    check("May 3rd", "2026-05-03", "2026-05-04");
    check("3 May 2026", "2026-05-03", "2026-05-04");
    check("5/12", "2026-05-12", "2026-05-13");
}

#[test]
fn relative_expressions_wait_for_what_they_relate_to() {
    let relative = |text, expect| assert_eq!(longest(text), Some(TimeWord::Relative(expect)), "{text}");
    relative("去年同期", Relative::YearEarlier);
    relative("the same month last year", Relative::YearEarlier);
    relative("上月同期", Relative::MonthEarlier);
    relative("the month before that", Relative::Before);
    relative("the week before", Relative::Before);
    relative("再上个月", Relative::Before);
    assert_eq!(longest("未来60天内"), Some(TimeWord::NextDays(60)));
    assert_eq!(longest("in the next 60 days"), Some(TimeWord::NextDays(60)));
    assert_eq!(longest("截至16号"), Some(TimeWord::DaysOfMonth(1, 16)));
}

#[test]
fn what_is_no_date_is_not_read_as_one() {
    for text in ["13月", "0月", "Q5", "2月30号到2月31号的", "13/40", "cost of ecs"] {
        let span = longest(text).filter(|word| matches!(word, TimeWord::Span(span) if span.unit != super::Unit::Month));
        assert_eq!(span, None, "{text}");
    }
}
