//! `propose_change`: a dry run and a stored request, which waits for a person. It never does more.

use std::collections::BTreeSet;

use domain::{Action, ChangeRequest, ChangeStatus, ChangeSummary, Intent, Permission, Text};
use schemars::JsonSchema;
use serde::Deserialize;

use super::dry_run::{self, DryRun, Line};
use crate::{
    Context, Evidence, Tool, ToolError,
    inventory_row::{self, Resource},
    query::literal,
    tool::{admit, arguments},
};

/// The most resources of one request: a person must be able to read what is approved.
const MOST_RESOURCES: usize = 50;

/// The longest reason that is kept, in characters.
const LONGEST_REASON: usize = 1_000;

/// Proposes a change.
pub(crate) struct ProposeChange;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Args {
    /// What to do.
    action: Action,
    /// To what: ids of resources, or names where only one resource bears the name.
    resource_ids: Vec<String>,
    /// Why, for the person who approves.
    #[serde(default)]
    reason: String,
}

#[async_trait::async_trait]
impl Tool for ProposeChange {
    fn name(&self) -> &'static str {
        "propose_change"
    }

    fn description(&self) -> Text {
        Text::new(
            "提出变更:停机、释放、变更规格、打标签。只做预演并登记,等待有权限的人审批,不会直接执行",
            "Proposes a change: stop, release, resize or tag. It is dry-run and recorded, waits for a person's approval, and is never carried out by this tool",
        )
    }

    fn arguments(&self) -> serde_json::Value {
        arguments::<Args>()
    }

    fn permission(&self) -> Permission {
        Permission::Propose
    }

    async fn call(&self, context: &Context, args: serde_json::Value) -> Result<Evidence, ToolError> {
        let args: Args = admit(self, context, args)?;
        let names = wanted(&args)?;
        let list = names.iter().map(|name| literal(name)).collect::<Vec<_>>().join(", ");
        let rows = inventory_row::read(context, &format!("ResourceId IN ({list}) OR ResourceName IN ({list})")).await?;
        let resources = resolve(&names, &rows.resources)?;
        let lines = lines(&args.action, &resources)?;
        let change = request(context, &args, &resources, lines)?;
        context.parts.store.insert_change(&change).await?;
        Ok(Evidence {
            text: sentence(context, &change),
            changes: vec![ChangeSummary::from(&change)],
            sql: rows.sql,
            intent: Some(Intent::Remediate),
            ..Evidence::default()
        })
    }
}

fn wanted(args: &Args) -> Result<BTreeSet<String>, ToolError> {
    let names: BTreeSet<String> = args.resource_ids.iter().map(|id| id.trim().to_owned()).filter(|id| !id.is_empty()).collect();
    if names.is_empty() {
        return Err(ToolError::invalid("没有给出资源", "no resource was given"));
    }
    if names.len() > MOST_RESOURCES {
        return Err(ToolError::invalid(
            format!("一次最多 {MOST_RESOURCES} 个资源,请分批提出"),
            format!("at most {MOST_RESOURCES} resources at once; propose them in parts"),
        ));
    }
    Ok(names)
}

/// The resource of each name. What the asker may not see is not there: the text does not tell the one from the other.
fn resolve(names: &BTreeSet<String>, visible: &[Resource]) -> Result<Vec<Resource>, ToolError> {
    let mut resources: Vec<Resource> = Vec::new();
    let mut missing = Vec::new();
    for name in names {
        let by_id = visible.iter().find(|resource| resource.id == *name);
        let by_name: Vec<&Resource> = visible.iter().filter(|resource| resource.name == *name).collect();
        let only = if let [only] = by_name.as_slice() { Some(*only) } else { None };
        match (by_id.or(only), by_name.as_slice()) {
            (Some(resource), _) => {
                if resources.iter().all(|known| known.id != resource.id) {
                    resources.push(resource.clone());
                }
            }
            (None, []) => missing.push(name.as_str()),
            (None, several) => {
                let ids = several.iter().map(|resource| resource.id.as_str()).collect::<Vec<_>>().join(", ");
                return Err(ToolError::invalid(
                    format!("名为 `{name}` 的资源不止一个,请用 ID:{ids}"),
                    format!("more than one resource is called `{name}`; use an id: {ids}"),
                ));
            }
        }
    }
    if missing.is_empty() {
        return Ok(resources);
    }
    let missing = missing.join(", ");
    Err(ToolError::not_found(format!("没有您可见的资源 `{missing}`"), format!("there is no resource `{missing}` that you may see")))
}

fn lines(action: &Action, resources: &[Resource]) -> Result<Vec<Line>, ToolError> {
    let mut lines = Vec::new();
    let (mut zh, mut en) = (Vec::new(), Vec::new());
    for resource in resources {
        match Line::of(action, resource) {
            Ok(line) => lines.push(line),
            Err(reason) => {
                zh.push(format!("{}:{}", resource.id, reason.zh));
                en.push(format!("{}: {}", resource.id, reason.en));
            }
        }
    }
    if zh.is_empty() { Ok(lines) } else { Err(ToolError::conflict(zh.join(";"), en.join("; "))) }
}

fn request(context: &Context, args: &Args, resources: &[Resource], lines: Vec<Line>) -> Result<ChangeRequest, ToolError> {
    let currencies: BTreeSet<&str> = lines.iter().map(|line| line.currency.as_str()).filter(|code| !code.is_empty()).collect();
    let monthly_saving = dry_run::monthly_saving(&args.action, &lines);
    if currencies.len() > 1 && monthly_saving.is_some() {
        return Err(ToolError::invalid(
            "这些资源的币种不同,金额不能相加,请按币种分开提出",
            "these resources are charged in different currencies, which are never added; propose them apart",
        ));
    }
    let currency = currencies.first().filter(|_| monthly_saving.is_some()).map(|code| (*code).to_owned());
    let accounts: BTreeSet<String> = resources.iter().map(|resource| resource.account.clone()).collect();
    let dry_run = serde_json::to_value(DryRun { lines }).map_err(|problem| ToolError::failed("write down the dry run", &problem))?;
    Ok(ChangeRequest {
        id: format!("chg-{}", uuid::Uuid::new_v4().simple()),
        action: args.action.clone(),
        resource_ids: resources.iter().map(|resource| resource.id.clone()).collect(),
        accounts: accounts.into_iter().collect(),
        reason: args.reason.trim().chars().take(LONGEST_REASON).collect(),
        monthly_saving,
        currency,
        risk: dry_run::risk(&args.action, resources),
        reversible: !matches!(args.action, Action::Release),
        dry_run,
        status: ChangeStatus::Proposed,
        proposed_by: context.asker.user.clone(),
        decided_by: None,
        created_at: context.now,
        updated_at: context.now,
        failure: None,
    })
}

fn sentence(context: &Context, change: &ChangeRequest) -> String {
    let action = match &change.action {
        Action::Stop => ("停机", "stop"),
        Action::Release => ("释放", "release"),
        Action::Resize { .. } => ("变更规格", "resize"),
        Action::Tag { .. } => ("打标签", "tag"),
    };
    let resources = change.resource_ids.join(", ");
    let zh = format!("已登记{}变更申请:{resources}。预演通过,等待审批,审批前不会执行任何操作。", action.0);
    let en = format!("Proposed to {} {resources}. The dry run found no obstacle; nothing happens until someone approves.", action.1);
    context.language.pick(&zh, &en).to_owned()
}
