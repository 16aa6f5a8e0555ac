// What a chart draws of its table.
import { describe, expect, test } from "vitest";
import type { Cell, Chart, Table } from "../api/types";
import { axisLabel } from "./axis";
import { chartData, currenciesOf, withUnit } from "./chartData";

const names = { blank: "(blank)", other: "Other" };

function tableOf(columns: string[], rows: Cell[][]): Table {
  return {
    columns: columns.map((name) => ({ name, label: name, type: name === "cost" ? "decimal" : "string", unit: null })),
    rows,
    row_count: rows.length,
    truncated: false,
  };
}

function chartOf(change: Partial<Chart>): Chart {
  return { kind: "bar", title: "", x: "service", series: [{ column: "cost", label: "Cost" }], split: null, unit: "CNY", ...change };
}

test("a split column's values become series, months are in order", () => {
  const table = tableOf(
    ["month", "provider", "cost"],
    [
      ["2026-02-01", "AWS", "5"],
      ["2026-01-01", "AWS", "3"],
      ["2026-01-01", "Alibaba", "4"],
    ],
  );
  const data = chartData(chartOf({ kind: "stacked_bar", x: "month", split: "provider" }), table, names, null);
  expect(data?.labels).toEqual(["2026-01", "2026-02"]);
  expect(data?.series.map((series) => [series.name, series.values])).toEqual([
    ["AWS", [3, 5]],
    ["Alibaba", [4, null]],
  ]);
});

test("currencies are never drawn together", () => {
  const table = tableOf(
    ["service", "BillingCurrency", "cost"],
    [
      ["ECS", "CNY", "10"],
      ["EC2", "USD", "20"],
      ["ECS", "USD", "1"],
    ],
  );
  table.columns = table.columns.map((column) => (column.name === "cost" ? { ...column, unit: "BillingCurrency" } : column));
  const chart = withUnit(chartOf({ unit: null, split: "BillingCurrency" }), table);
  expect(currenciesOf(chart, table)).toEqual(["CNY", "USD"]);
  const data = chartData(chart, table, names, "USD");
  expect([data?.labels, data?.series[0]?.values]).toEqual([["EC2", "ECS"], [20, 1]]);
});

test("a stack of many series keeps its height", () => {
  const rows = Array.from({ length: 12 }, (_, place): Cell[] => ["2026-01-01", `team-${place}`, String(place + 1)]);
  const table = tableOf(["month", "team", "cost"], rows);
  const data = chartData(chartOf({ kind: "stacked_bar", x: "month", split: "team" }), table, names, null);
  const total = data?.series.reduce((sum, series) => sum + (series.values[0] ?? 0), 0);
  expect([data?.series.length, data?.series.at(-1)?.name, total]).toEqual([8, "Other", 78]);
});

test("a missing column means no chart", () => {
  expect(chartData(chartOf({ x: "nowhere" }), tableOf(["service", "cost"], []), names, null)).toBeNull();
});

describe("axis", () => {
  const money = { kind: "money", currency: "CNY" } as const;
  test.each([
    [125_000, "zh", "¥12.5万"],
    [120_000_000, "zh", "¥1.2亿"],
    [125_000, "en", "¥125K"],
    [-2_500_000, "en", "-¥2.5M"],
    [0, "zh", "¥0"],
  ] as const)("%d in %s is %s", (value, language, expected) => expect(axisLabel(value, money, language)).toBe(expected));
});
