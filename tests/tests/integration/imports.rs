//! Importing real files: totals to the last decimal, twice changes nothing, what is broken is refused whole.

use std::{collections::BTreeMap, fs, os::unix::fs::PermissionsExt, path::Path};

use domain::Decimal;
use serde_json::{Value, json};

use crate::shell::{bench_company, cloudlens, fail, shared, succeed, text};

const HEADER: &str = "BilledCost,BillingCurrency,BillingPeriodStart,BillingPeriodEnd,ChargePeriodStart,ChargePeriodEnd,ProviderName,ServiceName,SubAccountId,Tags";
const GOOD: &str = "1.25,USD,2026-05-01T00:00:00Z,2026-06-01T00:00:00Z,2026-05-02T00:00:00Z,2026-05-03T00:00:00Z,AWS,Amazon S3,a-1,";

#[test]
fn the_bench_company_has_its_totals() {
    let Some(folder) = bench_company() else { return };
    let expected: Value = json_file(&shared("bench/dev/data/totals.json").expect("the totals beside the bills"));
    let sql = "SELECT ProviderName, BillingCurrency, x_BillingMonth, COUNT(*) AS n, SUM(BilledCost) AS billed, SUM(EffectiveCost) AS effective, \
               SUM(ListCost) AS list, SUM(ContractedCost) AS contracted FROM costs GROUP BY ProviderName, BillingCurrency, x_BillingMonth";
    let rows = rows(folder, sql);
    let by_currency = &expected["costs"]["by_currency"];
    for (currency, total) in by_currency.as_object().expect("currencies") {
        let own: Vec<_> = rows.iter().filter(|row| row[1] == json!(currency)).collect();
        for (column, name) in [(4, "BilledCost"), (5, "EffectiveCost"), (6, "ListCost"), (7, "ContractedCost")] {
            let sum: Decimal = own.iter().map(|row| decimal(&row[column])).sum();
            assert_eq!(sum, decimal(&total[name]), "{name} in {currency}");
        }
        assert_eq!(own.iter().map(|row| row[3].as_i64().expect("a count")).sum::<i64>(), total["rows"].as_i64().expect("a count"));
    }
    let months = month_totals(&expected["costs"]);
    assert!(!months.is_empty(), "totals.json has totals by month");
    for ((month, provider, currency), billed) in months {
        let row = rows.iter().find(|row| row[0] == json!(provider) && row[1] == json!(currency) && row[2] == json!(month));
        let row = row.unwrap_or_else(|| panic!("no rows of {provider} in {month}"));
        assert_eq!(decimal(&row[4]), billed, "{provider} in {month}");
    }
}

#[test]
fn parquet_and_csv_of_the_same_bill_agree() {
    let (Some(folder), Some(parquet)) = (bench_company(), shared("bench/dev/data/costs.parquet")) else { return };
    let other = tempfile::tempdir().expect("a folder");
    succeed(&["ingest", "--data", &text(other.path()), &text(&parquet)]);
    let sql = "SELECT ProviderName, x_BillingMonth, ServiceName, COUNT(*) AS n, SUM(BilledCost) AS billed, SUM(ConsumedQuantity) AS used, MIN(ChargePeriodStart) AS first \
               FROM costs GROUP BY ProviderName, x_BillingMonth, ServiceName ORDER BY ProviderName, x_BillingMonth, ServiceName";
    assert_eq!(rows(folder, sql), rows(other.path(), sql));
}

