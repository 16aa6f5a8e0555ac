// A dry run's findings as lines, one a resource: what would happen to it, in the reader's language.
import type { Language } from "../i18n/Language";

export function dryRunLines(value: unknown, language: Language): string[] {
  const lines = Array.isArray(value) ? value : record(value)?.lines;
  if (!Array.isArray(lines)) return [];
  return lines.map((line: unknown) => lineOf(line, language)).filter((line) => line !== "");
}

function lineOf(line: unknown, language: Language): string {
  if (typeof line === "string") return line;
  const { resource_name: name, resource_id: id, effect } = record(line) ?? {};
  const words = typeof effect === "string" ? effect : record(effect)?.[language];
  return [name || id, words].filter((part) => typeof part === "string" && part !== "").join(": ");
}

function record(value: unknown): Record<string, unknown> | null {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
}
