//! The executor: carries out what a person approved. It alone holds a cloud; no tool can reach it.

use std::sync::Arc;

use domain::{ChangeRequest, ChangeStatus, Permission, Scope, Text};
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use store::{AuditEntry, Store};
use tokio::sync::Mutex;
use warehouse::{ImportOptions, Warehouse};

use super::{
    Cloud,
    dry_run::{DryRun, Line},
    steps,
};
use crate::ToolError;

/// Who may approve a change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Approvers {
    /// Everyone with the permission, the proposer too: right for a machine with one person.
    #[default]
    Anyone,
    /// Everyone with the permission but the proposer.
    NotTheProposer,
}

/// Carries out approved changes.
pub struct Executor {
    store: Store,
    warehouse: Arc<Warehouse>,
    cloud: Arc<dyn Cloud>,
    approvers: Approvers,
    /// One change at a time: two may be about one resource.
    at_work: Mutex<()>,
}

/// Who writes the steps in the audit log.
const ACTOR: &str = "executor";

impl Executor {
    /// From its parts. The cloud's credentials are its own; the warehouse is told what the resources are afterwards.
    pub fn new(store: Store, warehouse: Arc<Warehouse>, cloud: Arc<dyn Cloud>, approvers: Approvers) -> Self {
        Self { store, warehouse, cloud, approvers, at_work: Mutex::new(()) }
    }

    /// A person says yes. The change is not carried out yet; see [`Executor::execute`].
    pub async fn approve(&self, id: &str, by: &Scope, now: Timestamp) -> Result<ChangeRequest, ToolError> {
        let change = self.visible(id, by).await?;
        if self.approvers == Approvers::NotTheProposer && change.proposed_by == by.user {
            return Err(ToolError::new("forbidden", Text::new("提出人不能审批自己的变更", "nobody approves a change of their own")));
        }
        let entry = entry(id, &by.user, "change.approved", json!({}), now);
        Ok(self.store.move_change(id, &[ChangeStatus::Proposed], ChangeStatus::Approved, &entry).await?)
    }

    /// A person says no.
    pub async fn reject(&self, id: &str, by: &Scope, now: Timestamp) -> Result<ChangeRequest, ToolError> {
        self.visible(id, by).await?;
        let entry = entry(id, &by.user, "change.rejected", json!({}), now);
        Ok(self.store.move_change(id, &[ChangeStatus::Proposed], ChangeStatus::Rejected, &entry).await?)
    }

    /// Carries out an approved change: looks whether the world still is as in the dry run, acts, reads back, writes each step down.
    /// When a resource fails, those before it are undone. A change that was carried out already is given back as it is.
    pub async fn execute(&self, id: &str, now: Timestamp) -> Result<ChangeRequest, ToolError> {
        let _one_at_a_time = self.at_work.lock().await;
        let change = self.store.change(id).await?;
        match change.status {
            ChangeStatus::Verified | ChangeStatus::Failed | ChangeStatus::RolledBack | ChangeStatus::Executing => return Ok(change),
            ChangeStatus::Proposed | ChangeStatus::Rejected | ChangeStatus::Approved => {}
        }
        let start = entry(id, ACTOR, "change.executing", json!({}), now);
        let change = self.store.move_change(id, &[ChangeStatus::Approved], ChangeStatus::Executing, &start).await?;
        let lines = lines(&change)?;
        let outcome = match self.has_moved(&change, &lines).await {
            None => self.act(&change, &lines, now).await,
            Some(reason) => Err(reason),
        };
        self.refresh(id, now).await?;
        match outcome {
            Ok(()) => {
                let done = entry(id, ACTOR, "change.verified", json!({"resources": change.resource_ids}), now);
                Ok(self.store.move_change(id, &[ChangeStatus::Executing], ChangeStatus::Verified, &done).await?)
            }
            Err(reason) => self.fail(id, &reason, now).await,
        }
    }

