// One answer, as far as it has come: words, figure, changes, choices, sources, and the line beneath.
import { memo } from "react";
import { AnswerFooter } from "../answer/AnswerFooter";
import { AnswerText } from "../answer/AnswerText";
import { ChangeCard } from "../answer/ChangeCard";
import { ClarificationChoices, FollowUps, type Ask } from "../answer/Choices";
import { Figure } from "../answer/Figure";
import { Sources } from "../answer/Sources";
import { useText } from "../i18n/Language";
import { Button } from "../ui/Button";
import { Notice } from "../ui/Notice";
import styles from "./Answer.module.css";
import { answerAsText } from "./answerAsText";
import { viewOf, type AnswerView, type Message } from "./message";
import { Progress } from "./Progress";
import { useStableFigure } from "./useStableFigure";

export interface AnswerProps {
  question: string;
  message: Message;
  /** Whether this answer is still being made. */
  running: boolean;
  /** Whether any answer is being made: nothing else can be asked then. */
  busy: boolean;
  /** What is said when the answer ended without its last word; none where that is said elsewhere. */
  unfinished: string | null;
  ask: Ask;
  retry: (question: string) => unknown;
}

export const Answer = memo(function Answer({ question, message, running, busy, unfinished, ask, retry }: AnswerProps) {
  const text = useText();
  const view = viewOf(message);
  const figure = useStableFigure({ chart: view.chart, table: view.table, terms: view.terms, sql: view.sql });
  const status = view.summary?.status ?? null;
  const again = (
    <Button disabled={busy} onClick={() => retry(question)}>
      {text.retry}
    </Button>
  );
  return (
    <div data-testid="answer" data-status={running ? "running" : (status ?? "unfinished")} className={styles.answer}>
      {running && <Progress steps={view.steps} />}
      <Resolved view={view} question={question} />
      {status === "failed" ? (
        <Notice kind="bad" title={text.statusFailed} action={again}>
          <AnswerText markdown={view.text} />
        </Notice>
      ) : (
        view.text && <AnswerText markdown={view.text} />
      )}
      <Figure {...figure} name={question} />
      {view.changes.length > 0 && (
        <section className={styles.changes} aria-label={text.changes}>
          <h3>{text.changes}</h3>
          {view.changes.map((change) => (
            <ChangeCard key={change.id} change={change} />
          ))}
        </section>
      )}
      {view.clarification && (
        <ClarificationChoices
          clarification={view.clarification}
          said={view.text.includes(view.clarification.question)}
          disabled={busy}
          ask={ask}
        />
      )}
      {view.citations.length > 0 && <Sources citations={view.citations} />}
      {!running && view.summary === null && unfinished !== null && <Notice kind="plain" title={unfinished} action={again} />}
      {view.summary && <AnswerFooter summary={view.summary} content={() => answerAsText(question, view, text)} />}
      {!running && view.followUps.length > 0 && <FollowUps questions={view.followUps} disabled={busy} ask={ask} />}
    </div>
  );
});

/** How a short question was completed from the conversation. */
function Resolved({ view, question }: { view: AnswerView; question: string }) {
  const text = useText();
  const resolved = view.summary?.resolved_question;
  if (!resolved || resolved.trim() === question.trim()) return null;
  return <p className={styles.resolved}>{text.understoodAs(resolved)}</p>;
}
