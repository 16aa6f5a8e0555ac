//! What names mean at a place of a statement: relations of this and the outer queries, CTEs, and the columns a SELECT puts out.

use sqlparser::ast::Ident;

use crate::{Dataset, Field};

/// A column that a query puts out.
#[derive(Clone, Debug)]
pub(super) struct Column {
    /// Its name; none for an expression without an alias.
    pub(super) name: Option<Ident>,
    /// Whether it is, unchanged, the column that scopes the rows of a table.
    pub(super) is_scope: bool,
}

/// What a query puts out.
#[derive(Clone, Debug, Default)]
pub(super) struct Shape {
    pub(super) columns: Vec<Column>,
    /// The most rows it can have, where that is known.
    pub(super) rows: Option<u64>,
}

/// A relation in FROM.
#[derive(Debug)]
pub(super) struct Relation<'a> {
    /// The name its columns are qualified with; none for a derived table without one.
    pub(super) alias: Option<Ident>,
    pub(super) columns: Columns<'a>,
    /// The most rows it can have, where that is known.
    pub(super) rows: Option<u64>,
    /// Whether it is a lateral subquery that speaks of the relations before it.
    pub(super) is_correlated: bool,
}

/// Where a relation's columns come from.
#[derive(Debug)]
pub(super) enum Columns<'a> {
    /// A scan of a table: the place in the list of scans, and the table.
    Scan(usize, &'a Dataset),
    /// A CTE or a derived table.
    Listed(Vec<Column>),
}

/// The relations of one SELECT.
#[derive(Debug, Default)]
pub(super) struct Level<'a> {
    pub(super) relations: Vec<Relation<'a>>,
    /// Columns that USING made one of two.
    pub(super) merged: Vec<Ident>,
}

/// A CTE.
#[derive(Debug)]
pub(super) struct Cte {
    pub(super) name: Ident,
    pub(super) shape: Shape,
}

/// The CTEs of one WITH and, behind them, those of the outer queries.
#[derive(Debug, Default)]
pub(super) struct Ctes<'e> {
    pub(super) outer: Option<&'e Ctes<'e>>,
    pub(super) list: Vec<Cte>,
    /// Names that WITH RECURSIVE makes visible before they are defined; using one is refused.
    pub(super) undefined: Vec<Ident>,
}

/// A CTE that was found, or that is not defined yet.
pub(super) enum Found<'e> {
    Cte(&'e Cte),
    Undefined,
}

impl<'e> Ctes<'e> {
    /// The innermost CTE of a name.
    pub(super) fn find(&'e self, name: &str) -> Option<Found<'e>> {
        if let Some(cte) = self.list.iter().rev().find(|cte| cte.name.value.eq_ignore_ascii_case(name)) {
            return Some(Found::Cte(cte));
        }
        if self.undefined.iter().any(|undefined| undefined.value.eq_ignore_ascii_case(name)) {
            return Some(Found::Undefined);
        }
        self.outer.and_then(|outer| outer.find(name))
    }

    /// Every name in sight.
    pub(super) fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.list.iter().map(|cte| cte.name.value.as_str()).collect();
        if let Some(outer) = self.outer {
            names.extend(outer.names());
        }
        names
    }
}

/// Everything in sight of an expression.
#[derive(Clone, Copy, Debug)]
pub(super) struct Env<'e, 'a> {
    pub(super) level: &'e Level<'a>,
    pub(super) outer: Option<&'e Env<'e, 'a>>,
    pub(super) ctes: &'e Ctes<'e>,
    /// The SELECT's own output, where a clause may name it.
    pub(super) outputs: Option<Outputs<'e>>,
}

/// A SELECT's output as a clause sees it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Outputs<'e> {
    pub(super) columns: &'e [Column],
    /// Whether a bare name means an output column before it means an input column: so in ORDER BY, not in GROUP BY and HAVING.
    pub(super) first: bool,
}

impl<'e, 'a> Env<'e, 'a> {
    /// The same without the output columns.
    pub(super) fn inputs_only(self) -> Self {
        Env { outputs: None, ..self }
    }
}

impl Relation<'_> {
    pub(super) fn is_named(&self, name: &str) -> bool {
        self.alias.as_ref().is_some_and(|alias| alias.value.eq_ignore_ascii_case(name))
    }
}

/// The output column of a name, with how often it occurs.
pub(super) fn named<'c>(columns: &'c [Column], name: &str) -> Option<&'c Column> {
    columns.iter().find(|column| column.name.as_ref().is_some_and(|ident| ident.value.eq_ignore_ascii_case(name)))
}

/// A base table's column and its place, when the asker may see it.
pub(super) fn visible<'a>(dataset: &'a Dataset, name: &str, scope: &domain::Scope) -> Option<(usize, &'a Field)> {
    let field = dataset.field(name)?;
    let position = dataset.index.get(&name.to_ascii_lowercase())?;
    field.is_visible_to(scope).then_some((*position, field))
}
