//! The policy file: who may see what, which functions, bounds and units; and, for the command line, who asks.

use std::{collections::BTreeSet, fmt, path::Path};

use domain::{Access, Permission, Scope};
use serde::{Deserialize, Serialize};
use serde_saphyr::Spanned;

use crate::{Bounds, Catalog, SchemaError, error::Source};

/// A policy as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Policy {
    pub(crate) policy: Spanned<String>,
    #[serde(default)]
    pub(crate) default_schema: Option<String>,
    pub(crate) tables: Vec<TablePolicy>,
    #[serde(default)]
    pub(crate) metric_units: Vec<MetricUnits>,
    pub(crate) functions: Spanned<Functions>,
    #[serde(default)]
    pub(crate) limits: Bounds,
    #[serde(default)]
    pub(crate) asker: Option<Asker>,
}

/// What the policy says of one table.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TablePolicy {
    pub(crate) name: Spanned<String>,
    #[serde(default)]
    pub(crate) scope: Option<Spanned<String>>,
    #[serde(default)]
    pub(crate) unscoped: bool,
    #[serde(default)]
    pub(crate) hidden: Vec<Hidden>,
    #[serde(default)]
    pub(crate) units: Vec<Units>,
}

/// Columns hidden from roles.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Hidden {
    pub(crate) columns: Vec<Spanned<String>>,
    pub(crate) from: Vec<String>,
}

/// Columns that count the same.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Units {
    pub(crate) unit: String,
    pub(crate) columns: Vec<Spanned<String>>,
}

/// Metrics that count the same.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MetricUnits {
    pub(crate) unit: String,
    pub(crate) metrics: Vec<Spanned<String>>,
}

/// `standard`, or names.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Functions {
    Word(String),
    Names(Vec<String>),
}

/// Who asks, in a scope file of the command line.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asker {
    #[serde(default)]
    user: String,
    accounts: Spanned<Accounts>,
    #[serde(default)]
    roles: BTreeSet<String>,
}

/// `all`, or account ids.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Accounts {
    Word(String),
    Ids(Vec<String>),
}

/// What a sound model holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Tables and views.
    pub datasets: usize,
    /// Columns of all of them.
    pub fields: usize,
    /// Aggregates with a name.
    pub metrics: usize,
    /// Foreign keys.
    pub relationships: usize,
    /// Other names of any of these.
    pub synonyms: usize,
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { datasets, fields, metrics, relationships, synonyms } = self;
        write!(f, "{datasets} datasets, {fields} fields, {metrics} metrics, {relationships} relationships, {synonyms} synonyms")
    }
}

/// Checks a model, and a policy against it when one is given.
pub fn check_files(model: &Path, policy: Option<&Path>) -> Result<Summary, SchemaError> {
    let model = Source::read(model)?;
    match policy {
        None => crate::build::check_model(&model),
        Some(policy) => {
            crate::build::catalog(&model, &Source::read(policy)?)?;
            crate::build::check_model(&model)
        }
    }
}

/// Reads a model and a scope file: a policy with an `asker` section (`accounts`: a list or `all`; `roles`; `user`).
pub fn load_scope(model: &Path, scope: &Path) -> Result<(Catalog, Scope), SchemaError> {
    let scope_source = Source::read(scope)?;
    let (catalog, policy) = crate::build::catalog(&Source::read(model)?, &scope_source)?;
    let Some(asker) = policy.asker else {
        return Err(scope_source.at(&policy.policy, "a scope file needs an `asker` section with `accounts` and `roles`"));
    };
    let accounts = match asker.accounts.value {
        Accounts::Ids(ids) => Access::Only(ids),
        Accounts::Word(ref word) if word == "all" => Access::All,
        Accounts::Word(_) => {
            return Err(scope_source.at(&asker.accounts, "`accounts` is a list of account ids, or `all`"));
        }
    };
    let scope = Scope { user: asker.user, roles: asker.roles, accounts, permissions: BTreeSet::from([Permission::Ask]), ..Scope::nobody() };
    Ok((catalog, scope))
}
