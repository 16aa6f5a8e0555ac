// Numbers on a chart's axis, short: 12.5万 and 1.2亿 in Chinese, 125K and 1.2M in English.
import type { Language } from "../i18n/Language";
import { currencySign, type Measure } from "./format";

const STEPS: Record<Language, [number, string][]> = {
  zh: [
    [1e8, "亿"],
    [1e4, "万"],
  ],
  en: [
    [1e9, "B"],
    [1e6, "M"],
    [1e3, "K"],
  ],
};

export function shortNumber(value: number, language: Language): string {
  const size = Math.abs(value);
  for (const [step, name] of STEPS[language]) {
    if (size >= step) return `${trimmed(value / step)}${name}`;
  }
  return trimmed(value);
}

export function axisLabel(value: number, measure: Measure, language: Language): string {
  switch (measure.kind) {
    case "ratio":
      return `${trimmed(value * 100)}%`;
    case "percent":
      return `${trimmed(value)}%`;
    case "money": {
      const sign = measure.currency ? currencySign(measure.currency) : "";
      return `${value < 0 ? "-" : ""}${sign}${shortNumber(Math.abs(value), language)}`;
    }
    case "count":
    case "number":
    case "other":
      return shortNumber(value, language);
  }
}

function trimmed(value: number): string {
  const size = Math.abs(value);
  const places = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 || size === 0 ? 2 : 3;
  return String(Number(value.toFixed(places))).replace(/\B(?=(\d{3})+$)/g, ",");
}
