//! The chat page in a real Chromium: ask, see the table and the chart, approve a change and see it done.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::Value;
use thirtyfour::prelude::*;

use crate::service::Service;

/// How long the page may take to show something; the wait ends as soon as it is there.
const PATIENCE: Duration = Duration::from_secs(30);

#[tokio::test(flavor = "multi_thread")]
async fn a_person_asks_looks_and_approves() {
    let Some(chromedriver) = Chromedriver::start() else { return };
    let service = tokio::task::spawn_blocking(Service::of_the_demo).await.expect("the server starts");
    let profile = tempfile::tempdir().expect("a folder");
    let driver = chromedriver.open(profile.path()).await;
    driver.goto(&service.url).await.expect("the page opens");

    ask(&driver, "上个月阿里云最花钱的5个产品").await;
    let table = find(&driver, "table").await;
    assert_eq!(table.find_all(By::Css("tbody tr")).await.expect("rows").len(), 5);
    let chart = driver.query(By::Css("[data-testid='chart'] svg")).wait(PATIENCE, Duration::from_millis(100));
    chart.first().await.expect("the chart is drawn");
    find(&driver, "terms").await;
    let sql = find(&driver, "sql").await;
    assert!(sql.text().await.expect("text").contains("SQL"));
    keep_screenshot(&driver, "chat-zh").await;

    ask(&driver, "有哪些闲置资源?").await;
    let instance = idle_instance(&service.url).await;
    ask(&driver, &format!("停掉 {instance}")).await;
    find(&driver, "change-card").await;
    keep_screenshot(&driver, "change-card").await;
    click(&driver, "approve").await;
    click(&driver, "confirm-approve").await;
    let done = driver.query(By::Css("[data-testid='change-status'][data-status='verified']")).wait(PATIENCE, Duration::from_millis(100));
    done.first().await.expect("the change is carried out and verified");
    keep_screenshot(&driver, "change-verified").await;
    assert_eq!(status_in_inventory(service.folder(), &instance), "Stopped");

    driver.quit().await.expect("the browser closes");
}

/// A running instance that the waste report names.
async fn idle_instance(url: &str) -> String {
    let client = reqwest::Client::new();
    let evidence: Value = client
        .post(format!("{url}/api/v1/tools/find_waste"))
        .json(&serde_json::json!({}))
        .send()
        .await
        .expect("an answer")
        .json()
        .await
        .expect("JSON");
    let table = &evidence["table"];
    let position = |name: &str| {
        table["columns"]
            .as_array()
            .expect("columns")
            .iter()
            .position(|column| column["name"] == name)
            .unwrap_or_else(|| panic!("no column {name} in {table}"))
    };
    let (action, id) = (position("Action"), position("ResourceId"));
    let rows = table["rows"].as_array().expect("rows");
    let idle = rows.iter().find(|row| row[action] == "stop").unwrap_or_else(|| panic!("no idle instance in {table}"));
    idle[id].as_str().expect("an id").to_owned()
}

fn status_in_inventory(folder: &Path, id: &str) -> String {
    let inventory: Value = serde_json::from_str(&fs::read_to_string(folder.join("inventory.json")).expect("the inventory")).expect("JSON");
    let resources = inventory["resources"].as_array().expect("resources");
    let resource = resources.iter().find(|resource| resource["ResourceId"] == id).expect("the resource");
    resource["Status"].as_str().expect("a status").to_owned()
}

async fn ask(driver: &WebDriver, question: &str) {
    let ended = "[data-testid='answer']:not([data-status='running'])";
    let before = driver.find_all(By::Css(ended)).await.expect("answers").len();
    let composer = find(driver, "composer").await;
    composer.click().await.expect("the composer takes the focus");
    composer.send_keys(question).await.expect("typing");
    composer.send_keys(Key::Enter).await.expect("sending");
    let deadline = Instant::now() + PATIENCE;
    while driver.find_all(By::Css(ended)).await.expect("answers").len() <= before {
        assert!(Instant::now() < deadline, "no answer to `{question}`");
    }
}

async fn find(driver: &WebDriver, id: &str) -> WebElement {
    let found = driver
        .query(By::Css(format!("[data-testid='{id}']")))
        .wait(PATIENCE, Duration::from_millis(100))
        .all_from_selector_required()
        .await;
    found.unwrap_or_else(|error| panic!("no `{id}` on the page: {error}")).pop().expect("at least one")
}

async fn click(driver: &WebDriver, id: &str) {
    let element = find(driver, id).await;
    element.wait_until().clickable().await.expect("it can be clicked");
    element.click().await.expect("a click");
}

/// Keeps what is on the screen as `artifacts/<name>.png`.
async fn keep_screenshot(driver: &WebDriver, name: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../artifacts");
    fs::create_dir_all(&folder).expect("a folder");
    driver.screenshot(&folder.join(format!("{name}.png"))).await.expect("a screenshot");
}

/// A WebDriver on a free port, stopped when it is dropped.
struct Chromedriver {
    url: String,
    process: Child,
}

impl Chromedriver {
    /// None (said aloud) where it is not installed, which under CI is a failure.
    fn start() -> Option<Self> {
        let mut command = Command::new("chromedriver");
        let Ok(mut process) = command.arg("--port=0").stdout(Stdio::piped()).spawn() else {
            assert!(std::env::var_os("CI").is_none(), "chromedriver is missing in CI");
            eprintln!("skipped: needs chromedriver; run `cargo xtask test`");
            return None;
        };
        let output = process.stdout.take().expect("standard output");
        let mut lines = BufReader::new(output).lines().map_while(Result::ok);
        let port = lines
            .find_map(|line| line.split_once("started successfully on port ")?.1.trim_end_matches('.').parse::<u16>().ok())
            .expect("chromedriver says its port");
        // What it says later is of no use, and a full pipe would stop it.
        std::thread::spawn(move || lines.for_each(drop));
        Some(Self { url: format!("http://127.0.0.1:{port}"), process })
    }

    async fn open(&self, profile: &Path) -> WebDriver {
        let mut capabilities = DesiredCapabilities::chrome();
        let user_data = format!("--user-data-dir={}", profile.display());
        let switches = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-quic",
            "--window-size=1280,900",
            "--lang=zh-CN",
            &user_data,
        ];
        for switch in switches {
            capabilities.add_arg(switch).expect("a switch");
        }
        if let Some(binary) = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].map(PathBuf::from).iter().find(|path| path.exists()) {
            capabilities.set_binary(binary.to_str().expect("a UTF-8 path")).expect("the browser");
        }
        WebDriver::new(&self.url, capabilities).await.expect("the browser starts")
    }
}

impl Drop for Chromedriver {
    fn drop(&mut self) {
        self.process.kill().expect("chromedriver can be stopped");
        self.process.wait().expect("chromedriver ends");
    }
}
