// A period in words. Its end is exclusive; people name the last day.
import type { Terms } from "../api/types";
import type { Dictionary } from "../i18n/zh";

type Period = NonNullable<Terms["period"]>;

export function formatPeriod(period: Period, text: Dictionary): string {
  const start = parts(period.start);
  const end = parts(period.end);
  if (!start || !end) return text.periodRange(period.start, period.end);
  if (start.day === 1 && end.day === 1) {
    const months = (end.year - start.year) * 12 + end.month - start.month;
    if (months === 1) return text.periodMonth(String(start.year), String(start.month));
    if (months === 12 && start.month === 1) return text.periodYear(String(start.year));
  }
  const last = lastDay(period.end);
  return last === period.start ? period.start : text.periodRange(period.start, last);
}

/** The day before an exclusive end. */
export function lastDay(end: string): string {
  const date = new Date(`${end}T00:00:00Z`);
  if (Number.isNaN(date.getTime())) return end;
  date.setUTCDate(date.getUTCDate() - 1);
  return date.toISOString().slice(0, 10);
}

function parts(day: string): { year: number; month: number; day: number } | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day);
  return match ? { year: Number(match[1]), month: Number(match[2]), day: Number(match[3]) } : null;
}
