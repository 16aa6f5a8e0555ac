//! What a change would do to each resource, and whether it fits: from the inventory alone, without touching a cloud.

use domain::{Action, Decimal, Risk, Text};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::inventory_row::{Kind, Resource, word_truth};

/// The longest tag key and value that every provider takes, in characters.
const LONGEST_TAG: usize = 128;

/// Beginnings of tag keys that providers keep for themselves.
const RESERVED_TAGS: [&str; 5] = ["aliyun", "acs:", "aws:", "azure", "qcs:"];

/// What the dry run found, stored with the change request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct DryRun {
    pub lines: Vec<Line>,
}

/// What would happen to one resource.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Line {
    pub resource_id: String,
    pub resource_name: String,
    pub resource_type: String,
    pub monthly_cost: Option<Decimal>,
    pub currency: String,
    /// In both languages.
    pub effect: Text,
    /// What the executor must still find.
    pub expected: Expected,
}

/// The state the change was thought out for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Expected {
    pub status: String,
    pub instance_type: Option<String>,
    pub attached_to: String,
    /// The value of the tag to be set, before; none where the tag is not there.
    pub tag: Option<String>,
}

impl Line {
    /// The line for a resource, or why the action does not fit it.
    pub fn of(action: &Action, resource: &Resource) -> Result<Self, Text> {
        fits(action, resource)?;
        Ok(Self {
            resource_id: resource.id.clone(),
            resource_name: resource.name.clone(),
            resource_type: resource.resource_type.clone(),
            monthly_cost: resource.monthly_cost,
            currency: resource.currency.clone(),
            effect: effect(action, resource),
            expected: expected(action, resource),
        })
    }
}

fn expected(action: &Action, resource: &Resource) -> Expected {
    let tag = match action {
        Action::Tag { key, .. } => resource.tags.get(key).and_then(Json::as_str).map(str::to_owned),
        Action::Stop | Action::Release | Action::Resize { .. } => None,
    };
    Expected {
        status: resource.status.clone(),
        instance_type: instance_type(resource).map(str::to_owned),
        attached_to: resource.attached_to.clone(),
        tag,
    }
}

fn instance_type(resource: &Resource) -> Option<&str> {
    resource.setting("InstanceType").and_then(Json::as_str)
}

fn fits(action: &Action, resource: &Resource) -> Result<(), Text> {
    match action {
        Action::Stop => fits_stop(resource),
        Action::Release => fits_release(resource),
        Action::Resize { instance_type } => fits_resize(resource, instance_type),
        Action::Tag { key, value } => fits_tag(key, value),
    }
}

fn fits_stop(resource: &Resource) -> Result<(), Text> {
    if resource.kind() != Kind::Instance {
        return Err(Text::new("只有实例可以停机", "only instances can be stopped"));
    }
    if !resource.is_running() {
        return Err(Text::new(format!("状态是 {},不在运行", resource.status), format!("it is {}, not running", resource.status)));
    }
    Ok(())
}

fn fits_release(resource: &Resource) -> Result<(), Text> {
    let protected = resource.setting("DeletionProtection").and_then(|value| word_truth(value.as_str().unwrap_or(&value.to_string())));
    if protected == Some(true) {
        return Err(Text::new("开启了释放保护", "it is protected against deletion"));
    }
    match resource.kind() {
        Kind::Disk | Kind::Address if !resource.is_unattached() => {
            Err(Text::new("仍挂载或绑定在其他资源上", "it is still attached to another resource"))
        }
        Kind::Instance if !resource.is_stopped() => Err(Text::new("实例仍在运行,请先停机", "the instance is still running; stop it first")),
        Kind::Disk | Kind::Address | Kind::Instance => Ok(()),
        Kind::Other if resource.resource_type.to_lowercase().contains("snapshot") => Ok(()),
        Kind::Database | Kind::Bucket | Kind::SecurityGroup | Kind::Identity | Kind::Other => Err(Text::new(
            format!("{} 不能由此释放,请在云控制台处理", resource.resource_type),
            format!("a {} is not released from here; use the provider's console", resource.resource_type),
        )),
    }
}

fn fits_resize(resource: &Resource, wanted: &str) -> Result<(), Text> {
    let Some(now) = instance_type(resource).filter(|_| matches!(resource.kind(), Kind::Instance | Kind::Database)) else {
        return Err(Text::new("没有可变更的规格", "it has no size that can be changed"));
    };
    if now.eq_ignore_ascii_case(wanted) {
        return Err(Text::new(format!("规格已经是 {now}"), format!("its size is {now} already")));
    }
    let is_type =
        !wanted.is_empty() && wanted.len() <= 64 && wanted.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'));
    if is_type { Ok(()) } else { Err(Text::new("规格写法不对,应如 ecs.g7.large", "that is no instance type such as ecs.g7.large")) }
}

