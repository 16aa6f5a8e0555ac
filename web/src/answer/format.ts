// How a person reads a cell: money to the cent, ratios as per cent, everything grouped by thousands.
import type { Cell, Column, ColumnType, Table } from "../api/types";
import type { Dictionary } from "../i18n/zh";
import { groupDigits, parseDecimal, round, shiftPoint, trimZeros } from "./decimal";

/** What the numbers of a column count. */
export type Measure =
  | { kind: "money"; currency: string | null }
  | { kind: "ratio" | "percent" | "count" | "number" }
  | { kind: "other"; unit: string };

const SIGNS: Record<string, string> = { CNY: "¥", USD: "$", EUR: "€", GBP: "£", HKD: "HK$" };
const CURRENCY_COLUMNS = new Set(["billingcurrency", "currency", "pricingcurrency"]);

export function isNumeric(type: ColumnType): boolean {
  return type === "integer" || type === "decimal" || type === "float";
}

export function measureOf(unit: string | null): Measure {
  if (unit === null || unit === "") return { kind: "number" };
  if (/^[A-Z]{3}$/.test(unit)) return { kind: "money", currency: unit };
  if (CURRENCY_COLUMNS.has(unit.toLowerCase())) return { kind: "money", currency: null };
  if (unit === "ratio" || unit === "count") return { kind: unit };
  if (unit === "percent" || unit === "%") return { kind: "percent" };
  return { kind: "other", unit: unit === "gb" ? "GB" : unit };
}

/** The sign written before an amount. */
export function currencySign(currency: string): string {
  return SIGNS[currency] ?? `${currency} `;
}

/** `1,234.56`, without a sign of currency. */
export function formatAmount(value: string | number): string {
  const number = parseDecimal(value);
  return number ? groupDigits(round(number, 2)) : String(value);
}

/** `-¥1,234.56`. */
export function formatMoney(value: string | number, currency: string | null): string {
  const amount = formatAmount(value);
  const sign = currency ? currencySign(currency) : "";
  return amount.startsWith("-") ? `-${sign}${amount.slice(1)}` : sign + amount;
}

/** 0.234 is `23.4%`. */
export function formatRatio(value: string | number, signed = false): string {
  const number = parseDecimal(value);
  if (!number) return String(value);
  const percent = round(shiftPoint(number, 2), 1);
  return `${signed && percent.units > 0n ? "+" : ""}${groupDigits(percent)}%`;
}

/** 23.4 is `23.4%`. */
export function formatPercent(value: string | number): string {
  const number = parseDecimal(value);
  return number ? `${groupDigits(round(number, 1))}%` : String(value);
}

/** At most `places` digits after the point, no zeros at the end. */
export function formatNumber(value: string | number, places = 4): string {
  const number = parseDecimal(value);
  return number ? groupDigits(trimZeros(round(number, places))) : String(value);
}

export function formatMeasure(value: string | number, measure: Measure, signed = false): string {
  switch (measure.kind) {
    case "money":
      return formatMoney(value, measure.currency);
    case "ratio":
      return formatRatio(value, signed);
    case "percent":
      return formatPercent(value);
    case "count":
      return formatNumber(value, 2);
    case "number":
      return formatNumber(value);
    case "other":
      return `${formatNumber(value)} ${measure.unit}`;
  }
}

/** Whether a column holds changes, whose ratios carry a sign. */
export function isChange(column: Column): boolean {
  return /change|growth|delta|mom|yoy|环比|同比|变化|增长/i.test(`${column.name} ${column.label}`);
}

/** The currency of a row, where a column says it. */
export function rowCurrency(table: Table, row: Cell[], unit: string | null): string | null {
  if (unit === null || /^[A-Z]{3}$/.test(unit)) return unit;
  const wanted = unit.toLowerCase();
  const index = table.columns.findIndex((column) => column.name.toLowerCase() === wanted);
  const cell = index >= 0 ? row[index] : null;
  return typeof cell === "string" && cell !== "" ? cell : null;
}

export interface CellText {
  shown: string;
  /** The exact value, where what is shown is not it. */
  exact: string | undefined;
}

export function formatCell(table: Table, row: Cell[], index: number, text: Dictionary): CellText {
  const column = table.columns[index];
  const cell = row[index];
  if (column === undefined || cell === null || cell === undefined) return { shown: "–", exact: undefined };
  if (typeof cell === "boolean") return { shown: cell ? text.yes : text.no, exact: undefined };
  if (isNumeric(column.type)) {
    const measure = measureOf(column.unit);
    const shown =
      measure.kind === "money"
        ? measure.currency === null
          ? formatMoney(cell, rowCurrency(table, row, column.unit))
          : formatAmount(cell)
        : formatMeasure(cell, measure, isChange(column));
    return { shown, exact: exactText(cell, shown) };
  }
  if (column.type === "timestamp") return { shown: formatInstant(String(cell)), exact: String(cell) };
  if (column.type === "date" && /month|月/i.test(`${column.name} ${column.label}`) && String(cell).endsWith("-01")) {
    return { shown: String(cell).slice(0, 7), exact: String(cell) };
  }
  return { shown: String(cell), exact: undefined };
}

/** `2026-11-20 08:05` on the browser's clock. */
export function formatInstant(instant: string): string {
  const date = new Date(instant);
  if (Number.isNaN(date.getTime())) return instant;
  const two = (part: number) => String(part).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** `48 ms`, `1.2 s`. */
export function formatElapsed(milliseconds: number): string {
  if (milliseconds < 1) return "<1 ms";
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  return `${(milliseconds / 1000).toFixed(milliseconds < 10_000 ? 1 : 0)} s`;
}

export function formatCount(count: number): string {
  return formatNumber(count, 0);
}

function exactText(cell: string | number, shown: string): string | undefined {
  const exact = String(cell);
  return exact === shown.replaceAll(",", "") ? undefined : exact;
}
