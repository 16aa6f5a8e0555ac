// An answer as text to paste elsewhere: words, table as Markdown, and the terms.
import { formatCell } from "../answer/format";
import { formatPeriod } from "../answer/period";
import type { Table, Terms } from "../api/types";
import type { Dictionary } from "../i18n/zh";
import type { AnswerView } from "./message";

const MOST_ROWS = 50;

export function answerAsText(question: string, view: AnswerView, text: Dictionary): string {
  const parts = [question, view.text];
  if (view.table && view.table.rows.length > 0) parts.push(markdownTable(view.table, text));
  for (const citation of view.citations) {
    parts.push(`> ${citation.quote.replaceAll("\n", "\n> ")}\n> (${citation.title}, ${citation.id})`);
  }
  if (view.terms) parts.push(termsLine(view.terms, text));
  return parts.filter((part) => part.trim() !== "").join("\n\n");
}

function markdownTable(table: Table, text: Dictionary): string {
  const line = (cells: string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |`;
  const rows = table.rows.slice(0, MOST_ROWS).map((row) => line(row.map((_, index) => formatCell(table, row, index, text).shown)));
  const head = table.columns.map((column) => column.label);
  const cut = table.rows.length > MOST_ROWS || table.truncated ? [`… ${text.rowCount(String(table.row_count))}`] : [];
  return [line(head), line(head.map(() => "---")), ...rows, ...cut].join("\n");
}

function termsLine(terms: Terms, text: Dictionary): string {
  const said = [
    terms.cost_basis,
    terms.currency,
    terms.period && formatPeriod(terms.period, text) + (terms.period.partial ? ` (${text.partial})` : ""),
    terms.time_zone,
    ...terms.filters,
    terms.data_complete_to && `${text.completeTo} ${terms.data_complete_to}`,
  ].filter(Boolean);
  return said.length > 0 ? `${text.terms}: ${said.join(" · ")}` : "";
}
