//! Model and policy to catalog: every name that one file uses must exist in the other, and every error has a line.

use std::collections::{BTreeSet, HashMap};

use domain::language::is_han;
use serde_saphyr::Spanned;

use crate::{
    Catalog, Dataset, Datatype, Field, Metric, SchemaError,
    catalog::Storage,
    error::Source,
    expression, functions, names,
    ossie::{self, AiContext, AiContextParts, Document, Model},
    policy::{Functions, Policy, Summary, TablePolicy},
};

/// Reads and checks both files; the policy comes back for what is not part of the catalog.
pub(crate) fn catalog(model_source: &Source, policy_source: &Source) -> Result<(Catalog, Policy), SchemaError> {
    let model = read_model(model_source)?;
    let policy: Policy = policy_source.parse()?;
    if policy.policy.value != "1" {
        return Err(policy_source.at(&policy.policy, format!("policy version `{}` is not known; this is version 1", policy.policy.value)));
    }
    let every_dataset = datasets(model_source, &model)?;
    let mut readable = Vec::new();
    for table in &policy.tables {
        let name = &table.name;
        let Some(dataset) = every_dataset.iter().find(|dataset| dataset.name.eq_ignore_ascii_case(&name.value)) else {
            let known = names::nearest(&name.value, every_dataset.iter().map(|dataset| dataset.name.as_str()));
            return Err(policy_source.at(name, unknown("dataset", &name.value, &known)));
        };
        if readable.iter().any(|other: &Dataset| other.name == dataset.name) {
            return Err(policy_source.at(name, format!("dataset `{}` is named twice", name.value)));
        }
        readable.push(apply(policy_source, table, dataset.clone())?);
    }
    let by_name = readable.iter().enumerate().map(|(position, dataset)| (dataset.name.to_ascii_lowercase(), position)).collect();
    let catalog = Catalog {
        description: model.description.clone().unwrap_or_default(),
        instructions: AiContext::parts(model.ai_context.as_ref()).instructions.unwrap_or_default(),
        metrics: metrics(model_source, policy_source, &model, &policy, &every_dataset)?,
        datasets: readable,
        by_name,
        functions: allowed_functions(policy_source, &policy.functions)?,
        bounds: policy.limits,
        default_schema: policy.default_schema.clone(),
    };
    Ok((catalog, policy))
}

/// Checks a model alone.
pub(crate) fn check_model(source: &Source) -> Result<Summary, SchemaError> {
    let model = read_model(source)?;
    let datasets = datasets(source, &model)?;
    for metric in &model.metrics {
        metric_expression(source, metric, &datasets)?;
    }
    Ok(Summary {
        datasets: datasets.len(),
        fields: datasets.iter().map(|dataset| dataset.fields.len()).sum(),
        metrics: model.metrics.len(),
        relationships: model.relationships.len(),
        synonyms: datasets
            .iter()
            .map(|dataset| dataset.synonyms.len() + dataset.fields.iter().map(|field| field.synonyms.len()).sum::<usize>())
            .sum(),
    })
}

fn read_model(source: &Source) -> Result<Model, SchemaError> {
    let document: Document = source.parse()?;
    let version = &document.version;
    if !["0.1", "0.2"].iter().any(|known| version.value == *known || version.value.starts_with(&format!("{known}."))) {
        return Err(source.at(version, format!("version `{}` of the Ossie specification is not known; 0.1 and 0.2 are", version.value)));
    }
    let place = document.semantic_model.referenced;
    let mut models = document.semantic_model.value;
    let Some(model) = models.pop().filter(|_| models.is_empty()) else {
        return Err(source.at_location(&place, "a document must hold exactly one semantic model"));
    };
    check_extensions(source, &model)?;
    if model.name.value.trim().is_empty() {
        return Err(source.at(&model.name, "a model needs a name"));
    }
    Ok(model)
}

fn check_extensions(source: &Source, model: &Model) -> Result<(), SchemaError> {
    let of_datasets = model
        .datasets
        .value
        .iter()
        .flat_map(|dataset| dataset.custom_extensions.iter().chain(dataset.fields.iter().flat_map(|field| &field.custom_extensions)));
    let of_metrics = model.metrics.iter().flat_map(|metric| &metric.custom_extensions);
    let of_relationships = model.relationships.iter().flat_map(|relationship| &relationship.custom_extensions);
    for extension in model.custom_extensions.iter().chain(of_datasets).chain(of_metrics).chain(of_relationships) {
        if serde_json::from_str::<serde_json::Value>(&extension.data.value).is_err() {
            return Err(source.at(&extension.data, format!("the extension of `{}` is not JSON", extension.vendor_name)));
        }
    }
    Ok(())
}

