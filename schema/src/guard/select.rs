//! One SELECT: its clauses, in the order in which names come into sight.

use sqlparser::{
    ast::{
        Distinct, Expr, GroupByExpr, GroupByWithModifier, Ident, ObjectName, OrderBy, Select, SelectFlavor, SelectItem,
        SelectItemQualifiedWildcardKind, Spanned, WildcardAdditionalOptions,
    },
    tokenizer::Span,
};

use super::{
    Reason,
    checker::{Checker, Seen},
    env::{Column, Columns, Ctes, Env, Level, Outputs, Relation, Shape},
    joins,
    reasons::{Checked, not_a_query, not_allowed, too_large, unknown_table},
    types::single,
};
use crate::names;

impl<'a> Checker<'a> {
    pub(super) fn select(
        &mut self,
        select: &mut Select,
        order_by: Option<&mut OrderBy>,
        outer: Option<&Env<'_, 'a>>,
        ctes: &Ctes<'_>,
    ) -> Checked<Shape> {
        let span = select.span();
        let Select {
            select_token: _,
            optimizer_hints,
            distinct,
            select_modifiers,
            top,
            top_before_distinct: _,
            projection,
            exclude,
            into,
            from,
            lateral_views,
            prewhere,
            selection,
            connect_by,
            group_by,
            cluster_by,
            distribute_by,
            sort_by,
            having,
            named_window,
            qualify,
            window_before_qualify: _,
            value_table_mode,
            flavor,
        } = select;
        if into.is_some() {
            return Err(not_a_query(span));
        }
        let own_clause = !optimizer_hints.is_empty()
            || select_modifiers.as_ref().is_some_and(|modifiers| modifiers.is_any_set())
            || top.is_some()
            || exclude.is_some()
            || !lateral_views.is_empty()
            || prewhere.is_some()
            || !connect_by.is_empty()
            || !cluster_by.is_empty()
            || !distribute_by.is_empty()
            || !sort_by.is_empty()
            || value_table_mode.is_some()
            || *flavor != SelectFlavor::Standard;
        if own_clause {
            return Err(not_allowed("此数据库特有的子句", "this database's own clause").at(span));
        }
        let mut level = Level::default();
        for table in from.iter_mut() {
            self.table_with_joins(table, &mut level, outer, ctes)?;
        }
        let env = Env { level: &level, outer, ctes, outputs: None };
        let columns = self.projection(projection, &env, span)?;
        if let Some(selection) = selection {
            self.expr(selection, &env)?;
        }
        joins::check(from, selection.as_ref(), &level)
            .map_err(|reason| if reason.position.is_none() { reason.at(span) } else { reason })?;
        let outputs = Env { outputs: Some(Outputs::last(&columns)), ..env };
        self.group_by(group_by, &outputs)?;
        self.exprs(having.as_mut(), &outputs)?;
        self.named_windows(named_window, &env)?;
        self.exprs(qualify.as_mut(), &outputs)?;
        if let Some(order_by) = order_by {
            self.order(order_by, &outputs)?;
        }
        match distinct {
            None | Some(Distinct::All | Distinct::Distinct) => {}
            Some(Distinct::On(exprs)) => self.exprs(exprs, &outputs)?,
        }
        let ungrouped = matches!(group_by, GroupByExpr::Expressions(exprs, modifiers) if exprs.is_empty() && modifiers.is_empty());
        let one_row = ungrouped && (self.aggregates > 0 || having.is_some() || from.is_empty());
        let rows = if one_row { Some(1) } else { joins::product(level.relations.iter().map(|relation| relation.rows)) };
        Ok(Shape { columns, rows })
    }

