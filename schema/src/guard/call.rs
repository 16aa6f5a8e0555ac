//! Function calls: by allow-list, with the number and kind of arguments each function takes.

use sqlparser::{
    ast::{
        Expr, Function, FunctionArg, FunctionArgExpr, FunctionArgumentClause, FunctionArgumentList, FunctionArguments,
        NamedWindowDefinition, NamedWindowExpr, Spanned, Value, WindowFrame, WindowFrameBound, WindowSpec, WindowType,
    },
    tokenizer::Span,
};

use super::{
    Reason,
    checker::Checker,
    env::Env,
    reasons::{Checked, not_allowed, show, too_large},
    types::single,
};
use crate::{
    functions::{self, Kind, Known, Rule},
    names,
};

impl<'a> Checker<'a> {
    pub(super) fn function_refused(&self, name: &str, span: Span) -> Box<Reason> {
        let allowed = self.catalog.functions.iter().map(String::as_str).filter(|known| functions::find(known, self.dialect).is_some());
        let nearest = names::nearest(name, allowed);
        let name = show(name);
        Reason::new("function_not_allowed", format!("不允许使用函数 `{name}`"), format!("the function `{name}` is not allowed"))
            .at(span)
            .near(nearest)
            .hint("请使用允许的函数", "use an allowed function")
    }

    pub(super) fn function(&mut self, function: &mut Function, env: &Env<'_, 'a>) -> Checked<()> {
        let span = function.span();
        let Function { name, uses_odbc_syntax, parameters, args, filter, null_treatment: _, over, within_group } = function;
        let written = name.to_string();
        let Some(ident) = single(name) else { return Err(self.function_refused(&written, span)) };
        let lower = ident.value.to_ascii_lowercase();
        let known = functions::find(&lower, self.dialect).filter(|_| self.catalog.functions.contains(&lower));
        // A quoted name is another function to a database that keeps the case.
        let known = known.filter(|_| ident.quote_style.is_none() || ident.value == lower);
        let Some(known) = known else { return Err(self.function_refused(&ident.value, ident.span)) };
        ident.quote_style = None;
        if *uses_odbc_syntax || !matches!(parameters, FunctionArguments::None) {
            return Err(not_allowed("这种函数写法", "this way to call a function").at(span));
        }
        self.arguments(known, args, span, env)?;
        // Windows and filters belong to the SELECT, not to its output.
        let env = &env.inputs_only();
        for order in within_group.iter_mut() {
            self.order_by(order, env)?;
        }
        if !within_group.is_empty() && known.kind != Kind::Aggregate {
            return Err(not_allowed("WITHIN GROUP", "WITHIN GROUP").at(span));
        }
        if let Some(filter) = filter {
            if known.kind != Kind::Aggregate {
                return Err(not_allowed("FILTER", "FILTER").at(span));
            }
            self.expr(filter, env)?;
        }
        match (known.kind, over) {
            (Kind::Window, None) => {
                Err(Reason::new("window_required", format!("函数 `{lower}` 需要 OVER"), format!("the function `{lower}` needs OVER"))
                    .at(span))
            }
            (Kind::Scalar, Some(_)) => Err(not_allowed("此函数的 OVER", "OVER after this function").at(span)),
            (Kind::Window | Kind::Aggregate, Some(over)) => self.over(over, env),
            (Kind::Aggregate, None) => {
                self.aggregates += 1;
                Ok(())
            }
            (Kind::Scalar, None) => Ok(()),
        }
    }

    fn arguments(&mut self, known: &Known, args: &mut FunctionArguments, span: Span, env: &Env<'_, 'a>) -> Checked<()> {
        let list = match args {
            // `current_date` and the like are written without parentheses.
            FunctionArguments::None if known.max == 0 => return Ok(()),
            FunctionArguments::None => return Err(arity(known, span)),
            FunctionArguments::Subquery(_) => return Err(not_allowed("作为参数的子查询", "a subquery as the arguments").at(span)),
            FunctionArguments::List(list) => list,
        };
        let FunctionArgumentList { duplicate_treatment, args, clauses } = list;
        if (duplicate_treatment.is_some() || !clauses.is_empty()) && known.kind == Kind::Scalar {
            return Err(not_allowed("此函数的 DISTINCT 或 ORDER BY", "DISTINCT or ORDER BY in this function").at(span));
        }
        if args.len() < known.min || args.len() > known.max {
            return Err(arity(known, span));
        }
        for clause in clauses {
            self.clause(clause, span, env)?;
        }
        for (position, arg) in args.iter_mut().enumerate() {
            let FunctionArg::Unnamed(arg) = arg else { return Err(not_allowed("具名参数", "a named argument").at(span)) };
            match arg {
                FunctionArgExpr::Expr(expr) => self.argument(known, position, expr, env)?,
                FunctionArgExpr::Wildcard if known.rule == Rule::Star && duplicate_treatment.is_none() => {}
                FunctionArgExpr::Wildcard | FunctionArgExpr::QualifiedWildcard(_) | FunctionArgExpr::WildcardWithOptions(_) => {
                    return Err(not_allowed("把整行作为参数", "a whole row as an argument").at(span));
                }
            }
        }
        Ok(())
    }

