//! `inventory.json`, the demo cloud that approved changes are carried out against, and `planted.json`, what is there to be found.

use std::{fs::File, io::BufWriter, path::Path};

use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    DemoError,
    catalogue::{COMPANY_EN, COMPANY_ZH, PROVIDERS},
    company::Company,
    resource::Resource,
};

/// Writes the demo cloud: `{"resources": [{…}]}` with the keys of `resources.csv` and typed values.
pub(crate) fn write_inventory(company: &Company<'_>, folder: &Path) -> Result<std::path::PathBuf, DemoError> {
    let resources: Vec<Value> = company.present().map(|(position, resource)| entry(company, position, resource)).collect();
    write_json(folder, "inventory.json", &json!({ "resources": resources }))
}

fn entry(company: &Company<'_>, position: usize, resource: &Resource) -> Value {
    let catalogue = company.catalogue;
    json!({
        "ResourceId": resource.id,
        "ResourceName": resource.name,
        "ResourceType": catalogue.kinds[resource.kind].name,
        "ServiceName": catalogue.products[resource.product].service,
        "ProviderName": PROVIDERS[resource.provider].name,
        "SubAccountId": catalogue.accounts[resource.account].id,
        "RegionId": catalogue.regions[resource.region].id,
        "Status": resource.status,
        "CreatedAt": resource.created,
        "CpuAvg30d": resource.cpu,
        "MemAvg30d": resource.memory,
        "NetworkOutGb30d": resource.network,
        "AttachedTo": (!resource.attached_to.is_empty()).then_some(&resource.attached_to),
        "Encrypted": resource.encrypted,
        "PubliclyAccessible": resource.public,
        "MonthlyCost": company.monthly_cost(position).to_string(),
        "Currency": PROVIDERS[resource.provider].currency,
        "Tags": resource.tags,
        "Config": resource.config,
    })
}

/// Writes what was planted, for tests and for people who show the demo.
pub(crate) fn write_planted(company: &Company<'_>, folder: &Path) -> Result<(), DemoError> {
    let planted = json!({
        "company": { "zh": COMPANY_ZH, "en": COMPANY_EN },
        "last_day": company.calendar.days[company.calendar.last()].date.to_string(),
        "basis": "monthly_cost is the effective cost of the last thirty days",
        "resources": resources(company),
        "incidents": incidents(company)?,
        "one_offs": one_offs(company)?,
        "commitments": commitments(company)?,
        "low_balance": low_balance(company)?,
    });
    write_json(folder, "planted.json", &planted).map(|_| ())
}

fn resources(company: &Company<'_>) -> Vec<Value> {
    let planted = company.present().filter(|(_, resource)| !resource.planted.is_empty());
    let item = |(position, resource): (usize, &Resource)| {
        json!({
            "planted": resource.planted,
            "resource_id": resource.id,
            "resource_name": resource.name,
            "sub_account_id": company.catalogue.accounts[resource.account].id,
            "monthly_cost": company.monthly_cost(position).to_string(),
            "currency": PROVIDERS[resource.provider].currency,
        })
    };
    planted.map(item).collect()
}

fn incidents(company: &Company<'_>) -> Result<Vec<Value>, DemoError> {
    let item = |(incident, resource): (&crate::catalogue::Incident, &Resource)| {
        Ok(json!({
            "id": incident.id,
            "kind": incident.kind,
            "title_zh": incident.title_zh,
            "title_en": incident.title_en,
            "start": company.calendar.date(incident.from)?.to_string(),
            "end": incident.until.map(|until| company.calendar.date(until)).transpose()?.map(|date| date.to_string()),
            "cause": incident.cause,
            "is_anomaly": incident.anomaly,
            "resource_id": resource.id,
            "service": company.catalogue.products[resource.product].service,
            "sub_account_id": company.catalogue.accounts[resource.account].id,
            "action": incident.action,
        }))
    };
    company.incidents().map(item).collect()
}

fn one_offs(company: &Company<'_>) -> Result<Vec<Value>, DemoError> {
    let item = |one_off: &crate::catalogue::OneOff| {
        Ok(json!({
            "id": one_off.id,
            "planted": one_off.planted,
            "posted": company.calendar.date(one_off.posted)?.to_string(),
            "category": one_off.category,
            "billed_cost": one_off.amount.to_string(),
            "description": one_off.description,
            "sub_account_id": company.catalogue.accounts[company.catalogue.account(&one_off.account)?].id,
        }))
    };
    company.catalogue.one_offs.iter().map(item).collect()
}

fn commitments(company: &Company<'_>) -> Result<Vec<Value>, DemoError> {
    let item = |(position, commitment): (usize, &crate::catalogue::Commitment)| {
        Ok(json!({
            "commitment_id": commitment.id,
            "end_date": company.calendar.date(commitment.end)?.to_string(),
            "days_left": commitment.end - 1,
            "utilization_pct": company.ledger.utilization(position),
        }))
    };
    company.catalogue.commitments.iter().enumerate().map(item).collect()
}

fn low_balance(company: &Company<'_>) -> Result<Value, DemoError> {
    let account = company.catalogue.account("driver")?;
    let burn = company.ledger.recent[account].approximate() / 30.0;
    Ok(json!({
        "sub_account_id": company.catalogue.accounts[account].id,
        "burn_per_day_30d": (burn * 100.0).round() / 100.0,
        "days_left": 17,
    }))
}

fn write_json(folder: &Path, file: &str, value: &impl Serialize) -> Result<std::path::PathBuf, DemoError> {
    let path = folder.join(file);
    let failed = |source: std::io::Error| DemoError::Write { file: file.to_owned(), source };
    let out = BufWriter::new(File::create(&path).map_err(failed)?);
    serde_json::to_writer_pretty(out, value).map_err(|error| failed(error.into()))?;
    Ok(path)
}
