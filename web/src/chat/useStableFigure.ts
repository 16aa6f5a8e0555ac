// Keeps a figure's parts the same objects while words stream past them, so that charts and tables are not drawn again.
import { useState } from "react";
import type { FigureParts } from "../answer/Figure";

/** Every chunk of the stream copies the whole message; only a figure that says something else replaces the last one. */
export function useStableFigure(figure: FigureParts): FigureParts {
  const print = fingerprint(figure);
  const [held, setHeld] = useState({ print, figure });
  if (held.print === print) return held.figure;
  setHeld({ print, figure });
  return figure;
}

function fingerprint({ chart, table, terms, sql }: FigureParts): string {
  const rows = table && [table.row_count, table.columns, table.rows[0], table.rows.at(-1)];
  return JSON.stringify([chart, terms, sql, rows]);
}
