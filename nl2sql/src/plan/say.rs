//! What a person is told: choices, what is missing, and the question as it was understood.

use domain::{Choice, Clarification, Grain, Language};

use crate::{
    lexicon::{chinese_provider, dimension_name, grain_name},
    query::{Condition, Dimension, Filter, Measure, Metric, MetricQuery, Subject},
    slots::{Ambiguity, Slots},
    time::{Span, Unit},
};

use super::{Planner, scope::say_span};

/// Which of its meanings a word has.
pub(super) fn which_meaning(planner: &Planner, ambiguity: &Ambiguity) -> Clarification {
    let language = planner.language;
    let options = spread(&ambiguity.options)
        .into_iter()
        .map(|(dimension, value)| {
            let name = named(&dimension, &value, language);
            Choice { question: replaced(planner.text, &ambiguity.text, &name), label: name }
        })
        .collect();
    let question = match language {
        Language::Zh => format!("“{}”可以指几样东西,你要看哪一个?", ambiguity.text),
        Language::En => format!("\"{}\" can mean several things. Which one do you want?", ambiguity.text),
    };
    Clarification { question, options }
}

/// At most four options, of as many dimensions as there are.
fn spread(options: &[(Dimension, String)]) -> Vec<(Dimension, String)> {
    let mut chosen: Vec<(Dimension, String)> = Vec::new();
    for first in [true, false] {
        for option in options {
            let seen = chosen.iter().any(|known| known.0 == option.0);
            if chosen.len() < 4 && !chosen.contains(option) && (!first || !seen) {
                chosen.push(option.clone());
            }
        }
    }
    chosen
}

/// A name with its kind, as the grammar reads it back.
fn named(dimension: &Dimension, value: &str, language: Language) -> String {
    match (dimension, language) {
        (Dimension::Tag(key), Language::Zh) => format!("标签 {key}={value}"),
        (Dimension::Tag(key), Language::En) => format!("tag {key}={value}"),
        (Dimension::Service | Dimension::Provider, _) => value.to_owned(),
        (_, Language::Zh) => format!("{} {value}", dimension_name(dimension, language)),
        (_, Language::En) => format!("{} {value}", dimension_name(dimension, language)),
    }
}

/// The question with the unclear word put clearly.
fn replaced(text: &str, word: &str, by: &str) -> String {
    let lower = text.to_lowercase();
    match lower.find(word).filter(|_| lower.len() == text.len()) {
        Some(at) => format!("{}{by}{}", &text[..at], &text[at + word.len()..]),
        None => format!("{by} {text}"),
    }
}

/// Which one is meant where nothing was said before.
pub(super) fn which_thing(planner: &Planner, pronoun: &str) -> Option<Clarification> {
    let language = planner.language;
    let accounts: Vec<&(String, String)> = planner.profile.providers.iter().flat_map(|span| &span.accounts).take(4).collect();
    if accounts.len() < 2 {
        return None;
    }
    let options = accounts
        .into_iter()
        .map(|(id, name)| {
            let shown = if name.is_empty() { id } else { name };
            let label = named(&Dimension::SubAccount, shown, language);
            Choice { question: replaced(planner.text, pronoun, &label), label }
        })
        .collect();
    let question = match language {
        Language::Zh => format!("“{pronoun}”指的是哪一个?"),
        Language::En => format!("Which one does \"{pronoun}\" refer to?"),
    };
    Some(Clarification { question, options })
}

