//! The company once its bills are written: what the tables, the inventory and the list of planted things are taken from.

use crate::{
    amount::Exact,
    calendar::Calendar,
    catalogue::{Catalogue, Incident},
    fleet::named,
    ledger::Ledger,
    resource::Resource,
};

/// Everything that is known.
pub(crate) struct Company<'a> {
    pub(crate) catalogue: &'a Catalogue,
    pub(crate) calendar: &'a Calendar,
    pub(crate) resources: &'a [Resource],
    /// How many of the resources, from the first, are the standing fleet.
    pub(crate) standing: usize,
    pub(crate) ledger: Ledger,
}

impl Company<'_> {
    /// The resources that exist now, with their positions.
    pub(crate) fn present(&self) -> impl Iterator<Item = (usize, &Resource)> {
        self.resources.iter().enumerate().filter(|(_, resource)| resource.exists())
    }

    /// The effective cost of thirty days: metered usage of the last thirty, and a month of what is bought by the month.
    pub(crate) fn monthly_cost(&self, position: usize) -> Exact {
        let skus = self.resources[position].lines.iter().map(|line| &self.catalogue.skus[line.sku]);
        let bought = skus.filter(|sku| sku.is_subscription()).map(|sku| sku.contracted()).sum();
        self.ledger.resources[position].plus(bought).rounded(2)
    }

    /// The incidents with the resource each happened to.
    pub(crate) fn incidents(&self) -> impl Iterator<Item = (&Incident, &Resource)> {
        self.catalogue.incidents.iter().filter_map(|incident| Some((incident, &self.resources[named(self.resources, &incident.resource)?])))
    }
}
