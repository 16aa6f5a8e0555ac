//! `cloudlens tools`: the registry from the shell.

use anyhow::{Context, Result, anyhow};
use server::{App, Config};

use crate::{args, output};

/// Lists the tools, or calls one as the owner of this machine and prints its evidence as JSON.
pub async fn run(settings: Config, tools: args::Tools) -> Result<()> {
    let app = App::open(settings).await?;
    match tools {
        args::Tools::List => {
            for tool in app.registry().tools() {
                let description = tool.description();
                output::line(format_args!("{:<18} {}\n{:<18} {}", tool.name(), description.en, "", description.zh));
            }
        }
        args::Tools::Call { name, args } => {
            let args = serde_json::from_str(&args).context("`--args` is not a JSON object")?;
            let context = app.local_context();
            let evidence = app.registry().call(&name, &context, args).await.map_err(|error| anyhow!(error.safe.en))?;
            output::line(format_args!("{}", serde_json::to_string_pretty(&evidence)?));
        }
    }
    Ok(())
}
