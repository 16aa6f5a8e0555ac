//! The whole company, made and read back.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    fmt,
    path::Path,
    sync::{Arc, OnceLock},
};

use rust_decimal::Decimal;
use serde_json::Value;
use tempfile::TempDir;

use crate::{DemoOptions, generate};

/// A row by column name.
struct Row {
    columns: Arc<HashMap<String, usize>>,
    cells: csv::StringRecord,
}

impl Row {
    fn get(&self, column: &str) -> &str {
        &self.cells[self.columns[column]]
    }
}

impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.cells.iter().filter(|cell| !cell.is_empty())).finish()
    }
}

/// The company as its files hold it.
struct Made {
    folder: TempDir,
    costs: Vec<Row>,
    tables: BTreeMap<String, Vec<Row>>,
    planted: Value,
}

fn options(seed: u64, charges: u64) -> DemoOptions {
    DemoOptions { seed, charges, now: "2026-11-21T02:00:00Z".parse().expect("an instant") }
}

/// The company of the default size, made once.
fn made() -> &'static Made {
    static MADE: OnceLock<Made> = OnceLock::new();
    MADE.get_or_init(|| {
        let folder = TempDir::new().expect("a folder");
        let files = generate(folder.path(), &options(7, 60_000), &|_| {}).expect("a company");
        let tables = files.tables[1..].iter().map(|path| {
            let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
            (name, rows(&std::fs::read(path).expect("a table")))
        });
        let planted = std::fs::read(folder.path().join("planted.json")).expect("planted.json");
        Made {
            costs: rows(&bills(folder.path())),
            tables: tables.collect(),
            planted: serde_json::from_slice(&planted).expect("json"),
            folder,
        }
    })
}

fn bills(folder: &Path) -> Vec<u8> {
    let file = std::fs::File::open(folder.join("costs.csv.zst")).expect("the bills");
    zstd::decode_all(file).expect("zstd")
}

fn rows(text: &[u8]) -> Vec<Row> {
    let mut reader = csv::Reader::from_reader(text);
    let header = reader.headers().expect("a header").iter().enumerate();
    let columns: Arc<HashMap<String, usize>> = Arc::new(header.map(|(position, name)| (name.to_owned(), position)).collect());
    reader.into_records().map(|record| Row { columns: Arc::clone(&columns), cells: record.expect("csv") }).collect()
}

fn decimal(row: &Row, column: &str) -> Decimal {
    row.get(column).parse().unwrap_or_else(|_| panic!("{column}: `{}`", row.get(column)))
}

/// The day of a charge on its provider's clock.
fn day(row: &Row, column: &str) -> String {
    let instant: jiff::Timestamp = row.get(column).parse().expect("an instant");
    let hours = if row.get("ProviderName") == "AWS" { 0 } else { 8 };
    instant.to_zoned(jiff::tz::Offset::constant(hours).to_time_zone()).date().to_string()
}

/// Whether an instant is on a day, on the clock of one of the providers.
fn on_day(instant: &str, day: &str) -> bool {
    let instant: jiff::Timestamp = instant.parse().expect("an instant");
    [0, 8].iter().any(|hours| instant.to_zoned(jiff::tz::Offset::constant(*hours).to_time_zone()).date().to_string() == day)
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_else(|| panic!("{key} in {value}"))
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().expect("a list")
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let again = TempDir::new().expect("a folder");
    generate(again.path(), &options(7, 60_000), &|_| {}).expect("a company");
    let other = TempDir::new().expect("a folder");
    generate(other.path(), &options(8, 60_000), &|_| {}).expect("a company");
    let mut files = 0;
    for file in std::fs::read_dir(made().folder.path()).expect("the folder") {
        let file = file.expect("a file");
        if file.file_type().expect("a type").is_file() {
            let bytes = std::fs::read(file.path()).expect("the bytes");
            assert_eq!(bytes, std::fs::read(again.path().join(file.file_name())).expect("the same file"), "{:?}", file.file_name());
            files += 1;
        }
    }
    assert_eq!(files, 10, "eight tables, the inventory, what was planted");
    assert_ne!(bills(again.path()), bills(other.path()));
}

#[test]
fn as_many_charges_as_asked_for() {
    let check = |charges: u64, folder: &Path| {
        let written = std::sync::atomic::AtomicU64::new(0);
        generate(folder, &options(3, charges), &|so_far| written.store(so_far, std::sync::atomic::Ordering::Relaxed)).expect("a company");
        let lines = bills(folder).iter().filter(|byte| **byte == b'\n').count() as u64 - 1;
        assert_eq!(lines, written.into_inner(), "progress tells the truth");
        assert!(lines.abs_diff(charges) * 10 <= charges, "{lines} charges, {charges} asked for");
    };
    for charges in [60_000, 200_000] {
        check(charges, TempDir::new().expect("a folder").path());
    }
}

