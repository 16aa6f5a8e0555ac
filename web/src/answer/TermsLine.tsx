// The terms an answer stands on: one line, and all of them when unfolded.
import type { ReactNode } from "react";
import type { Terms } from "../api/types";
import { useText } from "../i18n/Language";
import type { Dictionary } from "../i18n/zh";
import { Icon } from "../ui/Icon";
import styles from "./Fold.module.css";
import { formatCount } from "./format";
import { formatPeriod } from "./period";

export function TermsLine({ terms }: { terms: Terms }) {
  const text = useText();
  const line = [
    costBasis(terms.cost_basis, text),
    terms.currency,
    terms.period && formatPeriod(terms.period, text),
    ...terms.filters,
    terms.rows_read !== null && terms.rows_read !== undefined && text.rowsReadValue(formatCount(terms.rows_read)),
  ].filter((part): part is string => Boolean(part));
  const details = termsInFull(terms, text);
  if (details.length === 0) return null;
  return (
    <details data-testid="terms" className={styles.fold}>
      <summary>
        <Icon name="chevron" size={14} />
        <span className={styles.name}>{text.terms}</span>
        <span className={styles.line}>{line.join(" · ")}</span>
        {terms.period?.partial && (
          <span className={styles.badge} title={text.partialTitle}>
            {text.partial}
          </span>
        )}
      </summary>
      <dl className={styles.list}>
        {details.map(([name, value]) => (
          <Entry key={name} name={name}>
            {value}
          </Entry>
        ))}
      </dl>
    </details>
  );
}

function Entry({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

function termsInFull(terms: Terms, text: Dictionary): [string, ReactNode][] {
  const period = terms.period && formatPeriod(terms.period, text);
  const basis = costBasis(terms.cost_basis, text);
  const all: [string, ReactNode][] = [
    [text.costBasis, basis && basis !== terms.cost_basis ? `${basis} (${terms.cost_basis})` : basis],
    [text.currency, terms.currency],
    [text.period, period && (terms.period?.partial ? `${period} (${text.partial})` : period)],
    [text.timeZone, terms.time_zone],
    [text.filters, terms.filters.length > 0 ? list(terms.filters) : null],
    [text.rowsRead, terms.rows_read === null || terms.rows_read === undefined ? null : formatCount(terms.rows_read)],
    [text.completeTo, terms.data_complete_to],
    [text.derivedColumns, terms.derived_columns.length > 0 ? terms.derived_columns.join(text.listSeparator) : null],
    [text.reconciliation, terms.reconciliation],
    [text.assumptions, terms.assumptions?.length ? list(terms.assumptions) : null],
  ];
  return all.filter(([, value]) => value !== null && value !== undefined && value !== "");
}

function list(items: string[]): ReactNode {
  if (items.length === 1) return items[0];
  return (
    <ul>
      {items.map((item) => (
        <li key={item}>{item}</li>
      ))}
    </ul>
  );
}

function costBasis(column: string | null, text: Dictionary): string | null {
  if (column === null) return null;
  const names: Record<string, string> = text.costBasisNames;
  return names[column] ?? column;
}
