// The second question before a change moves: says once more what will happen.
import { useEffect, useRef } from "react";
import type { Decision } from "../api/endpoints";
import type { ChangeSummary } from "../api/types";
import { useText } from "../i18n/Language";
import { Button } from "../ui/Button";
import styles from "./ChangeCard.module.css";
import { formatCount } from "./format";

export function ChangeConfirm({
  decision,
  action,
  change,
  busy,
  onConfirm,
  onBack,
}: {
  decision: Decision;
  action: string;
  change: ChangeSummary;
  busy: boolean;
  onConfirm: () => void;
  onBack: () => void;
}) {
  const text = useText();
  const box = useRef<HTMLDivElement>(null);
  // The safe button has the focus, so that a second Enter does not approve.
  useEffect(() => box.current?.querySelector("button")?.focus(), []);

  const said: Record<Decision, string> = {
    approve: text.confirmApproveText(action, formatCount(change.resource_ids.length)),
    reject: text.confirmRejectText,
    rollback: text.confirmRollBackText,
  };
  const names: Record<Decision, string> = {
    approve: text.confirmApprove,
    reject: text.confirmReject,
    rollback: text.confirmRollBack,
  };
  const grave = decision === "approve" && (!change.reversible || change.risk === "high");
  return (
    <div
      ref={box}
      className={`${styles.confirm} ${grave ? styles.grave : ""}`}
      role="group"
      aria-label={names[decision]}
      onKeyDown={(event) => event.key === "Escape" && onBack()}
    >
      <p>
        {said[decision]}
        {decision === "approve" && !change.reversible && <strong> {text.confirmIrreversible}</strong>}
      </p>
      <span className={styles.buttons}>
        <Button disabled={busy} onClick={onBack}>
          {text.back}
        </Button>
        <Button data-testid={`confirm-${decision}`} kind={grave ? "danger" : "primary"} disabled={busy} onClick={onConfirm}>
          {names[decision]}
        </Button>
      </span>
    </div>
  );
}
