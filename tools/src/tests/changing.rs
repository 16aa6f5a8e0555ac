//! The way of a change: proposed, approved, carried out, undone.

use domain::{ChangeRequest, ChangeStatus, Decimal};
use serde_json::Map;

use super::*;
use crate::remediation::{CloudError, CloudResource};

impl World {
    async fn propose(&self, asker: &Scope, action: Json, ids: &[&str]) -> Result<ChangeRequest, ToolError> {
        let evidence = self.call("propose_change", asker, json!({"action": action, "resource_ids": ids, "reason": "idle"})).await?;
        Ok(self.parts.store.change(&evidence.changes[0].id).await.expect("a change"))
    }

    async fn status_in_warehouse(&self, id: &str) -> Vec<String> {
        let sql = format!("SELECT Status FROM resources WHERE ResourceId = '{id}'");
        let rows = self.call("run_sql", &owner(), json!({"sql": sql})).await.expect("rows");
        column(rows.table.as_ref(), "Status")
    }

    async fn steps(&self, id: &str) -> Vec<String> {
        self.parts.store.audit_log(Some(id)).await.expect("a log").into_iter().map(|entry| entry.action).collect()
    }
}

#[tokio::test]
async fn a_change_is_proposed_approved_carried_out_and_undone() {
    let world = World::new().await;
    let change = world.propose(&owner(), json!({"type": "stop"}), &["i-idle-name"]).await.expect("proposed");
    assert_eq!(change.resource_ids, ["i-idle"]);
    assert_eq!(change.monthly_saving, Some(Decimal::new(50010, 2)));
    assert_eq!((change.currency.as_deref(), change.reversible), (Some("CNY"), true));
    assert_eq!(world.cloud.describe("i-idle").await.expect("described").expect("there").status, "Running", "a proposal does nothing");
    let executor = world.executor(Approvers::Anyone);
    assert_eq!(executor.execute(&change.id, now()).await.expect_err("not approved").code, "conflict");
    executor.approve(&change.id, &owner(), now()).await.expect("approved");
    let done = executor.execute(&change.id, now()).await.expect("done");
    assert_eq!(done.status, ChangeStatus::Verified);
    assert_eq!(world.status_in_warehouse("i-idle").await, ["Stopped"]);
    let again = executor.execute(&change.id, now()).await.expect("nothing to do");
    assert_eq!(again, done);
    let undone = executor.roll_back(&change.id, &owner(), now()).await.expect("undone");
    assert_eq!(undone.status, ChangeStatus::RolledBack);
    assert_eq!(world.status_in_warehouse("i-idle").await, ["Running"]);
    let steps = world.steps(&change.id).await;
    assert_eq!(
        steps,
        ["change.proposed", "change.approved", "change.executing", "change.step", "change.verified", "change.undone", "change.rolled_back"]
    );
}

#[tokio::test]
async fn what_was_released_comes_back_from_the_recycle_bin() {
    let world = World::new().await;
    let change = world.propose(&owner(), json!({"type": "release"}), &["d-free"]).await.expect("proposed");
    let executor = world.executor(Approvers::Anyone);
    executor.approve(&change.id, &owner(), now()).await.expect("approved");
    executor.execute(&change.id, now()).await.expect("done");
    assert!(world.status_in_warehouse("d-free").await.is_empty());
    executor.roll_back(&change.id, &owner(), now()).await.expect("undone");
    assert_eq!(world.status_in_warehouse("d-free").await, ["Available"]);
}

#[tokio::test]
async fn a_tag_is_set_and_its_former_value_comes_back() {
    let world = World::new().await;
    let tag = |value: &str| json!({"type": "tag", "key": "owner", "value": value});
    let executor = world.executor(Approvers::Anyone);
    for value in ["ann", "bob"] {
        let change = world.propose(&owner(), tag(value), &["i-busy", "d-used"]).await.expect("proposed");
        assert_eq!(change.monthly_saving, None);
        executor.approve(&change.id, &owner(), now()).await.expect("approved");
        assert_eq!(executor.execute(&change.id, now()).await.expect("done").status, ChangeStatus::Verified);
        if value == "bob" {
            executor.roll_back(&change.id, &owner(), now()).await.expect("undone");
        }
    }
    let tags = world.cloud.describe("d-used").await.expect("described").expect("there").tags;
    assert_eq!(tags.get("owner").map(String::as_str), Some("ann"));
}

#[tokio::test]
async fn a_world_that_has_moved_is_left_alone() {
    let world = World::new().await;
    let change = world.propose(&owner(), json!({"type": "stop"}), &["i-idle"]).await.expect("proposed");
    world.cloud.stop("i-idle").await.expect("someone else stopped it");
    let executor = world.executor(Approvers::Anyone);
    executor.approve(&change.id, &owner(), now()).await.expect("approved");
    let failed = executor.execute(&change.id, now()).await.expect("an outcome");
    assert_eq!(failed.status, ChangeStatus::Failed);
    assert!(failed.failure.is_some_and(|reason| reason.contains("i-idle") && reason.contains("Stopped")));
}