#[test]
fn the_columns_are_those_of_the_bench() {
    let header = String::from_utf8(bills(made().folder.path())).expect("text").lines().next().expect("a header").to_owned();
    assert_eq!(header, crate::charge::HEADER);
    let shared = std::env::var("CLOUDLENS_SHARED").unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared").into());
    let data = Path::new(&shared).join("bench/dev/data");
    if !data.exists() {
        assert!(std::env::var("CI").is_err(), "needs ../shared");
        println!("skipped: needs ../shared");
        return;
    }
    for table in made().tables.keys() {
        let first_line = |path: &Path| std::fs::read_to_string(path).expect("a table").lines().next().expect("a header").to_owned();
        let file = format!("{table}.csv");
        assert_eq!(first_line(&made().folder.path().join(&file)), first_line(&data.join(&file)), "{table}");
    }
}

#[test]
fn fourteen_months_end_yesterday() {
    for provider in ["Alibaba Cloud", "Tencent Cloud", "AWS"] {
        let rows: Vec<_> = made().costs.iter().filter(|row| row.get("ProviderName") == provider).collect();
        let months: BTreeSet<_> = rows.iter().map(|row| day(row, "BillingPeriodStart")).collect();
        assert_eq!(months.len(), 14, "{provider}");
        assert_eq!(months.first().map(String::as_str), Some("2025-10-01"));
        assert_eq!(months.last().map(String::as_str), Some("2026-11-01"));
        let last = rows.iter().filter(|row| row.get("ChargeFrequency") == "Usage-Based" && row.get("SkuMeter") != "Support Fee");
        assert_eq!(last.map(|row| day(row, "ChargePeriodStart")).max().as_deref(), Some("2026-11-20"), "{provider}");
    }
}

#[test]
fn every_usage_is_price_times_quantity() {
    let mut by_category: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for row in &made().costs {
        *by_category.entry((row.get("ChargeCategory"), row.get("CommitmentDiscountStatus"))).or_default() += 1;
        let [list, contracted, billed] = ["ListCost", "ContractedCost", "BilledCost"].map(|column| decimal(row, column));
        assert!(list >= contracted && contracted >= billed, "{row:?}");
        if !row.get("ListUnitPrice").is_empty() {
            let quantity = decimal(row, "PricingQuantity");
            assert_eq!(decimal(row, "ListUnitPrice") * quantity, list, "{row:?}");
            assert_eq!(decimal(row, "ContractedUnitPrice") * quantity, contracted, "{row:?}");
        }
        match row.get("CommitmentDiscountStatus") {
            "Used" => assert!(billed.is_zero() && decimal(row, "EffectiveCost") < contracted, "{row:?}"),
            "Unused" => assert!(billed.is_zero() && decimal(row, "EffectiveCost") > Decimal::ZERO, "{row:?}"),
            _ if row.get("CommitmentDiscountId").is_empty() => assert_eq!(decimal(row, "EffectiveCost"), billed, "{row:?}"),
            _ => assert!(row.get("ChargeCategory") == "Purchase" && decimal(row, "EffectiveCost").is_zero(), "{row:?}"),
        }
        let currency = if row.get("ProviderName") == "AWS" { "USD" } else { "CNY" };
        assert_eq!(row.get("BillingCurrency"), currency);
    }
    for expected in
        [("Usage", ""), ("Usage", "Used"), ("Usage", "Unused"), ("Purchase", ""), ("Tax", ""), ("Credit", ""), ("Adjustment", "")]
    {
        assert!(by_category.contains_key(&expected), "no {expected:?} in {by_category:?}");
    }
}

#[test]
fn a_commitment_is_amortised_to_the_last_digit() {
    let mut fees: BTreeMap<&str, Decimal> = BTreeMap::new();
    let mut amortised: BTreeMap<&str, Decimal> = BTreeMap::new();
    for row in made().costs.iter().filter(|row| !row.get("CommitmentDiscountId").is_empty()) {
        let id = row.get("CommitmentDiscountId");
        let daily = id != "sp-driver4a6k";
        if daily && row.get("ChargeCategory") == "Purchase" {
            *fees.entry(id).or_default() += decimal(row, "BilledCost");
        } else if daily {
            *amortised.entry(id).or_default() += decimal(row, "EffectiveCost");
        }
    }
    assert_eq!(fees.len(), 4);
    assert_eq!(fees, amortised);
}

