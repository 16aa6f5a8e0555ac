// How amounts, ratios and other cells read.
import { describe, expect, test } from "vitest";
import type { Table } from "../api/types";
import { en } from "../i18n/en";
import { zh } from "../i18n/zh";
import { formatAmount, formatCell, formatElapsed, formatMoney, formatNumber, formatRatio } from "./format";
import { formatPeriod } from "./period";

test.each([
  ["1234.5", "1,234.50"],
  ["832649.824253", "832,649.82"],
  ["-12", "-12.00"],
  ["-0.001", "0.00"],
  // Halves go to the even digit, as on the server; binary floating point would get these wrong.
  ["0.125", "0.12"],
  ["0.135", "0.14"],
  ["1.005", "1.00"],
  ["1.0050000000000000000001", "1.01"],
  ["123456789012345678901234.565", "123,456,789,012,345,678,901,234.56"],
  ["not a number", "not a number"],
])("amount %s reads %s", (value, expected) => expect(formatAmount(value)).toBe(expected));

test.each([
  ["1234.5", "CNY", "¥1,234.50"],
  ["-12", "USD", "-$12.00"],
  ["1000000", "JPY", "JPY 1,000,000.00"],
])("money %s %s reads %s", (value, currency, expected) => expect(formatMoney(value, currency)).toBe(expected));

test("ratios read as per cent, changes with a sign", () => {
  expect(formatRatio(0.2344)).toBe("23.4%");
  expect(formatRatio("0.2344", true)).toBe("+23.4%");
  expect(formatRatio(-0.05, true)).toBe("-5.0%");
  expect(formatRatio(1e-7)).toBe("0.0%");
  expect(formatRatio("12.5")).toBe("1,250.0%");
});

test("plain numbers keep at most four digits after the point", () => {
  expect(formatNumber("1234.50000")).toBe("1,234.5");
  expect(formatNumber(0.123456)).toBe("0.1235");
  expect(formatNumber(1e21)).toBe("1,000,000,000,000,000,000,000");
});

test("time taken reads in its natural unit", () => {
  expect([0.2, 48.4, 1234, 65_000].map(formatElapsed)).toEqual(["<1 ms", "48 ms", "1.2 s", "65 s"]);
});

describe("cells", () => {
  const table: Table = {
    columns: [
      { name: "service", label: "服务", type: "string", unit: null },
      { name: "cost", label: "费用", type: "decimal", unit: "BillingCurrency" },
      { name: "mom_change", label: "环比", type: "float", unit: "ratio" },
      { name: "BillingCurrency", label: "币种", type: "string", unit: null },
      { name: "total", label: "合计", type: "decimal", unit: "CNY" },
      { name: "active", label: "在用", type: "boolean", unit: null },
    ],
    rows: [["ECS", "1234.5678", 0.1, "USD", "1234.50", true]],
    row_count: 1,
    truncated: false,
  };
  const cell = (index: number) => formatCell(table, table.rows[0] ?? [], index, zh);

  test("a currency that a column of the row names is written", () => expect(cell(1).shown).toBe("$1,234.57"));
  test("the exact amount is kept", () => expect(cell(1).exact).toBe("1234.5678"));
  test("an amount that is shown exactly needs no more", () => expect(cell(4)).toEqual({ shown: "1,234.50", exact: undefined }));
  test("a change has a sign", () => expect(cell(2).shown).toBe("+10.0%"));
  test("truth is in the reader's language", () => expect(cell(5).shown).toBe("是"));
  test("no value is a dash", () => expect(formatCell(table, [null], 0, zh).shown).toBe("–"));
});

test("periods name their last day", () => {
  const period = (start: string, end: string) => ({ start, end, partial: false });
  expect(formatPeriod(period("2026-01-01", "2026-02-01"), zh)).toBe("2026 年 1 月");
  expect(formatPeriod(period("2025-12-01", "2026-01-01"), en)).toBe("December 2025");
  expect(formatPeriod(period("2025-01-01", "2026-01-01"), zh)).toBe("2025 年");
  expect(formatPeriod(period("2026-11-01", "2026-11-21"), zh)).toBe("2026-11-01 至 2026-11-20");
  expect(formatPeriod(period("2026-02-28", "2026-03-01"), en)).toBe("2026-02-28");
});
