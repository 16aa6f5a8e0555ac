//! Sends a notification to one address: signed, with a time limit, tried again a few times.

use std::time::Duration;

use domain::ChangeRequest;
use reqwest::{Client, StatusCode, Url, header::CONTENT_TYPE, redirect};
use serde::Serialize;

use crate::sign;

/// Carries `v1=` and the HMAC of `timestamp.body`.
pub const SIGNATURE_HEADER: &str = "x-cloudlens-signature";
/// Carries the time of sending, in seconds since 1970.
pub const TIMESTAMP_HEADER: &str = "x-cloudlens-timestamp";

const TRIES: u32 = 3;
const TIME_LIMIT: Duration = Duration::from_secs(5);
const FIRST_PAUSE: Duration = Duration::from_millis(250);

/// What a webhook's body says.
#[derive(Clone, Debug, Serialize)]
pub struct Notification {
    /// Its id, the same at every try: receivers drop what they have seen.
    pub id: String,
    /// What happened: `change.proposed`, `change.approved`, `change.executed` …
    pub event: String,
    /// Who did it.
    pub actor: String,
    /// The change request as it is now.
    pub change: ChangeRequest,
}

/// Why a notification did not arrive. Nothing here shows the address or the secret: addresses of chat robots are secrets themselves.
#[derive(Debug, thiserror::Error)]
pub enum NotifyError {
    /// The address cannot be used.
    #[error("the webhook's address is not an `http` or `https` URL")]
    Address,
    /// The body cannot be written.
    #[error("the notification cannot be written as JSON")]
    Body(#[source] serde_json::Error),
    /// The receiver said no.
    #[error("the webhook's receiver answered {status}")]
    Refused {
        /// What it answered.
        status: u16,
    },
    /// The receiver did not answer.
    #[error("the webhook's receiver did not answer")]
    Unreachable(#[source] reqwest::Error),
}

/// A receiver of notifications. Cheap to clone.
#[derive(Clone)]
pub struct Webhook {
    client: Client,
    url: Url,
    secret: String,
    first_pause: Duration,
}

impl std::fmt::Debug for Webhook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Webhook(***)")
    }
}

impl Webhook {
    /// A receiver at a URL that shares a secret with us.
    pub fn new(url: &str, secret: &str) -> Result<Self, NotifyError> {
        let url = Url::parse(url).ok().filter(|url| matches!(url.scheme(), "http" | "https")).ok_or(NotifyError::Address)?;
        // A redirect would send the signed body to an address nobody configured.
        let client = Client::builder().timeout(TIME_LIMIT).redirect(redirect::Policy::none()).build().map_err(unreachable)?;
        Ok(Self { client, url, secret: secret.to_owned(), first_pause: FIRST_PAUSE })
    }

    /// Sends a notification, three times at most. `timestamp` is now, in seconds since 1970.
    pub async fn send(&self, notification: &Notification, timestamp: i64) -> Result<(), NotifyError> {
        let body = serde_json::to_vec(notification).map_err(NotifyError::Body)?;
        let signature = sign(&self.secret, timestamp, &body);
        let mut pause = self.first_pause;
        for _ in 1..TRIES {
            match self.try_once(&body, timestamp, &signature).await {
                Err(error) if is_transient(&error) => {
                    tracing::warn!(error = %error, event = notification.event, "notification will be sent again")
                }
                done => return done,
            }
            tokio::time::sleep(pause).await;
            pause *= 2;
        }
        self.try_once(&body, timestamp, &signature).await
    }

    async fn try_once(&self, body: &[u8], timestamp: i64, signature: &str) -> Result<(), NotifyError> {
        let response = self
            .client
            .post(self.url.clone())
            .header(CONTENT_TYPE, "application/json")
            .header(TIMESTAMP_HEADER, timestamp)
            .header(SIGNATURE_HEADER, signature)
            .body(body.to_vec())
            .send()
            .await
            .map_err(unreachable)?;
        let status = response.status();
        if status.is_success() { Ok(()) } else { Err(NotifyError::Refused { status: status.as_u16() }) }
    }
}

fn unreachable(error: reqwest::Error) -> NotifyError {
    NotifyError::Unreachable(error.without_url())
}

fn is_transient(error: &NotifyError) -> bool {
    match error {
        NotifyError::Unreachable(_) => true,
        NotifyError::Refused { status } => *status >= 500 || *status == StatusCode::TOO_MANY_REQUESTS.as_u16(),
        NotifyError::Address | NotifyError::Body(_) => false,
    }
}

#[cfg(test)]
mod tests;
