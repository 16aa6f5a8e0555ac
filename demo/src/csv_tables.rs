//! The tables beside the bills: resources, budgets, commitments, balances, changes, findings, exchange rates.

use std::path::Path;

use serde::Serialize;

use crate::{
    DemoError, amount::Exact, catalogue::PROVIDERS, change_events::change_events, company::Company, random::Random, security::findings,
};

/// Makes one table's file from its rows.
pub(crate) fn write<R: Serialize>(folder: &Path, file: &str, rows: impl IntoIterator<Item = R>) -> Result<std::path::PathBuf, DemoError> {
    let path = folder.join(file);
    let failed = |error: csv::Error| DemoError::Write { file: file.to_owned(), source: error.into() };
    let mut out = csv::Writer::from_path(&path).map_err(failed)?;
    for row in rows {
        out.serialize(row).map_err(failed)?;
    }
    out.flush().map_err(|source| DemoError::Write { file: file.to_owned(), source })?;
    Ok(path)
}

/// A row of `resources.csv`.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ResourceRow<'a> {
    resource_id: &'a str,
    resource_name: &'a str,
    resource_type: &'a str,
    service_name: &'a str,
    provider_name: &'a str,
    sub_account_id: &'a str,
    region_id: &'a str,
    status: &'a str,
    created_at: String,
    cpu_avg30d: Option<f64>,
    mem_avg30d: Option<f64>,
    #[serde(rename = "NetworkOutGb30d")]
    network_out_gb30d: Option<f64>,
    attached_to: &'a str,
    encrypted: Option<bool>,
    publicly_accessible: bool,
    monthly_cost: String,
    currency: &'a str,
    tags: String,
    config: String,
}

/// The resources that exist now.
pub(crate) fn resources<'a>(company: &'a Company<'_>) -> impl Iterator<Item = ResourceRow<'a>> {
    company.present().map(|(position, resource)| {
        let (catalogue, provider) = (company.catalogue, &PROVIDERS[resource.provider]);
        ResourceRow {
            resource_id: &resource.id,
            resource_name: &resource.name,
            resource_type: &catalogue.kinds[resource.kind].name,
            service_name: &catalogue.products[resource.product].service,
            provider_name: provider.name,
            sub_account_id: &catalogue.accounts[resource.account].id,
            region_id: &catalogue.regions[resource.region].id,
            status: &resource.status,
            created_at: resource.created.to_string(),
            cpu_avg30d: resource.cpu,
            mem_avg30d: resource.memory,
            network_out_gb30d: resource.network,
            attached_to: &resource.attached_to,
            encrypted: resource.encrypted,
            publicly_accessible: resource.public,
            monthly_cost: company.monthly_cost(position).to_string(),
            currency: provider.currency,
            tags: if resource.tags.is_empty() { String::new() } else { serde_json::Value::Object(resource.tags.clone()).to_string() },
            config: serde_json::Value::Object(resource.config.clone()).to_string(),
        }
    })
}

/// A row of `budgets.csv`.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct BudgetRow<'a> {
    pub(crate) budget_id: String,
    budget_name: String,
    sub_account_id: &'a str,
    tag_key: &'static str,
    tag_value: &'a str,
    period: &'static str,
    pub(crate) amount: String,
    currency: &'static str,
}

/// Teams with a budget of their own.
const BUDGETED_TEAMS: [&str; 3] = ["waybill", "data", "routing"];

/// A budget for each account and some teams: of the last whole month's cost, some generous and some too tight; one for the company's quarter.
pub(crate) fn budgets<'a>(company: &'a Company<'_>) -> Vec<BudgetRow<'a>> {
    const ROOM: [i64; 5] = [112, 104, 92, 125, 97];
    let (catalogue, ledger) = (company.catalogue, &company.ledger);
    let whole = company.calendar.months.len() - 2;
    let mut rows = Vec::new();
    for (position, account) in catalogue.accounts.iter().enumerate() {
        let currency = PROVIDERS.iter().find(|provider| provider.key == account.provider).map_or("CNY", |provider| provider.currency);
        let amount = round_up(ledger.accounts[position][whole].percent(ROOM[position % ROOM.len()]));
        rows.push(budget(rows.len(), format!("{} monthly", account.name), &account.id, ("", ""), (amount, currency)));
    }
    for (position, team) in catalogue.teams.iter().enumerate().filter(|(_, team)| BUDGETED_TEAMS.contains(&team.key.as_str())) {
        let amount = round_up(ledger.teams[position][whole].percent(ROOM[(position + 1) % ROOM.len()]));
        rows.push(budget(rows.len(), format!("team={} monthly", team.key), "", ("team", &team.key), (amount, "CNY")));
    }
    let in_yuan = |position: &usize| !catalogue.accounts[*position].provider.eq("aws");
    let month: Exact = (0..catalogue.accounts.len()).filter(in_yuan).map(|position| ledger.accounts[position][whole]).sum();
    let quarter = budget(rows.len(), "company quarterly".to_owned(), "", ("", ""), (round_up(month.percent(310)), "CNY"));
    rows.push(BudgetRow { period: "quarterly", ..quarter });
    rows
}

