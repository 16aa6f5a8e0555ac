//! A row of `resources`, read through the guard within the asker's scope.

use domain::{Column, ColumnType, Decimal, Language, SqlNote, Table, Terms, Value};
use serde_json::{Map, Value as Json};

use crate::{
    Context, ToolError,
    query::{self, About},
};

/// The columns that are read.
const COLUMNS: &str = "ResourceId, ResourceName, ResourceType, ServiceName, ProviderName, SubAccountId, RegionId, Status, CpuAvg30d, \
                       MemAvg30d, NetworkOutGb30d, AttachedTo, Encrypted, PubliclyAccessible, MonthlyCost, Currency, Tags, Config";

/// A resource as the warehouse knows it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Resource {
    pub id: String,
    pub name: String,
    pub resource_type: String,
    pub service: String,
    pub provider: String,
    pub account: String,
    pub region: String,
    pub status: String,
    pub cpu: Option<f64>,
    pub memory: Option<f64>,
    pub network_out: Option<f64>,
    pub attached_to: String,
    pub encrypted: Option<bool>,
    pub public: Option<bool>,
    pub monthly_cost: Option<Decimal>,
    pub currency: String,
    pub tags: Map<String, Json>,
    pub config: Map<String, Json>,
}

/// What a resource is, whatever its provider calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Instance,
    Database,
    Disk,
    Address,
    Bucket,
    SecurityGroup,
    Identity,
    Other,
}

/// Resources with what an answer says of where they came from.
pub(crate) struct Rows {
    pub resources: Vec<Resource>,
    pub sql: Option<SqlNote>,
    pub terms: Terms,
}

/// The resources the asker may see that fulfil a condition (SQL made of literals by [`query::literal`]; empty for all).
pub(crate) async fn read(context: &Context, condition: &str) -> Result<Rows, ToolError> {
    let filter = if condition.is_empty() { String::new() } else { format!(" WHERE {condition}") };
    let evidence = query::run(context, &format!("SELECT {COLUMNS} FROM resources{filter} ORDER BY ResourceId"), About::default()).await?;
    let table = evidence.table.unwrap_or_default();
    let mut terms = evidence.terms;
    terms.cost_basis = Some("EffectiveCost".to_owned());
    if table.truncated {
        terms.assumptions.push(
            context
                .language
                .pick("资源过多,只检查了前一部分", "there are more resources than one query returns; only the first were looked at")
                .to_owned(),
        );
    }
    Ok(Rows { resources: (0..table.rows.len()).map(|row| Resource::from_row(&table, row)).collect(), sql: evidence.sql, terms })
}

impl Resource {
    fn from_row(table: &Table, row: usize) -> Self {
        let text = |name: &str| table.cell(row, name).map(Value::label).unwrap_or_default();
        let number = |name: &str| table.cell(row, name).and_then(Value::number);
        let float = |name: &str| number(name).and_then(|number| number.to_string().parse().ok());
        let flag = |name: &str| table.cell(row, name).and_then(truth);
        Self {
            id: text("ResourceId"),
            name: text("ResourceName"),
            resource_type: text("ResourceType"),
            service: text("ServiceName"),
            provider: text("ProviderName"),
            account: text("SubAccountId"),
            region: text("RegionId"),
            status: text("Status"),
            cpu: float("CpuAvg30d"),
            memory: float("MemAvg30d"),
            network_out: float("NetworkOutGb30d"),
            attached_to: text("AttachedTo"),
            encrypted: flag("Encrypted"),
            public: flag("PubliclyAccessible"),
            monthly_cost: number("MonthlyCost"),
            currency: text("Currency"),
            tags: serde_json::from_str(&text("Tags")).unwrap_or_default(),
            config: serde_json::from_str(&text("Config")).unwrap_or_default(),
        }
    }

    pub fn kind(&self) -> Kind {
        Kind::of(&self.resource_type)
    }

    pub fn is_running(&self) -> bool {
        let status = plain(&self.status);
        ["running", "started", "active", "inuse"].contains(&status.as_str())
    }

    pub fn is_stopped(&self) -> bool {
        let status = plain(&self.status);
        ["stopped", "shutdown", "off", "poweredoff"].contains(&status.as_str())
    }

    /// Attached to nothing, by the column and by the status where it tells.
    pub fn is_unattached(&self) -> bool {
        let status = plain(&self.status);
        self.attached_to.is_empty() && !["inuse", "attached", "bound", "associated", "binded"].contains(&status.as_str())
    }

    pub fn costs_money(&self) -> bool {
        self.monthly_cost.is_some_and(|cost| cost > Decimal::ZERO)
    }

    /// A key of the configuration, whatever its case and underscores.
    pub fn setting(&self, key: &str) -> Option<&Json> {
        self.config.iter().find(|(name, _)| plain(name) == plain(key)).map(|(_, value)| value)
    }
}

impl Kind {
    /// From the resource type, in the words of any provider.
    pub fn of(resource_type: &str) -> Self {
        let name = plain(resource_type);
        let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
        if has(&["snapshot", "image"]) {
            Self::Other
        } else if has(&["securitygroup"]) {
            Self::SecurityGroup
        } else if has(&["database", "rds", "cdb", "mysql", "postgres", "dbinstance", "polardb", "mongodb"]) {
            Self::Database
        } else if has(&["disk", "volume"]) {
            Self::Disk
        } else if has(&["elasticip", "publicip", "eip", "ipaddress"]) {
            Self::Address
        } else if has(&["bucket"]) {
            Self::Bucket
        } else if has(&["user", "account", "accesskey", "identity"]) {
            Self::Identity
        } else if ["instance", "virtualmachine", "vm", "server", "ecsinstance", "cvminstance", "ec2instance", "computeinstance"]
            .contains(&name.as_str())
        {
            Self::Instance
        } else {
            Self::Other
        }
    }
}

/// Lower case, letters and digits only.
fn plain(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// A cell or a JSON value as a truth value, however it is written.
fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(flag) => Some(*flag),
        other => word_truth(&other.label()),
    }
}

/// `true`, `Enabled`, `on`, `1` and their opposites.
pub(crate) fn word_truth(word: &str) -> Option<bool> {
    match plain(word).as_str() {
        "true" | "yes" | "on" | "1" | "enabled" | "enable" => Some(true),
        "false" | "no" | "off" | "0" | "disabled" | "disable" => Some(false),
        _ => None,
    }
}

/// The columns that tables about resources share, as an answer shows them.
pub(crate) fn columns(language: Language, names: &[(&str, &str, &str, Option<&str>)]) -> Vec<Column> {
    let column = |(name, zh, en, unit): &(&str, &str, &str, Option<&str>)| Column {
        name: (*name).to_owned(),
        label: language.pick(zh, en).to_owned(),
        column_type: if unit.is_some() { ColumnType::Decimal } else { ColumnType::String },
        unit: unit.map(str::to_owned),
    };
    names.iter().map(column).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_known_whatever_the_provider_calls_them() {
        let check = |name: &str, kind: Kind| assert_eq!(Kind::of(name), kind, "{name}");
        check("Instance", Kind::Instance);
        check("Virtual Machine", Kind::Instance);
        check("Elastic IP", Kind::Address);
        check("DB Instance", Kind::Database);
        check("CEN Instance", Kind::Other);
        check("Disk Snapshot", Kind::Other);
        check("security_group", Kind::SecurityGroup);
    }
}
