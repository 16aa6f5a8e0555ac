// The answer's table: sorted by a click, copied or downloaded with exact values, scrolling within itself when long.
import { useMemo, useState } from "react";
import type { Table } from "../api/types";
import { useText } from "../i18n/Language";
import { IconButton } from "../ui/Button";
import { CopyButton } from "../ui/CopyButton";
import styles from "./DataTable.module.css";
import { downloadCsv, toTsv } from "./export";
import { formatCell, formatCount, isChange, isNumeric } from "./format";
import { nextSorting, sortRows, type Sorting } from "./tableRows";

/** Rows drawn before the person asks for all of them. */
const FIRST_ROWS = 200;

export function DataTable({ table, name }: { table: Table; name: string }) {
  const text = useText();
  const [sorting, setSorting] = useState<Sorting | null>(null);
  const [whole, setWhole] = useState(false);
  const rows = useMemo(() => sortRows(table, sorting), [table, sorting]);
  const shown = whole ? rows : rows.slice(0, FIRST_ROWS);
  const count = formatCount(table.row_count);

  return (
    <section data-testid="table" className={styles.panel} aria-label={text.table}>
      <header className={styles.bar}>
        <span className={table.truncated ? styles.cut : undefined}>
          {table.truncated ? text.rowsTruncated(count) : text.rowCount(count)}
        </span>
        <span className={styles.tools}>
          <CopyButton label={text.copyTable} content={() => toTsv(table, rows)} />
          <IconButton icon="download" label={text.downloadCsv} onClick={() => downloadCsv(table, rows, name)}>
            CSV
          </IconButton>
        </span>
      </header>
      <div className={styles.scroll} tabIndex={0} role="region" aria-label={text.table}>
        <table>
          <thead>
            <tr>
              {table.columns.map((column, index) => {
                const sorted = sorting?.column === index ? sorting.direction : undefined;
                return (
                  <th
                    key={index}
                    scope="col"
                    aria-sort={sorted ?? "none"}
                    className={isNumeric(column.type) ? styles.number : undefined}
                  >
                    <button
                      type="button"
                      title={text.sortBy(column.label)}
                      onClick={() => setSorting(nextSorting(sorting, index, column.type))}
                    >
                      {column.label}
                      {column.unit && /^[A-Z]{3}$/.test(column.unit) && <small>{column.unit}</small>}
                      <span className={styles.arrow} aria-hidden="true">
                        {sorted === "ascending" ? "↑" : sorted === "descending" ? "↓" : ""}
                      </span>
                    </button>
                  </th>
                );
              })}
            </tr>
          </thead>
          <tbody>
            {shown.map((row, rowIndex) => (
              <tr key={rowIndex}>
                {table.columns.map((column, index) => {
                  const cell = formatCell(table, row, index, text);
                  const change = isNumeric(column.type) && isChange(column) ? changeClass(row[index]) : "";
                  const kind = isNumeric(column.type) ? styles.number : isLong(cell.shown) ? styles.words : styles.short;
                  return (
                    <td key={index} className={`${kind} ${change}`} title={cell.exact}>
                      {cell.shown}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
        {rows.length === 0 && <p className={styles.empty}>{text.emptyTable}</p>}
        {shown.length < rows.length && (
          <button type="button" className={styles.more} onClick={() => setWhole(true)}>
            {text.showAllRows(formatCount(rows.length))}
          </button>
        )}
      </div>
    </section>
  );
}

/** Texts that may break into lines; names and ids stay whole. A Han character is as wide as two letters. */
function isLong(words: string): boolean {
  return words.length + (words.match(/[\u2e80-\uffef]/g)?.length ?? 0) > 34;
}

/** Costs that rise are marked, costs that fall are marked otherwise. */
function changeClass(cell: unknown): string | undefined {
  const number = Number(cell ?? 0);
  return number > 0 ? styles.rise : number < 0 ? styles.fall : undefined;
}
