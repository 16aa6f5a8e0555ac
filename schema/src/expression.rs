//! Expressions of fields and metrics: parsed on load, resolved against the table they read, and made into views.

use std::{collections::HashSet, ops::ControlFlow};

use sqlparser::{
    ast::{Expr, ObjectNamePart, Statement, visit_expressions, visit_expressions_mut, visit_relations},
    dialect::GenericDialect,
    parser::Parser,
    tokenizer::Token,
};

use crate::{Dataset, Dialect, SchemaError, catalog::Storage, error::Source, functions, names, ossie};

/// Parses one expression.
pub(crate) fn parse(text: &str) -> Result<Expr, String> {
    let not_sql = |reason: String| format!("`{text}` is not an SQL expression: {reason}");
    let mut parser = Parser::new(&GenericDialect {}).try_with_sql(text).map_err(|error| not_sql(error.to_string()))?;
    let expression = parser.parse_expr().map_err(|error| not_sql(error.to_string()))?;
    if parser.peek_token().token == Token::EOF { Ok(expression) } else { Err(not_sql("something follows it".to_owned())) }
}

/// Resolves the fields of the dataset at `position` against the dataset it is a view of, or decides how its stored table is read.
pub(crate) fn resolve(source: &Source, raw: &ossie::Dataset, position: usize, datasets: &mut [Dataset]) -> Result<(), SchemaError> {
    let base = datasets.iter().position(|other| other.name.eq_ignore_ascii_case(&raw.source.value)).filter(|base| *base != position);
    let known: Option<HashSet<String>> = base.map(|base| datasets[base].index.keys().cloned().collect());
    for (field, raw_field) in datasets[position].fields.iter().zip(&raw.fields) {
        let place = raw_field.expression.preferred().map_or(&raw_field.name, |chosen| &chosen.expression);
        check(&field.parsed, |column| known.as_ref().is_none_or(|known| known.contains(&column.to_ascii_lowercase())))
            .map_err(|message| source.at(place, format!("field `{}`: {message}", field.name)))?;
    }
    if let Some(base) = base {
        let (own, other) = (datasets[position].name.clone(), datasets[base].clone());
        if !other.source.eq_ignore_ascii_case(&other.name) && datasets.iter().any(|third| third.name.eq_ignore_ascii_case(&other.source)) {
            return Err(source.at(&raw.source, format!("`{own}` is a view of the view `{}`; a view reads a stored table", other.name)));
        }
        return Ok(());
    }
    let is_plain = |expression: &Expr, name: &str| matches!(expression, Expr::Identifier(ident) if ident.value.eq_ignore_ascii_case(name));
    let dataset = &mut datasets[position];
    let renames = dataset.fields.iter().any(|field| !is_plain(&field.parsed, &field.name));
    if renames || !raw.source.value.eq_ignore_ascii_case(&dataset.name) {
        dataset.storage = Storage::Mapped(source_name(&raw.source.value).map_err(|message| source.at(&raw.source, message))?);
    }
    Ok(())
}

/// The parts of a stored table's name: `db.schema.table`, each a plain or a quoted identifier.
fn source_name(text: &str) -> Result<Vec<String>, String> {
    let not_a_name = || format!("`{text}` is not the name of a table");
    let mut parser = Parser::new(&GenericDialect {}).try_with_sql(text).map_err(|_| not_a_name())?;
    let name = parser.parse_object_name(false).map_err(|_| not_a_name())?;
    if parser.peek_token().token != Token::EOF {
        return Err(not_a_name());
    }
    name.0
        .into_iter()
        .map(|part| match part {
            ObjectNamePart::Identifier(ident) => Ok(ident.value),
            ObjectNamePart::Function(_) => Err(not_a_name()),
        })
        .collect()
}

/// Refuses subqueries, unknown columns and functions that are not known to be safe.
fn check(expression: &Expr, is_column: impl Fn(&str) -> bool) -> Result<(), String> {
    if visit_relations(expression, |_| ControlFlow::Break(())).is_break() {
        return Err("an expression holds no subquery".to_owned());
    }
    let found = visit_expressions(expression, |part| match part {
        Expr::Identifier(ident) if !is_column(&ident.value) => {
            ControlFlow::Break(format!("there is no column `{}` in the source", ident.value))
        }
        Expr::Function(function) if !functions::is_known(&function.name.to_string()) => {
            ControlFlow::Break(format!("function `{}` is not known to be safe", function.name))
        }
        _ => ControlFlow::Continue(()),
    });
    match found {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(message) => Err(message),
    }
}

/// Checks a metric: an expression whose columns are `dataset.field`.
pub(crate) fn check_metric(text: &str, datasets: &[Dataset]) -> Result<(), String> {
    let expression = parse(text)?;
    check(&expression, |_| false)?;
    let found = visit_expressions(&expression, |part| match part {
        Expr::CompoundIdentifier(parts) => {
            let known = match parts.as_slice() {
                [dataset, field] => datasets
                    .iter()
                    .find(|other| other.name.eq_ignore_ascii_case(&dataset.value))
                    .is_some_and(|dataset| dataset.field(&field.value).is_some()),
                _ => false,
            };
            if known { ControlFlow::Continue(()) } else { ControlFlow::Break(format!("there is no field `{part}`")) }
        }
        _ => ControlFlow::Continue(()),
    });
    match found {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(message) => Err(message),
    }
}

/// The statement that computes a view, in the embedded engine's dialect.
pub(crate) fn view(view: &Dataset, source: &Dataset) -> Statement {
    let columns: Vec<String> = view
        .fields
        .iter()
        .map(|field| {
            let mut expression = field.parsed.clone();
            let _ = visit_expressions_mut(&mut expression, |part| {
                if let Expr::Identifier(ident) = part
                    && let Some(column) = source.field(&ident.value)
                {
                    *ident = names::ident(&column.name, Dialect::DataFusion);
                }
                ControlFlow::<()>::Continue(())
            });
            format!("{expression} AS {}", names::ident(&field.name, Dialect::DataFusion))
        })
        .collect();
    let sql = format!("SELECT {} FROM {}", columns.join(", "), names::ident(&source.name, Dialect::DataFusion));
    match Parser::parse_sql(&GenericDialect {}, &sql).map(|mut statements| statements.pop()) {
        Ok(Some(statement)) => statement,
        Ok(None) | Err(_) => unreachable!("rendered from parsed expressions: {sql}"),
    }
}
