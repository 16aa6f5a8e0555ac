//! FROM: which relations may be read, and under which names.

use sqlparser::{
    ast::{Expr, Ident, Join, JoinConstraint, JoinOperator, ObjectName, ObjectNamePart, Spanned, TableAlias, TableFactor, TableWithJoins},
    tokenizer::Span,
};

use super::{
    Dialect, Reason,
    checker::{Checker, Scan},
    env::{Columns, Ctes, Env, Found, Level, Relation, named, visible},
    reasons::{Checked, not_allowed, show, too_large, unknown_column, unknown_table},
};
use crate::names;

impl<'a> Checker<'a> {
    pub(super) fn table_with_joins(
        &mut self,
        table: &mut TableWithJoins,
        level: &mut Level<'a>,
        outer: Option<&Env<'_, 'a>>,
        ctes: &Ctes<'_>,
    ) -> Checked<()> {
        let start = level.relations.len();
        self.factor(&mut table.relation, level, outer, ctes)?;
        for Join { relation, global, join_operator } in &mut table.joins {
            if *global {
                return Err(not_allowed("GLOBAL JOIN", "GLOBAL JOIN").at(relation.span()));
            }
            let right = level.relations.len();
            self.factor(relation, level, outer, ctes)?;
            let span = relation.span();
            let constraint = match join_operator {
                JoinOperator::Join(constraint)
                | JoinOperator::Inner(constraint)
                | JoinOperator::Left(constraint)
                | JoinOperator::LeftOuter(constraint)
                | JoinOperator::Right(constraint)
                | JoinOperator::RightOuter(constraint)
                | JoinOperator::FullOuter(constraint)
                | JoinOperator::CrossJoin(constraint) => constraint,
                JoinOperator::Semi(_)
                | JoinOperator::LeftSemi(_)
                | JoinOperator::RightSemi(_)
                | JoinOperator::Anti(_)
                | JoinOperator::LeftAnti(_)
                | JoinOperator::RightAnti(_)
                | JoinOperator::CrossApply
                | JoinOperator::OuterApply
                | JoinOperator::AsOf { .. }
                | JoinOperator::StraightJoin(_)
                | JoinOperator::ArrayJoin
                | JoinOperator::LeftArrayJoin
                | JoinOperator::InnerArrayJoin => {
                    return Err(Box::new(Reason {
                        code: "join_not_allowed", ..*not_allowed("这种连接", "this kind of join").at(span)
                    }));
                }
            };
            self.constraint(constraint, level, start, right, outer, ctes, span)?;
        }
        let bound = self.catalog.bounds.joins;
        if level.relations.len() > bound + 1 {
            return Err(too_large("too_many_joins", "连接的表太多", "the statement joins too many tables", bound));
        }
        Ok(())
    }

    #[expect(clippy::too_many_arguments, reason = "what a join constraint can see")]
    fn constraint(
        &mut self,
        constraint: &mut JoinConstraint,
        level: &mut Level<'a>,
        start: usize,
        right: usize,
        outer: Option<&Env<'_, 'a>>,
        ctes: &Ctes<'_>,
        span: Span,
    ) -> Checked<()> {
        match constraint {
            JoinConstraint::None => Ok(()),
            JoinConstraint::On(expr) => self.expr(expr, &Env { level, outer, ctes, outputs: None }).map(|_| ()),
            JoinConstraint::Using(columns) => {
                for name in columns {
                    let span = name.span();
                    let written = name.to_string();
                    let Some(ident) = super::types::single(name) else { return Err(unknown_column(&written, span, Vec::new())) };
                    self.merge(ident, level, start, right)?;
                }
                Ok(())
            }
            JoinConstraint::Natural => {
                let common = self.common(level, start, right);
                if common.is_empty() {
                    return Err(Reason::new("cross_join", "NATURAL JOIN 没有共同的列", "NATURAL JOIN has no column in common").at(span));
                }
                let mut using = Vec::new();
                for mut ident in common {
                    self.merge(&mut ident, level, start, right)?;
                    using.push(ObjectName::from(vec![ident]));
                }
                self.note(
                    Reason::new("natural_rewritten", "已将 NATURAL JOIN 改写为 USING", "NATURAL JOIN was rewritten as USING").at(span),
                );
                *constraint = JoinConstraint::Using(using);
                Ok(())
            }
        }
    }

    /// Makes one column of a name on both sides of a join; both sides must show it to the asker.
    fn merge(&mut self, ident: &mut Ident, level: &mut Level<'a>, start: usize, right: usize) -> Checked<()> {
        let (mut canonical_left, mut canonical_right) = (None, None);
        for (position, relation) in level.relations.iter().enumerate().skip(start) {
            let mut own = ident.clone();
            if self.take(&mut own, relation).is_some() {
                let side = if position < right { &mut canonical_left } else { &mut canonical_right };
                side.get_or_insert(own);
            }
        }
        match (canonical_left, canonical_right) {
            (Some(left), Some(right)) if left.value == right.value => {
                *ident = left.clone();
                if !level.merged.iter().any(|merged| merged.value == left.value) {
                    level.merged.push(left);
                }
                Ok(())
            }
            _ => Err(unknown_column(&ident.value, ident.span, Vec::new())),
        }
    }

