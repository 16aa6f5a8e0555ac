//! Who asks: the owner of the machine where no key is configured, else the holder of a key.

use std::sync::Arc;

use axum::{
    extract::{FromRequestParts, Request, State},
    http::{HeaderMap, header::AUTHORIZATION, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::{ChangeRequest, Permission, Scope};

use super::error::ApiError;
use crate::{App, config::KeyHash};

/// The asker of a request that passed [`require`].
pub(crate) struct Asker(pub Scope);

impl Asker {
    /// Refuses an asker who may not.
    pub(crate) fn must(&self, permission: Permission) -> Result<(), ApiError> {
        if self.0.may(permission) { Ok(()) } else { Err(ApiError::Forbidden) }
    }

    /// Whether all accounts of a change are the asker's to see.
    pub(crate) fn sees(&self, change: &ChangeRequest) -> bool {
        change.accounts.iter().all(|account| self.0.sees_account(account))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Asker {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        parts.extensions.get::<Scope>().cloned().map(Self).ok_or(ApiError::Unauthorized)
    }
}

/// Lets requests with a known key through, and says the same to all others.
pub(crate) async fn require(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    let Some(scope) = asker(&app, request.headers()) else { return ApiError::Unauthorized.into_response() };
    request.extensions_mut().insert(scope);
    next.run(request).await
}

fn asker(app: &App, headers: &HeaderMap) -> Option<Scope> {
    if app.keys.is_empty() {
        return Some(Scope::owner("local"));
    }
    let (scheme, key) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return None;
    }
    let presented = KeyHash::of(key.trim());
    // Every key is compared, so that the time taken does not tell which one came near.
    let mut found = None;
    for key in &app.keys {
        if key.hash.matches(&presented) {
            found = Some(&key.scope);
        }
    }
    found.cloned()
}
