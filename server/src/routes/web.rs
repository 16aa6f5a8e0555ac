//! The chat page, embedded in the binary, and every other path a browser may ask for.

use axum::{
    extract::Request,
    http::{
        HeaderMap, HeaderValue, Method, StatusCode,
        header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH},
    },
    response::{Html, IntoResponse, Response},
};
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::http::error::ApiError;

/// What Vite built, when the binary was.
#[derive(RustEmbed)]
#[folder = "../web/dist"]
#[allow_missing = true]
struct Page;

const NOT_BUILT: &str = "<!doctype html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><title>CloudLens</title></head><body>\
    <h1>CloudLens</h1><p>这个程序在编译时没有包含聊天页面。请在源码目录运行 <code>cargo xtask demo</code>,或先在 <code>web/</code> 中运行 \
    <code>npm ci &amp;&amp; npm run build</code> 再编译。</p><p>This binary was built without the chat page. Run <code>cargo xtask demo</code> in the source \
    folder, or <code>npm ci &amp;&amp; npm run build</code> in <code>web/</code> and build again.</p>\
    <p><a href=\"/docs\">API</a></p></body></html>";

/// A file of the page; the page itself for paths of its own; a failure in our shape under `/api`.
pub(crate) async fn fallback(request: Request) -> Response {
    let path = request.uri().path().trim_start_matches('/');
    if path == "api" || path.starts_with("api/") || path.starts_with("v1/") {
        return ApiError::NoRoute.into_response();
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return ApiError::MethodNotAllowed.into_response();
    }
    if let Some(file) = Page::get(path) {
        return serve(path, file, request.headers());
    }
    // A file that is not there is not the page: an old tab that asks for a script of yesterday must not get HTML.
    if path.rsplit('/').next().is_some_and(|name| name.contains('.')) {
        return ApiError::NoRoute.into_response();
    }
    match Page::get("index.html") {
        Some(file) => serve("index.html", file, request.headers()),
        None => Html(NOT_BUILT).into_response(),
    }
}

/// Vite puts a hash of the content in the names under `assets/`: those never change. The rest is asked for again each time.
fn serve(path: &str, file: EmbeddedFile, headers: &HeaderMap) -> Response {
    let tag: String = file.metadata.sha256_hash().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    let tag = format!("\"{tag}\"");
    let cache = if path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    let unchanged = headers.get(IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes());
    let mut response = if unchanged { StatusCode::NOT_MODIFIED.into_response() } else { file.data.into_response() };
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(cache));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(ETAG, tag);
    }
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type(path)));
    response
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "json" | "map" => "application/json",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        "webmanifest" => "application/manifest+json",
        _ => "application/octet-stream",
    }
}
