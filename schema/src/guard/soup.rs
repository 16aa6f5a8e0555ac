//! Statements that nobody would write: whatever comes in, the guard answers, and what it lets through it lets through again.

use domain::Scope;

use super::{Dialect, check};
use crate::{Catalog, load_scope};

/// Marsaglia's xorshift: the same statements in every run, on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound as u64).expect("smaller than its bound")
    }

    fn pick<'x>(&mut self, from: &[&'x str]) -> &'x str {
        from[self.below(from.len())]
    }
}

const WORDS: &[&str] = &[
    "SELECT",
    "FROM",
    "WHERE",
    "GROUP BY",
    "ORDER BY",
    "HAVING",
    "LIMIT",
    "WITH",
    "RECURSIVE",
    "AS",
    "JOIN",
    "LEFT JOIN",
    "NATURAL JOIN",
    "CROSS JOIN",
    "ON",
    "USING",
    "UNION ALL",
    "EXCEPT",
    "INTERSECT",
    "AND",
    "OR",
    "NOT",
    "IN",
    "IS NULL",
    "BETWEEN",
    "LIKE",
    "CASE",
    "WHEN",
    "THEN",
    "ELSE",
    "END",
    "EXISTS",
    "LATERAL",
    "OVER",
    "PARTITION BY",
    "FILTER",
    "WITHIN GROUP",
    "VALUES",
    "DISTINCT",
    "CAST",
    "INTERVAL",
    "DATE",
    "EXTRACT",
    "ROLLUP",
    "CUBE",
    "INSERT",
    "DELETE",
    "INTO",
    "FOR UPDATE",
    "QUALIFY",
    "WINDOW",
    "bill_items",
    "resources",
    "budgets",
    "users",
    "region",
    "account_id",
    "pretax_amount",
    "discount_rate",
    "x",
    "y",
    "b.region",
    "x.*",
    "*",
    "(",
    ")",
    "(",
    ")",
    ",",
    ",",
    ".",
    ";",
    "=",
    "<>",
    "+",
    "-",
    "||",
    "::",
    "->>",
    "'a'",
    "'",
    "\"",
    "`",
    "1",
    "1e9",
    "NULL",
    "sum(",
    "count(*)",
    "coalesce(",
    "--",
    "/*",
    "*/",
    "$1",
    "@x",
    "U&\"a\"",
    "[",
    "]",
    "{",
    "\\",
    "\u{200b}",
    "；",
    "表",
];

/// Pieces of whole statements: what they make parses often enough to reach the checks behind the parser.
const PIECES: &[&str] = &[
    "SELECT region FROM bill_items",
    "SELECT * FROM resources r",
    "SELECT sum(pretax_amount) AS s FROM bill_items b",
    " WHERE region = 'x'",
    " WHERE account_id <> 'acct-1001' OR 1 = 1",
    " GROUP BY region",
    " ORDER BY 1",
    " LIMIT 5",
    " UNION ALL ",
    " EXCEPT ",
    " JOIN budgets u USING (account_id)",
    " AND EXISTS (SELECT 1 FROM resources)",
    " AND region IN (SELECT region FROM resources)",
    "WITH bill_items AS (SELECT * FROM bill_items) ",
    "WITH RECURSIVE n AS (SELECT 1 AS d UNION ALL SELECT d + 1 FROM n WHERE d < 9) ",
    "(",
    ")",
    "SELECT count(*) FROM (",
    ") t",
    " NATURAL JOIN budgets",
    " CROSS JOIN (SELECT max(amount) AS m FROM budgets) z",
    "SELECT DISTINCT b.region, r.* FROM bill_items b JOIN resources r ON b.instance_id = r.instance_id",
    " HAVING count(*) > 1",
    " OFFSET 3",
    "SELECT discount_rate FROM bill_items",
    ", users",
];

const DIALECTS: [Dialect; 4] = [Dialect::DataFusion, Dialect::Postgres, Dialect::MySql, Dialect::Sqlite];

fn benchmark() -> (Catalog, Scope) {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../evals/suites/guard");
    load_scope(&folder.join("schema.yaml"), &folder.join("scope.yaml")).expect("the benchmark's policy is sound")
}

/// Checks a statement; what passes reads listed tables only, and passes again as it was rendered. Says whether it passed.
fn try_one(sql: &str, dialect: Dialect, catalog: &Catalog, scope: &Scope) -> bool {
    let Ok(checked) = check(sql, dialect, catalog, scope) else { return false };
    let scans = checked.text().matches("WHERE account_id IN ('acct-1001')").count();
    assert!(scans >= checked.tables().len() && !checked.tables().is_empty(), "{dialect:?}: {sql}\n{}", checked.text());
    let reads_other = ["FROM users", "JOIN users"].iter().any(|read| checked.text().contains(read));
    assert!(!reads_other, "{dialect:?}: {sql}\n{}", checked.text());
    let again = check(checked.text(), dialect, catalog, scope);
    assert!(again.is_ok(), "{dialect:?}: {sql}\n{}\n{:?}", checked.text(), again.err());
    true
}

#[test]
fn words_in_any_order_get_an_answer() {
    let (catalog, scope) = benchmark();
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for round in 0..4_000 {
        let mut sql = String::from(if round % 2 == 0 { "SELECT " } else { "" });
        for _ in 0..random.below(40) {
            sql += random.pick(WORDS);
            sql += random.pick(&[" ", " ", " ", ""]);
        }
        try_one(&sql, DIALECTS[round % 4], &catalog, &scope);
    }
}

#[test]
fn pieces_of_statements_pass_only_when_they_pass_again() {
    let (catalog, scope) = benchmark();
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    let mut passed = 0;
    for round in 0..6_000 {
        let mut sql = String::new();
        for _ in 0..=random.below(6) {
            sql += random.pick(PIECES);
        }
        passed += usize::from(try_one(&sql, DIALECTS[round % 4], &catalog, &scope));
    }
    assert!(passed > 200, "only {passed} passed: the pieces no longer make statements");
}

#[test]
fn any_bytes_get_an_answer() {
    let (catalog, scope) = benchmark();
    let mut random = Random(0xd1b5_4a32_d192_ed03);
    for round in 0..4_000 {
        let bytes: Vec<u8> = (0..random.below(80)).map(|_| u8::try_from(random.below(256)).expect("a byte")).collect();
        let text = String::from_utf8_lossy(&bytes);
        try_one(&text, DIALECTS[round % 4], &catalog, &scope);
        try_one(&format!("SELECT region FROM bill_items WHERE {text}"), DIALECTS[round % 4], &catalog, &scope);
    }
}