fn budget<'a>(
    number: usize,
    name: String,
    account: &'a str,
    (tag_key, tag_value): (&'static str, &'a str),
    (amount, currency): (Exact, &'static str),
) -> BudgetRow<'a> {
    BudgetRow {
        budget_id: format!("BGT-{:03}", number + 1),
        budget_name: name,
        sub_account_id: account,
        tag_key,
        tag_value,
        period: "monthly",
        amount: amount.to_string(),
        currency,
    }
}

/// To the hundred, as people set budgets.
fn round_up(amount: Exact) -> Exact {
    let hundred = Exact::whole(100);
    Exact::whole((amount.whole_units(hundred) + 1) * 100)
}

/// A row of `commitments.csv`.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct CommitmentRow<'a> {
    commitment_discount_id: &'a str,
    #[serde(rename = "Type")]
    kind: &'a str,
    provider_name: &'static str,
    sub_account_id: &'a str,
    start_date: String,
    end_date: String,
    commitment: String,
    utilization_pct: f64,
    currency: &'static str,
}

/// The commitments.
pub(crate) fn commitments<'a>(company: &'a Company<'_>) -> Result<Vec<CommitmentRow<'a>>, DemoError> {
    let row = |(position, commitment): (usize, &'a crate::catalogue::Commitment)| {
        let account = company.catalogue.account(&commitment.account)?;
        let provider = &PROVIDERS[company.catalogue.provider(account)?];
        Ok(CommitmentRow {
            commitment_discount_id: &commitment.id,
            kind: &commitment.kind,
            provider_name: provider.name,
            sub_account_id: &company.catalogue.accounts[account].id,
            start_date: company.calendar.date(commitment.start)?.to_string(),
            end_date: company.calendar.date(commitment.end)?.to_string(),
            commitment: commitment.hourly.to_string(),
            utilization_pct: company.ledger.utilization(position),
            currency: provider.currency,
        })
    };
    company.catalogue.commitments.iter().enumerate().map(row).collect()
}

/// A row of `balances.csv`.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct BalanceRow<'a> {
    pub(crate) sub_account_id: &'a str,
    provider_name: &'static str,
    pub(crate) balance: String,
    credit_limit: &'static str,
    currency: &'static str,
    as_of: String,
}

/// How many days each prepaid account's balance lasts, and its credit limit. One runs out within three weeks.
const RUNWAYS: [(&str, i64, &str); 6] = [
    ("waybill", 96, "50000"),
    ("depot", 141, "30000"),
    ("data", 118, "20000"),
    ("test", 205, "5000"),
    ("shared", 173, "10000"),
    ("driver", 17, "0"),
];

/// The prepaid balances, of the thirty days' burn.
pub(crate) fn balances<'a>(company: &'a Company<'_>) -> Result<Vec<BalanceRow<'a>>, DemoError> {
    let row = |(key, days, credit_limit): (&str, i64, &'static str)| {
        let account = company.catalogue.account(key)?;
        let provider = company.catalogue.provider(account)?;
        let balance = company.ledger.recent[account].percent(100 * days / 30).rounded(2);
        Ok(BalanceRow {
            sub_account_id: &company.catalogue.accounts[account].id,
            provider_name: PROVIDERS[provider].name,
            balance: balance.to_string(),
            credit_limit,
            currency: PROVIDERS[provider].currency,
            as_of: company.calendar.instant(1, provider, 0)?.to_string(),
        })
    };
    RUNWAYS.into_iter().map(row).collect()
}

/// A row of `exchange_rates.csv`.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct RateRow {
    date: String,
    from_currency: &'static str,
    to_currency: &'static str,
    rate: String,
}

/// A made-up daily rate.
pub(crate) fn exchange_rates(company: &Company<'_>, random: &mut Random) -> Vec<RateRow> {
    let mut rate = 7.18;
    let row = |day: &crate::calendar::Day| {
        rate += (7.16 - rate) * 0.02 + 0.012 * (random.unit() - 0.5);
        let rate = Exact::nearest(rate, 4).to_string();
        RateRow { date: day.date.to_string(), from_currency: "USD", to_currency: "CNY", rate }
    };
    company.calendar.days.iter().map(row).collect()
}

/// All tables beside the bills, in a good order to import.
pub(crate) fn write_all(company: &Company<'_>, folder: &Path, seed: u64) -> Result<Vec<std::path::PathBuf>, DemoError> {
    let mut random = Random::stream(seed, 3);
    Ok(vec![
        write(folder, "resources.csv", resources(company))?,
        write(folder, "budgets.csv", budgets(company))?,
        write(folder, "commitments.csv", commitments(company)?)?,
        write(folder, "balances.csv", balances(company)?)?,
        write(folder, "change_events.csv", change_events(company, &mut random)?)?,
        write(folder, "findings.csv", findings(company, &mut random)?)?,
        write(folder, "exchange_rates.csv", exchange_rates(company, &mut random))?,
    ])
}
