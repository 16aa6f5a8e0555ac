//! The checks of a resource's configuration: pure functions of one row of the inventory.

use serde_json::Value as Json;

use crate::inventory_row::{Kind, Resource, word_truth};

/// Backups kept for fewer days than this are too few to come back from a mistake found after a week-end.
const LEAST_BACKUP_DAYS: f64 = 7.0;

/// Keys older than this many days are to be rotated.
const OLDEST_KEY_DAYS: f64 = 90.0;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Severity {
    /// Data are open to anybody.
    Critical,
    /// One step from it.
    High,
    /// A wall is missing.
    Medium,
    /// Good practice.
    Low,
}

/// A check: what it is about, when a resource fails it, what to do.
pub(crate) struct Check {
    pub id: &'static str,
    pub zh: &'static str,
    pub en: &'static str,
    pub severity: Severity,
    pub advice_zh: &'static str,
    pub advice_en: &'static str,
    /// Words by which a scanner's finding about the same resource speaks of the same matter.
    pub matter: &'static [&'static str],
    /// Whether a resource fails. A setting the inventory does not know is not a failure.
    pub fails: fn(&Resource) -> bool,
}

/// Every check. They are guided by the CIS Alibaba Cloud benchmark 2.0 and hold for any provider.
pub(crate) const CHECKS: [Check; 12] = [
    Check {
        id: "bucket-public",
        zh: "存储桶可被公开访问",
        en: "Storage bucket is open to the public",
        severity: Severity::Critical,
        advice_zh: "改为私有读写,去掉通配的授权,打开“阻止公共访问”",
        advice_en: "make it private, drop wildcard grants, block public access",
        matter: &["public", "公开", "公共读"],
        fails: |resource| resource.kind() == Kind::Bucket && resource.public == Some(true),
    },
    Check {
        id: "database-public",
        zh: "数据库对公网开放",
        en: "Database can be reached from the internet",
        severity: Severity::Critical,
        advice_zh: "白名单只留应用网段,不用的公网地址释放掉",
        advice_en: "limit the allow-list to the application's networks and release the public endpoint",
        matter: &["public", "0.0.0.0", "open to the world", "公网"],
        fails: |resource| resource.kind() == Kind::Database && resource.public == Some(true),
    },
    Check {
        id: "ssh-open",
        zh: "安全组向全网开放 22 端口",
        en: "SSH (port 22) is open to every address",
        severity: Severity::High,
        advice_zh: "删除该规则,或把来源限定到堡垒机、办公网段",
        advice_en: "remove the rule or limit its source to the bastion and office networks",
        matter: &["port 22", "22 端口", "ssh"],
        fails: |resource| opens_to_all(resource, 22),
    },
    Check {
        id: "rdp-open",
        zh: "安全组向全网开放 3389 端口",
        en: "Remote desktop (port 3389) is open to every address",
        severity: Severity::High,
        advice_zh: "删除该规则,或把来源限定到堡垒机、办公网段",
        advice_en: "remove the rule or limit its source to the bastion and office networks",
        matter: &["3389", "rdp"],
        fails: |resource| opens_to_all(resource, 3389),
    },
    Check {
        id: "mfa-missing",
        zh: "可登录控制台的用户没有多因素认证",
        en: "A console user signs in without a second factor",
        severity: Severity::High,
        advice_zh: "在安全设置中强制多因素认证,并让用户绑定设备",
        advice_en: "enforce a second factor in the security settings and enrol the user's device",
        matter: &["mfa", "多因素"],
        fails: |resource| setting_is(resource, "MfaEnabled", false),
    },
    Check {
        id: "access-key-old",
        zh: "访问密钥超过 90 天未轮换",
        en: "Access key is older than 90 days",
        severity: Severity::Medium,
        advice_zh: "新建密钥、切换应用、禁用旧密钥、观察后删除",
        advice_en: "make a second key, switch the application, disable the old one, watch, then delete it",
        matter: &["access key", "accesskey", "key-rotation", "密钥"],
        fails: |resource| number(resource, "AccessKeyAgeDays").is_some_and(|days| days > OLDEST_KEY_DAYS),
    },
    Check {
        id: "disk-unencrypted",
        zh: "云盘未加密",
        en: "Disk is not encrypted",
        severity: Severity::Medium,
        advice_zh: "打快照,以加密方式重建后换盘;新盘默认加密",
        advice_en: "take a snapshot, make an encrypted copy and swap it in; encrypt new disks by default",
        matter: &["encrypt", "加密"],
        fails: |resource| resource.kind() == Kind::Disk && resource.encrypted == Some(false),
    },
    Check {
        id: "bucket-unencrypted",
        zh: "存储桶未开启服务端加密",
        en: "Storage bucket has no encryption at rest",
        severity: Severity::Medium,
        advice_zh: "打开服务端加密,敏感数据用自有密钥",
        advice_en: "turn on server-side encryption, with a key of your own for sensitive data",
        matter: &["encrypt", "加密"],
        fails: |resource| resource.kind() == Kind::Bucket && resource.encrypted == Some(false),
    },
    Check {
        id: "database-unencrypted",
        zh: "数据库未开启透明加密",
        en: "Database is not encrypted at rest",
        severity: Severity::Medium,
        advice_zh: "在维护窗口打开透明数据加密",
        advice_en: "turn on transparent data encryption in a maintenance window",
        matter: &["encrypt", "tde", "加密"],
        fails: |resource| resource.kind() == Kind::Database && resource.encrypted == Some(false),
    },
    Check {
        id: "database-no-tls",
        zh: "数据库接受未加密的连接",
        en: "Database accepts connections without TLS",
        severity: Severity::Medium,
        advice_zh: "打开 SSL 并让客户端校验证书(需要重启)",
        advice_en: "turn on TLS and let clients verify the certificate (needs a restart)",
        matter: &["ssl", "tls"],
        fails: |resource| resource.kind() == Kind::Database && setting_is(resource, "SslEnabled", false),
    },
    Check {
        id: "backup-short",
        zh: "备份保留不足 7 天",
        en: "Backups are kept for less than 7 days",
        severity: Severity::Medium,
        advice_zh: "把备份保留期调到至少 7 天,并定期做恢复演练",
        advice_en: "keep backups for at least 7 days and practise restoring them",
        matter: &["backup", "备份"],
        fails: |resource| number(resource, "BackupRetentionDays").is_some_and(|days| days < LEAST_BACKUP_DAYS),
    },
    Check {
        id: "logging-off",
        zh: "未开启访问日志、版本控制或释放保护",
        en: "Access logs, versioning or deletion protection are off",
        severity: Severity::Low,
        advice_zh: "打开访问日志、版本控制与释放保护,误删与入侵才能追查、找回",
        advice_en: "turn them on, so that mistakes and intrusions can be traced and undone",
        matter: &["logging", "versioning", "deletion protection", "访问日志"],
        fails: |resource| ["LoggingEnabled", "VersioningEnabled", "DeletionProtection"].iter().any(|key| setting_is(resource, key, false)),
    },
];

