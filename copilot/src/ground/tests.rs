//! What prose may and may not say beside a given evidence.

use domain::{Citation, Column, ColumnType, Language, Period, Table, Value};

use super::{Facts, ground};

fn column(name: &str, column_type: ColumnType, unit: Option<&str>) -> Column {
    Column { name: name.into(), label: name.into(), column_type, unit: unit.map(str::to_owned) }
}

fn number(text: &str) -> Value {
    Value::Decimal(text.parse().expect("a number"))
}

fn spend() -> Table {
    let text = |text: &str| Value::Text(text.into());
    Table::new(
        vec![
            column("ServiceName", ColumnType::String, None),
            column("BilledCost", ColumnType::Decimal, Some("CNY")),
            column("Change", ColumnType::Decimal, Some("ratio")),
        ],
        vec![
            vec![text("ECS"), number("123456.789"), number("0.2344")],
            vec![text("OSS"), number("-500"), number("-0.5")],
            vec![text("i-bp1a2b3c4d"), number("43.211"), Value::Null],
        ],
    )
}

fn dollars() -> Table {
    Table::new(vec![column("BilledCost", ColumnType::Decimal, Some("USD"))], vec![vec![number("77.5")]])
}

fn facts() -> Facts {
    let quote = "超过 5 万元的变更需要财务审批,3 个工作日内完成。".to_owned();
    let citation = Citation { id: "p.md".into(), title: "变更规范 v2".into(), locator: "审批".into(), quote, score: 1.0 };
    let period = Period { start: "2026-10-01".parse().expect("a day"), end: "2026-11-01".parse().expect("a day"), partial: false };
    Facts::new(&[&spend(), &dollars()], &[citation], &[period])
        .with_question("最近90天和去年12月比,top 5 的服务是哪些?是不是超过了 ¥900?看 vm-0042")
        .with_days(["2026-11-21".parse().expect("a day")])
}

fn judge(prose: &str) -> Result<String, Vec<String>> {
    ground(prose, &[&spend(), &dollars()], &facts(), Language::Zh).map(|grounded| grounded.text)
}

fn check(prose: &str, expect: &str) {
    assert_eq!(judge(prose), Ok(expect.to_owned()), "{prose}");
}

fn allowed(prose: &str) {
    check(prose, prose);
}

fn refused(prose: &str) {
    assert!(judge(prose).is_err(), "should be refused: {prose}");
}

#[test]
fn cells_are_filled_in_by_name() {
    check("**{{t1.r0.ServiceName}}** 为 {{t1.r0.BilledCost}}", "**ECS** 为 ¥123,456.79");
    check("{{ t1.r0.change }} 和 {{t2.r0.BilledCost}}", "23.4% 和 $77.50");
    check("合计 {{sum(t1.BilledCost)}}", "合计 ¥123,000.00");
    check("{{diff(t1.r2.BilledCost, t1.r1.BilledCost)}}", "¥543.21");
    check("{{change(t1.r0.BilledCost, t1.r2.BilledCost)}}", "+285606.9%");
    check("{{ratio(t1.r0.BilledCost, sum(t1.BilledCost))}}", "100.4%");
}

#[test]
fn names_of_nothing_are_refused() {
    for prose in [
        "{{t1.r9.BilledCost}}",
        "{{t3.r0.BilledCost}}",
        "{{t1.r0.Cost}}",
        "{{r0.BilledCost}}",
        "{{t1.r2.Change}}",
        "{{sum(t1.Change)}}",
        "{{sum(t1.ServiceName)}}",
        "{{diff(t1.r0.BilledCost, t2.r0.BilledCost)}}",
        "{{ratio(t1.r0.BilledCost, t1.r0.Change)}}",
        "{{change(t1.r0.BilledCost, t1.r1.BilledCost)}}",
        "{{eval(t1)}}",
        "{{t1.r0.BilledCost",
        "}}",
    ] {
        refused(prose);
    }
}

#[test]
fn nothing_may_touch_a_filled_number() {
    for around in
        ["1§", "§0", "-§", "- §万", "§万", "§ 亿", "§%", "$§", "¥ §", "§.5", "§ million", "§ thousand", "三百§", "§k", "**1**§", "§ 倍"]
    {
        refused(&around.replace('§', "{{t1.r0.BilledCost}}"));
    }
    refused("{{t1.r0.BilledCost}}{{t1.r1.BilledCost}}");
    for around in ["§。", "共 §,", "费用§,", "§, which", "- §", "§ per day", "§成本", "2026年10月§"] {
        assert!(judge(&around.replace('§', "{{t1.r0.BilledCost}}")).is_ok(), "{around}");
    }
}

