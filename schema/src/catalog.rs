//! The semantic model (an Apache Ossie document) and its policy file, read, checked and indexed.

use std::path::Path;

use domain::Scope;

/// What the model and the policy say together: the allow-list, the vocabulary and the prompt's schema.
#[derive(Clone, Debug)]
pub struct Catalog {
    datasets: Vec<Dataset>,
    metrics: Vec<Metric>,
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
    /// Roles from whom it is hidden.
    pub hidden_from: Vec<String>,
}

/// The data types of the Ossie standard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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
    /// Other names, in both languages.
    pub synonyms: Vec<String>,
    /// What its numbers count.
    pub unit: Option<String>,
}

/// A model or policy that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{file}:{line}: {message}")]
pub struct SchemaError {
    /// The file's name.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub message: String,
}

impl Catalog {
    /// The product's own model and policy.
    pub fn builtin() -> Self {
        unimplemented!()
    }

    /// Reads and checks a model and its policy.
    pub fn load(_model: &Path, _policy: &Path) -> Result<Self, SchemaError> {
        unimplemented!()
    }

    /// Every table that may be read.
    pub fn datasets(&self) -> &[Dataset] {
        &self.datasets
    }

    /// A table by name, without regard to case.
    pub fn dataset(&self, name: &str) -> Option<&Dataset> {
        self.datasets.iter().find(|dataset| dataset.name.eq_ignore_ascii_case(name))
    }

    /// Every metric.
    pub fn metrics(&self) -> &[Metric] {
        &self.metrics
    }

    /// The definition of a view (a dataset whose source is another one) as the statement that computes it; none for a stored table.
    pub fn view(&self, _dataset: &str) -> Option<sqlparser::ast::Statement> {
        unimplemented!()
    }

    /// The schema as a prompt shows it to a model: tables, visible columns, words, without what is hidden from the asker.
    pub fn prompt_schema(&self, _scope: &Scope) -> String {
        unimplemented!()
    }
}
