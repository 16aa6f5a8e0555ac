// A proposed change: what, to what, what it saves and risks; a person approves (twice asked), rejects or rolls back.
import { useState } from "react";
import type { Decision } from "../api/endpoints";
import type { ChangeSummary } from "../api/types";
import { useText } from "../i18n/Language";
import { Icon, type IconName } from "../ui/Icon";
import { useErrorWords } from "../ui/errorWords";
import { Button } from "../ui/Button";
import styles from "./ChangeCard.module.css";
import { ChangeConfirm } from "./ChangeConfirm";
import { ChangeDetails } from "./ChangeDetails";
import { formatCount, formatMoney } from "./format";
import { useChange } from "./useChange";

const ICONS: Record<string, IconName> = { stop: "power", release: "trash", resize: "resize", tag: "tag" };
const RESOURCES_SHOWN = 4;

export function ChangeCard({ change }: { change: ChangeSummary }) {
  const text = useText();
  const words = useErrorWords();
  const { status, request, busy, error, decide } = useChange(change);
  const [confirming, setConfirming] = useState<Decision | null>(null);
  const [whole, setWhole] = useState(false);
  const names: Record<string, string> = text.actions;
  const action = names[change.action] ?? change.action;
  const resources = whole ? change.resource_ids : change.resource_ids.slice(0, RESOURCES_SHOWN);
  const hidden = change.resource_ids.length - resources.length;

  // The answer to an approval comes when the change is done.
  const shownStatus = busy && confirming === "approve" ? "executing" : status;

  async function confirm(decision: Decision) {
    await decide(decision);
    setConfirming(null);
  }

  return (
    <article data-testid="change-card" className={styles.card} aria-label={action}>
      <header className={styles.head}>
        <span className={styles.icon}>
          <Icon name={ICONS[change.action] ?? "resize"} />
        </span>
        <div className={styles.what}>
          <h4>{action}</h4>
          <p className={styles.facts}>
            <span>{text.resources(formatCount(change.resource_ids.length))}</span>
            <span className={styles[change.risk]}>{text.risks[change.risk]}</span>
            <span className={change.reversible ? undefined : styles.high}>
              {change.reversible ? text.reversible : text.irreversible}
            </span>
          </p>
        </div>
        <div className={styles.saving}>
          {change.monthly_saving === null ? (
            <span className={styles.label}>{text.noSaving}</span>
          ) : (
            <>
              <span className={styles.label}>{text.monthlySaving}</span>
              <strong title={change.monthly_saving}>{formatMoney(change.monthly_saving, change.currency)}</strong>
            </>
          )}
        </div>
      </header>
      <ul className={styles.resources}>
        {resources.map((resource) => (
          <li key={resource}>{resource}</li>
        ))}
        {hidden > 0 && (
          <li className={styles.hidden}>
            <button type="button" onClick={() => setWhole(true)}>
              {text.moreResources(formatCount(hidden))}
            </button>
          </li>
        )}
      </ul>
      {request && <ChangeDetails request={request} />}
      {error !== null && (
        <p role="alert" className={styles.error}>
          {words(error).title}
        </p>
      )}
      <footer className={styles.foot}>
        <span data-testid="change-status" data-status={shownStatus} className={styles.status} role="status">
          {text.changeStatus[shownStatus]}
        </span>
        {confirming === null && status === "proposed" && (
          <span className={styles.buttons}>
            <Button data-testid="reject" disabled={busy} onClick={() => setConfirming("reject")}>
              {text.reject}
            </Button>
            <Button data-testid="approve" kind="primary" disabled={busy} onClick={() => setConfirming("approve")}>
              {text.approve}
            </Button>
          </span>
        )}
        {confirming === null && status === "verified" && change.reversible && (
          <span className={styles.buttons}>
            <Button data-testid="rollback" disabled={busy} onClick={() => setConfirming("rollback")}>
              {text.rollBack}
            </Button>
          </span>
        )}
      </footer>
      {confirming !== null && (
        <ChangeConfirm
          decision={confirming}
          action={action}
          change={change}
          busy={busy}
          onConfirm={() => void confirm(confirming)}
          onBack={() => setConfirming(null)}
        />
      )}
    </article>
  );
}
