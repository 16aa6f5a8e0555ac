//! Recursive CTEs: one that counts from a number to a number is written out, every other is left to be refused.

use sqlparser::ast::{
    BinaryOperator, Cte, Expr, GroupByExpr, Ident, Parens, Query, Select, SelectItem, SetExpr, SetOperator, TableAlias,
    TableAliasColumnDef, TableFactor, Value, Values, helpers::attached_token::AttachedToken,
};

use super::{Dialect, Reason, checker::Checker, reasons::Checked};

/// A series that ends: `first`, `first + step` … while the value before is below (or at) `last`.
struct Series {
    column: Ident,
    first: i64,
    step: i64,
    last: i64,
    inclusive: bool,
}

/// Replaces a counting CTE by the list of its values, when it is one and its end is near enough.
pub(super) fn unroll(checker: &mut Checker<'_>, cte: &mut Cte) -> Checked<()> {
    let Some(series) = series(cte) else { return Ok(()) };
    // MySQL and SQLite have no VALUES with named columns that both read.
    if !matches!(checker.dialect, Dialect::DataFusion | Dialect::Postgres) {
        return Ok(());
    }
    let bound = checker.catalog.bounds.recursion;
    let mut values = vec![series.first];
    let mut value = series.first;
    while value < series.last || (series.inclusive && value == series.last) {
        value += series.step;
        values.push(value);
        if values.len() as u64 > bound {
            return Ok(());
        }
    }
    checker.note(
        Reason::new("recursion_written_out", "已将递归改写为数值列表", "the recursion was written out as a list of values")
            .at(cte.alias.name.span),
    );
    let number = |value: i64| Expr::Value(Value::Number(value.to_string(), false).with_empty_span());
    let row = |value| Parens { opening_token: AttachedToken::empty(), content: vec![number(value)], closing_token: AttachedToken::empty() };
    *cte.query.body = SetExpr::Values(Values { explicit_row: false, value_keyword: false, rows: values.into_iter().map(row).collect() });
    cte.alias.columns = vec![TableAliasColumnDef { name: series.column, data_type: None }];
    Ok(())
}

fn series(cte: &Cte) -> Option<Series> {
    let Query { with: None, body, order_by: None, limit_clause: None, fetch: None, locks, .. } = &*cte.query else { return None };
    let SetExpr::SetOperation { left, op: SetOperator::Union, set_quantifier: _, right } = &**body else { return None };
    let (SetExpr::Select(seed), SetExpr::Select(step)) = (&**left, &**right) else { return None };
    if !locks.is_empty() || !is_bare(seed) || !is_bare(step) || !seed.from.is_empty() || seed.selection.is_some() {
        return None;
    }
    let TableAlias { name, columns, .. } = &cte.alias;
    let (first, alias) = seed_value(seed)?;
    let column = match columns.as_slice() {
        [TableAliasColumnDef { name, data_type: None }] => name.clone(),
        [] => alias?,
        _ => return None,
    };
    if !reads_only(step, name) {
        return None;
    }
    let [SelectItem::UnnamedExpr(next) | SelectItem::ExprWithAlias { expr: next, alias: _ }] = step.projection.as_slice() else {
        return None;
    };
    let Expr::BinaryOp { left, op: BinaryOperator::Plus, right } = next else { return None };
    let increment = if is_column(left, name, &column) {
        number(right)?
    } else if is_column(right, name, &column) {
        number(left)?
    } else {
        return None;
    };
    let Some(Expr::BinaryOp { left, op, right }) = &step.selection else { return None };
    let inclusive = match op {
        BinaryOperator::Lt => false,
        BinaryOperator::LtEq => true,
        _ => return None,
    };
    let sane = |value: i64| value.abs() < 1_000_000_000;
    let last = number(right).filter(|_| is_column(left, name, &column))?;
    (increment > 0 && [first, increment, last].into_iter().all(sane)).then_some(Series { column, first, step: increment, last, inclusive })
}

fn seed_value(seed: &Select) -> Option<(i64, Option<Ident>)> {
    match seed.projection.as_slice() {
        [SelectItem::UnnamedExpr(expr)] => Some((number(expr)?, None)),
        [SelectItem::ExprWithAlias { expr, alias }] => Some((number(expr)?, Some(alias.clone()))),
        _ => None,
    }
}

/// Whether a SELECT has nothing but a list, FROM and WHERE.
fn is_bare(select: &Select) -> bool {
    let ungrouped = matches!(&select.group_by, GroupByExpr::Expressions(exprs, modifiers) if exprs.is_empty() && modifiers.is_empty());
    ungrouped
        && select.distinct.is_none()
        && select.top.is_none()
        && select.into.is_none()
        && select.having.is_none()
        && select.qualify.is_none()
}

fn reads_only(step: &Select, cte: &Ident) -> bool {
    let [table] = step.from.as_slice() else { return false };
    let TableFactor::Table { name, alias: None, args: None, .. } = &table.relation else { return false };
    table.joins.is_empty() && name.0.len() == 1 && name.0[0].as_ident().is_some_and(|ident| ident.value.eq_ignore_ascii_case(&cte.value))
}

fn is_column(expr: &Expr, cte: &Ident, column: &Ident) -> bool {
    match expr {
        Expr::Identifier(ident) => ident.value.eq_ignore_ascii_case(&column.value),
        Expr::CompoundIdentifier(parts) => match parts.as_slice() {
            [alias, ident] => alias.value.eq_ignore_ascii_case(&cte.value) && ident.value.eq_ignore_ascii_case(&column.value),
            _ => false,
        },
        _ => false,
    }
}

fn number(expr: &Expr) -> Option<i64> {
    match expr {
        Expr::Value(value) => match &value.value {
            Value::Number(text, false) => text.parse().ok(),
            _ => None,
        },
        _ => None,
    }
}
