// A question and what came of it.
import type { ReactNode } from "react";
import styles from "./Thread.module.css";

export function Turn({ question, last, children }: { question: string; last: boolean; children: ReactNode }) {
  return (
    <article data-turn className={`${styles.turn} ${last ? styles.last : ""}`}>
      <h2 data-testid="question" className={question.length > 80 ? styles.long : styles.question}>
        {question}
      </h2>
      {children}
    </article>
  );
}
