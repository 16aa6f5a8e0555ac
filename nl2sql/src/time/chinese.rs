//! Expressions of time in Chinese.

use jiff::civil::Date;
use regex::Captures;

use super::{
    Relative, TimeWord, Unit, add_days, add_months, calendar, first_of_month, first_of_quarter, monday,
    scan::{self, Resolve},
};
use crate::text::numeral;

const YEAR: &str = r"(?:(?:(?P<y>20\d\d|\d\d)年|(?P<r>今年|本年度|本年|去年|上一年|上年|前年|明年))(?:的)?\s*)";
const NUM: &str = r"(?:\d{1,2}|[一二两三四五六七八九十]{1,3})";
const TO: &str = r"\s*(?:到|至|-|~|—)\s*";

pub(super) fn patterns() -> Vec<(String, Resolve)> {
    let mut patterns: Vec<(String, Resolve)> = vec![
        (format!(r"{YEAR}?(?P<m>{NUM})月(?:份)?"), |c, t| scan::month(year(c, t), num(c, "m")?, t)),
        (format!(r"{YEAR}?(?P<m>{NUM})月(?:份)?(?P<d>{NUM})[日号]"), |c, t| scan::day(month_day(c, "m", "d", t)?, t)),
        (
            format!(r"{YEAR}?(?P<m>{NUM})月(?:份)?{TO}(?P<z>(?P<y2>20\d\d)年|(?P<r2>今年|去年|本年))?(?:的)?(?P<n>{NUM})月(?:份)?"),
            month_run,
        ),
        (format!(r"{YEAR}?(?P<m>{NUM}){TO}(?P<n>{NUM})月(?:份)?"), month_run),
        (format!(r"{YEAR}?(?P<m>{NUM})(?:月)?(?:[、,和]\s*{NUM}(?:月)?)*[、,和]\s*(?P<n>{NUM})月(?:份)?"), month_list),
        (format!(r"{YEAR}?(?P<m>{NUM})月(?P<d>{NUM})[日号]?{TO}(?:(?P<n>{NUM})月)?(?P<e>{NUM})[日号]"), days),
        (format!(r"{YEAR}?(?P<m>\d{{1,2}})\.(?P<d>\d{{1,2}})[日号]?{TO}(?P<n>\d{{1,2}})\.(?P<e>\d{{1,2}})[日号]?"), days),
        (format!(r"(?:第)?(?P<d>{NUM})[日号]?{TO}(?P<e>{NUM})[日号]"), |c, _| {
            Some(TimeWord::DaysOfMonth(small(num(c, "d")?)?, small(num(c, "e")?)?))
        }),
        (format!(r"(?P<d>{NUM})[号日]"), |c, _| Some(TimeWord::DayOfMonth(small(num(c, "d")?)?))),
        (format!(r"{YEAR}?(?:的)?(?:第)?(?P<q>[一二三四1234])(?:个)?季度"), |c, t| scan::quarter(year(c, t), num(c, "q")?, t)),
        (format!(r"{YEAR}?\s*q(?P<q>[1-4])(?:季度)?"), |c, t| scan::quarter(year(c, t), num(c, "q")?, t)),
        (format!(r"{YEAR}?(?P<h>上|下|前|后)半年"), half),
        (format!(r"{YEAR}?\s*h(?P<h>[12])"), |c, t| scan::half(year(c, t), num(c, "h")?, t)),
        (YEAR.to_owned(), |c, t| scan::year(year(c, t)?, t)),
        (
            format!(r"(?:最近|近|过去|过往)(?:的)?(?P<n>{NUM}|\d{{1,3}})(?P<u>天|日|周|个?星期|个?礼拜|个?整?月|个?季度|年)"),
            |c, t| scan::last(num(c, "n")?, &unit(c)?, t),
        ),
        (format!(r"(?:前|上)(?P<n>{NUM})(?P<u>周|个?星期|个?礼拜|个?整?月|个?季度)"), |c, t| {
            scan::last(num(c, "n").filter(|n| *n > 1)?, &unit(c)?, t)
        }),
        (r"(?:最近|近|过去|前)半年".to_owned(), |_, t| scan::last(6, "月", t)),
        (format!(r"(?:未来|接下来|今后|往后|之后|后面)的?(?P<n>{NUM}|\d{{1,3}})(?P<u>天|日|周|个?星期|个?月)(?:之?内|以内)?"), next),
        (format!(r"(?P<n>{NUM}|\d{{1,3}})(?P<u>天|日|周|个?星期|个?月)(?:之?内|以内)"), next),
        (r"(?:截至|截止|截止到|到)(?P<d>\d{1,2})[日号](?:为止)?".to_owned(), |c, _| {
            Some(TimeWord::DaysOfMonth(1, small(num(c, "d")?)?))
        }),
        (
            r"(?P<r>今年|去年|前年)?(?P<n>元旦|春节|五一|劳动节|618|国庆|双11|双十一|双12|双十二|圣诞)(?:节)?(?:假期|期间|当天|那天|大促)?"
                .to_owned(),
            holiday,
        ),
        (r"(?P<y>20\d\d)[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})".to_owned(), |c, t| scan::day(month_day(c, "m", "d", t)?, t)),
        (r"\b(?P<y>20\d\d)[-/.](?P<m>0[1-9]|1[0-2])\b".to_owned(), |c, t| scan::month(year(c, t), num(c, "m")?, t)),
        (r"\b(?P<y>20\d\d)(?P<m>0[1-9]|1[0-2])\b".to_owned(), |c, t| scan::month(year(c, t), num(c, "m")?, t)),
    ];
    patterns.extend(fixed());
    patterns
}

