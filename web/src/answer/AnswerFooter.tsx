// Beneath an answer: who understood it, how long it took, copy, and whether it helped.
import { useState } from "react";
import { sendFeedback, type Verdict } from "../api/endpoints";
import type { AnswerSummary, Planner } from "../api/types";
import { useText } from "../i18n/Language";
import { Button, IconButton } from "../ui/Button";
import { CopyButton } from "../ui/CopyButton";
import styles from "./AnswerFooter.module.css";
import { formatElapsed } from "./format";

export function AnswerFooter({ summary, content }: { summary: AnswerSummary; content: () => string }) {
  const text = useText();
  const [verdict, setVerdict] = useState<Verdict | null>(null);
  const [comment, setComment] = useState("");
  const [commenting, setCommenting] = useState(false);
  const [said, setSaid] = useState<string | null>(null);

  async function judge(next: Verdict, words?: string) {
    setVerdict(next);
    setCommenting(next === "down" && words === undefined);
    setSaid(null);
    try {
      await sendFeedback(summary.id, next, words);
      setSaid(next === "up" || words !== undefined ? text.feedbackThanks : null);
    } catch {
      setVerdict(null);
      setCommenting(false);
      setSaid(text.feedbackFailed);
    }
  }

  const planners: Record<Planner, [string, string]> = {
    grammar: [text.plannerGrammar, text.plannerGrammarTitle],
    verified: [text.plannerVerified, text.plannerVerifiedTitle],
    model: [text.plannerModel, text.plannerModelTitle],
  };
  const [planner, plannerTitle] = planners[summary.planner] ?? [summary.planner, ""];
  return (
    <footer className={styles.footer}>
      <span className={`${styles.planner} ${styles[summary.planner] ?? ""}`} title={plannerTitle} data-testid="planner">
        {planner}
      </span>
      <span className={styles.elapsed} title={text.elapsed}>
        {formatElapsed(summary.elapsed_ms)}
      </span>
      <span className={styles.actions}>
        <CopyButton label={text.copyAnswer} content={content} />
        <IconButton
          icon="thumbUp"
          label={text.helpful}
          aria-pressed={verdict === "up"}
          onClick={() => void judge("up")}
        />
        <IconButton
          icon="thumbDown"
          label={text.notHelpful}
          aria-pressed={verdict === "down"}
          onClick={() => void judge("down")}
        />
      </span>
      <span role="status" className={styles.said}>
        {said}
      </span>
      {commenting && (
        <form
          className={styles.comment}
          onSubmit={(event) => {
            event.preventDefault();
            if (comment.trim() === "") setCommenting(false);
            else void judge("down", comment.trim());
          }}
        >
          <input
            autoFocus
            value={comment}
            maxLength={1000}
            placeholder={text.feedbackPrompt}
            aria-label={text.feedbackPrompt}
            onChange={(event) => setComment(event.target.value)}
            onKeyDown={(event) => event.key === "Escape" && setCommenting(false)}
          />
          <Button type="submit">{text.feedbackSend}</Button>
        </form>
      )}
    </footer>
  );
}
