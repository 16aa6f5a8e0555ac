// The order of a table's rows: as given, or by a column.
import type { Cell, ColumnType, Table } from "../api/types";
import { isNumeric } from "./format";

export interface Sorting {
  column: number;
  direction: "ascending" | "descending";
}

const collator = new Intl.Collator(["zh-Hans-CN", "en"], { numeric: true, sensitivity: "base" });

/** The rows in order; empty cells come last whatever the direction, equal rows keep their order. */
export function sortRows(table: Table, sorting: Sorting | null): Cell[][] {
  const column = sorting && table.columns[sorting.column];
  if (!sorting || !column) return table.rows;
  const sign = sorting.direction === "ascending" ? 1 : -1;
  return table.rows
    .map((row) => ({ row, key: sortKey(row[sorting.column], column.type) }))
    .sort((a, b) => {
      if (a.key === null || b.key === null) return Number(a.key === null) - Number(b.key === null);
      return sign * compareKeys(a.key, b.key);
    })
    .map(({ row }) => row);
}

/** What a click on a column's head does: numbers start with the largest, text with the first; the third click undoes. */
export function nextSorting(current: Sorting | null, column: number, type: ColumnType): Sorting | null {
  const first = isNumeric(type) ? "descending" : "ascending";
  const second = first === "descending" ? "ascending" : "descending";
  if (current?.column !== column) return { column, direction: first };
  return current.direction === first ? { column, direction: second } : null;
}

function sortKey(cell: Cell | undefined, type: ColumnType): number | string | null {
  if (cell === null || cell === undefined || cell === "") return null;
  return isNumeric(type) || typeof cell === "boolean" ? Number(cell) : String(cell);
}

function compareKeys(a: number | string, b: number | string): number {
  return typeof a === "number" && typeof b === "number" ? a - b : collator.compare(String(a), String(b));
}
