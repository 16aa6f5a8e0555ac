//! The row scope: every scan of a table becomes a derived table of the asker's rows and the columns the statement uses.

use std::{collections::HashMap, ops::ControlFlow};

use domain::Access;
use sqlparser::{
    ast::{
        BinaryOperator, Expr, GroupByExpr, ObjectName, Query, Select, SelectFlavor, SelectItem, SetExpr, Statement, TableAlias,
        TableFactor, TableWithJoins, Value, VisitMut, VisitorMut, helpers::attached_token::AttachedToken, visit_relations,
    },
    tokenizer::Location,
};

use super::{
    Reason,
    checker::{Checker, Scan},
    reasons::Checked,
};
use crate::{Datatype, Field, catalog::Storage, names};

/// Puts the scope on every scan of a checked statement.
pub(super) fn apply(statement: &mut Statement, checker: &Checker<'_>) -> Checked<()> {
    // Every relation of the tree is a scan or a CTE that the check has met, or something was read that was not checked.
    let mut relations = 0;
    let _ = visit_relations(statement, |_| {
        relations += 1;
        ControlFlow::<()>::Continue(())
    });
    if relations != checker.scans.len() + checker.cte_references {
        return Err(internal("a relation was not checked"));
    }
    let mut replacements = HashMap::new();
    for scan in &checker.scans {
        replacements.insert(scan.place, derived(scan, checker));
    }
    let expected = checker.scans.len();
    let mut walk = Walk { replacements, met: 0 };
    let _ = VisitMut::visit(statement, &mut walk);
    if walk.met == expected && walk.replacements.is_empty() { Ok(()) } else { Err(internal("a scan was not scoped")) }
}

/// Something that cannot happen; the statement is refused all the same.
pub(super) fn internal(what: &str) -> Box<Reason> {
    Reason::new("not_understood", "语句无法可靠地改写", format!("the statement cannot be rewritten safely: {what}"))
        .hint("请换一种更简单的写法", "write it in a simpler way")
}

struct Walk {
    replacements: HashMap<Location, Option<TableFactor>>,
    met: usize,
}

impl VisitorMut for Walk {
    type Break = ();

    fn post_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<()> {
        let TableFactor::Table { name, .. } = &*factor else { return ControlFlow::Continue(()) };
        let Some(place) = name.0.first().and_then(|part| part.as_ident()).map(|ident| ident.span.start) else {
            return ControlFlow::Continue(());
        };
        if let Some(replacement) = self.replacements.remove(&place) {
            self.met += 1;
            if let Some(replacement) = replacement {
                *factor = replacement;
            }
        }
        ControlFlow::Continue(())
    }
}

/// The derived table of a scan; none where the asker sees the whole table as it is stored.
fn derived(scan: &Scan<'_>, checker: &Checker<'_>) -> Option<TableFactor> {
    let dialect = checker.dialect;
    let filter = scope_filter(scan, checker);
    let sees_all = scan.dataset.fields.iter().all(|field| field.is_visible_to(checker.scope));
    if filter.is_none() && sees_all && scan.dataset.storage == Storage::Named {
        return None;
    }
    let mut used: Vec<&Field> = scan.used.iter().map(|position| &scan.dataset.fields[*position]).collect();
    if used.is_empty() {
        // `count(*)` reads rows and no column: the first visible one stands for the row.
        used.extend(scan.dataset.visible_fields(checker.scope).take(1));
    }
    let projection = used
        .into_iter()
        .map(|field| match &scan.dataset.storage {
            Storage::Named => SelectItem::UnnamedExpr(Expr::Identifier(names::ident(&field.name, dialect))),
            Storage::Mapped(_) => SelectItem::ExprWithAlias { expr: field.parsed.clone(), alias: names::ident(&field.name, dialect) },
        })
        .collect();
    let name = match &scan.dataset.storage {
        Storage::Named => ObjectName::from(vec![names::ident(&scan.dataset.name, dialect)]),
        Storage::Mapped(parts) => ObjectName::from(parts.iter().map(|part| names::ident(part, dialect)).collect::<Vec<_>>()),
    };
    Some(TableFactor::Derived {
        lateral: false,
        subquery: Box::new(select(projection, name, filter)),
        alias: Some(TableAlias { explicit: true, name: scan.alias.clone(), columns: Vec::new(), at: None }),
        sample: None,
    })
}

/// The predicate on a scan; none where the asker sees every row.
fn scope_filter(scan: &Scan<'_>, checker: &Checker<'_>) -> Option<Expr> {
    let column = scan.dataset.scope_column.as_deref()?;
    let Access::Only(accounts) = &checker.scope.accounts else { return None };
    if accounts.is_empty() {
        let one = |text: &str| Box::new(Expr::Value(Value::Number(text.to_owned(), false).with_empty_span()));
        return Some(Expr::BinaryOp { left: one("1"), op: BinaryOperator::Eq, right: one("0") });
    }
    let field = scan.dataset.field(column)?;
    let expr = match &scan.dataset.storage {
        Storage::Named => Expr::Identifier(names::ident(&field.name, checker.dialect)),
        Storage::Mapped(_) => Expr::Nested(Box::new(field.parsed.clone())),
    };
    let list = accounts.iter().map(|account| Expr::Value(value(account, field).with_empty_span())).collect();
    Some(Expr::InList { expr: Box::new(expr), list, negated: false })
}

fn value(account: &str, field: &Field) -> Value {
    match field.datatype {
        Datatype::Integer if account.parse::<i64>().is_ok() => Value::Number(account.to_owned(), false),
        _ => Value::SingleQuotedString(account.to_owned()),
    }
}

fn select(projection: Vec<SelectItem>, name: ObjectName, selection: Option<Expr>) -> Query {
    let relation = TableFactor::Table {
        name,
        alias: None,
        args: None,
        with_hints: Vec::new(),
        version: None,
        with_ordinality: false,
        partitions: Vec::new(),
        json_path: None,
        sample: None,
        index_hints: Vec::new(),
    };
    let select = Select {
        select_token: AttachedToken::empty(),
        optimizer_hints: Vec::new(),
        distinct: None,
        select_modifiers: None,
        top: None,
        top_before_distinct: false,
        projection,
        exclude: None,
        into: None,
        from: vec![TableWithJoins { relation, joins: Vec::new() }],
        lateral_views: Vec::new(),
        prewhere: None,
        selection,
        connect_by: Vec::new(),
        group_by: GroupByExpr::Expressions(Vec::new(), Vec::new()),
        cluster_by: Vec::new(),
        distribute_by: Vec::new(),
        sort_by: Vec::new(),
        having: None,
        named_window: Vec::new(),
        qualify: None,
        window_before_qualify: false,
        value_table_mode: None,
        flavor: SelectFlavor::Standard,
    };
    Query {
        with: None,
        body: Box::new(SetExpr::Select(Box::new(select))),
        order_by: None,
        limit_clause: None,
        fetch: None,
        locks: Vec::new(),
        for_clause: None,
        settings: None,
        format_clause: None,
        pipe_operators: Vec::new(),
    }
}
