//! The HTTP way to an endpoint: our own headers and statuses, no redirects, no proxy from the environment, no retries of the library's own.

use std::time::Duration;

use async_openai::{Client, config::Config, error::OpenAIError, middleware::HttpRequestFactory};
use reqwest::{
    Response,
    header::{AUTHORIZATION, HeaderMap, HeaderValue, RETRY_AFTER},
};
use secrecy::{ExposeSecret, SecretString};

use crate::{LlmError, ModelConfig};

/// The largest answer that is read, in bytes.
const MAX_ANSWER: u64 = 8 << 20;

/// Where requests go. The library's own configuration reads the environment; this one reads nothing.
#[derive(Clone)]
pub(crate) struct Endpoint {
    base: String,
    key: SecretString,
    authorization: HeaderValue,
}

impl Endpoint {
    fn new(config: &ModelConfig) -> Result<Self, LlmError> {
        let unusable = |reason: &str| LlmError::Config { reason: reason.to_owned() };
        let url = reqwest::Url::parse(&config.base_url).map_err(|_| unusable("`base_url` is not a URL"))?;
        if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
            return Err(unusable("`base_url` must be an http or https URL"));
        }
        if config.model.trim().is_empty() {
            return Err(unusable("`model` is empty"));
        }
        let mut authorization = HeaderValue::from_str(&format!("Bearer {}", config.api_key.0))
            .map_err(|_| unusable("`api_key` holds characters that a header cannot carry"))?;
        authorization.set_sensitive(true);
        let base = config.base_url.trim_end_matches('/').to_owned();
        Ok(Self { base, key: SecretString::from(config.api_key.0.clone()), authorization })
    }
}

impl Config for Endpoint {
    fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        if !self.key.expose_secret().is_empty() {
            headers.insert(AUTHORIZATION, self.authorization.clone());
        }
        headers
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    fn query(&self) -> Vec<(&str, &str)> {
        Vec::new()
    }

    fn api_base(&self) -> &str {
        &self.base
    }

    fn api_key(&self) -> &SecretString {
        &self.key
    }
}

/// A client whose every failure is an [`LlmError`] in the library's box.
pub(crate) fn client(config: &ModelConfig) -> Result<Client<Endpoint>, LlmError> {
    let endpoint = Endpoint::new(config)?;
    let http = reqwest::Client::builder()
        .connect_timeout(config.timeout.min(Duration::from_secs(10)))
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()
        .map_err(|error| LlmError::Config { reason: reason(error) })?;
    let transport = http.clone();
    let service = tower::service_fn(move |factory: HttpRequestFactory| {
        let http = transport.clone();
        async move {
            let request = factory.build().await?;
            let response = http.execute(request).await.map_err(|error| boxed(connect(error)))?;
            accept(response).await.map_err(boxed)
        }
    });
    Ok(Client::build(http, endpoint).with_http_service(service))
}

/// The typed error inside the library's.
pub(crate) fn typed(error: OpenAIError) -> LlmError {
    match error {
        OpenAIError::Boxed(source) => match source.downcast::<LlmError>() {
            Ok(error) => *error,
            Err(other) => LlmError::Malformed { reason: other.to_string() },
        },
        OpenAIError::Reqwest(error) => connect(error),
        OpenAIError::JSONDeserialize(error, _) => LlmError::Malformed { reason: format!("it is not a chat completion: {error}") },
        other => LlmError::Malformed { reason: other.to_string() },
    }
}

fn boxed(error: LlmError) -> OpenAIError {
    OpenAIError::Boxed(Box::new(error))
}

async fn accept(response: Response) -> Result<Response, LlmError> {
    let status = response.status();
    if status.is_success() {
        return match response.content_length() {
            Some(length) if length > MAX_ANSWER => Err(LlmError::Malformed { reason: format!("it is {length} bytes long") }),
            _ => Ok(response),
        };
    }
    let retry_after = retry_after(response.headers());
    Err(match status.as_u16() {
        status @ (401 | 403) => LlmError::Unauthorized { status },
        429 => LlmError::RateLimited { retry_after },
        status => LlmError::Status { status, message: message(response).await, retry_after },
    })
}

/// The delay of a `Retry-After` header in seconds; the date form would need a clock.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds: f64 = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Duration::try_from_secs_f64(seconds).ok()
}

/// The endpoint's own words: `error.message` where there is one, the start of the body otherwise.
async fn message(mut response: Response) -> String {
    let mut body = Vec::new();
    while let Ok(Some(chunk)) = response.chunk().await {
        body.extend_from_slice(&chunk);
        if body.len() > 16 << 10 {
            break;
        }
    }
    let json: Option<serde_json::Value> = serde_json::from_slice(&body).ok();
    let words = json.as_ref().and_then(|json| json.pointer("/error/message")?.as_str()).map(str::to_owned);
    let text = words.unwrap_or_else(|| String::from_utf8_lossy(&body).into_owned());
    text.chars().filter(|c| !c.is_control()).take(200).collect()
}

fn connect(error: reqwest::Error) -> LlmError {
    if error.is_decode() || error.is_body() {
        return LlmError::Malformed { reason: reason(error) };
    }
    LlmError::Connect { reason: reason(error) }
}

/// What the network said: the innermost cause, because the outer ones name the address.
fn reason(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut cause: &dyn std::error::Error = &error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}
