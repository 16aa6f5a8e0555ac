//! Sentences and charts for every shape of result, in both languages.

use domain::{Chart, ChartKind, Column, ColumnType, Language, Period, Table, Value};
use nl2sql::Role;

use super::{Against, Subject, chart, guessed_roles, text};

/// A table from a header of `name:role:unit` and rows of text; `-` is null.
fn table(header: &[&str], rows: &[&[&str]]) -> (Table, Vec<Role>) {
    let mut columns = Vec::new();
    let mut roles = Vec::new();
    for field in header {
        let mut parts = field.split(':');
        let (name, role, unit) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default(), parts.next());
        roles.push(match role {
            "label" => Role::Label,
            "time" => Role::Time,
            "currency" => Role::Currency,
            "previous" => Role::Previous,
            "share" => Role::Share,
            _ => Role::Value,
        });
        let column_type = match role {
            "label" | "currency" => ColumnType::String,
            "time" => ColumnType::Date,
            _ => ColumnType::Decimal,
        };
        columns.push(Column { name: name.into(), label: name.into(), column_type, unit: unit.map(str::to_owned) });
    }
    let cell = |(text, column): (&&str, &Column)| match column.column_type {
        _ if *text == "-" => Value::Null,
        ColumnType::Decimal => Value::Decimal(text.parse().expect("a number")),
        ColumnType::Date => Value::Date(text.parse().expect("a day")),
        _ => Value::Text((*text).to_owned()),
    };
    let rows = rows.iter().map(|row| row.iter().zip(&columns).map(cell).collect()).collect();
    (Table::new(columns, rows), roles)
}

fn october() -> Period {
    Period { start: "2026-10-01".parse().expect("a day"), end: "2026-11-01".parse().expect("a day"), partial: false }
}

struct Said {
    zh: String,
    en: String,
    chart: Option<Chart>,
}

fn say(header: &[&str], rows: &[&[&str]], period: &Period, filters: &[&str]) -> Said {
    let (table, roles) = table(header, rows);
    let filters: Vec<_> = filters.iter().map(|filter| (*filter).to_owned()).collect();
    let subject = |language| Subject {
        table: &table,
        roles: roles.clone(),
        period: Some(period),
        filters: &filters,
        complete_to: Some("2026-11-19".parse().expect("a day")),
        currency: None,
        against: Against::Period,
        language,
    };
    let (zh, en) = (subject(Language::Zh), subject(Language::En));
    Said { zh: text(&zh), en: text(&en), chart: chart(&zh) }
}

fn check(header: &[&str], rows: &[&[&str]], zh: &str, en: &str) {
    let said = say(header, rows, &october(), &[]);
    assert_eq!((said.zh.as_str(), said.en.as_str()), (zh, en));
}

#[test]
fn a_total() {
    check(
        &["费用:value:CNY"],
        &[&["123456.789"]],
        "2026年10月费用为 **¥123,456.79**(约 ¥12.35万)。",
        "费用 for October 2026 is **¥123,456.79**.",
    );
    check(&["费用:value:USD"], &[&["12.5"]], "2026年10月费用为 **$12.50**。", "费用 for October 2026 is **$12.50**.");
    check(&["笔数:value:count"], &[&["60000"]], "2026年10月笔数为 **60,000**。", "笔数 for October 2026 is **60,000**.");
    check(
        &["费用:value:CNY"],
        &[&["-"]],
        "2026年10月费用:所选范围内没有记录。",
        "费用 for October 2026: there are no records in this range.",
    );
}

#[test]
fn currencies_are_never_added() {
    let header = ["BillingCurrency:currency", "费用:value:BillingCurrency"];
    check(
        &header,
        &[&["CNY", "100"], &["USD", "20"]],
        "2026年10月费用为 **¥100.00**、**$20.00**(币种不同,不相加)。",
        "费用 for October 2026 is **¥100.00** and **$20.00** (different currencies, not added).",
    );
}

