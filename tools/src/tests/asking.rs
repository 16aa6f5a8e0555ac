//! Tools that find out.

use super::*;

#[tokio::test]
async fn waste_is_found_with_its_worth_and_currencies_are_kept_apart() {
    let world = World::new().await;
    let found = world.call("find_waste", &owner(), json!({})).await.expect("found");
    let table = found.table.as_ref();
    assert_eq!(column(table, "ResourceId"), ["i-idle", "i-off", "d-free", "eip-free"]);
    assert_eq!(column(table, "MonthlyCost"), ["500.1", "80", "40.05", "3.6"]);
    assert_eq!(column(table, "Action"), ["stop", "release", "release", "release"]);
    assert_eq!(found.text, "Found 4 wasted resources, worth about ¥620.15 and $3.60 a month.");
    assert_eq!(found.terms.currency.as_deref(), Some("CNY, USD"));
    assert!(found.sql.is_some_and(|sql| sql.tables == ["resources"]));
    let disks = world.call("find_waste", &owner(), json!({"kinds": ["unattached_disk"]})).await.expect("found");
    assert_eq!(column(disks.table.as_ref(), "ResourceId"), ["d-free"]);
}

#[tokio::test]
async fn findings_and_checks_are_listed_once_most_severe_first() {
    let world = World::new().await;
    let posture = world.call("security_posture", &owner(), json!({})).await.expect("a posture");
    let table = posture.table.as_ref();
    // The scanner has the public bucket already; its missing encryption is another matter.
    assert_eq!(column(table, "CheckId"), ["SCAN-7", "ssh-open", "bucket-unencrypted", "disk-unencrypted"]);
    assert_eq!(column(table, "Severity"), ["critical", "high", "medium", "medium"]);
    assert_eq!(posture.text, "4 open security issues: 1 critical, 1 high, 2 medium.");
}

#[tokio::test]
async fn costs_are_queried_by_typed_arguments() {
    let world = World::new().await;
    let ask = async |args: Json| world.call("query_costs", &owner(), args).await.expect("an answer");
    let april = json!({"start": "2026-04-01", "end": "2026-05-01"});
    let may = json!({"start": "2026-05-01", "end": "2026-06-01"});
    let by_service = ask(json!({"dimensions": ["servicename"], "period": april})).await;
    assert_eq!(column(by_service.table.as_ref(), "ServiceName"), ["ECS", "OSS"]);
    assert_eq!(column(by_service.table.as_ref(), "value"), ["100.5", "30.25"]);
    assert_eq!(by_service.terms.cost_basis.as_deref(), Some("BilledCost"));
    let totals = ask(json!({"period": may})).await;
    assert_eq!(column(totals.table.as_ref(), "BillingCurrency"), ["CNY", "USD"]);
    let by_team = ask(json!({"dimensions": ["tag:team"], "filters": [{"column": "ProviderName", "values": ["alibaba cloud"]}]})).await;
    assert_eq!(column(by_team.table.as_ref(), "tag:team"), ["blue", "(untagged)"]);
    assert_eq!(column(by_team.table.as_ref(), "value"), ["250.5", "30.25"]);
    let trend = ask(json!({"grain": "month", "filters": [{"column": "BillingCurrency", "values": ["CNY"]}]})).await;
    assert_eq!(column(trend.table.as_ref(), "period"), ["2026-04", "2026-05"]);
    let days = ask(json!({"grain": "day", "period": {"start": "2026-04-03", "end": "2026-04-04"}})).await;
    assert_eq!(column(days.table.as_ref(), "period"), ["2026-04-03"]);
    assert_eq!(column(days.table.as_ref(), "value"), ["130.75"]);
    let change = ask(json!({"dimensions": ["ServiceName"], "period": may, "compare": "previous", "filters": [{"column": "ProviderName", "values": ["Alibaba Cloud"]}]})).await;
    assert_eq!(column(change.table.as_ref(), "ServiceName"), ["ECS", "OSS"]);
    assert_eq!(column(change.table.as_ref(), "change"), ["49.5", "-30.25"]);
    assert_eq!(column(change.table.as_ref(), "previous"), ["100.5", "30.25"]);
}

#[tokio::test]
async fn wrong_arguments_say_what_is_wrong() {
    let world = World::new().await;
    let check = async |tool: &str, args: Json, code: &str, word: &str| {
        let problem = world.call(tool, &owner(), args).await.expect_err("refused");
        assert_eq!(problem.code, code, "{problem}");
        assert!(problem.safe.en.contains(word), "{problem}");
        assert!(!problem.safe.zh.is_empty());
    };
    check("query_costs", json!({"measures": "x"}), "invalid_arguments", "measures").await;
    check("query_costs", json!({"measure": "profit"}), "invalid_arguments", "billed_cost").await;
    check("query_costs", json!({"dimensions": ["BilledCost'; DROP"]}), "invalid_arguments", "ServiceName").await;
    check("query_costs", json!({"period": {"start": "2026-05-01", "end": "2026-04-01"}}), "invalid_arguments", "after").await;
    check("run_sql", json!({"sql": "DELETE FROM costs"}), "rejected_sql", "").await;
    check("find_money", json!({}), "not_found", "find_waste").await;
    check("propose_change", json!({"action": {"type": "stop"}, "resource_ids": []}), "invalid_arguments", "no resource").await;
}

#[tokio::test]
async fn a_value_with_a_quote_stays_a_value() {
    let world = World::new().await;
    let args = json!({"filters": [{"column": "ServiceName", "values": ["x' OR '1'='1"]}]});
    let found = world.call("query_costs", &owner(), args).await.expect("an answer");
    assert!(found.empty, "{:?}", found.table);
}

#[tokio::test]
async fn an_asker_sees_own_accounts_and_documents_only() {
    let world = World::new().await;
    let asker = member("a-2");
    let costs = world.call("run_sql", &asker, json!({"sql": "SELECT SubAccountId, BilledCost FROM costs"})).await.expect("rows");
    assert_eq!(column(costs.table.as_ref(), "SubAccountId"), ["a-2"]);
    let waste = world.call("find_waste", &asker, json!({})).await.expect("found");
    assert_eq!(column(waste.table.as_ref(), "ResourceId"), ["i-off", "d-free"]);
    let posture = world.call("security_posture", &member("a-1"), json!({})).await.expect("a posture");
    assert_eq!(column(posture.table.as_ref(), "SubAccountId"), ["a-1"]);
    let pages = world.call("search_knowledge", &asker, json!({"query": "idle instances"})).await.expect("pages");
    assert!(pages.empty && pages.citations.is_empty());
    let pages = world.call("search_knowledge", &owner(), json!({"query": "idle instances"})).await.expect("pages");
    assert_eq!(pages.citations[0].quote, "Below 4% for 21 days.");
}

#[tokio::test]
async fn nobody_may_do_nothing() {
    let world = World::new().await;
    for tool in Registry::standard().tools() {
        let problem = tool.call(&world.context(Scope::nobody()), json!({})).await.expect_err("refused");
        assert_eq!(problem.code, "forbidden", "{}", tool.name());
        assert!(tool.arguments()["properties"].is_object(), "{}", tool.name());
    }
}
