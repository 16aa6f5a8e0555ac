//! One charge and how it is written: FOCUS 1.2 with the official column names.

use std::io::Write;

use crate::{
    amount::Exact,
    calendar::Calendar,
    catalogue::{Catalogue, Commitment, PROVIDERS, Sku},
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
    pub(crate) sku: Option<&'a Sku>,
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
    out: csv::Writer<W>,
    catalogue: &'a Catalogue,
    calendar: &'a Calendar,
    text: String,
}

impl<'a, W: Write> ChargeWriter<'a, W> {
    /// Writes the header.
    pub(crate) fn new(to: W, catalogue: &'a Catalogue, calendar: &'a Calendar) -> Result<Self, csv::Error> {
        let mut out = csv::WriterBuilder::new().buffer_capacity(1 << 18).from_writer(to);
        out.write_record(HEADER.split(','))?;
        Ok(Self { out, catalogue, calendar, text: String::new() })
    }

    /// The writer beneath, with everything written.
    pub(crate) fn finish(self) -> Result<W, std::io::Error> {
        self.out.into_inner().map_err(csv::IntoInnerError::into_error)
    }

    /// Writes a charge.
    pub(crate) fn write(&mut self, charge: &Charge<'_>) -> Result<(), csv::Error> {
        self.write_bill(charge)?;
        self.write_charge(charge)?;
        self.write_commitment(charge)?;
        self.write_prices(charge)?;
        self.write_place(charge)?;
        self.write_service(charge)?;
        self.out.write_record(None::<&[u8]>)
    }

    /// `AvailabilityZone` to `CapacityReservationStatus`.
    fn write_bill(&mut self, charge: &Charge<'_>) -> Result<(), csv::Error> {
        let (provider, month) = (&PROVIDERS[charge.provider], &self.calendar.months[charge.month]);
        self.field(if let Subject::Resource(resource) = charge.subject { &resource.zone } else { "" })?;
        self.amount(Some(charge.costs.billed))?;
        self.field(provider.payer_id)?;
        self.field(provider.payer_name)?;
        self.field(provider.payer_type)?;
        self.field(provider.currency)?;
        self.field(&month.ends[charge.provider])?;
        self.field(&month.starts[charge.provider])?;
        self.empty(2)
    }

    /// `ChargeCategory` to `ChargePeriodStart`.
    fn write_charge(&mut self, charge: &Charge<'_>) -> Result<(), csv::Error> {
        self.field(charge.category)?;
        self.field(if charge.correction { "Correction" } else { "" })?;
        self.field(charge.description)?;
        self.field(charge.frequency)?;
        self.field(charge.period.1)?;
        self.field(charge.period.0)
    }

    /// `CommitmentDiscountCategory` to `CommitmentDiscountUnit`.
    fn write_commitment(&mut self, charge: &Charge<'_>) -> Result<(), csv::Error> {
        let Some(coverage) = &charge.coverage else { return self.empty(7) };
        let commitment = coverage.commitment;
        self.field(if commitment.kind == "Reserved Instance" { "Usage" } else { "Spend" })?;
        self.field(&commitment.id)?;
        self.field(&commitment.name)?;
        self.amount(Some(coverage.quantity))?;
        self.field(coverage.status)?;
        self.field(&commitment.kind)?;
        self.field(PROVIDERS[charge.provider].currency)
    }

    /// `ConsumedQuantity` to `PricingUnit`.
    fn write_prices(&mut self, charge: &Charge<'_>) -> Result<(), csv::Error> {
        let provider = &PROVIDERS[charge.provider];
        let metered = charge.metered.as_ref();
        let consumed = metered.filter(|metered| metered.consumed);
        self.amount(consumed.map(|metered| metered.quantity))?;
        self.field(consumed.map_or("", |metered| metered.unit))?;
        self.amount(Some(charge.costs.contracted))?;
        self.amount(metered.and_then(|metered| metered.contracted))?;
        self.amount(Some(charge.costs.effective))?;
        self.write_invoice(charge)?;
        self.field(provider.company)?;
        self.amount(Some(charge.costs.list))?;
        self.amount(metered.and_then(|metered| metered.list))?;
        self.field(charge.pricing)?;
        self.field(provider.currency)?;
        self.empty(3)?;
        self.amount(metered.map(|metered| metered.quantity))?;
        self.field(metered.map_or("", |metered| metered.unit))
    }