    /// Undoes a change that was carried out, resource by resource, last first.
    pub async fn roll_back(&self, id: &str, by: &Scope, now: Timestamp) -> Result<ChangeRequest, ToolError> {
        let _one_at_a_time = self.at_work.lock().await;
        let change = self.visible(id, by).await?;
        if change.status != ChangeStatus::Verified {
            return Err(ToolError::conflict(format!("变更 `{id}` 没有可撤销的执行"), format!("change `{id}` has nothing to undo")));
        }
        let lines = lines(&change)?;
        for line in &lines {
            let still = steps::is_done(self.cloud.as_ref(), &change.action, line)
                .await
                .map_err(|problem| ToolError::failed("look at a resource", &problem))?;
            if !still {
                let resource = &line.resource_id;
                return Err(ToolError::conflict(
                    format!("{resource} 在执行之后又被改动,不能自动撤销"),
                    format!("{resource} was changed again since; it is not undone automatically"),
                ));
            }
        }
        let undone = self.undo(&change, &lines, now).await?;
        self.refresh(id, now).await?;
        if let Some(problem) = undone {
            return Err(ToolError::conflict(
                format!("撤销没有完成:{}", problem.zh),
                format!("it could not be undone wholly: {}", problem.en),
            ));
        }
        let done = entry(id, &by.user, "change.rolled_back", json!({}), now);
        Ok(self.store.move_change(id, &[ChangeStatus::Verified], ChangeStatus::RolledBack, &done).await?)
    }

    /// Marks changes as failed that were being carried out when the process ended. To be called once, when the service starts.
    pub async fn fail_interrupted(&self, now: Timestamp) -> Result<usize, ToolError> {
        let interrupted = self.store.changes(Some(ChangeStatus::Executing)).await?;
        let reason = Text::new("执行中服务中断,请核对资源现状", "the service ended while it was carried out; look at the resources");
        for change in &interrupted {
            self.fail(&change.id, &reason, now).await?;
        }
        Ok(interrupted.len())
    }

    /// The change, for someone who may approve and sees all its accounts. For others it is not there.
    async fn visible(&self, id: &str, by: &Scope) -> Result<ChangeRequest, ToolError> {
        if !by.may(Permission::Approve) {
            return Err(ToolError::forbidden(Permission::Approve));
        }
        let change = self.store.change(id).await?;
        if change.accounts.iter().all(|account| by.sees_account(account)) {
            Ok(change)
        } else {
            Err(ToolError::not_found(format!("没有变更 `{id}`"), format!("there is no change `{id}`")))
        }
    }

    async fn has_moved(&self, change: &ChangeRequest, lines: &[Line]) -> Option<Text> {
        for line in lines {
            match steps::drift(self.cloud.as_ref(), &change.action, line).await {
                Ok(None) => {}
                Ok(Some(moved)) => {
                    return Some(Text::new(format!("与预演时不符:{}", moved.zh), format!("not as in the dry run: {}", moved.en)));
                }
                Err(problem) => return Some(unreachable(line, &problem)),
            }
        }
        None
    }

    async fn act(&self, change: &ChangeRequest, lines: &[Line], now: Timestamp) -> Result<(), Text> {
        for (position, line) in lines.iter().enumerate() {
            let done = self.act_on(change, line).await;
            let detail = json!({"resource": line.resource_id, "action": change.action, "ok": done.is_ok(), "problem": done.as_ref().err().map(|text| &text.en)});
            self.write("change.step", change, detail, now).await;
            if let Err(reason) = done {
                let earlier = &lines[..position];
                let left = self.undo(change, earlier, now).await.unwrap_or_else(|problem| Some(problem.safe));
                return Err(match left {
                    None => reason,
                    Some(left) => Text::new(
                        format!("{};且未能全部恢复:{}", reason.zh, left.zh),
                        format!("{}; not all was undone: {}", reason.en, left.en),
                    ),
                });
            }
        }
        Ok(())
    }

    async fn act_on(&self, change: &ChangeRequest, line: &Line) -> Result<(), Text> {
        let cloud = self.cloud.as_ref();
        steps::act(cloud, &change.action, line).await.map_err(|problem| unreachable(line, &problem))?;
        match steps::is_done(cloud, &change.action, line).await {
            Ok(true) => Ok(()),
            Ok(false) => {
                // It was touched: it goes back like those before it.
                let undone = steps::undo(cloud, &change.action, line).await;
                let id = &line.resource_id;
                let (zh, en) =
                    if undone.is_ok() { ("已恢复", "it was put back") } else { ("且未能恢复", "and it could not be put back") };
                Err(Text::new(format!("{id} 执行后核对不一致,{zh}"), format!("{id} is not as wanted after the change, {en}")))
            }
            Err(problem) => Err(unreachable(line, &problem)),
        }
    }

