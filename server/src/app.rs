//! Every part of the service in one place.

use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use copilot::Copilot;
use domain::{Language, Scope};
use jiff::{Timestamp, tz::TimeZone};
use llm::{ChatModel, ModelConfig, Pool, PoolOptions};
use notify::Webhook;
use retrieval::{Knowledge, KnowledgeError};
use schema::Catalog;
use store::Store;
use tokio_util::sync::CancellationToken;
use tools::{
    Context, Parts, Registry,
    remediation::{Approvers, Executor, Inventory},
};
use warehouse::Warehouse;

use crate::{
    Config, ServerError,
    config::{KeyHash, KeySettings},
    http::metrics::Metrics,
    turns::Runs,
};

/// Every part of the service, made once.
pub struct App {
    pub(crate) config: Config,
    pub(crate) parts: Parts,
    pub(crate) registry: Registry,
    pub(crate) copilot: Copilot,
    pub(crate) executor: Option<Executor>,
    pub(crate) webhook: Option<Webhook>,
    pub(crate) keys: Vec<KeySettings>,
    pub(crate) runs: Runs,
    pub(crate) metrics: Metrics,
    pub(crate) started: Instant,
    /// A folder that goes away with the service, and not before its parts have written what they hold: the last field is dropped last.
    #[cfg(any(test, feature = "testing"))]
    pub(crate) folder: std::sync::Mutex<Option<tempfile::TempDir>>,
}

impl App {
    /// Opens the data folder, making what is missing.
    pub async fn open(config: Config) -> Result<Arc<Self>, ServerError> {
        let model = model(&config)?;
        Self::open_with(config, model).await
    }

    /// The same with a model of the caller's.
    pub async fn open_with(config: Config, model: Option<Arc<dyn ChatModel>>) -> Result<Arc<Self>, ServerError> {
        let folder = config.data.clone();
        std::fs::create_dir_all(&folder).map_err(|source| ServerError::Folder { folder: folder.clone(), source })?;
        let catalog = Arc::new(Catalog::builtin());
        let warehouse = Warehouse::open(&folder, Arc::clone(&catalog)).await.map_err(cannot_open("the bills", &folder))?;
        let store = Store::open(&folder.join("state.db")).await.map_err(cannot_open("own state", &folder))?;
        let knowledge = match Knowledge::open(&folder.join("knowledge")).await {
            Ok(knowledge) => Some(Arc::new(knowledge)),
            // A server has the documents open: the bills can be asked all the same.
            Err(error @ KnowledgeError::Locked { .. }) => {
                tracing::warn!(%error, "answering without the documents");
                None
            }
            Err(error) => return Err(cannot_open("the documents", &folder)(error)),
        };
        let stored_keys = store.keys().await.map_err(cannot_open("own state", &folder))?;
        let parts = Parts { catalog, warehouse: Arc::new(warehouse), knowledge, store };
        let executor = executor(&folder, &parts);
        let webhook = match &config.notify {
            Some(notify) => Some(Webhook::new(&notify.webhook_url.0, &notify.secret.0).map_err(cannot_set_up("the webhook"))?),
            None => None,
        };
        let registry = Registry::standard();
        let copilot = Copilot::new(parts.clone(), registry.clone(), model, config.query_limits());
        let mut keys = config.keys.clone();
        keys.extend(stored_keys.into_iter().filter_map(|key| Some(KeySettings { hash: KeyHash::parse(&key.hash)?, scope: key.scope })));
        Ok(Arc::new(Self {
            config,
            parts,
            registry,
            copilot,
            executor,
            webhook,
            keys,
            runs: Runs::default(),
            metrics: Metrics::install(),
            started: Instant::now(),
            #[cfg(any(test, feature = "testing"))]
            folder: std::sync::Mutex::default(),
        }))
    }

    /// The settings in force.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// What answers questions.
    pub fn copilot(&self) -> &Copilot {
        &self.copilot
    }

    /// The tools.
    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    /// Own state.
    pub fn store(&self) -> &Store {
        &self.parts.store
    }

    /// The bills.
    pub fn warehouse(&self) -> &Warehouse {
        &self.parts.warehouse
    }

    /// The documents.
    pub fn knowledge(&self) -> Option<&Knowledge> {
        self.parts.knowledge.as_deref()
    }

    /// What carries approved changes out; none where no cloud is connected.
    pub fn executor(&self) -> Option<&Executor> {
        self.executor.as_ref()
    }

    /// The circumstances of the owner of this machine asking now.
    pub fn local_context(&self) -> Context {
        self.context(Scope::owner("local"), Language::default(), Timestamp::now(), self.config.time_zone.clone())
    }

    pub(crate) fn context(&self, asker: Scope, language: Language, now: Timestamp, time_zone: TimeZone) -> Context {
        Context {
            parts: self.parts.clone(),
            asker,
            language,
            now,
            time_zone,
            limits: self.config.query_limits(),
            cancel: CancellationToken::new(),
        }
    }
}

fn model(config: &Config) -> Result<Option<Arc<dyn ChatModel>>, ServerError> {
    let Some(model) = &config.model else { return Ok(None) };
    let endpoint = ModelConfig {
        base_url: model.base_url.clone(),
        api_key: model.api_key.clone(),
        model: model.model.clone(),
        timeout: model.timeout,
    };
    // The pool may try twice, so a completion has the time of two requests.
    let options = PoolOptions { deadline: model.timeout.saturating_mul(2).max(Duration::from_secs(1)), ..PoolOptions::default() };
    let pool = Pool::connect(vec![endpoint], options).map_err(cannot_set_up("the model"))?;
    Ok(Some(Arc::new(pool)))
}

/// Acts on the demo cloud, where the folder has one.
fn executor(folder: &Path, parts: &Parts) -> Option<Executor> {
    let file = folder.join("inventory.json");
    let cloud = file.exists().then(|| Arc::new(Inventory::new(&file)))?;
    Some(Executor::new(parts.store.clone(), Arc::clone(&parts.warehouse), cloud, Approvers::Anyone))
}

fn cannot_open<E: std::error::Error + Send + Sync + 'static>(part: &'static str, folder: &Path) -> impl FnOnce(E) -> ServerError {
    let folder = folder.to_owned();
    move |source| ServerError::Open { part, folder, source: Box::new(source) }
}

fn cannot_set_up<E: std::error::Error + Send + Sync + 'static>(part: &'static str) -> impl FnOnce(E) -> ServerError {
    move |source| ServerError::Setup { part, source: Box::new(source) }
}