#[test]
fn totals_are_those_of_a_real_company() {
    let mut months: BTreeMap<(&str, String), Decimal> = BTreeMap::new();
    for row in &made().costs {
        *months.entry((row.get("ProviderName"), day(row, "BillingPeriodStart"))).or_default() += decimal(row, "BilledCost");
    }
    for ((provider, month), billed) in &months {
        let least = if *provider == "Alibaba Cloud" { 100_000 } else { 2_000 };
        assert!(month.as_str() == "2026-11-01" || *billed > Decimal::from(least), "{provider} {month} {billed}");
    }
    let totals: BTreeSet<_> = months.values().collect();
    assert_eq!(totals.len(), months.len(), "no two months alike");
}

#[test]
fn ids_are_unique_and_accounts_eight() {
    let ids: Vec<_> = made().tables["resources"].iter().map(|row| row.get("ResourceId")).collect();
    assert_eq!(ids.iter().collect::<HashSet<_>>().len(), ids.len());
    assert!(ids.len() > 120);
    let accounts: BTreeSet<_> = made().costs.iter().map(|row| row.get("SubAccountId")).collect();
    assert_eq!(accounts.len(), 8);
    let findings: Vec<_> = made().tables["findings"].iter().map(|row| row.get("FindingId")).collect();
    assert_eq!(findings.iter().collect::<HashSet<_>>().len(), findings.len());
}

#[test]
fn tags_have_gaps_and_odd_capitals() {
    let tags: Vec<_> = made().tables["resources"].iter().map(|row| row.get("Tags")).collect();
    let teams: BTreeSet<String> = tags
        .iter()
        .filter_map(|tags| serde_json::from_str::<Value>(tags).ok())
        .filter_map(|tags| tags["team"].as_str().map(str::to_owned))
        .collect();
    assert!(tags.contains(&""), "some have none");
    assert!(tags.iter().any(|tags| tags.contains("env") && !tags.contains("team")), "some lack the team");
    assert!(teams.iter().any(|team| team.chars().any(char::is_uppercase)), "{teams:?}");
    assert!(teams.len() > 8);
}

#[test]
fn the_inventory_is_the_resources_with_types() {
    let text = std::fs::read(made().folder.path().join("inventory.json")).expect("the inventory");
    let inventory: Value = serde_json::from_slice(&text).expect("json");
    let resources = list(&inventory, "resources");
    assert_eq!(resources.len(), made().tables["resources"].len());
    for (resource, row) in resources.iter().zip(&made().tables["resources"]) {
        assert_eq!(text_of(resource, "ResourceId"), row.get("ResourceId"));
        assert_eq!(text_of(resource, "MonthlyCost"), row.get("MonthlyCost"));
        assert!(resource["Tags"].is_object() && resource["Config"].is_object());
        let known = |key: &String| crate::CONFIG_KEYS.iter().any(|(documented, _, _)| documented == key);
        assert!(resource["Config"].as_object().expect("an object").keys().all(known), "{resource}");
    }
}

fn text_of(value: &Value, key: &str) -> String {
    text(value, key).to_owned()
}

#[test]
fn monthly_cost_is_the_effective_cost_of_thirty_days() {
    let mut recent: HashMap<&str, Decimal> = HashMap::new();
    let recently = |row: &&Row| {
        row.get("ChargeFrequency") == "Usage-Based"
            && row.get("ChargeClass").is_empty()
            && day(row, "ChargePeriodStart").as_str() >= "2026-10-22"
    };
    for row in made().costs.iter().filter(recently) {
        *recent.entry(row.get("ResourceId")).or_default() += decimal(row, "EffectiveCost");
    }
    let bought: HashSet<_> =
        made().costs.iter().filter(|row| row.get("SkuMeter") == "Subscription").map(|row| row.get("ResourceId")).collect();
    let mut compared = 0;
    for row in made().tables["resources"].iter().filter(|row| !bought.contains(row.get("ResourceId"))) {
        let expected = recent.get(row.get("ResourceId")).copied().unwrap_or_default();
        assert!((decimal(row, "MonthlyCost") - expected).abs() <= Decimal::new(1, 2), "{row:?} {expected}");
        compared += 1;
    }
    assert!(compared > 100);
}

