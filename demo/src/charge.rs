//! One charge and how it is written: FOCUS 1.2 with the official column names.

use std::io::Write;

use crate::{
    amount::Exact,
    calendar::{Calendar, Month},
    catalogue::{Catalogue, Commitment, PROVIDERS, Provider, Sku},
    fields::{Fields, quoted},
    resource::Resource,
};

/// The columns, in the order of the file.
pub(crate) const HEADER: &str = "AvailabilityZone,BilledCost,BillingAccountId,BillingAccountName,BillingAccountType,BillingCurrency,BillingPeriodEnd,\
BillingPeriodStart,CapacityReservationId,CapacityReservationStatus,ChargeCategory,ChargeClass,ChargeDescription,ChargeFrequency,\
ChargePeriodEnd,ChargePeriodStart,CommitmentDiscountCategory,CommitmentDiscountId,CommitmentDiscountName,CommitmentDiscountQuantity,\
CommitmentDiscountStatus,CommitmentDiscountType,CommitmentDiscountUnit,ConsumedQuantity,ConsumedUnit,ContractedCost,ContractedUnitPrice,\
EffectiveCost,InvoiceId,InvoiceIssuerName,ListCost,ListUnitPrice,PricingCategory,PricingCurrency,PricingCurrencyContractedUnitPrice,\
PricingCurrencyEffectiveCost,PricingCurrencyListUnitPrice,PricingQuantity,PricingUnit,ProviderName,PublisherName,RegionId,RegionName,\
ResourceId,ResourceName,ResourceType,ServiceCategory,ServiceName,ServiceSubcategory,SkuId,SkuMeter,SkuPriceDetails,SkuPriceId,\
SubAccountId,SubAccountName,SubAccountType,Tags,x_ProductCode";

/// A charge. Positions point into the catalogue and the calendar.
pub(crate) struct Charge<'a> {
    pub(crate) provider: usize,
    pub(crate) account: usize,
    pub(crate) product: usize,
    /// The billing month.
    pub(crate) month: usize,
    /// The charge period, in UTC.
    pub(crate) period: (&'a str, &'a str),
    pub(crate) category: &'static str,
    pub(crate) frequency: &'static str,
    /// Whether it corrects an earlier charge.
    pub(crate) correction: bool,
    /// How it was priced; empty for credits and taxes.
    pub(crate) pricing: &'static str,
    pub(crate) description: &'a str,
    pub(crate) region: Option<usize>,
    pub(crate) subject: Subject<'a>,
    /// The price, as a position in the catalogue.
    pub(crate) sku: Option<usize>,
    /// How much, at which prices.
    pub(crate) metered: Option<Metered<'a>>,
    pub(crate) costs: Costs,
    pub(crate) coverage: Option<Coverage<'a>>,
}

/// What a charge is for.
#[derive(Clone, Copy)]
pub(crate) enum Subject<'a> {
    /// Nothing in particular.
    None,
    /// A resource.
    Resource(&'a Resource),
    /// A commitment: its fee, or what of it was not used.
    Commitment(&'a Commitment),
}

/// A quantity and its unit prices.
pub(crate) struct Metered<'a> {
    pub(crate) quantity: Exact,
    pub(crate) unit: &'a str,
    pub(crate) list: Option<Exact>,
    pub(crate) contracted: Option<Exact>,
    /// Whether it is consumption, not a purchase.
    pub(crate) consumed: bool,
}

/// The four costs.
#[derive(Clone, Copy, Default)]
pub(crate) struct Costs {
    pub(crate) list: Exact,
    pub(crate) contracted: Exact,
    pub(crate) billed: Exact,
    pub(crate) effective: Exact,
}

impl Costs {
    /// The same amount in all four.
    pub(crate) fn all(amount: Exact) -> Self {
        Self { list: amount, contracted: amount, billed: amount, effective: amount }
    }
}

