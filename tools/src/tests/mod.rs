//! The tools as their faces use them: over a real warehouse and a real store in a folder of their own.

mod asking;
mod changing;
mod planted;

use std::{collections::BTreeSet, path::PathBuf, sync::Arc};

use domain::{Access, Language, Limits, Permission, Scope, Table, Value};
use jiff::{Timestamp, tz::TimeZone};
use retrieval::Knowledge;
use schema::Catalog;
use serde_json::{Value as Json, json};
use store::Store;
use tokio_util::sync::CancellationToken;
use warehouse::{ImportOptions, Warehouse};

use crate::{
    Context, Evidence, Parts, Registry, ToolError,
    remediation::{Approvers, Cloud, Executor, Inventory},
};

const COSTS: &str = "\
BilledCost,EffectiveCost,ListCost,BillingCurrency,BillingPeriodStart,BillingPeriodEnd,ChargePeriodStart,ChargePeriodEnd,ChargeCategory,ProviderName,ServiceName,SubAccountId,SubAccountName,ResourceId,Tags
100.50,100.50,120,CNY,2026-03-31T16:00:00Z,2026-04-30T16:00:00Z,2026-04-02T16:00:00Z,2026-04-03T16:00:00Z,Usage,Alibaba Cloud,ECS,a-1,shop,i-idle,\"{\"\"team\"\":\"\"Blue\"\"}\"
30.25,30.25,40,CNY,2026-03-31T16:00:00Z,2026-04-30T16:00:00Z,2026-04-02T16:00:00Z,2026-04-03T16:00:00Z,Usage,Alibaba Cloud,OSS,a-2,lab,bucket-1,
150,150,160,CNY,2026-04-30T16:00:00Z,2026-05-31T16:00:00Z,2026-05-03T16:00:00Z,2026-05-04T16:00:00Z,Usage,Alibaba Cloud,ECS,a-1,shop,i-idle,\"{\"\"team\"\":\"\"blue\"\"}\"
20,20,20,USD,2026-05-01T00:00:00Z,2026-06-01T00:00:00Z,2026-05-03T00:00:00Z,2026-05-04T00:00:00Z,Usage,AWS,EC2,a-3,world,i-aws,
";

const FINDINGS: &str = "\
FindingId,CheckId,Title,Severity,ResourceId,SubAccountId,Status,FirstSeen,LastSeen
F-1,SCAN-7,Bucket is publicly readable,critical,bucket-1,a-2,open,2026-01-01T00:00:00Z,2026-06-01T00:00:00Z
F-2,SCAN-9,Patches are missing,medium,i-idle,a-1,resolved,2026-01-01T00:00:00Z,2026-02-01T00:00:00Z
";

fn resources() -> Vec<Json> {
    let resource = |id: &str, kind: &str, account: &str, status: &str, cost: &str, currency: &str, more: Json| {
        let mut resource = json!({
            "ResourceId": id, "ResourceName": format!("{id}-name"), "ResourceType": kind, "ServiceName": "ECS", "ProviderName": "Alibaba Cloud",
            "SubAccountId": account, "RegionId": "cn-hangzhou", "Status": status, "CreatedAt": "2025-01-01T00:00:00Z", "CpuAvg30d": null,
            "MemAvg30d": null, "NetworkOutGb30d": null, "AttachedTo": "", "Encrypted": true, "PubliclyAccessible": false,
            "MonthlyCost": cost, "Currency": currency, "Tags": {}, "Config": {}
        });
        if let (Some(all), Json::Object(more)) = (resource.as_object_mut(), more) {
            all.extend(more);
        }
        resource
    };
    let used = |cpu: f64, network: f64| json!({"CpuAvg30d": cpu, "NetworkOutGb30d": network, "Config": {"InstanceType": "g7.large"}});
    vec![
        resource("i-idle", "Instance", "a-1", "Running", "500.10", "CNY", used(1.2, 0.3)),
        resource("i-busy", "Instance", "a-1", "Running", "900", "CNY", used(60.0, 300.0)),
        resource("i-standby", "Instance", "a-1", "Running", "300", "CNY", used(2.0, 800.0)),
        resource("i-off", "Instance", "a-2", "Stopped", "80", "CNY", used(0.0, 0.0)),
        resource("d-free", "Disk", "a-2", "Available", "40.05", "CNY", json!({"Encrypted": false})),
        resource("d-used", "Disk", "a-1", "In_use", "60", "CNY", json!({"AttachedTo": "i-busy"})),
        resource("eip-free", "Elastic IP", "a-3", "Available", "3.6", "USD", json!({})),
        resource("bucket-1", "Bucket", "a-2", "Running", "10", "CNY", json!({"PubliclyAccessible": true, "Encrypted": false})),
        resource(
            "sg-1",
            "Security Group",
            "a-1",
            "Running",
            "0",
            "CNY",
            json!({"Config": {"SecurityGroupRules": [{"SourceCidrIp": "0.0.0.0/0", "PortRange": "22/22"}]}}),
        ),
    ]
}

