//! Every way a request can fail, and what it is in HTTP: a status, a stable code, words in both languages.

use std::{error::Error, time::Duration};

use axum::http::StatusCode;
use domain::{ChangeStatus, Question, Text};
use retrieval::KnowledgeError;
use schema::Rejection;
use store::StoreError;
use tools::ToolError;
use warehouse::WarehouseError;

use super::fault::{Parts, hinted, hinted_owned, internal, not_found, plain, worded};

/// Why a request failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ApiError {
    #[error("no key, or none that is known")]
    Unauthorized,
    #[error("the asker may not")]
    Forbidden,
    #[error("the request came from another site")]
    ForeignOrigin,
    #[error("no such route")]
    NoRoute,
    #[error("the route does not take this method")]
    MethodNotAllowed,
    #[error("the body is not JSON by its content type")]
    NotJson,
    #[error("the body does not fit: {problem}")]
    InvalidBody { problem: String },
    #[error("the body is too large")]
    BodyTooLarge,
    #[error("a parameter does not fit: {problem}")]
    InvalidParameter { problem: String },
    #[error("the question is empty")]
    EmptyQuestion,
    #[error("the question is {bytes} bytes long")]
    QuestionTooLong { bytes: usize },
    #[error("`{name}` is not a time zone")]
    UnknownTimeZone { name: String },
    #[error("`{id}` does not exist")]
    NotFound { id: String },
    #[error("the guard refused the statement")]
    RejectedSql(#[source] Rejection),
    #[error("no cloud is connected")]
    NoCloud,
    #[error("no documents")]
    NoDocuments,
    #[error("took longer than {} s", limit.as_secs())]
    Timeout { limit: Duration },
    #[error("the turn broke")]
    TurnBroke,
    #[error(transparent)]
    Tool(#[from] ToolError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Warehouse(#[from] WarehouseError),
    #[error(transparent)]
    Knowledge(#[from] KnowledgeError),
}

impl ApiError {
    /// Status, code, words and advice.
    pub(super) fn parts(&self) -> Parts {
        match self {
            Self::Unauthorized => hinted(
                (StatusCode::UNAUTHORIZED, "unauthorized"),
                ("需要有效的密钥", "a valid key is needed"),
                ("在请求头加上 `Authorization: Bearer <密钥>`", "send `Authorization: Bearer <key>`"),
            ),
            Self::Forbidden => plain((StatusCode::FORBIDDEN, "forbidden"), ("您没有执行此操作的权限", "you are not allowed to do this")),
            Self::ForeignOrigin => plain(
                (StatusCode::FORBIDDEN, "foreign_origin"),
                ("未设置密钥时,只接受来自本机页面的请求", "without keys, only requests from pages of this machine are served"),
            ),
            Self::NoRoute => hinted(
                (StatusCode::NOT_FOUND, "unknown_route"),
                ("没有这个接口", "there is no such route"),
                ("接口列表见 /docs", "the routes are listed at /docs"),
            ),
            Self::MethodNotAllowed => hinted(
                (StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed"),
                ("此接口不支持该方法", "the route does not take this method"),
                ("接口列表见 /docs", "the routes are listed at /docs"),
            ),
            Self::NotJson => hinted(
                (StatusCode::UNSUPPORTED_MEDIA_TYPE, "not_json"),
                ("请求体必须是 JSON", "the body must be JSON"),
                ("在请求头加上 `Content-Type: application/json`", "send `Content-Type: application/json`"),
            ),
            Self::InvalidBody { problem } => {
                worded((StatusCode::BAD_REQUEST, "invalid_body"), "请求体不正确", "the body does not fit", problem)
            }
            Self::BodyTooLarge => plain((StatusCode::PAYLOAD_TOO_LARGE, "body_too_large"), ("请求体过大", "the body is too large")),
            Self::InvalidParameter { problem } => {
                worded((StatusCode::BAD_REQUEST, "invalid_parameter"), "参数不正确", "a parameter does not fit", problem)
            }
            Self::EmptyQuestion => plain((StatusCode::BAD_REQUEST, "empty_question"), ("问题为空", "the question is empty")),
            Self::QuestionTooLong { bytes } => hinted_owned(
                (StatusCode::PAYLOAD_TOO_LARGE, "question_too_long"),
                Text::new(
                    format!("问题太长:{bytes} 字节,最多 {} 字节", Question::MAX_BYTES),
                    format!("the question has {bytes} bytes; {} are read at most", Question::MAX_BYTES),
                ),
                Text::new(
                    "请缩短问题;长文档请用 /api/v1/knowledge/documents 添加",
                    "ask a shorter one; long texts belong in /api/v1/knowledge/documents",
                ),
            ),
            Self::UnknownTimeZone { name } => hinted_owned(
                (StatusCode::BAD_REQUEST, "unknown_time_zone"),
                Text::new(format!("`{name}` 不是时区"), format!("`{name}` is not a time zone")),
                Text::new("使用 IANA 名称,如 Asia/Shanghai", "use an IANA name such as Asia/Shanghai"),
            ),
            Self::NotFound { id } => not_found(id),
            Self::RejectedSql(_) => hinted(
                (StatusCode::UNPROCESSABLE_ENTITY, "rejected_sql"),
                ("语句未通过检查", "the statement was refused"),
                ("原因见 `reasons`", "`reasons` says why"),
            ),
            Self::NoCloud => hinted(
                (StatusCode::CONFLICT, "no_cloud"),
                ("没有连接云环境,变更无法执行", "no cloud is connected, so nothing can be carried out"),
                ("`cloudlens demo` 会建立一个演示环境", "`cloudlens demo` makes one"),
            ),
            Self::NoDocuments => hinted(
                (StatusCode::CONFLICT, "no_documents"),
                ("还没有文档", "there are no documents yet"),
                ("用 `cloudlens knowledge add` 添加", "add some with `cloudlens knowledge add`"),
            ),
            Self::Timeout { limit } => hinted_owned(
                (StatusCode::GATEWAY_TIMEOUT, "timeout"),
                Text::new(
                    format!("处理超过 {} 秒,已停止", limit.as_secs()),
                    format!("it took longer than {} s and was stopped", limit.as_secs()),
                ),
                Text::new("请缩短时间范围或把问题拆开", "ask for a shorter period, or in parts"),
            ),
            Self::TurnBroke => internal(),
            Self::Tool(error) => (tool_status(error.code), error.code, error.safe.clone(), None),
            Self::Store(error) => store_parts(error),
            Self::Warehouse(error) => warehouse_parts(error),
            Self::Knowledge(error) => knowledge_parts(error),
        }
    }
}

fn tool_status(code: &str) -> StatusCode {
    match code {
        "invalid_arguments" => StatusCode::BAD_REQUEST,
        "forbidden" => StatusCode::FORBIDDEN,
        "not_found" => StatusCode::NOT_FOUND,
        "conflict" => StatusCode::CONFLICT,
        "rejected_sql" => StatusCode::UNPROCESSABLE_ENTITY,
        "timeout" => StatusCode::GATEWAY_TIMEOUT,
        "cancelled" | "unavailable" => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

fn store_parts(error: &StoreError) -> Parts {
    match error {
        StoreError::NotFound { id } => not_found(id),
        StoreError::WrongState { id, status } => {
            let (zh, en) = spoken(*status);
            hinted_owned(
                (StatusCode::CONFLICT, "wrong_state"),
                Text::new(
                    format!("变更 `{id}` 目前是「{zh}」,不能执行此操作"),
                    format!("change `{id}` is {en}, which does not allow this"),
                ),
                Text::new("刷新后再看它的状态", "look at it again: someone may have decided it"),
            )
        }
        StoreError::Open { .. } | StoreError::Database { .. } | StoreError::Corrupt { .. } => internal(),
    }
}

fn warehouse_parts(error: &WarehouseError) -> Parts {
    let too_much = Text::new("请缩短时间范围或减少分组", "ask for a shorter period or fewer groups");
    match error {
        WarehouseError::Cancelled => plain((StatusCode::SERVICE_UNAVAILABLE, "cancelled"), ("查询已取消", "the query was cancelled")),
        WarehouseError::Timeout { .. } => {
            hinted_owned((StatusCode::GATEWAY_TIMEOUT, "timeout"), Text::new("查询超时", "the query took too long"), too_much)
        }
        WarehouseError::Memory { .. } => hinted_owned(
            (StatusCode::UNPROCESSABLE_ENTITY, "too_much_memory"),
            Text::new("查询占用的内存过多", "the query needs too much memory"),
            too_much,
        ),
        WarehouseError::Query { message, .. } => {
            worded((StatusCode::UNPROCESSABLE_ENTITY, "query_failed"), "查询无法执行", "the query cannot be run", message)
        }
        WarehouseError::NotAQuery { .. }
        | WarehouseError::Folder { .. }
        | WarehouseError::Store { .. }
        | WarehouseError::Busy { .. }
        | WarehouseError::File { .. }
        | WarehouseError::Row(_)
        | WarehouseError::TooManyRejects { .. }
        | WarehouseError::Task { .. } => internal(),
    }
}

fn knowledge_parts(error: &KnowledgeError) -> Parts {
    match error {
        KnowledgeError::FrontMatter { line, problem, .. } => worded(
            (StatusCode::UNPROCESSABLE_ENTITY, "invalid_document"),
            "文档开头的说明不正确",
            "the document's front matter cannot be understood",
            &format!("line {line}: {problem}"),
        ),
        KnowledgeError::Locked { .. } | KnowledgeError::Io { .. } | KnowledgeError::Index { .. } => internal(),
    }
}

fn spoken(status: ChangeStatus) -> (&'static str, &'static str) {
    match status {
        ChangeStatus::Proposed => ("待审批", "proposed"),
        ChangeStatus::Approved => ("已批准", "approved"),
        ChangeStatus::Rejected => ("已拒绝", "rejected"),
        ChangeStatus::Executing => ("执行中", "being carried out"),
        ChangeStatus::Verified => ("已完成", "done"),
        ChangeStatus::Failed => ("失败", "failed"),
        ChangeStatus::RolledBack => ("已回滚", "rolled back"),
    }
}

/// The messages of an error and of what caused it, for the log.
pub(crate) fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