/// The part a commitment plays.
pub(crate) struct Coverage<'a> {
    pub(crate) commitment: &'a Commitment,
    pub(crate) quantity: Exact,
    /// `Used`, `Unused`, or empty for the fee.
    pub(crate) status: &'static str,
}

/// Writes charges as CSV.
pub(crate) struct ChargeWriter<'a, W: Write> {
    out: Fields<W>,
    catalogue: &'a Catalogue,
    calendar: &'a Calendar,
    /// `SkuPriceDetails` of each price, in quotes.
    details: Vec<String>,
    /// `InvoiceId` of each month, for each provider; empty while the month is not over.
    invoices: Vec<[String; PROVIDERS.len()]>,
}

impl<'a, W: Write> ChargeWriter<'a, W> {
    /// Writes the header.
    pub(crate) fn new(to: W, catalogue: &'a Catalogue, calendar: &'a Calendar) -> std::io::Result<Self> {
        let mut out = Fields::new(to);
        HEADER.split(',').for_each(|column| out.push(column));
        out.end_row()?;
        let details = catalogue.skus.iter().map(details).collect();
        let invoices = calendar.months.iter().map(|month| PROVIDERS.each_ref().map(|provider| invoice(provider, month))).collect();
        Ok(Self { out, catalogue, calendar, details, invoices })
    }

    /// The writer beneath, with everything written.
    pub(crate) fn finish(self) -> std::io::Result<W> {
        self.out.finish()
    }

    /// Writes a charge.
    pub(crate) fn write(&mut self, charge: &Charge<'_>) -> std::io::Result<()> {
        self.push_bill(charge);
        self.push_charge(charge);
        self.push_commitment(charge);
        self.push_prices(charge);
        self.push_place(charge);
        self.push_service(charge);
        self.out.end_row()
    }

    /// `AvailabilityZone` to `CapacityReservationStatus`.
    fn push_bill(&mut self, charge: &Charge<'_>) {
        let (provider, month) = (&PROVIDERS[charge.provider], &self.calendar.months[charge.month]);
        self.field(if let Subject::Resource(resource) = charge.subject { &resource.zone } else { "" });
        self.amount(Some(charge.costs.billed));
        self.ready(provider.payer_id);
        self.field(provider.payer_name);
        self.ready(provider.payer_type);
        self.ready(provider.currency);
        self.ready(&month.ends[charge.provider]);
        self.ready(&month.starts[charge.provider]);
        self.empty(2);
    }

    /// `ChargeCategory` to `ChargePeriodStart`.
    fn push_charge(&mut self, charge: &Charge<'_>) {
        self.ready(charge.category);
        self.field(if charge.correction { "Correction" } else { "" });
        self.field(charge.description);
        self.ready(charge.frequency);
        self.ready(charge.period.1);
        self.ready(charge.period.0);
    }

    /// `CommitmentDiscountCategory` to `CommitmentDiscountUnit`.
    fn push_commitment(&mut self, charge: &Charge<'_>) {
        let Some(coverage) = &charge.coverage else { return self.empty(7) };
        let commitment = coverage.commitment;
        self.field(if commitment.kind == "Reserved Instance" { "Usage" } else { "Spend" });
        self.ready(&commitment.id);
        self.field(&commitment.name);
        self.amount(Some(coverage.quantity));
        self.ready(coverage.status);
        self.field(&commitment.kind);
        self.field(PROVIDERS[charge.provider].currency);
    }

    /// `ConsumedQuantity` to `PricingUnit`.
    fn push_prices(&mut self, charge: &Charge<'_>) {
        let provider = &PROVIDERS[charge.provider];
        let metered = charge.metered.as_ref();
        let consumed = metered.filter(|metered| metered.consumed);
        self.amount(consumed.map(|metered| metered.quantity));
        self.field(consumed.map_or("", |metered| metered.unit));
        self.amount(Some(charge.costs.contracted));
        self.amount(metered.and_then(|metered| metered.contracted));
        self.amount(Some(charge.costs.effective));
        self.out.push_ready(self.invoices[charge.month][charge.provider].as_bytes());
        self.field(provider.company);
        self.amount(Some(charge.costs.list));
        self.amount(metered.and_then(|metered| metered.list));
        self.ready(charge.pricing);
        self.ready(provider.currency);
        self.empty(3);
        self.amount(metered.map(|metered| metered.quantity));
        self.field(metered.map_or("", |metered| metered.unit));
    }

