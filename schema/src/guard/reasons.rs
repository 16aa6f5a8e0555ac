//! Reasons in both languages, and names made safe to repeat.

use domain::Text;
use sqlparser::tokenizer::{Location, Span};

use super::{Position, Reason};

/// What a check returns: boxed, because a reason is large and rare.
pub(super) type Checked<T> = Result<T, Box<Reason>>;

impl Reason {
    /// A reason without a place.
    pub(super) fn new(code: &'static str, zh: impl Into<String>, en: impl Into<String>) -> Box<Self> {
        Box::new(Self { code, message: Text::new(zh, en), position: None, nearest: Vec::new(), hint: None })
    }

    /// The same with the place where a span starts; a made-up span has none.
    pub(super) fn at(self: Box<Self>, span: Span) -> Box<Self> {
        self.at_location(span.start)
    }

    /// The same with a place.
    pub(super) fn at_location(mut self: Box<Self>, place: Location) -> Box<Self> {
        if place.line > 0 {
            self.position = Some(Position { line: place.line, column: place.column });
        }
        self
    }

    /// The same with what to do.
    pub(super) fn hint(mut self: Box<Self>, zh: impl Into<String>, en: impl Into<String>) -> Box<Self> {
        self.hint = Some(Text::new(zh, en));
        self
    }

    /// The same with the nearest allowed names.
    pub(super) fn near(mut self: Box<Self>, names: Vec<String>) -> Box<Self> {
        self.nearest = names;
        self
    }
}

/// A name as a message may repeat it: short, and without anything that could be taken for code.
pub(super) fn show(name: &str) -> String {
    let cut: String = name.chars().take(64).collect();
    let harmless = cut.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | ' ' | '-' | '$'));
    if harmless { cut } else { "…".to_owned() }
}

pub(super) fn unknown_dialect(name: &str) -> Reason {
    let name = show(name);
    *Reason::new("unknown_dialect", format!("不支持 SQL 方言 `{name}`"), format!("the dialect `{name}` is not supported")).near(vec![
        "datafusion".into(),
        "postgres".into(),
        "mysql".into(),
    ])
}

pub(super) fn unknown_table(name: &str, span: Span, nearest: Vec<String>) -> Box<Reason> {
    let name = show(name);
    Reason::new("unknown_table", format!("没有可查询的表 `{name}`"), format!("there is no table `{name}` to query"))
        .at(span)
        .near(nearest)
        .hint("只能查询模型里列出的表", "only tables of the model can be queried")
}

pub(super) fn unknown_column(name: &str, span: Span, nearest: Vec<String>) -> Box<Reason> {
    let name = show(name);
    Reason::new("unknown_column", format!("没有列 `{name}`"), format!("there is no column `{name}`"))
        .at(span)
        .near(nearest)
        .hint("请改用所查表里的列,并给每个表一个别名", "use a column of the tables in FROM, qualified by their alias")
}

pub(super) fn not_allowed(what_zh: &str, what_en: &str) -> Box<Reason> {
    Reason::new("not_allowed", format!("不允许使用{what_zh}"), format!("{what_en} is not allowed"))
}

pub(super) fn not_a_query(span: Span) -> Box<Reason> {
    Reason::new("not_a_query", "只能执行一条 SELECT 查询", "only a single SELECT query can be run")
        .at(span)
        .hint("请改写成 SELECT", "write a SELECT")
}

/// Something over its bound.
pub(super) fn too_large(code: &'static str, zh: &str, en: &str, bound: impl std::fmt::Display) -> Box<Reason> {
    Reason::new(code, format!("{zh}(上限 {bound})"), format!("{en} (the bound is {bound})"))
}
