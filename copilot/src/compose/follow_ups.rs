//! Questions that make sense next: only such that the grammar understands as they are meant.

use domain::{Language, Question, Value};
use nl2sql::{Grammar, MetricQuery, Plan, Reading};

use super::{Subject, time::period_words};

/// The most questions offered.
const OFFERED: usize = 3;

/// Two or three questions after a planned result.
pub(crate) fn follow_ups(subject: &Subject<'_>, plan: &Plan, question: &Question, grammar: &Grammar) -> Vec<String> {
    let mut offered: Vec<(String, MetricQuery)> = Vec::new();
    for text in candidates(subject, plan) {
        let Some(query) = understood(&text, question, grammar) else { continue };
        // The same rows or fewer, another view of them, each once.
        let kept = plan.query.filters.iter().all(|filter| query.filters.contains(filter));
        // By account within one account says nothing new.
        let split = query.group_by.iter().all(|dimension| query.filters.iter().all(|filter| filter.dimension != *dimension));
        let seen = query == plan.query || offered.iter().any(|(_, other)| *other == query);
        if kept && split && !seen {
            offered.push((text, query));
        }
        if offered.len() == OFFERED {
            break;
        }
    }
    offered.into_iter().map(|(text, _)| text).collect()
}

/// What the grammar makes of a question that stands alone.
fn understood(text: &str, question: &Question, grammar: &Grammar) -> Option<MetricQuery> {
    let alone = Question { text: text.to_owned(), history: Vec::new(), ..question.clone() };
    match grammar.understand(&alone) {
        Reading::Query(plan) => Some(plan.query),
        _ => None,
    }
}

/// What a colleague might ask next, the nearest first.
fn candidates(subject: &Subject<'_>, plan: &Plan) -> Vec<String> {
    let language = subject.language;
    let now = language.pick("本月", "this month").to_owned();
    let period = subject.period.map_or(now, |period| period_words(period, language));
    let about = named(plan);
    let detail = top_name(subject).map(|name| match (language, about.is_empty()) {
        (_, true) => name,
        (Language::Zh, false) => format!("{about}{name}"),
        (Language::En, false) => format!("{about} {name}"),
    });
    let mut questions = Vec::new();
    if let Some(thing) = detail {
        questions.extend(match language {
            Language::Zh => {
                [format!("最近6个月{thing}每月的费用"), format!("{period}{thing}各账号的费用"), format!("{period}{thing}各产品的费用")]
            }
            Language::En => [
                format!("{thing} cost by month over the last 6 months"),
                format!("{thing} cost by account in {period}"),
                format!("{thing} cost by service in {period}"),
            ],
        });
    }
    questions.extend(match language {
        Language::Zh => [
            format!("{period}{about}费用最高的5个产品"),
            format!("{period}{about}费用环比变化"),
            format!("最近6个月{about}每月的费用"),
            format!("{period}{about}各账号的费用"),
            format!("{period}{about}各地域的费用"),
        ],
        Language::En => {
            let about = if about.is_empty() { String::new() } else { format!("{about} ") };
            [
                format!("top 5 {about}services by cost in {period}"),
                format!("{about}cost in {period}, month over month"),
                format!("{about}cost by month over the last 6 months"),
                format!("{about}cost by account in {period}"),
                format!("{about}cost by region in {period}"),
            ]
        }
    });
    questions.into_iter().map(|question| sentence_case(&question)).collect()
}

fn sentence_case(question: &str) -> String {
    let lower = question.starts_with("top ") || question.starts_with("cost ");
    let (first, rest) = question.split_at(if lower { 1 } else { 0 });
    format!("{}{rest}", first.to_uppercase())
}

/// The names the filters speak of, where each is one name.
fn named(plan: &Plan) -> String {
    let names: Vec<_> = plan.filters.iter().filter_map(|filter| filter.split_once(" = ").map(|(_, name)| name)).collect();
    names.join(" ")
}

/// The first row's group as the data spell it, when there is one dimension.
fn top_name(subject: &Subject<'_>) -> Option<String> {
    let dimensions = subject.dimensions();
    let [dimension] = dimensions.as_slice() else { return None };
    let label = |column: usize| subject.table.rows.first().and_then(|row| row.get(column)).map(Value::label).unwrap_or_default();
    let name = dimension.name.map(label).filter(|name| !name.is_empty()).unwrap_or_else(|| label(dimension.id));
    (!name.is_empty() && name.chars().count() <= 40 && !name.starts_with('(')).then_some(name)
}
