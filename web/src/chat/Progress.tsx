// What is being done for an answer under way: the steps that ended, and a sign of life.
import type { TraceStep } from "../api/types";
import { useText } from "../i18n/Language";
import type { Dictionary } from "../i18n/zh";
import styles from "./Progress.module.css";

export function Progress({ steps }: { steps: TraceStep[] }) {
  const text = useText();
  return (
    <p className={styles.progress} data-testid="progress">
      <span className={styles.bars} aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
      {steps.length === 0 ? text.working : steps.slice(-3).map((step) => stepName(step, text)).join(" → ")}
    </p>
  );
}

export function stepName(step: TraceStep, text: Dictionary): string {
  const steps: Record<string, string> = text.steps;
  const tools: Record<string, string> = text.tools;
  return (step.tool === null ? undefined : tools[step.tool]) ?? steps[step.step] ?? step.step;
}
