//! Queries: WITH, set operations, ORDER BY and LIMIT.

use sqlparser::ast::{
    Cte as CteAst, Expr, Fetch, Ident, LimitClause, OrderBy, OrderByKind, Query, SetExpr, SetOperator, SetQuantifier, Spanned, TableAlias,
    TableAliasColumnDef, Value, Values, With,
};

use super::{
    Dialect, Reason,
    checker::Checker,
    env::{Column, Columns, Cte, Ctes, Env, Level, Outputs, Relation, Shape},
    reasons::{Checked, not_a_query, not_allowed, show, too_large},
    recursion,
};
use crate::{catalog::Storage, names};

impl<'a> Checker<'a> {
    /// Checks a query, wherever it stands.
    pub(super) fn query(&mut self, query: &mut Query, outer: Option<&Env<'_, 'a>>, ctes: &Ctes<'_>) -> Checked<Shape> {
        self.deeper(|checker| {
            let aggregates = std::mem::take(&mut checker.aggregates);
            let negated = std::mem::take(&mut checker.negated);
            let shape = checker.query_here(query, outer, ctes);
            (checker.aggregates, checker.negated) = (aggregates, negated);
            shape
        })
    }

    fn query_here(&mut self, query: &mut Query, outer: Option<&Env<'_, 'a>>, ctes: &Ctes<'_>) -> Checked<Shape> {
        let span = query.span();
        let Query { with, body, order_by, limit_clause, fetch, locks, for_clause, settings, format_clause, pipe_operators } = query;
        if !locks.is_empty() {
            return Err(Box::new(Reason { code: "lock_not_allowed", ..*not_allowed("行锁", "a row lock").at(span) }));
        }
        if for_clause.is_some() || settings.is_some() || format_clause.is_some() || !pipe_operators.is_empty() {
            return Err(not_allowed("此数据库特有的子句", "this database's own clause").at(span));
        }
        let mut frame = Ctes { outer: Some(ctes), ..Ctes::default() };
        if let Some(with) = with {
            self.with(with, outer, &mut frame)?;
        }
        let mut shape = self.body(body, order_by.as_mut(), outer, &frame)?;
        if let Some(limit) = self.limit(limit_clause, fetch)? {
            shape.rows = Some(shape.rows.map_or(limit, |rows| rows.min(limit)));
        }
        Ok(shape)
    }

    fn with(&mut self, with: &mut With, outer: Option<&Env<'_, 'a>>, frame: &mut Ctes<'_>) -> Checked<()> {
        let With { with_token: _, recursive, cte_tables } = with;
        for position in 0..cte_tables.len() {
            if *recursive {
                recursion::unroll(self, &mut cte_tables[position])?;
                frame.undefined = cte_tables[position..].iter().map(|cte| cte.alias.name.clone()).collect();
            }
            let CteAst { alias, query, from, materialized: _, closing_paren_token: _ } = &mut cte_tables[position];
            if from.is_some() {
                return Err(not_allowed("这种 WITH", "this kind of WITH").at(alias.name.span));
            }
            self.define(&mut alias.name);
            if frame.list.iter().any(|other| other.name.value.eq_ignore_ascii_case(&alias.name.value)) {
                let name = show(&alias.name.value);
                return Err(Reason::new("duplicate_name", format!("WITH 中 `{name}` 定义了两次"), format!("WITH defines `{name}` twice"))
                    .at(alias.name.span));
            }
            // SQLite lets a CTE see itself and its neighbours under a table's name.
            if self.dialect == Dialect::Sqlite && self.catalog.dataset(&alias.name.value).is_some() {
                return Err(Reason::new("name_taken", "WITH 的名称与表重名", "the name in WITH is a table's").at(alias.name.span));
            }
            // What is read in the place of a table must not be taken for the CTE.
            let is_storage = |storage: &Storage| matches!(storage, Storage::Mapped(parts) if parts.last().is_some_and(|last| last.eq_ignore_ascii_case(&alias.name.value)));
            if self.catalog.datasets().iter().any(|dataset| is_storage(&dataset.storage)) {
                return Err(Reason::new("name_taken", "WITH 的名称与表重名", "the name in WITH is a table's").at(alias.name.span));
            }
            let shape = self.query(query, outer, frame)?;
            let shape = self.renamed(shape, alias)?;
            frame.list.push(Cte { name: alias.name.clone(), shape });
        }
        frame.undefined.clear();
        // Every recursive member was unrolled or refused.
        *recursive = false;
        Ok(())
    }

    /// Gives an alias that the statement defines the dialect's own quote.
    pub(super) fn define(&self, ident: &mut Ident) {
        if ident.quote_style.is_some() {
            ident.quote_style = Some(names::quote(self.dialect));
        }
    }

