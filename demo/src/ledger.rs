//! What the other tables need to know about the charges, summed while they are written.

use std::collections::BTreeMap;

use crate::{
    amount::Exact,
    calendar::Calendar,
    catalogue::{Catalogue, PROVIDERS},
    charge::{Charge, Costs, Subject},
};

/// Over how many days recent costs are summed.
const RECENT_DAYS: usize = 30;

/// Sums over the charges.
pub(crate) struct Ledger {
    pub(crate) charges: u64,
    /// Effective cost of each resource's usage in the last thirty days.
    pub(crate) resources: Vec<Exact>,
    /// Billed cost of each account in the last thirty days.
    pub(crate) recent: Vec<Exact>,
    /// Billed cost of each account in each month.
    pub(crate) accounts: Vec<Vec<Exact>>,
    /// Billed cost of each team in each month, in CNY.
    pub(crate) teams: Vec<Vec<Exact>>,
    /// What was used and what was not of each commitment in its latest thirty days.
    pub(crate) commitments: Vec<(Exact, Exact)>,
    /// Billed and list cost of the month by account and product: what tax is levied on.
    taxable: BTreeMap<(usize, usize), (Exact, Exact)>,
}

impl Ledger {
    /// Nothing yet.
    pub(crate) fn new(catalogue: &Catalogue, resources: usize, months: usize) -> Self {
        Self {
            charges: 0,
            resources: vec![Exact::ZERO; resources],
            recent: vec![Exact::ZERO; catalogue.accounts.len()],
            accounts: vec![vec![Exact::ZERO; months]; catalogue.accounts.len()],
            teams: vec![vec![Exact::ZERO; months]; catalogue.teams.len()],
            commitments: vec![(Exact::ZERO, Exact::ZERO); catalogue.commitments.len()],
            taxable: BTreeMap::new(),
        }
    }

    /// Adds a charge of a day.
    pub(crate) fn add(&mut self, charge: &Charge<'_>, calendar: &Calendar, day: usize, resource: Option<usize>) {
        self.charges += 1;
        self.accounts[charge.account][charge.month] += charge.costs.billed;
        let recent = day + RECENT_DAYS >= calendar.billed_days[charge.provider];
        if recent {
            self.recent[charge.account] += charge.costs.billed;
        }
        if let (Some(position), true, "Usage-Based", false) = (resource, recent, charge.frequency, charge.correction) {
            self.resources[position] += charge.costs.effective;
        }
        if let Subject::Resource(resource) = charge.subject
            && let Some(team) = resource.team
            && PROVIDERS[charge.provider].currency == "CNY"
        {
            self.teams[team][charge.month] += charge.costs.billed;
        }
        if PROVIDERS[charge.provider].key == "aws" && matches!(charge.category, "Usage" | "Purchase") {
            let (billed, list) = self.taxable.entry((charge.account, charge.product)).or_default();
            *billed += charge.costs.billed;
            *list += charge.costs.list;
        }
    }

    /// Adds to what was used and not used of a commitment on one of its latest thirty days.
    pub(crate) fn add_commitment(&mut self, position: usize, used: Exact, unused: Exact) {
        self.commitments[position].0 += used;
        self.commitments[position].1 += unused;
    }

    /// What an account was billed this month before tax.
    pub(crate) fn taxable_of(&self, account: usize) -> Exact {
        self.taxable.iter().filter(|((of, _), _)| *of == account).map(|(_, (billed, _))| *billed).sum()
    }

    /// Takes the month's tax by account and product, at so many per cent.
    pub(crate) fn take_tax(&mut self, percent: i64) -> Vec<(usize, usize, Costs)> {
        let tax = |(key, (billed, list)): ((usize, usize), (Exact, Exact))| {
            let due = billed.percent(percent).rounded(6);
            let costs = Costs { list: list.percent(percent).rounded(6).max(due), ..Costs::all(due) };
            (key.0, key.1, costs)
        };
        std::mem::take(&mut self.taxable).into_iter().map(tax).filter(|(_, _, costs)| costs.billed > Exact::ZERO).collect()
    }

    /// How much of a commitment was used in its latest thirty days, in per cent with one decimal.
    pub(crate) fn utilization(&self, position: usize) -> f64 {
        let (used, unused) = self.commitments[position];
        let all = used.plus(unused).approximate();
        if all == 0.0 { 0.0 } else { (1000.0 * used.approximate() / all).round() / 10.0 }
    }
}
