//! A typed query as text in the embedded engine's dialect. The guard checks it like any other text.

mod costs;
mod others;
mod parts;

use domain::{DataProfile, Language};
use jiff::{civil::Date, tz::TimeZone};

use crate::{
    PlanColumn, Role,
    query::{MetricQuery, Subject},
    slots::Slots,
};

/// What compiling needs besides the query.
pub(crate) struct Context<'a> {
    pub profile: &'a DataProfile,
    pub time_zone: &'a TimeZone,
    pub today: Date,
    pub language: Language,
    /// The one currency of the rows, where there is one.
    pub currency: Option<String>,
}

/// A statement and the columns of its result.
pub(crate) struct Statement {
    pub text: String,
    pub columns: Vec<PlanColumn>,
}

/// The statement of a query.
pub(crate) fn compile(query: &MetricQuery, context: &Context, slots: &Slots) -> Statement {
    let counted = slots.how_many && matches!(query.subject, Subject::Budgets | Subject::Commitments | Subject::Balances);
    let statement = of_subject(query, context, slots);
    if !counted {
        return statement;
    }
    let label = context.language.pick("数量", "count").to_owned();
    Statement {
        text: format!("SELECT count(*) AS \"count\" FROM ({}) AS listed", statement.text),
        columns: vec![column("count", label, Some("count".into()), Role::Value)],
    }
}

fn of_subject(query: &MetricQuery, context: &Context, slots: &Slots) -> Statement {
    match query.subject {
        Subject::Costs => costs::compile(query, context),
        Subject::Resources if query.period.is_some() => others::costs_of_resources(query, context),
        Subject::Resources => others::resources(query, context),
        Subject::Budgets => others::budgets(query, context, slots),
        Subject::Commitments => others::commitments(query, context, slots),
        Subject::Balances => others::balances(query, context, slots),
        Subject::Findings => others::findings(query, context, slots),
    }
}

/// A result column.
fn column(name: &str, label: String, unit: Option<String>, role: Role) -> PlanColumn {
    PlanColumn { name: name.to_owned(), label, unit, role }
}
