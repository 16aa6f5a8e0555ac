//! Expressions: every kind is decided on here, and what is not allowed is refused.

use sqlparser::{
    ast::{
        BinaryOperator, CaseWhen, CeilFloorKind, DateTimeField, DollarQuotedString, Expr, Interval, OrderByExpr, OrderByOptions, Spanned,
        UnaryOperator, Value, ValueWithSpan,
    },
    tokenizer::Span,
};

use super::{
    Dialect, Reason,
    checker::{Checker, Seen},
    env::{Env, Outputs},
    reasons::{Checked, not_allowed, too_large},
    types,
};

impl<'a> Checker<'a> {
    /// Checks an expression and gives every name in it its canonical form.
    pub(super) fn expr(&mut self, expr: &mut Expr, env: &Env<'_, 'a>) -> Checked<Seen> {
        self.deeper(|checker| checker.expr_here(expr, env))
    }

    /// Checks several expressions.
    pub(super) fn exprs<'x>(&mut self, exprs: impl IntoIterator<Item = &'x mut Expr>, env: &Env<'_, 'a>) -> Checked<()> {
        exprs.into_iter().try_for_each(|expr| self.expr(expr, env).map(|_| ()))
    }

    fn expr_here(&mut self, expr: &mut Expr, env: &Env<'_, 'a>) -> Checked<Seen> {
        match expr {
            Expr::Identifier(ident) => return self.bare(ident, env),
            Expr::CompoundIdentifier(parts) => return self.qualified(parts, env),
            Expr::Nested(inner) => return self.expr(inner, env),
            Expr::Value(value) => self.value(value)?,
            Expr::IsFalse(inner)
            | Expr::IsNotFalse(inner)
            | Expr::IsTrue(inner)
            | Expr::IsNotTrue(inner)
            | Expr::IsNull(inner)
            | Expr::IsNotNull(inner)
            | Expr::IsUnknown(inner)
            | Expr::IsNotUnknown(inner) => {
                self.expr(inner, env)?;
            }
            Expr::IsDistinctFrom(left, right) | Expr::IsNotDistinctFrom(left, right) => self.exprs([&mut **left, right], env)?,
            Expr::InList { expr, list, negated } => self.in_list(expr, list, *negated, env)?,
            Expr::InSubquery { expr, subquery, negated: _ } => {
                self.expr(expr, env)?;
                self.query(subquery, Some(env), env.ctes)?;
            }
            Expr::Between { expr, negated: _, low, high } => self.exprs([&mut **expr, low, high], env)?,
            Expr::BinaryOp { .. } => self.binary(expr, env)?,
            Expr::UnaryOp { .. } => self.unary(expr, env)?,
            Expr::Like { negated: _, any, expr, pattern, escape_char } | Expr::ILike { negated: _, any, expr, pattern, escape_char } => {
                if *any {
                    return Err(not_allowed("LIKE ANY", "LIKE ANY").at(expr.span()));
                }
                self.escape(escape_char.as_ref())?;
                self.exprs([&mut **expr, pattern], env)?;
            }
            Expr::SimilarTo { negated: _, expr, pattern, escape_char } => {
                self.escape(escape_char.as_ref())?;
                self.expr(expr, env)?;
                self.pattern(pattern)?;
            }
            Expr::RLike { negated: _, expr, pattern, regexp: _ } => {
                self.expr(expr, env)?;
                self.pattern(pattern)?;
            }
            Expr::AnyOp { left, compare_op, right, is_some: _ } | Expr::AllOp { left, compare_op, right } => {
                if !is_comparison(compare_op) {
                    return Err(operator(compare_op, left.span()));
                }
                self.expr(left, env)?;
                self.quantified(right, env)?;
            }
            Expr::Cast { kind, expr, data_type, array, format } => {
                let span = expr.span();
                self.require(if *kind == sqlparser::ast::CastKind::TryCast { "try_cast" } else { "cast" }, span)?;
                types::check_cast(kind, format.as_ref(), *array, self.dialect).map_err(|reason| reason.at(span))?;
                types::check(data_type).map_err(|reason| reason.at(span))?;
                self.expr(expr, env)?;
            }
            Expr::Convert { is_try, expr, data_type: Some(data_type), charset: None, target_before_value: false, styles } => {
                let span = expr.span();
                self.require("convert", span)?;
                if *is_try || !styles.is_empty() {
                    return Err(not_allowed("这种 CONVERT", "this kind of CONVERT").at(span));
                }
                types::check(data_type).map_err(|reason| reason.at(span))?;
                self.expr(expr, env)?;
            }
            Expr::TypedString(typed) => {
                if typed.uses_odbc_syntax {
                    return Err(not_allowed("ODBC 写法", "ODBC syntax").at(typed.value.span));
                }
                types::check(&typed.data_type).map_err(|reason| reason.at(typed.value.span))?;
                self.value(&mut typed.value)?;
            }
            Expr::Interval(interval) => self.interval(interval, env)?,
            Expr::AtTimeZone { timestamp, time_zone } => {
                self.expr(timestamp, env)?;
                self.literal(time_zone)?;
            }
            Expr::Extract { field, syntax: _, expr } => {
                self.require("extract", expr.span())?;
                check_field(field, expr.span())?;
                self.expr(expr, env)?;
            }
            Expr::Ceil { expr, field } => {
                self.require("ceil", expr.span())?;
                self.rounding(expr, field, env)?;
            }
            Expr::Floor { expr, field } => {
                self.require("floor", expr.span())?;
                self.rounding(expr, field, env)?;
            }
            Expr::Position { expr, r#in } => {
                self.require("position", expr.span())?;
                self.exprs([&mut **expr, r#in], env)?;
            }
            Expr::Substring { expr, substring_from, substring_for, special: _, shorthand: _ } => {
                self.require("substring", expr.span())?;
                self.expr(expr, env)?;
                self.exprs(substring_from.as_deref_mut().into_iter().chain(substring_for.as_deref_mut()), env)?;
            }
            Expr::Trim { trim_where: _, trim_what, expr, trim_characters } => {
                self.require("trim", expr.span())?;
                self.expr(expr, env)?;
                self.exprs(trim_what.as_deref_mut().into_iter().chain(trim_characters.iter_mut().flatten()), env)?;
            }
            Expr::Function(function) => self.function(function, env)?,
            Expr::Case { case_token: _, end_token: _, operand, conditions, else_result } => {
                self.exprs(operand.as_deref_mut(), env)?;
                for CaseWhen { condition, result } in conditions {
                    self.exprs([condition, result], env)?;
                }
                self.exprs(else_result.as_deref_mut(), env)?;
            }
            Expr::Exists { subquery, negated: _ } | Expr::Subquery(subquery) => {
                self.query(subquery, Some(env), env.ctes)?;
            }
            Expr::Tuple(parts) => self.exprs(parts, env)?,
            Expr::GroupingSets(_) | Expr::Cube(_) | Expr::Rollup(_) => {
                return Err(not_allowed("GROUP BY 之外的分组集合", "a grouping set outside of GROUP BY").at(expr.span()));
            }
            // Whole rows, fields of rows, documents of other products, and everything that makes a value of no column.
            Expr::CompoundFieldAccess { .. }
            | Expr::JsonAccess { .. }
            | Expr::IsNormalized { .. }
            | Expr::InUnnest { .. }
            | Expr::Convert { .. }
            | Expr::Overlay { .. }
            | Expr::Collate { .. }
            | Expr::Prefixed { .. }
            | Expr::Struct { .. }
            | Expr::Named { .. }
            | Expr::Dictionary(_)
            | Expr::Map(_)
            | Expr::Array(_)
            | Expr::MatchAgainst { .. }
            | Expr::Wildcard(_)
            | Expr::QualifiedWildcard(..)
            | Expr::OuterJoin(_)
            | Expr::Prior(_)
            | Expr::Lambda(_)
            | Expr::MemberOf(_) => {
                return Err(not_allowed("这种表达式", "this kind of expression").at(expr.span()));
            }
        }
        Ok(Seen::default())
    }

    fn binary(&mut self, expr: &mut Expr, env: &Env<'_, 'a>) -> Checked<()> {
        let span = expr.span();
        let Expr::BinaryOp { left, op, right } = expr else { return Ok(()) };
        if !self.is_allowed(op) {
            return Err(operator(op, span));
        }
        let seen = self.expr(left, env)?;
        if is_regex(op) {
            return self.pattern(right);
        }
        let other = self.expr(right, env)?;
        if matches!(op, BinaryOperator::Eq | BinaryOperator::Spaceship) {
            self.check_scope_value(seen, right)?;
            self.check_scope_value(other, left)?;
        }
        Ok(())
    }

    fn is_allowed(&self, op: &BinaryOperator) -> bool {
        use BinaryOperator as Op;
        let (postgres, mysql) = (self.dialect == Dialect::Postgres, self.dialect == Dialect::MySql);
        match op {
            Op::And | Op::Or | Op::Plus | Op::Minus | Op::Multiply | Op::Divide | Op::Modulo => true,
            // MySQL reads `||` as OR or as concatenation, as its settings say.
            Op::StringConcat => !mysql,
            Op::Xor | Op::Spaceship | Op::MyIntegerDivide => mysql,
            Op::Arrow | Op::LongArrow => self.dialect != Dialect::DataFusion,
            Op::HashArrow
            | Op::HashLongArrow
            | Op::AtArrow
            | Op::ArrowAt
            | Op::Question
            | Op::PGLikeMatch
            | Op::PGILikeMatch
            | Op::PGNotLikeMatch
            | Op::PGNotILikeMatch => postgres,
            _ => is_comparison(op) || is_regex(op),
        }
    }

    fn unary(&mut self, expr: &mut Expr, env: &Env<'_, 'a>) -> Checked<()> {
        let span = expr.span();
        let Expr::UnaryOp { op, expr: inner } = expr else { return Ok(()) };
        match op {
            UnaryOperator::Not => {
                self.negated = !self.negated;
                let result = self.expr(inner, env);
                self.negated = !self.negated;
                result?;
            }
            UnaryOperator::Plus | UnaryOperator::Minus => {
                self.expr(inner, env)?;
                // Two signs in a row would be rendered as a comment.
                if matches!(**inner, Expr::UnaryOp { .. }) {
                    let signed = std::mem::replace(&mut **inner, Expr::Value(Value::Null.with_empty_span()));
                    **inner = Expr::Nested(Box::new(signed));
                }
            }
            UnaryOperator::AtDashAt
            | UnaryOperator::BangNot
            | UnaryOperator::BitwiseNot
            | UnaryOperator::DoubleAt
            | UnaryOperator::Hash
            | UnaryOperator::PGAbs
            | UnaryOperator::PGCubeRoot
            | UnaryOperator::PGPostfixFactorial
            | UnaryOperator::PGPrefixFactorial
            | UnaryOperator::PGSquareRoot
            | UnaryOperator::QuestionDash
            | UnaryOperator::QuestionPipe => {
                return Err(not_allowed("这种运算符", "this operator").at(span));
            }
        }
        Ok(())
    }

    fn in_list(&mut self, expr: &mut Expr, list: &mut [Expr], negated: bool, env: &Env<'_, 'a>) -> Checked<()> {
        let bound = self.catalog.bounds.list;
        if list.len() > bound {
            let reason = too_large("list_too_long", "IN 列表太长", "the IN list is too long", bound).at(expr.span());
            return Err(reason.hint("请改为按属性过滤", "filter by an attribute instead"));
        }
        let seen = self.expr(expr, env)?;
        for one in list {
            self.expr(one, env)?;
            if !negated {
                self.check_scope_value(seen, one)?;
            }
        }
        Ok(())
    }

    /// The right side of `= ANY`: a subquery, or an array of values.
    fn quantified(&mut self, right: &mut Expr, env: &Env<'_, 'a>) -> Checked<()> {
        match right {
            Expr::Subquery(_) => self.expr(right, env).map(|_| ()),
            Expr::Array(array) if array.named && array.elem.len() <= self.catalog.bounds.list => self.exprs(&mut array.elem, env),
            _ => Err(not_allowed("这种 ANY/ALL", "this kind of ANY or ALL").at(right.span())),
        }
    }

    fn interval(&mut self, interval: &mut Interval, env: &Env<'_, 'a>) -> Checked<()> {
        let Interval { value, leading_field, leading_precision, last_field, fractional_seconds_precision } = interval;
        if leading_precision.is_some() || last_field.is_some() || fractional_seconds_precision.is_some() {
            return Err(not_allowed("这种 INTERVAL", "this kind of INTERVAL").at(value.span()));
        }
        if let Some(field) = leading_field {
            check_field(field, value.span())?;
        }
        self.expr(value, env).map(|_| ())
    }

    fn rounding(&mut self, expr: &mut Expr, field: &mut CeilFloorKind, env: &Env<'_, 'a>) -> Checked<()> {
        match field {
            CeilFloorKind::DateTimeField(field) if *field != DateTimeField::NoDateTime => {
                Err(not_allowed("这种取整", "this kind of rounding").at(expr.span()))
            }
            CeilFloorKind::DateTimeField(_) | CeilFloorKind::Scale(_) => self.expr(expr, env).map(|_| ()),
        }
    }

    /// A pattern is a literal, so that it can be seen; how long it may run is the time limit's matter.
    pub(super) fn pattern(&mut self, pattern: &mut Expr) -> Checked<()> {
        const BYTES: usize = 256;
        self.literal(pattern)?;
        if let Expr::Value(ValueWithSpan { value: Value::SingleQuotedString(text), .. }) = pattern
            && text.len() > BYTES
        {
            return Err(too_large("literal_too_long", "正则表达式太长", "the regular expression is too long", BYTES).at(pattern.span()));
        }
        self.note(
            Reason::new("regex_limited", "正则表达式在时间上限内运行", "the regular expression runs under the time limit")
                .at(pattern.span()),
        );
        Ok(())
    }

    fn literal(&mut self, expr: &mut Expr) -> Checked<()> {
        match expr {
            Expr::Value(value) => self.value(value),
            _ => Err(Reason::new("literal_required", "此处只能写字面量", "only a literal can stand here").at(expr.span())),
        }
    }

    fn escape(&self, escape: Option<&ValueWithSpan>) -> Checked<()> {
        match escape.map(|escape| &escape.value) {
            None => Ok(()),
            Some(Value::SingleQuotedString(text)) if text.chars().count() <= 1 => Ok(()),
            Some(_) => Err(not_allowed("这种 ESCAPE", "this ESCAPE")),
        }
    }

    /// Checks a literal; the ways to write a text become one.
    pub(super) fn value(&mut self, value: &mut ValueWithSpan) -> Checked<()> {
        let span = value.span;
        match &mut value.value {
            Value::Number(_, false) | Value::SingleQuotedString(_) | Value::Boolean(_) | Value::Null => Ok(()),
            Value::DoubleQuotedString(text) if self.dialect == Dialect::MySql => {
                value.value = Value::SingleQuotedString(std::mem::take(text));
                Ok(())
            }
            Value::DollarQuotedString(DollarQuotedString { value: text, tag: _ }) if self.dialect == Dialect::Postgres => {
                value.value = Value::SingleQuotedString(std::mem::take(text));
                self.note(Reason::new("literal_requoted", "已改写字面量的引号", "a literal was quoted anew").at(span));
                Ok(())
            }
            Value::Number(_, true)
            | Value::DoubleQuotedString(_)
            | Value::DollarQuotedString(_)
            | Value::TripleSingleQuotedString(_)
            | Value::TripleDoubleQuotedString(_)
            | Value::EscapedStringLiteral(_)
            | Value::UnicodeStringLiteral(_)
            | Value::SingleQuotedByteStringLiteral(_)
            | Value::DoubleQuotedByteStringLiteral(_)
            | Value::TripleSingleQuotedByteStringLiteral(_)
            | Value::TripleDoubleQuotedByteStringLiteral(_)
            | Value::SingleQuotedRawStringLiteral(_)
            | Value::DoubleQuotedRawStringLiteral(_)
            | Value::TripleSingleQuotedRawStringLiteral(_)
            | Value::TripleDoubleQuotedRawStringLiteral(_)
            | Value::NationalStringLiteral(_)
            | Value::QuoteDelimitedStringLiteral(_)
            | Value::NationalQuoteDelimitedStringLiteral(_)
            | Value::HexStringLiteral(_)
            | Value::Placeholder(_) => {
                let reason = Reason::new("literal_not_allowed", "不允许这种字面量", "this kind of literal is not allowed");
                Err(reason.at(span).hint("请使用单引号文本或普通数字", "use a text in single quotes or a plain number"))
            }
        }
    }

    /// Checks ORDER BY: a bare name means an output column first.
    pub(super) fn order_by(&mut self, order: &mut OrderByExpr, env: &Env<'_, 'a>) -> Checked<()> {
        let OrderByExpr { expr, options: OrderByOptions { asc: _, nulls_first: _ }, with_fill } = order;
        if with_fill.is_some() {
            return Err(not_allowed("WITH FILL", "WITH FILL").at(expr.span()));
        }
        let first = matches!(expr, Expr::Identifier(_));
        let env = Env { outputs: env.outputs.map(|outputs| Outputs { first, ..outputs }), ..*env };
        self.expr(expr, &env).map(|_| ())
    }

    /// Refuses a construct that the policy allows only by a function's name.
    fn require(&self, function: &str, span: Span) -> Checked<()> {
        if self.catalog.functions.contains(function) { Ok(()) } else { Err(self.function_refused(function, span)) }
    }
}

fn is_comparison(op: &BinaryOperator) -> bool {
    use BinaryOperator as Op;
    matches!(op, Op::Eq | Op::NotEq | Op::Lt | Op::Gt | Op::LtEq | Op::GtEq)
}

fn is_regex(op: &BinaryOperator) -> bool {
    use BinaryOperator as Op;
    matches!(op, Op::PGRegexMatch | Op::PGRegexIMatch | Op::PGRegexNotMatch | Op::PGRegexNotIMatch | Op::Regexp)
}

fn operator(op: &BinaryOperator, span: Span) -> Box<Reason> {
    let shown: String = op.to_string().chars().take(8).collect();
    Reason::new("operator_not_allowed", format!("不允许使用运算符 `{shown}`"), format!("the operator `{shown}` is not allowed")).at(span)
}

fn check_field(field: &DateTimeField, span: Span) -> Checked<()> {
    match field {
        DateTimeField::Custom(_) | DateTimeField::Week(Some(_)) => Err(not_allowed("这种时间单位", "this unit of time").at(span)),
        _ => Ok(()),
    }
}