#[test]
fn a_total_beside_the_one_before() {
    let header = ["费用:value:CNY", "上期:previous:CNY"];
    check(
        &header,
        &[&["120", "100"]],
        "2026年10月费用为 **¥120.00**。对比期为 ¥100.00,增加 ¥20.00(+20.0%)。",
        "费用 for October 2026 is **¥120.00**. It was ¥100.00 before: up ¥20.00 (+20.0%).",
    );
    check(
        &header,
        &[&["120", "0"]],
        "2026年10月费用为 **¥120.00**。对比期没有费用,不计算变化率。",
        "费用 for October 2026 is **¥120.00**. There was nothing in the period it is compared with, so no rate is given.",
    );
    check(
        &header,
        &[&["-120", "-100"]],
        "2026年10月费用为 **-¥120.00**。对比期为 -¥100.00,减少 ¥20.00。",
        "费用 for October 2026 is **-¥120.00**. It was -¥100.00 before: down ¥20.00.",
    );
}

#[test]
fn a_ranking() {
    let header = ["服务:label", "费用:value:CNY", "占比:share:ratio"];
    let rows: [&[&str]; 4] = [&["ECS", "50000", "0.5"], &["OSS", "30000", "0.3"], &["a|b", "15000", "0.15"], &["-", "5000", "0.05"]];
    check(
        &header,
        &rows,
        "2026年10月费用,最高的是 **ECS**(¥5.00万,占 50.0%),其次是 OSS(¥3.00万,占 30.0%)、a\\|b(¥1.50万,占 15.0%),表中列出 4 项。",
        "费用 for October 2026: the highest is **ECS** (¥50,000.00, share 50.0%), followed by OSS (¥30,000.00, share 30.0%) and a\\|b (¥15,000.00, share 15.0%); the table lists 4.",
    );
    let said = say(&header, &rows, &october(), &[]).chart.expect("a chart");
    assert_eq!((said.kind, said.x.as_str(), said.series.len()), (ChartKind::Bar, "服务", 1));
}

#[test]
fn a_ranking_from_the_bottom() {
    check(
        &["服务:label", "费用:value:CNY"],
        &[&["A", "1"], &["B", "2"]],
        "2026年10月费用,最低的是 **A**(¥1.00),其次是 B(¥2.00)。",
        "费用 for October 2026: the lowest is **A** (¥1.00), followed by B (¥2.00).",
    );
}

#[test]
fn a_ranking_in_two_currencies() {
    let header = ["服务:label", "BillingCurrency:currency", "费用:value:BillingCurrency"];
    let rows: [&[&str]; 2] = [&["ECS", "CNY", "5"], &["EC2", "USD", "9"]];
    check(
        &header,
        &rows,
        "2026年10月费用,CNY:**ECS**(¥5.00);USD:**EC2**($9.00)。不同币种分别排列,不相加。",
        "费用 for October 2026: CNY: **ECS** (¥5.00); USD: **EC2** ($9.00). Currencies are ranked apart and not added.",
    );
    let chart = say(&header, &rows, &october(), &[]).chart.expect("a chart");
    assert_eq!((chart.split.as_deref(), chart.unit), (Some("BillingCurrency"), None));
}

#[test]
fn an_id_and_its_name_are_one_thing() {
    let accounts: [&[&str]; 2] = [&["100", "web", "5"], &["200", "-", "4"]];
    let header = ["SubAccountId:label", "SubAccountName:label", "费用:value:CNY"];
    check(
        &header,
        &accounts,
        "2026年10月费用,最高的是 **web**(¥5.00),其次是 200(¥4.00)。",
        "费用 for October 2026: the highest is **web** (¥5.00), followed by 200 (¥4.00).",
    );
    assert_eq!(
        say(&header, &accounts, &october(), &[]).chart.map(|chart| (chart.kind, chart.x)),
        Some((ChartKind::Bar, "SubAccountName".to_owned()))
    );
    check(
        &["ResourceId:label", "ResourceName:label", "费用:value:CNY"],
        &[&["i-1", "web", "5"]],
        "2026年10月费用,**web `i-1`**(¥5.00)。",
        "费用 for October 2026: **web `i-1`** (¥5.00).",
    );
}

