// The passages that support an answer, word for word.
import { useState } from "react";
import type { Citation } from "../api/types";
import { useText } from "../i18n/Language";
import styles from "./Sources.module.css";

const FIRST = 3;

export function Sources({ citations }: { citations: Citation[] }) {
  const text = useText();
  const [whole, setWhole] = useState(false);
  const shown = whole ? citations : citations.slice(0, FIRST);
  return (
    <section data-testid="sources" className={styles.sources} aria-label={text.sources}>
      <h3>{text.sources}</h3>
      <ol>
        {shown.map((citation, index) => (
          <li key={`${citation.id}-${index}`}>
            <p className={styles.where}>
              <span className={styles.title}>{citation.title}</span>
              {citation.locator && citation.locator !== citation.title && <span>{citation.locator}</span>}
              <code>{citation.id}</code>
            </p>
            <blockquote>{citation.quote}</blockquote>
          </li>
        ))}
      </ol>
      {shown.length < citations.length && (
        <button type="button" className={styles.more} onClick={() => setWhole(true)}>
          {text.showMore(String(citations.length - shown.length))}
        </button>
      )}
    </section>
  );
}