#[test]
fn the_focus_sample_has_its_totals() {
    let Some(sample) = shared("data/focus-sample/focus_sample_1000.csv") else { return };
    let folder = tempfile::tempdir().expect("a folder");
    succeed(&["ingest", "--data", &text(folder.path()), &text(&sample)]);
    let mut reader = csv::Reader::from_path(&sample).expect("a CSV file");
    let header = reader.headers().expect("a header").clone();
    let at = |name: &str| header.iter().position(|column| column == name).unwrap_or_else(|| panic!("no column {name}"));
    let (provider, currency, billed, list) = (at("ProviderName"), at("BillingCurrency"), at("BilledCost"), at("ListCost"));
    let mut expected: BTreeMap<(String, String), (i64, Decimal, Decimal)> = BTreeMap::new();
    for record in reader.records() {
        let record = record.expect("a record");
        let number = |column: usize| record[column].parse::<Decimal>().expect("a decimal");
        let entry = expected.entry((record[provider].to_owned(), record[currency].to_owned())).or_default();
        *entry = (entry.0 + 1, entry.1 + number(billed), entry.2 + number(list));
    }
    let found = rows(
        folder.path(),
        "SELECT ProviderName, BillingCurrency, COUNT(*) AS n, SUM(BilledCost) AS billed, SUM(ListCost) AS list FROM costs GROUP BY ProviderName, BillingCurrency",
    );
    assert_eq!(found.len(), expected.len());
    for row in found {
        let key = (row[0].as_str().expect("a name").to_owned(), row[1].as_str().expect("a code").to_owned());
        let (count, billed, list) = expected[&key];
        assert_eq!((row[2].as_i64().expect("a count"), decimal(&row[3]), decimal(&row[4])), (count, billed, list), "{key:?}");
    }
}

#[test]
fn the_same_file_twice_changes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = text(folder.path());
    let file = write(folder.path(), "bill.csv", &format!("{HEADER}\n{GOOD}\n"));
    assert!(report(&["ingest", "--json", "--data", &data, &file])["changed"].as_bool().expect("a flag"));
    assert!(!report(&["ingest", "--json", "--data", &data, &file])["changed"].as_bool().expect("a flag"));
    assert_eq!(rows(folder.path(), "SELECT COUNT(*) AS n FROM costs"), vec![vec![json!(1)]]);
}

#[test]
fn a_bad_row_refuses_the_file_and_says_where() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = text(folder.path());
    let good = write(folder.path(), "good.csv", &format!("{HEADER}\n{GOOD}\n"));
    succeed(&["ingest", "--data", &data, &good]);
    let cases = [
        ("amount.csv", GOOD.replacen("1.25", "12;50", 1), vec!["amount.csv", "line 3", "BilledCost", "12;50"]),
        ("time.csv", GOOD.replacen("2026-05-02T00:00:00Z", "yesterday", 1), vec!["time.csv", "line 3", "ChargePeriodStart", "yesterday"]),
        ("empty.csv", GOOD.replacen("1.25", "", 1), vec!["empty.csv", "line 3", "BilledCost"]),
        ("currency.csv", GOOD.replacen("USD", "dollars", 1), vec!["currency.csv", "line 3", "BillingCurrency", "dollars"]),
        ("tags.csv", GOOD.to_owned() + "{\"team\":", vec!["tags.csv", "line 3", "Tags"]),
        ("short.csv", "1.25,USD".to_owned(), vec!["short.csv", "line 3"]),
    ];
    for (name, bad, expected) in cases {
        let file = write(folder.path(), name, &format!("{HEADER}\n{GOOD}\n{bad}\n"));
        let said = fail(&["ingest", "--data", &data, &file]);
        for part in expected {
            assert!(said.contains(part), "`{part}` is not in: {said}");
        }
    }
    assert_eq!(rows(folder.path(), "SELECT COUNT(*) AS n FROM costs"), vec![vec![json!(1)]], "the earlier import is untouched");
}

#[test]
fn bad_rows_can_be_set_aside_up_to_a_number() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = text(folder.path());
    let bad = GOOD.replacen("1.25", "abc", 1);
    let file = write(folder.path(), "bill.csv", &format!("{HEADER}\n{GOOD}\n{bad}\n{bad}\n"));
    let rejects = text(&folder.path().join("rejects.csv"));
    let said = fail(&["ingest", "--data", &data, "--rejects", &rejects, "--max-rejects", "1", &file]);
    assert!(said.contains("line 4") || said.contains("more than 1"), "{said}");
    let report = report(&["ingest", "--json", "--data", &data, "--rejects", &rejects, "--max-rejects", "2", &file]);
    assert_eq!((&report["files"][0]["rows"], &report["files"][0]["rejected"]), (&json!(1), &json!(2)));
    let set_aside = fs::read_to_string(&rejects).expect("the rejects file");
    assert_eq!(set_aside.lines().filter(|line| line.contains("abc")).count(), 2, "{set_aside}");
}

