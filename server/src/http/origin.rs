//! Where a request comes from, when anyone on this machine may ask: a page of another site must not be able to.
//!
//! Without keys the service listens on loopback only. A browser would still carry requests of foreign pages to it: by a name that
//! resolves to 127.0.0.1 (DNS rebinding), or straight across sites. The first shows in `Host`, the second in `Origin`.

use std::{net::IpAddr, sync::Arc};

use axum::{
    extract::{Request, State},
    http::{
        HeaderMap,
        header::{HOST, HeaderName, ORIGIN},
        uri::Authority,
    },
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::error::ApiError;
use crate::App;

/// Refuses requests that came by a foreign name or from a foreign page, where no key is needed.
pub(crate) async fn check(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    if app.keys.is_empty() && !is_from_here(&request) {
        return ApiError::ForeignOrigin.into_response();
    }
    next.run(request).await
}

fn is_from_here(request: &Request) -> bool {
    let host = request.uri().authority().map(|authority| authority.as_str()).or_else(|| text(request.headers(), HOST));
    let by_own_name = host.is_some_and(is_loopback);
    let origin = text(request.headers(), ORIGIN);
    let own_page = origin.is_none_or(|origin| origin.split_once("://").is_some_and(|(_, authority)| is_loopback(authority)));
    by_own_name && own_page
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

fn is_loopback(authority: &str) -> bool {
    let Ok(authority) = authority.parse::<Authority>() else { return false };
    let host = authority.host().trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    #[test]
    fn only_this_machine_by_its_own_name_is_here() {
        let check = |host: &str, origin: Option<&str>, expect: bool| {
            let mut request = Request::builder().uri("/api/v1/query").header(HOST, host);
            if let Some(origin) = origin {
                request = request.header(ORIGIN, origin);
            }
            let request = request.body(Body::empty()).expect("a request");
            assert_eq!(is_from_here(&request), expect, "{host} {origin:?}");
        };
        check("127.0.0.1:8080", None, true);
        check("localhost:8080", Some("http://localhost:5173"), true);
        check("[::1]:8080", Some("http://[::1]:8080"), true);
        check("LOCALHOST", None, true);
        check("evil.example", None, false);
        check("127.0.0.1.evil.example:8080", None, false);
        check("localhost.evil.example", None, false);
        check("127.0.0.1:8080", Some("https://evil.example"), false);
        check("127.0.0.1:8080", Some("http://localhost.evil.example"), false);
        check("127.0.0.1:8080", Some("null"), false);
        check("", None, false);
    }
}
