//! The state of one check, and the resolution of names.

use std::collections::BTreeSet;

use domain::{Access, Scope};
use sqlparser::{
    ast::{Expr, Ident, Spanned},
    tokenizer::Location,
};

use super::{
    Dialect, Reason,
    env::{Column, Columns, Env, Level, Relation, named, visible},
    reasons::{Checked, show, too_large, unknown_column},
};
use crate::{Catalog, Dataset, names};

/// One check under way: what it reads, and what it has counted.
pub(super) struct Checker<'a> {
    pub(super) catalog: &'a Catalog,
    pub(super) scope: &'a Scope,
    pub(super) dialect: Dialect,
    pub(super) rewrites: Vec<Reason>,
    pub(super) scans: Vec<Scan<'a>>,
    /// How often the statement reads a CTE.
    pub(super) cte_references: usize,
    /// Aggregates of the SELECT at hand.
    pub(super) aggregates: usize,
    /// How often names meant something of an outer query.
    pub(super) outer_references: usize,
    /// Whether the expression at hand stands under an odd number of NOTs.
    pub(super) negated: bool,
    nodes: usize,
    depth: usize,
}

/// A scan of a table in the statement.
pub(super) struct Scan<'a> {
    /// Where its name stands in the text: no two scans stand at the same place.
    pub(super) place: Location,
    pub(super) dataset: &'a Dataset,
    pub(super) alias: Ident,
    /// The columns that the statement uses, by place in the table.
    pub(super) used: BTreeSet<usize>,
}

/// What is known of an expression after its check.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Seen {
    /// Whether it is, unchanged, the column that scopes the rows of a table.
    pub(super) is_scope: bool,
}

impl<'a> Checker<'a> {
    pub(super) fn new(catalog: &'a Catalog, scope: &'a Scope, dialect: Dialect, rewrites: Vec<Reason>) -> Self {
        Self {
            catalog,
            scope,
            dialect,
            rewrites,
            scans: Vec::new(),
            cte_references: 0,
            aggregates: 0,
            outer_references: 0,
            negated: false,
            nodes: 0,
            depth: 0,
        }
    }

    /// Runs a check one level deeper.
    pub(super) fn deeper<T>(&mut self, check: impl FnOnce(&mut Self) -> Checked<T>) -> Checked<T> {
        let bounds = &self.catalog.bounds;
        self.nodes += 1;
        if self.nodes > bounds.nodes {
            return Err(too_large("too_many_nodes", "语句太大", "the statement is too large", bounds.nodes));
        }
        if self.depth >= bounds.depth {
            return Err(too_large("too_deep", "嵌套太深", "the statement is nested too deeply", bounds.depth));
        }
        self.depth += 1;
        let result = check(self);
        self.depth -= 1;
        result
    }

    /// Notes a rewrite once.
    #[expect(clippy::boxed_local, reason = "reasons travel boxed everywhere, so that results stay small")]
    pub(super) fn note(&mut self, reason: Box<Reason>) {
        if !self.rewrites.iter().any(|other| other.code == reason.code) {
            self.rewrites.push(*reason);
        }
    }

    /// Resolves a bare name: to an output column where the clause allows it, to a column of this query, or of an outer one.
    pub(super) fn bare(&mut self, ident: &mut Ident, env: &Env<'_, 'a>) -> Checked<Seen> {
        let mut at = Some(env);
        let mut outer = false;
        while let Some(env) = at {
            let output = env.outputs.and_then(|outputs| Some((outputs.first, named(outputs.columns, &ident.value)?)));
            if let Some((true, column)) = output {
                return Ok(rename(ident, column));
            }
            if let Some(seen) = self.in_level(ident, env.level)? {
                self.outer_references += usize::from(outer);
                return Ok(seen);
            }
            if let Some((false, column)) = output {
                return Ok(rename(ident, column));
            }
            (at, outer) = (env.outer, true);
        }
        Err(unknown_column(&ident.value, ident.span, self.nearest_columns(&ident.value, env, None)))
    }

    fn in_level(&mut self, ident: &mut Ident, level: &Level<'a>) -> Checked<Option<Seen>> {
        let mut hits = level.relations.iter().filter(|relation| self.has(relation, &ident.value));
        let Some(first) = hits.next() else { return Ok(None) };
        let others: Vec<_> = hits.collect();
        let is_merged = level.merged.iter().any(|merged| merged.value.eq_ignore_ascii_case(&ident.value));
        if !others.is_empty() && !is_merged {
            let name = show(&ident.value);
            let reason = Reason::new(
                "ambiguous_column",
                format!("列 `{name}` 属于多个表"),
                format!("the column `{name}` belongs to several tables"),
            );
            return Err(reason.at(ident.span).hint("请用表别名限定", "qualify it with a table's alias"));
        }
        for other in others {
            self.take(&mut ident.clone(), other);
        }
        Ok(self.take(ident, first))
    }

