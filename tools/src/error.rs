//! A tool's failure: one text for the operator, one that is safe to show.

use std::error::Error;

use domain::{Permission, Text};
use retrieval::KnowledgeError;
use schema::Rejection;
use store::StoreError;
use warehouse::WarehouseError;

/// A failure with two texts: one for the operator's log, one that is safe to show a person or a model.
#[derive(Debug, thiserror::Error)]
#[error("{operator}")]
pub struct ToolError {
    /// A stable code: `invalid_arguments`, `forbidden`, `rejected_sql`, `timeout`, `cancelled`, `not_found`, `conflict`, `unavailable`, `failed`.
    pub code: &'static str,
    /// For the log.
    pub operator: String,
    /// Safe to show, in both languages.
    pub safe: Text,
}

impl ToolError {
    /// A failure whose safe text says all there is.
    pub fn new(code: &'static str, safe: Text) -> Self {
        Self { code, operator: safe.en.clone(), safe }
    }

    /// The arguments are not what the tool takes.
    pub fn invalid(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self::new("invalid_arguments", Text::new(zh, en))
    }

    /// The asker may not.
    pub fn forbidden(permission: Permission) -> Self {
        let (zh, en) = match permission {
            Permission::Ask => ("提问", "ask questions"),
            Permission::Propose => ("提出变更", "propose changes"),
            Permission::Approve => ("审批变更", "approve changes"),
            Permission::ManageKnowledge => ("管理文档", "manage documents"),
            Permission::Administer => ("管理系统", "administer the service"),
        };
        Self::new("forbidden", Text::new(format!("您没有{zh}的权限"), format!("you are not allowed to {en}")))
    }

    /// What was asked for is not there, or not for this asker: the text is the same for both.
    pub fn not_found(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self::new("not_found", Text::new(zh, en))
    }

    /// The state of things does not allow it.
    pub fn conflict(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self::new("conflict", Text::new(zh, en))
    }

    /// Something broke that the asker can do nothing about.
    pub fn failed(doing: &str, problem: &dyn Error) -> Self {
        Self {
            code: "failed",
            operator: format!("{doing}: {}", chain(problem)),
            safe: Text::new("内部出错,详情见服务日志", "something went wrong inside; the service's log has the details"),
        }
    }
}

/// The messages of an error and of what caused it, for a log.
fn chain(problem: &dyn Error) -> String {
    let mut text = problem.to_string();
    let mut cause = problem.source();
    while let Some(problem) = cause {
        text.push_str(": ");
        text.push_str(&problem.to_string());
        cause = problem.source();
    }
    text
}

impl From<Rejection> for ToolError {
    fn from(rejection: Rejection) -> Self {
        let say = |pick: fn(&Text) -> &str, separator: &str| {
            let each = rejection.reasons.iter().map(|reason| match &reason.hint {
                Some(hint) => format!("{}({})", pick(&reason.message), pick(hint)),
                None => pick(&reason.message).to_owned(),
            });
            each.collect::<Vec<_>>().join(separator)
        };
        let codes: Vec<_> = rejection.reasons.iter().map(|reason| reason.code).collect();
        Self {
            code: "rejected_sql",
            operator: format!("the guard refused a statement: {}", codes.join(", ")),
            safe: Text::new(say(|text| &text.zh, ";"), say(|text| &text.en, "; ")),
        }
    }
}

impl From<WarehouseError> for ToolError {
    fn from(problem: WarehouseError) -> Self {
        let (code, safe) = match &problem {
            WarehouseError::Cancelled => ("cancelled", Text::new("查询已取消", "the query was cancelled")),
            WarehouseError::Timeout { .. } => (
                "timeout",
                Text::new("查询超时,请缩短时间范围或减少分组", "the query took too long; ask for a shorter period or fewer groups"),
            ),
            WarehouseError::Memory { .. } => (
                "timeout",
                Text::new(
                    "查询占用内存过多,请缩短时间范围或减少分组",
                    "the query needs too much memory; ask for a shorter period or fewer groups",
                ),
            ),
            WarehouseError::Query { message, .. } => {
                ("failed", Text::new(format!("查询无法执行:{message}"), format!("the query cannot be run: {message}")))
            }
            _ => ("failed", Text::new("数据仓库出错,详情见服务日志", "the warehouse failed; the service's log has the details")),
        };
        Self { code, operator: chain(&problem), safe }
    }
}

impl From<StoreError> for ToolError {
    fn from(problem: StoreError) -> Self {
        match &problem {
            StoreError::NotFound { id } => Self::not_found(format!("没有变更 `{id}`"), format!("there is no change `{id}`")),
            StoreError::WrongState { id, .. } => Self::conflict(
                format!("变更 `{id}` 的当前状态不允许此操作"),
                format!("change `{id}` is in a state that does not allow this"),
            ),
            _ => Self::failed("use the store", &problem),
        }
    }
}

impl From<KnowledgeError> for ToolError {
    fn from(problem: KnowledgeError) -> Self {
        Self::failed("search the documents", &problem)
    }
}
