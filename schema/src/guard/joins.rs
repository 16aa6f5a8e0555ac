//! Joins: every pair of relations must be tied by an equality, or be so small that all pairs are few.

use std::ops::ControlFlow;

use sqlparser::ast::{BinaryOperator, Expr, JoinConstraint, TableFactor, TableWithJoins, visit_expressions, visit_relations};

use super::{
    Reason,
    env::{Columns, Level, Relation, named},
    from,
    reasons::Checked,
};

/// All pairs of relations that nothing ties may be at most this many rows on the small side.
const SMALL: u64 = 400;

/// Refuses a join whose result could be every row times every row.
pub(super) fn check(from: &[TableWithJoins], selection: Option<&Expr>, level: &Level<'_>) -> Checked<()> {
    if level.relations.len() < 2 {
        return Ok(());
    }
    let mut groups: Vec<usize> = (0..level.relations.len()).collect();
    let mut conditions = Vec::new();
    for table in from {
        from::conditions(table, &mut conditions);
    }
    for condition in conditions.into_iter().chain(selection) {
        tie_conjuncts(condition, level, &mut groups);
    }
    if uses_using(from) {
        tie_merged(level, &mut groups);
    }
    for position in 1..level.relations.len() {
        if level.relations[position].is_correlated {
            unite(&mut groups, position - 1, position);
        }
    }
    let mut small: u64 = 1;
    let mut unbounded = 0;
    for group in 0..groups.len() {
        let members = level.relations.iter().zip(&groups).filter(|(_, own)| **own == group).map(|(relation, _)| relation.rows);
        let members: Vec<Option<u64>> = members.collect();
        if members.is_empty() {
            continue;
        }
        match product(members.into_iter()) {
            Some(rows) if rows <= SMALL => small = small.saturating_mul(rows),
            Some(_) | None => unbounded += 1,
        }
    }
    if unbounded > 1 || small > SMALL {
        let reason = Reason::new("cross_join", "表之间缺少等值连接条件", "tables are joined without an equality between them");
        return Err(reason.hint("请加上 a.x = b.x 形式的连接条件", "join them on a.x = b.x"));
    }
    Ok(())
}

/// The rows of all pairs; none when one side has no bound.
pub(super) fn product(mut rows: impl Iterator<Item = Option<u64>>) -> Option<u64> {
    rows.try_fold(1_u64, |all, one| one.map(|one| all.saturating_mul(one)))
}

fn tie_conjuncts(condition: &Expr, level: &Level<'_>, groups: &mut [usize]) {
    match condition {
        Expr::Nested(inner) => tie_conjuncts(inner, level, groups),
        Expr::BinaryOp { left, op: BinaryOperator::And, right } => {
            tie_conjuncts(left, level, groups);
            tie_conjuncts(right, level, groups);
        }
        Expr::BinaryOp { left, op: BinaryOperator::Eq | BinaryOperator::Spaceship, right } | Expr::IsNotDistinctFrom(left, right) => {
            let (left, right) = (mentioned(left, level), mentioned(right, level));
            let apart = !left.is_empty() && !right.is_empty() && left.iter().all(|one| !right.contains(one));
            if apart {
                for other in left.iter().chain(&right).skip(1) {
                    unite(groups, left[0], *other);
                }
            }
        }
        _ => {}
    }
}

/// The relations of this level that an expression speaks of; none for an expression with a subquery, whose names may be its own.
fn mentioned(expr: &Expr, level: &Level<'_>) -> Vec<usize> {
    let mut found = Vec::new();
    if visit_relations(expr, |_| ControlFlow::Break(())).is_break() {
        return found;
    }
    let _ = visit_expressions(expr, |part| {
        let position = match part {
            Expr::CompoundIdentifier(parts) => match parts.as_slice() {
                [alias, _] => level.relations.iter().position(|relation| relation.is_named(&alias.value)),
                _ => None,
            },
            Expr::Identifier(ident) => level.relations.iter().position(|relation| has(relation, &ident.value)),
            _ => None,
        };
        found.extend(position.filter(|position| !found.contains(position)));
        ControlFlow::<()>::Continue(())
    });
    found
}

fn has(relation: &Relation<'_>, name: &str) -> bool {
    match &relation.columns {
        Columns::Scan(_, dataset) => dataset.field(name).is_some(),
        Columns::Listed(columns) => named(columns, name).is_some(),
    }
}

fn uses_using(from: &[TableWithJoins]) -> bool {
    from.iter().any(|table| {
        let own = table.joins.iter().filter_map(from::condition).any(|constraint| matches!(constraint, JoinConstraint::Using(_)));
        let factors = std::iter::once(&table.relation).chain(table.joins.iter().map(|join| &join.relation));
        own || factors.into_iter().any(|factor| matches!(factor, TableFactor::NestedJoin { table_with_joins, .. } if uses_using(std::slice::from_ref(table_with_joins))))
    })
}

fn tie_merged(level: &Level<'_>, groups: &mut [usize]) {
    for merged in &level.merged {
        let holders: Vec<usize> = (0..level.relations.len()).filter(|position| has(&level.relations[*position], &merged.value)).collect();
        for pair in holders.windows(2) {
            unite(groups, pair[0], pair[1]);
        }
    }
}

fn unite(groups: &mut [usize], a: usize, b: usize) {
    let (keep, drop) = (groups[a], groups[b]);
    groups.iter_mut().filter(|group| **group == drop).for_each(|group| *group = keep);
}