impl Severity {
    /// From a scanner's word.
    pub fn of(word: &str) -> Self {
        match word.to_lowercase().as_str() {
            "critical" | "严重" => Self::Critical,
            "high" | "高" | "高危" => Self::High,
            "medium" | "moderate" | "中" | "中危" => Self::Medium,
            _ => Self::Low,
        }
    }

    /// Its stable name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
        }
    }
}

fn setting_is(resource: &Resource, key: &str, expect: bool) -> bool {
    let value = resource.setting(key);
    value.and_then(|value| word_truth(value.as_str().unwrap_or(&value.to_string()))) == Some(expect)
}

fn number(resource: &Resource, key: &str) -> Option<f64> {
    let value = resource.setting(key)?;
    value.as_f64().or_else(|| value.as_str()?.trim().parse().ok())
}

/// Whether a security group rule lets every address in on a port. Rules are objects or texts such as `tcp 0.0.0.0/0 22/22`.
fn opens_to_all(resource: &Resource, port: u16) -> bool {
    let Some(rules) = resource.setting("SecurityGroupRules") else { return false };
    let rules = rules.as_array().map_or_else(|| std::slice::from_ref(rules), Vec::as_slice);
    rules.iter().any(|rule| match rule {
        Json::Object(rule) => {
            let text = |names: &[&str]| {
                let entry = rule.iter().find(|(name, _)| names.iter().any(|known| name.eq_ignore_ascii_case(known)));
                entry.map(|(_, value)| value.as_str().map_or_else(|| value.to_string(), str::to_owned)).unwrap_or_default()
            };
            let direction = text(&["Direction"]).to_lowercase();
            let policy = text(&["Policy", "Action"]).to_lowercase();
            let source = text(&["SourceCidrIp", "Source", "Cidr", "CidrIp", "CidrBlock", "Ipv6SourceCidrIp"]);
            !direction.starts_with("e")
                && !["drop", "deny"].contains(&policy.as_str())
                && is_everywhere(&source)
                && covers(&text(&["PortRange", "Port", "Ports"]), port)
        }
        Json::String(rule) => {
            let words: Vec<&str> = rule.split([' ', ',', ';']).collect();
            words.iter().any(|word| is_everywhere(word)) && words.iter().any(|word| covers(word, port))
        }
        _ => false,
    })
}

