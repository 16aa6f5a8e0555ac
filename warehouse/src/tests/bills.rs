//! Whole bills: their totals, twice the same as once, replaced by month, filled by rule.

use std::{
    collections::BTreeMap,
    io::Read as _,
    path::{Path, PathBuf},
};

use domain::Decimal;

use super::{Fixture, bill, shared};
use crate::{ImportOptions, ImportReport, Replaced, WarehouseError};

/// Month, provider and currency to rows and amount.
type Totals = BTreeMap<(String, String, String), (u64, Decimal)>;

fn totals_of(report: &ImportReport) -> Totals {
    let totals = report.files.iter().flat_map(|file| &file.totals);
    totals
        .map(|(month, provider, currency, rows, billed)| {
            ((month.clone(), provider.clone(), currency.clone()), (*rows, billed.parse().expect("a decimal")))
        })
        .collect()
}

fn given_totals(shared: &Path) -> Totals {
    let text = std::fs::read_to_string(shared.join("bench/dev/data/totals.json")).expect("totals");
    let json: serde_json::Value = serde_json::from_str(&text).expect("json");
    let mut totals = Totals::new();
    let months = json["costs"]["by_month_provider_currency"].as_object().expect("months");
    for (month, providers) in months {
        for (provider, currencies) in providers.as_object().expect("providers") {
            for (currency, sums) in currencies.as_object().expect("currencies") {
                let billed = sums["BilledCost"].as_str().expect("text").parse().expect("a decimal");
                let rows = sums["rows"].as_u64().expect("rows");
                totals.insert((month.clone(), provider.clone(), currency.clone()), (rows, billed));
            }
        }
    }
    totals
}

const BY_MONTH: &str = "SELECT x_BillingMonth, ProviderName, BillingCurrency, COUNT(*) AS n, SUM(BilledCost) AS billed, SUM(EffectiveCost) AS effective \
                        FROM costs GROUP BY x_BillingMonth, ProviderName, BillingCurrency ORDER BY 1, 2, 3 LIMIT 1000";

#[tokio::test(flavor = "multi_thread")]
async fn a_year_of_bills_keeps_its_totals_in_csv_and_in_parquet() {
    let Some(shared) = shared() else { return };
    let expect = given_totals(&shared);
    let mut answers = Vec::new();
    for file in ["costs.csv.gz", "costs.parquet"] {
        let fixture = Fixture::new().await;
        let report = fixture.import(&[shared.join("bench/dev/data").join(file)]).await.expect("an import");
        assert_eq!(totals_of(&report), expect, "{file}");
        assert_eq!(report.files[0].rows, 54_086);
        assert!(report.changed && report.replaced.is_empty());
        answers.push(fixture.rows(BY_MONTH).await);
        let sum: Decimal = expect.values().map(|(_, billed)| billed).sum();
        let total = fixture.rows("SELECT SUM(BilledCost) AS a, COUNT(*) AS b FROM costs").await;
        assert_eq!(total, [format!("{}|54086", sum.normalize())]);
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0].len(), expect.len());
}

/// Sums a column by provider from the text of the file, with nothing of the import.
fn sums_from_text(path: &Path, column: &str) -> BTreeMap<String, Decimal> {
    let mut reader = csv::Reader::from_path(path).expect("a file");
    let header = reader.headers().expect("a header").clone();
    let position = |name: &str| header.iter().position(|column| column == name).expect("a column");
    let (provider, amount) = (position("ProviderName"), position(column));
    let mut sums: BTreeMap<String, Decimal> = BTreeMap::new();
    for record in reader.records() {
        let record = record.expect("a row");
        *sums.entry(record[provider].to_owned()).or_default() += record[amount].parse::<Decimal>().expect("a decimal");
    }
    sums
}