#[test]
fn a_share_comes_first() {
    check(
        &["部分:value:CNY", "整体:value:CNY", "占比:share:ratio"],
        &[&["25", "100", "0.25"]],
        "2026年10月占比为 **25.0%**(部分 ¥25.00,整体 ¥100.00)。",
        "占比 for October 2026 is **25.0%** (部分 ¥25.00, 整体 ¥100.00).",
    );
}

#[test]
fn refunds_rank_by_size() {
    check(
        &["服务:label", "费用:value:CNY"],
        &[&["A", "-1"], &["B", "-20"]],
        "2026年10月费用,金额最大的是 **B**(-¥20.00),其次是 A(-¥1.00)。",
        "费用 for October 2026: the largest is **B** (-¥20.00), followed by A (-¥1.00).",
    );
}

#[test]
fn who_moved_most() {
    check(
        &["服务:label", "费用:value:CNY", "上期:previous:CNY"],
        &[&["ECS", "50", "40"], &["OSS", "10", "40"], &["新品", "5", "-"]],
        "2026年10月费用,增加最多的是 **ECS**(+¥10.00,+25.0%),减少最多的是 **OSS**(-¥30.00,-75.0%)。",
        "费用 for October 2026: the largest increase is **ECS** (+¥10.00, +25.0%), the largest decrease is **OSS** (-¥30.00, -75.0%).",
    );
}

#[test]
fn a_trend() {
    let header = ["月份:time", "费用:value:CNY"];
    let rows: [&[&str]; 3] = [&["2026-09-01", "80"], &["2026-08-01", "120"], &["2026-10-01", "100"]];
    check(
        &header,
        &rows,
        "2026年10月费用:2026年10月 为 **¥100.00**,比 2026年9月 增加 ¥20.00(+25.0%);最高 2026年8月(¥120.00),最低 2026年9月(¥80.00)。",
        "费用 for October 2026: October 2026 is **¥100.00**, up ¥20.00 (+25.0%) from September 2026; highest in August 2026 (¥120.00), lowest in September 2026 (¥80.00).",
    );
    assert_eq!(say(&header, &rows, &october(), &[]).chart.expect("a chart").kind, ChartKind::Line);
}

#[test]
fn a_partial_period_is_said_and_not_compared() {
    let period = Period { start: "2026-10-01".parse().expect("a day"), end: "2026-12-01".parse().expect("a day"), partial: true };
    let said = say(&["月份:time", "费用:value:CNY"], &[&["2026-10-01", "100"], &["2026-11-01", "60"]], &period, &["服务 = ECS"]);
    assert_eq!(said.zh, "2026年10–11月 ECS 费用:2026年11月 为 **¥60.00**。数据截至 2026-11-19,该周期还不完整。");
    assert!(said.en.ends_with("The data go to 2026-11-19, so the period is not complete."), "{}", said.en);
}

#[test]
fn groups_over_time() {
    let header = ["月份:time", "服务:label", "费用:value:CNY"];
    let rows: [&[&str]; 3] = [&["2026-09-01", "ECS", "80"], &["2026-10-01", "ECS", "70"], &["2026-10-01", "OSS", "90"]];
    check(
        &header,
        &rows,
        "2026年10月费用:2026年10月 最高的是 **OSS**(¥90.00)。",
        "费用 for October 2026: the highest in October 2026 is **OSS** (¥90.00).",
    );
    let chart = say(&header, &rows, &october(), &[]).chart.expect("a chart");
    assert_eq!((chart.kind, chart.x.as_str(), chart.split.as_deref()), (ChartKind::StackedBar, "月份", Some("服务")));
}

#[test]
fn one_number_is_not_drawn() {
    assert_eq!(say(&["费用:value:CNY"], &[&["5"]], &october(), &[]).chart, None);
    assert_eq!(say(&["服务:label", "费用:value:CNY"], &[&["ECS", "5"]], &october(), &[]).chart, None);
}

#[test]
fn roles_of_a_table_nobody_planned() {
    let (table, _) = table(&["BillingCurrency:currency", "ServiceName:label", "day:time", "cost:value:CNY"], &[]);
    assert_eq!(guessed_roles(&table), [Role::Currency, Role::Label, Role::Time, Role::Value]);
}