#[test]
fn files_that_are_not_what_they_claim_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = text(folder.path());
    let parquet = write(folder.path(), "bill.parquet", "this is not parquet");
    let empty = write(folder.path(), "empty.csv", "");
    let foreign = write(folder.path(), "foreign.csv", "a,b,c\n1,2,3\n");
    let twice = write(folder.path(), "twice.csv", &format!("{HEADER},BilledCost\n{GOOD},1\n"));
    let mut truncated = Vec::new();
    let mut encoder = flate2::write::GzEncoder::new(&mut truncated, flate2::Compression::default());
    std::io::Write::write_all(&mut encoder, format!("{HEADER}\n{}", format!("{GOOD}\n").repeat(5_000)).as_bytes()).expect("a write");
    encoder.finish().expect("an end");
    truncated.truncate(truncated.len() / 2);
    let gz = folder.path().join("cut.csv.gz");
    fs::write(&gz, truncated).expect("a write");
    for (file, part) in [
        (parquet, "arquet"),
        (empty, "empty"),
        (foreign, "foreign.csv"),
        (twice, "BilledCost"),
        (text(&gz), "cut.csv.gz"),
        (text(&folder.path().join("missing.csv")), "missing.csv"),
    ] {
        let said = fail(&["ingest", "--data", &data, &file]);
        assert!(said.contains(part), "`{part}` is not in: {said}");
    }
}

#[test]
fn a_folder_without_rights_is_said_clearly() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = write(folder.path(), "bill.csv", &format!("{HEADER}\n{GOOD}\n"));
    let blocked = folder.path().join("blocked");
    // A file where the folder should be stops even root, whom permissions do not stop.
    fs::write(&blocked, "").expect("a file");
    fs::set_permissions(&blocked, fs::Permissions::from_mode(0o444)).expect("permissions");
    let said = fail(&["ingest", "--data", &text(&blocked), &file]);
    assert!(said.contains("blocked"), "{said}");
}

#[test]
fn an_unknown_flag_is_said_with_what_is_known() {
    let output = cloudlens(&["ingest", "--tabel", "costs", "x.csv"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2));
    assert!(said.contains("--tabel") && said.contains("--table"), "{said}");
}

/// Runs SQL through the guard and the engine, as the tool a person would use.
fn rows(folder: &Path, sql: &str) -> Vec<Vec<Value>> {
    let arguments = json!({"sql": sql}).to_string();
    let said = succeed(&["tools", "call", "run_sql", "--data", &text(folder), "--args", &arguments]);
    let evidence: Value = serde_json::from_str(&said).expect("JSON");
    let rows = evidence["table"]["rows"].as_array().unwrap_or_else(|| panic!("no table in {said}"));
    rows.iter().map(|row| row.as_array().expect("a row").clone()).collect()
}

fn report(arguments: &[&str]) -> Value {
    serde_json::from_str(&succeed(arguments)).expect("JSON")
}

fn decimal(value: &Value) -> Decimal {
    value.as_str().unwrap_or_else(|| panic!("{value} is not exact text")).parse().expect("a decimal")
}

fn json_file(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).expect("a readable file")).expect("JSON")
}

fn write(folder: &Path, name: &str, content: &str) -> String {
    let path = folder.join(name);
    fs::write(&path, content).expect("a file");
    text(&path)
}

/// Totals of `BilledCost` by month, provider and currency as `totals.json` gives them.
fn month_totals(costs: &Value) -> BTreeMap<(String, String, String), Decimal> {
    let mut totals = BTreeMap::new();
    for (month, providers) in costs["by_month_provider_currency"].as_object().expect("months") {
        for (provider, currencies) in providers.as_object().expect("providers") {
            for (currency, sums) in currencies.as_object().expect("currencies") {
                totals.insert((month.clone(), provider.clone(), currency.clone()), decimal(&sums["BilledCost"]));
            }
        }
    }
    totals
}