struct World {
    parts: Parts,
    cloud: Arc<Inventory>,
    /// Last, so that it goes last: the document index writes to it when it is closed.
    folder: tempfile::TempDir,
}

impl World {
    async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let catalog = Arc::new(Catalog::builtin());
        let warehouse = Arc::new(Warehouse::open(&folder.path().join("bills"), catalog.clone()).await.expect("a warehouse"));
        let knowledge = Knowledge::open(&folder.path().join("knowledge")).await.expect("an index");
        knowledge.add("idle.md", "---\ntitle: Idle instances\naccess: finance\n---\n## When\nBelow 4% for 21 days.").await.expect("added");
        let store = Store::open(&folder.path().join("state.db")).await.expect("a store");
        let inventory = folder.path().join("inventory.json");
        std::fs::write(&inventory, json!({"resources": resources()}).to_string()).expect("written");
        let parts = Parts { catalog, warehouse, knowledge: Some(Arc::new(knowledge)), store };
        let world = Self { parts, cloud: Arc::new(Inventory::new(&inventory)), folder };
        world.import("costs.csv", COSTS, "costs").await;
        world.import("findings.csv", FINDINGS, "findings").await;
        world.import("resources.csv", &resources_csv(), "resources").await;
        world
    }

    async fn import(&self, name: &str, text: &str, table: &str) {
        let file: PathBuf = self.folder.path().join(name);
        std::fs::write(&file, text).expect("written");
        let options = ImportOptions { table: Some(table.to_owned()), ..ImportOptions::default() };
        self.parts.warehouse.import(&[file], &options, &|_| {}).await.expect("imported");
    }

    fn context(&self, asker: Scope) -> Context {
        Context {
            parts: self.parts.clone(),
            asker,
            language: Language::En,
            now: now(),
            time_zone: TimeZone::get("Asia/Shanghai").expect("a zone"),
            limits: Limits::default(),
            cancel: CancellationToken::new(),
        }
    }

    async fn call(&self, tool: &str, asker: &Scope, args: Json) -> Result<Evidence, ToolError> {
        Registry::standard().call(tool, &self.context(asker.clone()), args).await
    }

    fn executor(&self, approvers: Approvers) -> Executor {
        self.executor_of(self.cloud.clone(), approvers)
    }

    fn executor_of(&self, cloud: Arc<dyn Cloud>, approvers: Approvers) -> Executor {
        Executor::new(self.parts.store.clone(), self.parts.warehouse.clone(), cloud, approvers)
    }
}

fn now() -> Timestamp {
    "2026-06-18T02:00:00Z".parse().expect("a time")
}

fn resources_csv() -> String {
    let rows = resources();
    let columns: Vec<String> = rows[0].as_object().expect("an object").keys().cloned().collect();
    let cell = |value: &Json| match value {
        Json::Null => String::new(),
        Json::String(text) => text.clone(),
        other => format!("\"{}\"", other.to_string().replace('"', "\"\"")),
    };
    let lines = rows.iter().map(|row| columns.iter().map(|column| cell(&row[column])).collect::<Vec<_>>().join(","));
    [columns.join(",")].into_iter().chain(lines).collect::<Vec<_>>().join("\n")
}

fn owner() -> Scope {
    Scope::owner("olivia")
}

/// Sees one account, may propose and approve.
fn member(account: &str) -> Scope {
    Scope {
        user: "mallory".into(),
        roles: BTreeSet::new(),
        accounts: Access::Only(vec![account.into()]),
        documents: BTreeSet::from(["all".to_owned()]),
        permissions: BTreeSet::from([Permission::Ask, Permission::Propose, Permission::Approve]),
    }
}

/// The cells of a column.
fn column(table: Option<&Table>, name: &str) -> Vec<String> {
    let table = table.expect("a table");
    let position = table.position(name).unwrap_or_else(|| panic!("no column `{name}` in {:?}", table.columns));
    table
        .rows
        .iter()
        .map(|row| match &row[position] {
            Value::Decimal(number) => number.normalize().to_string(),
            other => other.label(),
        })
        .collect()
}