/// By which dimension things are to be ranked.
pub(super) fn which_dimension(planner: &Planner, slots: &Slots) -> Clarification {
    let language = planner.language;
    let span = slots.period.as_ref().map(|span| say_span(span, language)).unwrap_or_default();
    let filters: Vec<String> = slots
        .mentions
        .iter()
        .map(|mention| named(&mention.dimension, &mention.shown.join(language.pick("、", " and ")), language))
        .collect();
    let dearest = slots.order.is_none_or(|order| order.descending);
    let options = [Dimension::Service, Dimension::SubAccount, Dimension::Resource, Dimension::Provider]
        .into_iter()
        .map(|dimension| {
            let name = dimension_name(&dimension, language);
            let question = match language {
                Language::Zh => format!("{span}{}花钱{}的{name}有哪些", filters.join(""), if dearest { "最多" } else { "最少" }),
                Language::En => format!("{} {name}s by cost {} {span}", if dearest { "top 10" } else { "cheapest 10" }, filters.join(" ")),
            };
            Choice {
                label: language.pick(&format!("按{name}"), &format!("by {name}")).to_owned(),
                question: question.split_whitespace().collect::<Vec<_>>().join(" "),
            }
        })
        .collect();
    let question = language.pick("按什么来比?", "The most expensive what?").to_owned();
    Clarification { question, options }
}

/// That a name is not in the data, and what is.
pub(super) fn absent(planner: &Planner, dimension: &Dimension, name: &str) -> String {
    let language = planner.language;
    let mut known: Vec<String> = Vec::new();
    for entry in planner.lexicon.entries.iter().filter(|entry| entry.dimension == *dimension && entry.column != "RegionId") {
        if !known.contains(&entry.shown) {
            known.push(entry.shown.clone());
        }
        if known.len() == 12 {
            break;
        }
    }
    let kind = dimension_name(dimension, language);
    let list = known.join(language.pick("、", ", "));
    match language {
        Language::Zh => format!("账单里没有{kind}“{name}”。现有的{kind}:{list}。"),
        Language::En => format!("There is no {kind} \"{name}\" in the bills. What there is: {list}."),
    }
}

/// Filters in words.
pub(super) fn filters(query: &MetricQuery, slots: &Slots, language: Language) -> Vec<String> {
    query.filters.iter().chain(&query.share_of).map(|filter| filter_in_words(filter, slots, language)).collect()
}

fn filter_in_words(filter: &Filter, slots: &Slots, language: Language) -> String {
    let shown = |values: &[String]| {
        let names: Vec<String> = values
            .iter()
            .map(|value| {
                if let Some(name) = chinese_provider(value).filter(|_| filter.dimension == Dimension::Provider && language == Language::Zh)
                {
                    return name.to_owned();
                }
                let of = slots.mentions.iter().filter(|mention| mention.dimension == filter.dimension);
                of.flat_map(|mention| mention.values.iter().zip(&mention.shown))
                    .find(|(known, _)| *known == value)
                    .map_or_else(|| value.clone(), |(_, shown)| shown.clone())
            })
            .collect();
        names.join(language.pick("、", ", "))
    };
    let kind = dimension_name(&filter.dimension, language);
    match (&filter.condition, language) {
        (Condition::OneOf(values), _) => format!("{kind} = {}", shown(values)),
        (Condition::NoneOf(values), _) => format!("{kind} ≠ {}", shown(values)),
        (Condition::Missing, Language::Zh) => format!("没打{kind}"),
        (Condition::Missing, Language::En) => format!("no {kind}"),
        (Condition::Present, Language::Zh) => format!("打了{kind}"),
        (Condition::Present, Language::En) => format!("with {kind}"),
        (Condition::Marketplace, _) => language.pick("云市场", "marketplace").to_owned(),
        (Condition::Subscription, _) => language.pick("包年包月", "subscriptions").to_owned(),
    }
}

