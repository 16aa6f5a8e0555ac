//! Reasons in both languages.

use domain::Text;

use super::Reason;

pub(super) fn unknown_dialect(name: &str) -> Reason {
    Reason {
        code: "unknown_dialect",
        message: Text::new(format!("不支持的 SQL 方言 `{name}`"), format!("the dialect `{name}` is not supported")),
        position: None,
        nearest: vec!["datafusion".into(), "postgres".into(), "mysql".into()],
        hint: None,
    }
}
