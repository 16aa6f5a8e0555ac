//! From slots to a query, or to the reason why there is none.

mod costs;
mod say;
mod scope;

use domain::{Clarification, DataProfile, Intent, Language};
use jiff::{civil::Date, tz::TimeZone};
use serde_json::json;

use crate::{
    Plan, Reading,
    lexicon::Lexicon,
    query::{Dimension, MetricQuery, Subject},
    slots::{Comparison, Direction, Order, Slots},
    sql,
    time::Relative,
    words::Action,
};

pub(crate) use say::{metric_name, sentence};

/// What planning needs besides the slots.
pub(crate) struct Planner<'a> {
    pub lexicon: &'a Lexicon,
    pub profile: &'a DataProfile,
    pub today: Date,
    pub time_zone: &'a TimeZone,
    pub language: Language,
    /// The question as typed.
    pub text: &'a str,
    pub has_history: bool,
}

/// A query with what a person is told about it.
pub(crate) struct Draft {
    pub query: MetricQuery,
    pub assumptions: Vec<String>,
    pub currency: Option<String>,
}

impl Planner<'_> {
    pub(crate) fn plan(&self, slots: &Slots) -> Reading {
        if let Some(movement) = movement(slots) {
            return match self.plan(&movement) {
                Reading::Query(mut plan) => {
                    plan.assumptions.push(self.movement_note().to_owned());
                    plan.intent = Intent::Explain;
                    Reading::Query(plan)
                }
                other => other,
            };
        }
        if let Some(reading) = self.other_than_query(slots) {
            return reading;
        }
        if !slots.unknown.is_empty() && !only_nameless(slots) {
            return if slots.says_something() || slots.period.is_some() { unknown(slots) } else { self.decline() };
        }
        if let Some(clarification) = self.unclear(slots) {
            return Reading::Clarify(clarification);
        }
        if let Some(text) = self.missing(slots) {
            return Reading::NoData { text };
        }
        if !slots.unknown.is_empty() {
            return if slots.says_something() || slots.period.is_some() { unknown(slots) } else { self.decline() };
        }
        if !slots.says_something() && !(slots.period.is_some() && (slots.trend || slots.grain.is_some() || slots.total)) {
            return if slots.period.is_some() { unknown(slots) } else { self.decline() };
        }
        let unplaced = unplaced(slots);
        if !unplaced.is_empty() {
            return Reading::Unknown { words: unplaced, knowledge: false };
        }
        match self.draft(slots) {
            Ok(draft) => self.finish(slots, draft),
            Err(reading) => *reading,
        }
    }

    /// Topics with a tool of their own, questions to the documents, and what this product is not for.
    fn other_than_query(&self, slots: &Slots) -> Option<Reading> {
        let topics = &slots.topics;
        let asks_cost = slots.cost_word || !slots.metrics.is_empty();
        if topics.off_topic && !(asks_cost && !slots.mentions.is_empty() && slots.unknown.is_empty()) {
            return Some(self.decline());
        }
        if let Some(reading) = self.change(slots) {
            return Some(reading);
        }
        let plain = slots.unknown.len() <= 1 && slots.subject.is_none() && slots.states.is_empty() && slots.order.is_none();
        if topics.waste && plain && !topics.knowledge {
            return Some(Reading::Tool { name: "find_waste", args: json!({}), intent: Intent::Optimize });
        }
        if topics.posture && plain && !asks_cost {
            return Some(Reading::Tool { name: "security_posture", args: json!({}), intent: Intent::Security });
        }
        if topics.why || topics.forecast || topics.anomaly {
            return Some(unknown(slots));
        }
        if topics.knowledge && slots.period.is_none() && slots.order.is_none() && slots.groups.is_empty() {
            return Some(Reading::Unknown { words: slots.unknown.clone(), knowledge: true });
        }
        None
    }

    /// "停掉 i-…": a proposal, when the resources are named.
    fn change(&self, slots: &Slots) -> Option<Reading> {
        let action = slots.topics.act?;
        let ids: Vec<&String> =
            slots.mentions.iter().filter(|mention| mention.dimension == Dimension::Resource).flat_map(|mention| &mention.values).collect();
        if ids.is_empty() || slots.period.is_some() {
            return None;
        }
        let name = match action {
            Action::Stop => "stop",
            Action::Release => "release",
            Action::Resize | Action::Tag => return None,
        };
        Some(Reading::Tool {
            name: "propose_change",
            args: json!({"action": {"type": name}, "resource_ids": ids, "reason": self.text}),
            intent: Intent::Remediate,
        })
    }

    fn unclear(&self, slots: &Slots) -> Option<Clarification> {
        if let Some(ambiguity) = slots.ambiguous.first() {
            return Some(say::which_meaning(self, ambiguity));
        }
        if let Some(pronoun) = slots.pronoun.as_ref().filter(|_| !self.has_history && slots.mentions.is_empty()) {
            return say::which_thing(self, pronoun);
        }
        let ranks = slots.order.is_some_and(|order| order.superlative) && slots.subject.is_none();
        let listed = slots
            .mentions
            .iter()
            .enumerate()
            .any(|(i, a)| slots.mentions[..i].iter().any(|b| a.dimension == b.dimension && a.values != b.values));
        if ranks && slots.groups.is_empty() && slots.time_dim.is_none() && slots.grain.is_none() && !listed && slots.average.is_none() {
            return Some(say::which_dimension(self, slots));
        }
        None
    }

    /// Names that the data do not hold.
    fn missing(&self, slots: &Slots) -> Option<String> {
        if let Some(absent) = slots.absent.first() {
            return Some(say::absent(self, &absent.dimension, &absent.name));
        }
        slots.nameless.first().map(|(dimension, name)| say::absent(self, dimension, name))
    }

    fn finish(&self, slots: &Slots, draft: Draft) -> Reading {
        let context = sql::Context {
            profile: self.profile,
            time_zone: self.time_zone,
            today: self.today,
            language: self.language,
            currency: draft.currency.clone(),
        };
        let statement = sql::compile(&draft.query, &context, slots);
        let intent = match draft.query.subject {
            Subject::Budgets => Intent::Budget,
            Subject::Balances => Intent::Balance,
            Subject::Commitments => Intent::Commitment,
            Subject::Findings => Intent::Security,
            Subject::Costs | Subject::Resources => Intent::Query,
        };
        Reading::Query(Box::new(Plan {
            period: draft.query.period.as_ref().map(|range| range.period.clone()),
            filters: say::filters(&draft.query, slots, self.language),
            resolved_question: self.has_history.then(|| sentence(&draft.query, slots, self.language)),
            query: draft.query,
            sql: statement.text,
            assumptions: draft.assumptions,
            matched: slots.matched.clone(),
            ignored: slots.ignored.clone(),
            columns: statement.columns,
            intent,
        }))
    }

    /// What an answer to "why" owns up to.
    fn movement_note(&self) -> &'static str {
        self.language.pick(
            "列出了变动最大的项目,加起来就是总变动;每一项是用量、单价还是新增资源引起的,还不能自动判断",
            "this lists what moved, adding up to the whole change; whether usage, price or new resources moved each of them is not told apart yet",
        )
    }

    pub(crate) fn decline(&self) -> Reading {
        let text = self.language.pick(
            "这个问题不在我的范围内。我能回答云账单和云资源的问题:费用合计、排名、拆分、趋势、环比同比、占比、预算、余额、承诺折扣、资源和安全,也能查公司的文档。",
            "That is outside what I can do. I answer questions about cloud bills and resources: totals, rankings, breakdowns, trends, comparisons, shares, budgets, balances, commitments, resources and security; and I can look things up in the company's documents.",
        );
        Reading::Decline { text: text.to_owned() }
    }
}