/// Expressions without parts.
fn fixed() -> Vec<(String, Resolve)> {
    let list: [(&str, Resolve); 30] = [
        (r"今天|今日", |_, t| scan::day(t, t)),
        (r"昨天|昨日", |_, t| scan::day(add_days(t, -1), t)),
        (r"前天", |_, t| scan::day(add_days(t, -2), t)),
        (r"明天|明日", |_, t| scan::day(add_days(t, 1), t)),
        (r"本周|这周|这个?星期|这个?礼拜|当周", |_, t| scan::span(monday(t), add_days(monday(t), 7), Unit::Week, t)),
        (r"上周|上个?星期|上个?礼拜|上一周", |_, t| scan::last(1, "周", t)),
        (r"上上周|上上个?星期|大上周|上上个?礼拜", |_, t| {
            let start = add_days(monday(t), -14);
            scan::span(start, add_days(start, 7), Unit::Week, t)
        }),
        (r"下周|下个?星期", |_, t| scan::span(add_days(monday(t), 7), add_days(monday(t), 14), Unit::Week, t)),
        (
            r"(?:本月|这个月|这月|当月)(?:至今|以来|到现在|到目前为止|截至目前)?|月初至今|月初到现在|月初到今天|月初以来|本月初至今",
            |_, t| scan::months(first_of_month(t), 1, Unit::Month, t),
        ),
        (r"上个?月(?:份)?|上一个?月", |_, t| scan::last(1, "月", t)),
        (r"上上个?月(?:份)?", |_, t| scan::months(add_months(first_of_month(t), -2), 1, Unit::Month, t)),
        (r"上上上个?月", |_, t| scan::months(add_months(first_of_month(t), -3), 1, Unit::Month, t)),
        (r"下个?月", |_, t| scan::months(add_months(first_of_month(t), 1), 1, Unit::Month, t)),
        (r"本季度?|这个?季度|当季", |_, t| scan::months(first_of_quarter(t), 3, Unit::Quarter, t)),
        (r"上个?季度|上一个?季度|上季", |_, t| scan::last(1, "季", t)),
        (r"上上个?季度", |_, t| scan::months(add_months(first_of_quarter(t), -6), 3, Unit::Quarter, t)),
        (r"下个?季度", |_, t| scan::months(add_months(first_of_quarter(t), 3), 3, Unit::Quarter, t)),
        (
            r"今年(?:以来|至今|到现在|到目前为止|开年以来|到今天|截至目前)|年初至今|年初到现在|年初以来|开年以来|本年至今",
            |_, t| scan::year(t.year().into(), t),
        ),
        (r"明年", |_, t| scan::year(i32::from(t.year()) + 1, t)),
        (r"(?:最近|近|过去)一年|最近12个月|近一年", |_, t| scan::last(12, "月", t)),
        (r"前一天|前1天", |_, _| Some(TimeWord::Relative(Relative::Before))),
        (r"前一周|再上周|再上一周|上一周期|上一期|上期|前一个?周期", |_, _| {
            Some(TimeWord::Relative(Relative::Before))
        }),
        (r"前一个?月|再上个?月|再上一个?月|再往前一个?月|再前一个?月", |_, _| {
            Some(TimeWord::Relative(Relative::Before))
        }),
        (r"前一个?季度|再上个?季度|再往前一个?季度", |_, _| Some(TimeWord::Relative(Relative::Before))),
        (r"去年同期|上年同期|去年同月|去年同一时期|去年同季|去年这个时候", |_, _| {
            Some(TimeWord::Relative(Relative::YearEarlier))
        }),
        (r"上个?月同期|上月同样的天数|上个?月同样几天|上个?月的?同一时段|上个?月同一时期", |_, _| {
            Some(TimeWord::Relative(Relative::MonthEarlier))
        }),
        (r"上周同期|上个?星期同期", |_, _| Some(TimeWord::Relative(Relative::Before))),
        (r"后一个?月|再下个?月|下一个?月", |_, _| Some(TimeWord::Relative(Relative::After))),
        (r"同期", |_, _| Some(TimeWord::Relative(Relative::MonthEarlier))),
        (r"大前天", |_, t| scan::day(add_days(t, -3), t)),
    ];
    list.into_iter().map(|(pattern, resolve)| (pattern.to_owned(), resolve)).collect()
}

