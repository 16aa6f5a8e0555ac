//! Security findings: what a scanner would report about the resources' configuration.

use serde::Serialize;
use serde_json::Value;

use crate::{
    DemoError,
    catalogue::{Check, PROVIDERS},
    company::Company,
    random::Random,
    resource::Resource,
};

/// A row of `findings.csv`.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct FindingRow<'a> {
    pub(crate) finding_id: String,
    pub(crate) check_id: &'a str,
    title: String,
    pub(crate) severity: &'a str,
    pub(crate) resource_id: &'a str,
    sub_account_id: &'a str,
    status: &'static str,
    first_seen: jiff::Timestamp,
    last_seen: jiff::Timestamp,
}

/// How many findings are over and done with.
const CLOSED: usize = 8;
/// Nightly scans end at this hour.
const SCANNED: i64 = 2 * 3600;

/// Every failed check of every resource, and some findings that were resolved.
pub(crate) fn findings<'a>(company: &'a Company<'_>, random: &mut Random) -> Result<Vec<FindingRow<'a>>, DemoError> {
    let mut rows = Vec::new();
    for (_, resource) in company.present() {
        for check in company.catalogue.checks.iter().filter(|check| fails(check, resource, company)) {
            let first = -(random.between(12, 220) as i32);
            rows.push(finding(company, (check, resource), rows.len(), "open", (first, 0))?);
        }
    }
    let healthy: Vec<&Resource> =
        company.resources.iter().take(company.standing).filter(|it| it.planted.is_empty() && it.exists()).collect();
    let disks = company.catalogue.checks.iter().find(|check| check.key == "MfaEnabled");
    for closed in 0..CLOSED {
        let (Some(resource), Some(check)) = (random.pick(&healthy), disks) else { break };
        let first = -(random.between(60, 160) as i32);
        let status = if closed % 3 == 0 { "suppressed" } else { "resolved" };
        let row = finding(company, (check, resource), rows.len(), status, (first, first + 14))?;
        rows.push(FindingRow {
            check_id: "YS-OS-PATCH", title: "系统补丁缺失 (OS patches are missing)".into(), severity: "medium", ..row
        });
    }
    Ok(rows)
}

fn finding<'a>(
    company: &'a Company<'_>,
    (check, resource): (&'a Check, &'a Resource),
    number: usize,
    status: &'static str,
    (first, last): (i32, i32),
) -> Result<FindingRow<'a>, DemoError> {
    Ok(FindingRow {
        finding_id: format!("FND-{:04}", number + 1),
        check_id: match PROVIDERS[resource.provider].key {
            "ali" => &check.cis,
            "tx" => &check.tx,
            _ => &check.aws,
        },
        title: format!("{} ({})", check.title_zh, check.title_en),
        severity: &check.severity,
        resource_id: &resource.id,
        sub_account_id: &company.catalogue.accounts[resource.account].id,
        status,
        first_seen: company.calendar.instant(first, resource.provider, SCANNED)?,
        last_seen: company.calendar.instant(last, resource.provider, SCANNED)?,
    })
}

/// Whether a resource fails a check that applies to its kind.
pub(crate) fn fails(check: &Check, resource: &Resource, company: &Company<'_>) -> bool {
    let kind = company.catalogue.kinds[resource.kind].name.as_str();
    if !check.types.split('|').any(|applies| applies == kind) {
        return false;
    }
    let value = match check.key.as_str() {
        "Encrypted" => resource.encrypted.map_or(Value::Null, Value::from),
        key => resource.config.get(key).cloned().unwrap_or_default(),
    };
    is_bad(&value, &check.bad)
}

fn is_bad(value: &Value, bad: &str) -> bool {
    let number = |text: &str| text.parse::<f64>().ok();
    let actual = value.as_f64().or_else(|| value.as_str().and_then(number));
    match (bad.strip_prefix('<'), bad.strip_prefix('>')) {
        (Some(limit), _) => actual.zip(number(limit)).is_some_and(|(actual, limit)| actual < limit),
        (_, Some(limit)) => actual.zip(number(limit)).is_some_and(|(actual, limit)| actual > limit),
        _ => match value {
            Value::Bool(flag) => bad.parse() == Ok(*flag),
            Value::Null => false,
            other => other.to_string().contains(bad),
        },
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn bad_values_are_told_from_good_ones() {
        let check = |value: Value, bad, expect| assert_eq!(is_bad(&value, bad), expect, "{value} {bad}");
        check(json!(true), "true", true);
        check(json!(true), "false", false);
        check(json!(1), "<7", true);
        check(json!(14), "<7", false);
        check(json!(212), ">90", true);
        check(json!("1.24"), "<1.28", true);
        check(json!("1.30"), "<1.28", false);
        check(json!("public-read"), "public", true);
        check(json!("private"), "public", false);
        check(json!([{ "Cidr": "0.0.0.0/0", "Port": 22 }]), "0.0.0.0/0", true);
        check(Value::Null, "false", false);
    }
}