    fn has(&self, relation: &Relation<'_>, name: &str) -> bool {
        match &relation.columns {
            Columns::Scan(_, dataset) => visible(dataset, name, self.scope).is_some(),
            Columns::Listed(columns) => named(columns, name).is_some(),
        }
    }

    /// Gives a name its canonical form as a column of a relation, and notes that the column is used.
    pub(super) fn take(&mut self, ident: &mut Ident, relation: &Relation<'a>) -> Option<Seen> {
        match &relation.columns {
            Columns::Scan(scan, dataset) => {
                let (position, field) = visible(dataset, &ident.value, self.scope)?;
                self.scans[*scan].used.insert(position);
                let canonical = names::ident(&field.name, self.dialect);
                *ident = Ident { span: ident.span, ..canonical };
                Some(Seen { is_scope: dataset.scope_column.as_deref() == Some(field.name.as_str()) })
            }
            Columns::Listed(columns) => Some(rename(ident, named(columns, &ident.value)?)),
        }
    }

    /// Resolves `alias.column`.
    pub(super) fn qualified(&mut self, parts: &mut [Ident], env: &Env<'_, 'a>) -> Checked<Seen> {
        let [alias, column] = parts else {
            let name = parts.iter().map(|part| part.value.as_str()).collect::<Vec<_>>().join(".");
            let span = parts.first().map_or_else(sqlparser::tokenizer::Span::empty, |part| part.span);
            return Err(unknown_column(&name, span, Vec::new()));
        };
        let mut at = Some(env);
        let mut outer = false;
        while let Some(env) = at {
            if let Some(relation) = env.level.relations.iter().find(|relation| relation.is_named(&alias.value)) {
                let Some(seen) = self.take(column, relation) else {
                    return Err(unknown_column(&column.value, column.span, self.nearest_columns(&column.value, env, Some(relation))));
                };
                if let Some(defined) = &relation.alias {
                    *alias = Ident { span: alias.span, ..defined.clone() };
                }
                self.outer_references += usize::from(outer);
                return Ok(seen);
            }
            (at, outer) = (env.outer, true);
        }
        let name = show(&alias.value);
        let known = env.level.relations.iter().filter_map(|relation| relation.alias.as_ref()).map(|known| known.value.as_str());
        Err(Reason::new("unknown_alias", format!("FROM 中没有 `{name}`"), format!("there is no `{name}` in FROM"))
            .at(alias.span)
            .near(names::nearest(&alias.value, known))
            .hint("请使用 FROM 里的表名或别名", "use a table or alias of FROM"))
    }

    fn nearest_columns(&self, name: &str, env: &Env<'_, 'a>, only: Option<&Relation<'a>>) -> Vec<String> {
        let mut known: Vec<String> = Vec::new();
        let mut at = Some(env);
        while let Some(env) = at {
            for relation in env.level.relations.iter().filter(|relation| only.is_none_or(|only| std::ptr::eq(only, *relation))) {
                match &relation.columns {
                    Columns::Scan(_, dataset) => known.extend(dataset.visible_fields(self.scope).map(|field| field.name.clone())),
                    Columns::Listed(columns) => {
                        known.extend(columns.iter().filter_map(|column| column.name.as_ref()).map(|ident| ident.value.clone()))
                    }
                }
            }
            at = env.outer.filter(|_| only.is_none());
        }
        names::nearest(name, known.iter().map(String::as_str))
    }

    /// Refuses a value of the scope column that the asker may not see: an answer over a part of what was asked for would mislead.
    /// Nothing is looked up, so the refusal says nothing about what exists.
    pub(super) fn check_scope_value(&self, column: Seen, value: &Expr) -> Checked<()> {
        let Access::Only(own) = &self.scope.accounts else { return Ok(()) };
        let Expr::Value(literal) = value else { return Ok(()) };
        let wanted = match &literal.value {
            sqlparser::ast::Value::SingleQuotedString(text) => text.as_str(),
            sqlparser::ast::Value::Number(text, _) => text.as_str(),
            _ => return Ok(()),
        };
        if !column.is_scope || self.negated || own.iter().any(|account| account == wanted) {
            return Ok(());
        }
        let reason = Reason::new("outside_scope", "所问的账号不在可见范围内", "the account asked for is outside of what may be seen");
        Err(reason.at(value.span()).near(own.iter().take(3).cloned().collect()).hint("请只使用可见的账号", "use accounts that may be seen"))
    }
}

fn rename(ident: &mut Ident, column: &Column) -> Seen {
    if let Some(name) = &column.name {
        *ident = Ident { span: ident.span, ..name.clone() };
    }
    Seen { is_scope: column.is_scope }
}
