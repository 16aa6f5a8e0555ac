//! `cloudlens changes`: change requests from the shell.

use anyhow::{Context, Result};
use domain::ChangeRequest;
use jiff::Timestamp;
use server::{App, Config};

use crate::{args, output};

/// Lists them, or carries out a person's decision.
pub async fn run(settings: Config, changes: args::Changes) -> Result<()> {
    let app = App::open(settings).await?;
    let (scope, now) = (app.local_context().asker, Timestamp::now());
    let executor = app.executor().context("no cloud is connected, so nothing can be carried out\nhint: `cloudlens demo` makes one")?;
    let change = match changes {
        args::Changes::List => {
            for change in app.store().changes(None).await? {
                print(&change);
            }
            return Ok(());
        }
        args::Changes::Approve { id } => {
            executor.approve(&id, &scope, now).await?;
            executor.execute(&id, now).await?
        }
        args::Changes::Reject { id } => executor.reject(&id, &scope, now).await?,
        args::Changes::Rollback { id } => executor.roll_back(&id, &scope, now).await?,
    };
    print(&change);
    Ok(())
}

fn print(change: &ChangeRequest) {
    let saving = match (&change.monthly_saving, &change.currency) {
        (Some(amount), Some(currency)) => format!("  saves {amount} {currency} a month"),
        _ => String::new(),
    };
    output::line(format_args!("{}  {:?}  {} {}{saving}", change.id, change.status, change.action.name(), change.resource_ids.join(", ")));
    if let Some(failure) = &change.failure {
        output::line(format_args!("    {failure}"));
    }
}
