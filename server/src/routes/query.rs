//! `POST /api/v1/query`: one question, one answer; and many at once.

use std::sync::Arc;

use axum::{Json, extract::State, http::HeaderMap};
use domain::{Answer, Language, Permission, Question, Scope};
use futures::{StreamExt, stream};
use jiff::{Timestamp, tz::TimeZone};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    App,
    http::{
        auth::Asker,
        error::ApiError,
        extract::{Body, Params, reader_language},
    },
    turns::record,
};

/// Earlier questions that the answer may lean on.
pub(super) const HISTORY: u32 = 20;
/// The most questions in one batch.
const MOST: usize = 100;
/// Questions of a batch answered at the same time.
const AT_ONCE: usize = 4;

/// A question.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct QueryRequest {
    /// What is asked, in Chinese or English; 8 KiB at most.
    #[schema(example = "上个月花费最高的5个服务是哪些?")]
    question: String,
    /// The language to answer in; the question's when absent.
    language: Option<Language>,
    /// When it is asked; now when absent.
    #[schema(value_type = Option<String>, format = DateTime)]
    now: Option<Timestamp>,
    /// Where "today" is (IANA name); the service's setting when absent.
    #[schema(example = "Asia/Shanghai")]
    time_zone: Option<String>,
    /// The conversation it belongs to: its earlier questions complete this one, and the answer is kept in it.
    conversation_id: Option<String>,
    /// Earlier questions, oldest first, of a conversation that is not kept here.
    #[serde(default)]
    history: Vec<String>,
}

/// Many questions.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BatchRequest {
    /// 100 at most.
    questions: Vec<QueryRequest>,
}

/// How the chart is given.
#[derive(Debug, Deserialize)]
pub(crate) struct ChartParams {
    chart: Option<ChartForm>,
}

/// A form of the chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ChartForm {
    /// As the page draws it.
    Native,
    /// A Vega-Lite 5 specification with the rows in it.
    VegaLite,
}

/// Answers one question.
#[utoipa::path(post, path = "/api/v1/query", tag = "ask", request_body = QueryRequest,
    params(("chart" = inline(Option<ChartForm>), Query, description = "`vega-lite` gives the chart as a Vega-Lite specification")),
    responses((status = 200, body = Answer)))]
pub(crate) async fn query(
    State(app): State<Arc<App>>,
    asker: Asker,
    Params(params): Params<ChartParams>,
    Body(request): Body<QueryRequest>,
) -> Result<Json<Value>, ApiError> {
    asker.must(Permission::Ask)?;
    let answer = answer(&app, &asker.0, request).await?;
    Ok(Json(view(&answer, params.chart)))
}

/// Answers many questions; each answer stands where its question stood.
#[utoipa::path(post, path = "/api/v1/query/batch", tag = "ask", request_body = BatchRequest,
    params(("chart" = inline(Option<ChartForm>), Query, description = "`vega-lite` gives the charts as Vega-Lite specifications")),
    responses((status = 200, description = "`{answers: [Answer]}`; a question that could not be asked has `{error}` in its place")))]
pub(crate) async fn batch(
    State(app): State<Arc<App>>,
    asker: Asker,
    Params(params): Params<ChartParams>,
    headers: HeaderMap,
    Body(request): Body<BatchRequest>,
) -> Result<Json<Value>, ApiError> {
    asker.must(Permission::Ask)?;
    let language = reader_language(&headers);
    if request.questions.len() > MOST {
        return Err(ApiError::InvalidBody { problem: format!("{} questions; a batch holds {MOST}", request.questions.len()) });
    }
    let answers: Vec<_> = stream::iter(request.questions)
        .map(|question| answer(&app, &asker.0, question))
        .buffered(AT_ONCE)
        .map(|answer| match answer {
            Ok(answer) => view(&answer, params.chart),
            Err(error) => error.to_json(language),
        })
        .collect()
        .await;
    Ok(Json(json!({"answers": answers})))
}

/// One turn without a stream. When the client goes away the turn is dropped, and with it what it had begun.
async fn answer(app: &Arc<App>, asker: &Scope, request: QueryRequest) -> Result<Answer, ApiError> {
    let history = match &request.conversation_id {
        Some(id) => app.store().questions(id, &asker.user, HISTORY).await?,
        None => request.history,
    };
    let text = question_text(request.question)?;
    let question = Question {
        text,
        language: request.language,
        asker: asker.clone(),
        history,
        now: request.now.unwrap_or_else(Timestamp::now),
        time_zone: time_zone(app, request.time_zone.as_deref())?,
    };
    let cancel = CancellationToken::new();
    let _stops_what_is_left = cancel.clone().drop_guard();
    let (events, unread) = mpsc::channel(1);
    drop(unread);
    let (started, run, limit) = (Timestamp::now(), Uuid::now_v7().to_string(), app.config.limits.turn);
    let turn = app.copilot.turn(&run, question, events, cancel);
    let answer = tokio::time::timeout(limit, turn).await.map_err(|_| ApiError::Timeout { limit })?;
    record(app, &asker.user, request.conversation_id.as_deref(), &answer, started).await;
    Ok(answer)
}

fn view(answer: &Answer, form: Option<ChartForm>) -> Value {
    let mut view = json!(answer);
    if let (Some(ChartForm::VegaLite), Some(chart), Some(table)) = (form, &answer.chart, &answer.table) {
        view["chart"] = chart.to_vega_lite(table);
    }
    view
}

/// A question that can be asked: not empty, not too long.
pub(super) fn question_text(text: String) -> Result<String, ApiError> {
    match text.trim() {
        "" => Err(ApiError::EmptyQuestion),
        _ if text.len() > Question::MAX_BYTES => Err(ApiError::QuestionTooLong { bytes: text.len() }),
        _ => Ok(text),
    }
}

/// The time zone of a name; the service's own where none is given.
pub(super) fn time_zone(app: &App, name: Option<&str>) -> Result<TimeZone, ApiError> {
    match name {
        None => Ok(app.config.time_zone.clone()),
        Some(name) => TimeZone::get(name).map_err(|_| ApiError::UnknownTimeZone { name: name.to_owned() }),
    }
}
