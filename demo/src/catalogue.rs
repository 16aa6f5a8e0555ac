//! The fixed tables the company is made from: providers, accounts, regions, products, prices and the rest, one CSV each in `demo/data`.

use serde::{Deserialize, Deserializer, de::DeserializeOwned};

use crate::{DemoError, amount::Exact};

pub(crate) use providers::{COMPANY_EN, COMPANY_ZH, PROVIDERS, Provider};

mod providers;

/// A member account.
#[derive(Debug, Deserialize)]
pub(crate) struct Account {
    pub(crate) key: String,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) provider: String,
}

/// A region; `zones` are the letters of its zones.
#[derive(Debug, Deserialize)]
pub(crate) struct Region {
    pub(crate) provider: String,
    pub(crate) id: String,
    pub(crate) name: String,
    /// What Alibaba Cloud puts into ids of the region.
    pub(crate) id_infix: String,
    pub(crate) zones: String,
}

/// A team and its cost center.
#[derive(Debug, Deserialize)]
pub(crate) struct Team {
    pub(crate) key: String,
    pub(crate) cost_center: String,
}

/// A product as it is billed.
#[derive(Debug, Deserialize)]
pub(crate) struct Product {
    pub(crate) provider: String,
    pub(crate) code: String,
    pub(crate) service: String,
    pub(crate) category: String,
    pub(crate) subcategory: String,
}

/// A priced meter.
#[derive(Debug, Deserialize)]
pub(crate) struct Sku {
    pub(crate) provider: String,
    pub(crate) product: String,
    pub(crate) key: String,
    pub(crate) meter: String,
    pub(crate) unit: String,
    /// The list price of one unit.
    #[serde(deserialize_with = "exact")]
    pub(crate) list: Exact,
    /// The contracted price in per cent of the list price.
    pub(crate) percent: i64,
    /// The price under a commitment in per cent of the list price; 0 where none is sold.
    pub(crate) committed: i64,
    /// Digits after the point of metered quantities.
    pub(crate) decimals: u32,
    pub(crate) cores: Option<u32>,
    pub(crate) memory: Option<u32>,
}

impl Sku {
    /// Whether it is bought by the month.
    pub(crate) fn is_subscription(&self) -> bool {
        self.unit == "Months"
    }

    /// The instance type it prices.
    pub(crate) fn instance_type(&self) -> &str {
        self.key.strip_prefix("spot.").or_else(|| self.key.strip_prefix("month.")).unwrap_or(&self.key)
    }

    /// The contracted price of one unit.
    pub(crate) fn contracted(&self) -> Exact {
        self.list.percent(self.percent)
    }
}

/// A kind of resource and how its ids look.
#[derive(Debug, Deserialize)]
pub(crate) struct Kind {
    pub(crate) provider: String,
    #[serde(rename = "type")]
    pub(crate) name: String,
    pub(crate) product: String,
    pub(crate) prefix: String,
    pub(crate) id: IdStyle,
}

/// How a provider writes the ids of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum IdStyle {
    /// The prefix and the name.
    Name,
    /// The prefix, the region's infix, letters and digits.
    Region,
    /// The prefix and eight letters and digits.
    Short,
    /// The prefix and hexadecimal digits.
    Hex,
    /// The prefix and thirteen capitals and digits.
    Upper,
}

/// A row of `fleet.csv` or `scale.csv`: one or several like resources. Days count from the last day of the bills.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Blueprint {
    pub(crate) name: String,
    /// How many; in `scale.csv` how often it is picked.
    pub(crate) count: u32,
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) account: String,
    pub(crate) region: String,
    pub(crate) team: String,
    pub(crate) project: String,
    pub(crate) env: String,
    /// `sku*quantity a day*shape[@from:until]`, joined by `;`.
    pub(crate) lines: String,
    pub(crate) commitment: String,
    pub(crate) status: String,
    pub(crate) cpu: Option<f64>,
    pub(crate) mem: Option<f64>,
    pub(crate) net: Option<f64>,
    /// The name of what it is attached to.
    pub(crate) attach: String,
    /// `Key=value` joined by `|`; see `config`.
    pub(crate) config: String,
    pub(crate) from: Option<i32>,
    pub(crate) until: Option<i32>,
    /// What it was planted as.
    pub(crate) planted: String,
}

/// A reservation or savings plan. Days count from the last day of the bills; `end` is the first day not covered.
#[derive(Debug, Deserialize)]
pub(crate) struct Commitment {
    pub(crate) key: String,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) account: String,
    pub(crate) product: String,
    /// The committed amount an hour.
    #[serde(deserialize_with = "exact")]
    pub(crate) hourly: Exact,
    pub(crate) start: i32,
    pub(crate) end: i32,
    pub(crate) billing: FeeBilling,
}

/// How often the fee of a commitment is billed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum FeeBilling {
    Daily,
    Monthly,
}

/// Something that happened to the bills.
#[derive(Debug, Deserialize)]
pub(crate) struct Incident {
    pub(crate) id: String,
    pub(crate) kind: String,
    /// The name of the resource it happened to (the first of several).
    pub(crate) resource: String,
    /// The meter it touched; empty for all.
    pub(crate) meter: String,
    pub(crate) from: i32,
    pub(crate) until: Option<i32>,
    /// What the quantity is multiplied by.
    pub(crate) factor: Option<f64>,
    /// The contracted price in per cent of the list price, instead of the usual.
    pub(crate) percent: Option<i64>,
    pub(crate) cause: String,
    pub(crate) anomaly: bool,
    pub(crate) actor: String,
    pub(crate) action: String,
    pub(crate) title_zh: String,
    pub(crate) title_en: String,
}