    /// The columns of a derived table or CTE under the names its alias gives them.
    pub(super) fn renamed(&self, mut shape: Shape, alias: &mut TableAlias) -> Checked<Shape> {
        if alias.at.is_some() {
            return Err(not_allowed("AT 别名", "an AT alias").at(alias.name.span));
        }
        if alias.columns.is_empty() {
            return Ok(shape);
        }
        if alias.columns.len() != shape.columns.len() {
            let (given, there) = (alias.columns.len(), shape.columns.len());
            let reason = Reason::new(
                "column_count",
                format!("别名列出了 {given} 列,查询有 {there} 列"),
                format!("the alias names {given} columns of {there}"),
            );
            return Err(reason.at(alias.name.span));
        }
        for (TableAliasColumnDef { name, data_type }, column) in alias.columns.iter_mut().zip(&mut shape.columns) {
            if data_type.is_some() {
                return Err(not_allowed("别名中的类型", "a type in an alias").at(name.span));
            }
            self.define(name);
            column.name = Some(name.clone());
        }
        Ok(shape)
    }

    fn body(&mut self, body: &mut SetExpr, order_by: Option<&mut OrderBy>, outer: Option<&Env<'_, 'a>>, ctes: &Ctes<'_>) -> Checked<Shape> {
        if let SetExpr::Select(select) = body {
            return self.select(select, order_by, outer, ctes);
        }
        let shape = self.operand(body, outer, ctes)?;
        if let Some(order_by) = order_by {
            // The order of a set operation is by its output columns alone.
            let level = Level {
                relations: vec![Relation {
                    alias: None,
                    columns: Columns::Listed(shape.columns.clone()),
                    rows: None,
                    is_correlated: false,
                }],
                merged: Vec::new(),
            };
            self.order(order_by, &Env { level: &level, outer, ctes, outputs: None })?;
        }
        Ok(shape)
    }

    /// An operand of a set operation, or a query in parentheses.
    fn operand(&mut self, body: &mut SetExpr, outer: Option<&Env<'_, 'a>>, ctes: &Ctes<'_>) -> Checked<Shape> {
        match body {
            SetExpr::Select(select) => {
                let aggregates = std::mem::take(&mut self.aggregates);
                let shape = self.deeper(|checker| checker.select(select, None, outer, ctes));
                self.aggregates = aggregates;
                shape
            }
            SetExpr::Query(query) => self.query(query, outer, ctes),
            SetExpr::SetOperation { left, op, set_quantifier, right } => {
                if matches!(set_quantifier, SetQuantifier::ByName | SetQuantifier::AllByName | SetQuantifier::DistinctByName) {
                    return Err(not_allowed("BY NAME", "BY NAME").at(right.span()));
                }
                let left = self.deeper(|checker| checker.operand(left, outer, ctes))?;
                let shape = self.deeper(|checker| checker.operand(right, outer, ctes))?;
                if left.columns.len() != shape.columns.len() {
                    let (a, b) = (left.columns.len(), shape.columns.len());
                    return Err(Reason::new(
                        "column_count",
                        format!("集合运算两边的列数不同:{a} 和 {b}"),
                        format!("a set operation of {a} and {b} columns"),
                    )
                    .at(right.span()));
                }
                Ok(combined(left, &shape, *op))
            }
            SetExpr::Values(values) => self.values(values, outer, ctes),
            SetExpr::Insert(_) | SetExpr::Update(_) | SetExpr::Delete(_) | SetExpr::Merge(_) => Err(not_a_query(body.span())),
            SetExpr::Table(_) => Err(not_allowed("TABLE 语句", "the TABLE statement").at(body.span())),
        }
    }

    fn values(&mut self, values: &mut Values, outer: Option<&Env<'_, 'a>>, ctes: &Ctes<'_>) -> Checked<Shape> {
        let Values { explicit_row: _, value_keyword: _, rows } = values;
        let bound = self.catalog.bounds.list;
        if rows.len() > bound {
            return Err(too_large("list_too_long", "VALUES 行数太多", "VALUES has too many rows", bound));
        }
        let width = rows.first().map_or(0, |row| row.content.len());
        let level = Level::default();
        let env = Env { level: &level, outer, ctes, outputs: None };
        for row in rows.iter_mut() {
            if row.content.len() != width {
                return Err(Reason::new("column_count", "VALUES 各行列数不同", "the rows of VALUES differ in length"));
            }
            self.exprs(&mut row.content, &env)?;
        }
        let column = |position: usize| Column { name: Some(Ident::new(format!("column{}", position + 1))), is_scope: false };
        Ok(Shape { columns: (0..width).map(column).collect(), rows: Some(rows.len() as u64) })
    }

