//! Questions that make sense next; only such that the grammar understands.

use domain::{Language, Question, Value};
use nl2sql::{Grammar, Reading, Role};

use super::{Subject, time::period_words};

/// The most questions offered.
const OFFERED: usize = 3;

/// Two or three questions after a result.
pub(crate) fn follow_ups(subject: &Subject<'_>, question: &Question, grammar: &Grammar) -> Vec<String> {
    candidates(subject).into_iter().filter(|text| *text != question.text && understood(text, question, grammar)).take(OFFERED).collect()
}

/// Whether the grammar answers a question that stands alone.
fn understood(text: &str, question: &Question, grammar: &Grammar) -> bool {
    let alone = Question { text: text.to_owned(), history: Vec::new(), ..question.clone() };
    matches!(grammar.understand(&alone), Reading::Query(_) | Reading::Tool { .. })
}

/// What a colleague might ask next, the nearest first.
fn candidates(subject: &Subject<'_>) -> Vec<String> {
    let language = subject.language;
    let now = language.pick("本月", "this month").to_owned();
    let period = subject.period.map_or(now, |period| period_words(period, language));
    let trend = language.pick("最近6个月的费用趋势", "Show the cost trend over the last 6 months").to_owned();
    let (services, accounts, regions, against) = match language {
        Language::Zh => (
            format!("{period}费用最高的5个服务是哪些?"),
            format!("{period}各账号的费用是多少?"),
            format!("{period}各地域的费用是多少?"),
            format!("{period}费用环比变化是多少?"),
        ),
        Language::En => (
            format!("What are the top 5 services by cost in {period}?"),
            format!("What is the cost by account in {period}?"),
            format!("What is the cost by region in {period}?"),
            format!("How did the cost in {period} change compared with the previous month?"),
        ),
    };
    let over_time = subject.position(Role::Time).is_some();
    match (over_time, top_name(subject)) {
        (true, _) => vec![services, against, accounts, regions],
        (false, Some(name)) => {
            let (own, where_) = match language {
                Language::Zh => (format!("最近6个月{name}的费用趋势"), format!("{period}{name}的费用按账号分布")),
                Language::En => (
                    format!("Show the cost trend of {name} over the last 6 months"),
                    format!("What is the cost of {name} by account in {period}?"),
                ),
            };
            vec![own, where_, against, trend, accounts]
        }
        (false, None) => vec![services, trend, against, accounts, regions],
    }
}

/// The first row's group as the data spell it, when there is one dimension.
fn top_name(subject: &Subject<'_>) -> Option<String> {
    let dimensions = subject.dimensions();
    let [dimension] = dimensions.as_slice() else { return None };
    let label = |column: usize| subject.table.rows.first().and_then(|row| row.get(column)).map(Value::label).unwrap_or_default();
    let name = dimension.name.map(label).filter(|name| !name.is_empty()).unwrap_or_else(|| label(dimension.id));
    (!name.is_empty() && name.chars().count() <= 40 && !name.starts_with('(')).then_some(name)
}
