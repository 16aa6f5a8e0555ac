// The ECharts option of a chart: rankings lie on their side, time runs to the right, colours come from the theme.
import type { EChartsCoreOption } from "echarts/core";
import type { Chart } from "../api/types";
import type { Language } from "../i18n/Language";
import { axisLabel } from "./axis";
import type { ChartData } from "./chartData";
import { formatMeasure, measureOf } from "./format";

export interface ChartLook {
  language: Language;
  /** Whether the page is too narrow for long labels. */
  narrow: boolean;
  /** Whether the person lets things move. */
  moves: boolean;
  series: string[];
  ink: string;
  muted: string;
  line: string;
  surface: string;
  font: string;
  total: string;
}

interface TooltipItem {
  dataIndex: number;
  seriesIndex?: number;
}

export function chartOption(chart: Chart, data: ChartData, currency: string | null, look: ChartLook): EChartsCoreOption {
  const measure = currency ? measureOf(currency) : measureOf(chart.unit);
  const lying = !data.temporal && chart.kind !== "line";
  const stacked = chart.kind === "stacked_bar";
  const single = data.series.length === 1;
  const labels = { color: look.muted, fontFamily: look.font, fontSize: 12 };

  const names = {
    type: "category",
    data: data.labels,
    inverse: lying,
    boundaryGap: chart.kind !== "line",
    axisTick: { show: false },
    axisLine: { show: !lying, lineStyle: { color: look.line } },
    axisLabel: lying
      ? { ...labels, color: look.ink, width: look.narrow ? 96 : 190, overflow: "truncate" }
      : { ...labels, hideOverlap: true },
  };
  const numbers = {
    type: "value",
    splitNumber: look.narrow ? (lying ? 2 : 3) : 4,
    // Bars that carry their value need no scale.
    show: !(lying && single),
    axisLabel: { ...labels, hideOverlap: true, formatter: (value: number) => axisLabel(value, measure, look.language) },
    splitLine: { show: !(lying && single), lineStyle: { color: look.line, type: "solid" } },
  };

  return {
    color: look.series,
    animation: look.moves,
    animationDuration: 350,
    textStyle: { fontFamily: look.font },
    grid: { left: 4, right: lying && single ? 76 : 16, top: 12, bottom: single ? 4 : 40, outerBoundsMode: "same" },
    legend: {
      show: !single,
      type: "scroll",
      bottom: 0,
      left: 0,
      icon: "roundRect",
      itemWidth: 10,
      itemHeight: 10,
      itemGap: 16,
      textStyle: { color: look.ink, fontFamily: look.font, fontSize: 12, width: 160, overflow: "truncate" },
      pageTextStyle: { color: look.muted },
      pageIconColor: look.ink,
      pageIconInactiveColor: look.line,
    },
    tooltip: {
      trigger: "axis",
      axisPointer: { type: chart.kind === "line" ? "line" : "shadow", lineStyle: { color: look.muted } },
      confine: true,
      backgroundColor: look.surface,
      borderColor: look.line,
      padding: [8, 12],
      textStyle: { color: look.ink, fontFamily: look.font, fontSize: 13 },
      formatter: (items: TooltipItem[]) => tooltip(data, items, stacked, look, (value) => formatMeasure(value, measure)),
    },
    xAxis: lying ? numbers : names,
    yAxis: lying ? names : numbers,
    series: data.series.map((one) => ({
      name: one.name,
      data: one.values,
      ...(chart.kind === "line"
        ? { type: "line", symbol: "circle", symbolSize: 6, showSymbol: data.labels.length <= 31, lineStyle: { width: 2.25 } }
        : { type: "bar", barMaxWidth: lying ? 20 : 44, barCategoryGap: "32%" }),
      ...(chart.kind === "line" && single ? { areaStyle: { opacity: 0.08 } } : {}),
      ...(stacked ? { stack: "all", itemStyle: { borderColor: look.surface, borderWidth: 0.5 } } : {}),
      ...(!stacked && chart.kind === "bar" ? { itemStyle: { borderRadius: lying ? [0, 3, 3, 0] : [3, 3, 0, 0] } } : {}),
      ...(lying && single
        ? {
            label: {
              show: true,
              position: "right",
              color: look.muted,
              fontSize: 12,
              formatter: ({ value }: { value: number | null }) =>
                value === null ? "" : axisLabel(value, measure, look.language),
            },
          }
        : {}),
    })),
  };
}

/** Built from nodes, never from markup: names come from the bills. */
function tooltip(
  data: ChartData,
  items: TooltipItem[],
  stacked: boolean,
  look: ChartLook,
  show: (value: string | number) => string,
): HTMLElement {
  const box = document.createElement("div");
  const place = items[0]?.dataIndex ?? 0;
  const head = document.createElement("div");
  head.textContent = data.labels[place] ?? "";
  head.style.cssText = "font-weight:600;max-width:260px;white-space:normal;overflow-wrap:anywhere";
  box.append(head);
  const add = (name: string, value: string, color: string | null) => {
    const line = document.createElement("div");
    line.style.cssText = "display:flex;gap:18px;justify-content:space-between;align-items:center";
    const left = document.createElement("span");
    left.style.cssText = "display:inline-flex;align-items:center;gap:7px;max-width:200px;white-space:normal";
    if (color !== null) {
      const dot = document.createElement("i");
      dot.style.cssText = `flex:none;width:9px;height:9px;border-radius:2px;background:${color}`;
      left.append(dot);
    }
    left.append(name);
    const right = document.createElement("span");
    right.style.cssText = "font-variant-numeric:tabular-nums;font-weight:600";
    right.textContent = value;
    line.append(left, right);
    box.append(line);
  };
  let total = 0;
  for (const item of items) {
    const index = item.seriesIndex ?? 0;
    const series = data.series[index];
    const value = series?.values[place];
    if (!series || value === null || value === undefined) continue;
    total += value;
    const cell = series.cells[place];
    add(series.name, show(typeof cell === "string" || typeof cell === "number" ? cell : value), look.series[index] ?? null);
  }
  if (stacked && items.length > 1) add(look.total, show(total), null);
  return box;
}