    fn common(&self, level: &Level<'a>, start: usize, right: usize) -> Vec<Ident> {
        let has = |relation: &Relation<'a>, name: &str| match &relation.columns {
            Columns::Scan(_, dataset) => visible(dataset, name, self.scope).is_some(),
            Columns::Listed(columns) => named(columns, name).is_some(),
        };
        let of_right = level.relations[right..].iter().flat_map(|relation| match &relation.columns {
            Columns::Scan(_, dataset) => dataset.visible_fields(self.scope).map(|field| Ident::new(&field.name)).collect::<Vec<_>>(),
            Columns::Listed(columns) => columns.iter().filter_map(|column| column.name.clone()).collect(),
        });
        of_right.filter(|ident| level.relations[start..right].iter().any(|relation| has(relation, &ident.value))).collect()
    }

    fn factor(&mut self, factor: &mut TableFactor, level: &mut Level<'a>, outer: Option<&Env<'_, 'a>>, ctes: &Ctes<'_>) -> Checked<()> {
        let span = factor.span();
        match factor {
            TableFactor::Table { name, alias, args, with_hints, version, with_ordinality, partitions, json_path, sample, index_hints } => {
                if args.is_some() {
                    return Err(function_in_from(span));
                }
                let plain = with_hints.is_empty()
                    && version.is_none()
                    && !*with_ordinality
                    && partitions.is_empty()
                    && json_path.is_none()
                    && index_hints.is_empty();
                let relation = self.table(name, alias.as_mut(), ctes)?;
                if !plain || sample.is_some() {
                    return Err(not_allowed("表名后的这种修饰", "what follows the table's name").at(span));
                }
                self.add(relation, level, span)
            }
            TableFactor::Derived { lateral, subquery, alias, sample } => {
                if sample.is_some() {
                    return Err(not_allowed("抽样", "a sample").at(span));
                }
                let before = self.outer_references;
                let shape = if *lateral {
                    self.query(subquery, Some(&Env { level, outer, ctes, outputs: None }), ctes)?
                } else {
                    self.query(subquery, outer, ctes)?
                };
                let is_correlated = *lateral && self.outer_references > before;
                let (name, shape) = match alias {
                    None => (None, shape),
                    Some(alias) => {
                        self.define(&mut alias.name);
                        (Some(alias.name.clone()), self.renamed(shape, alias)?)
                    }
                };
                self.add(Relation { alias: name, rows: shape.rows, columns: Columns::Listed(shape.columns), is_correlated }, level, span)
            }
            TableFactor::NestedJoin { table_with_joins, alias } => {
                if alias.is_some() {
                    return Err(not_allowed("括号连接的别名", "an alias of a join in parentheses").at(span));
                }
                self.deeper(|checker| checker.table_with_joins(table_with_joins, level, outer, ctes))
            }
            TableFactor::TableFunction { .. }
            | TableFactor::Function { .. }
            | TableFactor::UNNEST { .. }
            | TableFactor::JsonTable { .. }
            | TableFactor::OpenJsonTable { .. }
            | TableFactor::XmlTable { .. } => Err(function_in_from(span)),
            TableFactor::Pivot { .. }
            | TableFactor::Unpivot { .. }
            | TableFactor::MatchRecognize { .. }
            | TableFactor::SemanticView { .. } => Err(not_allowed("FROM 中的这种写法", "this kind of relation").at(span)),
        }
    }

    fn add(&mut self, relation: Relation<'a>, level: &mut Level<'a>, span: Span) -> Checked<()> {
        if let Some(alias) = &relation.alias
            && level.relations.iter().any(|other| other.is_named(&alias.value))
        {
            let name = show(&alias.value);
            return Err(Reason::new("duplicate_name", format!("FROM 中有两个 `{name}`"), format!("FROM has `{name}` twice"))
                .at(span)
                .hint("请取不同的别名", "give each an alias of its own"));
        }
        level.relations.push(relation);
        Ok(())
    }

    /// Resolves a table's name: a CTE in sight, or a table of the model. Nothing else exists.
    fn table(&mut self, name: &mut ObjectName, alias: Option<&mut TableAlias>, ctes: &Ctes<'_>) -> Checked<Relation<'a>> {
        let span = name.span();
        let written = name.to_string().replace(['"', '`'], "");
        let Some(ident) = self.unqualified(name) else { return Err(self.table_refused(&written, span, ctes)) };
        let found = ctes.find(&ident.value);
        // A CTE has no schema, and the table behind one would be rendered without it.
        if name.0.len() > 1 && found.is_some() {
            return Err(self.table_refused(&written, span, ctes));
        }
        match found {
            Some(Found::Undefined) => {
                Err(Reason::new("recursive_cte", "只允许能证明终止的递归", "recursion is allowed only where its end can be proven")
                    .at(span)
                    .hint("请列出所需的值", "list the values instead"))
            }
            Some(Found::Cte(cte)) => {
                self.cte_references += 1;
                *name = ObjectName::from(vec![Ident { span, ..cte.name.clone() }]);
                let (alias, shape) = match alias {
                    None => (cte.name.clone(), cte.shape.clone()),
                    Some(alias) => {
                        self.define(&mut alias.name);
                        (alias.name.clone(), self.renamed(cte.shape.clone(), alias)?)
                    }
                };
                Ok(Relation { alias: Some(alias), rows: shape.rows, columns: Columns::Listed(shape.columns), is_correlated: false })
            }
            None => {
                let dataset = self.catalog.dataset(&ident.value).filter(|dataset| self.is_same(&ident, &dataset.name));
                let Some(dataset) = dataset else { return Err(self.table_refused(&written, span, ctes)) };
                let canonical = names::ident(&dataset.name, self.dialect);
                *name = ObjectName::from(vec![Ident { span: ident.span, ..canonical.clone() }]);
                let alias = match alias {
                    None => canonical,
                    Some(alias) => {
                        if !alias.columns.is_empty() || alias.at.is_some() {
                            let reason = not_allowed("对表的列取别名", "renaming a table's columns").at(alias.name.span);
                            return Err(Box::new(Reason { code: "column_alias_list", ..*reason })
                                .hint("请在 SELECT 中给列取别名", "alias columns in SELECT"));
                        }
                        self.define(&mut alias.name);
                        alias.name.clone()
                    }
                };
                self.scans.push(Scan { place: ident.span.start, dataset, alias: alias.clone(), used: Default::default() });
                Ok(Relation { alias: Some(alias), columns: Columns::Scan(self.scans.len() - 1, dataset), rows: None, is_correlated: false })
            }
        }
    }

    /// Whether a name means a table: a quoted name is exact where the database keeps the case of quoted names.
    fn is_same(&self, ident: &Ident, canonical: &str) -> bool {
        let exact = matches!(self.dialect, Dialect::Postgres | Dialect::DataFusion) && ident.quote_style.is_some();
        !exact || ident.value == canonical
    }

    /// The table's own name where it stands alone or behind the default schema.
    fn unqualified(&self, name: &ObjectName) -> Option<Ident> {
        match name.0.as_slice() {
            [ObjectNamePart::Identifier(table)] => Some(table.clone()),
            [ObjectNamePart::Identifier(schema), ObjectNamePart::Identifier(table)] => {
                let own = self.catalog.default_schema.as_deref()?;
                let known = matches!(self.dialect, Dialect::Postgres | Dialect::DataFusion) && schema.value.eq_ignore_ascii_case(own);
                (known && self.catalog.dataset(&table.value).is_some()).then(|| table.clone())
            }
            _ => None,
        }
    }

    fn table_refused(&self, written: &str, span: Span, ctes: &Ctes<'_>) -> Box<Reason> {
        let known = self.catalog.datasets().iter().map(|dataset| dataset.name.as_str()).chain(ctes.names());
        let mut nearest = names::nearest(written, known);
        if nearest.is_empty() {
            nearest = self.catalog.datasets().iter().take(3).map(|dataset| dataset.name.clone()).collect();
        }
        unknown_table(written, span, nearest)
    }
}