/// A cloud that refuses to stop one instance.
struct Stubborn(Arc<Inventory>);

#[async_trait::async_trait]
impl Cloud for Stubborn {
    async fn describe(&self, id: &str) -> Result<Option<CloudResource>, CloudError> {
        self.0.describe(id).await
    }

    async fn stop(&self, id: &str) -> Result<(), CloudError> {
        if id == "i-standby" {
            return Err(CloudError::Refused { id: id.to_owned(), reason: "it is locked".to_owned() });
        }
        self.0.stop(id).await
    }

    async fn start(&self, id: &str) -> Result<(), CloudError> {
        self.0.start(id).await
    }

    async fn release(&self, id: &str) -> Result<(), CloudError> {
        self.0.release(id).await
    }

    async fn restore(&self, id: &str) -> Result<(), CloudError> {
        self.0.restore(id).await
    }

    async fn resize(&self, id: &str, instance_type: &str) -> Result<(), CloudError> {
        self.0.resize(id, instance_type).await
    }

    async fn set_tag(&self, id: &str, key: &str, value: Option<&str>) -> Result<(), CloudError> {
        self.0.set_tag(id, key, value).await
    }

    async fn list(&self) -> Result<Vec<Map<String, Json>>, CloudError> {
        self.0.list().await
    }
}

#[tokio::test]
async fn when_one_resource_fails_the_earlier_ones_are_undone() {
    let world = World::new().await;
    let change = world.propose(&owner(), json!({"type": "stop"}), &["i-busy", "i-idle", "i-standby"]).await.expect("proposed");
    let executor = world.executor_of(Arc::new(Stubborn(world.cloud.clone())), Approvers::Anyone);
    executor.approve(&change.id, &owner(), now()).await.expect("approved");
    let failed = executor.execute(&change.id, now()).await.expect("an outcome");
    assert_eq!(failed.status, ChangeStatus::Failed);
    for id in ["i-busy", "i-idle", "i-standby"] {
        assert_eq!(world.status_in_warehouse(id).await, ["Running"], "{id}");
    }
    let undone = world.steps(&change.id).await.into_iter().filter(|step| step == "change.undone").count();
    assert_eq!(undone, 2);
}

#[tokio::test]
async fn another_accounts_resource_is_as_good_as_none() {
    let world = World::new().await;
    let propose = async |id: &str| world.propose(&member("a-1"), json!({"type": "release"}), &[id]).await.expect_err("refused");
    let (theirs, nobodys) = (propose("d-free").await, propose("d-none").await);
    assert_eq!(theirs.safe.en.replace("d-free", "X"), nobodys.safe.en.replace("d-none", "X"));
    assert_eq!((theirs.code, nobodys.code), ("not_found", "not_found"));
    let change = world.propose(&owner(), json!({"type": "release"}), &["d-free"]).await.expect("proposed");
    let executor = world.executor(Approvers::Anyone);
    let theirs = executor.approve(&change.id, &member("a-1"), now()).await.expect_err("refused");
    assert_eq!((theirs.code, theirs.safe.en), ("not_found", format!("there is no change `{}`", change.id)));
    let missing = executor.approve("chg-none", &member("a-1"), now()).await.expect_err("refused");
    assert_eq!((missing.code, missing.safe.en.as_str()), ("not_found", "there is no change `chg-none`"));
    assert!(executor.approve(&change.id, &member("a-2"), now()).await.is_ok());
}

#[tokio::test]
async fn approval_takes_the_permission_and_where_it_is_set_another_person() {
    let world = World::new().await;
    let change = world.propose(&owner(), json!({"type": "stop"}), &["i-idle"]).await.expect("proposed");
    let strict = world.executor(Approvers::NotTheProposer);
    assert_eq!(strict.approve(&change.id, &owner(), now()).await.expect_err("own change").code, "forbidden");
    let mut asker = Scope::owner("sam");
    asker.permissions.remove(&Permission::Approve);
    assert_eq!(strict.approve(&change.id, &asker, now()).await.expect_err("no permission").code, "forbidden");
    strict.reject(&change.id, &Scope::owner("sam"), now()).await.expect("rejected");
    assert_eq!(strict.approve(&change.id, &Scope::owner("sam"), now()).await.expect_err("too late").code, "conflict");
}

#[tokio::test]
async fn amounts_of_two_currencies_are_not_added() {
    let world = World::new().await;
    let refused = world.propose(&owner(), json!({"type": "release"}), &["d-free", "eip-free"]).await.expect_err("refused");
    assert_eq!(refused.code, "invalid_arguments");
    let fits = world.propose(&owner(), json!({"type": "stop"}), &["d-free"]).await.expect_err("refused");
    assert_eq!(fits.code, "conflict");
}
