// The heart of an answer: chart, table, terms and SQL on one sheet.
import { memo } from "react";
import type { Chart, SqlNote, Table, Terms } from "../api/types";
import { ChartPanel } from "./ChartPanel";
import { DataTable } from "./DataTable";
import styles from "./Figure.module.css";
import { SqlPanel } from "./SqlPanel";
import { TermsLine } from "./TermsLine";

export interface FigureParts {
  chart: Chart | null;
  table: Table | null;
  terms: Terms | null;
  sql: SqlNote | null;
}

export const Figure = memo(function Figure({ chart, table, terms, sql, name }: FigureParts & { name: string }) {
  if (!table && !terms && !sql) return null;
  return (
    <figure className={styles.figure}>
      {chart && table && <ChartPanel chart={chart} table={table} />}
      {table && <DataTable table={table} name={chart?.title ?? name} />}
      {terms && <TermsLine terms={terms} />}
      {sql && <SqlPanel sql={sql} />}
    </figure>
  );
});