fn fits_tag(key: &str, value: &str) -> Result<(), Text> {
    let is_text = |text: &str| text.chars().count() <= LONGEST_TAG && !text.chars().any(char::is_control);
    if key.trim().is_empty() || !is_text(key) || !is_text(value) {
        return Err(Text::new(
            format!("标签键不能为空,键和值都不超过 {LONGEST_TAG} 个字符"),
            format!("a tag needs a key; key and value have at most {LONGEST_TAG} characters"),
        ));
    }
    let lower = key.to_lowercase();
    if RESERVED_TAGS.iter().any(|reserved| lower.starts_with(reserved)) {
        return Err(Text::new("该标签键前缀由云厂商保留", "providers keep tag keys that begin so for themselves"));
    }
    Ok(())
}

fn effect(action: &Action, resource: &Resource) -> Text {
    let name = if resource.name.is_empty() { &resource.id } else { &resource.name };
    match action {
        Action::Stop => Text::new(
            format!("停止 {name},其上的服务会中断;包年包月或未开启停机不收费的部分仍会计费"),
            format!("stops {name}: what runs on it goes down; a subscription, or a stop without the free mode, is charged on"),
        ),
        Action::Release if resource.kind() == Kind::Address => {
            Text::new(format!("释放 {name},地址无法保证能取回"), format!("releases {name}: the address may not come back"))
        }
        Action::Release => Text::new(format!("释放 {name},其中的数据会丢失"), format!("releases {name}: its data are lost")),
        Action::Resize { instance_type: wanted } => {
            let now = instance_type(resource).unwrap_or_default();
            Text::new(
                format!("{name} 的规格由 {now} 改为 {wanted},会重启"),
                format!("changes {name} from {now} to {wanted}, with a restart"),
            )
        }
        Action::Tag { key, value } => {
            Text::new(format!("给 {name} 设置标签 {key}={value}"), format!("sets the tag {key}={value} on {name}"))
        }
    }
}

/// What may go wrong with the worst of the resources.
pub(super) fn risk(action: &Action, resources: &[Resource]) -> Risk {
    match action {
        Action::Tag { .. } => Risk::Low,
        Action::Release if resources.iter().all(|resource| resource.kind() == Kind::Address) => Risk::Low,
        Action::Release => Risk::High,
        Action::Stop | Action::Resize { .. } => Risk::Medium,
    }
}

/// What the change saves a month: what the resources cost, when they go.
pub(super) fn monthly_saving(action: &Action, lines: &[Line]) -> Option<Decimal> {
    match action {
        Action::Stop | Action::Release => lines.iter().map(|line| line.monthly_cost).sum(),
        Action::Resize { .. } | Action::Tag { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn resource(resource_type: &str, status: &str, config: &Json) -> Resource {
        let config = config.as_object().cloned().unwrap_or_default();
        Resource { id: "r".into(), resource_type: resource_type.into(), status: status.into(), config, ..Resource::default() }
    }

    #[test]
    fn an_action_must_fit_what_it_is_done_to() {
        let check = |action: &Action, resource_type: &str, status: &str, config: Json, expect: bool| {
            let line = Line::of(action, &resource(resource_type, status, &config));
            assert_eq!(line.is_ok(), expect, "{action:?} {resource_type} {status}: {line:?}");
        };
        check(&Action::Stop, "Instance", "Running", json!({}), true);
        check(&Action::Stop, "Instance", "Stopped", json!({}), false);
        check(&Action::Stop, "Disk", "In_use", json!({}), false);
        check(&Action::Release, "Disk", "Available", json!({}), true);
        check(&Action::Release, "Disk", "In_use", json!({}), false);
        check(&Action::Release, "Instance", "Running", json!({}), false);
        check(&Action::Release, "Instance", "Stopped", json!({}), true);
        check(&Action::Release, "Instance", "Stopped", json!({"DeletionProtection": true}), false);
        check(&Action::Release, "Bucket", "Running", json!({}), false);
        let resize = Action::Resize { instance_type: "ecs.g7.large".into() };
        check(&resize, "Instance", "Running", json!({"InstanceType": "ecs.g7.xlarge"}), true);
        check(&resize, "Instance", "Running", json!({"InstanceType": "ecs.g7.large"}), false);
        check(&resize, "Disk", "Available", json!({}), false);
        let tag = |key: &str| Action::Tag { key: key.into(), value: "x".into() };
        check(&tag("team"), "Bucket", "Running", json!({}), true);
        check(&tag("aws:createdBy"), "Bucket", "Running", json!({}), false);
        check(&tag(""), "Bucket", "Running", json!({}), false);
    }
}
