//! Every environment variable, declared and explained once.

use domain::Text;

/// What a variable's text is read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// As it stands.
    Text,
    /// A whole number.
    Number,
}

/// An environment variable that sets a setting.
#[derive(Clone, Copy, Debug)]
pub struct Variable {
    /// Its name.
    pub name: &'static str,
    /// The setting, dotted, as in `cloudlens.toml`.
    pub setting: &'static str,
    /// What it is, in Chinese and English.
    meaning: (&'static str, &'static str),
    /// What it is read as.
    pub(crate) kind: Kind,
    /// Whether its value is never shown.
    pub secret: bool,
}

impl Variable {
    /// What it is.
    pub fn meaning(&self) -> Text {
        Text::new(self.meaning.0, self.meaning.1)
    }
}

/// Names the settings file instead of `./cloudlens.toml`.
pub(crate) const CONFIG_FILE: &str = "CLOUDLENS_CONFIG";
/// A key that may do everything; the quick way to serve others.
pub(crate) const API_KEY: &str = "CLOUDLENS_API_KEY";

/// Every variable that sets a setting. Besides these, `CLOUDLENS_CONFIG` names the settings file and `CLOUDLENS_API_KEY` is a key
/// that may see and do everything.
pub const VARIABLES: &[Variable] = &[
    text("CLOUDLENS_DATA", "data", ("数据目录", "the folder everything is kept in")),
    text("CLOUDLENS_TIME_ZONE", "time_zone", ("未指明时区时使用的时区(IANA 名称)", "the time zone of askers who name none (IANA name)")),
    text("CLOUDLENS_ADDRESS", "server.address", ("监听地址", "where to listen, such as 127.0.0.1:8080")),
    number("CLOUDLENS_LIMIT_ROWS", "limits.rows", ("每次查询最多返回的行数", "the most rows a query returns")),
    number("CLOUDLENS_LIMIT_QUERY_SECONDS", "limits.query_seconds", ("每次查询的最长时间(秒)", "the longest a query may take")),
    number("CLOUDLENS_LIMIT_MEMORY_MB", "limits.memory_mb", ("查询引擎可用内存(MB)", "memory of the query engine")),
    number("CLOUDLENS_LIMIT_TURN_SECONDS", "limits.turn_seconds", ("每个问题的最长处理时间(秒)", "the longest a question may take")),
    number("CLOUDLENS_LIMIT_BODY_KB", "limits.body_kb", ("请求体的最大长度(KB)", "the largest request body")),
    text("CLOUDLENS_MODEL_BASE_URL", "model.base_url", ("模型接口地址(OpenAI 兼容)", "the model endpoint (OpenAI-compatible)")),
    secret("CLOUDLENS_MODEL_API_KEY", "model.api_key", ("模型接口密钥", "the model endpoint's key")),
    text("CLOUDLENS_MODEL", "model.model", ("模型名称", "the model's name")),
    number(
        "CLOUDLENS_MODEL_TIMEOUT_SECONDS",
        "model.timeout_seconds",
        ("单次模型请求的最长时间(秒)", "the longest a request to the model may take"),
    ),
    secret("CLOUDLENS_WEBHOOK_URL", "notify.webhook_url", ("接收变更通知的地址", "where news of change requests is sent")),
    secret("CLOUDLENS_WEBHOOK_SECRET", "notify.secret", ("通知签名密钥", "what the notifications are signed with")),
];

const fn text(name: &'static str, setting: &'static str, meaning: (&'static str, &'static str)) -> Variable {
    Variable { name, setting, meaning, kind: Kind::Text, secret: false }
}

const fn number(name: &'static str, setting: &'static str, meaning: (&'static str, &'static str)) -> Variable {
    Variable { name, setting, meaning, kind: Kind::Number, secret: false }
}

const fn secret(name: &'static str, setting: &'static str, meaning: (&'static str, &'static str)) -> Variable {
    Variable { name, setting, meaning, kind: Kind::Text, secret: true }
}
