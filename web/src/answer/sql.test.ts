// SQL as it is shown.
import { expect, test } from "vitest";
import { sqlTokens } from "./sqlTokens";

const shown = (sql: string) => sqlTokens(sql).map((token) => token.text).join("");

test("each clause starts a line, subqueries and texts stay as they are", () => {
  expect(shown("SELECT a FROM t WHERE b = 'x FROM y' AND c IN (SELECT d FROM u WHERE e = 1) GROUP BY a LIMIT 5")).toBe(
    "SELECT a\nFROM t\nWHERE b = 'x FROM y' AND c IN (SELECT d FROM u WHERE e = 1)\nGROUP BY a\nLIMIT 5",
  );
});

test("joins stay in one piece", () => {
  expect(shown("SELECT a FROM t LEFT JOIN u ON t.id = u.id JOIN v ON v.id = u.id")).toBe(
    "SELECT a\nFROM t\nLEFT JOIN u ON t.id = u.id\nJOIN v ON v.id = u.id",
  );
});

test("a statement with lines of its own is left alone", () => {
  const sql = "SELECT a\n  FROM t\n WHERE b = 1";
  expect(shown(sql)).toBe(sql);
});

test("keywords, texts and numbers are told apart", () => {
  expect(sqlTokens("SELECT 'it''s', 12.5, \"from\"").filter((token) => token.kind !== "plain")).toEqual([
    { kind: "keyword", text: "SELECT" },
    { kind: "string", text: "'it''s'" },
    { kind: "number", text: "12.5" },
  ]);
});
