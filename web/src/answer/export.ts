// Tables for spreadsheets: CSV to download, TSV to paste, always with the exact values.
import type { Cell, Column, Table } from "../api/types";
import { isNumeric } from "./format";

/** Makes Excel read the file as UTF-8. */
const BYTE_ORDER_MARK = "\uFEFF";

/** RFC 4180 with a byte order mark. */
export function toCsv(table: Table, rows: Cell[][]): string {
  const quote = (field: string) => (/[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field);
  return BYTE_ORDER_MARK + lines(table, rows, quote, ",").join("\r\n") + "\r\n";
}

export function toTsv(table: Table, rows: Cell[][]): string {
  return lines(table, rows, (field) => field.replace(/[\t\r\n]+/g, " "), "\t").join("\n");
}

export function downloadCsv(table: Table, rows: Cell[][], name: string): void {
  const address = URL.createObjectURL(new Blob([toCsv(table, rows)], { type: "text/csv;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = `${fileName(name)}.csv`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

function lines(table: Table, rows: Cell[][], write: (field: string) => string, separator: string): string[] {
  const head = table.columns.map((column) => write(harmless(headOf(column)))).join(separator);
  const body = rows.map((row) =>
    table.columns.map((column, index) => write(fieldOf(row[index], column))).join(separator),
  );
  return [head, ...body];
}

function headOf(column: Column): string {
  return column.unit && /^[A-Z]{3}$/.test(column.unit) ? `${column.label} (${column.unit})` : column.label;
}

function fieldOf(cell: Cell | undefined, column: Column): string {
  if (cell === null || cell === undefined) return "";
  return typeof cell === "string" && !isNumeric(column.type) ? harmless(cell) : String(cell);
}

/** A text that a spreadsheet would run as a formula is kept a text. */
function harmless(field: string): string {
  return /^[=+\-@\t\r]/.test(field) ? `'${field}` : field;
}

function fileName(name: string): string {
  return name.replace(/[\\/:*?"<>|\s]+/g, "-").slice(0, 60) || "cloudlens";
}
