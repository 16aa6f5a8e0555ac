//! What the model and the policy say together, indexed by name.

use std::{
    collections::{BTreeSet, HashMap},
    path::Path,
};

use domain::Scope;
use serde::Deserialize;
use sqlparser::ast::{Expr, Statement};

use crate::{SchemaError, error::Source};

/// What the model and the policy say together: the allow-list, the vocabulary and the prompt's schema.
#[derive(Clone, Debug)]
pub struct Catalog {
    pub(crate) description: String,
    pub(crate) instructions: String,
    pub(crate) datasets: Vec<Dataset>,
    pub(crate) by_name: HashMap<String, usize>,
    pub(crate) metrics: Vec<Metric>,
    pub(crate) functions: BTreeSet<String>,
    pub(crate) bounds: Bounds,
    pub(crate) default_schema: Option<String>,
}

/// A table or view that may be read.
#[derive(Clone, Debug)]
pub struct Dataset {
    /// Its name in SQL.
    pub name: String,
    /// The stored table it reads; differs from `name` for a view.
    pub source: String,
    /// The Chinese display name.
    pub label: String,
    /// What one row is.
    pub description: String,
    /// Other names, in both languages.
    pub synonyms: Vec<String>,
    /// Example questions.
    pub examples: Vec<String>,
    /// Its columns.
    pub fields: Vec<Field>,
    /// The column whose values scope rows; none where every asker sees every row.
    pub scope_column: Option<String>,
    pub(crate) index: HashMap<String, usize>,
    pub(crate) storage: Storage,
}

/// Where a dataset's rows are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Storage {
    /// In a table (or a view made by the engine) of the dataset's own name and columns.
    Named,
    /// In a table of another name or shape: the guard selects the fields' expressions from it.
    Mapped(Vec<String>),
}

/// A column.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its canonical name.
    pub name: String,
    /// The expression over the source's columns.
    pub expression: String,
    /// What its values are.
    pub datatype: Datatype,
    /// Whether people group and filter by it.
    pub is_dimension: bool,
    /// Whether it is a time.
    pub is_time: bool,
    /// The Chinese display name.
    pub label: String,
    /// What it means.
    pub description: String,
    /// Other names, in both languages.
    pub synonyms: Vec<String>,
    /// What its numbers count: a currency column's name (`BillingCurrency`), `ratio`, `percent`, `count`, `gb`; none otherwise.
    pub unit: Option<String>,
    /// Roles from whom it is hidden; `*` is everybody.
    pub hidden_from: Vec<String>,
    pub(crate) parsed: Expr,
}

/// The data types of the Ossie standard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize)]
#[expect(missing_docs, reason = "the names are the standard's")]
pub enum Datatype {
    String,
    Integer,
    Decimal,
    Float,
    Boolean,
    Date,
    Time,
    DateTime,
    DateTimeTz,
    #[default]
    Opaque,
}

/// An aggregate with a name.
#[derive(Clone, Debug)]
pub struct Metric {
    /// Its name.
    pub name: String,
    /// The aggregate, over `dataset.field`.
    pub expression: String,
    /// The Chinese display name.
    pub label: String,
    /// What it means.
    pub description: String,
    /// What its values are.
    pub datatype: Datatype,
    /// Other names, in both languages.
    pub synonyms: Vec<String>,
    /// What its numbers count.
    pub unit: Option<String>,
}