    /// Undoes lines, last first, and goes on after a failure; gives the first failure.
    async fn undo(&self, change: &ChangeRequest, lines: &[Line], now: Timestamp) -> Result<Option<Text>, ToolError> {
        let mut first = None;
        for line in lines.iter().rev() {
            let undone = steps::undo(self.cloud.as_ref(), &change.action, line).await;
            let detail =
                json!({"resource": line.resource_id, "ok": undone.is_ok(), "problem": undone.as_ref().err().map(ToString::to_string)});
            self.write("change.undone", change, detail, now).await;
            if let Err(problem) = undone {
                first.get_or_insert_with(|| unreachable(line, &problem));
            }
        }
        Ok(first)
    }

    async fn fail(&self, id: &str, reason: &Text, now: Timestamp) -> Result<ChangeRequest, ToolError> {
        let detail = json!({"failure": format!("{} / {}", reason.zh, reason.en)});
        let failed = entry(id, ACTOR, "change.failed", detail, now);
        Ok(self.store.move_change(id, &[ChangeStatus::Executing], ChangeStatus::Failed, &failed).await?)
    }

    /// A step that was done must not be forgotten over a log that cannot be written: it is logged, and the change goes on.
    async fn write(&self, action: &str, change: &ChangeRequest, detail: Value, now: Timestamp) {
        if let Err(problem) = self.store.audit(&entry(&change.id, ACTOR, action, detail, now)).await {
            tracing::error!(change = change.id, "a step could not be written to the audit log: {problem}");
        }
    }

    /// Tells the warehouse what the resources are now. When that fails the change stands all the same.
    async fn refresh(&self, id: &str, now: Timestamp) -> Result<(), ToolError> {
        if let Err(problem) = self.import_resources().await {
            tracing::error!(change = id, "the resources could not be refreshed: {problem}");
            let detail = json!({"problem": problem.to_string()});
            self.store.audit(&entry(id, ACTOR, "resources.not_refreshed", detail, now)).await?;
        }
        Ok(())
    }

    async fn import_resources(&self) -> Result<(), ToolError> {
        let resources = self.cloud.list().await.map_err(|problem| ToolError::failed("list the resources", &problem))?;
        let folder = tempfile::tempdir().map_err(|problem| ToolError::failed("make a folder", &problem))?;
        let file = folder.path().join("resources.csv");
        write_csv(&file, &resources).map_err(|problem| ToolError::failed("write the resources", &problem))?;
        let options = ImportOptions { table: Some("resources".to_owned()), ..ImportOptions::default() };
        self.warehouse.import(&[file], &options, &|_| {}).await?;
        Ok(())
    }
}

fn lines(change: &ChangeRequest) -> Result<Vec<Line>, ToolError> {
    let dry_run: DryRun =
        serde_json::from_value(change.dry_run.clone()).map_err(|problem| ToolError::failed("read the dry run", &problem))?;
    Ok(dry_run.lines)
}

fn unreachable(line: &Line, problem: &super::CloudError) -> Text {
    Text::new(format!("{} 操作失败:{problem}", line.resource_id), format!("{}: {problem}", line.resource_id))
}

fn entry(change: &str, actor: &str, action: &str, detail: Value, at: Timestamp) -> AuditEntry {
    AuditEntry { at, actor: actor.to_owned(), action: action.to_owned(), subject: change.to_owned(), detail }
}

/// The columns of the table `resources`.
const COLUMNS: [&str; 19] = [
    "ResourceId",
    "ResourceName",
    "ResourceType",
    "ServiceName",
    "ProviderName",
    "SubAccountId",
    "RegionId",
    "Status",
    "CreatedAt",
    "CpuAvg30d",
    "MemAvg30d",
    "NetworkOutGb30d",
    "AttachedTo",
    "Encrypted",
    "PubliclyAccessible",
    "MonthlyCost",
    "Currency",
    "Tags",
    "Config",
];

fn write_csv(file: &std::path::Path, resources: &[Map<String, Value>]) -> Result<(), csv::Error> {
    let mut writer = csv::Writer::from_path(file)?;
    writer.write_record(COLUMNS)?;
    for resource in resources {
        writer.write_record(COLUMNS.map(|column| cell(resource.get(column))))?;
    }
    writer.flush()?;
    Ok(())
}

fn cell(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}
