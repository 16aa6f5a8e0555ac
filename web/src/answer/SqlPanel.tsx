// The statement behind the answer, folded away until wanted.
import { useMemo } from "react";
import type { SqlNote } from "../api/types";
import { useText } from "../i18n/Language";
import { CopyButton } from "../ui/CopyButton";
import { Icon } from "../ui/Icon";
import { formatElapsed } from "./format";
import styles from "./Fold.module.css";
import { sqlTokens } from "./sqlTokens";

export function SqlPanel({ sql }: { sql: SqlNote }) {
  const text = useText();
  const tokens = useMemo(() => sqlTokens(sql.text), [sql.text]);
  return (
    <details data-testid="sql" className={styles.fold}>
      <summary>
        <Icon name="chevron" size={14} />
        <span className={styles.name}>{text.sql}</span>
        <span className={styles.line}>
          {[sql.tables.join(", "), text.sqlElapsed(formatElapsed(sql.elapsed_ms))].filter(Boolean).join(" · ")}
        </span>
      </summary>
      <div className={styles.code}>
        <pre tabIndex={0}>
          <code>
            {tokens.map((token, index) => (
              <span key={index} className={styles[token.kind]}>
                {token.text}
              </span>
            ))}
          </code>
        </pre>
        <CopyButton label={text.copySql} content={() => sql.text} />
      </div>
    </details>
  );
}