fn is_everywhere(source: &str) -> bool {
    matches!(source.trim(), "0.0.0.0/0" | "::/0" | "0.0.0.0")
}

/// Port ranges are written `22`, `22/22`, `1-1024`, `-1/-1` or `ALL`.
fn covers(range: &str, port: u16) -> bool {
    let range = range.trim();
    if range.eq_ignore_ascii_case("all") || range == "-1/-1" || range == "-1" {
        return true;
    }
    let ends: Vec<Option<u16>> = range.split(['/', '-']).map(|end| end.trim().parse().ok()).collect();
    match ends.as_slice() {
        [Some(only)] => *only == port,
        [Some(first), Some(last)] => (*first..=*last).contains(&port),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn failures(resource_type: &str, encrypted: Option<bool>, public: Option<bool>, config: Json) -> Vec<&'static str> {
        let config = config.as_object().cloned().unwrap_or_default();
        let resource = Resource { resource_type: resource_type.into(), encrypted, public, config, ..Resource::default() };
        CHECKS.iter().filter(|check| (check.fails)(&resource)).map(|check| check.id).collect()
    }

    #[test]
    fn each_check_fails_on_its_own_fault_only() {
        let check = |kind, encrypted, public, config, expect: &[&str]| assert_eq!(failures(kind, encrypted, public, config), expect);
        check("Bucket", Some(true), Some(true), json!({}), &["bucket-public"]);
        check("Bucket", Some(false), Some(false), json!({"LoggingEnabled": "Disabled"}), &["bucket-unencrypted", "logging-off"]);
        check("Database", Some(true), Some(true), json!({"SslEnabled": true}), &["database-public"]);
        check(
            "Database",
            Some(false),
            None,
            json!({"ssl_enabled": "off", "BackupRetentionDays": "3"}),
            &["database-unencrypted", "database-no-tls", "backup-short"],
        );
        check("Disk", Some(false), None, json!({}), &["disk-unencrypted"]);
        check("RAM User", None, None, json!({"MfaEnabled": false, "AccessKeyAgeDays": 91}), &["mfa-missing", "access-key-old"]);
        check("RAM User", None, None, json!({"MfaEnabled": true, "AccessKeyAgeDays": 90}), &[]);
        check("Instance", None, Some(false), json!({}), &[]);
    }

    #[test]
    fn open_ports_are_found_however_the_rule_is_written() {
        let check =
            |rule: Json, expect: &[&str]| assert_eq!(failures("Security Group", None, None, json!({"SecurityGroupRules": rule})), expect);
        check(json!([{"SourceCidrIp": "0.0.0.0/0", "PortRange": "22/22", "Policy": "Accept"}]), &["ssh-open"]);
        check(json!([{"source": "0.0.0.0/0", "port": 3389}]), &["rdp-open"]);
        check(json!(["tcp 0.0.0.0/0 1-65535"]), &["ssh-open", "rdp-open"]);
        check(json!([{"SourceCidrIp": "::/0", "PortRange": "-1/-1"}]), &["ssh-open", "rdp-open"]);
        check(json!([{"SourceCidrIp": "10.0.0.0/8", "PortRange": "22/22"}]), &[]);
        check(json!([{"SourceCidrIp": "0.0.0.0/0", "PortRange": "22/22", "Policy": "Drop"}]), &[]);
        check(json!([{"SourceCidrIp": "0.0.0.0/0", "PortRange": "443/443"}]), &[]);
    }
}