/// "为什么本月比上月高": what moved, by product where nothing else is named. None where the question does not ask why a cost changed.
fn movement(slots: &Slots) -> Option<Slots> {
    let moved = slots.direction.is_some() || slots.comparison.is_some();
    let costs = slots.subject.unwrap_or_default() == Subject::Costs && slots.grain.is_none() && slots.time_dim.is_none();
    if !slots.topics.why || !moved || !costs || !slots.unknown.is_empty() {
        return None;
    }
    let mut slots = slots.clone();
    slots.topics.why = false;
    slots.comparison = slots.comparison.or(Some(Comparison::To(Relative::Before)));
    if slots.groups.is_empty() {
        slots.groups.push(Dimension::Service);
    }
    // Every product that moved belongs to the reason, also the ones that went the other way.
    slots.direction = Some(Direction::Either);
    slots.order = Some(Order { descending: true, limit: None, superlative: false });
    slots.which = false;
    Some(slots)
}

/// What was understood but has no place in the query that would be made: better said than passed over.
fn unplaced(slots: &Slots) -> Vec<String> {
    let subject = slots.subject.unwrap_or_default();
    let mut words = slots.numbers.clone();
    if subject != Subject::Findings {
        words.extend(slots.severities.iter().cloned());
    }
    let say = |zh: &str, en: &str| slots.language.pick(zh, en).to_owned();
    let steps = slots.grain.is_some() && !slots.every_step;
    if subject == Subject::Costs && slots.comparison.is_some() && (steps || slots.running || slots.average.is_some()) {
        words.push(say("逐期比较", "comparison of every step"));
    }
    if subject == Subject::Costs && slots.share_word && (slots.comparison.is_some() || slots.direction.is_some()) {
        words.push(say("占比的变化", "change of a share"));
    }
    if slots.expire && !matches!(subject, Subject::Commitments) {
        words.push(say("到期", "expiry"));
    }
    if slots.utilization && !matches!(subject, Subject::Commitments | Subject::Budgets) {
        words.push(say("利用率", "utilization"));
    }
    if slots.unused && !slots.commitments && !matches!(subject, Subject::Commitments) && slots.states.is_empty() {
        words.push(say("闲置", "unused"));
    }
    if slots.topics.act.is_some() && subject == Subject::Costs {
        words.push(say("操作资源", "an action on resources"));
    }
    let time_ranked = slots.order.is_some() || !slots.bounds.is_empty() || slots.which || slots.grain.is_some() || slots.average.is_some();
    if let Some(step) = slots.time_dim.filter(|_| !time_ranked && subject == Subject::Costs) {
        let (name, zh, _) = crate::lexicon::grain_name(step);
        words.push(say(zh, name));
    }
    if slots.coverage == Some(None) && slots.commitments {
        words.push(say("承诺覆盖率", "commitment coverage"));
    }
    let kinds = |dimension: &Dimension| slots.mentions.iter().any(|mention| mention.dimension == *dimension && !mention.negated);
    if kinds(&Dimension::ChargeClass) && kinds(&Dimension::ChargeCategory) {
        words.push(say("两种费用合在一起", "two kinds of charges together"));
    }
    if slots.comparison.is_some() && slots.trend {
        words.push(say("逐期比较", "comparison of every step"));
    }
    let counts = slots.how_many && subject == Subject::Costs && slots.bounds.is_empty() && !slots.cost_word && slots.metrics.is_empty();
    if counts && slots.groups.len() > 1 {
        words.push(say("每组的个数", "count in each group"));
    }
    if (slots.came || slots.went) && slots.groups.is_empty() {
        words.push(say("新增或消失", "new or gone"));
    }
    words
}

/// Whether every unknown word is the name of something of a known kind ("project xyz"), which the data do not have.
fn only_nameless(slots: &Slots) -> bool {
    slots.unknown.iter().all(|word| slots.nameless.iter().any(|(_, name)| name.contains(word.as_str()) || word.contains(name.as_str())))
}

fn unknown(slots: &Slots) -> Reading {
    let asks_cost = slots.cost_word || !slots.metrics.is_empty() || slots.topics.why || slots.topics.forecast || slots.topics.anomaly;
    Reading::Unknown { words: slots.unknown.clone(), knowledge: slots.topics.knowledge || !slots.unknown.is_empty() && !asks_cost }
}
