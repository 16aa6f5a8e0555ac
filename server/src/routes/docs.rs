//! `/api/openapi.json`, and `/docs`: the same for a person, one self-contained page.

use axum::{Json, response::Html};
use serde_json::Value;
use utoipa::openapi::OpenApi;

/// The OpenAPI document.
#[utoipa::path(get, path = "/api/openapi.json", tag = "service", security(()), responses((status = 200, description = "OpenAPI 3.1")))]
pub(crate) async fn openapi_json() -> Json<OpenApi> {
    Json(crate::openapi())
}

/// The routes as a page.
#[utoipa::path(get, path = "/docs", tag = "service", security(()), responses((status = 200, content_type = "text/html", description = "This document for a person")))]
pub(crate) async fn docs() -> Html<String> {
    let document = serde_json::to_value(crate::openapi()).unwrap_or_default();
    Html(page(&document))
}

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}\
    h2{margin-top:2.5rem;border-bottom:1px solid #8884}section{margin:1.5rem 0}code,pre{font:14px/1.5 ui-monospace,monospace}\
    pre{background:#8881;padding:.75rem;border-radius:.5rem;overflow-x:auto}b.m{display:inline-block;min-width:4rem}";

fn page(document: &Value) -> String {
    let mut html = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>CloudLens API</title><style>{STYLE}</style></head><body><h1>CloudLens API</h1>\
         <p>The machine-readable form is <a href=\"/api/openapi.json\">/api/openapi.json</a>. 机器可读的版本见上面的链接。</p>\
         <p>Where keys are configured, send <code>Authorization: Bearer &lt;key&gt;</code>. 设置了密钥时,请在请求头中携带密钥。</p>"
    );
    let mut tags: Vec<(String, String)> = Vec::new();
    for (path, method, operation) in operations(document) {
        let tag = operation["tags"][0].as_str().unwrap_or("other").to_owned();
        let section = operation_html(document, path, method, operation);
        match tags.iter_mut().find(|(name, _)| *name == tag) {
            Some((_, sections)) => sections.push_str(&section),
            None => tags.push((tag, section)),
        }
    }
    for (tag, sections) in tags {
        html.push_str(&format!("<h2>{}</h2>{sections}", escape(&tag)));
    }
    html.push_str("</body></html>");
    html
}

fn operations(document: &Value) -> impl Iterator<Item = (&str, &str, &Value)> {
    let paths = document["paths"].as_object().into_iter().flatten();
    paths.flat_map(|(path, item)| {
        item.as_object().into_iter().flatten().map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
    })
}

fn operation_html(document: &Value, path: &str, method: &str, operation: &Value) -> String {
    let words = [&operation["summary"], &operation["description"]].map(|text| escape(text.as_str().unwrap_or_default()));
    let mut html =
        format!("<section><b class=\"m\">{}</b> <code>{}</code><br>{} {}", method.to_uppercase(), escape(path), words[0], words[1]);
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        let text = |key: &str| escape(parameter[key].as_str().unwrap_or_default());
        html.push_str(&format!("<br><code>{}</code> ({}) {}", text("name"), text("in"), text("description")));
    }
    let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
    if let Some(name) = schema["$ref"].as_str().and_then(|reference| reference.rsplit('/').next()) {
        let fields = document["components"]["schemas"][name]["properties"].as_object().into_iter().flatten();
        let lines: Vec<_> =
            fields.map(|(field, about)| escape(&format!("{field}: {}", about["description"].as_str().unwrap_or_default()))).collect();
        html.push_str(&format!("<pre>{}</pre>", lines.join("\n")));
    }
    html.push_str("</section>");
    html
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
