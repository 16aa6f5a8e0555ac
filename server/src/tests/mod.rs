//! The service from outside, over real connections: who may ask, what streams say, what is kept, what each route answers.

mod access;
mod asking;
mod changes;
mod limits;
mod streams;

use reqwest::{Method, Response};
use serde_json::Value;
use warehouse::ImportOptions;

use crate::testing::TestApp;

/// Charges of two accounts in one month, in the columns an export must have.
const BILLS: &str = "\
ProviderName,PublisherName,InvoiceIssuerName,BillingAccountId,SubAccountId,SubAccountName,BillingPeriodStart,BillingPeriodEnd,\
ChargePeriodStart,ChargePeriodEnd,ChargeCategory,ChargeFrequency,ServiceCategory,ServiceName,RegionId,ResourceId,BilledCost,EffectiveCost,ListCost,ContractedCost,BillingCurrency
AWS,AWS,AWS,root,acc-1,shop,2026-05-01T00:00:00Z,2026-06-01T00:00:00Z,2026-05-03T00:00:00Z,2026-05-04T00:00:00Z,Usage,Usage-Based,Compute,Amazon EC2,us-east-1,i-1,100.50,100.50,120,100.50,USD
AWS,AWS,AWS,root,acc-1,shop,2026-05-01T00:00:00Z,2026-06-01T00:00:00Z,2026-05-31T00:00:00Z,2026-06-01T00:00:00Z,Usage,Usage-Based,Storage,Amazon S3,us-east-1,b-1,9.25,9.25,9.25,9.25,USD
AWS,AWS,AWS,root,acc-2,lab,2026-05-01T00:00:00Z,2026-06-01T00:00:00Z,2026-05-31T00:00:00Z,2026-06-01T00:00:00Z,Usage,Usage-Based,Compute,Amazon EC2,us-east-1,i-2,1000,1000,1000,1000,USD
";

/// The month after the bills'.
const JUNE: &str = "2026-06-02T04:00:00Z";

/// A service that has the bills.
async fn with_bills(settings: &str) -> TestApp {
    let test = TestApp::start(settings, None).await;
    let file = test.folder().join("bills.csv");
    std::fs::write(&file, BILLS).expect("the bills are written");
    test.app.warehouse().import(&[file], &ImportOptions::default(), &|_| {}).await.expect("the bills are imported");
    test
}

/// A key whose variable no test sets; its hash is in the settings.
fn key_settings(name: &str, key: &str, more: &str) -> String {
    format!("[[keys]]\nname = '{name}'\nhash = '{}'\n{more}\n", crate::config::KeyHash::of(key).to_hex())
}

/// Sends a request as a client on this machine.
async fn send(test: &TestApp, method: Method, path: &str, key: Option<&str>, body: Option<Value>) -> Response {
    let mut request = reqwest::Client::new().request(method, test.url(path));
    if let Some(key) = key {
        request = request.bearer_auth(key);
    }
    if let Some(body) = body {
        request = request.header("content-type", "application/json").body(body.to_string());
    }
    request.send().await.expect("an answer")
}

/// The status and the JSON of an answer; null where there is none.
async fn read(response: Response) -> (u16, Value) {
    let status = response.status().as_u16();
    let text = response.text().await.expect("a body");
    (status, serde_json::from_str(&text).unwrap_or(Value::Null))
}

async fn get(test: &TestApp, path: &str) -> (u16, Value) {
    read(send(test, Method::GET, path, None, None).await).await
}

async fn post(test: &TestApp, path: &str, body: Value) -> (u16, Value) {
    read(send(test, Method::POST, path, None, Some(body)).await).await
}

/// A stream that is read frame by frame.
struct Frames {
    response: Response,
    pending: String,
}

impl Frames {
    fn new(response: Response) -> Self {
        Self { response, pending: String::new() }
    }

    /// The next event: its id and its data. None at the end.
    async fn next(&mut self) -> Option<(Option<usize>, String)> {
        loop {
            while let Some(end) = self.pending.find("\n\n") {
                let event: String = self.pending.drain(..end + 2).collect();
                let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name)).map(|value| value.trim_start().to_owned());
                if let Some(data) = field("data:") {
                    return Some((field("id:").map(|id| id.parse().expect("a number")), data));
                }
            }
            let chunk = self.response.chunk().await.expect("a chunk")?;
            self.pending.push_str(std::str::from_utf8(&chunk).expect("text"));
        }
    }

    /// All that is left, as JSON; `[DONE]` must be the last and is left out.
    async fn rest(mut self) -> Vec<Value> {
        let mut all = Vec::new();
        while let Some((_, data)) = self.next().await {
            if data == "[DONE]" {
                assert_eq!(self.next().await, None, "nothing comes after the end");
                return all;
            }
            all.push(serde_json::from_str(&data).expect("JSON"));
        }
        panic!("the stream broke off after {all:?}");
    }
}

fn kinds(frames: &[Value]) -> Vec<&str> {
    frames.iter().map(|frame| frame["type"].as_str().expect("a type")).collect()
}
