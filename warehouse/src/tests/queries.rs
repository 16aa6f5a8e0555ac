//! Checked statements on the engine: answers, limits, and what is read.

use std::time::{Duration, Instant};

use domain::Limits;
use tokio_util::sync::CancellationToken;

use super::{Fixture, bill, shared};
use crate::WarehouseError;

/// A join of everything with everything three times over, which takes longer than anybody waits.
const ENDLESS: &str = "SELECT COUNT(*) AS n FROM costs AS a JOIN costs AS b ON a.ProviderName = b.ProviderName \
                       JOIN costs AS c ON b.ProviderName = c.ProviderName WHERE a.BilledCost <> c.BilledCost";

async fn many_rows() -> Fixture {
    let fixture = Fixture::new().await;
    let rows: Vec<_> = (0..4_000).map(|i| format!("{i}.5,CNY,2026-05-01,2026-05-01,AWS,EC2,i-{i},team=t{}", i % 7)).collect();
    let rows: Vec<_> = rows.iter().map(String::as_str).collect();
    let path = fixture.file("many.csv", bill(&rows));
    fixture.import(&[path]).await.expect("an import");
    fixture
}

#[tokio::test(flavor = "multi_thread")]
async fn the_query_of_the_notebooks_runs_as_it_stands() {
    let Some(shared) = shared() else { return };
    let fixture = Fixture::new().await;
    fixture.import(&[shared.join("bench/dev/data/costs.parquet")]).await.expect("an import");
    let sql = "SELECT instance_id, instance_name, SUM(cost) AS total_cost FROM bill_items WHERE billing_cycle = '2026-01' AND product_name LIKE '%ECS%' \
               GROUP BY instance_id, instance_name ORDER BY total_cost DESC LIMIT 5";
    // Ties are free, so only the amounts are compared.
    let amounts = |rows: Vec<String>| rows.into_iter().filter_map(|row| row.rsplit('|').next().map(str::to_owned)).collect::<Vec<_>>();
    let rows = amounts(fixture.rows(sql).await);
    assert_eq!(rows.len(), 5);
    let direct = fixture
        .rows(
            "SELECT ResourceId, ResourceName, SUM(BilledCost) AS t FROM costs WHERE x_BillingMonth = '2026-01' AND ServiceName LIKE '%ECS%' \
             GROUP BY ResourceId, ResourceName ORDER BY t DESC LIMIT 5",
        )
        .await;
    assert_eq!(rows, amounts(direct));
}

