//! Charges that are not metered usage: subscriptions, commitments, credits, corrections, support and tax.

use std::io::Write;

use jiff::ToSpan;

use crate::{
    DemoError,
    amount::Exact,
    bill::Bill,
    calendar::instants,
    catalogue::{Commitment, FeeBilling, OneOff, PROVIDERS},
    charge::{Charge, Costs, Coverage, Metered, Subject},
    fleet::named,
    resource::Line,
};

/// The tax on AWS's bills, in per cent.
const TAX_PERCENT: i64 = 9;
/// The price of AWS's support, in per cent of the account's usage.
const SUPPORT_PERCENT: i64 = 3;
/// Over how many of its latest days the use of a commitment is measured.
const UTILIZATION_DAYS: usize = 30;

impl<'a, W: Write> Bill<'a, W> {
    /// The purchase of a month, on the day a subscription renews.
    pub(crate) fn write_renewal(&mut self, position: usize, line: &Line, day: usize) -> Result<(), DemoError> {
        let (calendar, resource, sku) = (self.calendar, &self.resources[position], &self.catalogue.skus[line.sku]);
        let date = calendar.days[day].date;
        if date.day() != line.renews_on {
            return Ok(());
        }
        let end = instants(date.checked_add(1.month())?)?;
        let (list, due) = (sku.list, sku.contracted());
        let charge = Charge {
            provider: resource.provider,
            account: resource.account,
            product: resource.product,
            month: calendar.days[day].month,
            period: (&calendar.days[day].starts[resource.provider], &end[resource.provider]),
            category: "Purchase",
            frequency: "Recurring",
            correction: false,
            pricing: "Standard",
            description: "Monthly subscription",
            region: Some(resource.region),
            subject: Subject::Resource(resource),
            sku: Some(line.sku),
            metered: Some(purchase(Exact::whole(1), "Months", list, due)),
            costs: Costs { list, contracted: due, billed: due, effective: due },
            coverage: None,
        };
        self.emit(&charge, day, Some(position))
    }

    /// Opens the day's pool of each commitment and bills its fee.
    pub(crate) fn open_commitments(&mut self, provider: usize, day: usize) -> Result<(), DemoError> {
        for (position, commitment) in self.catalogue.commitments.iter().enumerate() {
            if !self.is_of(&commitment.account, provider)? {
                continue;
            }
            let active = self.life(commitment).contains(&day);
            *self.pool(position) = if active { commitment.hourly.times(Exact::whole(24)) } else { Exact::ZERO };
            if active {
                self.write_fee(commitment, provider, day)?;
            }
        }
        Ok(())
    }

    fn write_fee(&mut self, commitment: &Commitment, provider: usize, day: usize) -> Result<(), DemoError> {
        let calendar = self.calendar;
        let month = &calendar.months[calendar.days[day].month];
        let days = match commitment.billing {
            FeeBilling::Daily => 1,
            FeeBilling::Monthly if day == self.life(commitment).start.max(month.days.start) => {
                let end = month.next.min(calendar.date(commitment.end)?);
                i64::from((end - calendar.days[day].date).get_days())
            }
            FeeBilling::Monthly => return Ok(()),
        };
        let hours = Exact::whole(24 * days);
        let fee = commitment.hourly.times(hours);
        let end = instants(calendar.days[day].date.checked_add(days.days())?)?;
        let charge = Charge {
            category: "Purchase",
            frequency: "Recurring",
            description: if commitment.billing == FeeBilling::Daily { "Commitment no upfront fee" } else { "Commitment monthly fee" },
            pricing: "Standard",
            metered: Some(purchase(hours, "Hours", commitment.hourly, commitment.hourly)),
            costs: Costs { effective: Exact::ZERO, ..Costs::all(fee) },
            coverage: Some(Coverage { commitment, quantity: fee, status: "" }),
            ..self.of_commitment(commitment, provider, day, (&calendar.days[day].starts[provider], &end[provider]))?
        };
        self.emit(&charge, day, None)
    }

    /// Bills what was not used of each commitment today.
    pub(crate) fn close_commitments(&mut self, provider: usize, day: usize) -> Result<(), DemoError> {
        let calendar = self.calendar;
        for (position, commitment) in self.catalogue.commitments.iter().enumerate() {
            let life = self.life(commitment);
            if !life.contains(&day) || !self.is_of(&commitment.account, provider)? {
                continue;
            }
            let unused = *self.pool(position);
            if day + UTILIZATION_DAYS >= life.end.min(calendar.billed_days[provider]) {
                self.ledger.add_commitment(position, commitment.hourly.times(Exact::whole(24)).minus(unused), unused);
            }
            if unused == Exact::ZERO {
                continue;
            }
            let period = (calendar.days[day].starts[provider].as_str(), calendar.days[day].ends[provider].as_str());
            let charge = Charge {
                category: "Usage",
                frequency: "Usage-Based",
                description: "Unused commitment",
                pricing: "Committed",
                costs: Costs { effective: unused, ..Costs::default() },
                coverage: Some(Coverage { commitment, quantity: unused, status: "Unused" }),
                ..self.of_commitment(commitment, provider, day, period)?
            };
            self.emit(&charge, day, None)?;
        }
        Ok(())
    }