    /// Checks the select list, expands wildcards to the columns the asker may see, and says what comes out.
    fn projection(&mut self, projection: &mut Vec<SelectItem>, env: &Env<'_, 'a>, span: Span) -> Checked<Vec<Column>> {
        let bound = self.catalog.bounds.columns;
        let mut items = Vec::with_capacity(projection.len());
        let mut columns = Vec::with_capacity(projection.len());
        for mut item in projection.drain(..) {
            match &mut item {
                SelectItem::UnnamedExpr(expr) => {
                    let seen = self.expr(expr, env)?;
                    columns.push(Column { name: output_name(expr), is_scope: seen.is_scope });
                    items.push(item);
                }
                SelectItem::ExprWithAlias { expr, alias } => {
                    let Seen { is_scope } = self.expr(expr, env)?;
                    self.define(alias);
                    columns.push(Column { name: Some(alias.clone()), is_scope });
                    items.push(item);
                }
                SelectItem::Wildcard(options) => {
                    plain_wildcard(options)?;
                    self.expand(None, env, &mut items, &mut columns, item.span())?;
                }
                SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(name), options) => {
                    plain_wildcard(options)?;
                    let relation = self.wildcard_relation(name, env)?;
                    self.expand(Some(relation), env, &mut items, &mut columns, item.span())?;
                }
                SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::Expr(_), _) | SelectItem::ExprWithAliases { .. } => {
                    return Err(not_allowed("这种选择项", "this kind of select item").at(item.span()));
                }
            }
            if columns.len() > bound {
                return Err(too_large("too_many_columns", "结果列太多", "the result has too many columns", bound).at(span));
            }
        }
        *projection = items;
        Ok(columns)
    }

    fn wildcard_relation<'e>(&self, name: &mut ObjectName, env: &Env<'e, 'a>) -> Checked<&'e Relation<'a>> {
        let span = name.span();
        let written = name.to_string();
        let found = single(name).and_then(|ident| env.level.relations.iter().find(|relation| relation.is_named(&ident.value)));
        found.ok_or_else(|| unknown_table(&written, span, Vec::new()))
    }

    /// Puts the columns of one relation, or of all of them, in the place of a wildcard.
    fn expand(
        &mut self,
        only: Option<&Relation<'a>>,
        env: &Env<'_, 'a>,
        items: &mut Vec<SelectItem>,
        columns: &mut Vec<Column>,
        span: Span,
    ) -> Checked<()> {
        if env.level.relations.is_empty() {
            return Err(not_allowed("没有 FROM 的通配符", "a wildcard without FROM").at(span));
        }
        let qualify = env.level.relations.len() > 1;
        if only.is_none() {
            for merged in &env.level.merged {
                let mut ident = merged.clone();
                let seen = self.bare(&mut ident, env)?;
                columns.push(Column { name: Some(ident.clone()), is_scope: seen.is_scope });
                items.push(SelectItem::UnnamedExpr(Expr::Identifier(ident)));
            }
        }
        for relation in env.level.relations.iter().filter(|relation| only.is_none_or(|only| std::ptr::eq(only, *relation))) {
            let names: Vec<Option<Ident>> = match &relation.columns {
                Columns::Scan(_, dataset) => {
                    self.note(Reason::new("wildcard_expanded", "已将 * 展开为可见列", "* was expanded to the visible columns").at(span));
                    dataset.visible_fields(self.scope).map(|field| Some(names::ident(&field.name, self.dialect))).collect()
                }
                Columns::Listed(listed) => listed.iter().map(|column| column.name.clone()).collect(),
            };
            if names.iter().any(Option::is_none) {
                self.keep_wildcard(relation, qualify, items, columns, span)?;
                continue;
            }
            for mut ident in names.into_iter().flatten() {
                let is_merged = env.level.merged.iter().any(|merged| merged.value.eq_ignore_ascii_case(&ident.value));
                if only.is_none() && is_merged {
                    continue;
                }
                let seen = self.take(&mut ident, relation).unwrap_or_default();
                columns.push(Column { name: Some(ident.clone()), is_scope: seen.is_scope });
                items.push(SelectItem::UnnamedExpr(match (&relation.alias, qualify) {
                    (Some(alias), true) => Expr::CompoundIdentifier(vec![alias.clone(), ident]),
                    (None, _) | (Some(_), false) => Expr::Identifier(ident),
                }));
            }
        }
        Ok(())
    }

    /// A derived table with a column that has no name keeps its wildcard: all it holds was checked where it was computed.
    fn keep_wildcard(
        &self,
        relation: &Relation<'a>,
        qualify: bool,
        items: &mut Vec<SelectItem>,
        columns: &mut Vec<Column>,
        span: Span,
    ) -> Checked<()> {
        let Columns::Listed(listed) = &relation.columns else { return Ok(()) };
        let options = WildcardAdditionalOptions::default();
        match (&relation.alias, qualify) {
            (_, false) => items.push(SelectItem::Wildcard(options)),
            (Some(alias), true) => {
                let kind = SelectItemQualifiedWildcardKind::ObjectName(ObjectName::from(vec![alias.clone()]));
                items.push(SelectItem::QualifiedWildcard(kind, options));
            }
            (None, true) => {
                return Err(not_allowed("没有别名的派生表上的通配符", "a wildcard over a derived table without an alias").at(span));
            }
        }
        columns.extend(listed.iter().cloned());
        Ok(())
    }

    fn group_by(&mut self, group_by: &mut GroupByExpr, env: &Env<'_, 'a>) -> Checked<()> {
        let GroupByExpr::Expressions(exprs, modifiers) = group_by else { return Err(not_allowed("GROUP BY ALL", "GROUP BY ALL")) };
        let bound = self.catalog.bounds.grouping_sets;
        let mut sets: usize = 1;
        for expr in exprs.iter_mut() {
            let more = match expr {
                Expr::Rollup(groups) => grouping(groups.len() + 1, self, groups, env)?,
                Expr::Cube(groups) => grouping(1 << groups.len().min(20), self, groups, env)?,
                Expr::GroupingSets(groups) => grouping(groups.len(), self, groups, env)?,
                other => {
                    self.expr(other, env)?;
                    1
                }
            };
            sets = sets.saturating_mul(more);
        }
        for modifier in modifiers.iter() {
            let more = match modifier {
                GroupByWithModifier::Rollup => exprs.len() + 1,
                GroupByWithModifier::Cube => 1 << exprs.len().min(20),
                GroupByWithModifier::Totals | GroupByWithModifier::GroupingSets(_) => {
                    return Err(not_allowed("这种 GROUP BY", "this kind of GROUP BY"));
                }
            };
            sets = sets.saturating_mul(more);
        }
        if sets > bound {
            return Err(too_large("too_many_grouping_sets", "分组集合太多", "there are too many grouping sets", bound));
        }
        Ok(())
    }
}

fn grouping<'a>(sets: usize, checker: &mut Checker<'a>, groups: &mut [Vec<Expr>], env: &Env<'_, 'a>) -> Checked<usize> {
    groups.iter_mut().try_for_each(|group| checker.exprs(group, env))?;
    Ok(sets)
}

fn output_name(expr: &Expr) -> Option<Ident> {
    match expr {
        Expr::Identifier(ident) => Some(ident.clone()),
        Expr::CompoundIdentifier(parts) => parts.last().cloned(),
        _ => None,
    }
}

fn plain_wildcard(options: &WildcardAdditionalOptions) -> Checked<()> {
    let WildcardAdditionalOptions { wildcard_token: _, opt_ilike, opt_exclude, opt_except, opt_replace, opt_rename, opt_alias } = options;
    let plain = opt_ilike.is_none()
        && opt_exclude.is_none()
        && opt_except.is_none()
        && opt_replace.is_none()
        && opt_rename.is_none()
        && opt_alias.is_none();
    if plain {
        Ok(())
    } else {
        Err(not_allowed("带选项的通配符", "a wildcard with options").hint("请写出列名", "name the columns"))
    }
}