#[test]
fn planted_waste_is_in_the_resources() {
    let resources: HashMap<_, _> = made().tables["resources"].iter().map(|row| (row.get("ResourceId"), row)).collect();
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for item in list(&made().planted, "resources") {
        let planted = text(item, "planted");
        *kinds.entry(planted).or_default() += 1;
        let row = resources[text(item, "resource_id")];
        let costs = decimal(row, "MonthlyCost") > Decimal::ZERO;
        let below = |column: &str, limit: i64| decimal(row, column) < Decimal::from(limit);
        let found = match planted {
            "idle_instance" => costs && row.get("Status") == "Running" && below("CpuAvg30d", 5) && below("NetworkOutGb30d", 5),
            "unattached_disk" | "unattached_address" => costs && row.get("Status") == "Available" && row.get("AttachedTo").is_empty(),
            "stopped_billed" => costs && row.get("Status") == "Stopped",
            "old_snapshot" => costs && row.get("Config").contains("\"SourceDisk\":\"deleted\""),
            "oversized_database" => costs && below("CpuAvg30d", 10),
            "misconfigured" => made().tables["findings"].iter().any(|finding| finding.get("ResourceId") == row.get("ResourceId")),
            "not_waste" => costs,
            other => panic!("`{other}` is not looked for"),
        };
        assert!(found, "{planted} {row:?}");
    }
    for (kind, least) in
        [("idle_instance", 4), ("unattached_disk", 4), ("unattached_address", 3), ("stopped_billed", 2), ("misconfigured", 8)]
    {
        assert!(kinds[kind] >= least, "{kinds:?}");
    }
}

#[test]
fn incidents_move_the_bills_and_have_a_change_behind_them() {
    for incident in list(&made().planted, "incidents") {
        let (resource, start) = (text(incident, "resource_id"), text(incident, "start"));
        let explained = made().tables["change_events"].iter().any(|event| {
            event.get("ResourceId") == resource && event.get("Action") == text(incident, "action") && on_day(event.get("EventTime"), start)
        });
        assert!(explained, "{incident}");
        let end = incident["end"].as_str().unwrap_or("9999");
        let mut before = Vec::new();
        let mut during = Vec::new();
        let usage = |row: &&Row| {
            row.get("ResourceId") == resource && row.get("ChargeFrequency") == "Usage-Based" && row.get("ChargeClass").is_empty()
        };
        let mut days: BTreeMap<String, Decimal> = BTreeMap::new();
        for row in made().costs.iter().filter(usage) {
            *days.entry(day(row, "ChargePeriodStart")).or_default() += decimal(row, "BilledCost");
        }
        for (day, cost) in &days {
            if day.as_str() < start {
                before.push(*cost)
            } else if day.as_str() < end {
                during.push(*cost)
            }
        }
        let mean = |days: &[Decimal]| days.iter().rev().take(5).sum::<Decimal>() / Decimal::from(days.len().clamp(1, 5));
        assert!(mean(&during[..during.len().min(5)]) > mean(&before) * Decimal::new(105, 2), "{incident}: {before:?} {during:?}");
    }
}

#[test]
fn one_offs_commitments_and_the_low_balance_are_there() {
    for one_off in list(&made().planted, "one_offs") {
        let found = made().costs.iter().any(|row| {
            row.get("ChargeDescription") == text(one_off, "description") && row.get("BilledCost") == text(one_off, "billed_cost")
        });
        assert!(found, "{one_off}");
    }
    let corrections = |row: &&Row| row.get("ChargeClass") == "Correction" && day(row, "ChargePeriodStart") < day(row, "BillingPeriodStart");
    assert!(made().costs.iter().any(|row| corrections(&row)), "a correction of an earlier month");
    let soon =
        list(&made().planted, "commitments").iter().filter(|it| it["days_left"].as_i64().is_some_and(|days| (0..60).contains(&days)));
    assert_eq!(soon.count(), 2, "commitments that end within sixty days");
    for commitment in list(&made().planted, "commitments") {
        let row = made().tables["commitments"].iter().find(|row| row.get("CommitmentDiscountId") == text(commitment, "commitment_id"));
        let row = row.expect("the commitment");
        assert_eq!(row.get("EndDate"), text(commitment, "end_date"));
        assert!(decimal(row, "UtilizationPct") > Decimal::from(50), "{row:?}");
    }
    let low = &made().planted["low_balance"];
    let balance = made().tables["balances"].iter().find(|row| row.get("SubAccountId") == text(low, "sub_account_id")).expect("the balance");
    let burn: Decimal = low["burn_per_day_30d"].to_string().parse().expect("a number");
    let days = decimal(balance, "Balance") / burn;
    assert!(days > Decimal::from(10) && days < Decimal::from(21), "{days} days");
}