    /// `ProviderName` to `ResourceType`.
    fn push_place(&mut self, charge: &Charge<'_>) {
        let provider = &PROVIDERS[charge.provider];
        let catalogue = self.catalogue;
        let region = charge.region.map(|region| &catalogue.regions[region]);
        self.ready(provider.name);
        self.field(provider.company);
        self.field(region.map_or("", |region| &region.id));
        self.field(region.map_or("", |region| &region.name));
        let (id, name, kind) = match charge.subject {
            Subject::None => ("", "", ""),
            Subject::Resource(resource) => (resource.id.as_str(), resource.name.as_str(), catalogue.kinds[resource.kind].name.as_str()),
            Subject::Commitment(commitment) => (commitment.id.as_str(), commitment.name.as_str(), commitment.kind.as_str()),
        };
        self.ready(id);
        self.field(name);
        self.ready(kind);
    }

    /// `ServiceCategory` to `x_ProductCode`.
    fn push_service(&mut self, charge: &Charge<'_>) {
        let catalogue = self.catalogue;
        let (product, account) = (&catalogue.products[charge.product], &catalogue.accounts[charge.account]);
        self.ready(&product.category);
        self.field(&product.service);
        self.field(&product.subcategory);
        self.push_sku(charge);
        self.ready(&account.id);
        self.field(&account.name);
        self.ready("Member Account");
        self.ready(if let Subject::Resource(resource) = charge.subject { &resource.tags_field } else { "" });
        self.ready(&product.code);
    }

    /// `SkuId` to `SkuPriceId`.
    fn push_sku(&mut self, charge: &Charge<'_>) {
        let Some(position) = charge.sku else { return self.empty(4) };
        let sku = &self.catalogue.skus[position];
        self.composed(&[&sku.product, "-", &sku.key]);
        self.field(&sku.meter);
        self.out.push_ready(self.details[position].as_bytes());
        let region = charge.region.map_or("global", |region| self.catalogue.regions[region].id.as_str());
        self.composed(&[&sku.product, "-", &sku.key, ".", region, if sku.is_subscription() { ".sub" } else { ".payg" }]);
    }

    fn field(&mut self, text: &str) {
        self.out.push(text);
    }

    /// A field that needs no quotes or has them.
    fn ready(&mut self, text: &str) {
        self.out.push_ready(text.as_bytes());
    }

    fn empty(&mut self, count: usize) {
        self.out.skip(count);
    }

    fn amount(&mut self, amount: Option<Exact>) {
        match amount {
            Some(amount) => self.out.push_ready(amount.write(&mut [0; 24])),
            None => self.empty(1),
        }
    }

    fn composed(&mut self, parts: &[&str]) {
        self.ready(&parts.concat());
    }
}

/// What `SkuPriceDetails` says of a price: the size of what it prices.
fn details(sku: &Sku) -> String {
    let size = sku.cores.zip(sku.memory);
    let text = |(cores, memory)| format!("{{\"InstanceType\":\"{}\",\"CoreCount\":{cores},\"MemorySize\":{memory}}}", sku.instance_type());
    quoted(&size.map_or_else(String::new, text))
}

/// The number of a month's invoice; none until the month is over.
fn invoice(provider: &Provider, month: &Month) -> String {
    if !month.closed {
        return String::new();
    }
    let tail = &provider.payer_id[provider.payer_id.len() - 6..];
    format!("{}-{}{:02}-{tail}", provider.invoice, month.first.year(), month.first.month())
}