fn num(c: &Captures, name: &str) -> Option<u32> {
    numeral(c.name(name)?.as_str())
}

fn small(number: u32) -> Option<i8> {
    i8::try_from(number).ok().filter(|day| (1..=31).contains(day))
}

fn unit(c: &Captures) -> Option<String> {
    Some(c.name("u")?.as_str().trim_start_matches(['个', '整']).to_owned())
}

fn relative_year(word: &str, today: Date) -> i32 {
    i32::from(today.year())
        + match word {
            "去年" | "上年" | "上一年" => -1,
            "前年" => -2,
            "明年" => 1,
            _ => 0,
        }
}

fn year(c: &Captures, today: Date) -> Option<i32> {
    if let Some(year) = c.name("y") {
        let year: i32 = year.as_str().parse().ok()?;
        return Some(if year < 100 { 2000 + year } else { year });
    }
    Some(relative_year(c.name("r")?.as_str(), today))
}

fn month_day(c: &Captures, month: &str, day: &str, today: Date) -> Option<Date> {
    scan::month_day(year(c, today), num(c, month)?, num(c, day)?, today)
}

fn month_run(c: &Captures, today: Date) -> Option<TimeWord> {
    let last_year = match (c.name("y2"), c.name("r2")) {
        (Some(year), _) => Some(year.as_str().parse().ok()?),
        (None, Some(word)) => Some(relative_year(word.as_str(), today)),
        (None, None) => None,
    };
    scan::month_run(year(c, today), num(c, "m")?, last_year, num(c, "n")?, today)
}

/// "3、4、5月": a run where the months follow one another.
fn month_list(c: &Captures, today: Date) -> Option<TimeWord> {
    let body = c.get(0)?.as_str();
    let body = body.split('年').next_back()?;
    let months: Vec<u32> =
        body.split(['、', ',', '和', '月']).map(|part| part.trim().trim_start_matches(['今', '去', '的'])).filter_map(numeral).collect();
    let follow = months.windows(2).all(|pair| pair[1] == pair[0] + 1);
    if !follow || months.len() < 3 {
        return None;
    }
    scan::month_run(year(c, today), *months.first()?, None, *months.last()?, today)
}

fn days(c: &Captures, today: Date) -> Option<TimeWord> {
    let start = month_day(c, "m", "d", today)?;
    let last_month = c.name("n").and_then(|m| numeral(m.as_str())).unwrap_or(start.month().unsigned_abs().into());
    let mut last = calendar::date(start.year().into(), last_month, num(c, "e")?)?;
    if last < start {
        last = add_months(last, 12);
    }
    scan::days(start, last, today)
}

fn half(c: &Captures, today: Date) -> Option<TimeWord> {
    let half = if matches!(c.name("h")?.as_str(), "上" | "前") { 1 } else { 2 };
    scan::half(year(c, today), half, today)
}

fn next(c: &Captures, _: Date) -> Option<TimeWord> {
    let count = i32::try_from(num(c, "n")?).ok()?;
    let days = match unit(c)?.chars().next()? {
        '周' | '星' => 7,
        '月' => 30,
        _ => 1,
    };
    Some(TimeWord::NextDays(count.checked_mul(days)?))
}

fn holiday(c: &Captures, today: Date) -> Option<TimeWord> {
    let name = c.name("n")?.as_str();
    let (start, last) = match c.name("r") {
        Some(word) => calendar::holiday(name, relative_year(word.as_str(), today))?,
        None => {
            let this = calendar::holiday(name, today.year().into()).filter(|days| days.0 <= today);
            this.or_else(|| calendar::holiday(name, i32::from(today.year()) - 1))?
        }
    };
    scan::days(start, last, today)
}
