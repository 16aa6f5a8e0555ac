// What is seen before the first question: what this is, what data there are, and questions that work on them.
import { useEffect, useState } from "react";
import { listExamples } from "../api/endpoints";
import type { ServiceStatus } from "../api/types";
import { useLanguage } from "../i18n/Language";
import { Icon } from "../ui/Icon";
import { Notice } from "../ui/Notice";
import { DataStatus } from "./DataStatus";
import styles from "./StartPage.module.css";

const MOST_EXAMPLES = 6;

export function StartPage({
  status,
  keyVersion,
  ask,
}: {
  status: ServiceStatus | null;
  keyVersion: number;
  ask: (question: string) => void;
}) {
  const { language, text } = useLanguage();
  const [examples, setExamples] = useState<string[]>([]);
  useEffect(() => {
    let gone = false;
    listExamples(language).then(
      (questions) => !gone && setExamples(questions.slice(0, MOST_EXAMPLES)),
      () => !gone && setExamples([]),
    );
    return () => {
      gone = true;
    };
  }, [language, keyVersion]);

  return (
    <div className={styles.page}>
      <div className={styles.middle}>
        <h1>{text.startTitle}</h1>
        <p className={styles.lead}>{text.startLead}</p>
        {status && <DataStatus status={status} />}
        {status && status.data.cost_rows === 0 && <Notice kind="warn" title={text.dataEmpty} />}
        {examples.length > 0 && (
          <section aria-label={text.examples}>
            <h2>{text.examples}</h2>
            <ul className={styles.examples}>
              {examples.map((question) => (
                <li key={question}>
                  <button type="button" data-testid="example" onClick={() => ask(question)}>
                    <span>{question}</span>
                    <Icon name="arrowRight" size={16} />
                  </button>
                </li>
              ))}
            </ul>
          </section>
        )}
      </div>
    </div>
  );
}
