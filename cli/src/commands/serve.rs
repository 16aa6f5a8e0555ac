//! `cloudlens serve`: the chat page and the API.

use std::sync::Arc;

use anyhow::Result;
use domain::Language;
use server::{App, Config};
use tokio_util::sync::CancellationToken;

use crate::{args, output};

/// Serves until stopped, and says where and what to try.
pub async fn run(mut settings: Config, serve: args::Serve) -> Result<()> {
    if let Some(address) = serve.address {
        settings.server.address = address;
    }
    let listener = server::bind(&settings).await?;
    let app = App::open(settings).await?;
    let address = listener.local_addr()?;
    output::line(format_args!("CloudLens Copilot listens on http://{address}"));
    let (zh, en) = (app.copilot().examples(Language::Zh).await, app.copilot().examples(Language::En).await);
    for question in zh.iter().take(2).chain(en.iter().take(1)) {
        output::line(format_args!("  try: {question}"));
    }
    // The first question need not wait for the columns to be read.
    let warmed = Arc::clone(&app);
    tokio::spawn(async move {
        if let Err(error) = warmed.warehouse().warm().await {
            tracing::warn!(%error, "the bills could not be read ahead");
        }
    });
    let stop = CancellationToken::new();
    let stopped = stop.clone();
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            stopped.cancel();
        }
    });
    server::serve(listener, app, stop).await?;
    Ok(())
}