/// A charge that is posted once.
#[derive(Debug, Deserialize)]
pub(crate) struct OneOff {
    pub(crate) id: String,
    pub(crate) category: String,
    pub(crate) account: String,
    pub(crate) product: String,
    pub(crate) region: String,
    /// The day whose billing month holds it.
    pub(crate) posted: i32,
    /// The day it is for.
    pub(crate) charged: i32,
    #[serde(deserialize_with = "exact")]
    pub(crate) amount: Exact,
    /// The name of the resource it is for.
    pub(crate) resource: String,
    pub(crate) description: String,
    pub(crate) planted: String,
}

/// A security check over the configuration.
#[derive(Debug, Deserialize)]
pub(crate) struct Check {
    pub(crate) key: String,
    /// `public`, `true`, `false`, `<7`, `>90` or a text that must not occur.
    pub(crate) bad: String,
    /// Kinds it applies to, joined by `|`.
    pub(crate) types: String,
    pub(crate) severity: String,
    pub(crate) cis: String,
    pub(crate) tx: String,
    pub(crate) aws: String,
    pub(crate) title_zh: String,
    pub(crate) title_en: String,
}

/// An everyday operation that changes no cost.
#[derive(Debug, Deserialize)]
pub(crate) struct Routine {
    pub(crate) provider: String,
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) action: String,
    pub(crate) detail: String,
}

/// All of them.
pub(crate) struct Catalogue {
    pub(crate) accounts: Vec<Account>,
    pub(crate) regions: Vec<Region>,
    pub(crate) teams: Vec<Team>,
    pub(crate) products: Vec<Product>,
    pub(crate) skus: Vec<Sku>,
    pub(crate) kinds: Vec<Kind>,
    pub(crate) fleet: Vec<Blueprint>,
    pub(crate) scale: Vec<Blueprint>,
    pub(crate) commitments: Vec<Commitment>,
    pub(crate) incidents: Vec<Incident>,
    pub(crate) one_offs: Vec<OneOff>,
    pub(crate) checks: Vec<Check>,
    pub(crate) routine: Vec<Routine>,
}

impl Catalogue {
    /// Reads the tables compiled in.
    pub(crate) fn load() -> Result<Self, DemoError> {
        Ok(Self {
            accounts: table("accounts.csv", include_str!("../data/accounts.csv"))?,
            regions: table("regions.csv", include_str!("../data/regions.csv"))?,
            teams: table("teams.csv", include_str!("../data/teams.csv"))?,
            products: table("products.csv", include_str!("../data/products.csv"))?,
            skus: table("skus.csv", include_str!("../data/skus.csv"))?,
            kinds: table("types.csv", include_str!("../data/types.csv"))?,
            fleet: table("fleet.csv", include_str!("../data/fleet.csv"))?,
            scale: table("scale.csv", include_str!("../data/scale.csv"))?,
            commitments: table("commitments.csv", include_str!("../data/commitments.csv"))?,
            incidents: table("incidents.csv", include_str!("../data/incidents.csv"))?,
            one_offs: table("one_offs.csv", include_str!("../data/one_offs.csv"))?,
            checks: table("checks.csv", include_str!("../data/checks.csv"))?,
            routine: table("routine.csv", include_str!("../data/routine.csv"))?,
        })
    }

    /// The position of an account by its key.
    pub(crate) fn account(&self, key: &str) -> Result<usize, DemoError> {
        find(&self.accounts, "account", key, |account| account.key == key)
    }

    /// The position of the provider of an account.
    pub(crate) fn provider(&self, account: usize) -> Result<usize, DemoError> {
        let key = self.accounts[account].provider.as_str();
        find(&PROVIDERS, "provider", key, |provider| provider.key == key)
    }

    /// The position of a region.
    pub(crate) fn region(&self, provider: &str, id: &str) -> Result<usize, DemoError> {
        find(&self.regions, "region", id, |region| region.provider == provider && region.id == id)
    }

    /// The position of a product.
    pub(crate) fn product(&self, provider: &str, code: &str) -> Result<usize, DemoError> {
        find(&self.products, "product", code, |product| product.provider == provider && product.code == code)
    }

    /// The position of a kind of resource.
    pub(crate) fn kind(&self, provider: &str, name: &str) -> Result<usize, DemoError> {
        find(&self.kinds, "type", name, |kind| kind.provider == provider && kind.name == name)
    }

    /// The position of a price; keys repeat between products, so the product of the resource decides.
    pub(crate) fn sku(&self, provider: &str, product: &str, key: &str) -> Result<usize, DemoError> {
        find(&self.skus, "sku", key, |sku| sku.provider == provider && sku.product == product && sku.key == key)
    }
}

fn find<T>(rows: &[T], what: &'static str, key: &str, is_it: impl Fn(&T) -> bool) -> Result<usize, DemoError> {
    rows.iter().position(is_it).ok_or_else(|| DemoError::Catalogue { what, key: key.to_owned() })
}

fn table<T: DeserializeOwned>(file: &'static str, text: &str) -> Result<Vec<T>, DemoError> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.deserialize().collect::<Result<_, _>>().map_err(|source| DemoError::Table { file, source })
}

fn exact<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Exact, D::Error> {
    let text = String::deserialize(deserializer)?;
    Exact::parse(&text).ok_or_else(|| serde::de::Error::custom(format!("`{text}` is not an amount")))
}