/// The question as it was understood, in one sentence.
pub(crate) fn sentence(query: &MetricQuery, slots: &Slots, language: Language) -> String {
    let mut parts: Vec<String> = Vec::new();
    let span = |range: &crate::query::TimeRange| {
        let unit = if range.basis == domain::PeriodBasis::Billing { Unit::Months } else { Unit::Days };
        say_span(&Span::new(range.period.start, range.period.end, unit), language)
    };
    if let Some(range) = &query.period {
        parts.push(span(range));
    }
    for filter in query.filters.iter().chain(&query.share_of) {
        parts.push(values_in_words(filter, slots, language));
    }
    if let Some(range) = &query.compare {
        parts.push(language.pick(&format!("对比{}", span(range)), &format!("against {}", span(range))).to_owned());
    }
    for dimension in &query.group_by {
        let name = dimension_name(dimension, language);
        parts.push(language.pick(&format!("按{name}"), &format!("by {name}")).to_owned());
    }
    if let Some(grain) = query.grain {
        let (_, _, en) = grain_name(grain);
        let zh = match grain {
            Grain::Day => "每天",
            Grain::Week => "每周",
            Grain::Month => "每月",
            Grain::Quarter => "每季度",
            Grain::Year => "每年",
        };
        parts.push(language.pick(zh, &format!("by {en}")).to_owned());
    }
    if let Some(limit) = query.ranking.as_ref().and_then(|ranking| ranking.limit) {
        let top = query.ranking.as_ref().is_none_or(|ranking| ranking.descending);
        parts.push(match language {
            Language::Zh => format!("最{}的 {limit} 个", if top { "高" } else { "低" }),
            Language::En => format!("{} {limit}", if top { "top" } else { "bottom" }),
        });
    }
    if query.shares || !query.share_of.is_empty() {
        parts.push(language.pick("占比", "share").to_owned());
    }
    for threshold in &query.thresholds {
        let on = match threshold.on {
            Measure::Change | Measure::Movement => language.pick("变化", "change "),
            Measure::ChangeRatio => language.pick("变化率", "change ratio "),
            Measure::Share => language.pick("占比", "share "),
            Measure::Previous => language.pick("前期", "previous "),
            Measure::Cpu => "CPU ",
            Measure::Memory => language.pick("内存", "memory "),
            Measure::Value => "",
        };
        parts.push(format!("{on}{} {}", threshold.op, threshold.bound));
    }
    let metrics: Vec<String> = query.metrics.iter().map(|metric| metric_name(*metric, query.subject, language)).collect();
    parts.push(metrics.join(language.pick("和", " and ")));
    parts.join(language.pick(",", " "))
}

fn values_in_words(filter: &Filter, slots: &Slots, language: Language) -> String {
    let text = filter_in_words(filter, slots, language);
    match &filter.condition {
        Condition::OneOf(_) => match text.split_once(" = ") {
            Some((kind, values)) if !matches!(filter.dimension, Dimension::Provider | Dimension::Service) => format!("{kind} {values}"),
            Some((_, values)) => values.to_owned(),
            None => text,
        },
        Condition::NoneOf(_) => text
            .split_once(" ≠ ")
            .map_or(text.clone(), |(_, values)| language.pick(&format!("除了{values}"), &format!("excluding {values}")).to_owned()),
        _ => text,
    }
}

/// The name of a number as a person says it.
pub(crate) fn metric_name(metric: Metric, subject: Subject, language: Language) -> String {
    let (zh, en) = match metric {
        Metric::BilledCost if subject == Subject::Budgets => ("实际费用", "actual cost"),
        Metric::BilledCost => ("费用", "cost"),
        Metric::EffectiveCost => ("摊销成本", "effective cost"),
        Metric::ListCost => ("原价", "list cost"),
        Metric::ContractedCost => ("合同价", "contracted cost"),
        Metric::Savings => ("节省", "savings"),
        Metric::SavingsRate => ("节省率", "savings rate"),
        Metric::TagCoverage => ("标签覆盖率", "tag coverage"),
        Metric::Count => ("数量", "count"),
        Metric::MonthlyCost => ("月费用", "monthly cost"),
        Metric::Balance => ("余额", "balance"),
        Metric::Utilization => ("利用率", "utilization"),
    };
    language.pick(zh, en).to_owned()
}