    /// Credits, corrections, adjustments and purchases posted today.
    pub(crate) fn write_one_offs(&mut self, provider: usize, day: usize) -> Result<(), DemoError> {
        for one_off in &self.catalogue.one_offs {
            if self.calendar.position(one_off.posted) == day && self.is_of(&one_off.account, provider)? {
                self.write_one_off(one_off, provider, day)?;
            }
        }
        Ok(())
    }

    fn write_one_off(&mut self, one_off: &OneOff, provider: usize, day: usize) -> Result<(), DemoError> {
        let (catalogue, calendar) = (self.catalogue, self.calendar);
        let key = PROVIDERS[provider].key;
        let charged = &calendar.days[calendar.position(one_off.charged)];
        let (correction, bought) = (one_off.category == "Correction", one_off.category == "Purchase");
        let resource = named(self.resources, &one_off.resource);
        let charge = Charge {
            provider,
            account: catalogue.account(&one_off.account)?,
            product: catalogue.product(key, &one_off.product)?,
            month: calendar.days[day].month,
            period: (&charged.starts[provider], &charged.ends[provider]),
            category: match one_off.category.as_str() {
                "Correction" => "Usage",
                "Purchase" => "Purchase",
                "Adjustment" => "Adjustment",
                _ => "Credit",
            },
            frequency: if correction { "Usage-Based" } else { "One-Time" },
            correction,
            pricing: if correction || bought { "Standard" } else { "" },
            description: &one_off.description,
            region: Some(catalogue.region(key, &one_off.region)?),
            subject: resource.map_or(Subject::None, |resource| Subject::Resource(&self.resources[resource])),
            sku: None,
            metered: bought.then(|| purchase(Exact::whole(1), "Units", one_off.amount, one_off.amount)),
            costs: Costs::all(one_off.amount),
            coverage: None,
        };
        self.emit(&charge, day, None)
    }

    /// Support and tax of a month, which AWS bills once a month.
    pub(crate) fn write_month_end(&mut self, provider: usize, month: usize) -> Result<(), DemoError> {
        if PROVIDERS[provider].key != "aws" {
            return Ok(());
        }
        let day = self.calendar.months[month].days.end.min(self.calendar.billed_days[provider]) - 1;
        let support = self.catalogue.product("aws", "AWSSupportBusiness")?;
        let sku = self.catalogue.sku("aws", "AWSSupportBusiness", "support.fee")?;
        for account in 0..self.catalogue.accounts.len() {
            let fee = self.ledger.taxable_of(account).percent(SUPPORT_PERCENT).rounded(2);
            if fee > Exact::ZERO {
                let charge = Charge {
                    description: "AWS Support (Business), share of monthly usage",
                    category: "Usage",
                    pricing: "Standard",
                    sku: Some(sku),
                    metered: Some(Metered { consumed: true, ..purchase(Exact::whole(1), "Units", fee, fee) }),
                    ..self.monthly(provider, month, (account, support), Costs::all(fee))
                };
                self.emit(&charge, day, None)?;
            }
        }
        for (account, product, costs) in self.ledger.take_tax(TAX_PERCENT) {
            let charge = self.monthly(provider, month, (account, product), costs);
            self.emit(&charge, day, None)?;
        }
        Ok(())
    }

    /// A month's tax on a product, from which other monthly charges differ in a few fields.
    fn monthly(&self, provider: usize, month: usize, (account, product): (usize, usize), costs: Costs) -> Charge<'a> {
        let calendar = self.calendar;
        Charge {
            provider,
            account,
            product,
            month,
            period: (&calendar.months[month].starts[provider], &calendar.months[month].ends[provider]),
            category: "Tax",
            frequency: "Recurring",
            correction: false,
            pricing: "",
            description: "Tax 9%",
            region: None,
            subject: Subject::None,
            sku: None,
            metered: None,
            costs,
            coverage: None,
        }
    }

    /// What the charges of a commitment have in common.
    fn of_commitment<'b>(
        &self,
        commitment: &'b Commitment,
        provider: usize,
        day: usize,
        period: (&'b str, &'b str),
    ) -> Result<Charge<'b>, DemoError> {
        Ok(Charge {
            provider,
            account: self.catalogue.account(&commitment.account)?,
            product: self.catalogue.product(PROVIDERS[provider].key, &commitment.product)?,
            month: self.calendar.days[day].month,
            period,
            category: "Usage",
            frequency: "Usage-Based",
            correction: false,
            pricing: "Committed",
            description: "",
            region: None,
            subject: Subject::Commitment(commitment),
            sku: None,
            metered: None,
            costs: Costs::default(),
            coverage: None,
        })
    }

    fn is_of(&self, account: &str, provider: usize) -> Result<bool, DemoError> {
        Ok(self.catalogue.provider(self.catalogue.account(account)?)? == provider)
    }

    /// The days on which a commitment is in force.
    fn life(&self, commitment: &Commitment) -> std::ops::Range<usize> {
        self.calendar.position(commitment.start)..self.calendar.position(commitment.end)
    }
}

/// A bought quantity.
fn purchase(quantity: Exact, unit: &str, list: Exact, contracted: Exact) -> Metered<'_> {
    Metered { quantity, unit, list: Some(list), contracted: Some(contracted), consumed: false }
}
