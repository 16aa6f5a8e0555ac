//! Puts the service on the network, and takes it off again without cutting answers short.

use std::{io::ErrorKind, net::SocketAddr, sync::Arc, time::Duration};

use jiff::Timestamp;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::{App, Config, ServerError, http::error::chain, router};

/// How long open connections may take to end after the service was told to stop.
const LAST_WORDS: Duration = Duration::from_secs(10);

/// Listens on the configured address. On any address but loopback, a key must be configured.
pub async fn bind(config: &Config) -> Result<TcpListener, ServerError> {
    let address = config.server.address;
    if !address.ip().is_loopback() && config.keys.is_empty() {
        return Err(ServerError::KeyNeeded { address });
    }
    TcpListener::bind(address).await.map_err(|source| match source.kind() {
        ErrorKind::AddrInUse => ServerError::PortInUse { address },
        _ => ServerError::Listen { address, source },
    })
}

/// Serves until `stop` is cancelled: then takes no new connection, stops the runs under way, and waits a little for the rest.
pub async fn serve(listener: TcpListener, app: Arc<App>, stop: CancellationToken) -> Result<(), ServerError> {
    recover(&app).await;
    let stopping = stop.clone();
    let runs = Arc::clone(&app);
    let service = router(app).into_make_service_with_connect_info::<SocketAddr>();
    let server = axum::serve(listener, service).with_graceful_shutdown(async move {
        stopping.cancelled().await;
        tracing::info!("stopping");
        runs.runs.cancel_all();
    });
    let deadline = async {
        stop.cancelled().await;
        tokio::time::sleep(LAST_WORDS).await;
    };
    tokio::select! {
        done = async { server.await } => done.map_err(ServerError::Serve),
        () = deadline => Ok(()),
    }
}

/// Marks what an earlier process left under way as failed. Only the process that serves does this.
async fn recover(app: &App) {
    let now = Timestamp::now();
    match app.store().fail_interrupted_runs(now).await {
        Ok(0) => {}
        Ok(runs) => tracing::warn!(runs, "runs that an earlier process left under way were marked as failed"),
        Err(error) => tracing::error!(error = chain(&error), "interrupted runs could not be marked"),
    }
    let Some(executor) = app.executor() else { return };
    match executor.fail_interrupted(now).await {
        Ok(0) => {}
        Ok(changes) => tracing::warn!(changes, "changes that an earlier process left under way were marked as failed"),
        Err(error) => tracing::error!(error = chain(&error), "interrupted changes could not be marked"),
    }
}
