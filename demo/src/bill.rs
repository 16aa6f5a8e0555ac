//! The stream of charges: month by month, provider by provider, day by day; nothing is kept but sums.

use std::io::Write;

use crate::{
    DemoError,
    amount::Exact,
    calendar::Calendar,
    catalogue::Catalogue,
    charge::{Charge, ChargeWriter, Costs, Coverage, Metered, Subject},
    demand::Demand,
    ledger::Ledger,
    random::Random,
    resource::{Line, Resource},
};

/// How often progress is told, in charges.
const PROGRESS_EVERY: u64 = 4096;

/// Where charges go while the bills are made.
pub(crate) struct Bill<'a, W: Write> {
    pub(crate) catalogue: &'a Catalogue,
    pub(crate) calendar: &'a Calendar,
    pub(crate) resources: &'a [Resource],
    pub(crate) ledger: Ledger,
    writer: ChargeWriter<'a, W>,
    demand: Demand,
    random: Random,
    progress: &'a (dyn Fn(u64) + Send + Sync),
    /// What is left today of each commitment.
    pools: Vec<Exact>,
}

impl<'a, W: Write> Bill<'a, W> {
    /// An empty bill.
    pub(crate) fn new(
        catalogue: &'a Catalogue,
        calendar: &'a Calendar,
        resources: &'a [Resource],
        seed: u64,
        to: W,
        progress: &'a (dyn Fn(u64) + Send + Sync),
    ) -> Result<Self, DemoError> {
        Ok(Self {
            catalogue,
            calendar,
            resources,
            ledger: Ledger::new(catalogue, resources.len(), calendar.months.len()),
            writer: ChargeWriter::new(to, catalogue, calendar).map_err(DemoError::charges)?,
            demand: Demand::over(calendar),
            random: Random::stream(seed, 2),
            progress,
            pools: vec![Exact::ZERO; catalogue.commitments.len()],
        })
    }

    /// Writes all charges; gives back the sums and the writer beneath.
    pub(crate) fn write_all(mut self) -> Result<(Ledger, W), DemoError> {
        let providers: Vec<Vec<usize>> = (0..self.calendar.billed_days.len())
            .map(|provider| (0..self.resources.len()).filter(|&it| self.resources[it].provider == provider).collect())
            .collect();
        for month in 0..self.calendar.months.len() {
            for (provider, resources) in providers.iter().enumerate() {
                let billed = self.calendar.billed_days[provider];
                let days = self.calendar.months[month].days.clone();
                for day in days.start..days.end.min(billed) {
                    self.write_day(provider, resources, day)?;
                }
                if days.start < billed {
                    self.write_month_end(provider, month)?;
                }
            }
        }
        (self.progress)(self.ledger.charges);
        let writer = self.writer.finish().map_err(DemoError::charges)?;
        Ok((self.ledger, writer))
    }

    fn write_day(&mut self, provider: usize, resources: &[usize], day: usize) -> Result<(), DemoError> {
        self.open_commitments(provider, day)?;
        for &position in resources {
            let resource = &self.resources[position];
            for line in resource.lines.iter().filter(|line| line.covers(day)) {
                if self.catalogue.skus[line.sku].is_subscription() {
                    self.write_renewal(position, line, day)?;
                } else {
                    self.write_usage(position, line, day)?;
                }
            }
        }
        self.close_commitments(provider, day)?;
        self.write_one_offs(provider, day)
    }

    /// A day's usage of a meter: what a commitment covers, and the rest.
    fn write_usage(&mut self, position: usize, line: &Line, day: usize) -> Result<(), DemoError> {
        let (resource, sku) = (&self.resources[position], &self.catalogue.skus[line.sku]);
        let (factor, percent) = line.effect(day);
        let mut quantity = self.demand.quantity(line.quantity * factor, line.shape, day, &mut self.random);
        if sku.key.starts_with("spot.") {
            quantity = quantity.min(24.0);
        }
        let mut quantity = Exact::nearest(quantity, sku.decimals);
        if let Some(commitment) = resource.commitment.filter(|_| sku.committed > 0) {
            let unit = sku.list.percent(sku.committed);
            let hours = self.pools[commitment].whole_units(unit).min(quantity.whole_units(Exact::whole(1)));
            if hours > 0 {
                let covered = Exact::whole(hours);
                self.pools[commitment] = self.pools[commitment].minus(covered.times(unit));
                self.write_metered(position, line, day, covered, (sku.contracted(), Some((commitment, covered.times(unit)))))?;
                quantity = quantity.minus(covered);
            }
        }
        if quantity == Exact::ZERO {
            return Ok(());
        }
        let contracted = percent.map_or_else(|| sku.contracted(), |percent| sku.list.percent(percent));
        self.write_metered(position, line, day, quantity, (contracted, None))
    }

    /// A quantity at a contracted price, covered by a commitment (which one, its amortised cost) or not.
    fn write_metered(
        &mut self,
        position: usize,
        line: &Line,
        day: usize,
        quantity: Exact,
        (contracted, covered): (Exact, Option<(usize, Exact)>),
    ) -> Result<(), DemoError> {
        let (resource, sku) = (&self.resources[position], &self.catalogue.skus[line.sku]);
        let due = quantity.times(contracted);
        let costs = Costs {
            list: quantity.times(sku.list),
            contracted: due,
            billed: if covered.is_some() { Exact::ZERO } else { due },
            effective: covered.map_or(due, |(_, amortised)| amortised),
        };
        let calendar = self.calendar;
        let coverage = covered.map(|(commitment, amortised)| Coverage {
            commitment: &self.catalogue.commitments[commitment],
            quantity: amortised,
            status: "Used",
        });
        let pricing = match &coverage {
            Some(_) => "Committed",
            None if sku.key.starts_with("spot.") => "Dynamic",
            None => "Standard",
        };
        let charge = Charge {
            provider: resource.provider,
            account: resource.account,
            product: resource.product,
            month: calendar.days[day].month,
            period: (&calendar.days[day].starts[resource.provider], &calendar.days[day].ends[resource.provider]),
            category: "Usage",
            frequency: "Usage-Based",
            correction: false,
            pricing,
            description: &sku.meter,
            region: Some(resource.region),
            subject: Subject::Resource(resource),
            sku: Some(line.sku),
            metered: Some(Metered { quantity, unit: &sku.unit, list: Some(sku.list), contracted: Some(contracted), consumed: true }),
            costs,
            coverage,
        };
        self.emit(&charge, day, Some(position))
    }

    /// Takes a charge down.
    pub(crate) fn emit(&mut self, charge: &Charge<'_>, day: usize, resource: Option<usize>) -> Result<(), DemoError> {
        self.writer.write(charge).map_err(DemoError::charges)?;
        self.ledger.add(charge, self.calendar, day, resource);
        if self.ledger.charges.is_multiple_of(PROGRESS_EVERY) {
            (self.progress)(self.ledger.charges);
        }
        Ok(())
    }

    /// What is left today of a commitment.
    pub(crate) fn pool(&mut self, commitment: usize) -> &mut Exact {
        &mut self.pools[commitment]
    }
}
