//! Every function the guard knows to be safe: no side effect, no file, no setting, no clock but the statement's own, no unbounded result.

use crate::Dialect;

/// How a function is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A value from values.
    Scalar,
    /// A value from rows; may stand over a window.
    Aggregate,
    /// A value from a window; needs OVER.
    Window,
}

/// What its arguments must be beyond their number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    /// Any expressions.
    None,
    /// `*` may stand for the arguments.
    Star,
    /// The argument at this place is a small whole number: the length of the result.
    Length(usize),
    /// The argument at this place is a literal pattern.
    Pattern(usize),
    /// The first argument is a unit of time, written as a word.
    Unit,
}

/// A function.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Known {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) min: usize,
    pub(crate) max: usize,
    pub(crate) rule: Rule,
    dialects: u8,
}

const DF: u8 = 1;
const PG: u8 = 2;
const MY: u8 = 4;
const SQ: u8 = 8;
const ALL: u8 = DF | PG | MY | SQ;
const MANY: usize = 64;

/// The function of a name (lower case) in a dialect.
pub(crate) fn find(name: &str, dialect: Dialect) -> Option<&'static Known> {
    let bit = match dialect {
        Dialect::DataFusion => DF,
        Dialect::Postgres => PG,
        Dialect::MySql => MY,
        Dialect::Sqlite => SQ,
    };
    let start = TABLE.partition_point(|known| known.name < name);
    TABLE[start..].iter().take_while(|known| known.name == name).find(|known| known.dialects & bit != 0)
}

/// Whether any dialect has a safe function of this name.
pub(crate) fn is_known(name: &str) -> bool {
    TABLE.binary_search_by(|known| known.name.cmp(name.to_ascii_lowercase().as_str())).is_ok()
}

/// Every name.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    TABLE.iter().map(|known| known.name)
}

const fn scalar(name: &'static str, min: usize, max: usize, dialects: u8) -> Known {
    Known { name, kind: Kind::Scalar, min, max, rule: Rule::None, dialects }
}

const fn aggregate(name: &'static str, min: usize, max: usize, dialects: u8) -> Known {
    Known { name, kind: Kind::Aggregate, min, max, rule: Rule::None, dialects }
}

const fn window(name: &'static str, min: usize, max: usize, dialects: u8) -> Known {
    Known { name, kind: Kind::Window, min, max, rule: Rule::None, dialects }
}

const fn ruled(mut known: Known, rule: Rule) -> Known {
    known.rule = rule;
    known
}

