//! Files that are broken: each is refused with a clear message, and what was there stays.

use std::io::Read as _;

use super::{Fixture, bill, shared};
use crate::{ImportOptions, WarehouseError};

const GOOD: &str = "1,CNY,2026-05-01,2026-05-01,AWS,EC2,i-1,";

#[tokio::test(flavor = "multi_thread")]
async fn broken_files_are_refused_whole_with_what_to_do() {
    let fixture = Fixture::new().await;
    let before = fixture.file("good.csv", bill(&[GOOD]));
    fixture.import(&[before]).await.expect("an import");

    let with = |row: &str| bill(&["2,CNY,2026-05-01,2026-05-01,AWS,EC2,i-2,", row]).into_bytes();
    let mut truncated = Vec::new();
    let long = bill(&vec![GOOD; 5_000]);
    flate2::read::GzEncoder::new(long.as_bytes(), flate2::Compression::fast()).read_to_end(&mut truncated).expect("gzip");
    truncated.truncate(truncated.len() / 2);
    let zstd = zstd::encode_all(long.as_bytes(), 1).expect("zstd");
    let gbk_row = [b"3,CNY,2026-05-01,2026-05-01,AWS,".as_slice(), &[0xd4, 0xc6, 0xb7, 0xfe], b",i-3,"].concat();
    let gbk = [bill(&[]).into_bytes(), gbk_row].concat();

    let cases: Vec<(&str, Vec<u8>, &[&str])> = vec![
        ("empty.csv", Vec::new(), &["empty.csv", "empty", "hint:"]),
        ("blank.csv", b"\n\n".to_vec(), &["no header", "hint:"]),
        ("truncated.csv.gz", truncated, &["truncated.csv.gz", "download it again"]),
        ("truncated.zst", zstd[..zstd.len() / 2].to_vec(), &["truncated.zst", "download it again"]),
        ("not.parquet", b"BilledCost,Region\n1,2\n".to_vec(), &["its name says Parquet"]),
        ("fake.parquet", b"PAR1 and nothing else PAR1".to_vec(), &["no readable Parquet file"]),
        ("sheet.csv", b"PK\x03\x04 spreadsheet".to_vec(), &["spreadsheet", "CSV"]),
        ("utf16.csv", b"\xff\xfeB\0i\0".to_vec(), &["UTF-16", "iconv"]),
        ("gbk.csv", gbk, &["line 2", "ServiceName", "UTF-8", "iconv -f GBK"]),
        ("twice.csv", b"BilledCost,billed_cost,BillingCurrency\n1,1,CNY\n".to_vec(), &["names `billed_cost` twice"]),
        ("other.csv", b"name,age\nx,1\n".to_vec(), &["fits no table", "`costs`"]),
        ("partial.csv", b"BilledCost,BillingCurrency,ProviderName\n1,CNY,AWS\n".to_vec(), &["`BillingPeriodStart`", "missing"]),
        ("number.csv", with("x,CNY,2026-05-01,2026-05-01,AWS,EC2,i-3,"), &["line 3", "BilledCost", "`x`", "not a number"]),
        ("thousands.csv", with("\"1,234.5\",CNY,2026-05-01,2026-05-01,AWS,EC2,i-3,"), &["line 3", "thousands separator"]),
        ("decimals.csv", with("0.1234567890123456,CNY,2026-05-01,2026-05-01,AWS,EC2,i-3,"), &["more than 15 decimals"]),
        ("time.csv", with("1,CNY,May 2026,2026-05-01,AWS,EC2,i-3,"), &["line 3", "BillingPeriodStart", "`May 2026`", "not a time"]),
        ("null.csv", with("NULL,CNY,2026-05-01,2026-05-01,AWS,EC2,i-3,"), &["line 3", "BilledCost", "is empty"]),
        ("ragged.csv", with("1,CNY,2026-05-01"), &["line 3", "has 3 cells where the header has 8"]),
        ("wide.csv", with("1,CNY,2026-05-01,2026-05-01,AWS,EC2,i-3,,,"), &["line 3", "has 10 cells where the header has 8"]),
        ("tags.csv", with("1,CNY,2026-05-01,2026-05-01,AWS,EC2,i-3,no tags at all"), &["line 3", "Tags", "not tags"]),
        (
            "lines.csv",
            bill(&["1,CNY,2026-05-01,2026-05-01,AWS,\"two\nlines\",i-2,", "x,CNY,2026-05-01,2026-05-01,AWS,EC2,i-3,"]).into_bytes(),
            &["line 4"],
        ),
    ];
    for (name, content, expect) in cases {
        let path = fixture.file(name, content);
        let error = fixture.import(&[path]).await.expect_err(name).to_string();
        for part in expect {
            assert!(error.contains(part), "{name}: `{part}` is not in: {error}");
        }
    }
    assert_eq!(fixture.rows("SELECT COUNT(*) AS n, SUM(BilledCost) AS a FROM costs").await, ["1|1"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn paths_that_are_no_files_are_refused() {
    let fixture = Fixture::new().await;
    let missing = fixture.import(&[fixture.folder.path().join("missing.csv")]).await.expect_err("missing").to_string();
    assert!(missing.contains("missing.csv") && missing.contains("hint: check the path"), "{missing}");
    let folder = fixture.import(&[fixture.folder.path().to_owned()]).await.expect_err("a folder").to_string();
    assert!(folder.contains("it is a folder"), "{folder}");
    let good = fixture.file("good.csv", bill(&[GOOD]));
    let options = ImportOptions { table: Some("nothing".into()), ..ImportOptions::default() };
    let table = fixture.warehouse.import(&[good], &options, &|_| ()).await.expect_err("no such table").to_string();
    assert!(table.contains("no table `nothing`") && table.contains("`costs`"), "{table}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_data_folder_that_cannot_be_made_is_named() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let file = folder.path().join("file");
    std::fs::write(&file, "x").expect("a file");
    let error = crate::Warehouse::open(&file.join("data"), std::sync::Arc::new(schema::Catalog::builtin())).await.err().expect("no folder");
    assert!(matches!(error, WarehouseError::Folder { .. }) && error.to_string().contains("hint:"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_rows_are_set_aside_up_to_a_number() {
    let fixture = Fixture::new().await;
    let rows = [GOOD, "x,CNY,2026-05-01,2026-05-01,AWS,EC2,i-2,", "2,CNY,2026-05-01,2026-05-01,AWS,EC2,i-3,", "1,CNY"];
    let path = fixture.file("rows.csv", bill(&rows));
    let aside = fixture.folder.path().join("rejects.csv");
    let options = |max_rejects| ImportOptions { rejects: Some(aside.clone()), max_rejects, ..ImportOptions::default() };

    let error = fixture.warehouse.import(std::slice::from_ref(&path), &options(1), &|_| ()).await.expect_err("too many");
    assert!(matches!(error, WarehouseError::TooManyRejects { limit: 1, .. }), "{error}");
    assert!(!aside.exists());

    let report = fixture.warehouse.import(&[path], &options(2), &|_| ()).await.expect("an import");
    assert_eq!((report.files[0].rows, report.files[0].rejected), (2, 2));
    assert_eq!(fixture.rows("SELECT SUM(BilledCost) AS a FROM costs").await, ["3"]);
    let text = std::fs::read_to_string(&aside).expect("rejects");
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines.len(), 3);
    assert!(lines[0].starts_with("x_RejectedFile,x_RejectedLine,x_RejectedReason,BilledCost,"), "{text}");
    assert!(lines[1].contains("rows.csv,3,") && lines[1].contains("not a number") && lines[1].contains("i-2"), "{text}");
    assert!(lines[2].contains("rows.csv,5,") && lines[2].contains("has 2 cells"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn damage_at_any_byte_of_a_packed_bill_leaves_the_old_state() {
    let Some(shared) = shared() else { return };
    let fixture = Fixture::new().await;
    let before = fixture.file("good.csv", bill(&[GOOD]));
    fixture.import(&[before]).await.expect("an import");
    let whole = std::fs::read(shared.join("bench/dev/data/costs.csv.gz")).expect("a file");
    for part in [1, 2, 3] {
        let path = fixture.file("cut.csv.gz", &whole[..whole.len() * part / 4]);
        let error = fixture.import(&[path]).await.expect_err("a cut file").to_string();
        assert!(error.contains("hint:"), "{error}");
        assert_eq!(fixture.rows("SELECT COUNT(*) AS n FROM costs").await, ["1"]);
    }
}