#[tokio::test(flavor = "multi_thread")]
async fn the_focus_sample_imports_to_the_last_decimal() {
    let Some(shared) = shared() else { return };
    let path = shared.join("data/focus-sample/focus_sample_1000.csv");
    let fixture = Fixture::new().await;
    let report = fixture.import(std::slice::from_ref(&path)).await.expect("an import");
    assert_eq!((report.files[0].rows, report.files[0].format.as_str()), (1_000, "FOCUS 1.0 CSV"));
    assert_eq!(report.files[0].ignored_columns, ["Id"]);
    for column in ["BilledCost", "EffectiveCost", "ListCost", "ConsumedQuantity"] {
        if column == "ConsumedQuantity" {
            let rows = fixture.rows("SELECT ConsumedQuantity FROM costs WHERE ConsumedQuantity = 0.000004255212843").await;
            assert_eq!(rows, ["0.000004255212843"]);
            continue;
        }
        let sums = sums_from_text(&path, column);
        let expect: Vec<_> = sums.iter().map(|(provider, sum)| format!("{provider}|{}", sum.normalize())).collect();
        let sql = format!("SELECT ProviderName, SUM({column}) AS a FROM costs GROUP BY ProviderName ORDER BY ProviderName");
        assert_eq!(fixture.rows(&sql).await, expect, "{column}");
    }
    let providers = fixture.rows("SELECT ProviderName, COUNT(*) AS n FROM costs GROUP BY ProviderName ORDER BY ProviderName").await;
    assert_eq!(providers, ["AWS|942", "Microsoft|51", "Oracle|7"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_table_of_the_design_imports_by_its_header() {
    let Some(shared) = shared() else { return };
    let folder = shared.join("bench/dev/data");
    let tables = ["resources", "budgets", "commitments", "balances", "change_events", "findings", "exchange_rates"];
    let files: Vec<PathBuf> = tables.iter().map(|table| folder.join(format!("{table}.csv"))).collect();
    let fixture = Fixture::new().await;
    let report = fixture.import(&files).await.expect("an import");
    let found: Vec<_> = report.files.iter().map(|file| file.table.as_str()).collect();
    assert_eq!(found, tables);
    for (table, path) in tables.iter().zip(&files) {
        let rows = csv::Reader::from_path(path).expect("a file").records().count();
        assert_eq!(fixture.rows(&format!("SELECT COUNT(*) AS n FROM {table}")).await, [rows.to_string()], "{table}");
    }
    let again = fixture.import(&files).await.expect("an import");
    assert!(!again.changed && again.files.iter().all(|file| file.unchanged));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_file_twice_changes_nothing_and_another_replaces_its_months() {
    let fixture = Fixture::new().await;
    let may = fixture.file(
        "may.csv",
        bill(&["1.5,CNY,2026-04-30T16:00:00Z,2026-05-01T00:00:00Z,Alibaba Cloud,ECS,i-1,", "2,USD,2026-05-01,2026-05-02,AWS,EC2,i-2,"]),
    );
    let june = fixture.file("june.csv", bill(&["4,CNY,2026-05-31T16:00:00Z,2026-06-01T00:00:00Z,Alibaba Cloud,ECS,i-1,"]));
    let amended = fixture.file("may2.csv", bill(&["1.25,CNY,2026-04-30T16:00:00Z,2026-05-01T00:00:00Z,Alibaba Cloud,ECS,i-1,"]));
    let sums = "SELECT x_BillingMonth, ProviderName, SUM(BilledCost) AS a FROM costs GROUP BY x_BillingMonth, ProviderName ORDER BY 1, 2";

    assert!(fixture.import(&[may.clone(), june.clone()]).await.expect("an import").changed);
    let first = ["2026-05|AWS|2", "2026-05|Alibaba Cloud|1.5", "2026-06|Alibaba Cloud|4"];
    assert_eq!(fixture.rows(sums).await, first);
    let version = fixture.warehouse.profile().await.expect("a profile").version;

    let again = fixture.import(std::slice::from_ref(&may)).await.expect("an import");
    assert!(!again.changed && again.files[0].unchanged && again.files[0].rows == 2);
    assert_eq!(fixture.warehouse.profile().await.expect("a profile").version, version);

    let report = fixture.import(&[amended]).await.expect("an import");
    let replaced =
        Replaced { table: "costs".into(), provider: "Alibaba Cloud".into(), month: "2026-05".into(), rows_before: 1, rows_now: 1 };
    assert_eq!(report.replaced, [replaced]);
    assert_eq!(fixture.rows(sums).await, ["2026-05|AWS|2", "2026-05|Alibaba Cloud|1.25", "2026-06|Alibaba Cloud|4"]);

    // The first file is not what the table holds any more, so it comes back.
    assert!(fixture.import(&[may.clone(), may]).await.expect("an import").changed);
    assert_eq!(fixture.rows(sums).await, first);
    assert!(!fixture.import(&[june]).await.expect("an import").changed);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_exports_leave_empty_is_filled_by_rule_and_named() {
    let fixture = Fixture::new().await;
    let text = "BilledCost,BillingCurrency,BillingPeriodStart,ChargePeriodStart,ProviderName,EffectiveCost,ContractedCost,ListCost,ServiceCategory,CommitmentDiscountId\n\
                5,CNY,2026-05-01,2026-05-01,AWS,,,,,\n\
                5,CNY,2026-05-01,2026-05-02,AWS,4,,,Compute,sp-1\n\
                5,CNY,2026-05-01,2026-05-03,AWS,4,3,9,Compute,\n";
    let path = fixture.file("gaps.csv", text);
    let report = fixture.import(&[path]).await.expect("an import");
    assert_eq!(report.files[0].derived_columns, ["EffectiveCost", "ContractedCost", "ListCost", "ServiceCategory"]);
    let rows = fixture
        .rows("SELECT EffectiveCost, ContractedCost, ListCost, ServiceCategory, x_DerivedColumns FROM costs ORDER BY ChargePeriodStart")
        .await;
    assert_eq!(rows, ["5|5|5|Other|EffectiveCost,ContractedCost,ListCost,ServiceCategory", "4|||Compute|", "4|3|9|Compute|"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn tencents_export_is_filled_where_it_is_empty() {
    let Some(shared) = shared() else { return };
    let fixture = Fixture::new().await;
    let report = fixture.import(&[shared.join("bench/dev/data/tencent_focus_2026-05.csv")]).await.expect("an import");
    assert_eq!(report.files[0].rows, 749);
    assert_eq!(report.files[0].derived_columns, ["EffectiveCost", "ServiceCategory"]);
    let given = given_totals(&shared);
    let key = ("2026-05".to_owned(), "Tencent Cloud".to_owned(), "CNY".to_owned());
    assert_eq!(totals_of(&report).get(&key), given.get(&key));
}

#[tokio::test(flavor = "multi_thread")]
async fn packed_files_and_odd_headers_read_the_same() {
    let plain = "\u{feff}billed cost,BILLING_CURRENCY,billingPeriodStart,ChargePeriodStart,Provider,ServiceName,x_Unknown,Tags\r\n\
                 1e2,CNY,2026/05/01,2026-05-01T08:00:00+08:00,AWS,\"a, \"\"b\"\"\",z,key:team value:x\r\n\
                 NULL_IS_TEXT,null,NULL,,,,,\r\n";
    let rows: Vec<&str> = plain.split_inclusive("\r\n").take(2).collect();
    let text = rows.concat();
    let mut gzip = Vec::new();
    flate2::read::GzEncoder::new(text.as_bytes(), flate2::Compression::fast()).read_to_end(&mut gzip).expect("gzip");
    let zstd = zstd::encode_all(text.as_bytes(), 1).expect("zstd");
    for (name, content) in [("a.csv", text.clone().into_bytes()), ("a.csv.gz", gzip), ("a.zst", zstd)] {
        let fixture = Fixture::new().await;
        let path = fixture.file(name, content);
        let report = fixture.import(&[path]).await.expect("an import");
        assert_eq!(report.files[0].ignored_columns, ["x_Unknown"], "{name}");
        let rows = fixture.rows("SELECT BilledCost, ServiceName, ChargePeriodStart, tag(Tags, 'TEAM') AS team FROM costs").await;
        assert_eq!(rows, ["100|a, \"b\"|2026-05-01T00:00:00Z|x"], "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_counts_and_writes_nothing() {
    let fixture = Fixture::new().await;
    let path = fixture.file("a.csv", bill(&["1,CNY,2026-05-01,2026-05-01,AWS,EC2,i-1,"]));
    let options = ImportOptions { dry_run: true, ..ImportOptions::default() };
    let report = fixture.warehouse.import(&[path], &options, &|_| ()).await.expect("a report");
    assert_eq!(report.files[0].rows, 1);
    assert_eq!(fixture.rows("SELECT COUNT(*) AS n FROM costs").await, ["0"]);
    assert!(!fixture.folder.path().join("data/tables/costs").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_profile_knows_values_tags_and_spans() {
    let Some(shared) = shared() else { return };
    let fixture = Fixture::new().await;
    let folder = shared.join("bench/dev/data");
    fixture.import(&[folder.join("costs.parquet"), folder.join("resources.csv")]).await.expect("an import");
    fixture.warehouse.warm().await.expect("columns");
    let profile = fixture.warehouse.profile().await.expect("a profile");
    let providers: Vec<_> = profile.providers.iter().map(|span| span.provider.as_str()).collect();
    assert_eq!(providers, ["AWS", "Alibaba Cloud", "Tencent Cloud"]);
    for span in &profile.providers {
        assert_eq!((span.first_month.to_string(), span.last_month.to_string()), ("2025-05-01".into(), "2026-06-01".into()));
        assert_eq!(span.complete_to.to_string(), "2026-06-16", "{}", span.provider);
    }
    assert_eq!(profile.providers[1].accounts.len(), 5);
    assert_eq!(profile.currencies, ["CNY", "USD"]);
    assert_eq!((profile.cost_rows, profile.table_rows["resources"]), (54_086, 130));
    let keys: Vec<_> = profile.tags.keys().map(String::as_str).collect();
    assert_eq!(keys, ["cost_center", "env", "project", "team"]);
    let folded: std::collections::BTreeSet<_> = profile.tags["team"].iter().map(|value| value.value.to_lowercase()).collect();
    assert_eq!(folded.len(), profile.tags["team"].len());
    let counted = fixture.rows("SELECT COUNT(DISTINCT ServiceName) AS n FROM costs").await;
    assert_eq!(profile.dimensions["ServiceName"].len().to_string(), counted[0]);

    let reopened =
        crate::Warehouse::open(&fixture.folder.path().join("data"), std::sync::Arc::new(schema::Catalog::builtin())).await.expect("open");
    assert_eq!(*reopened.profile().await.expect("a profile"), *profile);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_import_at_a_time() {
    let fixture = Fixture::new().await;
    let path = fixture.file("a.csv", bill(&["1,CNY,2026-05-01,2026-05-01,AWS,EC2,i-1,"]));
    let lock = std::fs::File::create(fixture.folder.path().join("data/import.lock")).expect("a file");
    lock.lock().expect("a lock");
    let error = fixture.import(std::slice::from_ref(&path)).await.expect_err("busy");
    assert!(matches!(error, WarehouseError::Busy { .. }), "{error}");
    drop(lock);
    assert!(fixture.import(&[path]).await.expect("an import").changed);
}
