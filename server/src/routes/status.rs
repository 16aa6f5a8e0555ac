//! `GET /api/v1/status`: what the service has and is connected to.

use std::sync::Arc;

use axum::{Json, extract::State};
use domain::{DataProfile, Permission, Scope};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    App,
    http::{auth::Asker, error::ApiError},
};

/// What the service has.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ServiceStatus {
    /// The program's version.
    version: &'static str,
    /// The model's name; none where none is configured.
    model: Option<String>,
    /// Whether approved changes can be carried out.
    cloud: bool,
    /// What is in the data.
    data: DataStatus,
    /// Who asks.
    asker: AskerStatus,
    /// Since the start.
    uptime_seconds: u64,
}

/// What is in the data.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DataStatus {
    /// Grows with every change.
    version: u64,
    /// Charges.
    cost_rows: u64,
    /// The last day that every provider is complete for.
    complete_to: Option<String>,
    /// Each provider.
    providers: Vec<ProviderStatus>,
}

/// What a provider's bills span.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProviderStatus {
    /// Its name.
    provider: String,
    /// Currencies of its bills.
    currencies: Vec<String>,
    /// The first billing month.
    first_month: String,
    /// The last billing month.
    last_month: String,
    /// The last whole day there are charges for.
    complete_to: String,
}

/// Who asks.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AskerStatus {
    /// The name in the audit log.
    user: String,
    /// What the asker may do.
    permissions: Vec<Permission>,
}

/// What the service has and is connected to.
#[utoipa::path(get, path = "/api/v1/status", tag = "service", responses((status = 200, body = ServiceStatus)))]
pub(crate) async fn get(State(app): State<Arc<App>>, asker: Asker) -> Result<Json<ServiceStatus>, ApiError> {
    let profile = app.warehouse().profile().await?;
    Ok(Json(ServiceStatus {
        version: env!("CARGO_PKG_VERSION"),
        model: app.config.model.as_ref().map(|model| model.model.clone()),
        cloud: app.executor.is_some(),
        data: data(&profile, &asker.0),
        asker: AskerStatus { user: asker.0.user, permissions: asker.0.permissions.into_iter().collect() },
        uptime_seconds: app.started.elapsed().as_secs(),
    }))
}

/// Only providers of which the asker sees an account are named.
fn data(profile: &DataProfile, asker: &Scope) -> DataStatus {
    let seen = profile.providers.iter().filter(|span| span.accounts.iter().any(|(id, _)| asker.sees_account(id)));
    DataStatus {
        version: profile.version,
        cost_rows: profile.cost_rows,
        complete_to: profile.complete_to().map(|day| day.to_string()),
        providers: seen
            .map(|span| ProviderStatus {
                provider: span.provider.clone(),
                currencies: span.currencies.clone(),
                first_month: span.first_month.strftime("%Y-%m").to_string(),
                last_month: span.last_month.strftime("%Y-%m").to_string(),
                complete_to: span.complete_to.to_string(),
            })
            .collect(),
    }
}