#[test]
fn a_written_number_must_be_a_cell() {
    for prose in [
        "¥123,456.79",
        "123456.789 元",
        "约 ¥12.35万",
        "12.3万元",
        "¥123.5k",
        "0.12 million yuan",
        "-¥500",
        "减少 500 元",
        "43.21",
        "23.4%",
        "-50%",
        "$77.5",
        "USD 77.50",
        "77.5 美元",
    ] {
        allowed(prose);
    }
    for prose in [
        "¥123,457.79",
        "13万元",
        "12.36万",
        "¥1万",
        "24%",
        "23.4",
        "+500 元",
        "$123,456.79",
        "77.5 元",
        "¥77.50",
        "0.5 亿",
        "1,234",
        "123456.78元",
    ] {
        refused(prose);
    }
}

#[test]
fn what_our_code_computes_from_cells_is_allowed() {
    allowed("合计 ¥123,000.00");
    allowed("占 100.4%");
    refused("合计 ¥122,000.00");
}

#[test]
fn disguises_are_seen_through() {
    for prose in [
        "999元",
        "9\u{200b}99 元",
        "9**99** 元",
        "⑨⑨⑨ 元",
        "九百九十九元",
        "三百万元",
        "约三成",
        "一半以上",
        "费用翻倍",
        "百分之三十",
        "三倍",
        "3倍",
        "3 times",
        "nine hundred yuan",
        "two million",
        "it doubled",
        "half of it",
        "twenty-one",
        "a dozen",
        "٣٤٥",
        "½",
        "1e9",
        "&#57;99",
    ] {
        refused(prose);
    }
}

#[test]
fn dates_of_the_period_and_the_question_are_allowed() {
    for prose in [
        "2026年10月",
        "2026-10-31",
        "2026/10/1",
        "10月31日",
        "October 2026",
        "Oct 31, 2026",
        "31 October 2026",
        "今天是 2026-11-21",
        "12月",
        "2026 Q4",
        "到 2026-11-01 为止",
    ] {
        allowed(prose);
    }
    for prose in ["2024年", "2025-10-31", "9月", "in 2019", "September 9"] {
        refused(prose);
    }
}

#[test]
fn counts_are_of_rows_or_from_the_question() {
    for prose in ["共 3 行", "前 2 名", "top 3", "三个服务", "最近 90 天", "前5", "two services", "1. 第一\n2. 第二", "一个服务,其他两个"]
    {
        allowed(prose);
    }
    for prose in ["共 7 行", "前 8 名", "四个服务", "最近 91 天", "超过 900 元", "seven services"] {
        refused(prose);
    }
}

#[test]
fn names_with_digits_must_be_known() {
    for prose in ["实例 i-bp1a2b3c4d", "EC2 和 S3", "vm-0042", "IPv4", "变更规范 v2"] {
        allowed(prose);
    }
    for prose in ["实例 i-bp1a2b3c4e", "vm-0043", "i-bp1a2b3c4", "CVE-2024-1234"] {
        refused(prose);
    }
}

#[test]
fn numbers_of_a_quoted_passage_are_allowed() {
    allowed("超过 5 万元要审批,3 个工作日内完成");
    refused("超过 6 万元要审批");
    refused("5 万美元");
}

#[test]
fn words_that_hold_a_numeral_are_no_numbers() {
    allowed("统一由一个团队负责,万一有问题请查百度,十分简单,三方共用,零售业务,唯一");
}

#[test]
fn prose_cannot_fetch_or_hide() {
    check("看 ![图](http://x.example/a)", "看 [图] (http://x.example/a)");
}

#[test]
fn the_tables_named_are_told() {
    let named = |prose| ground(prose, &[&spend(), &dollars()], &facts(), Language::En).expect("grounded").tables;
    assert_eq!(named("{{t2.r0.BilledCost}} and {{t1.r0.BilledCost}}"), [1, 0]);
    assert_eq!(named("nothing"), Vec::<usize>::new());
}