    /// Checks ORDER BY.
    pub(super) fn order(&mut self, order_by: &mut OrderBy, env: &Env<'_, 'a>) -> Checked<()> {
        let OrderBy { kind, interpolate } = order_by;
        match kind {
            OrderByKind::Expressions(orders) if interpolate.is_none() => orders.iter_mut().try_for_each(|order| self.order_by(order, env)),
            OrderByKind::Expressions(_) | OrderByKind::All(_) => Err(not_allowed("这种 ORDER BY", "this kind of ORDER BY")),
        }
    }

    /// Checks LIMIT, OFFSET and FETCH, brings FETCH to LIMIT, and says how many rows may come; none when nothing limits them.
    fn limit(&mut self, limit_clause: &mut Option<LimitClause>, fetch: &mut Option<Fetch>) -> Checked<Option<u64>> {
        let limit = match limit_clause {
            None => None,
            Some(LimitClause::LimitOffset { limit, offset, limit_by }) => {
                if !limit_by.is_empty() {
                    return Err(not_allowed("LIMIT BY", "LIMIT BY"));
                }
                if let Some(offset) = offset {
                    whole_number(&offset.value)?;
                }
                match limit {
                    None => None,
                    Some(Expr::Value(value)) if value.value == Value::Null => {
                        *limit = None;
                        None
                    }
                    Some(limit) => Some(whole_number(limit)?),
                }
            }
            Some(LimitClause::OffsetCommaLimit { offset, limit }) => {
                whole_number(offset)?;
                Some(whole_number(limit)?)
            }
        };
        if matches!(limit_clause, Some(LimitClause::LimitOffset { limit: None, offset: None, .. })) {
            *limit_clause = None;
        }
        let Some(Fetch { with_ties, percent, quantity }) = fetch.take() else { return Ok(limit) };
        if percent || limit.is_some() {
            return Err(not_allowed("这种 FETCH", "this kind of FETCH"));
        }
        let rows = quantity.as_ref().map_or(Ok(1), whole_number)?;
        if with_ties {
            self.note(Reason::new("ties_removed", "已去掉 WITH TIES", "WITH TIES was removed"));
        }
        set_limit(limit_clause, rows);
        Ok(Some(rows))
    }

    /// Puts the bound on the rows of the whole statement on it.
    pub(super) fn cap(&mut self, query: &mut Query) {
        // The limit of a query in parentheses stands inside of them.
        if query.limit_clause.is_none()
            && let SetExpr::Query(inner) = &mut *query.body
        {
            return self.cap(inner);
        }
        let bound = self.catalog.bounds.rows;
        let written = match &query.limit_clause {
            Some(LimitClause::LimitOffset { limit: Some(limit), .. } | LimitClause::OffsetCommaLimit { limit, .. }) => {
                whole_number(limit).ok()
            }
            Some(LimitClause::LimitOffset { limit: None, .. }) | None => None,
        };
        match written {
            Some(rows) if rows <= bound => return,
            Some(_) => self.note(Reason::new("limit_clamped", format!("LIMIT 已降为 {bound}"), format!("LIMIT was lowered to {bound}"))),
            None => self.note(Reason::new("limit_added", format!("已加上 LIMIT {bound}"), format!("LIMIT {bound} was added"))),
        }
        set_limit(&mut query.limit_clause, bound);
    }
}

impl<'e> Outputs<'e> {
    /// Output columns that a clause may name where no input column has the name.
    pub(super) fn last(columns: &'e [Column]) -> Self {
        Self { columns, first: false }
    }
}

fn combined(left: Shape, right: &Shape, op: SetOperator) -> Shape {
    let rows = match op {
        SetOperator::Union => left.rows.zip(right.rows).map(|(a, b)| a.saturating_add(b)),
        SetOperator::Except | SetOperator::Intersect | SetOperator::Minus => left.rows,
    };
    let columns = left.columns.into_iter().zip(&right.columns);
    Shape { columns: columns.map(|(a, b)| Column { is_scope: a.is_scope && b.is_scope, ..a }).collect(), rows }
}

fn whole_number(expr: &Expr) -> Checked<u64> {
    let number = match expr {
        Expr::Value(value) => match &value.value {
            Value::Number(text, false) => text.parse().ok(),
            _ => None,
        },
        _ => None,
    };
    number.ok_or_else(|| {
        Reason::new("limit_not_a_number", "LIMIT 和 OFFSET 只能是非负整数", "LIMIT and OFFSET take a whole number").at(expr.span())
    })
}

fn set_limit(clause: &mut Option<LimitClause>, rows: u64) {
    let number = Expr::Value(Value::Number(rows.to_string(), false).with_empty_span());
    match clause {
        Some(LimitClause::OffsetCommaLimit { limit, .. }) => *limit = number,
        Some(LimitClause::LimitOffset { limit, .. }) => *limit = Some(number),
        None => *clause = Some(LimitClause::LimitOffset { limit: Some(number), offset: None, limit_by: Vec::new() }),
    }
}