/// Sorted by name; a test says so.
static TABLE: &[Known] = &[
    scalar("abs", 1, 1, ALL),
    scalar("adddate", 2, 2, MY),
    scalar("age", 1, 2, PG),
    aggregate("any_value", 1, 1, PG | MY),
    aggregate("approx_distinct", 1, 1, DF),
    aggregate("approx_median", 1, 1, DF),
    aggregate("approx_percentile_cont", 1, 3, DF),
    scalar("ascii", 1, 1, DF | PG | MY),
    aggregate("avg", 1, 1, ALL),
    aggregate("bool_and", 1, 1, DF | PG),
    aggregate("bool_or", 1, 1, DF | PG),
    scalar("btrim", 1, 2, DF | PG),
    scalar("cast", 1, 1, ALL),
    scalar("ceil", 1, 1, ALL),
    scalar("ceiling", 1, 1, ALL),
    scalar("char_length", 1, 1, DF | PG | MY),
    scalar("character_length", 1, 1, DF | PG | MY),
    scalar("coalesce", 1, MANY, ALL),
    scalar("concat", 1, MANY, ALL),
    scalar("concat_ws", 2, MANY, ALL),
    scalar("contains", 2, 2, DF),
    scalar("convert", 1, 1, MY),
    aggregate("corr", 2, 2, DF | PG),
    ruled(aggregate("count", 0, 1, ALL), Rule::Star),
    aggregate("covar_pop", 2, 2, DF | PG),
    aggregate("covar_samp", 2, 2, DF | PG),
    window("cume_dist", 0, 0, ALL),
    scalar("curdate", 0, 0, MY),
    scalar("current_date", 0, 0, ALL),
    scalar("current_timestamp", 0, 0, ALL),
    scalar("date", 1, 4, MY | SQ),
    scalar("date_add", 2, 2, MY),
    scalar("date_bin", 2, 3, DF | PG),
    scalar("date_format", 2, 2, DF | MY),
    scalar("date_part", 2, 2, DF | PG),
    scalar("date_sub", 2, 2, MY),
    scalar("date_trunc", 2, 2, DF | PG),
    scalar("datediff", 2, 2, MY),
    scalar("datepart", 2, 2, DF),
    scalar("datetime", 1, 4, SQ),
    scalar("datetrunc", 2, 2, DF),
    scalar("day", 1, 1, MY),
    scalar("dayname", 1, 1, MY),
    scalar("dayofmonth", 1, 1, MY),
    scalar("dayofweek", 1, 1, MY),
    scalar("dayofyear", 1, 1, MY),
    window("dense_rank", 0, 0, ALL),
    scalar("ends_with", 2, 2, DF),
    aggregate("every", 1, 1, PG),
    scalar("exp", 1, 1, ALL),
    scalar("extract", 1, 1, DF | PG | MY),
    aggregate("first_value", 1, 1, DF),
    window("first_value", 1, 1, PG | MY | SQ),
    scalar("floor", 1, 1, ALL),
    scalar("from_unixtime", 1, 2, DF | MY),
    scalar("greatest", 1, MANY, DF | PG | MY),
    aggregate("group_concat", 1, 2, MY | SQ),
    aggregate("grouping", 1, 8, DF | PG | MY),
    scalar("hour", 1, 1, MY),
    scalar("if", 3, 3, MY),
    scalar("ifnull", 2, 2, DF | MY | SQ),
    scalar("iif", 3, 3, SQ),
    scalar("initcap", 1, 1, DF | PG),
    scalar("instr", 2, 2, DF | MY | SQ),
    scalar("isnan", 1, 1, DF),
    scalar("json_extract", 2, 8, MY | SQ),
    scalar("json_extract_path_text", 2, 8, PG),
    scalar("json_unquote", 1, 1, MY),
    scalar("jsonb_extract_path_text", 2, 8, PG),
    scalar("julianday", 1, 4, SQ),
    window("lag", 1, 3, ALL),
    scalar("last_day", 1, 1, MY),
    aggregate("last_value", 1, 1, DF),
    window("last_value", 1, 1, PG | MY | SQ),
    window("lead", 1, 3, ALL),
    scalar("least", 1, MANY, DF | PG | MY),
    scalar("left", 2, 2, DF | PG | MY),
    scalar("length", 1, 1, ALL),
    scalar("ln", 1, 1, ALL),
    scalar("localtimestamp", 0, 0, PG | MY),
    scalar("locate", 2, 3, MY),
    scalar("log", 1, 2, ALL),
    scalar("log10", 1, 1, ALL),
    scalar("log2", 1, 1, DF | MY | SQ),
    scalar("lower", 1, 1, ALL),
    ruled(scalar("lpad", 2, 3, DF | PG | MY), Rule::Length(1)),
    scalar("ltrim", 1, 2, ALL),
    scalar("make_date", 3, 3, DF | PG),
    scalar("makedate", 2, 2, MY),
    aggregate("max", 1, 1, ALL),
    aggregate("median", 1, 1, DF),
    aggregate("min", 1, 1, ALL),
    scalar("minute", 1, 1, MY),
    scalar("mod", 2, 2, PG | MY | SQ),
    aggregate("mode", 0, 0, PG),
    scalar("month", 1, 1, MY),
    scalar("monthname", 1, 1, MY),
    scalar("nanvl", 2, 2, DF),
    scalar("now", 0, 0, DF | PG | MY),
    window("nth_value", 2, 2, ALL),
    window("ntile", 1, 1, ALL),
    scalar("nullif", 2, 2, ALL),
    scalar("nvl", 2, 2, DF),
    scalar("nvl2", 3, 3, DF),
    scalar("octet_length", 1, 1, ALL),
    window("percent_rank", 0, 0, ALL),
    aggregate("percentile_cont", 1, 2, DF | PG),
    aggregate("percentile_disc", 1, 1, PG),
    scalar("position", 2, 2, DF | PG | MY),
    scalar("pow", 2, 2, DF | MY | SQ),
    scalar("power", 2, 2, ALL),
    scalar("quarter", 1, 1, MY),
    window("rank", 0, 0, ALL),
    ruled(scalar("regexp_count", 2, 2, DF | PG), Rule::Pattern(1)),
    ruled(scalar("regexp_like", 2, 3, DF | PG | MY), Rule::Pattern(1)),
    ruled(scalar("regexp_replace", 3, 4, DF | PG | MY), Rule::Pattern(1)),
    ruled(scalar("regexp_substr", 2, 2, PG | MY), Rule::Pattern(1)),
    aggregate("regr_count", 2, 2, DF | PG),
    aggregate("regr_intercept", 2, 2, DF | PG),
    aggregate("regr_r2", 2, 2, DF | PG),
    aggregate("regr_slope", 2, 2, DF | PG),
    scalar("replace", 3, 3, ALL),
    scalar("reverse", 1, 1, DF | PG | MY),
    scalar("right", 2, 2, DF | PG | MY),
    scalar("round", 1, 2, ALL),
    window("row_number", 0, 0, ALL),
    ruled(scalar("rpad", 2, 3, DF | PG | MY), Rule::Length(1)),
    scalar("rtrim", 1, 2, ALL),
    scalar("second", 1, 1, MY),
    scalar("sign", 1, 1, ALL),
    scalar("split_part", 3, 3, DF | PG),
    scalar("sqrt", 1, 1, ALL),
    scalar("starts_with", 2, 2, DF | PG),
    aggregate("std", 1, 1, MY),
    aggregate("stddev", 1, 1, DF | PG | MY),
    aggregate("stddev_pop", 1, 1, DF | PG | MY),
    aggregate("stddev_samp", 1, 1, DF | PG | MY),
    scalar("str_to_date", 2, 2, MY),
    scalar("strftime", 2, 5, SQ),
    aggregate("string_agg", 2, 2, DF | PG),
    scalar("strpos", 2, 2, DF | PG),
    scalar("subdate", 2, 2, MY),
    scalar("substr", 2, 3, ALL),
    scalar("substr_index", 3, 3, DF),
    scalar("substring", 2, 3, ALL),
    scalar("substring_index", 3, 3, MY),
    aggregate("sum", 1, 1, ALL),
    scalar("tag", 2, 2, DF),
    ruled(scalar("timestampadd", 3, 3, MY), Rule::Unit),
    ruled(scalar("timestampdiff", 3, 3, MY), Rule::Unit),
    scalar("to_char", 2, 2, DF | PG),
    scalar("to_date", 1, 2, DF | PG),
    scalar("to_days", 1, 1, MY),
    scalar("to_number", 2, 2, PG),
    scalar("to_timestamp", 1, 2, DF | PG),
    scalar("to_unixtime", 1, 1, DF),
    scalar("today", 0, 0, DF),
    aggregate("total", 1, 1, SQ),
    scalar("translate", 3, 3, DF | PG),
    scalar("trim", 1, 2, ALL),
    scalar("trunc", 1, 2, DF | PG | SQ),
    scalar("truncate", 2, 2, MY),
    scalar("try_cast", 1, 1, DF),
    scalar("unix_timestamp", 0, 1, MY),
    scalar("unixepoch", 1, 4, SQ),
    scalar("upper", 1, 1, ALL),
    scalar("utc_date", 0, 0, MY),
    scalar("utc_timestamp", 0, 0, MY),
    aggregate("var", 1, 1, DF),
    aggregate("var_pop", 1, 1, DF | PG | MY),
    aggregate("var_samp", 1, 1, DF | PG | MY),
    aggregate("variance", 1, 1, PG | MY),
    scalar("week", 1, 2, MY),
    scalar("weekday", 1, 1, MY),
    scalar("width_bucket", 2, 4, PG),
    scalar("year", 1, 1, MY),
    scalar("yearweek", 1, 2, MY),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_so_that_it_can_be_searched() {
        assert!(TABLE.is_sorted_by_key(|known| known.name));
    }

    #[test]
    fn a_function_belongs_to_its_dialects() {
        let check = |name, dialect, expect| assert_eq!(find(name, dialect).is_some(), expect, "{name} {dialect:?}");
        check("sum", Dialect::Sqlite, true);
        check("date_format", Dialect::MySql, true);
        check("date_format", Dialect::Postgres, false);
        check("first_value", Dialect::DataFusion, true);
        check("first_value", Dialect::Postgres, true);
        check("pg_sleep", Dialect::Postgres, false);
    }
}
