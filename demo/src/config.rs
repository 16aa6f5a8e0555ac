//! The keys of a resource's `Config`, in one place: what checks and remedies can read about the demo cloud.

use serde_json::{Map, Value, json};

use crate::catalogue::Sku;

/// The keys of `Config` by kind of resource, and what they hold. A key that does not apply to a kind is absent.
///
/// `Encrypted` and `PubliclyAccessible` are columns of their own.
pub const CONFIG_KEYS: [(&str, &str, &str); 18] = [
    ("InstanceType", "Instance, Database, PolarDB Cluster, Cache, MongoDB", "the provider's name of the size, such as `ecs.g7.2xlarge`"),
    ("CoreCount", "the same", "virtual cores"),
    ("MemorySize", "the same", "GiB of memory"),
    ("SecurityGroupRules", "Instance", "inbound rules: `[{\"Cidr\":\"0.0.0.0/0\",\"Port\":22}]`"),
    ("DiskType", "Disk", "the provider's name, such as `cloud_essd`"),
    ("DiskSizeGb", "Disk", "GiB"),
    ("SnapshotSizeGb", "Snapshot", "GiB"),
    ("SourceDisk", "Snapshot", "`in_use` or `deleted`"),
    (
        "PublicAccess",
        "Bucket, Database, PolarDB Cluster",
        "a bucket: `private` or `public-read`; a database: whether the world may connect",
    ),
    ("VersioningEnabled", "Bucket", "whether overwritten objects are kept"),
    ("LoggingEnabled", "Bucket, Load Balancer", "whether access is logged"),
    ("BackupRetentionDays", "Database, PolarDB Cluster, MongoDB", "days that backups are kept"),
    ("DeletionProtection", "Instance, Database, PolarDB Cluster", "whether a release is refused"),
    ("SslEnabled", "Database, PolarDB Cluster, MongoDB", "whether connections must be encrypted"),
    ("KubernetesVersion", "Kubernetes Cluster", "such as `1.30`"),
    ("PublicEndpoint", "Kubernetes Cluster", "whether the cluster's API is public"),
    ("MfaEnabled", "User", "whether the console asks for a second factor"),
    ("AccessKeyAgeDays", "User", "the age of the oldest active access key"),
];

/// The configuration of a healthy resource of a kind.
pub(crate) fn healthy(kind: &str, sku: Option<&Sku>, quantity: f64, env: &str) -> Map<String, Value> {
    let production = env == "prod";
    let mut config = size(kind, sku);
    let own = match kind {
        "Instance" => json!({ "SecurityGroupRules": [{ "Cidr": "10.0.0.0/8", "Port": 22 }], "DeletionProtection": production }),
        "Disk" => json!({ "DiskType": sku.map(|sku| &sku.key), "DiskSizeGb": quantity as i64 }),
        "Snapshot" => json!({ "SnapshotSizeGb": quantity as i64, "SourceDisk": "in_use" }),
        "Bucket" => json!({ "PublicAccess": "private", "VersioningEnabled": true, "LoggingEnabled": true }),
        "Load Balancer" => json!({ "LoggingEnabled": true }),
        "Database" | "PolarDB Cluster" => json!({
            "PublicAccess": false, "BackupRetentionDays": 14, "DeletionProtection": true, "SslEnabled": true,
        }),
        "MongoDB" => json!({ "BackupRetentionDays": 14, "SslEnabled": true }),
        "Kubernetes Cluster" => json!({ "KubernetesVersion": "1.32", "PublicEndpoint": false }),
        "User" => json!({ "MfaEnabled": true, "AccessKeyAgeDays": 31 }),
        _ => json!({}),
    };
    if let Value::Object(own) = own {
        config.extend(own);
    }
    config
}

fn size(kind: &str, sku: Option<&Sku>) -> Map<String, Value> {
    let mut config = Map::new();
    let Some(sku) = sku.filter(|_| matches!(kind, "Instance" | "Database" | "PolarDB Cluster" | "Cache" | "MongoDB")) else {
        return config;
    };
    config.insert("InstanceType".into(), sku.instance_type().into());
    config.extend(sku.cores.map(|cores| ("CoreCount".into(), cores.into())));
    config.extend(sku.memory.map(|memory| ("MemorySize".into(), memory.into())));
    config
}

/// What a blueprint says differently: `Key=value` joined by `|`. A `SecurityGroupRules=22` opens that port to the world.
pub(crate) fn overrides(text: &str) -> impl Iterator<Item = (&str, Value)> {
    text.split('|').filter_map(|pair| pair.split_once('=')).map(|(key, value)| {
        let value = match (key, value) {
            ("SecurityGroupRules", port) => json!([{ "Cidr": "0.0.0.0/0", "Port": port.parse::<u16>().unwrap_or_default() }]),
            ("KubernetesVersion", version) => version.into(),
            (_, "true") => true.into(),
            (_, "false") => false.into(),
            (_, other) => other.parse::<i64>().map_or_else(|_| other.into(), Value::from),
        };
        (key, value)
    })
}
