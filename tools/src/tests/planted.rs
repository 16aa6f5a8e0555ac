//! Planted waste and findings of the dev company: all of it is found, and nothing that only looks like it.

use std::path::{Path, PathBuf};

use super::*;

fn data_folder() -> Option<PathBuf> {
    let shared =
        std::env::var_os("CLOUDLENS_SHARED").map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared"), PathBuf::from);
    let folder = shared.join("bench/dev/data");
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(std::env::var_os("CI").is_none(), "`{}` is missing", folder.display());
    println!("skipped: needs ../shared");
    None
}

async fn company(data: &Path) -> World {
    let world = World::new().await;
    for table in ["resources", "findings"] {
        let text = std::fs::read_to_string(data.join(format!("{table}.csv"))).expect("a table");
        world.import(&format!("dev-{table}.csv"), &text, table).await;
    }
    world
}

/// `(resource, monthly saving)` of the planted kinds, sorted.
fn planted(data: &Path, kinds: &[&str]) -> Vec<(String, String)> {
    let text = std::fs::read_to_string(data.join("planted.json")).expect("the list");
    let list: Json = serde_json::from_str(&text).expect("JSON");
    let entries = kinds.iter().flat_map(|kind| list["waste"][kind].as_array().expect("a kind").clone());
    let text = |entry: &Json, key: &str| entry[key].as_str().expect("a text").to_owned();
    let mut planted: Vec<_> = entries.map(|entry| (text(&entry, "resource_id"), text(&entry, "expected_monthly_saving"))).collect();
    planted.sort();
    planted
}

#[tokio::test]
async fn all_planted_waste_is_found_and_nothing_else() {
    let Some(data) = data_folder() else { return };
    let world = company(&data).await;
    let found = world.call("find_waste", &owner(), json!({})).await.expect("found");
    let table = found.table.as_ref();
    let mut found: Vec<_> = column(table, "ResourceId").into_iter().zip(column(table, "MonthlyCost")).collect();
    found.sort();
    assert_eq!(found, planted(&data, &["idle_instances", "unattached_disks", "unattached_eips", "stopped_still_billed"]));
}

#[tokio::test]
async fn every_open_resource_of_the_company_is_listed_once_for_each_matter() {
    let Some(data) = data_folder() else { return };
    let world = company(&data).await;
    let posture = world.call("security_posture", &owner(), json!({"severities": ["critical"]})).await.expect("a posture");
    let mut critical = column(posture.table.as_ref(), "CheckId");
    critical.sort();
    assert_eq!(critical, ["CIS-ALI-2.0-1.2", "CIS-ALI-2.0-5.1", "CIS-ALI-2.0-6.2", "TX-COS-PUBLIC-READ"]);
    let all = world.call("security_posture", &owner(), json!({})).await.expect("a posture");
    let table = all.table.as_ref();
    let findings = column(table, "Source").into_iter().filter(|source| source == "finding").count();
    assert_eq!(findings, 20, "every open finding");
    let unencrypted: Vec<_> = column(table, "CheckId").into_iter().filter(|check| check.ends_with("-unencrypted")).collect();
    assert!(!unencrypted.is_empty(), "what no scanner reported");
}
