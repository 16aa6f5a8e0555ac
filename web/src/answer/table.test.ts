// Sorting and exporting tables.
import { describe, expect, test } from "vitest";
import type { Cell, Column, Table } from "../api/types";
import { toCsv, toTsv } from "./export";
import { nextSorting, sortRows } from "./tableRows";

const column = (label: string, type: Column["type"], unit: string | null = null): Column => ({ name: label, label, type, unit });
const tableOf = (columns: Column[], rows: Cell[][]): Table => ({ columns, rows, row_count: rows.length, truncated: false });

describe("sorting", () => {
  const table = tableOf(
    [column("name", "string"), column("cost", "decimal", "CNY")],
    [
      ["ecs-10", "9.5"],
      ["ecs-9", "100.25"],
      [null, null],
      ["rds-1", "-3"],
    ],
  );
  const names = (index: number, direction: "ascending" | "descending") =>
    sortRows(table, { column: index, direction }).map((row) => row[0]);

  test("amounts sort as numbers, not as text", () =>
    expect(names(1, "descending")).toEqual(["ecs-9", "ecs-10", "rds-1", null]));
  test("empty cells stay last when the order turns", () =>
    expect(names(1, "ascending")).toEqual(["rds-1", "ecs-10", "ecs-9", null]));
  test("digits within text sort as numbers", () =>
    expect(names(0, "ascending")).toEqual(["ecs-9", "ecs-10", "rds-1", null]));
  test("the given order is untouched", () => {
    names(1, "ascending");
    expect(sortRows(table, null).map((row) => row[0])).toEqual(["ecs-10", "ecs-9", null, "rds-1"]);
  });
  test("clicks go largest, smallest, as given for numbers", () => {
    const first = nextSorting(null, 1, "decimal");
    const second = nextSorting(first, 1, "decimal");
    expect([first?.direction, second?.direction, nextSorting(second, 1, "decimal")]).toEqual([
      "descending",
      "ascending",
      null,
    ]);
  });
});

describe("export", () => {
  const table = tableOf(
    [column("服务", "string"), column("费用", "decimal", "CNY")],
    [
      ['Elastic, "ECS"', "832649.824253"],
      ["=HYPERLINK(1)", "-12"],
      ["two\nlines\tand a tab", null],
    ],
  );

  test("CSV has a byte order mark, quotes, and exact values", () =>
    expect(toCsv(table, table.rows)).toBe(
      '\uFEFF服务,费用 (CNY)\r\n"Elastic, ""ECS""",832649.824253\r\n\'=HYPERLINK(1),-12\r\n"two\nlines\tand a tab",\r\n',
    ));
  test("TSV keeps a row on a line", () =>
    expect(toTsv(table, table.rows).split("\n")).toEqual([
      "服务\t费用 (CNY)",
      'Elastic, "ECS"\t832649.824253',
      "'=HYPERLINK(1)\t-12",
      "two lines and a tab\t",
    ]));
});