fn function_in_from(span: Span) -> Box<Reason> {
    Box::new(Reason { code: "function_in_from", ..*not_allowed("FROM 中的函数", "a function in FROM").at(span) })
}

/// The condition of a join, where it has one.
pub(super) fn condition(join: &Join) -> Option<&JoinConstraint> {
    match &join.join_operator {
        JoinOperator::Join(constraint)
        | JoinOperator::Inner(constraint)
        | JoinOperator::Left(constraint)
        | JoinOperator::LeftOuter(constraint)
        | JoinOperator::Right(constraint)
        | JoinOperator::RightOuter(constraint)
        | JoinOperator::FullOuter(constraint)
        | JoinOperator::CrossJoin(constraint) => Some(constraint),
        _ => None,
    }
}

/// The ON expressions of a FROM item, nested joins included.
pub(super) fn conditions<'x>(table: &'x TableWithJoins, found: &mut Vec<&'x Expr>) {
    let factors = std::iter::once(&table.relation).chain(table.joins.iter().map(|join| &join.relation));
    for factor in factors {
        if let TableFactor::NestedJoin { table_with_joins, .. } = factor {
            conditions(table_with_joins, found);
        }
    }
    found.extend(table.joins.iter().filter_map(condition).filter_map(|constraint| match constraint {
        JoinConstraint::On(expr) => Some(expr),
        JoinConstraint::Using(_) | JoinConstraint::Natural | JoinConstraint::None => None,
    }));
}