/// Bounds on a statement, checked before anything is planned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Bounds {
    /// Rows a statement may return: its LIMIT is at most this.
    pub rows: u64,
    /// Bytes of its text.
    pub bytes: usize,
    /// Tokens of its text, without blanks and comments.
    pub tokens: usize,
    /// Nodes of its tree.
    pub nodes: usize,
    /// Depth of its tree.
    pub depth: usize,
    /// Operators: chains of them are flat for a person and deep for a machine.
    pub operators: usize,
    /// Joined tables.
    pub joins: usize,
    /// UNION, INTERSECT and EXCEPT.
    pub set_operations: usize,
    /// Subqueries, CTEs and derived tables.
    pub subqueries: usize,
    /// Elements of an IN list or a VALUES list.
    pub list: usize,
    /// Bytes of one literal.
    pub literal: usize,
    /// Columns of a result.
    pub columns: usize,
    /// Grouping sets that CUBE, ROLLUP and GROUPING SETS make.
    pub grouping_sets: usize,
    /// Rows of a recursive CTE whose end can be proven.
    pub recursion: u64,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            rows: 10_000,
            bytes: 64 * 1024,
            tokens: 8_000,
            nodes: 6_000,
            depth: 100,
            operators: 400,
            joins: 12,
            set_operations: 24,
            subqueries: 32,
            list: 1_000,
            literal: 4_096,
            columns: 400,
            grouping_sets: 64,
            recursion: 1_000,
        }
    }
}

impl Catalog {
    /// The product's own model and policy.
    ///
    /// # Panics
    /// Never: that the two files are sound is a test of this crate.
    pub fn builtin() -> Self {
        let model = Source::embedded("cloudlens.yaml", include_str!("../models/cloudlens.yaml"));
        let policy = Source::embedded("policy.yaml", include_str!("../models/policy.yaml"));
        match crate::build::catalog(&model, &policy) {
            Ok((catalog, _)) => catalog,
            Err(error) => unreachable!("the built-in model is tested to be sound: {error}"),
        }
    }

    /// Reads and checks a model and its policy.
    pub fn load(model: &Path, policy: &Path) -> Result<Self, SchemaError> {
        let (catalog, _) = crate::build::catalog(&Source::read(model)?, &Source::read(policy)?)?;
        Ok(catalog)
    }

    /// Every table that may be read.
    pub fn datasets(&self) -> &[Dataset] {
        &self.datasets
    }

    /// A table by name, without regard to case.
    pub fn dataset(&self, name: &str) -> Option<&Dataset> {
        self.by_name.get(&name.to_ascii_lowercase()).map(|position| &self.datasets[*position])
    }

    /// Every metric.
    pub fn metrics(&self) -> &[Metric] {
        &self.metrics
    }

    /// A metric by name, without regard to case.
    pub fn metric(&self, name: &str) -> Option<&Metric> {
        self.metrics.iter().find(|metric| metric.name.eq_ignore_ascii_case(name))
    }

    /// Bounds on statements.
    pub fn bounds(&self) -> &Bounds {
        &self.bounds
    }

    /// What the model is about.
    pub fn description(&self) -> &str {
        &self.description
    }

    /// How the model's author says it is to be used; for prompts.
    pub fn instructions(&self) -> &str {
        &self.instructions
    }

    /// The definition of a view (a dataset whose source is another one) as the statement that computes it; none for a stored table.
    pub fn view(&self, dataset: &str) -> Option<Statement> {
        let view = self.dataset(dataset)?;
        if view.source.eq_ignore_ascii_case(&view.name) {
            return None;
        }
        let source = self.dataset(&view.source)?;
        Some(crate::expression::view(view, source))
    }

    /// The schema as a prompt shows it to a model: tables, visible columns, words, without what is hidden from the asker.
    pub fn prompt_schema(&self, scope: &Scope) -> String {
        crate::prompt::schema(self, scope)
    }
}

impl Dataset {
    /// A column by name, without regard to case.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.index.get(&name.to_ascii_lowercase()).map(|position| &self.fields[*position])
    }

    /// The columns an asker may see.
    pub fn visible_fields<'a>(&'a self, scope: &'a Scope) -> impl Iterator<Item = &'a Field> {
        self.fields.iter().filter(|field| field.is_visible_to(scope))
    }
}

impl Field {
    /// Whether an asker may see the column: a role it is hidden from decides, whatever other roles the asker has.
    pub fn is_visible_to(&self, scope: &Scope) -> bool {
        !self.hidden_from.iter().any(|role| role == "*" || scope.roles.contains(role))
    }
}