fn datasets(source: &Source, model: &Model) -> Result<Vec<Dataset>, SchemaError> {
    if model.datasets.value.is_empty() {
        return Err(source.at(&model.datasets, "a model needs at least one dataset"));
    }
    let mut datasets: Vec<Dataset> = Vec::new();
    for raw in &model.datasets.value {
        if datasets.iter().any(|other| other.name.eq_ignore_ascii_case(&raw.name.value)) {
            return Err(source.at(&raw.name, format!("dataset `{}` is defined twice", raw.name.value)));
        }
        datasets.push(dataset(source, raw)?);
    }
    for position in 0..datasets.len() {
        expression::resolve(source, &model.datasets.value[position], position, &mut datasets)?;
    }
    check_relationships(source, model, &datasets)?;
    Ok(datasets)
}

fn dataset(source: &Source, raw: &ossie::Dataset) -> Result<Dataset, SchemaError> {
    let mut index = HashMap::new();
    let mut fields = Vec::new();
    for field in &raw.fields {
        if index.insert(field.name.value.to_ascii_lowercase(), fields.len()).is_some() {
            return Err(source.at(&field.name, format!("field `{}` is defined twice (case does not count)", field.name.value)));
        }
        fields.push(self::field(source, field)?);
    }
    if fields.is_empty() {
        return Err(source.at(&raw.name, format!("dataset `{}` has no fields, so nothing of it could be read", raw.name.value)));
    }
    for key in raw.primary_key.iter().chain(raw.unique_keys.iter().flatten()) {
        if key.value.trim().is_empty() {
            return Err(source.at(key, "a key column needs a name"));
        }
    }
    let words = AiContext::parts(raw.ai_context.as_ref());
    Ok(Dataset {
        name: raw.name.value.clone(),
        source: raw.source.value.clone(),
        label: label(None, &words, &raw.name.value),
        description: raw.description.clone().or(words.instructions).unwrap_or_default(),
        synonyms: words.synonyms,
        examples: words.examples,
        fields,
        scope_column: None,
        index,
        storage: Storage::Named,
    })
}

fn field(source: &Source, raw: &ossie::Field) -> Result<Field, SchemaError> {
    let Some(chosen) = raw.expression.preferred() else {
        return Err(source.at(&raw.expression.dialects, format!("field `{}` has no expression", raw.name.value)));
    };
    let datatype = raw.datatype.unwrap_or_default();
    let is_temporal = matches!(datatype, Datatype::Date | Datatype::Time | Datatype::DateTime | Datatype::DateTimeTz);
    let is_time = raw.dimension.as_ref().and_then(|dimension| dimension.is_time).unwrap_or(is_temporal);
    let words = AiContext::parts(raw.ai_context.as_ref());
    Ok(Field {
        name: raw.name.value.clone(),
        expression: chosen.expression.value.clone(),
        datatype,
        is_dimension: raw.dimension.is_some() || is_temporal || matches!(datatype, Datatype::String | Datatype::Boolean),
        is_time,
        label: label(raw.label.as_deref(), &words, &raw.name.value),
        description: raw.description.clone().or(words.instructions).unwrap_or_default(),
        synonyms: words.synonyms,
        unit: None,
        hidden_from: Vec::new(),
        parsed: expression::parse(&chosen.expression.value).map_err(|message| source.at(&chosen.expression, message))?,
    })
}

/// The Chinese display name: the label, else the first Chinese synonym, else the name.
fn label(label: Option<&str>, words: &AiContextParts, name: &str) -> String {
    let chinese = || words.synonyms.iter().find(|word| word.chars().any(is_han)).map(String::as_str);
    label.or_else(chinese).unwrap_or(name).to_owned()
}

fn check_relationships(source: &Source, model: &Model, datasets: &[Dataset]) -> Result<(), SchemaError> {
    for relationship in &model.relationships {
        let (from, to) = (&relationship.from_columns, &relationship.to_columns);
        if from.value.is_empty() || from.value.len() != to.value.len() {
            let message = format!("relationship `{}` needs as many `from_columns` as `to_columns`", relationship.name.value);
            return Err(source.at(from, message));
        }
        for (side, columns) in [(&relationship.from, from), (&relationship.to, to)] {
            let Some(dataset) = datasets.iter().find(|dataset| dataset.name == side.value) else {
                let known = names::nearest(&side.value, datasets.iter().map(|dataset| dataset.name.as_str()));
                return Err(source.at(side, unknown("dataset", &side.value, &known)));
            };
            for column in &columns.value {
                require_field(source, dataset, column)?;
            }
        }
    }
    Ok(())
}

