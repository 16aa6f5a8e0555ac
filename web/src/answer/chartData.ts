// From a chart and its table to labels and series: pivots a split column, keeps currencies apart, folds what is too many.
import type { Cell, Chart, Table } from "../api/types";
import { rowCurrency } from "./format";

export interface ChartSeries {
  name: string;
  values: (number | null)[];
  /** The exact cells behind the values, for tooltips; none where values were folded. */
  cells: (Cell | undefined)[];
}

export interface ChartData {
  labels: string[];
  temporal: boolean;
  series: ChartSeries[];
  /** How many labels there were before the cut. */
  allLabels: number;
}

/** Names for what has no name of its own. */
export interface ChartNames {
  blank: string;
  other: string;
}

const MOST_SERIES = 8;
const MOST_BARS = 20;

/** What the chart's numbers count. A chart of several currencies names no unit; the column it draws does. */
export function withUnit(chart: Chart, table: Table): Chart {
  if (chart.unit !== null) return chart;
  const drawn = chart.series[0]?.column.toLowerCase();
  return { ...chart, unit: table.columns.find((column) => column.name.toLowerCase() === drawn)?.unit ?? null };
}

/** The currencies of the rows, when the chart's unit is a column of currencies and they differ. */
export function currenciesOf(chart: Chart, table: Table): string[] {
  const found = new Set<string>();
  for (const row of table.rows) {
    const currency = rowCurrency(table, row, chart.unit);
    if (currency) found.add(currency);
  }
  return [...found].sort();
}

/** None when the table lacks the chart's columns. Rows in another currency than `currency` are left out. */
export function chartData(chart: Chart, table: Table, names: ChartNames, currency: string | null): ChartData | null {
  const position = (name: string) =>
    table.columns.findIndex((column) => column.name.toLowerCase() === name.toLowerCase());
  const x = position(chart.x);
  const columns = chart.series.map((series) => ({ ...series, index: position(series.column) }));
  const drawn = columns.filter((series) => series.index >= 0);
  if (x < 0 || drawn.length === 0) return null;

  const rows = currency ? table.rows.filter((row) => rowCurrency(table, row, chart.unit) === currency) : table.rows;
  const label = (cell: Cell | undefined) => (cell === null || cell === undefined || cell === "" ? names.blank : String(cell));
  let labels = [...new Set(rows.map((row) => label(row[x])))];
  const temporal = labels.length > 0 && labels.every(isTime);
  if (temporal) labels.sort();
  const allLabels = labels.length;
  if (!temporal && chart.kind !== "line") labels = labels.slice(0, MOST_BARS);

  const places = new Map(labels.map((name, index) => [name, index]));
  const split = chart.split === null ? -1 : position(chart.split);
  const byName = new Map<string, ChartSeries>();
  for (const row of rows) {
    const place = places.get(label(row[x]));
    if (place === undefined) continue;
    for (const column of drawn) {
      const name = split < 0 ? column.label : seriesName(label(row[split]), column.label, drawn.length);
      let series = byName.get(name);
      if (!series) {
        series = { name, values: labels.map(() => null), cells: labels.map(() => undefined) };
        byName.set(name, series);
      }
      const cell = row[column.index];
      if (cell === null || cell === undefined || typeof cell === "boolean" || Number.isNaN(Number(cell))) continue;
      const before = series.values[place];
      series.values[place] = (before ?? 0) + Number(cell);
      series.cells[place] = before === null ? cell : undefined;
    }
  }
  const shownLabels = temporal ? labels.map(shortTime(labels)) : labels;
  return { labels: shownLabels, temporal, series: fold([...byName.values()], chart, names.other), allLabels };
}

function seriesName(value: string, column: string, columns: number): string {
  return columns > 1 ? `${value} · ${column}` : value;
}

/** Too many series cannot be told apart: the largest stay. Stacks keep their height by a series for the rest. */
function fold(series: ChartSeries[], chart: Chart, other: string): ChartSeries[] {
  if (series.length <= MOST_SERIES) return series;
  const size = (one: ChartSeries) => one.values.reduce<number>((sum, value) => sum + Math.abs(value ?? 0), 0);
  const ranked = [...series].sort((a, b) => size(b) - size(a));
  if (chart.kind !== "stacked_bar") return ranked.slice(0, MOST_SERIES);
  const rest = ranked.slice(MOST_SERIES - 1);
  const values = (rest[0]?.values ?? []).map((_, place) =>
    rest.reduce<number>((sum, one) => sum + (one.values[place] ?? 0), 0),
  );
  return [...ranked.slice(0, MOST_SERIES - 1), { name: other, values, cells: values.map(() => undefined) }];
}

function isTime(label: string): boolean {
  return /^\d{4}(-\d{2}(-\d{2}(T[\d:.]+Z?)?)?|-?Q[1-4]|-?W\d{2})?$/.test(label);
}

/** Months for a run of firsts, month and day within one year, the date otherwise. */
function shortTime(labels: string[]): (label: string) => string {
  const days = labels.every((label) => /^\d{4}-\d{2}-\d{2}/.test(label));
  if (!days) return (label) => label;
  if (labels.length > 1 && labels.every((label) => label.slice(8, 10) === "01")) return (label) => label.slice(0, 7);
  const oneYear = labels.every((label) => label.slice(0, 4) === labels[0]?.slice(0, 4));
  return (label) => label.slice(oneYear ? 5 : 0, 10);
}