    fn argument(&mut self, known: &Known, position: usize, expr: &mut Expr, env: &Env<'_, 'a>) -> Checked<()> {
        match known.rule {
            Rule::Length(at) if at == position => small_number(expr),
            Rule::Pattern(at) if at == position => self.pattern(expr),
            Rule::Unit if position == 0 => unit(expr),
            Rule::None | Rule::Star | Rule::Length(_) | Rule::Pattern(_) | Rule::Unit => {
                self.expr(expr, &env.inputs_only_unless_scalar(known.kind)).map(|_| ())
            }
        }
    }

    fn clause(&mut self, clause: &mut FunctionArgumentClause, span: Span, env: &Env<'_, 'a>) -> Checked<()> {
        match clause {
            FunctionArgumentClause::IgnoreOrRespectNulls(_) => Ok(()),
            FunctionArgumentClause::OrderBy(orders) => orders.iter_mut().try_for_each(|order| self.order_by(order, &env.inputs_only())),
            FunctionArgumentClause::Separator(value) => self.value(value),
            FunctionArgumentClause::Limit(_)
            | FunctionArgumentClause::OnOverflow(_)
            | FunctionArgumentClause::Having(_)
            | FunctionArgumentClause::JsonNullClause(_)
            | FunctionArgumentClause::JsonReturningClause(_) => Err(not_allowed("函数里的这种子句", "this clause in a function").at(span)),
        }
    }

    fn over(&mut self, over: &mut WindowType, env: &Env<'_, 'a>) -> Checked<()> {
        match over {
            WindowType::NamedWindow(_) => Ok(()),
            WindowType::WindowSpec(spec) => self.window(spec, env),
        }
    }

    /// Checks a window of WINDOW or OVER.
    pub(super) fn window(&mut self, spec: &mut WindowSpec, env: &Env<'_, 'a>) -> Checked<()> {
        let WindowSpec { window_name: _, partition_by, order_by, window_frame } = spec;
        self.exprs(partition_by, env)?;
        for order in order_by {
            self.order_by(order, env)?;
        }
        let Some(WindowFrame { units: _, start_bound, end_bound }) = window_frame else { return Ok(()) };
        for bound in [Some(start_bound), end_bound.as_mut()].into_iter().flatten() {
            match bound {
                WindowFrameBound::CurrentRow | WindowFrameBound::Preceding(None) | WindowFrameBound::Following(None) => {}
                WindowFrameBound::Preceding(Some(expr)) | WindowFrameBound::Following(Some(expr)) => {
                    if !matches!(**expr, Expr::Value(_) | Expr::Interval(_)) {
                        return Err(
                            Reason::new("literal_required", "窗口边界只能写字面量", "a window's bound is a literal").at(expr.span())
                        );
                    }
                    self.expr(expr, env)?;
                }
            }
        }
        Ok(())
    }

    /// Checks the WINDOW clause.
    pub(super) fn named_windows(&mut self, windows: &mut [NamedWindowDefinition], env: &Env<'_, 'a>) -> Checked<()> {
        windows.iter_mut().try_for_each(|NamedWindowDefinition(_, window)| match window {
            NamedWindowExpr::NamedWindow(_) => Ok(()),
            NamedWindowExpr::WindowSpec(spec) => self.window(spec, env),
        })
    }
}

impl<'e, 'a> Env<'e, 'a> {
    /// What an argument sees: an aggregate is computed from the input, never from the SELECT's own output.
    fn inputs_only_unless_scalar(&self, kind: Kind) -> Env<'e, 'a> {
        match kind {
            Kind::Scalar => *self,
            Kind::Aggregate | Kind::Window => self.inputs_only(),
        }
    }
}

fn arity(known: &Known, span: Span) -> Box<Reason> {
    let (name, min, max) = (known.name, known.min, known.max);
    let count = if min == max { min.to_string() } else { format!("{min}–{max}") };
    Reason::new("wrong_arguments", format!("函数 `{name}` 需要 {count} 个参数"), format!("the function `{name}` takes {count} arguments"))
        .at(span)
}

/// The length of a padded text: a bomb when it is large.
fn small_number(expr: &Expr) -> Checked<()> {
    const LENGTH: u64 = 256;
    let number = match expr {
        Expr::Value(value) => match &value.value {
            Value::Number(text, _) => text.parse::<u64>().ok(),
            _ => None,
        },
        _ => None,
    };
    match number {
        Some(number) if number <= LENGTH => Ok(()),
        Some(_) | None => {
            Err(too_large("result_too_long", "结果长度必须是较小的数字", "the length must be a small number", LENGTH).at(expr.span()))
        }
    }
}

/// `MONTH` in `timestampdiff(MONTH, …)` is a word, not a column.
fn unit(expr: &Expr) -> Checked<()> {
    const UNITS: [&str; 8] = ["second", "minute", "hour", "day", "week", "month", "quarter", "year"];
    match expr {
        Expr::Identifier(ident) if ident.quote_style.is_none() && UNITS.contains(&ident.value.to_ascii_lowercase().as_str()) => Ok(()),
        _ => Err(not_allowed("这种时间单位", "this unit of time").at(expr.span())),
    }
}