#[tokio::test(flavor = "multi_thread")]
async fn limits_end_a_query_and_say_so() {
    let fixture = many_rows().await;
    let cancel = CancellationToken::new();
    let ten = Limits { rows: 10, ..Limits::default() };
    let cut = fixture.ask_within("SELECT ResourceId FROM costs ORDER BY BilledCost", &ten, &cancel).await.expect("rows").table;
    assert_eq!((cut.row_count, cut.truncated), (10, true));
    let whole = fixture.ask_within("SELECT ResourceId FROM costs ORDER BY BilledCost LIMIT 10", &ten, &cancel).await.expect("rows").table;
    assert_eq!((whole.row_count, whole.truncated), (10, false));

    let short = Limits { time: Duration::from_millis(100), ..Limits::default() };
    let started = Instant::now();
    let late = fixture.ask_within(ENDLESS, &short, &cancel).await.expect_err("a timeout");
    assert!(matches!(late, WarehouseError::Timeout { .. }) && started.elapsed() < Duration::from_secs(5), "{late}");

    let small = Limits { memory: 20_000, ..Limits::default() };
    let full =
        fixture.ask_within("SELECT ResourceId, SUM(BilledCost) AS a FROM costs GROUP BY ResourceId ORDER BY a", &small, &cancel).await;
    let full = full.expect_err("no memory");
    assert!(matches!(full, WarehouseError::Memory { limit: 20_000 }), "{full}");

    assert_eq!(fixture.rows("SELECT COUNT(*) AS n FROM costs").await, ["4000"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_query_ends_at_once() {
    let fixture = many_rows().await;
    let cancel = CancellationToken::new();
    let started = Instant::now();
    let limits = Limits::default();
    let stop_when_running = async {
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        cancel.cancel();
    };
    let (result, ()) = tokio::join!(fixture.ask_within(ENDLESS, &limits, &cancel), stop_when_running);
    assert!(matches!(result, Err(WarehouseError::Cancelled)));
    assert!(started.elapsed() < Duration::from_secs(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn sums_quotients_and_products_are_exact_at_any_size() {
    let fixture = Fixture::new().await;
    let path = fixture.file(
        "large.csv",
        bill(&["2000000000.000000000000001,CNY,2026-05-01,2026-05-01,AWS,EC2,i-1,", "1000000000,CNY,2026-05-01,2026-05-01,AWS,S3,i-2,"]),
    );
    fixture.import(&[path]).await.expect("an import");
    let check = async |sql: &str, expect: &str| assert_eq!(fixture.rows(sql).await, [expect], "{sql}");
    check("SELECT SUM(BilledCost) AS a FROM costs", "3000000000.000000000000001").await;
    check("SELECT SUM(BilledCost) / COUNT(*) AS a FROM costs", "1500000000.0000000000000005").await;
    check(
        "SELECT SUM(CASE WHEN ServiceName = 'S3' THEN BilledCost ELSE 0 END) / NULLIF(SUM(BilledCost), 0) AS a FROM costs",
        "0.333333333333333333",
    )
    .await;
    check("SELECT SUM(BilledCost) * 1.1 AS a FROM costs WHERE ServiceName = 'S3'", "1100000000").await;
    check("SELECT MAX(BilledCost) * 7.2125 AS a FROM costs WHERE ServiceName = 'S3'", "7212500000").await;
    check("SELECT SUM(BilledCost) / 0.5 AS a FROM costs WHERE ServiceName = 'S3'", "2000000000").await;
    check("SELECT SUM(BilledCost) / NULLIF(0, 0) AS a FROM costs", "").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_skip_what_cannot_match() {
    let Some(shared) = shared() else { return };
    let fixture = Fixture::new().await;
    fixture.import(&[shared.join("bench/dev/data/costs.parquet")]).await.expect("an import");
    let cancel = CancellationToken::new();
    let sql = "SELECT SUM(BilledCost) AS a FROM costs WHERE ProviderName = 'AWS' AND x_BillingMonth = '2026-05'";
    let result = fixture.ask_within(sql, &Limits::default(), &cancel).await.expect("an answer");
    let counted = fixture.rows("SELECT COUNT(*) AS n FROM costs WHERE ProviderName = 'AWS' AND x_BillingMonth = '2026-05'").await;
    assert_eq!(result.rows_read.to_string(), counted[0]);
    assert!(result.rows_read < 2_000);
    let all = fixture.ask_within("SELECT SUM(BilledCost) AS a FROM costs", &Limits::default(), &cancel).await.expect("an answer");
    assert_eq!(all.rows_read, 54_086);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_warehouse_answers_with_nothing() {
    let fixture = Fixture::new().await;
    assert_eq!(fixture.rows("SELECT COUNT(*) AS n FROM costs").await, ["0"]);
    assert_eq!(fixture.rows("SELECT instance_id FROM bill_items").await, Vec::<String>::new());
    let profile = fixture.warehouse.profile().await.expect("a profile");
    assert_eq!((profile.cost_rows, profile.complete_to()), (0, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_process_import_is_seen_by_the_next_query() {
    let fixture = Fixture::new().await;
    let other =
        crate::Warehouse::open(&fixture.folder.path().join("data"), std::sync::Arc::new(schema::Catalog::builtin())).await.expect("open");
    for (i, rows) in [1, 2, 3].into_iter().enumerate() {
        let bills = vec!["1,CNY,2026-05-01,2026-05-01,AWS,EC2,i-1,team=a"; rows];
        let path = fixture.file(&format!("{i}.csv"), bill(&bills));
        other.import(&[path], &crate::ImportOptions::default(), &|_| ()).await.expect("an import");
        assert_eq!(fixture.rows("SELECT COUNT(*) AS n FROM costs").await, [rows.to_string()]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_too_large_for_memory_answer_alike() {
    let Some(shared) = shared() else { return };
    let mut fixture = Fixture::new().await;
    fixture.import(&[shared.join("bench/dev/data/costs.parquet")]).await.expect("an import");
    let queries = [
        "SELECT COUNT(*) AS n, SUM(BilledCost) AS a FROM costs",
        "SELECT x_BillingMonth, ProviderName, BillingCurrency, SUM(EffectiveCost) AS a FROM costs GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
        "SELECT billing_cycle, SUM(cost) AS a FROM bill_items WHERE product_name LIKE '%ECS%' GROUP BY billing_cycle ORDER BY 1",
        "SELECT tag(Tags, 'team') AS team, COUNT(*) AS n FROM costs GROUP BY 1 ORDER BY 1",
        "SELECT MIN(ChargePeriodStart) AS a, MAX(ChargePeriodEnd) AS b FROM costs WHERE ProviderName = 'AWS'",
        "SELECT DISTINCT ServiceName FROM costs WHERE ChargePeriodStart >= TIMESTAMP '2026-06-01 00:00:00' AND SubAccountId LIKE '1688%' ORDER BY 1",
    ];
    let mut small = Vec::new();
    for sql in queries {
        small.push(fixture.rows(sql).await);
    }
    let data = fixture.folder.path().join("data");
    let catalog = std::sync::Arc::new(schema::Catalog::builtin());
    fixture.warehouse = crate::Warehouse::open_with_memory(&data, catalog, 0).await.expect("a warehouse");
    for (sql, small) in queries.into_iter().zip(small) {
        assert!(!small.is_empty());
        assert_eq!(fixture.rows(sql).await, small, "{sql}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn names_that_are_odd_in_paths_are_read_back() {
    let fixture = Fixture::new().await;
    let names = ["华为云", "a/b:c", "100% Cloud", "x y=z&w?#", "..", "\u{e9}t\u{e9}"];
    let rows: Vec<_> = names.iter().map(|name| format!("1,CNY,2026-05-01,2026-05-01,{name},EC2,i-1,")).collect();
    let rows: Vec<_> = rows.iter().map(String::as_str).collect();
    let path = fixture.file("names.csv", bill(&rows));
    fixture.import(&[path]).await.expect("an import");
    let mut expect: Vec<_> = names.iter().map(|name| format!("{name}|1")).collect();
    expect.sort();
    assert_eq!(
        fixture.rows("SELECT ProviderName, COUNT(*) AS n FROM costs WHERE ServiceName = 'EC2' GROUP BY ProviderName ORDER BY 1").await,
        expect
    );
}