fn metrics(
    model_source: &Source,
    policy_source: &Source,
    model: &Model,
    policy: &Policy,
    datasets: &[Dataset],
) -> Result<Vec<Metric>, SchemaError> {
    let mut metrics: Vec<Metric> = Vec::new();
    for raw in &model.metrics {
        if metrics.iter().any(|other| other.name.eq_ignore_ascii_case(&raw.name.value)) {
            return Err(model_source.at(&raw.name, format!("metric `{}` is defined twice", raw.name.value)));
        }
        let words = AiContext::parts(raw.ai_context.as_ref());
        metrics.push(Metric {
            name: raw.name.value.clone(),
            expression: metric_expression(model_source, raw, datasets)?,
            label: label(None, &words, &raw.name.value),
            description: raw.description.clone().or(words.instructions).unwrap_or_default(),
            datatype: raw.datatype.unwrap_or_default(),
            synonyms: words.synonyms,
            unit: None,
        });
    }
    for units in &policy.metric_units {
        for name in &units.metrics {
            let Some(metric) = metrics.iter_mut().find(|metric| metric.name == name.value) else {
                let known = names::nearest(&name.value, model.metrics.iter().map(|metric| metric.name.value.as_str()));
                return Err(policy_source.at(name, unknown("metric", &name.value, &known)));
            };
            metric.unit = Some(units.unit.clone());
        }
    }
    Ok(metrics)
}

fn metric_expression(source: &Source, raw: &ossie::Metric, datasets: &[Dataset]) -> Result<String, SchemaError> {
    let Some(chosen) = raw.expression.preferred() else {
        return Err(source.at(&raw.expression.dialects, format!("metric `{}` has no expression", raw.name.value)));
    };
    expression::check_metric(&chosen.expression.value, datasets).map_err(|message| source.at(&chosen.expression, message))?;
    Ok(chosen.expression.value.clone())
}

/// Puts what the policy says of a table on it.
fn apply(source: &Source, table: &TablePolicy, mut dataset: Dataset) -> Result<Dataset, SchemaError> {
    dataset.scope_column = match (&table.scope, table.unscoped) {
        (Some(column), false) => Some(require_field(source, &dataset, column)?),
        (None, true) => None,
        (Some(column), true) => return Err(source.at(column, "a table is either scoped by a column or `unscoped`, not both")),
        (None, false) => {
            let message = format!("table `{}` needs the column that scopes its rows (`scope`), or `unscoped: true`", dataset.name);
            return Err(source.at(&table.name, message));
        }
    };
    for hidden in &table.hidden {
        for column in &hidden.columns {
            let name = require_field(source, &dataset, column)?;
            field_mut(&mut dataset, &name).hidden_from.extend(hidden.from.iter().cloned());
        }
    }
    for units in &table.units {
        for column in &units.columns {
            let name = require_field(source, &dataset, column)?;
            field_mut(&mut dataset, &name).unit = Some(units.unit.clone());
        }
    }
    Ok(dataset)
}

fn field_mut<'a>(dataset: &'a mut Dataset, canonical: &str) -> &'a mut Field {
    let position = dataset.index[&canonical.to_ascii_lowercase()];
    &mut dataset.fields[position]
}

/// The canonical name of a column that a file names.
fn require_field(source: &Source, dataset: &Dataset, column: &Spanned<String>) -> Result<String, SchemaError> {
    match dataset.field(&column.value) {
        Some(field) => Ok(field.name.clone()),
        None => {
            let known = names::nearest(&column.value, dataset.fields.iter().map(|field| field.name.as_str()));
            Err(source.at(column, unknown(&format!("field of `{}`", dataset.name), &column.value, &known)))
        }
    }
}

fn allowed_functions(source: &Source, wanted: &Spanned<Functions>) -> Result<BTreeSet<String>, SchemaError> {
    match &wanted.value {
        Functions::Word(word) if word == "standard" => Ok(functions::names().map(str::to_owned).collect()),
        Functions::Word(word) => Err(source.at(wanted, format!("`functions` is `standard` or a list of names, not `{word}`"))),
        Functions::Names(list) => {
            let allowed: BTreeSet<String> = list.iter().map(|name| name.to_ascii_lowercase()).collect();
            match allowed.iter().find(|name| !functions::is_known(name)) {
                None => Ok(allowed),
                Some(stranger) => {
                    let known = names::nearest(stranger, functions::names());
                    Err(source.at(wanted, unknown("function that is known to be safe", stranger, &known)))
                }
            }
        }
    }
}

fn unknown(what: &str, name: &str, nearest: &[String]) -> String {
    if nearest.is_empty() {
        format!("there is no {what} `{name}`")
    } else {
        format!("there is no {what} `{name}`; did you mean `{}`?", nearest.join("`, `"))
    }
}
