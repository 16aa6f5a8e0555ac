// A dry run's findings as lines: it is free-form JSON, one entry a resource.

export function dryRunLines(value: unknown): string[] {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value)) return value.map(lineOf).filter((line) => line !== "");
  if (typeof value === "object") {
    const entries = Object.entries(value);
    const list = entries.find(([, entry]) => Array.isArray(entry) && entry.length > 0);
    if (!list) return [lineOf(value)].filter((line) => line !== "");
    const rest = Object.fromEntries(entries.filter(([, entry]) => !Array.isArray(entry)));
    return [lineOf(rest), ...dryRunLines(list[1])].filter((line) => line !== "");
  }
  return [String(value)];
}

function lineOf(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value !== "object") return String(value);
  if (Array.isArray(value)) return value.map(lineOf).join(", ");
  return Object.entries(value)
    .filter(([, entry]) => entry !== null && entry !== "")
    .map(([name, entry]) => `${name}: ${lineOf(entry)}`)
    .join(" · ");
}
