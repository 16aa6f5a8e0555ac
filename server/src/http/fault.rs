//! A failure on its way out: it waits for the reader's language, then becomes `{error: {code, message, hint}}`.

use axum::{
    Json,
    extract::Request,
    http::{HeaderValue, StatusCode, header::WWW_AUTHENTICATE},
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::{Language, Text};
use schema::Rejection;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    error::{ApiError, chain},
    extract::reader_language,
};
use crate::routes::sql::ReasonView;

/// What a failure is in HTTP: its status, its stable code, words, advice.
pub(super) type Parts = (StatusCode, &'static str, Text, Option<Text>);

/// The body of every failure.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct ErrorBody {
    /// What went wrong.
    error: ErrorView,
    /// Why the guard refused a statement.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    reasons: Vec<ReasonView>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
struct ErrorView {
    /// Stable, snake case.
    code: &'static str,
    /// For a person, in the language of `Accept-Language`.
    message: String,
    /// What to do.
    hint: Option<String>,
}

/// A failure as it waits for the reader's language.
#[derive(Clone)]
struct Fault {
    code: &'static str,
    message: Text,
    hint: Option<Text>,
    rejection: Option<Rejection>,
}

impl Fault {
    fn body(&self, language: Language) -> ErrorBody {
        let reasons = self.rejection.iter().flat_map(|rejection| &rejection.reasons);
        ErrorBody {
            error: ErrorView {
                code: self.code,
                message: self.message.get(language).to_owned(),
                hint: self.hint.as_ref().map(|hint| hint.get(language).to_owned()),
            },
            reasons: reasons.map(|reason| ReasonView::new(reason, language)).collect(),
        }
    }
}

/// Writes failures in the reader's language.
pub(crate) async fn in_readers_language(request: Request, next: Next) -> Response {
    let language = reader_language(request.headers());
    let mut response = next.run(request).await;
    let Some(fault) = response.extensions_mut().remove::<Fault>() else { return response };
    let authenticate = response.headers_mut().remove(WWW_AUTHENTICATE);
    let mut response = (response.status(), Json(fault.body(language))).into_response();
    if let Some(value) = authenticate {
        response.headers_mut().insert(WWW_AUTHENTICATE, value);
    }
    response
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let (status, code, message, hint) = self.parts();
        if status.is_server_error() {
            tracing::error!(code, "{}", chain(&self));
        }
        let unauthorized = matches!(self, Self::Unauthorized);
        let rejection = match self {
            Self::RejectedSql(rejection) => Some(rejection),
            _ => None,
        };
        let fault = Fault { code, message, hint, rejection };
        let mut response = (status, Json(fault.body(Language::En))).into_response();
        if unauthorized {
            response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response.extensions_mut().insert(fault);
        response
    }
}

impl ApiError {
    /// The failure as it stands in a list of answers.
    pub(crate) fn to_json(&self, language: Language) -> serde_json::Value {
        let (_, code, message, hint) = self.parts();
        serde_json::json!(Fault { code, message, hint, rejection: None }.body(language))
    }
}

pub(super) fn not_found(id: &str) -> Parts {
    (StatusCode::NOT_FOUND, "not_found", Text::new(format!("没有 `{id}`"), format!("`{id}` does not exist")), None)
}

pub(super) fn internal() -> Parts {
    hinted(
        (StatusCode::INTERNAL_SERVER_ERROR, "internal"),
        ("内部出错", "something went wrong inside"),
        ("详情见服务日志", "the service's log has the details"),
    )
}

pub(super) fn plain((status, code): (StatusCode, &'static str), (zh, en): (&str, &str)) -> Parts {
    (status, code, Text::new(zh, en), None)
}

pub(super) fn hinted((status, code): (StatusCode, &'static str), (zh, en): (&str, &str), (hint_zh, hint_en): (&str, &str)) -> Parts {
    (status, code, Text::new(zh, en), Some(Text::new(hint_zh, hint_en)))
}

pub(super) fn hinted_owned((status, code): (StatusCode, &'static str), message: Text, hint: Text) -> Parts {
    (status, code, message, Some(hint))
}

pub(super) fn worded((status, code): (StatusCode, &'static str), zh: &str, en: &str, problem: &str) -> Parts {
    (status, code, Text::new(format!("{zh}:{problem}"), format!("{en}: {problem}")), None)
}
