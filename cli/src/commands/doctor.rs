//! `cloudlens doctor`: what is configured, reachable, missing, and how to mend it.

use std::{path::Path, process::ExitCode, sync::Arc, time::Duration};

use anyhow::Result;
use retrieval::Knowledge;
use schema::Catalog;
use server::Config;
use store::Store;
use tokio::net::{TcpListener, TcpStream};
use warehouse::Warehouse;

use crate::output;

/// How long a model's endpoint may take to take a connection.
const CONNECT: Duration = Duration::from_secs(3);

/// What a check found.
enum Finding {
    /// As it should be.
    Good(String),
    /// Works without it; what to do to have it.
    Missing(String, &'static str),
    /// Broken; what to do.
    Bad(String, &'static str),
}

/// Checks each part on its own, so that one that is broken does not hide another; ends with code 1 when one is.
pub async fn run(settings: Config) -> Result<ExitCode> {
    let checks = [
        ("data folder", folder(&settings.data)),
        ("bills", bills(&settings.data).await),
        ("documents", documents(&settings.data).await),
        ("own state", state(&settings.data).await),
        ("cloud to act on", inventory(&settings.data)),
        ("address", address(&settings).await),
        ("keys", keys(&settings)),
        ("model", model(&settings).await),
    ];
    let mut broken = false;
    for (name, finding) in checks {
        let (mark, text, hint) = match finding {
            Finding::Good(text) => ("ok     ", text, None),
            Finding::Missing(text, hint) => ("missing", text, Some(hint)),
            Finding::Bad(text, hint) => {
                broken = true;
                ("broken ", text, Some(hint))
            }
        };
        output::line(format_args!("{mark}  {name:<16} {text}"));
        if let Some(hint) = hint {
            output::line(format_args!("{:<26}hint: {hint}", ""));
        }
    }
    Ok(if broken { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn folder(data: &Path) -> Finding {
    let shown = data.display();
    if !data.exists() {
        return Finding::Missing(format!("`{shown}` does not exist"), "`cloudlens demo` or `cloudlens ingest FILE` makes it");
    }
    match tempfile::tempfile_in(data) {
        Ok(_) => Finding::Good(format!("`{shown}` can be written")),
        Err(error) => Finding::Bad(
            format!("`{shown}` cannot be written: {error}"),
            "give this user the right to write there, or name another with --data",
        ),
    }
}

async fn bills(data: &Path) -> Finding {
    if !data.exists() {
        return Finding::Missing("none".into(), "`cloudlens ingest FILE` imports some");
    }
    let profile = match Warehouse::open(data, Arc::new(Catalog::builtin())).await {
        Ok(warehouse) => warehouse.profile().await,
        Err(error) => Err(error),
    };
    match profile {
        Ok(profile) if profile.cost_rows == 0 => Finding::Missing("none imported".into(), "`cloudlens ingest FILE` imports some"),
        Ok(profile) => {
            let spans = profile.providers.iter().map(|span| {
                let month = |date: jiff::civil::Date| date.strftime("%Y-%m").to_string();
                format!("{} {} to {}, complete to {}", span.provider, month(span.first_month), month(span.last_month), span.complete_to)
            });
            Finding::Good(format!("{} charges: {}", profile.cost_rows, spans.collect::<Vec<_>>().join("; ")))
        }
        Err(error) => Finding::Bad(error.to_string(), "restore the folder from a backup, or import into a new one"),
    }
}

async fn documents(data: &Path) -> Finding {
    let folder = data.join("knowledge");
    if !folder.exists() {
        return Finding::Missing("none".into(), "`cloudlens knowledge add FOLDER` indexes Markdown documents");
    }
    match Knowledge::open(&folder).await {
        Ok(_) => Finding::Good("the index opens".into()),
        Err(error) => Finding::Bad(error.to_string(), "stop the other `cloudlens` that holds the index, or add the documents again"),
    }
}

async fn state(data: &Path) -> Finding {
    let file = data.join("state.db");
    if !file.exists() {
        return Finding::Missing("none yet".into(), "it is made when it is first needed");
    }
    match Store::open(&file).await {
        Ok(_) => Finding::Good("the database opens".into()),
        Err(error) => Finding::Bad(error.to_string(), "restore `state.db` from a backup, or move it away to start anew"),
    }
}

fn inventory(data: &Path) -> Finding {
    if data.join("inventory.json").exists() {
        return Finding::Good("the demo company's inventory".into());
    }
    Finding::Missing("none: changes can be proposed and not carried out".into(), "`cloudlens demo` makes one to try it with")
}

async fn address(settings: &Config) -> Finding {
    let address = settings.server.address;
    if !address.ip().is_loopback() && settings.keys.is_empty() {
        return Finding::Bad(format!("{address} is open to others and there is no key"), "add a [[keys]] section, or listen on 127.0.0.1");
    }
    match TcpListener::bind(address).await {
        Ok(_) => Finding::Good(format!("{address} is free")),
        Err(error) => {
            Finding::Missing(format!("{address}: {error}"), "a server may be running already; `cloudlens serve --address` takes another")
        }
    }
}

fn keys(settings: &Config) -> Finding {
    match settings.keys.len() {
        0 => Finding::Missing("none: only this machine may ask, as its owner".into(), "add [[keys]] to let others in"),
        count => Finding::Good(format!("{count}")),
    }
}

async fn model(settings: &Config) -> Finding {
    let Some(model) = &settings.model else {
        return Finding::Missing(
            "none: the built-in grammar answers".into(),
            "a [model] section with base_url, api_key and model widens what can be asked",
        );
    };
    let shown = format!("{} at {}", model.model, model.base_url);
    let Some(endpoint) = endpoint(&model.base_url) else {
        return Finding::Bad(format!("{shown}: not an http address"), "write base_url like https://api.example.com/v1");
    };
    match tokio::time::timeout(CONNECT, TcpStream::connect(endpoint)).await {
        Ok(Ok(_)) => Finding::Good(format!("{shown} takes connections")),
        Ok(Err(error)) => {
            Finding::Bad(format!("{shown}: {error}"), "check base_url and the network; questions are answered by the grammar meanwhile")
        }
        Err(_) => Finding::Bad(format!("{shown}: no connection within {} s", CONNECT.as_secs()), "check base_url and the network"),
    }
}

/// Host and port of an address.
fn endpoint(url: &str) -> Option<(String, u16)> {
    let (rest, port) = match (url.strip_prefix("https://"), url.strip_prefix("http://")) {
        (Some(rest), _) => (rest, 443),
        (_, Some(rest)) => (rest, 80),
        _ => return None,
    };
    let authority = rest.split('/').next()?.rsplit('@').next()?;
    match authority.rsplit_once(':') {
        Some((host, digits)) => Some((host.to_owned(), digits.parse().ok()?)),
        None => Some((authority.to_owned(), port)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_is_a_host_and_a_port() {
        let check = |url, expect: Option<(&str, u16)>| assert_eq!(endpoint(url), expect.map(|(host, port)| (host.to_owned(), port)));
        check("https://api.example.com/v1", Some(("api.example.com", 443)));
        check("http://127.0.0.1:9/v1", Some(("127.0.0.1", 9)));
        check("api.example.com", None);
    }
}
