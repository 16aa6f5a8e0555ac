//! The service on a folder and a port of its own, for tests: the real router, real connections.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::{Arc, MutexGuard, PoisonError},
};

use llm::ChatModel;
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::JoinHandle,
};
use tokio_util::sync::CancellationToken;

use crate::{App, Config, Overrides, ServerError, bind, serve};

/// A running service; it stops when dropped.
pub struct TestApp {
    /// Where it listens.
    pub address: SocketAddr,
    /// Its parts.
    pub app: Arc<App>,
    folder: PathBuf,
    stop: CancellationToken,
    server: JoinHandle<Result<(), ServerError>>,
}

impl TestApp {
    /// With the given settings file, over an empty data folder.
    ///
    /// # Panics
    /// When it cannot start: a test has nothing better to do.
    pub async fn start(settings: &str, model: Option<Arc<dyn ChatModel>>) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        Self::start_in(folder, settings, model).await
    }

    /// The same over a data folder that something was put in.
    ///
    /// # Panics
    /// When it cannot start.
    pub async fn start_in(folder: TempDir, settings: &str, model: Option<Arc<dyn ChatModel>>) -> Self {
        let config = config(folder.path(), settings);
        let listener = bind(&config).await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let app = App::open_with(config, model).await.expect("the service opens");
        let path = folder.path().to_owned();
        *lock(&app) = Some(folder);
        let stop = CancellationToken::new();
        let server = tokio::spawn(serve(listener, Arc::clone(&app), stop.clone()));
        answers(address).await;
        Self { address, app, folder: path, stop, server }
    }

    /// The address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The data folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Stops it as an operator would, waits for the end, and gives the folder back.
    ///
    /// # Panics
    /// When it does not end well.
    pub async fn stop(mut self) -> TempDir {
        self.stop.cancel();
        (&mut self.server).await.expect("the service ends").expect("without a failure");
        self.app.store().close().await;
        lock(&self.app).take().expect("the folder is taken once")
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.stop.cancel();
        self.server.abort();
    }
}

fn lock(app: &App) -> MutexGuard<'_, Option<TempDir>> {
    app.folder.lock().unwrap_or_else(PoisonError::into_inner)
}

fn config(folder: &Path, settings: &str) -> Config {
    let file = folder.join("cloudlens.toml");
    std::fs::write(&file, settings).expect("the settings are written");
    let overrides = Overrides { file: Some(file), data: Some(folder.to_owned()), address: Some(([127, 0, 0, 1], 0).into()) };
    Config::from_sources(&overrides, &|_| None).expect("settings that fit")
}

/// Waits for the first answer: what an earlier process left under way has been marked by then.
async fn answers(address: SocketAddr) {
    let mut stream = TcpStream::connect(address).await.expect("the service listens");
    let request = format!("GET /healthz HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("the service reads");
    stream.read_to_end(&mut Vec::new()).await.expect("the service answers");
}
