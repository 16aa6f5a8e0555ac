// Questions to click: readings of an unclear question, and what makes sense to ask next.
import type { Clarification } from "../api/types";
import { useText } from "../i18n/Language";
import { Icon } from "../ui/Icon";
import styles from "./Choices.module.css";

export type Ask = (question: string) => void;

/** The choices are complete questions; a click sends one. `said` tells that the answer's text already asks. */
export function ClarificationChoices({
  clarification,
  said,
  disabled,
  ask,
}: {
  clarification: Clarification;
  said: boolean;
  disabled: boolean;
  ask: Ask;
}) {
  const text = useText();
  return (
    <section className={styles.clarify} aria-label={text.clarifyHint}>
      <p className={said ? styles.hint : styles.question}>{said ? text.clarifyHint : clarification.question}</p>
      <div className={styles.options}>
        {clarification.options.map((option) => (
          <button
            key={option.question}
            type="button"
            data-testid="clarification-option"
            className={styles.option}
            title={option.question}
            disabled={disabled}
            onClick={() => ask(option.question)}
          >
            <span>{option.label}</span>
            <Icon name="arrowRight" size={16} />
          </button>
        ))}
      </div>
    </section>
  );
}

export function FollowUps({ questions, disabled, ask }: { questions: string[]; disabled: boolean; ask: Ask }) {
  const text = useText();
  return (
    <section className={styles.next} aria-label={text.followUps}>
      {questions.map((question) => (
        <button
          key={question}
          type="button"
          data-testid="follow-up"
          className={styles.chip}
          disabled={disabled}
          onClick={() => ask(question)}
        >
          {question}
        </button>
      ))}
    </section>
  );
}
