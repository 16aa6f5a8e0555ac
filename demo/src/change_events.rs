//! `change_events.csv`: what was changed, by whom: what explains the incidents, and everyday work around it.

use serde::Serialize;

use crate::{DemoError, catalogue::PROVIDERS, company::Company, random::Random, resource::Resource};

/// A row of `change_events.csv`.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ChangeRow<'a> {
    event_time: jiff::Timestamp,
    actor: String,
    action: &'a str,
    pub(crate) resource_id: &'a str,
    service_name: &'a str,
    sub_account_id: &'a str,
    region_id: &'a str,
    detail: String,
}

/// How many everyday changes there are among the ones that matter.
const ROUTINE_CHANGES: usize = 110;
/// Who makes them.
const PEOPLE: [&str; 7] = ["ci-robot", "ops.chen", "ops.liu", "sunhao", "zhoumin", "dba.wu", "qa.lin"];

/// What was changed: what explains the incidents, and everyday work around it.
pub(crate) fn change_events<'a>(company: &'a Company<'_>, random: &mut Random) -> Result<Vec<ChangeRow<'a>>, DemoError> {
    let mut rows = Vec::new();
    for (incident, resource) in company.incidents() {
        let event = company.calendar.instant(incident.from, resource.provider, random.between(600, 7200))?;
        rows.push(change(company, resource, event, (incident.actor.clone(), &incident.action), incident.title_en.clone()));
    }
    let standing: Vec<&Resource> = company.resources.iter().take(company.standing).collect();
    while rows.len() < company.catalogue.incidents.len() + ROUTINE_CHANGES {
        let (Some(resource), Some(person)) = (random.pick(&standing), random.pick(&PEOPLE)) else { break };
        let provider = PROVIDERS[resource.provider].key;
        let kind = company.catalogue.kinds[resource.kind].name.as_str();
        let fits: Vec<_> = company.catalogue.routine.iter().filter(|it| it.provider == provider && it.kind == kind).collect();
        if let Some(routine) = random.pick(&fits) {
            let day = -(random.between(0, 170) as i32);
            let event = company.calendar.instant(day, resource.provider, random.between(9 * 3600, 20 * 3600))?;
            let actor = format!("{}:{person}", if provider == "aws" { "iam" } else { "ram" });
            rows.push(change(company, resource, event, (actor, &routine.action), routine.detail.clone()));
        }
    }
    rows.sort_by_key(|row| row.event_time);
    Ok(rows)
}

fn change<'a>(
    company: &'a Company<'_>,
    resource: &'a Resource,
    event_time: jiff::Timestamp,
    (actor, action): (String, &'a str),
    detail: String,
) -> ChangeRow<'a> {
    ChangeRow {
        event_time,
        actor,
        action,
        resource_id: &resource.id,
        service_name: &company.catalogue.products[resource.product].service,
        sub_account_id: &company.catalogue.accounts[resource.account].id,
        region_id: &company.catalogue.regions[resource.region].id,
        detail,
    }
}
