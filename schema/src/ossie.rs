//! The Apache Ossie document as the standard writes it: unknown keys are refused, places are kept for errors.

use serde::Deserialize;
use serde_saphyr::Spanned;

use crate::Datatype;

/// A whole document.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Document {
    pub(crate) version: Spanned<String>,
    pub(crate) semantic_model: Spanned<Vec<Model>>,
}

/// A model: tables, how they relate, and aggregates.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Model {
    pub(crate) name: Spanned<String>,
    #[serde(default)]
    pub(crate) description: Option<String>,
    #[serde(default)]
    pub(crate) ai_context: Option<AiContext>,
    pub(crate) datasets: Spanned<Vec<Dataset>>,
    #[serde(default)]
    pub(crate) relationships: Vec<Relationship>,
    #[serde(default)]
    pub(crate) metrics: Vec<Metric>,
    #[serde(default)]
    pub(crate) custom_extensions: Vec<Extension>,
}

/// A table or view.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Dataset {
    pub(crate) name: Spanned<String>,
    pub(crate) source: Spanned<String>,
    #[serde(default)]
    pub(crate) primary_key: Vec<Spanned<String>>,
    #[serde(default)]
    pub(crate) unique_keys: Vec<Vec<Spanned<String>>>,
    #[serde(default)]
    pub(crate) description: Option<String>,
    #[serde(default)]
    pub(crate) ai_context: Option<AiContext>,
    #[serde(default)]
    pub(crate) fields: Vec<Field>,
    #[serde(default)]
    pub(crate) custom_extensions: Vec<Extension>,
}

/// A column.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Field {
    pub(crate) name: Spanned<String>,
    pub(crate) expression: Expression,
    #[serde(default)]
    pub(crate) dimension: Option<Dimension>,
    #[serde(default)]
    pub(crate) label: Option<String>,
    #[serde(default)]
    pub(crate) description: Option<String>,
    #[serde(default)]
    pub(crate) datatype: Option<Datatype>,
    #[serde(default)]
    pub(crate) ai_context: Option<AiContext>,
    #[serde(default)]
    pub(crate) custom_extensions: Vec<Extension>,
}

/// What makes a field a dimension.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Dimension {
    #[serde(default)]
    pub(crate) is_time: Option<bool>,
}

/// The same expression in several dialects.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Expression {
    pub(crate) dialects: Spanned<Vec<DialectExpression>>,
}

/// An expression in one dialect.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DialectExpression {
    pub(crate) dialect: ExpressionDialect,
    pub(crate) expression: Spanned<String>,
}

/// The standard's dialects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum ExpressionDialect {
    AnsiSql,
    Snowflake,
    Databricks,
    Bigquery,
    Mdx,
    Tableau,
    Maql,
}

/// An aggregate with a name.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Metric {
    pub(crate) name: Spanned<String>,
    pub(crate) expression: Expression,
    #[serde(default)]
    pub(crate) description: Option<String>,
    #[serde(default)]
    pub(crate) datatype: Option<Datatype>,
    #[serde(default)]
    pub(crate) ai_context: Option<AiContext>,
    #[serde(default)]
    pub(crate) custom_extensions: Vec<Extension>,
}

/// A foreign key: `from` is the many side.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Relationship {
    pub(crate) name: Spanned<String>,
    pub(crate) from: Spanned<String>,
    pub(crate) to: Spanned<String>,
    pub(crate) from_columns: Spanned<Vec<Spanned<String>>>,
    pub(crate) to_columns: Spanned<Vec<Spanned<String>>>,
    #[serde(default)]
    #[expect(dead_code, reason = "read for its form only")]
    pub(crate) ai_context: Option<AiContext>,
    #[serde(default)]
    pub(crate) custom_extensions: Vec<Extension>,
}

/// Words for people and models: a text, or its parts.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum AiContext {
    Text(String),
    Parts(AiContextParts),
}

/// The parts of a context.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AiContextParts {
    #[serde(default)]
    pub(crate) instructions: Option<String>,
    #[serde(default)]
    pub(crate) synonyms: Vec<String>,
    #[serde(default)]
    pub(crate) examples: Vec<String>,
}

/// Something another vendor adds; kept out of what we read, but checked to be JSON as the standard says.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Extension {
    pub(crate) vendor_name: String,
    pub(crate) data: Spanned<String>,
}

impl AiContext {
    /// The parts of an optional context; a plain text is the instructions.
    pub(crate) fn parts(context: Option<&Self>) -> AiContextParts {
        match context {
            None => AiContextParts::default(),
            Some(Self::Text(text)) => AiContextParts { instructions: Some(text.clone()), ..AiContextParts::default() },
            Some(Self::Parts(parts)) => parts.clone(),
        }
    }
}

impl Expression {
    /// The expression in standard SQL, or in the first dialect given where there is none.
    pub(crate) fn preferred(&self) -> Option<&DialectExpression> {
        let dialects = &self.dialects.value;
        dialects.iter().find(|one| one.dialect == ExpressionDialect::AnsiSql).or_else(|| dialects.first())
    }
}