    /// `ProviderName` to `ResourceType`.
    fn write_place(&mut self, charge: &Charge<'_>) -> Result<(), csv::Error> {
        let provider = &PROVIDERS[charge.provider];
        let catalogue = self.catalogue;
        let region = charge.region.map(|region| &catalogue.regions[region]);
        self.field(provider.name)?;
        self.field(provider.company)?;
        self.field(region.map_or("", |region| &region.id))?;
        self.field(region.map_or("", |region| &region.name))?;
        let (id, name, kind) = match charge.subject {
            Subject::None => ("", "", ""),
            Subject::Resource(resource) => (resource.id.as_str(), resource.name.as_str(), catalogue.kinds[resource.kind].name.as_str()),
            Subject::Commitment(commitment) => (commitment.id.as_str(), commitment.name.as_str(), commitment.kind.as_str()),
        };
        self.field(id)?;
        self.field(name)?;
        self.field(kind)
    }

    /// `ServiceCategory` to `x_ProductCode`.
    fn write_service(&mut self, charge: &Charge<'_>) -> Result<(), csv::Error> {
        let catalogue = self.catalogue;
        let (product, account) = (&catalogue.products[charge.product], &catalogue.accounts[charge.account]);
        self.field(&product.category)?;
        self.field(&product.service)?;
        self.field(&product.subcategory)?;
        self.write_sku(charge)?;
        self.field(&account.id)?;
        self.field(&account.name)?;
        self.field("Member Account")?;
        self.field(if let Subject::Resource(resource) = charge.subject { &resource.tags_text } else { "" })?;
        self.field(&product.code)
    }

    /// `SkuId` to `SkuPriceId`.
    fn write_sku(&mut self, charge: &Charge<'_>) -> Result<(), csv::Error> {
        let Some(sku) = charge.sku else { return self.empty(4) };
        self.composed(&[&sku.product, "-", &sku.key])?;
        self.field(&sku.meter)?;
        if let (Some(cores), Some(memory)) = (sku.cores, sku.memory) {
            self.text = format!("{{\"InstanceType\":\"{}\",\"CoreCount\":{cores},\"MemorySize\":{memory}}}", sku.instance_type());
            self.out.write_field(&self.text)?;
        } else {
            self.empty(1)?;
        }
        let region = charge.region.map_or("global", |region| self.catalogue.regions[region].id.as_str());
        self.composed(&[&sku.product, "-", &sku.key, ".", region, if sku.is_subscription() { ".sub" } else { ".payg" }])
    }

    /// `InvoiceId`: none until the month is over.
    fn write_invoice(&mut self, charge: &Charge<'_>) -> Result<(), csv::Error> {
        let (provider, month) = (&PROVIDERS[charge.provider], &self.calendar.months[charge.month]);
        if !month.closed {
            return self.empty(1);
        }
        let tail = &provider.payer_id[provider.payer_id.len() - 6..];
        self.text = format!("{}-{}{:02}-{tail}", provider.invoice, month.first.year(), month.first.month());
        self.out.write_field(&self.text)
    }

    fn field(&mut self, text: &str) -> Result<(), csv::Error> {
        self.out.write_field(text)
    }

    fn empty(&mut self, count: usize) -> Result<(), csv::Error> {
        (0..count).try_for_each(|_| self.out.write_field(b""))
    }

    fn amount(&mut self, amount: Option<Exact>) -> Result<(), csv::Error> {
        match amount {
            Some(amount) => self.out.write_field(amount.write(&mut [0; 24])),
            None => self.empty(1),
        }
    }

    fn composed(&mut self, parts: &[&str]) -> Result<(), csv::Error> {
        self.text.clear();
        self.text.extend(parts.iter().copied());
        self.out.write_field(&self.text)
    }
}
