//! The built-in model, models of other tools, and what is said of broken ones.

use std::collections::BTreeSet;

use domain::Scope;

use crate::{Catalog, build, error::Source};

pub(crate) const ORDERS: &str = r#"version: "0.2.0"
semantic_model:
  - name: shop
    description: written by another tool
    datasets:
      - name: orders
        source: analytics.public.fct_orders
        primary_key: [order_id]
        ai_context: One order a row
        fields:
          - name: order_id
            expression:
              dialects:
                - dialect: SNOWFLAKE
                  expression: id
          - name: account
            expression: {dialects: [{dialect: ANSI_SQL, expression: acct}]}
            datatype: String
          - name: net
            expression: {dialects: [{dialect: ANSI_SQL, expression: gross - tax}]}
            datatype: Decimal
    metrics:
      - name: revenue
        expression: {dialects: [{dialect: ANSI_SQL, expression: sum(orders.net)}]}
"#;

pub(crate) const ORDERS_POLICY: &str = "policy: \"1\"\ntables:\n  - name: orders\n    scope: account\nfunctions: [sum, count]\n";

pub(crate) fn load(model: &str, policy: &str) -> Result<Catalog, String> {
    build::catalog(&Source::embedded("model.yaml", model), &Source::embedded("policy.yaml", policy))
        .map(|(catalog, _)| catalog)
        .map_err(|error| error.to_string())
}

#[test]
fn the_built_in_model_is_sound() {
    let catalog = Catalog::builtin();
    let names: Vec<&str> = catalog.datasets().iter().map(|dataset| dataset.name.as_str()).collect();
    assert_eq!(
        names,
        ["costs", "bill_items", "resources", "budgets", "commitments", "balances", "change_events", "findings", "exchange_rates"]
    );
    let costs = catalog.dataset("COSTS").expect("costs");
    assert_eq!(costs.fields.len(), 60);
    assert_eq!(costs.field("billedcost").expect("a field").unit.as_deref(), Some("BillingCurrency"));
    assert!(costs.fields.iter().all(|field| field.label.chars().any(domain::language::is_han) || field.label.is_ascii()));
    assert!(catalog.metrics().iter().all(|metric| metric.unit.is_some()));
}

#[test]
fn a_view_is_computed_from_its_source() {
    let catalog = Catalog::builtin();
    let view = catalog.view("bill_items").expect("a view").to_string();
    assert!(view.contains("\"SubAccountId\" AS account_id"), "{view}");
    assert!(view.ends_with("FROM costs"), "{view}");
    assert!(catalog.view("costs").is_none());
}

#[test]
fn the_prompt_shows_what_the_asker_may_see() {
    let catalog = Catalog::builtin();
    let all = catalog.prompt_schema(&Scope::owner("me"));
    assert!(all.contains("ContractedCost decimal in BillingCurrency"), "{all}");
    let outside = Scope { roles: BTreeSet::from(["external".to_owned()]), ..Scope::nobody() };
    let less = catalog.prompt_schema(&outside);
    assert!(!less.contains("ContractedCost") && less.contains("BilledCost"), "{less}");
}

#[test]
fn a_model_of_another_tool_works() {
    let catalog = load(ORDERS, ORDERS_POLICY).expect("sound");
    let orders = catalog.dataset("orders").expect("a table");
    assert_eq!(orders.scope_column.as_deref(), Some("account"));
    assert_eq!(orders.description, "One order a row");
    assert_eq!(catalog.metrics()[0].expression, "sum(orders.net)");
}

#[test]
fn a_broken_model_says_where() {
    let check = |from: &str, to: &str, expect: &str| {
        let model = ORDERS.replace(from, to);
        assert_ne!(model, ORDERS, "`{from}` is in the model");
        assert_eq!(load(&model, ORDERS_POLICY).expect_err("broken"), expect);
    };
    check("0.2.0", "9.9", "model.yaml:1: version `9.9` of the Ossie specification is not known; 0.1 and 0.2 are");
    check("sum(orders.net)", "sum(orders.gross)", "model.yaml:24: there is no field `orders.gross`");
    check(
        "gross - tax",
        "gross -",
        "model.yaml:20: `gross -` is not an SQL expression: sql parser error: Expected: an expression, found: EOF",
    );
    check("gross - tax", "pg_sleep(9)", "model.yaml:20: field `net`: function `pg_sleep` is not known to be safe");
    check("name: net", "name: ACCOUNT", "model.yaml:19: field `ACCOUNT` is defined twice (case does not count)");
}

#[test]
fn an_unknown_key_is_refused() {
    let error = load(&ORDERS.replace("primary_key", "primary_keys"), ORDERS_POLICY).expect_err("broken");
    assert!(error.starts_with("model.yaml:8: ") && error.contains("primary_keys"), "{error}");
    let error = load(&ORDERS.replace("Decimal", "Money"), ORDERS_POLICY).expect_err("broken");
    assert!(error.starts_with("model.yaml:21: unknown variant ") && error.contains("Money"), "{error}");
    let error = load("version: [", ORDERS_POLICY).expect_err("broken");
    assert!(error.starts_with("model.yaml:1: "), "{error}");
}

#[test]
fn a_broken_policy_says_where() {
    let check = |from: &str, to: &str, expect: &str| {
        assert_eq!(load(ORDERS, &ORDERS_POLICY.replace(from, to)).expect_err("broken"), expect);
    };
    check("scope: account", "scope: acount", "policy.yaml:4: there is no field of `orders` `acount`; did you mean `account`?");
    check("name: orders", "name: order", "policy.yaml:3: there is no dataset `order`; did you mean `orders`?");
    check("    scope: account\n", "", "policy.yaml:3: table `orders` needs the column that scopes its rows (`scope`), or `unscoped: true`");
    check("[sum, count]", "[sum, pg_sleep]", "policy.yaml:5: there is no function that is known to be safe `pg_sleep`");
    check("\"1\"", "\"2\"", "policy.yaml:1: policy version `2` is not known; this is version 1");
}
